"""What counts as a credential, and that no report repeats one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint.library import report_files
from dlint.model.facts import secrets
from dlint.model.facts.credential_shapes import shapes_of
from dlint.model.facts.placeholders import is_placeholder
from dlint.model.facts.secrets import (
    connection_password,
    is_random,
    looks_secret_name,
    secret_value,
)
from dlint.report import render


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD",
        "AIRFLOW__CORE__FERNET_KEY",
        "githubToken",
        "AWS_SECRET_ACCESS_KEY",
        "APIKEY",
        "DB_PASS",
        "MYSQL_ROOT_PWD",
        "STRIPE_API_KEY",
    ],
)
def test_names_that_promise_a_credential(name: str) -> None:
    assert looks_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "TOKEN_FILE",
        "AUTH0_TOKEN_SIGNIN_ALG",
        "PUBLIC_KEY",
        "TOKENIZERS_PARALLELISM",
        "MYSQL_ALLOW_EMPTY_PASSWORD",
        "COMPASS",
        "PASSWORD_RESET_TIMEOUT",
    ],
)
def test_names_about_something_else(name: str) -> None:
    assert not looks_secret_name(name)


def test_known_shapes_are_found_where_they_stand() -> None:
    token = "ghp_" + "aB3dE5fG7hI9jK1lM2nO4pQ6rS8tU0vW1xY2"
    found = secret_value(f"curl -H 'x: {token}'")
    assert found is not None
    assert (found.start, found.end) == (12, 12 + len(token))
    assert found.label == "a GitHub token"


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "https://u:${PASS}@host/x",
        "https://user@host/",
        "postgres://postgres:postgres@db/x",
        "plain",
    ],
)
def test_documentation_keys_variables_and_defaults_are_none(text: str) -> None:
    assert secret_value(text) is None


def test_a_password_counts_beside_the_other_parts_of_a_connection_string() -> None:
    text = "Server=db;User Id=shop;Password=h7Gk29dLq;Encrypt=true"
    found = connection_password(text)
    assert found is not None and text[found.start : found.end] == "h7Gk29dLq"
    assert connection_password("jdbc:mysql://db/x?user=u&password=abc") is not None
    for other in ("-Dstore.password=abc", "Server=db;Password=${X}", "Server=db;User Id=shop", "password: abc"):
        assert connection_password(other) is None


def test_a_connection_string_is_shown_without_its_password() -> None:
    text = 'FROM x:1\nENV C="Server=db;User Id=shop;Password=h7Gk29dLq"\n'
    report = report_files({"Dockerfile": text.encode()}, config={"select": ["hard-coded-secret"]})
    assert [(f.line, f.column) for f in report.visible] == [(2, 40)]
    assert "h7Gk29dLq" not in render("text", report)


def test_placeholders() -> None:
    assert all(is_placeholder(text) for text in ("", "changeme", "<token>", "xxxx", "${X}", "your-key"))
    assert not is_placeholder("q8Zt3LmX0vPb7Rk2")


def test_random_values_are_no_digests_versions_or_paths() -> None:
    assert is_random("q8Zt3LmX0vPb7Rk2Wc5Yd9Sj")
    for text in ("A035C8C19219BA821ECEA86B64E628F8D684696D", "1.2.3.4.5.6.7.8.9", "/run/secrets/some-long-name"):
        assert not is_random(text)


def test_no_report_repeats_the_value_and_the_name_stays_readable() -> None:
    content = "FROM debian:12\nENV DB_PASSWORD=geheim-77-Xq\nRUN echo 'root:geheim88' | chpasswd\n"
    report = report_files({"Dockerfile": content}, config={"preset": "all", "shellcheck": False})
    for form in ("text", "json", "sarif"):
        assert "geheim" not in render(form, report)
    assert "ENV DB_PASSWORD=" in render("text", report)
    names = {finding.rule.name for finding in report.visible}
    assert {"secret-in-arg-or-env", "hard-coded-secret", "password-set-in-build"} <= names


@given(st.lists(st.sampled_from(("A", "KEY", "key", "_", "3", "-", "é", "É", "Db")), max_size=8).map("".join))
def test_plain_names_are_cut_as_the_pattern_cuts_all(name: str) -> None:
    assert secrets._words(name, name.lower()) == [word.lower() for word in secrets._CAMEL.split(name) if word]


_PARTS_OF_URLS = ("://", ":", "@", "/", " ", "user", "pass", "http", "${A}", "k" * 20, "h.org")


@given(st.lists(st.sampled_from(_PARTS_OF_URLS), max_size=12).map("".join))
def test_a_login_in_a_url_is_never_passed_over(text: str) -> None:
    assert secrets._has_login(text) or not shapes_of((), True).search(text)


@given(st.lists(st.sampled_from((*_PARTS_OF_URLS, "\n", "secret@", "x:y")), max_size=20).map("".join))
def test_urls_are_found_around_their_signs_as_in_the_whole_text(text: str) -> None:
    assert [match.span() for match in secrets._urls_in(text)] == [
        match.span() for match in shapes_of((), True).finditer(text)
    ]


@pytest.mark.parametrize("text", ["postgres://app@db:5432/app", "git@github.com:a/b", "http://h:80/a@b", "a: b@c"])
def test_a_user_without_a_password_is_no_login(text: str) -> None:
    assert not secrets._has_login(text)


_PARTS_OF_FILES = (
    "\n", "\n", " ", "a: b", "Authorization:", "Bearer", "_authToken=", "_password = ", "k" * 40, "AKIA" + "Q" * 16,
    "'", "ghp_" + "a1" * 18, "-----BEGIN RSA PRIVATE KEY-----", "postgres://u:secret@h", "://", "@",
    "xoxb-" + "1a" * 10,
)  # fmt: skip


@given(st.lists(st.sampled_from(_PARTS_OF_FILES), max_size=60).map("".join))
def test_shapes_are_found_around_their_hints_as_in_the_whole_text(text: str) -> None:
    all_of_them = shapes_of(tuple(secrets._SIGNS), True)
    found = [(match.span(), match.lastgroup) for match in secrets._shapes_in(text)]
    assert found == [(match.span(), match.lastgroup) for match in all_of_them.finditer(text)]
