"""What a project's own build makes, by the files that say so: names of programs and archives, folders of web pages.

Sources: maven.apache.org/pom.html, docs.gradle.org (java plugin, ``archivesName``), doc.rust-lang.org/cargo/guide/
build-cache.html, learn.microsoft.com/dotnet (output paths), and the manuals of the bundlers named below.
"""

from __future__ import annotations

from dlint.lazy import NamedTuple, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Final

_MOST_CHARACTERS: Final = 200_000


class Made(NamedTuple):
    """What is made of a manifest: the ``names`` of the files, and where in its text it says so."""

    names: tuple[str, ...]
    start: int
    end: int


# Maven

_COMMENT = pattern(r"(?s)<!--.*?-->")
_ELEMENT = pattern(r"<(/?)([\w.-]+)(?:[\s/][^<>]*)?>")
_OTHER_NAMES: Final = ("shade", "assembly", "classifier", "<profiles>", "outputDirectory", "spring-boot.repackage")


def maven_archive(pom: str) -> Made | None:
    """The archive that a ``pom.xml`` has made in ``target``; None if that is not plain."""
    if len(pom) > _MOST_CHARACTERS or any(word in pom for word in _OTHER_NAMES):
        return None
    text = _COMMENT.sub(lambda match: " " * len(match[0]), pom)
    values: dict[str, tuple[str, int, int]] = {}
    path: list[str] = []
    for match in _ELEMENT.finditer(text):
        closing, name, empty = match[1], match[2], match[0].endswith("/>")
        if closing:
            if path:
                path.pop()
        elif not empty:
            path.append(name)
            end = text.find("<", match.end())
            values.setdefault("/".join(path), (text[match.end() : end].strip(), match.end(), end))
    artifact = values.get("project/artifactId")
    version = values.get("project/version") or values.get("project/parent/version")
    final = values.get("project/build/finalName")
    packaging = values.get("project/packaging", ("jar", 0, 0))[0]
    if artifact is None or version is None or packaging not in ("jar", "war"):
        return None
    stem = final[0] if final is not None else f"{artifact[0]}-{version[0]}"
    for name, value in (("artifactId", artifact[0]), ("version", version[0])):
        stem = stem.replace(f"${{project.{name}}}", value)
    place = final or values.get("project/version") or artifact
    return Made((f"{stem}.{packaging}",), place[1], place[2]) if "$" not in stem else None


# Gradle

_ROOT_NAME = pattern(r"(?m)^[ \t]*rootProject\.name[ \t]*=[ \t]*[\"']([\w.-]+)[\"']")
_VERSION = pattern(r"(?m)^version[ \t]*(?:=[ \t]*)?[\"']([\w.-]+)[\"']")
_GRADLE_NAMES: Final = (
    "archive",
    "shadow",
    "finalName",
    "jar {\n",
    "allprojects",
    "subprojects",
    "tasks.jar",
    "bootWar",
)


def gradle_archives(settings: str, build: str) -> Made | None:
    """The archives that a project of Gradle has made in ``build/libs``; None if that is not plain."""
    name, version = _ROOT_NAME.search(settings), _VERSION.search(build)
    if name is None or any(word in build for word in _GRADLE_NAMES):
        return None
    if version is None and "version" in build.replace("id ", "").split("dependencies")[0].split("plugins")[0]:
        return None
    stem = f"{name[1]}-{version[1]}" if version is not None else name[1]
    return Made((f"{stem}.jar", f"{stem}-plain.jar"), *name.span(1)) if version is not None else None


# Cargo


class Output(NamedTuple):
    """A path that Cargo writes to: the ``top`` folder, what is named by ``--target``, the profile and the program."""

    top: str
    triple: str
    profile: str
    name: str


def cargo_output(path: str) -> Output | None:
    """What a path in ``target`` stands for; None if it is no program there."""
    top, found, below = path.rpartition("/target/")
    parts = below.split("/") if found else []
    if len(parts) not in (2, 3) or parts[-2] not in ("release", "debug") or "." in parts[-1]:
        return None
    return Output(top or "/", parts[0] if len(parts) == 3 else "", parts[-2], parts[-1])


_SECTION = pattern(r"(?m)^[ \t]*\[{1,2}[ \t]*([\w.\"'-]+)[ \t]*\]{1,2}[ \t]*(?:#.*)?$")
_NAME = pattern(r"(?m)^[ \t]*name[ \t]*=[ \t]*[\"']([\w-]+)[\"']")


def cargo_programs(manifest: str) -> Made | None:
    """The programs that a ``Cargo.toml`` names, the package's first; None if it has no package."""
    marks = [*_SECTION.finditer(manifest[:_MOST_CHARACTERS])]
    ends = [mark.start() for mark in marks[1:]] + [len(manifest)]
    names: list[str] = []
    place: tuple[int, int] | None = None
    for mark, end in zip(marks, ends, strict=True):
        found = _NAME.search(manifest, mark.end(), end) if mark[1] in ("package", "bin", "project") else None
        if found is not None:
            names.append(found[1])
            if mark[1] != "bin":
                place = found.span(1)
    return Made(tuple(names), *place) if place is not None else None


# .NET

_FRAMEWORK = pattern(r"<TargetFramework>[ \t]*(net\d+\.\d+)[ \t]*</TargetFramework>")


def dotnet_framework(project: str) -> Made | None:
    """The framework that a project of .NET is built for, which is a folder of its output."""
    if "OutputPath" in project or "<TargetFrameworks>" in project or "Condition=" in project:
        return None
    match = _FRAMEWORK.search(project)
    return Made((match[1],), *match.span(1)) if match is not None else None


# Bundlers


class Bundler(NamedTuple):
    """A command that makes a ``folder`` of files, where none of its ``settings`` says otherwise.

    ``key`` finds in these another folder, as its first group, or none where that is not plain; ``flags`` and
    ``variables`` give another one as well.
    """

    folder: str
    settings: tuple[str, ...] = ()
    key: re.Pattern[str] | None = None
    flags: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()


def _key(name: str) -> re.Pattern[str]:
    return pattern(rf"\b(?:{name})[\"']?[ \t]*:[ \t]*(?:[\"']([\w./-]+)[\"'])?")


_ENDINGS: Final = (".js", ".ts", ".mjs", ".cjs", ".mts", ".cts")


def _files(stem: str) -> tuple[str, ...]:
    return tuple(stem + ending for ending in _ENDINGS)


BUNDLERS: Final = {
    ("vite", "build"): Bundler("dist", _files("vite.config"), _key("outDir|root"), ("--outDir", "--config", "-c")),
    ("react-scripts", "build"): Bundler("build", (), None, (), ("BUILD_PATH",)),
    ("vue-cli-service", "build"): Bundler("dist", ("vue.config.js", "vue.config.ts"), _key("outputDir"), ("--dest",)),
    ("astro", "build"): Bundler("dist", _files("astro.config"), _key("outDir|adapter|root"), ("--outDir", "--root")),
    ("gatsby", "build"): Bundler("public", (), None, ()),
    ("docusaurus", "build"): Bundler("build", (), None, ("--out-dir", "--outDir")),
}  # fmt: skip
"""Bundlers by their name and what they are told to do."""

OUTPUTS: Final = ("dist", "build", "public", "out")
"""Folders that bundlers make, as they are called most."""

SPARED: Final = ("rimraf", "rm", "tsc", "vue-tsc", "eslint", "echo", "cross-env", "tsr", "svelte-kit")
"""What stands beside them in scripts and makes none of these folders; ``tsc`` by its own settings alone."""

NEXT_SETTINGS: Final = _files("next.config")
TSC_OUT = _key("outDir")
