"""Scripts of Windows: what cmd and PowerShell execute, word by word, with the place of each word in the file.

cmd joins commands with ``&&``, ``||``, ``&`` and ``|``, PowerShell with ``;``, ``|``, line ends, and since version 7
with ``&&`` and ``||`` (about_Operators, about_Parsing). Names are those of programs without path and ``.exe``, in lower
case; aliases of cmdlets and shortened parameters have their full names (about_Aliases, about_Parameters).
"""

from __future__ import annotations

import re

from dlint.lazy import pattern
from dlint.syntax.shell.script import Assignment, Contents, Layout, Redirect, Script, ShellCommand
from dlint.syntax.shell.words import Code, Segments, ShellWord
from dlint.syntax.shell.wrappers import MODULES

_DEPTH = 4
_CMD = pattern(
    r"(?P<end>&&|\|\||[&|\n()])"
    r"|(?P<skip>[ \t\r,;]+|\^\n|\\\n|\d?(?:>>?|<)(?:&\d|[ \t]*(?:\"[^\"\n]*\"|[^\s&|<>()\"]+))?)"
    r"|(?P<word>(?>(?:\"[^\"\n]*+\"?|\^.|[^\s&|<>\"^(),;])+))",
    re.S,
)
_POWERSHELL = pattern(
    r"(?P<end>&&|\|\||[;|\n(){}])|(?P<skip>[ \t\r,]+|`\r?\n|\\\n|<#.*?#>|(?<!\S)#[^\n]*|&(?!&)|\d?>>?(?:&\d)?)"
    r"|(?P<word>(?>(?:'(?>(?:[^']|'')*)'?|\"(?>(?:[^\"`]|`.|\"\")*)\"?|`.|[^\s;|(){}'\"`,&>]|>(?=\S))+)|.)",
    re.S,
)
_UNPROTECTED = pattern(r"[^\"`]+|(?<=`)`")
_VARIABLE = {"cmd": pattern(r"%\w+%|!\w+!"), "powershell": pattern(r"(?<!`)\$[\w{(:]")}
_ENDINGS = (".exe", ".cmd", ".bat", ".ps1", ".com")
_ASSIGNS = frozenset(("=", "+=", "-="))
_KEYWORDS = frozenset(
    "if else elseif foreach for while do switch try catch finally return throw function param in".split()
)
_PASSED = _KEYWORDS | {"", "call", "."}
# What is run though its name begins with another sign.
_OTHER = pattern(r"[.%$]\S*[\\/]")
_OF_CMDLET = pattern(r"-(?:uri|outf\w*|useb\w*)\Z", re.I)

ALIASES = {
    "iwr": "invoke-webrequest", "irm": "invoke-restmethod", "iex": "invoke-expression", "saps": "start-process",
    "start": "start-process", "ri": "remove-item", "gci": "get-childitem", "sc": "set-content",
}  # fmt: skip
_PARAMETERS = {
    "invoke-webrequest": "-uri -outfile -headers -method -body -usebasicparsing -useragent -proxy -timeoutsec"
    " -maximumretrycount -retryintervalsec -skipcertificatecheck -sslprotocol -credential -websession -contenttype",
    "start-bitstransfer": "-source -destination -description -displayname -priority -credential",
    "expand-archive": "-path -literalpath -destinationpath -force",
    "start-process": "-filepath -argumentlist -wait -passthru -nonewwindow -workingdirectory -verb -windowstyle",
    "get-filehash": "-path -literalpath -algorithm -inputstream",
    "install-module": "-name -requiredversion -minimumversion -maximumversion -repository -scope -force -allowclobber"
    " -skippublishercheck -allowprerelease",
    "install-package": "-name -requiredversion -minimumversion -maximumversion -source -providername -scope -force",
    "new-localuser": "-name -password -nopassword -fullname -description -accountexpires -accountneverexpires -disabled"
    " -passwordneverexpires -usermaynotchangepassword",
    "add-localgroupmember": "-group -member -name -sid",
}
_PARAMETERS["invoke-restmethod"] = _PARAMETERS["invoke-webrequest"]
_PARAMETERS["set-localuser"] = _PARAMETERS["new-localuser"]
_SHELLS = {"powershell": "powershell", "pwsh": "powershell", "cmd": "cmd"}
_WITH_VALUE = frozenset(
    "-executionpolicy -ep -version -windowstyle -w -inputformat -outputformat -configurationname".split()
)


class Plain(ShellWord):
    """A word whose quoting is not that of a POSIX shell."""

    __slots__ = ()

    def __init__(self, code: Code, start: int, end: int, text: str, literal: bool) -> None:
        # What Stretch does, without the call.
        self.source = code.source
        self.code = code
        self.start = start
        self.end = end
        self._span = None
        self.text = text
        self._literal = literal

    def segments(self) -> Segments:
        """The stretches of its text: what is between quotes and characters that only protect the next one."""
        raw = self.code.code[self.start : self.end]
        at = raw.find(self.text)
        if at >= 0:
            return [(self.text, self.start + at, False)]
        found: Segments = []
        for match in _UNPROTECTED.finditer(raw):
            found.append((match[0], self.start + match.start(), match.start() > 0 and raw[match.start() - 1] == "`"))
        return found


class _Placed(Layout):
    """The layout of one command: its words are known when it is listed."""

    __slots__ = ("given",)

    def __init__(self, code: Code, name: ShellWord, given: list[ShellWord]) -> None:
        super().__init__(code, name.start, name.end)
        self.given = given

    def words(self) -> list[ShellWord]:
        """The words behind its name."""
        return self.given

    def assignments(self) -> list[Assignment]:
        """Neither shell has any before a command."""
        return []

    def redirects(self) -> list[Redirect]:
        """They are left out."""
        return []


def read(script: Script) -> Contents:
    """What there is in a script of cmd or PowerShell."""
    found = Contents()
    code = Code(script.text)
    _read(found, script, code, 0, len(code.code), script.dialect, ())
    return found


def _read(
    found: Contents, script: Script, code: Code, start: int, end: int, dialect: str, via: tuple[str, ...]
) -> None:
    """List the commands between two indexes of the code."""
    words: list[ShellWord] = []
    joint = ""
    tokens = _CMD if dialect == "cmd" else _POWERSHELL
    for match in tokens.finditer(code.code, start, end):
        if match["word"] is not None:
            words.append(_word(code, match.start(), match.end(), dialect))
        elif match["end"] is not None:
            _add(found, script, code, words, dialect, via, joint, end)
            words, joint = [], match["end"]
    _add(found, script, code, words, dialect, via, joint, end)


def _word(code: Code, start: int, end: int, dialect: str) -> Plain:
    raw = code.code[start:end]
    quote = raw[:1] if raw[:1] in ("'", '"') and raw[-1:] == raw[:1] and len(raw) > 1 else ""
    text = raw[1:-1] if quote else raw.replace('"', "")
    literal = quote == "'" or _VARIABLE[dialect].search(raw) is None
    if dialect == "powershell" and "`" in text:
        text = re.sub(r"`(.)", r"\1", text, flags=re.S)
    return Plain(code, start, end, text, literal)


def program(text: str) -> str:
    """The name of a program as Windows knows it: without path and ending, in lower case."""
    name = text.replace("\\", "/").rpartition("/")[2].lower()
    return name.rpartition(".")[0] if name.endswith(_ENDINGS) else name


def _add(
    found: Contents,
    script: Script,
    code: Code,
    words: list[ShellWord],
    dialect: str,
    via: tuple[str, ...],
    joint: str,
    end: int,
) -> None:
    """List one command, and what it gives to another shell."""
    if len(words) > 2 and words[1].text in _ASSIGNS:
        words = words[2:]
    while words and words[0].text.lower().lstrip("@") in _PASSED:
        words = words[1:]
    if not words or not _is_called(code, words[0], dialect):
        return
    name = program(words[0].text.lstrip("@"))
    given = words[1:]
    if dialect == "powershell":
        name, given = _cmdlet(name, given, words[0].text)
    command = ShellCommand(_Placed(code, words[0], given), words[0].start, words[-1].end, script, name)
    command.via = via
    command.operator_before = joint
    command.index = len(found.commands)
    command.conditional = joint == "||"
    found.commands.append(command)
    if name in _SHELLS and len(via) < _DEPTH:
        _handed_over(found, script, code, command, end)
    elif name in ("python", "py") and len(words) > 2 and [words[1].text, words[2].text in MODULES] == ["-m", True]:
        _add(found, script, code, words[2:], dialect, (*via, f"{name} -m"), joint, end)


def _is_called(code: Code, first: ShellWord, dialect: str) -> bool:
    """Whether the first word of a statement names what is run: for PowerShell a string does so behind ``&`` only."""
    if dialect == "powershell" and code.code[first.start] in "\"'":
        return code.code[: first.start].rstrip().endswith("&")
    sign = code.code[first.start]
    return sign.isalnum() or sign in '_@"' or _OTHER.match(code.code, first.start, first.end) is not None


def _cmdlet(name: str, words: list[ShellWord], written: str) -> tuple[str, list[ShellWord]]:
    """The full name of a cmdlet, and its words with the full names of its parameters."""
    name = ALIASES.get(name, name)
    # Aliases of Windows PowerShell; its parameters are long words behind one dash.
    may_be = name in ("curl", "wget") and not written.lower().endswith(".exe")
    if may_be and any(_OF_CMDLET.match(word.text) for word in words):
        name = "invoke-webrequest"
    known = _PARAMETERS.get(name)
    return name, words if known is None else [_parameter(word, known.split()) for word in words]


def _parameter(word: ShellWord, known: list[str]) -> ShellWord:
    """A word with the full name of the parameter that it begins."""
    name, colon, value = word.text.lower().partition(":")
    if name[:1] != "-" or word.quoted:
        return word
    full = name if name in known else next((each for each in known if each.startswith(name)), name)
    return Plain(word.code, word.start, word.end, f"{full}={value}" if colon and value else full, True)


def _handed_over(found: Contents, script: Script, code: Code, command: ShellCommand, end: int) -> None:
    """List the commands of what is handed to another shell: ``powershell -Command …``, ``cmd /S /C …``."""
    words = _script_words(command)
    if not words:
        return
    first, last = words[0], words[-1]
    start, stop = first.start, last.end
    if first is last and code.code[start : start + 1] in "\"'" and code.code[stop - 1 : stop] == code.code[start]:
        start, stop = start + 1, stop - 1
    _read(found, script, code, start, min(stop, end), _SHELLS[command.name], (*command.via, f"{command.name} -c"))


def read_within(found: Contents, command: ShellCommand) -> None:
    """List the commands that a command of a POSIX script or of the exec form hands to PowerShell or cmd."""
    name = program(command.name)
    if name not in _SHELLS:
        return
    segments: Segments = []
    for word in _script_words(command):
        if segments:
            segments.append((" ", word.start - 1, False))
        segments += word.segments()
    if segments:
        code = Code.within(command.code, segments)
        _read(found, command.script, code, 0, len(code.code), _SHELLS[name], (*command.via, f"{name} -c"))


def _script_words(command: ShellCommand) -> list[ShellWord]:
    """The words of the script that a shell of Windows is given; none if it is given a file or nothing."""
    words = command.words
    is_cmd = _SHELLS[program(command.name)] == "cmd"
    at = 0
    while at < len(words):
        text = words[at].text.lower()
        if is_cmd:
            if text[:1] != "/":
                return []
            at += 1
            if text == "/c":
                break
        elif text[:1] != "-":
            break
        elif text in ("-command", "-c"):
            at += 1
            break
        elif text in ("-file", "-f", "-encodedcommand", "-ec", "-enc"):
            return []
        else:
            at += 2 if text in _WITH_VALUE else 1
    return words[at:]
