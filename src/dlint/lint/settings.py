"""How a run goes about it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from dlint.cache.store import Cache

# Ten thousand files take a tenth of it.
MOST_SECONDS = 600.0


def _nothing() -> None:
    pass


class RunSettings:
    """How a run goes about it.

    ``today`` is an ISO date, for suppressions that run out. ``jobs`` is how many ShellCheck processes may run at a
    time (0: one per core), ``answers`` what ShellCheck said in earlier runs, ``progress`` is called after each file.
    With ``at_cause`` a finding that a target causes in another file is shown in the target, unless that file is one of
    ``elsewhere``, whose findings another run shows. After ``seconds`` no rule is asked any more, and the run says so:
    no tree can keep it busy for longer. Without ``patient`` only what ShellCheck has already said counts. With
    ``own_only`` the targets alone are shown to the rules: what another file has to say of them is missing, and so is
    whether a comment hides anything.
    """

    __slots__ = ("answers", "at_cause", "elsewhere", "jobs", "own_only", "patient", "progress", "seconds", "today")

    def __init__(
        self,
        today: str,
        *,
        jobs: int = 0,
        answers: Cache | None = None,
        progress: Callable[[], None] = _nothing,
        at_cause: bool = False,
        elsewhere: Collection[str] = (),
        patient: bool = True,
        own_only: bool = False,
        seconds: float = MOST_SECONDS,
    ) -> None:
        self.own_only = own_only
        self.seconds = seconds
        self.today = today
        self.jobs = jobs
        self.answers = answers
        self.progress = progress
        self.at_cause = at_cause
        self.elsewhere = elsewhere
        self.patient = patient

    def alone(self) -> RunSettings:
        """The same for one of several processes: one ShellCheck beside it, and nobody to tell how far it is."""
        return RunSettings(
            self.today,
            jobs=1,
            answers=self.answers,
            at_cause=self.at_cause,
            elsewhere=self.elsewhere,
            patient=self.patient,
            own_only=self.own_only,
            seconds=self.seconds,
        )


def today() -> str:
    """The date of today, as ``YYYY-MM-DD``."""
    import time

    return time.strftime("%Y-%m-%d")
