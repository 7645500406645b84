"""The credentials in the instructions of a Dockerfile: in settings, labels, commands and files written in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dlint.model.dockerfile.scope import Binding
from dlint.model.facts.credential_text import Credential, in_settings, in_text, may_name_credential
from dlint.model.facts.credentials import Lookup, of_taker, takers
from dlint.model.facts.secrets import file_may_hold_secret, looks_secret_name, values_in
from dlint.model.facts.worth import Worth, worth
from dlint.syntax.dockerfile.parser import (
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Healthcheck,
    Instruction,
    Label,
    Onbuild,
    Pair,
    Run,
    Word,
)
from dlint.syntax.shell.script import Script
from dlint.syntax.shell.walk import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.model.dockerfile.stage import Stage

_COMMANDS = frozenset((Run, Cmd, Entrypoint, Healthcheck))
_SETTINGS = (Arg, Env, Label)
_FILES = (Copy, Add)
_SPEAKING = frozenset((*_COMMANDS, *_SETTINGS, *_FILES))


def of_instruction(instruction: Instruction, stage: Stage) -> list[Credential]:
    """The credentials of one instruction, or of the one that ONBUILD keeps; of two that overlap the surer one."""
    known = stage.credentials.get(id(instruction))
    if known is not None:
        return known
    subject = instruction.trigger if type(instruction) is Onbuild else instruction
    if subject is None or not (type(subject) in _SPEAKING or file_may_hold_secret(subject.source)):
        return []
    known = stage.credentials[id(instruction)] = _found(subject, stage)
    return known


def _found(subject: Instruction, stage: Stage) -> list[Credential]:
    found = list(_of(subject, stage))
    return list(_apart(found)) if len(found) > 1 else found


def _apart(found: Iterable[Credential]) -> Iterator[Credential]:
    """Of credentials that overlap the first."""
    taken: list[tuple[int, int]] = []
    for credential in found:
        start, end = credential.where.span
        if not any(first < end and start < last for first, last in taken):
            taken.append((start, end))
            yield credential


def _of(subject: Instruction, stage: Stage) -> Iterator[Credential]:
    if file_may_hold_secret(subject.source):
        yield from _shapes(subject)
    if type(subject) in _COMMANDS:
        yield from _of_script(subject, stage)
    elif isinstance(subject, _SETTINGS):
        for pair in subject.pairs:
            if pair.value is not None and may_name_credential(pair.raw):
                yield from _of_value(pair, pair.value)
    elif isinstance(subject, _FILES):
        yield from _of_files(subject)


def _of_script(subject: Instruction, stage: Stage) -> Iterator[Credential]:
    script = _script(subject, stage)
    if script is not None:
        found = takers(script)
        values = _values(subject, stage) if found else None
        for command in found:
            yield from of_taker(command, values)
    if _is_powershell(subject, script):
        yield from _of_powershell(subject, script)


def _shapes(subject: Instruction) -> Iterator[Credential]:
    start = subject.span[0]
    for kind in values_in(subject):
        yield Credential(subject.part(start + kind.start, start + kind.end), kind.label, Worth.SECRET, True)


def _of_value(pair: Pair, value: Word) -> Iterator[Credential]:
    name, text = pair.key.text, value.text
    for found in in_text(text):
        yield Credential(value.at(found.start, found.end), found.what, found.worth, found.known)
    if value.literal and looks_secret_name(name):
        bare = text.strip("\"'")
        start = text.find(bare)
        yield Credential(value.at(start, start + len(bare)), f"the variable {name}", worth(value.value, name))


def _of_files(subject: Copy | Add) -> Iterator[Credential]:
    """What stands in the files that COPY and ADD write themselves."""
    for heredoc in subject.heredocs:
        raw, start = heredoc.body.raw, heredoc.body.span[0]
        for found in (*in_text(raw), *in_settings(raw)):
            yield Credential(subject.part(start + found.start, start + found.end), found.what, found.worth, found.known)


def _script(subject: Instruction, stage: Stage) -> Script | None:
    """The commands of an instruction, whichever form it has and whichever shell reads it."""
    script = stage.command_line(subject)
    if script is None or script.posix or script.windows:
        return script
    # Its words are much the same, and options are looked for, not what they do.
    return parse(script.text)


_POWERSHELL = ("powershell", "PowerShell", "Powershell", "POWERSHELL", "pwsh")


def _names_powershell(text: str) -> bool:
    return any(map(text.__contains__, _POWERSHELL))


def _is_powershell(subject: Instruction, script: Script | None) -> bool:
    """Whether PowerShell reads a script, or may be started by it."""
    if script is not None and script.dialect == "powershell":
        return True
    return subject.source.asked(_names_powershell) and _names_powershell(subject.raw)


def _of_powershell(subject: Instruction, script: Script | None) -> Iterator[Credential]:
    """What stands in a script of PowerShell outside of the options of its commands."""
    if not may_name_credential(subject.raw) and "securestring" not in subject.raw.lower():
        return
    from dlint.model.facts.powershell_credentials import in_powershell

    line = subject.command if isinstance(subject, Healthcheck) else subject
    # In the exec form each word is a text of its own.
    texts = line.words if line is not None and line.json else [script.text] if script is not None else []
    for text in texts:
        for found in in_powershell(text.text):
            yield Credential(text.at(found.start, found.end), found.what, found.worth, found.known)


def _values(subject: Instruction, stage: Stage) -> Lookup:
    """The values of the variables that the Dockerfile sets."""
    lookup = stage.lookup(subject, defaults=True)

    def value(name: str) -> str | None:
        found = lookup(name)
        return found if isinstance(found, str) else None

    return value


def set_by(name: str, subject: Instruction, stage: Stage) -> Binding | None:
    """What gives the variable ``name`` its value before an instruction."""
    return stage.history.get(name, stage.position(subject)) if stage.index >= 0 else None
