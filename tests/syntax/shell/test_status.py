"""What a script's exit status is made of: the reading of dlint against the shells of this machine."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from itertools import combinations
from pathlib import Path

import pytest

from dlint.syntax.shell.status import ends, hides_failure
from dlint.syntax.shell.steps import Program, Step, UnclearError
from dlint.syntax.shell.tree_steps import read

NAMES = ("a", "b", "c", "d")
SHELLS = [name for name in ("dash", "bash") if shutil.which(name)]
FORMS = [
    "a", "a; b", "a && b", "a || b", "a && b || c", "a; b && c; d", "a\nb\nc", "set -e; a; b", "set -e; a && b; c",
    "set -ex\na || b\nc", "! a; b", "! a && b", "! a | b", "(a; b) && c", "{ a; b; } && c", "set -e; (a; b); c",
    "set -e; (a; b) || c; d", "a | b", "set -e; a | b; c", "a & b", "set -e; a & b", "if a; then b; else c; fi",
    "if a; then b; elif c; then d; fi", "set -e; if a; then b; fi; c", "while a; do b; break; done; c",
    "until a; do b; break; done", "for i in 1; do a; b; done", "for i in 1; do a || break; b; done; c",
    "a && exit 0; b", "a || exit 1; b", "a || exit; b", "(exit 3); a", "exec a; b", "a; exec b; c",
    "f() { a; b; }; f && c", "set -e; f() { a; b; }; f; c", "set -e; f() { a; b; }; f || c; d",
    "f() { a || return 1; b; }; f; c", "x=$(a); b", "x=$(a) && b", "set -e; x=$(a); b", "export x=$(a); b",
    "sh -c 'a; b' && c", "sh -ec 'a; b'; c", "env X=1 a && b", "a # b\nc", "set -e; a; set +e; b; c", "true; a", "a; :",
    "case x in x) a ;; *) b ;; esac; c", "a > /dev/null; b 2>&1", "a &&\n b ||\n c", "set -e; { a; b; } && c; d",
    "set -e; ! a; b", "[ x = x ] && a; b", "if ! a; then b; fi", "cat <<E && a\nx\nE\nb", "a;(b);c", "(a)||(b)",
]  # fmt: skip


@pytest.fixture(scope="module")
def stubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with programs that fail if their name is in ``FAIL``."""
    folder = tmp_path_factory.mktemp("stubs")
    for name in NAMES:
        stub = folder / name
        stub.write_text('#!/bin/sh\ncase " $FAIL " in *" ${0##*/} "*) exit 7 ;; esac\n')
        stub.chmod(0o755)
    return folder


def real(stubs: Path, shell: str, script: str, failing: tuple[str, ...]) -> bool:
    """Whether a shell ends a script with 0."""
    env = {"PATH": f"{stubs}{os.pathsep}{os.environ['PATH']}", "FAIL": " ".join(failing)}
    return subprocess.run([shell, "-c", script], env=env, stdin=subprocess.DEVNULL, timeout=20).returncode == 0


def guessed(script: str, failing: tuple[str, ...]) -> bool:
    """What dlint works out."""

    def guess(step: Step) -> bool:
        return not any(name in failing and (step.name == name or f"$({name})" in step.text) for name in NAMES) and (
            step.name != "exec" or step.words[1] not in failing
        )

    return ends(Program(read(script)), guess)


@pytest.mark.skipif(os.name == "nt" or not SHELLS, reason="needs a POSIX shell")
@pytest.mark.parametrize("script", FORMS)
def test_a_script_ends_as_the_shell_ends_it(stubs: Path, script: str) -> None:
    for failing in (*((name,) for name in NAMES), (), *combinations(NAMES, 2)):
        assert guessed(script, failing) == real(stubs, SHELLS[0], script, failing), (script, failing)


def made(random_: random.Random, depth: int) -> str:
    """A script made of small pieces."""
    if depth == 0 or random_.random() < 0.25:
        return random_.choice(NAMES)
    one, two = made(random_, depth - 1), made(random_, depth - 1)
    forms = (
        f"{one} && {two}", f"{one} || {two}", f"{one}; {two}", f"{one}\n{two}", f"({one}; {two})",
        f"{{ {one}; {two}; }}",
        f"if {one}; then {two}; fi", f"! {{ {one}; }}", f"({one}) | {{ {two}; }}", f"set -e; {one}; {two}",
        f"for i in 1; do {one}; done; {two}", f"({one}; {two}) || exit 4", f"{{ {one}; }} && exit 0",
    )  # fmt: skip
    return random_.choice(forms)


@pytest.mark.skipif(os.name == "nt" or not SHELLS, reason="needs a POSIX shell")
def test_scripts_made_at_random_end_as_the_shell_ends_them(stubs: Path) -> None:
    random_ = random.Random(11)
    for _ in range(150):
        script = made(random_, 3)
        failing = tuple(name for name in NAMES if random_.random() < 0.35)
        assert guessed(script, failing) == real(stubs, random_.choice(SHELLS), script, failing), (script, failing)


def hides(before: str, after: str, *, errexit: bool = False) -> bool:
    return hides_failure([Program(read(before), errexit)], [Program(read(after), errexit)])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a; b", "a; b; rm -rf /x"),
        ("a && b", "a && b; rm -rf /x"),
        ("a && b", "a; b"),
        ("set -e; a; b", "a; b"),
        ("a", "a || true"),
        ("a | b", "a | b | cat"),
        ("a", "a & wait"),
        ("sh -ec 'a; b'", "sh -c 'a; b'"),
        ("a && b -x", "a; b -x -y"),
    ],
)
def test_a_script_that_hides_a_failure_is_known(before: str, after: str) -> None:
    assert hides(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a; b", "a; b && rm -rf /x"),
        ("set -e; a; b", "set -e; a; b; rm -rf /x"),
        ("a && b", "a && b --fast && rm -rf /x"),
        ("sudo a && b", "a && b"),
        ("cd /x && a", "a"),
        ("a", "set -o pipefail && a"),
        ("a || true", "a; true"),
        ("if a; then b; fi", "if a; then b && rm -rf /x; fi"),
        ("b; false", "b; false && rm -rf /x"),
    ],
)
def test_a_script_that_hides_nothing_is_left_alone(before: str, after: str) -> None:
    assert not hides(before, after)


def test_a_shell_that_stops_at_errors_is_taken_into_account() -> None:
    assert hides("a; b", "a; b; rm -rf /x")
    assert not hides("a; b", "a; b; rm -rf /x", errexit=True)


def test_two_scripts_may_become_one() -> None:
    one, two, joined = (Program(read(text)) for text in ("a", "b && c", "a && b && c"))
    assert not hides_failure([one, two], [joined])
    assert hides_failure([one, two], [Program(read("a; b && c"))])


@pytest.mark.parametrize("script", ["trap 'x' EXIT; a", "if a; then", "a | | b"])
def test_what_cannot_be_read_for_sure_is_said(script: str) -> None:
    with pytest.raises(UnclearError):
        read(script)


def test_scripts_of_any_size_come_to_an_end() -> None:
    with pytest.raises(UnclearError):
        read("{ " * 100 + "a; " + "}; " * 99 + "}")
    long = " && ".join(["a"] * 300)
    assert not hides(long, long + " && b")
    with pytest.raises(UnclearError):
        hides(long + " && b" * 200, long)
