"""Comments that speak to the builder's checks and to other linters."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check, pattern
from dlint.api.dockerfile import Comment, FailedChecks

_IGNORE = pattern(r"\s*hadolint\s+ignore\s*=")


@check(on=Comment)
def hadolint_ignore_pragma(comment: Comment) -> Problems:
    """A comment by which hadolint hides findings."""
    if _IGNORE.match(comment.text):
        yield Problem(comment)


@check(on=FailedChecks)
def warnings_fail_the_build(directive: FailedChecks) -> Problems:
    """``check=error=true`` in a file in which BuildKit's own checks find something."""
    names = list(directive.found)
    listed = ", ".join(f"{name} (line {place.line})" for name, place in list(directive.found.items())[:4])
    message = f"The build stops with error=true: {listed}{' and more' if len(names) > 4 else ''}; fix or skip them"
    related = [Related(place, name) for name, place in directive.found.items()]
    yield Problem(directive, message, related=related)
