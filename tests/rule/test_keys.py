"""Rules that name keys: they are only shown services with one of these, and have nothing to say of others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from dlint.config.dispatch import Dispatch, EnabledRule
from dlint.library import lint_files, rules
from dlint.model.compose.model import ComposeModel
from dlint.project.files import ProjectFiles
from dlint.rule.rule import Problem, Rule, check
from dlint.syntax.compose.service import Service
from dlint.workspace.workspace import Workspace

COMPOSE = [rule for rule in rules() if rule.kind == "compose"]
KEYED = [rule for rule in COMPOSE if rule.check.keys]


@cache
def services() -> list[tuple[Service, ComposeModel]]:
    """The services of the examples on all pages."""
    return [found for rule in COMPOSE for example in rule.page.examples() for found in _services(example.files)]


def _services(files: dict[str, str]) -> Iterator[tuple[Service, ComposeModel]]:
    known = {path: "compose" for path in files if path.endswith((".yaml", ".yml"))}
    workspace = Workspace(ProjectFiles.from_files(files), known)
    for path in known:
        model = workspace.model_of(path)
        for service in model.services if model is not None else ():
            yield service, model


@pytest.mark.parametrize("rule", KEYED, ids=lambda rule: rule.name)
def test_a_rule_says_nothing_of_a_service_without_its_keys(rule: Rule) -> None:
    others = [found for found in services() if found[0].map.index.keys().isdisjoint(rule.check.keys)]
    assert others
    for service, model in others:
        assert [*rule.check.function(*((service, model) if rule.check.context else (service,)))] == []


def test_only_a_service_with_one_of_the_keys_is_shown() -> None:
    @check(on=Service, keys=("user", "privileged"))
    def service_keyed(service: Service) -> Iterator[Problem]:
        yield Problem(service)

    @check(on=Service)
    def service_any(service: Service) -> Iterator[Problem]:
        yield Problem(service)

    page = KEYED[0].page
    entries = [EnabledRule(Rule(page, one), page.severity, {}) for one in (service_keyed, service_any)]
    plan = Dispatch(entries)
    assert plan.of_mapping(Service, {"image": 1, "user": 2}) == tuple(entries)
    assert plan.of_mapping(Service, {"image": 1}) == (entries[1],)
    assert plan.of_mapping(Service, {}) == (entries[1],)


def test_a_key_that_a_merge_brings_counts() -> None:
    text = "x-a: &a {privileged: true}\nservices:\n  web:\n    image: nginx:1.25\n    <<: *a\n"
    assert "service-privileged" in {finding.rule.name for finding in lint_files({"compose.yaml": text})}
