"""Derives what dlint knows of images from their Dockerfiles: ``src/dlint/model/facts/images.json``.

    python bench/image_facts.py official.jsonl.gz [--write]

The data are JSON lines, one a Dockerfile: ``image``, ``tags``, ``shared_tags``, ``repository``, ``path``, ``as_of``
(the day the tags were last seen to name it), ``at_commit`` (false: the Dockerfile is the last of the repository, not
that of the tags), ``dockerfile`` (its text) and ``scripts`` (name → text of what it copies). Where they come from and
how to refresh them stands in ``docs/known-images.md``.

Each Dockerfile is read with dlint's own parser and stage model, from the row it is built on upwards, down to a root of
``image_roots.py``. What scripts alone know is in ``image_facts_reviewed.json``; an entry there names words of the
Dockerfile or the script, and the run stops when no row has them any more. The same data give the same file.
"""

from __future__ import annotations

import argparse
import gzip
import json
import posixpath
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import image_programs
import image_roots
from image_file import Writer, text_of
from image_reader import LINUX_SHELL, WINDOWS_SHELL, Facts, Rows, tags_of

from dlint.model.facts.image_store import split_tag

HERE = Path(__file__).parent
TARGET = HERE.parent / "src/dlint/model/facts/images.json"
REVIEWED = HERE / "image_facts_reviewed.json"
# Variables whose values change from build to build: only the names are kept.
_CHANGING = re.compile(
    r"VERSION|SHA|MD5|CHECKSUM|DIGEST|KEY|_URL|URL_|RELEASE|COMMIT|DATE|DOWNLOAD|_SOURCE|REVISION|NPM|FILE$"
)
_WORD = re.compile(r"\w[\w.+-]*")
_NAME = re.compile(r"\$\{?([A-Z][A-Z0-9_]{2,})")
_FILE_ENV = re.compile(r"file_env\s+['\"]?([A-Z][A-Z0-9_]+)")
# Variables of the shell and of the image's own making are none that a user sets.
_NOT_SET = frozenset(
    "BASH_SOURCE FUNCNAME HOSTNAME HOME PATH PWD USER UID EUID IFS OPTARG OPTIND PIPESTATUS RANDOM SHELL LANG"
    " EOF DATADIR SOCKET DATABASE_ALREADY_EXISTS LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP LINENO"
    " BASH_VERSION REPLY TMPDIR BASH_REMATCH SECONDS PPID CDPATH TERM PS4 OLDPWD".split()
)


# From facts to the values of the file


def values_of(facts: Facts, roots: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The values of the fields; what is not known is left out."""
    values = facts.values
    found: dict[str, Any] = {}
    windows = facts.root is not None and roots[facts.root]["os"][0] == "windows"
    defaults: dict[str, Any] = {
        "user": "root", "ports": [], "volumes": [], "workdir": "/", "entrypoint": [], "cmd": [],
        "stop_signal": "SIGTERM", "healthcheck": False, "shell": WINDOWS_SHELL if windows else LINUX_SHELL,
        "onbuild": [],
    }  # fmt: skip
    if windows:
        defaults.update(user=None, workdir=None, cmd=None, stop_signal=None)
    for field, default in defaults.items():
        value = values.get(field, default if facts.known else None)
        if not facts.known and field in ("ports", "volumes", "onbuild"):
            value = None
        if field == "ports" and value is not None:
            value = [port if "/" in port else f"{port}/tcp" for port in value]
        if value is not None:
            found[field] = value
    if facts.root is not None:
        found["root"] = facts.root
    if facts.known:
        found["env"] = {
            name: None if value is None or _CHANGING.search(name) or len(value) > 200 else value
            for name, value in sorted(facts.env.items())
        }
    if not windows:
        found.update(_programs(facts, roots))
    return found


def _programs(facts: Facts, roots: Sequence[dict[str, Any]]) -> dict[str, str]:
    unknown = {"yes": "", "no": "", "os": ["", ""]}
    root: dict[str, Any] = roots[facts.root] if facts.root is not None else unknown
    yes, no = set(root["yes"].split()), set(root["no"].split())
    has, perhaps, wild = image_programs.brought(facts.packages, root["os"][0])
    wild = wild or facts.wild
    for name, sure in facts.effects.programs.items():
        plain = name.lstrip("?")
        if name.startswith("?") and plain in image_roots.TOOLS and not image_programs.is_language(plain):
            continue
        (has if sure else perhaps).add(plain)
    for command in (facts.values.get("entrypoint"), facts.values.get("cmd")):
        if command and command[0] != "/bin/sh" and _WORD.fullmatch(posixpath.basename(command[0])):
            has.add(posixpath.basename(command[0]))
    mentioned = set(_WORD.findall(" ".join(facts.texts)))
    mentioned |= {part for word in mentioned for part in re.split(r"[.-]", word)}
    delta = []
    delta.extend(sorted(has - yes))
    for name in () if wild else sorted(no - has):
        if name in perhaps or (name in mentioned and (facts.copied or image_programs.by_mention(name))):
            delta.append(f"?{name}")
    if wild:
        delta.append("?*")
    found = {"programs": " ".join(delta)}
    users = [
        f"{name}={':'.join(numbers)}" if numbers is not None else name
        for name, numbers in sorted(facts.effects.users.items())
    ]
    groups = [f"{name}={gid}" if gid else name for name, gid in sorted(facts.effects.user_groups.items())]
    marks = ["?"] if wild or facts.open or facts.effects.open else []
    marks += [name if name.startswith("?") else f"!{name}" for name in sorted(facts.effects.gone)]
    return {**found, "users": " ".join([*marks, *users]), "groups": " ".join([*marks, *groups])}


def knows_env(chain: Iterable[dict[str, Any]]) -> str | None:
    """The variables that the scripts of a row read, or those of the nearest row below it that has any."""
    found = ({name: text for name, text in row["scripts"].items() if text} for row in chain)
    scripts = next((scripts for scripts in found if scripts), None)
    if scripts is None:
        return None
    names: set[str] = set()
    for text in scripts.values():
        lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
        names.update(_NAME.findall(lines))
        names.update(name for found in _FILE_ENV.findall(lines) for name in (found, f"{found}_FILE"))
    return " ".join(sorted(names - _NOT_SET)) or None


class Reviewed:
    """The list of what scripts alone know, and of images that are not in the data."""

    def __init__(self, written: dict[str, Any]) -> None:
        self.entries: list[dict[str, Any]] = written["entries"]
        self.outside: list[dict[str, Any]] = written["outside"]
        self.aliases: dict[str, str] = {entry["name"]: entry["image"] for entry in written["aliases"]}
        self.met: Counter[int] = Counter()

    def of_row(self, chain: Sequence[dict[str, Any]]) -> list[int]:
        """The numbers of the entries whose words a row has, or those of the same image that it is built on."""
        name = chain[0]["image"]
        rows = [row for row in chain if row["image"] == name]
        texts = [text for row in rows for text in (row["dockerfile"], *row["scripts"].values()) if text]
        return [
            at
            for at, entry in enumerate(self.entries)
            if name in entry["images"] and all(any(quote in text for text in texts) for quote in entry["quotes"])
        ]

    def apply(self, numbers: Sequence[int], tag: str, found: dict[str, Any]) -> dict[str, Any]:
        """The values of a row for one of its tags, with what the entries say of it."""
        found = dict(found)
        for at in numbers:
            entry = self.entries[at]
            if "tags" not in entry or re.match(entry["tags"], tag):
                self.met[at] += 1
                self._set(entry, found)
        return found

    def _set(self, entry: dict[str, Any], found: dict[str, Any]) -> None:
        for field, value in entry["facts"].items():
            if field == "programs":
                ours = {word.lstrip("!?") for word in value.split()}
                kept = [word for word in found.get("programs", "").split() if word.lstrip("!?") not in ours]
                value = " ".join(sorted([*kept, *value.split()], key=lambda word: word.lstrip("!?")))
            elif field == "data":
                value = [self._expanded(value[0], found.get("env", {})), *value[1:]]
                if not value[0]:
                    continue
            elif field == "run_writes":
                value = [path for path in (self._expanded(path, found.get("env", {})) for path in value) if path]
                value = sorted({*found.get("run_writes", []), *value})
            found[field] = value

    @staticmethod
    def _expanded(path: str, env: dict[str, str | None]) -> str:
        """A path in which ``$NAME`` stands for a variable of the image; empty if that is not known."""
        match = re.match(r"\$(\w+)(.*)", path)
        if match is None:
            return path
        value = env.get(match[1])
        return value + match[2] if value else ""

    def missing(self) -> list[str]:
        """The entries whose words no row has any more."""
        return [
            f"{', '.join(entry['images'])}: no row has {entry['quotes']}"
            for at, entry in enumerate(self.entries)
            if not self.met[at]
        ]


def derive(rows: list[dict[str, Any]], reviewed: Reviewed) -> tuple[dict[str, Any], Rows]:
    """The file that rows and the reviewed list give."""
    data = Rows(rows)
    writer = Writer()
    repositories: dict[str, Counter[str]] = defaultdict(Counter)
    derived: list[tuple[dict[str, Any], dict[str, Any]]] = []
    chains: list[list[dict[str, Any]]] = []
    for at, row in enumerate(rows):
        facts = data.facts(at)
        # Alpine is a root: its tags are listed there.
        if facts is not None and row["image"] != "alpine":
            derived.append((row, values_of(facts, data.roots)))
            chains.append(list(data.chain(at)))
    _keep_lasting_values(derived)
    for (row, found), chain in zip(derived, chains, strict=True):
        known = knows_env(chain)
        if known:
            found["knows_env"] = known
        entries = reviewed.of_row(chain)
        repositories[row["image"]][row["repository"]] += 1
        systems = {system for tag in tags_of(row) if (system := data.system_of(tag)) is not None}
        for tag in tags_of(row):
            here = reviewed.apply(entries, tag, data.of_tag(tag, found, systems))
            date = row["as_of"] + ("" if row["at_commit"] else "~")
            writer.tag(row["image"], tag, writer.set_of(here), date)
    date = max((row["as_of"] for row in rows), default="")
    for (name, tag), index in data.root_tags.items():
        if name not in ("scratch", "windows", "busybox"):
            writer.tag(name, tag, writer.set_of(values_of(data.of_root(index), data.roots)), image_roots.DATE)
    for name, found_in in repositories.items():
        writer.sources[name] = f"https://github.com/{found_in.most_common(1)[0][0]}"
    _outside(reviewed, data, writer)
    return writer.file(date, data.roots, reviewed.aliases), data


def _keep_lasting_values(derived: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Drop values that may be of another version than the tag: a row stands for tags of several.

    A value with digits is kept if all rows of the image have it, or if its only number is the one major version that
    all tags of the row begin with.
    """
    seen: dict[tuple[str, str], set[str | None]] = defaultdict(set)
    fields: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row, found in derived:
        for field in ("workdir", "volumes", "entrypoint", "cmd"):
            fields[row["image"], field].add(json.dumps(found.get(field)))
        for name, value in found.get("env", {}).items():
            seen[row["image"], name].add(value)
    for row, found in derived:
        versions = {version for tag in tags_of(row) if (version := split_tag(tag)[0])}
        majors = {re.split(r"[._+u-]", version.removeprefix("v"))[0] for version in versions}
        for name, value in found.get("env", {}).items():
            numbers = set(re.findall(r"\d+(?:[._]\d+)*", re.sub(r"(?i)utf-?8", "", value or "")))
            if numbers and len(seen[row["image"], name]) > 1 and numbers != majors:
                found["env"][name] = None
        for field in ("workdir", "volumes", "entrypoint", "cmd"):
            text = json.dumps(found.get(field))
            if re.search(r"\d+\.\d+", text) and len(fields[row["image"], field]) > 1:
                del found[field]


def _outside(reviewed: Reviewed, data: Rows, writer: Writer) -> None:
    """Images that are not in the data: what the list says of them, with its source."""
    for entry in reviewed.outside:
        found = dict(entry["facts"])
        if "base" in entry:
            base = data.base(entry["base"], entry["date"])
            if base is None:
                raise SystemExit(f"{entry['images'][0]}: nothing is known of its base {entry['base']}")
            found = _on_base(values_of(base, data.roots), found)
        number = writer.set_of(found)
        for name in entry["images"]:
            writer.sources[name] = entry["source"]
            if entry["tags"] != ["*"]:
                writer.partial.add(name)
            for tag in entry["tags"]:
                writer.tag(name, tag, number, entry["date"])


def _on_base(base: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What holds of an image that stands on a base: its variables are known only where the list names its own."""
    variables = {"env": {**base.get("env", {}), **found["env"]}} if "env" in found else {}
    return {**{name: value for name, value in base.items() if name != "env"}, **found, **variables}


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines, packed or not."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in raw.decode("utf-8").splitlines() if line.strip()]


def main(arguments: list[str] | None = None) -> int:
    """Derive the file, and write it or say whether the one that is there is the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true", help="write the file; without, only compare")
    parser.add_argument("--target", type=Path, default=TARGET, help="where the file lies")
    options = parser.parse_args(arguments)
    reviewed = Reviewed(json.loads(REVIEWED.read_text(encoding="utf-8")))
    file, data = derive(read_rows(options.data), reviewed)
    gone = reviewed.missing()
    if gone:
        print("What the reviewed list quotes is gone:", *gone, sep="\n  ", file=sys.stderr)
        return 1
    text = text_of(file)
    tags = sum(len(versions) for image in file["images"].values() for versions in [image["lines"]])
    print(f"{len(file['images'])} images in {tags} lines, {len(file['sets'])} sets of facts, {len(text):,} characters")
    print(f"{len(data.without_base)} rows stand on an image that nothing is known of")
    if options.write:
        options.target.write_text(text, encoding="utf-8", newline="\n")
        return 0
    same = options.target.exists() and options.target.read_text(encoding="utf-8") == text
    print("The file is up to date" if same else "The file differs; --write writes it")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
