"""What a stage is for: development or production; what its image starts; whose its files are."""

from __future__ import annotations

from itertools import islice

from dlint.lazy import pattern
from dlint.model.dockerfile.commands import MOST
from dlint.model.facts.users import is_root
from dlint.syntax.dockerfile.parser import Add, Copy, Run, User

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.dockerfile.parser import Instruction

_DEVELOPMENT = pattern(r"(?:^|[-_.])(?:dev|devel|development|test|tests|testing|ci|debug|local|xdebug)(?:$|[-_.])")
# The variables by which Rails, Rack, Node.js and several frameworks of PHP and others are told what they run for.
_SWITCHES: Final = ("RAILS_ENV", "RACK_ENV", "NODE_ENV", "APP_ENV")
_STARTERS: Final = (".sh", "entrypoint", "supervisord", "init", "sshd", "run-parts", "s6-")


def for_development(stage: Stage) -> bool:
    """Whether a stage is not for production: by the name of it or one it is built from, or by what ENV leaves set."""
    if _is_named_so(stage):
        return True
    if not stage.source.mentions(*_SWITCHES):
        return False
    bindings = (stage.history.get(name, len(stage.instructions)) for name in _SWITCHES)
    return any(
        found is not None and found.kind == "env" and found.value in ("development", "test") for found in bindings
    )


def named_for_development(stage: Stage) -> bool:
    """Whether the name of a stage, of one it is built from, or of its file says that it is not for production."""
    file = stage.source.path.rpartition("/")[2].lower()
    return _DEVELOPMENT.search(file) is not None or _is_named_so(stage)


def _is_named_so(stage: Stage) -> bool:
    return any(_DEVELOPMENT.search(at.name) for at in islice(stage.lineage, MOST))


def is_production(stage: Stage, image: str) -> bool:
    """Whether a stage is built on an official image of that name, and not for development."""
    root = stage.root.image
    return root is not None and root.familiar == image and not for_development(stage)


def is_script(start: Instruction) -> bool:
    """Whether what is started is a script or a supervisor, which may change to another user by itself."""
    return any(word in start.args.text for word in _STARTERS)


def roots_own(source: Stage | None) -> bool:
    """Whether all that may be copied from a stage is root's there, and stays so; False for an image, or if unknown.

    COPY --from keeps owners, other than COPY from the build context.
    """
    if source is None:
        return False
    left = MOST
    for at in source.lineage:
        for node in at.instructions[1 : left + 1]:
            if isinstance(node, User):
                if node.user is None or node.user.literal is None or not is_root(node.user.literal):
                    return False
            elif isinstance(node, Run | Copy | Add) and "chown" in node.raw:
                return False
        left -= len(at.instructions)
        if left <= 0:
            break
    return True
