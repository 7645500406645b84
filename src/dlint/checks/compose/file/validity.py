"""What Compose refuses: every fault that the reader and the loader find becomes the finding of one rule."""

from __future__ import annotations

from dlint.api import Fault, Faults, Fix, Problem, Problems, check, pattern, related_to
from dlint.api.compose import ComposeModel, Service

_CONTAINER_NAME = pattern("[a-zA-Z0-9][a-zA-Z0-9_.-]+")


def _report(fault: Fault, title: str = "", safe: bool = False) -> Problems:
    fix = None
    if title and fault.suggestion is not None and fault.span[1] > fault.span[0]:
        fix = Fix(title, fault.replace(fault.suggestion), safe=safe)
    related = related_to(fault.related, "See here too")
    yield Problem(fault, fault.message, fix=fix, related=related, minor=fault.minor)


@check(on=Faults("yaml-syntax", "bad-character", "bad-alias", "bad-key", "bad-merge", "too-deep", "too-many-aliases"))
def yaml_syntax_error(fault: Fault) -> Problems:
    """Text that no YAML reader takes."""
    yield from _report(fault, "Use the closest name")


@check(on=Faults("tab"))
def yaml_tab(fault: Fault) -> Problems:
    """A tab where YAML wants spaces."""
    yield from _report(fault)


@check(on=Faults("non-string-key"))
def yaml_key_not_text(fault: Fault) -> Problems:
    """A key that YAML reads as a number, a boolean, a date or nothing."""
    yield from _report(fault, "Quote the key", safe=True)


@check(on=Faults("duplicate-key"))
def duplicate_key(fault: Fault) -> Problems:
    """A key that stands twice in one mapping."""
    yield from _report(fault)


@check(on=Faults("empty-file", "too-large"))
def compose_file_empty(fault: Fault) -> Problems:
    """A file without content, or with more than Compose takes."""
    yield from _report(fault)


@check(on=Faults("first-format"))
def compose_first_format(fault: Fault) -> Problems:
    """Services at the top level, as in the first format."""
    yield from _report(fault)


@check(on=Faults("unknown-key"))
def compose_unknown_key(fault: Fault) -> Problems:
    """A key the Compose Specification does not have there."""
    yield from _report(fault, "Rename the key")


@check(on=Faults("missing-key"))
def compose_missing_key(fault: Fault) -> Problems:
    """A mapping that lacks a key it must have."""
    yield from _report(fault)


@check(on=Faults("wrong-type"))
def compose_wrong_type(fault: Fault) -> Problems:
    """A value of another type than the key takes."""
    quoted = fault.suggestion is not None and fault.suggestion == f'"{fault.raw}"'
    yield from _report(fault, "Quote the value" if quoted else "Write the value so", safe=quoted)


@check(on=Faults("bad-value"))
def compose_invalid_value(fault: Fault) -> Problems:
    """A value of the right type that Compose refuses."""
    yield from _report(fault, "Use the closest value")


@check(on=Faults("duplicate-item"))
def compose_duplicate_item(fault: Fault) -> Problems:
    """A list that holds an item twice where each may stand once."""
    yield from _report(fault)


@check(on=Faults("bad-interpolation"))
def compose_invalid_interpolation(fault: Fault) -> Problems:
    """A variable reference that cannot be read."""
    yield from _report(fault)


@check(on=Faults("required-variable", "demanded-variable"))
def compose_variable_required(fault: Fault, model: ComposeModel, *, every: bool = True) -> Problems:
    """A variable the file demands and no file gives; ``every``: also one with a message of its own and no ``.env``."""
    if every or fault.kind == "required-variable" or model.variables:
        yield from _report(fault)


@check(on=Faults("bad-dotenv"))
def dotenv_invalid(fault: Fault) -> Problems:
    """A line of an environment file that Compose cannot read."""
    yield from _report(fault)


@check(on=Faults("missing-file", "unreadable-file", "missing-label-file"))
def compose_file_missing(fault: Fault) -> Problems:
    """A file that is included, extended or read for labels, and is not there."""
    yield from _report(fault)


@check(on=Faults("missing-env-file"))
def env_file_missing(fault: Fault) -> Problems:
    """An environment file that is not there."""
    yield from _report(fault)


@check(on=Faults("bad-extends", "extends-cycle"))
def extends_invalid(fault: Fault) -> Problems:
    """``extends`` that names nothing or itself."""
    yield from _report(fault)


@check(on=Faults("include-cycle", "include-conflict"))
def include_invalid(fault: Fault) -> Problems:
    """Files that include each other, or define the same thing differently."""
    yield from _report(fault)


@check(on=Faults("merge-conflict"))
def compose_merge_conflict(fault: Fault) -> Problems:
    """An override of another shape than what it overrides."""
    yield from _report(fault)


@check(on=Faults("no-image"))
def service_without_image(fault: Fault) -> Problems:
    """A service with nothing to run."""
    yield from _report(fault)


@check(on=Faults("undefined-service", "missing-service"))
def service_undefined(fault: Fault) -> Problems:
    """A reference to a service that no file defines."""
    yield from _report(fault, "Use the service with the closest name")


@check(on=Faults("undefined-network"))
def network_undefined(fault: Fault) -> Problems:
    """A network that no file defines."""
    yield from _report(fault, "Use the network with the closest name")


@check(on=Faults("undefined-volume"))
def volume_undefined(fault: Fault) -> Problems:
    """A named volume that no file defines."""
    yield from _report(fault, "Use the volume with the closest name")


@check(on=Faults("undefined-secret"))
def secret_undefined(fault: Fault) -> Problems:
    """A secret that no file defines."""
    yield from _report(fault, "Use the secret with the closest name")


@check(on=Faults("undefined-config"))
def config_undefined(fault: Fault) -> Problems:
    """A config that no file defines."""
    yield from _report(fault, "Use the config with the closest name")


@check(on=Faults("undefined-model"))
def model_undefined(fault: Fault) -> Problems:
    """An AI model that no file defines."""
    yield from _report(fault, "Use the model with the closest name")


@check(on=Faults("dependency-cycle"))
def dependency_cycle(fault: Fault) -> Problems:
    """Services that wait for each other."""
    yield from _report(fault)


@check(on=Faults("disabled-dependency"))
def dependency_disabled(fault: Fault) -> Problems:
    """A dependency that a profile switches off while what needs it runs."""
    yield from _report(fault)


@check(on=Faults("exclusive-keys"))
def compose_exclusive_keys(fault: Fault) -> Problems:
    """Two keys that Compose does not take together."""
    yield from _report(fault)


@check(on=Faults("bad-port"))
def compose_invalid_port(fault: Fault) -> Problems:
    """A port mapping that cannot be read."""
    yield from _report(fault)


@check(on=Faults("bad-mount"))
def compose_invalid_mount(fault: Fault) -> Problems:
    """A mount that cannot be read or made."""
    yield from _report(fault)


@check(on=Faults("bad-build-context"))
def build_context_not_built(fault: Fault) -> Problems:
    """An additional build context that is a service without a build."""
    yield from _report(fault)


@check(on=Faults("duplicate-container-name"))
def container_name_duplicate(fault: Fault) -> Problems:
    """Two services with one container name."""
    yield from _report(fault)


@check(on=(Faults("bad-container-name"), Service), keys=("container_name",))
def container_name_invalid(node: Fault | Service) -> Problems:
    """A container name with characters that Docker refuses; Compose's own pattern looks for two good ones in it."""
    if isinstance(node, Fault):
        yield from _report(node)
    elif node.container_name is not None:
        name = node.container_name.literal
        if name is not None and _CONTAINER_NAME.search(name) and not _CONTAINER_NAME.fullmatch(name):
            wanted = "use letters, digits, `_`, `.` and `-`, with a letter or digit first"
            yield Problem(node.container_name.place, f"Docker refuses the container name `{name}`: {wanted}")


@check(on=Faults("bad-secret"))
def secret_without_source(fault: Fault) -> Problems:
    """A secret that comes from nowhere."""
    yield from _report(fault)


@check(on=Faults("bad-config"))
def config_without_source(fault: Fault) -> Problems:
    """A config that comes from nowhere."""
    yield from _report(fault)
