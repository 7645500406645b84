"""What the builder refuses: each fault's kind, its exact characters, and no fault where the builder is content."""

from __future__ import annotations

import pytest

from dlint.model.dockerfile import graph as stages
from dlint.source import Source
from dlint.syntax.dockerfile import parser as dockerfile
from dlint.syntax.dockerfile.parser import Fault, Onbuild
from dlint.syntax.dockerfile.validate import file as validate
from dlint.syntax.dockerfile.validate.instructions import faults_of
from dlint.syntax.suggest import closest


def faults(text: str) -> list[Fault]:
    return validate.faults(dockerfile.parse(Source("Dockerfile", text)))


# A line below ``FROM scratch``, the kind of the fault in it, and the characters it stands on.
LINES = [
    ("FOO x", "unknown-instruction", "FOO"),
    ("&& x", "unknown-instruction", "&&"),
    ("<<<<<<< HEAD", "unknown-instruction", "<<<<<<<"),
    ("FROM", "missing-argument", "FROM"),
    ("FROM a b", "extra-argument", "b"),
    ("FROM a # x", "extra-argument", "# x"),
    ("FROM a as", "missing-argument", "as"),
    ("FROM a AS b c d", "extra-argument", "c d"),
    ("FROM a --platform=linux/amd64", "extra-argument", "--platform=linux/amd64"),
    ("FROM a AS 1b", "bad-stage-name", "1b"),
    ("FROM a AS b+c", "bad-stage-name", "b+c"),
    ("FROM a AS b-", "bad-stage-name", "b-"),
    ("FROM a AS b..c", "bad-stage-name", "b..c"),
    ("FROM a//b", "bad-image", "a//b"),
    ('FROM ""', "bad-image", '""'),
    ("FROM Upper", "bad-image", "Upper"),
    ("FROM ${a^}", "bad-variable", "${a^}"),
    ("FROM --platform=foo a", "bad-flag-value", "foo"),
    ("FROM --platform a", "bad-flag-value", "--platform"),
    ("FROM --bar=x a", "unknown-flag", "bar"),
    ("ARG", "missing-argument", "ARG"),
    ("ARG a =b", "bad-key-value", "=b"),
    ("ENV", "missing-argument", "ENV"),
    ("ENV a", "bad-key-value", "a"),
    ("ENV a=b c", "bad-key-value", "c"),
    ("ENV a=b # c d", "bad-key-value", "#"),
    ("ENV =b", "bad-key-value", "=b"),
    ('ENV a="b', "bad-variable", '"b'),
    ("ENV a=${b:0:1}", "bad-variable", "${b:0:1}"),
    ("ENV --x a=b", "unknown-flag", "x"),
    ("LABEL", "missing-argument", "LABEL"),
    ("LABEL a", "bad-key-value", "a"),
    ('RUN ["a", 1]', "bad-json", '["a", 1]'),
    ("RUN [[[]]]", "bad-json", "[[[]]]"),
    ("RUN --mont=x y", "unknown-flag", "mont"),
    ("RUN --network=foo x", "bad-flag-value", "foo"),
    ("RUN --network=none --network=none x", "duplicate-flag", "--network=none"),
    ("RUN --security=x y", "bad-flag-value", "x"),
    ("RUN --mount x", "bad-flag-value", "--mount"),
    ("RUN --mount= x", "bad-mount", ""),
    ("RUN --mount=type=tmp,target=/x y", "bad-mount", "tmp"),
    ("RUN --mount=typ=tmpfs,target=/x y", "bad-mount", "typ"),
    ("RUN --mount=foo,target=/x y", "bad-mount", "foo"),
    ("RUN --mount=target y", "bad-mount", "target"),
    ("RUN --mount=target=/ y", "bad-mount", "target=/"),
    ("RUN --mount=target=/x,from=$y y", "bad-mount", "$y"),
    ("RUN --mount=target=/x,size=1m y", "bad-mount", "size=1m"),
    ("RUN --mount=required,type=secret,id=a y", "bad-mount", "required"),
    ("RUN --mount=type=cache,target=/x,ro=maybe y", "bad-mount", "ro=maybe"),
    ("RUN --mount=type=cache,target=/x,sharing=all y", "bad-mount", "sharing=all"),
    ("RUN --mount=target=/x,sharing=locked y", "bad-mount", "sharing=locked"),
    ("RUN --mount=target=/x,uid=0 y", "bad-mount", "uid=0"),
    ("RUN --mount=type=cache,target=/x,mode=9 y", "bad-mount", "mode=9"),
    ("RUN --mount=type=cache,target=/x,gid=-1 y", "bad-mount", "gid=-1"),
    ("RUN --mount=type=tmpfs,target=/x,size=big y", "bad-mount", "size=big"),
    ("RUN --mount=type=secret y", "bad-mount", "type=secret"),
    ("RUN --mount=type=secret,id=a,source=b y", "bad-mount", "source=b"),
    ("RUN --mount=type=secret,id=a,from=b y", "bad-mount", "from=b"),
    ("RUN --mount=type=ssh,source=b y", "bad-mount", "source=b"),
    ("RUN --mount=target=/x,source=${a^} y", "bad-mount", "${a^}"),
    ("RUN --device=a x", "unknown-flag", "device"),
    ("CMD --x y", "unknown-flag", "x"),
    ("CMD [1]", "bad-json", "[1]"),
    ("ENTRYPOINT [{}]", "bad-json", "[{}]"),
    ("SHELL", "missing-argument", "SHELL"),
    ("SHELL []", "missing-argument", "SHELL"),
    ("SHELL bash -c", "bad-json", "bash -c"),
    ('SHELL ["bash"', "bad-json", '["bash"'),
    ("COPY", "missing-argument", "COPY"),
    ("COPY a", "missing-argument", "COPY"),
    ('COPY ["a b"]', "missing-argument", "COPY"),
    ("COPY --checksum=x a b", "unknown-flag", "checksum"),
    ("COPY --link=maybe a b", "bad-flag-value", "--link=maybe"),
    ("COPY --link= a b", "bad-flag-value", "--link="),
    ("COPY --from a b", "bad-flag-value", "--from"),
    ("COPY --from=$x a b", "bad-flag-value", "$x"),
    ("COPY --chmod=888 a b", "bad-flag-value", "888"),
    ("COPY --chmod=10000 a b", "bad-flag-value", "10000"),
    ('COPY "a b" c', "bad-variable", '"a'),
    ("COPY https://example.com/x y", "bad-source", "https://example.com/x"),
    ("COPY git@example.com:a/b.git y", "bad-source", "git@example.com:a/b.git"),
    ("COPY a <<E\nE", "bad-heredoc", "<<E"),
    ("COPY <<E /x\n${a^}\nE", "bad-variable", "${a^}\n"),
    ("ADD --parents a b", "unknown-flag", "parents"),
    ("ADD --checksum=foo http://a/x b", "bad-flag-value", "foo"),
    ("ADD --checksum=sha256:00 a b", "bad-flag-value", "sha256:00"),
    ("ADD https://example.com/a.git?foo=1 b", "bad-source", "https://example.com/a.git?foo=1"),
    ("EXPOSE", "missing-argument", "EXPOSE"),
    ("EXPOSE 80 # web", "bad-port", "#"),
    ("EXPOSE 80/foo", "bad-port", "80/foo"),
    ("EXPOSE 70000", "bad-port", "70000"),
    ("EXPOSE 90-80", "bad-port", "90-80"),
    ("EXPOSE a:80", "bad-port", "a:80"),
    ("EXPOSE 1.2.3:80:80", "bad-port", "1.2.3:80:80"),
    ("EXPOSE 80:80-81", "bad-port", "80:80-81"),
    ('EXPOSE ["80"]', "bad-port", '["80"]'),
    ("HEALTHCHECK", "missing-argument", "HEALTHCHECK"),
    ("HEALTHCHECK NONE x", "extra-argument", "x"),
    ("HEALTHCHECK CMD", "missing-argument", "CMD"),
    ("HEALTHCHECK curl x", "bad-healthcheck", "curl"),
    ("HEALTHCHECK --interval=5 CMD x", "bad-healthcheck", "5"),
    ("HEALTHCHECK --interval=1us CMD x", "bad-healthcheck", "1us"),
    ("HEALTHCHECK --timeout=-1s CMD x", "bad-healthcheck", "-1s"),
    ("HEALTHCHECK --retries=-1 CMD x", "bad-healthcheck", "-1"),
    ("HEALTHCHECK --retries=a CMD x", "bad-healthcheck", "a"),
    ("HEALTHCHECK CMD [1]", "bad-json", "[1]"),
    ("STOPSIGNAL", "missing-argument", "STOPSIGNAL"),
    ("STOPSIGNAL 0", "bad-signal", "0"),
    ("STOPSIGNAL SIGTRM", "bad-signal", "SIGTRM"),
    ("VOLUME", "missing-argument", "VOLUME"),
    ('VOLUME [""]', "bad-path", '[""]'),
    ("USER", "missing-argument", "USER"),
    ("WORKDIR --x /a", "unknown-flag", "x"),
    ("WORKDIR '/a", "bad-variable", "'/a"),
    ("MAINTAINER", "missing-argument", "MAINTAINER"),
    ("ONBUILD", "missing-argument", "ONBUILD"),
    ("ONBUILD ONBUILD RUN x", "bad-onbuild", "ONBUILD"),
    ("ONBUILD FROM x", "bad-onbuild", "FROM"),
    ("ONBUILD ENV a", "bad-key-value", "a"),
    ("ONBUILD CMD [1]", "bad-json", "[1]"),
    ("RUN <<E\nx", "unterminated-heredoc", "<<E"),
    ("ONBUILD RUN <<E\nx", "unterminated-heredoc", "<<E"),
]


@pytest.mark.parametrize(("line", "kind", "raw"), LINES)
def test_a_refused_line_has_one_fault_at_the_exact_characters(line: str, kind: str, raw: str) -> None:
    found = faults("FROM scratch\n" + line)
    assert [(fault.kind, fault.raw) for fault in found] == [(kind, raw)]
    message = found[0].message
    assert message[0] == message.lstrip()[0]
    assert not message.endswith(".")
    assert "\n" not in message


ACCEPTED = [
    "ARG --x a",
    "ARG a b=c",
    "STOPSIGNAL --x 9",
    "STOPSIGNAL -1",
    "STOPSIGNAL sigrtmin+3",
    "STOPSIGNAL $x",
    "HEALTHCHECK --foo NONE",
    "HEALTHCHECK --interval=1m30s --timeout=.5s --start-period=0 --retries=0 CMD x",
    "RUN",
    "RUN []",
    "RUN ['a']",
    "CMD",
    "USER a b",
    "WORKDIR a b # c",
    "COPY a b # c",
    "COPY --from=0 --link --chown=$a --chmod=u=rwX,go+r --exclude=a --exclude=b a b /c",
    "COPY --chmod=0755 --parents=TRUE a b",
    "ADD --checksum=$x https://example.com/a b",
    "ADD --keep-git-dir=true https://example.com/a.git?ref=v1#:dir b",
    "ADD git@example.com:a/b.git /b",
    "RUN --mount=type=cache,target=/x,sharing=LOCKED,uid=1,gid=2,mode=0755,ro=1 a",
    "RUN --mount=type=secret,id=a,required,env=B --mount=type=ssh a",
    "RUN --mount=type=tmpfs,target=/x,size=64m a",
    "RUN --mount=source=a,target=b,rw=false a",
    "RUN --mount=type=$t,size=1 a",
    "RUN --network=host --security=insecure a",
    "EXPOSE 80 443/TCP 1-2/udp 0 :80 80/",
    "EXPOSE 127.0.0.1:1-2:3-4 [::1]:80:80 ::1:80:80 80-81:80 $x",
    "ENV a b c",
    "ENV a=${b:-'c d'} 'x y'=z",
    "VOLUME a b",
    "MAINTAINER a b",
    "ONBUILD FOO x",
    "ONBUILD COPY a",
    "ONBUILD SHELL x",
    "ONBUILD ENV =x",
    "FROM a as B",
    "FROM a AS b-c_d.e",
    "FROM --platform= a",
    "FROM --platform=$x a",
    "FROM --platform=windows a",
    "FROM localhost:5000/a/b:c@sha256:" + "0" * 64,
    "FROM ${a:-b}:$c",
    "RUN cat <<A <<'B'\n1\nA\n2\nB",
    "COPY <<'E' /x\n${a^}\nE",
    "COPY <<E /x\nit's ${a}\nE",
]


@pytest.mark.parametrize("line", ACCEPTED)
def test_an_accepted_line_has_no_fault(line: str) -> None:
    assert faults("FROM scratch\n" + line) == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("", ["empty-file"]),
        ("# only a comment\n\n", ["empty-file"]),
        ("ARG a\n", ["no-stage"]),
        ("ARG a\nRUN b\nRUN c\n", ["no-stage"]),
        ("RUN b\nFROM a\n", ["no-stage"]),
        ("ARG a\nFROM b\n", []),
        ("# escape=x\nFROM a\n", ["bad-directive"]),
        ("# escape=`\n# escape=\\\nFROM a\n", ["bad-directive"]),
        ("# check=skip\nFROM a\n", ["bad-directive"]),
        ("# check=error=yes\nFROM a\n", ["bad-directive"]),
        ("FROM a\nRUN " + "é" * 40_000, ["line-too-long"]),
        ("FROM a\nRUN " + "x" * 65_531, []),
        ("# syntax=docker/dockerfile:1-labs\nFROM a\nRUN --device=v.com/d=x,required=true y", []),
        ("# syntax=docker/dockerfile:1-labs\nFROM a\nRUN --device=v.com/d=x,name=b y", ["bad-flag-value"]),
    ],
)
def test_faults_of_the_file_as_a_whole(text: str, kinds: list[str]) -> None:
    assert [fault.kind for fault in faults(text)] == kinds


def test_reading_goes_on_after_a_fault_and_faults_come_by_place() -> None:
    found = faults("FROM a b\nFOO\nRUN x\nEXPOSE 80/x 99999\nCOPY a\n")
    assert [(fault.line, fault.kind) for fault in found] == [
        (1, "extra-argument"),
        (2, "unknown-instruction"),
        (4, "bad-port"),
        (4, "bad-port"),
        (5, "missing-argument"),
    ]


def test_the_faults_of_a_trigger_are_its_own() -> None:
    node = dockerfile.parse(Source("Dockerfile", "FROM a\nONBUILD COPY a\n")).instructions[1]
    assert isinstance(node, Onbuild)
    assert faults_of(node) == []
    assert node.trigger is not None
    assert [fault.kind for fault in faults_of(node.trigger)] == ["missing-argument"]


@pytest.mark.parametrize("first", ["of the file", "of the instruction"])
def test_the_faults_of_an_instruction_are_those_that_the_file_has_for_it(first: str) -> None:
    tree = dockerfile.parse(Source("Dockerfile", "FROM a\nCOPY '<<E' b\nRNU c\nE\n"))
    graph = stages.build(tree)
    faults = graph.faults_at(tree.instructions[2]) if first == "of the instruction" else graph.syntax_faults
    (one,) = graph.faults_at(tree.instructions[2])
    assert one in faults and one in graph.syntax_faults
    # Only who has seen the line above knows that this was to be the text of a heredoc.
    assert one.suggestion is None and "opens no here-document" in one.message


@pytest.mark.parametrize(
    ("line", "suggestion"),
    [
        ("RUNN x", "RUN"),
        ("form x", "from"),
        ("ENTRYPONT x", "ENTRYPOINT"),
        ("COPY --form=a b c", "from"),
        ("COPY --chmon=a b c", "chmod"),
        ("RUN --mount=type=cahce,target=/x y", "cache"),
        ("RUN --mount=taget=/x y", "target"),
        ("STOPSIGNAL SIGTRM", "SIGTERM"),
        ("ZZZZ x", None),
    ],
)
def test_the_likely_word_is_suggested(line: str, suggestion: str | None) -> None:
    found = faults("FROM scratch\n" + line)
    assert found[0].suggestion == suggestion


def test_the_closest_word_is_at_most_two_changes_away() -> None:
    assert closest("interval", ("timeout", "interval")) == "interval"
    assert closest("itnerval", ("timeout", "interval")) == "interval"
    assert closest("intvl", ("timeout", "interval")) is None
    assert closest("x", ("y", "z")) is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("CMD <<EOF", "only RUN, COPY and ADD"),
        ("ENV A=1 <<EOF", "only RUN, COPY and ADD"),
        ("RUN cat <<EOF # it's", "quotes do not pair up"),
        ("RUN echo", None),
        ("RUN echo $((1<<2))", None),
    ],
)
def test_lines_meant_for_a_heredoc_that_is_none(line: str, why: str | None) -> None:
    told = next(fault for fault in faults(f"FROM a\n{line}\nRNU b\n") if fault.kind == "unknown-instruction")
    assert (why in told.message) if why else (told.suggestion == "RUN")
    assert (told.suggestion is None) is bool(why)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("${A", "} after the name is missing"),
        ("${A:-b", "} at its end is missing"),
        ("${A^}", "knows no ^ there"),
        ("${A/b}", "both slashes"),
        ("${}", "no name follows"),
        ("'a", "' is not closed"),
        ('"a', '" is not closed'),
    ],
)
def test_what_cannot_be_expanded_is_said_with_its_remedy(text: str, said: str) -> None:
    found = faults(f"FROM a\nENV A={text}\n")
    assert [said in fault.message for fault in found] == [True]


def test_of_a_template_one_line_is_told() -> None:
    (found,) = faults("{{ if a }}\nFROM a:{{ tag }}\nCOPY {{ b }}\nRUN x \\\n{{ . }}\n{{ end }}\nNONE\n")
    assert "template" in found.message and found.line == 1
    for line in ("FROM {{ image }}:1", "FROM a:{% if b %}1{% endif %}", "FROM <%= a %>"):
        (found,) = faults(f"{line}\nENV A={{{{ b }}}}\nEXPOSE {{{{ c }}}}\n")
        assert "template" in found.message and found.line == 1 and found.kind == "bad-image"
    for line in ("EXPOSE 80<% if a %> 81<% end %>", "USER {{ b }}", "ADD *.war /srv/<%= c %>.war", "ENV A <%= d %>"):
        (found,) = faults(f"FROM a\n{line}\nEXPOSE b\n")
        assert "template" in found.message and found.line == 2 and found.minor
    assert faults("FROM a\nCOPY {{cookiecutter.slug}}/ /srv/\nRUN echo '<%= a %>' > b.erb\nENV A={{b}}\n") == []
    assert faults('FROM a\nLABEL a="{{ b }}"\nRUN x --format {{.Name}}\n') == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("  apk add curl", "write RUN before it"),
        ("done", "to continue it"),
        ("{{ .Image }}", "template"),
        ("{% if a %}", "template"),
        ("ad a b", "did you mean add?"),
        ("AAA b", "There is no instruction AAA"),
        ("COPPY a b", "did you mean COPY?"),
    ],
)
def test_what_a_line_without_instruction_was_meant_to_be(line: str, said: str) -> None:
    (found,) = faults(f"FROM a\nRUN b\n{line}\n")
    assert said in found.message and (found.suggestion is not None) is ("did you" in said)
