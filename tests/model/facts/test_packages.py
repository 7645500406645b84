"""Package managers: one table, asked what a command does."""

from __future__ import annotations

import pytest

from dlint.model.facts import packages
from dlint.source import Source
from dlint.syntax.dockerfile import parser as dockerfile
from dlint.syntax.dockerfile.parser import Run
from dlint.syntax.shell.script import ShellCommand
from dlint.syntax.shell.walk import parse


def command(text: str) -> ShellCommand:
    run = dockerfile.parse(Source("Dockerfile", f"FROM a\nRUN {text}\n")).instructions[1]
    assert isinstance(run, Run)
    assert run.script is not None
    return parse(run.script).commands[0]


def what(text: str) -> str:
    """What a command does, by the questions that say yes."""
    asked = ("installs", "removes", "upgrades", "refreshes", "cleans")
    return " ".join(name for name in asked if getattr(packages, name)(command(text)))


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("apt-get install a", "installs"), ("apt remove a", "removes"), ("aptitude safe-upgrade", "upgrades"),
        ("apt-get update", "refreshes"), ("apt-get clean", "cleans"), ("apt-get check", ""),
        ("gdebi -n a.deb", "installs"),
        ("apk add a", "installs"), ("apk del a", "removes"), ("apk update", "refreshes"), ("apk info a", ""),
        ("dnf in a", "installs"), ("dnf groupinstall a", "installs"), ("dnf update", "upgrades"),
        ("yum up", "upgrades"),
        ("tdnf makecache", "refreshes"), ("microdnf install a", "installs"), ("dnf5 erase a", "removes"),
        ("zypper in a", "installs"), ("zypper ref", "refreshes"), ("zypper cc", "cleans"), ("zypper up", "upgrades"),
        ("pacman -S a", "installs"), ("pacman -Syu a", "installs"), ("pacman --sync a", "installs"),
        ("pacman -U a.zst", "installs"), ("pacman -Syu", "upgrades"), ("pacman -Sy", "refreshes"),
        ("pacman -Scc", "cleans"), ("pacman -Rns a", "removes"), ("pacman -Ss a", ""), ("pacman -Qi a", ""),
        ("rpm -Uvh a.rpm", "installs"), ("rpm -qa", ""), ("dpkg -i a.deb", "installs"), ("dpkg --configure -a", ""),
        ("pip3 install a", "installs"), ("uv pip install a", "installs"), ("uv sync", ""), ("npm i a", "installs"),
        ("yarn global add a", "installs"), ("yarn", ""), ("composer require a/b", "installs"), ("echo install a", ""),
    ],
)  # fmt: skip
def test_what_commands_do(text: str, does: str) -> None:
    assert what(text) == does


@pytest.mark.parametrize("text", ["npm ci", "yarn", "uv sync", "bundle install", "go mod download", "pip install a"])
def test_what_loads(text: str) -> None:
    assert packages.loads(command(text))


@pytest.mark.parametrize("text", ["npm run x", "yarn build", "go version", "pip --version", "apt-get update"])
def test_what_loads_nothing(text: str) -> None:
    assert not packages.loads(command(text))


def test_siblings_share_a_row() -> None:
    assert packages.family("aptitude") is packages.family("apt-get")
    assert packages.family("tdnf") is packages.family("dnf")
    assert packages.family("apk") is not packages.family("apt-get")


def test_a_name_stands_in_one_row() -> None:
    names = [name for one in {id(one): one for one in packages.MANAGERS.values()}.values() for name in one.names]
    assert len(names) == len(set(names)) == len(packages.MANAGERS)


def test_who_changes_the_system_needs_root() -> None:
    assert all(packages.family(name).root for name in packages.SYSTEM_NAMES)
    assert not packages.family("pip").root


def test_package_names() -> None:
    assert all(map(packages.names_package, ("a", "lib32+x", "7zip", "a=1")))
    assert not [text for text in ("$A", "./a", "-y", "*", "http://x/a", "a*") if packages.names_package(text)]


def test_mounts_keep_folders_out() -> None:
    text = "FROM a\nRUN --mount=type=cache,target=/var/cache/ --mount=type=bind,target=/opt true\n"
    run = dockerfile.parse(Source("Dockerfile", text)).instructions[1]
    assert isinstance(run, Run)
    assert packages.kept_out(run, "/var/cache/apk")
    assert packages.kept_out(run, "/var/cache", "cache")
    assert not packages.kept_out(run, "/var/cache/apk", "/opt")
    assert not packages.kept_out(run, "/var/cachex")
    assert not packages.kept_out(None, "/var/cache")
