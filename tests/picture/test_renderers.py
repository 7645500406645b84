"""The four formats: names mean nothing in them but themselves, and the same graph gives the same text."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dlint.picture import dot, mermaid, svg
from dlint.picture import json as as_json
from dlint.picture.folders import folded
from dlint.picture.graph import ProjectGraph
from dlint.picture.marks import mark
from dlint.rule.finding import Finding
from dlint.rule.load import builtin
from dlint.rule.severity import Severity
from dlint.source import Source, Span
from picture.projects import HOSTILE, graph_of
from places import ROOT

SCHEMA = Draft202012Validator(json.loads((ROOT / "docs/schemas/graph-1.json").read_text(encoding="utf-8")))
RENDERERS = (mermaid.render, dot.render, svg.render, as_json.render)


def hostile() -> ProjectGraph:
    quoted = json.dumps(HOSTILE)
    return graph_of(
        {
            "compose.yaml": "services:\n"
            f"  {quoted}:\n    image: {quoted}\n    ports: [{quoted}]\n    volumes: [{json.dumps(HOSTILE + ':/x')}]\n"
            f"    networks: [{quoted}]\n    profiles: [{quoted}]\n"
            f"  b:\n    build: {{context: ., args: {{{quoted}: {quoted}}}}}\n    depends_on: [{quoted}]\n",
            "Dockerfile": f"FROM {HOSTILE.split()[0]} AS x\nFROM x\nCOPY --from=x {HOSTILE.split()[0]} /\n",
        }
    )


def test_mermaid_texts_are_quoted_and_hold_nothing_that_is_read() -> None:
    text = mermaid.render(hostile())
    for line in text.splitlines()[1:]:
        rest = re.sub(r'"[^"]*"', '""', line)
        assert re.fullmatch(r'[\w\s"\[\](){}.,:#=;<>-]*', rest), line
        for inner in re.findall(r'"([^"]*)"', line):
            assert not re.search(r"[<>\[\]{}|`\\&]", inner), line
    assert "script" in text and "<script" not in text


@pytest.mark.parametrize(("text", "shown"), [("1. a", "1#46; a"), ("- a", "#45; a"), ("a-1.2", "a-1.2"), ("", "#32;")])
def test_mermaid_takes_nothing_for_a_list(text: str, shown: str) -> None:
    assert mermaid.escaped(text) == shown


def test_dot_strings_end_where_they_should() -> None:
    text = dot.render(hostile())
    string = r'"(?:[^"\\]|\\[\\"])*"'
    for line in text.splitlines()[4:-1]:
        assert re.fullmatch(rf"  {string}(?: -> {string})?(?: \[(?:\w+=(?:{string}|\w+)(?:, )?)+\])?;", line), line


def test_svg_is_one_document_without_anything_that_runs() -> None:
    root = ET.fromstring(svg.render(hostile()))
    known = {"svg", "title", "desc", "style", "rect", "g", "text", "path", "circle"}
    for element in root.iter():
        assert element.tag.removeprefix("{http://www.w3.org/2000/svg}") in known
        assert not [name for name in element.attrib if name.startswith("on") or "href" in name]
    assert "url(" not in svg.render(hostile()) and "@import" not in svg.render(hostile())


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=30), st.text(max_size=30))
def test_whatever_the_names_are(name: str, other: str) -> None:
    texts = {"compose.yaml": json.dumps({"services": {name: {"image": other or "x"}, "b": {"depends_on": [name]}}})}
    graph = graph_of(texts)
    ET.fromstring(svg.render(graph))
    json.loads(as_json.render(graph))
    for render in (mermaid.render, dot.render):
        assert all(letter.isprintable() for line in render(graph).split("\n") for letter in line)


@pytest.mark.parametrize("render", RENDERERS)
def test_a_graph_gives_the_same_text_each_time(render: object) -> None:
    assert callable(render)
    assert render(hostile()) == render(hostile())


def test_json_fits_its_schema() -> None:
    graph = marked(hostile())
    data = json.loads(as_json.render(graph))
    SCHEMA.validate(data)
    Draft202012Validator.check_schema(SCHEMA.schema)
    assert not SCHEMA.is_valid({**data, "version": 2})
    assert not SCHEMA.is_valid({**data, "nodes": [{**data["nodes"][0], "detail": {}}]})
    ids = {node["id"] for node in data["nodes"]}
    assert all(edge["from"] in ids and edge["to"] in ids for edge in data["edges"])


def marked(graph: ProjectGraph) -> ProjectGraph:
    rule = builtin()["no-user"]
    source = Source("Dockerfile", "FROM x AS x\nFROM x\nCOPY --from=x a /\n")
    mark(graph, [Finding(rule, Severity.ERROR, source, Span(13, 15), "bad <b>")])
    return graph


def test_findings_mark_the_stage_they_stand_in() -> None:
    graph = marked(graph_of({"Dockerfile": "FROM x AS x\nFROM x\nCOPY --from=x a /\n"}))
    first, last = graph.of_kind("stage")
    assert (first.severity, last.severity) == (None, Severity.ERROR)
    assert "class b1 error" in mermaid.render(graph)
    assert 'class="n stage error"' in svg.render(graph) and "error: bad &lt;b&gt; [no-user]" in svg.render(graph)
    assert 'color="#cc0000"' in dot.render(graph)


def test_more_than_300_nodes_become_one_a_folder() -> None:
    texts = {f"apps/a{index}/Dockerfile": "FROM x:1\n" for index in range(160)}
    texts |= {f"apps/a{index}/compose.yaml": "services:\n  a: {build: .}\n" for index in range(160)}
    graph = graph_of(texts)
    assert len(graph.nodes) > 300 and folded(graph, 400) is graph
    small = folded(graph)
    assert small.folded and len(small.nodes) == 160 and small.notes
    assert small.nodes["folder:apps/a7"].detail["counts"] == {"service": 1, "stage": 1}
    SCHEMA.validate(json.loads(as_json.render(small)))
    assert len(folded(graph, 100).nodes) == 1
    for render in RENDERERS:
        assert render(small)


def test_folders_have_the_edges_of_what_is_in_them() -> None:
    texts = {"compose.yaml": "services:\n  a: {build: x}\n  b: {build: x}\n", "x/Dockerfile": "FROM y:1\n"}
    small = folded(graph_of(texts), 2)
    assert [*small.nodes] == ["folder:.", "folder:x"]
    assert [(edge.start.id, edge.end.id, edge.detail) for edge in small.edges] == [
        ("folder:x", "folder:.", {"kinds": {"build": 2}})
    ]


def test_a_crowd_of_dependencies_is_thinned() -> None:
    services = {f"s{a}": {"image": "x", "depends_on": [f"s{b}" for b in range(a)]} for a in range(30)}
    text = svg.render(graph_of({"compose.yaml": json.dumps({"services": services})}))
    assert text.count('class="e depends"') - 1 == 29
    assert "406 lines that follow from others" in text
