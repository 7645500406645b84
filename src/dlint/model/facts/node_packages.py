"""Packages of Node.js that are for development: which programs they bring, and what is left out of an installation.

Sources: docs.npmjs.com/cli/using-npm/config (omit, include, only, production), classic.yarnpkg.com/docs/cli/install,
pnpm.io/cli/install, bun.sh/docs/cli/install, and of the programs the ``bin`` of each package.
"""

from __future__ import annotations

from dlint.lazy import json_text, json_value, pattern
from dlint.model.facts.package_json import manifest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Final

    from dlint.syntax.shell.script import ShellCommand

INSTALLERS: Final = {
    "npm": ("install", "ci"), "yarn": ("", "install"), "pnpm": ("install",), "bun": ("install",),
}  # fmt: skip
"""The subcommands by which tools install what ``package.json`` names, if they are given no package."""

HOOKS: Final = {
    "npm": ("install", "postinstall", "prepare"),
    "yarn": ("install", "postinstall"),
    "pnpm": ("install", "postinstall"),
}
"""The scripts of a project that tools run once its packages are installed; Yarn 1 and pnpm run ``prepare`` only where
those for development are."""

_BIN_OF: Final = {
    "babel": "@babel/cli", "babel-node": "@babel/node", "cdk": "aws-cdk", "dotenv": "dotenv-cli",
    "graphql-codegen": "@graphql-codegen/cli", "grunt": "grunt-cli", "nest": "@nestjs/cli", "ng": "@angular/cli",
    "nuxi": "nuxt", "run-p": "npm-run-all", "run-s": "npm-run-all", "sequelize": "sequelize-cli",
    "svelte-kit": "@sveltejs/kit", "swc": "@swc/cli", "tailwindcss": "@tailwindcss/cli", "tsc": "typescript",
    "ts-node-dev": "ts-node-dev", "tsnd": "ts-node-dev", "vue-cli-service": "@vue/cli-service", "vue-tsc": "vue-tsc",
    "webpack": "webpack-cli",
}  # fmt: skip
"""Programs that another package brings than the one of their name."""

_ALONE: Final = frozenset(
    "@angular/cli @nestjs/cli @sveltejs/kit @vue/cli-service concurrently cross-env husky lerna lint-staged nodemon"
    " npm-run-all patch-package react-scripts sequelize-cli simple-git-hooks ts-node-dev tsc-watch tsup vite vue-tsc"
    " wireit".split()
)
"""Packages on which none that a program needs where it runs depends: only a project asks for them."""

# pnpm.io/settings#publichoistpattern
_HOISTED: Final = ("eslint", "prettier")


def leaves_out(command: ShellCommand, value: Callable[[str], str | None], settings: str) -> bool | None:
    """Whether an installation leaves out what is for development; None if that is not known.

    ``value`` gives environment variables, empty if not set, None if unknown; ``settings`` is the text of the project's
    file of settings for the tool.
    """
    asked = [one for flag in command.flags if (one := _of_flag(command.tool, flag.name, flag.value)) is not None]
    if command.tool == "npm" and False in asked:
        return False  # What is included is not omitted, in whatever order (omit: "even if listed").
    if asked:
        return asked[-1]
    if command.tool == "npm" and any(value(name) != "" for name in _VARIABLES):
        return True if value("NPM_CONFIG_OMIT") == "dev" and value("npm_config_omit") == "" else None
    if _SETS.search(settings):
        return None
    environment = value("NODE_ENV")
    if environment == "production":
        return True if command.tool in ("npm", "yarn") else None
    return False if environment is not None else None


_VARIABLES: Final = ("NPM_CONFIG_OMIT", "npm_config_omit", "NPM_CONFIG_INCLUDE", "npm_config_include",
                     "NPM_CONFIG_PRODUCTION", "npm_config_production", "NPM_CONFIG_ONLY", "NPM_CONFIG_DEV")  # fmt: skip
_SETS = pattern(r"(?m)^[ \t-]*(?:omit|include|only|also|dev|production|install\.production)\b")


def _of_flag(tool: str, name: str, value: str | None) -> bool | None:
    """Whether an option leaves out what is for development; None if it says nothing of that."""
    if name in ("--production", "--prod") and (name == "--production" or tool != "npm"):
        return value not in ("false", "0")
    if (tool, name) in (("pnpm", "-P"), ("bun", "-p")):
        return True
    if name == "--omit" and value == "dev" and tool in ("npm", "bun"):
        return True
    if tool == "npm" and name == "--only" and value in ("prod", "production"):
        return True
    if tool == "npm" and (
        (name in ("--include", "--also") and value in ("dev", "development")) or name in ("--dev", "--no-production")
    ):
        return False
    return None


class Project:
    """What a project's ``package.json`` and the lock file of the ``tool`` that installs it say of its packages."""

    __slots__ = ("_development", "_lock", "_locked", "tool")

    def __init__(self, package: str, tool: str, lock: str) -> None:
        found = manifest(package) or {}
        self.tool = tool
        self._lock = lock
        self._locked: dict[str, object] | None = None
        needed = {name for key in _NEEDED for name in _names(found.get(key))}
        self._development = [name for name in _names(found.get("devDependencies")) if name not in needed]

    @property
    def has_development(self) -> bool:
        """Whether it names packages that are for development alone."""
        return bool(self._development)

    def only_developed_with(self, name: str, *, module: bool = False) -> str | None:
        """The package for development that alone brings a program, or is a ``module``; None if another one may."""
        if not self._development:
            return None
        if self.tool == "npm" and self._lock:
            return self._by_lock(name, module)
        package = name if module else _BIN_OF.get(name, name)
        if package not in self._development:
            return None
        if self.tool == "pnpm":
            return package if not any(one in package for one in _HOISTED) else None
        if self.tool == "yarn" and self._lock:
            # In the lock file, what a package depends on is indented.
            return (
                package if f"\n    {package} " not in self._lock and f'\n    "{package}" ' not in self._lock else None
            )
        return package if package in _ALONE else None

    def _by_lock(self, name: str, module: bool) -> str | None:
        if self._locked is None:
            self._locked = _read(self._lock)
        packages = self._locked.get("packages")
        found = [*_bringing(packages, name, module)] if isinstance(packages, dict) else []
        if not found or any(not is_for_development for _, is_for_development in found):
            return None
        brought = [one.rpartition("node_modules/")[2] for one, _ in found]
        return next((one for one in brought if one in self._development), brought[0])


def _read(lock: str) -> dict[str, object]:
    try:
        found = json_value(lock.strip())
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


# npm has the packages that are peers of a project installed, too.
_NEEDED: Final = ("dependencies", "optionalDependencies", "peerDependencies")


def _names(found: object) -> list[str]:
    return [*found] if isinstance(found, dict) else []


def _bringing(packages: dict[str, object], name: str, module: bool) -> Iterator[tuple[str, bool]]:
    """The packages of a lock file that bring a program or are a module, each with whether it is for development."""
    for path, entry in packages.items():
        if not path or not isinstance(entry, dict):
            continue
        programs = entry.get("bin")
        if path.endswith(f"node_modules/{name}") if module else isinstance(programs, dict) and name in programs:
            yield path, entry.get("dev") is True


def place_of(package: str, name: str) -> tuple[int, int] | None:
    """Where a ``package.json`` names a package among those for development."""
    start = package.find('"devDependencies"')
    found = package.find(json_text(name), start) if start >= 0 else -1
    return (found, found + len(name) + 2) if found >= 0 else None
