"""Branches of images that their makers no longer fix.

What has ended is written down here, not worked out from today's date: a release of dlint says the same of a file on
every day. The dates are those that the publishers give.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dlint.lazy import pattern
from dlint.syntax.image import ImageRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# The branches that get no more fixes, with the month of the last, as the publishers say. What is older than the first
# branch of a list has none either. Branches that a list leaves out in between still get them.
_ENDED: Final[dict[str, str]] = {
    "alpine": "3.10=2021-05 3.11=2021-11 3.12=2022-05 3.13=2022-11 3.14=2023-05 3.15=2023-11 3.16=2024-05 3.17=2024-11"
    " 3.18=2025-05 3.19=2025-11 3.20=2026-04 3.21=2026-11",
    "amazonlinux": "1=2023-12 2=2026-06 2016=2023-12 2017=2023-12 2018=2023-12",
    "centos": "5=2017-03 6=2020-11 7=2024-06 8=2021-12",
    "debian": "7=2018-05 8=2020-06 9=2022-06 10=2024-06 11=2026-08",
    "dotnet": "3.1=2022-12 5.0=2022-05 6.0=2024-11 7.0=2024-05 8.0=2026-11 9.0=2026-11",
    # https://www.elastic.co/support/eol: the server, Kibana and Logstash alike.
    "elastic": "6=2022-02 7=2026-01",
    "fedora": "38=2024-05 39=2024-11 40=2025-05 41=2025-12 42=2026-05",
    "golang": "1.20=2024-02 1.21=2024-08 1.22=2025-02 1.23=2025-08 1.24=2026-02",
    # https://mariadb.org/about/#maintenance-policy
    "mariadb": "10.2=2022-05 10.3=2023-05 10.4=2024-06 10.5=2025-06 10.6=2026-07 10.7=2023-02 10.8=2023-05"
    " 10.9=2023-08 10.10=2023-11 11.0=2024-06 11.1=2024-08 11.2=2024-11",
    "mongo": "4.0=2022-04 4.2=2023-04 4.4=2024-02 5.0=2024-10 6.0=2025-07",
    "mysql": "5.6=2021-02 5.7=2023-10 8.0=2026-04",
    "node": "10=2021-04 11=2019-06 12=2022-04 13=2020-06 14=2023-04 15=2021-06 16=2023-09 17=2022-06 18=2025-04"
    " 19=2023-06 20=2026-04 21=2024-06 23=2025-06 25=2026-06",
    "php": "7.3=2021-12 7.4=2022-11 8.0=2023-11 8.1=2025-12",
    "postgres": "10=2022-11 11=2023-11 12=2024-11 13=2025-11 14=2026-11",
    "python": "3.5=2020-09 3.6=2021-12 3.7=2023-06 3.8=2024-10 3.9=2025-10 3.10=2026-10",
    "ruby": "2.6=2022-04 2.7=2023-03 3.0=2024-04 3.1=2025-03 3.2=2026-03",
    "stream": "8=2024-05",
    "ubuntu": "14.04=2019-04 14.10=2015-07 15.04=2016-02 15.10=2016-07 16.04=2021-04 16.10=2017-07 17.04=2018-01"
    " 17.10=2018-07 18.04=2023-05 18.10=2019-07 19.04=2020-01 19.10=2020-07 20.04=2025-05 20.10=2021-07 21.04=2022-01"
    " 21.10=2022-07 22.10=2023-07 23.04=2024-01 23.10=2024-07 24.10=2025-07 25.04=2026-01 25.10=2026-07",
}
_NAMES: Final = {
    "squeeze": ("debian", "6"), "wheezy": ("debian", "7"), "jessie": ("debian", "8"), "stretch": ("debian", "9"),
    "buster": ("debian", "10"), "bullseye": ("debian", "11"), "precise": ("ubuntu", "12.04"),
    "trusty": ("ubuntu", "14.04"), "utopic": ("ubuntu", "14.10"), "vivid": ("ubuntu", "15.04"),
    "wily": ("ubuntu", "15.10"), "xenial": ("ubuntu", "16.04"), "bionic": ("ubuntu", "18.04"),
    "focal": ("ubuntu", "20.04"), "groovy": ("ubuntu", "20.10"), "impish": ("ubuntu", "21.10"),
    "kinetic": ("ubuntu", "22.10"), "lunar": ("ubuntu", "23.04"), "mantic": ("ubuntu", "23.10"),
    "oracular": ("ubuntu", "24.10"), "plucky": ("ubuntu", "25.04"), "questing": ("ubuntu", "25.10"),
}  # fmt: skip
_LABELS: Final = {
    "alpine": "Alpine", "amazonlinux": "Amazon Linux", "centos": "CentOS", "debian": "Debian", "dotnet": ".NET",
    "elastic": "Elastic Stack", "fedora": "Fedora", "golang": "Go", "mariadb": "MariaDB", "mongo": "MongoDB",
    "mysql": "MySQL", "node": "Node.js", "php": "PHP", "postgres": "PostgreSQL", "python": "Python", "ruby": "Ruby",
    "stream": "CentOS Stream", "ubuntu": "Ubuntu",
}  # fmt: skip
# Images of which no tag is fixed any more: since when, and what to take (`deprecated.md` in docker-library/docs).
_ADOPTED: Final = ("2021-08", "eclipse-temurin")
_GIVEN_UP: Final = {
    "adoptopenjdk": _ADOPTED,
    **dict.fromkeys((f"adoptopenjdk/openjdk{version}" for version in range(8, 17)), _ADOPTED),
    "celery": ("2017-06", "python"),
    "django": ("2016-12", "python"),
    "rails": ("2016-12", "ruby"),
    "centos": ("2024-06", "almalinux, rockylinux or quay.io/centos/centos:stream10"),
    "openjdk": ("2022-07", "eclipse-temurin or another build of OpenJDK"),
    "java": ("2016-12", "eclipse-temurin or another build of OpenJDK"),
    # https://github.com/containrrr/watchtower is archived; its last release is 1.7.1.
    "containrrr/watchtower": ("2023-11", "a fork that is looked after"),
    # https://github.com/google/cadvisor, docs/running.md: its images are elsewhere.
    "google/cadvisor": ("2019-03", "gcr.io/cadvisor/cadvisor"),
    # https://grafana.com/docs/agent/latest/ and https://grafana.com/docs/loki/latest/send-data/promtail/
    "grafana/agent": ("2025-11", "grafana/alloy"),
    "grafana/promtail": ("2026-03", "grafana/alloy"),
    # https://www.jaegertracing.io/docs/latest/deployment/: version 1 ended with 2025.
    "jaegertracing/all-in-one": ("2025-12", "jaegertracing/jaeger"),
    # https://hub.docker.com/r/jboss/keycloak: 16.1.1 is its last tag.
    "jboss/keycloak": ("2022-01", "quay.io/keycloak/keycloak"),
    # https://readarr.com
    "linuxserver/readarr": ("2025-06", "another program"),
    "lscr.io/linuxserver/readarr": ("2025-06", "another program"),
    # https://github.com/mailhog/MailHog/releases
    "mailhog/mailhog": ("2020-08", "axllent/mailpit"),
    # https://github.com/minio/minio/issues/21647
    "minio/minio": ("2025-09", "a build of your own of its source, or another server"),
    "quay.io/minio/minio": ("2025-09", "a build of your own of its source, or another server"),
}
# https://github.com/bitnami/containers/issues/83267: what was here lies in bitnamilegacy, without fixes.
_BITNAMI: Final = ("2025-08", "the image of the project itself: Bitnami's tags were moved to bitnamilegacy")
_OF_ELASTIC: Final = ("elasticsearch", "kibana", "logstash")
_MIRRORS: Final = ("public.ecr.aws/docker/library/", "mirror.gcr.io/library/", "quay.io/centos/")
_DOTNET: Final = "mcr.microsoft.com/dotnet/"
_VERSION = pattern(r"v?(\d+(?:\.\d+)*)(?=$|[-_.a-z])")
_MONTH = pattern(r"\d{4}-\d\d")
# A year before the tables above were last looked at, which says the same on every day as they do.
_A_YEAR_AGO: Final = "2025-08"
_SYSTEM = pattern(r"(?:^|-)(alpine)(\d+\.\d+)(?=$|[-.])")


def ended(image: ImageRef) -> str | None:
    """What is to be said of an image that is not fixed any more; None if it is, or nobody knows."""
    name, tag = _name(image), image.tag or ""
    if "$" in tag:
        return None
    given_up = _given_up(image, name)
    if given_up is not None:
        since, instead = given_up
        return f"The image {name} has had no fixes since {since}; take {instead}"
    if not tag:
        return None
    if name in _ENDED:
        system, version = _branch(name, tag)
        found = _since(system, version)
        if found:
            return found
    # What the packages of the image come from.
    for part in tag.split("-"):
        if part in _NAMES:
            return _since(*_NAMES[part])
    match = _SYSTEM.search(tag) if "alpine" in tag else None
    return _since(match[1], match[2]) if match else None


def _given_up(image: ImageRef, name: str) -> tuple[str, str] | None:
    """Since when nothing of an image is fixed, and what to take; None if that is not so."""
    if name.startswith(("bitnami/", "bitnamilegacy/")) and name != "bitnami/minideb":
        return _BITNAMI
    of_official = "/" not in name
    if of_official and (not image.tag or "-ea" in image.tag or image.domain == "quay.io"):
        return None
    return _GIVEN_UP.get(name)


def release(image: ImageRef) -> tuple[str, tuple[int, ...]] | None:
    """The distribution that an image is, and its version; None for images that hold one among other things."""
    name, tag = _name(image), image.tag or ""
    system, version = _branch(name.removeprefix("gliderlabs/"), tag)
    parts = version.split(".")
    if system not in ("alpine", "debian", "ubuntu") or not all(part.isdecimal() and len(part) < 6 for part in parts):
        return None
    return system, tuple(map(int, parts))


def ended_long(image: ImageRef) -> bool:
    """Whether what ``ended`` says of an image has been so for a year or more when this table was last looked at."""
    message = ended(image) or ""
    match = _MONTH.search(message)
    return message != "" and (match is None or match[0] <= _A_YEAR_AGO)


def _branch(name: str, tag: str) -> tuple[str, str]:
    """The program or system of an image, and the version that a tag begins with; empty if it begins otherwise."""
    first = tag.partition("-")[0].removeprefix(name)
    if first in _NAMES:
        return _NAMES[first]
    if name == "centos" and first.startswith("stream"):
        name, first = "stream", first.removeprefix("stream")
    if all(map(str.isdecimal, first.split("."))):
        return name, first
    match = _VERSION.match(first)
    return name, match[1] if match else ""


@lru_cache(maxsize=32)
def _months(name: str) -> dict[str, str]:
    """The branches of a program or system that have ended, with the month of the last fix."""
    return dict(entry.split("=") for entry in _ENDED[name].split())


def _since(name: str, version: str) -> str | None:
    """The message for a version of a branch that has ended."""
    if not version:
        return None
    months = _months(name)
    first = next(iter(months))
    depth = first.count(".") + 1
    parts = [int(part) for part in version.split(".")[:depth] if len(part) < 6]
    branch = ".".join(str(part) if name != "ubuntu" or not at else f"{part:02}" for at, part in enumerate(parts))
    label = f"{_LABELS[name]} {branch}"
    free = "free fixes" if name == "ubuntu" else "fixes"
    if branch in months:
        return f"{label} has had no {free} since {months[branch]}; move to a branch that gets them"
    oldest = [int(part) for part in first.split(".")]
    if parts and parts < oldest[: len(parts)]:
        written = ".".join(version.split(".")[:2])
        return f"{_LABELS[name]} {written} has had no {free} for years; move to a branch that gets them"
    return None


def _name(image: ImageRef) -> str:
    name = image.familiar
    if name.startswith("docker.elastic.co/"):
        name = name.rpartition("/")[2]
    if name in _OF_ELASTIC:
        return "elastic"
    for mirror in _MIRRORS:
        name = name.removeprefix(mirror)
    if name.startswith(_DOTNET):
        part = re.split(r"[/-]", name.removeprefix(_DOTNET))[0]
        return "dotnet" if part in ("sdk", "aspnet", "runtime") else name
    return name
