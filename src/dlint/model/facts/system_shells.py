"""What ``/bin/sh`` is: of images whose name tells their system, and on systems whose package manager is known.

Debian and Ubuntu have dash, Alpine has BusyBox's ash, the families of Red Hat, SUSE, Amazon, Arch and Gentoo have bash
(the packages that own ``/bin/sh`` there). The images that Docker builds on Debian or Ubuntu unless their tag names
another system are those of https://github.com/docker-library/official-images.
"""

from __future__ import annotations

from dlint.lazy import pattern
from dlint.syntax.image import ImageRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_BUSYBOX: Final = frozenset(("alpine", "busybox", "gliderlabs"))
_DASH: Final = frozenset(
    "debian ubuntu buildpack-deps slim raspbian devuan kalilinux minideb linuxmint neurodebian phusion".split()
)
_BASH: Final = frozenset(
    "fedora centos rockylinux almalinux amazonlinux oraclelinux opensuse archlinux rhel photon azurelinux mariner"
    " cbl-mariner sl scientificlinux gentoo stage mageia sles suse amazoncorretto lambda oracle ubi nix nixos clefos"
    " manjarolinux clearlinux openeuler anolis".split()
)
_ON_DEBIAN: Final = frozenset(
    "cassandra clojure couchdb drupal eclipse-temurin elixir erlang gcc ghost golang gradle haproxy haskell httpd"
    " jenkins joomla jruby julia mariadb maven memcached mongo mono nextcloud nginx node odoo perl php postgres"
    " pypy python r-base rabbitmq redis ruby rust solr swift tomcat wordpress".split()
)
_RELEASES: Final = frozenset(
    "wheezy jessie stretch buster bullseye bookworm trixie trusty xenial bionic focal jammy noble".split()
)
_RED_HAT: Final = ("ubi", "rhel", "manylinux")
_UBI = pattern(r"(?:ubi|rhel)\d+(?:-(?:init|minimal|micro))?|manylinux.*")
_FIRST_NUMBER = pattern(r"\d{1,9}")
# OpenJDK's images are built on Oracle Linux from 12 on (docker-library/docs, openjdk).
_OPENJDK_ON_DEBIAN: Final = 11
_BY_MANAGER: Final = {
    "apk": "busybox", "apt-get": "dash", "apt": "dash", "dpkg": "dash", "dnf": "bash", "yum": "bash",
    "microdnf": "bash", "tdnf": "bash", "zypper": "bash", "pacman": "bash", "emerge": "bash",
}  # fmt: skip
MANAGERS: Final = frozenset(_BY_MANAGER)


def of_image(image: ImageRef | None) -> str | None:
    """The dialect of ``/bin/sh`` (``dash``, ``busybox`` or ``bash``) where the image's name tells it."""
    if image is None:
        return None
    parts = image.path.split("/")
    name, tag = parts[-1], image.tag or ""
    words = {*parts, *tag.replace("_", "-").split("-")}
    letters = {word.rstrip("0123456789.") for word in words}
    if letters & _BUSYBOX:
        return "busybox"
    if letters & _DASH or words & _RELEASES:
        return "dash"
    if letters & _BASH or any(word.startswith(_RED_HAT) and _UBI.fullmatch(word) for word in words):
        return "bash"
    if name in ("openjdk", "java"):
        return _of_openjdk(name, tag)
    return "dash" if name in _ON_DEBIAN and len(parts) < 3 else None


def _of_openjdk(name: str, tag: str) -> str:
    number = _FIRST_NUMBER.match(tag)
    return "dash" if name == "java" or (number and int(number[0]) <= _OPENJDK_ON_DEBIAN) else "bash"


def of_managers(names: frozenset[str]) -> str | None:
    """The dialect of ``/bin/sh`` where these programs run; None if they are of several systems, or of none."""
    found = {_BY_MANAGER[name] for name in names & MANAGERS}
    return found.pop() if len(found) == 1 else None
