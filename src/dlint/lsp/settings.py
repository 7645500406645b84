"""What the user sets in the editor, and the configuration that comes of it and of the project's own files."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from dlint.config import load as files
from dlint.config.catalogue import Catalogue
from dlint.config.keys import ConfigError
from dlint.config.layers import Config
from dlint.config.plan import plan
from dlint.rule.errors import PluginError
from dlint.rule.load import builtin
from dlint.rule.plugin import plugin
from dlint.rule.words import KINDS, PRESETS


class Settings(NamedTuple):
    """The editor's settings. ``on_save``: lint when a file is saved, not at each change. ``trusted``: code that the
    project names may run: its plug-ins, and its own ShellCheck.
    """

    on_save: bool = False
    trusted: bool = False
    shellcheck: bool = True
    preset: str = ""
    buildkit: bool = True


_SWITCH = (True, False)
_VALUES: Mapping[str, tuple[object, ...]] = {
    "run": ("onType", "onSave"),
    "trust": _SWITCH,
    "shellcheck": _SWITCH,
    "preset": ("", *PRESETS, "all", "none"),
    "buildkit": _SWITCH,
}
"""What each setting may be."""


def read(given: Any) -> Settings:
    """The settings in what an editor sends; what is not understood stays as it is by default."""
    values = {name: value for name, value in _written(given).items() if _is_one(value, _VALUES.get(name, ()))}
    return Settings(
        on_save=values.get("run") == "onSave",
        trusted=values.get("trust", False),
        shellcheck=values.get("shellcheck", True),
        preset=values.get("preset", ""),
        buildkit=values.get("buildkit", True),
    )


def faults(given: Any) -> list[str]:
    """A sentence for each setting in what an editor sends that is not understood."""
    return [
        f"the setting {name} is not understood, so it does not count: it is one of {_listed(allowed)}"
        for name, allowed in _VALUES.items()
        if (value := _written(given).get(name)) is not None and not _is_one(value, allowed)
    ]


def _listed(allowed: tuple[object, ...]) -> str:
    """Values as people write them in an editor's settings."""
    return ", ".join(json.dumps(value) for value in allowed if value != "")


def _written(given: Any) -> Mapping[str, Any]:
    values: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    inner = values.get("dlint")
    return inner if isinstance(inner, Mapping) else values


def _is_one(value: object, allowed: tuple[object, ...]) -> bool:
    """Whether a value is one of these, and no number that equals one."""
    return any(type(value) is type(one) and value == one for one in allowed)


@lru_cache(maxsize=1)
def own_rules() -> Catalogue:
    """All rules that ship with dlint."""
    return Catalogue(builtin())


class Configs:
    """The configurations of one project, by folder.

    A configuration that cannot be used is replaced by the last one that could, else by the defaults; ``errors`` has
    why, by the absolute path of the folder it was asked for. ``texts`` (absolute path → text) win over the disk.
    """

    def __init__(self, root: str, settings: Settings) -> None:
        self.root = root
        self.settings = settings
        self.errors: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.catalogue = own_rules()
        self._configs: dict[str, Config] = {}
        self._good: dict[str, Config] = {}
        self._plugins: tuple[str, ...] = ()

    def forget(self) -> None:
        """Read all anew when next asked: a configuration has changed."""
        self._configs.clear()
        self.errors.clear()

    def of(self, path: str) -> Config:
        """The configuration for a path from the root. Never raises ConfigError."""
        folder = path.rpartition("/")[0]
        found = self._configs.get(folder)
        if found is None:
            found = self._configs[folder] = self._read(folder)
        return found

    def _read(self, folder: str) -> Config:
        try:
            config = self._load(os.path.join(self.root, folder).rstrip(os.sep) if self.root else "")
        except (ConfigError, PluginError) as error:
            self.errors[folder] = str(error)
            return self._good.get(folder) or self._adapted(Config([]))
        self._good[folder] = config
        return config

    def _load(self, folder: str) -> Config:
        trusted = self.settings.trusted
        config = files.load(folder, root=self.root, texts=self.texts, trusted=trusted) if self.root else Config([])
        self._adapted(config)
        self._plug_in(config)
        plan(config, self.catalogue, KINDS)
        config.plans.clear()
        return config

    def _adapted(self, config: Config) -> Config:
        """The editor's settings on top."""
        settings = self.settings
        if settings.preset:
            config.values["preset"] = settings.preset
        if not settings.buildkit:
            config.values["ignore"] = (*config["ignore"], *_buildkits())
        if not settings.shellcheck:
            config.values["shellcheck"] = False
        return config

    def _plug_in(self, config: Config) -> None:
        new = [path for path in config["plugins"] if path not in self._plugins]
        for path in new:
            self.catalogue = Catalogue({**self.catalogue.rules, **plugin(path)})
            self._plugins = (*self._plugins, path)


@lru_cache(maxsize=1)
def _buildkits() -> tuple[str, ...]:
    """The rules that BuildKit checks too, for editors in which Docker's own language server shows them."""
    rules = own_rules().rules.values()
    return tuple(rule.name for rule in rules if any(alias.startswith("buildkit/") for alias in rule.aliases))
