"""TOML as most configurations have it, read without ``tomllib``.

That module imports ``typing``, ``datetime`` and ``string`` and compiles four patterns: a fifth of a run over one file.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WORDS = {"true": True, "false": False}


def plain_tables(text: str) -> dict[str, Any] | None:
    """What stands in a text of tables, comments, and keys with truth values, numbers, strings and lists on one line.

    None for anything else, right or wrong, which ``tomllib`` is to read.
    """
    found: dict[str, Any] = {}
    table = found
    for line in text.replace("\r\n", "\n").split("\n"):
        line = line.strip(" \t")
        if not line.isprintable():
            return None
        if not line or line[0] == "#":
            continue
        try:
            if line[0] == "[":
                table = _opened(found, line)
            else:
                key, equals, value = line.partition("=")
                key = key.rstrip(" \t")
                if not equals or not _is_bare(key) or key in table:
                    return None
                table[key] = _value(value)
        except ValueError:
            return None
    return found


def _opened(tables: dict[str, Any], line: str) -> dict[str, Any]:
    """The new table that a line such as ``[rules.NAME]`` begins. Raises ValueError for any other."""
    names = line[1:-1].split(".")
    if line[-1] != "]" or not all(map(_is_bare, names)):
        raise ValueError(line)
    *above, last = names
    for name in above:
        tables = tables.setdefault(name, {})
        if not isinstance(tables, dict):
            raise ValueError(line)
    if last in tables:
        raise ValueError(line)
    tables[last] = {}
    return tables[last]  # type: ignore[no-any-return]


def _is_bare(key: str) -> bool:
    return key.isascii() and key.replace("-", "a").replace("_", "a").isalnum()


def _value(text: str) -> Any:
    """A value with a comment behind it, if any. Raises ValueError for one that is not plain."""
    if "#" in text:
        if '"' in text:
            raise ValueError(text)
        text = text.partition("#")[0]
    text = text.strip(" \t")
    if text[:1] == "[" and text[-1:] == "]":
        items = [item.strip(" \t") for item in text[1:-1].split(",")]
        return [_single(item) for item in (items if items[-1] else items[:-1])]
    return _single(text)


def _single(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if text[:1] == '"' and len(text) > 1 and text[-1] == '"':
        inner = text[1:-1]
        if '"' in inner or "\\" in inner:
            raise ValueError(text)
        return inner
    if text.isascii() and text.isdecimal() and (text == "0" or text[0] != "0"):
        return int(text)
    raise ValueError(text)
