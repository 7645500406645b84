"""The options of ``dlint check`` as data, and the reading of a command line that has nothing else.

Hooks, CI and editors call ``check`` with a few of them each time, and click's import would be a fifth of such a run. So
``quick`` reads what is written plainly, and gives up on everything else: click makes the same options of this table,
and has the last word on what is wrong.
"""

from __future__ import annotations

from dlint.lazy import Any
from dlint.rule.words import PRESETS, SEVERITY_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    _Command = TypeVar("_Command", bound=Callable[..., Any])


class Option:
    """One option: a flag, unless it takes a word of ``choices``, a ``metavar``, or, ``many`` times, such a one.

    ``key`` is its name for ``cli.run``; ``shared`` says that all commands that lint have it.
    """

    __slots__ = ("names", "key", "help", "default", "choices", "metavar", "many", "number", "shared")

    def __init__(
        self,
        names: str,
        help: str,  # noqa: A002 - as click calls it
        *,
        key: str = "",
        default: Any = None,
        choices: Sequence[str] = (),
        metavar: str = "",
        many: bool = False,
        number: bool = False,
        shared: bool = False,
    ) -> None:
        self.names = names.split()
        self.help = help
        self.key = key or self.names[-1].lstrip("-").replace("-", "_")
        self.choices = choices
        self.metavar = metavar
        self.many = many
        self.number = number
        self.shared = shared
        self.default = () if many else False if self.is_flag else default

    @property
    def is_flag(self) -> bool:
        """Whether it takes no value."""
        return not self.metavar and not self.choices

    def read(self, word: str) -> Any:
        """The value that a word stands for; None if it may be wrong."""
        if self.choices:
            return word if word in self.choices else None
        if self.number:
            return int(word) if word.isascii() and word.isdigit() and len(word) < 9 else None
        return None if word.startswith("-") else word


OPTIONS = (
    Option("--stdin-filename", "With - as path: what the text on standard input is.", metavar="PATH"),
    Option("--select", "Run only these rules. May repeat; commas separate.", many=True, metavar="RULE", shared=True),
    Option("--ignore", "Leave these rules out.", many=True, metavar="RULE", shared=True),
    Option("--enable", "Run these rules besides the preset's.", many=True, metavar="RULE", shared=True),
    Option("--preset", "The set of rules to start from.", choices=(*PRESETS, "all", "none"), shared=True),
    Option("--severity", "Show only findings this bad or worse.", choices=SEVERITY_WORDS, shared=True),
    Option("--fail-on", "Exit 1 from this severity up (default: warning).", choices=(*SEVERITY_WORDS, "never")),
    Option("--exit-zero", "Exit 0 whatever is found."),
    Option("--config", "A configuration file, or one value.", many=True, metavar="FILE|KEY=VALUE", shared=True),
    Option("--format", "What to print: {formats}.", key="form", default="text", metavar="FORMAT"),
    Option("--group-by", "Order of the text report.", default="file", choices=("file", "rule")),
    Option("--statistics", "Print a table of findings by rule instead of each finding."),
    Option("--list-files", "Print the files that would be linted, and lint nothing."),
    Option("--watch", "Lint again after each change, until interrupted."),
    Option(
        "--output",
        "Also write a report to a file; without FORMAT=, in that of its ending. May repeat.",
        many=True,
        metavar="FORMAT=FILE",
    ),
    Option("--sarif-category", "In SARIF: tells uploads of several runs apart.", default="docker", metavar="NAME"),
    Option("--fix", "Fix what can be fixed safely."),
    Option("--unsafe-fixes", "With --fix or --diff: fix also what may change the result."),
    Option("--diff", "Print the fixes as a diff; write nothing."),
    Option("--baseline", "Hide the findings that this file of `dlint baseline` lists.", metavar="FILE"),
    Option("--since", "Show only what the change since this Git revision touches or causes.", metavar="REV"),
    Option("--exclude", "Leave out paths that fit.", many=True, metavar="PATTERN", shared=True),
    Option("--root", "The project's root (default: the git top level, else this folder).", metavar="DIR", shared=True),
    Option("--trust", "Run code that the project's configuration names, such as plug-ins.", shared=True),
    Option("--no-plugins", "Run no code that any configuration names.", shared=True),
    Option("--no-inline-ignores", "Do not let comments hide findings."),
    Option("--show-suppressed", "Report hidden findings too, marked as such."),
    Option("--no-cache", "Lint all anew, whatever earlier runs found or ShellCheck said."),
    Option("--jobs", "Processes at a time (0: one per core).", default=0, metavar="N", number=True),
    Option("--color", "Colour the text report.", default="auto", choices=("auto", "always", "never")),
    Option("-v --verbose", "Show tracebacks of rules that failed."),
    Option("-q --quiet", "Print findings only, no summary."),
)

DEFAULTS: dict[str, Any] = {option.key: option.default for option in OPTIONS}
"""The options of a run that names paths and nothing else."""


def quick(words: Sequence[str]) -> dict[str, Any] | None:
    """What a command line of ``check`` means, paths among it; None if it is not written plainly.

    ``--`` ends the options, so that what comes behind it is a path whatever it begins with.
    """
    by_name = {name: option for option in OPTIONS for name in option.names}
    found = dict(DEFAULTS)
    paths: list[str] = []
    left = iter(words)
    for word in left:
        if word == "--":
            paths.extend(left)
        elif word == "-" or not word.startswith("-"):
            paths.append(word)
        else:
            name, equals, text = word.partition("=")
            option = by_name.get(name)
            if option is None or (equals and (option.is_flag or not name.startswith("--"))):
                return None
            value = True if option.is_flag else option.read(text if equals else next(left, "-"))
            if value is None:
                return None
            found[option.key] = (*found[option.key], value) if option.many else value
    return {**found, "paths": tuple(paths)}


def click_options(options: Sequence[Option]) -> Callable[[_Command], _Command]:
    """The same for click: a decorator that gives a command these options."""
    import click

    def decorate(function: _Command) -> _Command:
        for option in reversed(options):
            more: dict[str, Any] = {"metavar": option.metavar} if option.metavar else {}
            if option.choices:
                more = {"type": click.Choice(list(option.choices))}
            elif option.number:
                more["type"] = click.IntRange(0)
            if option.is_flag:
                more = {"is_flag": True}
            elif option.many:
                more["multiple"] = True
            elif option.default is not None:
                more |= {"default": option.default, "show_default": bool(option.metavar and not option.number)}
            function = click.option(*option.names, option.key, help=option.help, **more)(function)
        return function

    return decorate


def lint_options(function: _Command) -> _Command:
    """Give a command the options that choose files and rules."""
    return click_options([option for option in OPTIONS if option.shared])(function)
