"""Ruby images: how Bundler is installed and called."""

from __future__ import annotations

from dlint.api import Command, Problem, Problems, check
from dlint.api.dockerfile import ShellCommand, Stage

_SETTINGS = ("without", "with", "path", "clean", "frozen", "system", "deployment")
_DEVELOPMENT = frozenset(("dev", "development", "test", "testing", "ci"))


@check(on=Command("bundle"))
def bundler_flags_deprecated(command: ShellCommand) -> Problems:
    """``bundle install`` with flags that Bundler remembers, and that have become settings."""
    if command.verb != "install":
        return
    for flag in command.flags:
        name = flag.name.lstrip("-")
        if name in _SETTINGS and flag.name.startswith("--"):
            value = flag.value or ("true" if name not in ("without", "with", "path") else "…")
            message = (
                f"{flag.name} is deprecated and gone from Bundler 4; run 'bundle config set {name} {value}' before"
            )
            yield Problem(flag, message)


@check(on=Command("gem"))
def bundler_installed_again(command: ShellCommand, stage: Stage) -> Problems:
    """Bundler installed on the official Ruby image, which has it."""
    image = stage.root.image
    if command.verb != "install" or image is None or image.familiar != "ruby":
        return
    if _DEVELOPMENT & {*stage.name.replace("_", "-").split("-")}:
        return
    for word in command.arguments:
        if word.text.partition(":")[0] == "bundler":
            yield Problem(word, "The ruby image has Bundler, and bundle takes the version that Gemfile.lock names")
