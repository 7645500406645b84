"""Fixes of Compose files as a whole: what other fixers lose (sections, comments, anchors, quoting) stays."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from dlint.config.layers import Config, Layer
from dlint.fix.fixer import fix
from dlint.fix.keeps import accepts, comments
from dlint.lint.run import run
from dlint.project.files import ProjectFiles
from dlint.source import Source
from dlint.syntax.compose import file as compose
from dlint.syntax.yaml.nodes import YamlMap, to_data
from dlint.workspace.workspace import Workspace

STYLE = ("top-level-unordered", "services-unordered", "service-keys-unordered", "version-obsolete")

TEXT = """\
# What this file is for
version: "3.8"
x-log: &log  # shared
  driver: json-file
x-base: &base
  tty: true

services:
  # the web server
  web:
    networks: [front]   # behind the proxy
    <<: *base
    image: example/web:1.2  # pinned
    logging: *log
    ports:
      # plain
      - 8080:80  # http
      - '8443:443'
    labels:
      version: "1"
      text: >
        folded
        # no comment
        text
    depends_on: [db, cache]
    models: [brain]

  # the database
  db:
    image: "postgres:16"
    environment: {A: 'b', C: "d"}
    <<: *base
  cache:
    image: redis:7
models:
  brain:  # a small one
    model: ai/small
networks:
  front:
# the end
"""


def mended(text: str, **settings: Any) -> tuple[str, list[Any]]:
    """The text after every safe and unsafe fix, and the fixes that were dropped."""
    path = "compose.yaml"
    project = ProjectFiles.from_files({path: text})
    source = project.read(path)
    assert source is not None
    config = Config([Layer("test", "", {"shellcheck": False, **settings})])

    def lint(sources: Any) -> Any:
        workspace = Workspace(project.with_sources(dict(sources)), {path: "compose"})
        report = run(workspace, {path: "compose"}, lambda _: config, [config])
        assert not report.failures
        return report.visible

    result = fix({path: source}, lint, unsafe=True, wanted=lambda finding: True, accepts=accepts, comments=comments)
    return result.sources[path].text, result.dropped


def tree(text: str) -> Any:
    (document,) = compose.parse(Source("compose.yaml", text)).stream.documents
    assert isinstance(document, YamlMap)
    return to_data(document)


def notes(text: str) -> Counter[str]:
    return Counter(comments(Source("compose.yaml", text)))


def test_ordering_keeps_every_section_comment_and_value() -> None:
    text, _ = mended(TEXT, select=list(STYLE))
    before, after = tree(TEXT), tree(text)
    assert text != TEXT and before.pop("version") == "3.8"
    assert after == before
    assert notes(text) == notes(TEXT)
    assert after["models"] == {"brain": {"model": "ai/small"}}
    assert 'image: "postgres:16"' in text and "{A: 'b', C: \"d\"}" in text and "      text: >\n        folded\n" in text


def test_all_fixes_together_lose_no_comment_and_keep_the_file_valid() -> None:
    text, _ = mended(TEXT, preset="all")
    assert notes(text) == notes(TEXT)
    assert tree(text)["models"] == {"brain": {"model": "ai/small"}}
    again, _ = mended(text, preset="all")
    assert again == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'services: {a: {image: x, labels: {version: "1"}}}\nversion: "3"\n',
            'services: {a: {image: x, labels: {version: "1"}}}\n',
        ),
        ('services:\n  a:\n    image: x\n    build:\n      args:\n        version: 1\nversion:\n  "3"\n', None),
        ('"version": "3"\nservices: {a: {image: x}}\n', "services: {a: {image: x}}\n"),
        ('---\nversion: "3"\nservices: {a: {image: x}}\n', "---\nservices: {a: {image: x}}\n"),
    ],
)
def test_only_the_obsolete_version_goes(text: str, expected: str | None) -> None:
    found, _ = mended(text, select=["version-obsolete"])
    assert expected in (None, found)
    assert tree(found) == {key: value for key, value in tree(text).items() if key != "version"}


def test_an_alias_never_comes_before_its_anchor() -> None:
    text = "services:\n  web: &web\n    image: x\n  app:\n    <<: *web\n    tty: true\n"
    found, _ = mended(text, select=["services-unordered"])
    assert tree(found) == tree(text)


def test_quotes_that_are_needed_stay() -> None:
    text = (
        "services:\n  a:\n    image: x\n    volumes:\n      - './a b:/x'\n      - \"{{.Name}}:/y\"\n      - '#c:/z'\n"
    )
    found, _ = mended(text, select=["volumes-quoted"])
    assert tree(found) == tree(text)


def test_a_key_that_is_reset_is_not_written_a_second_time() -> None:
    text = "services:\n  web:\n    image: x:1\n    read_only: !reset true\n    cap_drop: !reset []\n"
    found, dropped = mended(text, select=["root-filesystem-writable", "capabilities-not-dropped"])
    assert (found, dropped) == (text, [])
