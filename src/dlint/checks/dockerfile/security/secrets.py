"""Credentials: variables that carry them, values that are them, files that hold them."""

from __future__ import annotations

import posixpath
import re

from dlint.api import (
    Node,
    Problem,
    Problems,
    check,
    connection_password,
    is_credential_file,
    is_placeholder,
    is_random,
    looks_secret_name,
    may_hold_secret,
    pattern,
    secret_value,
)
from dlint.api.dockerfile import (
    Add,
    Arg,
    Cmd,
    Copy,
    Dockerfile,
    Entrypoint,
    Env,
    Healthcheck,
    Instruction,
    Label,
    Onbuild,
    Pair,
    Run,
    Stage,
    Word,
)

# The words of BuildKit's own check, beside those of ``looks_secret_name``.
_WORDS = frozenset("apikey auth credential credentials key password pword passwd psw secret token".split())
_NOT_WITH = frozenset("public file version".split())
_KNOWN = pattern(r"(?:VITE_|REACT_APP_|NEXT_PUBLIC_)?AWS_ACCESS_KEY_ID$")
_FIXED = frozenset(
    "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AZURE_CLIENT_ID AZURE_TENANT_ID TRAVIS_SUDO DOCKER_AUTH_CONFIG".split()
)
_PARTS = pattern(r"api_key|client_key|password|private|secret|token|username", re.I)
_SWITCH = pattern(r"(?:true|false|yes|no|on|off|none|null|enabled?|disabled?|\d{1,5}|\d+[smhd])$", re.I)
_PLAIN_VALUE = pattern(r"(?:\.{0,2}/|~/|[a-z][a-z0-9+.-]*://|(?:0x)?[0-9A-Fa-f]{40}(?:\s|$)|[0-9A-Fa-f]{64}$)")


@check(on=(Arg, Env), onbuild=True)
def secret_in_arg_or_env(instruction: Arg | Env, stage: Stage, *, every: bool = False) -> Problems:
    """ARG and ENV whose name is that of a credential."""
    if stage.index < 0 and not every:
        return
    for pair in instruction.pairs:
        name = pair.key.text
        by_part = every and (name.upper() in _FIXED or _PARTS.search(name) is not None)
        if by_part or (stage.index >= 0 and _promises(name) and not _is_harmless(pair, instruction)):
            value = pair.value
            known = value is not None and value.literal and not _SWITCH.match(value.value)
            yield Problem(pair.key, _advice(name, instruction), hides=(value,) if value is not None and known else ())


def _advice(name: str, instruction: Instruction) -> str:
    if isinstance(instruction, Env):
        return f"{name} becomes part of the image: mount the secret where a step needs it, or set it at start"
    return f"{name} shows in the image's history: mount it with RUN --mount=type=secret"


def _promises(name: str) -> bool:
    if looks_secret_name(name) or _KNOWN.match(name):
        return True
    words = name.lower().split("_")
    if not _WORDS.isdisjoint(words) and _NOT_WITH.isdisjoint(words):
        # ``key`` and ``auth`` say little inside a longer name about something else.
        return words[-1] in _WORDS or (words[0] in _WORDS and len(words) == 1)
    return False


def _is_harmless(pair: Pair, instruction: Instruction) -> bool:
    """Whether the value is known and is no credential."""
    if pair.value is None:
        return False
    value = pair.value.value.strip()
    if not value:
        return isinstance(instruction, Env)
    return bool(_SWITCH.match(value) or _PLAIN_VALUE.match(value)) and secret_value(value) is None


_CLASSES = (pattern("[a-z]"), pattern("[A-Z]"), pattern("[0-9]"), pattern("[^A-Za-z0-9]"))


def _is_password(value: str) -> bool:
    """Whether a value is the kind people choose when they are told to choose a good password."""
    if not 8 <= len(value) <= 64 or any(c in value for c in " $/\\<>{}") or is_placeholder(value):
        return False
    return sum(1 for kind in _CLASSES if kind.search(value)) >= 3 and not re.match(r"v?\d+(\.\d+)+", value)


_SPEAKING = (Arg, Env, Label, Run, Copy, Add, Cmd, Entrypoint, Healthcheck)
# Of one instruction: more of the same kind says nothing new.
_MOST_SHAPES = 50


@check(on=(Dockerfile, Arg, Env), onbuild=True)
def hard_coded_secret(node: Dockerfile | Arg | Env) -> Problems:
    """Credentials of known shape anywhere, and telling values of variables named like one."""
    if isinstance(node, Dockerfile):
        if may_hold_secret(node.source.text):
            for instruction in node.instructions:
                yield from _shapes(instruction)
        return
    for pair in node.pairs:
        if pair.value is None or pair.value.literal is None:
            continue
        value, where = pair.value.value, pair.value
        problem = _in_connection_string(pair, where) if "=" in value else None
        if problem is not None:
            yield problem
            continue
        if not looks_secret_name(pair.key.text):
            continue
        if (is_random(value) or _is_password(value)) and not _touched(where, _shapes(node)):
            yield Problem(where, f"The value of {pair.key.text} stands here in plain text: mount it instead")


def _in_connection_string(pair: Pair, where: Word) -> Problem | None:
    """The password of a connection string, unless everybody guesses it: one that also is the user's name."""
    text = where.raw
    found = connection_password(text)
    if found is None:
        return None
    password = text[found.start : found.end].strip("'\"")
    if is_placeholder(password) or text.count(password) > 1:
        return None
    start = where.span[0]
    return Problem(
        where.part(start + found.start, start + found.end),
        f"The connection string in {pair.key.text} holds a password: revoke it, and give the new one at start",
    )


def _shapes(instruction: Instruction) -> Problems:
    """The credentials of known shape in an instruction, or in the one that ONBUILD keeps."""
    subject = instruction.trigger if isinstance(instruction, Onbuild) else instruction
    if not isinstance(subject, _SPEAKING):
        return
    text, start = subject.raw, subject.span[0]
    at = 0
    for _ in range(_MOST_SHAPES):
        kind = secret_value(text[at:])
        if kind is None:
            return
        yield Problem(
            subject.part(start + at + kind.start, start + at + kind.end),
            f"{kind.label[0].upper()}{kind.label[1:]} stands here: revoke it and read the new one from a secret mount",
        )
        at += kind.end


def _touched(where: Node, problems: Problems) -> bool:
    return any(p.where.span[0] < where.span[1] and where.span[0] < p.where.span[1] for p in problems)


_POINTERS = frozenset(("GOOGLE_APPLICATION_CREDENTIALS", "AWS_SHARED_CREDENTIALS_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE"))


@check(on=(Copy, Add, Env), onbuild=True)
def credential_file_copied(instruction: Copy | Add | Env, stage: Stage) -> Problems:
    """Files of credentials that go into a layer, and variables that say where they lie."""
    if isinstance(instruction, Env):
        for pair in instruction.pairs:
            if pair.key.text in _POINTERS and pair.value is not None and pair.value.literal:
                source = _copied_to(pair.value.value, instruction, stage)
                if source is not None:
                    yield Problem(pair, f"The file that {pair.key.text} names was copied into the image: mount it")
        return
    if isinstance(instruction, Copy) and instruction.from_ is not None:
        return
    for word in instruction.sources:
        path = word.literal
        if path is not None and "://" not in path and is_credential_file(path):
            yield Problem(word, f"'{path}' stays in a layer of the image: mount it in the step that needs it")


def _copied_to(path: str, env: Env, stage: Stage) -> Node | None:
    """The COPY or ADD above ``env`` whose destination holds ``path``."""
    folder = stage.workdir_at(env)
    if not path.startswith("/"):
        path = posixpath.join(folder if isinstance(folder, str) else "/", path)
    path = posixpath.normpath(path)
    for copy in stage.instructions[:100]:
        if not isinstance(copy, (Copy, Add)):
            continue
        where = copy.destination.literal if copy.destination is not None else None
        if where is None or where in ("/", ".", "./"):
            continue
        base = stage.workdir_at(copy)
        where = posixpath.normpath(posixpath.join(base if isinstance(base, str) else "/", where))
        if path == where or path.startswith(where.rstrip("/") + "/"):
            return copy
    return None
