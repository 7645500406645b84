"""Any text is a Dockerfile to the reader: it parses, its leaves make the text, its spans nest and lie in range."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dlint.model.dockerfile import faults as stage_faults
from dlint.model.dockerfile import graph as stages
from dlint.source import Node, Source, Text
from dlint.syntax.dockerfile import parser as dockerfile
from dlint.syntax.dockerfile import words
from dlint.syntax.dockerfile.parser import Arg, Copy, Dockerfile, Env, Healthcheck, Instruction, Label, Onbuild, Run
from dlint.syntax.dockerfile.validate import file as validate
from dlint.syntax.dockerfile.words import UNSET

_FRAGMENTS = st.sampled_from(
    [
        "FROM ", "RUN ", "COPY ", "ADD ", "ENV ", "LABEL ", "ARG ", "CMD ", "SHELL ", "EXPOSE ", "HEALTHCHECK ",
        "ONBUILD ", "VOLUME ", "USER ", "WORKDIR ", "STOPSIGNAL ", "MAINTAINER ", "ENTRYPOINT ", "run ", "CMD",
        "NONE", " AS ", "scratch", "a", "b=c", "=", " ", "\t", "\n", "\n", "\n", "\r\n", "\r", "\\\n", "\\ \n",
        "`\n", "\\", "`", "# x\n", "#\n", "# escape=`\n", "# syntax=x\n", "# check=skip=all\n", "#!/bin/sh\n",
        "<<EOF", "<<-'E'", "EOF\n", "E\n", "\tE\n", "<<", "'", '"', "$x", "${x:-y}", "${", "}", "$", "${x/a/b}",
        "[", "]", '["a"]', '["a", "b\\n"]', ",", "--from=x ", "--link ", "--mount=type=cache,target=/c ",
        "--mount=", "-- ", "--x='y z' ", "80/tcp", "\x00", "é", "\ufeff", "\u2028", "\xa0", "😀", "\udc80", "|",
        "&&", ";",
    ]
)  # fmt: skip
_TEXTS = st.lists(_FRAGMENTS, max_size=40).map("".join) | st.text(max_size=60)


def parse(text: str) -> Dockerfile:
    return dockerfile.parse(Source("Dockerfile", text))


def parts_of(instruction: Instruction) -> list[Node]:
    """Every node an instruction offers."""
    nodes: list[Node] = [instruction.keyword, instruction.args, *instruction.flags, *instruction.words]
    nodes += [flag.value for flag in instruction.flags if flag.value is not None]
    for heredoc in instruction.heredocs:
        nodes += [heredoc, heredoc.opener, heredoc.body]
        nodes += [heredoc.terminator] if heredoc.terminator is not None else []
    if isinstance(instruction, Arg | Env | Label):
        for pair in instruction.pairs:
            nodes += [pair, pair.key, *([pair.value] if pair.value is not None else [])]
    if isinstance(instruction, Run):
        for mount in instruction.mounts:
            nodes += [mount, *mount.fields, *(field.key for field in mount.fields)]
            nodes += [field.value for field in mount.fields if field.value is not None]
    if isinstance(instruction, Copy):
        nodes += instruction.sources
    script = getattr(instruction, "script", None)
    if script is not None:
        nodes.append(script)
    if isinstance(instruction, Healthcheck) and instruction.command is not None:
        nodes.append(instruction.command)
        if instruction.command.script is not None:
            nodes.append(instruction.command.script)
    if isinstance(instruction, Onbuild) and instruction.trigger is not None:
        nodes += [instruction.trigger, *parts_of(instruction.trigger)]
    return nodes


@given(_TEXTS)
def test_leaves_join_to_the_text(text: str) -> None:
    assert "".join(leaf.raw for leaf in parse(text).leaves()) == text


@given(st.binary(max_size=80))
def test_any_bytes_parse_and_come_back(data: bytes) -> None:
    source = Source.from_bytes("Dockerfile", data)
    tree = dockerfile.parse(source)
    assert "".join(leaf.raw for leaf in tree.leaves()) == source.text
    assert isinstance(validate.faults(tree), list)


@given(_TEXTS)
def test_spans_nest_and_lie_in_the_text(text: str) -> None:
    tree = parse(text)
    before = 0
    for instruction in tree.instructions:
        start, end = instruction.span
        assert before <= start <= end <= len(text)
        # A first line may hold its escape character alone: empty lines then stand before the keyword.
        assert all(before <= node.span[0] <= node.span[1] <= end for node in instruction.blank_lines)
        before = end
        assert 1 <= instruction.start_line <= instruction.end_line
        for node in parts_of(instruction):
            assert start <= node.span[0] <= node.span[1] <= end, node
    for comment in tree.comments:
        assert comment.raw.startswith("#")
        assert "\n" not in comment.raw


@given(_TEXTS)
def test_every_place_in_a_text_is_in_its_span_and_most_characters_are_their_own(text: str) -> None:
    for instruction in parse(text).instructions:
        for node in (instruction, *parts_of(instruction)):
            if not isinstance(node, Text):
                continue
            places = [node.origin(index) for index in range(len(node.text) + 1)]
            assert places == sorted(places)
            assert all(node.span[0] <= place <= node.span[1] for place in places)
            assert all(index < len(node.text) for index, _ in node.pieces) or not node.text
        assert all(text[instruction.origin(i)] == char for i, char in enumerate(instruction.text))


@given(_TEXTS)
def test_scripts_keep_the_length_of_the_file(text: str) -> None:
    for instruction in parse(text).instructions:
        script = getattr(instruction, "script", None)
        if script is not None and not instruction.heredocs:
            assert len(script.text) == len(script.raw)


@given(_TEXTS)
def test_lines_of_an_instruction_are_the_lines_of_its_span(text: str) -> None:
    tree = parse(text)
    for instruction in tree.instructions:
        assert tree.source.line(instruction.span[1]) == instruction.end_line
        assert instruction.start_line <= instruction.line


@given(_TEXTS)
def test_faults_and_stages_never_fail(text: str) -> None:
    tree = parse(text)
    faults = validate.faults(tree)
    assert faults == sorted(faults, key=lambda fault: fault.span)
    for fault in faults:
        assert 0 <= fault.span[0] <= fault.span[1] <= len(text)
        assert "\n" not in fault.message
    graph = stages.build(tree, targets=["a", "0", ""])
    assert graph.reachable <= set(graph.stages)
    assert isinstance(stage_faults.faults_of(graph), list)
    for stage in (*graph.stages, graph.outside):
        for instruction in stage.instructions:
            assert stage.instructions[stage.position(instruction)] is instruction
            stage.user_at(instruction)
            stage.workdir_at(instruction)
            stage.shell_at(instruction)
            stage.env_at(instruction)
            stage.script(instruction)


@given(_TEXTS, st.sampled_from(["\\", "`"]))
def test_words_never_fail_and_agree_with_each_other(text: str, escape: str) -> None:
    reason = words.check(text, escape)
    expansion = words.expand(text, lambda name: UNSET, escape=escape)
    literal = words.literal(text, escape)
    if reason is not None:
        assert expansion.error is not None
    if literal is not None:
        assert expansion.value == literal
        assert words.unquote(text, escape) == literal
        assert not words.variables(text, escape)
    for use in words.variables(text, escape):
        assert text[use.start] == "$"
        assert use.name in text[use.start : use.end]
    starts = [start for start, _ in words.raw_words(text)]
    assert starts == sorted(starts)
    words.expand_words(text, lambda name: "a b", escape)


@settings(max_examples=40)
@given(
    st.integers(1, 300), st.sampled_from(["RUN x", "LABEL a=b", "COPY a", "RUN --mount=target=/a", "HEALTHCHECK CMD x"])
)
def test_a_continuation_of_any_length_is_one_instruction(count: int, head: str) -> None:
    tree = parse("FROM a\n" + head + " \\\n  b=c" * count + "\n")
    assert [node.end_line for node in tree.instructions] == [1, count + 2]
