"""What a Dockerfile says about the builder's checks is done: ``check=`` at the top and in comments."""

from __future__ import annotations

import pytest

import dlint


def names(text: str, **config: object) -> list[tuple[str, int]]:
    return [(f.rule.name, f.line) for f in dlint.lint_files({"Dockerfile": text}, config=config)]


DESCRIBED = "# other words\nARG A\nFROM debian:12@sha256:0 AS b\n# other words\nARG C\n"


@pytest.mark.parametrize(
    ("first", "lines"),
    [
        ("", []),
        ("# check=experimental=all\n", [3, 6]),
        ("# check=experimental=InvalidDefinitionDescription\n", [3, 6]),
        ("# check=skip=all;experimental=all\n", [3, 6]),
        ("# check=experimental=Other\n", []),
        ("# check=experimental=all;error=perhaps\n", []),
    ],
)
def test_experimental_checks_run_where_the_file_asks_for_them(first: str, lines: list[int]) -> None:
    assert [line for name, line in names(first + DESCRIBED) if name == "description-comment-format"] == lines


def test_an_experimental_check_asked_for_above_one_instruction_runs_there_alone() -> None:
    text = DESCRIBED.replace("# other words\nARG C", "# check=experimental=all\n# other words\nARG C")
    assert [line for name, line in names(text) if name == "description-comment-format"] == [6]
    everywhere = names(text, enable=["description-comment-format"])
    assert [line for name, line in everywhere if name == "description-comment-format"] == [2, 6]


def failing(text: str, **config: object) -> bool:
    return ("warnings-fail-the-build", 1) in names(text, **config)


@pytest.mark.parametrize(
    ("text", "fails"),
    [
        ("# check=error=true\nFROM debian as b\n", True),
        ("# check=error=1\nFROM debian as b\n", True),
        ("# check=error=false\nFROM debian as b\n", False),
        ("# check=error=true;skip=FromAsCasing\nFROM debian as b\n", False),
        ("# check=error=true;skip=fromascasing\nFROM debian as b\n", True),
        ("# check=error=true\n# check=skip=FromAsCasing\nFROM debian as b\n", False),
        ("# check=error=true\n# dlint: ignore=from-as-casing\nFROM debian as b\n", True),
        ("# check=error=true\nFROM debian AS b\nRUN ['a', 'b']\n", False),
        ("# check=error=true\nFROM debian AS b\nCMD ['a', 'b']\n", True),
        ("# check=error=true\nFROM debian AS b\nSHELL [\"sh\"]\nCMD ['a', 'b']\n", False),
        ("# check=error=true;experimental=all\n# c\nFROM debian AS b\n", True),
        ("FROM debian as b\n", False),
    ],
)
def test_warnings_are_errors_if_the_file_says_so(text: str, fails: bool) -> None:
    assert failing(text) is fails


def test_the_build_argument_replaces_the_directive() -> None:
    text = "# check=error=true\nFROM debian as b\n"
    assert not failing(text, **{"build-args": {"BUILDKIT_DOCKERFILE_CHECK": "skip=FromAsCasing"}})
    assert failing("\nFROM debian as b\n", **{"build-args": {"BUILDKIT_DOCKERFILE_CHECK": "error=true"}})


def test_rules_that_were_selected_stay_alone() -> None:
    assert names("# check=error=true\nFROM debian as b\n", select=["no-user"]) == [("no-user", 2)]


def test_a_target_of_the_configuration_that_no_stage_has_is_told() -> None:
    text = "FROM debian:12 AS build\nFROM build\n"
    assert ("build-target-missing", 2) in names(text, targets=["biuld"])
    for target in ("build", "BUILD", "0", "1"):
        assert "build-target-missing" not in [name for name, _ in names(text, targets=[target])]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("skip=FromAsCasing", None),
        ("skip=all", None),
        ("skip=FromAsCasing because", None),
        ("experimental=InvalidDefinitionDescription", None),
        ("skip=fromascasing", "did you mean FromAsCasing?"),
        ("skip=FromAsCasing, StageNameCasing", "before StageNameCasing"),
        ("experimental=Nothing", "no check Nothing"),
        ("skip", "no check option"),
    ],
)
def test_options_that_say_nothing_are_told(value: str, said: str | None) -> None:
    text = f"FROM debian:12 AS a\n# check={value}\nARG B\n"
    found = dlint.lint_files({"Dockerfile": text}, config={"select": ["suppression-malformed"]})
    assert [said in f.message for f in found] == ([True] if said else [])


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("FROM a AS x\nFROM b AS x\n", True),
        ("FROM a AS x\nFROM x AS x\n", False),
        ("FROM a AS x\nFROM b\nCOPY --from=X c /d\nFROM e AS x\n", False),
        ("FROM a AS x\nFROM b\nRUN --mount=from=x,target=/y z\nFROM e AS x\n", False),
        ("FROM a AS x\nFROM b AS x\nCOPY --from=0 c /d\n", True),
        ("FROM a AS x\nFROM b\nFROM $C\nFROM d AS x\n", False),
    ],
)
def test_a_name_is_taken_from_a_stage_that_nothing_calls_by_it(text: str, safe: bool) -> None:
    (found,) = dlint.lint_files({"Dockerfile": text}, config={"select": ["duplicate-stage-name"]})
    assert (found.fix is not None) is safe


def test_of_two_dockerfiles_in_a_compose_file_each_answers_for_itself() -> None:
    service = "    build:\n      dockerfile_inline: |\n"
    first, second = "        # check=error=true\n        FROM a AS x\n", "        FROM a as x\n"
    text = f"services:\n  a:\n{service}{first}  b:\n{service}{second}"
    config = {"select": ["warnings-fail-the-build"], "enable": ["from-as-casing"]}
    assert [f.rule.name for f in dlint.lint_files({"compose.yaml": text}, config=config)] == ["from-as-casing"]
    mixed = text.replace("FROM a AS x", "FROM a as x")
    names = [(f.rule.name, f.line) for f in dlint.lint_files({"compose.yaml": mixed}, config=config)]
    assert ("warnings-fail-the-build", 5) in names
