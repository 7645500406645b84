"""Options that servers no longer take: from which version on, and what a tag says of the version."""

from __future__ import annotations

import pytest

from dlint.model.facts.server_options import Removed, removed_option
from dlint.syntax.image import parse


def removed(image: str, word: str, following: str = "") -> Removed | None:
    reference = parse(image)
    assert reference is not None
    return removed_option(reference, word, following)


@pytest.mark.parametrize(
    ("image", "word", "version"),
    [
        ("mysql", "--default-authentication-plugin=mysql_native_password", "8.4"),
        ("mysql:8", "--default_authentication_plugin", "8.4"),
        ("docker.io/library/mysql:8.4.3-oracle", "--Default-Authentication-Plugin", "8.4"),
        ("mysql:9.1", "--mysql-native-password=ON", "9"),
        ("mysql:8.0", "--query_cache_size=0", "8"),
        ("mongo:4.2.1", "--smallfiles", "4.2"),
        ("mongo:4", "--storageEngine=mmapv1", "4.2"),
        ("mongo:7.0", "--nojournal", "6.1"),
        ("traefik:v3.0", "--providers.docker.swarmMode=true", "3"),
        ("traefik", "--docker", "2"),
        ("prom/prometheus:v3.1.0", "--alertmanager.timeout=10s", "3"),
    ],
)
def test_an_option_is_gone(image: str, word: str, version: str) -> None:
    found = removed(image, word)
    assert found is not None and found.version == version


@pytest.mark.parametrize(
    ("image", "word"),
    [
        ("mysql:8.0", "--default-authentication-plugin=mysql_native_password"),
        ("mysql:8.3.0", "--default-authentication-plugin"),
        ("mysql:8", "--mysql-native-password=ON"),
        ("mysql:${TAG}", "--default-authentication-plugin"),
        ("mysql@sha256:" + "0" * 64, "--default-authentication-plugin"),
        ("mariadb:11", "--query-cache-size=0"),
        ("example.org/mysql:9", "--default-authentication-plugin"),
        ("mongo:4.0", "--smallfiles"),
        ("mongo:6", "--nojournal"),
        ("mongo:4.4", "--storageEngine=wiredTiger"),
        ("mongo:4.4", "--SmallFiles"),
        ("traefik:2.11", "--providers.docker.swarmMode"),
        ("traefik:3", "--providers.docker"),
        ("mysql:debian", "--default-authentication-plugin"),
        ("mysql:8", "default-authentication-plugin"),
    ],
)
def test_an_option_may_still_be_there(image: str, word: str) -> None:
    assert removed(image, word) is None


def test_the_value_of_an_option_may_be_the_next_word() -> None:
    assert removed("mongo:4.4", "--storageEngine", "mmapv1") is not None
    assert removed("mongo:4.4", "--storageEngine", "wiredTiger") is None
