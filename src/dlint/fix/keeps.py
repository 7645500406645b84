"""What a fix must keep: a file its reader accepted, every comment in it, and the failures of its steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from dlint.lazy import NamedTuple, pattern
from dlint.project.kinds import kind_by_name
from dlint.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.syntax.dockerfile.parser import Dockerfile
    from dlint.syntax.shell.steps import Program
    from dlint.syntax.yaml.parser import YamlStream

_LEFT_OUT = pattern(r"\\\n|(?:^|(?<=\s))#[^\n]*")
_OPERATOR = pattern(r"\|\||[;|\n!]|(?<!&)&(?!&)")


def accepts(source: Source) -> bool:
    """Whether the file parses without a fault."""
    kind = _kind(source)
    if kind == "dockerfile":
        from dlint.syntax.dockerfile.validate import file as validate

        return not validate.faults(_dockerfile(source))
    if kind == "compose":
        return not _stream(source).faults
    if kind == "builder":
        return True  # No fix changes one.
    from dlint.syntax import dockerignore

    return not dockerignore.parse(source).faults


def comments(source: Source) -> list[str]:
    """The text of every comment of the file, in order."""
    kind = _kind(source)
    if kind == "dockerfile":
        return [comment.text.strip() for comment in _dockerfile(source).comments]
    if kind == "compose":
        stream = _stream(source)
        found = [comment.text.strip() for comment in stream.comments]
        return found + _inline_comments(stream) if "dockerfile_inline" in source.text else found
    if kind == "builder":
        return []
    from dlint.syntax import dockerignore

    return [comment.raw for comment in dockerignore.parse(source).comments]


def hides_failure(before: Source, after: Source) -> bool:
    """Whether a RUN of the Dockerfile ``after`` may end with 0 where one of ``before`` fails.

    Where a changed script cannot be read for sure, it may if it has more operators behind which a failure is lost.
    Scripts of Windows shells are not looked at.
    """
    if _kind(before) != "dockerfile":
        return False
    return any(_hides(old, new) for old, new in _changed(_steps(before), _steps(after)))


def _changed(old: list[_Step], new: list[_Step]) -> Iterator[tuple[list[_Step], list[_Step]]]:
    """The steps that are not the same in both, as far as can be told which became which."""
    if old == new:
        return
    from difflib import SequenceMatcher

    for kind, one, two, three, four in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if two - one == four - three:
            yield from zip(([step] for step in old[one:two]), ([step] for step in new[three:four]), strict=True)
        else:
            yield old[one:two], new[three:four]


def _hides(old: list[_Step], new: list[_Step]) -> bool:
    """Whether the changed steps may succeed where they failed before."""
    from dlint.syntax.shell.status import hides_failure as hidden
    from dlint.syntax.shell.steps import UnclearError

    try:
        return hidden([_program(step) for step in old], [_program(step) for step in new])
    except UnclearError:
        return bool(_operators(new) - _operators(old))


class _Step(NamedTuple):
    """What a RUN hands to a shell, and the options that make that stop."""

    script: str
    errexit: bool
    pipefail: bool


def _steps(source: Source) -> list[_Step]:
    from dlint.model.dockerfile import graph as stages
    from dlint.model.dockerfile.shells import options_at_start

    found: list[_Step] = []
    for stage in stages.build(_dockerfile(source)).stages:
        for run in stage.runs:
            script = stage.script(run)
            if script is not None and script.posix:
                text = script.text.text
                found.append(_Step(text, *options_at_start(run, text, stage.shell_at(run))))
    return found


def _program(step: _Step) -> Program:
    """Raises UnclearError."""
    from dlint.syntax.shell.steps import Program
    from dlint.syntax.shell.tree_steps import read

    return Program(read(step.script), step.errexit, step.pipefail)


def _operators(steps: list[_Step]) -> Counter[str]:
    """What a failure may be lost behind, counted; comments and continued lines left out."""
    return Counter(chain.from_iterable(_OPERATOR.findall(_LEFT_OUT.sub(" ", step.script)) for step in steps))


def _kind(source: Source) -> str:
    return kind_by_name(source.path) or ("compose" if source.path.endswith((".yml", ".yaml")) else "dockerfile")


# One trial asks for the trees of a file before and after it several times.
@lru_cache(maxsize=4)
def _dockerfile(source: Source) -> Dockerfile:
    from dlint.syntax.dockerfile import parser

    return parser.parse(source)


@lru_cache(maxsize=4)
def _stream(source: Source) -> YamlStream:
    from dlint.syntax.yaml import parser

    return parser.parse(source)


def _inline_comments(stream: YamlStream) -> list[str]:
    """The comments of the Dockerfiles that stand in a Compose file."""
    from dlint.syntax.dockerfile import parser as dockerfile
    from dlint.syntax.yaml.nodes import YamlMap, YamlNode, YamlScalar, YamlSeq
    from dlint.workspace.inline_dockerfile import inline_source

    found: list[str] = []
    stack: list[YamlNode] = [*stream.documents]
    while stack:
        node = stack.pop()
        if node.alias is not None:
            continue
        if isinstance(node, YamlSeq):
            stack += node.items
        elif isinstance(node, YamlMap):
            for entry in node.entries:
                stack.append(entry.value)
                if entry.key.value == "dockerfile_inline" and isinstance(entry.value, YamlScalar):
                    found += [comment.text.strip() for comment in dockerfile.parse(inline_source(entry.value)).comments]
    return found
