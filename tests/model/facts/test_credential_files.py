"""Files that hold credentials, by their names, and an .npmrc that holds none."""

from __future__ import annotations

import pytest

from dlint.model.facts.credential_files import holds_settings_only, is_credential_file


def test_credential_files() -> None:
    assert is_credential_file("api/.env") and is_credential_file("keys/id_rsa")
    assert not is_credential_file(".env.example") and not is_credential_file("id_rsa.pub")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("registry=https://npm.example.org/\nnode-linker=hoisted\n", True),
        ("//npm.example.org/:_authToken=${NPM_TOKEN}\n", True),
        ('//npm.example.org/:_authToken="${NPM_TOKEN}"\n', True),
        ("# //npm.example.org/:_authToken=abc\n", True),
        ("//npm.example.org/:_authToken=abc\n", False),
        ("//npm.example.org/:_authToken = abc\n", False),
        ("_auth=YTpi\n", False),
        ("//npm.example.org/:_password=YQ==\n", False),
    ],
)
def test_an_npmrc_of_settings_or_variables_holds_no_credential(text: str, expected: bool) -> None:
    assert holds_settings_only("web/.npmrc", text) is expected
    assert not holds_settings_only("web/.netrc", text)
