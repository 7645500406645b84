"""Lint any number of projects on a Dask cluster; what is found comes out as Parquet.

Usage: ``python lint_fleet.py PROJECTS OUT [--scheduler ADDRESS]``. PROJECTS is a file with a project a line: a folder,
or the URL of a repository to clone. OUT gets a Parquet file for each part of them; those that are there already are not
made again, so a run that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tomllib
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import dask.bag
import lint_project
import pyarrow as pa
import pyarrow.parquet as pq
from distributed import Client, LocalCluster, as_completed

import dlint

_NUMBERS = ("line", "column", "end_line", "end_column")
_TEXTS = ("project", "path", "rule", "severity", "category", "message", "fingerprint", "trouble")
SCHEMA = pa.schema([*((name, pa.string()) for name in _TEXTS), *((name, pa.int32()) for name in _NUMBERS)])


def write_part(projects: Iterable[str], out: str, settings: lint_project.Settings) -> list[str]:
    """Lint some projects into a file of their own, unless it is there; gives its name."""
    projects = [*projects]
    name = sha256(json.dumps([dlint.__version__, settings, projects]).encode()).hexdigest()[:32] + ".parquet"
    if not os.path.exists(os.path.join(out, name)):
        table = pa.Table.from_pylist([*lint_project.rows_of(projects, settings)], SCHEMA)
        # Readers of the folder pass over names that begin with a dot.
        beside = os.path.join(out, f".{os.urandom(8).hex()}")
        pq.write_table(table, beside)
        os.replace(beside, os.path.join(out, name))
    return [name]


def lint_fleet(client: Client, projects: list[str], out: str, settings: lint_project.Settings, size: int) -> int:
    """Lint all projects in parts of that size; gives how many of them could not be written."""
    os.makedirs(out, exist_ok=True)
    client.upload_file(lint_project.__file__)
    bag = dask.bag.from_sequence(projects, partition_size=size)
    parts = client.compute(bag.map_partitions(write_part, out, settings).to_delayed())
    failed = 0
    for number, part in enumerate(as_completed(parts), 1):
        if part.status == "error":
            failed += 1
            print(f"a part is missing: {part.exception()}", file=sys.stderr)
        print(f"{number} of {len(parts)} parts", file=sys.stderr)
    return failed


def main() -> int:
    """Read the command line, find the cluster, lint."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", type=Path)
    parser.add_argument("out", type=os.path.abspath)
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a cluster; without it one is made on this machine")
    parser.add_argument("--workers", type=int, metavar="N", help="of the cluster that is made (default: one a core)")
    parser.add_argument("--answers", type=os.path.abspath, metavar="FOLDER", help="for ShellCheck's answers, shared")
    parser.add_argument("--config", type=Path, metavar="FILE", help="a dlint.toml that wins over those of the projects")
    parser.add_argument("--seconds", type=int, default=120, metavar="N", help="that a project may take")
    parser.add_argument("--megabytes", type=int, default=2000, metavar="N", help="that a project may take")
    parser.add_argument("--part", type=int, default=100, metavar="N", help="projects for a file of OUT")
    options = parser.parse_args()
    settings = {
        "config": tomllib.loads(options.config.read_text("utf-8")) if options.config else None,
        "answers": options.answers,
        "seconds": options.seconds,
        "megabytes": options.megabytes,
    }
    projects = [*dict.fromkeys(options.projects.read_text("utf-8").split("\n")[:-1])]
    cluster = options.scheduler or LocalCluster(options.workers, threads_per_worker=1, dashboard_address=None)
    with Client(cluster) as client:
        return 1 if lint_fleet(client, projects, options.out, settings, options.part) else 0


if __name__ == "__main__":
    sys.exit(main())
