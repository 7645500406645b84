"""Rules that say what must be there are not called where it is not.

Attributes and options choose what a rule is for; words are a promise that it has nothing to say without them, which is
held to all that the checkout has.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dlint.config.dispatch import Dispatch, EnabledRule, Wanting, spoken_of
from dlint.examples import findings
from dlint.library import report_files
from dlint.model.dockerfile.graph import StageGraph, build
from dlint.project.kinds import kind_by_name
from dlint.rule.finding import Finding
from dlint.rule.load import builtin
from dlint.rule.rule import Check, Problem, Rule, check
from dlint.session import Session
from dlint.source import Source
from dlint.syntax.dockerfile.parser import Copy, User, parse
from places import ROOT, TESTS

CONDITIONED = {name: rule for name, rule in builtin().items() if rule.check.only or rule.check.given}
WORDED = [name for name, rule in CONDITIONED.items() if rule.check.only and rule.check.only[0]]
SETTINGS = {"shellcheck": False, "select": WORDED}
PROJECTS = [
    *sorted((TESTS / "fixtures" / "projects").iterdir()),
    ROOT / "examples" / "shop",
    ROOT / "examples" / "tidy",
]
REPRODUCTIONS = sorted((TESTS / "fixtures" / "reproductions").glob("*.Dockerfile"))


def texts() -> Iterator[dict[str, str]]:
    """The examples of all pages with a Dockerfile among their files, and the reproductions."""
    for rule in builtin().values():
        for example in rule.page.examples():
            kinds = [kind_by_name(path) for path in example.files]
            if all(kinds) and "dockerfile" in kinds:
                yield example.files
    for path in REPRODUCTIONS:
        yield {path.name: path.read_text(encoding="utf-8")}


def found() -> Iterator[str]:
    """What the rules with words find."""
    for files in texts():
        report = report_files(files, config=SETTINGS)
        assert not report.failures
        yield from map(line, report.findings)
    for rule in (CONDITIONED[name] for name in WORDED):
        for example in rule.page.examples():
            yield from map(line, findings(rule, example))
    for folder in PROJECTS:
        report = Session([str(folder)], root=str(folder), overrides=SETTINGS).lint()
        assert not report.failures
        yield from map(line, report.findings)


def line(one: Finding) -> str:
    return f"{one.path}:{one.line}:{one.column} {one.rule.name}: {one.message}"


def without_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on rules see what they want in any file."""
    monkeypatch.setattr("dlint.lint.dockerfile.spoken_of", lambda entries, graph: entries)


def test_a_run_that_ignores_the_words_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = list(found())
    without_words(monkeypatch)
    assert shown == list(found())
    assert {one.split(" ")[1].rstrip(":") for one in shown} == set(WORDED)


def test_words_that_are_none_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtin()["env-uses-itself"].check, "only", (("no such word",), (), ()))
    assert names("FROM debian:12\nENV A=1 B=$A\n") == set()
    without_words(monkeypatch)
    assert names("FROM debian:12\nENV A=1 B=$A\n") == {"env-uses-itself"}


def names(text: str) -> set[str]:
    """The names of what is found, by a plan of its own: others may be kept."""
    report = report_files({"Dockerfile": text}, config={"shellcheck": False, "select": ["env-uses-itself"]})
    return {finding.rule.name for finding in report.findings}


@pytest.mark.parametrize("rule", CONDITIONED.values(), ids=lambda rule: rule.name)
def test_words_are_in_lower_case_and_options_are_those_of_the_rule(rule: Rule) -> None:
    words = rule.check.only[0] if rule.check.only else ()
    assert [word for word in words if word != word.lower()] == []
    assert rule.check.options.keys() >= set(rule.check.given)
    assert not any(rule.check.options[name] for name in rule.check.given)


def entry(made: Check) -> EnabledRule:
    page = CONDITIONED["copy-from-unknown-stage"].page
    return EnabledRule(Rule(page, made), page.severity, {})


def test_words_attributes_and_the_stage_around_decide() -> None:
    @check(on=User)
    def any_user(user: User) -> Iterator[Problem]:
        yield Problem(user)

    @check(on=User, words=("sudo",))
    def user_beside_sudo(user: User) -> Iterator[Problem]:
        yield Problem(user)

    @check(on=Copy, having=("flags",))
    def copy_with_flags(copy: Copy) -> Iterator[Problem]:
        yield Problem(copy)

    @check(on=User, inside=("root.scratch",))
    def user_in_scratch(user: User) -> Iterator[Problem]:
        yield Problem(user)

    text = "FROM debian:12\nRUN SUDO -V\nCOPY a b\nCOPY --link a b\nUSER a\nFROM scratch\nUSER a\n"
    stages = build(parse(Source("Dockerfile", text))).stages
    of_debian, of_scratch = (stage.of(User)[0] for stage in stages)
    plain, linked = stages[0].of(Copy)
    assert entry(any_user).concerns(of_debian, stages[0])
    both = Wanting([entry(any_user), entry(user_beside_sudo)])
    assert both.spoken and not Wanting(both[:1]).spoken
    assert [*spoken_of(both, stages[0].graph)] == [*both]
    assert [*spoken_of(both, graph_of("FROM debian:12\nUSER a\n"))] == [*both[:1]]
    assert [entry(copy_with_flags).concerns(copy, stages[0]) for copy in (plain, linked)] == [False, True]
    assert [entry(user_in_scratch).concerns(stage.of(User)[0], stage) for stage in stages] == [False, True]
    assert of_scratch is not of_debian


def graph_of(text: str, **given: str) -> StageGraph:
    return build(parse(Source("Dockerfile", text)), build_args=given)


def test_where_a_build_is_given_values_any_word_may_come_with_them() -> None:
    @check(on=User, words=("sudo",))
    def user_beside_sudo(user: User) -> Iterator[Problem]:
        yield Problem(user)

    one = Wanting([entry(user_beside_sudo)])
    assert spoken_of(one, graph_of("FROM debian:12\nARG X\nUSER a\n", X="sudo")) == one


def test_a_rule_without_the_option_that_it_waits_for_is_shown_nothing() -> None:
    @check(on=User, given=("wanted",))
    def user_wanted(user: User, *, wanted: str = "") -> Iterator[Problem]:
        yield Problem(user)

    idle, asked = entry(user_wanted), entry(user_wanted)
    asked.options = {"wanted": "root"}
    assert idle.idle and not asked.idle
    assert Dispatch([idle, asked]).of(User) == (asked,)


def test_several_attributes_must_all_be_there_and_what_is_empty_on_the_way_is_none() -> None:
    @check(on=Copy, having=("flags", "heredocs"), inside=("base.from_",))
    def both(copy: Copy) -> Iterator[Problem]:
        yield Problem(copy)

    text = "FROM debian:12 AS a\nCOPY --link <<x /x\nx\nFROM a\nCOPY --link a b\nCOPY --link <<x /x\nx\n"
    first, second = build(parse(Source("Dockerfile", text))).stages
    assert [entry(both).concerns(copy, stage) for stage in (first, second) for copy in stage.of(Copy)] == [
        False,
        False,
        True,
    ]
