"""Lines of an ignore file: patterns that do nothing, or mean something else."""

from __future__ import annotations

import re

from dlint.api import Edit, Fix, Problem, Problems, Related, check
from dlint.api.dockerignore import IgnoreFile, IgnorePattern


@check(on=IgnoreFile)
def ignore_pattern_without_effect(file: IgnoreFile) -> Problems:
    """Exceptions to nothing, and patterns that stand there twice."""
    seen: dict[tuple[str, bool], IgnorePattern] = {}
    excludes = False
    for pattern in file.patterns:
        if pattern.negated and not excludes:
            yield Problem(pattern, f"Nothing above excludes what '!{pattern.text}' takes back: move it down or drop it")
        excludes = excludes or not pattern.negated
        key = (pattern.text, pattern.negated)
        first = seen.get(key)
        if first is not None:
            related = [Related(first, "the same pattern")]
            yield Problem(pattern, f"'{pattern.raw}' stands here for the second time: drop it", related=related)
            continue
        for other in [other for other in seen if other[1] != pattern.negated]:
            del seen[other]
        seen[key] = pattern


_COMMENT = re.compile(r"(\S.*?)[ \t]+(#.*)$")


@check(on=IgnorePattern)
def ignore_comment_after_pattern(pattern: IgnorePattern) -> Problems:
    """A pattern with what was meant as a comment behind it."""
    match = _COMMENT.match(pattern.raw)
    if match:
        fix = Fix(
            "Give the comment its own line; the pattern then matches without it", _rewritten(pattern, match), safe=False
        )
        start = pattern.span[0] + match.start(2)
        where = pattern.part(start, pattern.span[1])
        yield Problem(where, f"This is part of the pattern, which matches no file called '{match[1]}'", fix=fix)


def _rewritten(pattern: IgnorePattern, match: re.Match[str]) -> Edit:
    return pattern.replace(f"{match[2]}\n{match[1]}")
