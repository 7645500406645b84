"""The JSON form of RUN, CMD, ENTRYPOINT and HEALTHCHECK."""

from __future__ import annotations

import re
from itertools import pairwise

from dlint.api import Fix, Problem, Problems, Text, check, is_command_line, pattern, shortened, words_of
from dlint.api.dockerfile import (
    SHELLS,
    Add,
    Cmd,
    Copy,
    Dockerfile,
    Entrypoint,
    Healthcheck,
    Instruction,
    Onbuild,
    Run,
    Stage,
    StageGraph,
    Volume,
    Word,
    meant_as_array,
    program_name,
)

# They put variables into text themselves, or have a $ of their own.
_EXPANDING = SHELLS | frozenset(
    "busybox fish csh tcsh pwsh powershell cmd su runuser ssh env envsubst awk gawk mawk "
    "sed grep jq make expect script watch find xargs socat confd gomplate dockerize "
    "mongo mongosh psql mysql redis-cli nginx caddy traefik s6-svscan execlineb chpst".split()
)


_CODE = frozenset(("-e", "-c", "-r", "--eval", "-pe", "-ne"))


_VARIABLE = pattern(r"\$(?:[A-Z_][A-Z0-9_]+\b|\{[A-Z_][A-Z0-9_]*(?::?[-+?][^}]*)?\})")


@check(on=StageGraph, words=("$",))
def variable_in_exec_form(graph: StageGraph) -> Problems:
    """A variable in the JSON form, which no shell reads."""
    for stage in graph.stages:
        for node in stage.instructions:
            if "$" in node.text and node.json and isinstance(node, Run | Cmd | Entrypoint | Healthcheck):
                yield from _first_variable(node, stage)


def _first_variable(node: Run | Cmd | Entrypoint | Healthcheck, stage: Stage) -> Problems:
    holder = node.command if isinstance(node, Healthcheck) else node
    words: list[Word] = holder.words if holder is not None else []
    if not words:
        return
    # CMD's are the arguments of ENTRYPOINT, if there is one.
    entrypoint = stage.last(Entrypoint) if isinstance(node, Cmd) else None
    started = [*entrypoint.words, *words] if entrypoint is not None else words
    if is_command_line(started[0].text) or any(
        w.text in _CODE or program_name(w.text).lower() in _EXPANDING for w in started
    ):
        return
    for word in words:
        match = _VARIABLE.search(word.text)
        if match is not None:
            place = word.at(match.start(), match.end())
            yield Problem(
                place,
                f'{started[0].text} gets {match[0]} as it stands: no shell reads this form; call ["sh", "-c", "…"]',
            )
            return


_OPERATORS = frozenset("& && | || ; < > >> 1> 1>> 2> 2>> 2>&1 &>".split())
_PLAIN = pattern(r"[\w./:=@%+,-]+\Z")


@check(on=StageGraph, words=('"&', '"|', '";', '">', '"<', '"1>', '"2>'))
def operator_in_exec_form(graph: StageGraph) -> Problems:
    """An operator of the shell as an element of the JSON form, which no shell reads."""
    for stage in graph.stages:
        for node in stage.instructions:
            if isinstance(node, Run | Cmd | Entrypoint | Healthcheck) and node.json and stage.os != "windows":
                yield from _first_operator(node, stage)


def _first_operator(node: Run | Cmd | Entrypoint | Healthcheck, stage: Stage) -> Problems:
    holder = node.command if isinstance(node, Healthcheck) else node
    words: list[Word] = holder.words if holder is not None else []
    found = next((word for word in words[1:] if word.text in _OPERATORS), None)
    if found is None or (isinstance(node, Cmd) and stage.last(Entrypoint)):
        return
    name = program_name(words[0].text).lower()
    called = name in SHELLS and words[1].text == "-c"
    if not called and (name in _EXPANDING or any(word.text in _CODE for word in words)):
        return
    message = f"{words[0].text} gets '{found.text}' as one more word: no shell reads this form"
    if called:
        message = f"{words[0].text} -c runs the one word behind it, so '{found.text}' does nothing"
    message += '; write ["sh", "-c", "…"] with the whole line as one element'
    yield Problem(found, message, fix=_read_by_a_shell(words[2:] if called else words, words, stage))


def _read_by_a_shell(line: list[Word], words: list[Word], stage: Stage) -> Fix | None:
    """The fix that gives the words to a shell as one line; None where they would need quotes."""
    texts = [word.text for word in line]
    if stage.scratch or not all(_PLAIN.match(text) or text in _OPERATORS for text in texts):
        return None
    last = max((at for at, text in enumerate(texts) if text in ("&&", ";")), default=-1)
    if last >= 0 and not any(text in _OPERATORS for text in texts[last + 1 :]):
        texts.insert(last + 1, "exec")
    # The quotes around the first and the last word stay.
    whole = words[0].part(words[0].span[0], words[-1].span[1])
    written = f'/bin/sh", "-c", "{" ".join(texts).replace(" ;", ";")}'
    return Fix("Let a shell read the line", whole.replace(written), safe=False)


def _may_be_in_one_word(text: str) -> bool:
    """Whether a text after a bracket and a quote has a blank before the next: most files have none such."""
    for before, quoted in pairwise(text.split('"')):
        if before.rstrip(" \t").endswith("["):
            word, blank, _ = quoted.partition(" ")
            if word and blank and "\n" not in word:
                return True
    return False


@check(on=StageGraph, words=("[",))
def exec_form_in_one_word(graph: StageGraph) -> Problems:
    """A JSON form whose first element is a whole command line."""
    if not _may_be_in_one_word(graph.dockerfile.source.text):
        return
    for stage in graph.stages:
        for instruction in stage.instructions:
            node = instruction.trigger if isinstance(instruction, Onbuild) else instruction
            holder = node.command if isinstance(node, Healthcheck) else node
            if not isinstance(node, Run | Cmd | Entrypoint | Healthcheck) or holder is None or not holder.json:
                continue
            word = next(iter(holder.words), None)
            if word is None or not is_command_line(word.text) or stage.os == "windows":
                continue
            if isinstance(node, Cmd) and stage.last(Entrypoint) is not None:
                continue
            parts = words_of(word.text) if word.raw == word.text else []
            fix = None
            if parts:
                fix = Fix(
                    "Make each word an element of the array; the program then gets them as separate arguments",
                    word.replace('", "'.join(parts)),
                    safe=False,
                )
            shown = shortened(word.text)
            yield Problem(word, f"No program is called `{shown}`: write each word as an element of its own", fix=fix)


_QUOTES = "\"'\u2018\u2019\u201c\u201d"


_WITH_ARRAY = (Add, Cmd, Copy, Entrypoint, Healthcheck, Run, Volume)


_SPACED = pattern(r"\[\s+(?:\"[^\"]*\"|'[^']*')\s+\]")


_ELEMENT = r"""(?:"[^"\\]*"|'[^'"\\]*'|[\u201c\u201d][^\u201c\u201d"\\]*[\u201c\u201d]|[^\s,"'\[\]\\$\u201c\u201d]+)"""


_ARRAY = pattern(rf"\[\s*({_ELEMENT}(?:\s*,\s*{_ELEMENT})*)(?:\s*,)?\s*\]")


@check(on=Dockerfile, words=("[",))
def json_form_mistyped(file: Dockerfile, graph: StageGraph) -> Problems:
    """Arguments that were meant as a JSON array, but are none."""
    for node in file.instructions:
        subject = node.trigger if type(node) is Onbuild else node
        if subject is not None and "[" in subject.text and not subject.json and isinstance(subject, _WITH_ARRAY):
            yield from _mistyped(subject, graph)


def _mistyped(node: Instruction, graph: StageGraph) -> Problems:
    args: Text | None = node.args
    if isinstance(node, Run) and args is not None and _SPACED.match(args.text):
        # A test whether a word is empty.
        return
    if isinstance(node, Healthcheck):
        args = node.command if node.command is not None and node.command.shell_form else None
    if args is None or node.json or not args.text.startswith("[") or not meant_as_array(args.text):
        return
    if any(fault.kind == "bad-json" for fault in graph.faults_at(node)):
        return
    where = args.at(0, len(args.text))
    fix = None
    match = _ARRAY.fullmatch(args.text)
    if match is not None and where.raw == args.text:
        elements = [element.strip(_QUOTES) for element in re.findall(_ELEMENT, match[1])]
        if all(elements):
            array = "[" + ", ".join(f'"{element}"' for element in elements) + "]"
            fix = Fix("Write a JSON array, which runs without a shell", where.replace(array), safe=False)
    what = "goes to a shell as it stands" if not isinstance(node, Add | Copy | Volume) else "is taken as paths"
    message = f"This is no JSON and so {what}; put each element in double quotes, commas between, nothing after the ]"
    yield Problem(where, message, fix=fix)
