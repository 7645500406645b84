"""Compare what dlint has from ShellCheck with hadolint, and its places with ShellCheck itself.

Usage: ``python bench/shellcheck_agreement.py [--show] FOLDER…``. hadolint comes from PyPI
(``pip install -e '.[bench]'``). It shows one remark of ShellCheck per RUN, at the instruction's line; dlint must have
that code somewhere in the RUN, or a kind in ``KINDS`` says why not; it runs with ``preset = "hadolint"``. Then
ShellCheck is run by hand over RUN instructions in files of their own, on the same lines and columns as in the
Dockerfile: dlint's places must be the same. Ends with 1 if a difference has no kind, or a place differs.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dlint.library import report_files
from dlint.model.dockerfile.graph import Stage, build
from dlint.rule.finding import Finding
from dlint.shellcheck import scripts as remarks
from dlint.shellcheck.program import find
from dlint.source import Source
from dlint.syntax.dockerfile.parser import Onbuild, Run, parse

SCRIPTS = 30
CONFIG = {"preset": "hadolint", "select": ["shellcheck"]}
Place = tuple[str, int, int, int, int]

KINDS = {
    "windows": "hadolint reads the scripts of cmd and PowerShell as sh where no SHELL names them",
    "shell": "hadolint asks ShellCheck about shells that it does not know",
    "errexit": "SHELL has -e, so a cd that fails ends the step",
    "scope": "hadolint knows no ARG after the first of a line, and forgets those before FROM that the stage takes over",
    "end": "the file ends in a continued line; hadolint hands the escape character on to the shell",
}


class Reading:
    """One Dockerfile: its RUN instructions with their stage, those of ONBUILD among them."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.source = Source(path, text)
        self.graph = build(parse(self.source))
        self.runs = list(self._runs())

    def _runs(self) -> Iterator[tuple[Stage, Run]]:
        for stage in self.graph.stages:
            for node in stage.instructions:
                run = node.trigger if isinstance(node, Onbuild) else node
                if isinstance(run, Run):
                    yield stage, run

    def around(self, line: int) -> tuple[Stage, Run] | None:
        """The RUN that starts on a line, or whose ONBUILD does."""
        starts = ((stage, run, (run.onbuild or run).start_line) for stage, run in self.runs)
        return next(((stage, run) for stage, run, start in starts if start == line), None)


def main(arguments: Sequence[str]) -> int:
    """Compare the Dockerfiles of the folders given."""
    show = "--show" in arguments
    paths = sorted(p for folder in arguments if folder != "--show" for p in Path(folder).rglob("*") if p.is_file())
    texts = {str(path): path.read_bytes().decode("utf-8", "replace") for path in paths}
    report = report_files(dict(texts), targets=list(texts), config=CONFIG)
    for note in report.notes:
        print(f"note: {note}")
    ours: dict[str, list[Finding]] = {}
    for finding in report.findings:
        ours.setdefault(finding.path, []).append(finding)
    readings = {path: Reading(path, text) for path, text in texts.items()}
    unexplained = _superset(readings, ours, show)
    differing = _places([reading for path, reading in readings.items() if path in ours], ours, show)
    return 1 if unexplained or differing else 0


def _superset(readings: dict[str, Reading], ours: dict[str, list[Finding]], show: bool) -> int:
    both, kinds, unexplained = 0, Counter[str](), 0
    for row in _hadolint(list(readings)):
        reading = readings[row["file"]]
        around = reading.around(row["line"])
        span = (around[1].onbuild or around[1]).span if around else (0, 0)
        codes = {f.rule.name for f in ours.get(row["file"], ()) if span[0] <= f.span[0] <= span[1]}
        if row["code"] in codes:
            both += 1
            continue
        kind = _kind(row["code"], around)
        kinds[kind] += 1
        unexplained += kind not in KINDS
        if show:
            print(f"  {kind or '?'}: {row['file']}:{row['line']} {row['code']} {row['message']}")
    total = sum(map(len, ours.values()))
    print(f"hadolint shows {both + kinds.total()} remarks of ShellCheck; dlint has {both} of them, and {total} in all")
    for kind, count in kinds.most_common():
        print(f"  {count:4} {kind or 'unexplained'}: {KINDS.get(kind, '')}")
    return unexplained


def _kind(code: str, around: tuple[Stage, Run] | None) -> str:
    if around is None:
        return ""
    stage, run = around
    state = stage.shell_at(run)
    script = stage.script(run)
    if script is None:
        return ""
    if script.dialect in ("cmd", "powershell"):
        return "windows"
    if run.raw.rstrip().endswith("\\"):
        return "end"
    if code in ("SC1071", "SC1008"):
        return "shell"
    if code == "SC2164" and state.errexit:
        return "errexit"
    if code in ("SC2154", "SC2086") and any(name in script.text.text for name in stage.history.at(stage.position(run))):
        return "scope"
    return ""


def _hadolint(paths: list[str]) -> list[dict[str, Any]]:
    program = Path(sys.executable).with_name("hadolint")
    rows: list[dict[str, Any]] = []
    for at in range(0, len(paths), 500):
        command = [str(program), "--no-fail", "--no-color", "-f", "json", *paths[at : at + 500]]
        run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tempfile.gettempdir())
        rows += [row for row in json.loads(run.stdout or "[]") if row["code"].startswith("SC")]
    return rows


def _places(readings: list[Reading], ours: dict[str, list[Finding]], show: bool) -> int:
    """Compare places with those of ShellCheck run by hand; how many scripts have others."""
    candidates: dict[str, tuple[Reading, Run, tuple[str, str]]] = {}
    for reading in readings:
        for stage, run in reading.runs:
            own = _own_file(reading, stage, run)
            if own is not None and _ours(run, ours[reading.path]):
                candidates.setdefault(run.raw, (reading, run, own))
    several_lines = sorted((raw for raw in candidates if "\n" in raw), key=len)
    one_line = sorted((raw for raw in candidates if "\n" not in raw), key=len)
    chosen = [*_spread(several_lines, 2 * SCRIPTS // 3), *_spread(one_line, SCRIPTS - 2 * SCRIPTS // 3)]
    differing = 0
    for raw in chosen:
        reading, run, own = candidates[raw]
        different = _ours(run, ours[reading.path]) ^ _by_hand(*own)
        if different:
            differing += 1
            if show:
                print(f"  {reading.path}:{run.start_line}: {sorted(different)}")
    print(f"places in {len(chosen)} of {len(candidates)} scripts: {differing} differ from ShellCheck by hand")
    return differing


def _spread(rows: list[str], count: int) -> list[str]:
    """So many of the rows, at equal distances."""
    return rows[:: max(len(rows) // count, 1)][:count] if count else []


def _ours(run: Run, findings: list[Finding]) -> set[Place]:
    inside = [f for f in findings if run.span[0] <= f.span[0] < run.span[1]]
    return {(f.rule.name, *f.start, *f.end) for f in inside}


def _own_file(reading: Reading, stage: Stage, run: Run) -> tuple[str, str] | None:
    """A shell script with nothing but what the shell gets of a RUN, where it stands in the file; and its dialect.

    None for instructions that the shell would not read as they stand: comments inside, blanks behind a backslash.
    """
    text, script = reading.source.text, stage.script(run)
    if script is None or run.json or "\r" in text or reading.graph.dockerfile.escape != "\\" or run.onbuild:
        return None
    if re.search(r"\\[ \t]+$", run.raw, re.MULTILINE):
        return None
    if (run.heredocs and run.heredoc is None) or any(
        line.lstrip()[:1] in ("#", "") for line in run.raw.split("\n")[1:]
    ):
        return None
    body = run.heredoc.body if run.heredoc is not None else None
    if body is not None and len(body.pieces) > 1:
        return None
    start = body.span[0] if body is not None else run.origin(run.args_start)
    end = body.span[1] if body is not None else run.span[1]
    blank = "".join(char if char == "\n" else " " for char in text[:start])
    names = sorted({*stage.history.at(stage.position(run)), *remarks.PREDEFINED})
    declared = "export " + " ".join(f"{name}=1" for name in names if name.isidentifier())
    if stage.shell_at(run).errexit:
        declared = "set -e; " + declared
    dialect = script.dialect
    _, newline, rest = blank.partition("\n")
    return (
        (f"{declared}{newline}{rest}{text[start:end]}\n", "busybox" if dialect == "ash" else dialect)
        if newline
        else None
    )


def _by_hand(text: str, dialect: str) -> set[Place]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "script"
        file.write_text(text, encoding="utf-8")
        command = [
            find(),
            "--norc",
            "-f",
            "json1",
            "-S",
            "style",
            "-e",
            "SC1090,SC1091,SC2187",
            "-s",
            dialect,
            str(file),
        ]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = json.loads(run.stdout)["comments"]
    return {(f"SC{r['code']}", r["line"], r["column"], r["endLine"], r["endColumn"]) for r in rows if r["line"] > 1}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
