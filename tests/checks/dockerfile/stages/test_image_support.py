"""Base images out of support: which tags are known to have ended, and which are left alone."""

from __future__ import annotations

import re

import pytest

from dlint import lint_files
from dlint.model.facts import image_branches

RULE = "base-image-out-of-support"


def told(image: str) -> list[str]:
    config = {"select": [RULE], "shellcheck": False}
    return [finding.message for finding in lint_files({"Dockerfile": f"FROM {image}\n"}, config=config)]


@pytest.mark.parametrize(
    "image, what",
    [
        ("ruby:2.7-slim", "Ruby 2.7"),
        ("ruby:1.9.3", "Ruby 1.9"),
        ("library/python:3.8.2-alpine", "Python 3.8"),
        ("python:2", "Python 2"),
        ("docker.io/node:21.1.0", "Node.js 21"),
        ("public.ecr.aws/docker/library/node:16", "Node.js 16"),
        ("postgres:9.6", "PostgreSQL 9"),
        ("ubuntu:22.10", "Ubuntu 22.10"),
        ("ubuntu:focal-20210416", "Ubuntu 20.04"),
        ("debian:buster-slim@sha256:" + "0" * 64, "Debian 10"),
        ("rust:1.80-buster", "Debian 10"),
        ("node:22-alpine3.17", "Alpine 3.17"),
        ("amazonlinux:2018.03", "Amazon Linux 2018"),
        ("quay.io/centos/centos:stream8", "CentOS Stream 8 has had no fixes since 2024-05"),
        ("centos:latest", "centos"),
        ("openjdk:21", "openjdk"),
        ("adoptopenjdk/openjdk11:latest", "eclipse-temurin"),
        ("jboss/keycloak", "quay.io/keycloak/keycloak"),
        ("docker.io/bitnami/kafka:3.6", "bitnamilegacy"),
        ("quay.io/minio/minio:latest", "2025-09"),
        ("mariadb:10.5.8", "MariaDB 10.5"),
        ("mariadb:5.5", "MariaDB 5.5"),
        ("docker.elastic.co/kibana/kibana:7.17.0", "Elastic Stack 7"),
        ("elasticsearch:5.6", "Elastic Stack 5.6"),
        ("mcr.microsoft.com/dotnet/sdk:6.0-alpine", ".NET 6.0"),
        ("mcr.microsoft.com/dotnet/runtime-deps:5.0", ".NET 5.0"),
    ],
)
def test_tags_of_branches_that_have_ended(image: str, what: str) -> None:
    messages = told(image)
    assert len(messages) == 1 and what in messages[0]


@pytest.mark.parametrize(
    "image",
    [
        "ruby", "ruby:latest", "ruby:3.4", "python:3", "python:3.14-slim-trixie", "node:22", "node:lts", "node:current",
        "ubuntu:22.04", "ubuntu:24.04", "debian:bookworm", "debian:testing", "alpine:edge", "alpine:3.22",
        "amazonlinux:2023", "fedora:rawhide", "openjdk:26-ea-slim", "php:8.4-fpm", "postgres:17",
        "example.org/ruby:2.7", "acme/node:8", "golang:1.26-windowsservercore-ltsc2022", "$BASE", "ruby:$VERSION",
        "quay.io/centos/centos:stream9", "openjdk", "bitnami/minideb", "mariadb:10", "mariadb:11.4", "logstash:8.19.0",
        "minio/mc", "example.org/minio/minio:1", "quay.io/jboss/keycloak",
        "mcr.microsoft.com/dotnet/sdk:10.0", "mcr.microsoft.com/dotnet/nightly:6", "python@sha256:" + "0" * 64,
    ],
)  # fmt: skip
def test_tags_that_are_left_alone(image: str) -> None:
    assert told(image) == []


def test_the_stages_of_a_file_are_each_judged_by_their_own_image() -> None:
    text = "FROM ruby:2.7 AS base\nFROM base\nFROM node:14\n"
    found = lint_files({"Dockerfile": text}, config={"select": [RULE], "shellcheck": False})
    assert [finding.line for finding in found] == [1, 3]


def test_the_branches_of_the_table_are_in_the_form_that_is_looked_up() -> None:
    for name, text in image_branches._ENDED.items():
        branches = [entry.split("=") for entry in text.split()]
        assert all(re.fullmatch(r"20\d\d-(?:0[1-9]|1[0-2])", month) for _, month in branches), name
        numbers = [[int(part) for part in branch.split(".")] for branch, _ in branches]
        assert numbers[0] == min(numbers), f"{name}: what is older than the first branch has ended too"
        assert len({len(parts) for parts in numbers}) == 1, name
        assert name in image_branches._LABELS
