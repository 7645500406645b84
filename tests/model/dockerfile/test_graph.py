"""The stage model: bases, reachability, names in scope, user, directory, shell, system, and faults between stages."""

from __future__ import annotations

import pytest

from dlint.model.dockerfile import graph as stages
from dlint.model.dockerfile.faults import faults_of
from dlint.model.dockerfile.graph import UNKNOWN, Stage, StageGraph
from dlint.source import Source
from dlint.syntax.dockerfile import parser as dockerfile
from dlint.syntax.dockerfile import words
from dlint.syntax.dockerfile.parser import Copy, Env, Healthcheck, Onbuild, Run, Word
from dlint.syntax.dockerfile.words import UNSET


def graph(text: str, *targets: str, **build_args: str | None) -> StageGraph:
    return stages.build(dockerfile.parse(Source("Dockerfile", text)), build_args=build_args, targets=targets)


def stage(text: str, **build_args: str | None) -> Stage:
    return graph(text, **build_args).stages[-1]


def names(found: set[Stage] | list[Stage]) -> list[str]:
    return sorted(item.name or str(item.index) for item in found)


# Stages


def test_instructions_belong_to_their_stage() -> None:
    model = graph("ARG a\nFROM x AS One\nRUN b\nFROM y\nRUN c\nRUN d\n")
    assert [node.name for node in model.preamble] == ["ARG"]
    assert [(item.index, item.name, len(item.instructions)) for item in model.stages] == [(0, "one", 2), (1, "", 3)]
    assert model.stages[0].raw == "FROM x AS One\nRUN b"
    assert model.stages[0].instructions[0] is model.stages[0].from_
    assert model.outside.index == -1
    assert model.outside.instructions == model.preamble


def test_a_base_is_an_earlier_stage_by_its_exact_name_or_an_image() -> None:
    model = graph("FROM debian:12 AS build\nFROM build AS test\nFROM Build\nFROM later\nFROM scratch AS later\n")
    build, test, upper, image, later = model.stages
    assert test.base is build
    assert test.root is build
    assert build.children == [test]
    assert (upper.base, image.base) == (None, None)
    assert build.image is not None
    assert (build.image.path, build.image.tag) == ("debian", "12")
    assert test.image is None
    assert later.scratch
    assert not image.scratch


def test_args_are_expanded_in_from() -> None:
    text = "ARG BASE=debian\nARG TAG\nARG FULL=${BASE}:12\nFROM $FULL AS a\nFROM ${BASE}:$TAG\nFROM $WHO\n"
    first, second, third = graph(text).stages
    assert (first.base_text, second.base_text, third.base_text) == ("debian:12", None, "")
    assert second.image is None
    assert graph(text, TAG="13").stages[1].base_text == "debian:13"
    assert graph(text, BASE="alpine").stages[0].base_text == "alpine:12"
    assert graph(text, BASE=None).stages[0].base_text is None


def test_from_may_reach_a_stage_through_an_arg() -> None:
    model = graph("ARG KIND=dev\nFROM a AS dev\nFROM b AS prod\nFROM $KIND\n")
    assert model.stages[2].base is model.stages[0]
    assert graph("ARG KIND=dev\nFROM a AS dev\nFROM b AS prod\nFROM $KIND\n", KIND="prod").stages[2].base_text == "prod"


REACH = """\
FROM a AS unused
FROM b AS builder
FROM c AS mounted
FROM d AS third
FROM e AS base
FROM base AS final
COPY --from=BUILDER /x /x
COPY --from=3 /y /y
COPY --from=nginx:1 /z /z
RUN --mount=type=bind,from=mounted,target=/m true
FROM final AS debug
"""


def test_what_a_target_needs_is_reachable() -> None:
    model = graph(REACH, "final")
    final = model.stages[5]
    assert names(model.shipped) == ["final"]
    assert names(model.reachable) == ["base", "builder", "final", "mounted", "third"]
    assert names(model.layered) == ["base", "final"]
    assert (names(final.copied_from), names(final.mounted_from)) == (["builder", "third"], ["mounted"])
    assert not model.stages[0].reachable
    assert model.stages[4].layered
    assert not model.stages[1].layered


def test_the_last_stage_ships_unless_a_target_is_named() -> None:
    assert names(graph(REACH).shipped) == ["debug"]
    assert names(graph(REACH, "").shipped) == ["debug"]
    assert names(graph(REACH, "Final", "0", "").shipped) == ["debug", "final", "unused"]
    missing = graph(REACH, "finl")
    assert missing.missing_targets == ["finl"]
    assert names(missing.shipped) == ["debug"]
    assert graph("ARG a\n").shipped == []


def test_source_of_tells_which_stage_is_meant() -> None:
    model = graph("FROM a AS x\nCOPY --from=y . .\nFROM b AS y\nCOPY --from=$x . .\nRUN --mount=from=0,target=/m z\n")
    late = model.stages[0].instructions[1]
    assert isinstance(late, Copy)
    assert model.stages[0].source_of(late) is model.stages[1]
    variable, run = model.stages[1].instructions[1:]
    assert isinstance(variable, Copy)
    assert model.stages[1].source_of(variable) is None
    assert isinstance(run, Run)
    assert model.stages[1].source_of(run.mounts[0]) is None


# Names


def values(item: Stage) -> dict[str, object]:
    return {name: binding.value for name, binding in item.env_at(len(item.instructions)).items()}


def test_env_and_arg_line_by_line() -> None:
    item = stage("FROM scratch\nENV A=1 B=$A\nENV C=$A D='$A'\nARG E=$C F=$E\nENV $A=x\nARG A=2\nENV G $A h\n")
    assert values(item) == {"A": "2", "B": "", "C": "1", "D": "$A", "E": "1", "F": "1", "1": "x", "G": "2 h"}
    assert sorted(item.env_at(2)) == ["A", "B"]
    assert item.env_at(item.instructions[1]) == {}
    binding = item.env_at(5)["C"]
    assert (binding.kind, binding.pair and binding.pair.raw) == ("env", "C=$A")


def test_an_arg_takes_the_global_value_only_when_it_is_declared_in_the_stage() -> None:
    text = "ARG V=1\nARG W\nFROM scratch\n{}ENV X=$V\n"
    assert values(stage(text.format("")))["X"] == ""
    assert values(stage(text.format("ARG V\n")))["X"] == "1"
    assert values(stage(text.format("ARG V=2\n")))["X"] == "2"
    assert values(stage(text.format("ARG V=2\n"), V="3"))["X"] == "3"
    assert values(stage(text.format("ARG V\n"), V="3"))["X"] == "3"
    assert values(stage(text.format("ARG V\n"), V=None))["X"] is None
    assert values(stage(text.format("ARG W V\n"))) == {"W": None, "V": "1", "X": "1"}
    assert values(stage(text.format("ARG TARGETARCH\n")))["TARGETARCH"] is None


def test_names_come_down_from_the_base_stage_but_not_up() -> None:
    model = graph("FROM scratch AS a\nENV X=1\nARG Y=2\nFROM a AS b\nENV X=3\nFROM a\nENV Z=$X$Y\n")
    assert values(model.stages[2]) == {"X": "1", "Y": "2", "Z": "12"}
    assert values(model.stages[0])["X"] == "1"


def test_a_base_image_may_set_any_name_but_scratch_sets_none() -> None:
    assert stage("FROM debian\nRUN x\n").lookup(1)("ANY") is None
    assert stage("FROM debian\nRUN x\n").lookup(1, declared=True)("ANY") is UNSET
    assert stage("FROM scratch\nRUN x\n").lookup(1)("ANY") is UNSET
    assert stage("FROM scratch\nRUN x\n").lookup(1)("PATH") is None


def test_defaults_are_what_the_builders_own_checks_take() -> None:
    model = graph("ARG A\nARG B=b\nFROM $A$B AS x\nARG A\nENV C=$A-$B\nARG B\n", A="1", B="2")
    image = model.stages[0].from_.image
    assert image is not None
    assert model.globals.expand(image).value == "12"
    defaults = model.globals.expand(image, defaults=True)
    assert (defaults.value, defaults.unset) == ("b", ["A"])
    assert model.globals.declares("A")
    assert model.globals.declares("TARGETPLATFORM")
    assert not model.globals.declares("C")
    assert model.stages[0].lookup(3, defaults=True)("B") is None
    assert model.stages[0].lookup(4, defaults=True)("A") is UNSET


def test_from_sees_the_global_scope_only() -> None:
    item = stage("ARG A=1\nFROM scratch AS x\nENV B=1\nFROM x\n")
    assert item.lookup(0)("A") == "1"
    assert item.lookup(0)("B") is UNSET
    assert item.lookup(1)("B") == "1"


def test_expand_uses_the_names_of_the_line() -> None:
    item = stage("FROM scratch\nENV D=/srv\nWORKDIR $D/app\nENV D=/opt\n")
    word = item.instructions[2].words[0]
    assert item.expand(word, item.instructions[2]).value == "/srv/app"


# User, directory, shell, system


def user(item: Stage) -> object:
    found = item.user
    return found.text if isinstance(found, Word) else found


def test_the_user_in_effect() -> None:
    assert user(stage("FROM debian\n")) is UNKNOWN
    assert user(stage("FROM scratch\n")) is None
    assert user(stage("FROM debian\nUSER a\nRUN x\nUSER b:c\n")) == "b:c"
    item = stage("FROM debian\nUSER a\nRUN x\nUSER b\nRUN y\n")
    at = item.user_at(item.instructions[2])
    assert isinstance(at, Word)
    assert at.text == "a"
    assert item.user_at(1) is UNKNOWN
    assert user(stage("FROM debian AS x\nUSER a\nFROM x\n")) == "a"
    assert user(stage("FROM debian AS x\nUSER a\nFROM debian\nCOPY --from=x a b\n")) is UNKNOWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM debian\n", UNKNOWN),
        ("FROM scratch\n", "/"),
        ("FROM debian\nWORKDIR a\n", UNKNOWN),
        ("FROM scratch\nWORKDIR a\nWORKDIR b/../c/.\n", "/a/c"),
        ("FROM debian\nWORKDIR /a\nWORKDIR b\n", "/a/b"),
        ("FROM debian\nENV D=/x\nWORKDIR $D/y\n", "/x/y"),
        ("FROM debian\nWORKDIR $D/y\n", None),
        ("FROM debian\nWORKDIR $D/y\nWORKDIR /z\n", "/z"),
        ("FROM debian\nARG D\nWORKDIR /z/$D\nWORKDIR w\n", None),
        ("FROM debian AS x\nWORKDIR /a\nFROM x\nWORKDIR b\n", "/a/b"),
        ("FROM debian\nWORKDIR /../..\n", "/"),
        ("# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:1809\nWORKDIR C:\\app\nWORKDIR b\n", "C:\\app\\b"),
    ],
)
def test_the_directory_in_effect(text: str, expected: object) -> None:
    assert stage(text).workdir == expected


def test_the_directory_at_a_line_is_the_one_before_it() -> None:
    item = stage("FROM debian\nRUN a\nWORKDIR /x\nRUN b\n")
    assert [item.workdir_at(node) for node in item.instructions] == [UNKNOWN, UNKNOWN, UNKNOWN, "/x"]


@pytest.mark.parametrize(
    ("shell", "dialect", "pipefail", "errexit"),
    [
        ('["/bin/sh", "-c"]', "sh", False, False),
        ('["/bin/bash", "-o", "pipefail", "-c"]', "bash", True, False),
        ('["bash", "-euo", "pipefail", "-c"]', "bash", True, True),
        ('["/bin/ash", "-eo", "pipefail", "-c"]', "ash", True, True),
        ('["/usr/bin/env", "bash", "-c"]', "bash", False, False),
        ('["busybox", "sh", "-c"]', "busybox", False, False),
        ('["zsh", "-c"]', "zsh", False, False),
        ('["powershell", "-Command"]', "powershell", False, False),
        ('["C:\\\\\\\\Program Files\\\\\\\\pwsh.EXE", "-Command"]', "powershell", False, False),
        ('["cmd", "/S", "/C"]', "cmd", False, False),
        ('["/bin/awk"]', "other", False, False),
    ],
)
def test_the_shell_in_effect(shell: str, dialect: str, pipefail: bool, errexit: bool) -> None:
    item = stage(f"FROM debian\nRUN a\nSHELL {shell}\nRUN b\n")
    assert item.shell_at(1).dialect == "sh"
    state = item.shell_at(item.instructions[3])
    assert (state.dialect, state.pipefail, state.errexit) == (dialect, pipefail, errexit)
    assert state.node is item.instructions[2]


def test_the_shell_comes_from_the_base_stage_and_a_broken_one_counts_for_nothing() -> None:
    assert stage('FROM a AS x\nSHELL ["bash", "-c"]\nFROM x\n').shell.dialect == "bash"
    assert stage('FROM a AS x\nSHELL ["bash", "-c"]\nFROM a\n').shell.dialect == "sh"
    assert stage("FROM a\nSHELL bash\n").shell.dialect == "sh"


def test_a_comment_for_hadolint_sets_the_shell_from_its_line_to_the_end_of_the_stage() -> None:
    model = graph("FROM a AS x\nRUN b\n# hadolint shell=bash\nRUN c\nFROM a\nRUN d\n")
    first, second = model.stages
    assert [first.shell_at(node).dialect for node in first.instructions[1:]] == ["sh", "bash"]
    assert second.shell.dialect == "sh"


@pytest.mark.parametrize(
    ("text", "system", "dialect"),
    [
        ("FROM debian\n", "linux", "sh"),
        ("FROM scratch\n", "linux", "sh"),
        ("FROM $BASE\n", None, "sh"),
        ("FROM --platform=windows/amd64 a\n", "windows", "cmd"),
        ("FROM --platform=linux/arm64 a\n", "linux", "sh"),
        ("FROM --platform=$TARGETPLATFORM a\n", "linux", "sh"),
        ("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n", "windows", "cmd"),
        ("FROM mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-1809\n", "windows", "cmd"),
        ("FROM mcr.microsoft.com/dotnet/framework/aspnet:4.8\n", "windows", "cmd"),
        ("FROM mcr.microsoft.com/dotnet/sdk:8.0\n", "linux", "sh"),
        ("FROM python:3-windowsservercore\n", "windows", "cmd"),
        ("FROM microsoft/iis\n", "windows", "cmd"),
        ("# escape=`\nFROM my/base\n", None, "cmd"),
        ('# escape=`\nFROM my/base\nSHELL ["powershell", "-Command"]\n', "windows", "powershell"),
        (
            "# escape=`\nFROM my/base AS a\nFROM debian AS b\nRUN apt-get update `\n && apt-get install x\n",
            "linux",
            "sh",
        ),
        ("# escape=`\nFROM $BASE\nRUN useradd x\n", None, "sh"),
        ("# escape=`\nFROM my/base\nRUN choco install apt-get-for-windows\n", None, "cmd"),
        ('# escape=`\nFROM my/base\nRUN echo "no apt-get here; useradd neither"\n', None, "cmd"),
        ("# escape=`\nFROM my/base\nRUN sudo /usr/bin/apt-get update\n", "linux", "sh"),
        ('FROM debian\nSHELL ["pwsh", "-Command"]\n', "linux", "powershell"),
        ("FROM mcr.microsoft.com/windows/nanoserver:${V} AS x\nFROM x\n", "windows", "cmd"),
    ],
)
def test_the_system_and_its_shell(text: str, system: str | None, dialect: str) -> None:
    item = stage(text)
    assert (item.os, item.shell.dialect) == (system, dialect)


def test_scripts_are_parsed_once_in_the_dialect_in_effect() -> None:
    item = stage(
        'FROM a\nSHELL ["bash", "-c"]\nRUN b\nRUN <<E\n#!/bin/dash\nc\nE\nRUN <<E\n#!/usr/bin/env -S python3\nc\nE\n'
        'RUN ["d"]\nHEALTHCHECK CMD e\nCMD f\nUSER g\nONBUILD RUN h\n'
    )
    scripts = [item.script(node) for node in item.instructions]
    assert [script.dialect if script else None for script in scripts] == [
        None, None, "bash", "dash", "other", "sh", "bash", "bash", None, None,
    ]  # fmt: skip
    assert item.script(item.instructions[2]) is scripts[2]
    health = item.instructions[6]
    assert isinstance(health, Healthcheck)
    assert scripts[6] is not None
    assert scripts[6].text.text == "e"
    onbuild = item.instructions[9]
    assert isinstance(onbuild, Onbuild)
    assert onbuild.trigger is not None
    script = item.script(onbuild.trigger)
    assert script is not None
    assert script.text.text == "h"


def test_triggers_of_the_base_act_at_the_start_of_a_stage() -> None:
    text = "FROM debian AS x\nONBUILD USER u\nONBUILD WORKDIR /w\nONBUILD ENV A=1\nONBUILD COPY --from=y a b\n"
    model = graph("FROM s AS y\n" + text + "FROM x\nENV B=$A\n")
    child = model.stages[2]
    assert (user(model.stages[1]), user(child), child.workdir) == (UNKNOWN, "u", "/w")
    assert values(child)["B"] == "1"
    assert names(child.copied_from) == ["y"]
    assert [node.name for node in child.inherited_triggers] == ["USER", "WORKDIR", "ENV", "COPY"]


def test_thousands_of_stages_in_a_row_are_no_trouble() -> None:
    count = 3000
    text = 'FROM scratch AS s0\nENV A=1\nUSER u\nWORKDIR /w\nSHELL ["bash"]\n'
    item = stage(text + "".join(f"FROM s{i} AS s{i + 1}\n" for i in range(count)))
    assert (user(item), item.workdir, item.shell.dialect, item.os) == ("u", "/w", "bash", "linux")
    assert values(item) == {"A": "1"}
    assert len(item.graph.reachable) == count + 1


# Faults between stages

FAULTS = [
    ("FROM a AS x\nCOPY --from=x b c\n", "bad-stage", "x"),
    ("FROM a AS x\nCOPY --from=Y b c\nFROM d AS y\n", "bad-stage", "Y"),
    ("FROM a AS x\nCOPY --from=1 b c\nFROM d\n", "bad-stage", "1"),
    ("FROM a\nCOPY --from=7 b c\n", "bad-stage", "7"),
    ("FROM a\nCOPY --from=-1 b c\n", "bad-stage", "-1"),
    ("FROM a\nCOPY --from=No! b c\n", "bad-image", "No!"),
    ("FROM a\nRUN --mount=from=y,target=/m b\nFROM c AS y\n", "bad-stage", "y"),
    ("FROM $x\n", "bad-image", "$x"),
    ("ARG x=A\nFROM $x\n", "bad-image", "$x"),
    ("FROM ${x:?none}\n", "bad-variable", "${x:?none}"),
    ("FROM --platform=$x a\n", "bad-flag-value", "$x"),
    ("ARG a=${b:?none}\nFROM c\n", "bad-variable", "${b:?none}"),
    ("FROM scratch\nENV a=${b?none}\n", "bad-variable", "${b?none}"),
    ("FROM scratch\nCOPY ${b?none} c\n", "bad-variable", "${b?none}"),
    ("FROM scratch\nVOLUME $x\n", "bad-path", "$x"),
    ("FROM a\nENV s=SIGFOO\nSTOPSIGNAL $s\n", "bad-signal", "$s"),
    ("FROM scratch\nRUN --mount=type=cache x\n", "bad-mount", "type=cache"),
    ("FROM scratch\nRUN --mount=target=. x\n", "bad-mount", "target=."),
    ("FROM scratch\nRUN --mount=type=$t,target=/x y\n", "bad-mount", "$t"),
    ("FROM a AS x\nONBUILD FOO\nFROM x\n", "bad-onbuild", "x"),
    ("FROM a AS x\nONBUILD RUN --foo y\nFROM x\n", "bad-onbuild", "x"),
]


@pytest.mark.parametrize(("text", "kind", "raw"), FAULTS)
def test_faults_that_only_the_whole_shows(text: str, kind: str, raw: str) -> None:
    model = graph(text)
    assert model.syntax_faults == []
    assert [(fault.kind, fault.raw) for fault in faults_of(model)] == [(kind, raw)]


@pytest.mark.parametrize(
    "text",
    [
        "FROM a AS x\nFROM b\nCOPY --from=X c d\nCOPY --from=0 c d\nCOPY --from=nginx:1 c d\n",
        "FROM a AS x\nFROM b\nRUN --mount=from=x,target=/m --mount=from=img:1,target=/n c\n",
        "ARG x\nFROM $x\n",
        "ARG p\nFROM --platform=$p a\n",
        "FROM a\nENV b=${c:?none}\n",
        "FROM a\nVOLUME $x\n",
        "FROM a\nRUN --mount=type=cache x\n",
        "FROM scratch\nWORKDIR /w\nRUN --mount=target=. x\n",
        "FROM a AS x\nONBUILD RUN y\nFROM x\n",
        "FROM a AS x\nONBUILD FOO\n",
    ],
)
def test_what_may_well_be_right_is_no_fault(text: str) -> None:
    assert faults_of(graph(text)) == []


def test_a_build_arg_can_mend_or_break_a_file() -> None:
    assert faults_of(graph("ARG a=${b:?none}\nFROM c\n", a="x")) == []
    assert [fault.kind for fault in faults_of(graph("ARG x=y\nFROM $x\n", x="Z"))] == ["bad-image"]


def test_unset_names_can_be_told_from_a_lookup() -> None:
    item = stage("ARG G=1\nFROM debian\nARG A\nCOPY $A $G $B c\n")
    copy = item.instructions[2]
    lookup = item.lookup(copy, declared=True)
    unset = [words.expand(word.text, lookup).unset for word in copy.words]
    assert unset == [[], ["G"], ["B"], []]


def test_an_exec_form_run_is_the_one_command_it_starts() -> None:
    item = stage('FROM a\nRUN ["tool", "it\'s", "&&", "$X"]\nRUN ["sh", "-c", "x && y"]\n')
    first, second = (item.script(node) for node in item.instructions[1:])
    assert first is not None and second is not None
    assert [(c.name, [w.text for w in c.words]) for c in first.commands] == [("tool", ["it's", "&&", "$X"])]
    assert [c.name_node.raw for c in first.commands] == ["tool"]
    assert [c.name for c in second.commands] == ["sh", "x", "y"]


def test_triggers_find_those_that_an_onbuild_above_leaves() -> None:
    text = 'FROM a\nONBUILD SHELL ["/bin/bash", "-c"]\nONBUILD ENV A=1\nONBUILD RUN b\nONBUILD ENV A=2\nRUN c\n'
    built = graph(text).stages[0]
    trigger = next(node.trigger for node in built.of(Onbuild) if isinstance(node.trigger, Run))
    assert [pair.value.text for node in built.left_before(trigger, Env) for pair in node.pairs if pair.value] == ["1"]
    assert built.shell_at(trigger).dialect == "bash"
    assert built.shell_at(built.of(Run)[0]).dialect == "sh"


def test_a_command_line_is_what_a_shell_reads_or_the_command_that_an_exec_form_is() -> None:
    item = stage(
        'FROM a\nRUN ["x", "y z"]\nCMD ["/bin/run", "--all"]\n'
        'ENTRYPOINT start --now\nHEALTHCHECK CMD ["probe"]\nUSER a\n'
    )
    found = {node.name: item.command_line(node) for node in item.instructions[1:-1]}
    assert {name: [command.name for command in script.commands] for name, script in found.items() if script} == {
        "RUN": ["x"], "CMD": ["run"], "ENTRYPOINT": ["start"], "HEALTHCHECK": ["probe"],
    }  # fmt: skip
    command = next(node for node in item.instructions if node.name == "CMD")
    assert item.script(command) is None
    assert item.command_line(command) is item.command_line(command)
    nothing = stage("FROM a\nHEALTHCHECK NONE\n")
    assert nothing.command_line(nothing.instructions[1]) is None


def test_instructions_of_a_kind_leave_out_triggers_and_runs_have_them() -> None:
    item = stage("FROM a\nRUN one\nONBUILD RUN two\nONBUILD COPY . .\nRUN three\n")
    assert [node.args.text for node in item.of(Run)] == ["one", "three"]
    assert [node.args.text for node in item.runs] == ["one", "two", "three"]
    assert item.of(Copy) == []
