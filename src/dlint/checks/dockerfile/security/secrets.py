"""Credentials: variables that carry them, values that are them, files that hold them."""

from __future__ import annotations

import posixpath
from itertools import islice

from dlint.api import (
    Node,
    Problem,
    Problems,
    Related,
    Severity,
    Worth,
    check,
    holds_settings_only,
    is_credential_file,
    is_for_browsers,
    is_harmless,
    is_strong,
    looks_secret_name,
    pattern,
    says_placeholder,
)
from dlint.api.dockerfile import (
    Add,
    Arg,
    Cmd,
    Copy,
    Credential,
    Entrypoint,
    Env,
    Healthcheck,
    Instruction,
    Label,
    Pair,
    Run,
    Stage,
    credentials_in,
    expand,
    set_by,
    value_of,
)

# BuildKit's own check, frontend/dockerfile/dockerfile2llb/convert.go: whole words between underscores, in any case.
_WORDS = frozenset("apikey auth credential credentials key password pword passwd secret token".split())
_NOT_WITH = frozenset("public file version".split())
_KNOWN = frozenset(f"{prefix}AWS_ACCESS_KEY_ID" for prefix in ("", "VITE_", "REACT_APP_", "NEXT_PUBLIC_"))
_FIXED = frozenset(
    "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AZURE_CLIENT_ID AZURE_TENANT_ID TRAVIS_SUDO DOCKER_AUTH_CONFIG".split()
)
# Of so many stages on one another nobody looks for the step that makes a file: each COPY would ask all of them.
_MOST_STAGES = 50
_PARTS = pattern(r"api_key|client_key|password|private|secret|token|username", 2)


@check(on=(Arg, Env), onbuild=True)
def secret_in_arg_or_env(
    instruction: Arg | Env, stage: Stage, *, every: bool = False, as_buildkit: bool = False
) -> Problems:
    """ARG and ENV whose name is that of a credential."""
    for pair in instruction.pairs:
        name = pair.key.text
        if as_buildkit:
            wanted = stage.index >= 0 and instruction.onbuild is None and _is_buildkits(name)
        else:
            by_part = every and (name.upper() in _FIXED or _PARTS.search(name) is not None)
            wanted = by_part or (_promises(name) and not _is_harmless(pair, instruction, stage))
        if wanted:
            yield Problem(pair.key, _advice(name, instruction, stage), hides=_hidden(pair), area=pair)


def _hidden(pair: Pair) -> tuple[Node, ...]:
    """The value, if it stands here and can be a credential."""
    value = pair.value
    if value is None or not value.literal or is_harmless(value.value, pair.key.text):
        return ()
    return (value,)


def _advice(name: str, instruction: Instruction, stage: Stage) -> str:
    if stage.index < 0:
        return f"{name} has a credential as its default: mount the secret with RUN --mount=type=secret"
    if isinstance(instruction, Env):
        return f"{name} becomes part of the image: mount the secret where a step needs it, or set it at start"
    return f"{name} shows in the image's history: mount it with RUN --mount=type=secret"


def _is_buildkits(name: str) -> bool:
    words = name.lower().split("_")
    return not _WORDS.isdisjoint(words) and _NOT_WITH.isdisjoint(words)


def _promises(name: str) -> bool:
    if is_for_browsers(name):
        return False
    words = name.lower().split("_")
    if looks_secret_name(name) or name.upper() in _KNOWN or words[-1] == "psw":
        return True
    # ``key`` and ``auth`` say little inside a longer name about something else.
    return _is_buildkits(name) and words[-1] in _WORDS


def _is_harmless(pair: Pair, instruction: Arg | Env, stage: Stage) -> bool:
    """Whether the value is known and is no credential; an ARG without one is there to be given one."""
    written = pair.value
    if written is None:
        return stage.index < 0
    falls_back = any(use.operator in ("-", ":-") for use in written.variables)
    value = expand(written.text, stage.lookup(instruction, declared=falls_back), escape=written.escape).value
    name = pair.key.text
    if value is None:
        return False
    if not value.strip():
        # What a variable leaves empty here may have a value in another build.
        return written.literal is not None and (isinstance(instruction, Env) or stage.index < 0)
    if isinstance(instruction, Env) or stage.index < 0:
        return is_harmless(value, name) or says_placeholder(value, name)
    return is_harmless(value, name)


_SPEAKING = (Arg, Env, Label, Run, Copy, Add, Cmd, Entrypoint, Healthcheck)


@check(on=_SPEAKING, onbuild=True)
def hard_coded_secret(node: Instruction, stage: Stage) -> Problems:
    """Credentials of known shape anywhere, and values where a variable, an option or a header takes one."""
    for credential in credentials_in(node, stage):
        if credential.worth is Worth.SECRET and not credential.login and _is_told(node, credential):
            yield _problem(node, credential, stage)


def _is_told(node: Instruction, credential: Credential) -> bool:
    """Of a variable's value, whose name secret-in-arg-or-env reports, only what cannot be taken for a word."""
    named = isinstance(node, (Arg, Env)) and credential.what.startswith("the variable ")
    return not named or is_strong(credential.where.raw)


def _problem(node: Instruction, credential: Credential, stage: Stage) -> Problem:
    what = credential.what[0].upper() + credential.what[1:]
    if credential.known:
        message = f"{what} stands here: revoke it and read the new one from a secret mount"
        return Problem(credential.where, message, hides=(credential.where,))
    if isinstance(node, (Cmd, Entrypoint, Healthcheck)):
        way = "read it from a file or a variable that is set at start"
    elif isinstance(node, Label):
        way = "take it out, as everybody can read labels"
    else:
        way = "revoke it, and read the new one from a secret mount"
    hides, related = [credential.where], []
    binding = set_by(credential.through, node, stage) if credential.through else None
    if binding is not None and binding.pair is not None and binding.pair.value is not None:
        hides = [binding.pair.value]
        related = [Related(binding.pair.key, "Its value stands here")]
    return Problem(
        credential.where,
        f"{what} holds a credential in plain text: {way}",
        hides=hides,
        related=related,
        at_most=Severity.WARNING,
    )


_POINTERS = frozenset(("GOOGLE_APPLICATION_CREDENTIALS", "AWS_SHARED_CREDENTIALS_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE"))


@check(on=(Copy, Add, Env, Arg), onbuild=True)
def credential_file_copied(instruction: Copy | Add | Env | Arg, stage: Stage) -> Problems:
    """Files of credentials that go into a layer, and variables that say where they lie."""
    if isinstance(instruction, (Env, Arg)):
        for pair in instruction.pairs:
            path = value_of(pair.value, instruction, stage) if pair.key.text in _POINTERS and pair.value else None
            if path:
                source = _copied_to(path, stage)
                if source is not None:
                    message = f"The file that {pair.key.text} names was copied into the image: mount it instead"
                    yield Problem(pair, message, related=[Related(source, "It comes with this")], hides=())
        return
    if isinstance(instruction, Copy) and instruction.from_ is not None:
        yield from _environment_files(instruction, stage)
        return
    for word in instruction.sources:
        path = value_of(word, instruction, stage)
        if path is not None and "://" not in path and is_credential_file(path) and not _has_no_credential(path, stage):
            way = "in the step that needs it" if _is_for_build(path) else "when the container starts"
            yield Problem(word, f"'{path}' stays in a layer of the image: mount it {way}", hides=())


def _environment_files(copy: Copy, stage: Stage) -> Problems:
    """A ``.env`` of the context that a shipped stage takes from another one, none of whose steps makes such a file."""
    words = [word for word in copy.sources if (value_of(word, copy, stage) or "").endswith("/.env")]
    source = stage.source_of(copy) if words and stage.layered else None
    before = list(islice(source.lineage, _MOST_STAGES)) if source is not None else []
    if not before or len(before) == _MOST_STAGES or any(".env" in run.raw for at in before for run in at.runs):
        return
    for word in words:
        yield Problem(word, f"'{word.text}' stays in the image: give the container its variables when it starts")


def _has_no_credential(path: str, stage: Stage) -> bool:
    """Whether the file lies in the context and holds settings alone."""
    text = stage.graph.context.text(path) if stage.graph.context is not None else None
    return text is not None and holds_settings_only(path, text)


# What programs read while they install, and servers do not (docs.npmjs.com, pip.pypa.io, git-scm.com).
_FOR_BUILD = frozenset(
    ".netrc _netrc .npmrc .yarnrc.yml .pypirc .git-credentials .dockercfg .ssh id_rsa id_dsa id_ecdsa"
    " id_ed25519".split()
)


def _is_for_build(path: str) -> bool:
    """Whether a file is one that steps of a build use, rather than the program in the container."""
    return posixpath.basename(path.rstrip("/")) in _FOR_BUILD or path.endswith(".docker/config.json")


def _copied_to(path: str, stage: Stage) -> Node | None:
    """The COPY or ADD whose destination holds ``path``; relative paths start at the last WORKDIR."""
    last = stage.workdir
    wanted = posixpath.normpath(posixpath.join(last if isinstance(last, str) else "/", path))
    for copy in stage.instructions[:100]:
        if not isinstance(copy, (Copy, Add)) or copy.destination is None or _is_from_elsewhere(copy):
            continue
        where = value_of(copy.destination, copy, stage)
        if where is None:
            continue
        base = stage.workdir_at(copy)
        target = posixpath.normpath(posixpath.join(base if isinstance(base, str) else "/", where))
        if target == "/":
            # The whole image is below it; a relative path is meant to be what was copied there.
            if not path.startswith("/") and any(value_of(word, copy, stage) in (".", "./") for word in copy.sources):
                return copy
        elif wanted == target or wanted.startswith(f"{target}/"):
            return copy
    return None


def _is_from_elsewhere(copy: Copy | Add) -> bool:
    return isinstance(copy, Copy) and copy.from_ is not None
