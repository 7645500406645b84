"""Package managers of other languages, and signature checks that are switched off."""

from __future__ import annotations

import re

from dlint.api import Command, Problem, Problems, check, pattern
from dlint.api.dockerfile import (
    MANAGERS,
    SYSTEM,
    Add,
    Copy,
    Run,
    ShellCommand,
    Stage,
    family,
    installs,
    names_package,
    without_version,
)

_PHP_PACKAGE = pattern(r"[a-z0-9][a-z0-9_.-]*/[a-z0-9][a-z0-9_.-]*", re.IGNORECASE)
_MODULE = pattern(r"[\w-]+(?:\.[\w-]+)+/|[\w./-]+@(?:latest|none|upgrade|patch)\Z")


@check(on=Command("gem"), windows=True)
def gem_unpinned(command: ShellCommand) -> Problems:
    """Gems that are installed in whatever version is current."""
    if command.verb != "install" or command.has_flag("-v", "--version", "-g", "--file"):
        return
    names: list[str] = []
    end = next((word.start for word in command.words if word.text == "--"), command.end)
    for word in command.arguments:
        text = word.text
        if word.start > end or text in ("true", "false") or text.endswith(".gem") or "/" in text:
            continue
        if names_package(text) and ":" not in text:
            names.append(text)
    if names:
        yield Problem(command.subcommand or command, without_version(command, names, "{}:<version>"))


@check(on=Command("go"), windows=True)
def go_unpinned(command: ShellCommand) -> Problems:
    """Go programs and modules that are fetched in whatever version is current."""
    if command.verb not in ("install", "get", "run"):
        return
    arguments = command.arguments[:1] if command.verb == "run" else command.arguments
    names: list[str] = []
    for word in arguments:
        text = word.text
        path, at, version = text.partition("@")
        moving = not at or version in ("latest", "none", "upgrade", "patch")
        if moving and "$" not in text and text[:1] not in "./" and _fetched(command, text) and not path.endswith(".go"):
            names.append(path)
    if names:
        yield Problem(command.subcommand or command, without_version(command, names, "{}@<version>"))


def _fetched(command: ShellCommand, text: str) -> bool:
    """Whether a path names a package to download: for install and run, the standard library has paths without a dot."""
    return _MODULE.match(text) is not None or (command.verb == "get" and names_package(text))


_CARGO_SAYS = ("--version", "--vers", "--path", "--rev", "--tag", "--list")


@check(on=Command("cargo"), windows=True)
def cargo_unpinned(command: ShellCommand) -> Problems:
    """Programs that cargo installs in whatever version is current, or from a branch."""
    if not installs(command) or command.verb == "add" or command.has_flag(*_CARGO_SAYS):
        return
    git = command.flag("--git")
    if git is not None:
        if "$" not in (git.value or "$"):
            message = "'cargo install --git' follows a branch; add --tag or --rev"
            yield Problem(command.subcommand or command, message)
        return
    names = [w.text for w in command.arguments if names_package(w.text) and "@" not in w.text]
    if names:
        yield Problem(command.subcommand or command, without_version(command, names, "{}@<version>"))


@check(on=Command("composer"), windows=True)
def composer_unpinned(command: ShellCommand) -> Problems:
    """PHP packages that composer adds in whatever version is current."""
    if not installs(command):
        return
    words = command.arguments
    names: list[str] = []
    for at, word in enumerate(words):
        text = word.text
        version = words[at + 1].text if at + 1 < len(words) else ""
        if _PHP_PACKAGE.fullmatch(text) and not (version and "/" not in version):
            names.append(text)
    if names:
        yield Problem(command.subcommand or command, without_version(command, names, "{}:<version>"))


# pear.php.net/manual/en/guide.users.commandline.installing.php: a release has digits, a stability is a word.
_RELEASE = pattern(r"-v?\d[\w.]*\Z")
_STABILITY = pattern(r"-(?:alpha|beta|devel|snapshot|stable)\Z", re.IGNORECASE)


@check(on=Command("pecl", "pear"), windows=True)
def pecl_unpinned(command: ShellCommand) -> Problems:
    """Extensions of PHP that pecl installs in whatever release is current."""
    if command.verb != "install":
        return
    names = [_STABILITY.sub("", word.text) for word in command.arguments if _moves(word.text)]
    if names:
        yield Problem(command.subcommand or command, without_version(command, names, "{}-<version>"))


def _moves(text: str) -> bool:
    """Whether a word names an extension whose release may be another one tomorrow: no file, no address."""
    name = text.removeprefix("channel://")
    file = name.endswith((".tgz", ".tar", ".xml")) or name.count("/") > 1 or name.startswith((".", "/"))
    return names_package(name) and not file and _RELEASE.search(name) is None


_SETTINGS = ("apt::get::allowunauthenticated", "acquire::allowinsecurerepositories", "gpgcheck")
_ON = ("1", "true", "yes")


@check(
    on=Command(*(name for name, manager in MANAGERS.items() if manager.unchecked)),
    words=tuple(dict.fromkeys((*(option for manager in SYSTEM for option in manager.unchecked), *_SETTINGS))),
)
def package_signatures_unchecked(command: ShellCommand, stage: Stage) -> Problems:
    """A package manager that is told not to check signatures."""
    manager = family(command.name)
    if command.name == "rpm" and command.has_flag(*manager.idle):
        return
    if (command.name == "apk" and command.verb not in ("add", "upgrade", "fix")) or _installs_own(command, stage):
        return
    for flag in command.flags:
        if flag.name in manager.unchecked and (flag.value or "true").lower() != "false":
            yield Problem(
                flag.word, f"'{command.name} {flag.name}' installs packages that nobody vouches for; remove it"
            )
            return
        if flag.name in ("-o", "--option", "--setopt") and _switched_off(flag.value or ""):
            yield Problem(flag, f"'{flag.value}' installs packages that nobody vouches for; remove it")
            return


_FILES = (".apk", ".deb", ".rpm")
_MOST_RUNS = 50
_MOST_COMMANDS = 500


def _installs_own(command: ShellCommand, stage: Stage) -> bool:
    """Whether all that is installed are files of packages that the stage has made or was given, and not fetched.

    Nobody has signed those. A repository of one's own (``apk add -X ./packages``) holds such files.
    """
    packages_ = command.arguments
    local = bool(packages_) and all(_is_file(word.text) for word in packages_)
    repository = command.flag("-X", "--repository") if command.name == "apk" else None
    own = repository is not None and "/" in (repository.value or repository.raw) and "://" not in repository.raw
    if own and repository is not None and _comes_from_a_stage(repository.value or "", stage):
        return True
    return (local or own) and _makes_packages(command, stage) and not _fetches_packages(stage)


_PACKAGERS = (
    "abuild", "rpmbuild", "rpmdev-setuptree", "dpkg-buildpackage", "dpkg-deb", "debuild", "fakeroot", "checkinstall",
    "fpm", "nfpm", "makepkg", "make", "cmake", "ninja", "meson", "cpack", "bazel",
)  # fmt: skip


def _makes_packages(command: ShellCommand, stage: Stage) -> bool:
    """Whether the stage copies files of packages in, or has a program or a script of its own make some."""
    for node in stage.instructions[:_MOST_RUNS]:
        if isinstance(node, Add | Copy) and any("://" not in w.text and w.text.endswith(_FILES) for w in node.words):
            return True
        script = stage.script(node) if isinstance(node, Run) else None
        for each in script.commands[:_MOST_COMMANDS] if script is not None else ():
            own = each.name_node.raw.startswith("./") or each.name.endswith(".sh")
            if each is not command and (own or each.name in _PACKAGERS):
                return True
    return False


def _comes_from_a_stage(repository: str, stage: Stage) -> bool:
    """Whether the folder of a repository was copied from another stage of this file, which made its packages."""
    for node in stage.instructions[:_MOST_RUNS]:
        if not isinstance(node, Copy) or node.from_ is None or not stage.copied_from or len(node.words) < 2:
            continue
        if f"{repository}/".startswith(node.words[-1].text.rstrip("/") + "/"):
            return True
    return False


def _is_file(text: str) -> bool:
    return "://" not in text and text.endswith(_FILES)


def _fetches_packages(stage: Stage) -> bool:
    """Whether the stage downloads a file of a package."""
    for node in stage.instructions[:_MOST_RUNS]:
        if isinstance(node, Add) and any("://" in word.text and word.text.endswith(_FILES) for word in node.words):
            return True
        script = stage.script(node) if isinstance(node, Run) else None
        for name in ("curl", "wget") if script is not None else ():
            for fetch in script.by_name.get(name, ()) if script is not None else ():
                if any(ending in word.text for word in fetch.given for ending in _FILES):
                    return True
    return False


def _switched_off(setting: str) -> bool:
    key, _, value = setting.lower().partition("=")
    key, value = key.strip(), value.strip("\"' ;")
    if key == "gpgcheck" or key.endswith(".gpgcheck"):
        return value in ("0", "false", "no")
    return key in _SETTINGS and value in _ON
