"""What a value is worth under the name of a credential."""

from __future__ import annotations

import pytest

from dlint.model.facts.placeholders import is_placeholder, says_placeholder
from dlint.model.facts.secrets import secret_value
from dlint.model.facts.worth import Worth, is_harmless, worth


@pytest.mark.parametrize(
    "text",
    [
        "SomeLongPlainWordsWithoutMeaning",
        "MyDnsProviderToken",
        "change_me_please",
        "dummy",
        "your-key-here",
        "<token>",
        "xxxx-xxxx",
        "sample_value",
        "${PASSWORD}",
        "base64:Q0lfUExBQ0VIT0xERVJfS0VZX0ZPUl9DSV9PTkxZX1VTRQ==",
    ],
)
def test_a_value_that_says_it_is_none(text: str) -> None:
    assert says_placeholder(text) and is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    ["base64:kP1lPuJ2mUeWXYQ0fN8rB6tqg5n9sD3vXzA7cLhT4Ew=", "YWxsIG9mIHRoaXMgaXMgcGxhaW4=", "QUJDREVGR0hJSktMTU5PUA=="],
)
def test_what_is_behind_base64_and_says_nothing_is_none(text: str) -> None:
    assert not says_placeholder(text)


def test_a_word_that_may_be_in_use_says_nothing() -> None:
    for text in ("test", "secret", "foo"):
        assert is_placeholder(text) and not says_placeholder(text)


def test_the_words_of_the_name_are_a_placeholder() -> None:
    assert is_placeholder("db_password", "DB_PASSWORD") and not is_placeholder("q8Zt3LmX0v", "DB_PASSWORD")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "true",
        "900",
        "30m",
        "1.2.3",
        "config/jwt/private.pem",
        "%app.dir%/keys/sign.pem",
        "/run/secrets/api",
        "https://hooks.example/in",
        "vault:secret/db",
    ],
)
def test_a_value_that_cannot_be_a_credential(text: str) -> None:
    assert is_harmless(text, "API_SECRET")


def test_a_fingerprint_is_harmless_under_the_name_of_a_key_only() -> None:
    digest = "A035C8C19219BA821ECEA86B64E628F8D684696D"
    assert is_harmless(digest, "GPG_KEY") and not is_harmless(digest, "API_TOKEN")


@pytest.mark.parametrize(
    "text", ["k7Rw2pQz", "tr0ub4dor", "9f8c1b7a2e", "https://bot:k7Rw2pQz@h/", "hunter2", "pa$word1"]
)
def test_a_secret(text: str) -> None:
    assert worth(text, "DB_PASSWORD") is Worth.SECRET


@pytest.mark.parametrize("text", ["admin", "12345678", "postgres", "MyStrongPassword", "admin:admin", "aaaa"])
def test_what_everybody_can_guess(text: str) -> None:
    assert worth(text, "DB_PASSWORD") is Worth.GUESSABLE


def test_a_text_made_to_be_slow_is_judged_all_the_same() -> None:
    assert worth("a:" * 50_000, "DB_PASSWORD") is Worth.GUESSABLE


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("amqp://${USER}:k7Rw2pQz@mq", "k7Rw2pQz"),
        ("amqp://$USER:k7Rw2pQz@mq", "k7Rw2pQz"),
        ("//r.corp/:_authToken=k7Rw2pQzk7Rw2pQz9", "k7Rw2pQzk7Rw2pQz9"),
        ("0d51a2f7c2f5a6ad1f9b2f2f5c2bc3ae-us21", "0d51a2f7c2f5a6ad1f9b2f2f5c2bc3ae-us21"),
        ("https://9abck7Rw2pQz8k7Rw2pQz9:x-oauth-basic@github.com/x", "9abck7Rw2pQz8k7Rw2pQz9"),
    ],
)
def test_the_credential_and_nothing_else_is_marked(text: str, value: str) -> None:
    found = secret_value(text)
    assert found is not None and text[found.start : found.end] == value
    assert secret_value(text.replace(value, "$PW")) is None


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("123456", Worth.GUESSABLE),
        ("20061984", Worth.GUESSABLE),
        ("123456789012345", Worth.GUESSABLE),
        ("131489152850082175195580", Worth.SECRET),
        ("invalid", Worth.NOTHING),
    ],
)
def test_of_digits_alone_a_few_are_guessed_and_many_were_drawn(value: str, found: Worth) -> None:
    assert worth(value, "DB_PASSWORD") is found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("neo4j/password", Worth.GUESSABLE),
        ("neo4j/k7Rw2pQz9", Worth.SECRET),
        ("none", Worth.NOTHING),
        ("", Worth.NOTHING),
    ],
)
def test_a_login_is_worth_its_password(value: str, found: Worth) -> None:
    assert worth(value, "NEO4J_AUTH") is found


@pytest.mark.parametrize(
    ("text", "name", "placeholder"),
    [
        ("TEST-9f8a7b6c5d4e3f2a1b0c", "API_TOKEN", True),
        ("123456:dummy-Ab3dEf6hIj9", "BOT_TOKEN", True),
        ("SomeRandomStringOf32CharsExactly", "APP_KEY", True),
        ("this-is-32-characters-long-secret", "APP_SECRET", True),
        ("sk_test_4eC39HqLyjWDarjtT1zdp7dc", "STRIPE_SECRET_KEY", False),
        ("kX9-test-Q2w7", "DB_PASSWORD", False),
        ("a1b2c3TESTd4e5f6", "API_TOKEN", False),
        ("My2Dogs4Love", "DB_PASSWORD", False),
    ],
)
def test_words_inside_a_value_may_say_that_it_is_none(text: str, name: str, placeholder: bool) -> None:
    assert says_placeholder(text, name) is placeholder
