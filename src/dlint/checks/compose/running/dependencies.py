"""What services wait for: health that nobody reports, that is reported too early, and that nobody waits for."""

from __future__ import annotations

from dlint.api import Edit, Fix, Node, Problem, Problems, Related, check, pattern
from dlint.api.compose import (
    CommandLine,
    ComposeModel,
    Dependency,
    Service,
    YamlScalar,
    YamlSeq,
    environment_of,
    is_database,
)
from dlint.api.databases import base_name, first_scripts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.api.build import Image


@check(on=Service, keys=("depends_on",), blames=True)
def dependency_never_healthy(service: Service, model: ComposeModel) -> Problems:
    """``condition: service_healthy`` on a service that never reports health."""
    for dependency in service.depends_on:
        target = model.service(dependency.name) if dependency.name else None
        if dependency.condition != "service_healthy" or target is None or model.is_partial(target):
            continue
        health = target.healthcheck
        where = dependency.get("condition") or dependency.key
        if health is not None and health.disabled:
            message = f"`{target.name}` switches its health check off, so `{service.name}` never starts: give it a test"
            yield Problem(where, message, related=[Related(health, "Switched off here")])
        elif (health is None or health.test is None) and _has_no_test(target, model):
            message = f"`{target.name}` has no health check, so `{service.name}` never starts: add `healthcheck` to it"
            related = [Related(target.key, "The service without a health check")]
            image = model.image_of(target)
            if image is not None and image.stage is not None:
                from_ = image.stage.from_
                related.append(Related(from_.image or from_.keyword, "Nor is there a HEALTHCHECK in its image"))
            yield Problem(where, message, related=related)


def _has_no_test(service: Service, model: ComposeModel) -> bool:
    """Whether the image is known to have no HEALTHCHECK."""
    image = model.image_of(service)
    known = image.healthcheck if image is not None else None
    return known is not None and not known.value


@check(on=Service, keys=("depends_on",))
def dependency_health_not_awaited(service: Service, model: ComposeModel, *, databases_only: bool = False) -> Problems:
    """``depends_on`` without a condition on a service that reports health, or with ``databases_only`` on a database."""
    reported = False
    for dependency in service.depends_on if not model.for_swarm else ():
        if not _reports_health(dependency, model) or (not dependency.short and dependency.get("condition") is not None):
            continue
        if databases_only and not _is_database(dependency, model):
            continue
        fix = None if reported else _conditions(service, model)
        reported = True
        message = (
            f"`{service.name}` does not wait until `{dependency.name}` is healthy, though that has a health check: add"
            " `condition: service_healthy`"
        )
        yield Problem(dependency.key, message, fix=fix)


def _is_database(dependency: Dependency, model: ComposeModel) -> bool:
    target = model.service(dependency.name) if dependency.name else None
    return target is not None and is_database(target.image_ref)


def _reports_health(dependency: Dependency, model: ComposeModel) -> bool:
    target = model.service(dependency.name) if dependency.name else None
    if target is None:
        return False
    health = target.healthcheck
    if health is not None:
        return not health.disabled and health.test is not None
    image = model.image_of(target)
    known = image.healthcheck if image is not None else None
    return known is not None and known.value


def _conditions(service: Service, model: ComposeModel) -> Fix | None:
    """The fix that turns a list of names into a mapping with conditions, item by item; comments stay."""
    entry = service.entry("depends_on")
    node = entry.value if entry is not None else None
    if entry is None or not isinstance(node, YamlSeq) or node.alias is not None or node.anchor is not None:
        return None
    if node.source is not service.source or not service.span[0] < node.span[0] < service.span[1]:
        return None
    edits = []
    key_column = entry.key.span[0] - node.source.starts()[entry.key.line - 1]
    for item, dependency in zip(node.items, service.depends_on, strict=False):
        edit = _condition(item, node, key_column, _reports_health(dependency, model))
        if edit is None:
            return None
        edits += edit
    if len(edits) < len(node.items) or len(node.items) != len(service.depends_on):
        return None
    if node.flow:
        start, end = node.span
        edits = [node.part(start, start + 1).replace("{"), *edits, node.part(end - 1, end).replace("}")]
    title = "Wait until the dependencies with a health check are healthy; the service then starts later"
    return Fix(title, *edits, safe=False)


def _condition(item: object, node: YamlSeq, key_column: int, healthy: bool) -> list[Edit] | None:
    if not isinstance(item, YamlScalar) or item.properties is not None or item.source is not node.source:
        return None
    condition = "service_healthy" if healthy else "service_started"
    if node.flow:
        return [item.insert_after(f": {{condition: {condition}}}")]
    source = item.source
    start, end = source.line_span(item.line)
    before = source.text[start : item.span[0]]
    margin = before.removesuffix("- ")
    if margin.strip(" ") or len(margin) == len(before):
        return None
    dash = item.part(start + len(margin), item.span[0])
    # Dashes may stand right below the key's first letter, names may not.
    deeper = "  " if len(margin) <= key_column else ""
    text = f"\n{margin}{deeper}  condition: {condition}"
    return [dash.replace(deeper), item.insert_after(":"), item.part(end, end).insert_before(text)]


@check(on=Service, keys=("healthcheck",), words=("pg_isready", "mysqladmin", "mariadb-admin"), blames=True)
def healthcheck_passes_too_early(service: Service, model: ComposeModel) -> Problems:
    """A test that the server answers which a database's image starts for its first scripts, and others wait for it."""
    health = service.healthcheck
    test = health.test if health is not None and not health.disabled else None
    waits = _waits(service, model) if test is not None else None
    if test is None or waits is None:
        return
    image = model.image_of(service)
    scripts = first_scripts(service, image)
    if scripts is None or not _asks_init_server(service, image, test, model):
        return
    yield Problem(
        test,
        "This passes while the first scripts still run, as the server for them answers it too: ask by TCP, with"
        " `-h 127.0.0.1`",
        related=[Related(waits, "This starts then"), Related(scripts, "The scripts")],
        fix=_by_tcp(test),
    )


def _asks_init_server(service: Service, image: Image | None, test: CommandLine, model: ComposeModel) -> bool:
    words = _words(test)
    if not words or model.starts_otherwise(service) or not model.asks_init_server(base_name(service, image), words):
        return False
    given = environment_of(service, model)
    return given.whole and not given.may_have("PGHOST") and not given.may_have("MYSQL_HOST")


_WORD = pattern(r"\s*((?:[^\s\"'|&;<>()`\\]|\"[^\"`\\]*\"|'[^']*')+)")
_HARMLESS = frozenset("|| exit 1 false > >/dev/null 1>/dev/null 2>/dev/null &>/dev/null /dev/null 2>&1".split())


def _words(test: CommandLine) -> list[str]:
    """The words of a test that is one command; none where there is more to it, or nobody knows."""
    if not test.listed:
        return _of_script(test.string)
    words = [word.literal or "" for word in test.words]
    if words[:1] == ["CMD-SHELL"] and len(words) == 2:
        return _of_script(test.words[1])
    return words[1:] if words[:1] == ["CMD"] else []


def _of_script(script: YamlScalar | None) -> list[str]:
    text = script.value.rstrip() if script is not None else ""
    at, words = 0, []
    while match := _WORD.match(text, at):
        words.append(match[1].replace('"', "").replace("'", ""))
        at = match.end()
    # What may stand behind: where the output goes, and what becomes of a failure.
    if text[at:] and text[at - 1].isdecimal():
        at, words = at - 1, words[:-1]
    return words if _HARMLESS.issuperset(text[at:].split()) else []


def _waits(service: Service, model: ComposeModel) -> Node | None:
    """The place where another service waits for the health of this one."""
    for other in model.services:
        for dependency in other.depends_on:
            if dependency.name == service.name and dependency.condition == "service_healthy":
                return dependency.get("condition") or dependency.key
    return None


def _by_tcp(test: CommandLine) -> Fix | None:
    """The host by its address: in place of its name, or behind the program in a test that a shell reads."""
    title = "Ask by TCP, which the server for the first scripts does not answer"
    script = next((word for word in test.words if "localhost" in word.value), None)
    if script is not None:
        start = script.value.index("localhost")
        return Fix(title, script.at(start, start + len("localhost")).replace("127.0.0.1"), safe=False)
    if test.listed and test.words[0].literal != "CMD-SHELL":
        return None
    script = test.words[-1]
    program = _WORD.match(script.value)
    where = script.at(*program.span(1)) if program is not None else None
    return Fix(title, where.insert_after(" -h 127.0.0.1"), safe=False) if where is not None else None
