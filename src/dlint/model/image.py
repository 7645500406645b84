"""An image as far as it is known, be it built in the project or another's: what it starts, listens on, keeps, has.

Here are the facts of another's image (``model/facts/images``); ``model/own_image`` has what the project's
own instructions make of it. What is not known is None, and never to be read as "no". Every known value says where it is
from: ``where`` is the word in the Dockerfile, or the one that names the image.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator

from dlint.lazy import Generic, NamedTuple, TypeVar
from dlint.model.facts.images import image_facts
from dlint.model.facts.users import is_root
from dlint.syntax.quantities import port_range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.model.dockerfile.stage import Stage
    from dlint.model.facts.images import Data, ImageFacts
    from dlint.project.files import ProjectFiles
    from dlint.source import Node
    from dlint.syntax.dockerfile.parser import Instruction

T = TypeVar("T")


class Known(Generic[T]):
    """A known value: ``where`` it is from, and whether it is the project's ``own`` rather than a base image's."""

    __slots__ = ("value", "where", "own")

    def __init__(self, value: T, where: Node | None, own: bool) -> None:
        self.value = value
        self.where = where
        self.own = own

    def __repr__(self) -> str:
        return f"Known({self.value!r})"


class ExposedPort(NamedTuple):
    """A port or a range of them that an image exposes."""

    first: int
    last: int
    protocol: str


class Start(NamedTuple):
    """An ENTRYPOINT or CMD: its words, and whether a shell reads them (then they are one word, behind the shell's).

    ``text`` is the whole as one would write it in a shell.
    """

    words: tuple[str, ...]
    shell: bool
    text: str


NOTHING = Start((), False, "")
_NO_WORDS: tuple[str, ...] = ()
# Tags that say nothing of a version, so that a reader cannot know which one is meant.
_MOVING = frozenset(("", "latest", "alpine", "slim", "stable", "mainline", "lts", "current", "edge", "bookworm"))


class Image:
    """Another's image, of which ``facts`` may be known; ``stage`` is what the project builds it from, if it does.

    ``place`` is the word that names the image at the bottom: in FROM, or in a service's ``image``. ``empty``: that is
    ``scratch``.
    """

    __slots__ = ("facts", "place", "_empty")
    stage: Stage | None = None

    def __init__(self, facts: ImageFacts | None, place: Node | None, *, empty: bool = False) -> None:
        self.place = place
        self._empty = empty
        # Triggers of the base run at the start of the build and may change anything.
        self.facts = None if facts is not None and facts.onbuild else facts

    @staticmethod
    def named(reference: str, place: Node | None, platform: str | None = None) -> Image | None:
        """The image of that name; None if nothing is known of it."""
        facts = image_facts(reference, platform)
        return Image(facts, place) if facts is not None else None

    @property
    def name(self) -> str:
        """What to call it: with the date if its tag moves."""
        return self.base_name

    @property
    def base_name(self) -> str:
        """What to call the image at the bottom."""
        if self._empty:
            return "scratch"
        if self.facts is None:
            return "its base image"
        origin = self.facts.origin
        named = f"{origin.image}:{origin.tag}" if origin.tag else origin.image
        return f"{named} (as of {origin.date[:7]})" if origin.moves and origin.tag in _MOVING else named

    # Values

    def _base(self, empty: T, ask: Callable[[ImageFacts], T | None]) -> Known[T] | None:
        """What the image at the bottom says: ``empty`` if that is scratch."""
        if self._empty:
            return Known(empty, self.place, False)
        value = ask(self.facts) if self.facts is not None else None
        return Known(value, self.place, False) if value is not None else None

    @property
    def user(self) -> Known[str] | None:
        """Who it starts as, as USER has it."""
        return self._base("root", lambda facts: facts.user)

    @property
    def as_root(self) -> bool | None:
        """Whether it starts as root; None if that is unknown."""
        user = self.user
        return is_root(user.value) if user is not None else None

    @property
    def exposed(self) -> list[Known[ExposedPort]] | None:
        """The ports that the project's own Dockerfiles expose; None if one of them is unknown."""
        return []

    @property
    def ports(self) -> list[Known[ExposedPort]] | None:
        """All ports it exposes; None if one of them is unknown."""
        own = self.exposed
        base = self._base(_NO_WORDS, lambda facts: facts.ports)
        if own is None or base is None:
            return None
        of_base = [port_of(text) for text in base.value]
        if None in of_base:
            return None
        return [*own, *(Known(port, base.where, False) for port in of_base if port is not None)]

    @property
    def volumes(self) -> list[Known[str]] | None:
        """The paths of its VOLUMEs; None if one of them is unknown."""
        base = self._base(_NO_WORDS, lambda facts: facts.volumes)
        return [Known(path, base.where, False) for path in base.value] if base is not None else None

    @property
    def workdir(self) -> Known[str] | None:
        """The directory it starts in."""
        return self._base("/", lambda facts: facts.workdir)

    @property
    def entrypoint(self) -> Known[Start] | None:
        """Its ENTRYPOINT; without words if it has none."""
        return self._base(NOTHING, lambda facts: _of(facts.entrypoint))

    @property
    def cmd(self) -> Known[Start] | None:
        """Its CMD; without words if it has none."""
        return self._base(NOTHING, lambda facts: _of(facts.cmd))

    @property
    def stop_signal(self) -> Known[str] | None:
        """The signal that stops it."""
        return self._base("SIGTERM", lambda facts: facts.stop_signal)

    @property
    def healthcheck(self) -> Known[bool] | None:
        """Whether it checks its health."""
        return self._base(False, lambda facts: facts.healthcheck)

    def sets(self, name: str) -> bool | None:
        """Whether an ENV of it sets a variable; None if that is unknown."""
        if self.own_value(name) is not None:
            return True
        if self._empty:
            return False
        env = self.facts.env if self.facts is not None else None
        return None if env is None else name in env

    def own_value(self, name: str) -> Known[str | None] | None:
        """The value that an ENV of the project's Dockerfiles gives a variable; None if none sets it."""
        return None

    # What is in it

    @property
    def system(self) -> str | None:
        """``linux`` or ``windows``; None if unknown."""
        family = self.facts.os_family if self.facts is not None else None
        return "windows" if family == "windows" else "linux"

    def program(self, name: str) -> bool | None:
        """Whether a program is there, by its name without folder; None if unknown."""
        base: bool | None = False if self._empty else self.facts.program(name) if self.facts is not None else None
        return None if self.system == "windows" else base

    def user_exists(self, name: str) -> bool | None:
        """Whether there is a user of this name; None if unknown."""
        return self._exists(name, self.facts.user_exists(name) if self.facts is not None else None)

    def group_exists(self, name: str) -> bool | None:
        """Whether there is a group of this name; None if unknown."""
        return self._exists(name, self.facts.group_exists(name) if self.facts is not None else None)

    def _exists(self, name: str, base: bool | None) -> bool | None:
        """The answer for a user or a group, of which the facts say ``base``."""
        if name == "root":
            return True
        if self._empty or (base is None and self._is_bare()):
            return False
        return base

    def _is_bare(self) -> bool:
        """Whether the image at the bottom is a distribution, to which nothing has been added, with all its users known.

        Users that only packages create are then not there.
        """
        facts = self.facts
        return (
            facts is not None and facts.origin.image == facts.os_family and facts.user_exists("no such user") is False
        )

    # What only its scripts know

    @property
    def _own_start(self) -> bool:
        """Whether the project's Dockerfiles change what starts, so that the base's scripts may not run."""
        return False

    @property
    def requires_env(self) -> tuple[tuple[str, ...], ...] | None:
        """Groups of variables of which one must be set at the first start; None also if its start is the project's."""
        return self.facts.requires_env if self.facts is not None and not self._own_start else None

    @property
    def run_writes(self) -> tuple[str, ...] | None:
        """The paths that it writes to while it runs."""
        return self.facts.run_writes if self.facts is not None and not self._own_start else None

    @property
    def root_needs(self) -> tuple[str, ...] | None:
        """The capabilities that its entrypoint uses when it starts as root."""
        return self.facts.root_needs if self.facts is not None and not self._own_start else None

    @property
    def data(self) -> Data | None:
        """Where it keeps its data, and the variable that moves it."""
        return self.facts.data if self.facts is not None else None

    def user_number(self, name: str) -> int | None:
        """The number of a user of that name; None if that is not known."""
        return self.facts.user_numbers(name)[0] if self.facts is not None else None

    def own_instructions(self) -> Iterator[tuple[Instruction, Stage]]:
        """What the project's Dockerfiles do to it, last first."""
        return iter(())

    def filled_by(self, instruction: Instruction, stage: Stage) -> Iterator[str]:
        """The folders that one of these instructions fills with packages of the project."""
        return iter(())


def _of(words: tuple[str, ...] | None) -> Start | None:
    if words is None:
        return None
    shell = words[:2] == ("/bin/sh", "-c") and len(words) == 3
    return Start(words, shell, words[2] if shell else " ".join(words))


def port_of(text: str) -> ExposedPort | None:
    """The ports that one word of EXPOSE means; None if it is none."""
    numbers, _, protocol = text.partition("/")
    found = port_range(numbers)
    return ExposedPort(*found, protocol.lower() or "tcp") if found is not None else None


_MOVING_DOTNET = ("urls", "http_ports", "https_ports", "kestrel", "$")
"""What stands on a command line that tells such an application where to listen, in lower case."""


def dotnet_ports(image: Image, project: ProjectFiles | None) -> str:
    """The ports on which a web application of .NET listens by its base image; empty for others.

    Also empty if its own Dockerfile says otherwise, or the settings that lie beside that.
    """
    from dlint.model.facts.servers import DOTNET_PORTS, MOVES_DOTNET

    ports = (image.facts.env or {}).get(DOTNET_PORTS) if image.facts is not None else None
    if not ports or image.stage is None:
        return ""
    from dlint.model.dockerfile.commands import started

    programs = started(image.stage)
    words = " ".join(word for one in programs for word in one.words).lower()
    # `dotnet run` and `dotnet watch` read launchSettings.json, which has addresses of its own.
    is_built = any(one.name == "dotnet" and ".dll" in " ".join(one.words) for one in programs)
    if not is_built or any(map(words.__contains__, _MOVING_DOTNET)):
        return ""
    if any(image.own_value(name) is not None for name in MOVES_DOTNET):
        return ""
    folder = posixpath.dirname(image.stage.source.path)
    settings = project.read(posixpath.join(folder, "appsettings.json")) if project is not None else None
    told = settings is not None and ("Kestrel" in settings.text or '"Urls"' in settings.text)
    return "" if told else ports
