"""What the builder accepts, as data: instructions, their flags, the keys of mounts, and since when.

Source: BuildKit, ``frontend/dockerfile/instructions``, the Dockerfile reference and the release notes of the Dockerfile
frontend. ``since`` is the first stable version of the ``docker/dockerfile`` syntax image that knows the thing; ``None``
means every version, and ``labs`` that only the ``-labs`` channel has it. ``labs`` is the first version of that channel.
"""

from __future__ import annotations

from dlint.lazy import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


class FlagRule(NamedTuple):
    """One flag: ``kind`` is ``value``, ``bool`` or ``list`` (a value, and the flag may be repeated)."""

    kind: str
    since: str | None = None
    expanded: bool = False
    labs: str | None = None


class Feature(NamedTuple):
    """Something that is no flag: ``what`` it is, as the start of a sentence, and since when there is it."""

    what: str
    since: str
    labs: str | None = None


_CHOWN = FlagRule("value", None, True)
_CHMOD = FlagRule("value", "1.2", True)
_LINK = FlagRule("bool", "1.4")
_EXCLUDE = FlagRule("list", "1.19", labs="1.7")
_TIME = FlagRule("value")

FLAGS: Final[dict[str, dict[str, FlagRule]]] = {
    "FROM": {"platform": FlagRule("value", None, True)},
    "RUN": {
        "mount": FlagRule("list", "1.2"),
        "network": FlagRule("value", "1.3", labs="1.2"),
        "security": FlagRule("value", "1.20", labs="1.2"),
        "device": FlagRule("list", "labs", labs="1.14"),
    },
    "COPY": {
        "from": FlagRule("value"),
        "chown": _CHOWN,
        "chmod": _CHMOD,
        "link": _LINK,
        "parents": FlagRule("bool", "1.20", labs="1.7"),
        "exclude": _EXCLUDE,
    },
    "ADD": {
        "chown": _CHOWN,
        "chmod": _CHMOD,
        "link": _LINK,
        "checksum": FlagRule("value", "1.6", True, "1.5"),
        "keep-git-dir": FlagRule("bool", "1.6", labs="1.5"),
        "unpack": FlagRule("bool", "1.17"),
        "exclude": _EXCLUDE,
    },
    "HEALTHCHECK": {
        "interval": _TIME,
        "timeout": _TIME,
        "start-period": _TIME,
        "start-interval": FlagRule("value", "1.6"),
        "retries": FlagRule("value"),
    },
    "ENV": {},
    "LABEL": {},
    "CMD": {},
    "ENTRYPOINT": {},
    "SHELL": {},
    "EXPOSE": {},
    "VOLUME": {},
    "WORKDIR": {},
    "USER": {},
    "MAINTAINER": {},
    "ONBUILD": {},
}
"""Instruction to the flags it knows. ARG and STOPSIGNAL are not here: the builder does not look at theirs."""

FEATURES: Final = {
    "several-args": Feature("Several names in one ARG", "1.2"),
    "mount-variable": Feature("A variable in the value of a mount's option", "1.3"),
    "heredoc": Feature("A here-document", "1.4", "1.3"),
    "git-source": Feature("A git repository as the source of ADD", "1.6", "1.5"),
    "plain-modifier": Feature("A modifier without colon, such as ${name-value}", "1.6"),
    "pattern-modifier": Feature("A modifier with a pattern, such as ${name#pattern} or ${name/pattern/text}", "1.7"),
    "check-directive": Feature("The check directive", "1.8"),
    "secret-env": Feature("The option env of a secret mount", "1.10"),
    "chmod-variable": Feature("A variable in --chmod", "1.10"),
    "onbuild-from": Feature("A stage or image in from= of an ONBUILD trigger", "1.11"),
    "target-stage": Feature("The build argument TARGETSTAGE", "1.11"),
    "os-version": Feature("The build arguments TARGETOSVERSION and BUILDOSVERSION", "1.13"),
    "symbolic-chmod": Feature("A symbolic mode in --chmod", "1.14", "1.11"),
    "git-checksum": Feature("--checksum for a git repository", "1.16"),
    "git-query": Feature("A query such as ?ref= in a git source", "1.18"),
    "source-date": Feature("SOURCE_DATE_EPOCH from the context or a stage", "1.24"),
}
"""What came with later versions and is no flag."""

INSTRUCTIONS: Final = (
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD",
    "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
)  # fmt: skip
"""The names of all instructions."""

MOUNT_TYPES: Final = ("bind", "cache", "tmpfs", "secret", "ssh")

MOUNT_KEYS: Final = (
    "type", "from", "source", "src", "target", "dst", "destination", "readonly", "ro", "readwrite", "rw", "id",
    "sharing", "required", "size", "mode", "uid", "gid", "env",
)  # fmt: skip
"""Every key of ``--mount``, with its other names."""

MOUNT_BARE_KEYS: Final = frozenset({"readonly", "ro", "readwrite", "rw", "required"})
"""The keys that may stand without a value."""

MOUNT_ONLY: Final[dict[str, frozenset[str]]] = {
    "size": frozenset({"tmpfs"}),
    "required": frozenset({"secret", "ssh"}),
    "sharing": frozenset({"cache"}),
    "mode": frozenset({"cache", "secret", "ssh"}),
    "uid": frozenset({"cache", "secret", "ssh"}),
    "gid": frozenset({"cache", "secret", "ssh"}),
}
"""Keys that only mounts of these types take; the others may have any type."""

CACHE_SHARING: Final = ("shared", "private", "locked")
NETWORK_MODES: Final = ("default", "none", "host")
SECURITY_MODES: Final = ("sandbox", "insecure")
DIRECTIVES: Final = ("syntax", "escape", "check")

PLATFORM_ARGS: Final = frozenset(
    f"{side}{part}" for side in ("BUILD", "TARGET") for part in ("PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT")
) | {"TARGETSTAGE"}
"""ARGs that every build has in the global scope without a declaration."""

PROXY_ARGS: Final = frozenset(
    name
    for upper in ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")
    for name in (upper, upper.lower())
)
"""Build args that need no ARG, but that only the processes of RUN see."""

SIGNALS: Final = frozenset(
    "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP "
    "TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX".split()
) | frozenset([f"RTMIN+{n}" for n in range(1, 16)] + [f"RTMAX-{n}" for n in range(1, 15)])
"""The names STOPSIGNAL takes, with or without ``SIG`` before them, in capitals."""
