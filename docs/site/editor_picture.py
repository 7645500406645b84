"""Makes the README's picture of an editor: VS Code itself with a finding that stands between two files.

    python docs/site/editor_picture.py EXTENSION CACHE

EXTENSION is a built copy of editors/vscode (`npm ci && npm run build`), CACHE a folder that VS Code's server is
installed into. Chromium and chromedriver must be there. Writes docs/editor.png.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from editors.vscode_server import CONTROL, VSCode, installed  # type: ignore[import-not-found]  # noqa: E402

FILES = {
    "compose.yaml": "services:\n  web:\n    image: team/web:1.4\n    build:\n      context: .\n      target: relase\n"
    '      args:\n        VERSON: "1.4"\n    depends_on:\n      db: {condition: service_healthy}\n'
    "  db:\n    image: postgres:18\n    environment:\n      POSTGRES_DB: shop\n",
    "Dockerfile": "FROM python:3.13-slim AS base\nARG VERSION\nWORKDIR /srv\nCOPY app.py .\n\n"
    'FROM base AS release\nUSER 1000\nCMD ["python", "app.py"]\n',
    ".dockerignore": "*.md\n",
    "app.py": "print()\n",
}


def main() -> None:
    """Open the project, wait for the findings, take the picture."""
    server = installed(Path(sys.argv[2]))
    if server is None:
        raise SystemExit("VS Code's server is not to be had")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve() / "shop"
        (folder / ".git").mkdir(parents=True)
        for path, text in FILES.items():
            (folder / path).write_text(text)
        programs = folder / ".venv" / "bin"
        programs.mkdir(parents=True)
        program = programs / "dlint"
        program.write_text(f'#!/bin/sh\nexport PYTHONPATH="{ROOT / "src"}"\nexec "{sys.executable}" -m dlint "$@"\n')
        program.chmod(0o755)
        editor = VSCode(server, Path(sys.argv[1]), Path(name) / "home", folder, {})
        try:
            editor.browser.resize(1000, 560)
            editor.open("compose.yaml")
            editor.browser.wait("!!document.querySelector('.squiggly-error')")
            editor.command("Problems: Focus on Problems View")
            editor.browser.wait("document.querySelectorAll('.markers-panel .monaco-list-row').length > 3")
            editor.browser.press(CONTROL, "b")
            editor.go_to_line(6)
            editor.browser.run("await new Promise(resolve => setTimeout(resolve, 3000))")
            editor.browser.screenshot(ROOT / "docs" / "editor.png")
        finally:
            editor.close()


if __name__ == "__main__":
    main()
