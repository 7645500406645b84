"""What the builder refuses about an ignore file."""

from __future__ import annotations

from dlint.api import Fault, Faults, Problem, Problems, check


@check(on=Faults("bad-pattern", "empty-exception", "line-too-long"))
def invalid_ignore_pattern(fault: Fault) -> Problems:
    """A line that is no pattern, is an exception without one, or is too long."""
    yield Problem(fault, fault.message)
