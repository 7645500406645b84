"""Compare dlint with hadolint, code by code, over folders of Dockerfiles.

Usage: ``python bench/hadolint_agreement.py [--show] FOLDER…``. hadolint comes from PyPI
(``pip install -e '.[bench]'``) and runs with its defaults, dlint with ``preset = "hadolint"``; ShellCheck's codes are
left out. Two findings are the same if they have the code, the file and the line; hadolint knows only the first line of
an instruction, so dlint's findings are taken there too. Files that hadolint cannot parse or crashes on are counted
apart: it says nothing else about them.

Differences of a kind in ``hadolint_differences.py`` are counted per kind. The last column is the agreement without
them: the findings of both over the findings of either. ``--show`` lists every difference. The examples of all kinds are
run first; one that does not show its difference ends the run with 1, and so does a code below 98 %.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hadolint_differences import DIFFERENCES, Difference, Place, explain

import dlint
from dlint.api.dockerfile import Instruction, Stage
from dlint.library import report_files
from dlint.model.dockerfile.graph import build
from dlint.rule.finding import Finding
from dlint.source import Source
from dlint.syntax.dockerfile.parser import parse

WANTED = 98.0
_TOOL = "hadolint/"
_UNPARSED = "DL1000"
_BATCH = 500
_PATIENCE = 120


class Row:
    """What was counted for a code: findings of both, and those of one, explained by kind or not."""

    def __init__(self) -> None:
        self.both = 0
        self.kinds: Counter[str] = Counter()
        self.unexplained = 0

    @property
    def agreement(self) -> float:
        """Per cent of the findings that no documented kind explains."""
        judged = self.both + self.unexplained
        return 100.0 * self.both / judged if judged else 100.0


class Only(NamedTuple):
    """A finding of one of the two."""

    path: str
    line: int
    place: Place
    kind: Difference | None


class Reading:
    """One Dockerfile as dlint reads it, to find what stands on a line."""

    def __init__(self, path: str, text: str) -> None:
        self.source = Source(path, text)
        self.tree = parse(self.source)
        self.graph = build(self.tree)

    def instruction(self, offset: int) -> Instruction | None:
        """The instruction around an offset."""
        return next((node for node in self.tree.instructions if node.span[0] <= offset <= node.span[1]), None)

    def stage(self, node: Instruction | None) -> Stage:
        """The stage of an instruction; what stands for it before the first FROM."""
        stages = [stage for stage in self.graph.stages if node is not None and stage.from_.span[0] <= node.span[0]]
        return stages[-1] if stages else self.graph.outside

    def line(self, finding: Finding) -> int:
        """The line of the instruction that a finding stands in."""
        node = self.instruction(finding.span[0])
        return self.source.line(node.span[0]) if node is not None else finding.line

    def place(self, code: str, line: int, finding: Finding | None) -> Place:
        """What is known about a line."""
        node = self.instruction(finding.span[0] if finding else self.source.offset(line))
        stage = self.stage(node)
        trigger = getattr(node, "trigger", None) or node
        script = stage.script(trigger) if trigger is not None and stage.index >= 0 else None
        windows = stage.os == "windows" or (script is not None and not script.posix)
        return Place(code, stage, node, finding, windows)


class Comparison:
    """Counts over all files."""

    def __init__(self) -> None:
        self.codes = {
            rule.name: tuple(alias[len(_TOOL) :] for alias in rule.aliases if alias.startswith(_TOOL))
            for rule in dlint.rules()
        }
        self.rules: dict[str, list[str]] = defaultdict(list)
        for name, codes in self.codes.items():
            for code in codes:
                self.rules[code].append(name)
        self.rows: dict[str, Row] = defaultdict(Row)
        self.only: list[Only] = []
        self.files = 0
        self.unparsed: list[str] = []

    def add(self, path: str, data: bytes, theirs: list[dict[str, Any]]) -> None:
        """Compare both over one file; ``theirs`` is what hadolint says about it."""
        if any(finding["code"] == _UNPARSED for finding in theirs):
            self.unparsed.append(path)
            return
        self.files += 1
        report = report_files(
            {"Dockerfile": data}, targets=["Dockerfile"], config={"preset": "hadolint", "shellcheck": False}
        )
        reading = Reading(path, data.decode("utf-8", "replace"))
        ours = {(name, reading.line(f)): f for f in reversed(report.visible) if self.codes.get(name := f.rule.name)}
        matched = set()
        for finding in theirs:
            code, line = finding["code"], finding["line"]
            if not code.startswith("DL"):
                continue
            same = [(name, line) for name in self.rules[code] if (name, line) in ours]
            matched.update(same)
            if same:
                self.rows[code].both += 1
            else:
                self._differ(code, reading, line, None)
        for key, own in ours.items():
            if key not in matched and _UNPARSED not in self.codes[key[0]]:
                self._differ(self._code(key[0], own), reading, key[1], own)

    def _code(self, name: str, finding: Finding) -> str:
        """The code that a finding of a rule for several codes would have: that of the tool it names."""
        codes = self.codes[name]
        return codes[0] if len(codes) == 1 else next((c for c in codes if c in finding.message), codes[0])

    def _differ(self, code: str, reading: Reading, line: int, finding: Finding | None) -> None:
        place = reading.place(code, line, finding)
        kind = explain(place, place.run is not None)
        row = self.rows[code]
        if kind is None:
            row.unexplained += 1
        else:
            row.kinds[kind.name] += 1
        self.only.append(Only(reading.source.path, line, place, kind))


def main(arguments: Sequence[str]) -> int:
    """Run the examples and the comparison and print both."""
    show = "--show" in arguments
    folders = [argument for argument in arguments if argument != "--show"]
    wrong = [kind.name for kind in DIFFERENCES if not shows(kind)]
    for name in wrong:
        print(f"the example of {name!r} does not show it")
    paths = sorted(path for folder in folders for path in Path(folder).rglob("*") if path.is_file())
    theirs = hadolint(paths)
    comparison = Comparison()
    for path in paths:
        comparison.add(str(path), path.read_bytes(), theirs[str(path)])
    _print(comparison, show)
    low = [code for code, row in comparison.rows.items() if row.agreement < WANTED]
    return 1 if wrong or low else 0


def shows(kind: Difference) -> bool:
    """Whether the example of a kind has a difference that the kind explains."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "Dockerfile"
        path.write_text(kind.example, encoding="utf-8")
        comparison = Comparison()
        comparison.add(str(path), path.read_bytes(), hadolint([path])[str(path)])
    return any(only.kind is kind for only in comparison.only)


def hadolint(paths: Sequence[Path]) -> dict[str, list[dict[str, Any]]]:
    """What hadolint finds, by path. Raises FileNotFoundError if it is not installed."""
    beside = Path(sys.executable).parent / "hadolint"
    program = str(beside) if beside.exists() else "hadolint"
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as nowhere:
        batches = [list(paths[at : at + _BATCH]) for at in range(0, len(paths), _BATCH)]
        while batches:
            batch = batches.pop()
            names = {str(path.resolve()): str(path) for path in batch}
            findings = _run([program, "-f", "json", *names], nowhere)
            if findings is None and len(batch) > 1:
                batches += [batch[: len(batch) // 2], batch[len(batch) // 2 :]]
                continue
            for finding in [{"file": next(iter(names)), "code": _UNPARSED}] if findings is None else findings:
                found[names[finding["file"]]].append(finding)
    return found


def _run(command: list[str], folder: str) -> list[dict[str, Any]] | None:
    """The findings of a call; None if it crashed or took too long, which one file of many is enough for."""
    try:
        run = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=_PATIENCE)
        found: list[dict[str, Any]] = json.loads(run.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return found


def _print(comparison: Comparison, show: bool) -> None:
    print(f"{comparison.files} files compared, {len(comparison.unparsed)} that hadolint cannot read left out\n")
    print(f"{'code':8}{'both':>6}{'documented':>12}{'other':>7}{'agreement':>11}")
    total = Row()
    for code, row in sorted(comparison.rows.items()):
        total.both += row.both
        total.kinds.update(row.kinds)
        total.unexplained += row.unexplained
        print(f"{code:8}{row.both:6}{row.kinds.total():12}{row.unexplained:7}{row.agreement:10.1f}%")
    print(f"{'all':8}{total.both:6}{total.kinds.total():12}{total.unexplained:7}{total.agreement:10.1f}%")
    print("\ndocumented differences")
    for kind in DIFFERENCES:
        print(f"{total.kinds[kind.name]:6}  {kind.only} only: {kind.name}. {kind.why}")
    for only in comparison.only:
        if show or only.kind is None:
            side = "dlint" if only.place.finding is not None else "hadolint"
            print(f"{only.path}:{only.line} {only.place.code} {side} only: {only.kind.name if only.kind else '?'}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
