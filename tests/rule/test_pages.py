"""Every rule page: its header is in form, its examples do what the page shows, and it has a check of its name."""

from __future__ import annotations

import pytest

from dlint.examples import failures, findings
from dlint.library import rules
from dlint.rule.page_text import PageError
from dlint.rule.pages import page_of_text
from dlint.rule.rule import Check, Rule
from dlint.syntax.bake import hcl

ALL = rules()


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_the_page_shows_what_the_rule_does(rule: Rule) -> None:
    assert failures(rule) == []


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_a_security_rule_says_how_severe_it_is(rule: Rule) -> None:
    if rule.category == "security":
        assert 0.0 <= float(rule.page.security_severity) <= 10.0
    else:
        assert not rule.page.security_severity


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_each_reference_is_one_address(rule: Rule) -> None:
    for address in rule.references:
        assert address.startswith(("https://", "http://")) and not any(map(str.isspace, address))


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_the_page_says_something_before_its_examples(rule: Rule) -> None:
    assert len(rule.page.summary) > 40
    assert not rule.title.endswith(".")


def test_a_wrong_page_is_caught() -> None:
    text = "---\ntitle: Nothing\nseverity: error\n---\nWords.\n\n```dockerfile bad\nFROM debian:12\n```\n"
    page = page_of_text("dockerfile", "nothing-wrong", "nothing-wrong.md", text)

    def nothing_wrong(node: object) -> list[object]:
        return []

    from dlint.syntax.dockerfile.parser import From

    problems = failures(Rule(page, Check(nothing_wrong, (From,), False)))  # type: ignore[arg-type]
    assert any("the bad block has no finding" in problem for problem in problems)
    assert any("no `good` block" in problem for problem in problems)


def test_examples_with_hcl_are_passed_over_without_the_package_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hcl, "_PARSERS", [None])
    rule = next(rule for rule in ALL if rule.name == "stage-unused")
    assert failures(rule) == []


def test_a_fixed_block_without_a_fix_is_said() -> None:
    from dlint.rule.rule import Problem
    from dlint.syntax.dockerfile.parser import From

    blocks = "```dockerfile bad\nFROM debian:12\n```\n```dockerfile fixed\nFROM debian:13\n```\n"
    text = f"---\ntitle: Nothing\nseverity: error\n---\nWords.\n\n{blocks}"
    page = page_of_text("dockerfile", "no-fix", "no-fix.md", text)

    def no_fix(node: From) -> list[Problem]:
        return [Problem(node, "Not this one")]

    problems = failures(Rule(page, Check(no_fix, (From,), False)))  # type: ignore[arg-type]
    assert any("no finding has a fix" in problem for problem in problems)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title: x\n", "starts with a header"),
        ("---\ntitle: x\n", "no closing"),
        ("---\ntitle: x\nseverity: bad\n---\n", "severity is one of"),
        ("---\ntitle: x\nseverity: error\nwhatever: 1\n---\n", "unknown header line"),
        ("---\ntitle: x\nseverity: error\ncategory: nice\n---\n", "category is one of"),
        ("---\ntitle: x\nseverity: error\npresets: loud\n---\n", "presets is a list of"),
        ("---\nseverity: error\n---\n", "needs title:"),
    ],
)
def test_a_page_out_of_form_is_refused(text: str, says: str) -> None:
    with pytest.raises(PageError, match=says):
        page_of_text("dockerfile", "x", "x.md", text)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_messages_are_sentences(rule: Rule) -> None:
    """They start with a capital, a quote or a word of the file, and end without a full stop."""
    for example in rule.page.examples():
        for finding in findings(rule, example) if example.verdict == "bad" else ():
            first = finding.message.split()[0].rstrip(":,")
            assert not first[0].islower() or any(first in text for text in example.files.values()), finding.message
            assert not finding.message.endswith("."), finding.message
