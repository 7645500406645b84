"""Certificates that nobody checks: options, settings and variables by which programs trust any server."""

from __future__ import annotations

import re

from dlint.api import Command, Node, Problem, Problems, check, pattern
from dlint.api.dockerfile import Arg, Env, Script, ShellCommand, Stage, family, value_of

_OFF = pattern(r"(?:0|false|no|off|n|none)$", re.I)
_LOCAL = pattern(r"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)")
_SSLVERIFY = pattern(r"(?:[\w.*-]+\.)?sslverify=(?:0|false|no)$", re.I)
_SIGNS = (
    "curl", "no-check-certificate", "secure-protocol", "trusted-host", "strict-ssl", "strictssl", "ssl_verify",
    "sslverify", "verify-",
)  # fmt: skip
"""One of these stands in each command that trusts any server; curl itself, as its option may be the letter k."""


@check(
    on=Command(
        "curl", "wget", "pip", "git", "npm", "pnpm", "yarn", *family("dnf").names, "conda", "mamba", "micromamba",
        "yum-config-manager", "dnf-config-manager", *family("apt").names,
    ),
    windows=True,
    words=_SIGNS,
)  # fmt: skip
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
        for command in node.commands if _may_name(node.text.text) else ():
            if not _may_name(command.written):
                continue
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


def _may_name(text: str) -> bool:
    """Whether one of the variables may stand in a text."""
    return any(map(text.lower().__contains__, _IN_NAMES))


def _trusts(name: str, value: str) -> bool:
    name = _LOWER.get(name, name)
    if name not in _VARIABLES:
        return False
    wanted = _VARIABLES[name]
    return wanted is None or wanted.match(value) is not None


def _advice(name: str) -> str:
    return f"{name} makes programs trust any server: install the certificate that is missing instead"
