"""The values the builder parses itself: durations, ports, signals, platforms, modes, checksums, sizes.

Every function takes the value without quotes and variables and says what is wrong with it, in words that fit after
"because", or ``None`` if the builder takes it.
"""

from __future__ import annotations

import re

from dlint.lazy import pattern
from dlint.syntax.dockerfile.grammar import SIGNALS
from dlint.syntax.quantities import LAST_PORT, is_address, parse_duration, parse_size, port_range, without_brackets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

TRUE: Final = frozenset(("1", "t", "T", "TRUE", "true", "True"))
FALSE: Final = frozenset(("0", "f", "F", "FALSE", "false", "False"))


def duration_problem(value: str) -> str | None:
    """A Go duration of HEALTHCHECK: zero, or at least a millisecond."""
    seconds = parse_duration(value) if value else 0.0
    if seconds is None:
        if value.lstrip("+-").replace(".", "", 1).isdecimal():
            return f"it has no unit; write {value}s for seconds"
        return "it is no duration such as 30s, 1m30s or 500ms"
    return "it is shorter than 1ms" if seconds and seconds < 1e-3 else None


def retries_problem(value: str) -> str | None:
    """The number of HEALTHCHECK --retries: a 32-bit integer, not negative."""
    if not value:
        return None
    if not re.fullmatch(r"[-+]?[0-9]+", value):
        return "it is no whole number"
    if value.startswith("-") and value.strip("-0"):
        return "it is negative"
    return None if len(value) < 11 and int(value) < 1 << 31 else "it is too large"


def signal_problem(value: str) -> str | None:
    """A signal of STOPSIGNAL: a number other than 0, or a Linux name with or without SIG."""
    if re.fullmatch(r"[-+]?[0-9]+", value):
        return None if value.strip("+-0") else "there is no signal 0"
    name = value.upper().removeprefix("SIG")
    return None if name in SIGNALS else "no Linux signal has that name"


def _ports(text: str) -> tuple[int, int] | None:
    ports = port_range(text)
    return ports if ports is not None and ports[0] <= ports[1] <= LAST_PORT else None


def port_problem(value: str) -> str | None:
    """One word of EXPOSE: ``[ip:][host:]port[-port][/protocol]``."""
    rest, slash, protocol = value.partition("/")
    if not rest:
        return "it names no port"
    if slash and protocol.lower() not in ("tcp", "udp", "sctp", ""):
        return f"{protocol} is no protocol; there are tcp, udp and sctp"
    *before, container = rest.split(":")
    host = before.pop() if before else ""
    address = ":".join(before)
    if address and not is_address(without_brackets(address)):
        return f"{address} is no IP address"
    if not container:
        return "it names no port"
    inside = _ports(container)
    if inside is None:
        return f"{container} is no port or range of ports from 0 to 65535"
    if not host:
        return None
    outside = _ports(host)
    if outside is None:
        return f"{host} is no port or range of ports from 0 to 65535"
    if inside[0] != inside[1] and inside[1] - inside[0] != outside[1] - outside[0]:
        return f"the ranges {container} and {host} differ in length"
    return None


_PLATFORM_PART = pattern(r"[A-Za-z0-9_.-]+")
_SYSTEMS: Final = frozenset(
    "aix android darwin dragonfly freebsd hurd illumos ios js linux macos nacl netbsd openbsd plan9 solaris windows "
    "zos".split()
)
_ARCHITECTURES: Final = frozenset(
    "386 i386 amd64 x86_64 x86-64 amd64p32 arm armhf armel armbe arm64 aarch64 arm64be ppc64 ppc64le loong64 mips "
    "mipsle mips64 mips64le mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm".split()
)


def platform_problem(value: str) -> str | None:
    """A platform: ``os[/arch[/variant]]``, or a known system or architecture alone."""
    parts = value.split("/")
    if len(parts) > 3:
        return "it has more parts than os/arch/variant"
    parts[0] = re.sub(r"\([^()]*\)$", "", parts[0])
    if not all(_PLATFORM_PART.fullmatch(part) for part in parts):
        return "a part of it is empty or has a character that is no letter, digit, dot, - or _"
    if len(parts) == 1 and parts[0].lower() not in _SYSTEMS | _ARCHITECTURES:
        return "alone it is no known system or architecture; write os/arch, for example linux/amd64"
    return None


_SYMBOLIC = pattern(r"[ugoa]*(?:[-+=](?:[rwxXst]*|[ugo]))+(?:,[ugoa]*(?:[-+=](?:[rwxXst]*|[ugo]))+)*")


def mode_problem(value: str) -> str | None:
    """The mode of --chmod: octal up to 7777, or symbolic."""
    if re.fullmatch(r"[0-7]+", value):
        return None if int(value, 8) <= 0o7777 else "it is larger than 7777"
    if len(value) < 200 and _SYMBOLIC.fullmatch(value):
        return None
    return "it is neither an octal number up to 7777 nor symbolic such as u=rwX,go=rX"


def number_problem(value: str, base: int) -> str | None:
    """An unsigned 32-bit number written in ``base`` 8 or 10: the mode, uid and gid of a mount."""
    digits = r"[0-7]+" if base == 8 else r"[0-9]+"
    if not re.fullmatch(digits, value):
        return "it is no octal number" if base == 8 else "it is no number"
    return None if len(value) < 30 and int(value, base) < 1 << 32 else "it is too large"


def size_problem(value: str) -> str | None:
    """The size of a tmpfs mount."""
    return None if parse_size(value) is not None else "it is no size such as 64m or 1g"


_DIGEST_LENGTHS: Final = {"sha256": 64, "sha384": 96, "sha512": 128}


def checksum_problem(value: str, git: bool) -> str | None:
    """The value of ADD --checksum: a digest for a download, a commit for a git repository."""
    if git:
        return None if re.fullmatch(r"[0-9a-fA-F]+", value) else "it is no commit hash"
    algorithm, colon, digits = value.partition(":")
    if not colon or not re.fullmatch(r"[0-9a-f]+", digits):
        return "it is no digest such as sha256:…"
    if algorithm not in _DIGEST_LENGTHS:
        return f"{algorithm} is no digest algorithm; use sha256"
    if len(digits) != _DIGEST_LENGTHS[algorithm]:
        return f"a {algorithm} digest has {_DIGEST_LENGTHS[algorithm]} hexadecimal digits, not {len(digits)}"
    return None


_SCP = pattern(r"[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+:(?!//).+")
_GIT_QUERY: Final = frozenset(
    ("ref", "tag", "branch", "commit", "checksum", "subdir", "keep-git-dir", "submodules", "mtime", "fetch-by-commit")
)


def is_url(source: str) -> bool:
    """Whether ADD downloads the source."""
    return source.startswith(("http://", "https://"))


def is_git(source: str) -> bool:
    """Whether ADD clones the source: by its scheme, as ``user@host:path``, or by a path that ends in ``.git``."""
    if source.startswith(("git://", "ssh://")):
        return True
    if is_url(source):
        return source.partition("#")[0].partition("?")[0].endswith(".git")
    return "@" in source and _SCP.fullmatch(source) is not None


def drops_git(source: str) -> bool:
    """Whether the query of a git source of ADD says that its folder ``.git`` is left out."""
    query = source.partition("#")[0].partition("?")[2]
    options = [option.partition("=") for option in query.split("&")]
    return any(key == "keep-git-dir" and value in FALSE for key, _, value in options)


def git_problem(source: str) -> str | None:
    """What is wrong with the query of a git source of ADD."""
    place, _, fragment = source.partition("#")
    query = place.partition("?")[2]
    refs = 1 if fragment.partition(":")[0] else 0
    for option in query.split("&") if query else ():
        key, _, value = option.partition("=")
        if key not in _GIT_QUERY:
            return f"git sources have no option {key}"
        if key == "mtime" and value not in ("checkout", "commit"):
            return f"mtime is checkout or commit, not {value}"
        refs += key in ("ref", "tag", "branch")
    return "it names more than one ref" if refs > 1 else None
