"""Command lines that are one item of a list."""

from __future__ import annotations

from dlint.api import Fix, Problem, Problems, check, pattern
from dlint.api.compose import Service, YamlScalar

_PLAIN_WORDS = pattern(r"[\w./:=@+-]+(?: [\w./:=@+-]+)+")


@check(on=Service)
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
        first, blank, rest = text.strip().partition(" ")
        if not blank or "\n" in text or (first.startswith("/") and " -" not in text and "/" in rest):
            continue
        fix = None
        raw, quote = word.raw, word.raw[:1]
        if _PLAIN_WORDS.fullmatch(text) and quote in ("'", '"') and raw == f"{quote}{text}{quote}":
            parted = f"{quote}, {quote}".join(text.split(" "))
            line = word.source.line_text(word.line)
            if "[" in line[: line.find(raw)]:
                fix = Fix("Make each word an item of the list", word.replace(f"{quote}{parted}{quote}"), safe=False)
        shown = text if len(text) < 40 else f"{text[:37]}..."
        yield Problem(word, f"No program is called `{shown}`: write each word as an item of its own", fix=fix)
