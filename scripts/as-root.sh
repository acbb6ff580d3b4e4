#!/usr/bin/env bash
# Runs a command as root with this user's PATH: the sandbox needs root, and sudo has a path of its own.
set -euo pipefail
if [ "$(id -u)" -eq 0 ]; then
    exec "$@"
fi
exec sudo --preserve-env env "PATH=$PATH" "$@"
