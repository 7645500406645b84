"""The configurations of a project's folders: each counts for the files in a folder and below it."""

from __future__ import annotations

import os

from dlint.config import load as settings
from dlint.config.keys import ConfigError
from dlint.config.layers import Config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dlint.project.files import ProjectFiles
    from dlint.rule.finding import Failure


class FolderConfigs:
    """The configurations of the folders of a project, read when they are asked for.

    ``overrides`` are keys from the command line, ``named`` is a file's configuration that counts for all. With
    ``trusted`` code that the files name may run, without ``plugins`` none does. ``unusable`` are sentences about
    configurations that cannot be used, by the ``id`` of what stands in for each.
    """

    def __init__(
        self,
        project: ProjectFiles,
        overrides: Mapping[str, Any],
        named: Config | None,
        *,
        trusted: bool,
        plugins: bool,
    ) -> None:
        self._project = project
        self._overrides = overrides
        self._named = named
        self._trusted = trusted
        self._plugins = plugins
        self._known: dict[str, Config] = {}
        self._distinct: list[Config] = []
        self._wrong: dict[int, str] = {}
        self.unusable: dict[int, str] = {}

    def of(self, path: str) -> Config:
        """The configuration for a path from the root. Raises ConfigError for what the user gave at the call.

        Folders that have none of their own share that of the folder above, and what is worked out from it.
        """
        found = self.looked_up(path)
        if id(found) in self._wrong:
            self.unusable[id(found)] = self._wrong[id(found)]
        return found

    def looked_up(self, path: str) -> Config:
        """The same for one who only asks whether it has changed: that it cannot be used is no matter then."""
        if self._named is not None:
            return self._named
        folder = path.rpartition("/")[0]
        found = self._known.get(folder)
        if found is None:
            below = []
            while found is None and not self._may_configure(folder):
                below.append(folder)
                folder = folder.rpartition("/")[0]
                found = self._known.get(folder)
            if found is None:
                found = self._load(folder)
            self._known.update(dict.fromkeys([*below, folder], found))
        return found

    @property
    def misconfigured(self) -> list[str]:
        """Sentences about configurations that cannot be used."""
        return list(dict.fromkeys(self.unusable.values()))

    def failures(self) -> list[Failure]:
        """What is said of the files below configurations that cannot be used."""
        from dlint.rule.finding import Failure

        found = []
        for message in self.misconfigured:
            inside = message.removeprefix(os.path.join(self._project.root or "", ""))
            path, colon, why = inside.partition(": ")
            place, _, line = path.rpartition(":")
            if line.isdecimal():
                path, why = place, f"line {line}: {why}"
            known = bool(colon) and inside != message
            found.append(
                Failure(path if known else "", f"{why if known else message}; the files below it were not linted")
            )
        return found

    def _may_configure(self, folder: str) -> bool:
        """Whether a configuration may lie in the folder itself."""
        names = self._project.listdir(folder) if folder else ()
        return not names or not settings.NAMES.isdisjoint(map(str.lower, names))

    def _load(self, folder: str) -> Config:
        """The configuration for a folder; one that stands in, noted as unusable, for one that cannot be used."""
        root = self._project.root or ""
        # What the user gives at the call is wrong for all files.
        settings.given(self._overrides)
        try:
            found = settings.load(
                os.path.join(root, folder).rstrip("/"), root=root, overrides=self._overrides, trusted=self._trusted
            )
        except ConfigError as error:
            found = Config([])
            found.values["shellcheck"] = False
            self._wrong[id(found)] = str(error)
            return found
        if not self._plugins:
            # A program named there would run as well; the one that comes along does not count.
            found.values["plugins"] = ()
            found.values["shellcheck"] = bool(found.values["shellcheck"])
        return found.among(self._distinct)
