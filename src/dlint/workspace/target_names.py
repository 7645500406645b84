"""Which stages the files of other builders (Bake, a workflow, a dev container, make) name as targets.

They need not be read as builders: one that names a stage as a target is enough to know of somebody.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.project.files import ProjectFiles

_BUILDERS = (
    "docker-bake.json", "docker-bake.hcl", "docker-bake.override.json", "docker-bake.override.hcl", "Makefile",
    ".devcontainer/devcontainer.json", ".devcontainer.json", ".gitlab-ci.yml", "justfile", "Taskfile.yml",
)  # fmt: skip


class TargetNames:
    """What these files say; their texts are read once."""

    __slots__ = ("_texts",)

    def __init__(self, files: ProjectFiles) -> None:
        workflows = [f".github/workflows/{one}" for one in files.listdir(".github/workflows")]
        paths = [*_BUILDERS, *workflows[:50]]
        self._texts = [files.text(path) for path in paths if files.exists(path)]

    def has(self, name: str) -> bool:
        """Whether one of them says to build a stage so called."""
        wanted = re.compile(rf"target[\"'\]]*[\s:=]+\[?[\"']?{re.escape(name)}(?![\w.-])", re.I)
        return any(wanted.search(text) for text in self._texts)
