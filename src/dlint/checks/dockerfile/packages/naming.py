"""What rules about package managers share: the RUN of a command, cache mounts, words that name a package, and fixes."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from dlint.api import Fix, Problem, Source, pattern
from dlint.api.dockerfile import Arg, Env, Instruction, Onbuild, Run, Script, ShellCommand, ShellWord, Stage

# How many commands of a kind are looked at: keeps the work linear for scripts of any length.
_MOST = 50
_PACKAGE = pattern(r"[A-Za-z0-9]")
_OPTIONS = pattern(r"opt|flag|arg|param|yes", re.IGNORECASE)
_JOINT = re.compile(r"[ \t]*(?:[\\`][ \t]*\r?\n[ \t]*)?(&&|;)[ \t]*(?:[\\`][ \t]*\r?\n[ \t]*)?")
_ENDING = re.compile(r"(?:\s|\)|\}|\bfi\b|\bdone\b|\besac\b|[0-9&]*>{1,2}\s*&?[\w/.-]+)*")


def names_package(text: str) -> bool:
    """Whether a word of an install command is the name of a package: no variable, pattern, path, URL or option."""
    return _PACKAGE.match(text) is not None and not any(c in text for c in "$*?[({") and "://" not in text


def without_version(command: ShellCommand, names: list[str], example: str) -> list[Problem]:
    """The problem of an install command that names packages without a version, if there are any.

    ``example`` is what to write, as a format string with the name of a package.
    """
    if not names:
        return []
    some = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    message = f"'{command.name} {command.verb}' of {some} without a version; write {example.format(names[0])}"
    return [Problem(command.subcommand or command, message)]


def run_of(command: ShellCommand, stage: Stage) -> Run | None:
    """The RUN (perhaps the trigger of an ONBUILD) that a command stands in."""
    at = command.span[0]
    instruction: Instruction | None
    if stage.index < 0:
        before = stage.graph.preamble
        index = bisect_right(before, at, key=lambda node: node.span[0]) - 1
        instruction = before[index] if index >= 0 else None
    else:
        instruction = stage.instructions[max(stage.position_after(at), 0)]
    if isinstance(instruction, Onbuild):
        instruction = instruction.trigger
    return instruction if isinstance(instruction, Run) else None


def ships(run: Run | None, stage: Stage) -> bool:
    """Whether the layer of a RUN may be in an image: a shipped stage's or one it is built on, a trigger's for later."""
    return stage.index < 0 or stage.layered or (run is not None and run.onbuild is not None)


def kept_out(run: Run | None, *directories: str) -> bool:
    """Whether cache or tmpfs mounts keep every one of the directories out of the layer.

    A directory with a leading slash must be the mount's target or stand inside it; any other must be in the target's
    path. A target that is a variable is believed.
    """
    if run is None or not run.flags:
        return False
    targets = [(mount.get("target") or "").rstrip("/") for mount in run.mounts if mount.type in ("cache", "tmpfs")]

    def covers(target: str, directory: str) -> bool:
        if directory[0] != "/" or "$" in target:
            return directory in target or "$" in target
        return directory == target or directory.startswith(target + "/")

    return all(any(covers(target, directory) for target in targets) for directory in directories)


def environment(command: ShellCommand, stage: Stage, name: str) -> str | None:
    """The value of an environment variable for a command: set before it, exported above it, or by ENV or ARG.

    The empty string if it is not set, None if its value is not known.
    """
    for assignment in command.assignments:
        if assignment.name == name:
            return assignment.value
    for earlier in reversed(_last(command.script, "export", "declare")):
        for word in earlier.words if earlier.index < command.index else ():
            key, equals, value = word.text.partition("=")
            if key == name and equals:
                return value if word.literal is not None else None
    if stage.index < 0:
        pairs = [pair for node in stage.graph.preamble[:_MOST] if isinstance(node, Env) for pair in node.pairs]
        return next((pair.value.value for pair in reversed(pairs) if pair.key.value == name and pair.value), "")
    run = run_of(command, stage)
    if run is not None and run.onbuild is not None:
        # ENV wins over ARG, and the last one of each over those before it.
        for node in reversed([*stage.left_before(run, Arg), *stage.left_before(run, Env)]):
            for pair in reversed(node.pairs):
                if pair.key.value == name and pair.value is not None:
                    return pair.value.literal
    binding = stage.history.get(name, stage.position_after(command.span[0]))
    if binding is None:
        return ""
    return binding.value if binding.value is None or isinstance(binding.value, str) else ""


def expanded(word: ShellWord) -> list[str]:
    """The words that brace expansion makes of a word: ``/var/{a,b}/*`` gives two. At most 100."""
    found = [word.text]
    for _ in range(4):
        following: list[str] = []
        for text in found:
            match = re.search(r"\{([^{}$]*,[^{}$]*)\}", text)
            if match is None or (match.start() and text[match.start() - 1] == "$"):
                following.append(text)
            else:
                following += [text[: match.start()] + part + text[match.end() :] for part in match[1].split(",")]
        if following == found or len(following) > 100:
            break
        found = following
    return found


def removed(script: Script, after: ShellCommand, directory: str) -> bool:
    """Whether a command behind ``after`` removes what is in an absolute directory, with ``rm -r`` or ``find``.

    The home directory is taken for ``/root``.
    """
    for command in _last(script, "rm", "find"):
        if command.index < after.index:
            continue
        if command.name == "rm":
            if command.has_flag("-r", "-R", "--recursive") and any(
                _covers(path, directory) for word in command.arguments for path in expanded(word)
            ):
                return True
        else:
            texts = [word.text for word in command.words]
            if ("-delete" in texts or "rm" in texts) and any(_covers(text, directory) for text in texts):
                return True
    return False


def _last(script: Script, *names: str) -> list[ShellCommand]:
    """The last commands of these names, in order: enough for any script that people write."""
    found = [command for name in names for command in script.by_name.get(name, ())[-_MOST:]]
    return sorted(found, key=lambda command: command.index)


def followed_by(command: ShellCommand, verb: str) -> bool:
    """Whether a later command of the script calls the same tool with a subcommand (``cache purge``)."""
    same = _last(command.script, command.tool)
    return any(later.index > command.index and later.verb == verb for later in same)


@lru_cache(maxsize=64)
def is_written(source: Source, *patterns: str) -> bool:
    """Whether a regular expression is found anywhere in a file, in any case: a setting that the file writes.

    The patterns are in lower case and start with plain text, which is what makes the search fast.
    """
    return any(re.search(pattern, _lowered(source)) for pattern in patterns)


@lru_cache(maxsize=2)
def _lowered(source: Source) -> str:
    return source.text.lower()


def _covers(path: str, directory: str) -> bool:
    for home in ("~", "${HOME}"):
        if path.startswith(home):
            path = "/root" + path[len(home) :]
    path = path.replace("//", "/").rstrip("/")
    while path.endswith("*"):
        path = path.rstrip("*").rstrip("/")
    return path.startswith("/") and (directory == path or directory.startswith(path + "/"))


def has_option_variable(command: ShellCommand) -> bool:
    """Whether a variable among the words may well hold options: it stands before the verb, or its name says so."""
    verb = command.subcommand
    if verb is not None and verb.text.startswith("$"):
        return True
    for word in command.words:
        text = word.text
        if text.startswith("$") and (_OPTIONS.search(text) or (verb is not None and word.start < verb.start)):
            return True
    return False


def answered(command: ShellCommand) -> bool:
    """Whether another command answers its questions: ``yes | command``, or a word or text on its standard input."""
    pipe = command.pipe
    if pipe is not None and pipe.stages[0] and command.index > pipe.stages[0][-1].index:
        return any(first.name in ("yes", "echo", "printf") for first in pipe.stages[0][:_MOST])
    return any(redirect.operator.startswith("<") for redirect in command.redirects)


def option(command: ShellCommand, stage: Stage, text: str, title: str, *, safe: bool = True) -> Fix | None:
    """The fix that writes an option right after the verb; None in an exec form, or where quotes are in the way."""
    verb = command.subcommand
    run = run_of(command, stage)
    if verb is None or run is None or not run.shell_form or verb.raw != verb.text:
        return None
    return Fix(title, verb.insert_after(f" {text}"), safe=safe)


def appended(script: Script, run: Run, text: str, title: str, *, safe: bool = True) -> Fix | None:
    """The fix that adds a command at the end of a RUN, joined as the last two commands are.

    None for exec forms and heredocs, and where the end of the script is not plain enough to go on from.
    """
    if not run.shell_form or run.heredocs or script.has_error or not script.commands:
        return None
    source = run.source
    own = [command for command in script.commands if not command.via]
    if not own or "#" in source.text[own[-1].span[1] : run.span[1]]:
        return None
    last = own[-1]
    end = run.span[0] + len(run.raw.rstrip())
    if end < last.span[1] or _ENDING.fullmatch(source.text[last.span[1] : end]) is None:
        return None
    if any(separator.operator == "&" for separator in script.separators):
        return None
    return Fix(title, run.part(end, end).insert_after(_joint(script, run) + text), safe=safe)


def _joint(script: Script, run: Run) -> str:
    """How the last two commands are joined, white space and line break included."""
    text = run.source.text
    for separator in reversed(script.separators):
        start, end = separator.span
        if start < run.span[0] or end > run.span[1] or separator.operator not in ("&&", ";"):
            continue
        while start > run.span[0] and text[start - 1] in " \t\r\n" + run.escape:
            start -= 1
        while end < run.span[1] and text[end] in " \t\r\n" + run.escape:
            end += 1
        joint = text[start:end]
        return joint.replace("\r", "") if _JOINT.fullmatch(joint) else " && "
    return " && "
