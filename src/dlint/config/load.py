"""Configuration: the keys of ``dlint.toml``, where they are looked for, how layers join, what each value came from."""

from __future__ import annotations

import os

from dlint.config.keys import ADDING, KEYS, ConfigError, shortened
from dlint.lazy import NamedTuple, pattern
from dlint.rule.words import SEVERITY_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from dlint.rule.severity import Severity

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
# The tools that a preset reproduces fail a run from here on; such a preset alone does so too.
PRESET_FAIL_ON = {"compose-lint": "error", "dclint": "error"}
# Thresholds, the lowest first.
_ORDER = (*reversed(SEVERITY_WORDS), "never")
_MAX_EXTENDS = 10
_MAX_LAYERS = 100
# Far more than anybody writes by hand, as of the files that are linted.
MAX_BYTES = 1_000_000
_OUR_TABLE = pattern(r"(?m)^[ \t]*(?:\[{1,2}[ \t]*)?tool[ \t]*\.[ \t]*[\"']?dlint\b")
# A baseline of 100,000 findings has 3 MB.
MAX_BASELINE = 20_000_000
# What editors on Windows write in front of UTF-8.
_BOM = b"\xef\xbb\xbf"


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
        for layer in layers:
            self._join(layer)
        self._set_threshold(layers)
        # What is built from it, per kind and per set of matching tables; the engine keeps its plans here.
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

    def where(self, name: str) -> str:
        """Where a rule's name is written: the origin of the key that holds it."""
        if name in self.values["rules"]:
            return self.origins.get(f"rules.{name}", "the configuration") + ": rules"
        for key in ("select", "enable", "ignore", "unsafe-fixes"):
            if name in self.values[key]:
                return f"{self.origins.get(key, 'the configuration')}: {key}"
        return "the configuration"

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
                for tool, layer in _peer_layer_on_disk(name, path, folder, root).items():
                    layers.setdefault(tool, layer)
        for name in PEER_PROGRAMS:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                layers.setdefault("dclint", Layer(path, folder, {}, ("a program, which is not read or run",)))
        if folder == root or os.path.dirname(folder) == folder:
            return list(layers.values())
        folder = os.path.dirname(folder)


def _peer_layer_on_disk(name: str, path: str, folder: str, root: str) -> dict[str, Layer]:
    try:
        return peer_layer(name, path, folder, _text(path, root))
    except ConfigError as error:
        if name == "package.json":
            return {}
        from dlint.config import peers as config_peers

        why = str(error).removeprefix(f"{path}: ")
        return {config_peers.tool(name): Layer(path, folder, {}, (why,))}


def peer_layer(name: str, origin: str, folder: str, text: str) -> dict[str, Layer]:
    """What another linter's configuration file says, by the tool's name.

    What is wrong in it is among what does not count: a configuration that is not dlint's stops no run.
    """
    from dlint.config import peers as config_peers
    from dlint.config.shapes import validate

    reading = config_peers.read(name, text)
    if reading.absent:
        return {}
    tool = config_peers.tool(name)
    if reading.broken:
        return {tool: Layer(origin, folder, {}, tuple(reading.left))}
    return {tool: Layer(origin, folder, validate(reading.values, origin), tuple(reading.left))}


def _file_layers(folder: str, root: str, texts: Mapping[str, str]) -> list[Layer]:
    while True:
        for name in FILES:
            path = os.path.join(folder, name)
            if path in texts or os.path.isfile(path):
                values = parse(path, texts[path]) if path in texts else read_file(path, root)
                if values is not None:
                    return extended(path, values, root=root, texts=texts)
        if folder == root or os.path.dirname(folder) == folder:
            return []
        folder = os.path.dirname(folder)


def named(path: str, overrides: Mapping[str, Any] | None = None) -> Config:
    """The configuration of one file named by the user, with ``overrides`` on top. Raises ConfigError."""
    values = read_file(path)
    if values is None:
        raise ConfigError(f"{path}: there is no [tool.dlint] table in it")
    layers = [layer._replace(trusted=True) for layer in extended(path, values)]
    return Config([*layers, *given(overrides)])


def read_file(path: str, root: str | None = None) -> dict[str, Any] | None:
    """The dlint keys of a TOML file, checked; None for a pyproject.toml that does not speak of dlint.

    With ``root`` the file was found, not named by the user, so that it must lie below that folder. Raises ConfigError.
    """
    try:
        text = _text(path, root)
    except ConfigError:
        if os.path.basename(path) == "pyproject.toml" and not _speaks_of_dlint(path, root):
            return None
        raise
    return parse(path, text)


def _text(path: str, root: str | None = None) -> str:
    """The text of a configuration file. Raises ConfigError."""
    if root is not None and not _is_below(path, root):
        raise ConfigError(f"{path}: is a link that leads outside the project; copy the file, or name it with --config")
    try:
        data = _read(path, MAX_BYTES)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    if data is None:
        raise ConfigError(f"{path}: is larger than {MAX_BYTES // 1_000_000} MB, so it is not read as a configuration")
    try:
        return data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 (byte {error.object[error.start]:#04x} at {error.start})") from error


def _read(path: str, limit: int) -> bytes | None:
    from dlint.project.disk import read_file as read

    return read(path, limit)


def _speaks_of_dlint(path: str, root: str | None) -> bool:
    """Whether a ``pyproject.toml`` has a table of dlint's, whatever else is wrong with it."""
    if root is not None and not _is_below(path, root):
        return False
    try:
        data = _read(path, MAX_BYTES)
    except OSError:
        return False
    return _OUR_TABLE.search((data or b"").decode("utf-8", "replace")) is not None


def parse(path: str, text: str) -> dict[str, Any] | None:
    """The dlint keys in the text of a TOML file, checked; None for a pyproject.toml that does not speak of dlint."""
    import tomllib

    from dlint.config.shapes import validate

    ours = os.path.basename(path) != "pyproject.toml"
    try:
        data: Any = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        if not ours and not _OUR_TABLE.search(text):
            return None
        why = "it is nested too deep" if isinstance(error, RecursionError) else error
        raise ConfigError(f"{path}: is not valid TOML: {why}") from error
    if not ours:
        tools = data.get("tool")
        data = tools.get("dlint") if isinstance(tools, dict) else None
        if data is None:
            return None
        if not isinstance(data, dict):
            raise ConfigError(f"{path}: tool.dlint is a table ([tool.dlint]), not {shortened(data)}")
    try:
        return validate(data, path)
    except ConfigError:
        for key, value in data.items():
            line = _line_of_key(text, key)
            validate({key: value}, f"{path}:{line}" if line else path)
        raise


def _line_of_key(text: str, key: str) -> int:
    """The line of a TOML text on which a key of ours is set, or a table or list of tables of that name begins; 0 if not
    found.
    """
    import re

    name = f"[\"']?{re.escape(key)}[\"']?"
    own = re.compile(rf"\s*+{name}\s*+[.=]")
    header = re.compile(rf"\s*+\[{{1,2}}\s*+(tool\.dlint\.)?{name}\s*+[.\]]")
    inside = True
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("["):
            inside = line.strip().startswith("[tool.dlint]")
            if header.match(line):
                return number
        elif inside and own.match(line):
            return number
    return 0


def extended(
    path: str,
    values: dict[str, Any],
    depth: int = 0,
    *,
    root: str | None = None,
    texts: Mapping[str, str] | None = None,
) -> list[Layer]:
    """The layers of a configuration file: those it extends first, itself last. ``texts`` win over the disk.

    What it extends must lie below ``root``, if that is given: a file that was found and not named by the user may not
    make dlint read just anything. Raises ConfigError.
    """
    if depth > _MAX_EXTENDS:
        raise ConfigError(f"{path}: extends more than {_MAX_EXTENDS} files deep; do two files extend each other?")
    layers: list[Layer] = []
    folder = os.path.dirname(os.path.abspath(path))
    for other in values.get("extends", ()):
        target = os.path.normpath(os.path.join(folder, other))
        if not os.path.isfile(target):
            raise ConfigError(f"{path}: extends {other}, which does not exist beside it")
        if root is not None and not _is_below(target, root):
            raise ConfigError(
                f"{path}: extends {other}, which lies outside the project {root}; copy it, or name --root"
            )
        values_there = parse(target, texts[target]) if texts and target in texts else read_file(target, root)
        layers.extend(extended(target, values_there or {}, depth + 1, root=root, texts=texts))
        if len(layers) > _MAX_LAYERS:
            raise ConfigError(f"{path}: extends more than {_MAX_LAYERS} files in all; extend fewer")
    layers.append(Layer(path, folder, values))
    return layers


def line_of(path: str, rule: str, option: str) -> int:
    """The line of a TOML file on which an option of a rule is set, else that of the rule's table; 0 if not found.

    ``rule`` is its name as it is written there.
    """
    try:
        lines = (_read(path, MAX_BYTES) or b"").decode("utf-8", "replace").splitlines()
    except OSError:
        return 0
    import re

    name, key = (f"[\"']?{re.escape(word)}[\"']?" for word in (rule, option))
    entry = re.compile(rf"\s*(rules\.)?{name}\s*(=.*\b{key}|\.\s*{key}\s*=)")
    own = re.compile(rf"\s*{key}\s*[.=]")
    header = re.compile(rf"\s*\[(tool\.dlint\.)?rules\.{name}(\.(?P<option>{key}))?[.\]]")
    inside = False
    table = 0
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("["):
            match = header.match(line)
            inside = match is not None
            if match and match["option"]:
                return number
            table = number if inside else table
        elif entry.match(line) or (inside and own.match(line)):
            return number
    return table


def baseline_text(path: str, root: str | None) -> str:
    """The text of a baseline file, which must lie below ``root`` if a configuration that was found names it.

    Raises ConfigError.
    """
    if root is not None and not _is_below(path, root):
        raise ConfigError(f"{path}: the baseline lies outside the project {root}; name it with --baseline")
    try:
        data = _read(path, MAX_BASELINE)
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such baseline; `dlint baseline` writes one") from error
    except OSError as error:
        raise ConfigError(f"{path}: the baseline cannot be read: {error.strerror}") from error
    if data is None:
        raise ConfigError(f"{path}: is larger than {MAX_BASELINE // 1_000_000} MB, so it is not read as a baseline")
    return data.removeprefix(_BOM).decode("utf-8", "replace")


def _is_below(path: str, root: str) -> bool:
    real, top = os.path.realpath(path), os.path.realpath(root)
    return real.startswith(top.rstrip(os.sep) + os.sep)
