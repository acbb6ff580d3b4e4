#!/usr/bin/env bash
# Attacks a stack and reports into ./verify-report; the status is that of `npm run verify`.
#
# By hand, on a machine with a kubeconfig:   scripts/daily-check.sh --stack prod
# In a pipeline, by these variables instead: KUBECONFIG_CONTENT, STACK_OUTPUTS (from `pulumi stack output --json`)
set -euo pipefail
cd "$(dirname "$0")/.."
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
if [ -n "${KUBECONFIG_CONTENT:-}" ]; then
    (umask 077 && printf '%s' "$KUBECONFIG_CONTENT" > "$private/kubeconfig")
    export KUBECONFIG="$private/kubeconfig"
    unset KUBECONFIG_CONTENT
fi
if [ -n "${STACK_OUTPUTS:-}" ]; then
    printf '%s' "$STACK_OUTPUTS" > "$private/outputs.json"
    set -- --outputs "$private/outputs.json" "$@"
fi
npm run verify -- --output verify-report "$@"
