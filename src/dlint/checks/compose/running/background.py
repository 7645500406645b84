"""Servers that a service's command starts in the background."""

from __future__ import annotations

import posixpath

from dlint.api import Node, Problem, Problems, check
from dlint.api.compose import SHELLS, CommandLine, ComposeModel, Service, script_of_texts
from dlint.api.daemons import goes_to_background


@check(
    on=Service,
    keys=("command", "entrypoint"),
    words=(
        "nginx", "openresty", "httpd", "apache", "php-fpm", "sshd", "cron", "rsyslog", "lighttpd", "dnsmasq", "squid",
        "named", "varnish", "smbd", "nmbd", "proftpd", "unbound", "keepalived", "chronyd", "-d", "--fork",
        "--daemon", "start", "service", "pm2",
    ),
)  # fmt: skip
def command_goes_to_background(service: Service, model: ComposeModel) -> Problems:
    """A command whose server leaves the foreground, so that the container ends at once."""
    line = service.entrypoint or service.command
    if line is None or (service.entrypoint is not None and service.command is not None):
        return
    found = _last(line)
    if found is None:
        return
    where, program, words = found
    if goes_to_background(program, words) and not _is_set(service, model):
        yield Problem(
            where,
            f"{program} goes to the background here, so that service {service.name} ends as soon as it starts: keep it"
            " in the foreground",
        )


def _last(line: CommandLine) -> tuple[Node, str, list[str]] | None:
    """What a command runs last, with its words; None where that is not known."""
    words = line.arguments
    if not words:
        return None
    if posixpath.basename(words[0]) not in SHELLS:
        return line, posixpath.basename(words[0]), words[1:]
    script = script_of_texts(words)
    last = script.commands[-1] if script is not None and script.commands and not script.has_error else None
    around = last.surroundings if last is not None else None
    if script is None or last is None or around is None or around.in_loop or "wait" in script.names:
        return None
    return line, last.tool, [word.text for word in last.words]


def _is_set(service: Service, model: ComposeModel) -> bool:
    """Whether mounted settings, or those of an image that is built here, may keep a server in the foreground."""
    image = model.image_of(service)
    if image is None or image.stage is not None or service.configs:
        return True
    for mount in service.mounts:
        target = mount.target.literal if mount.target is not None else None
        part = mount.host_path
        if target is None or target.startswith(("/etc", "/usr/local")):
            source = model.read(part, part.literal) if part is not None and part.literal else None
            if source is None or "daemon" in source.text:
                return True
    return False
