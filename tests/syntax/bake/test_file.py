"""Bake files, in HCL and in JSON, as the same blocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint.source import Source
from dlint.syntax.bake import hcl
from dlint.syntax.bake.blocks import BakeFile
from dlint.syntax.bake.file import parse
from dlint.syntax.yaml.nodes import YamlScalar, to_data

HCL = """
variable "TAG" { default = "1" }
# what is built
target "app" {
  context = "."
  args = {
    A = null
    "B" = "${TAG}-x"
    C : 3
    (TAG) = true
  }
  tags = ["acme/app:${TAG}", TAG] // two
  target = item.stage[0]["x"]
  labels = merge({}, {})
  contexts = { "shop/base" = ("target:base") }
}
group default { targets = ["app"] }
"""


def read(text: str, path: str = "docker-bake.hcl") -> BakeFile:
    return parse(Source(path, text))


def fields(file: BakeFile, kind: str) -> dict[str, object]:
    return {block.label.value: to_data(block.fields) for block in file.of(kind)}


def test_blocks_of_hcl() -> None:
    file = read(HCL)
    assert not file.broken
    assert fields(file, "variable") == {"TAG": {"default": "1"}}
    assert fields(file, "group") == {"default": {"targets": ["app"]}}
    assert fields(file, "target")["app"] == {
        "context": ".",
        "args": {"A": None, "B": "${TAG}-x", "C": 3, "${TAG}": True},
        "tags": ["acme/app:${TAG}", "${TAG}"],
        "target": '${item.stage[0]["x"]}',
        "labels": "${merge({}, {})}",
        "contexts": {"shop/base": "target:base"},
    }
    assert [comment.raw for comment in file.comments] == ["# what is built", "// two"]


def test_values_of_hcl_know_their_places() -> None:
    text = 'target "é" {\n  target = "prod"\n}\n'
    block = read(text).blocks[0]
    value = block.fields.get("target")
    assert isinstance(value, YamlScalar)
    assert (block.label.raw, value.raw, value.at(0, 4).raw) == ('"é"', '"prod"', "prod")


@pytest.mark.parametrize(
    ("opening", "body", "value"),
    [("<<EOT", "  FROM a\n  RUN b\n", "  FROM a\n  RUN b\n"), ("<<-EOT", "    FROM a\n      b\n", "FROM a\n  b\n")],
)
def test_heredocs_are_texts_with_places(opening: str, body: str, value: str) -> None:
    block = read(f'target "a" {{\n  dockerfile-inline = {opening}\n{body}  EOT\n}}\n').blocks[0]
    scalar = block.fields.get("dockerfile-inline")
    assert isinstance(scalar, YamlScalar) and scalar.value == value
    assert scalar.at(value.index("FROM"), value.index("FROM") + 6).raw == "FROM a"


def test_top_level_attributes_of_hcl_are_values() -> None:
    assert [(one.key.value, to_data(one.value)) for one in read('TAG = "x"\n').values] == [("TAG", "x")]


def test_blocks_of_json() -> None:
    text = '{"variable": {"TAG": {"default": "1"}}, "target": [{"app": {"context": "."}}, {"jobs": [{"target": "j"}]}]}'
    file = read(text, "docker-bake.json")
    assert not file.broken
    assert fields(file, "target") == {"app": {"context": "."}, "jobs": {"target": "j"}}
    assert fields(file, "variable") == {"TAG": {"default": "1"}}


@pytest.mark.parametrize("text", ['target "app" {', "target {}}", "\0", 'x = "${', "{" * 3000, "(" * 3000])
def test_around_mistakes_the_rest_is_read(text: str) -> None:
    assert read(text).broken
    file = read('target "a" { context = "." }\n' + text.replace("\0", "="))
    assert file.broken
    if "${" not in text and len(text) < 100:
        assert to_data(file.of("target")[0].fields) == {"context": "."}


def test_what_is_nested_too_deep_is_no_literal() -> None:
    found = read('target "a" { x = ' + "[" * 500 + "]" * 500 + " }")
    assert found.of("target")


def test_without_the_grammar_a_file_is_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hcl, "_PARSERS", [None])
    file = read(HCL)
    assert file.unread and file.broken and not file.blocks


@given(st.text(alphabet='{}[]()"$%=<\n #/ab1-,.', max_size=80))
def test_any_text_is_read(text: str) -> None:
    read(text)
    read(text, "docker-bake.json")
