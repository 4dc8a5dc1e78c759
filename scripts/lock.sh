#!/usr/bin/env bash
# Resolve every requirements file again, with hashes and without naming a package index.
# One resolution (dev.txt) constrains all that is deployed, so no wheel ships in two versions.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
export UV_CUSTOM_COMPILE_COMMAND="make lock"
compile() { "$uv" pip compile --quiet --generate-hashes --python-version 3.13 --no-emit-index-url --no-emit-find-links "$@"; }

compile requirements/bootstrap.in -o requirements/bootstrap.txt
compile requirements/tools.in -o requirements/tools.txt
compile requirements/clients.in -o requirements/clients.txt
compile requirements/checkov.in -o requirements/checkov.txt
compile requirements/dev.in -o requirements/dev.txt
compile requirements/core.in -c requirements/dev.txt -o layers/core/requirements.txt
# The layer is on every function's path: what it ships is left out of the functions' own files.
in_layer=()
while read -r name; do in_layer+=(--no-emit-package "$name"); done \
  < <(sed -nE 's/^([A-Za-z0-9._-]+)==.*/\1/p' layers/core/requirements.txt)
for function in tickets_api notifier search_indexer janitor bulk_worker mail_events exporter; do
  compile "requirements/$function.in" -c requirements/dev.txt "${in_layer[@]}" -o "functions/$function/requirements.txt"
done
