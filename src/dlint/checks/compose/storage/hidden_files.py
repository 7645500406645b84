"""Mounts over what the image made, and volumes that its user cannot write to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dlint.api import NamedTuple, Node, Problem, Problems, Related, check, pattern
from dlint.api.compose import ComposeModel, MountPlace, Service, is_below, is_root, mount_places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.build import Image, Stage
    from dlint.api.dockerfile import Instruction, ShellCommand

# Words of which one stands in such a command, the command, and the folder that it makes.
_INSTALLED = (
    (
        ("npm", "yarn", "bun"),
        pattern(r"\b(?:npm\s+(?:ci|i|install)|yarn(?:\s+install)?|(?:pnpm|bun)\s+(?:i|install))\b"),
        "node_modules",
    ),
    (("composer",), pattern(r"\bcomposer(?:\.phar)?\s++(?:\S.{0,200}\s)?install\b"), "vendor"),
    (("uv",), pattern(r"\buv\s+sync\b"), ".venv"),
)  # fmt: skip
_MAKING = ("venv", "virtualenv", *(word for words, _, _ in _INSTALLED for word in words))
_VENV = pattern(r"(?:\bpython[\d.]*\s+-m\s+venv|\bvirtualenv)\s+(?:-\S+\s+)*([^\s;&|]+)")
_ELSEWHERE = pattern(
    r"\bcd\s|--prefix|--cwd|--dir\b|-C\s|-g\b|--global|npm prune|(?:rm|mv|ln|cp) .*(?:node_modules|vendor)"
)
_MANIFESTS = {"node_modules": ("package.json",), "vendor": ("composer.json",)}
_PROGRAM = pattern(r"\.?/[\w./-]+|[\w-][\w./-]*\.(?:py|js|mjs|cjs|rb|jar|php)")
_DATA = pattern(
    r"(?:^|/)(?:data|uploads?|media|storage|logs?|log|cache|tmp|backups?|db|sqlite|node_modules|vendor|\.\w+)$"
)


class Made(NamedTuple):
    """What an image made at a path: ``what`` names it, ``copied`` says that it came by COPY, ``built`` from a stage."""

    path: str
    what: str
    where: Node
    copied: bool
    built: bool
    source: str


def _made(image: Image) -> Iterator[Made]:
    """What the project's Dockerfiles bring into folders of the image, last first."""
    for node, stage in image.own_instructions():
        folder = stage.workdir_at(node)
        at = folder if isinstance(folder, str) else None
        if node.name == "RUN" and at is not None:
            yield from _installed(node, at)
        elif node.name in ("COPY", "ADD"):
            yield from _copied(node, stage, at)


def _installed(node: Instruction, folder: str) -> Iterator[Made]:
    raw = node.raw
    if not any(map(raw.__contains__, _MAKING)) or _ELSEWHERE.search(raw):
        return
    venv = _VENV.search(raw) if "venv" in raw or "virtualenv" in raw else None
    if venv is not None and not re.search(r"[$~]", venv[1]):
        path = posixpath.normpath(posixpath.join(folder, venv[1]))
        yield Made(path, posixpath.basename(path), node, False, True, "")
    for words, call, name in _INSTALLED:
        if any(map(raw.__contains__, words)) and call.search(raw):
            yield Made(posixpath.join(folder, name), name, node, False, True, "")


def _copied(node: Instruction, stage: Stage, folder: str | None) -> Iterator[Made]:
    word = getattr(node, "destination", None)
    to = word.literal if word is not None else None
    if to is None or (not to.startswith("/") and folder is None):
        return
    sources = [source.literal or "" for source in getattr(node, "sources", ())]
    from_ = getattr(node, "from_", None)
    if len(sources) != 1:
        return
    path = posixpath.normpath(posixpath.join(folder or "/", to))
    name = posixpath.basename(sources[0].rstrip("/")) or "."
    built = from_ is not None
    if from_ is not None and stage.graph.find(from_.text) is None:
        return
    yield Made(path, name, node, True, built, sources[0])


@check(on=Service, keys=("volumes", "tmpfs"), blames=True)
def mount_hides_built_files(service: Service, model: ComposeModel) -> Problems:
    """A mount over a folder of the image that holds what the build made, and that the mount lacks."""
    if not service.mounts and not service.tmpfs:
        return
    image = model.image_of(service)
    if image is None or image.stage is None:
        return
    if image.own_value("NODE_PATH") is not None:
        return
    made = list(_made(image))
    declared = {volume.value for volume in image.volumes or ()}
    for at in mount_places(service, model):
        if at.path is None or at.path in ("/", "/tmp"):
            continue
        hidden = next((one for one in made if _is_hidden(one, at, service, model, declared)), None)
        if hidden is not None:
            yield _hiding(service, at, hidden)
            continue
        program = _hidden_program(service, image, at, model)
        if program is not None:
            message = f"This mount hides {program[0]}, which the image of service {service.name} starts"
            related = [Related(program[1], "It is started here")] if program[1] is not None else []
            yield Problem(at.mount, message, related=related)
    for tmpfs in service.tmpfs:
        path = posixpath.normpath(tmpfs.path.literal) if tmpfs.path.literal else ""
        one = next((one for one in made if path and one.copied and is_below(one.path, path)), None)
        if one is not None and path != "/tmp":
            message = f"This tmpfs hides what the build put into {one.path}, so that {service.name} runs without it"
            yield Problem(tmpfs, message, related=[Related(one.where, "It is copied here")])


def _hidden_program(
    service: Service, image: Image, at: MountPlace, model: ComposeModel
) -> tuple[str, Node | None] | None:
    """The file that the image starts, if it lies where a folder of the host is mounted that does not have it."""
    source, target = at.mount.host_path, at.path
    if source is None or not source.literal or target is None or service.command is not None:
        return None
    path, project = model.path(source, source.literal), model.project
    if path is None or project is None or not project.is_dir(path) or service.entrypoint is not None:
        return None
    workdir = image.workdir
    for known in (image.entrypoint, image.cmd):
        for word in known.value.words if known is not None and known.own and not known.value.shell else ():
            if not _PROGRAM.fullmatch(word) or (workdir is None and not word.startswith("/")):
                continue
            full = posixpath.normpath(posixpath.join(workdir.value if workdir is not None else "/", word))
            if not is_below(full, target) or full == target or _shown_again(full, at, service, model):
                continue
            if not project.exists(posixpath.normpath(posixpath.join(path, posixpath.relpath(full, target)))):
                return full, known.where if known is not None else None
    return None


def _is_hidden(made: Made, at: MountPlace, service: Service, model: ComposeModel, declared: set[str]) -> bool:
    target = at.path or "/"
    if not is_below(made.path, target) or _shown_again(made.path, at, service, model):
        return False
    if at.volume is not None:
        return made.copied and target not in declared and not _DATA.search(target)
    source = at.mount.host_path
    if source is None or not source.literal or (made.copied and not made.built):
        return False
    if not made.copied and _installs_itself(service, made.what):
        return False
    return _lacks(model, source, made, posixpath.relpath(made.path, target))


def _shown_again(path: str, at: MountPlace, service: Service, model: ComposeModel) -> bool:
    """Whether a deeper mount lies over the path in its turn."""
    target = at.path or "/"
    others = [other.path for other in mount_places(service, model) if other.mount is not at.mount]
    others += [posixpath.normpath(tmpfs.path.literal) for tmpfs in service.tmpfs if tmpfs.path.literal]
    return any(
        other is None or (other != target and is_below(path, other) and is_below(other, target)) for other in others
    )


def _installs_itself(service: Service, what: str) -> bool:
    """Whether the service installs the packages at its start."""
    texts = [line.raw for line in (service.command, service.entrypoint) if line is not None]
    return any("install" in text or re.search(r"npm ci|yarn(?!\s+\w)|uv (?:sync|run)|\.sh", text) for text in texts)


def _lacks(model: ComposeModel, source: Node, made: Made, inner: str) -> bool:
    """Whether the folder of the host surely has not what the image made."""
    written = getattr(source, "literal", None) or ""
    path = model.path(source, written)
    project = model.project
    if path is None or project is None or not (project.is_dir(path) or path in ("", ".")):
        return False
    if made.copied:
        return inner != "." or posixpath.basename(path) not in (made.what, posixpath.basename(made.source.rstrip("/.")))
    there = posixpath.normpath(posixpath.join(written, inner))
    beside = posixpath.join(path, posixpath.dirname(inner))
    manifests = _MANIFESTS.get(made.what, ("requirements.txt", "pyproject.toml"))
    known = any(project.exists(posixpath.normpath(posixpath.join(beside, name))) for name in manifests)
    if not known and (made.what in _MANIFESTS or not any(name.endswith(".py") for name in project.listdir(beside))):
        return False
    return not project.exists(posixpath.normpath(posixpath.join(path, inner))) or model.is_private(source, there)


def _hiding(service: Service, at: MountPlace, made: Made) -> Problem:
    mount = at.mount
    if at.volume is not None:
        message = (
            f"This volume keeps what the first image had in {made.path}, so that later builds of service {service.name}"
            " change nothing: mount data alone"
        )
        return Problem(mount, message, related=[Related(made.where, "This is copied there")])
    what = f"the {made.what} that the build installs" if not made.copied else f"what the build put into {made.path}"
    advice = f"; keep it with a volume at {made.path}" if not made.copied else ""
    message = f"This mount hides {what}, so that service {service.name} runs without it{advice}"
    return Problem(mount, message, related=[Related(made.where, "It is made here")])


@check(on=Service, keys=("volumes",), blames=True)
def volume_not_writable(service: Service, model: ComposeModel) -> Problems:
    """A named volume at a place that the image does not have, for a process that is not root."""
    if not service.mounts or service.entrypoint is not None:
        return
    image = model.image_of(service)
    if image is None or (image.facts is None and (image.stage is None or not image.stage.root.scratch)):
        return
    user = service.user.literal if service.user is not None else (image.user.value if image.user is not None else None)
    if not user or is_root(user) or service.volumes_from:
        return
    for at in mount_places(service, model):
        target = at.path
        if target is None or at.volume is None or at.mount.read_only is not False:
            continue
        if _may_be_there(image, target, user):
            continue
        where = image.user.where if image.user is not None and service.user is None else service.user
        related = [Related(where, f"It runs as {user}")] if where is not None else []
        yield Problem(
            at.mount,
            f"The volume at {target} belongs to root, so that service {service.name}, which runs as {user}, cannot"
            f" write to it: make the folder in the Dockerfile and give it to {user}",
            related=related,
        )


def _may_be_there(image: Image, target: str, user: str) -> bool:
    """Whether the image may have a folder that its user can write to."""
    facts = image.facts
    if facts is not None:
        known = [*(facts.volumes or ()), *(facts.run_writes or ()), *([facts.data.path] if facts.data else [])]
        if facts.ports or any(is_below(target, path) for path in known):
            return True
        # Without a shell there is nothing in it but a program: no folders for others.
        if facts.starts_as_root is not True and facts.program("sh") is not False:
            return True
    bare = facts is not None and facts.program("sh") is False
    if target == "/srv" or (target in _OF_SYSTEM if bare else target.startswith(_OF_SYSTEM)):
        return True
    parts = target.strip("/").split("/")
    if parts[0] == "home" and len(parts) < 3:
        return True
    for node, stage in image.own_instructions():
        if node.name == "ONBUILD":
            return True
        if node.name == "RUN" and _touches(node, stage, target):
            return True
        if node.name in ("COPY", "ADD", "WORKDIR", "VOLUME") and _makes(node, stage, target):
            return True
    return image.stage is not None and any(at.inherited_triggers for at in image.stage.lineage)


_OF_SYSTEM = (
    "/tmp", "/usr", "/run", "/etc", "/root", "/mnt", "/media", "/dev", "/bin", "/sbin", "/lib", "/var/log",
    "/var/cache", "/var/run", "/var/tmp", "/var/www", "/var/spool", "/var/mail",
)  # fmt: skip
_AT_HOME = pattern(r"\s(?:-\w*[dh]\b|--home|--base-dir)")


def _is_root_at(node: Instruction, stage: Stage) -> bool:
    """Whether an instruction surely runs as root."""
    user = stage.user_at(node)
    literal = getattr(user, "literal", "root")
    return literal is not None and is_root(literal)


def _touches(node: Instruction, stage: Stage, target: str) -> bool:
    """Whether a RUN names the folder or one above it, or runs a script that may make it."""
    script = stage.script(node)
    if script is None or not script.posix or script.has_error:
        return True
    root = _is_root_at(node, stage)
    return any(_may_give(command, target, root) for command in script.commands)


def _may_give(command: ShellCommand, target: str, root: bool) -> bool:
    """Whether a command may make the folder for another than root, or give it away."""
    name, raw = command.name, command.raw
    if name.endswith((".sh", ".py")) or name in ("sh", "bash", "make", "eval", "find", "xargs"):
        return True
    if name == "mkdir" and root:
        return False
    if name in ("useradd", "adduser") and not _AT_HOME.search(raw):
        return False
    if name in ("chown", "chmod", "chgrp", "install", "mkdir"):
        unclear = "$" in raw or "*" in raw or "{" in raw or re.search(r"\s-\w*R|--recursive", raw)
        words = [word.text for word in command.given if not word.text.startswith("-")]
        return bool(unclear) or any(_is_path(word, target) for word in words[name.startswith("ch") :])
    parts = target.strip("/").split("/")
    return any("/" + "/".join(parts[:depth]) in raw for depth in range(1, len(parts) + 1)) or parts[-1] in raw


def _is_path(word: str, target: str) -> bool:
    """Whether a word is the path of the folder, or may be, seen from where the command runs."""
    path = posixpath.normpath(word)
    if path.startswith("/"):
        return path == target
    return path == "." or target.endswith("/" + path.lstrip("./"))


def _makes(node: Instruction, stage: Stage, target: str) -> bool:
    words = getattr(node, "words", ())
    if node.name == "WORKDIR":
        folder = stage.workdir_at(stage.position(node) + 1)
        return not isinstance(folder, str) or (is_below(folder, target) and not _is_root_at(node, stage))
    if node.name == "VOLUME":
        return any(word.literal is None or is_below(word.value, target) for word in words)
    to = words[-1].literal if words else None
    at = stage.workdir_at(node)
    if to is None or (not to.startswith("/") and not isinstance(at, str)):
        return True
    path = posixpath.normpath(posixpath.join(at if isinstance(at, str) else "/", to))
    if not is_below(target, path) and not is_below(path, target):
        return False
    return node.flag("chown") is not None or node.flag("chmod") is not None or getattr(node, "from_", None) is not None


@check(on=Service, keys=("user",), blames=True)
def user_differs_from_owner(service: Service, model: ComposeModel) -> Problems:
    """A number in ``user`` other than that of the user to whom the image gives its files."""
    node = service.user
    number = (node.literal or "").partition(":")[0] if node is not None else ""
    if node is None or not number.isdecimal() or not int(number):
        return
    image = model.image_of(service)
    own = image.user if image is not None else None
    if image is None or own is None or not own.own:
        return
    name = own.value.partition(":")[0]
    owner = name if name.isdecimal() else _number_of(image, name)
    if owner is None or owner == number or not int(owner):
        return
    own_ones = list(image.own_instructions())
    given = next((one for one, stage in own_ones if _gives_to(one, stage, name, owner)), None)
    if given is not None and not any(_opens_to_group(one, stage) for one, stage in own_ones):
        yield Problem(
            node.place,
            f"Service {service.name} runs as {number}, and the image gives its files to {owner}: it may not be able to"
            " write to them",
            related=[Related(given, f"The files belong to {name} from here on")],
        )


def _number_of(image: Image, name: str) -> str | None:
    """The number that a user is created with."""
    for node, _ in image.own_instructions():
        if node.name == "RUN" and name in node.raw:
            match = re.search(r"(?:useradd|adduser)\b[^&;|\n]*?(?:-u|--uid)[ =]*(\d+)[^&;|\n]*", node.raw)
            if match is not None and name in match[0]:
                return match[1]
    number = image.facts.user_numbers(name)[0] if image.facts is not None else None
    return str(number) if number is not None else None


def _gives_to(node: Instruction, stage: Stage, name: str, number: str) -> bool:
    """Whether an instruction makes files the user's."""
    if node.name == "RUN":
        script = stage.script(node)
        return script is not None and any(_owner_given(one) in (name, number) for one in script.commands)
    flag = node.flag("chown") if node.name in ("COPY", "ADD") else None
    value = flag.value.text.partition(":")[0] if flag is not None and flag.value is not None else ""
    return value in (name, number)


def _owner_given(command: ShellCommand) -> str | None:
    """The owner that ``chown`` or ``install`` gives."""
    if command.name == "install":
        flag = command.flag("-o", "--owner")
        return flag.value if flag is not None else None
    words = [word.text for word in command.given if not word.text.startswith("-")] if command.name == "chown" else []
    return re.split(r"[:.]", words[0])[0] if words else None


_SYMBOLIC = pattern(r"([ugoa]*)[+=]([rwxXstugo]+)")


def _lets_group_write(mode: str) -> bool:
    """Whether ``chmod`` with this mode lets the group write."""
    if mode.isdecimal():
        return len(mode) > 2 and mode[-2] in "2367"
    parts = [match for part in mode.split(",") if (match := _SYMBOLIC.fullmatch(part)) is not None]
    return any((not part[1] or set(part[1]) & set("ga")) and set(part[2]) & set("wu") for part in parts)


def _opens_to_group(node: Instruction, stage: Stage) -> bool:
    """Whether a RUN lets the group write, to which any user of a container may belong."""
    script = stage.script(node) if node.name == "RUN" and "chmod" in node.raw else None
    return script is not None and any(
        _lets_group_write(word.text) for command in script.commands if command.name == "chmod" for word in command.given
    )
