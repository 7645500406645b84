"""ShellCheck's commonest remarks in words for a Dockerfile, and what its replacements change.

The codes are those of https://www.shellcheck.net/wiki/; a sentence may take over the first name that ShellCheck gives.
"""

from __future__ import annotations

from dlint.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_SENTENCES: Final = {
    "SC1007": "A blank stands behind '=', so the variable is empty and what follows is run as a command",
    "SC1017": "A carriage return stands here, and the shell takes it for part of the word; save the file with LF",
    "SC1072": "ShellCheck cannot read the script from here on, so nothing more is said about it",
    "SC1083": "A brace stands alone here and is taken literally; quote it, or end the command before it with ;",
    "SC2006": "Backquotes nest badly and take backslashes away; write $(…)",
    "SC2010": "Names are filtered out of what ls prints; a pattern of the shell knows them for sure",
    "SC2012": "What ls prints is read; find copes with every name",
    "SC2015": "This is no if-then-else: what stands behind || also runs where the command behind && fails",
    "SC2016": "Between single quotes nothing is expanded; take double quotes if a value is meant",
    "SC2027": "The inner quotes end the outer ones, so what is between them stands outside; escape them",
    "SC2028": "echo may print the backslash as it is, depending on the shell; printf does not",
    "SC2034": "{name} is set and never used in this step; a step keeps no variables for the next one",
    "SC2035": "A name that begins with a dash would be read as an option; write ./*",
    "SC2038": "Names with blanks or quotes fall apart between find and xargs; use -print0 with xargs -0, or -exec … +",
    "SC2046": "What the command prints is split into words and matched against names of files; quote it if it is one",
    "SC2059": "The value is part of printf's format, so a % in it changes what is printed; write printf '%s'",
    "SC2061": "The shell may put names of files in place of this pattern before find sees it; quote it",
    "SC2070": "Unquoted, -n is true also where the value is empty; quote it",
    "SC2086": "The value is split into words and matched against names of files; quote it if it is one word",
    "SC2102": "The shell takes […] for a pattern of names of files; quote the word",
    "SC2115": "If the variable is empty, this deletes from the root directory; write ${var:?}, which stops instead",
    "SC2140": "The word ends and goes on outside of its quotes; escape quotes that are part of it",
    "SC2154": "{name} is set nowhere: by no ARG, no ENV and not by the script",
    "SC2155": "This succeeds also where the command fails, so the step goes on; assign first, then export",
    "SC2156": "find pastes the name into the code that sh runs; hand it over as an argument: sh -c '… \"$1\"' _ {}",
    "SC2162": "read takes backslashes away without -r",
    "SC2164": "If cd fails, what follows runs in the wrong directory; join it with &&, or use WORKDIR",
    "SC2166": "-a and -o between [ and ] are not well defined; write two tests joined with && or ||",
    "SC2174": "With -p the mode is given to the last directory only; those above it get the default",
    "SC2181": "Ask for the command's success directly, as 'if command', and not through $?",
    "SC2242": "An exit status lies between 0 and 255",
    "SC3009": "This step's shell leaves braces as they are; write the words out, or set SHELL to bash",
    "SC3010": "This step's shell has no [[ ]]; write [ ], or set SHELL to bash",
    "SC3014": "This step's shell compares with =, not with ==",
}
_NAMED: Final = frozenset(code for code, sentence in _SENTENCES.items() if "{name}" in sentence)
_NAME = pattern(r"([A-Za-z_]\w*) (?:is referenced but not assigned|appears unused)")
_TITLES: Final = {
    "SC2006": "Write $(…); backslashes in it are then read as they stand",
    "SC2046": "Quote the command; what it prints is then one word",
    "SC2086": "Quote the variable; its value is then one word, also where it is empty",
    "SC2164": "Stop the step where cd fails",
    "SC2068": "Quote the arguments; each then stays one word",
    "SC2231": "Quote the variable; its value is then one word",
    "SC2248": "Quote the variable; its value is then one word, also where it is empty",
    "SC2250": "Write the variable in braces",
    "SC2292": "Write [[ ]]; the words in it are then no longer split",
    "SC2196": "Write grep -E, which is the same",
    "SC2197": "Write grep -F, which is the same",
    "SC2035": "Write ./ before the pattern; the names then begin with it",
    "SC2002": "Let the program read the file itself",
    "SC2116": "Leave echo out; options and backslashes are then no longer read by it",
    "SC2027": "Take the inner quotes away; the whole is then one word",
    "SC2061": "Quote the pattern; find then gets it as it stands",
    "SC2062": "Quote the pattern; grep then gets it as it stands",
}
_ELSE = "Change it as ShellCheck proposes, which may change what the script does"
_SHELL = pattern(r"In (?:POSIX sh|dash|busybox sh), ")
_NAMES_OF_SHELLS: Final = {"sh": "POSIX sh", "dash": "dash", "busybox": "BusyBox's sh", "bash": "bash", "ksh": "ksh"}


def sentence(code: str, said: str, dialect: str) -> str:
    """What to say of a remark: a sentence of dlint's own, else ShellCheck's, which names the shell that runs."""
    own = _SENTENCES.get(code)
    if own is None:
        return _SHELL.sub(f"In {_NAMES_OF_SHELLS.get(dialect, dialect)}, ", said, count=1)
    if code in _NAMED:
        name = _NAME.match(said)
        return own.format(name=name[1]) if name is not None else said
    return own


def title_of_fix(code: str) -> str:
    """What ShellCheck's replacements for a code change."""
    return _TITLES.get(code, _ELSE)
