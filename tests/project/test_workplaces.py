"""Which files belong to dev containers."""

from __future__ import annotations

import pytest

from dlint.project.kinds import is_workplace


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".devcontainer/Dockerfile", True),
        (".devcontainer/python/compose.yaml", True),
        ("services/api/.devcontainer/Dockerfile", True),
        ("Dockerfile", False),
        ("my.devcontainer/Dockerfile", False),
        ("devcontainer/Dockerfile", False),
    ],
)
def test_files_of_dev_containers_lie_in_their_folder(path: str, expected: bool) -> None:
    assert is_workplace(path) is expected
