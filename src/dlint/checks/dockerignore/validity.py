"""What the builder refuses about an ignore file."""

from __future__ import annotations

from dlint.api import Fault, Problem, Problems, check


@check(on=Fault)
def invalid_ignore_pattern(fault: Fault) -> Problems:
    """A line that is no pattern, is an exception without one, or is too long."""
    yield Problem(fault, fault.message)
