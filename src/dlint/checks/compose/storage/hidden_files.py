"""Mounts over what the image made, and volumes that its user cannot write to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from dlint.api import NamedTuple, Node, Problem, Problems, Related, check, pattern
from dlint.api.compose import ComposeModel, MountPlace, Service, is_below, is_root, mount_places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.build import Image, Stage
    from dlint.api.dockerfile import Instruction

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
        module = _hidden_module(service, image, at, model)
        if module is not None:
            message = (
                f"This mount leaves no {module} in {at.path}, from where service {service.name} starts it: mount the"
                f" folder at {posixpath.join(at.path, module.partition('.')[0])}"
            )
            yield Problem(at.mount, message)
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


# Servers that are given a module of Python and what to call in it.
_OF_MODULES = ("uvicorn", "gunicorn", "hypercorn", "daphne", "granian")
_MODULE = pattern(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+):\w+(?:\(\))?")


def _hidden_module(service: Service, image: Image, at: MountPlace, model: ComposeModel) -> str | None:
    """The module that is started, if its package itself is mounted where the folder with the package should be."""
    source, target, project = at.mount.host_path, at.path, model.project
    path = model.path(source, source.literal) if source is not None and source.literal else None
    words = _started(service, image)
    if path is None or target is None or project is None or target != _starts_in(service, image):
        return None
    match = next((match for word in words if (match := _MODULE.fullmatch(word)) is not None), None)
    if match is None or posixpath.basename(words[0]) not in _OF_MODULES or any("dir" in word for word in words):
        return None
    inner = match[1].replace(".", "/")
    package = inner.partition("/")[0]
    if posixpath.basename(path) != package or _shown_again(posixpath.join(target, package), at, service, model):
        return None
    names = (f"{inner}.py", f"{inner}/__init__.py")
    beside = any(project.exists(posixpath.join(posixpath.dirname(path), name)) for name in names)
    return match[1] if beside and not any(project.exists(posixpath.join(path, name)) for name in names) else None


def _started(service: Service, image: Image) -> Sequence[str]:
    """The words that start a service, as far as they are known and no entrypoint stands before them."""
    if service.entrypoint is not None or (image.entrypoint is not None and image.entrypoint.own):
        return ()
    if service.command is not None:
        return service.command.arguments or ()
    return image.cmd.value.words if image.cmd is not None and not image.cmd.value.shell else ()


def _starts_in(service: Service, image: Image) -> str | None:
    own = service.scalar("working_dir")
    if own is not None:
        return own.literal
    return image.workdir.value if image.workdir is not None else None


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
    if not any(project.exists(posixpath.normpath(posixpath.join(beside, name))) for name in manifests):
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
            f"The image has no {target}, so that the volume belongs to root and service {service.name}, which runs as"
            f" {user}, cannot write to it: make the folder in the Dockerfile and give it to {user}",
            related=related,
        )


def _may_be_there(image: Image, target: str, user: str) -> bool:
    """Whether the image may have a folder that its user can write to."""
    facts = image.facts
    if facts is not None:
        known = [*(facts.volumes or ()), *(facts.run_writes or ()), *([facts.data.path] if facts.data else [])]
        if facts.ports or any(is_below(target, path) for path in known) or facts.starts_as_root is not True:
            return True
    if target == "/srv" or target.startswith(_OF_SYSTEM):
        return True
    parts = target.strip("/").split("/")
    if parts[0] == "home" and len(parts) < 3:
        return True
    given = any(node.name == "RUN" and _changes_hands(node) for node, _ in image.own_instructions())
    for node, stage in image.own_instructions():
        if node.name == "ONBUILD" or (given and node.name in ("COPY", "ADD") and _may_bring(node, stage, target)):
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
_GIVES = pattern(r"\b(?:chown|chmod|chgrp|install|useradd|adduser|usermod|setfacl|cp|mv|rsync|tar|git)\b")


def _is_root_at(node: Instruction, stage: Stage) -> bool:
    """Whether an instruction surely runs as root."""
    user = stage.user_at(node)
    literal = getattr(user, "literal", "root")
    return literal is not None and is_root(literal)


def _touches(node: Instruction, stage: Stage, target: str) -> bool:
    """Whether a RUN names the folder or one above it, or runs a script that may make it."""
    raw = node.raw
    if _changes_hands(node) and not _makes_others(node, stage, target):
        return True
    if "mkdir" in raw and not _GIVES.search(raw) and "$" not in raw and _is_root_at(node, stage):
        return False
    if _changes_hands(node):
        return False
    parts = target.strip("/").split("/")
    if any("/" + "/".join(parts[:depth]) in raw for depth in range(1, len(parts) + 1)) or parts[-1] in raw:
        return True
    if re.search(r"\bmkdir\b|\bchown\b", raw) and "$" in raw:
        return True
    script = stage.script(node)
    if script is None or not script.posix or script.has_error:
        return True
    return any(
        command.name.endswith((".sh", ".py")) or command.name in ("sh", "bash", "make") for command in script.commands
    )


def _may_bring(node: Instruction, stage: Stage, target: str) -> bool:
    """Whether a COPY may bring a folder to a path: it copies into one above it, or to it."""
    words = getattr(node, "words", ())
    to, at = words[-1].literal if words else None, stage.workdir_at(node)
    if to is None or not isinstance(at, str):
        return True
    path = posixpath.normpath(posixpath.join(at, to))
    names = [posixpath.basename((word.literal or "*").rstrip("/")) for word in words[:-1]]
    # What is copied into a folder has its own name there; a folder called `.` may have anything in it.
    into = to.endswith("/") or to in (".", "./") or len(words) > 2
    below = posixpath.relpath(target, path).split("/")[0] if is_below(target, path) else ""
    if into and all(name and "." in name.strip(".") and "*" not in name for name in names):
        return below in names
    return is_below(target, path) or is_below(path, target)


def _changes_hands(node: Instruction) -> bool:
    """Whether a RUN gives a whole folder, with all that is there by then, to somebody."""
    return re.search(r"\b(?:chown|chmod)\s+(?:-\w*R|--recursive)", node.raw) is not None


# Nothing more is there after these than before, but for the folders that mkdir names.
_MAKES_NOTHING = frozenset(
    "adduser addgroup apk apt-get chgrp chmod chown echo groupadd mkdir rm true update-ca-certificates useradd".split()
)


def _makes_others(node: Instruction, stage: Stage, target: str) -> bool:
    """Whether a RUN makes no folders but such as it names, of which none is a path or lies at it."""
    script = stage.script(node)
    folder = stage.workdir_at(node)
    if script is None or script.has_error or not isinstance(folder, str) or ">" in node.raw:
        return False
    for command in script.commands:
        if command.name not in _MAKES_NOTHING:
            return False
        for word in command.arguments if command.name == "mkdir" else ():
            if word.literal is None or is_below(posixpath.normpath(posixpath.join(folder, word.literal)), target):
                return False
    return True


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
    given = next((one for one, _ in image.own_instructions() if _gives_to(one, name, owner)), None)
    if given is not None:
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


def _gives_to(node: Instruction, name: str, number: str) -> bool:
    if node.name == "RUN":
        return re.search(rf"\bchown\b[^&;|]*\s(?:{re.escape(name)}|{number})(?:[:.\s]|$)", node.raw) is not None
    flag = node.flag("chown") if node.name in ("COPY", "ADD") else None
    value = flag.value.text.partition(":")[0] if flag is not None and flag.value is not None else ""
    return value in (name, number)
