"""``dlint compose from-run``: a Compose file for commands such as ``docker run``, linted."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence

import click

from dlint.cli.output import AsUserError, UserError, aside_report, coloured, say, width, write_file, write_shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.from_run.render import Rendered
    from dlint.from_run.translate import Translation
    from dlint.rule.finding import Finding, Report
    from dlint.session import Session
    from dlint.source import Source, Span

# Where the file would be; no other file is laid over one of this name.
FILE = "compose.from-run.yaml"
# The one rule of them that is not about the text: which files there are is for the place where it is used.
_ABOUT_THE_FOLDER = "compose-file-missing"
# So many names and sentences are printed at most.
_MOST_NAMES = 8
_MOST_NOTES = 40
_SAYABLE = re.compile(r"[A-Za-z_][\w.-]{0,60}", re.ASCII)
_ASSIGNED = re.compile(r"(?<![\w.-])([A-Za-z_][\w.-]*)=(\S+)")
_REFUSED = "Compose refuses what comes of this"


class _FromRun(click.Command):
    """A command whose words may be a whole command line, options and all."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        from dlint.from_run.commands import ENGINES

        # After a bare `docker` every option is Docker's; behind a command in quotes it is ours.
        ctx.allow_interspersed_args = not any(word in (*ENGINES, "sudo") for word in args)
        return super().parse_args(ctx, args)


@click.command("from-run", cls=_FromRun, no_args_is_help=True, short_help="Make a Compose file of a `docker run`.")
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="COMMAND...")
@click.option("--name", "names", multiple=True, metavar="NAME", help="Name the service. May repeat, once a command.")
@click.option("--output", metavar="FILE", help="Write the Compose file there instead of to standard output.")
@click.option("--force", is_flag=True, help="With --output: replace a file that exists.")
@click.option("--no-lint", is_flag=True, help="Print the Compose file only.")
@click.option("--fix", is_flag=True, help="Print the file as it is once everything is fixed that can be fixed safely.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix: fix also what may change how the service runs.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the findings.")
def command(
    words: tuple[str, ...],
    names: tuple[str, ...],
    output: str | None,
    force: bool,
    no_lint: bool,
    fix: bool,
    unsafe_fixes: bool,
    color: str,
) -> int:
    """Print the Compose file for `docker run` and its like, and lint it.

    COMMAND is a command line in quotes, several of them, or the words of one; - reads standard input. `docker create`,
    `docker service create`, `docker network create`, `docker volume create`, podman and nerdctl are known too. Findings
    are about the place in the command line; nothing is run.
    """
    if unsafe_fixes and not fix:
        raise UserError("--unsafe-fixes goes with --fix")
    if fix and no_lint:
        raise UserError("--fix needs the findings that --no-lint leaves out")
    if output and os.path.exists(output) and not force:
        raise UserError(f"{output} exists already; --force replaces it")
    line = _line(words)
    translation, rendered = _translated(line, names)
    places = _Places(line, translation, rendered)
    if not _is_accepted(places):
        return 2
    session = None if no_lint else _session(rendered.text, output)
    report, text = _linted(session, rendered.text, fix=fix, unsafe=unsafe_fixes)
    if output:
        write_file(output, text)
    else:
        write_shown(text)
    _say_notes(places)
    if session is None or report is None:
        return 0
    found = places.moved(report)
    _print(found, color)
    if found.failures:
        return 2
    return 1 if session.fails(report) else 0


def _line(words: Sequence[str]) -> Source:
    """The text to translate. Raises UserError."""
    from dlint.from_run.words import MOST_CHARACTERS
    from dlint.source import Source

    if words[0] == "-":
        if len(words) > 1:
            raise UserError("- (standard input) goes alone")
        # What is longer is refused, whatever it is.
        data = sys.stdin.buffer.read(4 * MOST_CHARACTERS + 4)
        return Source("standard input", data.decode("utf-8-sig", "surrogateescape"))
    if len(words) > 1 and not any(map(str.isspace, words[0])):
        import shlex

        return Source("command line", shlex.join(words))
    return Source("command line", "\n".join(words))


def _translated(line: Source, names: Sequence[str]) -> tuple[Translation, Rendered]:
    from dlint.from_run.fault import FromRunError
    from dlint.from_run.render import render
    from dlint.from_run.translate import translate

    try:
        translation = translate(line, names)
    except FromRunError as error:
        raise UserError(f"{_place(line, error.span)}: {error.message}") from error
    return translation, render(translation)


def _place(line: Source, span: Span) -> str:
    row, column = line.position(span[0])
    return f"{row}:{column}"


class _Places:
    """Leads from the Compose file back into the command line, and knows which of its characters nobody may repeat."""

    def __init__(self, line: Source, translation: Translation, rendered: Rendered) -> None:
        from dlint.source import Span

        self.line = line
        self.translation = translation
        self.text = rendered.text
        self.origins = rendered.origins
        self.first = next(iter(translation.heads.values()), Span(0, 0))
        self.by_path: dict[tuple[str, ...], Span] = {}
        for path, origin in zip(_paths(rendered.text), rendered.origins, strict=True):
            if origin is not None:
                self.by_path.setdefault(path, origin)
        self.fixed: tuple[str, list[tuple[str, ...]]] = ("", [])
        self.secrets = [*translation.passed_over, *_credentials_of(line.text)]
        self.secrets += [self._value(span) for _, span in self.credentials()]

    def credentials(self) -> list[tuple[str, Span]]:
        """The variables of the services that hold a credential, by their names."""
        from dlint.model.facts.secrets import looks_secret_name

        return [(name, span) for name, span in self.translation.environment if looks_secret_name(name)]

    def _value(self, span: Span) -> Span:
        """Of the words of an option, what stands behind the first ``=``; all of it where there is none."""
        from dlint.source import Span

        at = self.line.text.find("=", span[0], span[1])
        return Span(at + 1, span[1]) if at >= 0 else span

    def of(self, source: Source, offset: int) -> Span:
        """The place in the command line for a place in the Compose file, as made or as fixed."""
        number = source.line(offset) - 1
        if source.text == self.text:
            while number >= 0 and (number >= len(self.origins) or self.origins[number] is None):
                number -= 1
            origin = self.origins[number] if number >= 0 else None
            return origin or self.first
        if self.fixed[0] != source.text:
            self.fixed = (source.text, _paths(source.text))
        path = self.fixed[1][min(number, len(self.fixed[1]) - 1)] if self.fixed[1] else ()
        while path:
            if path in self.by_path:
                return self.by_path[path]
            path = path[:-1]
        return self.first

    def hide(self, finding: Finding) -> None:
        """Keep what a finding is about out of all that is printed."""
        from dlint.source import Node, Span

        for node in finding.hides if finding.hides is not None else (Node(finding.source, finding.span),):
            origin = self.of(node.source, node.span[0])
            text = node.source.text[node.span[0] : node.span[1]]
            at = self.line.text.find(text, origin[0], origin[1]) if text else -1
            self.secrets.append(Span(at, at + len(text)) if at >= 0 else self._value(origin))

    def is_secret(self, span: Span) -> bool:
        """Whether the words at ``span`` hold a credential."""
        return any(start < span[1] and span[0] < end for start, end in self.secrets)

    def moved(self, report: Report) -> Report:
        """The report as one about the command line."""
        from dlint.rule.finding import Report
        from dlint.source import Node

        findings = [self._moved(finding) for finding in report.findings]
        findings.sort(key=lambda finding: (finding.path, finding.span, finding.rule.name))
        if findings:
            findings[0].hides = [Node(self.line, span) for span in self.secrets]
        linted = {self.line.path: "compose"}
        return Report(findings, report.failures, linted, report.rules, report.notes, report.fixed, pages=report.pages)

    def _moved(self, finding: Finding) -> Finding:
        from dlint.rule.finding import Finding
        from dlint.rule.rule import Related
        from dlint.source import Node

        if finding.rule.about_secrets or finding.hides:
            self.hide(finding)
        related = [
            Related(Node(self.line, self.of(item.where.source, item.where.span[0])), item.message)
            for item in finding.related
        ]
        span = self.of(finding.source, finding.span[0])
        moved = Finding(finding.rule, finding.severity, self.line, span, finding.message, finding.fix, related)
        moved.suppressed = finding.suppressed
        moved.hides = []
        return moved


def _credentials_of(text: str) -> list[Span]:
    """The places of values whose name says that they are a credential, wherever they stand."""
    from dlint.model.facts.secrets import looks_secret_name
    from dlint.source import Span

    return [Span(*match.span(2)) for match in _ASSIGNED.finditer(text) if looks_secret_name(match[1])]


def _paths(text: str) -> list[tuple[str, ...]]:
    """For each line of YAML in block style, the lines it belongs to, the outermost first, and itself."""
    found: list[tuple[str, ...]] = []
    open_lines: list[tuple[int, str]] = []
    for line in text.rstrip("\n").split("\n"):
        content = line.lstrip(" ")
        indent = len(line) - len(content)
        while open_lines and open_lines[-1][0] >= indent:
            open_lines.pop()
        open_lines.append((indent, content))
        found.append(tuple(text for _, text in open_lines))
    return found


def _is_accepted(places: _Places) -> bool:
    """Whether Compose takes the file; what it would refuse is said with its place in the command line.

    The rules about credentials run along: what they point at is not printed.
    """
    from dlint import library as lint
    from dlint.rule.severity import Severity

    rules = [rule for rule in lint.rules() if rule.kind in ("compose", "file")]
    refusals = [rule.name for rule in rules if rule.category == "validity" and rule.severity == Severity.ERROR]
    validity = {name for name in refusals if name != _ABOUT_THE_FOLDER}
    names = [*validity, *(rule.name for rule in rules if rule.about_secrets)]
    report = lint.report_files({FILE: places.text}, config={"select": names, "shellcheck": False, "severity": "style"})
    for finding in report.visible:
        if finding.rule.about_secrets:
            places.hide(finding)
    refused = [finding for finding in report.visible if finding.rule.name in validity]
    for finding in refused[:_MOST_NOTES]:
        span = places.of(finding.source, finding.span[0])
        message = _REFUSED if places.is_secret(span) else finding.message
        say(f"{_place(places.line, span)}: {message}")
    for failure in report.failures:
        say(failure.message)
    return not refused and not report.failures


def _session(text: str, output: str | None) -> Session:
    """A run over the file as it would be at the place it is for. Raises UserError."""
    from dlint.project.kinds import kind_by_name
    from dlint.session import Session

    name = output if output and kind_by_name(output) == "compose" else FILE
    with AsUserError():
        return Session([], stdin=(name, text.encode("utf-8")), cache=True)


def _linted(session: Session | None, text: str, *, fix: bool, unsafe: bool) -> tuple[Report | None, str]:
    """What is found, and the text, fixed if that is asked for. Raises UserError."""

    if session is None or not session.targets:
        return None, text
    with AsUserError():
        if not fix:
            return session.lint(), text
        from dlint.fixing import fix as fix_session

        result = fix_session(session, unsafe=unsafe, write=False)
    (path,) = session.targets
    fixed = result.sources.get(path)
    return result.report, fixed.text if fixed is not None else text


def _say_notes(places: _Places) -> None:
    """What a person should know of the translation."""
    # One sentence is said once, at its first place.
    first = {note.message: note for note in reversed(places.translation.notes)}
    notes = [note for note in places.translation.notes if first[note.message] is note]
    for note in notes[:_MOST_NOTES]:
        say(f"{_place(places.line, note.span)}: {note.message}")
    if len(notes) > _MOST_NOTES:
        say(f"and {len(notes) - _MOST_NOTES} more such notes")
    if places.translation.variables:
        say(
            f"the file needs a value for {_listed(places.translation.variables)}: in .env beside it, or when it is used"
        )
    secret = list(dict.fromkeys(name for name, _ in places.credentials()))
    if secret:
        say(
            f"the file holds the value of {_listed(secret)}: write ${{NAME}} in its place, and the value into .env,"
            " which no repository should hold"
        )


def _listed(names: Sequence[str]) -> str:
    shown = [name for name in names if _SAYABLE.fullmatch(name)][:_MOST_NAMES]
    more = len(names) - len(shown)
    return ", ".join([*shown, f"{more} more"] if more else shown)


def _print(found: Report, color: str) -> None:
    from dlint import report

    options = {"color": coloured(color, sys.stderr), "width": width(sys.stderr)}
    aside_report(report.render("text", found, quiet=False, **options))
