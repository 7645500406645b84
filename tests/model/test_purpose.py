"""What stages are for."""

from __future__ import annotations

import pytest

from dlint.model.dockerfile import graph as stages
from dlint.model.dockerfile.purpose import for_development, runs_ruby
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
    assert not runs_ruby(last(text))


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
    assert runs_ruby(last(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM phusion/passenger-ruby34:3.1.3", True),
        ("FROM registry.access.redhat.com/ubi9/ruby-33:1", True),
        ("FROM phusion/passenger-nodejs:3.1.3", False),
        ("FROM php:8.4", False),
        ("FROM debian:12\nENV RACK_ENV=production", True),
        ("FROM debian:12\nONBUILD ENV RAILS_ENV=production", True),
        ("FROM debian:12\nARG RAILS_ENV=production", False),
        ('FROM debian:12\nCMD ["bundle", "exec", "puma"]', True),
        ("FROM debian:12\nCMD exec /usr/local/bin/unicorn -c x", True),
        ('FROM debian:12\nCMD ["bundle", "exec", "jekyll", "serve"]', False),
    ],
)
def test_programs_in_ruby_are_known_by_more_than_the_official_image(text: str, expected: bool) -> None:
    assert runs_ruby(last(text)) is expected
