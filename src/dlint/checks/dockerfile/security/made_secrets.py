"""Secrets that a build step makes: passwords of users and private keys."""

from __future__ import annotations

from dlint.api import Command, Problem, Problems, check
from dlint.api.dockerfile import ShellCommand, Stage, credentials_of


@check(on=Command("chpasswd", "passwd", "useradd", "usermod", "net", "new-localuser", "set-localuser"), windows=True)
def password_set_in_build(command: ShellCommand) -> Problems:
    """A password given to a user by a build step."""
    name = command.name
    way = "create the user without a password, or set it at start from a secret"
    if name in ("useradd", "usermod"):
        option = command.flag("-p", "--password")
        if option is None or (option.value or "").startswith(("!", "*", "x")):
            return
        what = "an empty password, with which everybody gets in" if not option.value else "the same password"
    elif name in ("net", "new-localuser", "set-localuser"):
        if not _gives_password(command):
            return
        what = "the same password"
    elif name == "chpasswd" or command.has_flag("--stdin") or command.pipe is not None:
        what = "the same password"
    else:
        return
    hides = [credential.where for credential in credentials_of(command)]
    yield Problem(command.name_node, f"'{name}' gives every container of this image {what}: {way}", hides=hides)


def _gives_password(command: ShellCommand) -> bool:
    """Whether a command of Windows gives a user a password: ``net user`` has it behind the name, ``*`` asks for it."""
    if command.name != "net":
        return command.flag("-password") is not None
    words = [word.text for word in command.given if not word.text.startswith("/")]
    return len(words) > 2 and words[0].lower() == "user" and words[2] != "*"


# What each program needs among its words to make a private key: ssh-keygen(1), openssl(1), keytool and certtool(1).
_MAKES = {
    "ssh-keygen": frozenset("-A -f -t -N".split()),
    "openssl": frozenset("-keyout genrsa genpkey gendsa -genkey -newkey".split()),
    "keytool": frozenset("-genkey -genkeypair".split()),
    "certtool": frozenset("--generate-privkey -p".split()),
    "make-ssl-cert": frozenset(("generate-default-snakeoil",)),
}
# ssh-keygen: looks at a key or a list of hosts, and makes none.
_LOOKS = frozenset("-R -F -H -l -y -e -i -B -L -Y -p -c -s -D".split())
_OUTPUT = frozenset("-f -out -keyout -keystore --outfile".split())


@check(on=Command("ssh-keygen", "openssl", "keytool", "certtool", "make-ssl-cert"))
def private_key_made_in_build(command: ShellCommand, stage: Stage) -> Problems:
    """A private key made by a build step of an image that others get."""
    words = [word.text for word in command.given]
    if not stage.layered or _MAKES[command.name].isdisjoint(word.partition("=")[0] for word in words):
        return
    if command.name == "ssh-keygen" and not _LOOKS.isdisjoint(words):
        return
    outputs = [words[at + 1] for at, word in enumerate(words[:-1]) if word in _OUTPUT]
    outputs += [redirect.target.text for redirect in command.redirects if redirect.target is not None]
    if outputs and all(map(_is_no_file, outputs)):
        return
    if _is_removed(outputs, command) or _is_mounted(outputs, command, stage):
        return
    message = (
        f"'{command.name}' makes a private key here, which everybody who can pull the image has: make it when the"
        " container starts, or mount it"
    )
    yield Problem(command.name_node, message, hides=())


def _is_no_file(path: str) -> bool:
    return path.startswith("/dev/") or path == "-"


def _is_removed(outputs: list[str], command: ShellCommand) -> bool:
    """Whether a later command of the script removes what was made, or the folder it is in."""
    for later in command.script.commands[command.index + 1 :]:
        if later.name in ("rm", "shred"):
            gone = [word.text for word in later.given if word.text[:1] != "-"]
            if any(_covers(name, path) for name in gone for path in outputs):
                return True
    return False


def _covers(name: str, path: str) -> bool:
    """Whether removing ``name`` removes ``path``: itself, its folder, or all that begins so."""
    if name.endswith("*"):
        return path.startswith(name.rstrip("*"))
    return f"{path}/".startswith(f"{name.rstrip('/')}/")


def _is_mounted(outputs: list[str], command: ShellCommand, stage: Stage) -> bool:
    """Whether the key lies where something is mounted for this step alone."""
    run = stage.instructions[stage.position_after(command.span[0] + 1)]
    targets = [target for mount in getattr(run, "mounts", ()) if (target := mount.get("target"))]
    return bool(targets) and all(any(path.startswith(target) for target in targets) for path in outputs)
