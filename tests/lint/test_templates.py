"""Templates: what only the file made of one can tell is not said of it; what holds for the template itself is."""

from __future__ import annotations

import pytest

import dlint
from dlint.rule.severity import Severity


def _found(files: dict[str, str]) -> list[tuple[str, str, Severity]]:
    return [(one.path, one.rule.name, one.severity) for one in dlint.lint_files(files)]


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  web:\n    image: {{ image }}:{{ tag }}\n",
        "services:\n  web:\n    image: nginx:1.27\n    environment:\n      {{ name | upper }}_URL: x\n",
        "services:\n{% for one in services %}\n  {{ one }}:\n    image: nginx:1.27\n{% endfor %}\n",
        "services:\n  web:\n    command:\n      - {{ start }}\n      - x: [\n",
        "services:\n<% services.each do |one| %>\n  <%= one %>:\n    image: nginx:1.27\n<% end %>\n",
    ],
)
def test_yaml_that_a_template_breaks_is_info_once(text: str) -> None:
    found = _found({"compose.yaml": text})
    assert [rule for _, rule, _ in found].count("yaml-syntax-error") == 1
    assert all(severity <= Severity.INFO for _, _, severity in found)


def test_marks_inside_values_are_no_template() -> None:
    text = "services:\n  web:\n    image: nginx:1.27\n    command: docker ps --format {{.Names}}\n   restart: always\n"
    errors = [rule for _, rule, severity in _found({"compose.yaml": text}) if severity is Severity.ERROR]
    assert errors == ["yaml-syntax-error"]


def test_marks_in_comments_and_in_what_a_service_is_given_hide_no_error() -> None:
    given = "configs:\n  page:\n    content: |\n      <%= title %>\n      {{ title }}\n"
    text = f"# <% made by hand %>\nservices:\n  web:\n    image: nginx:1.27\n    nope: 1\n{given}"
    found = _found({"compose.yaml": text})
    assert ("compose.yaml", "compose-unknown-key", Severity.ERROR) in found
    assert "yaml-syntax-error" not in {rule for _, rule, _ in found}
    broken = _found({"compose.yaml": text + "   restart: always\n"})
    assert Severity.ERROR in {severity for _, rule, severity in broken if rule == "yaml-syntax-error"}


_COMPOSE = """
services:
  web:
    build: .
    env_file: missing.env
    image: a:1
    ports: ['5432:5432']
    nope: 1
"""
_DOCKERFILE = "FROM postgres:17\nCOPY start.sh /start.sh\nUSER\n"


@pytest.mark.parametrize("folder", ["{{cookiecutter.slug}}", "{% if docker %}deploy{% endif %}", "app__tmpl__"])
def test_below_the_folder_of_a_template_no_builder_speaks(folder: str) -> None:
    def files(below: str) -> dict[str, str]:
        return {f"{below}/compose.yaml": _COMPOSE, f"{below}/Dockerfile": _DOCKERFILE}

    plain = _found(files("deploy"))
    assert {"compose-unknown-key", "copy-source-missing"} & {rule for _, rule, _ in plain}
    found = _found(files(folder))
    assert not [one for one in found if one[2] is Severity.ERROR]
    assert "copy-source-missing" not in {rule for _, rule, _ in found}
    assert "port-on-all-interfaces" in {rule for _, rule, _ in found}


def test_of_what_a_mark_stands_for_nothing_is_said() -> None:
    text = 'FROM {{ image }}\nENV {{ name }}="{{ value }}"\n'
    assert "legacy-key-value" not in {rule for _, rule, _ in _found({"Dockerfile": text})}
    assert "legacy-key-value" in {rule for _, rule, _ in _found({"Dockerfile": text + "ENV PORT 80\n"})}
