"""``dlint config migrate``: what the configuration files of other linters say, as a ``dlint.toml``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from dlint.cli import toml
from dlint.cli.output import UserError
from dlint.config import peers as config_peers
from dlint.config.catalogue import Catalogue, is_foreign
from dlint.config.file import parse
from dlint.config.keys import ConfigError
from dlint.config.layers import Config, Layer
from dlint.config.load import FILES, PEER_FILES
from dlint.config.shapes import validate
from dlint.lazy import NamedTuple
from dlint.library import rules
from dlint.rule.words import PEER_PRESETS
from dlint.why.words import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WIDTH = 100


class Migrated(NamedTuple):
    """A configuration made from ``files`` (base names): its text and what of the files it does not hold."""

    text: str
    files: list[str]
    left: list[str]


def migrate(folder: str, *, beside_own: bool = False) -> Migrated:
    """The configuration that does what the other linters' files in ``folder`` do.

    Raises UserError if there are none or, unless ``beside_own``, if the folder has a configuration of dlint's.
    """
    if not beside_own:
        _refuse_second(folder)
    found = readings(folder)
    if not found:
        raise UserError(f"there is nothing to migrate: no {', '.join(PEER_FILES)} in {folder}")
    try:
        joined = Config([Layer(name, "", validate(read.values, name), ()) for name, read in found.items()])
    except ConfigError as error:
        raise UserError(str(error)) from error
    left = [f"{name}: {said}" for name, read in found.items() for said in (*read.elsewhere, *read.left)]
    left += _programs(folder)
    reasons = {code: why for read in found.values() for code, why in read.reasons.items()}
    writer = _Writer(joined, reasons, {config_peers.tool(name): name for name in found})
    body = writer.lines()
    left = [*dict.fromkeys([*left, *writer.left])]
    files = list(found)
    them = "It is" if len(files) == 1 else "They are"
    lines = [f"# From {' and '.join(files)}, by `dlint config migrate`. {them} not read any more beside this file."]
    if any(config_peers.tool(name) == "hadolint" for name in files):
        lines.append("# Environment variables of hadolint (HADOLINT_*) are not read.")
    lines += body
    if left:
        lines += ["", "# Without a counterpart here:", *(f"# - {' '.join(sentence.split())}" for sentence in left)]
    return Migrated("\n".join(lines) + "\n", files, left)


def _refuse_second(folder: str) -> None:
    for name in FILES:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            with open(path, encoding="utf-8-sig", errors="replace") as handle:
                text = handle.read()
            try:
                there = parse(path, text) is not None
            except ConfigError:
                there = True
            if there:
                raise UserError(f"{path} configures dlint already; --stdout shows what would be written")


def readings(folder: str) -> dict[str, config_peers.Reading]:
    """The first file of each tool, as dlint takes them where it has no configuration."""
    found: dict[str, config_peers.Reading] = {}
    tools = set()
    for name in PEER_FILES:
        path = os.path.join(folder, name)
        if os.path.isfile(path) and config_peers.tool(name) not in tools:
            with open(path, encoding="utf-8-sig", errors="replace") as handle:
                reading = config_peers.read(name, handle.read())
            if not reading.absent:
                tools.add(config_peers.tool(name))
                found[name] = reading
    return found


def _programs(folder: str) -> list[str]:
    """What is said of dclint's other places for a configuration, which are not read."""
    names = sorted(os.listdir(folder or "."))
    others = [n for n in names if n.startswith((".dclintrc.", "dclint.config.")) and n not in PEER_FILES]
    return [f"{name}: not read; write its rules here" for name in others]


class _Writer:
    """The lines of a configuration, with rules under dlint's names and the other tools' codes beside them.

    ``files`` are the files that it comes from, by their tools.
    """

    def __init__(self, config: Config, reasons: Mapping[str, str], files: Mapping[str, str]) -> None:
        self.config = config
        self.reasons = reasons
        self.files = files
        self.catalogue = Catalogue({rule.name: rule for rule in rules()})
        self.left: list[str] = []

    def lines(self) -> list[str]:
        """What the configuration sets, in the order people read it."""
        config = self.config
        lines = [f"preset = {toml.value(config['preset'])}  # {_about(config['preset'])}"]
        lines += [f"{key} = {toml.value(config[key])}" for key in ("severity", "fail-on") if key in config.origins]
        if "fail-on" not in config.origins:
            lines.append('# fail-on = "info"  # from which severity on the exit code is 1; here "warning"')
        if "inline-ignores" in config.origins:
            lines.append(f"inline-ignores = {toml.value(config['inline-ignores'])}")
        for key in ("enable", "ignore"):
            lines += self._names(key, config[key])
        lines += self._rules(config["rules"])
        for key in ("paths", "services"):
            for table in config[key]:
                lines += ["", f"[[{key}]]"]
                for name, entry in table.items():
                    if name == "ignore":
                        entry = [known for code in entry for known in self._known(code)]
                    if entry:
                        lines.append(f"{name} = {toml.value(entry)}")
        return lines

    def _known(self, code: str) -> list[str]:
        """The names of the rules that a code stands for; a code of ShellCheck stands for itself."""
        found = [rule.name for rule in self.catalogue.find(code)]
        if code.endswith("/*") or (not found and is_foreign(code) and "/" not in code):
            return [code]
        if not found:
            self.leave(code, code.partition("/")[2] or code, "no rule of dlint's")
        return found

    def leave(self, code: str, what: str, why: str) -> None:
        """Note what is left out of the file that a code stands in."""
        place = self.files.get(code.partition("/")[0])
        self.left.append(f"{place}: {what}: {why}" if place else f"{what}: {why}")

    def _names(self, key: str, codes: Iterable[str]) -> list[str]:
        beside: dict[str, list[str]] = {}
        for code in codes:
            for name in self._known(code):
                beside.setdefault(name, []).append(code)
        if not beside:
            return []
        rows = [f"    {toml.value(name)},{self._comment(name, codes)}" for name, codes in beside.items()]
        return [f"{key} = [", *rows, "]"]

    def _comment(self, name: str, codes: list[str]) -> str:
        """The codes a name was written for, the other codes it stands for as well, and the reason."""
        if codes == [name]:
            return ""
        said = ", ".join(code.partition("/")[2] or code for code in codes)
        tools = {code.partition("/")[0] for code in codes}
        rule = self.catalogue.rules[name]
        written = {code.lower() for code in codes}
        more = [a.partition("/")[2] for a in rule.aliases if a.partition("/")[0] in tools and a.lower() not in written]
        said += f"; also {', '.join(more)}" if more else ""
        why = "; ".join(" ".join(self.reasons[code].split()) for code in codes if code in self.reasons)
        return f"  # {said}" + (f": {why}" if why else "")

    def _rules(self, given: Mapping[str, Mapping[str, Any]]) -> list[str]:
        tables: dict[str, dict[str, Any]] = {}
        codes: dict[str, list[str]] = {}
        for code, settings in given.items():
            for name in self._known(code):
                tables.setdefault(name, {}).update(settings)
                codes.setdefault(name, []).append(code)
        lines: list[str] = []
        for name, settings in tables.items():
            lines += ["", f"[rules.{toml.key(name)}]{self._comment(name, codes[name])}"]
            for key, entry in settings.items():
                if entry is None:
                    self.leave(codes[name][0], f"{name}.{key}", "it has no value")
                else:
                    lines += _setting(key, entry)
        return lines


def _about(preset: str | tuple[str, ...]) -> str:
    """A few words on the preset of a configuration that comes from other tools."""
    tools = [name for name in preset if name in PEER_PRESETS] if isinstance(preset, tuple) else []
    if not tools:
        return "strict has more rules; `dlint rules` lists them"
    names = listed(tools)
    return f"the rules of {names} with {'its' if len(tools) == 1 else 'their'} severities, and dlint's own"


def _setting(key: str, entry: Any) -> list[str]:
    line = f"{toml.key(key)} = {toml.value(entry)}"
    if isinstance(entry, list) and len(line) > _WIDTH:
        return [f"{toml.key(key)} = [", *(f"    {toml.value(item)}," for item in entry), "]"]
    return [line]
