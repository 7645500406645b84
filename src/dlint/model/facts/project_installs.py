"""What installs or builds a project, and the files without which it does not; ``installs.py`` has what these name.

Only what stops, or does nothing, in a folder without such a file is here. Sources: the tools' own documentation, at
docs.npmjs.com, pnpm.io, yarnpkg.com, pip.pypa.io, bundler.io, getcomposer.org, doc.rust-lang.org/cargo, go.dev/ref/mod,
maven.apache.org, docs.gradle.org, python-poetry.org, docs.astral.sh/uv, pdm-project.org, hexdocs.pm/mix, docs.conda.io,
dart.dev/tools/pub, learn.microsoft.com/dotnet.
"""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from dlint.syntax.shell.script import ShellCommand


class Project(NamedTuple):
    """How a tool works on a project: ``alone`` are subcommands that do so without arguments, ``verbs`` those that do in
    any case. One of ``files`` must be there, in the folder or, ``above``, in one that it lies in.
    """

    files: tuple[str, ...]
    alone: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    above: bool = True


class Needed(NamedTuple):
    """Files of which a command needs one, as paths from where it is called; ``above`` as for ``Project``."""

    paths: tuple[str, ...]
    above: bool


# Without a manifest these end well, with nothing done.
_GOING_ON: Final = {"npm": ("install",), "yarn": ("", "install")}
_MAVEN: Final = tuple("compile test-compile test package verify install deploy dependency:go-offline".split())
_GRADLE: Final = tuple("assemble build bootJar shadowJar installDist test jar war".split())
_PROJECTS: Final = {
    "npm": Project(("package.json",), ("ci", "install"), ("run", "test")),
    "yarn": Project(("package.json",), ("", "install"), ("run",)),
    "pnpm": Project(("package.json",), ("install",), ("run",)),
    "bun": Project(("package.json",), ("install",)),
    "bundle": Project(("Gemfile", "gems.rb"), ("", "install"), ("exec",)),
    "composer": Project(("composer.json",), ("install",), ("dump-autoload",), above=False),
    "cargo": Project(("Cargo.toml",), (), ("build", "check", "clippy", "doc", "fetch", "run", "test")),
    "go": Project(("go.mod", "go.work"), (), ("mod download", "mod tidy", "mod vendor", "mod verify")),
    "mvn": Project(("pom.xml",), (), _MAVEN, above=False),
    "mvnw": Project(("pom.xml",), (), _MAVEN, above=False),
    "gradle": Project(("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"), (), _GRADLE),
    "gradlew": Project(("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"), (), _GRADLE),
    "make": Project(("Makefile", "makefile", "GNUmakefile"), ("",), ("all",), above=False),
    "poetry": Project(("pyproject.toml",), ("install", "build", "lock"), ("export",)),
    "uv": Project(("pyproject.toml",), ("sync", "lock", "export")),
    "pdm": Project(("pyproject.toml",), (), ("install", "sync", "lock")),
    "pipenv": Project(("Pipfile",), ("sync",)),
    "mix": Project(("mix.exs",), (), ("deps.get", "deps.compile", "compile", "release"), above=False),
    "dart": Project(("pubspec.yaml",), (), ("pub get",)),
    "flutter": Project(("pubspec.yaml",), (), ("pub get", "build")),
}
WORKERS: Final = (*_PROJECTS, "pip", "conda", "dotnet")
"""Tools that work on a project."""

# By these they have something else to do, or look elsewhere.
_ELSEWHERE: Final = frozenset(
    "-g --global -v --version -V -h --help --location --no-project --script --include-build -b --build-file -p"
    " --project-dir".split()
)
_FOLDERS: Final = {
    "npm": ("--prefix", "-C"), "pnpm": ("--dir", "-C", "--prefix"), "yarn": ("--cwd",), "bun": ("--cwd",),
    "composer": ("--working-dir", "-d"), "make": ("--directory", "-C"),
    "poetry": ("--directory", "-C", "--project", "-P"),
    "uv": ("--directory", "--project"), "pdm": ("--project",), "go": ("-C",), "flutter": ("-C",),
    "dart": ("-C", "--directory"), "cargo": ("-C",),
}  # fmt: skip
"""Options that name the folder."""

_FILES: Final = {
    "cargo": ("--manifest-path",), "mvn": ("--file", "-f"), "mvnw": ("--file", "-f"), "bundle": ("--gemfile",),
    "make": ("--file", "--makefile", "-f"), "conda": ("--file", "-f"), "go": ("-modfile",),
}  # fmt: skip
"""Options that name the file."""

VARIABLES: Final = frozenset(
    "BUNDLE_GEMFILE COMPOSER UV_PROJECT UV_WORKING_DIRECTORY PIPENV_PIPFILE MIX_EXS GOFLAGS GOWORK MAKEFILES MAVEN_ARGS"
    " PDM_PROJECT npm_config_prefix".split()
)
"""Variables by which they look elsewhere."""

_PACKAGED: Final = ("pyproject.toml", "setup.py", "setup.cfg")
_OF_DOTNET: Final = (".csproj", ".fsproj", ".vbproj", ".sln", ".slnx")
_MANIFESTS: Final = frozenset(name for project in _PROJECTS.values() for name in project.files).union(_PACKAGED)


def is_manifest(name: str) -> bool:
    """Whether a file of this name may say what a project is built of; requirements are called as one likes."""
    return name in _MANIFESTS or name.endswith((*_OF_DOTNET, ".txt")) or name.startswith(("conda", "environment"))


def needed_by(command: ShellCommand) -> Iterator[Needed]:
    """What a command needs of a project; nothing if it needs none, or that depends on what is not known."""
    tool = command.tool
    if tool not in WORKERS:
        return
    words = [word.literal or "" for word in command.given]
    if "" in words or not _ELSEWHERE.isdisjoint(words):
        return
    if tool == "pip" or (tool == "uv" and command.verb.startswith("pip")):
        yield from _of_pip(command)
    elif tool == "conda":
        named = _option(words, _FILES[tool]) if command.verb == "env create" else []
        yield from (Needed((one,), False) for one in named[:1] if one)
    elif tool == "dotnet":
        if command.verb in ("restore", "build", "publish", "test"):
            projects = [word.text for word in command.arguments if word.text.endswith(_OF_DOTNET)]
            yield from (Needed((name.replace("\\", "/"),), False) for name in projects[:1])
    else:
        project = _PROJECTS[tool]
        if _works(command, project):
            yield from _located(tool, words, project)


def places_of(needed: Needed, folder: str) -> Iterator[str]:
    """The absolute paths at which a command that is called in a folder looks for what it needs."""
    for path in needed.paths:
        place = posixpath.normpath(posixpath.join(folder, path))
        yield place
        above, name = posixpath.split(place)
        while needed.above and above != "/":
            above = posixpath.dirname(above)
            yield posixpath.join(above, name)


def goes_on(command: ShellCommand) -> bool:
    """Whether a command ends well where there is no project."""
    return command.verb in _GOING_ON.get(command.tool, ())


def _works(command: ShellCommand, project: Project) -> bool:
    arguments = [word.text for word in command.arguments]
    if command.tool == "make":
        arguments = [word for word in arguments if "=" not in word]
        return len(arguments) < 2 and (not arguments or arguments[0] in project.verbs)
    if command.verb in project.alone and not arguments:
        return True
    if command.verb:
        return command.verb in project.verbs
    if command.tool in ("mvn", "mvnw", "gradle", "gradlew"):
        return any(word.rpartition(":")[2] in project.verbs or word in project.verbs for word in arguments)
    said = " ".join(arguments)
    return any(said == verb or said.startswith(f"{verb} ") for verb in project.verbs)


def _located(tool: str, words: list[str], project: Project) -> Iterator[Needed]:
    files, folders = _option(words, _FILES.get(tool, ())), _option(words, _FOLDERS.get(tool, ()))
    if files:
        if files[-1] and not folders:
            yield Needed((files[-1],), False)
    elif not folders:
        yield Needed(project.files, project.above)
    elif folders[-1] and len(folders) == 1:
        yield Needed(tuple(posixpath.join(folders[0], name) for name in project.files), project.above)


def _option(words: list[str], names: tuple[str, ...]) -> list[str]:
    """The values of an option of these names; "" for one that is not clear."""
    found: list[str] = []
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in names:
            found.append(value if equals else words[at + 1] if at + 1 < len(words) else "")
        elif len(word) > 2 and word[:2] in names and word[1] != "-":
            found.append(word[2:])
    return found


def _of_pip(command: ShellCommand) -> Iterator[Needed]:
    if command.verb.rpartition(" ")[2] != "install":
        return
    for flag in command.flags:
        value = flag.value or ""
        if flag.name in ("-r", "--requirement", "--requirements") and value not in ("", "-") and "://" not in value:
            yield Needed((value,), False)
    folders = [word.text for word in command.arguments]
    folders += [flag.value or "" for flag in command.flags if flag.name in ("-e", "--editable")]
    for folder in folders:
        folder = folder.partition("[")[0]
        if folder == "." or folder.startswith(("./", "../")):
            yield Needed(tuple(posixpath.join(folder, name) for name in _PACKAGED), False)
