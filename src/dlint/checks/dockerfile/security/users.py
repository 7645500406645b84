"""Who the container runs as: USER."""

from __future__ import annotations

import re

from dlint.api import Problem, Problems, Related, check, pattern
from dlint.api.dockerfile import Add, Cmd, Copy, Entrypoint, ImageRef, Run, Stage, User, Word

_ROOTLESS_TAG = pattern(r"(?:^|[-.])(?:nonroot|non-root|rootless|unprivileged)(?:[-.]|$)")
_ROOTLESS_PATH = pattern(r"unprivileged|nonroot|non-root|rootless")
_ROOTLESS = frozenset(
    "grafana/grafana jenkins/jenkins prom/prometheus prom/alertmanager prom/node-exporter bitnami elasticsearch "
    "logstash kibana sonarqube keycloak/keycloak hadolint/hadolint apache/airflow apache/superset "
    "curlimages/curl opensearchproject/opensearch chainguard selenium jupyter".split()
)
"""Images, and organisations all of whose images start as a user other than root, as their publishers say."""

_ROOTLESS_REGISTRIES = ("cgr.dev", "registry.redhat.io", "registry.access.redhat.com", "dhi.io")


def starts_without_root(image: ImageRef) -> bool:
    """Whether the name of an image tells that it starts as another user."""
    name = image.familiar
    domain, _, rest = name.partition("/")
    if _ROOTLESS_TAG.search(image.tag or "") or _ROOTLESS_PATH.search(image.path):
        return True
    if image.registry is None or image.domain == "docker.io":
        return name in _ROOTLESS or domain in _ROOTLESS
    if domain in ("cgr.dev", "dhi.io"):
        return True
    if domain in _ROOTLESS_REGISTRIES:
        # Plain UBI images start as root, those with a language or a server in them do not.
        return re.match(r"(?:ubi\d*|rhel\d*)/(?:ubi|rhel)?[\d.]*(?:-\w+)*$", rest) is None or "/" not in rest
    return rest in ("keycloak/keycloak", "jupyter") or (domain == "quay.io" and rest.startswith("jupyter/"))


@check(on=Stage)
def no_user(stage: Stage) -> Problems:
    """A shipped stage without any USER, on an image that nobody says starts as another user than root."""
    if not stage.shipped or stage.os == "windows" or stage.root.scratch or isinstance(stage.user, Word):
        return
    run_as = stage.graph.run_as
    if run_as and all(user is not None and not is_root(user) for user in run_as):
        return
    image = stage.root.image
    if image is None or not image.valid or image.has_variable or starts_without_root(image) or _steps_down(stage):
        return
    yield Problem(
        stage.from_.image or stage.from_.keyword,
        f"Add a USER: without one the container runs as the user of {image.familiar}, most likely root",
    )


_STEPPING_DOWN = ("gosu", "su-exec")


def _steps_down(stage: Stage) -> bool:
    """Whether the image gets a program that an entrypoint script uses to become another user."""
    if not stage.source.mentions(*_STEPPING_DOWN):
        return False
    for at in stage.lineage:
        for node in at.instructions:
            script = at.script(node) if isinstance(node, Run) else None
            words = [w.text for c in script.commands for w in c.words] if script is not None else []
            if isinstance(node, Copy | Add | Entrypoint | Cmd):
                words = [word.text for word in node.words]
            if any(word.rpartition("/")[2] in _STEPPING_DOWN for word in words):
                return True
    return False


def is_root(user: str) -> bool:
    """Whether ``user[:group]`` is the superuser, by name or by number."""
    name = user.partition(":")[0].strip()
    return name == "root" or (name.isdecimal() and int(name) == 0)


@check(on=Stage)
def root_user(stage: Stage, *, every_stage: bool = False) -> Problems:
    """A stage whose last USER is root: a shipped image's, or with ``every_stage`` any stage's."""
    users = stage.of(User)
    last = next((node for node in reversed(users) if node.user is not None), None)
    if last is None or last.user is None:
        return
    word = last.user
    if not every_stage and not any(shipped.user is word for shipped in stage.graph.shipped):
        return
    value = word.literal if word.literal is not None else stage.expand(word, last).value
    if value is not None and is_root(value):
        before = [Related(node, "Not root any more up to here") for node in users[:-1][-1:] if _named(node)]
        yield Problem(word, "Switch to a user without privileges before the stage ends", related=before)


def _named(node: User) -> bool:
    return node.user is not None and not is_root(node.user.value)


@check(on=User)
def user_not_numeric(user: User, stage: Stage, *, even_root: bool = False) -> Problems:
    """USER by name, where Kubernetes can only tell a number from root; root itself only with ``even_root``."""
    word = user.user
    if word is None or stage.os == "windows":
        return
    value = word.literal if word.literal is not None else stage.expand(word, user).value
    if value is None:
        return
    name = value.partition(":")[0].strip()
    if name and not name.isdecimal() and (even_root or not is_root(name)):
        yield Problem(word, f"Give the number of the user {name}: runAsNonRoot cannot judge a name")


@check(on=User, onbuild=True)
def user_with_blanks(user: User) -> Problems:
    """USER with more than one word, which becomes the name of one user."""
    word = user.user
    if word is not None and re.search(r"\s", word.text) and not re.search("[\"'\\\\`$]", word.text):
        yield Problem(word, f"Write one user, and its group after a colon: {'USER ' + ':'.join(word.text.split()[:2])}")
