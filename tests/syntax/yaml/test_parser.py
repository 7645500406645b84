"""The positioned YAML tree: the same from both parsers, exact in every place, total on any text."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from dlint.source import Node, Source
from dlint.syntax.yaml import builder as yaml_builder
from dlint.syntax.yaml import events as yaml_events
from dlint.syntax.yaml import parser as yamltree
from dlint.syntax.yaml.parser import YamlMap, YamlNode, YamlScalar, YamlSeq, YamlStream

ORDINARY = """\
# first
services: &all
  web:   # a service
    image: "nginx:1.27"
    command: [echo, 80:80, 'it''s']
    labels: {a: 1, "b": }
    text: |
      one
        two

      three
    folded: >-
      four
      five

      six
    plain: several
      lines here
    empty:
  ? db
  : &db !override
    - x
    -
    - - nested
  copy: *db
"""


def parse(text: str) -> YamlStream:
    return yamltree.parse(Source("compose.yaml", text))


def parse_in_python(text: str, monkeypatch: pytest.MonkeyPatch) -> YamlStream:
    with monkeypatch.context() as patch:
        patch.setattr(yaml_events, "c_parser", lambda: None)
        return parse(text)


def dump(node: YamlNode) -> list[object]:
    """Every fact of a tree, in order."""
    out: list[object] = [type(node).__name__, node.span, node.tag, node.outer.span, node.place.span]
    if isinstance(node, YamlMap):
        for entry in node.entries:
            out += [entry.span, dump(entry.key), dump(entry.value)]
    elif isinstance(node, YamlSeq):
        out += [dump(item) for item in node.items]
    elif isinstance(node, YamlScalar):
        out += [node.value, node.style, node.kind]
    return out


def facts(stream: YamlStream) -> list[object]:
    faults = [(fault.kind, fault.span, fault.message) for fault in stream.faults]
    return [[dump(document) for document in stream.documents], [c.span for c in stream.comments], faults]


def nodes(node: YamlNode) -> list[YamlNode]:
    found = [node]
    if isinstance(node, YamlMap):
        for entry in node.entries:
            found += nodes(entry.key) + nodes(entry.value)
    elif isinstance(node, YamlSeq):
        for item in node.items:
            found += nodes(item)
    return found


def scalar(text: str) -> YamlScalar:
    """The value of a document ``k: …``."""
    stream = parse(text)
    assert not stream.faults
    document = stream.documents[0]
    assert isinstance(document, YamlMap)
    value = document.get("k")
    assert isinstance(value, YamlScalar)
    return value


def test_every_node_of_an_ordinary_file_has_its_own_characters() -> None:
    stream = parse(ORDINARY)
    assert stream.faults == []
    raws = [node.raw for node in nodes(stream.documents[0])]
    for raw in (
        '"nginx:1.27"',
        "[echo, 80:80, 'it''s']",
        "80:80",
        "'it''s'",
        '{a: 1, "b": }',
        "several\n      lines here",
    ):
        assert raw in raws
    assert "|\n      one\n        two\n\n      three" in raws
    assert ">-\n      four\n      five\n\n      six" in raws
    assert "- x\n    -\n    - - nested" in raws
    assert [comment.raw for comment in stream.comments] == ["# first", "# a service"]


def test_values_are_decoded() -> None:
    web = yamltree.to_data(parse(ORDINARY).documents[0])["services"]["web"]
    assert web == {
        "image": "nginx:1.27",
        "command": ["echo", "80:80", "it's"],
        "labels": {"a": 1, "b": None},
        "text": "one\n  two\n\nthree\n",
        "folded": "four five\nsix",
        "plain": "several lines here",
        "empty": None,
    }


def test_anchor_tag_and_alias_are_places() -> None:
    document = parse(ORDINARY).documents[0]
    assert isinstance(document, YamlMap)
    services = document.get("services")
    assert isinstance(services, YamlMap)
    database, copy = services.get("db"), services.get("copy")
    assert database is not None and copy is not None
    assert database.anchor is not None and database.anchor.raw == "&db"
    assert database.tag == "!override" and database.tag_node is not None and database.tag_node.raw == "!override"
    assert database.outer.raw.startswith("&db !override\n    - x")
    assert copy.alias is not None and copy.alias.raw == "*db"
    assert copy.span == database.span
    assert copy.place.raw == "*db"
    entry = services.entry("copy")
    assert entry is not None and entry.raw == "copy: *db"


def test_a_value_that_is_not_written_stands_right_after_its_sign() -> None:
    text = "a:  # nothing\nb:\n  -\n  - x\n"
    document = parse(text).documents[0]
    assert isinstance(document, YamlMap)
    empty = document.get("a")
    items = document.get("b")
    assert empty is not None and isinstance(items, YamlSeq)
    assert text[: empty.span.start] == "a:" and empty.raw == ""
    assert text[: items.items[0].span.start].endswith("  -")


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ("12", "int", 12),
        ("0777", "int", 511),
        ("0o17", "int", 15),
        ("0x1F", "int", 31),
        ("-0b11", "int", -3),
        ("1_000", "int", 1000),
        ("1e3", "float", 1000.0),
        (".5", "float", 0.5),
        ("08", "float", 8.0),
        ("true", "bool", True),
        ("FALSE", "bool", False),
        ("~", "null", None),
        ("Null", "null", None),
        ("yes", "str", "yes"),
        ("off", "str", "off"),
        ("22:22", "str", "22:22"),
        ("nULL", "str", "nULL"),
        ("0b102", "str", "0b102"),
        ("2020-01-01", "timestamp", "2020-01-01"),
        ('"12"', "str", "12"),
        ("!!str 12", "str", "12"),
        ('!!int "12"', "int", 12),
        ("!mine 12", "str", "12"),
    ],
)
def test_scalars_have_the_types_compose_gives_them(written: str, kind: str, value: object) -> None:
    found = scalar(f"k: {written}\n")
    assert (found.kind, found.data) == (kind, value)


def test_merge_keys_are_kept_and_resolved() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\n"
    document = parse(text).documents[0]
    assert isinstance(document, YamlMap)
    node = document.get("c")
    assert isinstance(node, YamlMap)
    assert [entry.key.value for entry in node.entries] == ["<<", "x"]
    assert yamltree.to_data(node) == {"x": 3, "y": 1, "z": 2}
    merged = node.effective().entry("z")
    assert merged is not None and merged.raw == "z: 2" and merged.line == 2


@pytest.mark.parametrize(
    ("text", "kind", "place", "words"),
    [
        ("a: b\n\tc: d", "tab", "\t", "use spaces"),
        ("a:\n\t- b", "tab", "\t", "use spaces"),
        ("a: @x", "yaml-syntax", "@", "quotes"),
        ("s:\n  w:\n    i: x\n   p: 3\n", "yaml-syntax", "p: 3", "line 2"),
        ("a: b: c", "yaml-syntax", ":", "second"),
        ('a: "x\nb: c\n', "yaml-syntax", '"', "never closed"),
        ("a: [1, 2\n", "yaml-syntax", "[", "add `]`"),
        ("a: 1\nfoo\nb: 2\n", "yaml-syntax", "foo", "colon"),
        ('a: "\\q"', "yaml-syntax", "\\q", "single quotes"),
        ('a: "\\/"', "yaml-syntax", "\\/", "single quotes"),
        ("a: *b", "bad-alias", "*b", "&b"),
        ("a: &x {b: *x}", "bad-alias", "*x", "itself"),
        ("%YAML 1.2\n---\na: 1", "yaml-syntax", "%YAML 1.2", "remove"),
        ("a: |x\n  y", "yaml-syntax", "x", "below"),
        ("a: 1\n\na: 2", "duplicate-key", "a", "line 1"),
        ("a: &a {}\nb:\n  <<: *a\n  <<: *a\n", "duplicate-key", "<<", "one list"),
        ("12: x", "non-string-key", "12", "quote it"),
        ("true: x", "non-string-key", "true", "boolean"),
        ("? [a]\n: b", "bad-key", "[a]", "plain name"),
        ("a: {<<: 3}", "bad-merge", "3", "mapping"),
        ("a: \0", "bad-character", "\0", "U+0000"),
        ("a: \udc80", "bad-character", "\udc80", "0x80"),
    ],
)
def test_what_yaml_refuses_is_one_clear_sentence(
    text: str, kind: str, place: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for stream in (parse(text), parse_in_python(text, monkeypatch)):
        fault = next(fault for fault in stream.faults if fault.kind == kind)
        assert fault.raw == place
        assert words in fault.message
        assert not fault.message.endswith(".")


def test_a_near_miss_of_an_anchor_is_suggested() -> None:
    fault = parse("x: &foo 1\na: *fo\n").faults[0]
    assert fault.suggestion == "*foo"


@pytest.mark.parametrize(
    "text", ["a: [http://x:80/, 80:80]", 'a: {b: "c:d", e:f: g}', "a: 1\n---\nb: 2\n", "yes: 1", "a: x\tb"]
)
def test_what_compose_reads_is_no_fault(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert parse(text).faults == []
    assert facts(parse(text)) == facts(parse_in_python(text, monkeypatch))


def test_what_stood_before_a_syntax_error_is_kept() -> None:
    stream = parse("a: 1\nb:\n  c: 2\n  d: @\n")
    assert len(stream.faults) == 1
    assert yamltree.to_data(stream.documents[0]) == {"a": 1, "b": {"c": 2, "d": None}}


@pytest.mark.parametrize(
    "text",
    [
        ORDINARY,
        ORDINARY.replace("\n", "\r\n"),
        'k: 😀\nl: "\\U0001F600" # é\n',
        "- a\n- [b, {c: d, e}]\n- ? x\n- - \n  -\n",
        "k: |2+\n    x\n\n# after\nl: >\n   y\n  \n",
        "k: &a !x\nl: &b\n  m: !y {n: *b1}\n",
        "--- # one\nk: v\n...\n--- !z\n- 1\n",
        "k: 'a\n\n  b'\nl: \"c\\\n   d\\x41\n e\"\n",
    ],
)
def test_both_parsers_give_the_same_tree(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert facts(parse(text)) == facts(parse_in_python(text, monkeypatch))


def test_the_data_is_what_ruamel_loads() -> None:
    text = ORDINARY.replace("!override", "")
    assert yamltree.to_data(parse(text).documents[0]) == YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize(
    ("text", "part", "place"),
    [
        ("k: plain text here\n", "text", "text"),
        ("k: 'it''s so'\n", "so", "so"),
        ('k: "a\\tb\\u0041 end"\n', "end", "end"),
        ("k: one\n   two three\n", "three", "three"),
        ("k: 'one\n\n   two three'\n", "three", "three"),
        ('k: "one\\\n   two three"\n', "three", "three"),
        ("k: |\n   one\n     two\n\n   three\n", "three", "three"),
        ("k: |2\n    one\n   two\n", "two", "two"),
        ("k: >\n   one\n   two\n\n   three\n", "three", "three"),
        ("k: |\r\n   one\r\n   two\r\n", "two", "two"),
        ("k: é😀 x\n", "x", "x"),
    ],
)
def test_decoded_text_leads_back_to_its_characters(text: str, part: str, place: str) -> None:
    found = scalar(text)
    start = found.value.index(part)
    node = found.at(start, start + len(part))
    assert node.raw == place
    assert text.index(place, found.span.start) == node.span.start


def test_nesting_is_bounded() -> None:
    depth = yaml_builder.MAX_DEPTH + 50
    for text in (
        "[" * 50_000,
        "- " * depth,
        "{a: " * depth + "}" * depth,
        "\n".join(" " * i + "a:" for i in range(depth)),
    ):
        assert [fault.kind for fault in parse(text).faults] == ["too-deep"]


def test_aliases_cannot_blow_up() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 30))
    stream = parse(bomb)
    assert [fault.kind for fault in stream.faults] == ["too-many-aliases"]
    chain = "a0: &a0 {k0: 1}\n" + "".join(f"a{i}: &a{i}\n  <<: *a{i - 1}\n  k{i}: 1\n" for i in range(1, 3000))
    assert any(fault.kind == "too-many-aliases" for fault in parse(chain).faults)


def test_the_number_of_faults_is_bounded() -> None:
    assert len(parse("a: 1\n" * 5000).faults) == yaml_builder.MAX_FAULTS


def after_the_light_import(program: str, text: str = "a: [1]") -> str:
    begin = (
        "import sys\n"
        "from dlint.source import Source\n"
        "from dlint.syntax.yaml import parser as yamltree\n"
        "known = set(sys.modules)\n"
        f"first = yamltree.parse(Source('x', {text!r}))\n"
    )
    call = [sys.executable, "-c", begin + program]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert not done.stderr
    return done.stdout


def test_the_c_parser_needs_no_module_of_ruamel() -> None:
    found = after_the_light_import("print(*[name for name in sys.modules if name.startswith('ruamel')])\n")
    assert found.split() == ["ruamel.yaml.clib._ruamel_yaml"], "what the extension calls itself"


@pytest.mark.parametrize("text", ["a: [1]", "a: @", "a: [b"])
@pytest.mark.parametrize(
    "first", ["import ruamel.yaml", "import ruamel.yaml.cyaml", "from ruamel.yaml.main import YAML"]
)
def test_ruamel_still_works_after_the_light_import(text: str, first: str) -> None:
    """dlint imports a part of ruamel.yaml by a side door; whoever imports it whole must not notice."""
    program = (
        f"{first}\n"
        "import ruamel.yaml\n"
        "from ruamel.yaml.scanner import ScannerError\n"
        "assert ruamel.yaml.YAML(typ='safe').load('a: [1]') == {'a': [1]}\n"
        "assert ruamel.yaml.YAML(typ='rt').load('a: [1]') == {'a': [1]}\n"
        "kinds = [type(event) for event in ruamel.yaml.YAML(typ='safe').parse('a: [1]')]\n"
        "assert kinds[3:] and all(kind.__module__ == 'ruamel.yaml.events' for kind in kinds), kinds\n"
        "kinds = [type(token) for token in ruamel.yaml.YAML(typ='safe').scan('a: [1]')]\n"
        "assert kinds[3:] and all(kind.__module__ == 'ruamel.yaml.tokens' for kind in kinds), kinds\n"
        "for pure in False, True:\n"
        "    try:\n"
        "        ruamel.yaml.YAML(typ='safe', pure=pure).load('a: @')\n"
        "    except ruamel.yaml.error.YAMLError as error:\n"
        "        assert isinstance(error, ScannerError)\n"
        "again = yamltree.parse(first.source)\n"
        "assert yamltree.to_data(again.documents[0]) == yamltree.to_data(first.documents[0])\n"
        "assert [fault.message for fault in again.faults] == [fault.message for fault in first.faults]\n"
        "print('fine')\n"
    )
    assert after_the_light_import(program, text) == "fine\n"


def test_ruamel_imported_before_is_left_alone() -> None:
    program = (
        "import ruamel.yaml, sys\n"
        "from dlint.source import Source\n"
        "from dlint.syntax.yaml import events, parser\n"
        "assert not parser.parse(Source('x', 'a: [1]')).faults\n"
        "assert sys.modules['_ruamel_yaml'].ScalarEvent is ruamel.yaml.events.ScalarEvent\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


PIECES = st.sampled_from(
    (
        "a@b: @- @\n@\n  @\n    @[@]@{@}@, @: @:@'@\"@#@ # @&x @*x@!t @|\n@>-\n@\\@?@<<: "
        "@\t@\r\n@é@😀@\u2028@\ufeff@\0@\udc80@---\n@...\n@%YAML 1.1\n@80:80"
    ).split("@")
)


@settings(max_examples=400)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=25).map("".join)))
def test_any_text_parses_and_spans_nest(text: str) -> None:
    stream = parse(text)
    for fault in stream.faults:
        assert 0 <= fault.span.start <= fault.span.end <= len(text)
    for document in stream.documents:
        check_nesting(document, stream)
    for before, after in pairwise(stream.comments):
        assert before.span.end <= after.span.start


def check_nesting(node: YamlNode, outer: Node) -> None:
    if node.alias is not None:
        return
    assert outer.span.start <= node.outer.span.start <= node.span.start <= node.span.end <= outer.span.end
    if isinstance(node, YamlMap):
        for entry in node.entries:
            assert node.span.start <= entry.span.start <= entry.span.end <= node.span.end
            check_nesting(entry.key, entry)
            check_nesting(entry.value, entry)
    elif isinstance(node, YamlSeq):
        for before, after in pairwise(node.items):
            assert before.place.span.end <= after.outer.span.start
        for item in node.items:
            check_nesting(item, node)


@settings(max_examples=300)
@given(st.one_of(st.text(alphabet="ab'\"\\ \n#:-", max_size=30), st.text(max_size=20)))
def test_origins_lead_to_the_same_characters(text: str) -> None:
    """Letters of a scalar's value stand in the file where ``origin`` says."""
    stream = parse(f"k: {text}")
    for document in stream.documents:
        for node in nodes(document):
            if isinstance(node, YamlScalar) and "\\" not in node.raw and not stream.faults:
                for index, char in enumerate(node.value):
                    if char in "ab":
                        assert stream.source.text[node.text.origin(index)] == char


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=15).map("".join))
def test_both_parsers_agree_on_any_text(text: str) -> None:
    usual = facts(parse(text))
    original = yaml_events.c_parser
    yaml_events.c_parser = lambda: None
    try:
        assert facts(parse(text)) == usual
    finally:
        yaml_events.c_parser = original


_REFUSED = (
    "a: *\n", "a: & b\n", "a:\n  b: c: d\n", "a: @b\n", "a: `b\n", 'a: "b\n', "a:\n  - b\n  c: d\n", "a: - b\n",
    "a: b\n c\nd\n", "a:\n  b: c\n   d: e\n f: g\n", "a: b\n--- c\nd: e\n", "a: ]\n",
)  # fmt: skip


@pytest.mark.parametrize("text", _REFUSED)
def test_what_the_c_parser_refuses_for_sure_is_refused_alike_by_the_other(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faults() -> list[tuple[object, ...]]:
        stream = yamltree.parse(Source("compose.yaml", text))
        return [(fault.span, fault.kind, fault.message) for fault in stream.faults]

    quick = faults()
    monkeypatch.setattr(yaml_events, "is_settled", lambda stop, text: False)
    assert quick and quick == faults()


def test_a_complaint_about_tabs_or_a_key_that_is_missing_is_not_settled() -> None:
    stop = yaml_events.StopError("", None, "mapping values are not allowed in this context", 3)
    assert yaml_events.is_settled(stop, "a: b: c")
    assert not yaml_events.is_settled(stop, "a: b:\tc")
    assert not yaml_events.is_settled(stop, "a: b: c\n - : d")
