"""Which commands of a text start containers or make networks and volumes, and which words are theirs."""

from __future__ import annotations

from bisect import bisect_right

from dlint.from_run.fault import Note
from dlint.from_run.words import Reading, Word, read, within
from dlint.lazy import NamedTuple, pattern
from dlint.source import Source, Span
from dlint.syntax.shell.wrappers import WRAPPERS

ENGINES = ("docker", "podman", "nerdctl")

# "docker container run" is "docker run" (https://docs.docker.com/reference/cli/docker/container/run/).
_VERBS = {
    ("run",): "run",
    ("create",): "run",
    ("container", "run"): "run",
    ("container", "create"): "run",
    ("service", "create"): "service",
    ("network", "create"): "network",
    ("volume", "create"): "volume",
}
# Options before the verb that take a value: https://docs.docker.com/reference/cli/docker/, podman(1), nerdctl's
# command reference.
_GLOBAL_VALUES = frozenset(
    "--config -c --context -H --host -l --log-level --tlscacert --tlscert --tlskey --connection --identity --module"
    " --root --runroot --runtime --runtime-flag --storage-driver --storage-opt --tmpdir --url --volumepath --address -a"
    " --namespace -n --snapshotter --cgroup-manager --data-root --cni-path --cni-netconfpath --hosts-dir".split()
)
_STRUCTURE = frozenset("{ } ! if then elif else while until do done fi time exec winpty $$ %".split())
_ASSIGNMENT = pattern(r"[A-Za-z_]\w*\+?=")
_SAYABLE = pattern(r"[A-Za-z][\w.+-]{0,30}")


class Command(NamedTuple):
    """A command that is translated: ``verb`` is ``run``, ``service``, ``network`` or ``volume``.

    ``head`` is the place of the words that name it, ``words`` are those behind.
    """

    engine: str
    verb: str
    head: Span
    words: list[Word]


class Commands(NamedTuple):
    """What is translated of a text, what is to be said, the variables that need a value, and what is passed over."""

    found: list[Command]
    notes: list[Note]
    variables: list[tuple[str, Span]]
    passed_over: list[Span]


def find(source: Source) -> Commands:
    """The commands of a text that are translated; the others are only named. Raises FromRunError."""
    reading = read(source)
    lists = [words for command in reading.commands for words in _with_inner(source, command, reading)]
    found: list[Command] = []
    others: list[Note] = []
    passed_over: list[Span] = []
    starts: list[tuple[int, bool]] = []
    for words in lists:
        command = _command(words)
        starts.append((words[0].span[0], command is not None))
        if command is not None:
            found.append(command)
        else:
            others.append(Note(f"{_named(words)} is left out: it starts no container", words[0].span))
            passed_over.append(Span(words[0].span[0], words[-1].span[1]))
    starts.sort()

    def is_ours(span: Span) -> bool:
        at = bisect_right(starts, (span[0], True)) - 1
        return at < 0 or starts[at][1]

    notes = [note for note in reading.notes if is_ours(note.span)]
    variables = [(name, span) for name, span in reading.variables if is_ours(span)]
    return Commands(found, [*notes, *others], variables, passed_over)


def _with_inner(source: Source, words: list[Word], reading: Reading) -> list[list[Word]]:
    """The command, or those that run inside it where all it does is assign what they print."""
    inner = [span for word in words for span in word.commands]
    if not inner or not all(_ASSIGNMENT.match(word.text) for word in words):
        return [words]
    return [command for span in inner for command in within(source, span, reading)]


def _command(words: list[Word]) -> Command | None:
    at = _engine_at(words)
    if at is None:
        return None
    engine = _basename(words[at].text)
    first = at
    at = _past_options(words, at + 1, _GLOBAL_VALUES)
    for length in (2, 1):
        names = tuple(word.text for word in words[at : at + length])
        verb = _VERBS.get(names)
        if verb is not None:
            end = at + len(names)
            return Command(engine, verb, Span(words[first].span[0], words[end - 1].span[1]), words[end:])
    return None


def _engine_at(words: list[Word]) -> int | None:
    """The index of the word ``docker`` or its like, behind assignments and commands that run a command."""
    at = 0
    while at < len(words):
        name = _basename(words[at].text)
        if name in ENGINES:
            return at
        wrapper = WRAPPERS.get(name)
        if wrapper is not None:
            at = _past_options(words, at + 1, frozenset(wrapper.values.split())) + wrapper.operands
        elif name in _STRUCTURE or _ASSIGNMENT.match(words[at].text):
            at += 1
        else:
            return None
    return None


def _past_options(words: list[Word], at: int, values: frozenset[str]) -> int:
    """The index of the first word that is no option; ``values`` are the options that take a value."""
    while at < len(words) and words[at].text.startswith("-"):
        if words[at].text == "--":
            return at + 1
        at += 2 if words[at].text in values else 1
    return at


def _basename(text: str) -> str:
    name = text.replace("\\", "/").rpartition("/")[2]
    return name[:-4] if name.endswith(".exe") else name


def _named(words: list[Word]) -> str:
    """What a command is called in a message; a word that may be anything is not repeated."""
    at = _engine_at(words)
    if at is not None:
        verb = words[at + 1].text if at + 1 < len(words) else ""
        return f"{_basename(words[at].text)} {verb}".strip() if _SAYABLE.fullmatch(verb) or not verb else "a command"
    first = _basename(words[0].text)
    return first if _SAYABLE.fullmatch(first) else "a command"
