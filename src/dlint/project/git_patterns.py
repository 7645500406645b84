"""The patterns of ``.gitignore`` files, read: gitignore(5)."""

from __future__ import annotations

from dlint.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    # Whether a name fits one part of a pattern.
    Fits = Callable[[str], object]

_KEPT_BLANK = pattern(r"(?<!\\)(?:\\\\)*\\ $")
_NAMED_CLASS = pattern(r"\[:([a-z]+):\]")


class IgnoreRule:
    """One pattern. ``folder`` is where its file lies, as path parts from the root; it fits nothing outside."""

    __slots__ = ("folder", "parts", "negated", "folders_only", "anchored")

    def __init__(self, folder: tuple[str, ...], text: str, *, negated: bool, folders_only: bool) -> None:
        self.folder = folder
        self.negated = negated
        self.folders_only = folders_only
        self.anchored = "/" in text
        # Every part is None for ``**`` (git takes more stars for the same), else what a name must fit.
        self.parts: list[Fits | None] = [
            None if len(part) > 1 and not part.strip("*") else _fitting(part) for part in text.strip("/").split("/")
        ]

    def fits(self, parts: tuple[str, ...], is_dir: bool) -> bool:
        """Whether the path (its parts from the root) fits this pattern, whatever its sign."""
        if self.folders_only and not is_dir:
            return False
        depth = len(self.folder)
        if len(parts) <= depth or parts[:depth] != self.folder:
            return False
        if self.anchored:
            return _fits(self.parts, parts[depth:])
        name = self.parts[0]
        return name is None or bool(name(parts[-1]))


# The rules of some files; without functools, which a run over files that have not changed does not need.
_MOST_KNOWN = 32
_known: dict[tuple[tuple[str, ...], str], tuple[IgnoreRule, ...]] = {}


def rules_in(folder: tuple[str, ...], text: str) -> tuple[IgnoreRule, ...]:
    """The patterns of a file; one counts for each file of a project that is asked for."""
    key = folder, text
    found = _known.get(key)
    if found is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        found = tuple(rule for line in text.split("\n") if (rule := _rule(folder, line)) is not None)
        _known[key] = found
    return found


def _rule(folder: tuple[str, ...], line: str) -> IgnoreRule | None:
    line = line.rstrip("\r\n")
    # Trailing blanks do not count, unless a backslash keeps them.
    while line.endswith(" ") and not _KEPT_BLANK.search(line):
        line = line[:-1]
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    if negated:
        line = line[1:]
    folders_only = line.endswith("/")
    text = line.rstrip("/") if folders_only else line
    if not text:
        return None
    return IgnoreRule(folder, text, negated=negated, folders_only=folders_only)


def _fits(wanted: list[Fits | None], parts: tuple[str, ...]) -> bool:
    """Match path parts, ``**`` standing for any number of them (at least one at the end).

    Goes back to the last ``**`` only: what an earlier one could still take, the last one can take as well.
    """
    at = 0
    here = 0
    retry: tuple[int, int] | None = None
    while here < len(parts):
        if at < len(wanted):
            fitting = wanted[at]
            if fitting is None:
                if at == len(wanted) - 1:
                    return True
                retry = (at + 1, here)
                at += 1
                continue
            if fitting(parts[here]):
                at += 1
                here += 1
                continue
        if retry is None:
            return False
        at, here = retry[0], retry[1] + 1
        retry = (at, here)
    return at == len(wanted)


def _fitting(glob: str) -> Fits:
    """What fits one path part: ``*``, ``?``, ``[…]`` and backslash escapes; nothing does if it is malformed.

    Most parts are names, or ``*`` and an ending: for those no pattern is compiled.
    """
    rest = glob[1:] if glob.startswith("*") else glob
    if not _SPECIAL.isdisjoint(rest):
        compiled = _name_pattern(glob)
        return _nothing if compiled is None else compiled.match
    return glob.__eq__ if rest is glob else lambda name: name.endswith(rest)


_SPECIAL = frozenset("*?[\\")


def _nothing(name: str) -> bool:
    return False


def _name_pattern(glob: str) -> re.Pattern[str] | None:
    import re

    pieces: list[str] = []
    chunk: list[str] = []
    at = 0
    while at < len(glob):
        char = glob[at]
        at += 1
        if char == "*":
            if not pieces or chunk:
                pieces.append("".join(chunk))
                chunk = []
        elif char == "?":
            chunk.append("[^/]")
        elif char == "[":
            taken = _bracket(glob, at)
            if taken is None:
                return None
            text, at = taken
            chunk.append(text)
        elif char == "\\":
            if at == len(glob):
                return None
            chunk.append(re.escape(glob[at]))
            at += 1
        else:
            chunk.append(re.escape(char))
    if not pieces:
        return re.compile("".join(chunk) + r"\Z", re.S)
    # Between two stars the leftmost fit is as good as any, so each is taken for good: no exponential search.
    first, *middle = pieces
    body = first + "".join(f"(?>.*?{piece})" for piece in middle) + ".*" + "".join(chunk)
    return re.compile(body + r"\Z", re.S)


_CLASSES = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "blank": " \\t", "digit": "0-9", "lower": "a-z", "punct": "!-/:-@\\[-`{-~",
    "space": "\\s", "upper": "A-Z", "xdigit": "0-9a-fA-F",
}  # fmt: skip


def _bracket(glob: str, at: int) -> tuple[str, int] | None:
    """The regular expression of a bracket that starts before ``at``, and where it ends; None if it never does."""
    import re

    inner: list[str] = []
    negated = glob[at : at + 1] in ("!", "^")
    at += negated
    first = True
    while at < len(glob):
        char = glob[at]
        if char == "]" and not first:
            return "[" + "^" * negated + "".join(inner) + "]", at + 1
        first = False
        named = _NAMED_CLASS.match(glob, at)
        if named:
            if named.group(1) not in _CLASSES:
                return None
            inner.append(_CLASSES[named.group(1)])
            at = named.end()
            continue
        low, at = _bracket_char(glob, at)
        high = low
        if glob[at : at + 1] == "-" and glob[at + 1 : at + 2] not in ("", "]"):
            high, at = _bracket_char(glob, at + 1)
        # Of a range that runs backwards git takes the first character.
        inner.append(f"{re.escape(low)}-{re.escape(high)}" if low < high else re.escape(low))
    return None


def _bracket_char(glob: str, at: int) -> tuple[str, int]:
    if glob[at] == "\\" and at + 1 < len(glob):
        return glob[at + 1], at + 2
    return glob[at], at + 1
