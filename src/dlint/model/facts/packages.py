"""Package managers: what their subcommands do, how they are told not to ask, and where they keep what they load.

One row a family of tools with the same command line; the facts are those of their manuals, which each row names.
"""

from __future__ import annotations

from dlint.lazy import NamedTuple, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from dlint.syntax.dockerfile.parser import Run
    from dlint.syntax.shell.script import ShellCommand
    from dlint.syntax.shell.words import ShellWord


class PackageManager(NamedTuple):
    """What a family of package managers understands; subcommands by the names of ``ShellCommand.verb``.

    ``install`` and ``remove`` take packages; ``load`` fetches those that files of the project name. ``upgrade`` without
    a package is for all of them, ``release`` may add and remove some for that. ``refresh`` fetches the index alone,
    ``clean`` removes downloads, ``forget`` the index too.
    ``asks`` are further subcommands that ask before they act, ``fetch`` further ones that leave downloads.
    ``assume_yes`` are the options that answer, the first one is to be written; ``idle`` those with which nothing is
    done. ``unchecked`` switch the check of signatures off. ``cache_dirs`` hold downloads, ``lists`` the index. ``root``
    says that it changes files of the system.
    """

    names: tuple[str, ...]
    install: tuple[str, ...] = ("install",)
    remove: tuple[str, ...] = ()
    upgrade: tuple[str, ...] = ()
    release: tuple[str, ...] = ()
    refresh: tuple[str, ...] = ()
    clean: tuple[str, ...] = ()
    forget: tuple[str, ...] = ()
    load: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    fetch: tuple[str, ...] = ()
    assume_yes: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    cache_dirs: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    root: bool = False

    @property
    def changing(self) -> tuple[str, ...]:
        """The subcommands that change what is installed, or what is known of it."""
        return (*self.install, *self.remove, *self.upgrade, *self.release, *self.refresh, *self.asks)

    @property
    def asking(self) -> tuple[str, ...]:
        """The subcommands that ask before they act."""
        return (*self.install, *self.remove, *self.upgrade, *self.release, *self.asks)

    @property
    def fetching(self) -> tuple[str, ...]:
        """The subcommands that leave downloads in the caches."""
        return (*self.install, *self.upgrade, *self.release, *self.refresh, *self.fetch)


_APT_UNCHECKED: Final = ("--allow-unauthenticated", "--force-yes", "--allow-insecure-repositories")

SYSTEM: Final = (
    # apt-get(8), apt(8), aptitude(8)
    PackageManager(
        ("apt-get", "apt", "aptitude"),
        remove=("remove", "purge", "autoremove", "autopurge"),
        upgrade=("upgrade", "safe-upgrade"),
        release=("dist-upgrade", "full-upgrade"),
        refresh=("update",),
        clean=("clean", "autoclean"),
        forget=("distclean", "dist-clean"),
        asks=("build-dep",),
        fetch=("build-dep", "reinstall"),
        assume_yes=("-y", "--yes", "--assume-yes", "--assume-no", "--force-yes", "--trivial-only"),
        idle=("-s", "--simulate", "--just-print", "--dry-run", "--recon", "--no-act", "--print-uris"),
        unchecked=("--allow-untrusted", *_APT_UNCHECKED),
        cache_dirs=("/var/cache/apt/archives",),
        lists=("/var/lib/apt/lists",),
        root=True,
    ),
    # gdebi(1): installs a file, and from the index of apt what that needs
    PackageManager(("gdebi",), install=("",), assume_yes=("-n", "--n", "--non-interactive"), root=True),
    # apk(8)
    PackageManager(
        ("apk",),
        install=("add",),
        remove=("del",),
        upgrade=("upgrade",),
        refresh=("update",),
        clean=("cache clean", "cache purge"),
        unchecked=("--allow-untrusted",),
        cache_dirs=("/var/cache/apk",),
        lists=("/var/cache/apk",),
        root=True,
    ),
    # yum(8), dnf(8), dnf5(8), microdnf(8), tdnf(8)
    PackageManager(
        ("yum", "dnf", "dnf5", "microdnf", "tdnf"),
        install=("install", "reinstall", "localinstall", "group install", "module install"),
        remove=("remove", "erase", "autoremove", "group remove"),
        upgrade=("upgrade", "update", "distro-sync"),
        refresh=("makecache", "check-update"),
        clean=("clean",),
        asks=("downgrade", "upgrade-minimal", "swap", "builddep", "module enable"),
        fetch=("downgrade", "upgrade-minimal", "swap", "builddep"),
        assume_yes=("-y", "--assumeyes", "--assumeno"),
        idle=("--help",),
        unchecked=("--nogpgcheck", "--no-gpgchecks", "--no-gpg-checks"),
        cache_dirs=(
            "/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/tdnf", ".cache/libdnf5",
        ),
        lists=("/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/tdnf", ".cache/libdnf5"),
        root=True,
    ),
    # zypper(8)
    PackageManager(
        ("zypper",),
        install=("install", "source-install"),
        remove=("remove",),
        upgrade=("update", "patch"),
        release=("dist-upgrade",),
        refresh=("refresh",),
        clean=("clean",),
        assume_yes=("-y", "--no-confirm", "-n", "--non-interactive"),
        idle=("-D", "--dry-run", "--help"),
        unchecked=("--no-gpg-checks", "--allow-unsigned-rpm"),
        cache_dirs=("/var/cache/zypp", "/var/cache/zypper"),
        lists=("/var/cache/zypp",),
        root=True,
    ),
    # pacman(8); what its options mean is in _pacman
    PackageManager(
        ("pacman",),
        remove=("remove",),
        upgrade=("upgrade",),
        refresh=("refresh",),
        clean=("clean",),
        assume_yes=("--noconfirm",),
        idle=("-p", "--print", "-h", "--help"),
        cache_dirs=("/var/cache/pacman/pkg",),
        lists=("/var/lib/pacman/sync",),
        root=True,
    ),
)  # fmt: skip
"""Package managers of distributions that resolve what a package needs."""

_FILES: Final = (
    # dpkg(1), rpm(8): they install files, and ask nobody
    PackageManager(("dpkg",), remove=("remove",), root=True),
    PackageManager(
        ("rpm",),
        remove=("remove",),
        idle=("-q", "--query", "-V", "--verify", "-K", "--checksig"),
        unchecked=("--nosignature", "--nodigest", "--noverify", "--nofiledigest"),
        root=True,
    ),
)
_LANGUAGE: Final = (
    # pip.pypa.io, pipx.pypa.io, docs.astral.sh/uv, docs.conda.io
    PackageManager(("pip", "pipx"), remove=("uninstall",), cache_dirs=("/root/.cache/pip",)),
    PackageManager(
        ("uv",), install=("pip install", "tool install", "add"), load=("sync", "pip sync", "python install", "tool run")
    ),
    PackageManager(("uvx",), load=("",)),
    PackageManager(("conda", "mamba", "micromamba"), install=("install", "create"), remove=("remove",)),
    # docs.npmjs.com, pnpm.io, classic.yarnpkg.com, bun.sh
    PackageManager(("npm",), remove=("uninstall",), load=("ci", "rebuild")),
    PackageManager(("pnpm",), install=("install", "add"), remove=("remove",), load=("rebuild",)),
    PackageManager(("yarn",), install=("add", "global add"), remove=("remove",), load=("", "install")),
    PackageManager(("bun",), install=("install", "add"), remove=("remove",)),
    # guides.rubygems.org, bundler.io, getcomposer.org, pecl.php.net
    PackageManager(("gem",), remove=("uninstall",)),
    PackageManager(("bundle",), install=("add",), load=("install",)),
    PackageManager(("composer",), install=("require", "global require"), load=("install",)),
    PackageManager(("pecl",), remove=("uninstall",)),
    # go.dev/ref/mod, doc.rust-lang.org/cargo, learn.microsoft.com/dotnet
    PackageManager(("go",), install=("install", "get"), load=("build", "mod download")),
    PackageManager(("cargo",), install=("install", "binstall", "add"), load=("build",)),
    PackageManager(("dotnet",), install=("tool install", "add package"), load=("restore", "build", "publish")),
)

MANAGERS: Final = {name: one for one in (*SYSTEM, *_FILES, *_LANGUAGE) for name in one.names}
"""Every package manager, by the names it has in ``ShellCommand.tool``."""

_MAVEN: Final = frozenset("compile deploy go-offline install package resolve test test-compile verify".split())
_GRADLE: Final = frozenset(
    "assemble bootJar build check classes compileJava compileKotlin dependencies distTar distZip installDist jar"
    " shadowJar test war".split()
)
BUILDERS: Final = {
    # maven.apache.org/ref/current/maven-core/lifecycles.html, docs.gradle.org/current/userguide/java_plugin.html
    "mvn": _MAVEN,
    "mvnw": _MAVEN,
    "gradle": _GRADLE,
    "gradlew": _GRADLE,
    # python-poetry.org/docs/cli, pdm-project.org, pipenv.pypa.io, hexdocs.pm/mix
    "poetry": frozenset(("add", "install", "sync", "update")),
    "pdm": frozenset(("add", "install", "sync", "update")),
    "pipenv": frozenset(("install", "sync", "update")),
    "mix": frozenset(("deps.get", "deps.update")),
}
"""Tools that load what a project's own files name before they do any of these, by ``ShellCommand.name``."""

SYSTEM_NAMES: Final = tuple(name for one in SYSTEM for name in one.names)
"""The names of the package managers of distributions."""


def family(name: str) -> PackageManager:
    """The package managers with the same command line as one of that name, which must be known."""
    return MANAGERS[name]


def action(command: ShellCommand) -> str:
    """The subcommand of a package manager; of those that have options instead, the word others have for it.

    ``install``, ``remove``, ``upgrade``, ``refresh`` and ``clean`` for pacman; nothing for a question or a search.
    """
    name = command.name
    if name == "pacman":
        return _pacman(command)
    if name == "rpm":
        return "install" if command.has_flag("-i", "-U", "-F", "--install", "--upgrade", "--freshen") else ""
    if name == "dpkg":
        return "install" if command.has_flag("-i", "--install", "--unpack") else ""
    return command.verb


def _pacman(command: ShellCommand) -> str:
    if command.has_flag("-R", "--remove"):
        return "remove"
    if command.has_flag("-U", "--upgrade"):
        return "install"
    if not command.has_flag("-S", "--sync"):
        return ""
    if command.has_flag("-c", "--clean"):
        return "clean"
    if command.has_flag("-s", "--search", "-i", "--info", "-l", "--list", "-g", "--groups", "-p", "--print"):
        return ""
    if command.arguments:
        return "install"
    if command.has_flag("-u", "--sysupgrade"):
        return "upgrade"
    return "refresh" if command.has_flag("-y", "--refresh") else ""


_OPERATIONS: Final = ("-S", "--sync", "-U", "--upgrade", "-R", "--remove")


def operation(command: ShellCommand) -> ShellWord | None:
    """The word that says what to do: the subcommand, for pacman the option that stands for one."""
    if command.name != "pacman":
        return command.subcommand
    flag = command.flag(*_OPERATIONS)
    return flag.word if flag is not None else None


def _does(command: ShellCommand, what: str) -> bool:
    manager = MANAGERS.get(command.tool)
    return manager is not None and action(command) in getattr(manager, what)


def installs(command: ShellCommand) -> bool:
    """Whether a command installs the packages in its words."""
    return _does(command, "install")


def removes(command: ShellCommand) -> bool:
    """Whether a command removes packages."""
    return _does(command, "remove")


def upgrades(command: ShellCommand) -> bool:
    """Whether a command upgrades packages: all of them if it names none."""
    return _does(command, "upgrade")


def refreshes(command: ShellCommand) -> bool:
    """Whether a command fetches the index of packages and does nothing with it."""
    return _does(command, "refresh")


def cleans(command: ShellCommand) -> bool:
    """Whether a command empties a package manager's cache."""
    return _does(command, "clean")


def loads(command: ShellCommand) -> bool:
    """Whether a command fetches packages: those in its words, or those that files of the project name."""
    if installs(command) or _does(command, "load"):
        return True
    goals = BUILDERS.get(command.name)
    if goals is None or command.has_flag("-o", "--offline"):
        return False
    return any(word.text.rpartition(":")[2] in goals for word in command.given)


_PACKAGE = pattern(r"[A-Za-z0-9]")


def names_package(text: str) -> bool:
    """Whether a word of an install command is the name of a package: no variable, pattern, path, URL or option."""
    return _PACKAGE.match(text) is not None and not any(c in text for c in "$*?[({") and "://" not in text


def without_version(command: ShellCommand, names: Sequence[str], example: str) -> str:
    """What to say of packages that a command installs in whatever version is current.

    ``example`` is what to write, as a format string with the name of a package.
    """
    some = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    word = operation(command)
    verb = command.verb or (word.text if word is not None else "")
    return f"'{command.name} {verb}' of {some} without a version; write {example.format(names[0])}"


def kept_out(run: Run | None, *folders: str) -> bool:
    """Whether cache or tmpfs mounts keep every one of the folders out of the layer.

    A folder with a leading slash must be the mount's target or stand inside it; any other must be in the target's
    path. A target that is a variable is believed.
    """
    if run is None or not run.flags:
        return False
    targets = [(mount.get("target") or "").rstrip("/") for mount in run.mounts if mount.type in ("cache", "tmpfs")]

    def covers(target: str, folder: str) -> bool:
        if folder[0] != "/" or "$" in target:
            return folder in target or "$" in target
        return folder == target or folder.startswith(target + "/")

    return all(any(covers(target, folder) for target in targets) for folder in folders)
