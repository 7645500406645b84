"""The reader of Dockerfiles: lines, directives, comments, the parts of each instruction, and their exact places."""

from __future__ import annotations

from typing import TypeVar

import pytest

from dlint.source import Node, Source
from dlint.syntax.dockerfile import parser as dockerfile
from dlint.syntax.dockerfile.parser import (
    Add,
    Arg,
    Cmd,
    Copy,
    Dockerfile,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Instruction,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    Unknown,
    User,
    Volume,
    Word,
    Workdir,
)
from dlint.syntax.dockerfile.validate import file as validate

T = TypeVar("T", bound=Instruction)


def parse(text: str) -> Dockerfile:
    return dockerfile.parse(Source("Dockerfile", text))


def one(kind: type[T], text: str) -> T:
    instructions = parse(text).instructions
    assert [type(node) for node in instructions] == [kind], instructions
    node = instructions[0]
    assert isinstance(node, kind)
    return node


def texts(words: list[Word]) -> list[str]:
    return [word.text for word in words]


# Lines


def test_instructions_come_in_order_with_lines_and_exact_spans() -> None:
    tree = parse("\n  FROM a\n# note\nrun echo \\\n  b\n\nCMD x")
    assert [(node.name, node.start_line, node.end_line) for node in tree.instructions] == [
        ("FROM", 2, 2),
        ("RUN", 4, 5),
        ("CMD", 7, 7),
    ]
    assert [node.raw for node in tree.instructions] == ["FROM a", "run echo \\\n  b", "CMD x"]
    assert tree.instructions[1].keyword.raw == "run"
    assert tree.instructions[1].text == "run echo   b"


def test_pieces_are_joined_with_nothing_between() -> None:
    node = one(Unknown, "RUN\\\nx y")
    assert (node.name, node.keyword.raw) == ("RUNX", "RUN\\\nx")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("RUN a \\\n b", "RUN a  b"),
        ("RUN a \\ \t\n b", "RUN a  b"),
        ("RUN a \\\r\n b\r\n", "RUN a  b"),
        ("RUN a\\\n\\\n b", "RUN a b"),
        ("RUN a \\\n# comment \\\n b", "RUN a  b"),
        ("RUN a \\\n   # comment\n\n b", "RUN a  b"),
        ("RUN a \\\n\n\n b", "RUN a  b"),
        ("RUN a \\", "RUN a "),
        ("RUN a \\\n", "RUN a "),
        ("\\\nRUN a", "RUN a"),
    ],
)
def test_continuations(text: str, line: str) -> None:
    assert one(Run, text).text == line


@pytest.mark.parametrize("text", ["RUN a\\\\\n b", "RUN a \\ x\n b", "RUN a `\n b"])
def test_what_does_not_continue_a_line(text: str) -> None:
    assert [node.name for node in parse(text).instructions] == ["RUN", "B"]


def test_blank_lines_and_comments_inside_a_continuation_are_kept_with_their_instruction() -> None:
    tree = parse("# above\nRUN a \\\n  # inside\n\n  b\n# below\n")
    run = tree.instructions[0]
    assert [(comment.text, comment.inside) for comment in tree.comments] == [
        ("above", None),
        ("inside", run),
        ("below", None),
    ]
    assert [node.line for node in run.blank_lines] == [4]
    assert [comment.text for comment in run.comments] == ["above"]
    assert tree.comments[1].raw == "# inside"


def test_the_comment_block_above_begins_after_a_bare_hash_and_ignores_blank_lines() -> None:
    tree = parse("# one\n#\n# two\n\n# three\nFROM a\n# four\n\nRUN b\nRUN c\n")
    assert [[comment.text for comment in node.comments] for node in tree.instructions] == [
        ["two", "three"],
        ["four"],
        [],
    ]


def test_a_place_inside_joined_text_leads_back_to_the_file() -> None:
    node = one(Label, "LABEL a=1 \\\n  # why\n  b=2")
    second = node.pairs[1]
    assert (second.key.raw, second.raw, second.line) == ("b", "b=2", 3)
    assert node.at(6, 9).raw == "a=1"


def test_words_may_stretch_over_a_continuation() -> None:
    word = one(Workdir, "WORKDIR /a\\\nb").path
    assert word is not None
    assert (word.text, word.raw) == ("/ab", "/a\\\nb")


# Directives


def test_directives_are_read_from_the_top_only() -> None:
    tree = parse("# syntax = docker/dockerfile:1 # x\n#escape=`\n\n# check=skip=all\nFROM a `\n b")
    assert [(node.name, node.value) for node in tree.directives] == [
        ("syntax", "docker/dockerfile:1 # x"),
        ("escape", "`"),
    ]
    assert (tree.syntax, tree.escape, tree.check) == ("docker/dockerfile:1", "`", None)
    assert [comment.text for comment in tree.comments] == ["check=skip=all"]
    assert texts(tree.instructions[0].words) == ["a", "b"]
    assert tree.directives[1].value_node.raw == "`"


@pytest.mark.parametrize(
    "top",
    ["# note\n# escape=`\n", "\n# escape=`\n", "#!/x\n# escape=`\n", "# other=1\n# escape=`\n", "# escape\n"],
)
def test_an_escape_directive_too_late_is_a_comment(top: str) -> None:
    tree = parse(top + "FROM a")
    assert tree.escape == "\\"
    assert tree.directives == []


def test_an_indented_directive_sets_the_escape_but_no_check() -> None:
    assert parse("  # escape=`\nFROM a").escape == "`"
    assert parse("  # check=skip=all\nFROM a").check is None


def test_check_options() -> None:
    check = parse("#!/x\n# check=skip=A,B;experimental=all;error=true remark\nFROM a").check
    assert check is not None
    assert (check.skip, check.skip_all, check.experimental_all, check.error, check.problem) == (
        ("A", "B"),
        False,
        True,
        True,
        None,
    )


@pytest.mark.parametrize("text", ["// syntax=x\nFROM a b c d", '{"syntax": "x", "a": [1]}'])
def test_a_file_of_another_frontend_has_no_faults(text: str) -> None:
    tree = parse(text)
    assert (tree.syntax, tree.foreign, validate.faults(tree)) == ("x", True, [])


# Flags


def test_flags_lose_their_quotes_and_keep_their_places() -> None:
    node = one(Copy, "COPY --from=\"b c\" --link '--x' y")
    assert [(flag.name, flag.value.text if flag.value else None, flag.raw) for flag in node.flags] == [
        ("from", "b c", '--from="b c"'),
        ("link", None, "--link"),
    ]
    value = node.flags[0].value
    assert value is not None
    assert value.at(2, 3).raw == "c"
    assert texts(node.words) == ["'--x'", "y"]
    assert node.flags[0].name_node.raw == "from"


@pytest.mark.parametrize(
    ("line", "flags", "words"),
    [
        ("RUN --a -- --b x", ["--a"], ["--b x"]),
        ("RUN --", [], []),
        ("RUN --a", ["--a"], []),
        ("RUN --x\\ y z", ["--x y"], ["z"]),
        ("RUN --x='a\\'b' z", ["--x=a'b"], ["z"]),
        ('RUN --x="a z', ["--x=a z"], []),
        ("RUN echo --x", [], ["echo --x"]),
        ("RUN -x y", [], ["-x y"]),
    ],
)
def test_where_flags_end(line: str, flags: list[str], words: list[str]) -> None:
    node = one(Run, line)
    assert [flag.text for flag in node.flags] == flags
    assert texts(node.words) == words


# JSON


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('["a","b c"]', ["a", "b c"]),
        ('[\t"a" , "b"\t]  ', ["a", "b"]),
        ("[]", []),
        (r'["\"\\\/\n\u00e9\ud83d\ude00"]', ['"\\/\né😀']),
        (r'["\ud800x"]', ["\ufffdx"]),
    ],
)
def test_the_json_form(text: str, expected: list[str]) -> None:
    node = one(Cmd, "CMD " + text)
    assert node.json
    assert not node.shell_form
    assert node.script is None
    assert texts(node.words) == expected


@pytest.mark.parametrize("text", ["['a']", '["a",]', '["a"', '["a"] x', '["a" "b"]', "[a]", '["\\x"]', '["a\tb"]'])
def test_what_is_not_quite_json_is_the_shell_form(text: str) -> None:
    node = one(Entrypoint, "ENTRYPOINT " + text)
    assert not node.json
    assert texts(node.words) == [text]


def test_a_place_in_a_json_string_leads_back_to_the_file() -> None:
    word = one(Run, r'RUN ["a\tb\u0041c"]').words[0]
    assert word.text == "a\tbAc"
    assert word.raw == r"a\tb\u0041c"
    assert word.at(2, 3).raw == "b"
    assert word.at(4, 5).raw == "c"


# Heredocs


def test_a_heredoc_is_part_of_its_instruction() -> None:
    tree = parse("RUN <<EOF\necho a\n# no comment\nEOF\nCMD b")
    run = tree.instructions[0]
    assert isinstance(run, Run)
    assert (run.start_line, run.end_line, run.raw) == (1, 4, "RUN <<EOF\necho a\n# no comment\nEOF")
    heredoc = run.heredocs[0]
    assert (heredoc.name, heredoc.quoted, heredoc.strip_tabs, heredoc.fd) == ("EOF", False, False, 0)
    assert heredoc.opener.raw == "<<EOF"
    assert heredoc.terminator is not None
    assert heredoc.terminator.raw == "EOF"
    assert heredoc.body.text == "echo a\n# no comment\n"
    assert run.heredoc is heredoc
    assert run.script is heredoc.body
    assert tree.comments == []
    assert tree.instructions[1].start_line == 5


def test_tabs_are_stripped_and_places_kept() -> None:
    run = one(Run, "RUN <<-EOF\n\ta\n\t\tb\n\tEOF")
    body = run.heredocs[0].body
    assert body.text == "a\nb\n"
    assert body.at(2, 3).span == (16, 17)


@pytest.mark.parametrize(
    ("line", "name", "quoted"),
    [
        ("RUN <<'E F'", "E F", True),
        ('RUN <<E"O"F x', "EOF", True),
        ("RUN <<\\EOF", "EOF", True),
        ("RUN <<$X", "$X", False),
        ("RUN <<EOF;x", "EOF;x", False),
        ("RUN cat 3<<EOF", "EOF", False),
        ("RUN a ${x:-b <<EOF}", "EOF}", False),
        ("COPY <<EOF /x", "EOF", False),
        ("ONBUILD RUN <<EOF", "EOF", False),
    ],
)
def test_names_of_heredocs(line: str, name: str, quoted: bool) -> None:
    node = parse(f"{line}\nbody\n{name}\n").instructions[0]
    assert [(heredoc.name, heredoc.quoted, heredoc.content) for heredoc in node.heredocs] == [(name, quoted, "body\n")]


@pytest.mark.parametrize(
    "line",
    [
        "RUN << EOF",
        "RUN a<<EOF",
        "RUN <<<EOF",
        "RUN <<-",
        "RUN <<- EOF",
        'RUN "<<EOF"',
        "RUN cat <<EOF # it's",
        "RUN cat <<EOF ${x^}",
        'RUN ["<<EOF"]',
        "RUN echo $((1<<2))",
        'RUN cat <<""',
        "CMD <<EOF",
        "ENV a=b <<EOF",
    ],
)
def test_what_is_no_heredoc(line: str) -> None:
    assert parse(f"{line}\nbody\nEOF\n").instructions[1].name == "BODY"


def test_several_heredocs_follow_each_other() -> None:
    node = one(Copy, "COPY <<a <<b x /to/\n1\na\n2\nb")
    assert [(heredoc.name, heredoc.content) for heredoc in node.heredocs] == [("a", "1\n"), ("b", "2\n")]
    assert texts(node.sources) == ["x"]
    assert node.destination is not None
    assert node.destination.text == "/to/"


def test_carriage_returns_do_not_hide_the_end_of_a_heredoc() -> None:
    run = one(Run, "RUN cat <<EOF\r\na\r\nEOF\r\n")
    assert run.heredocs[0].content == "a\r\n"
    assert run.script is not None
    assert run.script.text == "cat <<EOF\na\nEOF"
    assert run.script.at(10, 11).line == 2
    assert run.raw.endswith("EOF")


# Instructions


def test_from() -> None:
    node = one(From, "FROM --platform=$P img:1 as Build")
    assert node.image is not None
    assert node.image.text == "img:1"
    assert node.platform is not None
    assert [use.name for use in node.platform.variables] == ["P"]
    assert node.as_keyword is not None
    assert node.as_keyword.text == "as"
    assert node.stage_name is not None
    assert node.stage_name.text == "Build"
    assert one(From, "FROM a").stage_name is None


def test_arg_may_declare_several_names() -> None:
    pairs = one(Arg, 'ARG a b="c d" e=').pairs
    assert [(pair.key.text, pair.value.value if pair.value else None) for pair in pairs] == [
        ("a", None),
        ("b", "c d"),
        ("e", ""),
    ]
    assert pairs[1].raw == 'b="c d"'


@pytest.mark.parametrize("kind", [Env, Label])
def test_pairs_and_the_old_form(kind: type[Env] | type[Label]) -> None:
    node = one(kind, f"{kind.name} a=1 'b c'=\"x y\" d=\\ e")
    assert not node.legacy
    assert [(pair.key.value, pair.value.value) for pair in node.pairs if pair.value] == [
        ("a", "1"),
        ("b c", "x y"),
        ("d", " e"),
    ]
    old = one(kind, f"{kind.name} a  b=c  d ")
    assert old.legacy
    assert [(pair.key.text, pair.value.text if pair.value else None, pair.raw) for pair in old.pairs] == [
        ("a", "b=c  d", "a  b=c  d")
    ]


def test_a_word_without_a_value_makes_no_pair() -> None:
    assert [pair.raw for pair in one(Env, "ENV a=1 b c=2").pairs] == ["a=1", "c=2"]


def test_run_mounts() -> None:
    node = one(Run, 'RUN --mount=type=cache,dst=/c,ro,ID=\'x\' --mount="type=bind,\\"a,b=c\\"" --mount=target=$T x')
    cache, bind, target = node.mounts
    assert (cache.type, cache.get("target"), cache.get("readonly"), cache.get("id")) == ("cache", "/c", "true", "x")
    assert sorted(cache.options) == ["dst", "id", "ro", "type"]
    assert cache.options["dst"].raw == "dst=/c"
    assert cache.options["dst"].key.raw == "dst"
    assert cache.get("from") is None
    assert (bind.type, bind.get("a,b")) == ("bind", "c")
    assert target.option("dst") is target.options["target"]
    assert cache.raw == "type=cache,dst=/c,ro,ID='x'"


def test_copy_and_add() -> None:
    node = one(Copy, "COPY --from=base a b /c/")
    assert (texts(node.sources), node.destination and node.destination.text) == (["a", "b"], "/c/")
    assert node.from_ is not None
    assert node.from_.text == "base"
    assert one(Copy, "COPY --from= a b").from_ is None
    add = one(Add, 'ADD ["a b", "c"]')
    assert (add.json, texts(add.sources), add.words[0].value) == (True, ["a b"], "a b")
    assert one(Add, 'ADD "a b" c').words[0].text == '"a'
    assert one(Copy, "COPY a").destination is None


def test_healthcheck() -> None:
    node = one(Healthcheck, "HEALTHCHECK --interval=5s CMD curl -f x || exit 1")
    assert not node.none
    assert node.command is not None
    assert node.command.shell_form
    assert node.command.script is not None
    assert node.command.script.text == "curl -f x || exit 1"
    exec_form = one(Healthcheck, 'HEALTHCHECK CMD ["a", "b"]')
    assert exec_form.json
    assert exec_form.command is not None
    assert (texts(exec_form.command.words), exec_form.command.script) == (["a", "b"], None)
    assert one(Healthcheck, "HEALTHCHECK none").none
    assert one(Healthcheck, "HEALTHCHECK none").command is None


def test_the_simple_ones() -> None:
    assert texts(one(Shell, 'SHELL ["a", "-c"]').words) == ["a", "-c"]
    assert texts(one(Expose, "EXPOSE 80/tcp $P").ports) == ["80/tcp", "$P"]
    assert texts(one(Volume, 'VOLUME ["/a b"]').paths) == ["/a b"]
    assert texts(one(Volume, "VOLUME /a /b").paths) == ["/a", "/b"]
    assert one(User, "USER a b").words[0].text == "a b"
    assert one(Maintainer, "MAINTAINER A <a@b>  ").value.text == "A <a@b>"
    signal = one(Stopsignal, "STOPSIGNAL SIGQUIT").signal
    assert signal is not None
    assert signal.literal == "SIGQUIT"
    assert one(User, "USER").user is None
    assert one(Workdir, "WORKDIR").path is None


def test_onbuild_holds_its_trigger() -> None:
    node = one(Onbuild, "ONBUILD COPY --from=x \\\n a b")
    trigger = node.trigger
    assert isinstance(trigger, Copy)
    assert trigger.onbuild is node
    assert (trigger.raw, trigger.start_line, trigger.flags[0].text) == ("COPY --from=x \\\n a b", 1, "--from=x")
    assert one(Onbuild, "ONBUILD").trigger is None
    heredoc = one(Onbuild, "ONBUILD RUN <<E\nx\nE").trigger
    assert isinstance(heredoc, Run)
    assert heredoc.script is not None
    assert heredoc.script.text == "x\n"


def test_literal_and_value_of_words() -> None:
    word = one(Workdir, 'WORKDIR "/a/$b"').path
    assert word is not None
    assert (word.value, word.literal) == ("/a/$b", None)
    use = word.variables[0]
    assert word.at(use.start, use.end).raw == "$b"
    command = one(Cmd, "CMD echo '$x'").words[0]
    assert (command.value, command.literal, command.variables) == ("echo '$x'", "echo '$x'", [])


# Scripts


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("RUN --network=none a | b", "a | b"),
        ("RUN a && \\\n  b", "a && \\\n  b"),
        ("RUN a \\  \n  b", "a   \\\n  b"),
        ("RUN a \\\r\n  b\r\n", "a  \\\n  b"),
        ("RUN a \\\n# why\n  b", "a \\\n    \\\n  b"),
        ("RUN a \\\n\n  b", "a \\\n   b"),
        ("RUN a \\", "a  "),
        ("# escape=`\nRUN a `\n  b \\ c", "a \\\n  b \\ c"),
        ("RUN", ""),
    ],
)
def test_a_script_keeps_length_and_lines(text: str, script: str) -> None:
    run = parse(text).instructions[-1]
    assert isinstance(run, Run)
    assert run.script is not None
    assert run.script.text == script
    assert len(run.script.text) == len(run.script.raw)


def test_a_command_with_heredocs_is_a_real_shell_heredoc() -> None:
    run = one(Run, "RUN cat <<-A \\\n  <<B\n\t1\n\tA\n2\nB")
    assert run.script is not None
    assert run.script.text == "cat <<-A \\\n  <<B\n\t1\n\tA\n2\nB"
    assert run.script.raw == run.script.text


# The whole


def test_leaves_join_to_the_file_and_hold_the_words() -> None:
    text = "# syntax=x\n\nFROM --platform=p a \\\n # c\n AS b\nRUN <<E x\nbody\nE\n\nONBUILD COPY a b\r\n"
    leaves = list(parse(text).leaves())
    assert "".join(leaf.raw for leaf in leaves) == text
    found = {leaf.raw for leaf in leaves}
    assert {"# syntax=x", "FROM", "--platform=p", "a", "# c", "AS", "b", "body\n", "E", "ONBUILD"} <= found


def test_every_node_can_be_pointed_at() -> None:
    tree = parse("FROM a\nLABEL x=1 \\\n  y=2\nRUN --mount=type=bind,target=/x b\n")
    for instruction in tree.instructions:
        nodes: list[Node] = [instruction.keyword, *instruction.flags, *instruction.words]
        for node in nodes:
            assert instruction.span[0] <= node.span[0] <= node.span[1] <= instruction.span[1]
