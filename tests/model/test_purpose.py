"""What stages are for."""

from __future__ import annotations

import pytest

from dlint.model.dockerfile import graph as stages
from dlint.model.dockerfile.purpose import for_development, is_production
from dlint.source import Source
from dlint.syntax.dockerfile import parser as dockerfile


def last(text: str) -> stages.Stage:
    return stages.build(dockerfile.parse(Source("Dockerfile", text))).stages[-1]


@pytest.mark.parametrize(
    "text",
    [
        "FROM ruby:3.4 AS dev", "FROM ruby:3.4 AS api-test", "FROM ruby:3.4 AS dev\nFROM dev AS api",
        "FROM ruby:3.4\nENV RAILS_ENV=development", "FROM ruby:3.4\nENV RACK_ENV test",
        "FROM ruby:3.4 AS base\nENV NODE_ENV=development\nFROM base",
        "FROM ruby:3.4\nARG MODE=test\nENV APP_ENV=$MODE",
    ],
)  # fmt: skip
def test_for_development(text: str) -> None:
    assert for_development(last(text))
    assert not is_production(last(text), "ruby")


@pytest.mark.parametrize(
    "text",
    [
        "FROM ruby:3.4 AS device", "FROM ruby:3.4\nENV RAILS_ENV=production", "FROM ruby:3.4\nENV MODE=development",
        "FROM ruby:3.4\nENV RAILS_ENV=development\nENV RAILS_ENV=production",
        "FROM ruby:3.4\nARG MODE\nENV APP_ENV=$MODE",
        "FROM ruby:3.4\nARG RAILS_ENV=development", "FROM ruby:3.4 AS dev\nFROM ruby:3.4",
    ],
)  # fmt: skip
def test_for_production(text: str) -> None:
    assert not for_development(last(text))
    assert is_production(last(text), "ruby")
    assert not is_production(last(text), "php")
