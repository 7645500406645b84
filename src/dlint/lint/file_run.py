"""What the parts of a run share: its settings, and what the walk through one file gets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from time import monotonic

from dlint.config.catalogue import Catalogue
from dlint.config.dispatch import Dispatch, plan
from dlint.config.load import Config
from dlint.config.patterns import matches
from dlint.lint.sink import Sink
from dlint.source import Source
from dlint.workspace.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
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
    no tree can keep it busy for longer. Without ``patient`` only what ShellCheck has already said counts.
    """

    __slots__ = ("answers", "at_cause", "elsewhere", "jobs", "patient", "progress", "seconds", "today")

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
        seconds: float = MOST_SECONDS,
    ) -> None:
        self.seconds = seconds
        self.today = today
        self.jobs = jobs
        self.answers = answers
        self.progress = progress
        self.at_cause = at_cause
        self.elsewhere = elsewhere
        self.patient = patient


class RunState:
    """What all files of a run share.

    ``targets`` are the files whose findings are shown: path → kind. Nothing is set here once the run goes.
    """

    __slots__ = ("catalogue", "config_of", "settings", "sink", "targets", "workspace")

    def __init__(
        self,
        workspace: Workspace,
        catalogue: Catalogue,
        config_of: Callable[[str], Config],
        settings: RunSettings,
        targets: Mapping[str, str],
    ) -> None:
        self.workspace = workspace
        self.catalogue = catalogue
        self.config_of = config_of
        self.settings = settings
        self.targets = targets
        self.sink = Sink(until=monotonic() + settings.seconds)

    def plan(self, path: str, kinds: tuple[str, ...], also: frozenset[str] = frozenset()) -> Dispatch:
        """The rules of ``kinds`` for the file at ``path``, ``also`` those the file asks for. Raises ConfigError."""
        return plan(self.config_of(path), self.catalogue, kinds, path, also)

    def is_excluded(self, path: str) -> bool:
        """Whether the configuration leaves the file at ``path`` out."""
        return matches(path, self.config_of(path)["exclude"])


class FileRun:
    """What the walk through one file gets: the file, the rules for it, and where findings go.

    ``target`` says whether the file's own findings are shown; of others only what they have to do with targets counts.
    """

    __slots__ = ("config", "path", "run", "sink", "source", "target", "workspace")

    def __init__(self, run: RunState, path: str, source: Source, target: bool) -> None:
        self.run = run
        self.workspace = run.workspace
        self.sink = run.sink
        self.path = path
        self.source = source
        self.target = target
        self.config = run.config_of(path)

    def plan(self, *kinds: str, also: frozenset[str] = frozenset()) -> Dispatch:
        """The rules of ``kinds`` for this file, ``also`` those the file asks for."""
        return self.run.plan(self.path, kinds, also)

    def of(self, path: str) -> FileRun | None:
        """The same for another file of the run; None if it cannot be read."""
        source = self.workspace.files.read(path)
        return FileRun(self.run, path, source, path in self.run.targets) if source is not None else None
