"""Where dlint and hadolint are meant to differ, each kind with a predicate and an example that shows who is right.

A kind names the codes it is about (none: every code whose rule reads commands), whose findings it explains, and when it
holds for one of them. Behaviour of hadolint is that of its release 2.15.1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from dlint.api.dockerfile import From, Instruction, Run, Script, ShellCommand, Stage, User
from dlint.rule.finding import Finding

# The commands that hadolint's rule for a code reads; a rule of dlint's that serves the code may read more.
_READS: dict[str, tuple[str, ...]] = {
    "DL3008": ("apt-get",),
    "DL3014": ("apt-get",),
    "DL3015": ("apt-get",),
    "DL3016": ("npm",),
    "DL3030": ("yum",),
    "DL3035": ("zypper",),
    "DL3062": ("go",),
}
# The commands that are given what hadolint takes for a name or a number.
_INSTALLERS = {
    "DL3008": ("apt-get",),
    "DL3013": ("pip", "python"),
    "DL3016": ("npm",),
    "DL3018": ("apk",),
    "DL3028": ("gem",),
    "DL3033": ("yum",),
    "DL3037": ("zypper",),
    "DL3041": ("dnf", "microdnf"),
    "DL3046": ("useradd",),
}
_HANDS_ON = frozenset(("sudo", "env", "xargs", "sh", "bash", "find", "su", "gosu", "nice", "timeout"))
_SECRET_WORDS = ("api_key", "client_key", "password", "private", "secret", "token", "username")


class Place(NamedTuple):
    """Where a finding stands that only one of the two makes, and what is known there.

    ``finding`` is dlint's, or None for one of hadolint's. ``windows`` is whether a shell of Windows reads the stage.
    """

    code: str
    stage: Stage
    instruction: Instruction | None
    finding: Finding | None
    windows: bool

    @property
    def run(self) -> Run | None:
        """The RUN it stands in, perhaps the trigger of an ONBUILD."""
        node = getattr(self.instruction, "trigger", None) or self.instruction
        return node if isinstance(node, Run) else None

    @property
    def script(self) -> Script | None:
        """The script of that RUN."""
        return self.stage.script(self.run) if self.run is not None else None

    @property
    def commands(self) -> list[ShellCommand]:
        """The commands of that script; for a finding of dlint's that stands in a command, those around it."""
        commands = self.script.commands if self.script is not None else []
        if self.finding is None:
            return commands
        start = self.finding.span[0]
        return [command for command in commands if command.span[0] <= start < command.span[1]] or commands

    @property
    def words(self) -> list[str]:
        """The words of the instruction, or of the whole script of a RUN."""
        if self.script is not None:
            return [word.text for command in self.script.commands for word in command.words]
        return self.instruction.text.split() if self.instruction is not None else []


class Difference(NamedTuple):
    """One kind of difference.

    ``only`` is the tool that speaks, ``why`` says who is right, and ``example`` is a Dockerfile on which it shows.
    """

    name: str
    codes: tuple[str, ...]
    only: str
    holds: Callable[[Place], bool]
    why: str
    example: str


def _names(place: Place) -> set[str]:
    return {command.name for command in place.commands}


def _seen_through(place: Place) -> bool:
    """Whether dlint's command is one that hadolint does not see: run by another, or named by its path."""
    commands = place.commands
    hidden = [c for c in commands if c.via or "/" in c.name_node.raw]
    if place.code == "DL4006":
        return bool(_names(place) & _HANDS_ON) and bool(hidden)
    return bool(commands) and commands[-1] in hidden


def _another_tool(place: Place) -> bool:
    names = _READS.get(place.code)
    return names is not None and bool(place.commands) and place.commands[-1].name not in names


def _another_verb(place: Place) -> bool:
    verbs = {"DL3014": ("install",), "DL3016": ("install",), "DL3060": ("install",)}.get(place.code, ())
    spoken = [c for c in place.commands if c.subcommand is None or c.subcommand.text not in verbs]
    return bool(spoken) and (place.code != "DL3060" or not _calls(place, "yarn", "install"))


def _calls(place: Place, name: str, *verbs: str) -> bool:
    commands = place.script.by_name.get(name, ()) if place.script is not None else ()
    return any(command.verb in verbs for command in commands)


def _from_variable(place: Place) -> bool:
    """Whether a variable is among what the code's commands are given."""
    if place.script is None:
        return "$" in (place.instruction.text if place.instruction is not None else "")
    given = [w.text for c in place.script.commands if c.tool in _INSTALLERS[place.code] for w in c.words]
    return any("$" in text for text in given)


def _removed(place: Place) -> bool:
    """Whether the RUN removes a cache or the lists with rm or find."""
    commands = place.script.commands if place.script is not None else []
    texts = [w.text for c in commands if c.name in ("rm", "find") for w in c.words]
    return any("cache" in text or "lists" in text for text in texts)


def _cleans_last(place: Place) -> bool:
    commands = [c for c in place.script.commands if c.name in ("dnf", "microdnf", "yum")] if place.script else []
    return bool(commands) and commands[-1].verb == "clean"


def _updates_after_removal(place: Place) -> bool:
    script = place.script
    if script is None:
        return False
    updates = [c.index for name in ("apt-get", "apt") for c in script.by_name.get(name, ()) if c.verb == "update"]
    removals = [c.index for c in script.by_name.get("rm", ())]
    return bool(updates) and bool(removals) and updates[-1] > max(removals)


def _nothing_named(place: Place) -> bool:
    commands = place.script.by_name.get("apt-get", ()) if place.script is not None else ()
    return any(c.verb == "install" and not c.arguments for c in commands)


def _only_simulated(place: Place) -> bool:
    commands = place.script.by_name.get("apt-get", ()) if place.script is not None else ()
    return any(c.verb == "install" and c.has_flag("-s", "--simulate", "--dry-run") for c in commands)


def _own_code(place: Place) -> bool:
    """Whether `go` is given files or a tree that the RUN fetched itself."""
    script = place.script
    texts = [w.text for c in script.by_name.get("go", ()) for w in c.arguments] if script is not None else []
    fetched = script is not None and ("git" in script.names or "wget" in script.names or "curl" in script.names)
    return any(text.endswith((".go", "...")) for text in texts) or fetched


def _without_from(place: Place) -> bool:
    return place.stage.index < 0


def _unknown_user(place: Place) -> bool:
    node = place.instruction
    return isinstance(node, User) and "$" in node.text


def _stage_by_variable(place: Place) -> bool:
    node = place.instruction
    return isinstance(node, From) and "$" in node.text


def _secret_by_another_name(place: Place) -> bool:
    text = place.instruction.text.lower() if place.instruction is not None else ""
    return not any(word in text.split("=")[0].split(" ")[0] for word in _SECRET_WORDS)


DIFFERENCES = (
    Difference(
        "shell of Windows",
        (),
        "hadolint",
        lambda place: place.windows,
        "hadolint reads PowerShell and cmd as bash. There `cd` and `;` mean other things, and users have no numbers.",
        "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\"]\nRUN cd src; git pull\n",
    ),
    Difference(
        "command run by another, or named by its path",
        (),
        "dlint",
        _seen_through,
        "`sh -c`, `sudo`, `env` and `xargs` run the command they are given, and `/opt/bin/pip` is pip.",
        'FROM python:3.12\nRUN bash -lc "pip install flask"\nRUN /opt/venv/bin/pip install flask\n',
    ),
    Difference(
        "another tool of the same family",
        tuple(_READS),
        "dlint",
        _another_tool,
        "The rule holds for apt as for apt-get, for yarn and pnpm as for npm, for dnf as for yum.",
        "FROM debian:12\nRUN apt update && apt install curl\n",
    ),
    Difference(
        "another subcommand that does the same",
        ("DL3014", "DL3016", "DL3060"),
        "dlint",
        _another_verb,
        "`apt-get autoremove` asks as `install` does; `npm i` is `npm install`; `yarn add` and bare `yarn` fill the "
        "cache.",
        "FROM node:22\nRUN npm i -g nodemon\nRUN yarn add express\nRUN apt-get autoremove\n",
    ),
    Difference(
        "names in a variable",
        (*_INSTALLERS, "DL3020"),
        "hadolint",
        _from_variable,
        "hadolint takes a variable for the name of a package, a file or a long number. What it holds may be pinned, an "
        "archive or a short number: unknown, and so no finding.",
        'FROM debian:12\nARG PACKAGES="curl=8.5.0-2"\nRUN apt-get install -y --no-install-recommends $PACKAGES\n',
    ),
    Difference(
        "cache removed in the same RUN",
        ("DL3009", "DL3019", "DL3040", "DL3042"),
        "hadolint",
        _removed,
        "What is removed before the layer is made is not in the image, however spelled: `rm -fr`, `find -delete`, "
        "the directory above it.",
        "FROM alpine:3.20\nRUN apk add --update bash && rm -rf /var/cache/apk/*\n",
    ),
    Difference(
        "apt-get dist-clean",
        ("DL3009",),
        "hadolint",
        lambda place: _calls(place, "apt-get", "dist-clean", "distclean"),
        "`apt-get dist-clean`, since APT 2.7.8, deletes the package lists; Docker's official images use it.",
        "FROM debian:13\nRUN apt-get update; apt-get install -y --no-install-recommends curl; apt-get dist-clean\n",
    ),
    Difference(
        "update after the removal",
        ("DL3009",),
        "dlint",
        _updates_after_removal,
        "hadolint takes a removal anywhere in the RUN; lists fetched after it stay.",
        "FROM debian:12\nRUN rm -rf /var/lib/apt/lists/* && apt-get update\n",
    ),
    Difference(
        "clean before and after",
        ("DL3032", "DL3036", "DL3040"),
        "hadolint",
        _cleans_last,
        "hadolint looks at the first clean only; the last command of the RUN empties the cache.",
        "FROM fedora:41\nRUN dnf clean all && dnf install -y curl-8.9.1 && dnf clean all\n",
    ),
    Difference(
        "own cache directory",
        ("DL3042",),
        "hadolint",
        lambda place: any(word.startswith("--cache-dir") for word in place.words),
        "With --cache-dir somebody decided where the cache lies, and most then remove it.",
        "FROM python:3.12\nRUN pip install --cache-dir ./wheels flask==3.0\n",
    ),
    Difference(
        "repair without packages",
        ("DL3015",),
        "hadolint",
        _nothing_named,
        "`apt-get -f install` names nothing: it installs what a .deb declares it depends on.",
        "FROM debian:12\nRUN dpkg -i a.deb || apt-get -y -f install\n",
    ),
    Difference(
        "only simulated",
        ("DL3014",),
        "hadolint",
        _only_simulated,
        "`apt-get install -s` installs nothing and asks nothing.",
        "FROM debian:12\nRUN apt-get install --no-install-recommends -s curl=8.5.0-2\n",
    ),
    Difference(
        "code that is there",
        ("DL3062",),
        "hadolint",
        _own_code,
        "`go run make.go` and packages of a tree that the RUN has just fetched are not downloaded from a module proxy.",
        "FROM golang:1.22\nRUN git clone -b v1 https://example.com/a.git /src && cd /src && go run make.go\n",
    ),
    Difference(
        "before the first FROM",
        ("DL3061", "DL4003", "DL4004"),
        "hadolint",
        _without_from,
        "The builder refuses the file at its first line outside a stage: dlint says that once and sees no stage.",
        'CMD ["a"]\nCMD ["b"]\n',
    ),
    Difference(
        "stage chosen by a variable",
        ("DL3006",),
        "hadolint",
        _stage_by_variable,
        "`FROM base-${VARIANT}` is how a stage is chosen; it names no image that could have a tag.",
        "ARG VARIANT\nFROM debian:12 AS base-1\nFROM base-${VARIANT}\n",
    ),
    Difference(
        "value of a variable is known",
        ("DL3006", "DL3066", "DL3002", "DL3007"),
        "dlint",
        lambda place: place.instruction is not None and "$" in place.instruction.text,
        "An ARG with a default says which image or user it is unless somebody overrides it.",
        "ARG core=debian\nFROM $core\nARG user=app\nUSER $user\n",
    ),
    Difference(
        "value of a variable is not known",
        ("DL3066",),
        "hadolint",
        _unknown_user,
        "USER $APP_UID of the base image's environment is a number in most images that set it.",
        "FROM example/app:1\nUSER $APP_UID\n",
    ),
    Difference(
        "secret by another name",
        ("DL3064",),
        "dlint",
        _secret_by_another_name,
        "LICENSE_KEY, ADM_PWD and NEW_RELIC_LICENSE_KEY with a value are as secret as the names on hadolint's list.",
        "FROM debian:12\nENV LICENSE_KEY=lgNvGyhnUKpa5PJi\n",
    ),
    Difference(
        "trigger",
        ("DL3020", "DL3003", "DL3025"),
        "dlint",
        lambda place: getattr(place.instruction, "trigger", None) is not None,
        "ONBUILD ADD runs in the next build as ADD does in this one; hadolint looks at ADD alone.",
        "FROM debian:12\nONBUILD ADD . /app\n",
    ),
    Difference(
        "JSON with escapes",
        ("DL3025",),
        "hadolint",
        lambda place: place.instruction is not None and '\\' in place.instruction.text,
        "Escaped characters are JSON, and the builder takes the array for the exec form.",
        'FROM debian:12\nCMD ["\\/usr\\\\\\"/bin/znc", "-f"]\n',
    ),
    Difference(
        "refused by the builder",
        ("DL3020",),
        "hadolint",
        lambda place: place.instruction is not None and place.instruction.text.count('"') % 2 == 1,
        "A quote that is never closed makes the builder refuse the instruction: that is what dlint says.",
        'FROM debian:12\nADD conf" /app/\n',
    ),
)  # fmt: skip


def explain(place: Place, reads_commands: bool) -> Difference | None:
    """The kind that explains a difference, if one does; ``reads_commands`` is whether the code is about commands."""
    side = "dlint" if place.finding is not None else "hadolint"
    for kind in DIFFERENCES:
        about = place.code in kind.codes if kind.codes else reads_commands or place.windows
        if kind.only == side and about and kind.holds(place):
            return kind
    return None
