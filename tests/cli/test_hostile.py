"""Files made to keep a linter busy: the work grows with the length of the file, not with its square.

Work is counted in calls of Python functions, all rules on, so a test gives the same answer on every machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

import dlint

CONFIG = {"preset": "all", "shellcheck": False}
# Twice the file may cost this many times as much, and so many calls more: a square would be four times.
SLACK = 2.6
MORE = 2_500

DOCKERFILES: dict[str, Callable[[int], str]] = {
    "stages": lambda n: "".join(f"FROM a AS s{i}\nRUN x\n" for i in range(n)),
    "stages on stages": lambda n: "FROM scratch AS s0\n" + "".join(
        f"FROM s{i} AS s{i + 1}\nCOPY --from=s{i} /a /b\nENV A{i}=1\n" for i in range(n)
    ),
    "lines that are no instruction": lambda n: "FROM a\n" + "".join(f"X{i} x\n" for i in range(n)),
    "misspelt instructions": lambda n: "FROM a\n" + "RUNN x\n" * n,
    "one value in one ENV": lambda n: "FROM a\nENV " + "a=$a " * n + "\n",
    "labels": lambda n: "FROM a\nLABEL " + " ".join(f"l{i}=v" for i in range(n)) + "\n",
    "arguments": lambda n: "".join(f"ARG a{i}=$a{i - 1}\n" for i in range(n)) + f"FROM $a{n - 1}\n",
    "continued lines": lambda n: "FROM a\nRUN apt-get install -y \\\n" + "  p \\\n" * n + "  q\n",
    "commands": lambda n: "FROM a\nRUN " + " && \\\n  ".join(["apt-get install -y p"] * n) + "\n",
    "one pipe": lambda n: "FROM a\nRUN " + " | ".join(["cat"] * n) + "\n",
    "words": lambda n: "FROM a\nRUN echo " + "w " * n + "\n",
    "sources": lambda n: "FROM a\nCOPY " + "w " * n + " /x/\n",
    "parentheses": lambda n: "FROM a\nRUN " + "(" * n + "x" + ")" * n + "\n",
    "defaults in defaults": lambda n: "FROM a\nENV A=" + "${a:-" * n + "x" + "}" * n + "\n",
    "RUNs": lambda n: "FROM a\n" + "RUN apt-get update && apt-get install -y curl\n" * n,
    "heredocs": lambda n: "FROM a\n" + "RUN <<E\nx\nE\n" * n,
    "triggers": lambda n: "FROM a\n" + "ONBUILD RUN x\n" * n,
    "comments": lambda n: "FROM a\n" + "# comment\n" * n + "RUN x\n",
    "comments that hide findings": lambda n: "FROM a\n" + "# dlint: ignore=no-user\nRUN x\n" * n,
    "comments that name no rule": lambda n: "FROM a\n" + "".join(f"# dlint: ignore=x{i}\nRUN x\n" for i in range(n)),
    "stages of one chain": lambda n: (
        "FROM a AS s0\n" + "".join(f'FROM s{i} AS s{i + 1}\nCMD ["a", "$XY"]\n' for i in range(n))
    ),
    "commands in JSON": lambda n: "FROM a\n" + 'CMD ["a", "$XY"]\n' * n,
    "names of no rule": lambda n: "# dlint: ignore=" + ",".join(f"x{i}" for i in range(n)) + "\nFROM a\n",
    "settings": lambda n: "FROM a\nRUN " + "cd a; export A=b; " * n + "cd a\n",
    "instructions in a script": lambda n: "FROM a\nRUN x" + " && RUN y" * n + "\n",
    "a value taken apart": lambda n: "FROM a\nENV A=" + "a" * n + "\n" + "ENV B=${A/*b/x}\n" * n,
    "brackets": lambda n: "FROM a\nCMD " + "[" * n + "\n",
}  # fmt: skip

COMPOSE_FILES: dict[str, Callable[[int], str]] = {
    "services": lambda n: "services:\n"
    + "".join(f"  s{i}:\n    image: x:1\n    ports: ['{i}:80']\n" for i in range(n)),
    "variables": lambda n: "services:\n  a:\n    image: x:1\n    command: '" + "${A:-b} " * n + "'\n",
    "environment": lambda n: "services:\n  a:\n    image: x:1\n    environment:\n"
    + "".join(f"      A{i}: b\n" for i in range(n)),
    "one key again and again": lambda n: "services:\n  a:\n    image: x:1\n    environment:\n" + "      A: b\n" * n,
    "services that extend the one before": lambda n: "services:\n  s0:\n    image: x:1\n"
    + "".join(f"  s{i + 1}:\n    extends: s{i}\n" for i in range(n)),
    "Dockerfiles in place": lambda n: "services:\n"
    + "".join(f"  s{i}:\n    build:\n      dockerfile_inline: FROM a\n" for i in range(n)),
    "lines of a Dockerfile in place": lambda n: "services:\n  s:\n    build:\n      dockerfile_inline: |\n"
    "        FROM a\n" + "        RUN apt-get install -y curl\n" * n,
}  # fmt: skip

SHAPES = [
    *((f"Dockerfile: {name}", "Dockerfile", make) for name, make in DOCKERFILES.items()),
    *((f"Compose file: {name}", "compose.yaml", make) for name, make in COMPOSE_FILES.items()),
]


def calls(path: str, text: str) -> int:
    """How many Python functions are called (generators resumed) while the file is linted."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        if event == "call":
            count += 1

    sys.setprofile(note)
    try:
        dlint.lint_files({path: text}, config=CONFIG)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(("path", "make"), [shape[1:] for shape in SHAPES], ids=[shape[0] for shape in SHAPES])
def test_twice_the_file_is_twice_the_work(path: str, make: Callable[[int], str]) -> None:
    dlint.lint_files({path: make(2)}, config=CONFIG)
    base, once, twice = (calls(path, make(n)) for n in (1, 100, 200))
    assert twice - base <= SLACK * (once - base) + MORE


def test_the_count_shows_work_that_grows_with_the_square() -> None:
    def square(n: int) -> int:
        return sum(1 for i in range(n) for j in range(n))

    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    seen = []
    for n in (100, 200):
        count = 0
        sys.setprofile(note)
        square(n)
        sys.setprofile(None)
        seen.append(count)
    assert seen[1] > SLACK * seen[0] + MORE
