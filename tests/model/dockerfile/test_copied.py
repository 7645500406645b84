"""Which files of the context may lie at a path of an image."""

from __future__ import annotations

import pytest

from dlint.model.dockerfile import graph as stages
from dlint.model.dockerfile.copied import copied
from dlint.source import Source
from dlint.syntax.dockerfile.parser import parse


def found(text: str, path: str) -> list[str]:
    return [*copied(stages.build(parse(Source("Dockerfile", text))).stages[-1], path)]


@pytest.mark.parametrize(
    ("steps", "path", "first"),
    [
        ("COPY . /app", "/app/package.json", "package.json"),
        ("WORKDIR /app\nCOPY package*.json ./", "/app/package.json", "package.json"),
        ("WORKDIR /app\nCOPY web/package.json .", "/app/package.json", "web/package.json"),
        ("COPY web /app/web", "/app/web/package.json", "web/package.json"),
        ("COPY run.sh /start", "/start", "run.sh"),
        ("COPY a.sh b.sh /bin/", "/bin/b.sh", "b.sh"),
        ("ARG D=/srv\nCOPY . $D", "/srv/x.sh", "x.sh"),
    ],
)
def test_a_path_is_led_back_to_the_context(steps: str, path: str, first: str) -> None:
    assert first in found(f"FROM node\n{steps}\n", path)


def test_it_is_led_back_through_other_stages() -> None:
    text = "FROM node AS build\nWORKDIR /src\nCOPY . .\nFROM node\nCOPY --from=build /src/web /app\n"
    assert "web/package.json" in found(text, "/app/package.json")
    text = "FROM node AS build\nWORKDIR /src\nCOPY . .\nFROM build\n"
    assert found(text, "/src/package.json") == ["package.json"]


def test_what_lies_over_it_unknown_hides_it() -> None:
    assert found("FROM node\nCOPY . /app\nCOPY --from=other/image:1 /app /app\n", "/app/package.json") == []
    assert found("FROM node\nCOPY web /web\n", "/app/package.json") == []


def test_stages_that_copy_from_one_another_many_times_take_no_time() -> None:
    steps = [f"FROM node AS s{at}\n" + f"COPY --from=s{at - 1} / /\n" * 30 for at in range(1, 9)]
    assert len(found("FROM node AS s0\nCOPY . /\n" + "".join(steps), "/x")) < 1000
