"""Servers that leave the foreground, in which a container lives no longer than its first process."""

from __future__ import annotations

from dlint.api import Node, Problem, Problems, Related, Span, check, pattern
from dlint.api.build import Add, Build, Copy, OwnImage, Run, Stage, target_of
from dlint.api.daemons import goes_to_background
from dlint.api.dockerfile import Script, ShellCommand, names_init, start_of, start_words

_SETTINGS = {
    "nginx": ("/etc/nginx/nginx.conf", "daemon off", ("/etc/nginx", "/usr/local/nginx", "/usr/local/openresty")),
    "openresty": ("", "daemon off", ("/etc/nginx", "/usr/local/openresty")),
    "php-fpm": ("", "daemonize", ("/etc/php", "/usr/local/etc", "/etc/php-fpm.d")),
}
_OFF = pattern(r"(?m)^[ \t]*daemon[ \t]+off[ \t]*;")
_CONF = "/etc/nginx/nginx.conf"


@check(
    on=Build,
    words=(
        "nginx", "openresty", "httpd", "apache", "php-fpm", "ssh", "cron", "rsyslog", "lighttpd", "dnsmasq", "squid",
        "named", "varnish", "smb", "nmb", "samba", "proftpd", "unbound", "keepalived", "chrony", "memcached", "haproxy",
        "mongo", "gunicorn", "uwsgi", "catalina", "tomcat", "zkserver", "neo4j", "kafka", "postfix", "forever",
        "service", "pm2", "redis-server",
    ),
)  # fmt: skip
def server_in_background(build: Build) -> Problems:
    """A server that the image starts in the background, so that the container ends at once."""
    for stage in build.graph.shipped:
        found = _server(build, stage) if stage.os != "windows" else None
        if found is None:
            continue
        where, program, words, related = found
        if goes_to_background(program, words) and not _is_set(build, stage, program):
            yield Problem(
                where,
                f"{program} goes to the background here, so that the container ends as soon as it starts: keep it in"
                " the foreground",
                related=related,
            )


def _server(build: Build, stage: Stage) -> tuple[Node, str, list[str], list[Related]] | None:
    """What the image runs last: where that is said, the program and its words; None where more may come after it."""
    starts = start_of(stage)
    if not starts or any(service.command is not None or service.entrypoint is not None for service in build.services):
        return None
    scripts = build.entry_scripts
    if scripts:
        commands = scripts[-1].commands if len(scripts) == 1 and len(starts) == 1 else None
        last = _last(commands) if commands is not None else None
        if last is None:
            return None
        return (
            scripts[0].where,
            last.tool,
            [word.text for word in last.words],
            [Related(last.name_node, "Started here")],
        )
    (node, at), more = starts[0], starts[1:]
    if more and not (node.json and more[0][0].json and not names_init(start_words(node))):
        return None
    script = at.command_line(node)
    last = _last(script) if script is not None else None
    if last is None or (more and "/" in start_words(node)[0] and last.tool not in start_words(node)[0]):
        return None
    words = [word.text for word in last.words]
    for other, _ in more:
        words += start_words(other)
    return last.name_node, last.tool, words, []


def _last(script: Script) -> ShellCommand | None:
    """The command that a script ends in, if that is in no loop, and nothing waits for what is in the background."""
    last = script.commands[-1] if script.commands else None
    around = last.surroundings if last is not None else None
    if script.has_error or around is None or around.in_loop or "wait" in script.names:
        return None
    return last


def _is_set(build: Build, stage: Stage, program: str) -> bool:
    """Whether settings may keep a server in the foreground."""
    file, text, folders = _SETTINGS.get(program.lower(), ("", "", ()))
    image = OwnImage.of_stage(stage)
    if program == "php-fpm" and image.base_name.startswith("php"):
        return True
    if not text:
        return False
    for at in stage.lineage:
        for node in at.instructions:
            if isinstance(node, Run) and text in node.raw:
                return True
            if isinstance(node, Copy | Add) and _may_set(node, at, folders):
                source = build.sources.file_at(file, stage) if file else None
                read = build.project.read(source) if source is not None else None
                if read is None or text in read.text or "include /etc/nginx/modules-enabled" in read.text:
                    return True
    return False


def _may_set(node: Copy | Add, stage: Stage, folders: tuple[str, ...]) -> bool:
    target = target_of(node, stage)
    return target is None or target == "/" or any(f"{target}/".startswith(f"{one}/") for one in folders)


@check(on=Build, words=("nginx",))
def nginx_daemon_set_twice(build: Build) -> Problems:
    """Settings with ``daemon off;`` in an image that gives nginx the same on its command line."""
    for stage in build.graph.shipped:
        source = build.sources.file_at(_CONF, stage)
        read = build.project.read(source) if source is not None else None
        match = _OFF.search(read.text) if read is not None else None
        told = OwnImage.of_stage(stage).cmd if match is not None else None
        words = told.value.words if told is not None else ()
        if match is None or read is None or not any("daemon off" in word for word in words):
            continue
        where = next((node.keyword for node, _ in start_of(stage)), stage.from_.image or stage.from_.keyword)
        yield Problem(
            where,
            f"nginx is told `daemon off` here and in {read.path}, and stops as the directive is there twice: take it"
            " out of the file",
            related=[Related(Node(read, Span(*match.span())), "It is set here as well")],
        )
