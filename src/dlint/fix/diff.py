"""A change of one file as a unified diff."""

from __future__ import annotations

from dlint.source import Source


def unified_diff(before: Source, after: Source) -> str:
    """The change of one file in unified format, as ``git apply`` and ``patch`` take it; empty if there is none."""
    if before.text == after.text:
        return ""
    from difflib import unified_diff as lines_of

    mark = "\ufeff" if before.bom else ""
    old, new = ((mark + source.text).split("\n") for source in (before, after))
    rows = lines_of(_kept(old), _kept(new), _name("a/", before.path), _name("b/", after.path))
    return "".join(row if row.endswith("\n") else row + "\n\\ No newline at end of file\n" for row in rows)


def _kept(lines: list[str]) -> list[str]:
    """Lines with their endings; a line ends at LF alone."""
    return [line + "\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def _name(prefix: str, path: str) -> str:
    """A file name for the head of a diff: quoted as git does, or closed by a tab if it has blanks."""
    name = prefix + path
    if any(character in '"\\' or ord(character) < 32 or character == "\x7f" for character in name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + "".join(c if " " <= c != "\x7f" else f"\\{ord(c):03o}" for c in escaped) + '"'
    return name + "\t" if " " in name else name
