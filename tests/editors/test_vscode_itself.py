"""The extension in VS Code itself: from a dlint that is missing to a file that is fixed when it is saved."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from editors.vscode_server import CONTROL, ENTER, VSCode, installed
from site_browser import CHROMIUM, DRIVER

# VS Code's server is a download of 300 MB, and the test takes a minute: it runs where somebody asks for it.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("DLINT_VSCODE"), reason="DLINT_VSCODE=1 runs it"),
]

DOCKERFILE = "FROM debian:12\nMAINTAINER Ada\nRUN sudo id; cd /srv; id\nUSER nobody\n"
FIXED = DOCKERFILE.replace("MAINTAINER Ada", 'LABEL org.opencontainers.image.authors="Ada"')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project without a dlint."""
    (tmp_path / "project" / ".git").mkdir(parents=True)
    (tmp_path / "project" / "Dockerfile").write_text(DOCKERFILE)
    return tmp_path / "project"


@pytest.fixture
def editor(request: pytest.FixtureRequest, folder: Path, extension: Path, tmp_path: Path) -> Iterator[VSCode]:
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("Chromium is not installed")
    server = installed(request.config.cache.mkdir("code-server"))
    if server is None:
        pytest.skip("VS Code's server is not to be had")
    subprocess.run(["npm", "run", "build"], cwd=extension, capture_output=True, check=True)
    path = os.pathsep.join((str(Path(str(shutil.which("node"))).parent), "/usr/bin", "/bin"))
    environment = {"PATH": path, "VIRTUAL_ENV": ""}
    window = VSCode(server, extension, tmp_path / "home", folder, environment)
    yield window
    window.close()


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(600):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("this did not come true")


def test_from_a_missing_dlint_to_a_file_fixed_on_save(
    editor: VSCode, folder: Path, program: Callable[[Path], Path]
) -> None:
    browser = editor.browser
    editor.open("Dockerfile")
    browser.wait("document.querySelector('.notifications-toasts')?.textContent.includes('There is no dlint')")
    assert "python -m pip install 'dlint-docker[lsp]'" in editor.notices()

    # It is there now, and the user says so.
    program(folder / ".venv" / "bin")
    again = "[...document.querySelectorAll('.notifications-toasts a')].find(a => a.textContent === 'Try Again')"
    browser.run(f"{again}.click()")
    browser.wait("!!document.querySelector('.squiggly-warning') && !!document.querySelector('.squiggly-info')")

    # The quick fix, as a person chooses it; and back.
    start = "[...document.querySelectorAll('.view-line')].find(line => line.textContent.startsWith('MAINTAINER'))"
    editor.go_to_line(2)
    browser.press(CONTROL, ".")
    chosen = "document.querySelector('.action-widget .monaco-list-row.focused')?.textContent"
    browser.wait(f"{chosen} === 'Use the OCI label'")
    browser.press(ENTER)
    browser.wait(f"!{start}")
    assert editor.text() == FIXED
    browser.press(CONTROL, "z")
    browser.wait(f"!!{start}")

    browser.press(CONTROL, "s")
    browser.wait(f"!{start}")
    wait_until(lambda: (folder / "Dockerfile").read_text() == FIXED)

    # What is left, and the page of a rule.
    editor.command("Problems: Focus on Problems View")
    browser.wait("document.querySelectorAll('.markers-panel .monaco-list-row[aria-level=\"2\"]').length === 2")
    assert any("Do not use sudo" in each and "dlint" in each for each in editor.problems())
    editor.command("dlint: Explain a Rule")
    browser.wait("!!document.querySelector('.quick-input-list .monaco-list-row.focused')")
    browser.type("sudo")
    browser.press(ENTER)
    browser.wait("document.querySelector('.tab.active')?.ariaLabel?.includes('sudo.md')")

    # The graph, drawn by the same program.
    editor.command("dlint: Show the Graph of the Project")
    browser.wait("!!document.querySelector('.tab.active[aria-label^=\"dlint: project\"]')")
