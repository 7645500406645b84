from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp.client import Client, forked


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project on the disk."""
    folder = (tmp_path / "project").resolve()
    (folder / ".git").mkdir(parents=True)
    return folder


@pytest.fixture
def server() -> Any:
    """How servers are started."""
    return forked


@pytest.fixture
def start(server: Any) -> Iterator[Any]:
    """Starts servers, and ends those that still run."""
    clients: list[Client] = []

    def begin(root: Path | None, capabilities: dict[str, Any] | None = None, **given: Any) -> Client:
        clients.append(Client(root, capabilities, server, **given))
        return clients[-1]

    yield begin
    for client in clients:
        client.process.kill()
        client.process.wait()
