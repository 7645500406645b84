"""The extension for VS Code: its types, its unit tests, its bundle, and what it says beside what dlint says."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dlint import __version__
from dlint.rule.words import PRESETS
from places import ROOT

FOLDER = ROOT / "editors" / "vscode"
MANIFEST: dict[str, Any] = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))
SETTINGS: dict[str, Any] = MANIFEST["contributes"]["configuration"]["properties"]


@pytest.mark.slow
@pytest.mark.parametrize("script", ["check", "test", "build"])
def test_the_extension_is_sound(extension: Path, script: str) -> None:
    done = subprocess.run(
        ["npm", "run", script], cwd=extension, capture_output=True, text=True, check=False, timeout=300
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    if script == "build":
        assert (extension / MANIFEST["main"]).is_file()


def test_the_manifest_says_what_dlint_says() -> None:
    assert MANIFEST["version"] == __version__
    assert SETTINGS["dlint.preset"]["enum"] == ["", *PRESETS, "all", "none"]
    page = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    told = (name.removeprefix("dlint.") for name in SETTINGS if name not in ("dlint.path", "dlint.trace.server"))
    assert all(f"| `{name}` |" in page for name in told)
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in readme for name in SETTINGS)
    titles = (f"| {each['category']}: {each['title']} |" for each in MANIFEST["contributes"]["commands"])
    assert all(title in readme for title in titles)
    assert MANIFEST["icon"] == "media/icon.png"
    assert (FOLDER / MANIFEST["icon"]).read_bytes().startswith(b"\x89PNG")


def test_the_client_can_register_the_commands_of_the_server_beside_those_of_the_extension() -> None:
    pytest.importorskip("pygls")
    from dlint.lsp.features import register
    from dlint.lsp.server import Server

    server = Server()
    register(server)
    own = {each["command"] for each in MANIFEST["contributes"]["commands"]}
    served = {*server.protocol.fm.commands}
    server.worker.stop(1)
    assert {"dlint.showGraph", "dlint.why"} <= served
    assert not own & served


def test_the_license_is_that_of_dlint() -> None:
    assert (FOLDER / "LICENSE").read_text(encoding="utf-8") == (ROOT / "LICENSE").read_text(encoding="utf-8")
