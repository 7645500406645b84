"""One configuration file: its text, what stands in it and where, what it extends; and the baseline that it names."""

from __future__ import annotations

import os

from dlint.config.keys import ConfigError, shortened
from dlint.config.layers import Config, Layer
from dlint.lazy import pattern
from dlint.project.disk import read_file as bytes_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_MAX_EXTENDS = 10
_MAX_LAYERS = 100
# Far more than anybody writes by hand.
MAX_BYTES = 1_000_000
_OUR_TABLE = pattern(r"(?m)^[ \t]*(?:\[{1,2}[ \t]*)?tool[ \t]*\.[ \t]*[\"']?dlint\b")
# A baseline of 100,000 findings has 3 MB.
MAX_BASELINE = 20_000_000
# What editors on Windows write in front of UTF-8.
_BOM = b"\xef\xbb\xbf"


def read_file(path: str, root: str | None = None) -> dict[str, Any] | None:
    """The dlint keys of a TOML file, checked; None for a pyproject.toml that does not speak of dlint.

    With ``root`` the file was found, not named by the user, so that it must lie below that folder. Raises ConfigError.
    """
    try:
        text = text_of(path, root)
    except ConfigError:
        if os.path.basename(path) == "pyproject.toml" and not _speaks_of_dlint(path, root):
            return None
        raise
    return parse(path, text)


def text_of(path: str, root: str | None = None) -> str:
    """The text of a configuration file. Raises ConfigError."""
    if root is not None and not _is_below(path, root):
        raise ConfigError(f"{path}: is a link that leads outside the project; copy the file, or name it with --config")
    try:
        data = bytes_of(path, MAX_BYTES)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    if data is None:
        raise ConfigError(f"{path}: is larger than {MAX_BYTES // 1_000_000} MB, so it is not read as a configuration")
    try:
        return data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 (byte {error.object[error.start]:#04x} at {error.start})") from error


def _speaks_of_dlint(path: str, root: str | None) -> bool:
    """Whether a ``pyproject.toml`` has a table of dlint's, whatever else is wrong with it."""
    if root is not None and not _is_below(path, root):
        return False
    try:
        data = bytes_of(path, MAX_BYTES)
    except OSError:
        return False
    return _OUR_TABLE.search((data or b"").decode("utf-8", "replace")) is not None


def parse(path: str, text: str) -> dict[str, Any] | None:
    """The dlint keys in the text of a TOML file, checked; None for a pyproject.toml that does not speak of dlint."""
    ours = os.path.basename(path) != "pyproject.toml"
    if not ours and "dlint" not in text:
        return None
    import tomllib

    from dlint.config.shapes import validate

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


def place_of_name(config: Config, name: str) -> str:
    """Where a configuration says a rule's name, with the line if that is sure: ``dlint.toml:3: ignore``."""
    origin, key = config.held(name)
    line = _line_of_name(origin, name) if os.path.isabs(origin) else 0
    return f"{origin}:{line}" * bool(line) + origin * (not line) + (f": {key}" if key else "")


def _line_of_name(path: str, name: str) -> int:
    """The line of a TOML file on which a rule's name stands, in quotes or as a key; 0 if on none or on several."""
    try:
        lines = (bytes_of(path, MAX_BYTES) or b"").decode("utf-8", "replace").splitlines()
    except OSError:
        return 0
    import re

    named = re.compile(rf"\s*+(?:\[[\w.]*rules\.|rules\.)?{re.escape(name)}\s*+[].=]")
    found = [n for n, line in enumerate(lines, 1) if f'"{name}"' in line or f"'{name}'" in line or named.match(line)]
    return found[0] if len(found) == 1 else 0


def line_of(path: str, rule: str, option: str) -> int:
    """The line of a TOML file on which an option of a rule is set, else that of the rule's table; 0 if not found.

    ``rule`` is its name as it is written there.
    """
    try:
        lines = (bytes_of(path, MAX_BYTES) or b"").decode("utf-8", "replace").splitlines()
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
        data = bytes_of(path, MAX_BASELINE)
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
