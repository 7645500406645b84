"""Lines of an ignore file: patterns that do nothing, or mean something else."""

from __future__ import annotations

import re

from dlint.api import Fix, Problem, Problems, Related, check
from dlint.api.dockerignore import IgnoreFile, IgnorePattern


@check(on=IgnoreFile)
def ignore_pattern_without_effect(file: IgnoreFile) -> Problems:
    """Exceptions to nothing, and patterns that stand there twice."""
    # Patterns and exceptions since the last of the other sort, by their text: between them the same does something.
    seen: dict[bool, dict[str, IgnorePattern]] = {False: {}, True: {}}
    excludes = False
    for pattern in file.patterns:
        if pattern.negated and not (excludes and _takes_back(pattern, file)):
            yield Problem(
                pattern,
                f"Nothing above excludes what '!{pattern.text}' takes back: move it down or drop it",
                minor=_has_nothing_to_do(pattern, file),
            )
        excludes = excludes or not pattern.negated
        first = seen[pattern.negated].get(pattern.text)
        if first is not None:
            related = [Related(first, "the same pattern")]
            yield Problem(
                pattern, f"'{pattern.raw}' stands here for the second time: drop it", related=related, minor=True
            )
            continue
        if seen[not pattern.negated]:
            seen[not pattern.negated] = {}
        seen[pattern.negated][pattern.text] = pattern


# Each exception is held to each pattern: a file with more lines is not looked at in this way.
_MOST_PATTERNS = 300


def _excluding(file: IgnoreFile) -> list[IgnorePattern]:
    return [pattern for pattern in file.patterns if not pattern.negated]


def _takes_back(exception: IgnorePattern, file: IgnoreFile) -> bool:
    """Whether a pattern above may exclude something that an exception names."""
    if _SPECIAL.search(exception.text) or len(file.patterns) > _MOST_PATTERNS:
        return True
    return any(other.span < exception.span and _may_meet(other, exception) for other in _excluding(file))


def _has_nothing_to_do(exception: IgnorePattern, file: IgnoreFile) -> bool:
    """Whether no pattern of the whole file excludes anything that an exception names."""
    if _SPECIAL.search(exception.text) or len(file.patterns) > _MOST_PATTERNS:
        return False
    return not any(_may_meet(other, exception) for other in _excluding(file))


def _may_meet(pattern: IgnorePattern, exception: IgnorePattern) -> bool:
    """Whether a pattern may match the path of an exception, a folder above it, or something below it."""
    for written, name in zip(pattern.text.split("/"), exception.text.split("/"), strict=False):
        if "**" in written:
            return True
        if not IgnorePattern.part_matches(written, name):
            return False
    return True


_SPECIAL = re.compile(r"[*?\[\\]")
_HASH = re.compile(r"[ \t]#")


@check(on=IgnorePattern)
def ignore_comment_after_pattern(pattern: IgnorePattern) -> Problems:
    """A pattern with what was meant as a comment behind it."""
    match = _HASH.search(pattern.raw)
    written = pattern.raw[: match.start()].rstrip(" \t") if match else ""
    if match and written:
        comment = pattern.raw[match.end() - 1 :]
        fix = Fix(
            "Give the comment its own line; the pattern then matches without it",
            pattern.replace(f"{comment}\n{written}"),
            safe=False,
        )
        where = pattern.part(pattern.span[0] + match.end() - 1, pattern.span[1])
        yield Problem(where, f"This is part of the pattern, which matches no file called '{written}'", fix=fix)
