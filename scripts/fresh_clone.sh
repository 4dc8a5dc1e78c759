#!/usr/bin/env bash
# What a newcomer sees: clone what is committed into an empty folder, with an empty home, empty caches and an empty
# environment, and use it: `make run`, a ticket by curl, its mail, Ctrl-C, a second start. Prints the times.
#
#   scripts/fresh_clone.sh            the above
#   scripts/fresh_clone.sh --tests    also `make test` in the clone
#   PORT=4700                         another port
#   KEEP=1                            leave the folder behind
set -euo pipefail
cd "$(dirname "$0")/.."
project=$PWD
port=${PORT:-4790}

fail() { printf '\nFAILED: %s\n' "$1" >&2; [ -z "${2:-}" ] || tail -n 40 "$2" >&2; exit 1; }
seconds_since() { awk -v from="$1" -v to="$(date +%s.%N)" 'BEGIN {printf "%.1f s", to - from}'; }
now() { date +%s.%N; }

folder=$(mktemp -d "${TMPDIR:-/tmp}/lodgestory-fresh-XXXXXX")
mkdir "$folder/home" "$folder/tmp" "$folder/cache" "$folder/bin"
runner=
cleanup() {
  if [ -n "$runner" ] && kill -0 "$runner" 2>/dev/null; then kill -INT -- "-$runner" 2>/dev/null || true; wait "$runner" || true; fi
  if [ -n "${KEEP:-}" ]; then printf 'Kept: %s\n' "$folder"; else rm -rf "$folder"; fi
}
trap cleanup EXIT

# Nothing of this machine's set-up but the way to the network and one Python, reached by its own name.
python=$(MAKE_TARGET=run scripts/bootstrap.sh --which-python)
ln -s "$python" "$folder/bin/python3.13"
environment=(
  "PATH=$folder/bin:/usr/local/bin:/usr/bin:/bin" "HOME=$folder/home" "TMPDIR=$folder/tmp" "LANG=C.UTF-8"
  "XDG_CACHE_HOME=$folder/cache" "PIP_CACHE_DIR=$folder/cache/pip" "UV_CACHE_DIR=$folder/cache/uv"
)
for name in HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy all_proxy \
  SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE PIP_CERT PIP_INDEX_URL UV_INDEX_URL UV_DEFAULT_INDEX \
  NODE_EXTRA_CA_CERTS NPM_CONFIG_REGISTRY; do
  [ -z "${!name:-}" ] || environment+=("$name=${!name}")
done
clean() { env -i "${environment[@]}" "$@"; }
fact() { clean python3.13 -c "import json, sys; print(json.load(open('.local/stack.json'))$1)"; }

start_and_wait() { # $1: the name of the log
  local log=$folder/$1.log from; from=$(now)
  set -m # a process group of its own, so that the SIGINT below reaches what Ctrl-C would reach
  clean make run PORT="$port" >"$log" 2>&1 &
  runner=$!
  set +m
  until grep -q 'Ctrl-C stops it' "$log"; do
    kill -0 "$runner" 2>/dev/null || fail "make run ended" "$log"
    sleep 0.2
  done
  printf '%-44s %s\n' "$2" "$(seconds_since "$from")"
}

stop_and_wait() {
  local from; from=$(now)
  kill -INT -- "-$runner"
  wait "$runner" || true
  runner=
  printf '%-44s %s\n' "stop by Ctrl-C" "$(seconds_since "$from")"
}

ticket_and_mail() {
  local api key from ticket; from=$(now)
  api=$(fact '["api_url"]')
  key=$(fact '["organisations"]["Lakeside Hotels"]["keys"]["user"]')
  ticket=$(clean curl -sS --noproxy '*' "$api/v1/tickets" -H "Authorization: Bearer $key" \
    -H 'Content-Type: application/json' -d '{"chat_id": "chat_lakeside_0001", "issue": "maintenance",
      "assignee": "mem_lakeside_technician", "remarks": "'"$1"'"}')
  grep -q '"id":"tkt_' <<<"$ticket" || fail "no ticket: $ticket"
  for _ in $(seq 100); do
    if clean curl -sS --noproxy '*' "$(fact '["mailbox_url"]')" | grep -q "$1" &&
      clean curl -sS --noproxy '*' "$(fact '["mailbox_page_url"]')" | grep -q "New ticket"; then
      printf '%-44s %s\n' "a ticket, and its mail in the mailbox" "$(seconds_since "$from")"
      return
    fi
    sleep 0.2
  done
  fail "no mail within 20 s" "$folder/first.log"
}

only_loopback() {
  command -v ss >/dev/null || return 0
  local others; others=$(ss -ltnpH | grep -E "pid=($(fact '["pid"]')|$(fact '["emulator_pid"]'))," | grep -v '127\.0\.0\.1:' || true)
  [ -z "$others" ] || fail "it listens on more than 127.0.0.1: $others"
}

clean git clone --quiet --no-hardlinks "$project" "$folder/clone"
cd "$folder/clone"
printf 'clone of %s\n' "$(git log -1 --format='%h %s')"
start_and_wait first "first start: make run on a fresh clone"
only_loopback
ticket_and_mail "AC not cooling, first start"
stop_and_wait
start_and_wait second "second start: make run again"
ticket_and_mail "AC not cooling, second start"
stop_and_wait
if [ "${1:-}" = --tests ]; then
  from=$(now)
  clean make test || fail "make test"
  printf '%-44s %s\n' "make test" "$(seconds_since "$from")"
fi
printf 'All of it worked.\n'
