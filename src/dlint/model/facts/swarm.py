"""What ``docker stack deploy`` makes of a service's keys, from the source of Docker's command line.

github.com/docker/cli, ``cli/compose``: ``types/types.go``, ``convert/service.go``, ``schema/data`` (3.0 to 3.14).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

IGNORED: Final = {
    "cgroup_parent": "",
    "cgroupns_mode": "",
    "devices": "generic resources under `deploy.resources.reservations` choose a machine that has one",
    "external_links": "",
    "group_add": "",
    "ipc": "",
    "network_mode": "list the network under `networks`",
    "pid": "",
    "privileged": "`cap_add` gives single capabilities",
    "security_opt": "",
    "shm_size": "mount a volume of `type: tmpfs` at /dev/shm",
    "tmpfs": "write it as a volume of `type: tmpfs`",
    "userns_mode": "",
}
"""Keys that are read and leave no trace in the service (``UnsupportedProperties``, and what ``convert.Service`` leaves
out), with what does the same. Left out are those whose absence changes nothing but names and order.
"""

REFUSED: Final = {
    "blkio_config": "",
    "cpu_count": "write `deploy.resources.limits.cpus`",
    "cpu_percent": "write `deploy.resources.limits.cpus`",
    "cpu_period": "write `deploy.resources.limits.cpus`",
    "cpu_quota": "write `deploy.resources.limits.cpus`",
    "cpu_shares": "write `deploy.resources.limits.cpus`",
    "cpus": "write `deploy.resources.limits.cpus`",
    "cpuset": "write `deploy.resources.limits.cpus`",
    "device_cgroup_rules": "",
    "gpus": "generic resources under `deploy.resources.reservations` choose a machine that has one",
    "mem_limit": "write `deploy.resources.limits.memory`",
    "mem_reservation": "write `deploy.resources.reservations.memory`",
    "mem_swappiness": "",
    "memswap_limit": "",
    "oom_kill_disable": "",
    "pids_limit": "write `deploy.resources.limits.pids`",
    "platform": "a constraint under `deploy.placement` chooses the machines",
    "pull_policy": "",
    "runtime": "",
    "scale": "write `deploy.replicas`",
    "storage_opt": "",
    "uts": "",
    "volume_driver": "name the driver under the top-level `volumes`",
    "volumes_from": "list the volumes under the top-level `volumes`",
}
"""Keys for which the whole file is refused (``ForbiddenProperties``, and those that no schema has), with what to write.
``extends`` is one more, which is no key of a service any more once it is resolved.

Since Docker 20.10 capabilities, ulimits, sysctls and limits of processes are none of these.
"""
