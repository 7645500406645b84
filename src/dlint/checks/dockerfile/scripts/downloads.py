"""Downloads: what is run unseen, from whom it comes, and with which tool."""

from __future__ import annotations

import posixpath
import re

from dlint.api import Command, Fix, Node, Problem, Problems, Runs, check, pattern
from dlint.api.dockerfile import (
    CHECKS,
    Arg,
    Env,
    Pipe,
    Run,
    Script,
    ShellCommand,
    Stage,
    family,
    shell_of_base,
    value_of,
)

_FETCH = frozenset(("curl", "wget", "fetch", "aria2c"))
_SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh"))
_INTERPRETERS = _SHELLS | {"python", "python2", "python3", "perl", "ruby", "node", "nodejs", "php"}
_STDIN = frozenset(("-", "/dev/stdin", "/proc/self/fd/0"))


@check(on=Runs(*_FETCH, "invoke-expression"), windows=True)
def curl_pipe_shell(run: Run, stage: Stage) -> Problems:
    """Scripts that are fetched and run unseen."""
    script = stage.script(run)
    if script is None:
        return
    if script.windows:
        yield from _expressed(script)
        return
    text = script.text.text
    found: set[int] = set()
    for pipe in script.pipes:
        runner, fetch = _piped(pipe)
        if runner is not None and fetch is not None and runner.index not in found:
            found.add(runner.index)
            yield Problem(runner.name_node, f"{runner.name} runs whatever {fetch.name} fetches: {_CHECK_FIRST}")
    if "(" in text or "`" in text:
        for command in script.commands:
            fetch = _substituted(script, command) if command.index not in found else None
            if fetch is not None:
                found.add(command.index)
                yield Problem(command.name_node, f"{command.name} runs whatever {fetch.name} fetches: {_CHECK_FIRST}")
    yield from _fetched_then_run(script, found)


_DOWNLOADS = pattern(r"DownloadString\s*\(|\b(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm|curl|wget)\b", re.I)


def _expressed(script: Script) -> Problems:
    """``iex`` of what a download gives."""
    for command in script.by_name.get("invoke-expression", ()):
        if _DOWNLOADS.search(script.text.text):
            yield Problem(command.name_node, f"{command.name_node.raw} runs whatever is fetched: {_CHECK_FIRST}")
            return


_CHECK_FIRST = "save it, compare its checksum, then run it"


def _piped(pipe: Pipe) -> tuple[ShellCommand | None, ShellCommand | None]:
    """The command of a pipe that runs what a download before it prints, and that download."""
    fetch: ShellCommand | None = None
    for stage in pipe.stages:
        if fetch is not None:
            runner = next((command for command in stage if _runs_input(command)), None)
            if runner is not None:
                return runner, fetch
        else:
            fetch = next((command for command in stage if command.name in _FETCH and _prints(command)), None)
    return None, None


def _prints(fetch: ShellCommand) -> bool:
    """Whether a download goes to the standard output."""
    if fetch.name == "curl":
        target = fetch.flag("-o", "--output")
        return (target is None or target.value == "-") and not fetch.has_flag("-O", "--remote-name")
    if fetch.name == "wget":
        target = fetch.flag("-O", "--output-document")
        return target is not None and target.value in _STDIN
    return fetch.name == "fetch"


def _runs_input(command: ShellCommand) -> bool:
    """Whether a command runs what comes in by its standard input."""
    if command.name not in _INTERPRETERS:
        return False
    for word in command.given:
        text = word.text
        if text in _STDIN or text == "-s":
            return True
        if text in ("-c", "-m", "-e", "-ne", "-pe", "-r") or text.startswith("<("):
            return False
        if text.startswith(("-", "+")):
            continue
        return False
    return True


_SOURCING = frozenset(("eval", "source", "."))


def _substituted(script: Script, command: ShellCommand) -> ShellCommand | None:
    """The download whose output ``command`` runs by ``<( )`` or ``$( )``."""
    if command.name not in _SHELLS and command.name not in _SOURCING:
        return None
    for place, word in enumerate(command.words[:20]):
        text = word.text
        by_text = place > 0 and re.match(r"-\w*c$", command.words[place - 1].text) is not None
        if command.name in _SOURCING:
            runs = text.startswith(("$(", "<("))
        else:
            runs = text.startswith("$(" if by_text else "<(")
        if not runs:
            continue
        # The commands inside the word follow right after the one it belongs to.
        for inner in script.commands[command.index + 1 : command.index + 10]:
            if inner.span[0] >= word.span[1]:
                break
            if inner.name in _FETCH and inner.span[0] >= word.span[0]:
                return inner
    return None


def _fetched_then_run(script: Script, found: set[int]) -> Problems:
    files: dict[str, ShellCommand] = {}
    for command in script.commands:
        if command.name in _FETCH:
            target = _target(command)
            if target:
                files[target] = command
        elif not files:
            continue
        elif command.name in CHECKS or _hashes(command):
            files.clear()
        elif command.index not in found:
            name = _run_file(command)
            if name in files:
                found.add(command.index)
                fetch = files.pop(name)
                yield Problem(command.name_node, f"'{name}' runs as {fetch.name} fetched it: check it first")


def _hashes(command: ShellCommand) -> bool:
    """Whether it is a line of PHP or Python that computes a checksum, as Composer's manual has it."""
    return command.name in _INTERPRETERS and any("hash" in word.text and " " in word.text for word in command.given[:4])


def _target(fetch: ShellCommand) -> str | None:
    """The file that a download writes, by its last name; archives and the like are none to be run."""
    for option in fetch.flags:
        if option.name in ("-o", "--output") and fetch.name == "curl" and option.value != "-":
            return _last(option.value)
        if option.name in ("-O", "--output-document") and fetch.name == "wget" and option.value != "-":
            return _last(option.value)
    for redirect in fetch.redirects:
        if redirect.operator in (">", ">>", ">|") and redirect.target is not None and redirect.fd in (None, 1):
            return _last(redirect.target.literal)
    if fetch.name == "wget" or fetch.has_flag("-O", "--remote-name"):
        return next((_last(word.text.partition("?")[0]) for word in fetch.given if "://" in word.text), None)
    return None


def _last(path: str | None) -> str | None:
    return (posixpath.basename(path) or None) if path and "$" not in posixpath.basename(path) else None


def _run_file(command: ShellCommand) -> str:
    """The last name of the file that a command runs: its script, or itself by a path."""
    if command.name in _INTERPRETERS:
        for word in command.given:
            if word.text in ("-c", "-m", "-e", "-n", "-V", "--version"):
                return ""
            if not word.text.startswith(("-", "+")):
                return posixpath.basename(word.text)
        return ""
    written = command.name_node.raw.strip("\"'")
    return posixpath.basename(written) if written.startswith(("./", "/", "~/")) else ""


_OFF = pattern(r"(?:0|false|no|off|n|none)$", re.I)
_LOCAL = pattern(r"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)")
_SSLVERIFY = pattern(r"(?:[\w.*-]+\.)?sslverify=(?:0|false|no)$", re.I)


@check(on=Command(
        "curl", "wget", "pip", "git", "npm", "pnpm", "yarn", *family("dnf").names, "conda", "mamba", "micromamba",
        "yum-config-manager", "dnf-config-manager", *family("apt").names,
    ), windows=True)  # fmt: skip
def tls_verification_disabled(command: ShellCommand) -> Problems:
    """Options and settings by which a command trusts any server."""
    switch = _switch(command)
    if switch is not None:
        option = " ".join(switch.raw.split())[:60]
        after = [word for word in command.given if word.span[0] >= switch.span[1]]
        if after and "=" not in option and not option.startswith("-"):
            option = f"{option} {after[0].text[:20]}"
        message = f"With '{option}' {command.name} trusts any server: install the certificate that is missing"
        yield Problem(switch, message)
        return
    old = _old_protocol(command)
    if old is not None:
        message = f"With '{old.raw}' {command.name} talks to servers by a protocol that is broken: ask for TLS 1.2"
        yield Problem(old, message)


_OLD = pattern(r"(?:SSLv[23]|TLSv1(?:_[01])?)$", re.I)


def _old_protocol(command: ShellCommand) -> Node | None:
    """The option that asks for SSL, or for TLS before 1.2 (RFC 8996)."""
    if command.tool == "curl":
        return command.flag("-2", "--sslv2", "-3", "--sslv3", "-1", "--tlsv1", "--tlsv1.0", "--tlsv1.1")
    asked = command.flag("--secure-protocol") if command.tool == "wget" else None
    return asked if asked is not None and _OLD.match(asked.value or "") else None


def _switch(command: ShellCommand) -> Node | None:
    name = command.tool
    if name in ("curl", "wget"):
        names = (
            ("-k", "--insecure", "--proxy-insecure", "--doh-insecure")
            if name == "curl"
            else ("--no-check-certificate",)
        )
        switch = command.flag(*names)
        return None if switch is None or any(_LOCAL.match(word.text) for word in command.given) else switch
    if name == "pip":
        return command.flag("--trusted-host")
    if name in ("npm", "pnpm", "yarn", "conda", "mamba", "micromamba"):
        return _setting(command, ("strict-ssl", "enableStrictSsl", "ssl_verify"))
    if name == "git":
        option = next((f for f in command.flags if f.name == "-c" and f.value), None)
        if option is not None and re.match(r"http\.(?:.+\.)?sslverify=(?:false|0|no)", option.value or "", re.I):
            return option
        return _setting(command, ("http.sslVerify", "http.sslverify"))
    if name in ("apt-get", "apt"):
        insecure = r"Acquire::https::(?:.*::)?Verify-(?:Peer|Host)=(?:false|0|no)"
        return next(
            (f for f in command.flags if f.name in ("-o", "--option") and re.match(insecure, f.value or "")), None
        )
    return next((f for f in command.flags if f.name == "--setopt" and _SSLVERIFY.match(f.value or "")), None)


def _setting(command: ShellCommand, keys: tuple[str, ...]) -> Node | None:
    """``config set KEY false`` or ``config set KEY=false`` or ``--KEY=false``."""
    words = command.given
    for place, word in enumerate(words):
        key, equals, value = word.text.partition("=")
        sets = key.startswith("--") or any(before.text in ("set", "config") for before in words[:place])
        if sets and key.removeprefix("--") in keys:
            if not equals and place + 1 < len(words):
                value = words[place + 1].text
            if _OFF.match(value):
                return word
        elif key == "--no-strict-ssl":
            return word
    return None


# What must be the value for the check to be off; None: any value at all.
_VARIABLES: dict[str, re.Pattern[str] | None] = {
    "PYTHONHTTPSVERIFY": pattern("0$"),
    "NODE_TLS_REJECT_UNAUTHORIZED": pattern("0$"),
    "NPM_CONFIG_STRICT_SSL": _OFF,
    "YARN_STRICT_SSL": _OFF,
    "YARN_ENABLE_STRICT_SSL": _OFF,
    "GIT_SSL_NO_VERIFY": None,
    "PIP_TRUSTED_HOST": pattern("."),
    "UV_INSECURE_HOST": pattern("."),
    "CONDA_SSL_VERIFY": _OFF,
    "BUNDLE_SSL_VERIFY_MODE": pattern("0$"),
    "GOINSECURE": pattern("."),
}
# What is in all of the names.
_IN_NAMES = ("verify", "unauthorized", "strict_ssl", "trusted_host", "insecure")
_LOWER = {"npm_config_strict_ssl": "NPM_CONFIG_STRICT_SSL", "yarn_strict_ssl": "YARN_STRICT_SSL"}


@check(on=(Env, Arg, Script), onbuild=True, words=_IN_NAMES)
def tls_verification_disabled_in_env(node: Env | Arg | Script, stage: Stage) -> Problems:
    """Variables by which programs trust any server."""
    if isinstance(node, Script):
        for command in node.commands:
            for assignment in command.assignments:
                if assignment.value is not None and _trusts(assignment.name, assignment.value):
                    yield Problem(assignment, _advice(assignment.name))
            if command.name in ("export", "declare", "typeset"):
                for exported in command.words:
                    name, equals, value = exported.text.partition("=")
                    if equals and "$" not in value and _trusts(name, value):
                        yield Problem(exported, _advice(name))
        return
    for pair in node.pairs:
        word = pair.value
        known = value_of(word, node, stage) if word is not None else None
        if known is not None and _trusts(pair.key.text, known):
            yield Problem(pair, _advice(pair.key.text))


def _trusts(name: str, value: str) -> bool:
    name = _LOWER.get(name, name)
    if name not in _VARIABLES:
        return False
    wanted = _VARIABLES[name]
    return wanted is None or wanted.match(value) is not None


def _advice(name: str) -> str:
    return f"{name} makes programs trust any server: install the certificate that is missing instead"


@check(on=Stage)
def wget_and_curl(stage: Stage) -> Problems:
    """Steps that use wget or curl, once a stage has used both."""
    seen: set[str] = set()
    for run in stage.runs:
        if "wget" not in run.raw and "curl" not in run.raw:
            continue
        script = stage.script(run)
        if script is None or not script.posix:
            continue
        used = [command for command in script.commands if command.name in ("wget", "curl")]
        seen.update(command.name for command in used)
        if len(seen) == 2 and used:
            other = "curl" if used[-1].name == "wget" else "wget"
            yield Problem(used[-1].name_node, f"This stage uses {other} as well as {used[-1].name}: settle on one")


_QUIET = ("--progress", "-q", "--quiet", "-o", "--output-file", "-a", "--append-output", "--no-verbose", "-nv")
_NO_DOWNLOAD = ("--version", "-V", "--help", "-h", "--spider")


@check(on=Command("wget"))
def wget_progress_bar(command: ShellCommand, stage: Stage) -> Problems:
    """wget that prints its progress into the log."""
    if command.has_flag(*_QUIET) or command.has_flag(*_NO_DOWNLOAD) or not command.words:
        return
    if any(word.text.startswith("-nv") for word in command.words):
        return
    if shell_of_base(stage) == "busybox":
        fix = Fix(
            "Print nothing but errors; what the command printed so far is gone from the log",
            command.name_node.insert_after(" -q"),
            safe=False,
        )
    else:
        title = "Print a dot for every megabyte; the wget of BusyBox does not know the option"
        fix = Fix(title, command.name_node.insert_after(" --progress=dot:giga"), safe=False)
    yield Problem(command.name_node, fix=fix)
