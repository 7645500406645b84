"""The variables that a service's container gets: ``environment`` over ``env_file``, the later file over the earlier."""

from __future__ import annotations

from types import MethodType

from dlint.lazy import NamedTuple, pattern
from dlint.syntax.compose.dotenv import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dlint.model.compose.model import ComposeModel
    from dlint.source import Node, Source
    from dlint.syntax.compose.file import ComposeFile
    from dlint.syntax.compose.items import EnvFile
    from dlint.syntax.compose.service import Service
    from dlint.syntax.compose.values import EnvVar


class Given(NamedTuple):
    """A variable's value, None if it is unknown, and its place; ``file`` is the entry of ``env_file`` it came by."""

    value: str | None
    where: Node
    file: EnvFile | None


class KnownVariable(NamedTuple):
    """A variable with a value that is known, its place in a Compose file, and that in another one, if it is there."""

    name: str
    value: str
    where: Node
    line: Node | None


_given_of: Callable[[tuple[str | None, Node, EnvFile | None]], Given] = MethodType(tuple.__new__, Given)
_known_of: Callable[[tuple[str, str, Node, Node | None]], KnownVariable] = MethodType(tuple.__new__, KnownVariable)
# Those of `environment`, of which there are many, are made so in half the time.

_OF_HOSTS = ("HOST", "HOSTNAME", "HOSTADDR", "SERVER", "SERVERS", "BROKER", "BROKERS", "ADDR", "ADDRESS", "ENDPOINT")
"""What the names of hosts' variables end in, behind an underscore."""
# libpq reads these two of Postgres without one, and platforms that hand out databases write the others.
_JOINED = frozenset(("PGHOST", "PGHOSTADDR", "DBHOST", "MYSQLHOST", "MONGOHOST", "REDISHOST"))
_VARIABLE = pattern(r"\$\{[^{}]*\}|\$\w+")
_USED = pattern(r"(?<!\$)\$\{?([A-Za-z_]\w*)")


class ServiceEnvironment:
    """What is given to a service. ``whole`` is false where a file is not there or cannot be read: there may be more.

    ``known`` are the variables with known values, those of the image among them, ``hosts`` those of them that name a
    host, such as ``DB_HOST``, ``urls`` those with a URL in them, those of env files also where a part is unknown, for
    which a zero byte stands. ``written_urls`` are the entries of ``environment`` with one, whether known or not.
    ``may_ask`` says whether there is any of these.
    """

    __slots__ = ("values", "whole", "known", "hosts", "urls", "written_urls", "may_ask")

    def __init__(
        self, values: dict[str, Given], whole: bool, written: Sequence[EnvVar], known: Sequence[KnownVariable]
    ) -> None:
        self.values = values
        self.whole = whole
        self.known = known
        self.hosts: Sequence[KnownVariable] = [one for one in known if _is_of_host(one.name.upper())]
        self.urls: Sequence[KnownVariable] = [one for one in (*known, *_partly_known(values)) if "://" in one.value]
        self.written_urls: Sequence[EnvVar] = [
            one for one in written if "://" in one.text or "://" in (one.literal or "")
        ]
        self.may_ask = bool(self.hosts or self.urls or self.written_urls)

    @staticmethod
    def stem(host: str) -> str:
        """What the variable of a host begins with, as those beside it do: ``DB`` of ``DB_HOST``; "" for others."""
        upper = host.upper()
        return next((upper.removesuffix(word).rstrip("_") for word in _OF_HOSTS if upper.endswith(word)), "")

    def port_beside(self, host: KnownVariable) -> KnownVariable | None:
        """The number of a port in the variable beside one of a host: ``DB_PORT`` beside ``DB_HOST``."""
        stem = self.stem(host.name).replace("__", "_")
        names = (f"{stem}_PORT", f"{stem}PORT") if stem else ()
        beside = (one for one in self.known if one.name.upper().replace("__", "_") in names)
        return next((one for one in beside if one.value.isdecimal() and len(one.value) < 6), None)

    def may_have(self, name: str) -> bool:
        """Whether a variable is given, with whatever value, or may be."""
        return not self.whole or name in self.values

    def value(self, name: str) -> str | None:
        """The value of a variable that is given; None if it is not known."""
        found = self.values.get(name) if self.whole else None
        return found.value if found is not None else None


def _is_of_host(name: str) -> bool:
    last = name.rpartition("_")[2]
    return last in _OF_HOSTS or last in _JOINED


def environment_of(service: Service, model: ComposeModel) -> ServiceEnvironment:
    """The variables of a service's container; those of its image are among the ``known`` ones alone."""
    if service not in model.environments:
        model.environments[service] = _read(service, model)
    found: ServiceEnvironment = model.environments[service]
    return found


def _read(service: Service, model: ComposeModel) -> ServiceEnvironment:
    values: dict[str, Given] = {}
    whole = not model.is_partial(service)
    for file in service.env_files:
        path = file.path
        source = model.read(path, path.literal) if path is not None and path.literal else None
        if source is None:
            whole = False
            continue
        found = parse(source)
        whole = whole and not found.faults
        for entry in found.entries:
            values[entry.name] = Given(found.values.get(entry.name), entry.value_node or entry.key, file)
    for variable in service.environment:
        if "$" in variable.name:
            whole = False
        value = variable.literal if variable.assigned else model.variables.get(variable.name)
        values[variable.name] = _given_of((value, variable.value or variable.key, None))
    return ServiceEnvironment(values, whole, service.environment, [*_known(service, model, values)])


def is_of_the_caller(name: str, service: Service, model: ComposeModel) -> bool:
    """Whether whoever calls Compose is to give it a variable of a service: by the shell, ``--env-file`` or ``.env``.

    The project's files use it besides in commands, or another one of its env file, or an example of ``.env`` has it.
    """
    given = environment_of(service, model).values
    file = given[name].file if name in given else None
    beside = (other for other, one in given.items() if file is not None and one.file is file)
    asked = {name, *(other for other in beside if other not in model.variables)}
    texts = (text for one in model.files for text in _besides_commands(one))
    if any(not asked.isdisjoint(_USED.findall(text)) for text in texts):
        return True
    return any(entry.name == name for source in _examples(model) for entry in parse(source).entries)


def _besides_commands(file: ComposeFile) -> Iterator[str]:
    """The text of a Compose file without commands and health tests that have variables."""
    text, at = file.source.text, 0
    lines = (line for service in file.services for line in service.commands_with_variables)
    for start, end in sorted(line.span for line in lines if line.source is file.source):
        yield text[at:start]
        at = max(at, end)
    yield text[at:]


def _examples(model: ComposeModel) -> Iterator[Source]:
    """The examples of the ``.env`` beside the first file."""
    from posixpath import dirname, join

    from dlint.model.compose.example_files import examples_of

    for path in examples_of(join(dirname(model.files[0].source.path), ".env")) if model.files else ():
        if model.project is not None and model.project.exists(path):
            source = model.project.read(path)
            if source is not None:
                yield source


def _partly_known(given: dict[str, Given]) -> Iterator[KnownVariable]:
    """Those of env files whose value has variables that nothing sets."""
    for name, one in given.items():
        if one.file is not None and one.value is None:
            yield KnownVariable(name, _VARIABLE.sub("\0", one.where.raw), one.file, one.where)


def _known(service: Service, model: ComposeModel, given: dict[str, Given]) -> Iterator[KnownVariable]:
    """The known ones by ``environment``, env files, and ENV of the project's Dockerfile."""
    for variable in service.environment:
        if variable.literal is not None and variable.value is not None:
            yield _known_of((variable.name, variable.literal, variable.value, None))
    for name, one in given.items() if service.env_files else ():
        if one.file is not None and one.value is not None:
            yield KnownVariable(name, one.value, one.file, one.where)
    image = model.image_of(service)
    bindings = image.stage.history.final if image is not None and image.stage is not None else {}
    for name, binding in bindings.items():
        value = binding.value if binding.kind == "env" and isinstance(binding.value, str) else None
        if value is not None and binding.pair is not None and name not in given:
            yield KnownVariable(name, value, service.key, binding.pair.value or binding.pair)
