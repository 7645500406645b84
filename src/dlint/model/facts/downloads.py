"""Downloads of a script: what is fetched from where, where it goes, and what tells that it is the right thing.

Sources: curl(1), wget(1), and the manuals of the programs that check.
"""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase

from dlint.lazy import NamedTuple, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from dlint.syntax.shell.script import Script, ShellCommand
    from dlint.syntax.shell.words import ShellWord

CMDLETS: Final = ("invoke-webrequest", "invoke-restmethod", "start-bitstransfer")
"""Those of them that are cmdlets of PowerShell."""

FETCHERS: Final = ("curl", "wget", *CMDLETS)
"""The programs that fetch what their words name."""

CHECKS: Final = frozenset(
    "shasum sha1sum sha224sum sha256sum sha384sum sha512sum sha3sum md5sum b2sum gpg gpg2 gpgv gpgv2 cosign minisign "
    "openssl rhash slsa-verifier signify".split()
)
"""Programs that compare a checksum or a signature."""

UNPACKERS: Final = frozenset(
    "expand-archive tar bsdtar unzip gunzip zcat xz unxz bunzip2 bzip2 gzip 7z 7za unzstd zstd cpio jar".split()
)
"""Programs that read archives, and fail on what is none."""

_INSTALLERS: Final = frozenset(
    "dpkg rpm apt apt-get yum dnf microdnf zypper apk gdebi pacman msiexec start-process installer".split()
)
_MOVERS: Final = frozenset(("mv", "cp", "install", "ln"))
_TAKERS: Final = frozenset(("chmod", *UNPACKERS, *_INSTALLERS, *_MOVERS))
_STARTED: Final = (".exe", ".ps1", ".cmd", ".bat")
_NOT_AS_WRITTEN: Final = "$*\"'\\"
"""Signs in a command by which it may name a file that does not stand in it."""
_PROGRAMS: Final = frozenset(("bin", "sbin"))
_PROGRAMS_BELOW: Final = frozenset(("libexec", "cli-plugins"))
_MOST: Final = 200


class Download(NamedTuple):
    """One URL that a command fetches.

    ``url`` is as written, ``where`` its word. ``target`` is the path it is written to; None where it goes on in a pipe
    or to the output.
    """

    command: ShellCommand
    url: str
    where: ShellWord
    target: str | None

    @property
    def name(self) -> str:
        """The last name of the file it is written to."""
        return _last(self.target or "")


def may_be_cmdlet(command: ShellCommand) -> bool:
    """Whether Windows PowerShell takes ``curl`` or ``wget`` for its own Invoke-WebRequest, as it does without ``.exe``.

    Source: about_Aliases; PowerShell 7 has these aliases no more, but SHELL does not say which one an image has.
    """
    return command.script.dialect == "powershell" and not command.called.lower().endswith(".exe")


def downloads_in(script: Script) -> list[Download]:
    """The downloads of a script, in order; what only asks a server is none."""
    if script.downloads is None:
        named = script.by_name
        commands = [command for name in FETCHERS if name in named for command in named[name][:_MOST]]
        script.downloads = [one for command in sorted(commands, key=_index) for one in _of(command)]
    return cast("list[Download]", script.downloads)


def _index(command: ShellCommand) -> int:
    return command.index


FETCH_NOTHING: Final = ("--version", "-V", "--help", "-h", "--spider")
"""Options with which curl and wget fetch nothing."""

_NO_DOWNLOAD: Final = (
    *FETCH_NOTHING, "-I", "--head", "-d", "--data", "-X", "--request", "-F", "--form",
    "--post-data", "--post-file", "--data-binary", "--data-raw", "-T", "--upload-file", "--data-urlencode",
)  # fmt: skip


def _of(command: ShellCommand) -> Iterator[Download]:
    if any(flag.name in _NO_DOWNLOAD and not _is_wget_number(command, flag.name) for flag in command.flags):
        return
    words = list(command.arguments)
    named = ("--url", "-uri", "-source")
    words += [flag.value_word for flag in command.flags if flag.name in named and flag.value_word is not None]
    for word in words[:_MOST]:
        if "://" in word.text or word.text.startswith("$"):
            yield Download(command, word.text, word, _target(command, word.text))


def _is_wget_number(command: ShellCommand, option: str) -> bool:
    """Whether an option means something else to wget: -d debugs, -T is a limit, -I and -X are folders, -F is HTML."""
    return command.name == "wget" and option in ("-d", "-T", "-I", "-X", "-F")


def _last(path: str) -> str:
    """The last part of a path of either kind."""
    return path.replace("\\", "/").rpartition("/")[2]


def _target(command: ShellCommand, url: str) -> str | None:
    if command.name in CMDLETS:
        to = command.flag("-outfile", "-destination")
        return to.value if to is not None else None
    curl = command.name == "curl"
    option = command.flag("-o", "--output") if curl else command.flag("-O", "--output-document")
    if option is not None:
        return None if option.value in ("-", "/dev/stdout", "/dev/null", None) else option.value
    for redirect in command.redirects:
        if redirect.operator in (">", ">>", ">|") and redirect.target is not None and redirect.fd in (None, 1):
            return None if redirect.target.text == "/dev/null" else redirect.target.text
    if curl and not command.has_flag("-O", "--remote-name", "--remote-name-all"):
        return None
    folder = command.flag("--output-dir") if curl else command.flag("-P", "--directory-prefix")
    name = posixpath.basename(url.partition("?")[0])
    return posixpath.join((folder.value if folder is not None else None) or "", name) or None


_INTERNAL: Final = (
    "localhost", "127.", "10.", "192.168.", "169.254.", "0.0.0.0", "[", *(f"172.{number}." for number in range(16, 32))
)  # fmt: skip
_INTERNAL_DOMAINS: Final = tuple(
    ".local .internal .lan .intranet .corp .home .localdomain .test .svc .private .localhost".split()
)


def _in_house(host: str) -> bool:
    """Whether a host is this machine or one of the local network."""
    return host.startswith(_INTERNAL) or "." not in host or host.endswith(_INTERNAL_DOMAINS)


def is_plain(url: str) -> bool:
    """Whether a URL has nothing to show who answers, and leads out of the machine and the local network."""
    host = _host(url) if url.startswith(("http://", "ftp://")) else None
    return host is not None and "$" not in host and not _in_house(host)


def is_internal(url: str) -> bool:
    """Whether a URL surely leads to this machine or the local network."""
    host = _host(url)
    return host is not None and "$" not in host and _in_house(host)


def _host(url: str) -> str | None:
    """The host in a URL; None for what is none."""
    scheme, colon, rest = url.partition("://")
    if not colon or not scheme.replace("_", "").isalnum():
        return None
    user, at, place = rest.partition("/")[0].partition("@")
    return (place if at else user).partition(":")[0].partition("?")[0].partition("#")[0]


def checks(command: ShellCommand) -> bool:
    """Whether a command compares a checksum or a signature."""
    if command.name in ("gpg", "gpg2"):
        return command.has_flag("--verify", "--decrypt", "-d") or any(w.text == "--verify" for w in command.given)
    if command.name in ("rpm", "rpmkeys"):
        return command.has_flag("-K", "--checksig")
    if command.name in ("get-filehash", "get-authenticodesignature"):
        return True
    if command.name == "certutil":
        return any(word.text.lower() == "-hashfile" for word in command.given)
    if command.name in CHECKS:
        return command.name != "openssl" or any(
            w.text in ("dgst", "sha256", "sha512", "md5", "sha1") for w in command.given
        )
    if not command.source.mentions("hash"):
        return False
    return any("hash" in word.text and " " in word.text for word in command.given[:4])


def takes(command: ShellCommand, download: Download) -> str | None:
    """What a later command does with a downloaded file: ``unpack``, ``install`` or ``run``; None for nothing such."""
    name = download.name
    started = name.lower().endswith(_STARTED) and command.name_node.raw.rstrip("\"'").endswith(name)
    if not name or (command.name not in _TAKERS and not started):
        return None
    written = command.written
    if name not in written and not any(map(written.__contains__, _NOT_AS_WRITTEN)):
        return None
    # The target of a redirect stands as it is written.
    words = command.given if "$" not in name else command.words
    named = [word.text for word in words if _names(word.text, name)]
    if command.name in UNPACKERS and (named or any(name in word.text for word in words)):
        return "unpack"
    if command.name in _INSTALLERS and named and not command.has_flag("--import"):
        return "install"
    if command.name == "chmod" and named and any("x" in w.text or w.text[-1:] in "1357" for w in command.given[:1]):
        return "run"
    if started:
        return "run"
    if command.name in _MOVERS and named and any(_is_below_programs(word.text) for word in command.given[1:]):
        return "run"
    return None


def _names(text: str, name: str) -> bool:
    """Whether a word is a path with that last name, or a pattern of its kind."""
    last = _last(text.partition("=")[2] or text)
    return last == name or ("*" in last and fnmatchcase(name, last))


def goes_where_programs_are(path: str) -> bool:
    """Whether a path lies in a folder that programs are started from."""
    return _is_below_programs(path) and "." not in posixpath.basename(path).removesuffix(".sh")


def _is_below_programs(path: str) -> bool:
    folders = path.split("/")[:-1]
    return not (_PROGRAMS.isdisjoint(folders) and _PROGRAMS_BELOW.isdisjoint(folders[1:]))
