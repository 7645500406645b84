"""PHP images: what belongs to development only."""

from __future__ import annotations

from dlint.api import Command, Fix, Problem, Problems, check, pattern
from dlint.api.dockerfile import (
    MANAGERS,
    SYSTEM_NAMES,
    Add,
    Copy,
    Run,
    ShellCommand,
    Stage,
    below_from,
    environment,
    for_development,
    installs,
    is_official_php,
    is_php,
    made_by,
    opcache_switch,
    recent,
    started,
    value_of,
)

_XDEBUG = pattern(r"(?:php\d*(?:\.\d+)?-?(?:pecl-)?)?xdebug\d?(?:[-=@~].*)?")
_OFF = ("", "0", "false", "no", "off")


@check(on=Command("composer"))
def composer_dev_packages(command: ShellCommand, stage: Stage) -> Problems:
    """``composer install`` that takes the packages of ``require-dev`` along."""
    if command.verb != "install" or for_development(stage) or any(f.name == "--no-dev" for f in command.flags):
        return
    setting = environment(command, stage, "COMPOSER_NO_DEV")
    if setting is None or setting.lower() not in _OFF:
        return
    where = command.subcommand or command.name_node
    fix = Fix("Add --no-dev; packages for tests and tools are left out", where.insert_after(" --no-dev"), safe=False)
    yield Problem(where, "Add --no-dev, or the image carries the packages for tests and tools", fix=fix)


@check(
    on=Command(*SYSTEM_NAMES, "pecl", "docker-php-ext-install", "docker-php-ext-enable", "install-php-extensions"),
    words=("xdebug",),
)
def xdebug_in_image(command: ShellCommand, stage: Stage) -> Problems:
    """Xdebug in an image that is shipped."""
    if command.name in MANAGERS and not installs(command):
        return
    if command.conditional or not stage.layered or stage.os == "windows":
        return
    for word in command.arguments:
        if "xdebug" in word.text and _XDEBUG.fullmatch(word.text) and not for_development(stage):
            yield Problem(word, "Xdebug slows PHP down and lets others run code; keep it to a stage for development")
            return


_PHP_DIRECTORIES = ("/usr/local/etc/php", "/usr/local/lib/php", "/etc/php", "/etc/php.d")
_SERVERS = ("php-fpm", "apache2-foreground", "frankenphp")


@check(on=Stage, having=("shipped",))
def opcache_off(stage: Stage) -> Problems:
    """A PHP server that is shipped without a sign of OPcache."""
    if stage.os == "windows" or for_development(stage) or not _serves_php(stage):
        return
    for at in stage.lineage:
        for node in at.instructions[1:]:
            lines = (line for line in node.raw.split("\n") if not line.lstrip().startswith((";", "#")))
            # Who compiles PHP itself decides there what is in it.
            if any("opcache" in line.lower() or "./configure" in line for line in lines):
                return
            if isinstance(node, (Copy, Add)) and not node.heredocs and node.destination is not None:
                to = value_of(node.destination, node, at)
                if to is None or to.startswith(_PHP_DIRECTORIES) or _holds_php(node, to):
                    return
    advice = _opcache(stage)
    if advice is None:
        return
    message = f"Add OPcache ({advice}): without it PHP compiles every file on every request"
    fix = None
    if stage.image is not None and is_official_php(stage.image):
        fix = Fix(
            "Install OPcache; the image gets one more layer with it",
            below_from(stage, "RUN docker-php-ext-install opcache"),
            safe=False,
        )
    yield Problem(stage.from_.image or stage.from_.keyword, message, fix=fix)


_FPM_PACKAGE = pattern(r"(php\d*)-fpm(?:[=~<>-].*)?")


def _opcache(stage: Stage) -> str | None:
    """How a stage gets OPcache; None where it comes along, as with php-fpm of Debian, or nobody knows."""
    image = stage.root.image
    # The program is one of the official image, which the base must then be made of.
    if (image is not None and is_official_php(image)) or _starts(stage, "apache2-foreground"):
        return "docker-php-ext-install opcache"
    if image is not None and (switch := opcache_switch(image)) is not None:
        return switch
    for node, at in made_by(stage):
        script = at.script(node) if isinstance(node, Run) else None
        for command in recent(script.commands) if script is not None else ():
            if command.tool in ("apk", "dnf", "yum", "microdnf") and installs(command):
                for word in command.arguments:
                    if match := _FPM_PACKAGE.fullmatch(word.text):
                        return f"{command.name} {command.verb} {match[1]}-opcache"
    return None


def _holds_php(node: Copy | Add, to: str) -> bool:
    """Whether a whole tree comes from another stage or image, with the directories of PHP in it."""
    top = to.rstrip("/") + "/"
    return node.flag("from") is not None and any(place.startswith(top) for place in _PHP_DIRECTORIES)


def _starts(stage: Stage, *names: str) -> bool:
    return any(program.name in names for program in started(stage))


def _serves_php(stage: Stage) -> bool:
    """Whether the image is PHP's with a server in it, or starts one."""
    if _starts(stage, *_SERVERS):
        return True
    image = stage.root.image
    tag = image.tag or "" if image is not None else ""
    if image is None or not is_php(image):
        return False
    # The extension is a part of PHP itself from 8.5 on.
    return ("fpm" in tag or "apache" in tag) and not tag.startswith(("8.5", "9"))
