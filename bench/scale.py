"""What examples/scale takes: throughput, CPU time and memory for each worker, on a local cluster.

Usage: ``python bench/scale.py --corpus DIR [--projects N] [--workers N] [--rules-alone]``. DIR is that of ``run.py``:
the projects are folders with one Dockerfile each, made of those in ``DIR/wild`` by a change in each RUN. One process
lints them without Dask, then the cluster does twice, the second time with ShellCheck's answers at hand; all must find
the same. Needs ``pip install -e '.[scale]'``.
"""

from __future__ import annotations

import argparse
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil
from cases import MANY, PATIENCE, ROOT, found, multiplied

import dlint

EXAMPLE = ROOT / "examples" / "scale"
_PAUSE = 0.25


class Watch:
    """The processes below this one while a call runs: the largest of each kind, and the CPU time of all."""

    def __init__(self) -> None:
        self.largest: dict[str, int] = {}
        self._cpu: dict[int, float] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self._start = time.perf_counter()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall = time.perf_counter() - self._start
        self._ended.set()
        self._thread.join()

    @property
    def cpu(self) -> float:
        """Seconds of user and system time; what a process took after it was last looked at is left out."""
        return sum(self._cpu.values())

    def _look(self) -> None:
        me = psutil.Process()
        while not self._ended.wait(_PAUSE):
            for process in me.children(recursive=True):
                try:
                    self._note(process)
                except psutil.Error:
                    pass

    def _note(self, process: psutil.Process) -> None:
        command = " ".join(process.cmdline())
        # ShellCheck's time is counted where its parent has waited for it.
        if "/shellcheck " in f"{command} ":
            return
        kind = "linting process" if "lint_project.py" in command else "Dask"
        spent = process.cpu_times()
        self._cpu[process.pid] = spent.user + spent.system + spent.children_user + spent.children_system
        if kind == "Dask":
            # Its children are looked at themselves.
            self._cpu[process.pid] = spent.user + spent.system
        self.largest[kind] = max(self.largest.get(kind, 0), process.memory_info().rss)


def main() -> None:
    """Make the projects, lint them, print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    parser.add_argument("--projects", type=int, default=MANY, metavar="N")
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    parser.add_argument("--rules-alone", action="store_true", help="without ShellCheck")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        projects = _projects(folder, options.corpus / "wild", options.projects)
        config = folder / "config.toml"
        config.write_text("shellcheck = false\n" if options.rules_alone else "")
        one, size, plain = _here(projects, options.rules_alone)
        print(f"one process, without Dask: {one:.1f} s of CPU, {one / len(projects) * 1000:.1f} ms a project")
        print(f"a finding: {size / max(1, plain[0]):.0f} bytes pickled; a row: {plain[1] / max(1, plain[0]):.0f}")
        for name in ("first", "again"):
            with Watch() as watch:
                count = _fleet(folder, name, options.workers, config)
            assert count == plain[0], f"{count} findings instead of {plain[0]}"
            sizes = ", ".join(f"{kind} {size >> 20} MiB" for kind, size in sorted(watch.largest.items()))
            each = watch.cpu / len(projects) * 1000
            print(f"{options.workers} workers, {name}: {watch.wall:.1f} s, {len(projects) / watch.wall:.0f} a second")
            print(f"  {watch.cpu:.1f} s of CPU, {each:.1f} ms a project; largest: {sizes}")


def _projects(folder: Path, source: Path, count: int) -> list[str]:
    """Projects of one Dockerfile each, and a list of them."""
    made = folder / "files"
    projects = []
    for name in multiplied(source, found(source, "dockerfile"), made, count):
        place = folder / "projects" / Path(name).stem
        place.mkdir(parents=True)
        shutil.move(made / name, place / "Dockerfile")
        projects.append(str(place))
    (folder / "list").write_text("".join(f"{project}\n" for project in projects))
    return projects


def _here(projects: list[str], rules_alone: bool) -> tuple[float, int, tuple[int, int]]:
    """Seconds of CPU, ShellCheck's included; bytes of the findings pickled; how many there are, bytes of their rows."""
    config: dict[str, Any] = {"shellcheck": False} if rules_alone else {}
    seconds, size, rows, count = 0.0, 0, 0, 0
    for project in projects:
        start = sum(os.times()[:4])
        visible = dlint.lint_paths([project], root=project, config=config, jobs=1).visible
        seconds += sum(os.times()[:4]) - start
        count += len(visible)
        size += len(pickle.dumps(visible)) if visible else 0
        rows += len(pickle.dumps([finding.row() for finding in visible])) if visible else 0
    return seconds, size, (count, rows)


def _fleet(folder: Path, name: str, workers: int, config: Path) -> int:
    """Lint the projects by the example; how many findings there are."""
    import pyarrow.parquet as parquet

    out = folder / name
    command = [
        sys.executable,
        str(EXAMPLE / "lint_fleet.py"),
        str(folder / "list"),
        str(out),
        "--workers",
        str(workers),
    ]
    options = ["--answers", str(folder / "answers"), "--config", str(config)]
    subprocess.run([*command, *options], check=True, capture_output=True, timeout=4 * PATIENCE)
    rules = parquet.read_table(out, columns=["rule"])["rule"]
    return int(len(rules) - rules.null_count)


if __name__ == "__main__":
    main()
