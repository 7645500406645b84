"""Where configurations are looked for: dlint's own, from a folder upwards, else those of other linters."""

from __future__ import annotations

import os

from dlint.config.keys import ConfigError
from dlint.config.layers import Config, Layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

FILES = ("dlint.toml", ".dlint.toml", "pyproject.toml")
# Configuration files of other linters, which count where there is none of dlint's own.
PEER_FILES = (
    ".hadolint.yaml", ".hadolint.yml", ".github/linters/.hadolint.yaml", ".github/linters/.hadolint.yml",
    ".dclintrc", ".dclintrc.json", ".dclintrc.yaml", ".dclintrc.yml", "package.json", ".compose-lint.yml",
    ".compose-lint.yaml", ".tally.toml", "tally.toml",
)  # fmt: skip
# Configurations of other linters that are programs: dlint runs none, and says so.
PEER_PROGRAMS = (
    "dclint.config.js", "dclint.config.cjs", "dclint.config.mjs", "dclint.config.ts", ".dclintrc.js", ".dclintrc.cjs",
    ".dclintrc.mjs", ".dclintrc.ts",
)  # fmt: skip
# What lies in a folder that has a configuration of its own: files, and folders of theirs.
NAMES = frozenset(name.partition("/")[0] for name in (*FILES, *PEER_FILES, *PEER_PROGRAMS))


def load(
    folder: str,
    *,
    root: str,
    overrides: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    trusted: bool = False,
) -> Config:
    """The configuration for files in ``folder`` (absolute), looking upwards to ``root``.

    ``overrides`` (command line, API) win over files, ``texts`` (path → text) over what is on the disk. ``trusted``:
    code that the files name may run. Raises ConfigError.
    """
    layers = _file_layers(folder, root, texts or {}) or _peer_layers(folder, root)
    if trusted:
        layers = [layer._replace(trusted=True) for layer in layers]
    return Config([*layers, *given(overrides)])


def given(overrides: Mapping[str, Any] | None, origin: str = "the command line") -> list[Layer]:
    """The layer of what the user gives at the call, which is trusted, if there is any. Raises ConfigError."""
    if not overrides:
        return []
    from dlint.config.shapes import validate

    return [Layer(origin, "", validate(overrides, origin), trusted=True)]


def _peer_layers(folder: str, root: str) -> list[Layer]:
    """The nearest configuration file of each other linter."""
    layers: dict[str, Layer] = {}
    while True:
        for name in PEER_FILES:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                from dlint.config.peers import layers_on_disk

                for tool, layer in layers_on_disk(name, path, folder, root).items():
                    layers.setdefault(tool, layer)
        for name in PEER_PROGRAMS:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                layers.setdefault("dclint", Layer(path, folder, {}, ("a program, which is not read or run",)))
        if folder == root or os.path.dirname(folder) == folder:
            return list(layers.values())
        folder = os.path.dirname(folder)


def _file_layers(folder: str, root: str, texts: Mapping[str, str]) -> list[Layer]:
    while True:
        for name in FILES:
            path = os.path.join(folder, name)
            if path in texts or os.path.isfile(path):
                from dlint.config.file import extended, parse, read_file

                values = parse(path, texts[path]) if path in texts else read_file(path, root)
                if values is not None:
                    return extended(path, values, root=root, texts=texts)
        if folder == root or os.path.dirname(folder) == folder:
            return []
        folder = os.path.dirname(folder)


def named(path: str, overrides: Mapping[str, Any] | None = None) -> Config:
    """The configuration of one file named by the user, with ``overrides`` on top. Raises ConfigError."""
    from dlint.config.file import extended, read_file

    values = read_file(path)
    if values is None:
        raise ConfigError(f"{path}: there is no [tool.dlint] table in it")
    layers = [layer._replace(trusted=True) for layer in extended(path, values)]
    return Config([*layers, *given(overrides)])
