#!/usr/bin/env bash
# Installs dlint into an environment of its own below RUNNER_TEMP: DLINT_VERSION from the package index, or, where that
# is empty, the checkout that the action runs from. The job's own Python packages are left alone.
set -euo pipefail

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3 python python3.14 python3.13 python3.12 python3.11; do
    if [ -n "$candidate" ] && "$candidate" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "::error title=dlint::dlint needs Python 3.11 or newer; add a step with actions/setup-python before it" >&2
  return 1
}

home=${RUNNER_TEMP:?}/dlint
python=$(find_python)
"$python" -m venv "$home"
programs=$home/bin
[ -d "$programs" ] || programs=$home/Scripts
if [ -n "${DLINT_VERSION:-}" ]; then
  source="dlint-docker==${DLINT_VERSION#v}"
else
  source=${GITHUB_ACTION_PATH:?}
fi
"$programs/python" -m pip install --quiet --disable-pip-version-check "$source"
"$programs/dlint" --version
