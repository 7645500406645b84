"""What the builder refuses about single instructions, whatever their variables hold.

Source: BuildKit, ``frontend/dockerfile/parser``, ``instructions`` and ``dockerfile2llb``. The kinds:
``unknown-instruction missing-argument extra-argument bad-key-value bad-json bad-stage-name bad-image unknown-flag
duplicate-flag bad-flag-value bad-mount bad-port bad-healthcheck bad-signal bad-path bad-source bad-onbuild bad-heredoc
unterminated-heredoc bad-variable``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dlint.source import Node
from dlint.syntax import image
from dlint.syntax.dockerfile import values, words
from dlint.syntax.dockerfile.commands import Cmd, Entrypoint, Healthcheck, Run, Shell
from dlint.syntax.dockerfile.grammar import SIGNALS
from dlint.syntax.dockerfile.instruction import Instruction, Unknown
from dlint.syntax.dockerfile.instructions import (
    Add,
    Copy,
    Expose,
    From,
    Maintainer,
    Onbuild,
    Stopsignal,
    User,
    Volume,
    Workdir,
)
from dlint.syntax.dockerfile.keyvalues import Arg, Env, Label
from dlint.syntax.dockerfile.nodes import Word, heredoc_word
from dlint.syntax.dockerfile.tokens import is_json_array
from dlint.syntax.dockerfile.validate.base import (
    Faults,
    by_place,
    expands,
    fault,
    meant_for,
    remedy,
    shown,
    variable_faults,
)
from dlint.syntax.dockerfile.validate.flags import flag_faults
from dlint.syntax.dockerfile.validate.run import device_faults, mount_faults
from dlint.syntax.fault import Fault
from dlint.syntax.suggest import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

Own = dict[Instruction, list[Fault]]
"""The faults of single instructions, as far as they are known."""


def faults_of(instruction: Instruction) -> list[Fault]:
    """What the builder refuses about one instruction, by place."""
    check = _CHECKS.get(type(instruction))
    found = list(check(instruction)) if check else []
    if instruction.flags:
        found += flag_faults(instruction)
    if instruction.heredocs:
        found += _heredoc_faults(instruction)
    if len(found) > 1:
        found.sort(key=by_place)
    return found


def faults_at(instruction: Instruction, own: Own) -> list[Fault]:
    """The same, looked up in ``own`` and kept there."""
    found = own.get(instruction)
    if found is None:
        found = own[instruction] = faults_of(instruction)
    return found


def _heredoc_faults(instruction: Instruction) -> Faults:
    for heredoc in instruction.heredocs:
        if heredoc.terminator is None:
            message = f"Nothing ends this heredoc; write {heredoc.name} alone on a line below its text"
            yield fault(heredoc.opener, "unterminated-heredoc", message)
        elif not heredoc.quoted and isinstance(instruction, Copy | Add) and "$" in heredoc.content:
            reason = words.check(heredoc.body.text, "\\", quotes=False)
            if reason:
                message = (
                    f"The builder cannot expand this text: {remedy(reason)}; or quote {heredoc.name}, to expand nothing"
                )
                yield fault(heredoc.body, "bad-variable", message)


def _missing(instruction: Instruction, what: str) -> Fault:
    return fault(instruction.keyword, "missing-argument", f"{instruction.name} needs {what}")


def _rest(first: Word, last: Word) -> Node:
    return first.part(first.span[0], last.span[1])


_NO_COMMENT = "a comment needs a line of its own"
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def _from(node: From) -> Faults:
    found = node.words
    if not found:
        yield _missing(node, "an image")
        return
    if expands(node):
        yield from variable_faults(found[:1])
    literal = found[0].literal
    if literal is not None:
        reference = image.parse(literal)
        reason = "it is empty" if reference is None else reference.error or image.tagged_scratch(reference)
        if reason is not None:
            yield fault(found[0], "bad-image", f"The builder refuses this image: {reason}")
    if len(found) == 1:
        return
    if len(found) == 3 and node.as_keyword is not None:
        name = found[2].text.lower()
        if name[:1] not in _LETTERS or name.strip(_LETTERS + "0123456789_.-"):
            message = f"{found[2].text} is no stage name; it is a letter, then letters, digits, '-', '_' or '.'"
            yield fault(found[2], "bad-stage-name", message)
        elif not image.is_component(name):
            message = (
                f"{found[2].text} is no stage name; a letter or digit ends it, and stands between its '-', '_' and '.'"
            )
            yield fault(found[2], "bad-stage-name", message)
        return
    if len(found) == 2 and node.as_keyword is not None:
        yield fault(found[1], "missing-argument", "AS needs a name for the stage")
        return
    comment = next((word for word in found if word.text.startswith("#")), None)
    flag = next((word for word in found[1:] if word.text.startswith("--")), None)
    reason = "FROM takes an image and, after AS, a name; nothing else"
    if comment is not None:
        reason = f"FROM reads all of the line, {_NO_COMMENT}"
    elif flag is not None:
        reason = f"Flags of FROM stand before the image; move {flag.text} there"
    first = 3 if node.as_keyword is not None and len(found) > 3 else 1
    yield fault(_rest(found[first], found[-1]), "extra-argument", reason)


def _arg(node: Arg) -> Faults:
    if not node.has_arguments:
        yield _missing(node, "a name")
    for pair in node.pairs:
        if not pair.key.text and pair.value is not None:
            yield fault(pair, "bad-key-value", "ARG needs a name before the =")
        elif pair.value is not None:
            yield from variable_faults((pair.value,))


def _key_values(node: Env | Label) -> Faults:
    if not node.has_arguments:
        yield _missing(node, "a name and a value")
        return
    if node.legacy and len(node.words) < 2:
        message = f"{node.name} needs a value for {node.words[0].text}: write {node.words[0].text}=…"
        yield fault(node.words[0], "bad-key-value", message)
        return
    special = expands(node)
    for pair in node.pairs:
        if not pair.key.text:
            yield fault(pair, "bad-key-value", f"{node.name} needs a name before the =")
        if special:
            yield from variable_faults((pair.key, pair.value) if pair.value is not None else (pair.key,))
    if node.legacy:
        return
    for word in node.words:
        if "=" not in word.text:
            hint = "quote a value that holds spaces"
            if word.text.startswith("#"):
                hint = _NO_COMMENT
            message = f"{node.name} wants name=value and {shown(word)} has no =; {hint}"
            yield fault(word, "bad-key-value", message)
            if word.text.startswith("#"):
                return


def _json(node: Instruction) -> Faults:
    """An array that is JSON, but not of strings."""
    if node.text.startswith("[", node.args_start) and not node.json and is_json_array(node.args.text):
        args = node.args
        message = f"{node.name} takes an array of strings only; put every element in double quotes"
        yield fault(args, "bad-json", message)


def _unknown(node: Unknown) -> Faults:
    from dlint.syntax.dockerfile.validate.unknown import unknown_faults

    return unknown_faults(node)


def _run(node: Run) -> Faults:
    yield from _json(node)
    if node.flags:
        for mount in node.mounts:
            yield from mount_faults(mount, node.escape)
        for flag in node.flags:
            if flag.name == "device" and flag.value is not None:
                yield from device_faults(flag.value)


def _shell(node: Shell) -> Faults:
    refused = list(_json(node))
    yield from refused
    if not node.has_arguments or (node.json and not node.words):
        yield _missing(node, 'a shell: SHELL ["/bin/bash", "-c"]')
    elif not node.json and not refused:
        message = 'SHELL takes a JSON array of strings only, such as ["/bin/bash", "-c"]'
        yield fault(node.args, "bad-json", message)


def _transfer(node: Copy | Add) -> Faults:
    yield from _json(node)
    found = node.words
    if len(found) < 2:
        what = "a source and a destination" if not found else "a destination after the source"
        yield _missing(node, what)
        return
    if heredoc_word(found[-1].text) is not None:
        yield fault(found[-1], "bad-heredoc", f"{node.name} writes to a path; the heredoc goes before it")
    sources = node.sources
    if expands(node):
        yield from _paths((*sources, found[-1]))
    for source in sources:
        literal = source.literal
        if literal is None:
            continue
        git = values.is_git(literal)
        if isinstance(node, Copy) and (git or values.is_url(literal)):
            what = "a git repository" if git else "a URL"
            yield fault(source, "bad-source", f"COPY takes files of the build context, not {what}; use ADD")
        elif git:
            reason = values.git_problem(literal)
            if reason is not None:
                yield fault(source, "bad-source", f"The builder refuses this git source: {reason}")
    if node.flags and isinstance(node, Add):
        from dlint.syntax.dockerfile.validate.sources import faults_of_add

        yield from faults_of_add(node, sources)


def _paths(found: Iterable[Word]) -> Faults:
    """Paths the builder cannot expand. Blanks split them even inside quotes, so the first is told and the remedy."""
    for refused in variable_faults(found):
        if refused.raw[:1] in ("'", '"'):
            message = f"Quotes do not keep {refused.raw[:40]} together; write a path with blanks as a JSON array"
            yield fault(refused, "bad-variable", message)
            return
        yield refused


def _expose(node: Expose) -> Faults:
    if not node.ports:
        yield _missing(node, "a port")
    for word in node.ports:
        literal = word.literal
        if literal is None:
            yield from variable_faults((word,))
            continue
        reason = values.port_problem(literal) if literal else None
        if reason is None:
            continue
        if literal.startswith("#"):
            yield fault(word, "bad-port", f"EXPOSE reads all of the line, {_NO_COMMENT}")
            return
        yield fault(word, "bad-port", f"EXPOSE cannot take {shown(word)}: {reason}")


def _healthcheck(node: Healthcheck) -> Faults:
    found = node.words
    if not found:
        yield _missing(node, "CMD and a command, or NONE")
        return
    kind = found[0].text.upper()
    if kind == "NONE":
        if len(found) > 1:
            message = "HEALTHCHECK NONE stands alone; remove what follows"
            yield fault(_rest(found[1], found[-1]), "extra-argument", message)
    elif kind == "CMD":
        if len(found) < 2:
            yield fault(found[0], "missing-argument", "HEALTHCHECK CMD needs a command")
        command = node.command
        if command is not None and command.shell_form and is_json_array(command.text):
            message = "HEALTHCHECK takes an array of strings only; put every element in double quotes"
            yield fault(command, "bad-json", message)
    else:
        message = f"HEALTHCHECK wants CMD or NONE, not {shown(found[0])}; write CMD before the command"
        yield fault(found[0], "bad-healthcheck", message, closest(found[0].text, ("CMD", "NONE"), 1))


def _stopsignal(node: Stopsignal) -> Faults:
    word = node.signal
    if word is None:
        yield _missing(node, "a signal")
        return
    yield from variable_faults((word,))
    reason = values.signal_problem(word.literal) if word.literal is not None else None
    if reason is not None:
        meant = closest(word.text, (f"SIG{name}" for name in sorted(SIGNALS)), 1)
        message = f"STOPSIGNAL cannot take {shown(word)}: {reason}{meant_for(meant)}"
        yield fault(word, "bad-signal", message, meant)


def _volume(node: Volume) -> Faults:
    yield from _json(node)
    if not node.paths:
        yield _missing(node, "a path")
    yield from _paths(node.paths)
    for word in node.paths:
        if word.literal == "":
            where = word if word.span[1] > word.span[0] else node.args
            yield fault(where, "bad-path", "VOLUME needs a path; this one is empty")


def _whole(node: User | Workdir | Maintainer) -> Faults:
    if not node.has_arguments:
        yield _missing(node, {"USER": "a user", "WORKDIR": "a path"}.get(node.name, "a name"))
    yield from variable_faults(node.words)


def _onbuild(node: Onbuild) -> Faults:
    trigger = node.trigger
    if trigger is None:
        yield _missing(node, "an instruction")
    elif trigger.name in ("ONBUILD", "FROM", "MAINTAINER"):
        message = f"ONBUILD cannot keep {trigger.name} for later; use another instruction"
        yield fault(trigger.keyword, "bad-onbuild", message)
    else:
        # The builder parses the trigger's line, but looks at its meaning only when a stage is built from this one.
        yield from (found for found in faults_of(trigger) if found.kind in _OF_THE_PARSER and _parsed(found, trigger))


_OF_THE_PARSER: Final = frozenset(("bad-json", "bad-key-value"))


def _parsed(found: Fault, trigger: Instruction) -> bool:
    """Whether the parser itself finds the fault: a blank name is found later, and so is a SHELL that is no JSON."""
    if found.kind == "bad-json":
        return is_json_array(trigger.args.text) or isinstance(trigger, Healthcheck)
    return isinstance(trigger, Env | Label) and not found.raw.startswith("=")


_CHECKS: Final[dict[type[Instruction], Callable[[Any], Faults]]] = {
    Add: _transfer,
    Arg: _arg,
    Cmd: _json,
    Copy: _transfer,
    Entrypoint: _json,
    Env: _key_values,
    Expose: _expose,
    From: _from,
    Healthcheck: _healthcheck,
    Label: _key_values,
    Maintainer: _whole,
    Onbuild: _onbuild,
    Run: _run,
    Shell: _shell,
    Stopsignal: _stopsignal,
    Unknown: _unknown,
    User: _whole,
    Volume: _volume,
    Workdir: _whole,
}
