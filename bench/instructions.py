"""Count the instructions of short runs, and compare two checkouts in turns.

Usage: ``python bench/instructions.py [--against REVISION|FOLDER] [--most PERCENT] [--corpus DIR]``.

Without ``--against`` it prints the counts of this checkout. With it each case runs in the other one too, a revision of
this repository or a folder with another checkout, and the exit code is 1 if a case of one file needs more than 5 %
(``--most``) more instructions here. DIR, as for ``run.py``, adds what each further Dockerfile and Compose file costs,
which only informs.

Counted are user instructions of dlint's own process by valgrind's cachegrind, which repeats to under 1 % on any load;
ShellCheck's are not among them. Nothing is kept in caches, and both checkouts are installed as wheels, so that they run
as they do for users. Without valgrind there is nothing to count: that is said, and the exit code is 0.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from cases import FILES, MOST, PATIENCE, ROOT, RULES_ALONE, alone, environment, found, installed, some

# Files of two runs: what each further one costs is the difference.
FEW = 20
# One file of each kind, in the shortest call and in that of a program.
CALLS = (("Dockerfile",), ("check", "--format", "json", "--", "compose.yaml"))


class Case(NamedTuple):
    """A command line in a folder; with ``fewer`` the count is what each argument beyond those costs."""

    name: str
    folder: Path
    arguments: tuple[str, ...]
    fewer: tuple[str, ...] = ()


def main(arguments: list[str]) -> int:
    """Count, print and compare; gives the exit code."""
    options = _read(arguments)
    if not has_valgrind():
        print("valgrind is not here: no instructions are counted")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        cases = [*_single_files(Path(scratch)), *(_corpus(Path(options.corpus)) if options.corpus else ())]
        other = _checkout(options.against, Path(scratch)) if options.against else None
        if options.against and other is None:
            return 0
        here, there = Path(scratch) / "here", Path(scratch) / "there"
        trouble = installed(ROOT, here) or (installed(other, there) if other is not None else "")
        if trouble:
            print(trouble, file=sys.stderr)
            return 1
        return _compare(cases, here, there if other is not None else None, options.most)


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", metavar="REVISION|FOLDER")
    parser.add_argument("--most", type=float, default=MOST, metavar="PERCENT")
    parser.add_argument("--corpus", metavar="DIR")
    return parser.parse_args(arguments)


def _compare(cases: list[Case], packages: Path, other: Path | None, most: float) -> int:
    worse = []
    print(f"{'millions of instructions':40}{'here':>10}" + (f"{'there':>10}{'change':>10}" if other else ""))
    for case in cases:
        here = counted(case, packages)
        line = f"{case.name:40}{here / 1e6:10.2f}"
        if other is not None:
            there = counted(case, other)
            change = (here / there - 1) * 100
            line += f"{there / 1e6:10.2f}{change:+9.1f}%"
            if change > most and not case.fewer:
                worse.append(case.name)
        print(line, flush=True)
    for name in worse:
        print(f"{name}: more than {most:g} % more instructions")
    return 1 if worse else 0


def _single_files(scratch: Path) -> list[Case]:
    """Each kind of file, of report and of call once: their costs add up."""
    folders = {call[-1]: alone(scratch / call[-1].lower(), FILES / call[-1]) for call in CALLS}
    return [
        Case("--version", scratch, ("--version",)),
        *(Case(" ".join(call), folders[call[-1]], call) for call in CALLS),
    ]


def _corpus(corpus: Path) -> list[Case]:
    """What further files cost, ShellCheck left out."""
    cases = []
    for folder, kind, name in (
        (corpus / "wild", "dockerfile", "a further Dockerfile"),
        (corpus / "compose", "compose", "a further Compose file"),
    ):
        picked = some(found(folder, kind), 3 * FEW)
        if len(picked) > FEW:
            plain = ("check", *RULES_ALONE)
            cases.append(Case(name, folder, (*plain, *picked), (*plain, *picked[:FEW])))
        else:
            print(f"skipped: {name}, as {folder} has not so many")
    return cases


def _checkout(name: str, scratch: Path) -> Path | None:
    """The other checkout: a folder as it is, a revision unpacked; None, said, if the repository has no such one."""
    if Path(name).is_dir():
        return Path(name).resolve()
    folder = scratch / "other"
    folder.mkdir()
    packed = subprocess.run(["git", "-C", str(ROOT), "archive", name], capture_output=True, check=False)
    if packed.returncode:
        print(f"{name} is not in this repository: nothing to compare with")
        return None
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)
    return folder


def counted(case: Case, packages: Path) -> float:
    """The instructions of a case by an installed dlint; of one with ``fewer`` those of each further argument."""
    whole = _count(case.arguments, case.folder, packages)
    if not case.fewer:
        return whole
    return (whole - _count(case.fewer, case.folder, packages)) / (len(case.arguments) - len(case.fewer))


def _count(arguments: tuple[str, ...], folder: Path, packages: Path) -> int:
    return instructions([str(packages / "bin" / "dlint"), *arguments], folder, environment(packages))


def has_valgrind() -> bool:
    """Whether instructions can be counted."""
    return shutil.which("valgrind") is not None


def instructions(command: list[str], folder: Path, seen: dict[str, str]) -> int:
    """The instructions of one process."""
    # What is not compiled or kept yet is so after a run that does not count.
    subprocess.run(command, cwd=folder, env=seen, capture_output=True, timeout=PATIENCE, check=False)
    tool = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    done = subprocess.run(
        [*tool, *command], cwd=folder, env=seen, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    counted = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    if done.returncode not in (0, 1) or counted is None:
        raise SystemExit(f"{' '.join(command[:5])} ended with {done.returncode}: {done.stderr[-300:]}")
    return int(counted[1].replace(",", ""))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
