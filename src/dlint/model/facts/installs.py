"""What package managers do not install without: lock files, and files that a project's manifest names.

Only what stops surely is here. Yarn 1 and Composer go on without their lock file, and so does Poetry.
"""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple, json_text, pattern
from dlint.model.facts.package_json import manifest, scripts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from dlint.syntax.shell.script import ShellCommand


class Locked(NamedTuple):
    """A tool that stops where there is a ``manifest`` and none of its ``locks``, if it is told to keep to them.

    ``verbs`` are the subcommands that do so by themselves, or with one of ``flags``, or where the environment sets one
    of ``variables``. ``writes`` are subcommands that make the lock file; ``asks`` finds in the manifest that there is
    something to lock. A command that names a package with the sign ``versioned`` does not look at the manifest.
    """

    manifest: str
    locks: tuple[str, ...]
    verbs: frozenset[str]
    flags: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    writes: frozenset[str] = frozenset()
    asks: str = ""
    unless: tuple[str, ...] = ()
    versioned: str = ""


_PNPM_WRITES: Final = frozenset("install add update import".split())

LOCKED: Final[dict[str, tuple[Locked, ...]]] = {
    # docs.npmjs.com/cli/commands/npm-ci: "The project must have an existing package-lock.json or npm-shrinkwrap.json".
    "npm": (
        Locked(
            "package.json", ("package-lock.json", "npm-shrinkwrap.json"),
            frozenset("ci clean-install ic".split()), writes=frozenset(("install", "shrinkwrap")),
        ),
    ),
    # pnpm.io/cli/install#--frozen-lockfile: ERR_PNPM_NO_LOCKFILE, where a manifest has dependencies.
    "pnpm": (
        Locked(
            "package.json", ("pnpm-lock.yaml",), frozenset(("install",)), ("--frozen-lockfile",),
            writes=_PNPM_WRITES, asks='ependencies"', unless=("--no-frozen-lockfile", "--frozen-lockfile=false"),
        ),
        Locked("package.json", ("pnpm-lock.yaml",), frozenset(("fetch",)), writes=_PNPM_WRITES),
    ),
    # yarnpkg.com/cli/install: --immutable stops where the lock file would be made. Yarn 1 has no such option.
    "yarn": (
        Locked(
            "package.json", ("yarn.lock",), frozenset(("", "install")), ("--immutable",),
            writes=frozenset(("", "install", "add")), asks='ependencies"', unless=("--immutable=false",),
        ),
    ),
    # doc.rust-lang.org/cargo/commands/cargo-build.html#manifest-options
    "cargo": (
        Locked(
            "Cargo.toml", ("Cargo.lock",), frozenset("build bench check doc fetch run test".split()),
            ("--locked", "--frozen"), writes=frozenset("build check fetch generate-lockfile update".split()),
        ),
    ),
    # docs.astral.sh/uv/concepts/projects/sync: --frozen takes the lock file as it is, --locked wants it up to date.
    "uv": (
        Locked(
            "pyproject.toml", ("uv.lock",), frozenset(("sync", "export", "run")), ("--frozen", "--locked"),
            ("UV_FROZEN", "UV_LOCKED"), frozenset(("sync", "lock", "add")), unless=("--no-project", "--script"),
        ),
    ),
    # pipenv.pypa.io/en/latest/commands.html
    "pipenv": (
        Locked("Pipfile", ("Pipfile.lock",), frozenset(("sync",)), writes=frozenset(("install", "lock", "update"))),
        Locked(
            "Pipfile", ("Pipfile.lock",), frozenset(("install",)), ("--deploy", "--ignore-pipfile"),
            writes=frozenset(("install", "lock", "update")),
        ),
    ),
    # bundler.io/man/bundle-config.1.html: deployment and frozen want a lock file.
    "bundle": (
        Locked(
            "Gemfile", ("Gemfile.lock",), frozenset(("", "install")), ("--deployment", "--frozen"),
            ("BUNDLE_DEPLOYMENT", "BUNDLE_FROZEN"), frozenset(("", "install", "lock")), unless=("--no-deployment",),
        ),
    ),
    # go.dev/ref/mod#build-commands: -mod=readonly is the default, and wants the sums of all that go.mod requires.
    # go.dev/ref/mod#go-install: with a version, as in tool@latest, the go.mod of the folder is ignored.
    "go": (
        Locked(
            "go.mod", ("go.sum",), frozenset("build install list run test vet".split()),
            writes=frozenset("get mod work".split()), asks="require", unless=("-mod", "-modfile"), versioned="@",
        ),
    ),
}  # fmt: skip

ELSEWHERE: Final = (
    "-C", "--prefix", "--cwd", "--dir", "--directory", "--manifest-path", "--gemfile", "--project", "-g", "--global",
    "--location", "--package-lock-only", "--dry-run", "--help", "-h",
)  # fmt: skip
"""Options by which a tool looks elsewhere, or installs nothing of the project."""

LOOKS_ELSEWHERE: Final = {
    "go": ("GOFLAGS", "GOWORK"),
    "bundle": ("BUNDLE_GEMFILE",),
    "uv": ("UV_PROJECT",),
    "pipenv": ("PIPENV_PIPFILE",),
}
"""Variables that have a tool look elsewhere, or do otherwise."""


# go.dev/ref/mod#go-mod-file-replace: a folder that takes a module's place has no sums.
_REQUIRED = pattern(r"(?m)^[ \t]*(?:require[ \t]+)?([\w.~-]+(?:/[\w.~-]+)*)[ \t]+v\d")
_REPLACED = pattern(r"(?m)^[ \t]*(?:replace[ \t]+)?([\w.~-]+(?:/[\w.~-]+)*)(?:[ \t]+v\S+)?[ \t]+=>[ \t]+\.{1,2}/")


def has_to_lock(locked: Locked, text: str) -> bool:
    """Whether a manifest of that text asks for something that a lock file names."""
    if locked.manifest != "go.mod":
        return locked.asks in text
    return not {*_REQUIRED.findall(text)} <= {*_REPLACED.findall(text)}


class Named(NamedTuple):
    """A file that a manifest names, as a path from its folder, with the place in the text, and what the tool does."""

    path: str
    start: int
    end: int
    does: str


# docs.npmjs.com/cli/using-npm/scripts#life-cycle-operation-order
_SCRIPTS: Final = ("preinstall", "install", "postinstall")
_RUNNING: Final = {
    "npm": ("ci", "clean-install", "install"),
    "pnpm": ("install",),
    "yarn": ("", "install"),
    "bun": ("install", "ci"),
}
# prisma.io/docs/orm/reference/prisma-cli-reference#generate
_PRISMA = pattern(r"\A(?:npx[ \t]+)?prisma[ \t]+generate(?:[ \t]+--schema[ \t=]([\w./-]+))?\Z")
_GIVEN = pattern(r"\A(?:node|bash|sh|ts-node|tsx|bun)[ \t]+(?!-)([\w@./-]+\.(?:[cm]?[jt]s|sh))(?=\s|$)")
_RUNS = pattern(r"\A(?:npm|pnpm|yarn|bun)[ \t]+run[ \t]+([\w:.-]+)\Z")
_MOST_SCRIPTS: Final = 5
_MOST_CHARACTERS: Final = 200_000
_MANIFEST: Final = "package.json"


def runs_scripts(command: ShellCommand) -> bool:
    """Whether a command runs the scripts that the ``package.json`` beside it has for an installation.

    They run where no package is named; ``--ignore-scripts`` keeps a tool from it.
    """
    if command.verb.partition(" ")[0] not in _RUNNING.get(command.tool, ()) or command.arguments:
        return False
    return not any("ignore-scripts" in word.text for word in command.given)


def named_by_scripts(text: str) -> Iterator[Named]:
    """The files that the scripts for an installation start first, and surely."""
    found = scripts(text) or {}
    for name in _SCRIPTS:
        script = _passed_on(name, found)
        command = script.partition("&&")[0].strip() if not any(sign in script for sign in ";|`$<>\n") else ""
        match = _GIVEN.match(command) or _PRISMA.match(command)
        path = posixpath.normpath(match[1] or "prisma/schema.prisma") if match is not None else ""
        place = text.find(json_text(script, for_people=True)) if path else -1
        if place >= 0 and not path.startswith(("..", "/", "node_modules")):
            yield Named(path, place, place + len(script) + 2, f"runs the script `{name}` of {_MANIFEST}")


def _passed_on(name: str, known: dict[str, str]) -> str:
    """A script, or the one that it does nothing but run."""
    for _ in range(_MOST_SCRIPTS):
        script = known.get(name, "")
        match = _RUNS.match(script)
        if match is None:
            return script
        name = match[1]
    return ""


def workspaces(text: str) -> list[str]:
    """The folders of further packages that a ``package.json`` names; the last part may be ``*``."""
    found = (manifest(text) or {}).get("workspaces") if '"workspaces"' in text else None
    names = found.get("packages") if isinstance(found, dict) else found
    plain = [posixpath.normpath(name) for name in names if isinstance(name, str)] if isinstance(names, list) else []
    return [name for name in plain if "*" not in name.removesuffix("/*") and not name.startswith(("..", "/", "!"))]


# pip.pypa.io/en/stable/reference/requirements-file-format: the paths are relative to the file.
_INCLUDED = pattern(r"(?m)^[ \t]*(?:-r|--requirement|-c|--constraint)(?:[ \t]+|=)([\w./+-]+)[ \t]*(?:[ \t]#.*)?$")


def included_in(text: str) -> Iterator[Named]:
    """The files that a requirements file includes."""
    for match in _INCLUDED.finditer(text) if len(text) < _MOST_CHARACTERS else ():
        yield Named(posixpath.normpath(match[1]), *match.span(1), "reads what the requirements include")
