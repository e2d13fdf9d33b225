#!/bin/sh
# Resolves every file of this folder again; run by `make lock`. No address, host or path of a
# machine may end up in them: that is checked at the end.
#
#   lock.txt      the release's set, for `make tables`: exact, with hashes, for every system and Python
#   lock-dev.txt  the same and the tools for tests, checks and docs
#   lowest.txt    the lowest version allowed of every direct dependency (Python 3.11)
#   closed.txt    what the closed environment has, and what is asked for there (Python 3.11)
set -eu
cd "$(dirname "$0")/.."

# The certificates of the system: uv's own fail behind a proxy that inspects.
export UV_SYSTEM_CERTS=1
compile() {
    uv pip compile --quiet --upgrade --python-version 3.11 \
        --no-header --no-emit-index-url --annotation-style line "$@"
}

compile --universal --generate-hashes --output-file requirements/lock.txt \
    pyproject.toml requirements/build.in requirements/lock.in
compile --universal --generate-hashes --output-file requirements/lock-dev.txt --extra dev \
    --constraint requirements/lock.txt pyproject.toml requirements/build.in
compile --only-binary :all: --resolution lowest-direct --output-file requirements/lowest.txt \
    --extra test pyproject.toml requirements/build.in
compile --only-binary :all: --output-file requirements/closed.txt \
    --extra test pyproject.toml requirements/build.in requirements/closed.in

if grep -nE '://|@ *file|^-' requirements/*.txt; then
    echo "an address or an option in a lock: see above" >&2
    exit 1
fi
