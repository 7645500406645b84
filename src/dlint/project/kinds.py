"""Of which kind a file is: by its name, else by how its text begins."""

from __future__ import annotations

from dlint.lazy import pattern
from dlint.project.files import ProjectFiles

DOCKERFILE = "dockerfile"
COMPOSE = "compose"
DOCKERIGNORE = "dockerignore"
BUILDER = "builder"
"""Files of others that have images built: Bake, GitHub workflows, dev containers."""

HEAD = 4096
"""How many characters of a file are enough for ``kind_of``."""

# Endings of templates, scripts and leftovers of editors: who carries the word in front of one is no Dockerfile.
_OTHER_ENDINGS = frozenset(
    "dockerignore containerignore md in sh py go ts js lock orig bak backup old swp yml yaml"
    " j2 jinja jinja2 njk twig tmpl gotmpl tpl template erb ejs eta hbs handlebars mustache liquid mako ftl vm".split()
)
_DOCKERFILE_WORDS = frozenset(("dockerfile", "containerfile"))
# ``docker stack deploy`` takes files in the same format; its own examples call them ``docker-stack.yml``.
_COMPOSE_NAME = pattern(r"(?:(?:.*[._-])?compose|docker-(?:stack|swarm))([._-].*)?\.ya?ml")
_OTHER_COMPOSE = frozenset(("compose-lint.yml", "compose-lint.yaml", ".compose-lint.yml", ".compose-lint.yaml"))
_IGNORE_NAME = pattern(r".*\.(docker|container)ignore")

# Nearly every file has one of these names, so that nearly no run needs the patterns.
USUAL = {
    "Dockerfile": DOCKERFILE, "Containerfile": DOCKERFILE, ".dockerignore": DOCKERIGNORE, "compose.yaml": COMPOSE,
    "compose.yml": COMPOSE, "docker-compose.yml": COMPOSE, "docker-compose.yaml": COMPOSE,
}  # fmt: skip
"""The names that files have if nobody chooses another: each with its kind."""
_BAKE_NAME = pattern(r"(.*[._-])?bake([._-].*)?\.(hcl|json)")
_WORKFLOW = pattern(r"(?:.*/)?\.github/workflows/[^/]+\.ya?ml")
_BUILDING_ACTIONS = ("docker/build-push-action", "docker/bake-action")

# Groups are atomic where they might be repeated possessively: before 3.11.5 Python loses the place where the last turn
# of such a group began if that fails among alternatives (https://github.com/python/cpython/issues/106052).
_FIRST_FROM = pattern(
    r"(?i)\ufeff?(?>(?:[ \t]*+(?:(?:#|ARG[ \t])[^\n]*+\n|\r?\n))*)"
    r"[ \t]*FROM[ \t]+(?:--platform=\S+[ \t]+)?[^\s=:/@][^\s=]*(?:[ \t]+AS[ \t]+\S+)?[ \t]*(?:\r?\n|$)"
)
_SERVICES = pattern(r"(?m)^services:[ \t]*+(?:#[^\n]*+\n|\r?\n)(?>(?:[ \t]*+(?:#[^\n]*+\n|\r?\n))*)[ \t]+[\w.-]+:")
_TOP_SERVICES = pattern(r"(?m)^services[ \t]*:")
_SERVICE_KEY = pattern(r"(?m)^[ \t]+(?:image|build|extends):")


def kind_of(path: str, head: str | None = None) -> str | None:
    """``dockerfile``, ``compose``, ``dockerignore``, ``builder`` or None, by the name, else by how the text begins.

    ``head`` is the first ``HEAD`` characters of the text or more, of a workflow all of it; without it the name alone
    decides.
    """
    name = path.rpartition("/")[2]
    if name in USUAL and ".github/workflows/" not in path:
        return USUAL[name]
    lowered = name.lower()
    if _is_builder(path, lowered, head):
        return BUILDER
    if "ignore" in lowered and _IGNORE_NAME.fullmatch(name):
        return DOCKERIGNORE
    if ("dockerfile" in lowered or "containerfile" in lowered) and _is_dockerfile(lowered):
        return DOCKERFILE
    if _is_compose(name):
        return None if ".github/workflows/" in path else COMPOSE
    return _kind_by_text(lowered, head) if head else None


def _is_dockerfile(name: str) -> bool:
    """Whether a name in small letters is one as people write them: ``api.dockerfile``, ``dockerfile-dev``."""
    parts = name.replace("-", ".").replace("_", ".").split(".")
    # Something stands before the first dot, or the word is further in; the same with the last.
    inner = parts[0 if parts[0] else 2 : None if parts[-1] else -2]
    return not (_DOCKERFILE_WORDS.isdisjoint(inner) or name.rpartition(".")[2] in _OTHER_ENDINGS)


def _is_compose(name: str) -> bool:
    if "compose" not in name and not name.startswith("docker-s"):
        return False
    return name not in _OTHER_COMPOSE and _COMPOSE_NAME.fullmatch(name) is not None


def may_be_ours(name: str) -> bool:
    """Whether a file of this name may be one whose name says its kind: a quick test for whole trees."""
    lowered = name.lower()
    return "docker" in lowered or "container" in lowered or "compose" in lowered or "bake" in lowered


def is_workplace(path: str) -> bool:
    """Whether the file at ``path`` belongs to a dev container, a place to work in of which nothing is shipped.

    Its files lie in ``.devcontainer`` or in folders below (containers.dev/implementors/spec, "devcontainer.json").
    """
    return "/.devcontainer/" in f"/{path}"


def is_workflow(path: str) -> bool:
    """Whether the file at ``path`` is a GitHub workflow: its text says whether it builds an image."""
    return ".github/workflows/" in path and _WORKFLOW.fullmatch(path) is not None


def _is_builder(path: str, name: str, text: str | None) -> bool:
    if "bake" in name and _BAKE_NAME.fullmatch(name):
        return True
    if name in ("devcontainer.json", ".devcontainer.json"):
        return True
    return bool(text) and is_workflow(path) and any(action in (text or "") for action in _BUILDING_ACTIONS)


def _kind_by_text(name: str, head: str) -> str | None:
    if "\0" in head:
        return None
    if name.endswith((".yml", ".yaml")):
        return COMPOSE if _SERVICES.search(head) and _SERVICE_KEY.search(head) else None
    return DOCKERFILE if _FIRST_FROM.match(head) else None


def name_for(text: str) -> str:
    """What to call a text that came without a name: YAML with services is a Compose file, all else a Dockerfile."""
    head = text[:HEAD]
    return "compose.yaml" if _TOP_SERVICES.search(head) and not _FIRST_FROM.match(head) else "Dockerfile"


def head_of(project: ProjectFiles, path: str) -> str:
    """As much of a file as ``kind_of`` needs; empty if there is none."""
    text = project.text(path)
    return text if is_workflow(path) else text[:HEAD]


def kind_by_name(path: str) -> str | None:
    """The kind of a file whose name says it, else None."""
    return kind_of(path, "")


def kind_of_file(project: ProjectFiles, path: str) -> str | None:
    """The kind of a file: by its name, else by how it begins; None if it is none of ours."""
    return kind_of(path, head_of(project, path))


def kind_or_guess(project: ProjectFiles, path: str) -> str:
    """The kind of a file somebody named: by its name, else by its content, else by its ending."""
    found = kind_of_file(project, path)
    if found:
        return found
    if path.endswith((".yml", ".yaml")):
        return "compose"
    return "dockerignore" if path.endswith("ignore") else "dockerfile"
