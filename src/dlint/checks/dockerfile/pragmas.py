"""Comments that speak to other linters."""

from __future__ import annotations

import re

from dlint.api import Problem, Problems, check
from dlint.api.dockerfile import Comment

_IGNORE = re.compile(r"\s*hadolint\s+ignore\s*=")


@check(on=Comment)
def hadolint_ignore_pragma(comment: Comment) -> Problems:
    """A comment by which hadolint hides findings."""
    if _IGNORE.match(comment.text):
        yield Problem(comment)
