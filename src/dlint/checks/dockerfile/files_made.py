"""Files that a RUN fetches or writes where an instruction of its own would do."""

from __future__ import annotations

from dlint.api import Command, Fix, Problem, Problems, Related, check, pattern
from dlint.api.dockerfile import Run, Script, ShellCommand, Stage

_ARCHIVE = pattern(r"[^\s?#]+\.(?:tar(?:\.(?:gz|bz2|xz|zst|lzma))?|tgz|tbz2?|txz)(?:[?#]\S*)?$")
_REMOTE = pattern(r"(?:https?|git|ssh)://|[\w.-]+@[\w.-]+:")
_WRITERS = ("echo", "printf", "cat")


@check(on=Command("git"))
def git_clone_in_run(command: ShellCommand) -> Problems:
    """``git clone`` of a remote repository."""
    if command.verb == "clone":
        for word in command.arguments:
            if _REMOTE.match(word.text):
                message = f"Write ADD {word.text}: the builder sees when it changes, and the image needs no git"
                yield Problem(command.name_node, message)
                return


@check(on=Script)
def archive_unpacked_in_run(script: Script) -> Problems:
    """A tar archive that one RUN downloads and unpacks."""
    fetch: ShellCommand | None = None
    for command in script.commands:
        if command.name in ("curl", "wget") and fetch is None:
            texts = [word.text for word in command.words]
            if any(_ARCHIVE.fullmatch(text) for text in texts) and any("://" in text for text in texts):
                fetch = command
        elif command.name == "tar" and fetch is not None and _extracts(command):
            message = "Write ADD --checksum=… for the archive: the download is verified, and kept in the cache"
            yield Problem(fetch.name_node, message, related=[Related(command, "It is unpacked here")])
            return


def _extracts(tar: ShellCommand) -> bool:
    return any(flag.name in ("-x", "--extract", "--get") for flag in tar.flags) or any(
        word.text[:1] == "x" for word in tar.words[:1]
    )


@check(on=Run)
def file_written_by_run(run: Run, stage: Stage) -> Problems:
    """A file that RUN writes with echo, printf or cat and nothing but text."""
    if run.heredocs and not run.shell_form:
        return
    script = stage.script(run)
    if script is None or not script.posix or _is_script(run):
        return
    for command in script.commands:
        if command.name not in _WRITERS or command.via or command.pipe is not None or "$" in command.raw:
            continue
        if command.name == "cat" and not any(redirect.body is not None for redirect in command.redirects):
            continue
        for redirect in command.redirects:
            path = redirect.target.text if redirect.target is not None else ""
            if redirect.operator != ">" or redirect.fd not in (None, 1) or not path.startswith(("/", "~/")):
                continue
            mounts = [mount.get("target") or mount.get("dst") or "" for mount in run.mounts]
            if path.startswith("/dev/") or any(top and path.startswith(top) for top in mounts):
                continue
            message = f"Write COPY <<EOF {path}: the text of a file needs no shell, nor its quoting"
            yield Problem(command.name_node, message)
            return


def _is_script(run: Run) -> bool:
    """Whether the whole RUN is a here-document, in which a file is written among other things."""
    return bool(run.heredocs) and run.args.text.lstrip().startswith("<<")


@check(on=Command("curl"))
def curl_stays_at_redirect(command: ShellCommand) -> Problems:
    """curl of a URL without ``-L``, which keeps the answer "moved" for the file."""
    if any(flag.name in _FOLLOWING for flag in command.flags):
        return
    for word in command.arguments:
        match = _WEB.match(word.text)
        if match is None:
            continue
        host = match.group(1)
        if host[:1] == "[" or host.replace(".", "").isdigit() or host == "localhost" or "." not in host:
            return
        fix = Fix("Add -L; curl then follows to other servers", command.name_node.insert_after(" -L"), safe=False)
        yield Problem(
            command.name_node, f"Add -L: if {host} answers that the file has moved, curl keeps that answer", fix=fix
        )
        return


_WEB = pattern(r"https?://([^/:?#$]+)")
_FOLLOWING = frozenset(
    "-L --location --location-trusted --follow --version -V --help -h -I --head -d --data --data-binary --data-raw"
    " --json -F --form -X --request -T --upload-file --unix-socket".split()
)
