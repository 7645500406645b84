"""Whether the user that a service runs as can write to what is mounted, and to what the image gives to another."""

from __future__ import annotations

import posixpath
import re

from dlint.api import Problem, Problems, Related, check, pattern, related_to
from dlint.api.compose import ComposeModel, Service, is_below, is_root, mount_places, uid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.build import Image, Stage
    from dlint.api.compose import CommandLine
    from dlint.api.dockerfile import Instruction, ShellCommand


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
        if _may_be_there(image, target, user) or _may_be_given(at.volume, service, model):
            continue
        where = image.user.where if image.user is not None and service.user is None else service.user
        related = related_to(where, f"It runs as {user}")
        yield Problem(
            at.mount,
            f"The volume at {target} belongs to root, so that service {service.name}, which runs as {user}, cannot"
            f" write to it: make the folder in the Dockerfile and give it to {user}",
            related=related,
        )


_GIVING = pattern(r"\b(?:chown|chmod|chgrp|setfacl|install)\b")


def _may_be_given(volume: str, service: Service, model: ComposeModel) -> bool:
    """Whether a hook, or another service that mounts the volume as well, may make it the user's."""
    if any(_gives(hook.command) for hook in (*service.pre_start, *service.post_start)):
        return True
    others = (one for one in model.services if one.name != service.name)
    return any(
        (one.name in model.jobs or _gives(one.command) or _gives(one.entrypoint))
        and any(at.volume == volume for at in mount_places(one, model))
        for one in others
    )


def _gives(line: CommandLine | None) -> bool:
    return line is not None and _GIVING.search(line.raw) is not None


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
    of_system = target == "/srv" or (target in _OF_SYSTEM if bare else target.startswith(_OF_SYSTEM))
    if of_system and not any(_is_made_by(node, stage, target) for node, stage in image.own_instructions()):
        return True
    parts = target.strip("/").split("/")
    if parts[0] == "home" and len(parts) < 3:
        return True
    given = any(node.name == "RUN" and _changes_hands(node, stage) for node, stage in image.own_instructions())
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
    if _changes_hands(node, stage) and _makes_others(node, stage, target):
        return False
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
        unclear = "$" in raw or "*" in raw or "{" in raw or _goes_down(command)
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


def _changes_hands(node: Instruction, stage: Stage) -> bool:
    """Whether a RUN gives a whole folder, with all that is there by then, to somebody; unknown is yes."""
    script = stage.script(node)
    if script is None or script.has_error:
        return True
    return any(_goes_down(command) for command in script.commands if command.name in ("chown", "chmod"))


def _goes_down(command: ShellCommand) -> bool:
    return command.has_flag("-R", "--recursive")


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


def _is_made_by(node: Instruction, stage: Stage, target: str) -> bool:
    """Whether an instruction is a WORKDIR with which root makes this very folder; many bases have /var/www already."""
    if node.name != "WORKDIR" or target in _OF_SYSTEM or target.startswith("/var/www/") or not _is_root_at(node, stage):
        return False
    return stage.workdir_at(stage.position(node) + 1) == target


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
    number = uid((node.literal or "").partition(":")[0]) if node is not None else None
    if node is None or not number:
        return
    image = model.image_of(service)
    own = image.user if image is not None else None
    if image is None or own is None or not own.own:
        return
    name = own.value.partition(":")[0]
    owner = uid(name) if name.isdecimal() else image.user_number(name)
    if not owner or owner == number:
        return
    own_ones = list(image.own_instructions())
    given = next((one for one, stage in own_ones if _gives_to(one, stage, name, str(owner))), None)
    if given is not None and not any(_opens_to_group(one, stage) for one, stage in own_ones):
        yield Problem(
            node.place,
            f"Service {service.name} runs as {number}, and the image gives its files to {owner}: it may not be able to"
            " write to them",
            related=[Related(given, f"The files belong to {name} from here on")],
        )


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
