"""The builds that steps of a workflow ask for."""

from __future__ import annotations

import pytest

from dlint.model.builders.workflow import Workflow
from dlint.source import Source
from dlint.syntax.compose.values import strings
from dlint.syntax.yaml import parser
from dlint.syntax.yaml.nodes import to_data

HEAD = "jobs:\n  a:\n    steps:\n"
STEP = "      - uses: docker/build-push-action@v6\n        with:\n"


def workflow(text: str) -> Workflow:
    return Workflow(parser.parse(Source(".github/workflows/a.yml", text)).documents)


def asked(*lines: str, before: str = "") -> object:
    """What the one step asks for, under Compose's names; None for what is unknown."""
    found = workflow(HEAD + before + STEP + "".join(f"          {line}\n" for line in lines))
    ((one,),) = found.jobs
    return to_data(one.build.node, literal=True) if one.build is not None else None


@pytest.mark.parametrize(
    ("lines", "build"),
    [
        (["push: true"], {}),
        (["context: ."], {"context": "."}),
        (["context: ./api", "file: api/Dockerfile.dev"], {"context": "api", "dockerfile": "Dockerfile.dev"}),
        (["context: api", "file: docker/Dockerfile"], {"context": "api", "dockerfile": "../docker/Dockerfile"}),
        (["file: ./docker/Dockerfile"], {"dockerfile": "docker/Dockerfile"}),
        (['context: "{{defaultContext}}:api"', "file: dev/D"], {"context": "api", "dockerfile": "dev/D"}),
        (["context: ${{ matrix.c }}", "file: x"], {"context": None, "dockerfile": None}),
        (["context: ${{ github.workspace }}/api"], {"context": "api"}),
        (["context: https://x.org/a.git", "file: b"], {"context": "https://x.org/a.git", "dockerfile": None}),
        (["target: prod", "network: host"], {"target": "prod", "network": "host"}),
        (["build-args: |", "  A=1", "  # no", "  B=${{ x }}", ""], {"args": ["A=1", None]}),
        (["build-contexts: |", "  b=./base"], {"additional_contexts": ["b=./base"]}),
        (["platforms: linux/amd64,linux/arm64"], {"platforms": ["linux/amd64", "linux/arm64"]}),
        (["tags: |", "  a:1", "  b:2,c:3"], {"tags": ["a:1", "b:2", "c:3"]}),
        (["tags: a:1", "load: true"], {}),
        (["allow: network.host", "ssh: default"], {"ssh": ["default"], "entitlements": ["network.host"]}),
        (["secrets: |", '  "t=${{ x }}"', "secret-files: f=./f"], {"secrets": ["t", "f"]}),
    ],
)
def test_inputs(lines: list[str], build: object) -> None:
    assert asked(*lines) == build


@pytest.mark.parametrize(
    ("before", "context"),
    [
        ("path: src", "api"),
        ("repository: other/repo", None),
        ("{repository: other/repo, path: src}", None),
        ("{repository: other/repo, path: lib}", "src/api"),
        ('path: "${{ x }}"', None),
    ],
)
def test_where_the_repository_lies(before: str, context: str | None) -> None:
    inputs = before if before.startswith("{") else "{" + before + "}"
    found = asked("context: src/api", before=f"      - uses: actions/checkout@v4\n        with: {inputs}\n")
    assert found == {"context": context}


def test_items_know_their_places() -> None:
    found = workflow(HEAD + STEP + "          build-args: |\n            A=1\n            LONG=${{ x }}-y\n")
    build = found.jobs[0][0].build
    assert build is not None
    assert [(arg.name, arg.key.raw, arg.literal) for arg in build.args] == [("A", "A", "1"), ("LONG", "LONG", None)]
    assert [scalar.raw for scalar in strings(build.map.get("args"))] == ["A=1", "LONG=${{ x }}-y"]


def test_what_runs_before_may_make_files() -> None:
    steps = "      - run: ./render > Dockerfile.gen\n"
    steps += "      - uses: actions/download-artifact@v4\n        with: {path: dist}\n"
    ((one,),) = workflow(HEAD + steps + STEP).jobs
    assert one.fills and "Dockerfile.gen" in one.made and "dist" in one.made
    harmless = "      - uses: actions/checkout@v4\n      - uses: docker/login-action@v3\n"
    ((one,),) = workflow(HEAD + harmless + STEP).jobs
    assert not one.fills


def test_calls_of_bake() -> None:
    text = HEAD + (
        "      - uses: docker/bake-action@v6\n        with:\n          workdir: ./ci\n          files: |\n"
        "            a.hcl\n            b.hcl\n          targets: x,y\n          set: |\n            *.args.V=1\n"
        "            x.tags+=t\n"
    )
    (call,) = workflow(text).calls
    assert (call.folder, call.files, call.targets) == ("./ci", ["a.hcl", "b.hcl"], ["x", "y"])
    assert call.fields == [("*", "args.V"), ("x", "tags")]


@pytest.mark.parametrize("target", ["${{ matrix.t }}", "a-${{ x }}"])
def test_a_target_that_is_unknown_makes_the_workflow_so(target: str) -> None:
    assert not workflow(HEAD + STEP + f"          target: {target}\n").whole
    assert workflow(HEAD + STEP + "          target: a\n").whole


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "jobs: 3",
        "jobs: {a: {steps: 3}}",
        "jobs: {a: {steps: [3, null, {uses: 3}, {uses: docker/bake-action@v1}]}}",
    ],
)
def test_anything_else_asks_for_nothing(text: str) -> None:
    assert not any(workflow(text).jobs)
