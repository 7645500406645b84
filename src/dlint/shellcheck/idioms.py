"""Which of ShellCheck's remarks are about something deliberate in a script that builds an image."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise

from dlint.lazy import pattern
from dlint.shellcheck.remark import Remark
from dlint.source import Embedded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# A loop over one word (SC2043) leaves room for more, a program named by a pattern (SC2211) has its version in its name.
# A subshell at the start of another (SC1105) is read as such by dash, BusyBox and, where it is no arithmetic, bash. The
# find of every Linux, GNU's and BusyBox's, starts in the current folder where no path is named (SC2185).
_ALWAYS: Final = frozenset(("SC1105", "SC2043", "SC2185", "SC2211"))
_MIX = pattern(r"\bmix(?:[ \t]|\\\r?\n)+\Z")
_COMMAND = pattern(r"(?:[ \t]|\\\r?\n)+[A-Za-z./_][\w./+-]*(?=[\s=]|\Z|[;&|])")
_COMMENT = pattern(r"`(?:[ \t]|\\\r?\n)*#")
_SOURCED = pattern(r"(?:^|[;&|({]|(?<!\\)\n|\b(?:then|do|else)\b)(?>(?:[ \t]|\\\n)*)(?:\.|source|eval)[ \t]")
_USED = pattern(r"\$\{?(\w+)")
_VALUE: Final = r"(?:'[^']*+'|\"[^\"]*+\"|[^\s'\"]*+)"
_SPECIAL: Final = r"(?>(?:[ \t]|\\\r?\n)+)(?:set|:|export|readonly|unset|shift|times|exec)(?=\s|\Z)"
_PARSING: Final = frozenset(("SC1009", "SC1072", "SC1073"))
_CAUSE = pattern(r"SC1\d{3}\Z")


def is_deliberate(remark: Remark) -> bool:
    """Whether what a remark is about is an idiom."""
    if remark.code in _ALWAYS:
        return True
    judge = _JUDGES.get(remark.code)
    return judge is not None and judge(remark)


def is_part_of_another(remark: Remark) -> bool:
    """Whether it says only that the script cannot be read, beside a remark that says why, or that says the same."""
    if remark.code == "SC1047":
        return "SC1046" in remark.beside
    if remark.code not in _PARSING:
        return False
    causes = {code for code in remark.beside if _CAUSE.match(code)} - _PARSING - _NO_CAUSES
    if causes or remark.code == "SC1072":
        return bool(causes)
    return "SC1072" in remark.beside


# These are said of scripts that can be read.
_NO_CAUSES: Final = frozenset(
    f"SC{code}" for code in (1001, 1004, 1007, 1010, 1012, 1018, 1019, 1037, 1083, 1087, 1098, 1105, 1127)
)


def _argument_of_mix(remark: Remark) -> bool:
    """``mix do deps.get, compile``."""
    start = remark.span[0]
    return _MIX.search(remark.source.text, max(start - 100, 0), start) is not None


def _emptied_for_a_command(remark: Remark) -> bool:
    """``CGO_ENABLED= go build``: the variable is empty for that command; or ``ARCH= OS=`` empties several."""
    text, start, end = remark.source.text, remark.span[0], remark.span[1]
    equals = text.find("=", max(start - 1, 0), end + 1)
    return equals >= 0 and _COMMAND.match(text, equals + 1) is not None


def _comment(remark: Remark) -> bool:
    """A comment in backquotes, between the lines of a command."""
    start = remark.span[0]
    return _COMMENT.match(remark.source.text, start) is not None


def _inside_a_word(remark: Remark) -> bool:
    """A brace in ``%{http_code}`` or ``HEAD@{1}``: part of a word, which the program reads."""
    text, (start, end) = remark.source.text, remark.span
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    return bool(before.strip(" \t\n;&|(") or (after.strip(" \t\n;&|)") and text[start:end] == "{"))


def _set_elsewhere(remark: Remark) -> bool:
    """A variable behind ``.``, ``source`` or ``eval``, which may set it, or set before a special builtin.

    What is assigned before one of these stays (POSIX Shell Command Language, 2.14).
    """
    script = remark.script
    text = script.text
    behind = bisect_left(range(len(text)), remark.span[0], key=script.origin)
    name = _USED.match(remark.raw)
    kept = rf"(?<!\S){name[1]}={_VALUE}{_SPECIAL}" if name is not None else ""
    return _SOURCED.search(text, 0, behind) is not None or bool(kept and re.search(kept, text[:behind]))


def _ends_the_script(remark: Remark) -> bool:
    """A ``cd`` at the end: its failure is the step's, and nothing follows that could run in the wrong folder."""
    text = remark.script.text
    behind = bisect_left(range(len(text)), remark.span[1], key=remark.script.origin)
    return not text[behind:].strip()


def _on_musl(remark: Remark) -> bool:
    """``[^.]``, which the C library of Alpine takes for ``[!.]``, unlike dash."""
    return remark.dialect == "busybox"


_LISTS = pattern(
    r"(?:flags|opts|options?|args?|arguments|params|config\w*|packages|pkgs|deps|modules|extensions|exts|libs|aptmark)"
    r"\}?\Z",
    re.I,
)
_MANAGER = pattern(
    r"(?:sudo[ \t]+)?(?:apt-get|apt|apt-mark|aptitude|apk|yum|dnf|microdnf|tdnf|zypper|pacman|dpkg|rpm|pip[\d.]*"
    r"|npm|gem|pecl|conda|mamba|docker-php-ext-\w+|clean-install|install_packages)[ \t]"
)
_ONE_WORD_EACH = pattern(
    r"(?:\$\(|`)[ \t]*(?:nproc|uname|arch|hostname|which|command[ \t]+-v|id[ \t]+-[ugn]+|getconf|lsb_release|mktemp|pwd"
    r"|dpkg[ \t]+--print-architecture|dpkg-architecture|rpm[ \t]+-E|\.[ \t]+/etc/os-release)\b"
)
_PERHAPS_NOTHING = pattern(r"\$\([ \t]*(?:test|\[)[ \t][^;|]*&&[ \t]*echo[ \t]")
_WRITES = pattern(r"(?:sudo[ \t]+)?(?:/bin/)?(?:sed|echo|printf|tee|perl|gawk|envsubst)[ \t]")
_QUOTED = pattern(r"\\.|'[^']*+(?:'|\Z)|\"(?>(?:[^\"\\]|\\.)*)(?:\"|\\?\Z)", re.S)
_SEPARATOR = pattern(r"&&|\|\||[;|&\n({]|\b(?:then|do|else)\b")


def _command_so_far(remark: Remark) -> str:
    """The command that a remark stands in, up to there, continued lines joined."""
    text = remark.script.text
    behind = bisect_left(range(len(text)), remark.span[0], key=remark.script.origin)
    before = text[max(behind - 3000, 0) : behind].replace("\\\n", "  ")
    # What stands in quotes ends no command.
    plain = _QUOTED.sub(lambda match: "x" * len(match[0]), before)
    last = max((match.end() for match in _SEPARATOR.finditer(plain)), default=0)
    return before[last:].lstrip()


def _is_whole_word(remark: Remark) -> bool:
    text, (start, end) = remark.source.text, remark.span
    return not text[max(start - 1, 0) : start].strip() and not text[end : end + 1].strip(" \t\r\n;&|)\\")


def _list_of_words(remark: Remark) -> bool:
    """A variable that holds several words on purpose: packages for a package manager, or a name that says so."""
    if not _is_whole_word(remark):
        return False
    text, (start, end) = remark.source.text, remark.span
    return _LISTS.search(text, start, end) is not None or _MANAGER.match(_command_so_far(remark)) is not None


def _words_of_a_command(remark: Remark) -> bool:
    """What a command prints that is one word for sure, or none or several on purpose."""
    raw = remark.raw
    if _ONE_WORD_EACH.match(raw) or _COUNT.search(raw) or _PERHAPS_NOTHING.match(raw):
        return True
    return _is_whole_word(remark) and _MANAGER.match(_command_so_far(remark)) is not None


_SET_TO = pattern(r"[ \t]*\w+=[\"']?(?:\$\(|`)[ \t]*(?:mktemp|nproc|uname|arch|hostname|id|pwd|dpkg[ \t]+--print-arch)")
_COUNT = pattern(r"\|[ \t]*wc[ \t]+-[lwc][ \t]*[`)]\Z")


def _hardly_fails(remark: Remark) -> bool:
    """``export GNUPGHOME="$(mktemp -d)"``: a command without a reason to fail in a build, so its status is no loss."""
    text, (start, end) = remark.source.text, remark.span
    return any(_SET_TO.match(text, at) is not None for at in (start, max(text.rfind(" ", 0, start), 0), end))


# What a program or another shell expands for itself, what make and the linker do, and addresses with a dollar sign.
_EXPANDED_LATER = pattern(r"\$\([A-Z][A-Z0-9_]*\)|\$(?:\{)?(?:ORIGIN|LIB|PLATFORM)\b|\w://")
_EXPANDS = pattern(
    r"(?:su|runuser|gosu|su-exec|setpriv|chroot|(?:/bin/)?d?ash|busybox|xargs|find|timeout|parallel|psql|mysql|mariadb|mongosh?|php[\d.]*|ruby"
    r"|node|python[\d.]*|lua|rpm|dpkg-query|git|jq|yq)[ \t]"
)


# In a regular expression ``\\$`` is the sign itself (github.com/koalaman/shellcheck/issues/3217).
_SEARCHES = pattern(r"(?:grep|egrep|zgrep|rg|awk)[ \t]")
_UNESCAPED = pattern(r"(?<!\\)\$")


def _not_for_this_shell(remark: Remark) -> bool:
    """``echo 'PATH=/x:$PATH' >> ~/.profile``, scripts of sed, ``su -c '…'``: somebody else reads the dollar sign."""
    command = _command_so_far(remark)
    if _WRITES.match(command) is not None or _EXPANDS.match(command) is not None:
        return True
    if _SEARCHES.match(command) is not None and not _UNESCAPED.search(remark.raw):
        return True
    return _EXPANDED_LATER.search(remark.raw) is not None


_LOOP = pattern(r"for(?:[ \t]|\\\r?\n)+\w+(?:[ \t]|\\\r?\n)+in\b")


def _counts_a_loop(remark: Remark) -> bool:
    """``for i in 1 2 3``: a step is tried again, and which try it is matters to nobody."""
    return _LOOP.match(remark.source.text, remark.span[0]) is not None


def _filled_in(remark: Remark) -> bool:
    """``[ x${PASSWORD} == x ]`` in a Compose file: constant once Compose has put the value in, not as it is written."""
    if not isinstance(remark.source, Embedded):
        return False
    written = remark.source.place(remark)
    return "$" in written.source.line_text(written.line).replace("$$", "")


# What every image has: a home and folders of the system. ShellCheck marks the option; the folders stand behind it.
_THERE: Final = (
    r"(?:~|\$HOME|\$\{HOME\}|/root|/home|/etc|/opt|/srv|/mnt|/run|/tmp|/usr/local|/var(?:/(?:lib|log|run|cache))?)"
)
_MKDIR = pattern(r"mkdir[ \t](?:\\\n|[^\n;&|])*")
_TAKES_MODE = pattern(r"-[a-zA-Z]*m\Z|--mode\Z")
_ONE_DEEPER = pattern(rf"[\"']?{_THERE}[\"']?(?:/[\w.$@{{}}%-]+)?/?[\"']?\Z")


def _makes_the_last_only(remark: Remark) -> bool:
    """``mkdir -p -m 700 ~/.ssh``: what is above is there, so that the mode is that of all that is made."""
    text = remark.script.text
    start = bisect_left(range(len(text)), remark.span[0], key=remark.script.origin)
    at = text.rfind("mkdir", 0, start + 5)
    command = _MKDIR.match(text, at) if at >= 0 else None
    words = command[0].replace("\\\n", " ").split()[1:] if command is not None else []
    folders = [word for before, word in pairwise(["", *words]) if word[:1] != "-" and not _TAKES_MODE.match(before)]
    return bool(folders) and all(map(_ONE_DEEPER.match, folders))


_TR = pattern(r"(?:/usr/bin/)?tr[ \t]+(?P<options>(?:-\w+[ \t]+)*)")
_MAPPED = pattern(r"(?P<q>[\"']?)\[(\w)-(\w)\](?P=q)(?:[ \t]|\\\n)+(?P<p>[\"']?)\[(\w)-(\w)\](?P=p)(?=[\s;|&)]|\Z)")


def _brackets_of_tr(remark: Remark) -> bool:
    """``tr -d "[',]"``: among signs the brackets are two more; ``tr '[A-Z]' '[a-z]'``: they stand for themselves."""
    command = _command_so_far(remark)
    called = _TR.match(command)
    if called is None:
        return False
    if "d" in called["options"]:
        return not any(sign.isalnum() or sign in "\\ " for sign in remark.raw)
    text = remark.script.text
    start = bisect_left(range(len(text)), remark.span[0], key=remark.script.origin) - len(command)
    mapped = _MAPPED.match(text, start + called.end())
    return mapped is not None and ord(mapped[3]) - ord(mapped[2]) == ord(mapped[6]) - ord(mapped[5])


_LONE_BACKSLASH = pattern(r"'\\{1,2}'")


def _backslash_alone(remark: Remark) -> bool:
    """``tr -d '\'``: a string of nothing but a backslash or two (github.com/koalaman/shellcheck/issues/861)."""
    text, end = remark.source.text, remark.span[1]
    return _LONE_BACKSLASH.search(text, max(end - 3, 0), end + 2) is not None


_DASHED = pattern(r"[ef]?grep[ \t](?:[^\n]*[ \t])?(?:'-|\"-)")


def _pattern_with_dash(remark: Remark) -> bool:
    """``grep '-' *.conf``: ShellCheck takes the pattern for an option and the files for the pattern."""
    return _DASHED.match(_command_so_far(remark)) is not None


_JUDGES: Final = {
    "SC1003": _backslash_alone,
    "SC1007": _emptied_for_a_command,
    "SC1010": _argument_of_mix,
    "SC1083": _inside_a_word,
    "SC2006": _comment,
    "SC2092": _comment,
    "SC2016": _not_for_this_shell,
    "SC2021": _brackets_of_tr,
    "SC2034": _counts_a_loop,
    "SC2046": _words_of_a_command,
    "SC2050": _filled_in,
    "SC2062": _pattern_with_dash,
    "SC2086": _list_of_words,
    "SC2154": _set_elsewhere,
    "SC2155": _hardly_fails,
    "SC2157": _filled_in,
    "SC2164": _ends_the_script,
    "SC2174": _makes_the_last_only,
    "SC2194": _filled_in,
    "SC3026": _on_musl,
}


_ONE_WORD = pattern(r"(?:(?:\[|\btest)[ \t][^;&|\n]*|\bcd[ \t]+|[<>]&?[ \t]*)\Z")
_LINE: Final = 300


def may_be_quoted(remark: Remark) -> bool:
    """Whether quotes can hardly change what is meant: the value is part of a word, or stands where one word belongs.

    A whole word of an unknown value may be a list of options, and a name may say that it is one.
    """
    if remark.code != "SC2086":
        return True
    text, (start, end) = remark.source.text, remark.span
    if _LISTS.search(text, start, end) is not None:
        return False
    return not _is_whole_word(remark) or _ONE_WORD.search(text, max(start - _LINE, 0), start) is not None
