"""Two independent parsers agree with ours on fixtures of our own: the builder's, in Go, and dockerfile-parse.

The Go parser comes in a wheel for few platforms and is a few years older than the grammar we follow; where the two
differ, the difference is listed here with its reason. dockerfile-parse knows neither heredocs nor columns, so it is
asked for names and lines only.
"""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from dlint.source import Source
from dlint.syntax.dockerfile import parser as dockerfile
from dlint.syntax.dockerfile.lexer import SPACE
from dlint.syntax.dockerfile.parser import Arg, Env, Instruction, Label, Onbuild, Unknown
from dlint.syntax.dockerfile.validate import file as validate

FIXTURES = {
    "plain": 'FROM debian:12 AS base\nRUN apt-get update\n\nCOPY . /src\nCMD ["a", "b"]\n',
    "no final newline": "FROM a\nRUN b",
    "comments": "# one\nFROM a\n  # two\nRUN b \\\n# three\n  c\n#\n",
    "blank lines in a continuation": "FROM a\nRUN b \\\n\n\n  c \\\n\n  d\n",
    "continuation at the end": "FROM a\nRUN b \\\n",
    "comment at the end of a continuation": "FROM a\nRUN b \\\n# c\n# d\n",
    "lone escapes": "FROM a\nENV A=b\\\n\\\nc\n\\\nRUN d\n",
    "two escapes": "FROM a\nENV A b\\\\\nENV B c\n",
    "blanks after the escape": "FROM a\nRUN b \\ \t \n c\n",
    "carriage returns": "FROM a\r\nRUN b \\\r\n  c\r\n\r\n# d\r\nCMD e\r\n",
    "escape directive": "# escape=`\nFROM a\nRUN dir C:\\ `\n  /x\nCOPY a\\b `\n c\n",
    "directive too late": "# hello\n# escape=`\nFROM a\nRUN b \\\n c\n",
    "unknown directive": "# foo=bar\n# escape=`\nFROM a\nRUN b \\\n c\n",
    "lower and mixed case": "from a as B\nrun c\nCopy d e\n",
    "indented": "  FROM a\n\tRUN b\n",
    "flags": "FROM --platform=linux/amd64 a\nCOPY --from=0 --link x y\nRUN --mount=type=cache,target=/c -- x\n",
    "quoted flags": "FROM a\nCOPY --from=\"b c\" '--x' y\nRUN --a='b \\' c' --d=\\e f\n",
    "env": "FROM a\nENV A=1 B=\"c d\" 'e f'=g H=\\ i\nENV J  k l \nENV M=n\\\n o=p\n",
    "label": 'FROM a\nLABEL a.b=c "d e"=\'f "g"\'\nLABEL h i=j\n',
    "arg": 'ARG a\nARG b=c d="e f" --g\nFROM ${a:-x}\n',
    "json": 'FROM a\nRUN ["b", "c d"]\nENTRYPOINT [ "e\\n\\u00e9" ]\nCMD []\nVOLUME ["/b c"]\n',
    "almost json": "FROM a\nRUN [ 'b' ]\nCMD [\"a\",]\nENTRYPOINT [a\nVOLUME [x] y\n",
    "other words": "FROM a\nEXPOSE 80 443/udp\nUSER a b\nWORKDIR /a b\nSTOPSIGNAL 9\nVOLUME /a /b\n",
    "maintainer": "FROM a\nMAINTAINER A <b@c>\n",
    "healthcheck": 'FROM a\nHEALTHCHECK --interval=5s CMD a || b\nHEALTHCHECK NONE\nHEALTHCHECK CMD ["a"]\n',
    "onbuild": 'FROM a\nONBUILD RUN b \\\n c\nONBUILD COPY --from=d e f\nONBUILD CMD ["g"]\nONBUILD ENV a=b c=d\n',
    "unknown": "FROM a\nFOO bar baz\n&& x\n",
    "heredoc": "FROM a\nRUN <<EOF\necho a\n# b\nEOF\nRUN c\n",
    "heredoc with tabs": "FROM a\nRUN <<-E cat\n\ta\n\tE\nCOPY <<-'F' /x\n\tb\nF\n",
    "heredocs": 'FROM a\nRUN cat 3<<A <<"B" && x\n1\nA\n2 \\\nB\nCOPY <<c <<d /e/\nf\nc\ng\nd\n',
    "heredoc names": "FROM a\nRUN <<E\\ F\nx\nE F\nRUN <<$X\ny\n$X\nRUN cat ${x:-a <<G}\nz\nG}\n",
    "no heredoc": 'FROM a\nRUN << E\nRUN a<<E\nRUN "<<E"\nRUN cat <<E # it\'s\nRUN $((1<<2))\nRUN ["<<E"]\n',
    "heredoc and carriage returns": "FROM a\r\nRUN <<E\r\nx\r\nE\r\nCMD y\r\n",
    "odd white space": "FROM a\nRUN\u00a0b\nRUN \u00a0c\u00a0\nENV d=e\u00a0f=g\nEXPOSE 1\u00a02\nRUN\td\v\f e\n",
    "unicode": 'FROM a\nLABEL é="ü 😀"\nRUN echo ☃ \\\n ♥\n',
}

# What the older builder answers otherwise, and why ours is right.
DIFFERENCES = {
    "COPY --chown=é a b": "reads flags byte by byte, so that characters outside ASCII fall apart",
    "RUN cat <<E ${x/a/b}\nc\nE": "does not know this operator, takes the line for broken and sees no heredoc",
    'CMD ["a"] b': "takes the array and drops what follows; BuildKit today wants one whole array",
    'CMD ["a\\u0000b"]': "hands strings over as C does, and they end at the first NUL",
    "FROM a\nRUN b\x00c": "the same for a NUL in the file",
}


def parse(text: str) -> list[Instruction]:
    return dockerfile.parse(Source("Dockerfile", text)).instructions


def words_of(node: Instruction) -> list[str]:
    """The arguments as the builder's parser lists them: keys and values apart."""
    if isinstance(node, Unknown):
        return []
    if isinstance(node, Env | Label) and not node.legacy:
        return [text for pair in node.pairs for text in (pair.key.text, pair.value.text if pair.value else "")]
    return [word.text for word in node.words]


def keyword_of(node: Instruction) -> str:
    """The keyword without the continuations that may cut it."""
    return re.split(r"[\t\v\f\r ]", node.text.strip(SPACE), maxsplit=1)[0]


def ours(text: str) -> list[tuple[Any, ...]]:
    found = []
    for node in parse(text):
        trigger = node.trigger if isinstance(node, Onbuild) else None
        last = trigger or node
        # The binding loses the flags of a trigger, and shows the heredocs of plain instructions only.
        heredocs = [] if trigger else [(doc.name, doc.fd, doc.content) for doc in node.heredocs]
        found.append(
            (
                keyword_of(node),
                keyword_of(trigger) if trigger else None,
                last.json,
                node.start_line,
                node.end_line,
                [flag.text for flag in node.flags],
                words_of(last),
                heredocs,
            )
        )
    return found


def builders(text: str) -> list[tuple[Any, ...]]:
    go = pytest.importorskip("dockerfile", reason="the Go parser has a wheel for Linux x86-64 and Windows only")
    return [
        (
            command.cmd or "",
            command.sub_cmd,
            command.json,
            command.start_line,
            command.end_line,
            list(command.flags),
            # It ends the list of an instruction without a known grammar with an empty word.
            list(command.value) if command.value != ("",) else [],
            [(doc.name, doc.file_descriptor, doc.content) for doc in command.heredocs],
        )
        for command in go.parse_string(text)
    ]


@pytest.mark.parametrize("name", FIXTURES)
def test_the_builders_parser_reads_the_same(name: str) -> None:
    assert ours(FIXTURES[name]) == builders(FIXTURES[name])


@pytest.mark.parametrize("text", DIFFERENCES)
def test_a_known_difference_is_still_one(text: str) -> None:
    assert ours(text) != builders(text)


REFUSED = {
    "# nothing\n": "empty-file",
    "# escape=x\nFROM a\n": "bad-directive",
    "# escape=`\n# escape=\\\nFROM a\n": "bad-directive",
    "FROM a\nENV b\n": "bad-key-value",
    "FROM a\nLABEL b=c d\n": "bad-key-value",
    'FROM a\nRUN ["b", 1]\n': "bad-json",
    "FROM a\nCMD [[]]\n": "bad-json",
    "FROM a\nONBUILD ENV b\n": "bad-key-value",
    "FROM a\nRUN <<E\nb\n": "unterminated-heredoc",
    "FROM a\nRUN " + "x" * 70_000: "line-too-long",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:30])
def test_what_the_builders_parser_refuses_is_a_fault(text: str) -> None:
    go = pytest.importorskip("dockerfile", reason="the Go parser has a wheel for Linux x86-64 and Windows only")
    with pytest.raises(go.GoParseError):
        go.parse_string(text)
    kinds = [fault.kind for fault in validate.faults(dockerfile.parse(Source("Dockerfile", text)))]
    assert REFUSED[text] in kinds


# dockerfile-parse knows neither heredocs nor directives, ends a continuation at a blank line, drops an instruction that
# is not finished at the end of the file, and takes two escapes at the end of a line for one.
_BEYOND_IT = (
    "lone escapes", "two escapes", "blank lines in a continuation", "continuation at the end",
    "comment at the end of a continuation",
)  # fmt: skip
SIMPLE = [
    name
    for name, text in FIXTURES.items()
    if not ("<<" in text or "escape=" in text or "\u00a0" in text or name in _BEYOND_IT)
]


@pytest.mark.parametrize("name", SIMPLE)
def test_dockerfile_parse_finds_the_same_names_and_lines(name: str) -> None:
    module = pytest.importorskip("dockerfile_parse", reason="dockerfile-parse is not installed")
    text = FIXTURES[name]
    parser = module.DockerfileParser(fileobj=io.BytesIO(text.encode()))
    items = [item for item in parser.structure if item["instruction"] != "COMMENT"]
    expected = [(item["instruction"], item["startline"] + 1) for item in items]
    found = [(node.name, node.start_line) for node in parse(text)]
    assert found == expected


def test_dockerfile_parse_finds_the_same_environment() -> None:
    module = pytest.importorskip("dockerfile_parse", reason="dockerfile-parse is not installed")
    text = "FROM a\nARG b=1\nENV c=\"d e\" f=g\\ h\nENV i j\nLABEL k='l m'\n"
    parser = module.DockerfileParser(fileobj=io.BytesIO(text.encode()), build_args={})
    nodes = parse(text)
    pairs = [pair for node in nodes if isinstance(node, Env) for pair in node.pairs]
    assert {pair.key.value: pair.value.value for pair in pairs if pair.value} == parser.envs
    labels = [pair for node in nodes if isinstance(node, Label) for pair in node.pairs]
    assert {pair.key.value: pair.value.value for pair in labels if pair.value} == parser.labels
    args = [pair for node in nodes if isinstance(node, Arg) for pair in node.pairs]
    assert {pair.key.value: pair.value.value for pair in args if pair.value} == parser.args
