"""What a script of RUN installs, takes away and creates: packages, programs, users. For ``image_facts.py``.

The commands are those that dlint's own shell reader sees. What runs in all cases is sure; what stands in an ``if``, in
a ``case`` or behind ``||`` may be there or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dlint.syntax.shell.script import Script, ShellCommand

FOLDERS = ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))\Z")
_KEYWORD = re.compile(r"(?<![^\s;&|(])(if|fi|case|esac)(?=[\s;&|)]|$)")
_LIBRARIES = re.compile(r"(?i)deps|lib|avedAptMark")
_LISTS = re.compile(r"scanelf|ldd|dpkg-query|readelf|find ")
_VERSIONS = re.compile(r"(?:[=<>~]|-(?:\d|\$)).*")
LOOSE, WILD = "~", "*"
_ECHOED = re.compile(r"\$\(\[[^()]*(?:\$\([^()]*\)[^()]*)?\] && echo '?([\w.+ -]+)'?\)\Z")
_RELEASE = re.compile(r"-\d+(?:\.[\w:~+]+)+(?:-[\w.:~+]+)*\Z")
_ASKS_VERSION = frozenset(("--version", "-version", "-V", "-v", "version", "--help"))
_INSTALL = {
    "apt-get": "install", "apt": "install", "apk": "add", "yum": "install", "dnf": "install", "microdnf": "install",
    "tdnf": "install", "zypper": "install",
}  # fmt: skip
_REMOVE = frozenset("remove purge autoremove del erase".split())


class Packages:
    """The packages of an image while its Dockerfile is read.

    ``present`` maps each to True (sure) or False (perhaps); ``manual`` are those that no ``autoremove`` takes;
    Two names are no packages: ``LOOSE`` stands for what the packages recommend, ``WILD`` for packages that the
    Dockerfile does not name.
    """

    def __init__(self) -> None:
        self.present: dict[str, bool] = {}
        self.manual: set[str] = set()
        self.groups: dict[str, dict[str, bool]] = {}
        self._saved: set[str] | None = None

    def copy(self) -> Packages:
        """The same, for an image that is built on."""
        other = Packages()
        other.present = dict(self.present)
        other.manual = set(self.manual)
        other.groups = {name: dict(group) for name, group in self.groups.items()}
        return other

    def all(self) -> dict[str, bool]:
        """All packages, those of apk's virtual ones among them."""
        found = dict(self.present)
        for group in self.groups.values():
            for name, sure in group.items():
                found[name] = found.get(name, False) or sure
        return found

    def add(self, names: Iterable[str], sure: bool, group: str = "") -> None:
        """Install packages; ``group`` is the name of a virtual package of apk."""
        into = self.groups.setdefault(group, {}) if group else self.present
        for name in names:
            into[name] = into.get(name, False) or sure
            self.manual.add(name)

    def remove(self, names: Iterable[str], sure: bool, orphans: bool) -> None:
        """Take packages away, and with ``orphans`` all that nobody asked for."""
        for name in names:
            if name in self.groups:
                del self.groups[name]
            elif name in self.present:
                if sure or not self.present[name]:
                    del self.present[name]
                else:
                    self.present[name] = False
        if orphans and sure:
            self.present = {name: is_sure for name, is_sure in self.present.items() if name in self.manual}

    def save(self) -> None:
        """``savedAptMark="$(apt-mark showmanual)"``."""
        self._saved = set(self.manual)

    def forget(self) -> None:
        """``apt-mark auto '.*'``: nobody asked for anything."""
        self.manual = set()

    def restore(self) -> None:
        """``apt-mark manual $savedAptMark``."""
        self.manual |= self._saved or set()


class Effects:
    """What the scripts of an image do besides packages; ``known_groups`` are those of its root, with numbers."""

    def __init__(self) -> None:
        self.known_groups: dict[str, str] = {}
        self.programs: dict[str, bool] = {}
        self.users: dict[str, tuple[str, str] | None] = {}
        self.user_groups: dict[str, str | None] = {}
        self.gone: set[str] = set()
        self.open = False


def _branches(text: str) -> list[tuple[int, int]]:
    """The stretches of a script that stand in an ``if`` or a ``case``."""
    found: list[tuple[int, int]] = []
    starts: list[int] = []
    for match in _KEYWORD.finditer(text):
        if match[1] in ("if", "case"):
            starts.append(match.start())
        elif starts:
            start = starts.pop()
            if not starts:
                found.append((start, match.end()))
    return found


class ScriptReader:
    """Reads the scripts of one image in order."""

    def __init__(self, packages: Packages, effects: Effects, values: dict[str, str]) -> None:
        self.packages = packages
        self.effects = effects
        self._values = values
        self._variables: dict[str, str] = {}

    def read(self, script: Script) -> None:
        """Read one script."""
        self._variables = {}
        branches: list[tuple[int, int]] | None = None
        for command in script.commands:
            if branches is None:
                branches = _branches(_without_comments(command.code.code))
            inside = any(start < command.start < end for start, end in branches) and not command.via
            self._command(command, not inside)

    def _command(self, command: ShellCommand, sure: bool) -> None:
        for assignment in command.assignments:
            value = assignment.value
            if value is None and assignment.word is not None:
                text = assignment.word.text
                value = _listed(text) if "$(" in text or "`" in text else self._expanded(text)
            if value is not None:
                self._variables[assignment.name] = f"{self._variables.get(assignment.name, '')} {value}"
        name = command.name
        if name in ("apt-mark",):
            self._mark(command, sure)
        elif name in _INSTALL:
            self._manager(command, sure)
        elif name == "rpm" and command.has_flag("-e", "--erase"):
            self.packages.remove(self._names(w.text for w in command.arguments), sure, False)
        elif name in ("usermod", "groupmod"):
            self._renamed(command, sure)
        elif name in ("userdel", "deluser", "groupdel", "delgroup"):
            self._leaves(command, sure)
        elif name in ("useradd", "adduser", "groupadd", "addgroup"):
            self._account(command, sure and not command.conditional)
        else:
            self._other(command, sure and not command.conditional and command.operator_before != "||")

    def _expanded(self, text: str) -> str:
        def value(match: re.Match[str]) -> str:
            name = match[1] or match[2]
            return self._variables.get(name, self._values.get(name, match[0]))

        return re.sub(r"\$(?:\{(\w+)\}|(\w+))", value, text)

    def _names(self, words: Iterable[str]) -> Iterator[str]:
        for word in words:
            if "$(" in word or "`" in word:
                echoed = _ECHOED.search(word)
                if echoed is not None:
                    yield from echoed[1].split()
                elif _listed(word) is None:
                    yield WILD
                continue
            for part in self._expanded(word).split():
                if "$" in part and _VARIABLE.match(part.strip("\"'")) and not _LIBRARIES.search(part):
                    yield WILD
                if part in ("||", "|", "&&", ";"):
                    return
                name = _VERSIONS.sub("", part.strip("\"'"), count=1) if "=" in part or "$" in part else part
                name = _RELEASE.sub("", name.strip("\"'")).partition("/")[0]
                if name and not name.startswith(("-", "$", "so:")) and "$" not in name:
                    yield name

    def _mark(self, command: ShellCommand, sure: bool) -> None:
        if not sure:
            return
        words = [word.text for word in command.words]
        if "showmanual" in words and "xargs" not in command.via:
            self.packages.save()
        elif "auto" in words:
            self.packages.forget()
        elif "manual" in words:
            if any("$" in word and "avedAptMark" in word for word in words):
                self.packages.restore()
            self.packages.manual |= set(self._names(word for word in words if word != "manual"))

    def _manager(self, command: ShellCommand, sure: bool) -> None:
        if command.has_flag("-s", "--simulate", "--dry-run") and command.name == "apt-get":
            return
        names = list(self._names(word.text for word in command.arguments))
        sure = sure and not command.conditional and command.operator_before != "||"
        if command.verb == _INSTALL[command.name]:
            group = command.flag("--virtual", "-t") if command.name == "apk" else None
            label = self._expanded(group.value) if group is not None and group.value else ""
            self.packages.add(names, sure, label.strip())
            if command.name in ("apt-get", "apt") and not command.has_flag("--no-install-recommends"):
                self.packages.add([LOOSE], sure)
        elif command.verb in _REMOVE:
            orphans = command.verb == "autoremove" or command.has_flag("--auto-remove", "--autoremove")
            self.packages.remove(names, sure, orphans or command.name in ("dnf", "microdnf"))
        elif command.verb in ("build-dep", "groupinstall", "localinstall"):
            self.packages.add([LOOSE], sure)

    def _account(self, command: ShellCommand, sure: bool) -> None:
        number = command.flag("-u", "--uid")
        # For adduser -g is a comment; for useradd -G are further groups.
        group = command.flag("-g", "--gid") if command.name == "useradd" else command.flag("-G", "--ingroup", "--gid")
        arguments = [self._expanded(word.text).strip() for word in command.arguments]
        arguments = [word for word in arguments if word and "$" not in word]
        if not arguments:
            self.effects.open = self.effects.open or bool(command.arguments)
            return
        of_group = command.name in ("groupadd", "addgroup") and not (command.name == "addgroup" and len(arguments) == 2)
        if command.name in ("useradd", "groupadd"):
            name = arguments[-1]
        else:
            name = arguments[0]
        if of_group:
            gid = command.flag("-g", "--gid")
            self.effects.user_groups[name] = _number(gid.value and self._expanded(gid.value) if gid else None)
            return
        if len(arguments) == 2:
            return
        uid = _number(self._expanded(number.value) if number and number.value else None)
        gid_text = self._expanded(group.value).strip() if group and group.value else ""
        gid_number = gid_text if gid_text.isdecimal() else self.effects.user_groups.get(gid_text)
        gid_number = gid_number or self.effects.known_groups.get(gid_text)
        self.effects.gone -= {name, f"?{name}"}
        self.effects.users[name] = (uid, gid_number or "") if uid and sure else None
        if not gid_text and name not in self.effects.user_groups:
            self.effects.user_groups[name] = None

    def _renamed(self, command: ShellCommand, sure: bool) -> None:
        """``usermod --login NEW OLD``: the numbers stay unless they are changed too."""
        words = [self._expanded(word.text).strip() for word in command.words]
        option = next((at for at, word in enumerate(words[:-1]) if word in ("-l", "--login", "-n", "--new-name")), None)
        new, old = (words[option + 1], words[-1]) if option is not None else ("", "")
        if not new or not old:
            return
        if command.name == "groupmod":
            self.effects.user_groups[new] = self.effects.user_groups.pop(old, None)
            return
        self.effects.users[new] = self.effects.users.pop(old, None)
        self.effects.gone.add(old if sure and not command.conditional else f"?{old}")

    def _leaves(self, command: ShellCommand, sure: bool) -> None:
        """A user or a group that is taken away; a user's own group goes along."""
        sure = sure and not command.conditional and command.operator_before != "||"
        for word in command.arguments:
            name = self._expanded(word.text).strip()
            if command.name in ("userdel", "deluser"):
                self.effects.users.pop(name, None)
                self.effects.gone.add(name if sure else f"?{name}")
            self.effects.user_groups.pop(name, None)

    def _other(self, command: ShellCommand, sure: bool) -> None:
        """Programs that downloads, links and copies bring, and those that the script itself asks for their version."""
        name = command.name
        words = [self._expanded(word.text).strip() for word in command.words]
        if name in ("wget", "curl"):
            flag = command.flag("-O", "-o", "--output", "--output-document")
            self._file(self._expanded(flag.value).strip() if flag is not None and flag.value else "", sure)
        elif name in ("ln", "cp", "mv", "install") and words:
            target = words[-1]
            self._file(target, sure)
            if target.rstrip("/") in FOLDERS:
                for word in words[:-1]:
                    self._file(f"{target.rstrip('/')}/{word.rpartition('/')[2]}", sure)
        elif name == "rm":
            for word in words:
                folder, _, program = word.rpartition("/")
                if folder in FOLDERS and program in self.effects.programs:
                    del self.effects.programs[program]
        elif re.search(r"/etc/(?:passwd|group)$", " ".join(r.target.text for r in command.redirects if r.target)):
            self.effects.open = True
        elif sure and self._is_asked(command, words):
            self.effects.programs.setdefault(f"?{name}", True)

    @staticmethod
    def _is_asked(command: ShellCommand, words: list[str]) -> bool:
        """Whether a program is asked for its version, so that the build fails where it is not there."""
        if len(words) != 1 or words[0] not in _ASKS_VERSION or not re.fullmatch(r"\w[\w.+-]*", command.name):
            return False
        return not command.via or command.via[0] in ("gosu", "su-exec", "setpriv")

    def _file(self, path: str, sure: bool) -> None:
        folder, _, program = path.rpartition("/")
        if folder in FOLDERS and re.fullmatch(r"\w[\w.+-]*", program) and not program.endswith((".asc", ".sig", ".gz")):
            self.effects.programs[program] = self.effects.programs.get(program, False) or sure


def _listed(text: str) -> str | None:
    """Nothing, if a command lists the libraries that programs need; None if it may list any packages."""
    return "" if _LISTS.search(text) else None


def _number(text: str | None) -> str | None:
    text = (text or "").strip()
    return text if text.isdecimal() else None


def _without_comments(text: str) -> str:
    return re.sub(r"(?m)^[ \t]*#.*$", lambda match: " " * len(match[0]), text)
