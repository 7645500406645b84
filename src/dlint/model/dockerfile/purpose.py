"""What a stage is for: development or production; what its image starts; whose its files are."""

from __future__ import annotations

from itertools import islice

from dlint.lazy import pattern
from dlint.model.dockerfile.commands import started
from dlint.model.facts.users import is_root
from dlint.project.kinds import is_workplace
from dlint.syntax.dockerfile.parser import Add, Copy, Env, Onbuild, Run, User
from dlint.syntax.shell.commands import MOST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.dockerfile.parser import Instruction
    from dlint.syntax.image import ImageRef

_DEVELOPMENT: Final = frozenset("dev devel development test tests tester testing ci debug local xdebug".split())
# The variables by which Rails, Rack, Node.js and several frameworks of PHP and others are told what they run for.
_SWITCHES: Final = ("RAILS_ENV", "RACK_ENV", "NODE_ENV", "APP_ENV")
_STARTERS: Final = (".sh", "entrypoint", "supervisord", "init", "sshd", "run-parts", "s6-")


def for_development(stage: Stage) -> bool:
    """Whether a stage is not for production: it is a dev container's, or the name of it or one it is built from says
    so, or what ENV leaves set.
    """
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
    return _says_development(file) or _is_named_so(stage)


def _is_named_so(stage: Stage) -> bool:
    return is_workplace(stage.source.path) or any(_says_development(at.name) for at in islice(stage.lineage, MOST))


def _says_development(name: str) -> bool:
    return not _DEVELOPMENT.isdisjoint(name.replace("_", "-").replace(".", "-").split("-"))


# The official image, Red Hat's, those of Phusion, JRuby and CircleCI, and what others call so.
_RUBY_IMAGE = pattern(r"(?:^|[-_/])(?:jruby|passenger-full|rails|ruby)(?:$|[-_\d])")
_RUBY_SERVERS: Final = frozenset("puma unicorn unicorn_rails thin rackup rails passenger thrust falcon".split())


def is_ruby_image(image: ImageRef | None) -> bool:
    """Whether the name of an image says that Ruby is in it."""
    return image is not None and _RUBY_IMAGE.search(image.familiar) is not None


def runs_ruby(stage: Stage) -> bool:
    """Whether a stage is for a program in Ruby, and not for development.

    So say the name of its base image, ``RAILS_ENV`` or ``RACK_ENV``, and the server that it starts.
    """
    if for_development(stage):
        return False
    if is_ruby_image(stage.root.image):
        return True
    return _is_told_ruby(stage) or _starts_ruby(stage)


def _is_told_ruby(stage: Stage) -> bool:
    """Whether ENV, here or for images that are built on this one, says what a program in Ruby runs for."""
    if not stage.source.mentions("RAILS_ENV", "RACK_ENV"):
        return False
    for at in islice(stage.lineage, MOST):
        for node in at.instructions[:MOST]:
            inner = node.trigger if isinstance(node, Onbuild) else node
            if isinstance(inner, Env) and any(pair.key.text in ("RAILS_ENV", "RACK_ENV") for pair in inner.pairs):
                return True
    return False


def _starts_ruby(stage: Stage) -> bool:
    """Whether what is started is a server of Ruby, as it is or by ``bundle exec``."""
    for program in started(stage):
        words = [program.name, *program.words]
        name = words[2] if words[:2] == ["bundle", "exec"] and len(words) > 2 else words[0]
        if name.rpartition("/")[2] in _RUBY_SERVERS:
            return True
    return False


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
