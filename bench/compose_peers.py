"""Compare dlint with compose-lint and dclint, code by code, over a folder of Compose files.

Usage: ``python bench/compose_peers.py FOLDER [--show]``. compose-lint comes from PyPI, dclint from npm
(``npm install dclint``, with ``node_modules/.bin`` on the PATH); one that is missing is left out, saying so.
Both run with their defaults, dlint with every rule. Each file is judged alone. Two findings are the same if they have
the code, the file and the service (dclint knows the line of a key where dlint knows that of an item), or the line: what
services share by an anchor is told once by dlint. A file that a peer refuses is left out for that peer.

Differences that EXPLAINED knows are counted apart. The last column is the agreement without them: the findings of both
over the findings of either; below 98 % for a code ends the run with 1. ``--show`` lists every difference.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import dlint
from dlint.library import report_files
from dlint.source import Source
from dlint.syntax.compose import file as compose

WANTED = 98.0
PEERS = ("compose-lint", "dclint")
_NAME = "docker-compose.yml"
_REFUSED = ("dclint/invalid-schema", "dclint/invalid-yaml", "dclint/unknown-error")
_UNJUDGED = ("compose-lint/parse-error", "compose-lint/not-applicable", "dclint/invalid-yaml", "dclint/unknown-error")
"""What is no rule: ``compose_agreement.py`` asks Docker's loader about files that cannot be read."""
_FILE_WIDE = ("dclint/invalid-schema", "dclint/no-quotes-in-volumes", "dclint/top-level-properties-order")
"""Codes without a service, whose lines dclint counts wrong below comments."""

EXPLAINED: tuple[tuple[str, str, str, str], ...] = (
    (
        "compose-lint/CL-0019",
        "peer",
        r":\$|image: *\S+\$\{",
        "a tag behind a variable without a value may hold a digest",
    ),
    ("compose-lint/CL-0019", "peer", r"image: *\S+:(lts|beta|canary)\b", "the tag moves: one finding, that of CL-0004"),
    (
        "compose-lint/CL-0004",
        "dlint",
        r"image: *\S+:(lts|beta|canary)\b",
        "tags that move and compose-lint does not list",
    ),
    ("compose-lint/CL-0007", "peer", r"read_only: *\$", "a variable without a value may well be true"),
    ("compose-lint/CL-0013", "dlint", r"- */usr/", "the host's software writable; compose-lint names the folders only"),
    ("compose-lint/CL-0020", "peer", r"=/run/secrets/", "the path of a secret, not the secret"),
    (
        "compose-lint/CL-0020",
        "peer",
        r"_HASH=",
        "a hash under the name of one: what is checked against, not the password",
    ),
    ("compose-lint/CL-0020", "peer", r"_DSN=.*password=", "told by password-in-service-url, which claims CL-0021"),
    (
        "dclint/service-image-require-explicit-tag",
        "dlint",
        r"image: *\S*\$\{",
        "the default of a variable is a moving tag",
    ),
    ("dclint/invalid-schema", "peer", "list_or_dict/oneOf/0", "the loader takes a list that holds an item twice"),
    ("compose-lint/CL-0021", "dlint", "_DSN=.*password=", "a connection string; compose-lint tells it as CL-0020"),
)
"""Code, who speaks alone, a pattern in the service's text or the message, and why the other does not."""


class Said(NamedTuple):
    """What a tool says: its code, the service ("" for the file), the line and the message."""

    code: str
    service: str
    line: int
    message: str


class Row:
    """What was counted for a code."""

    def __init__(self) -> None:
        self.both = 0
        self.explained = 0
        self.only: list[tuple[str, str, Said]] = []

    @property
    def agreement(self) -> float:
        """Per cent of the findings that nothing explains."""
        judged = self.both + len(self.only)
        return 100.0 * self.both / judged if judged else 100.0


class Services:
    """Where the services of a file stand."""

    def __init__(self, text: str) -> None:
        self.source = Source(_NAME, text)
        self.found = compose.parse(self.source).services

    def at(self, line: int) -> str:
        """The service on a line, or ""."""
        inside = (one for one in self.found if self.source.line(one.span[0]) <= line <= self.source.line(one.span[1]))
        return next((one.name for one in inside), "")

    def text(self, name: str) -> str:
        """What is written about a service; the whole file for ""."""
        return next((one.raw for one in self.found if one.name == name), "" if name else self.source.text)


def main(arguments: Sequence[str]) -> int:
    """Compare and print; 1 if a code agrees less than WANTED."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args(arguments)
    paths = sorted(path for path in Path(options.folder).rglob("*.y*ml") if path.is_file())
    texts = {str(number): path.read_text("utf-8", "replace") for number, path in enumerate(paths)}
    theirs, refused = ask(texts)
    rows: dict[str, Row] = defaultdict(Row)
    for number, path in enumerate(paths):
        compare(
            str(path.relative_to(options.folder)), texts[str(number)], theirs[str(number)], refused[str(number)], rows
        )
    return _report(len(paths), rows, options.show)


def ask(texts: Mapping[str, str]) -> tuple[dict[str, list[Said]], dict[str, set[str]]]:
    """What the peers find in each text, and which of them refuse it."""
    said: dict[str, list[Said]] = defaultdict(list)
    refused: dict[str, set[str]] = defaultdict(set)
    with tempfile.TemporaryDirectory() as scratch:
        for name, text in texts.items():
            Path(scratch, name).mkdir()
            Path(scratch, name, _NAME).write_text(text, encoding="utf-8", newline="")
        files = [f"{name}/{_NAME}" for name in texts]
        for peer, command in (
            ("compose-lint", ["check", "--no-env", "--format", "json"]),
            ("dclint", ["-f", "json", "-o", "said.json"]),
        ):
            beside = Path(sys.executable).parent / peer
            program = str(beside) if beside.exists() else shutil.which(peer)
            if program is None:
                print(f"{peer} is not installed and left out")
                for name in texts:
                    refused[name].add(peer)
                continue
            done = subprocess.run([program, *command, *files], cwd=scratch, capture_output=True, text=True, check=False)
            read = _compose_lint if peer == "compose-lint" else _dclint
            read(
                json.loads(done.stdout if peer == "compose-lint" else Path(scratch, "said.json").read_text()),
                said,
                refused,
            )
    return said, refused


def _compose_lint(answer: Any, said: dict[str, list[Said]], refused: dict[str, set[str]]) -> None:
    for one in answer["findings"]:
        found = Said(f"compose-lint/{one['rule_id']}", one["service"], one["line"], one["message"])
        said[Path(one["file"]).parent.name].append(found)
    for one in answer["errors"]:
        refused[Path(one["file"]).parent.name].add("compose-lint")


def _dclint(answer: Any, said: dict[str, list[Said]], refused: dict[str, set[str]]) -> None:
    for file in answer:
        name = Path(file["filePath"]).parent.name
        for one in file["messages"]:
            code, service = f"dclint/{one['rule']}", one["data"].get("serviceName") or ""
            said[name].append(Said(code, service, one["line"], one["message"]))
            if code in _REFUSED:
                refused[name].add("dclint")


def compare(name: str, text: str, theirs: Sequence[Said], refused: set[str], rows: dict[str, Row]) -> None:
    """Count what both say about one file, and what one of them says alone."""
    services = Services(text)
    ours = [
        Said(alias, "", finding.line, finding.message)
        for finding in report_files({_NAME: text}, config={"preset": "all", "shellcheck": False}).visible
        for alias in finding.rule.aliases
        if alias.startswith(
            tuple(f"{peer}/" for peer in PEERS if peer not in refused or alias == "dclint/invalid-schema")
        )
    ]
    theirs = [one for one in theirs if one.code.partition("/")[0] not in refused or one.code == "dclint/invalid-schema"]
    them, us = (
        {(one.code, "" if one.code in _FILE_WIDE else one.service or services.at(one.line)): one for one in side}
        for side in (theirs, ours)
    )
    lines = [{(one.code, one.line) for one in side} for side in (theirs, ours)]
    for key in sorted(key for key in them.keys() | us.keys() if key[0] not in _UNJUDGED):
        code, service = key
        # A rule for several codes speaks for one of them at a time.
        if key not in them and any(other in them for other in _together(code, service)):
            continue
        if (key in them and key in us) or (code, (them.get(key) or us[key]).line) in lines[key in them]:
            rows[code].both += 1
            continue
        side, one = ("peer", them[key]) if key in them else ("dlint", us[key])
        seen = f"{services.text(service)}\n{one.message}"
        if any(c == code and s == side and re.search(pattern, seen) for c, s, pattern, _ in EXPLAINED):
            rows[code].explained += 1
        else:
            rows[code].only.append((name, side, one._replace(service=service)))


def _together(code: str, service: str) -> list[tuple[str, str]]:
    """The other codes of the rule that claims a code, for the same service."""
    return [
        (alias, service)
        for rule in dlint.rules()
        if code in rule.aliases
        for alias in rule.aliases
        if alias != code and alias.partition("/")[0] == code.partition("/")[0]
    ]


def _report(files: int, rows: Mapping[str, Row], show: bool) -> int:
    print(f"{files} files\n\n{'code':50}{'both':>6}{'explained':>11}{'other':>7}{'agreement':>11}")
    for code, row in sorted(rows.items()):
        print(f"{code:50}{row.both:6}{row.explained:11}{len(row.only):7}{row.agreement:10.1f}%")
    both, explained = sum(row.both for row in rows.values()), sum(row.explained for row in rows.values())
    other = sum(len(row.only) for row in rows.values())
    print(f"{'all':50}{both:6}{explained:11}{other:7}{100.0 * both / max(both + other, 1):10.1f}%")
    for code, row in sorted(rows.items()):
        sides = Counter(side for _, side, _ in row.only)
        if sides:
            print(f"{code}: " + ", ".join(f"{number} of {side} only" for side, number in sorted(sides.items())))
        for name, side, one in row.only[: None if show else 5]:
            print(f"    {name}:{one.line} {one.service} {side} only: {one.message[:100]}")
    return int(any(row.agreement < WANTED for row in rows.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
