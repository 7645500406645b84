"""Commands that run the command in their words, as data; the facts are those of their manuals."""

from __future__ import annotations


class Wrapper:
    """A command whose words hold another command.

    ``values``: its own options that take a value. ``operands``: how many operands stand before the command.
    ``assigns``: ``NAME=value`` words before the command are assignments. ``script``: the option whose value is
    shell text (the command, then, is not among the words). ``query``: options with which nothing is run.
    ``steps_down``: it is there to run the command as another user.
    """

    __slots__ = ("values", "operands", "assigns", "script", "query", "steps_down")

    def __init__(
        self,
        values: str = "",
        operands: int = 0,
        assigns: bool = False,
        script: str = "",
        query: str = "",
        steps_down: bool = False,
    ) -> None:
        self.values = values
        self.operands = operands
        self.assigns = assigns
        self.script = script
        self.query = query
        self.steps_down = steps_down


WRAPPERS = {
    "sudo": Wrapper(
        "-u --user -g --group -h --host -p --prompt -C --close-from -r --role -t --type -T --command-timeout"
        " -U --other-user -D --chdir -R --chroot",
        assigns=True,
        query="-l --list -v --validate -V --version -K --remove-timestamp",
        steps_down=True,
    ),
    "doas": Wrapper("-u -C -a", steps_down=True),
    "gosu": Wrapper(operands=1, steps_down=True),
    "su-exec": Wrapper(operands=1, steps_down=True),
    "setuser": Wrapper(operands=1, steps_down=True),
    "setuidgid": Wrapper(operands=1, steps_down=True),
    "s6-setuidgid": Wrapper(operands=1, steps_down=True),
    "chpst": Wrapper("-u -U -b -e -/ -C -n -l -L -m -d -o -p -f -c -t", steps_down=True),
    "fixuid": Wrapper(steps_down=True),
    # What it starts is the value of an option; the words are that program's arguments.
    "start-stop-daemon": Wrapper(
        "-a --startas -x --exec -n --name -p --pidfile -u --user -c --chuid -g --group -s --signal -r --chroot -d"
        " --chdir -R --retry -N --nicelevel -P --procsched -I --iosched -k --umask -O --output",
        1000,
        steps_down=True,
    ),
    "env": Wrapper("-u --unset -C --chdir -a --argv0 -P", assigns=True, script="-S --split-string"),
    "cross-env": Wrapper(assigns=True),
    "xargs": Wrapper(
        "-a --arg-file -d --delimiter -E -I -L --max-lines -n --max-args -P --max-procs -s --max-chars"
        " --process-slot-var"
    ),
    "exec": Wrapper("-a"),
    "command": Wrapper(query="-v -V"),
    "builtin": Wrapper(),
    "nohup": Wrapper(),
    "time": Wrapper("-f --format -o --output"),
    "nice": Wrapper("-n --adjustment"),
    "ionice": Wrapper("-c --class -n --classdata -p --pid -P --pgid -u --uid"),
    "chrt": Wrapper("-T -P -D", operands=1),
    "taskset": Wrapper(operands=1),
    "setsid": Wrapper(),
    "stdbuf": Wrapper("-i --input -o --output -e --error"),
    "timeout": Wrapper("-k --kill-after -s --signal", operands=1),
    "chroot": Wrapper("--userspec --groups", operands=1),
    "unshare": Wrapper("-S --setuid -G --setgid -R --root -w --wd --propagation --setgroups"),
    "setpriv": Wrapper(
        "--reuid --regid --groups --securebits --inh-caps --bounding-set --ambient-caps --pdeathsig --ptracer"
        " --selinux-label --apparmor-profile --landlock-access --landlock-rule --seccomp-filter",
        query="-d --dump",
        steps_down=True,
    ),
    "su": Wrapper(
        "-s --shell -g --group -G --supp-group -w --whitelist-environment",
        1000,
        script="-c --command",
        steps_down=True,
    ),
    "runuser": Wrapper(
        "-u --user -s --shell -g --group -G --supp-group -w --whitelist-environment",
        script="-c --command",
        steps_down=True,
    ),
    "busybox": Wrapper(query="--list --list-full --install --help"),
    "toybox": Wrapper(query="--long --help --version"),
    "tini": Wrapper("-e -p"),
    "dumb-init": Wrapper("-r --rewrite"),
    "catchsegv": Wrapper(),
    "eatmydata": Wrapper(),
    "fakeroot": Wrapper("-l --lib --faked -s -i -b"),
    "fakechroot": Wrapper("-c --config-dir -e --environment -l --lib -d --elfloader"),
    "dbus-run-session": Wrapper("--config-file --dbus-daemon"),
    "xvfb-run": Wrapper(
        "-e --error-file -f --auth-file -n --server-num -p --xauth-protocol -s --server-args -w --wait"
    ),
    "linux32": Wrapper(),
    "linux64": Wrapper(),
    "setarch": Wrapper(operands=1),
    "flock": Wrapper("-E --conflict-exit-code -w --wait --timeout", operands=1),
    "ltrace": Wrapper("-e -o -p -s -u"),
    "strace": Wrapper("-e -o -p -s -u -E -P -a -I -O -S"),
}
SHELLS = frozenset(("sh", "bash", "dash", "ash", "ksh", "zsh", "mksh", "rbash"))


def is_shell(path: str) -> bool:
    """Whether a program, by the path it is called with, is a POSIX-like shell."""
    return path.rpartition("/")[2] in SHELLS


MODULES = frozenset(("pip", "pipx", "pipenv", "poetry", "uv", "conda"))
