"""Layers of configuration, and the configuration that they make: the later ones win, or add to the earlier."""

from __future__ import annotations

import os

from dlint.config.keys import ADDING, KEYS
from dlint.lazy import NamedTuple
from dlint.rule.words import SEVERITY_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from dlint.rule.severity import Severity

# The tools that a preset reproduces fail a run from here on; such a preset alone does so too.
PRESET_FAIL_ON = {"compose-lint": "error", "dclint": "error"}
# Thresholds, the lowest first.
_ORDER = (*reversed(SEVERITY_WORDS), "never")


class Layer(NamedTuple):
    """The keys one place gives: ``origin`` is what to tell the reader, ``folder`` what paths in it are relative to.

    ``unheeded`` are sentences about what stands there and does not count, in a file of another linter's. ``trusted``:
    the user gave it or named it, so that code which it names may run.
    """

    origin: str
    folder: str
    values: Mapping[str, Any]
    unheeded: tuple[str, ...] | None = None
    trusted: bool = False


class Config:
    """The joined configuration for the files of one folder.

    ``folder`` is the folder its patterns are relative to, from the project's root, ``""`` for the root itself.
    ``origins`` says for each key where its value came from. ``peers`` are the files of other linters that count, with
    sentences about what in them does not. ``withheld`` is the code that a file names which nobody said may run:
    plug-ins, and a ShellCheck of its own; ``withheld_by`` are these files.
    """

    def __init__(self, layers: list[Layer]) -> None:
        self.peers = {layer.origin: layer.unheeded for layer in layers if layer.unheeded is not None}
        self.values: dict[str, Any] = {key: entry.default for key, entry in KEYS.items()}
        self.origins: dict[str, str] = {}
        self.folder = ""
        self.withheld: tuple[str, ...] = ()
        self.withheld_by: tuple[str, ...] = ()
        self._layers = layers
        for layer in layers:
            self._join(layer)
        self._set_threshold(layers)
        # The rules that it enables, by kind of file and matching tables (``plan``).
        self.plans: dict[Any, Any] = {}

    def _set_threshold(self, layers: Sequence[Layer]) -> None:
        """From which severity a run fails: that of a tool whose preset stands alone, the lowest of several tools'."""
        asked = [layer for layer in layers if "fail-on" in layer.values]
        if asked and all(layer.unheeded is not None for layer in asked):
            default = KEYS["fail-on"].default
            each = [layer.values.get("fail-on", default) for layer in layers if layer.unheeded is not None]
            self.values["fail-on"] = min(each, key=_ORDER.index)
        elif not asked and self.values["preset"] in PRESET_FAIL_ON:
            self.values["fail-on"] = PRESET_FAIL_ON[self.values["preset"]]
            self.origins["fail-on"] = f"the preset {self.values['preset']}"

    def _join(self, layer: Layer) -> None:
        if layer.folder:
            self.folder = layer.folder
        for key, value in layer.values.items():
            if key == "extends":
                continue
            if not layer.trusted and value and (key == "plugins" or (key == "shellcheck" and isinstance(value, str))):
                self.withheld += tuple(value) if key == "plugins" else (value,)
                self.withheld_by = tuple(dict.fromkeys((*self.withheld_by, layer.origin)))
                value = () if key == "plugins" else True
            if key in ADDING:
                value = (*self.values[key], *_anchored(key, value, layer))
                earlier = self.origins.get(key)
                self.origins[key] = f"{earlier}, {layer.origin}" if earlier else layer.origin
            elif key == "preset" and layer.unheeded is not None and key in self.origins:
                # Files of several tools: each has its rules with its severities.
                value = tuple(dict.fromkeys((*self.values[key], *value)))
                self.origins[key] = f"{self.origins[key]}, {layer.origin}"
            elif key == "rules":
                value = _merge_rules(self.values[key], value)
                for name in layer.values[key]:
                    self.origins[f"rules.{name}"] = layer.origin
            elif key == "baseline" and value:
                value = os.path.normpath(os.path.join(layer.folder, value))
                self.origins[key] = layer.origin
            elif key == "shellcheck" and isinstance(value, str):
                # A path is relative to the file it stands in; a bare name is looked for on PATH.
                value = os.path.join(layer.folder, value) if os.path.dirname(value) else value
                self.origins[key] = layer.origin
            elif isinstance(value, dict):
                value = {**self.values[key], **value}
                self.origins[key] = layer.origin
            else:
                self.origins[key] = layer.origin
            self.values[key] = tuple(value) if isinstance(value, list) else value

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def among(self, known: list[Config]) -> Config:
        """The one of ``known`` that says the same, so that its plans are made once; else this, which is known then."""
        for one in known:
            if all(getattr(one, name) == getattr(self, name) for name in _SAYS):
                return one
        known.append(self)
        return self

    def held(self, name: str) -> tuple[str, str]:
        """The last place that says a rule's name (a file, the command line), and under which key."""
        if name in self.values["rules"]:
            return self.origins.get(f"rules.{name}", "the configuration"), "rules"
        for key in ("select", "enable", "ignore", "unsafe-fixes"):
            if name in self.values[key]:
                return self._last(key, name), key
        for key in ("paths", "services"):
            if any(name in words for table in self.values[key] for words in table.values()):
                return self._last(key, name), key
        return "the configuration", ""

    def _last(self, key: str, name: str) -> str:
        holders = [layer for layer in self._layers if key in layer.values and repr(name) in repr(layer.values[key])]
        return holders[-1].origin if holders else self.origins.get(key, "the configuration")

    @property
    def fail_on(self) -> Severity | None:
        """The lowest severity that fails the run, or None for never."""
        from dlint.rule.severity import SEVERITIES

        return SEVERITIES.get(self.values["fail-on"])

    @property
    def show_from(self) -> Severity:
        """The lowest severity that is shown."""
        from dlint.rule.severity import SEVERITIES

        return SEVERITIES[self.values["severity"]]


_SAYS = ("values", "origins", "folder", "peers", "withheld", "withheld_by")


def _anchored(key: str, value: Any, layer: Layer) -> list[Any]:
    """Folders of plug-ins become absolute paths; what is no folder beside the configuration is a module's name."""
    if key != "plugins":
        return list(value)
    top = os.path.abspath(layer.folder)
    places = [(name, os.path.normpath(os.path.join(top, os.path.expanduser(name)))) for name in value]
    return [place if name.startswith((".", "/", "~")) or os.path.isdir(place) else name for name, place in places]


def _merge_rules(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for name, settings in new.items():
        merged[name] = {**merged.get(name, {}), **settings}
    return merged
