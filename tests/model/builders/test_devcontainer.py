"""What a dev container asks for."""

from __future__ import annotations

import pytest

from dlint.model.builders.devcontainer import compose_files, requested
from dlint.source import Source
from dlint.syntax.jsonc import parse
from dlint.syntax.yaml.nodes import YamlNode, to_data


def root(text: str) -> YamlNode | None:
    return parse(Source(".devcontainer/devcontainer.json", text)).root


@pytest.mark.parametrize(
    ("text", "build"),
    [
        ('{"build": {"dockerfile": "Dockerfile"}}', {"dockerfile": "Dockerfile"}),
        (
            '{"build": {"dockerfile": "Dockerfile", "context": "..", "target": "dev", "args": {"A": "1"}}}',
            {"context": "..", "dockerfile": ".devcontainer/Dockerfile", "target": "dev", "args": {"A": "1"}},
        ),
        ('{"dockerFile": "../Dockerfile", "context": ".."}', {"context": "..", "dockerfile": "Dockerfile"}),
        ('{"dockerFile": "D", "build": {"target": "dev"}}', {"dockerfile": "D", "target": "dev"}),
        ('{"build": {"dockerfile": "${localEnv:D}"}}', {"dockerfile": None}),
        ('{"build": {"dockerfile": "/etc/D"}}', {"dockerfile": None}),
        ('{"build": {"dockerfile": "D", "args": {"A": "x-${localEnv:A}"}}}', {"dockerfile": "D", "args": {"A": None}}),
        (
            '{"build": {"dockerfile": "D", "options": ["--secret=id=a", "--network=host", "--build-arg=B=1"]}}',
            {"dockerfile": "D", "args": {"${unknown}": None}, "secrets": [None], "network": None},
        ),
    ],
)
def test_builds(text: str, build: object) -> None:
    found = requested(root(text), ".devcontainer")
    assert found is not None and found.build is not None
    assert to_data(found.build.node, literal=True) == build


@pytest.mark.parametrize("text", ["", "[]", '{"image": "a"}', '{"build": 3}', '{"build": {"target": "a"}}'])
def test_without_a_dockerfile_nothing_is_built(text: str) -> None:
    assert requested(root(text), "") is None


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ('{"dockerComposeFile": "a.yaml"}', ["a.yaml"]),
        ('{"dockerComposeFile": ["../compose.yaml", "dev.yaml"]}', ["../compose.yaml", "dev.yaml"]),
        ('{"dockerComposeFile": ["a.yaml", "${localEnv:B}"]}', None),
        ("{}", []),
    ],
)
def test_compose_files(text: str, files: list[str] | None) -> None:
    assert compose_files(root(text)) == files
