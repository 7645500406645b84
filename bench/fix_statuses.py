"""Fix real Dockerfiles, run the steps before and after with made-up programs: which failures are lost?

Usage: ``python bench/fix_statuses.py [--preset PRESET] [--unsafe] [--diffs N --seed S] FOLDER…``. Every Dockerfile
below the folders is fixed as ``dlint --fix`` does it. Each RUN that has changed is then run in bash, in a root folder
of its own with nothing in it but bash: whatever it calls is a stub that succeeds, or fails if it is its turn. The stubs
that a script calls fail one by one, and two by two. A step that fails before the fix and succeeds after it is printed.
This is independent of dlint's own reading of scripts, which the fixes are verified with. It needs Linux and root, or
leave to make user namespaces. With ``--diffs`` so many of the diffs, drawn at random, are printed for people to read.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher, unified_diff
from pathlib import Path
from typing import NamedTuple

from dlint.config.layers import Config, Layer
from dlint.fix.fixer import fix
from dlint.fix.keeps import accepts, comments, hides_failure
from dlint.lint.run import run
from dlint.model.dockerfile import graph
from dlint.project.files import ProjectFiles
from dlint.rule.finding import Finding
from dlint.source import Source
from dlint.syntax.dockerfile import parser as dockerfile
from dlint.workspace.workspace import Workspace

PATH = "Dockerfile"
MOST_GUESSES = 40
SECONDS = 20

# The library of stubs. FAIL holds the calls that fail, a line each: a program, its first operand, and which call it is.
STUBS = r"""
__call() {
    local key=$1 word number=0 line
    [[ $key = apt ]] && key=apt-get
    for word in "${@:2}"; do
        case $word in -*|*=*|"") ;; *) key+=" $word"; break;; esac
    done
    key=${key//$'\n'/ }
    if [[ -f /calls ]]; then
        while IFS= builtin read -r line; do [[ $line = "$key" ]] && number=$((number + 1)); done < /calls
    fi
    builtin printf '%s\n' "$key" >> /calls
    key+="#$number"
    builtin printf '%s\n' "$key" >> /log
    case $'\n'$FAIL$'\n' in *$'\n'"$key"$'\n'*) return 1;; esac
    return 0
}
__rest() { while (($#)); do case $1 in -*|*=*) shift;; *) break;; esac; done; "$@"; }
__shell() {
    local options=
    while (($#)); do
        case $1 in
            -o) [[ $2 = pipefail ]] && options+="set -o pipefail;"; shift 2;;
            -*c*) case $1 in *e*) options+="set -e;";; esac; shift; (eval "$options" "$1"); return;;
            -*e*) options+="set -e;"; shift;;
            -*) shift;;
            *) break;;
        esac
    done
    __call sh "$@"
}
command_not_found_handle() { __call "$@"; }
cd() { __call cd "$@"; }
source() { __call source "$@"; }
function . { __call source "$@"; }
test() { __call test "$@"; }
[() { __call test "$@"; }
exec() { (($#)) || return 0; "$@"; builtin exit $?; }
sudo() { __rest "$@"; }
env() { __rest "$@"; }
sh() { __shell "$@"; }
bash() { __shell "$@"; }
dash() { __shell "$@"; }
ash() { __shell "$@"; }
"""
# Run both scripts for every guess: all succeed, each call that was seen fails, and pairs of them do.
DRIVER = r"""
exec 3>&1 >/dev/null 2>&1 </dev/null
. /stubs
__run() {
    builtin printf '' > /calls
    (eval "set +e; $(</options)"; eval "$(</$1)")
}
__try() {
    export FAIL=$1
    __run before
    (($? == 0)) && return
    __run after
    (($? == 0)) && builtin printf '%s\n' "${FAIL//$'\n'/ + }" >&3
}
builtin printf '' > /log
__try ''
declare -A done=()
tries=0
for round in 1 2 3; do
    mapfile -t keys < /log
    for one in "${keys[@]}"; do
        [[ ${done[$one]} ]] && continue
        done[$one]=1
        __try "$one"
        tries=$((tries + 1)); ((tries >= MOST)) && builtin exit 0
    done
done
names=("${!done[@]}")
for ((i = 0; i < ${#names[@]}; i++)); do
    for ((j = i + 1; j < ${#names[@]}; j++)); do
        __try "${names[i]}"$'\n'"${names[j]}"
        tries=$((tries + 1)); ((tries >= MOST)) && builtin exit 0
    done
done
""".replace("MOST", str(MOST_GUESSES))
_ABSOLUTE = re.compile(r"(?<![\w$}.])/[\w.+-]+(?:/[\w.+-]+)+")
_RELATIVE = re.compile(r"(?<![\w/.])\./[\w./+-]*\w")


class Step(NamedTuple):
    """A script and the options it runs under."""

    script: str
    options: str


class Fixed(NamedTuple):
    """A file before and after."""

    name: str
    before: str
    after: str


def main(arguments: Sequence[str]) -> int:
    """Fix, run and print; 1 if a failure is lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--preset", default="recommended")
    parser.add_argument("--unsafe", action="store_true")
    parser.add_argument("--diffs", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    changed = [one for path in files(options.folders) if (one := fixed(path, options.preset, options.unsafe))]
    print(f"{len(changed)} files changed")
    for one in random.Random(options.seed).sample(changed, min(options.diffs, len(changed))):
        print(f"=== {one.name}")
        sys.stdout.writelines(unified_diff(one.before.splitlines(True), one.after.splitlines(True), n=2))
    pairs = lost = unclear = 0
    for one in changed:
        for before, after in changed_steps(one):
            pairs += 1
            said = losses(before, after)
            unclear += said is None
            for guess in said or ():
                lost += 1
                print(
                    f"{one.name}: lost where this fails: {guess or 'nothing'}\n  - {before.script}\n  + {after.script}"
                )
                break
    print(f"{pairs} steps changed, {lost} of them lose a failure, {unclear} took too long")
    return int(lost > 0)


def files(folders: Sequence[str]) -> Iterator[Path]:
    """The Dockerfiles below the folders: files with an instruction FROM, of at most 100,000 characters."""
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if (
                path.is_file()
                and path.stat().st_size < 100_000
                and path.suffix not in (".md", ".yml", ".yaml", ".json")
            ):
                yield path


def fixed(path: Path, preset: str, unsafe: bool) -> Fixed | None:
    """A file with its fixes; None if there are none, or it is no Dockerfile."""
    text = path.read_bytes().decode("utf-8", "replace")
    if not re.search(r"^\s*FROM\s", text, re.M | re.I):
        return None
    config = Config([Layer("bench", "", {"preset": preset, "shellcheck": False})])

    def lint(sources: dict[str, Source]) -> list[Finding]:
        project = ProjectFiles.from_files({}).with_sources(sources)
        return run(Workspace(project, {PATH: "dockerfile"}), {PATH: "dockerfile"}, lambda _: config, [config]).visible

    try:
        result = fix(
            {PATH: Source(PATH, text)}, lambda sources: lint(dict(sources)), unsafe=unsafe, wanted=lambda finding: True,
            accepts=accepts, comments=comments, hides=hides_failure,
        )  # fmt: skip
    except Exception as error:
        print(f"{path}: {error!r}")
        return None
    after = result.sources[PATH].text
    return Fixed(str(path), text, after) if after != text else None


def changed_steps(one: Fixed) -> Iterator[tuple[Step, Step]]:
    """The scripts that a fix has changed; several RUNs that became one count as one that stops where one fails."""
    old, new = steps(one.before), steps(one.after)
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if end - start == last - first:
            yield from ((a, b) for a, b in zip(old[start:end], new[first:last], strict=True) if a != b)
        else:
            yield joined(old[start:end]), joined(new[first:last])


def joined(parts: Sequence[Step]) -> Step:
    """Steps in a row as one: the next one is run if the one before has succeeded."""
    return Step("\n".join(f"(eval {quoted(part.options + part.script)}) || exit 1" for part in parts), "")


def quoted(text: str) -> str:
    """A text as one word of a shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def steps(text: str) -> list[Step]:
    """The scripts of the RUNs that a POSIX-like shell reads."""
    found = []
    for stage in graph.build(dockerfile.parse(Source(PATH, text))).stages:
        for each in stage.runs:
            script = stage.script(each)
            if script is None or not script.posix:
                continue
            shell = stage.shell_at(each)
            options = "set -e;" if shell.errexit else ""
            found.append(Step(script.text.text, options + ("set -o pipefail;" if shell.pipefail else "")))
    return found


def losses(before: Step, after: Step) -> list[str] | None:
    """What must fail for the first step to fail and the second to succeed; None if it was not found out in time."""
    first = tried(before, after)
    # The programs of a pipe run at the same time, so what is found once may be chance.
    again = tried(before, after) if first else first
    return [guess for guess in first if guess in again] if first and again else first and again


def tried(before: Step, after: Step) -> list[str] | None:
    """The same as one try says it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as root:
        furnish(Path(root), before, after)
        command = [found("chroot"), root, "/bin/bash", "--norc", "/driver"]
        if os.geteuid():
            command = [found("unshare"), "--map-root-user", "--net", *command]
        with subprocess.Popen(
            command, env={"PATH": "/nothing"}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            start_new_session=True,
        ) as process:  # fmt: skip
            try:
                return process.communicate(timeout=SECONDS)[0].splitlines()
            except subprocess.TimeoutExpired:
                return None
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def found(name: str) -> str:
    """The path of a program of the system."""
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if path is None:
        sys.exit(f"{name} is not installed")
    return path


def furnish(root: Path, before: Step, after: Step) -> None:
    """Fill a root folder: bash and its libraries, the scripts, and stubs for what they call by a path."""
    for library in programs():
        place = root / library.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, place)
    (root / "dev").mkdir()
    (root / "dev" / "null").touch(mode=0o666)
    for name, text in (("stubs", STUBS), ("driver", DRIVER), ("options", before.options)):
        (root / name).write_text(text)
    (root / "before").write_text(before.script)
    # The options of both shells are the same, or part of the script.
    (root / "after").write_text(after.script if after.options == before.options else after.options + after.script)
    for text in (before.script, after.script):
        for match in (*_ABSOLUTE.finditer(text), *_RELATIVE.finditer(text)):
            stub(root, match[0])


def stub(root: Path, path: str) -> None:
    """A program at a path where programs are, else the folder that a file may be written to."""
    place = Path(os.path.normpath(root / path.lstrip("/")))
    if not place.is_relative_to(root) or place.exists():
        return
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if "bin/" in path or path.startswith("./") or path.endswith(".sh"):
            place.write_text('#!/bin/bash\n. /stubs\n__call "$0" "$@"\n')
            place.chmod(0o755)
    except OSError:
        return


_PROGRAMS: list[str] = []


def programs() -> list[str]:
    """bash and the libraries it is linked with."""
    if not _PROGRAMS:
        linked = subprocess.run(["ldd", "/bin/bash"], capture_output=True, text=True, check=True).stdout
        _PROGRAMS.extend(["/bin/bash", *re.findall(r"(/\S+) \(0x", linked)])
    return _PROGRAMS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
