"""Fixes the files of a session: as one diff, on disk, or by comments that hide what is found."""

from __future__ import annotations

from dlint.config.catalogue import is_meant
from dlint.fix.diff import unified_diff
from dlint.fix.fixer import fix as apply_fixes
from dlint.fix.ignores import MOST_PLACES, attach
from dlint.fix.keeps import accepts, comments, hides_failure
from dlint.fix.outcome import Fixed, FixRun, Ignored
from dlint.lint.redaction import masked
from dlint.lint.relint import Relint
from dlint.lint.run import report_of
from dlint.project.files import ProjectFiles
from dlint.project.writing import WriteError
from dlint.rule.joined import places
from dlint.workspace.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from dlint.rule.finding import Finding, Report
    from dlint.session import Session
    from dlint.source import Source

# The kinds of files that name others: which files belong together may change with them.
_NAMING = frozenset(("compose", "builder"))


def diff(session: Session, *, unsafe: bool) -> tuple[str, list[tuple[str, str]]]:
    """The fixes of the targets as one unified diff, and the fixes that were left, as (what, why)."""
    done = _fixed(session, unsafe)
    return "".join(_diff(session, done.before[path], done.after[path]) for path in done.changed), done.dropped


def fix(session: Session, *, unsafe: bool, write: bool = True) -> Fixed:
    """Fix the targets and lint them afresh; what cannot be written is said and left."""
    done = _fixed(session, unsafe)
    unwritten = _write(session.project, done.before, done.after) if write else {}
    report = _after(session, done, unwritten, write)
    for hide in session.hiders:
        hide(report)
    report.fixed = sum(count for path, count in done.applied.items() if path not in unwritten)
    return Fixed(report, done.after, done.dropped, [*unwritten.values()])


def add_ignores(session: Session, wanted: Callable[[Finding], bool], tail: str, *, write: bool) -> Ignored:
    """Hide the findings that are shown and ``wanted`` by comments, each at the first place that serves.

    ``tail`` is what follows the names of rules in a comment.
    """
    before = _sources(session)
    hidden = _hidden(session)

    def meant(finding: Finding) -> bool:
        is_shown = any(place.identity not in hidden for place in places([finding]))
        return wanted(finding) and is_shown and finding.path in before

    sources = dict(before)
    found = [finding for finding in session.lint_all().visible if meant(finding)]
    left = found
    for number in range(MOST_PLACES):
        if not left:
            break
        relint = Relint(session, before)

        def lint(texts: Mapping[str, Source], number: int = number, relint: Relint = relint) -> list[Finding]:
            findings = relint(texts)
            attach(findings, {id(finding) for finding in findings if meant(finding)}, number, tail)
            return findings

        result = apply_fixes(
            sources, lint, unsafe=False, wanted=meant, accepts=accepts, comments=comments, groups=relint.groups
        )
        sources = dict(result.sources)
        left = [finding for finding in result.findings if meant(finding)]
    changed = [path for path in sorted(before) if before[path].text != sources[path].text]
    made = "".join(_diff(session, before[path], sources[path]) for path in changed)
    return Ignored(found, left, made, _write(session.project, before, sources) if write else {})


def _fixed(session: Session, unsafe: bool) -> FixRun:
    before = _sources(session)
    hidden = _hidden(session)
    relint = Relint(session, before)
    result = apply_fixes(
        before,
        lambda sources: places(relint(sources)),
        unsafe=lambda finding: unsafe or _allows(session, finding),
        wanted=lambda finding: finding.identity not in hidden,
        accepts=accepts,
        comments=comments,
        hides=hides_failure,
        groups=relint.groups,
    )
    dropped = [(f"{finding.path}:{finding.line} {finding.rule.name}", why) for finding, why in result.dropped]
    return FixRun(before, dict(result.sources), dropped, result.by_file, relint)


def _sources(session: Session) -> dict[str, Source]:
    return {path: source for path in session.targets if (source := session.project.read(path)) is not None}


def _allows(session: Session, finding: Finding) -> bool:
    """Whether the configuration lets the unsafe fix of this finding's rule be applied without being asked for."""
    names = session.config_of(finding.path)["unsafe-fixes"]
    return bool(names) and any(is_meant(finding.rule, name) for name in names)


def _hidden(session: Session) -> set[object]:
    """The identities of what the hiders know; it is left alone, as nobody is shown it."""
    if len(session.hiders) == 1 and not any(session.config_of(path)["baseline"] for path in session.targets):
        return set()
    found = places(session.lint().findings)
    return {finding.identity for finding in found if finding.suppressed and finding.suppressed.is_known}


def _diff(session: Session, before: Source, after: Source) -> str:
    """The change of one file, with a mask in the place of each credential."""
    kind = session.targets[before.path]
    return unified_diff(masked(before, kind), masked(after, kind))


def _after(session: Session, done: FixRun, unwritten: Collection[str], written: bool) -> Report:
    """What is found after the fixes: the fixer has seen it, but for what is on the disk in another way."""
    known = session.workspace
    files = ProjectFiles.on_disk(session.root) if written else known.files.with_sources(done.after)
    workspace = Workspace(files, known.known)
    workspace.partial = known.partial
    if any(session.targets[path] in _NAMING for path in done.changed) and not done.relint.groups_as(workspace):
        return session.lint_all(workspace)
    found = done.relint.outcomes(done.after, unwritten)
    if unwritten:
        left = {path for group in done.relint.groups if tuple(group) not in found for path in group}
        targets = {path: kind for path, kind in session.targets.items() if path in left or not kind}
        session.lint_all(Workspace(files, known.known).part(left), targets, found)
    first = done.relint.first
    outcomes = [*found.values()]
    report = report_of(workspace, session.targets, session.config_of, session.configs, outcomes, first.notes)
    report.failures += session.misconfigurations()
    return report


def _write(project: ProjectFiles, before: Mapping[str, Source], after: Mapping[str, Source]) -> dict[str, str]:
    """Write what changed; the paths that could not be written, each with a sentence."""
    unwritten = {}
    for path, source in after.items():
        if source.text != before[path].text:
            try:
                project.write(before[path], source.text)
            except WriteError as error:
                unwritten[path] = str(error)
    return unwritten
