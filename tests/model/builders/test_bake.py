"""Bake's targets, merged, inherited and filled in as buildx does."""

from __future__ import annotations

import pytest

from dlint.model.builders.bake import Bake, Overrides
from dlint.source import Source
from dlint.syntax.bake.file import parse
from dlint.syntax.yaml.nodes import to_data


def bake(*texts: str, overrides: Overrides | None = None) -> Bake:
    files = [parse(Source("docker-bake.json" if t.startswith("{") else "docker-bake.hcl", t)) for t in texts]
    return Bake(files, overrides or Overrides())


def asked(*texts: str, overrides: Overrides | None = None) -> dict[str, object]:
    """What each build gets, under Compose's names; None for what is unknown."""
    requests = bake(*texts, overrides=overrides).requests()
    return {one.name: to_data(one.build.node, literal=True) for one in requests if one.build is not None}


def test_later_files_win_and_arguments_are_merged_by_name() -> None:
    first = '{"target": {"a": {"context": "x", "args": {"A": "1", "B": "2"}, "tags": ["t"]}}}'
    second = 'target "a" {\n  context = "y"\n  args = { B = "3", A = null }\n  tags = ["u"]\n}'
    assert asked(first, second) == {"a": {"context": "y", "args": {"A": "1", "B": "3"}, "tags": ["u"]}}


def test_inherited_values_give_way_to_own_ones_and_later_parents_win() -> None:
    text = (
        """
    target "p" { args = { A = "1", B = "1" }, context = "p" }
    target "q" { args = { B = "2" }, secret = ["id=s"] }
    target "a" { inherits = ["p", "q"], args = { C = "3" }, secret = ["id=t,src=x"] }
    """.replace(", context", "\n context")
        .replace(", secret", "\n secret")
        .replace(", args", "\n args")
    )
    assert asked(text) == {"a": {"context": "p", "args": {"A": "1", "B": "2", "C": "3"}, "secrets": ["s", "t"]}}


def test_what_others_inherit_is_a_template_unless_somebody_names_it() -> None:
    text = 'target "a" { inherits = ["t"] }\ntarget "t" {}\ntarget "_u" {}\n'
    assert [*asked(text)] == ["a"]
    assert [*asked(text + 'group "g" { targets = ["t"] }')] == ["a", "t"]
    assert [*asked(text + 'target "b" { contexts = { x = "target:t" } }')] == ["a", "t", "b"]
    overrides = Overrides()
    overrides.targets.add("t")
    assert [*asked(text, overrides=overrides)] == ["a", "t"]


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("TAG", "1"),
        ('"${TAG}-x"', "1-x"),
        ('"$${TAG}"', "${TAG}"),
        ("LIST[1]", "b"),
        ('MAP["k"].deep', "v"),
        ("MAP.k.deep", "v"),
        ('"${"x"}"', "x"),
        ("TWICE", "1-1"),
        ("NONE", None),
        ("EMPTY", None),
        ('"a-${SHELL}"', None),
        ("HERE", ""),
        ('"a-${NONE}"', None),
        ("CIRCLE", None),
        ("sha1(TAG)", None),
        ('TAG == "1" ? "a" : "b"', None),
        ('"%{ if true }a%{ endif }"', None),
        ("MISSING", None),
        ("LIST[7]", None),
    ],
)
def test_values(value: str, known: str | None) -> None:
    variables = """
    variable "TAG" { default = "1" }
    variable "NONE" {}
    variable "EMPTY" { default = "" }
    variable "SHELL" { default = "$SHELL" }
    HERE = ""
    variable "TWICE" { default = "${TAG}-${TAG}" }
    variable "CIRCLE" { default = "${CIRCLE}" }
    variable "LIST" { default = ["a", "b"] }
    variable "MAP" { default = { k = { deep = "v" } } }
    """
    assert asked(variables + f'target "a" {{ target = {value} }}') == {"a": {"target": known}}


def test_variables_of_json_are_written_in_strings() -> None:
    text = '{"variable": {"TAG": {"default": "1"}}, "target": {"a": {"target": "${TAG}", "dockerfile": "${f(TAG)}"}}}'
    assert asked(text) == {"a": {"target": "1", "dockerfile": None}}


def test_a_matrix_makes_a_target_for_each_combination() -> None:
    text = """
    group "default" { targets = ["app"] }
    target "app" {
      name = "app-${x}-${y.n}"
      matrix = { x = ["a", "b"], y = [{ n = "1", t = "one" }, { n = "2", t = "two" }] }
      target = y.t
    }
    """
    assert asked(text) == {f"app-{x}-{n}": {"target": t} for x in "ab" for n, t in (("1", "one"), ("2", "two"))}


def test_a_name_that_a_function_makes_is_not_needed() -> None:
    text = 'target "a" { name = sha1(x)\n matrix = { x = ["p", "q"] }\n target = x }'
    assert asked(text) == {"a (1)": {"target": "p"}, "a (2)": {"target": "q"}}


@pytest.mark.parametrize(
    "text",
    [
        'target "a" { inherits = ["a"] }',
        'target "a" { inherits = ["b"] }\ntarget "b" { inherits = ["a"] }\ngroup "g" { targets = ["a"] }',
        'target "a" { inherits = ["nobody"] }',
        'target "a" { inherits = concat(["b"], []) }',
        'target "a" { matrix = f()\n name = "x" }',
        'group "g" { targets = [for x in y: x] }',
        'target "a" {',
    ],
)
def test_what_is_not_known_in_full_is_said(text: str) -> None:
    found = bake(text)
    list(found.requests())
    assert not found.whole


def test_texts_that_are_changed_are_known() -> None:
    text = """
    target "app" {
      name = "app-${replace(version, ".", "-")}"
      matrix = { version = ["3.17"] }
      dockerfile = "images/${upper("a")}-${replace(version, ".", "-")}/Dockerfile"
      context = replace(version, "", "-")
      args = { WHEN = timestamp(), OTHER = "${replace(unset, ".", "-")}", DEEP = replace(lower("B.c"), ".", "") }
    }
    """
    assert asked(text) == {
        "app-3-17": {
            "context": None,
            "dockerfile": "images/A-3-17/Dockerfile",
            "args": {"WHEN": None, "OTHER": None, "DEEP": None},
        }
    }


def test_a_text_that_would_grow_without_end_is_unknown() -> None:
    text = f'target "a" {{\n  context = replace("{"a" * 10_000}", "a", "{"b" * 10_000}")\n}}'
    assert asked(text) == {"a": {"context": None}}


def test_a_map_that_is_unknown_has_a_name_that_is() -> None:
    found = asked('target "a" { args = merge({}, {}) }\ntarget "b" { args = { X = "1" } }')
    assert found == {"a": {"args": {"${unknown}": None}}, "b": {"args": {"X": "1"}}}


def test_calls_make_what_they_set_unknown() -> None:
    overrides = Overrides()
    overrides.fields = {"*": {"args.V"}, "a*": {"target"}, "b": {"context"}}
    found = asked('target "ab" { args = { V = "1", W = "2" } }\ntarget "b" {}', overrides=overrides)
    assert found == {
        "ab": {"target": None, "args": {"W": "2", "V": None}},
        "b": {"context": None, "args": {"${unknown}": None}},
    }


def test_secrets_and_agents_are_known_by_their_ids() -> None:
    text = (
        'target "a" {\n secret = ["type=env,id=t", { id = "u" }, "src=x,id=${f()}"]\n ssh = ["default", "k=$HOME/k"]\n}'
    )
    assert asked(text) == {"a": {"secrets": ["t", "u", None], "ssh": ["default", "k=$HOME/k"]}}


def test_groups_say_what_is_built_together() -> None:
    text = (
        'group "g" { targets = ["a"] }\ngroup "h" { targets = ["g", "b"] }\ntarget "a" {}\ntarget "b" {}\ntarget "c" {}'
    )
    found = {one.name: [word.value for word in one.profiles] for one in bake(text).requests()}
    assert found == {"a": ["g", "h"], "b": ["h"], "c": ["c"]}


@pytest.mark.parametrize(
    ("output", "ships"),
    [
        ("[]", True),
        ('["type=docker"]', True),
        ('["type=oci,dest=x", "type=local,dest=y"]', True),
        ('["type=local,dest=out"]', False),
        ('["./out"]', False),
        ('[{ type = "image" }]', True),
        ('["type=cacheonly"]', False),
        ("[OUT]", True),
    ],
)
def test_outputs_say_whether_the_result_is_an_image(output: str, ships: bool) -> None:
    (one,) = bake(f'target "a" {{ output = {output} }}').requests()
    assert one.ships is ships
