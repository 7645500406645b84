"""GitHub workflows: the builds that steps of ``docker/build-push-action`` ask for, and what calls of Bake change.

Sources: the actions' ``action.yml`` and ``src/context.ts``: ``file`` starts at the workspace, without ``context`` the
builder fetches what git has, and ``{{defaultContext}}:folder`` is a folder of that. ``${{ … }}`` is unknown.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dlint.lazy import pattern
from dlint.model.builders.request import Request, gives_image, request
from dlint.model.builders.values import entry, filled, known, unknown
from dlint.source import Node
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

MOST_STEPS = 1000
"""How many steps of one workflow are looked at."""

_EXPRESSION = pattern(r"\$\{\{.*?(?:\}\}|\Z)", re.S)
_WORKSPACE = pattern(r"\$\{\{\s*github\.workspace\s*\}\}/?")
_DEFAULT_CONTEXT = pattern(r"\s*\{\{\s*defaultContext\s*\}\}(?::(?P<folder>[^\n]*))?\s*")
_LINE = pattern(r"[^\r\n]+")
_ITEM = pattern(r"[^\r\n,]+")
# Actions that put no file into the workspace that an image may be made of.
_HARMLESS = ("actions/checkout@", "docker/", "sigstore/", "aws-actions/", "google-github-actions/auth@")


class BakeCall:
    """A call of Bake by an action: ``files`` as it names them, ``targets``, what ``set`` gives as (target, field).

    ``folder`` is where it is called. Each of them is None if it is unknown.
    """

    def __init__(self, inputs: YamlMap) -> None:
        self.folder = _literal(inputs.get("workdir"), ".")
        self.files = _listed(inputs.get("files"))
        self.targets = _listed(inputs.get("targets"))
        self.fields = [*_set(inputs.get("set"))]


class Workflow:
    """What one workflow asks for: ``requests`` by job, ``calls`` of Bake. ``whole`` is false if it may be more."""

    def __init__(self, documents: list[YamlNode]) -> None:
        self.jobs: list[list[Request]] = []
        self.calls: list[BakeCall] = []
        self.whole = True
        self._left = MOST_STEPS
        root = documents[0] if documents else None
        jobs = root.get("jobs") if isinstance(root, YamlMap) else None
        for job in jobs.effective().entries if isinstance(jobs, YamlMap) else ():
            fields = job.value.effective() if isinstance(job.value, YamlMap) else None
            steps = fields.get("steps") if fields is not None else None
            if isinstance(steps, YamlSeq):
                self.jobs.append([*self._job(job.key.value, steps)])

    def _job(self, name: str, steps: YamlSeq) -> Iterator[Request]:
        place = _Workspace()
        for number, item in enumerate(steps.items):
            self._left -= 1
            if self._left < 0:
                self.whole = False
                return
            step = item.effective() if isinstance(item, YamlMap) else None
            if step is None:
                continue
            action = _text(step.get("uses"))
            inputs = step.get("with")
            given = inputs.effective() if isinstance(inputs, YamlMap) else YamlMap(item.source, item.span, [])
            if action.startswith("docker/build-push-action@v1"):
                self.whole = False  # Its inputs had other names.
            elif action.startswith("docker/build-push-action@"):
                yield self._request(step, given, place, _text(step.get("name")) or f"{name}, step {number + 1}")
            elif action.startswith("docker/bake-action@"):
                self.calls.append(BakeCall(given))
            place.see(action, given, _text(step.get("run")))

    def _request(self, step: YamlMap, inputs: YamlMap, place: _Workspace, name: str) -> Request:
        with_ = step.entry("with")
        key: Node = with_.key if with_ is not None else step.entries[0].key
        fields = [*_fields(inputs, place, "if" in step)]
        if any(one.key.value in ("context", "dockerfile", "target") and _is_unknown(one.value) for one in fields):
            self.whole = False
        outputs = _seq(inputs.get("outputs") or inputs, _LINE).items
        ships = gives_image(item.literal for item in outputs if isinstance(item, YamlScalar))
        return request("step", _shown(name), step, key, fields, fills=place.fills, made=place.made, ships=ships)


class _Workspace:
    """What lies in the workspace of a job before a step: where the repository is, and what may have been put there."""

    def __init__(self) -> None:
        self.own: str | None = ""
        self.others: list[str] = []
        self.fills = False
        self.made = ""

    def see(self, action: str, inputs: YamlMap, script: str) -> None:
        """Take notice of a step."""
        if action.startswith("actions/checkout@"):
            self._check_out(inputs)
        elif script:
            self.fills = True
            self.made += script + "\n"
        elif action and not action.startswith(_HARMLESS):
            self.fills = True
            self.made += "".join(f"{_text(one.value)}\n" for one in inputs.entries)

    def _check_out(self, inputs: YamlMap) -> None:
        folder = _literal(inputs.get("path"), "")
        foreign = inputs.get("repository") is not None
        if folder is None or (foreign and not folder):
            self.own = None
        elif foreign:
            self.others.append(posixpath.normpath(folder))
        elif folder:
            self.own = posixpath.normpath(folder)

    def path(self, scalar: YamlScalar) -> str | None:
        """A path of the workspace as one of the repository; None if it is unknown or not there."""
        text = scalar.value.strip()
        top = _WORKSPACE.match(text)
        text = _EXPRESSION.sub("\0", f"./{text[top.end() :]}" if top else text)
        if self.own is None or "\0" in text or "{{" in text or text.startswith(("/", "~")):
            return None
        path = posixpath.normpath(text or ".")
        if any(path == other or path.startswith(other + "/") for other in self.others):
            return None
        if self.own in ("", "."):
            return path
        return path[len(self.own) + 1 :] or "." if path == self.own or path.startswith(self.own + "/") else None


def _fields(inputs: YamlMap, place: _Workspace, conditional: bool) -> Iterator[YamlEntry]:
    """The inputs of a step under Compose's names."""
    context, folder = _context(inputs, place)
    if context is not None:
        yield context
    file = inputs.entry("file")
    if file is not None and isinstance(file.value, YamlScalar) and file.value.value.strip():
        yield entry(file.key, "dockerfile", _dockerfile(file.value, context, folder, place))
    for name, ours in (("target", "target"), ("network", "network")):
        one = inputs.entry(name)
        if one is not None and isinstance(one.value, YamlScalar) and one.value.value.strip():
            yield entry(one.key, ours, templated(one.value))
    for name, ours in _LINES:
        one = inputs.entry(name)
        if one is not None and not (ours == "tags" and (conditional or "load" in inputs or "outputs" in inputs)):
            yield entry(one.key, ours, _seq(one.value, _ITEM if ours in _WITH_COMMAS else _LINE))
    secrets = [one for name in ("secrets", "secret-files", "secret-envs") if (one := inputs.entry(name)) is not None]
    if secrets:
        ids = [_id(item) for one in secrets for item in _seq(one.value, _LINE).items]
        yield entry(secrets[0].key, "secrets", YamlSeq(inputs.source, secrets[0].value.span, [*ids]))


_LINES = (
    ("build-args", "args"),
    ("build-contexts", "additional_contexts"),
    ("ssh", "ssh"),
    ("platforms", "platforms"),
    ("tags", "tags"),
    ("allow", "entitlements"),
)
_WITH_COMMAS = ("platforms", "tags", "entitlements", "ssh")


def _context(inputs: YamlMap, place: _Workspace) -> tuple[YamlEntry | None, str | None]:
    """The context, and its folder in the repository; None for no entry, and for a folder that is unknown."""
    one = inputs.entry("context")
    if one is None or not isinstance(one.value, YamlScalar) or not one.value.value.strip():
        return None, "."
    text = one.value.value
    default = _DEFAULT_CONTEXT.fullmatch(text)
    if default:
        folder: str | None = posixpath.normpath(default["folder"] or ".") if "${" not in text else None
    elif "://" in text or text.startswith(("github.com/", "git@")):
        return entry(one.key, "context", templated(one.value)), None
    else:
        folder = place.path(one.value)
    value = known(one.value, folder) if folder is not None else unknown(one.value)
    return entry(one.key, "context", value), folder


def _dockerfile(file: YamlScalar, context: YamlEntry | None, folder: str | None, place: _Workspace) -> YamlScalar:
    """The path of the Dockerfile from the context on, as Compose and Bake write it."""
    fetched = context is None or (isinstance(context.value, YamlScalar) and "{{" in context.value.raw)
    if folder is None:
        return unknown(file)
    if fetched and "$" not in file.value:
        return known(file, posixpath.normpath(file.value.strip()))
    path = place.path(file)
    return known(file, posixpath.relpath(path, folder)) if path is not None else unknown(file)


def templated(scalar: YamlScalar) -> YamlScalar:
    """A value with its ``${{ … }}`` unknown."""
    return filled(scalar, [*_expressions(scalar.value)])


def _expressions(text: str) -> Iterator[tuple[int, int, bool]]:
    at = 0
    for match in _EXPRESSION.finditer(text):
        if match.start() > at:
            yield at, match.start(), True
        yield match.start(), match.end(), False
        at = match.end()
    if at < len(text):
        yield at, len(text), True


def _seq(node: YamlNode, separator: re.Pattern[str]) -> YamlSeq:
    """The items of an input that lists them, a line each, each at its place."""
    items: list[YamlNode] = []
    if isinstance(node, YamlScalar):
        whole = templated(node)
        for match in separator.finditer(whole.value):
            text = match.group().strip().strip("\"'")
            if text and not text.startswith("#"):
                start = match.start() + match.group().index(text)
                items.append(_item(whole, start, text))
    return YamlSeq(node.source, node.span, items)


def _item(whole: YamlScalar, start: int, text: str) -> YamlScalar:
    place = whole.at(start, start + len(text))
    found = YamlScalar(place.source, place.span, text)
    inner = [(max(index - start, 0), offset) for index, offset in whole.text.pieces if index < start + len(text)]
    found.place_at([(0, place.span[0]), *(piece for piece in inner if piece[0] > 0)])
    return found


def _id(item: YamlNode) -> YamlScalar:
    """The id of a secret: what stands before the sign of equality."""
    assert isinstance(item, YamlScalar)
    name, sign, _ = item.value.partition("=")
    return known(item.at(0, len(name)), name) if sign and "$" not in name else unknown(item)


def _listed(node: YamlNode | None) -> list[str] | None:
    """The items of an input; None if one is unknown."""
    if node is None:
        return []
    items = [item.literal for item in _seq(node, _ITEM).items if isinstance(item, YamlScalar)]
    return None if None in items else [item for item in items if item is not None]


def _set(node: YamlNode | None) -> Iterator[tuple[str, str]]:
    """What ``set`` gives: ``app.args.VERSION=1`` as ``app`` and ``args.VERSION``."""
    for item in _seq(node, _LINE).items if node is not None else ():
        if isinstance(item, YamlScalar):
            target, dot, field = item.value.partition("=")[0].partition(".")
            if dot:
                yield target.strip(), field.strip().rstrip("+")


def _text(node: YamlNode | None) -> str:
    return node.value if isinstance(node, YamlScalar) else ""


def _literal(node: YamlNode | None, default: str) -> str | None:
    """The value of an input; None if it is unknown."""
    text = _text(node).strip()
    return None if "${{" in text else text or default


def _is_unknown(node: YamlNode) -> bool:
    return isinstance(node, YamlScalar) and node.literal is None


def _shown(name: str) -> str:
    """A step's name in a sentence: short, on one line, without what nobody knows."""
    text = " ".join(_EXPRESSION.sub("…", name).split())
    return text if len(text) <= 60 else text[:59] + "…"
