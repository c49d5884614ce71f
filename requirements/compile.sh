#!/bin/sh
# Rewrites the hashed, universal locks from pyproject.toml; further arguments go to uv (--upgrade).
set -eu
cd "$(dirname "$0")/.."
compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --custom-compile-command "make lock" --no-annotate "$@"
}
compile pyproject.toml -o requirements/runtime.txt "$@"
compile pyproject.toml --group embedded -c requirements/runtime.txt -o requirements/embedded.txt
compile pyproject.toml --group dev -c requirements/embedded.txt -o requirements/dev.txt
compile --group client -o requirements/client.txt "$@"
