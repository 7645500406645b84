"""Packages of Python that are copied between stages with other releases of Python."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check, pattern
from dlint.api.dockerfile import MOST, Copy, ShellCommand, Stage, Word, python_release, value_of

# By these uv takes a Python of its own (docs.astral.sh/uv/concepts/python-versions).
_OTHER_PYTHONS = ("UV_PYTHON", "UV_PROJECT_ENVIRONMENT", "uv python", "--python", "share/uv", "--managed-python")
_FOLDER = pattern(r"/lib/python(3\.\d+)(?=/|\Z)")


@check(on=Copy, having=("from_",), words=("python",))
def python_packages_of_other_version(copy: Copy, stage: Stage) -> Problems:
    """COPY of packages from a stage whose Python is another release than that of this one."""
    source = stage.source_of(copy)
    if source is None or source.index >= stage.index:
        return
    theirs, own = _release(source), _release(stage)
    if theirs is None or own is None:
        return
    for word in copy.sources:
        path = value_of(word, copy, stage) or ""
        what = _wrong(path, _target(copy, stage), theirs, own, source)
        if what is not None:
            related = [Related(node, "This is its Python") for node in (source.root.from_.image,) if node is not None]
            yield Problem(word, what, related=related)
            return


def _target(copy: Copy, stage: Stage) -> str:
    word: Word | None = copy.destination
    return (value_of(word, copy, stage) if word is not None else None) or ""


def _wrong(path: str, target: str, theirs: str, own: str, source: Stage) -> str | None:
    """What is wrong with a path of a stage with the release ``theirs``, copied to one with ``own``; None if nothing."""
    written, put = _FOLDER.search(path), _FOLDER.search(target)
    system = path.startswith(("/usr/local/lib/", "/usr/local/bin"))
    if written is not None and system and written[1] != theirs:
        return f"The stage has Python {theirs}, and no /usr/local/lib/python{written[1]}: copy that of python{theirs}"
    if put is not None and target.startswith("/usr/local/lib/") and put[1] != own:
        return f"Python {own} of this image never looks into python{put[1]}: copy to /usr/local/lib/python{own}"
    if theirs != own and (written is not None or _holds_packages(path, source)):
        return f"These packages are for Python {theirs}, and this image has Python {own}, which does not find them"
    return None


def _holds_packages(path: str, source: Stage) -> bool:
    """Whether a stage has packages of its Python at a path: a virtual environment, or what pip put there."""
    folder = path.rstrip("/")
    for at in source.lineage:
        for run in at.runs[:MOST]:
            script = at.script(run)
            for command in script.commands if script is not None else ():
                if _fills(command, folder) or _makes_environment(command, folder, at.workdir_at(run), at):
                    return True
    return False


def _fills(command: ShellCommand, folder: str) -> bool:
    """Whether a command puts packages of its Python into a folder."""
    words = [word.literal or "" for word in command.given]
    if command.tool == "pip":
        prefix = command.flag("--prefix")
        if command.has_flag("--user"):
            return folder.endswith("/.local")
        return prefix is not None and (prefix.value or "").rstrip("/") == folder
    venv = command.tool == "virtualenv" or (command.tool == "python" and "".join(words[:2]).startswith("-mvenv"))
    return venv and words[-1:] == [folder]


def _makes_environment(command: ShellCommand, folder: str, workdir: object, stage: Stage) -> bool:
    """Whether uv makes the environment of a project in a folder, with the Python of the image."""
    if (
        command.tool != "uv"
        or command.verb not in ("sync", "venv")
        or command.arguments
        or not isinstance(workdir, str)
    ):
        return False
    return folder == f"{workdir.rstrip('/')}/.venv" and not any(map(stage.source.mentions, _OTHER_PYTHONS))


def _release(stage: Stage) -> str | None:
    """The release of Python that a stage has, by its base image; None if that does not say."""
    return python_release(stage.root.image) if stage.root.image is not None else None
