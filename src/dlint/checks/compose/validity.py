"""What Compose refuses: each rule reports the faults of the kinds it claims."""

from __future__ import annotations

import re

from dlint.api import Fault, Fix, Problem, Problems, Related, check
from dlint.api.compose import Service

CLAIMS = {
    "yaml-syntax-error": (
        "yaml-syntax", "bad-character", "bad-alias", "bad-key", "bad-merge", "too-deep", "too-many-aliases",
    ),
    "yaml-tab": ("tab",),
    "yaml-key-not-text": ("non-string-key",),
    "duplicate-key": ("duplicate-key",),
    "compose-file-empty": ("empty-file", "too-large"),
    "compose-first-format": ("first-format",),
    "compose-unknown-key": ("unknown-key",),
    "compose-missing-key": ("missing-key",),
    "compose-wrong-type": ("wrong-type",),
    "compose-invalid-value": ("bad-value",),
    "compose-duplicate-item": ("duplicate-item",),
    "compose-invalid-interpolation": ("bad-interpolation",),
    "compose-variable-required": ("required-variable",),
    "dotenv-invalid": ("bad-dotenv",),
    "compose-file-missing": ("missing-file", "unreadable-file", "missing-label-file"),
    "env-file-missing": ("missing-env-file",),
    "extends-invalid": ("bad-extends", "extends-cycle"),
    "include-invalid": ("include-cycle", "include-conflict"),
    "compose-merge-conflict": ("merge-conflict",),
    "service-without-image": ("no-image",),
    "service-undefined": ("undefined-service", "missing-service"),
    "network-undefined": ("undefined-network",),
    "volume-undefined": ("undefined-volume",),
    "secret-undefined": ("undefined-secret",),
    "config-undefined": ("undefined-config",),
    "model-undefined": ("undefined-model",),
    "dependency-cycle": ("dependency-cycle",),
    "dependency-disabled": ("disabled-dependency",),
    "compose-exclusive-keys": ("exclusive-keys",),
    "compose-invalid-port": ("bad-port",),
    "compose-invalid-mount": ("bad-mount",),
    "build-context-not-built": ("bad-build-context",),
    "container-name-duplicate": ("duplicate-container-name",),
    "container-name-invalid": ("bad-container-name",),
    "secret-without-source": ("bad-secret",),
    "config-without-source": ("bad-config",),
}  # fmt: skip
"""The kinds of fault each rule reports; every kind belongs to one rule."""

_CONTAINER_NAME = re.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+")


def _report(rule: str, fault: Fault, title: str = "", safe: bool = False) -> Problems:
    if fault.kind not in CLAIMS[rule]:
        return
    fix = None
    if title and fault.suggestion is not None and fault.span[1] > fault.span[0]:
        fix = Fix(title, fault.replace(fault.suggestion), safe=safe)
    related = [Related(fault.related, "See here too")] if fault.related is not None else []
    yield Problem(fault, fault.message, fix=fix, related=related)


@check(on=Fault)
def yaml_syntax_error(fault: Fault) -> Problems:
    """Text that no YAML reader takes."""
    yield from _report("yaml-syntax-error", fault, "Use the closest name")


@check(on=Fault)
def yaml_tab(fault: Fault) -> Problems:
    """A tab where YAML wants spaces."""
    yield from _report("yaml-tab", fault)


@check(on=Fault)
def yaml_key_not_text(fault: Fault) -> Problems:
    """A key that YAML reads as a number, a boolean, a date or nothing."""
    yield from _report("yaml-key-not-text", fault, "Quote the key", safe=True)


@check(on=Fault)
def duplicate_key(fault: Fault) -> Problems:
    """A key that stands twice in one mapping."""
    yield from _report("duplicate-key", fault)


@check(on=Fault)
def compose_file_empty(fault: Fault) -> Problems:
    """A file without content, or with more than Compose takes."""
    yield from _report("compose-file-empty", fault)


@check(on=Fault)
def compose_first_format(fault: Fault) -> Problems:
    """Services at the top level, as in the first format."""
    yield from _report("compose-first-format", fault)


@check(on=Fault)
def compose_unknown_key(fault: Fault) -> Problems:
    """A key the Compose Specification does not have there."""
    yield from _report("compose-unknown-key", fault, "Use the key with the closest name")


@check(on=Fault)
def compose_missing_key(fault: Fault) -> Problems:
    """A mapping that lacks a key it must have."""
    yield from _report("compose-missing-key", fault)


@check(on=Fault)
def compose_wrong_type(fault: Fault) -> Problems:
    """A value of another type than the key takes."""
    quoted = fault.suggestion is not None and fault.suggestion == f'"{fault.raw}"'
    yield from _report("compose-wrong-type", fault, "Quote the value" if quoted else "Write the value so", safe=quoted)


@check(on=Fault)
def compose_invalid_value(fault: Fault) -> Problems:
    """A value of the right type that Compose refuses."""
    yield from _report("compose-invalid-value", fault, "Use the closest value")


@check(on=Fault)
def compose_duplicate_item(fault: Fault) -> Problems:
    """A list that holds an item twice where each may stand once."""
    yield from _report("compose-duplicate-item", fault)


@check(on=Fault)
def compose_invalid_interpolation(fault: Fault) -> Problems:
    """A variable reference that cannot be read."""
    yield from _report("compose-invalid-interpolation", fault)


@check(on=Fault)
def compose_variable_required(fault: Fault) -> Problems:
    """A variable the file demands and no file gives."""
    yield from _report("compose-variable-required", fault)


@check(on=Fault)
def dotenv_invalid(fault: Fault) -> Problems:
    """A line of an environment file that Compose cannot read."""
    yield from _report("dotenv-invalid", fault)


@check(on=Fault)
def compose_file_missing(fault: Fault) -> Problems:
    """A file that is included, extended or read for labels, and is not there."""
    yield from _report("compose-file-missing", fault)


@check(on=Fault)
def env_file_missing(fault: Fault) -> Problems:
    """An environment file that is not there."""
    yield from _report("env-file-missing", fault)


@check(on=Fault)
def extends_invalid(fault: Fault) -> Problems:
    """``extends`` that names nothing or itself."""
    yield from _report("extends-invalid", fault)


@check(on=Fault)
def include_invalid(fault: Fault) -> Problems:
    """Files that include each other, or define the same thing differently."""
    yield from _report("include-invalid", fault)


@check(on=Fault)
def compose_merge_conflict(fault: Fault) -> Problems:
    """An override of another shape than what it overrides."""
    yield from _report("compose-merge-conflict", fault)


@check(on=Fault)
def service_without_image(fault: Fault) -> Problems:
    """A service with nothing to run."""
    yield from _report("service-without-image", fault)


@check(on=Fault)
def service_undefined(fault: Fault) -> Problems:
    """A reference to a service that no file defines."""
    yield from _report("service-undefined", fault, "Use the service with the closest name")


@check(on=Fault)
def network_undefined(fault: Fault) -> Problems:
    """A network that no file defines."""
    yield from _report("network-undefined", fault, "Use the network with the closest name")


@check(on=Fault)
def volume_undefined(fault: Fault) -> Problems:
    """A named volume that no file defines."""
    yield from _report("volume-undefined", fault, "Use the volume with the closest name")


@check(on=Fault)
def secret_undefined(fault: Fault) -> Problems:
    """A secret that no file defines."""
    yield from _report("secret-undefined", fault, "Use the secret with the closest name")


@check(on=Fault)
def config_undefined(fault: Fault) -> Problems:
    """A config that no file defines."""
    yield from _report("config-undefined", fault, "Use the config with the closest name")


@check(on=Fault)
def model_undefined(fault: Fault) -> Problems:
    """An AI model that no file defines."""
    yield from _report("model-undefined", fault, "Use the model with the closest name")


@check(on=Fault)
def dependency_cycle(fault: Fault) -> Problems:
    """Services that wait for each other."""
    yield from _report("dependency-cycle", fault)


@check(on=Fault)
def dependency_disabled(fault: Fault) -> Problems:
    """A dependency that a profile switches off while what needs it runs."""
    yield from _report("dependency-disabled", fault)


@check(on=Fault)
def compose_exclusive_keys(fault: Fault) -> Problems:
    """Two keys that Compose does not take together."""
    yield from _report("compose-exclusive-keys", fault)


@check(on=Fault)
def compose_invalid_port(fault: Fault) -> Problems:
    """A port mapping that cannot be read."""
    yield from _report("compose-invalid-port", fault)


@check(on=Fault)
def compose_invalid_mount(fault: Fault) -> Problems:
    """A mount that cannot be read or made."""
    yield from _report("compose-invalid-mount", fault)


@check(on=Fault)
def build_context_not_built(fault: Fault) -> Problems:
    """An additional build context that is a service without a build."""
    yield from _report("build-context-not-built", fault)


@check(on=Fault)
def container_name_duplicate(fault: Fault) -> Problems:
    """Two services with one container name."""
    yield from _report("container-name-duplicate", fault)


@check(on=(Fault, Service))
def container_name_invalid(node: Fault | Service) -> Problems:
    """A container name with characters that Docker refuses; Compose's own pattern looks for two good ones in it."""
    if isinstance(node, Fault):
        yield from _report("container-name-invalid", node)
    elif node.container_name is not None:
        name = node.container_name.literal
        if name is not None and _CONTAINER_NAME.search(name) and not _CONTAINER_NAME.fullmatch(name):
            wanted = "use letters, digits, `_`, `.` and `-`, with a letter or digit first"
            yield Problem(node.container_name.place, f"Docker refuses the container name `{name}`: {wanted}")


@check(on=Fault)
def secret_without_source(fault: Fault) -> Problems:
    """A secret that comes from nowhere."""
    yield from _report("secret-without-source", fault)


@check(on=Fault)
def config_without_source(fault: Fault) -> Problems:
    """A config that comes from nowhere."""
    yield from _report("config-without-source", fault)
