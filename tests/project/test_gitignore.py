"""The matcher of ``.gitignore`` patterns: what git leaves out, dlint leaves out."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from dlint.project.git_patterns import rules_in
from dlint.project.gitignore import IgnoreRules
from seeds import seeds

# Patterns of the root, patterns of the folder ``a``, then a path and whether it is ignored; a final / marks a folder.
CASES = [
    ("*.log", "", "x.log", True),
    ("*.log", "", "deep/down/x.log", True),
    ("/x.log", "", "deep/x.log", False),
    ("deep/x.log", "", "other/deep/x.log", False),
    ("build/", "", "build", False),
    ("build/", "", "build/", True),
    ("build/", "", "build/Dockerfile", True),
    ("build/", "", "src/build/Dockerfile", True),
    ("*.log\n!keep.log", "", "keep.log", False),
    ("!keep.log\n*.log", "", "keep.log", True),
    ("logs/\n!logs/keep", "", "logs/keep", True),
    ("logs/*\n!logs/keep", "", "logs/keep", False),
    ("**/tmp", "", "tmp", True),
    ("**/tmp", "", "x/y/tmp/z", True),
    ("x/**/z", "", "x/z", True),
    ("x/**/z", "", "x/1/2/z", True),
    ("x/**", "", "x", False),
    ("x/**", "", "x/1/2", True),
    ("x/***/z", "", "x/z", True),
    ("*", "", "any/thing", True),
    ("x/*", "", "x/y/z", True),
    ("x/*/z", "", "x/y/y/z", False),
    ("a?c", "", "abc", True),
    ("[a-c]1", "", "b1", True),
    ("[!a-c]1", "", "b1", False),
    ("[^a-c]1", "", "d1", True),
    ("[]x]1", "", "]1", True),
    ("[[:digit:]]x", "", "7x", True),
    ("[[:nonsense:]]x", "", "nx", False),
    ("[z-a]", "", "z", True),
    ("[abc", "", "b", False),
    ("\\#x", "", "#x", True),
    ("#x", "", "#x", False),
    ("\\!x", "", "!x", True),
    ("x   ", "", "x", True),
    ("x\\ ", "", "x ", True),
    ("x\\", "", "x", False),
    ("\\*", "", "y", False),
    ("a*b*c", "", "a-b-c", True),
    ("a*b*c", "", "a-c-b", False),
    ("x\r\ny", "", "x", True),
    ("", "*.txt", "a/x.txt", True),
    ("", "*.txt", "x.txt", False),
    ("", "/x.txt", "a/x.txt", True),
    ("", "/x.txt", "a/b/x.txt", False),
    ("*.txt", "!x.txt", "a/x.txt", False),
    ("*.txt", "!x.txt", "b/x.txt", True),
]


def ignored(root: str, inner: str, path: str) -> bool:
    is_dir = path.endswith("/")
    parts = tuple(path.rstrip("/").split("/"))
    outer = IgnoreRules().plus((), root)
    rules = outer.plus(("a",), inner) if parts[0] == "a" and len(parts) > 1 else outer
    return rules.ignores_any(parts, is_dir)


@pytest.mark.parametrize(("root", "inner", "path", "expected"), CASES)
def test_what_is_ignored(root: str, inner: str, path: str, expected: bool) -> None:
    assert ignored(root, inner, path) is expected


@pytest.mark.skipif(shutil.which("git") is None, reason="git, the oracle, is not installed")
def test_git_says_the_same(tmp_path: Path) -> None:
    for number, (root, inner, path, expected) in enumerate(CASES):
        repo = tmp_path / str(number)
        target = repo / path.rstrip("/")
        (repo / "a").mkdir(parents=True)
        subprocess.run(["git", "init", "-q", repo], check=True)
        if path.endswith("/"):
            target.mkdir(parents=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text("")
        (repo / ".gitignore").write_text(root, newline="")
        (repo / "a" / ".gitignore").write_text(inner)
        run = subprocess.run(["git", "-C", repo, "check-ignore", "-q", "--no-index", path.rstrip("/")], check=False)
        assert (run.returncode == 0) is expected, (root, inner, path)


def test_hostile_patterns_end() -> None:
    rules = IgnoreRules().plus((), "a*" * 5000 + "b\n" + "**/a/" * 2000 + "b")
    assert not rules.ignores(("a" * 5000,), False)
    assert not rules.ignores(("a",) * 2000, False)


NAMES = ("a", "b", "src", "x.log", "build", "Dockerfile")
PATTERNS = ("a", "*.log", "/build", "src/", "!a", "**/b", "a/b", "!*.log", "b/**", "?", "[ab]", "!/src", "!src/", "*")


@pytest.mark.parametrize("seed", seeds(50))
def test_the_last_pattern_that_fits_decides_however_often_a_name_is_asked_for(seed: int) -> None:
    chance = random.Random(seed)
    rules, every = IgnoreRules(), []
    for folder in ((), (), ("a",), ("a", "b")):
        text = "\n".join(chance.choices(PATTERNS, k=chance.randrange(4)))
        rules = rules.plus(folder, text)
        every += rules_in(folder, text)
    for _ in range(100):
        parts = tuple(chance.choices(NAMES, k=chance.randint(1, 4)))
        is_dir = chance.random() < 0.5
        fitting = [rule for rule in every if rule.fits(parts, is_dir)]
        assert rules.ignores(parts, is_dir) == (bool(fitting) and not fitting[-1].negated), (parts, is_dir)
