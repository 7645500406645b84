"""Files that a RUN fetches or writes where an instruction of its own would do."""

from __future__ import annotations

from dlint.api import Command, Fix, Problem, Problems, Related, check, pattern
from dlint.api.dockerfile import (
    Run,
    Script,
    ShellCommand,
    Stage,
    Word,
    innermost,
    is_root,
    letter,
    may_be_cmdlet,
    run_of,
)

_ARCHIVE = pattern(r"[^\s?#]+\.(?:tar(?:\.(?:gz|bz2|xz|zst|lzma))?|tgz|tbz2?|txz)(?:[?#]\S*)?$")
_REMOTE = pattern(r"(?:https?|git|ssh)://|[\w.-]+@[\w.-]+:")
_WRITERS = ("echo", "printf", "cat")


@check(on=Command("git"))
def git_clone_in_run(command: ShellCommand, stage: Stage) -> Problems:
    """``git clone`` of a remote repository."""
    if command.verb == "clone":
        for word in command.arguments:
            if _REMOTE.match(word.text):
                message = f"Write ADD {word.text}: the builder sees when it changes, and the image needs no git"
                yield Problem(command.name_node, message, fix=_added(command, stage))
                return


_REPOSITORY = pattern(r"https://[\w.-]+/[\w./-]+")
_KNOWN_HOSTS = ("https://github.com/", "https://gitlab.com/", "https://codeberg.org/")
_COMMENT = pattern(r"(?:^|\s)#")
_REF = pattern(r"[\w./-]+")
_CLONE_FLAGS = frozenset(
    "-b --branch --depth --single-branch -q --quiet --recursive --recurse-submodules --no-tags".split()
)


def _added(command: ShellCommand, stage: Stage) -> Fix | None:
    """ADD in place of a RUN that does nothing but clone; None where ADD would not give the same files."""
    run = run_of(command, stage)
    words = [word.text for word in command.arguments]
    if run is None or not _stands_alone(run, stage, 1) or not 1 <= len(words) <= 2:
        return None
    if any(flag.name not in _CLONE_FLAGS for flag in command.flags) or not _REPOSITORY.fullmatch(words[0]):
        return None
    url = words[0].rstrip("/")
    if not url.endswith(".git"):
        if not url.startswith(_KNOWN_HOSTS):
            return None
        url += ".git"
    branch = command.flag("-b", "--branch")
    ref = branch.value or "" if branch is not None else ""
    folder = words[1] if len(words) == 2 else url.rpartition("/")[2].removesuffix(".git")
    if not _REF.fullmatch(folder) or (branch is not None and not _REF.fullmatch(ref)):
        return None
    return Fix("Use ADD, which brings no .git", run.replace(f"ADD {url}{'#' if ref else ''}{ref} {folder}"), safe=False)


def _stands_alone(run: Run, stage: Stage, commands: int) -> bool:
    """Whether a RUN has no more than so many commands, no flags, and runs as nobody but root for all that is known."""
    script = stage.script(run)
    if script is None or script.has_error or len(script.commands) > commands or run.onbuild is not None:
        return False
    return (
        _is_roots(run, stage)
        and run.shell_form
        and not run.flags
        and not run.heredocs
        and not _COMMENT.search(run.args.raw)
    )


def _is_roots(run: Run, stage: Stage) -> bool:
    """Whether a RUN runs as nobody but root for all that is known."""
    user = stage.user_at(run)
    return not isinstance(user, Word) or (user.literal is not None and is_root(user.literal))


@check(on=Script)
def archive_unpacked_in_run(script: Script) -> Problems:
    """A tar archive that one RUN downloads and unpacks."""
    fetch: ShellCommand | None = None
    for command in script.commands:
        if command.name in ("curl", "wget") and fetch is None:
            texts = [word.text for word in command.given]
            if any(_ARCHIVE.fullmatch(text) for text in texts) and any("://" in text for text in texts):
                fetch = command
        elif command.name == "tar" and fetch is not None and _extracts(command):
            message = "Write ADD --checksum=… for the archive: the download is verified, and kept in the cache"
            yield Problem(fetch.name_node, message, related=[Related(command, "It is unpacked here")])
            return


def _extracts(tar: ShellCommand) -> bool:
    return tar.has_flag("-x", "--extract", "--get")


@check(on=Run, onbuild=True)
def file_written_by_run(run: Run, stage: Stage) -> Problems:
    """A file that RUN writes with echo, printf or cat and nothing but text."""
    if run.heredocs and not run.shell_form:
        return
    script = stage.script(run)
    if script is None or not script.posix or _is_script(run):
        return
    mounts = [mount.get("target") or "" for mount in run.mounts]
    for command in script.commands:
        path = _teed(command) if command.name == "tee" else None
        if path is not None and not any(top and path.startswith(top) for top in mounts):
            fix = _copied_from_pipe(run, stage, command, path) if command.pipe else _as_it_is(run, stage, command, path)
            first = command.pipe.commands[0] if command.pipe is not None else command
            yield Problem(first.name_node, _ADVICE.format(path), fix=fix)
            return
        if command.name not in _WRITERS or command.pipe is not None or "$" in command.raw:
            continue
        if command.name == "cat" and not any(redirect.body is not None for redirect in command.redirects):
            continue
        for redirect in command.redirects:
            path = redirect.target.text if redirect.target is not None else ""
            if redirect.operator != ">" or redirect.fd not in (None, 1) or not path.startswith(("/", "~/")):
                continue
            if path.startswith("/dev/") or any(top and path.startswith(top) for top in mounts):
                continue
            place = _without_tilde(path, run, stage)
            fix = (_as_it_is if command.name == "cat" else _copied)(run, stage, command, path)
            yield Problem(command.name_node, _ADVICE.format(place), fix=fix)
            return


_ADVICE = "Write COPY <<EOF {}: the text of a file needs no shell, nor its quoting"


def _without_tilde(path: str, run: Run, stage: Stage) -> str:
    """The path with the home of a user that is known, else with a word for it: COPY knows no ``~``."""
    if not path.startswith("~/"):
        return path
    user = stage.user_at(run)
    name = "root" if user is None else user.literal if isinstance(user, Word) else None
    return f"/root{path[1:]}" if name in ("root", "0") else f"<the user's home>{path[1:]}"


def _teed(tee: ShellCommand) -> str | None:
    """The file into which ``tee`` puts a here-document, or what echo or printf, alone in a pipe with it, hand over."""
    stages = tee.pipe.stages if tee.pipe is not None else []
    if len(tee.arguments) != 1 or tee.flags:
        return None
    path = tee.arguments[0].text
    if not stages:
        plain = any(redirect.body is not None for redirect in tee.redirects) and "$" not in tee.raw
    elif len(stages) == 2 and tee in stages[1]:
        plain = all(first.name in ("echo", "printf") and "$" not in first.raw for first in innermost(stages[0]))
    else:
        return None
    return path if plain and path.startswith("/") and not path.startswith("/dev/") else None


def _copied_from_pipe(run: Run, stage: Stage, tee: ShellCommand, path: str) -> Fix | None:
    """COPY of the text in place of a RUN that is nothing but ``echo … | tee path``."""
    first = tee.pipe.stages[0] if tee.pipe is not None else []
    text = _text(first[0]) if len(first) == 1 and not first[0].redirects and not first[0].assignments else None
    if text is None or not _PATH.fullmatch(path) or not _stands_alone(run, stage, 2) or "\r" in run.raw:
        return None
    return Fix("Use COPY; needs BuildKit", run.replace(f"COPY <<EOF {path}\n{text}EOF"), safe=False)


_PATH = pattern(r"/[\w./-]+")
_MODE = pattern(r"0?[0-7]{3}")


def _copied(run: Run, stage: Stage, command: ShellCommand, path: str) -> Fix | None:
    """COPY of the text in place of a RUN that does nothing but write it, and perhaps set the mode of the file."""
    if command.conditional or not _PATH.fullmatch(path) or not _stands_alone(run, stage, 2) or "\r" in run.raw:
        return None
    text, mode = _text(command), _mode(command, path)
    if text is None or mode is None or len(command.redirects) != 1 or command.assignments:
        return None
    return Fix("Use COPY; needs BuildKit", run.replace(f"COPY{mode} <<EOF {path}\n{text}EOF"), safe=False)


def _mode(command: ShellCommand, path: str) -> str | None:
    """The flag for the mode that the other command of a script gives a file; None if it does anything else."""
    mode = ""
    for other in command.script.commands:
        if other is not command:
            words = [word.text for word in other.words]
            if other.name != "chmod" or len(words) != 2 or words[1] != path or other.operator_before != "&&":
                return None
            if words[0] not in ("+x", "a+x") and not _MODE.fullmatch(words[0]):
                return None
            mode = f" --chmod={words[0] if words[0].isdigit() else '755'}"
    return mode


def _as_it_is(run: Run, stage: Stage, command: ShellCommand, path: str) -> Fix | None:
    """COPY of the here-document that ``cat`` or ``tee`` writes to a file, in a RUN that does nothing else."""
    mode, writes = _mode(command, path), 2 if command.name == "cat" else 1
    if mode is None or command.conditional or len(run.heredocs) != 1 or not _PATH.fullmatch(path):
        return None
    if len(command.redirects) != writes or len(command.words) != 2 - writes or command.assignments:
        return None
    heredoc = run.heredocs[0]
    line = run.part(run.span[0], run.source.line_span(run.line).end)
    if any(c in heredoc.content for c in "$`\\\r") or heredoc.opener.line != run.line or line.raw.endswith("\\"):
        return None
    if len(command.script.commands) > 2 or not _is_roots(run, stage) or run.onbuild is not None or run.flags:
        return None
    return Fix("Use COPY; needs BuildKit", line.replace(f"COPY{mode} {heredoc.opener.raw} {path}"), safe=False)


def _text(command: ShellCommand) -> str | None:
    """What echo or printf writes; None where shells differ in it, or a here-document would."""
    words = [word.literal for word in command.words]
    if not words or any(word is None or word.startswith("-") for word in words):
        return None
    text = " ".join(word or "" for word in words)
    if command.name == "echo":
        text += "\n"
    elif command.name == "printf" and len(words) == 1 and "%" not in text:
        text = text.replace("\\n", "\n")
    else:
        return None
    odd = any(c in text for c in "$\\`") or not text.endswith("\n") or "EOF" in text.split("\n")
    return None if odd else text


def _is_script(run: Run) -> bool:
    """Whether the whole RUN is a here-document, in which a file is written among other things."""
    return bool(run.heredocs) and run.args.text.lstrip().startswith("<<")


@check(on=Command("curl"), windows=True)
def curl_stays_at_redirect(command: ShellCommand) -> Problems:
    """curl of a URL without ``-L``, which keeps the answer "moved" for the file."""
    if may_be_cmdlet(command) or any(flag.name in _FOLLOWING for flag in command.flags):
        return
    for word in command.arguments:
        match = _WEB.match(word.text)
        if match is None:
            continue
        host = match.group(1)
        if host[:1] == "[" or host.replace(".", "").isdigit() or host == "localhost" or "." not in host:
            return
        fix = Fix("Add -L; curl then follows to other servers", letter(command, "-L"), safe=False)
        yield Problem(
            command.name_node, f"Add -L: if {host} answers that the file has moved, curl keeps that answer", fix=fix
        )
        return


_WEB = pattern(r"https?://([^/:?#$]+)")
_FOLLOWING = frozenset(
    "-L --location --location-trusted --follow --version -V --help -h -I --head -d --data --data-binary --data-raw"
    " --json -F --form -X --request -T --upload-file --unix-socket".split()
)
