"""Scripts of which ShellCheck has nothing to say, known without asking it.

What it minds in a chain of simple commands is quoting, what only some shells know, and how some two dozen commands are
called. So a chain of other commands, with words that nothing can split, need not be read by it, and where all scripts
of a file are such chains no process is started. Whatever is not surely so is for ShellCheck.

Source: ShellCheck 0.11, Checks/Commands.hs, Checks/ShellSupport.hs, Analytics.hs and Data.hs; held to the program
itself by tests/shellcheck/test_silent.py.
"""

from __future__ import annotations

from collections.abc import Container
from itertools import dropwhile

from dlint.lazy import pattern
from dlint.model.facts.packages import MANAGERS
from dlint.syntax.shell import chain
from dlint.syntax.shell.chain import Simple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# Programs that no check of ShellCheck is about, beside the package managers.
_TOOLS: Final = frozenset(
    (
        *MANAGERS,
        *(
            # languages and their tools
            "ant asdf autoconf autogen.sh autoreconf bower bundle cabal cargo cmake colcon composer conda configure"
            " corepack cpan cpanm dart deno dotnet easy_install elixir erl flutter g++ gcc ghc go gradle gradlew"
            " grunt gulp jar java javac jupyter lein luarocks make mamba meson mix msbuild mvn mvnw nim ninja node"
            " nodejs npx nuget opam paket pear pecl perl php phpize pipenv pipx poetry pwsh pytest python qmake R"
            " raco rebar rosdep Rscript ruby rustc rustup sbt stack swift tsc uv uvx virtualenv"
            # files, archives, downloads
            " bsdtar bunzip2 chgrp chmod chown cpio curl diff dos2unix git gpg gunzip gzip install jq ldd md5sum"
            " patch sha1sum sha256sum sha512sum strip svn tar tee touch unxz unzip wget xmlstarlet xz zip"
            # users, system, services
            " a2disconf a2dismod a2dissite a2enconf a2enmod a2ensite add-apt-repository addgroup adduser"
            " alternatives apache2ctl apt-add-repository apt-key apt-mark chpasswd chsh crontab"
            " debconf-set-selections deluser docker-php-ext-configure docker-php-ext-enable docker-php-ext-install"
            " dpkg-reconfigure fc-cache groupadd groupmod httpd ldconfig locale-gen localedef nginx openssl passwd"
            " phpenmod rabbitmq-plugins service setcap systemctl update-alternatives update-ca-certificates"
            " update-locale update-rc.d useradd userdel usermod yes"
            # what containers are asked for their health with
            " mongosh mysql mysqladmin nc pg_isready psql rabbitmq-diagnostics rabbitmqctl redis-cli"
            # containers and clouds
            " aws docker docker-compose gcloud helm kubectl terraform xx-apk xx-apt xx-apt-get xx-cargo xx-go"
            " xx-verify"
        ).split(),
    )
)
# Of these it minds something where they are part of a pipeline.
_ALONE: Final = frozenset("cat ls sed sleep".split())
# Programs that read what comes through a pipe; of most others ShellCheck says that they do not.
_READING: Final = frozenset(
    "apt-key bash bsdtar bunzip2 chpasswd cpio crontab debconf-set-selections docker gpg grep gunzip gzip jq md5sum"
    " mysql node patch perl php psql python sh sha1sum sha256sum sha512sum tar tee unxz xz".split()
)
_SCRIPTS: Final = (".sh", ".py", ".pl", ".rb", ".php", ".js")
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PLAIN: Final = _LETTERS + "0123456789_./:=@%+,-"
_WITH_VARIABLES: Final = _PLAIN + "${}"
# What is likely meant as the shell's own word.
_RESERVED: Final = frozenset("do done esac fi then".split())
# Folders of a system: that rm takes one of them away is worth a word.
_SYSTEM: Final = frozenset(
    "bin boot dev etc home lib lib32 lib64 libx32 media mnt opt proc root run sbin srv sys usr usr/bin usr/lib"
    " usr/local usr/sbin usr/share var var/lib".split()
)
_EXPANDED: Final = frozenset("$`")
# Commands that write nothing into what their output goes to.
_MUTE: Final = frozenset(": cd exit export set true".split())
_VERSION: Final = "0123456789.-"
VARIABLE = pattern(r"\$\{?[#!]?([A-Za-z_]\w*)")


def is_silent(script: str, dialect: str, names: Container[str]) -> bool:
    """Whether ShellCheck surely says nothing of a script in that dialect of its own.

    ``names`` are the variables it is told of: it takes them for numbers, which need no quotes.
    """
    code = script.replace("\\\n", "").strip()
    if not code.isascii():
        return False
    commands = chain.chain(code)
    if commands is None:
        return False
    joints = [command.joint for command in commands]
    # A && B || C is no if-then-else.
    if "&" in joints or "|&" in joints or ("||" in joints and "&&" in joints):
        return False
    used = frozenset(VARIABLE.findall(code)) if "$" in code else frozenset()
    if not all(name in names for name in used):
        return False
    after = [*joints[1:], ""]
    return all(_Command(code, *each).is_silent(dialect, used) for each in zip(commands, after, strict=True))


class _Command:
    """One command of a chain: its name with its path, its words as written, the operators around it."""

    __slots__ = ("code", "at", "name", "words", "after")

    def __init__(self, code: str, at: Simple, after: str) -> None:
        self.code = code
        self.at = at
        self.name = code[at.name : at.name_end]
        self.words = [code[start:end] for start, end in chain.words(code, at.name_end, at.end)]
        self.after = after

    def is_silent(self, dialect: str, used: frozenset[str]) -> bool:
        """Whether nothing is said of it in a script that uses these variables."""
        at, words = self.at, self.words
        if not (at.name == at.start or self._sets_plainly(used)) or not (
            at.behind == at.end or self._is_redirected_plainly()
        ):
            return False
        if not all(map(_is_silent_word, words)) or not _RESERVED.isdisjoint(words):
            return False
        name = self.name.rpartition("/")[2]
        if name == "sudo" and words and at.behind == at.end:
            name = words[0].rpartition("/")[2]
            return self._fits(name) and _is_tool(name)
        if name == "cd":
            return self.after in ("&&", "||") and len(words) == 1 and _is_path(words[0]) and ".." not in words[0]
        if name == "exit":
            return not self.after and words in ([], ["0"], ["1"])
        if name == "echo" and len(words) > 1 and "  " in self.code[at.name_end : at.end]:
            return False
        return self._fits(name) and (_is_tool(name) or self._is_own_script() or _is_silent_call(name, words, dialect))

    def _is_own_script(self) -> bool:
        return "/" in self.name and self.name.endswith(_SCRIPTS)

    def _fits(self, name: str) -> bool:
        """Whether a program may stand where it stands in a pipeline."""
        if self.at.joint == "|":
            return name.rstrip(_VERSION) in _READING or name in _READING
        return self.after != "|" or name not in _ALONE

    def _sets_plainly(self, used: frozenset[str]) -> bool:
        """Whether the assignments before it have values without variables, and none of them is used."""
        found = chain.assignments(self.code, self.at.start, self.at.name)
        return all(
            self.code[start:equals] not in used and value < end and _is_literal(self.code[value:end])
            for start, equals, value, end in found
        )

    def _is_redirected_plainly(self) -> bool:
        """Whether it writes to one file, or reads from one, which it does not name otherwise."""
        found = list(chain.redirects(self.code, self.at.end, self.at.behind))
        if len(found) == 2 and self.code[found[1][0] : found[1][-1]] == "2>&1":
            found.pop()
        if len(found) != 1 or "|" in (self.at.joint, self.after):
            return False
        _, descriptor, operator, start, end = found[0]
        target = self.code[start:end]
        if descriptor or target.strip(_WITH_VARIABLES) or target.isdecimal() or target in self.words:
            return False
        if operator == "<":
            return self.name in _READING
        return operator in (">", ">>") and self.name not in _MUTE and self.code.count(">>") < 3


def _is_tool(name: str) -> bool:
    """Whether it is a program that no check is about; with a version as well."""
    return name in _TOOLS or name.rstrip(_VERSION) in _TOOLS


def _is_silent_word(word: str) -> bool:
    """Whether a word needs no quotes, or has them once and to its end. Variables are known."""
    quote = word[-1]
    if quote not in "\"'":
        return not word.strip(_WITH_VARIABLES + "*") and word[0] not in "=*" and word[:2] != "+="
    head, _, quoted = word[:-1].partition(quote)
    if head.strip(_WITH_VARIABLES) or quote in quoted or head[:1] == "=" or head[:2] == "+=":
        return False
    return quoted[:1] != "~" and (quote == '"' or (quoted[-1:] != "\\" and not _EXPANDED.intersection(quoted)))


def _is_literal(word: str) -> bool:
    return "$" not in word and "*" not in word and _is_silent_word(word)


def _is_silent_call(name: str, words: list[str], dialect: str) -> bool:
    """Whether nothing is said of a command that ShellCheck knows, called with silent words."""
    if name == "rm":
        removed = [word for word in words if word[0] != "-"]
        return _is_called_with(words, "rRfv", ("--force", "--recursive", "--verbose"), 1) and all(
            map(_is_removable, removed)
        )
    if name == "mkdir":
        return _is_called_with(words, "pv", ("--parents", "--verbose"), 1)
    if name in ("ln", "cp", "mv"):
        return _is_called_with(words, _LETTERS, ("--force", "--symbolic", "--recursive", "--verbose"), 2)
    if name == "echo":
        return not any(word[0] == "-" or "\\" in word for word in words)
    if name == "grep":
        return not any("*" in word for word in words)
    if name == "set":
        return bool(words) and _sets_options(words, dialect)
    if name == "export":
        return all(_is_literal(word.partition("=")[2] or "=") for word in words)
    return name in _ALONE or name in (":", "true", "bash", "sh")


def _is_called_with(words: list[str], letters: str, options: tuple[str, ...], least: int) -> bool:
    """Whether these options alone stand before the paths, of which there are ``least`` or more."""
    paths = list(dropwhile(lambda word: word in options or (word[0] == "-" and not word[1:].strip(letters)), words))
    return len(paths) >= least and all(map(_is_path, paths))


def _is_removable(path: str) -> bool:
    if path.strip(_PLAIN + "*") or path[0] == "*":
        return False
    folders = "/".join(part for part in path.split("/") if part.strip("*."))
    return bool(folders) and (path[0] != "/" or folders not in _SYSTEM)


def _is_path(word: str) -> bool:
    return word[0] not in ":@%+,-" and "=" not in word


def _sets_options(words: list[str], dialect: str) -> bool:
    """Whether set gets options that the dialect has."""
    if words[-1] == "pipefail" and len(words) > 1:
        return dialect == "bash" and _sets_options([*words[:-2], words[-2].removesuffix("o") + "e"], dialect)
    return all(word[0] in "-+" and len(word) > 1 and not word[1:].strip("eux") for word in words)
