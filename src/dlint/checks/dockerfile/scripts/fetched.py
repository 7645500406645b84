"""What is downloaded: by which way, whether an error page passes for it, and whether anything checks it."""

from __future__ import annotations

from itertools import islice

from dlint.api import Command, Fix, Problem, Problems, Runs, check, pattern
from dlint.api.dockerfile import (
    FETCHERS,
    UNPACKERS,
    Add,
    Download,
    Onbuild,
    Run,
    Script,
    ShellCommand,
    Stage,
    checks,
    downloads_in,
    goes_where_programs_are,
    is_internal,
    is_plain,
    letter,
    may_be_cmdlet,
    run_of,
    takes,
    value_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

_MOST: Final = 50


def _later(run: Run, stage: Stage, script: Script) -> Iterator[ShellCommand]:
    """The commands of the step, and of those after it in the stage."""
    yield from script.commands
    index = stage.position(run) if stage.index >= 0 else 0
    for node in islice(stage.instructions, index + 1, index + _MOST):
        node = (node.trigger or node) if type(node) is Onbuild else node
        other = stage.script(node) if type(node) is Run else None
        if other is not None:
            yield from other.commands


def _is_checked(run: Run, stage: Stage, script: Script) -> bool:
    return any(checks(command) for command in _later(run, stage, script))


@check(on=(Runs(*FETCHERS), Add), onbuild=True, windows=True, words=("http", "ftp"))
def download_over_http(node: Run | Add, stage: Stage) -> Problems:
    """A download by HTTP or FTP that nothing verifies."""
    if isinstance(node, Add):
        for word in node.sources if node.flag("checksum") is None else ():
            if is_plain(value_of(word, node, stage) or word.value):
                yield Problem(word, _PLAIN)
        return
    script = stage.script(node)
    if script is None or "://" not in script.text.text + stage.source.text:
        return
    found = [one for one in downloads_in(script) if is_plain(one.url)]
    if found and not _is_checked(node, stage, script):
        for one in found:
            yield Problem(one.where, _PLAIN)


_PLAIN: Final = "Anyone on the way can put something else in place of this: fetch it by https, or check its checksum"


# What a browser shows of a repository or of a file in it; a file itself comes from /raw/ or raw.githubusercontent.com.
_PAGE = pattern(
    r"https?://(?:www\.)?(?:github\.com/[\w.-]+/[\w.-]+(?:/(?:blob|tree)/[^?#\s]+)?"
    r"|gitlab\.com/[\w./-]+/-/(?:blob|tree)/[^?#\s]+)/?"
)


@check(on=(Runs(*FETCHERS), Add), onbuild=True, windows=True, words=("github.com/", "gitlab.com/"))
def download_of_web_page(node: Run | Add, stage: Stage) -> Problems:
    """A download of the page that shows a repository or one of its files, in place of what it shows."""
    if isinstance(node, Add):
        for word in node.sources:
            url = value_of(word, node, stage)
            if url is not None and _is_page(url):
                yield Problem(word, _shows(url))
        return
    script = stage.script(node)
    for one in downloads_in(script) if script is not None else ():
        if _is_page(one.url):
            yield Problem(one.where, _shows(one.url))


def _is_page(url: str) -> bool:
    return "$" not in url and not url.rstrip("/").endswith(".git") and _PAGE.fullmatch(url) is not None


def _shows(url: str) -> str:
    if "/blob/" in url:
        return "This is the page that shows the file: take /raw/ in place of /blob/"
    return "This is the page that shows the repository: add .git for ADD, or take an archive of it"


@check(on=Command("curl"), windows=True)
def curl_without_fail(command: ShellCommand, stage: Stage) -> Problems:
    """curl that writes the page of an error into a file, and ends well."""
    if (
        command.has_flag("-f", "--fail", "--fail-with-body", "-K", "--config", "-w", "--write-out")
        or command.conditional
        or may_be_cmdlet(command)
    ):
        return
    if command.source.mentions("curlrc", "CURL_HOME"):
        return
    found = [one for one in downloads_in(command.script) if one.command is command and _fits(one)]
    run = run_of(command, stage)
    if not found or run is None:
        return
    one = found[0]
    for later in _later(run, stage, command.script):
        behind = later.script is not command.script or later.index > command.index
        if behind and (checks(later) or takes(later, one) in ("unpack", "install") or _reads(later, one)):
            return
    fix = None
    if run.shell_form and command.name_node.raw == "curl":
        fix = Fix("Add -f; the step then fails where the server answers with an error", letter(command, "-f"))
    message = f"Add -f: where the server answers with an error, {one.name} is its page, and curl ends well"
    yield Problem(command.name_node, message, fix=fix)


def _fits(one: Download) -> bool:
    return one.target is not None and one.url.startswith(("http://", "https://")) and not is_internal(one.url)


# They fail on a page of HTML, or show it.
_READERS: Final = frozenset("gpg gpg2 apt-key jq cat grep node php python python3 perl ruby sh bash ash java".split())


def _reads(later: ShellCommand, one: Download) -> bool:
    return later.name == one.name or (
        later.name in _READERS and any(one.name in word.text for word in (*later.given, *later.words))
    )


@check(on=Runs(*FETCHERS), windows=True)
def download_not_verified(run: Run, stage: Stage) -> Problems:
    """A downloaded program, package or archive that nothing compares with what it should be."""
    script = stage.script(run)
    if script is None:
        return
    used = [one for one in downloads_in(script) if _is_used(one, run, stage, script)]
    if used and not _is_checked(run, stage, script):
        for one in used:
            yield Problem(one.where, "Nothing checks what comes from here: compare its checksum or signature")


def _is_used(one: Download, run: Run, stage: Stage, script: Script) -> bool:
    if is_internal(one.url) or not one.url.startswith(("http", "ftp", "$")):
        return False
    if one.target is None:
        pipe = one.command.pipe
        after = pipe.commands if pipe is not None else []
        return any(other.name in UNPACKERS and other.index > one.command.index for other in after)
    if goes_where_programs_are(one.target):
        return True
    return any(
        takes(command, one) is not None
        for command in _later(run, stage, script)
        if command.script is not script or command.index > one.command.index
    )


@check(on=Command("md5sum", "sha1sum", "shasum", "md5", "openssl"))
def weak_checksum(command: ShellCommand, stage: Stage) -> Problems:
    """A download that is compared by a checksum for which others can make a file."""
    name = _weak(command)
    script = command.script
    if name is None or not downloads_in(script):
        return
    if any(other is not command and checks(other) and _weak(other) is None for other in script.commands):
        return
    if command.name != "openssl" and not command.has_flag("-c", "--check", "--status") and not _is_compared(script):
        return
    yield Problem(command.name_node, f"Two files of one {name} sum can be made at will: compare with sha256sum")


def _weak(command: ShellCommand) -> str | None:
    texts = [word.text for word in command.given]
    if command.name in ("md5sum", "md5"):
        return "MD5"
    if command.name == "sha1sum":
        return "SHA-1"
    if command.name == "shasum":
        return None if any(text.endswith(("224", "256", "384", "512")) for text in texts[:4]) else "SHA-1"
    if command.name == "openssl":
        wanted = next((text.lstrip("-") for text in texts if text.lstrip("-") in ("md5", "sha1")), None)
        return {"md5": "MD5", "sha1": "SHA-1", None: None}[wanted]
    return None


def _is_compared(script: Script) -> bool:
    return any(command.name in ("[", "[[", "test", "grep", "cmp", "diff") for command in script.commands)


_MOVING: Final = frozenset("master main trunk develop development dev head next nightly latest stable".split())


@check(on=Command("git"), windows=True)
def git_clone_of_branch(command: ShellCommand, stage: Stage) -> Problems:
    """git clone of whatever is the newest of a branch."""
    run = run_of(command, stage)
    if command.verb != "clone" or run is None:
        return
    given = command.flag("-b", "--branch", "--revision")
    name = given.value if given is not None else ""
    if name is None or "$" in name or (name and (any(c.isdigit() for c in name) or name.lower() not in _MOVING)):
        return
    if any(_settles(later) for later in _later(run, stage, command.script) if later.name == "git"):
        return
    what = f"the branch {name}" if name else "the main branch"
    message = f"This takes whatever {what} is that day: clone a tag with --branch, or check out a commit"
    yield Problem(command.subcommand or command.name_node, message)


def _settles(command: ShellCommand) -> bool:
    """Whether a command of git chooses a commit, or may."""
    texts = [word.text for word in command.given]
    verb = next((text for text in texts if text in ("checkout", "reset", "switch", "fetch", "pull", "am", "apply")), "")
    after = texts[texts.index(verb) + 1 :] if verb else []
    return any(not text.startswith("-") and text.lower() not in {*_MOVING, "origin", "--hard"} for text in after)
