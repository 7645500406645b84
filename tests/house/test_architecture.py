"""The house rules that a type checker and import-linter cannot hold: one owner per way out of the process."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from places import PACKAGE

FILES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 460

# Who may do what: a module, or a folder of modules, of the package.
OWNERS = {
    "opens files": (
        "project/disk.py",
        "rule/pages.py",
        # Its own modules.
        "finder.py",
        "cache/",
        "shellcheck/process.py",
        # A program that several machines have is known by its content.
        "shellcheck/program.py",
        "model/compose/schema.py",
        "cli/",
        "lsp/",
    ),
    # Only the command line asks Git what a change since a revision did.
    "starts processes": ("shellcheck/process.py", "cli/git.py", "lint/workers.py"),
    # ShellCheck's files lie where TMPDIR says; importing tempfile to ask costs more time than ShellCheck takes. Where
    # the user's cache folder is, only the environment knows.
    "prints, exits or reads the environment": ("shellcheck/process.py", "cache/", "cli/"),
    # Rules, walks, reporters and subcommands are found by name; the C parsers are found without their packages. What a
    # wheel was built of stands in a module that a checkout has not.
    "imports modules by name": (
        "__init__.py",
        "finder.py",
        "lazy.py",
        "cache/identity.py",
        "rule/pages.py",
        "rule/plugin.py",
        "lint/group_run.py",
        "report/__init__.py",
        "picture/formats.py",
        "cli/",
        "syntax/yaml/events.py",
        "syntax/shell/grammar.py",
    ),
    "reads the clock": ("lint/settings.py", "cache/"),
}

_OPENERS = {"open", "fdopen", "read_text", "write_text", "read_bytes", "write_bytes", "mkstemp", "NamedTemporaryFile"}
_PROCESSES = {"subprocess", "multiprocessing", "concurrent"}
_OS_PROCESSES = {"system", "popen", "fork", "spawnv", "execv", "execvp", "posix_spawn"}
_WAYS_OUT = {("os", "environ"), ("os", "getenv"), ("sys", "exit"), ("sys", "argv"), ("sys", "stdin"), ("sys", "stdout")}
_CLOCKS = {
    ("time", "time"),
    ("time", "strftime"),
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
}


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def pair_of(node: ast.AST) -> tuple[str, str]:
    return (name_of(node.value), node.attr) if isinstance(node, ast.Attribute) else ("", "")


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def deeds(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """What a module does that only its owner may do, as (deed, line)."""
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Call):
            called = name_of(node.func)
            if called in _OPENERS:
                yield "opens files", line
            if called == "print" or (called == "exit" and isinstance(node.func, ast.Name)):
                yield "prints, exits or reads the environment", line
            if called in ("__import__", "exec", "eval"):
                yield "imports modules by name", line
            if pair_of(node.func) in _CLOCKS:
                yield "reads the clock", line
        if pair_of(node) in _WAYS_OUT:
            yield "prints, exits or reads the environment", line
        if pair_of(node)[0] == "os" and pair_of(node)[1] in _OS_PROCESSES:
            yield "starts processes", line
        if any(name.partition(".")[0] in _PROCESSES for name in imported(node)):
            yield "starts processes", line
        by_name = ("importlib", "_frozen_importlib_external", "pkgutil", "runpy")
        if any(name.partition(".")[0] in by_name or name == "dlint.lazy.module_named" for name in imported(node)):
            yield "imports modules by name", line
        if any(name in ("os.environ", "os.getenv", "sys.exit", "sys.argv") for name in imported(node)):
            yield "prints, exits or reads the environment", line


def may(path: str, deed: str) -> bool:
    return any(path == owner or (owner.endswith("/") and path.startswith(owner)) for owner in OWNERS[deed])


def foreign_imports(path: str, tree: ast.AST) -> list[str]:
    """What a check imports of dlint besides ``dlint.api``: the modules beside it are no business of its own."""
    if not path.startswith("checks/"):
        return []
    names = [name for node in ast.walk(tree) for name in imported(node)[:1]]
    return [name for name in names if name.partition(".")[0] == "dlint" and not f"{name}.".startswith("dlint.api.")]


def kept_by_checks(path: str, tree: ast.AST) -> list[str]:
    """Caches in a check: what they hold outlives the run, and plug-ins cannot share it."""
    if not path.startswith("checks/"):
        return []
    caches = {"lru_cache", "cache", "cached_property"}
    names = {
        name.rpartition(".")[2] for node in ast.walk(tree) for name in imported(node) if name.startswith("functools")
    }
    return sorted(names & caches)


def whole_text_searches(path: str, tree: ast.AST) -> list[str]:
    """Where a check looks through the whole text by itself: done for each stage or command, that is quadratic."""
    if not path.startswith("checks/"):
        return []
    return [
        f"line {node.lineno}: ask source.mentions, which looks once"
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        for right in node.comparators
        if isinstance(right, ast.Attribute)
        and right.attr == "text"
        and isinstance(right.value, ast.Attribute)
        and right.value.attr == "source"
    ]


def wrong(path: str, text: str) -> list[str]:
    """What is wrong with the module ``path`` (from the package's folder)."""
    tree = ast.parse(text)
    found = [f"line {line}: {deed}" for deed, line in deeds(tree) if not may(path, deed)]
    found += [f"imports {name}" for name in foreign_imports(path, tree)]
    found += [f"{name}: keep it on a node, a stage or the model" for name in kept_by_checks(path, tree)]
    found += whole_text_searches(path, tree)
    lines = text.count("\n")
    if lines > MOST_LINES:
        found.append(f"{lines} lines: two jobs meet here")
    marks = ("TO" + "DO", "FIX" + "ME", "HA" + "CK", "X" + "XX")
    found += [f"{mark} left behind" for mark in marks if mark in text]
    if path.rpartition("/")[2] in ("utils.py", "helpers.py", "common.py", "misc.py"):
        found.append("a name that says nothing")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_every_module_keeps_the_house_rules(file: Path) -> None:
    assert wrong(file.relative_to(PACKAGE).as_posix(), file.read_text(encoding="utf-8")) == []


BAD = [
    ("checks/dockerfile/security/users.py", "open('x')", "opens files"),
    ("syntax/dockerfile/words.py", "from pathlib import Path\nPath('x').read_text()", "opens files"),
    ("lint/sink.py", "import os\nos.fdopen(3)", "opens files"),
    ("fix/fixer.py", "import subprocess", "starts processes"),
    ("fix/fixer.py", "from multiprocessing import Pool", "starts processes"),
    ("fix/fixer.py", "import os\nos.system('x')", "starts processes"),
    ("report/text.py", "print('x')", "prints, exits"),
    ("report/text.py", "import sys\nsys.stdout.write('x')", "prints, exits"),
    ("config/load.py", "import os\nos.environ['HOME']", "prints, exits"),
    ("config/load.py", "from os import environ", "prints, exits"),
    ("lint/sink.py", "import sys\nsys.exit(1)", "prints, exits"),
    ("fix/fixer.py", "import importlib\nimportlib.import_module('x')", "imports modules by name"),
    ("syntax/dockerfile/words.py", "from importlib.util import find_spec", "imports modules by name"),
    ("rule/rule.py", "eval('1')", "imports modules by name"),
    ("report/sarif.py", "import time\ntime.time()", "reads the clock"),
    ("suppress/comments.py", "from datetime import date\ndate.today()", "reads the clock"),
    ("checks/compose/network/ports.py", "from dlint.model import compose", "imports dlint.model"),
    ("checks/compose/network/ports.py", "import dlint.rule", "imports dlint.rule"),
    ("checks/compose/network/ports.py", "from dlint.checks.dockerfile import ports", "imports dlint.checks.dockerfile"),
    ("checks/compose/network/ports.py", "def f():\n    from dlint.lint import run", "imports dlint"),
    (
        "checks/compose/network/ports.py",
        "from dlint.checks.compose.mounts import x",
        "imports dlint.checks.compose.mounts",
    ),
    ("checks/compose/network/ports.py", "from dlint.checks.compose import mounts", "imports dlint.checks.compose"),
    ("checks/compose/network/ports.py", "from dlint.apix import mounts", "imports dlint.apix"),
    ("checks/compose/network/ports.py", "from functools import lru_cache", "keep it on a node"),
    ("checks/dockerfile/security/users.py", "def f(stage):\n    return 'x' in stage.source.text", "source.mentions"),
    ("fix/fixer.py", "\n" * 461, "two jobs"),
    ("fix/fixer.py", "# TO" + "DO: later", "left behind"),
    ("syntax/utils.py", "", "says nothing"),
]


@pytest.mark.parametrize(("path", "text", "complaint"), BAD)
def test_each_house_rule_can_fire(path: str, text: str, complaint: str) -> None:
    assert any(complaint in sentence for sentence in wrong(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("project/disk.py", "open('x')"),
        ("cli/main.py", "import sys\nprint(sys.argv)\nsys.exit(0)"),
        ("checks/compose/network/ports.py", "from dlint.api import check\nfrom dlint.api.compose import Port"),
        ("shellcheck/process.py", "import subprocess"),
    ],
)
def test_owners_may(path: str, text: str) -> None:
    assert wrong(path, text) == []


def test_every_owner_of_a_deed_that_exists_is_one() -> None:
    """An owner that stopped doing its deed leaves the table."""
    done: dict[str, set[str]] = {deed: set() for deed in OWNERS}
    for file in FILES:
        path = file.relative_to(PACKAGE).as_posix()
        for deed, _ in deeds(ast.parse(file.read_text(encoding="utf-8"))):
            done[deed].add(path)
    idle = [
        f"{owner}: {deed}"
        for deed, owners in OWNERS.items()
        for owner in owners
        if (PACKAGE / owner).exists() and not any(path.startswith(owner) for path in done[deed])
    ]
    assert idle == []
