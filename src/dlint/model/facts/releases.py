"""Releases: options that tools do not know yet or servers know no more, and tags that name no release at all."""

from __future__ import annotations

from dlint.lazy import NamedTuple, pattern
from dlint.model.facts.image_branches import release
from dlint.syntax.image import ImageRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# The first release of each distribution whose own package of a tool knows the option.
_SINCE: Final[dict[tuple[str, str], dict[str, tuple[int, ...]]]] = {
    # pip 6.0 (2014-12-22, https://pip.pypa.io/en/stable/news/). Debian 8 and Ubuntu 15.10 have 1.5.6, Debian 9 has
    # 9.0.1 and Ubuntu 16.04 has 8.1.1 (packages.debian.org, packages.ubuntu.com: python-pip).
    ("pip", "--no-cache-dir"): {"debian": (9,), "ubuntu": (16, 4)},
    # apk-tools 2.6.5; Alpine's release notes of 3.3, https://alpinelinux.org/posts/Alpine-3.3.0-released.html
    ("apk", "--no-cache"): {"alpine": (3, 3)},
}


def is_older(image: ImageRef | None, tool: str, option: str) -> bool:
    """Whether the tool that comes with an image is surely too old for an option."""
    found = release(image) if image is not None else None
    if found is None:
        return False
    system, version = found
    since = _SINCE.get((tool, option), {}).get(system)
    return since is not None and version < since[: len(version)]


# Words of tags that say what is in an image or how far it is, and not which version: those of Docker's official images
# (https://github.com/docker-library/official-images/tree/master/library) and what publishers call their branches.
_NO_VERSIONS: Final = frozenset(
    "alpine slim lts current stable mainline edge rolling nightly unstable testing beta canary alpha dev devel develop "
    "development main master trunk next release prod production preview insiders fpm apache cli zts management jre jdk "
    "perl minimal full lite bookworm bullseye buster stretch jessie trixie noble jammy focal windowsservercore "
    "nanoserver snapshot headless".split()
)
_SYSTEMS: Final = ("alpine", "debian", "ubuntu")
_SYSTEM: Final = pattern(rf"(?:{'|'.join(_SYSTEMS)})-?\d[\d.]*")
# Of a distribution, the name of a release is its version.
_DISTRIBUTIONS: Final = frozenset("debian ubuntu alpine fedora centos minideb archlinux raspbian devuan".split())
_BRANCHES: Final = frozenset("stable testing unstable oldstable rolling edge devel lts".split())


def moves(image: ImageRef) -> bool:
    """Whether the tag of an image, other than ``latest``, surely names no version: ``alpine``, ``lts-slim``."""
    tag = (image.tag or "").lower()
    if not tag or tag == "latest" or image.digest is not None or "$" in tag:
        return False
    if any(system in tag for system in _SYSTEMS):
        tag = _SYSTEM.sub("alpine", tag)
    words = tag.replace("_", "-").split("-")
    if _is_distribution(image.path):
        return words[0] in _BRANCHES
    return all(word in _NO_VERSIONS for word in words)


def _is_distribution(path: str) -> bool:
    words = path.replace("/", "-").replace("_", "-").split("-")
    two = "-".join(words[-2:])
    of_two = path.endswith(two) and (two == "buildpack-deps" or two.startswith("kali-"))
    return of_two or words[-1] in _DISTRIBUTIONS


# What publishers call the state that their developers have reached, or that is in service.
_STATES: Final = frozenset(
    "alpha beta canary dev devel develop development edge insiders main master next nightly preview prod production "
    "release snapshot trunk unstable".split()
)


def follows_branch(image: ImageRef) -> bool:
    """Whether the tag of an image that ``moves`` is the name of a branch or a channel: ``main``, ``nightly-alpine``."""
    words = (image.tag or "").lower().replace("_", "-").split("-")
    return not _STATES.isdisjoint(words)


Version = tuple[int, ...]


class Removed(NamedTuple):
    """An option that is gone: ``program`` and its first ``version`` without it, and what to do ``instead``."""

    program: str
    version: str
    instead: str


class _Server(NamedTuple):
    """A program with its ``options`` by name, and the ``floors`` of tags that move.

    ``blind`` says whether the program reads small and capital letters, ``-`` and ``_``, as one.
    """

    name: str
    blind: bool
    floors: dict[str, Version]
    options: dict[str, tuple[Version, str]]


# Options that servers no longer take, so that they end at once where a command still gives one. Of a tag that names no
# full version the oldest counts that it stood for when this table was last looked at: tags only move on.
_GONE: Final = "leave it out"
# Floors: https://github.com/docker-library/official-images/tree/master/library, and the tags of prom/prometheus.
_OF_SERVERS: Final[dict[str, _Server]] = {
    "mysql": _Server(
        "MySQL",
        True,
        {"": (9,), "latest": (9,), "innovation": (9,), "lts": (8, 4), "8": (8, 4), "oracle": (9,)},
        {
            # https://dev.mysql.com/doc/relnotes/mysql/8.4/en/news-8-4-0.html
            "default-authentication-plugin": ((8, 4), "make the accounts with the plugin that their clients know"),
            # https://dev.mysql.com/doc/relnotes/mysql/9.0/en/news-9-0-0.html
            "mysql-native-password": ((9,), "caching_sha2_password takes its place"),
            # https://dev.mysql.com/doc/refman/8.0/en/mysql-nutshell.html, "Features Removed in MySQL 8.0"
            "query-cache-size": ((8,), _GONE),
            "query-cache-type": ((8,), _GONE),
            "query-cache-limit": ((8,), _GONE),
            "innodb-file-format": ((8,), _GONE),
            "innodb-file-format-max": ((8,), _GONE),
            "innodb-large-prefix": ((8,), _GONE),
            "log-warnings": ((8,), "log_error_verbosity takes its place"),
        },
    ),
    "mongo": _Server(
        "MongoDB",
        False,
        {"": (8,), "latest": (8,), "4": (4, 4), "5": (5, 0), "6": (6, 0)},
        {
            # https://www.mongodb.com/docs/manual/release-notes/4.2-compatibility/, "MMAPv1"
            "smallfiles": ((4, 2), _GONE),
            "noprealloc": ((4, 2), _GONE),
            "nssize": ((4, 2), _GONE),
            "storageEngine=mmapv1": ((4, 2), _GONE),
            # https://www.mongodb.com/docs/manual/release-notes/6.1/, "Journaling is always enabled"
            "journal": ((6, 1), _GONE),
            "nojournal": ((6, 1), _GONE),
        },
    ),
    "traefik": _Server(
        "Traefik",
        True,
        {"": (3,), "latest": (3,)},
        {
            # https://doc.traefik.io/traefik/migration/v2-to-v3-details/: "would prevent Traefik to start"
            "providers.docker.swarmmode": ((3,), "--providers.swarm takes its place"),
            "providers.docker.tls.caoptional": ((3,), _GONE),
            "experimental.http3": ((3,), "name it at the entry point: --entrypoints.NAME.http3"),
            "pilot.token": ((3,), _GONE),
            "pilot.dashboard": ((3,), _GONE),
            # https://doc.traefik.io/traefik/v2.0/migration/v1-to-v2/
            "docker": ((2,), "--providers.docker takes its place"),
            "docker.watch": ((2,), "--providers.docker.watch takes its place"),
            "docker.exposedbydefault": ((2,), "--providers.docker.exposedbydefault takes its place"),
            "docker.domain": ((2,), "--providers.docker.defaultrule takes its place"),
            "docker.swarmmode": ((2,), "--providers.swarm takes its place"),
            "web": ((2,), "--api.dashboard takes its place"),
            "acme": ((2,), "--certificatesresolvers.NAME.acme takes its place"),
            "acme.email": ((2,), "--certificatesresolvers.NAME.acme.email takes its place"),
        },
    ),
    "prom/prometheus": _Server(
        "Prometheus",
        False,
        {"": (3,), "latest": (3,), "main": (3,)},
        {
            # https://github.com/prometheus/prometheus/blob/main/CHANGELOG.md, 3.0.0: #14640, #14643
            "storage.tsdb.allow-overlapping-blocks": ((3,), _GONE),
            "alertmanager.timeout": ((3,), _GONE),
        },
    ),
}  # fmt: skip
_TAGGED = pattern(r"v?(\d{1,4}(?:\.\d{1,4}){0,2})(?=$|-)")


def removed_option(image: ImageRef, word: str, following: str) -> Removed | None:
    """What is known of one word of a server's command line if its image no longer takes that option.

    ``following`` is the word after it, which may be its value.
    """
    server = _OF_SERVERS.get(image.familiar.partition("@")[0].partition(":")[0]) if word.startswith("--") else None
    version = _version(server, image.tag or "") if server is not None and image.digest is None else None
    if server is None or version is None:
        return None
    name, equals, value = word[2:].partition("=")
    if server.blind:
        name = name.lower().replace("_", "-")
    found = server.options.get(name) or server.options.get(f"{name}={value if equals else following}")
    if found is None or version < found[0][: len(version)]:
        return None
    return Removed(server.name, ".".join(map(str, found[0])), found[1])


def _version(server: _Server, tag: str) -> Version | None:
    """The version that a tag surely has, or one that is older; None if it says nothing of it."""
    first = tag.partition("-")[0]
    if first in server.floors:
        return server.floors[first]
    match = _TAGGED.match(tag)
    return tuple(map(int, match[1].split("."))) if match is not None else None
