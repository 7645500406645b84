"""From parsed Compose files to one tree: documents in order, ``extends``, ``include``, then the merge.

The order is the reference loader's (compose-go, ``loader/loader.go``). Files come from a ``read`` function that
knows paths below the project's root; what lies outside, on the network or behind an unknown variable is *unknown*:
the loader goes on without it and says so.
"""

from __future__ import annotations

import posixpath

from dlint.model.compose import lists as compose_lists
from dlint.model.compose.prepare import Document, prepare, without
from dlint.syntax.compose import dotenv
from dlint.syntax.compose import file as compose
from dlint.syntax.compose.values import as_map, literal
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq, to_data

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dlint.model.compose.faults import FaultList
    from dlint.source import Source

MAX_EXTENDS = 40
MAX_FILES = 200
MAX_LOADS = 500
MAX_UNFOLDED = 100_000
_SECTIONS = ("services", "volumes", "networks", "secrets", "configs", "models")
_HARMLESS = frozenset(("duplicate-key", "non-string-key", "bad-merge"))
"""YAML faults that leave the rest of the tree as it was meant."""
_REMOTE = ("http://", "https://", "git@", "git://", "ssh://", "oci://", "github.com/")
_Step = tuple[str, str]
if TYPE_CHECKING:
    _Variables = tuple[str, frozenset[tuple[str, str]]]
    _Load = tuple[tuple[str, ...], str, frozenset[tuple[str, str]]]


class Loader:
    """What one load shares: files read, faults, what could not be followed, and the folders paths start from.

    ``folders`` maps the path of each file to the folder its relative paths start from, ``included`` are the paths of
    those that ``include`` names. ``partial`` are the names of
    the services of which a part is unknown; ``whole`` is false if services themselves may be missing; ``broken`` is
    true if a file has YAML faults after which parts of it may be missing; ``too_large`` if ``extends`` was not
    followed to the end because it copies too much, ``too_many`` if files were left unread because there are too many.
    """

    def __init__(self, read: Callable[[str], Source | None], faults: FaultList) -> None:
        self.read = read
        self.faults = faults
        self.folders: dict[str, str] = {}
        self.included: set[str] = set()
        self.partial: set[str] = set()
        self.whole = True
        self.broken = False
        self.too_large = False
        self.too_many = False
        self._unfolded = 0
        self.parsed: dict[str, compose.ComposeFile | None] = {}
        self._loads: dict[_Load, YamlMap | None] = {}
        self._variables: dict[_Variables, dict[str, str]] = {}

    def known_values(self, source: Source, outer: Mapping[str, str]) -> dict[str, str]:
        """The variables of an environment file, as ``known_values``; worked out once for the same others."""
        key = (source.path, frozenset(outer.items()))
        if key not in self._variables:
            self._variables[key] = known_values(source, outer, self.faults)
        return self._variables[key]

    def loaded(self, project: ProjectLoad, files: Sequence[compose.ComposeFile], written: YamlNode) -> YamlMap | None:
        """The merged tree of an included project, worked out once, however often and by what way it is included.

        Files that include each other in many ways would make as many loads as there are ways.
        """
        key = (tuple(file.source.path for file in files), project.folder, frozenset(project.variables.items()))
        if key not in self._loads:
            if len(self._loads) >= MAX_LOADS:
                if not self.too_many:
                    message = (
                        f"`include` leads to more than {MAX_LOADS} projects, so the rest is not read: include fewer"
                    )
                    self.faults.add(written.place, "too-large", message)
                self.too_many, self.whole = True, False
                return None
            self._loads[key] = project.load(files)
        return self._loads[key]

    def afford(self, values: int) -> bool:
        """Whether so many more values may be copied."""
        self._unfolded += values
        return self._unfolded <= MAX_UNFOLDED

    def file(self, path: str, folder: str, written: YamlNode, purpose: str) -> compose.ComposeFile | None:
        """The file at a path below the root, or None with a fault; ``folder`` is where its own paths start.

        Of files beyond the most that are read only the first is a fault.
        """
        if path not in self.parsed:
            if len(self.parsed) >= MAX_FILES:
                if not self.too_many:
                    message = (
                        f"More than {MAX_FILES} files are named, so `{path}` is not read: include and extend fewer"
                    )
                    self.faults.add(written.place, "too-large", message)
                self.too_many = True
                return None
            source = self.read(path)
            self.parsed[path] = compose.parse(source) if source is not None else None
            if source is not None:
                self.folders.setdefault(source.path, folder)
        file = self.parsed[path]
        if file is None:
            message = f"No file `{path}` to {purpose}: correct the path or add the file"
            self.faults.add(written.place, "missing-file", message)
        elif file.faults:
            self.broken = True
            message = f"`{path}` cannot be read as YAML, see line {file.faults[0].line} there: fix that first"
            self.faults.add(written.place, "unreadable-file", message)
        return file


def path_of(written: YamlNode | None, folder: str) -> str | None:
    """A written path relative to ``folder`` as a path below the root; None if unknown, remote or outside."""
    text = literal(written)
    if text is None or text.startswith(_REMOTE) or "\\" in text:
        return None
    return below_root(folder, text)


def below_root(folder: str, path: str) -> str | None:
    """``path`` from ``folder`` as a normal path below the root; None if it leads outside or is absolute."""
    if path.startswith(("/", "~")) or "\0" in path:
        return None
    whole = posixpath.normpath(posixpath.join(folder, path))
    return None if whole.startswith("../") or whole == ".." else whole


class Scope:
    """The services of one file, while their ``extends`` are followed.

    ``document`` is what they stand in, ``done`` the services worked out, ``partial`` those not known in full.
    """

    __slots__ = ("services", "document", "path", "folder", "done", "partial", "others", "_sizes")

    def __init__(self, services: YamlMap, document: Document, path: str, folder: str) -> None:
        self.services = services
        self.document = document
        self.path = path
        self.folder = folder
        self.done: dict[str, YamlNode] = {}
        self.partial: set[str] = set()
        self.others: dict[str, Scope | None] = {}
        self._sizes: dict[str, int] = {}

    def size(self, name: str, service: YamlMap) -> int:
        """How many values the service ``name`` has, once it is worked out."""
        if name not in self._sizes:
            number = 0
            pending: list[YamlNode] = [service]
            while pending:
                node = pending.pop()
                number += 1
                if isinstance(node, YamlMap):
                    pending.extend(entry.value for entry in node.entries)
                elif isinstance(node, YamlSeq):
                    pending.extend(node.items)
            self._sizes[name] = number
        return self._sizes[name]


class ProjectLoad:
    """One load of a project's files: the main one, or one that ``include`` names."""

    def __init__(self, loader: Loader, folder: str, variables: Mapping[str, str], trail: tuple[str, ...]) -> None:
        self.loader = loader
        self.folder = folder
        self.variables = variables
        self.trail = trail

    def load(self, files: Sequence[compose.ComposeFile]) -> YamlMap | None:
        """The merged tree of the files, or None if there is none."""
        tree: YamlMap | None = None
        for file in files:
            path = file.source.path
            self.loader.folders[path] = self.folder
            self.loader.broken = self.loader.broken or any(fault.kind not in _HARMLESS for fault in file.faults)
            for node in file.stream.documents:
                if not isinstance(node, YamlMap):
                    continue
                document = prepare(node, self.variables, self.loader.faults)
                fields = self.with_extends(document, path)
                if tree is not None:
                    tree = without(tree, document.removed)
                fields = self.with_includes(fields, path)
                if tree is None:
                    tree = fields
                    continue
                from dlint.model.compose.merge import merge

                merged = merge(tree, fields, (), self.loader.faults)
                tree = merged if isinstance(merged, YamlMap) else fields
        return tree

    def with_extends(self, document: Document, path: str) -> YamlMap:
        """The document with every ``extends`` of its services followed."""
        services = document.map.get("services")
        if not isinstance(services, YamlMap):
            return document.map
        if not any(isinstance(entry.value, YamlMap) and "extends" in entry.value for entry in services.entries):
            return document.map
        scope = Scope(services, document, path, self.folder)
        entries = []
        for entry in services.entries:
            value = self.extended(entry, scope, ((path, entry.key.value),))
            entries.append(entry if value is entry.value else YamlEntry(entry.key, value, entry.span))
        self.loader.partial |= scope.partial
        return compose_lists.replaced(document.map, {"services": services.with_entries(entries)})

    def extended(self, entry: YamlEntry, scope: Scope, trail: tuple[_Step, ...]) -> YamlNode:
        """A service with what it extends merged under it; noted in ``scope.partial`` if that is not all known."""
        service, name = entry.value, entry.key.value
        if not isinstance(service, YamlMap):
            return service
        extends = service.get("extends")
        if extends is None or (isinstance(extends, YamlScalar) and extends.kind == "null"):
            return service
        if name in scope.done:
            return scope.done[name]
        result: YamlNode = service.with_entries([e for e in service.entries if e.key.value != "extends"])
        base, complete = self.base(extends, scope, trail)
        if not complete:
            scope.partial.add(name)
        if base is not None:
            from dlint.model.compose.merge import merge

            below = [path[2:] for path in scope.document.removed if path[:2] == ("services", name) and len(path) > 2]
            result = merge(without(base, below), result, ("services", name), self.loader.faults)
            if isinstance(result, YamlMap):
                # What the service writes itself stands at its own keys, also where the base adds to it.
                own = service.index
                result = result.with_entries(
                    [
                        YamlEntry(own[e.key.value].key, e.value, own[e.key.value].span) if e.key.value in own else e
                        for e in result.entries
                    ]
                )
        scope.done[name] = result
        return result

    def base(self, extends: YamlNode, scope: Scope, trail: tuple[_Step, ...]) -> tuple[YamlMap | None, bool]:
        """The service ``extends`` names (None if it is null or cannot be had), and whether all of it is known."""
        fields = as_map(extends)
        target = extends if fields is None else fields.get("service")
        name = self._name_of(target, extends)
        if target is None or name is None:
            return None, False
        written = fields.get("file") if fields is not None else None
        found = self.scope_of(written, scope) if written is not None else scope
        if found is None:
            return None, False
        scope = found
        entry = scope.services.entry(name)
        if entry is None:
            self._missing(name, target, scope)
            return None, False
        step = (scope.path, name)
        if not self._may_follow(step, target, trail):
            return None, False
        base = self.extended(entry, scope, (*trail, step))
        if not isinstance(base, YamlMap):
            return None, name not in scope.partial
        if not self.loader.afford(scope.size(name, base)):
            message = f"`extends` unfolds to more than {MAX_UNFOLDED} values, so the rest is not followed: extend less"
            if not self.loader.too_large:
                self.loader.faults.add(target.place, "too-large", message)
            self.loader.too_large = True
            return None, False
        return base, name not in scope.partial

    def _name_of(self, target: YamlNode | None, extends: YamlNode) -> str | None:
        """The name of the service that is extended; None if there is none, or it is unknown."""
        faults = self.loader.faults
        if target is None:
            faults.add(extends.place, "bad-extends", "`extends` names no service: add `service: NAME`")
        elif not isinstance(target, YamlScalar):
            faults.add(target.place, "bad-extends", "`extends` must be a name or a mapping: write `service: NAME`")
        return literal(target)

    def _missing(self, name: str, target: YamlNode, scope: Scope) -> None:
        close = self.loader.faults.guess(name, scope.services.index)
        hint = f"did you mean `{close}`?" if close else "define it, or name another"
        message = f"No service `{name}` to extend in {scope.path}: {hint}"
        self.loader.faults.add(target.place, "missing-service", message, close)

    def _may_follow(self, step: _Step, target: YamlNode, trail: tuple[_Step, ...]) -> bool:
        """Whether a service may be extended by those of the trail: neither in a circle nor endlessly."""
        if step in trail:
            chain = " -> ".join([*(part for _, part in trail[trail.index(step) :]), step[1]])
            message = f"Services extend each other in a circle ({chain}): break it"
        elif len(trail) > MAX_EXTENDS:
            message = f"`extends` goes more than {MAX_EXTENDS} services deep: shorten the chain"
        else:
            return True
        self.loader.faults.add(target.place, "extends-cycle", message)
        return False

    def scope_of(self, written: YamlNode, scope: Scope) -> Scope | None:
        """The services of another file; None, with a fault or without, if they cannot be had."""
        path = path_of(written, scope.folder)
        if path is None:
            return None
        if path not in scope.others:
            scope.others[path] = self.new_scope(path, written)
            found = scope.others[path]
            if found is not None:
                found.others = scope.others
        return scope.others[path]

    def new_scope(self, path: str, written: YamlNode) -> Scope | None:
        """The services of the file at ``path``."""
        folder = posixpath.dirname(path)
        file = self.loader.file(path, folder, written, "extend from")
        if file is None:
            return None
        node = next((node for node in file.stream.documents if isinstance(node, YamlMap)), None)
        document = prepare(node, self.variables, self.loader.faults) if node is not None else None
        services = document.map.get("services") if document is not None else None
        if document is None or not isinstance(services, YamlMap):
            if not file.faults:
                message = f"`{path}` has no services to extend: name another file"
                self.loader.faults.add(written.place, "missing-service", message)
            return None
        return Scope(services, document, path, folder)

    def with_includes(self, fields: YamlMap, path: str) -> YamlMap:
        """The document with the resources of every included project."""
        include = fields.get("include")
        if not isinstance(include, YamlSeq):
            return fields
        entries = {entry.key.value: entry for entry in fields.entries}
        seen: set[int] = set()
        for item in include.items:
            included = self.included(compose.Include(item), (*self.trail, path))
            # Named again, the same brings nothing new.
            if included is not None and id(included) not in seen:
                seen.add(id(included))
                self.import_resources(included, entries)
        return fields.with_entries(list(entries.values()))

    def included(self, include: compose.Include, trail: tuple[str, ...]) -> YamlMap | None:
        """The tree of an included project; None, with a fault or without, if it cannot be had."""
        loader = self.loader
        paths = [(written, path_of(written, self.folder)) for written in include.paths]
        known = [(written, path) for written, path in paths if path is not None]
        chosen = include.project_directory
        folder = posixpath.dirname(known[0][1]) if known else ""
        if chosen is not None:
            folder = path_of(chosen, self.folder) or ""
        if len(known) < len(paths) or not known or (chosen is not None and path_of(chosen, self.folder) is None):
            loader.whole = False
            return None
        folder = "" if folder == "." else folder
        files = []
        for written, path in known:
            if path in trail:
                chain = " -> ".join([*trail[trail.index(path) :], path])
                message = f"Files include each other in a circle ({chain}): break it"
                loader.faults.add(written.place, "include-cycle", message)
                return None
            file = loader.file(path, folder, written, "include")
            if file is None:
                loader.whole = False
                return None
            files.append(file)
        loader.included.update(path for _, path in known)
        project = ProjectLoad(loader, folder, self.included_variables(include, folder), trail)
        return loader.loaded(project, files, include.paths[0])

    def included_variables(self, include: compose.Include, folder: str) -> Mapping[str, str]:
        """The variables of an included project: ours, then those of its own environment files."""
        loader = self.loader
        values: dict[str, str] = {}
        if not include.env_files:
            source = loader.read(posixpath.join(folder, ".env"))
            if source is not None:
                values.update(loader.known_values(source, self.variables))
        for written in include.env_files:
            path = path_of(written, self.folder)
            source = loader.read(path) if path is not None else None
            if source is not None:
                values.update(loader.known_values(source, self.variables))
            elif path is not None:
                message = f"No file `{path}` for variables: correct the path or add the file"
                loader.faults.add(written.place, "missing-file", message)
        return {**values, **self.variables}

    def import_resources(self, included: YamlMap, entries: dict[str, YamlEntry]) -> None:
        """Add the resources of an included project to ``entries``; what is there already must be equal."""
        for section in _SECTIONS:
            theirs = included.entry(section)
            if theirs is None or not isinstance(theirs.value, YamlMap):
                continue
            ours = entries.get(section)
            if ours is None or not isinstance(ours.value, YamlMap):
                entries[section] = theirs
                continue
            merged = {entry.key.value: entry for entry in ours.value.entries}
            for entry in theirs.value.entries:
                present = merged.setdefault(entry.key.value, entry)
                if present is not entry and not _equal(present.value, entry.value):
                    message = (
                        f"`{section}.{entry.key.value}` is also in an included file, and different there: "
                        "rename one, or change it in an override file"
                    )
                    self.loader.faults.add(present.key, "include-conflict", message, related=entry.key)
            entries[section] = YamlEntry(ours.key, ours.value.with_entries(list(merged.values())), ours.span)


def _equal(first: YamlNode, second: YamlNode) -> bool:
    return bool(to_data(first, literal=True) == to_data(second, literal=True))


def known_values(source: Source, outer: Mapping[str, str], faults: FaultList) -> dict[str, str]:
    """The variables of an environment file whose values are known; its faults are noted."""
    found = dotenv.parse(source, outer.get)
    for fault in found.faults:
        faults.add(fault, fault.kind, fault.message)
    return {name: value for name, value in found.values.items() if value is not None}
