"""Comments that hide findings are checked themselves."""

from __future__ import annotations

from dlint.api import Problem, Problems, check
from dlint.api.file import Suppression

# Names of one comment that are reported one by one.
_MOST = 10


@check(on=Suppression)
def suppression_malformed(suppression: Suppression) -> Problems:
    """A comment that means to hide findings but cannot be read."""
    if suppression.malformed:
        yield Problem(suppression, f"This comment hides nothing: {suppression.malformed}")


@check(on=Suppression)
def suppression_unknown_rule(suppression: Suppression) -> Problems:
    """A suppression that names a rule dlint does not have."""
    unknown = suppression.unknown
    for name, hint in unknown[:_MOST]:
        yield Problem(suppression, f"There is no rule called {name!r}{hint}; `dlint rules` lists them")
    if len(unknown) > _MOST:
        yield Problem(suppression, f"{len(unknown) - _MOST} more names here are no rules; `dlint rules` lists them")


@check(on=Suppression)
def suppression_unused(suppression: Suppression) -> Problems:
    """A suppression that hides nothing any more."""
    if suppression.judged and not suppression.malformed and not suppression.used and not suppression.expired:
        names = ", ".join(suppression.rules[:_MOST]) + (", …" if len(suppression.rules) > _MOST else "")
        yield Problem(suppression, f"Nothing here for {names} to hide; remove the comment")


@check(on=Suppression)
def suppression_expired(suppression: Suppression) -> Problems:
    """A suppression whose date has passed."""
    if suppression.expired:
        yield Problem(suppression, f"This comment ran out on {suppression.until}; fix the finding or set a new date")


@check(on=Suppression)
def suppression_without_reason(suppression: Suppression) -> Problems:
    """A suppression that does not say why."""
    if suppression.tool == "dlint" and not suppression.malformed and not suppression.reason:
        yield Problem(suppression, "Say why: add `-- reason` at the end of the comment")
