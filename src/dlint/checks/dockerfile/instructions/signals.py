"""STOPSIGNAL: how it is written, and what the program in the container waits for."""

from __future__ import annotations

from dlint.api import Fix, Node, Problem, Problems, check
from dlint.api.dockerfile import (
    Cmd,
    Entrypoint,
    Instruction,
    OwnImage,
    Program,
    Stage,
    Stopsignal,
    above,
    is_shell,
    started,
    supervisor,
)

# The numbers that are the same on all of Linux's architectures.
_NUMBERS = {
    1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 5: "TRAP", 6: "ABRT", 8: "FPE", 9: "KILL", 11: "SEGV", 13: "PIPE",
    14: "ALRM", 15: "TERM",
}  # fmt: skip
_NAMES = frozenset((*_NUMBERS.values(), "USR1", "USR2", "WINCH", "CHLD", "CONT", "STOP", "RTMIN", "RTMAX"))
_WANTED = {
    "nginx": ("SIGQUIT", "finishes the requests at hand"),
    "openresty": ("SIGQUIT", "finishes the requests at hand"),
    "php-fpm": ("SIGQUIT", "finishes the requests at hand"),
    "httpd-foreground": ("SIGWINCH", "finishes the requests at hand"),
    "systemd": ("SIGRTMIN+3", "shuts the system down"),
    "init": ("SIGRTMIN+3", "shuts the system down"),
}


def _canonical(text: str) -> str | None:
    """The signal as ``SIGNAME``; None for one that is not known."""
    bare = text.strip().strip("\"'").upper()
    if bare.isdecimal():
        name = _NUMBERS.get(int(bare)) if len(bare) < 4 else None
        return f"SIG{name}" if name else None
    name = bare.removeprefix("SIG")
    return f"SIG{name}" if name in _NAMES or name.startswith(("RTMIN+", "RTMAX-")) else None


@check(on=Stopsignal)
def stop_signal_spelling(node: Stopsignal, stage: Stage) -> Problems:
    """A signal as a number, without SIG, in lower case or in quotes."""
    word = node.signal
    if word is None or word.variables or stage.os == "windows":
        return
    wanted = _canonical(word.value)
    if wanted is not None and word.raw != wanted:
        yield Problem(
            word,
            f"Write {wanted} for {word.raw}",
            fix=Fix(f"Write {wanted}; the program is then stopped by it", word.replace(wanted)),
        )


@check(on=Stage, words=tuple("/sbin/init" if name == "init" else name for name in _WANTED))
def stop_signal_of_program(stage: Stage) -> Problems:
    """A program that ends in order on another signal than the one it gets."""
    found = _program(stage)
    if found is None or stage.os == "windows":
        return
    instruction, word, name = found
    wanted, what = _WANTED[name]
    stopsignal = stage.last(Stopsignal)
    if stopsignal is not None:
        signal = stopsignal.signal
        text = signal.literal if signal is not None and stopsignal in stage.instructions else None
        if signal is not None and text is not None and _canonical(text) not in (None, wanted):
            fix = Fix(f"Write {wanted}", signal.replace(wanted), safe=False)
            yield Problem(signal, f"{name} {what} on {wanted}; {text} does not let it", fix=fix)
        return
    known, image = OwnImage.of_stage(stage).stop_signal, stage.root.image
    if image is None or (known is not None and _canonical(known.value) == wanted):
        return
    # An image of the program's own, of which nothing is known, most likely sets it.
    if known is None and name.partition("-")[0] in image.path:
        return
    fix = Fix(
        f"Add STOPSIGNAL {wanted}; the program is then stopped by it",
        above(instruction, f"STOPSIGNAL {wanted}"),
        safe=False,
    )
    yield Problem(word, f"{name} {what} on {wanted} only; add STOPSIGNAL {wanted}", fix=fix)


def _program(stage: Stage) -> tuple[Instruction, Node, str] | None:
    """What starts process 1, where its program stands and its name, if it is one that waits for a signal of its own."""
    instructions: list[Entrypoint] | list[Cmd] = stage.of(Entrypoint) or stage.of(Cmd)
    if not instructions or not any(map(instructions[-1].text.__contains__, _WANTED)):
        return None
    programs = started(stage)
    if not programs or not _is_process_one(instructions[-1], programs):
        return None
    name, place = programs[0].name, programs[0].place
    if name == "init" and supervisor([place.raw]) is None:
        return None
    return (instructions[-1], place, name) if name in _WANTED else None


def _is_process_one(node: Entrypoint | Cmd, programs: list[Program]) -> bool:
    """Whether the first program takes the place of the shell, if there is one: behind ``exec`` it does."""
    if not node.span[0] <= programs[0].place.span[0] < node.span[1]:
        return False
    return not is_shell(node.words[0].text) if node.json else node.args.text.startswith("exec ")


_UNGRACEFUL = frozenset(("KILL", "STOP", "9", "19"))


@check(on=Stopsignal)
def ungraceful_stop_signal(node: Stopsignal, stage: Stage) -> Problems:
    """A STOPSIGNAL that no program can catch."""
    word = node.signal
    if word is None or word.literal is None or stage.os == "windows":
        return
    if word.literal.upper().removeprefix("SIG") in _UNGRACEFUL:
        message = f"No program can catch {word.literal} and end in order; use SIGTERM or the signal it waits for"
        fix = Fix(
            "Write SIGTERM; a program that does not answer it is still killed", word.replace("SIGTERM"), safe=False
        )
        yield Problem(word, message, fix=fix)
