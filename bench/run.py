"""Time dlint against its peers, all in one run on this machine: README's table and the targets of speed.

Usage: ``python bench/run.py [--corpus DIR] [--only WORD] [--rounds N]``. DIR has folders ``wild`` and ``gold`` with
Dockerfiles and ``compose`` with Compose files; rows without their files are skipped, and said. The peers are hadolint
and compose-lint (``pip install -e '.[bench]'``); one that is absent is said and left out.

This checkout is installed as a wheel into a folder of its own first, so that it runs as it does for users. Tools take
turns, after a round that is not counted, and figures are medians. CPU is user plus system time of a process and its
children. "dlint" starts from nothing, "dlint, again" has linted the same before, "rules alone" is dlint without
ShellCheck. Where valgrind is, instructions of a tool's own process are counted too: they do not depend on the load.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from cases import (
    FILES,
    MANY,
    PATIENCE,
    ROOT,
    RULES_ALONE,
    SERVICES,
    SINGLE,
    alone,
    environment,
    found,
    installed,
    large_compose,
    multiplied,
    program,
    some,
)  # fmt: skip
from instructions import FEW, has_valgrind, instructions

ROUNDS = 15
BATCH = 1500
WILD_ALONE = 20
# A run over few of the many files and one over all: what each further one costs is the difference.
FIRST = 1000
ENOUGH_CORES = 8
PEERS = {"Dockerfile": "hadolint", "compose.yaml": "compose-lint"}
# CPU of a first run over one file, at most, over that of its peer.
COLD = {"Dockerfile": 1.3, "compose.yaml": 0.45}


class Spent(NamedTuple):
    """What a call took: seconds, and KiB of its largest process."""

    wall: float
    cpu: float
    memory: int


class Call(NamedTuple):
    """A program under test with the arguments of each of its runs.

    With ``again`` it finds what it has kept in the round before. ``fresh`` is a folder that is copied to where the call
    runs before each round, as it changes files.
    """

    program: str
    runs: Sequence[Sequence[str]]
    again: bool = False
    fresh: Path | None = None


class Bench:
    """The tools, and what was measured of them: lines for README's table, and ratios that have a target."""

    def __init__(self, scratch: Path, rounds: int, corpus: Path | None) -> None:
        self.scratch = scratch
        self.rounds = rounds
        self.corpus = corpus
        self.packages = scratch / "packages"
        self.table: list[str] = []
        self.targets: list[str] = []
        self.peers = {name: path for name in PEERS.values() if (path := program(name))}

    @property
    def dlint(self) -> str:
        """The program that was installed from this checkout."""
        return str(self.packages / "bin" / "dlint")

    def files(self, name: str, kind: str) -> tuple[Path, list[str]]:
        """The files of a folder of the corpus."""
        folder = (self.corpus or Path(os.devnull)) / name
        return folder, found(folder, kind)

    def environment(self, again: bool) -> dict[str, str]:
        """What a call sees of what was kept before."""
        return environment(self.packages, str(self.scratch / "cache") if again else os.devnull)

    def timed(self, call: Call, folder: Path) -> Spent:
        """One round of a call."""
        if call.fresh is not None:
            shutil.rmtree(folder)
            shutil.copytree(call.fresh, folder)
        spent = [_timed([call.program, *run], folder, self.environment(call.again)) for run in call.runs]
        return Spent(sum(s.wall for s in spent), sum(s.cpu for s in spent), max(s.memory for s in spent))

    def medians(self, calls: Mapping[str, Call], folder: Path, rounds: int) -> dict[str, Spent]:
        """What each call takes, in turns, after one round that is not counted."""
        spent: dict[str, list[Spent]] = {name: [] for name in calls}
        for number in range(rounds + 1):
            for name, call in calls.items():
                taken = self.timed(call, folder)
                if number:
                    spent[name].append(taken)
        return {
            name: Spent(median(s.wall for s in each), median(s.cpu for s in each), max(s.memory for s in each))
            for name, each in spent.items()
        }

    def counted(self, call: Call, folder: Path) -> float | None:
        """The millions of instructions of a call's first run; None if nobody counts them."""
        if not has_valgrind():
            return None
        return instructions([call.program, *call.runs[0]], folder, self.environment(call.again)) / 1e6

    def meets(self, what: str, ratio: float, most: float) -> None:
        """Note a ratio that is to be ``most`` at most."""
        self.targets.append(f"{'met   ' if ratio <= most else 'MISSED'}  {ratio:6.2f}  of at most {most:<5g} {what}")


def main(arguments: Sequence[str]) -> int:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, metavar="DIR")
    parser.add_argument("--only", default="", metavar="WORD", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="for one file; a fifth for many")
    options = parser.parse_args(arguments)
    if options.only not in ("", *PARTS):
        parser.error(f"--only is one of {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(Path(scratch), options.rounds, options.corpus and options.corpus.resolve())
        trouble = installed(ROOT, bench.packages)
        if trouble:
            print(trouble, file=sys.stderr)
            return 1
        _introduce(bench)
        for name, part in PARTS.items():
            if options.only in ("", name):
                part(bench)
        _conclude(bench)
    return 0


def _introduce(bench: Bench) -> None:
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for tool in (bench.dlint, *bench.peers.values()):
        shown = subprocess.run(
            [tool, "--version"], env=bench.environment(False), capture_output=True, text=True, check=False
        )
        print(f"  {(shown.stdout or shown.stderr).strip().splitlines()[0]}")
    for name in PEERS.values():
        if name not in bench.peers:
            print(f"  {name} is not installed: its columns are left out")
    if not has_valgrind():
        print("  valgrind is not here: no instructions are counted")


def _conclude(bench: Bench) -> None:
    if bench.table:
        print("\nFor README.md, wall / CPU time:\n\n| | dlint | dlint, again | hadolint | compose-lint |")
        print("| --- | --- | --- | --- | --- |", *bench.table, sep="\n")
    if bench.targets:
        print("\nTargets:", *bench.targets, sep="\n  ")


def _single(bench: Bench) -> None:
    """One file: against its peer, again, and as a hook calls it."""
    for name in SINGLE:
        folder = alone(bench.scratch / f"single-{name}", FILES / name)
        peer = PEERS[name]
        calls = _calls(bench, peer, [[name]])
        lines = (FILES / name).read_text(encoding="utf-8").count("\n")
        title = f"one {'Compose file' if name == 'compose.yaml' else name} of {lines} lines"
        spent = _measure(bench, title, calls, folder, bench.rounds, count=True)
        for call, most in (("dlint", COLD[name]), ("dlint, again", 1.0)) if peer in spent else ():
            bench.meets(f"{title}: CPU of {call!r} over {peer}'s", spent[call].cpu / spent[peer].cpu, most)
        plain = bench.counted(calls["dlint"], folder)
        hook = bench.counted(Call(bench.dlint, [["check", "--", name]]), folder)
        if plain and hook:
            bench.meets(f"check -- {name}, instructions over the plain call", hook / plain, 1.02)


def _alone(bench: Bench) -> None:
    """Real Dockerfiles, each alone, from nothing."""
    folder, paths = bench.files("wild", "dockerfile")
    if not paths or "hadolint" not in bench.peers:
        _skipped("Dockerfiles of wild, each alone")
        return
    ratios = []
    for number, path in enumerate(some(paths, WILD_ALONE)):
        place = alone(bench.scratch / f"alone-{number}", folder / path)
        calls = _calls(bench, "hadolint", [[Path(path).name]])
        del calls["dlint, again"]
        spent = bench.medians(calls, place, max(1, bench.rounds // 3))
        ratios.append(spent["dlint"].cpu / spent["hadolint"].cpu)
    title = f"{len(ratios)} Dockerfiles of wild, each alone"
    print(f"\n{title}: CPU over hadolint's, from {min(ratios):.2f} to {max(ratios):.2f}")
    bench.meets("one cold Dockerfile of wild, CPU over hadolint's, median", median(ratios), 1.9)


def _trees(bench: Bench) -> None:
    """Many files at once, against the peer, and again."""
    for folder_name, kind, of, peer in (
        ("wild", "dockerfile", "Dockerfiles from GitHub", "hadolint"),
        ("gold", "dockerfile", "Dockerfiles of well-kept projects", "hadolint"),
        ("compose", "compose", "Compose files", "compose-lint"),
    ):
        folder, paths = bench.files(folder_name, kind)
        if not paths:
            _skipped(f"{of} ({folder_name})")
            continue
        calls = _calls(bench, peer, _batches(paths))
        calls["rules alone"] = Call(bench.dlint, [[*RULES_ALONE, *run] for run in _batches(paths)])
        spent = _measure(bench, f"{len(paths)} {of}", calls, folder, _few(bench))
        again = spent["dlint, again"].cpu / spent["dlint"].cpu
        bench.meets(f"{folder_name} again, CPU over the first run's", again, 0.1)
        if kind == "compose" and peer in spent:
            bench.meets(f"{len(paths)} {of}, CPU over {peer}'s", spent["dlint"].cpu / spent[peer].cpu, 0.44)
        _further(bench, folder, paths, spent["rules alone"])


def _further(bench: Bench, folder: Path, paths: list[str], spent: Spent) -> None:
    """What each file costs besides the start, rules alone."""
    first = bench.medians({"": Call(bench.dlint, [[*RULES_ALONE, paths[0]]])}, folder, _few(bench))[""]
    each = (spent.cpu - first.cpu) / max(1, len(paths) - 1)
    print(f"  each after the first, rules alone: {each * 1000:.2f} ms of CPU", end="")
    picked = some(paths, 3 * FEW)
    few, many = (bench.counted(Call(bench.dlint, [[*RULES_ALONE, *run]]), folder) for run in (picked[:FEW], picked))
    print(f", {(many - few) / (len(picked) - FEW):.2f} million instructions" if few and many else "")


def _services(bench: Bench) -> None:
    """One Compose file of many services."""
    folder = bench.scratch / "services"
    folder.mkdir()
    (folder / "compose.yaml").write_text(large_compose(SERVICES), encoding="utf-8")
    calls = _calls(bench, "compose-lint", [["compose.yaml"]])
    _measure(bench, f"one Compose file of {SERVICES:,} services", calls, folder, _few(bench))


def _fixes(bench: Bench) -> None:
    """Fixes and reports beside a plain lint, rules alone."""
    folder, paths = bench.files("wild", "dockerfile")
    if not paths:
        _skipped("--fix and other reports (wild)")
        return
    place = bench.scratch / "fixes"
    place.mkdir()

    def call(*options: str) -> Call:
        return Call(bench.dlint, [[*RULES_ALONE, *options, *run] for run in _batches(paths)], fresh=folder)

    calls = {
        "text": call(),
        "SARIF": call("--format", "sarif"),
        "JSON": call("--format", "json"),
        "--fix": call("--fix"),
    }
    spent = _measure(bench, f"{len(paths)} Dockerfiles, rules alone", calls, place, _few(bench), listed=False)
    for name, most in (("SARIF", 1.1), ("JSON", 1.1), ("--fix", 2.1)):
        bench.meets(f"{name} over text, CPU", spent[name].cpu / spent["text"].cpu, most)


def _many(bench: Bench) -> None:
    """Ten thousand Dockerfiles, rules alone: memory, and several processes."""
    folder, paths = bench.files("wild", "dockerfile")
    if not paths:
        _skipped(f"{MANY:,} Dockerfiles (wild)")
        return
    few, many = bench.scratch / "few", bench.scratch / "many"
    multiplied(folder, paths, few, FIRST)
    multiplied(folder, paths, many, MANY)
    one = Call(bench.dlint, [[*RULES_ALONE, "--jobs", "1", "."]])
    title = f"{MANY:,} Dockerfiles, rules alone"
    first = bench.timed(one, few)
    spent = _measure(bench, title, {"one process": one}, many, 1, listed=False)["one process"]
    each = (spent.memory - first.memory) / (MANY - FIRST)
    print(f"  {spent.memory / 1024:.0f} MiB; {each:.1f} KiB for each after the first {FIRST:,}")
    bench.meets("KiB of memory for each further Dockerfile", each, 10)
    cores = os.cpu_count() or 1
    if cores < ENOUGH_CORES:
        _skipped(f"{title}, on {ENOUGH_CORES} cores: there are {cores}")
        return
    every = bench.medians({"": Call(bench.dlint, [[*RULES_ALONE, "."]])}, many, 1)[""]
    bench.meets(f"{title}: wall time of {cores} cores over that of one process", every.wall / spent.wall, 0.3)


PARTS: dict[str, Callable[[Bench], None]] = {
    "single": _single, "alone": _alone, "trees": _trees, "services": _services, "fixes": _fixes, "many": _many,
}  # fmt: skip


def _calls(bench: Bench, peer: str, runs: Sequence[Sequence[str]]) -> dict[str, Call]:
    """dlint from nothing, dlint again, and the peer if it is here."""
    calls = {"dlint": Call(bench.dlint, runs), "dlint, again": Call(bench.dlint, runs, again=True)}
    if peer in bench.peers:
        calls[peer] = Call(bench.peers[peer], runs)
    return calls


def _batches(paths: Sequence[str]) -> list[Sequence[str]]:
    """Lists short enough for one command line each."""
    return [paths[at : at + BATCH] for at in range(0, len(paths), BATCH)]


def _few(bench: Bench) -> int:
    return max(1, bench.rounds // 5)


def _skipped(what: str) -> None:
    print(f"\nskipped: {what}")


def _measure(
    bench: Bench,
    title: str,
    calls: Mapping[str, Call],
    folder: Path,
    rounds: int,
    *,
    listed: bool = True,
    count: bool = False,
) -> dict[str, Spent]:
    """Measure calls and print them, for README's table too if ``listed``; their instructions with ``count``."""
    spent = bench.medians(calls, folder, rounds)
    print(f"\n{title}\n  {'':14}{'wall ms':>10}{'CPU ms':>10}{'CPU x':>8}" + f"{'M instr.':>10}" * count)
    ours = next(iter(spent.values()))
    for name, one in spent.items():
        counted = bench.counted(calls[name], folder) if count else None
        print(
            f"  {name:14}{one.wall * 1000:10.1f}{one.cpu * 1000:10.1f}{one.cpu / ours.cpu:8.2f}"
            + (f"{counted:10.1f}" if counted else "")
        )
    if listed:
        bench.table.append(f"| {' | '.join([title, *_cells(spent)])} |".replace("  ", " "))
    return spent


def _cells(spent: Mapping[str, Spent]) -> Iterator[str]:
    for name in ("dlint", "dlint, again", *PEERS.values()):
        one = spent.get(name)
        if one is None:
            yield ""
        elif max(one.wall, one.cpu) < 1:
            yield f"{one.wall * 1000:.0f} / {one.cpu * 1000:.0f} ms"
        else:
            yield f"{one.wall:.1f} / {one.cpu:.1f} s"


def _timed(command: Sequence[str], folder: Path, seen: Mapping[str, str]) -> Spent:
    """Run a command once; what it and its children took."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, cwd=folder, env=dict(seen), stdout=subprocess.DEVNULL, stderr=errors)
        timer = threading.Timer(PATIENCE, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1, 2):
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()[:200]
            print(f"  {command[0]} ended with {process.returncode}: {said}")
    return Spent(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
