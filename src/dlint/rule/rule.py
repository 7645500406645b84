"""What a rule is made of: a page and a check, and what a check yields.

A *page* (``pages.py``) and a *check* make a *rule*. A check yields *problems*; a run joins name, severity
and path to them: *findings*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from dlint.lazy import NamedTuple
from dlint.rule.severity import Severity
from dlint.source import Edit, Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.rule.pages import Page

Problems = Iterator["Problem"]


class Fix:
    """Edits that fix a problem: applied all or not at all.

    ``safe`` means: the same built image, or the same running service, except for the defect. An unsafe fix says
    in ``title`` or on its page what else changes. ``removes_comments``: it is meant to take away the comments that
    its edits cover; without it a fix that loses a comment is refused. ``partial``: the finding stays, and says less.
    ``withheld``: what it writes is not at hand, as a credential stands in it and the fix comes from an earlier run.
    """

    __slots__ = ("title", "edits", "safe", "removes_comments", "partial", "withheld")

    def __init__(
        self, title: str, *edits: Edit, safe: bool = True, removes_comments: bool = False, partial: bool = False
    ) -> None:
        for edit in edits:
            if not isinstance(edit, Edit):
                raise TypeError("the edits of a Fix are given one by one, as in Fix(title, edit, edit)")
        self.title = title
        self.edits = edits
        self.safe = safe
        self.removes_comments = removes_comments
        self.partial = partial
        self.withheld = False

    def moved(self, edits: Sequence[Edit]) -> Fix:
        """The same fix with the counterparts of its edits in another text."""
        return Fix(self.title, *edits, safe=self.safe, removes_comments=self.removes_comments, partial=self.partial)


class Related:
    """Another place a reader should look at, with a few words on why."""

    __slots__ = ("where", "message")

    def __init__(self, where: Node, message: str) -> None:
        self.where = where
        self.message = message


def related_to(where: Node | None, message: str) -> list[Related]:
    """The place as the one related place of a problem; none where it is not known."""
    return [Related(where, message)] if where is not None else []


class Code(NamedTuple):
    """One of the codes that a rule gathers (``codes:`` on its page), such as ShellCheck's ``SC2086``.

    ``severity`` is how bad its tool thinks it is; the line of the rule's page for the code says otherwise, and one that
    has no line is a warning at most, unless the severity is ``settled``. With ``if_named``, and below ``level``, the
    problem is reported only where the configuration names the code.
    """

    name: str
    severity: Severity
    if_named: bool = False
    level: Severity = Severity.STYLE
    settled: bool = False


class Problem:
    """What a check saw. It never says which rule it belongs to, how severe it is or in which file it stands.

    ``message`` is one sentence without a final full stop; without it the page's title is used. ``hides`` are the
    places no report may repeat, credentials; without it that is ``where``, for rules about secrets. ``doubtful``: it
    may well be none, so it is reported as info, whatever the rule's severity. ``at_most`` is a severity that it
    does not go beyond. ``code`` is which of the codes that its rule gathers it is; the finding is then named after
    that. ``minor``: it is less severe than others of its rule, so it is information, unless the configuration or
    another tool's preset says how severe the rule is. ``gist`` says in a few words what is missing, for a rule that
    reports several such problems in one. ``area`` is all that is wrong with it, where that is more than ``where``:
    another rule that reports something in there has found the same cause.
    """

    __slots__ = ("where", "message", "fix", "related", "hides", "doubtful", "at_most", "code", "minor", "gist", "area")

    def __init__(
        self,
        where: Node,
        message: str | None = None,
        *,
        fix: Fix | None = None,
        related: Sequence[Related] = (),
        hides: Sequence[Node] | None = None,
        doubtful: bool = False,
        at_most: Severity | None = None,
        code: Code | None = None,
        minor: bool = False,
        gist: str = "",
        area: Node | None = None,
    ) -> None:
        self.where = where
        self.message = message
        self.fix = fix
        self.related = related
        self.hides = hides
        self.doubtful = doubtful
        self.at_most = at_most
        self.code = code
        self.minor = minor
        self.gist = gist
        self.area = area


class Command:
    """The matcher ``on=Command("apt-get")``: every command of that name in the RUN instructions of a Dockerfile."""

    __slots__ = ("names",)

    def __init__(self, *names: str) -> None:
        self.names = names


class Runs:
    """The matcher ``on=Runs("apt-get")``: every RUN whose script has a command of one of these names, once."""

    __slots__ = ("names",)

    def __init__(self, *names: str) -> None:
        self.names = names


class Faults:
    """The matcher ``on=Faults("bad-port")``: every fault of these kinds, things that the reader of a file refuses."""

    __slots__ = ("kinds",)

    def __init__(self, *kinds: str) -> None:
        self.kinds = kinds


Matcher = type | Command | Runs | Faults
"""What a check may be for: a class of nodes, commands of a name, RUNs that have one, faults of a kind."""

Conditions = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Words in the file, attributes of the node, attributes of what encloses it."""


def class_name(kind: type) -> str:
    """The full name of a class, by which checks want its nodes."""
    return f"{kind.__module__}.{kind.__qualname__}"


class Check:
    """A function that looks at one kind of node, with its options.

    What it wants to see is said by names: ``nodes`` are classes of nodes, ``commands`` and ``runs`` commands in a RUN
    script, ``faults`` kinds of faults, ``keys`` those of which a service must have one. ``options`` are the function's
    keyword-only parameters with their defaults. ``context`` is true if the function takes a second positional
    argument: what encloses the node (``Stage`` for an instruction, command or script; ``StageGraph`` for a Dockerfile;
    ``ComposeModel`` for a compose node). ``only`` are its conditions, without which it has nothing to say: the words,
    the attributes of the node and those of what encloses it; empty if there are none. ``given`` are the options of
    which it needs one. ``blames`` is true if it may find that a Dockerfile is the cause of what is wrong in a Compose
    file.
    """

    __slots__ = (
        "name", "nodes", "commands", "runs", "faults", "keys", "function", "options", "context", "onbuild", "windows",
        "only", "given", "blames", "_on",
    )  # fmt: skip
    options: dict[str, Any]
    context: bool

    def __init__(
        self,
        function: Callable[..., Iterable[Problem]],
        on: tuple[Matcher, ...],
        onbuild: bool,
        windows: bool = False,
        keys: tuple[str, ...] = (),
        only: Conditions = ((), (), ()),
        given: tuple[str, ...] = (),
        blames: bool = False,
    ) -> None:
        self.name: str = function.__name__.replace("_", "-")
        self.function = function
        self.onbuild = onbuild
        self.windows = windows
        self.keys = keys
        self.only: Conditions | tuple[()] = only if any(only) else ()
        self.given = given
        # A plug-in's check is not asked to say so.
        self.blames = blames or not function.__module__.startswith("dlint.")
        self._on = on

    def __getattr__(self, name: str) -> Any:
        """What it wants to see and takes, worked out when somebody asks: what a table says of it nobody does."""
        if name not in ("nodes", "commands", "runs", "faults", "options", "context"):
            raise AttributeError(name)
        on, function = self._on, self.function
        self.nodes = tuple([class_name(one) for one in on if isinstance(one, type)])
        # Some come from sets, whose order differs from run to run.
        self.commands = tuple(sorted([name for one in on if isinstance(one, Command) for name in one.names]))
        self.runs = tuple(sorted([name for one in on if isinstance(one, Runs) for name in one.names]))
        self.faults = tuple([kind for one in on if isinstance(one, Faults) for kind in one.kinds])
        self.options = dict(function.__kwdefaults__ or {})
        self.context = function.__code__.co_argcount > 1
        return getattr(self, name)

    @property
    def facts(self) -> tuple[Any, ...]:
        """What is known of it without its function, as plain values."""
        return (
            self.nodes, self.commands, self.runs, self.faults, self.keys, self.options, self.context, self.onbuild,
            self.windows, self.only, self.given, self.blames,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"Check({self.name!r})"


def check(
    *,
    on: Matcher | tuple[Matcher, ...],
    onbuild: bool = False,
    windows: bool = False,
    keys: tuple[str, ...] = (),
    words: tuple[str, ...] = (),
    having: tuple[str, ...] = (),
    inside: tuple[str, ...] = (),
    given: tuple[str, ...] = (),
    blames: bool = False,
) -> Callable[[Callable[..., Iterable[Problem]]], Check]:
    """Make a function a check. Its name, with hyphens, is the rule's; its page has the same file name.

    ``on``: the node types, ``Command(...)``, ``Runs(...)`` or ``Faults(...)``, it wants to see. ``onbuild``: whether it
    also sees the instructions inside ONBUILD (by the commands in it, ``ONBUILD RUN`` is always seen). ``windows``:
    whether it also sees commands that cmd or PowerShell reads. ``keys``: of services it sees only those that have one
    of these keys, in their effective form; without it all. ``blames``: whether a problem of a Compose file may be
    related to a place in a Dockerfile, its cause; without it dlint's own are not asked where a Dockerfile is linted.

    The others say what must be there for the check to have anything to say; it is not called, and its module not
    imported, where that is not so. ``words``: one of these texts, in lower case, stands in the node's file in any case.
    ``having``: none of these attributes of the node is empty, as ``flags`` of an instruction. ``inside``: none of these
    attributes of what encloses the node is, as ``shipped`` of a stage. ``given``: one of these options is set.
    """
    wanted = on if isinstance(on, tuple) else (on,)
    # Where a word stands, there stands what is in it: that is enough to look for.
    least = tuple([word for word in words if not any(other != word and other in word for other in words)])
    return lambda function: Check(function, wanted, onbuild, windows, keys, (least, having, inside), given, blames)


class Rule:
    """One rule: the words of its page and the work of its check. ``name`` is its one name, in kebab case."""

    __slots__ = ("page", "check", "name")

    def __init__(self, page: Page, check: Check) -> None:
        self.page = page
        self.name: str = page.name
        self.check = check

    @property
    def kind(self) -> str:
        """``dockerfile``, ``compose``, ``dockerignore``, ``build`` or ``file``: the folder of its page."""
        return self.page.kind

    @property
    def title(self) -> str:
        """One line: the default message."""
        return self.page.title

    @property
    def severity(self) -> Severity:
        """The severity its page gives it; config and presets may say otherwise."""
        return self.page.severity

    @property
    def category(self) -> str:
        """``security``, ``correctness``, ``validity``, ``efficiency``, ``reproducibility`` or ``style``."""
        return self.page.category

    @property
    def aliases(self) -> tuple[str, ...]:
        """The codes other tools use for the same concept, as ``tool/CODE``."""
        return self.page.aliases

    @property
    def references(self) -> tuple[str, ...]:
        """Where the advice comes from: absolute URLs."""
        return self.page.references

    def link(self, pages: str = "") -> str:
        """Where to read more: its page on the site at ``pages``; without one, the first of its references.

        The site has the layout that ``docs/site/build.py`` gives it. Empty if there is nothing to link.
        """
        if pages:
            return f"{pages.rstrip('/')}/rules/{self.kind}/{self.page.family or self.name}/"
        return next((url for url in self.references if url.startswith(("https://", "http://"))), "")

    def of_code(self, name: str) -> Rule | None:
        """The rule for one of the codes this one gathers, as a user writes it (``sc2086``, ``hadolint/SC2086``)."""
        code = self.page.code(name)
        return None if code is None else Rule(self.page.of_code(code), self.check)

    @property
    def about_secrets(self) -> bool:
        """Whether what it points at is a credential, which no report may repeat."""
        return self.page.about_secrets

    @property
    def options(self) -> dict[str, Any]:
        """The options with their defaults; those of a code are set for all that its rule gathers."""
        return {} if self.page.family else dict(self.check.options)

    def __reduce__(self) -> tuple[Any, ...]:
        """What a rule says can be sent to another process, what it does cannot."""
        return shown, (self.page,)

    def __repr__(self) -> str:
        return f"Rule({self.name!r})"


def _nothing() -> Problems:
    yield from ()


_NO_CHECK = Check(_nothing, (), False)


def shown(page: Page) -> Rule:
    """The rule of a page, which reports may show and nothing may run."""
    return Rule(page, _NO_CHECK)
