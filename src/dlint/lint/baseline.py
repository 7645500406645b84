"""A baseline: the findings a project had when it took up dlint, which hide their like until they are fixed.

A finding is known by its rule, the stage or service around it and the text it stands on, never by a line or by what its
message says, so that edits elsewhere leave it alone. Each entry hides one finding of its file; the entries of a file
that is gone hide findings of a file that has none of its own: it was moved or renamed. A baseline only ever shrinks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from dlint.config.keys import ConfigError
from dlint.rule.finding import Finding, Suppressed
from dlint.rule.joined import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VERSION = 1
_MARK = "dlint-baseline"

# A rule's name and a finding's fingerprint.
Entry = tuple[str, str]


class Baseline:
    """``files`` are the entries of each path (from the project's root): how many findings each hides."""

    __slots__ = ("files",)

    def __init__(self, files: Mapping[str, Counter[Entry]] | None = None) -> None:
        self.files = {path: Counter(entries) for path, entries in (files or {}).items()}

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Baseline:
        """The baseline that hides just these findings, with an entry for each place of one that has several."""
        made = cls()
        for finding in places(findings):
            made.add(finding.path, _entry(finding))
        return made

    def add(self, path: str, entry: Entry, count: int = 1) -> None:
        """Let it hide ``count`` more findings."""
        self.files.setdefault(path, Counter())[entry] += count

    @property
    def size(self) -> int:
        """How many findings it hides at most."""
        return sum(entries.total() for entries in self.files.values())

    @property
    def rules(self) -> set[str]:
        """The rules whose findings it hides."""
        return {rule for entries in self.files.values() for rule, _ in +entries}

    def render(self) -> str:
        """The text of its file: JSON, sorted, so that two people's changes to it meet as seldom as can be."""
        import json

        files: dict[str, dict[str, list[str]]] = {}
        for path, entries in sorted(self.files.items()):
            rules: dict[str, list[str]] = {}
            for rule, mark in sorted(entries.elements()):
                rules.setdefault(rule, []).append(mark)
            if rules:
                files[path] = rules
        text = json.dumps({_MARK: VERSION, "files": files}, indent=1, ensure_ascii=True)
        return f"{text}\n"


class Matched:
    """What came of holding findings against a baseline.

    ``hidden`` are the findings it has an entry for, ``shown`` those it has none for, ``kept`` the entries that were
    needed, at the paths where their findings are now, and ``stale`` those that were not, at their own.
    """

    __slots__ = ("hidden", "kept", "shown", "stale")

    def __init__(self, hidden: list[Finding], shown: list[Finding], kept: Baseline, stale: Baseline) -> None:
        self.hidden = hidden
        self.shown = shown
        self.kept = kept
        self.stale = stale


def match(baseline: Baseline, findings: Iterable[Finding], is_gone: Callable[[str], bool]) -> Matched:
    """Hold findings against a baseline; ``is_gone`` says of a path whether no file is there any more."""
    left = Baseline(baseline.files)
    hidden, rest = _taken(left.files.get, findings)
    moved: Counter[Entry] = Counter()
    for path in left.files:
        if path and is_gone(path):
            moved.update(left.files[path])
    strange = [finding for finding in rest if finding.path not in baseline.files]
    found, _ = _taken(lambda path: moved, strange)
    _take_from_gone(left, Baseline.of(found), is_gone)
    hidden += found
    known = set(map(id, hidden))
    return Matched(hidden, [finding for finding in rest if id(finding) not in known], Baseline.of(hidden), left)


def _taken(
    entries_of: Callable[[str], Counter[Entry] | None], findings: Iterable[Finding]
) -> tuple[list[Finding], list[Finding]]:
    """The findings there are entries for, which are used up by them, and the others."""
    taken: list[Finding] = []
    left: list[Finding] = []
    for finding in findings:
        entries = entries_of(finding.path)
        entry = _entry(finding)
        if entries and entries[entry] > 0:
            entries[entry] -= 1
            taken.append(finding)
        else:
            left.append(finding)
    return taken, left


def _take_from_gone(left: Baseline, used: Baseline, is_gone: Callable[[str], bool]) -> None:
    total: Counter[Entry] = Counter()
    for entries in used.files.values():
        total.update(entries)
    for path in sorted(left.files):
        if is_gone(path):
            here = left.files[path] & total
            left.files[path] -= here
            total -= here


def hide(matched: Matched, kind: str, reason: str) -> None:
    """Mark what a baseline hides."""
    for finding in matched.hidden:
        finding.suppressed = Suppressed(kind, reason)


def _entry(finding: Finding) -> Entry:
    return finding.rule.name, finding.fingerprint


def read(text: str, origin: str) -> Baseline:
    """The baseline in the text of its file. Raises ConfigError for a text that is none."""
    import json

    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{origin}: is not a baseline of dlint's: it is not JSON") from error
    if not isinstance(data, dict) or _MARK not in data:
        raise ConfigError(f"{origin}: is not a baseline of dlint's; `dlint baseline --output FILE` writes one")
    if data[_MARK] != VERSION:
        raise ConfigError(f"{origin}: is a baseline of version {data[_MARK]!r:.40}, this dlint reads version {VERSION}")
    files = data.get("files")
    if not isinstance(files, dict):
        raise ConfigError(f"{origin}: the baseline is broken: files is no table")
    return Baseline({str(path): _entries(rules, f"{origin}: the baseline is broken") for path, rules in files.items()})


def _entries(rules: Any, where: str) -> Counter[Entry]:
    if not isinstance(rules, dict):
        raise ConfigError(f"{where}: an entry of files is no table")
    entries: Counter[Entry] = Counter()
    for rule, marks in rules.items():
        if not isinstance(marks, list) or not all(isinstance(mark, str) for mark in marks):
            raise ConfigError(f"{where}: an entry of files holds something else than lists of texts")
        entries.update((rule, mark) for mark in marks)
    return entries


def note(stale: Baseline, origin: str, judged: Callable[[str, str], bool]) -> str:
    """A sentence on entries of the file ``origin`` that hide nothing any more; empty if there are none.

    ``judged(path, rule)`` says whether the run would have found the entry's finding, were it still there.
    """
    count = sum(
        number for path, entries in stale.files.items() for (rule, _), number in entries.items() if judged(path, rule)
    )
    if not count:
        return ""
    words = "1 entry hides" if count == 1 else f"{count} entries hide"
    return f"{origin}: {words} nothing any more; `dlint baseline --update` takes out what is fixed"
