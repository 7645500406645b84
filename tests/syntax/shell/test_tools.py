"""The tool table turns words into subcommand, options with their values, and arguments."""

from __future__ import annotations

import pytest

from dlint.source import Source, Span, Text
from dlint.syntax.shell import tools
from dlint.syntax.shell import walk as shellwalk
from dlint.syntax.shell.script import ShellCommand
from dlint.syntax.shell.tool_table import TABLE
from dlint.syntax.shell.wrappers import WRAPPERS


def only(text: str) -> ShellCommand:
    return shellwalk.parse(Text.plain(Source("x", text), Span(0, len(text)))).commands[0]


def summary(text: str) -> tuple[str, list[str], list[str]]:
    command = only(text)
    flags = [flag.name if flag.value is None else f"{flag.name}={flag.value}" for flag in command.flags]
    return command.verb, flags, [word.text for word in command.arguments]


@pytest.mark.parametrize(
    ("text", "verb", "flags", "arguments"),
    [
        ("apt-get -y install -t stable a=1 b", "install", ["-y", "-t=stable"], ["a=1", "b"]),
        ("apt-get install -yqq --no-install-recommends a", "install",
         ["-y", "-q", "-q", "--no-install-recommends"], ["a"]),
        ("apt-get -o APT::x=1 -oDebug=1 -q=2 update", "update", ["-o=APT::x=1", "-o=Debug=1", "-q=2"], []),
        ("apt-get install -y -- -a", "install", ["-y"], ["-a"]),
        ("apk add --no-cache -t .deps -X https://x a~=1", "add", ["--no-cache", "-t=.deps", "-X=https://x"], ["a~=1"]),
        ("apk cache clean", "cache clean", [], []),
        ("yum -y --enablerepo epel install a", "install", ["-y", "--enablerepo=epel"], ["a"]),
        ("yum groupinstall -y a", "group install", ["-y"], ["a"]),
        ("dnf in -y a", "install", ["-y"], ["a"]),
        ("dnf module enable nodejs:20", "module enable", [], ["nodejs:20"]),
        ("dnf config-manager --add-repo https://x", "config-manager", ["--add-repo=https://x"], []),
        ("microdnf up", "upgrade", [], []),
        ("zypper -n in -r x a", "install", ["-n", "-r=x"], ["a"]),
        ("zypper ar -p 10 https://x y", "addrepo", ["-p=10"], ["https://x", "y"]),
        ("pacman -Syu --noconfirm a", "", ["-S", "-y", "-u", "--noconfirm"], ["a"]),
        ("pip install -r a.txt -c b.txt -e . --index-url=https://x c==1", "install",
         ["-r=a.txt", "-c=b.txt", "-e=.", "--index-url=https://x"], ["c==1"]),
        ("pip3.11 install --upgrade pip", "install", ["--upgrade"], ["pip"]),
        ("pip cache purge", "cache purge", [], []),
        ("pip install -rreq.txt", "install", ["-r=req.txt"], []),
        ("uv pip install --system -r a b", "pip install", ["--system", "-r=a"], ["b"]),
        ("uv sync --frozen --no-dev", "sync", ["--frozen", "--no-dev"], []),
        ("uv run --with x a.py --with y", "run", ["--with=x"], ["a.py", "--with", "y"]),
        ("poetry install --only main -n", "install", ["--only=main", "-n"], []),
        ("pipenv install --system --deploy", "install", ["--system", "--deploy"], []),
        ("pipx install --python 3.11 a", "install", ["--python=3.11"], ["a"]),
        ("npm i -g --registry https://x a@1 b", "install", ["-g", "--registry=https://x"], ["a@1", "b"]),
        ("npm --prefix /x ci", "ci", ["--prefix=/x"], []),
        ("npm cache clean --force", "cache clean", ["--force"], []),
        ("npm cache rm", "cache clean", [], []),
        ("npm set registry https://x", "config set", [], ["registry", "https://x"]),
        ("yarn global add a", "global add", [], ["a"]),
        ("yarn --cwd /x install --frozen-lockfile", "install", ["--cwd=/x", "--frozen-lockfile"], []),
        ("yarn", "", [], []),
        ("pnpm -C /x i --frozen-lockfile", "install", ["-C=/x", "--frozen-lockfile"], []),
        ("bun a x", "add", [], ["x"]),
        ("gem i rails -v 7.1 --no-document", "install", ["-v=7.1", "--no-document"], ["rails"]),
        ("bundle config set --local path x", "config set", ["--local"], ["path", "x"]),
        ("go install -tags a,b -ldflags '-s -w' x@latest", "install", ["-tags=a,b", "-ldflags=-s -w"], ["x@latest"]),
        ("go build --trimpath -o=/x ./...", "build", ["-trimpath", "-o=/x"], ["./..."]),
        ("go mod download -x", "mod download", ["-x"], []),
        ("go run main.go -v", "run", [], ["main.go", "-v"]),
        ("cargo +nightly install --version 1 a", "install", ["+nightly", "--version=1"], ["a"]),
        ("cargo b -r -p a", "build", ["-r", "-p=a"], []),
        ("composer global require a/b", "global require", [], ["a/b"]),
        ("conda install -n x -c conda-forge -y a=1", "install", ["-n=x", "-c=conda-forge", "-y"], ["a=1"]),
        ("conda env create -f e.yml", "env create", ["-f=e.yml"], []),
        ("conda clean -afpy x", "clean", ["-a", "-f", "-p", "-y"], ["x"]),
        ("micromamba install -f a.yml", "install", ["-f=a.yml"], []),
        ("curl -fsSLo /x -H 'A: b' --retry 3 https://x", "",
         ["-f", "-s", "-S", "-L", "-o=/x", "-H=A: b", "--retry=3"], ["https://x"]),
        ("curl -XPOST https://x", "", ["-X=POST"], ["https://x"]),
        ("wget -qO- https://x", "", ["-q", "-O=-"], ["https://x"]),
        ("wget -nv -cnc -P /x --progress=dot:giga https://x", "",
         ["-nv", "-c", "-nc", "-P=/x", "--progress=dot:giga"], ["https://x"]),
        ("tar xzf a.tgz -C /x --strip-components 1 b", "",
         ["-x", "-z", "-f=a.tgz", "-C=/x", "--strip-components=1"], ["b"]),
        ("tar xfC a.tgz /x", "", ["-x", "-f=a.tgz", "-C=/x"], []),
        ("tar -xzf a.tgz", "", ["-x", "-z", "-f=a.tgz"], []),
        ("unzip -q a.zip -d /x", "", ["-q", "-d=/x"], ["a.zip"]),
        ("git -C /x -c a=b clone --depth 1 -b v1 u d", "clone", ["-C=/x", "-c=a=b", "--depth=1", "-b=v1"], ["u", "d"]),
        ("git submodule update --init", "submodule update", ["--init"], []),
        ("useradd -rlm -u 1000 -G a,b -s /bin/sh app", "",
         ["-r", "-l", "-m", "-u=1000", "-G=a,b", "-s=/bin/sh"], ["app"]),
        ("useradd -ru10000 app", "", ["-r", "-u=10000"], ["app"]),
        ("adduser -D -h /x -u 9 app", "", ["-D", "-h=/x", "-u=9"], ["app"]),
        ("adduser --disabled-password --gecos '' app", "", ["--disabled-password", "--gecos="], ["app"]),
        ("ln -sf /bin/bash /bin/sh", "", ["-s", "-f"], ["/bin/bash", "/bin/sh"]),
        ("chmod -R 777 /x", "", ["-R"], ["777", "/x"]),
        ("chown -R --from=a b /x", "", ["-R", "--from=a"], ["b", "/x"]),
        ("rm -rf /a /b", "", ["-r", "-f"], ["/a", "/b"]),
        ("set -euxo pipefail", "", ["-e", "-u", "-x", "-o=pipefail"], []),
        ("docker run --rm -e A=1 img cmd -e", "run", ["--rm", "-e=A=1"], ["img", "cmd", "-e"]),
        ("python3 -u x.py -m y", "", ["-u"], ["x.py", "-m", "y"]),
        ("unknown -abc --d=e f - -- -g", "", ["-a", "-b", "-c", "--d=e"], ["f", "-", "-g"]),
        ("pip install -r", "install", ["-r"], []),
        ("x -p$P -$Q --r=$S", "", ["-p", "-${Q}", "--r=${S}"], []),
        ("curl -o$P x", "", ["-o=${P}"], ["x"]),
    ],
)  # fmt: skip
def test_words_are_sorted(text: str, verb: str, flags: list[str], arguments: list[str]) -> None:
    assert summary(text) == (verb, flags, arguments)


def test_subcommand_and_flags_have_their_place() -> None:
    command = only("npm --prefix '/x' i -gD a")
    assert command.subcommand is not None
    assert (command.subcommand.raw, command.verb) == ("i", "install")
    prefix = command.flag("--prefix")
    assert prefix is not None
    assert (prefix.raw, prefix.value_word and prefix.value_word.raw) == ("--prefix '/x'", "'/x'")
    assert [flag.raw for flag in command.flags[1:]] == ["-gD", "-gD"]


def test_asking_for_flags() -> None:
    command = only("curl --retry 1 -s --retry 2")
    assert command.has_flag("-s", "--silent")
    assert not command.has_flag("-f", "--fail")
    last = command.flag("--retry")
    assert last is not None
    assert last.value == "2"
    assert command.flag("-f") is None


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("pip", "pip"), ("pip3", "pip"), ("pip3.11", "pip"), ("pip-3.9", "pip"), ("python3.13t", "python"),
        ("pypy3", "pypy"), ("bundler", "bundle"), ("pipx", "pipx"), ("pipenv", "pipenv"), ("dnf5", "dnf5"),
        ("pipt", "pipt"), ("", ""), ("apk.static", "apk"),
    ],
)  # fmt: skip
def test_the_name_without_a_version(name: str, known: str) -> None:
    assert tools.canonical(name) == known


@pytest.mark.parametrize("name", [*TABLE, *WRAPPERS])
def test_every_row_is_well_formed(name: str) -> None:
    # A typing error in a row shows as a word that is neither an option nor a name.
    tool = tools.tool(name)
    assert all(option.startswith("-") and len(option) > 1 for option in tool.values)
    assert all(option.lstrip("!").startswith("-") for options in tool.verbs.values() for option in options)
    groups = tool.groups or frozenset()
    for short, full in tool.aliases.items():
        assert short != full
        assert full not in tool.aliases
        assert " " not in full or full.split()[0] in groups
    if tool.verbs:
        assert tool.groups is not None
