"""Time dlint against its peers, all in one run on this machine.

Usage: ``python bench/run.py [CORPUS_DIR]``. The peers are hadolint and compose-lint from PyPI
(``pip install -e '.[bench]'``); one that is absent is said and left out. Figures are medians; CPU is user plus system
time of the process and its children. CORPUS_DIR is searched for Dockerfiles and Compose files; the last column there is
what each file after the first costs: the CPU time of the run less that of the one-file run above. Python programs run
from compiled modules, as they do once installed.
"""

from __future__ import annotations

import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from dlint.project.files import ProjectFiles
from dlint.workspace.discover import discover

FILES = Path(__file__).parent / "files"
ROUNDS = 15
CORPUS_ROUNDS = 3
PATIENCE = 300
BATCH = 1500
SERVICES = 3000


class Tool(NamedTuple):
    """A program under test: how it is called for its version and for files."""

    name: str
    program: str
    check: tuple[str, ...]


class Time(NamedTuple):
    """Seconds of one call, or medians of several."""

    wall: float
    cpu: float


TOOLS = {
    "dlint": ("dlint", "check"),
    "dlint, again": ("dlint", "check"),
    "no ShellCheck": ("dlint", "check", "--config", "shellcheck=false"),
    "hadolint": ("hadolint",),
    "compose-lint": ("compose-lint",),
}
AGAIN = "dlint, again"
DOCKERFILE_TOOLS = ("dlint", AGAIN, "no ShellCheck", "hadolint")
SAME = (AGAIN, "no ShellCheck")
"""Other ways to call dlint; its answers to ``--version`` are not asked for a second time."""
COMPOSE_TOOLS = ("dlint", "compose-lint")


def main(arguments: Sequence[str]) -> None:
    """Run every comparison and print its table."""
    tools = {name: Tool(name, program, call[1:]) for name, call in TOOLS.items() if (program := _program(call[0]))}
    for name in TOOLS.keys() - tools.keys():
        print(f"{name} is not installed: python -m pip install -e '.[bench]'")
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for tool in tools.values():
        if tool.name in SAME:
            continue
        shown = subprocess.run([tool.program, "--version"], capture_output=True, text=True, check=False)
        print(f"  {tool.name}: {(shown.stdout or shown.stderr).strip().splitlines()[0]}")
    dockerfile_tools = [tools[name] for name in DOCKERFILE_TOOLS if name in tools]
    compose_tools = [tools[name] for name in COMPOSE_TOOLS if name in tools]

    with tempfile.TemporaryDirectory() as modules, tempfile.TemporaryDirectory() as folder:
        # A checkout may forbid writing compiled modules beside the source; an installed program has them.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = modules
        # "dlint" asks ShellCheck about every script, as no cache can be made there; see ``_environment``.
        os.environ["XDG_CACHE_HOME"] = os.devnull
        startup = {name: [[tool.program, "--version"]] for name, tool in tools.items() if name not in SAME}
        _table("start-up (--version)", _medians(startup, folder, ROUNDS))
        singles = {}
        for kind, name, tools_for_it in (
            ("dockerfile", "Dockerfile", dockerfile_tools),
            ("compose", "compose.yaml", compose_tools),
        ):
            alone = Path(folder) / kind
            alone.mkdir()
            shutil.copy(FILES / name, alone)
            calls = {tool.name: [[tool.program, *tool.check, name]] for tool in tools_for_it}
            singles[kind] = _medians(calls, str(alone), ROUNDS)
            lines = (FILES / name).read_text(encoding="utf-8").count("\n")
            _table(f"one {name} of {lines} lines", singles[kind])
        (Path(folder) / "large.compose.yaml").write_text(large_compose(SERVICES), encoding="utf-8")
        calls = {tool.name: [[tool.program, *tool.check, "large.compose.yaml"]] for tool in compose_tools}
        _table(f"one Compose file of {SERVICES:,} services", _medians(calls, folder, CORPUS_ROUNDS))
        if arguments:
            _corpus(arguments[0], dockerfile_tools, compose_tools, singles)


def large_compose(services: int) -> str:
    """A Compose file of that many services, each with an image, a port, a variable, a volume and a dependency."""
    body = "".join(
        f"  service{number}:\n    image: registry.example.org/app:1.{number}\n    restart: unless-stopped\n"
        f'    ports: ["127.0.0.1:{10000 + number}:80"]\n    environment:\n      LEVEL: info\n'
        f"    volumes:\n      - data:/data\n    depends_on: [service{number - 1}]\n"
        for number in range(1, services)
    )
    return f"services:\n  service0:\n    image: registry.example.org/db:1.0\n{body}volumes:\n  data:\n"


def _program(name: str) -> str | None:
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)


def _corpus(
    folder: str,
    dockerfile_tools: list[Tool],
    compose_tools: list[Tool],
    singles: dict[str, dict[str, Time | None]],
) -> None:
    found = discover(ProjectFiles.on_disk(folder)).files
    for kind, name, tools in (
        ("dockerfile", "Dockerfiles", dockerfile_tools),
        ("compose", "Compose files", compose_tools),
    ):
        paths = [path for path, of in found if of == kind]
        if not paths:
            continue
        calls = {tool.name: [[tool.program, *tool.check, *batch] for batch in _batches(paths)] for tool in tools}
        times = _medians(calls, folder, CORPUS_ROUNDS)
        _table(f"{len(paths)} {name} of {folder}", times, singles[kind], len(paths))


def _batches(paths: list[str]) -> list[list[str]]:
    """Lists short enough for one command line each."""
    return [paths[at : at + BATCH] for at in range(0, len(paths), BATCH)]


def _medians(calls: dict[str, list[list[str]]], folder: str, rounds: int) -> dict[str, Time | None]:
    """The median time of each tool's calls together; the tools take turns, after one round that is not counted.

    None stands for a tool that did not end within PATIENCE seconds.
    """
    times: dict[str, list[Time]] = {name: [] for name in calls}
    slow: set[str] = set()
    for number in range(rounds + 1):
        for name, commands in calls.items():
            if name in slow:
                continue
            spent = _time(commands, folder, _environment(name))
            if spent is None:
                slow.add(name)
            elif number:
                times[name].append(spent)
    return {
        name: None if name in slow else Time(median(t.wall for t in spent), median(t.cpu for t in spent))
        for name, spent in times.items()
    }


def _environment(name: str) -> dict[str, str]:
    """What a tool's processes see: "dlint, again" finds what its uncounted round has left in the cache."""
    cache = os.environ["PYTHONPYCACHEPREFIX"] if name == AGAIN else os.environ["XDG_CACHE_HOME"]
    return {**os.environ, "XDG_CACHE_HOME": cache}


def _time(commands: list[list[str]], folder: str, environment: dict[str, str]) -> Time | None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    for command in commands:
        left = PATIENCE - (time.perf_counter() - start)
        try:
            run = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=max(left, 1),
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
        if run.returncode not in (0, 1, 2):
            print(f"  {command[0]} ended with {run.returncode}: {run.stderr.decode(errors='replace').strip()[:200]}")
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Time(wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def _table(
    title: str, times: dict[str, Time | None], single: dict[str, Time | None] | None = None, files: int = 1
) -> None:
    print(f"\n{title}")
    more = "  CPU ms/file after the first" if single else ""
    print(f"  {'':14}{'wall ms':>10}{'CPU ms':>10}{'wall x':>9}{'CPU x':>9}{more}")
    ours = times.get("dlint")
    for name, spent in times.items():
        if spent is None:
            print(f"  {name:14}no result within {PATIENCE} s")
            continue
        line = f"  {name:14}{spent.wall * 1000:10.1f}{spent.cpu * 1000:10.1f}"
        if ours is not None:
            line += f"{spent.wall / ours.wall:9.2f}{spent.cpu / ours.cpu:9.2f}"
        first = single.get(name) if single else None
        if first is not None and files > 1:
            line += f"{(spent.cpu - first.cpu) * 1000 / (files - 1):29.2f}"
        print(line)


if __name__ == "__main__":
    main(sys.argv[1:])
