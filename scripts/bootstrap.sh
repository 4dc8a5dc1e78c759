#!/usr/bin/env bash
# Make the two Python environments from hashed requirements:
#   .venv        what the functions ship, and what checks and tests them
#   .venv-tools  SAM CLI, MiniStack and the Lambda runtime interface, which pin other versions
# Safe to run at any time: an environment whose requirements have not changed is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf '\n%s\n' "$1" >&2; exit 1; }

is_313() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1; }

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.13 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13.*/bin/python3.13 \
    /opt/homebrew/bin/python3.13 /usr/local/bin/python3.13 python3 python; do
    if [ -n "$candidate" ] && is_313 "$candidate"; then
      "$candidate" -c 'import sys; print(sys.executable)'
      return
    fi
  done
  fail "Python 3.13 is needed and was not found.
  Debian, Ubuntu:  sudo apt-get install python3.13 python3.13-venv   (or the deadsnakes archive)
  macOS:           brew install python@3.13
  anywhere:        pyenv install 3.13
Already installed somewhere else?  PYTHON=/path/to/python3.13 make ${MAKE_TARGET:-run}"
}

checksum() { cat "$@" .python-version | cksum; }

install_failed() {
  fail "The packages of $1 could not be installed.
If the lines above speak of a connection, a name or a time-out, this machine does not reach the Python
package index: check the network and any proxy (HTTPS_PROXY, PIP_INDEX_URL, UV_INDEX_URL), then run it again.
Nothing is lost: it goes on where it stopped."
}

make_environment() {
  local folder=$1 requirements=$2 wanted
  wanted=$(checksum "$requirements" requirements/bootstrap.txt pyproject.toml)
  [ "$(cat "$folder/.made-from" 2>/dev/null)" = "$wanted" ] && [ -x "$folder/bin/python" ] && return
  local python; python=$(find_python)
  printf '• %s: %s packages for %s\n' "$folder" "$(grep -c '==' "$requirements")" "$("$python" --version)"
  if ! is_313 "$folder/bin/python"; then
    rm -rf "$folder"
    "$python" -m venv "$folder" || fail "Python's venv module failed. On Debian or Ubuntu: sudo apt-get install python3.13-venv"
  fi
  # pip, which brings itself, installs uv; uv installs the rest ten times faster.
  [ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --require-hashes -r requirements/bootstrap.txt || install_failed "$folder"
  .venv/bin/uv pip sync --quiet --python "$folder/bin/python" --require-hashes "$requirements" requirements/bootstrap.txt \
    || install_failed "$folder"
  if [ "$folder" = .venv ]; then
    .venv/bin/uv pip install --quiet --python "$folder/bin/python" --no-deps --no-build-isolation --offline -e . || install_failed "$folder"
  fi
  printf '%s' "$wanted" > "$folder/.made-from"
}

export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
make_environment .venv requirements/dev.txt
[ "${1:-}" = "--no-tools" ] || make_environment .venv-tools requirements/tools.txt
