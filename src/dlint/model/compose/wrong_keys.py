"""Keys that people write where Compose has none: what they meant, beyond what the spelling tells."""

from __future__ import annotations

from dlint.syntax.yaml.nodes import YamlMap, YamlScalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

    from dlint.syntax.yaml.nodes import YamlEntry


def _table(text: str) -> dict[str, str]:
    """``meant: written written`` on every line, as a mapping from what is written; ``=`` stands for the same word."""
    meant: dict[str, str] = {}
    for line in text.strip().splitlines():
        key, _, words = line.strip().partition(": ")
        meant.update((word, key.replace("=", word)) for word in words.split())
    return meant


# By the path below a service, without indexes. Where a dot stands, the key belongs to another level.
_MEANT = {
    "": _table("""
        build.=: context dockerfile dockerfile_inline args target cache_from no_cache additional_contexts
        deploy.=: replicas resources placement update_config rollback_config endpoint_mode
        deploy.resources.=: limits reservations
        healthcheck.=: test interval timeout retries start_period
        logging.driver: log_driver
        logging.options: log_opt log_opts log_options
        networks.NAME.=: aliases ipv4_address ipv6_address
        volumes.NAME.driver: volume_driver
        network_mode: net
        networks: network
        environment: env envs env_vars environment_variables variables vars
        env_file: environment_file environment_files envfile env_files dotenv
        container_name: name
        command: cmd cmds commands run exec
        working_dir: workdir work_dir cwd pwd directory
        mem_limit: memory mem memory_limit max_memory
        cpus: cpu cpu_limit
        healthcheck: health health_check
        restart: restart_policy autorestart autostart
        memswap_limit: mem_swap memory_swap swap
        cap_add: capabilities caps capability
        user: uid user_id run_as runas
        volumes: mounts mount binds
        security_opt: security security_options
        extra_hosts: hosts host_entries
        depends_on: depends dependencies requires needs
        shm_size: shm
        logging: log logs
        stop_grace_period: stop_timeout
    """),
    "build": _table("""
        dockerfile: file docker_file
        context: path directory dir folder
        args: arguments build_args buildargs
        target: stage
    """),
    "healthcheck": _table("""
        test: command cmd check
        start_period: delay initial_delay
    """),
    "deploy": _table("""
        resources.=: limits reservations
        restart_policy: restart
    """),
    "deploy.resources": _table("limits.=: cpus memory pids"),
    "deploy.resources.limits": _table("memory: mem mem_limit ram"),
    "deploy.resources.reservations": _table("memory: mem mem_reservation ram"),
    "ports": _table("""
        target: container container_port
        published: host host_port
        host_ip: ip address
    """),
    "volumes": _table("""
        source: src from host
        target: dst dest destination to container path
        read_only: ro readonly
    """),
}
_OF_A_SERVICE = frozenset("image build".split())


_Advice = tuple[str, "str | None"]


def meant(entry: YamlEntry, around: YamlMap, path: tuple[str, ...], of_services: Container[str]) -> _Advice | None:
    """What to do about a key that is none of ``around``, and the key to write instead if a new name is enough.

    ``path`` leads to ``around``, ``of_services`` are the keys of a service. None if nothing better than the spelling
    is known.
    """
    name, value = entry.key.value, entry.value
    in_service = len(path) == 2 and path[0] == "services"
    if isinstance(value, YamlMap) and not _OF_A_SERVICE.isdisjoint(value.index) and (in_service or not path):
        return f"indent it like {f'`{path[1]}`' if path else 'a service, below `services`'}", None
    if not path and name in of_services:
        return "it is a key of a service, so indent it below one", None
    if len(path) < 2 or path[0] != "services":
        return None
    if in_service and name == "network" and isinstance(value, YamlScalar) and value.value in ("host", "none", "bridge"):
        return _renamed("network_mode", around)
    table = _MEANT.get(".".join(part for part in path[2:] if not part.startswith("[")))
    word = table.get(name) if table is not None else None
    if word == "restart" and isinstance(value, YamlMap):
        word = "deploy.restart_policy"
    if word is None:
        return None
    group, dot, _ = word.partition(".")
    if not dot:
        return _renamed(word, around)
    present = around.get(group)
    if group == "build" and isinstance(present, YamlScalar) and name != "context":
        return f"did you mean `{word}`, with `context: {present.value}` beside it?", None
    return f"did you mean `{word}`?", None


def _renamed(word: str, around: YamlMap) -> _Advice:
    """The advice to write ``word``; no new name where the key is there already."""
    return f"did you mean `{word}`?", None if word in around.index else word
