#!/usr/bin/env bash
# Runs dlint with the action's inputs, which come as DLINT_… variables so that no input is ever read as shell code.
# Writes exit-code and sarif to GITHUB_OUTPUT and ends with dlint's exit code.
set -euo pipefail

dlint=${DLINT:-${RUNNER_TEMP:-}/dlint/bin/dlint}
[ -x "$dlint" ] || dlint=${RUNNER_TEMP:-}/dlint/Scripts/dlint.exe

arguments=(check --format github)
option() {
  if [ -n "$2" ]; then arguments+=("$1=$2"); fi
}
option --preset "${DLINT_PRESET:-}"
option --fail-on "${DLINT_FAIL_ON:-}"
option --baseline "${DLINT_BASELINE:-}"
option --since "${DLINT_SINCE:-}"
if [ -n "${DLINT_SARIF:-}" ]; then arguments+=("--output=sarif=$DLINT_SARIF"); fi
arguments+=(--)
while IFS= read -r path; do
  path=${path%$'\r'}
  if [ -n "${path//[[:space:]]/}" ]; then arguments+=("$path"); fi
done <<<"${DLINT_PATHS:-.}"

code=0
"$dlint" "${arguments[@]}" || code=$?
{
  echo "exit-code=$code"
  if [ -n "${DLINT_SARIF:-}" ] && [ -f "$DLINT_SARIF" ]; then echo "sarif=$DLINT_SARIF"; fi
} >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$code"
