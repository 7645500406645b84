"""Files that completion offers: of the build context in a Dockerfile, beside the file in a Compose file."""

from __future__ import annotations

import itertools
import posixpath
from collections.abc import Callable, Iterator

from lsprotocol import types

from dlint.lsp.offer import Offer
from dlint.lsp.view import View
from dlint.workspace.build import builds_of

_MOST = 200
# Keys of a Compose file that take a path, by the last keys that lead to them; folders alone for the first ones.
_FOLDERS = (("build",), ("build", "context"), ("env_file", "[]", "path"))
_FILES = (
    ("env_file",), ("env_file", "[]"), ("env_file", "[]", "path"), ("extends", "file"), ("include", "[]"),
    ("include", "[]", "path"), ("label_file",), ("label_file", "[]"),
)  # fmt: skip


def in_context(view: View, typed: str) -> Iterator[Offer]:
    """The files of the build context that a source of COPY may begin with, those that are kept out of it left out."""
    workspace = view.workspace
    given = view.folder.given(view.path)
    way = workspace.configured(view.source, workspace.builds_of(view.path), *given)[0]
    context = builds_of(workspace, way)[0].contents
    folder = typed.rpartition("/")[0]

    def is_kept(name: str) -> bool:
        inner = posixpath.normpath(posixpath.join("/", folder, name)).lstrip("/")
        return name != ".git" and context.kept_out_by(inner) is None

    yield from _below(view, context.path("./" + folder.lstrip("/")), typed, is_kept, files=True)


def beside(view: View, path: list[str], typed: str) -> Iterator[Offer]:
    """The files and folders that the value of a key of a Compose file may begin with."""
    folder = posixpath.dirname(view.path)
    takes = [tuple(path[-length:]) for length in (1, 2, 3) if len(path) >= length]
    if path[-2:] == ["build", "dockerfile"]:
        folder = _context(view, path, folder)
    elif path[:1] in (["secrets"], ["configs"]) and path[2:] == ["file"]:
        pass
    elif path[:1] == ["services"] and path[2:] in (["volumes", "[]"], ["develop", "watch", "[]", "path"]):
        if not typed.startswith("."):
            return
    elif not any(one in _FILES or one in _FOLDERS for one in takes):
        return
    files = not any(one in _FOLDERS and one not in _FILES for one in takes)
    inner = posixpath.normpath(posixpath.join(folder, typed.rpartition("/")[0]))
    yield from _below(view, inner, typed, lambda name: name != ".git", files=files)


def _context(view: View, path: list[str], folder: str) -> str:
    """The folder that a service is built in."""
    model = view.workspace.model_of(view.path)
    service = model.by_name.get(path[1]) if model is not None and path[0] == "services" and len(path) > 2 else None
    written = service.build.context if service is not None and service.build is not None else None
    return posixpath.join(folder, written.literal) if written is not None and written.literal else folder


def _below(view: View, folder: str, typed: str, is_kept: Callable[[str], bool], *, files: bool) -> Iterator[Offer]:
    """What lies in a folder, behind what is typed of it already."""
    lead = typed[: typed.rfind("/") + 1]
    entries = view.workspace.files.entries(folder)
    kept = ((name, is_folder) for name, is_folder in entries if (is_folder or files) and is_kept(name))
    for name, is_folder in itertools.islice(kept, _MOST):
        kind = types.CompletionItemKind.Folder if is_folder else types.CompletionItemKind.File
        yield Offer(lead + name, kind, "", f"{lead}{name}/" if is_folder else "")
