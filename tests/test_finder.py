"""The finder of dlint's modules gives what Python's own gives, and leaves to that what is not as usual."""

from __future__ import annotations

import os
import py_compile
import subprocess
import sys
from importlib.machinery import PathFinder
from importlib.util import cache_from_source, module_from_spec
from pathlib import Path

import pytest

from dlint.finder import Finder, Loader
from places import PACKAGE

# The loader of a module as the command imports it.
PRINTED = """
import dlint.cli.main
dlint.cli.main.call = lambda arguments: print(type(__import__("dlint.source").source.__loader__).__name__) or 0
dlint.cli.main.main()
"""


def names() -> list[str]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return [name for name in found if name != "dlint"]


def test_every_module_is_found_as_python_finds_it() -> None:
    for name in names():
        ours = Finder.find_spec(name)
        theirs = PathFinder.find_spec(name, [str(PACKAGE.joinpath(*name.split(".")[1:-1]))])
        assert ours is not None and theirs is not None
        for part in ("name", "origin", "cached", "has_location", "submodule_search_locations", "parent"):
            assert getattr(ours, part) == getattr(theirs, part), name


def test_a_module_says_of_itself_what_python_would_say() -> None:
    for name in ("dlint.source", "dlint.rule"):
        folder = [str(PACKAGE.joinpath(*name.split(".")[1:-1]))]
        ours, theirs = [
            module_from_spec(known) for known in (Finder.find_spec(name), PathFinder.find_spec(name, folder)) if known
        ]
        assert vars(ours).keys() == vars(theirs).keys()
        for part in ("__name__", "__file__", "__cached__", "__package__"):
            assert getattr(ours, part) == getattr(theirs, part)


@pytest.mark.parametrize(
    "name", ["json", "dlintx.rule", "dlint", "dlint.nothing", "dlint.rule.nothing", "dlint.checks.x"]
)
def test_others_are_left_to_python(name: str) -> None:
    assert Finder.find_spec(name) is None


ONE, TWO = (number.to_bytes(4, "little") for number in (1001, 1002))
"""As ``marshal`` writes them."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "some.py"
    # A number that Python does not write into the instructions.
    path.write_text("VALUE = 1001\n")
    py_compile.compile(str(path))
    return path


def value(path: Path) -> object:
    space: dict[str, object] = {}
    code = Loader("some", str(path)).get_code("some")
    assert code is not None
    exec(code, space)
    assert code.co_filename == str(path)
    return space["VALUE"]


def test_a_compiled_module_of_any_size_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "large.py"
    for size in (65_000, 65_536, 200_000):
        path.write_text(f"VALUE = {'x' * size!r}\n")
        py_compile.compile(str(path))
        assert value(path) == "x" * size


def test_what_is_compiled_is_taken(source: Path) -> None:
    compiled = Path(cache_from_source(str(source)))
    kept = compiled.read_bytes()
    source_of_two = kept.replace(ONE, TWO)
    assert source_of_two != kept
    compiled.write_bytes(source_of_two)
    assert value(source) == 1002


def test_what_is_compiled_of_another_text_is_not(source: Path) -> None:
    source.write_text("VALUE = 23\n")
    assert value(source) == 23
    source.write_text("VALUE = 24\n")
    os.utime(source, (1, 1))
    assert value(source) == 24


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 200])
def test_what_is_damaged_is_compiled_anew(source: Path, damage: bytes) -> None:
    Path(cache_from_source(str(source))).write_bytes(damage)
    assert value(source) == 1001


def test_what_is_compiled_by_its_hash_is_python_s(source: Path) -> None:
    py_compile.compile(str(source), invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
    assert value(source) == 1001
    source.write_text("VALUE = 2\n")
    assert value(source) == 2


def test_a_moved_file_names_its_new_place(source: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    moved.mkdir()
    (moved / "__pycache__").mkdir()
    for path in (source, Path(cache_from_source(str(source)))):
        path.rename(moved / path.relative_to(tmp_path))
    assert value(moved / "some.py") == 1001


@pytest.mark.parametrize(
    ("options", "environment"), [(["-O"], {}), ([], {"PYTHONPYCACHEPREFIX": "kept"}), (["-B"], {})]
)
def test_python_s_options_hold(options: list[str], environment: dict[str, str], tmp_path: Path) -> None:
    call = [sys.executable, *options, "-c", PRINTED]
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent), **environment}
    done = subprocess.run(call, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["Loader" if options == ["-B"] else "SourceFileLoader"]
