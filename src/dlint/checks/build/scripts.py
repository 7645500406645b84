"""The scripts that an image starts: their lines, their mode, their interpreter."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dlint.api import NamedTuple, Node, Problem, Problems, Related, Span, Text, check, pattern
from dlint.api.build import (
    Add,
    Build,
    Copy,
    OwnImage,
    ProjectFiles,
    Stage,
    Word,
    copies_in,
    ignored_by_git,
    path_in_context,
)
from dlint.api.dockerfile import (
    Cmd,
    Entrypoint,
    Instruction,
    Run,
    parse_script,
    service_name,
    services_in,
    start_of,
    value_of,
)

_INTERPRETED = pattern(r"#![ \t]*(\S+)(?:[ \t]+(?:-\S+[ \t]+)*(\S+))?")
_PLAIN = pattern(r"/[\w./+-]+|\./[\w./+-]+|[\w+-]+(?:\.\w+)*")
# Init programs and others that run what follows them.
_ASSIGNED = pattern(r"[A-Za-z_]\w*=")
_WRAPPERS = frozenset("tini dumb-init catatonit env exec gosu su-exec setpriv runuser docker-init".split())
_SHELLS = frozenset(("sh", "bash", "ash", "dash"))
_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_MOST_BYTES = 200_000


class StartedScript(NamedTuple):
    """A file of the build context that an image starts by its path.

    ``where`` is the word that starts it, ``path`` its place in the image, ``file`` that in the project, ``copy`` the
    instruction that brings it there.
    """

    where: Node
    path: str
    file: str
    copy: Copy | Add
    stage: Stage


def _started(build: Build, through_shell: bool = False) -> Iterator[StartedScript]:
    """The scripts that the shipped stage, or the services that run it, start by their paths, or by a shell."""
    for stage in build.graph.shipped:
        starts = list(_starts(build, stage, through_shell))
        copied = list(_copied(build, stage)) if starts else []
        seen: set[str] = set()
        for where, path in starts:
            found = next((one for one in copied if one[0] == path), None)
            if found is not None and path not in seen:
                seen.add(path)
                yield StartedScript(where, path, *found[1:])


def _starts(build: Build, stage: Stage, through_shell: bool = False) -> Iterator[tuple[Node, str]]:
    """The paths that are started, each with its word: by ENTRYPOINT and CMD, and by services."""
    folder = stage.workdir if isinstance(stage.workdir, str) else None
    start = start_of(stage)
    with_entrypoint = any(isinstance(node, Entrypoint) for node, _ in start)
    for node, _ in start:
        if isinstance(node, Cmd) and with_entrypoint:
            continue
        words: list[tuple[Node, str]] = []
        if node.json:
            words = [(word, word.text) for word in node.words]
        elif node.script is not None:
            words = _plain_words(node)
        yield from _first(words, folder, through_shell)
    for service in build.services:
        if service.volumes_from or service.mounts:
            continue
        line = service.entrypoint or (None if with_entrypoint else service.command)
        if line is not None and line.arguments:
            own = service.working_dir.literal if service.working_dir is not None else folder
            places: list[Node] = list(line.words) if line.listed else [line] * len(line.arguments)
            yield from _first(list(zip(places, line.arguments, strict=False)), own, through_shell)


def _plain_words(node: Cmd | Entrypoint) -> list[tuple[Node, str]]:
    """The words of a shell form that a shell would take as they stand; none if there is more to it."""
    text = node.script
    if text is None or re.search(r"[;&|<>()`\n\"'\\*?]", text.text):
        return []
    return [(text.at(match.start(), match.end()), match[0]) for match in re.finditer(r"\S+", text.text)]


def _first(words: list[tuple[Node, str]], folder: str | None, through_shell: bool) -> Iterator[tuple[Node, str]]:
    """The program of a command line as a path in the image; wrappers are passed over, shells if that is asked for."""
    for where, word in words:
        name = posixpath.basename(word)
        if (
            name in _WRAPPERS
            or (through_shell and name in _SHELLS)
            or word == "--"
            or (word.startswith("-") and name != word[:0])
            or _ASSIGNED.match(word)
        ):
            continue
        if not _PLAIN.fullmatch(word):
            return
        if word.startswith("/"):
            yield where, posixpath.normpath(word)
        elif "/" in word and folder is not None:
            yield where, posixpath.normpath(posixpath.join(folder, word))
        elif "/" not in word:
            for place in _PATH:
                yield where, f"{place}/{word}"
        return


def _copied(build: Build, stage: Stage) -> Iterator[tuple[str, str, Copy | Add, Stage]]:
    """The files of the context in the image: path there, path in the project, what brings them. Last first."""
    for at in stage.lineage:
        if at.graph is not build.graph:
            return
        copies = {id(copy) for copy in copies_in(at)}
        for index in range(len(at.instructions) - 1, 0, -1):
            copy = at.instructions[index]
            if id(copy) not in copies or not isinstance(copy, (Copy, Add)) or copy.destination is None:
                continue
            yield from ((*pair, copy, at) for pair in _pairs(build, at, copy, index))


def _pairs(build: Build, stage: Stage, copy: Copy | Add, index: int) -> Iterator[tuple[str, str]]:
    to = _value(stage, copy, copy.destination)
    folder = stage.workdir_at(index)
    if to is None or (not to.startswith("/") and not isinstance(folder, str)) or copy.flag("parents") is not None:
        return
    target = posixpath.normpath(posixpath.join(folder if isinstance(folder, str) else "/", to))
    for word in copy.sources:
        written = _value(stage, copy, word)
        path = path_in_context(written) if written else None
        if path is None or any(c in path for c in "*?["):
            continue
        file = posixpath.normpath(posixpath.join(build.context, path))
        if build.project.is_dir(file) or path == ".":
            yield from _inside(build, path, target)
        elif build.project.exists(file) and not build.excludes(path):
            into = to.endswith("/") or len(copy.sources) > 1 or to in (".", "./") or target == folder
            yield (posixpath.join(target, posixpath.basename(file)) if into else target), file


def _inside(build: Build, path: str, target: str) -> Iterator[tuple[str, str]]:
    """The scripts that a folder of the context has, by their places in the image."""
    top = "" if path == "." else path
    for inner in build.files(top):
        if inner.endswith((".sh", ".bash", ".py", ".pl", ".rb")) or "entrypoint" in inner or "." not in inner:
            below = inner[len(top) :].lstrip("/")
            yield posixpath.join(target, below), posixpath.normpath(posixpath.join(build.context, inner))


def _value(stage: Stage, at: Instruction, word: Word | None) -> str | None:
    if word is None:
        return None
    return word.literal if word.literal is not None else stage.expand(word, at).value


def _touched(script: StartedScript, build: Build, *words: str) -> bool:
    """Whether a later command may change the file: it names it, or does something of a kind to many files at once."""
    name = posixpath.basename(script.path)
    for stage in build.graph.shipped[0].lineage if build.graph.shipped else ():
        for node in stage.instructions[1:]:
            if isinstance(node, Run) and any(word in node.raw for word in words):
                raw = node.raw
                folder = posixpath.basename(posixpath.dirname(script.path))
                if (
                    name in raw
                    or "*" in raw
                    or "find" in raw
                    or "-R" in raw
                    or "-r" in raw
                    or (folder and folder in raw)
                ):
                    return True
    return False


def _text(script: StartedScript, project: ProjectFiles) -> str | None:
    source = project.read(script.file)
    return source.text if source is not None and len(source.text) < _MOST_BYTES else None


@check(on=Build)
def script_with_crlf(build: Build) -> Problems:
    """A script that is started by its path, and whose first line ends in a carriage return."""
    for script in _started(build):
        text = _text(script, build.project)
        line, newline, _ = (text or "").partition("\n")
        if not newline or not line.startswith("#!") or not line.endswith("\r"):
            continue
        if _touched(script, build, "dos2unix", "sed", "tr ", "perl", "\\r"):
            continue
        source = build.project.read(script.file)
        related = [Related(script.copy, "It is copied here")]
        if source is not None:
            related.append(Related(Node(source, Span(0, len(line) - 1)), "The line ends in CR and LF"))
        program = line[2:].strip()
        yield Problem(
            script.where,
            f"{script.file} has the line ends of Windows, so that {program} with a carriage return is looked for and"
            " the start fails: save it with LF, and set `*.sh text eol=lf` in .gitattributes",
            related=related,
        )


@check(on=Build)
def script_not_executable(build: Build) -> Problems:
    """A script that is started by its path, and has no executable bit."""
    for script in _started(build):
        if build.project.executable(script.file) is not False or _is_made_executable(script, build):
            continue
        yield Problem(
            script.where,
            f"{script.file} is not executable, so that the start fails: run `chmod +x` on it, or copy it with"
            " `--chmod=755`",
            related=[Related(script.copy, "It is copied here, with its mode")],
        )


def _is_made_executable(script: StartedScript, build: Build) -> bool:
    flag = script.copy.flag("chmod")
    if flag is not None:
        mode = flag.value.text if flag.value is not None else ""
        return not mode.isdecimal() or any(int(digit) & 1 for digit in mode[-3:])
    return _touched(script, build, "chmod", "install")


@check(on=Build)
def script_interpreter_missing(build: Build) -> Problems:
    """A script that is started by its path, and whose first line names a program that the image does not have."""
    for script in _started(build):
        text = _text(script, build.project)
        match = _INTERPRETED.match(text.partition("\n")[0].rstrip("\r")) if text else None
        if match is None:
            continue
        through_env = posixpath.basename(match[1]) == "env"
        program = posixpath.basename(match[2] if through_env and match[2] else match[1])
        image = OwnImage.of_stage(build.graph.shipped[0])
        if image.program(program) is not False:
            continue
        source = build.project.read(script.file)
        related = [Related(script.copy, "It is copied here")]
        if source is not None:
            related.append(Related(Node(source, Span(0, match.end())), f"This asks for {program}"))
        if image.place is not None:
            related.append(Related(image.place, f"{image.base_name} has no {program}"))
        yield Problem(
            script.where,
            f"{script.file} is a script for {program}, which is not in this image: install it, or write the script for"
            " sh",
            related=related,
        )


# Programs that stay and serve, so that signals should reach them.
_SERVERS = pattern(
    r"(?:node|nodejs|python3?|gunicorn|uvicorn|hypercorn|daphne|celery|java|ruby|puma|php-fpm|nginx|apache2-foreground|"
    r"httpd|dotnet|npm|yarn|pnpm|bun|deno|mongod|redis-server|mysqld|postgres|flask|rails|bundle|caddy|traefik|\"?\$@\"?)"
    r"(?:\s|$)"
)
_ONE_OFF = pattern(r"migrate|seed|install|build|wait|init|setup|collectstatic|check|-c\s|--version|db:|compile|create")


@check(on=Build)
def script_without_exec(build: Build) -> Problems:
    """An entry script whose last command is a server, which it does not hand its place to."""
    for script in _started(build, through_shell=True):
        text = _text(script, build.project)
        match = _INTERPRETED.match(text) if text else None
        if (
            text is None
            or match is None
            or posixpath.basename(match[2] or match[1]) not in ("sh", "bash", "ash", "dash")
        ):
            continue
        if any(word in text for word in ("trap ", "wait\n", "tini", "dumb-init", "<<")) or _has_init(build):
            continue
        lines = [line for line in text.rstrip().splitlines() if line.strip() and not line.lstrip().startswith("#")]
        last = lines[-1] if lines else ""
        if last != last.lstrip() or (len(lines) > 1 and lines[-2].rstrip().endswith("\\")):
            continue
        if not _SERVERS.match(last) or _ONE_OFF.search(last) or re.search(r"&\s*$|\||&&|;", last):
            continue
        source = build.project.read(script.file)
        if source is None:
            continue
        at = source.text.rindex(last)
        program = last.split()[0].strip('"')
        yield Problem(
            script.where,
            f"{script.file} starts {program} without `exec`, so that a signal to stop ends at the shell and the"
            " container is killed after ten seconds: write `exec` before it",
            related=[Related(Node(source, Span(at, at + len(last.rstrip()))), "The shell stays in front of this")],
        )


@check(on=Build)
def script_starts_several_services(build: Build) -> Problems:
    """An entry script that starts more than one thing that stays."""
    for script in _started(build, through_shell=True):
        source = build.project.read(script.file)
        text = _text(script, build.project)
        match = _INTERPRETED.match(text) if text else None
        if source is None or text is None or match is None:
            continue
        shell = posixpath.basename(match[2] or match[1])
        if shell not in _SHELLS:
            continue
        found = services_in(parse_script(Text.plain(source, Span(0, len(source.text))), dialect=shell))
        services = {service_name(command): command for command in found}
        if len(services) > 1:
            first, second = list(services)[:2]
            related = [Related(command.name_node, f"Starts {name}") for name, command in services.items()]
            yield Problem(
                script.where,
                f"{script.file} starts {first} and {second} in one container: give each a service of its own",
                related=related[:5],
            )


def _has_init(build: Build) -> bool:
    """Whether an init program runs as process 1."""
    if any(service.init is not None for service in build.services):
        return True
    start = [node for stage in build.graph.shipped for node, _ in start_of(stage)]
    return any(word in node.raw for node in start for word in ("tini", "dumb-init", "catatonit", "s6-", "/init"))


@check(on=Build)
def program_not_in_image(build: Build) -> Problems:
    """A program that an image of which all files are known does not have."""
    for stage in build.graph.shipped:
        if any(at.graph is not build.graph or at.inherited_triggers for at in stage.lineage):
            continue
        if not stage.root.scratch:
            yield from _scripts_missing(build, stage)
            continue
        for where, path in list(_starts(build, stage))[:1]:
            if "/" not in where.raw:
                continue
            if "/" not in where.raw:
                continue
            copies = [node for at in stage.lineage for node in at.instructions if isinstance(node, (Copy, Add, Run))]
            if not copies or any(_may_bring(build, stage, node, path) for node in copies):
                continue
            related = [Related(copies[-1], "This is all that is copied")]
            yield Problem(where, f"Nothing puts {path} into this image, so that it cannot start", related=related)


def _scripts_missing(build: Build, stage: Stage) -> Problems:
    """Scripts that are started from a folder of the project's own, and that nothing brings there."""
    image = OwnImage.of_stage(stage)
    if image.facts is None or image.system == "windows":
        return
    of_base = [*(image.facts.entrypoint or ()), *(image.facts.cmd or ())]
    for where, path in _starts(build, stage):
        name = posixpath.basename(path)
        if not name.endswith(".sh") or "/" not in where.raw or any(name in word for word in of_base):
            continue
        nodes = [(node, at) for at in stage.lineage for node in at.instructions[1:]]
        if any(_may_bring_script(build, at, node, path) for node, at in nodes):
            continue
        copies = [node for node, _ in nodes if isinstance(node, (Copy, Add))]
        if copies:
            related = [Related(copies[0], "This does not bring it")]
            yield Problem(where, f"Nothing puts {path} into this image, so that it cannot start", related=related)


_FETCHES = pattern(r"\b(?:git|tar|unzip|wget|curl|pip|npm|composer|make|cp|mv|ln|install|python|node)\b|>")


def _may_bring_script(build: Build, stage: Stage, node: Instruction, path: str) -> bool:
    """Whether an instruction brings a script, or may for all that can be seen."""
    name = posixpath.basename(path)
    if isinstance(node, Run):
        return name in node.raw or node.heredoc is not None or _FETCHES.search(node.raw) is not None
    if node.name == "ONBUILD":
        return True
    if not isinstance(node, (Copy, Add)) or node.destination is None:
        return False
    to = _value(stage, node, node.destination)
    folder = stage.workdir_at(node)
    if to is None or node.heredocs or (not to.startswith("/") and not isinstance(folder, str)):
        return True
    target = posixpath.normpath(posixpath.join(folder if isinstance(folder, str) else "/", to))
    if path != target and not path.startswith(target.rstrip("/") + "/"):
        return False
    if path == target or isinstance(node, Add) or node.from_ is not None:
        return True
    return any(_holds(build, stage, node, word, target, path) for word in node.sources)


def _holds(build: Build, stage: Stage, node: Copy, word: Word, target: str, path: str) -> bool:
    """Whether a source of COPY may be, or may have in it, what lies at ``path`` then."""
    written = _value(stage, node, word)
    source = path_in_context(written) if written else None
    if source is None or any(c in source for c in "*?["):
        return True
    file = posixpath.normpath(posixpath.join(build.context, source))
    if not build.project.is_dir(file) and source != ".":
        return posixpath.basename(file) == posixpath.basename(path) or not build.project.exists(file)
    inner = posixpath.normpath(posixpath.join(file, posixpath.relpath(path, target)))
    return build.project.exists(inner) or build.project.root is None or ignored_by_git(build.project.text, inner)


def _may_bring(build: Build, stage: Stage, node: Copy | Add | Run, path: str) -> bool:
    if isinstance(node, (Run, Add)):
        return True
    to = value_of(node.destination, node, stage) if node.destination is not None else None
    if to is None or node.heredocs:
        return True
    folder = stage.workdir if isinstance(stage.workdir, str) else "/"
    target = posixpath.normpath(posixpath.join(folder, to))
    if path == target or (path.startswith(target.rstrip("/") + "/") and target != "/"):
        return True
    if target != "/":
        return False
    for source in node.sources:
        written = value_of(source, node, stage)
        name = posixpath.basename((written or "?").rstrip("/"))
        if not name or name in (".", "..") or any(c in name for c in "*?[") or name == posixpath.basename(path):
            return True
        if node.from_ is not None and "." not in name and path.count("/") > 0:
            return path.count("/") > 1 or _is_folder(name)
        local = posixpath.join(build.context, (written or "").lstrip("/"))
        if node.from_ is None and (build.project.is_dir(local) or not build.project.exists(local)):
            return True
    return False


def _is_folder(name: str) -> bool:
    return name in ("rootfs", "out", "dist", "output", "root", "install", "target", "build", "bin", "release", "etc")
