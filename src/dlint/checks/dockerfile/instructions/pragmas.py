"""Comments that speak to the builder's checks and to other linters."""

from __future__ import annotations

from dlint.api import Edit, Fix, Problem, Problems, Related, Span, check, pattern
from dlint.api.dockerfile import Comment, Dockerfile, FailedChecks

_IGNORE = pattern(r"\s*hadolint\s+ignore\s*=")
# What is no backslash, the escape character that a file has anyway; and the name of an image with a path.
_DIRECTIVE = pattern(r"(?i:(escape)\s*=\s*`|syntax\s*=\s*[\w.:-]+/[\w./:@-]+)\s*\Z")


@check(on=Comment)
def hadolint_ignore_pragma(comment: Comment) -> Problems:
    """A comment by which hadolint hides findings."""
    if _IGNORE.match(comment.text):
        yield Problem(comment)


@check(on=Dockerfile, words=("\n# syntax", "\n#syntax", "\n# escape", "\n#escape"))
def directive_too_late(file: Dockerfile) -> Problems:
    """A directive above the first instruction, but below something else, so that it is a comment."""
    given = {directive.name for directive in file.directives}
    for comment in file.comments:
        if file.instructions and comment.span[0] > file.instructions[0].span[0]:
            return
        found = _DIRECTIVE.match(comment.text)
        name = "escape" if found and found[1] else "syntax"
        if found is None or name in given or comment.raw.startswith("##"):
            continue
        message = f"{name} is a comment here: directives end at the first other comment, blank line or instruction"
        yield Problem(comment, message, fix=_to_the_top(comment) if name == "syntax" else None, minor=name == "syntax")


def _to_the_top(comment: Comment) -> Fix | None:
    """The fix that makes a comment the first line, so that the builder fetches what it names to read the file."""
    source, (start, end) = comment.source, comment.span
    line_end = source.text.find("\n", end) + 1
    if not line_end or source.text.startswith("#!") or source.mentions("\r"):
        return None
    moved = Edit(source, Span(0, 0), f"{comment.raw}\n"), Edit(source, Span(start, line_end), "")
    title = "Move it to the first line; the builder then fetches that image to read the file"
    return Fix(title, *moved, safe=False, removes_comments=True)


@check(on=FailedChecks)
def warnings_fail_the_build(directive: FailedChecks) -> Problems:
    """``check=error=true`` in a file in which BuildKit's own checks find something."""
    names = list(directive.found)
    listed = ", ".join(f"{name} (line {place.line})" for name, place in list(directive.found.items())[:4])
    message = f"The build stops with error=true: {listed}{' and more' if len(names) > 4 else ''}; fix or skip them"
    related = [Related(place, name) for name, place in directive.found.items()]
    yield Problem(directive, message, related=related)
