"""Commands: what Compose makes of the words, and command lines that are one item of a list."""

from __future__ import annotations

from dlint.api import Fix, Problem, Problems, check, is_command_line, shortened, words_of
from dlint.api.compose import Service, YamlScalar


@check(on=Service, keys=("command", "entrypoint"))
def shell_operator_dropped(service: Service) -> Problems:
    """A command string with ``&&``, ``|`` or ``>``, from which on Compose drops everything."""
    for command in (service.command, service.entrypoint):
        dropped = command.dropped if command is not None else None
        if dropped is not None:
            text = " ".join(dropped.raw.split())
            shown = text if len(text) < 40 else text[:37] + "..."
            advice = 'no shell runs here: write `["sh", "-c", "..."]`'
            yield Problem(dropped, f"Compose drops `{shown}` without a word, for {advice}")


@check(on=Service, keys=("entrypoint", "healthcheck"))
def command_in_one_word(service: Service) -> Problems:
    """An entrypoint, or a health test after ``CMD``, whose program is a whole command line."""
    entrypoint = service.entrypoint
    if entrypoint is not None and entrypoint.listed:
        yield from _in_one_word(entrypoint.words[:1])
    test = service.healthcheck.test if service.healthcheck is not None else None
    if test is not None and test.listed and test.words and test.words[0].literal == "CMD":
        yield from _in_one_word(test.words[1:2])


def _in_one_word(words: list[YamlScalar]) -> Problems:
    for word in words:
        text = word.literal or ""
        if not is_command_line(text):
            continue
        fix = None
        raw, quote, parts = word.raw, word.raw[:1], words_of(text)
        if parts and quote in ("'", '"') and raw == f"{quote}{text}{quote}":
            line = word.source.line_text(word.line)
            if "[" in line[: line.find(raw)]:
                parted = f"{quote}, {quote}".join(parts)
                fix = Fix(
                    "Make each word an item of the list; the program then gets them as separate arguments",
                    word.replace(f"{quote}{parted}{quote}"),
                    safe=False,
                )
        shown = shortened(text)
        yield Problem(word, f"No program is called `{shown}`: write each word as an item of its own", fix=fix)
