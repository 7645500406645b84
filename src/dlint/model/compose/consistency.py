"""What Compose refuses about a project whose shape is right: undefined names, keys that exclude each other, and what
``project_rules`` says of the whole.

Rules after compose-go (``loader/validate.go``, ``validation``, ``graph``). A service with profiles is looked at as
if they were on; the reference loader looks at those that run.
"""

from __future__ import annotations

import posixpath

from dlint.model.compose.example_files import examples_of
from dlint.model.compose.files import BASES
from dlint.model.compose.lists import clean_path
from dlint.model.compose.project_rules import SERVICE, circles, clash, container_names, definitions, needed
from dlint.model.compose.short_forms import mount_complaints, port_complaints, unset_in_image, unset_parts, unset_target
from dlint.syntax.compose import dotenv
from dlint.syntax.compose.values import Part, as_map, integer, literal, number, size, split
from dlint.syntax.yaml.nodes import YamlMap, YamlNode, YamlScalar, YamlSeq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dlint.model.compose.faults import FaultList
    from dlint.model.compose.model import ComposeModel
    from dlint.source import Node
    from dlint.syntax.compose.file import Service
    from dlint.syntax.compose.items import Reference

# Portainer writes it where it deploys a stack (docs.portainer.io, "Add a new stack").
_OF_PORTAINER = "stack.env"
_LIMITS: tuple[tuple[str, Callable[[YamlNode | None], float | None], str, str], ...] = (
    ("cpus", number, "limits", "cpus"),
    ("mem_limit", size, "limits", "memory"),
    ("pids_limit", integer, "limits", "pids"),
    ("mem_reservation", size, "reservations", "memory"),
)
"""A limit of a service, how it is read, and the group and name of the same under `deploy.resources`."""


def check_consistency(model: ComposeModel, exists: Callable[[str], bool], faults: FaultList) -> None:
    """Note everything inconsistent in a model; ``exists`` says whether a path below the root is there."""
    _Consistency(model, exists, faults).check()


class _Consistency:
    def __init__(self, model: ComposeModel, exists: Callable[[str], bool], faults: FaultList) -> None:
        self.model = model
        self.exists = exists
        self.faults = faults
        self.services = {service.name: service for service in model.services}
        self.links: dict[str, list[tuple[str, Node]]] = {}
        self.networks = {network.name for network in model.networks} | {"default"}
        self.volumes = {volume.name for volume in model.volumes}
        self.secrets = {secret.name for secret in model.secrets}
        self.configs = {config.name for config in model.configs}
        self.models = {entry.name for entry in model.models}

    def check(self) -> None:
        for service in self.model.services:
            if not isinstance(service.node, YamlMap):
                continue
            self.source(service)
            for place in sorted({place for key in service.map.index for place in _PLACES.get(key, ())}):
                _STEPS[place][1](self, service)
        circles(self.faults, self.links)
        container_names(self.faults, self.model)
        definitions(self.faults, self.model)

    def source(self, service: Service) -> None:
        """An image, a build or a provider."""
        image = service.image
        if service.build is not None or "provider" in service.map or self.model.is_partial(service):
            return
        if image is None or image.literal == "":
            if ("image" in service.map and image is None) or self.model.may_be_laid_over:
                return
            name = posixpath.basename(self.model.files[0].source.path) if self.model.files else ""
            fragment = "" if name in BASES else ", or lint the file together with the one it is laid over"
            message = f"Service `{service.name}` has neither `image` nor `build`: add one{fragment}"
            self.faults.add(image or service.key, "no-image", message)
        for name in unset_in_image(image) if image is not None else ():
            self.faults.needs_value(image or service.key, name, "a service without an image")

    def build(self, service: Service) -> None:
        build = service.build
        if build is None:
            return
        inline = build.dockerfile_inline
        if inline is not None and inline.value and build.dockerfile is not None and build.dockerfile.value:
            clash(self.faults, build.map.index["dockerfile_inline"].key, "dockerfile_inline", "dockerfile")
        self.references(build.secrets, self.secrets, "secret")
        for context in build.additional_contexts:
            if context.literal is None or not context.literal.startswith(SERVICE):
                continue
            name = context.literal[len(SERVICE) :]
            target = self.services.get(name)
            where = context.value or context
            if target is None:
                self.undefined(where, "service", name, self.services)
            elif target.build is None and not self.model.is_partial(target):
                message = f"Service `{name}` is not built, so it cannot be a build context: add `build` to it"
                self.faults.add(where, "bad-build-context", message)
        wanted = literal(service.platform)
        platforms = [platform.literal for platform in build.platforms]
        if wanted and platforms and None not in platforms and wanted not in platforms:
            message = f"`{wanted}` is not among the build's platforms: add it to `build.platforms`"
            self.faults.add(service.platform or service.key, "bad-value", message)

    def used(self, service: Service) -> None:
        self.references(service.networks, self.networks, "network")
        self.references(service.secrets, self.secrets, "secret")
        self.references(service.configs, self.configs, "config")
        self.references(service.models, self.models, "model")

    def references(self, found: Iterable[Reference], defined: set[str], what: str) -> None:
        for reference in found:
            if reference.name is not None and reference.name not in defined:
                self.undefined(reference.key, what, reference.name, defined)

    def undefined(self, where: Node, what: str, name: str, known: Iterable[str]) -> None:
        if not name:
            self.faults.add(where, f"undefined-{what}", f"The name of a {what} is missing here: write it")
            return
        if not self.model.whole:
            return
        section = "services" if what == "service" else f"{what}s"
        if self.is_written(section, name):
            return
        close = self.faults.guess(name, known)
        if not close and self.model.may_be_laid_over:
            return
        hint = f"did you mean `{close}`?" if close else f"define it under `{section}`"
        message = f"No {what} is called `{name}`: {hint}"
        raw = where.raw if close else ""
        suggestion = raw.replace(name, close) if close and name in raw else None
        self.faults.add(where, f"undefined-{what}", message, suggestion)

    def is_written(self, section: str, name: str) -> bool:
        """Whether a name is defined after all, under a section that stands twice: that fault is reported already."""
        entries = [entry.value for entry in self.model.map.entries if entry.key.value == section]
        return any(isinstance(value, YamlMap) and name in value for value in entries)

    def mounts(self, service: Service) -> None:
        taken: dict[str, Node] = {}
        for tmpfs in service.tmpfs:
            self.take(tmpfs.path.literal, tmpfs, taken)
        for mount in service.mounts:
            complaints = mount_complaints(mount)
            for where, message in complaints:
                self.faults.add(where, "bad-mount", message)
            if complaints:
                continue
            for where, name in unset_parts(mount):
                self.faults.needs_value(where, name, "this mount")
            volume = mount.volume
            if volume is not None and volume.literal and volume.literal not in self.volumes:
                self.undefined(volume, "volume", volume.literal, self.volumes)
            target = mount.target.literal if mount.target is not None else None
            self.take(clean_path(target) if target is not None else None, mount, taken)

    def take(self, target: str | None, where: Node, taken: dict[str, Node]) -> None:
        """Note a mount at ``target`` beside an earlier one; the paths of ``tmpfs`` are compared as they are written."""
        if target is None:
            return
        first = taken.setdefault(target, where)
        if first is not where:
            message = f"Something is mounted at `{target}` already: remove one of the two"
            self.faults.add(where, "bad-mount", message, related=first)

    def ports(self, service: Service) -> None:
        for port in service.ports:
            for where, message in port_complaints(port):
                self.faults.add(where, "bad-port", message)
            unset = unset_target(port)
            if unset is not None:
                self.faults.needs_value(*unset, "this port")

    def later(self, one: Node, other: Node) -> tuple[Node, Node | None]:
        """Of two places that exclude each other the one whose file is read later, which brings the conflict in; then
        the other one, if it stands in another file.
        """
        order = [file.source.path for file in self.model.files]
        first, second = (order.index(path) if (path := node.source.path) in order else -1 for node in (one, other))
        where, related = (other, one) if second > first else (one, other)
        return where, related if first != second else None

    def exclusive(self, service: Service) -> None:
        mode = service.network_mode
        if mode is not None and mode.literal != "" and service.networks:
            index = service.map.index
            where, other = self.later(index["network_mode"].key, index["networks"].key)
            clash(self.faults, where, "network_mode", "networks", other)
        scale, deploy = integer(service.scale), service.deploy
        replicas = integer(deploy.replicas) if deploy is not None else None
        for node, value in ((service.scale, scale), (deploy.replicas if deploy else None, replicas)):
            if node is not None and value is not None and value < 0:
                self.faults.add(node, "bad-value", f"A service cannot run {value} times: write 0 or more")
        if scale is not None and replicas is not None and scale != replicas:
            self.differ(service.scale or service.key, "scale", "deploy.replicas")
        count = scale if scale is not None else replicas
        if count is not None and count > 1 and service.container_name is not None:
            message = f"{count} containers cannot share the name of `container_name`: remove it, or run one"
            self.faults.add(service.container_name, "exclusive-keys", message)

    def differ(self, where: Node, first: str, second: str) -> None:
        message = f"`{first}` and `{second}` say different things: keep one, or make them equal"
        self.faults.add(where, "exclusive-keys", message)

    def resources(self, service: Service) -> None:
        deploy = service.deploy
        if deploy is None:
            return
        for name, read, kind, other in _LIMITS:
            node = service.map.get(name)
            value = read(node)
            group = deploy.get("resources", kind)
            if node is None or not value or not isinstance(group, YamlMap):
                continue
            theirs = group.get(other)
            if theirs is None:
                where = f"deploy.resources.{kind}"
                message = f"`{name}` stands beside `{where}`, which leaves `{other}` open: move it to `{where}.{other}`"
                self.faults.add(service.map.index[name].key, "exclusive-keys", message)
            elif read(theirs) not in (None, value):
                self.differ(node, name, f"deploy.resources.{kind}.{other}")

    def healthcheck(self, service: Service) -> None:
        health = service.healthcheck
        test = health.test if health is not None else None
        if test is None or not test.listed or not test.words:
            return
        first = test.words[0]
        if first.literal is not None and first.literal not in ("CMD", "CMD-SHELL", "NONE"):
            message = "A health test that is a list starts with `CMD`, `CMD-SHELL` or `NONE`: add one of them"
            self.faults.add(first.place, "bad-value", message)

    def commands(self, service: Service) -> None:
        """Command strings whose quotes and parentheses do not close."""
        for command in (service.command, service.entrypoint):
            if command is not None and literal(command.string) is not None and command.arguments is None:
                message = "This command cannot be split into words: close its quotes and parentheses, or write a list"
                self.faults.add(command, "bad-value", message)

    def environment(self, service: Service) -> None:
        for variable in service.environment:
            if isinstance(variable.scalar, YamlScalar) and variable.scalar is not variable.value:
                name = variable.name
                if variable.assigned and name != name.rstrip():
                    message = f"A blank stands before `=`: write `{name.rstrip()}=`"
                    around = _around_equals(variable.scalar, variable.key)
                    self.faults.add(
                        around or variable.key, "bad-value", message, f"{name.rstrip()}=" if around else None
                    )

    def develop(self, service: Service) -> None:
        watch = service.get("develop", "watch")
        for rule in watch.items if isinstance(watch, YamlSeq) else []:
            fields = as_map(rule)
            action = fields.get("action") if fields is not None else None
            if fields is None or literal(action) not in ("sync", "sync+restart", "sync+exec"):
                continue
            target = fields.get("target")
            if target is None or literal(target) == "":
                message = f"`{literal(action)}` must know where the files go: add `target`"
                self.faults.add((action or rule).place, "missing-key", message)

    def devices(self, service: Service) -> None:
        for device in service.devices:
            if isinstance(device.node, YamlScalar) and len(split(device.node, ":")) > 3:
                message = "A device has too many colons: write `host:container:permissions`, or use the long form"
                self.faults.add(device, "bad-value", message)
        for requests in (service.get("deploy", "resources", "reservations", "devices"), service.get("gpus")):
            for request in requests.items if isinstance(requests, YamlSeq) else []:
                fields = as_map(request)
                if fields is not None and "count" in fields and "device_ids" in fields:
                    clash(self.faults, fields.index["device_ids"].key, "device_ids", "count")

    def files(self, service: Service) -> None:
        """Environment and label files that must be there, and what Compose cannot read in those that are."""
        for file in service.env_files:
            if file.path is None:
                continue
            if file.format not in (None, "", "raw"):
                message = f"`{file.format}` is no format of an environment file: write `raw`, or remove it"
                self.faults.add(file.get("format") or file, "bad-value", message)
            elif file.path.literal == "" and file.required:
                self.faults.add(file, "missing-env-file", "An environment file has no name here: write its path")
            else:
                self.file(file.path, file.required, "variables", raw=file.format == "raw")
        for label_file in service.label_files:
            self.file(label_file, True, "labels", raw=False)

    def file(self, written: Part | YamlScalar, required: bool, purpose: str, *, raw: bool) -> None:
        text = written.literal
        path = self.model.path(written, text) if text else None
        if text is None or path is None:
            return
        where = written.place if isinstance(written, YamlScalar) else written
        if not self.exists(path):
            if required and posixpath.basename(path) != _OF_PORTAINER:
                kind = "missing-env-file" if purpose == "variables" else "missing-label-file"
                hint = "add it"
                if purpose == "variables":
                    # Whoever gets the project learns from the example what the file has to hold.
                    if any(map(self.exists, examples_of(path))):
                        return
                    kept_out = self.model.is_private(written, text)
                    hint = f"{'keep an example beside it' if kept_out else hint}, or write `required: false`"
                self.faults.add(where, kind, f"No file `{path}` with {purpose}: {hint}")
            return
        source = None if raw else self.model.read(written, text)
        for fault in dotenv.parse(source).faults if source is not None else ():
            self.faults.add(where, fault.kind, f"In `{path}`, line {fault.line}: {fault.message}", related=fault)

    def switched_on(self, *profiles: list[str | None]) -> bool:
        """Whether ``COMPOSE_PROFILES`` in ``.env`` has services with each of these lists of profiles run."""
        active = {name.strip() for name in self.model.variables.get("COMPOSE_PROFILES", "").split(",")}
        return all(not names or "*" in active or not active.isdisjoint(names) for names in profiles)

    def dependencies(self, service: Service) -> None:
        """Every service this one needs; those that are there are kept for ``circles``."""
        edges = self.links.setdefault(service.name, [])
        for name, where, required in needed(service):
            target = self.services.get(name)
            if target is None:
                self.undefined(where, "service", name, [other for other in self.services if other != service.name])
                continue
            edges.append((name, where))
            own, others = ([profile.literal for profile in one.profiles] for one in (service, target))
            known = others and None not in (*own, *others)
            if required and known and not set(own) & set(others) and not self.switched_on(own, others):
                when = f"with `{own[0]}`" if own else "always"
                message = (
                    f"`{name}` runs only with profile `{others[0]}`, `{service.name}` {when}: "
                    "give both the profile, or write `required: false`"
                )
                self.faults.add(where, "disabled-dependency", message)


_STEPS: tuple[tuple[tuple[str, ...], Callable[[_Consistency, Service], None]], ...] = (
    (("build",), _Consistency.build),
    (("networks", "secrets", "configs", "models"), _Consistency.used),
    (("volumes", "tmpfs"), _Consistency.mounts),
    (("ports",), _Consistency.ports),
    (("network_mode", "scale", "deploy"), _Consistency.exclusive),
    (("deploy",), _Consistency.resources),
    (("healthcheck",), _Consistency.healthcheck),
    (("command", "entrypoint"), _Consistency.commands),
    (("environment",), _Consistency.environment),
    (("develop",), _Consistency.develop),
    (("devices", "deploy", "gpus"), _Consistency.devices),
    (("env_file", "label_file"), _Consistency.files),
    (("depends_on", "links", "volumes_from", "network_mode", "ipc", "pid"), _Consistency.dependencies),
)
"""What is looked at in a service that has one of some keys, in this order."""

# By key, which of them want it.
_PLACES: dict[str, list[int]] = {}
for _place, (_keys, _) in enumerate(_STEPS):
    for _key in _keys:
        _PLACES.setdefault(_key, []).append(_place)


def _around_equals(item: YamlScalar, name: Node) -> Part | None:
    """``name``, its ``=`` and the blanks around that; None where they came out of a variable."""
    if not isinstance(name, Part) or name.start < 0:
        return None
    rest = item.value[name.end + 1 :]
    return Part(item, name.start, name.end + 1 + len(rest) - len(rest.lstrip()), None)
