"""What a page calls bad is found however it is written: other options, forms, programs in front, values in variables.

A page that leaves out a way to write it says so, and why, in its header (``variations:``).
"""

from __future__ import annotations

from collections import Counter

import pytest

from dlint.examples import findings
from dlint.library import rules
from dlint.rule.page_text import Example
from dlint.rule.rule import Rule
from dlint.source import Source
from variations import GROUPS, VARIATIONS, varied

# Pages of codes show what another program says.
ALL = [rule for rule in rules() if rule.kind in ("dockerfile", "build") and not rule.page.codes]
AS_WRITTEN = "as written"


def _variants(example: Example) -> dict[str, dict[str, str]]:
    """The files of an example by the name of the variation that they are written in."""
    found = {AS_WRITTEN: example.files}
    for name in VARIATIONS:
        files = {path: _varied(path, text, example, name) for path, text in example.files.items()}
        if files != example.files:
            found[name] = files
    return found


def _varied(path: str, text: str, example: Example, name: str) -> str:
    if "ockerfile" not in path or path.endswith(".dockerignore") or path in example.context:
        return text
    return varied(Source(path, text), VARIATIONS[name]) or text


def _counts(rule: Rule, example: Example, variants: dict[str, dict[str, str]]) -> Counter[str]:
    """How many findings there are in each, all of them linted as one project with a folder for each."""
    whole = {f"{name}/{path}": text for name, files in variants.items() for path, text in files.items()}
    context = frozenset(f"{name}/{path}" for name in variants for path in example.context)
    return Counter(
        finding.path.partition("/")[0] for finding in findings(rule, example._replace(files=whole, context=context))
    )


def _excused(rule: Rule) -> set[str]:
    return {name for word in rule.page.excused for name in GROUPS.get(word, (word,))}


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_what_is_bad_is_found_however_it_is_written(rule: Rule) -> None:
    excused = _excused(rule)
    missed: list[str] = []
    needed: set[str] = set()
    for example in rule.page.examples():
        if example.verdict == "bad":
            variants = _variants(example)
            counts = _counts(rule, example, variants)
            for name, files in variants.items():
                if counts[name] < counts[AS_WRITTEN]:
                    needed.add(name)
                    if name not in excused:
                        missed.append(f"{rule.page.path}:{example.line} {name}:\n" + "\n".join(files.values()))
    assert missed == []
    for word in rule.page.excused:
        assert needed.intersection(GROUPS.get(word, (word,))), f"{rule.name} is found in spite of its excuse: {word}"


def test_excuses_name_variations() -> None:
    unknown = {word for rule in ALL for word in rule.page.excused} - set(VARIATIONS) - set(GROUPS)
    assert unknown == set()
