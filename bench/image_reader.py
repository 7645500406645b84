"""Dockerfiles of images, read row by row down to the roots they stand on. For ``image_facts.py``."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import image_packages
import image_roots
from image_packages import Effects, Packages, ScriptReader

from dlint.model.dockerfile import graph as stages
from dlint.model.dockerfile.effect import clean
from dlint.model.facts.image_store import extends, lines_of, split_tag
from dlint.model.facts.images import MIRRORS
from dlint.source import Source
from dlint.syntax import image as images
from dlint.syntax.dockerfile import parser as dockerfile
from dlint.syntax.dockerfile import words
from dlint.syntax.dockerfile.parser import (
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    Healthcheck,
    Instruction,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Word,
    Workdir,
)
from dlint.syntax.dockerfile.words import UNSET, Unset
from dlint.syntax.shell.script import Script

LINUX_SHELL = ["/bin/sh", "-c"]
WINDOWS_SHELL = ["cmd", "/S", "/C"]


# Tags of distributions that name no release, and that other images use for their own.
_NO_CODE_NAMES = frozenset("latest stable testing unstable oldstable oldoldstable rolling".split())


class Facts:
    """What is known of one image while its Dockerfile is read; the fields are those of ``dlint.model.facts.images``."""

    def __init__(self, root: int | None) -> None:
        self.root = root
        # Without a known base, what no instruction sets is unknown.
        self.known = root is not None
        self.values: dict[str, Any] = {}
        self.env: dict[str, str | None] = {}
        self.packages = Packages()
        self.effects = Effects()
        self.texts: list[str] = []
        # An archive unpacked at the top may bring anything; a folder of another stage, what its script names.
        self.wild = False
        self.copied = False
        self.open = False

    def copy(self) -> Facts:
        """The same, for an image that is built on it."""
        other = Facts(self.root)
        other.known = self.known
        other.values = {name: list(value) if isinstance(value, list) else value for name, value in self.values.items()}
        other.env = dict(self.env)
        other.packages = self.packages.copy()
        other.effects.programs = dict(self.effects.programs)
        other.effects.users = dict(self.effects.users)
        other.effects.user_groups = dict(self.effects.user_groups)
        other.effects.known_groups = self.effects.known_groups
        other.effects.gone = set(self.effects.gone)
        other.effects.open = self.effects.open
        other.texts = list(self.texts)
        other.wild = self.wild
        other.copied = self.copied
        other.open = self.open
        return other


class Reader:
    """Reads the instructions of a stage, bases first, onto the facts of its base image."""

    def __init__(self, facts: Facts, windows: bool, scripts: dict[str, Script]) -> None:
        self.facts = facts
        self.windows = windows
        # Many Dockerfiles have the same scripts: each is read once.
        self._scripts = scripts
        self.arguments: dict[str, str | None] = {}
        self._own_command = False

    def stage(self, stage: stages.Stage) -> None:
        """Read one stage."""
        self.arguments = {}
        for node in stage.instructions[1:]:
            self.instruction(node, stage)

    def _lookup(self, name: str) -> str | Unset | None:
        if name in self.facts.env:
            return self.facts.env[name]
        if name in self.arguments:
            return self.arguments[name]
        return UNSET if self.facts.known else None

    def _text(self, word: Word) -> str | None:
        """A word, expanded; None if it is not known."""
        literal = word.literal
        if literal is not None:
            return literal
        return words.expand(word.text, self._lookup, escape=word.escape or "\\").value

    def instruction(self, node: Instruction, stage: stages.Stage) -> None:
        """Read one instruction."""
        values = self.facts.values
        if isinstance(node, Env):
            self.facts.env.update(
                {pair.key.text: self._text(pair.value) if pair.value else None for pair in node.pairs}
            )
        elif isinstance(node, Arg):
            self._argument(node, stage)
        elif isinstance(node, User) and node.user is not None:
            values["user"] = self._text(node.user)
        elif isinstance(node, Workdir) and node.path is not None:
            self._workdir(self._text(node.path))
        elif isinstance(node, Expose):
            self._add("ports", [self._text(word) for word in node.words])
        elif isinstance(node, Volume):
            paths = [self._text(word) for word in node.words]
            self._add("volumes", [clean(path) if path is not None else None for path in paths])
        elif isinstance(node, Stopsignal) and node.signal is not None:
            values["stop_signal"] = self._text(node.signal)
        elif isinstance(node, Healthcheck):
            values["healthcheck"] = not node.none
        elif isinstance(node, Shell) and node.json:
            values["shell"] = [word.value for word in node.words]
        elif isinstance(node, Entrypoint):
            values["entrypoint"] = self._command(node)
            if not self._own_command:
                values["cmd"] = []
        elif isinstance(node, Cmd):
            values["cmd"] = self._command(node)
            self._own_command = True
        elif isinstance(node, Onbuild):
            values.setdefault("onbuild", []).append(" ".join(node.args.text.split())[:200])
        elif isinstance(node, Run):
            script = stage.script(node)
            if script is not None and script.posix:
                strings = {name: value for name, value in self.facts.env.items() if value is not None}
                strings.update({name: value for name, value in self.arguments.items() if value is not None})
                script = self._scripts.setdefault(script.text.text, script)
                ScriptReader(self.facts.packages, self.facts.effects, strings).read(script)
        elif isinstance(node, (Copy, Add)):
            self._files(node, stage)

    def _argument(self, node: Arg, stage: stages.Stage) -> None:
        for pair in node.pairs:
            name = pair.key.text
            if pair.value is not None:
                self.arguments[name] = self._text(pair.value)
            else:
                above = stage.graph.globals.lookup(name)
                self.arguments[name] = above if isinstance(above, str) else None

    def _workdir(self, path: str | None) -> None:
        before = self.facts.values.get("workdir", "/" if self.facts.known else None)
        if path is not None and not path.startswith("/") and path[1:2] != ":":
            path = None if before is None else posixpath.join(before, path)
        if path is not None and path.startswith("/"):
            path = posixpath.normpath(path)
        self.facts.values["workdir"] = path

    def _add(self, field: str, found: Sequence[str | None]) -> None:
        """Ports or volumes: once one of them is unknown, all are."""
        before = self.facts.values.get(field, [])
        texts = [part for text in found if text is not None for part in (text.split() if field == "ports" else [text])]
        unknown = before is None or None in found
        self.facts.values[field] = None if unknown else [*before, *(text for text in texts if text not in before)]

    def _command(self, node: Entrypoint | Cmd) -> list[str]:
        if node.json:
            return [word.value for word in node.words]
        shell = self.facts.values.get("shell") or (WINDOWS_SHELL if self.windows else LINUX_SHELL)
        return [*shell, " ".join(node.args.text.split())]

    def _files(self, node: Copy | Add, stage: stages.Stage) -> None:
        """Programs that COPY brings; a whole folder put at the top may bring anything."""
        to = self._text(node.destination) if node.destination is not None else None
        if to is None:
            self.facts.wild = True
            return
        sources = [self._text(word) or "?" for word in node.sources]
        folder = to.rstrip("/") if to.endswith("/") or len(sources) > 1 else posixpath.dirname(to)
        for source in sources:
            name = (
                posixpath.basename(source.rstrip("/"))
                if to.endswith("/") or len(sources) > 1
                else posixpath.basename(to)
            )
            if source.endswith("/") and {to.rstrip("/"), folder} & set(image_packages.FOLDERS):
                self.facts.copied = True
            elif to.rstrip("/") in image_packages.FOLDERS:
                self.facts.effects.programs[posixpath.basename(source.rstrip("/"))] = "*" not in source
            elif folder in image_packages.FOLDERS:
                self.facts.effects.programs[name] = "*" not in source
        if to.rstrip("/") in ("", "/usr", "/usr/local", "/etc", "/lib"):
            if isinstance(node, Copy) and node.from_ is not None and stage.source_of(node) is not None:
                self.facts.copied = True
                self.facts.open = self.facts.open or stage.source.mentions("/etc/passwd")
            elif isinstance(node, Add) or any("." not in posixpath.basename(source) for source in sources):
                self.facts.wild = self.facts.open = True


class Rows:
    """All rows, by image and tag, with the facts of each as soon as they are asked for."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows
        self.roots, self.root_tags = _roots()
        self._facts: dict[int, Facts | None] = {}
        self._bases: dict[int, int] = {}
        self._scripts: dict[str, Script] = {}
        self._by_tag: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._by_variant: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
        self.without_base: list[str] = []
        for at, row in enumerate(rows):
            for tag in tags_of(row):
                self._by_tag[row["image"], tag].append(at)
                version, variant = split_tag(tag)
                self._by_variant[row["image"], variant].append((version, at))

    def facts(self, at: int) -> Facts | None:
        """What is known of the image of a row; None if its Dockerfile has no stage."""
        if at not in self._facts:
            # A chain that leads back to itself has no beginning.
            self._facts[at] = None
            self._facts[at] = self._read(at)
        return self._facts[at]

    def chain(self, at: int) -> Iterator[dict[str, Any]]:
        """A row and those that it is built on, as far as they are known."""
        seen: set[int] = set()
        while at not in seen:
            seen.add(at)
            yield self.rows[at]
            at = self._bases.get(at, at)

    def _read(self, at: int) -> Facts | None:
        row = self.rows[at]
        if row["image"] == "busybox":
            return self.of_root(self.root_tags["busybox", "latest"])
        if not row["dockerfile"]:
            return None
        graph = stages.build(dockerfile.parse(Source(row["path"], row["dockerfile"])))
        if not graph.shipped:
            return None
        chain = list(graph.shipped[0].lineage)[::-1]
        base = chain[0].base_text
        facts = self.base(base, row["as_of"], at) if base else None
        if facts is None:
            self.without_base.append(f"{row['image']}:{next(iter(tags_of(row)), '')} FROM {base}")
            facts = Facts(None)
        facts = facts.copy()
        windows = "windows" in (base or "")
        windows = windows or (facts.root is not None and self.roots[facts.root]["os"][0] == "windows")
        reader = Reader(facts, windows, self._scripts)
        for stage in chain:
            reader.stage(stage)
        facts.texts.append(_plain(row["dockerfile"]))
        return facts

    def base(self, written: str, as_of: str, child: int | None = None) -> Facts | None:
        """What is known of the image that FROM names, as it was at a date; ``child`` is the row that is built on it."""
        if written == "scratch":
            return self.of_root(self.root_tags["scratch", ""])
        image = images.parse(written)
        if image is None:
            return None
        name, tag = image.familiar, image.tag or "latest"
        for mirror in MIRRORS:
            name = name.removeprefix(mirror)
        if name.startswith(("mcr.microsoft.com/windows", "microsoft/windows", "microsoft/nanoserver")):
            return self.of_root(self.root_tags["windows", ""])
        for candidate in (tag, re.sub(r"-20\d{6}$", "", tag), *lines_of(tag)):
            if (name, candidate) in self.root_tags:
                return self.of_root(self.root_tags[name, candidate])
        at = self._row(name, tag, as_of)
        if at is None:
            return None
        if child is not None:
            self._bases[child] = at
        return self.facts(at)

    def _row(self, name: str, tag: str, as_of: str) -> int | None:
        """The row that a tag named at a date: of those of its line, the first that was still named then."""
        version, variant = split_tag(tag)
        found = set(self._by_tag.get((name, tag), ()))
        for line in [version, *lines_of(version)] if version else []:
            listed = self._by_variant.get((name, variant), ())
            found.update(at for other, at in listed if other == line or extends(other, line))
            if found:
                break
        later = [at for at in found if self.rows[at]["as_of"] >= as_of]
        if later:
            return min(later, key=lambda at: (self.rows[at]["as_of"], at))
        return max(found, key=lambda at: (self.rows[at]["as_of"], -at), default=None)

    def system_of(self, tag: str) -> tuple[str, str] | None:
        """The distribution and release that a tag names: ``8.2-fpm-alpine3.20``, ``16-bookworm``."""
        for part in tag.split("-"):
            match = re.fullmatch(r"(alpine)(\d+\.\d+)", part)
            if match is not None:
                return match[1], match[2]
            for name in ("debian", "ubuntu"):
                if part.isalpha() and part not in _NO_CODE_NAMES and (name, part) in self.root_tags:
                    os = self.roots[self.root_tags[name, part]]["os"]
                    return os[0], os[1]
        return None

    def of_tag(self, tag: str, found: dict[str, Any], systems: set[tuple[str, str]]) -> dict[str, Any]:
        """The values for one tag of a row: where its tags name several releases, each has its own."""
        root = self.roots[found["root"]] if "root" in found else None
        if root is None or root["os"][0] not in ("alpine", "debian", "ubuntu"):
            return found
        named = self.system_of(tag)
        releases = {release for family, release in systems if family == root["os"][0]}
        if named is not None:
            releases = {named[1]} if named[0] == root["os"][0] else set()
        if not releases:
            return found
        release = next(iter(releases)) if len(releases) == 1 else ""
        if release == root["os"][1]:
            return found
        own = {**root, "os": [root["os"][0], release]}
        if own not in self.roots:
            self.roots.append(own)
        return {**found, "root": self.roots.index(own)}

    def of_root(self, index: int) -> Facts:
        """What is known of a root."""
        facts = Facts(index)
        facts.env = dict(self.roots[index].get("env", {}))
        groups = self.roots[index].get("groups", "").split()
        facts.effects.known_groups = dict(word.split("=") for word in groups if "=" in word)
        command = self.roots[index].get("cmd")
        if command:
            facts.values["cmd"] = list(command)
        return facts


def _roots() -> tuple[list[dict[str, Any]], dict[tuple[str, str], int]]:
    """The roots as the file has them, and by name and tag where each is."""
    found: list[dict[str, Any]] = []
    places: dict[tuple[str, str], int] = {}
    empty = image_roots.Root(
        "scratch", "", ("", ""), "none", [], image_roots.TOOLS, "", "", None, image_roots.DEFAULT_PATH
    )
    windows = image_roots.Root("windows", "", ("windows", ""), "", [], [])
    for root in (*image_roots.ROOTS, image_roots.BUSYBOX, empty, windows):
        written: dict[str, Any] = {
            "os": list(root.system), "yes": " ".join(sorted(root.programs)), "no": " ".join(sorted(root.lacks)),
        }  # fmt: skip
        if root.shell:
            written["sh"] = root.shell
        if root.users is not None:
            written["users"] = root.users
            written["groups"] = root.groups or ""
        if root.command:
            written["cmd"] = root.command
        if root.environment:
            written["env"] = dict(pair.partition("=")[::2] for pair in root.environment.split())
        if written not in found:
            found.append(written)
        for name in root.names.split():
            for tag in root.tags.split() or [""]:
                places[name, tag] = found.index(written)
    return found, places


def tags_of(row: dict[str, Any]) -> Iterator[str]:
    """All tags of a row."""
    return iter(dict.fromkeys([*row["tags"], *row["shared_tags"]]))


def _plain(text: str) -> str:
    """A Dockerfile without its comments."""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
