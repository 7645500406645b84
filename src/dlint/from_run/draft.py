"""A service as its options make it, before the names of the other services are known."""

from __future__ import annotations

from dlint.from_run.arguments import Argument
from dlint.from_run.commands import Command
from dlint.from_run.fault import Note
from dlint.from_run.tree import Leaf, Map, key_of
from dlint.lazy import pattern
from dlint.source import Span

_KEY = pattern(r"[a-zA-Z0-9._-]+")


class Draft:
    """``keys`` are the service's. ``name`` is the name of the container (or service), ``image`` the image's.

    ``links``, ``borrows`` (``--volumes-from``) and ``shares`` (key of a namespace, container) name containers that may
    be services of the same file. ``networks`` are joined, ``endpoint`` says how. ``declared`` are the networks,
    volumes, secrets and configs that the service uses, by kind and key. ``left_out`` are options that Compose has no
    key for, ``passed`` variables whose value the file does not have, ``unknown`` words in the place of options.
    """

    def __init__(self, command: Command) -> None:
        self.command = command
        self.keys: Map = {}
        self.name = ""
        self.image = ""
        self.links: list[Leaf] = []
        self.borrows: list[Leaf] = []
        self.shares: list[tuple[str, str]] = []
        self.networks: dict[str, Map] = {}
        self.network_spans: dict[str, Span] = {}
        self.endpoint: list[tuple[str, Leaf]] = []
        self.driver: Leaf | None = None
        self.declared: dict[str, dict[str, Map]] = {}
        self.left_out: dict[str, str] = {}
        self.passed: list[tuple[str, Span]] = []
        self.notes: list[Note] = []
        self.unknown: list[Span] = []

    def say(self, message: str, argument: Argument) -> None:
        """A sentence about an option."""
        self.notes.append(Note(f"{argument.name}: {message}", argument.span))

    def leave_out(self, argument: Argument) -> None:
        """Say that Compose has no key for an option."""
        advice = argument.option.key if argument.option.kind == "none" else ""
        if argument.name not in self.left_out:
            self.left_out[argument.name] = advice
            self.say("left out, as Compose has no key for it" + (f"; {advice}" if advice else ""), argument)

    def declare(self, kind: str, name: str, span: Span, *, external: bool) -> str:
        """The key under which the file declares a network, volume, secret or config that goes by ``name``."""
        key = name if _KEY.fullmatch(name) else key_of(name, kind[:-1])
        entry = self.declared.setdefault(kind, {}).setdefault(key, {})
        if external:
            entry["external"] = Leaf("true", span, "bare")
        if not external or key != name:
            entry["name"] = Leaf(name, span)
        return key
