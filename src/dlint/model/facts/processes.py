"""Processes of a container: shells, what watches several programs or reaps children as process 1, what a script starts
and which programs it cannot do without.

Sources: the manuals of the programs; Docker on several processes in a container
(https://docs.docker.com/engine/containers/multi-service_container/) and on an init process
(https://docs.docker.com/reference/cli/docker/container/run/#init).
"""

from __future__ import annotations

import posixpath

from dlint.lazy import pattern
from dlint.source import Source, Span, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from dlint.syntax.shell.script import Script, ShellCommand

SUPERVISORS: Final = frozenset(
    "supervisord runsvdir runsvdir-start runsvinit runit runit-init s6-svscan my_init circusd foreman honcho forego"
    " goreman hivemind overmind monit multirun process-compose systemd init".split()
)
"""Programs that are there to start several others and to keep them running."""

# Without one of these words they list processes or run one of them.
_BY_WORD: Final = dict.fromkeys(("foreman", "honcho", "forego", "goreman", "hivemind", "overmind"), ("start", "s"))
_SYSTEMS: Final = frozenset(
    (
        "/sbin/init",
        "/usr/sbin/init",
        "/lib/systemd/systemd",
        "/usr/lib/systemd/systemd",
        "/bin/systemd",
        "/sbin/systemd",
    )
)
_RUNNING: Final = frozenset("python python2 python3 bundle poetry pipenv uv npx run".split())

INITS: Final = SUPERVISORS | frozenset(
    "tini tini-static dumb-init catatonit docker-init s6-overlay-suexec pid1 yelp-dumb-init bash_init".split()
)
"""Programs that, as process 1, pass signals on and reap the children that others leave behind."""

# Node.js and process 1: https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#handling-kernel-signals
# npm, pnpm, yarn and npx start a shell that starts the program; the JVM waits only for children that it knows.
UNREAPED: Final = frozenset(
    "node nodejs nodemon ts-node ts-node-dev tsx npm npx yarn yarnpkg pnpm pnpx bun deno pm2 pm2-runtime forever"
    " java".split()
)
"""Programs that, as process 1, neither reap children of others nor act on SIGTERM unless they are written to."""

SHELLS: Final = frozenset(("sh", "bash", "dash", "ash", "ksh", "zsh", "mksh", "rbash"))
"""Programs that read a script; those of ``syntax.shell.wrappers``, which a run over Compose files does not import."""

RUNNERS_OF_SCRIPTS: Final = SHELLS | frozenset(("eval", "source", ".", "make"))
"""Commands that run others, which nobody sees where they are named."""

_ALSO_PROGRAMS: Final = frozenset("[ echo false kill printf pwd test true".split())
NEEDS_SHELL: Final = frozenset(
    ". : alias bg break case cd command continue eval exec exit export fg for function if jobs let local read readonly"
    " return set shift source times trap type ulimit umask unset until wait while".split()
)
"""Words that a shell alone understands: an image has no program of that name."""

BUILT_IN: Final = NEEDS_SHELL | _ALSO_PROGRAMS
"""Words that a shell understands by itself, whether there is a program of that name or not."""

NEEDS_NO_PROGRAM: Final = BUILT_IN | {"timeout", "env"}
"""Names of commands that are not what an image may lack: shells have them built in, or they run others."""

PROGRAM_FOLDERS: Final = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
"""Where a name without a path is looked for, in this order (moby, ``DefaultPathEnv``)."""

_HOLDING_PROGRAMS: Final = frozenset((*PROGRAM_FOLDERS, "/", "/usr", "/usr/local"))


def runs_unseen(command: ShellCommand) -> bool:
    """Whether a command runs what is written elsewhere: a script, a file by its path, what a variable names."""
    name = command.name
    return command.tool in RUNNERS_OF_SCRIPTS or "/" in command.called or name.endswith(".sh") or name.startswith("$")


def holds_programs(folder: str) -> bool:
    """Whether a folder is one of ``PROGRAM_FOLDERS``, or one above them."""
    return (folder.rstrip("/") or "/") in _HOLDING_PROGRAMS


RUNTIMES: Final = frozenset(
    "node nodejs npm npx yarn pnpm bun deno python uvicorn hypercorn flask streamlit java dotnet ruby bundle rails puma"
    " rackup elixir mix".split()
)
"""Programs that run an application, which stays, as the user that they are started as."""

SERVING: Final = RUNTIMES | frozenset(
    "gunicorn daphne celery php-fpm nginx apache2-foreground httpd mongod redis-server mysqld postgres caddy"
    " traefik".split()
)
"""Programs that stay and serve, so that signals should reach them."""

PROMPTS: Final = SHELLS | frozenset(("python", "python3", "node", "irb", "jshell", "iex", "erl"))
"""Programs that ask a person for the next line when they are started alone, and end where there is nobody."""

ENTRYPOINTS: Final = frozenset(("docker-entrypoint.sh", "__cacert_entrypoint.sh", "docker-php-entrypoint"))
"""Scripts of the official images (github.com/docker-library) that end by running the command behind them."""

HANDING_ON: Final = frozenset(
    "tini dumb-init catatonit docker-init su-exec gosu env exec nice s6-setuidgid setpriv runuser chpst sudo doppler"
    " infisical chamber dotenv".split()
)
"""Programs that run the command behind their own options."""

_MOST: Final = 200

# What is no service: it prepares, waits, watches a file, or is a screen or a bus for the program.
_HELPERS: Final = SHELLS | frozenset(
    "tail sleep wait cat echo printf true false : read exit return test [ [[ cd export set unset source . mkdir rmdir"
    " chown chmod rm cp mv ln touch date ls ps id whoami trap kill while for if until tee logger mkfifo fg bg jobs"
    " disown watch top htop sed awk grep find sync ulimit umask sysctl iptables ip6tables ip modprobe mount umount"
    " Xvfb Xorg Xvnc xvfb-run fluxbox dbus-daemon dbus-launch pulseaudio dbus-uuidgen wait-for-it wait-for-it.sh"
    " wait-for wait-for.sh dockerize curl wget inotifywait openssl ssh-keygen ldconfig shift local env eval sysctl"
    " service systemctl rc-service pause infinity more less usermod groupmod useradd groupadd envsubst git pip npm"
    " stty tput clear break continue getopts declare".split()
)
# Daemons that leave the terminal: the options with which they stay, or those that make them leave.
_STAY: Final = {
    "sshd": ("-D", "-d", "-t", "-T"), "cron": ("-f",), "crond": ("-f", "-n"), "rsyslogd": ("-n",),
    "supervisord": ("-n", "--nodaemon"), "dovecot": ("-F",), "named": ("-f", "-g"), "vsftpd": (), "atd": ("-f",),
    "syslog-ng": ("-F", "--foreground"), "smbd": ("-F", "--foreground"), "nmbd": ("-F", "--foreground"),
}  # fmt: skip
_LEAVE: Final = {
    "php-fpm": ("-D", "--daemonize"), "memcached": ("-d",), "mongod": ("--fork",), "haproxy": ("-D",),
    "gunicorn": ("-D", "--daemon"), "uwsgi": ("--daemonize",), "rabbitmq-server": ("-detached",),
    "redis-server": ("--daemonize",), "mysqld": ("--daemonize",),
}  # fmt: skip
_VERBS: Final = {
    "apachectl": ("start",), "apache2ctl": ("start",), "postfix": ("start",), "pg_ctl": ("start",),
    "pg_ctlcluster": ("start",), "pm2": ("start",),
}  # fmt: skip
_ANSWERS: Final = ("-t", "-s", "-v", "-V", "-T", "--version", "--help")
_STARTS: Final = ("start", "restart", "reload")
# Whoever stops something started it for a while only: to set up a database, say.
_STOPS: Final = ("kill", "pkill", "killall", "mysqladmin", "killall5")


def script_of_words(words: Sequence[Text]) -> Script | None:
    """What a shell reads of words such as ``sh -c "…"``, other programs before it passed over; None without one."""
    found = _of_shell([word.text for word in words])
    if found is None:
        return None
    from dlint.syntax.shell.walk import parse

    return parse(words[found[1]], dialect=found[0])


def script_of_texts(words: Sequence[str]) -> Script | None:
    """The same for words whose places do not matter."""
    found = _of_shell(words)
    if found is None:
        return None
    from dlint.syntax.shell.walk import parse

    text = words[found[1]]
    return parse(Text.plain(Source("", text), Span(0, len(text))), dialect=found[0])


def _of_shell(words: Sequence[str]) -> tuple[str, int] | None:
    """The dialect of the first shell among words, and the index of the word that is its script."""
    shell = next((at for at, word in enumerate(words) if posixpath.basename(word) in SHELLS), len(words))
    for at in range(shell + 1, len(words) - 1):
        if not words[at].startswith("-"):
            return None
        if "c" in words[at] and not words[at].startswith("--"):
            return posixpath.basename(words[shell]), at + 1
    return None


def is_shell_call(words: Sequence[str]) -> bool:
    """Whether words are a shell and the one word that it reads as a script: ``sh -c "…"``."""
    return len(words) == 3 and posixpath.basename(words[0]) in SHELLS and words[1] in ("-c", "-ec", "-lc")


def service_name(command: ShellCommand) -> str:
    """What to call the service that a command of ``services_in`` starts."""
    if command.name in ("service", "rc-service") and command.given:
        return command.given[0].text
    if command.name == "systemctl" and len(command.given) > 1:
        return command.given[-1].text
    return "the command" if command.name.startswith("$") else command.name.removesuffix(".sh")


def services_in(script: Script) -> list[ShellCommand]:
    """The commands of a start script that each start something that stays; none if it stops some of them again."""
    commands = [command for command in script.commands[:_MOST] if command.name]
    if any(_stops(command) for command in commands):
        return []
    found = {command.index: command for command in commands if _is_service(command)}
    for separator in script.separators:
        if separator.operator == "&":
            before = [command for command in commands if command.span[1] <= separator.span[0]]
            if before and before[-1].name not in _HELPERS:
                found[before[-1].index] = before[-1]
    if commands and _serves(commands[-1]):
        found[commands[-1].index] = commands[-1]
    return [found[index] for index in sorted(found)]


def several_in(script: Script) -> dict[str, ShellCommand]:
    """What ``services_in`` finds in a script by what it is called, if that is more than one service; else nothing."""
    if not _may_start_several(script.text.text):
        return {}
    found: dict[str, ShellCommand] = {}
    for command in services_in(script):
        found.setdefault(service_name(command), command)
    return found if len(found) > 1 else {}


# An `&` that is neither part of `&&` nor of a redirect.
_BACKGROUND = pattern(r"(?<![&<>|])&(?![&>])")
_STARTERS: Final = ("service", "systemctl", "/etc/init.d/", "nginx", *_VERBS, *_STAY, *_LEAVE)


def _may_start_several(text: str) -> bool:
    """Whether anything but the last command of a script may be a service: a cheap look, as in most none is."""
    return _BACKGROUND.search(text) is not None or any(name in text for name in _STARTERS)


def _serves(command: ShellCommand) -> bool:
    return command.name not in _HELPERS and not any(word.text in ("--version", "--help") for word in command.given)


def _stops(command: ShellCommand) -> bool:
    return command.name in _STOPS or any(word.text in ("stop", "shutdown", "quit") for word in command.given[:4])


def _is_service(command: ShellCommand) -> bool:
    """Whether a command starts something in the background by itself."""
    texts = [word.text for word in command.given[:20]]
    name = command.name
    if name in ("service", "rc-service"):
        return len(texts) > 1 and texts[1] in _STARTS
    if name == "systemctl":
        return len(texts) > 1 and texts[0] in _STARTS
    if "/etc/init.d/" in command.name_node.raw:
        return bool(texts) and texts[0] in _STARTS
    if name == "nginx":
        return not any("daemon off" in text or text in _ANSWERS for text in texts)
    if name in _VERBS:
        return any(text in _VERBS[name] for text in texts)
    if name in _STAY:
        return not command.has_flag(*_STAY[name]) and not any(text in _STAY[name] for text in texts)
    leave = _LEAVE.get(name.rstrip("0123456789."))
    return leave is not None and any(text.partition("=")[0] in leave for text in texts)


def supervisor(words: Sequence[str]) -> str | None:
    """The program, if a command line starts one that is there to run several others; an init by its path only."""
    at = next((at for at, word in enumerate(words) if word[:1] != "-" and not _leads_on(word)), len(words))
    first = words[at] if at < len(words) else ""
    name = posixpath.basename(first)
    if name in ("init", "systemd"):
        return first if first in _SYSTEMS else None
    if name in _BY_WORD and not {*words[at + 1 : at + 2]}.intersection(_BY_WORD[name]):
        return None
    return name if name in SUPERVISORS else None


def _leads_on(word: str) -> bool:
    name = posixpath.basename(word)
    return name in HANDING_ON or name in _RUNNING


def names_init(words: Sequence[str]) -> bool:
    """Whether a command line starts an init program, also behind another program and its options."""
    return is_init(words) or any(posixpath.basename(word) in INITS for word in words[:8])


def is_init(words: Sequence[str]) -> bool:
    """Whether a command line starts an init program: the first one of it, or the one that it names with its path."""
    first = words[0] if words else ""
    # What s6-overlay, LinuxServer's and Phusion's images start.
    return posixpath.basename(first) in INITS or first in ("/init", "/sbin/my_init")


# Commands behind which the next one counts as well.
_PASSED: Final = frozenset(("[", "command", "echo", "env", "exec", "printf", "test", "time", "timeout"))
# What makes success of a program's failure, or of its silence.
_TURNS = pattern(r"(?:^|[\s(])!\s|(?:\[|test)\s-z\s|!=")
_JOINTS = pattern(r"[|&;(){}\n]")


def needed_in(script: Script) -> list[ShellCommand]:
    """The commands all of which must work, up to the first ``||``, if nothing else is asked where they fail.

    Of several lists it is the last that says how the script ends.
    """
    if not script.posix or script.has_error or _TURNS.search(script.text.text) or _asks_another(script):
        return []
    found: list[ShellCommand] = []
    first = _last_list(script)
    for command in script.commands[first:]:
        if command.conditional or (command.operator_before not in ("", "&&", "|") and command.index != first):
            break
        if command.name and command.name not in NEEDS_NO_PROGRAM:
            found.append(command)
        elif command.name not in _PASSED:
            break
    return found


def _last_list(script: Script) -> int:
    """The index of the command that the last of several lists begins with."""
    text = script.text.text
    if "$?" in text or "set -" in text:
        return 0
    starts = [one for one in script.commands if one.operator_before in (";", "&", "\n")]
    return max((one.index for one in starts if one.surroundings is not None and one.surroundings.on_top), default=0)


def _asks_another(script: Script) -> bool:
    """Whether another program is asked where the first one fails, or all is well then."""
    behind = [one for one in script.commands[1:] if one.operator_before == "||"]
    return any(one.name not in NEEDS_NO_PROGRAM or _is_well(one) for one in behind)


def _is_well(command: ShellCommand) -> bool:
    """Whether a command ends with success, whatever was before it."""
    words = [word.text for word in command.arguments]
    return command.name in ("true", ":") or (command.name == "exit" and words == ["0"])


def needed_in_text(text: Text, shell: str) -> list[ShellCommand]:
    """The same for what a shell reads."""
    from dlint.syntax.shell.walk import parse

    return needed_in(parse(text, dialect=shell))


def may_need(text: str) -> Iterator[str]:
    """What of a text may be names of programs that it needs: a cheap look, before a shell's grammar reads it."""
    for part in _JOINTS.split(text):
        words = part.split()
        at = 0
        while at < len(words) and (words[at] in _PASSED or "=" in words[at]):
            at += 2 if words[at] == "timeout" else 1
        if at < len(words):
            yield words[at].strip("'\"").rpartition("/")[2]
