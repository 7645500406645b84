"""VS Code itself, in Chromium: its server, as the npm package code-server carries it, with one extension.

What the package builds on installation (terminals, a faster log) is not needed here and not built.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import npm
from site_browser import Browser

VERSION = "4.100.3"
# https://www.w3.org/TR/webdriver2/#keyboard-actions
CONTROL, ENTER, F1 = "\ue009", "\ue007", "\ue031"
_ASKED = '.quick-input-widget:not([style*="display: none"]) input'


def installed(folder: Path) -> Path | None:
    """The server's program, installed below a folder that is kept; None where it cannot be had."""
    inner = folder / VERSION / "node_modules" / "code-server" / "lib" / "vscode"
    done = folder / VERSION / "done"
    if not done.exists():
        shutil.rmtree(folder / VERSION, ignore_errors=True)
        (folder / VERSION).mkdir(parents=True)
        (folder / VERSION / "package.json").write_text("{}")
        for place, what in ((folder / VERSION, [f"code-server@{VERSION}"]), (inner, ["--omit=dev"])):
            if not npm.install(place, "install", *what, seconds=600):
                return None
        done.touch()
    return inner / "out" / "server-main.js"


class VSCode:
    """One window on one folder."""

    def __init__(
        self, program: Path, extension: Path, home: Path, folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.folder = folder
        self.home = home
        leave = shutil.ignore_patterns("node_modules")
        shutil.copytree(extension, home / "extensions" / "dlint.dlint-0.0.0", ignore=leave)
        settings = home / "data" / "User" / "settings.json"
        settings.parent.mkdir(parents=True)
        settings.write_text(
            json.dumps({
                "[dockerfile]": {"editor.codeActionsOnSave": {"source.fixAll.dlint": "explicit"}},
                "workbench.startupEditor": "none",
                "editor.inlayHints.enabled": "off",
            })
        )  # fmt: skip
        port = free_port()
        self.process = subprocess.Popen(
            [
                str(shutil.which("node")), str(program), "--host", "127.0.0.1", "--port", str(port),
                "--without-connection-token", "--accept-server-license-terms", "--disable-workspace-trust",
                "--telemetry-level", "off", "--server-data-dir", str(home / "server"),
                "--user-data-dir", str(home / "data"), "--extensions-dir", str(home / "extensions"),
            ],
            env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        base = f"http://127.0.0.1:{port}/"
        _wait_for(base)
        self.browser = Browser(home / "profile")
        self.browser.open(f"{base}?folder={folder}")
        self.browser.wait("!!document.querySelector('.explorer-folders-view .monaco-list-row')")

    def close(self) -> None:
        self.browser.close()
        self.process.terminate()
        self.process.wait()

    def command(self, words: str) -> None:
        """Run a command by its words in the palette."""
        self._ask(F1)
        self.browser.type(words)
        self._row(words)
        self.browser.press(ENTER)

    def open(self, name: str) -> None:
        """Open a file at the top of the folder, by its row in the explorer."""
        row = f".explorer-folders-view .monaco-list-row[aria-label^='{name}']"
        self.browser.wait("!!document.querySelector(arguments[0])", row)
        self.browser.click(row)
        self.browser.wait("document.querySelector('.tab.active')?.ariaLabel?.startsWith(arguments[0])", name)
        self.browser.wait("!!document.querySelector('.editor-instance .view-line')")

    def go_to_line(self, number: int) -> None:
        """Put the cursor at the start of a line."""
        self._ask(CONTROL, "g")
        self.browser.type(str(number))
        self.browser.press(ENTER)
        self.browser.wait(
            "[...document.querySelectorAll('.statusbar-item')].some(item => item.textContent.includes(arguments[0]))",
            f"Ln {number}, Col 1",
        )

    def _ask(self, *keys: str) -> None:
        """Press keys that make the editor ask for something."""
        self.browser.press(*keys)
        self.browser.wait(f"!!document.querySelector('{_ASKED}')")

    def _row(self, words: str) -> None:
        self.browser.wait(
            "document.querySelector('.quick-input-list .monaco-list-row.focused')?.textContent.includes(arguments[0])",
            words,
        )

    def text(self) -> str:
        """What the editor shows, line by line."""
        lines = self.browser.run(
            "return [...document.querySelectorAll('.editor-instance .view-line')]"
            ".sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top)).map(line => line.textContent)"
        )
        return "\n".join(lines).replace("\xa0", " ")

    def problems(self) -> list[str]:
        """What the Problems panel says, a text for each."""
        rows = "[...document.querySelectorAll('.markers-panel .monaco-list-row[aria-level=\"2\"]')]"
        return [str(label) for label in self.browser.run(f"return {rows}.map(row => row.ariaLabel)")]

    def notices(self) -> str:
        """The notifications on the screen."""
        return str(
            self.browser.run(
                "return [...document.querySelectorAll('.notifications-toasts .notification-list-item')]"
                ".map(each => each.textContent).join('\\n')"
            )
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(url, timeout=60):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server of VS Code does not answer")
