"""The options of the commands that are translated, as data: what each takes, and the Compose key it becomes.

Sources: https://docs.docker.com/reference/cli/docker/container/run/ (with the hidden spellings of the client's
``opts.go``), …/service/create/, …/network/create/, …/volume/create/; podman-run(1), podman-network-create(1) and
podman-volume-create(1); the command reference of nerdctl. Compose keys: https://docs.docker.com/reference/compose-file/.
The three programs share their options, so one table serves them all.
"""

from __future__ import annotations

from dlint.lazy import NamedTuple


class Option(NamedTuple):
    """What an option means. ``name`` is its full spelling.

    ``kind``: ``flag`` and ``text``, ``number``, ``list``, ``map`` are written under ``key`` (dots lead into mappings)
    as they are; ``none`` has no key in Compose (``key`` may say what to do instead); ``start`` is about how the
    command itself runs; any other kind has code of its own. ``takes_value``: whether a value follows.
    """

    name: str
    kind: str
    key: str
    takes_value: bool


# Names, the kind (with ``!``: takes no value), and the key or the advice.
_RUN = """
--add-host                          | list       | extra_hosts
--annotation                        | map        | annotations
-a --attach                         | none       |
--blkio-weight                      | number     | blkio_config.weight
--blkio-weight-device               | weight     | blkio_config.weight_device
--cap-add                           | list       | cap_add
--cap-drop                          | list       | cap_drop
--cgroup-parent                     | text       | cgroup_parent
--cgroupns                          | text       | cgroup
--cidfile                           | none       | `docker compose ps -q` prints the id
--cpu-count                         | number     | cpu_count
--cpu-percent                       | number     | cpu_percent
--cpu-period                        | number     | cpu_period
--cpu-quota                         | number     | cpu_quota
--cpu-rt-period                     | number     | cpu_rt_period
--cpu-rt-runtime                    | number     | cpu_rt_runtime
-c --cpu-shares                     | number     | cpu_shares
--cpus                              | number     | cpus
--cpuset-cpus                       | text       | cpuset
--cpuset-mems                       | none       |
-d --detach                         | start!     |
--detach-keys                       | start      |
--device                            | list       | devices
--device-cgroup-rule                | list       | device_cgroup_rules
--device-read-bps                   | rate       | blkio_config.device_read_bps
--device-read-iops                  | rate       | blkio_config.device_read_iops
--device-write-bps                  | rate       | blkio_config.device_write_bps
--device-write-iops                 | rate       | blkio_config.device_write_iops
--disable-content-trust             | none!      |
--dns                               | list       | dns
--dns-option --dns-opt              | list       | dns_opt
--dns-search                        | list       | dns_search
--domainname                        | text       | domainname
--entrypoint                        | entrypoint | entrypoint
-e --env                            | env        | environment
--env-file                          | env-file   | env_file
--expose                            | quoted     | expose
--gpus                              | gpus       | gpus
--group-add                         | list       | group_add
--health-cmd                        | text       | healthcheck.test
--health-interval                   | text       | healthcheck.interval
--health-retries                    | number     | healthcheck.retries
--health-start-interval             | text       | healthcheck.start_interval
--health-start-period               | text       | healthcheck.start_period
--health-timeout                    | text       | healthcheck.timeout
--help                              | help!      |
-h --hostname                       | text       | hostname
--init                              | flag!      | init
-i --interactive                    | flag!      | stdin_open
--io-maxbandwidth                   | none       |
--io-maxiops                        | none       |
--ip                                | endpoint   | ipv4_address
--ip6                               | endpoint   | ipv6_address
--ipc                               | namespace  | ipc
--isolation                         | text       | isolation
--kernel-memory                     | none       |
-l --label                          | pairs      | labels
--label-file                        | list       | label_file
--link                              | link       | links
--link-local-ip                     | endpoint   | link_local_ips
--log-driver                        | text       | logging.driver
--log-opt                           | map        | logging.options
--mac-address                       | endpoint   | mac_address
-m --memory                         | text       | mem_limit
--memory-reservation                | text       | mem_reservation
--memory-swap                       | number     | memswap_limit
--memory-swappiness                 | number     | mem_swappiness
--mount                             | mount      | volumes
--name                              | name       | container_name
--network --net                     | network    | networks
--network-alias --net-alias         | endpoint   | aliases
--no-healthcheck                    | flag!      | healthcheck.disable
--oom-kill-disable                  | flag!      | oom_kill_disable
--oom-score-adj                     | number     | oom_score_adj
--pid                               | namespace  | pid
--pids-limit                        | number     | pids_limit
--platform                          | text       | platform
--privileged                        | flag!      | privileged
-p --publish                        | publish    | ports
-P --publish-all                    | none!      | name the ports to publish with --publish
--pull                              | pull       | pull_policy
-q --quiet                          | start!     |
--read-only                         | flag!      | read_only
--restart                           | text       | restart
--rm                                | none!      | `docker compose down` removes the container
--runtime                           | text       | runtime
--security-opt                      | list       | security_opt
--shm-size                          | text       | shm_size
--sig-proxy                         | start!     |
--stop-signal                       | text       | stop_signal
--stop-timeout                      | seconds    | stop_grace_period
--storage-opt                       | map        | storage_opt
--sysctl                            | map        | sysctls
--tmpfs                             | list       | tmpfs
-t --tty                            | flag!      | tty
--ulimit                            | ulimit     | ulimits
--use-api-socket                    | flag!      | use_api_socket
-u --user                           | text       | user
--userns                            | text       | userns_mode
--uts                               | text       | uts
-v --volume                         | volume     | volumes
--volume-driver                     | driver     |
--volumes-from                      | borrow     | volumes_from
-w --workdir                        | text       | working_dir
"""

# Options of podman and nerdctl that Docker does not have. Compose has a key for one of them.
_RUN_ELSEWHERE = """
--secret                            | secret     | secrets
--arch --authfile --cert-dir --cgroup-conf --cgroups --chrootdirs --conmon-pidfile --creds | none |
--decryption-key --gidmap --group-entry --health-log-destination --health-max-log-count    | none |
--health-max-log-size --health-on-failure --health-startup-cmd --health-startup-interval   | none |
--health-startup-retries --health-startup-success --health-startup-timeout --hosts-file    | none |
--hostuser --image-volume --init-path --init-ctr --os --passwd-entry --personality         | none |
--pidfile --pod --pod-id-file --preserve-fd --preserve-fds --rdt-class --requires --retry  | none |
--retry-delay --sdnotify --seccomp-policy --shm-size-systemd --signature-policy            | none |
--subgidname --subuidname --systemd --timeout --tz --uidmap --umask --unsetenv --variant   | none |
--env-merge --sign-by --storage-opts --cpu-burst --init-binary --ipfs-address --verify     | none |
--cosign-key --cosign-certificate-identity --cosign-certificate-identity-regexp            | none |
--cosign-certificate-oidc-issuer --cosign-certificate-oidc-issuer-regexp                   | none |
--env-host --http-proxy --no-hosts --no-hostname --passwd --read-only-tmpfs --replace      | none! |
--rmi --rootfs --tls-verify --unsetenv-all                                                 | none! |
"""

_SERVICE = """
--cap-add                           | list       | cap_add
--cap-drop                          | list       | cap_drop
--config                            | secret     | configs
--constraint                        | list       | deploy.placement.constraints
--container-label                   | pairs      | labels
--credential-spec                   | credential | credential_spec
-d --detach                         | start!     |
--dns                               | list       | dns
--dns-option                        | list       | dns_opt
--dns-search                        | list       | dns_search
--endpoint-mode                     | text       | deploy.endpoint_mode
--entrypoint                        | text       | entrypoint
-e --env                            | env        | environment
--env-file                          | env-file   | env_file
--generic-resource                  | resource   | deploy.resources.reservations.generic_resources
--group                             | list       | group_add
--health-cmd                        | text       | healthcheck.test
--health-interval                   | text       | healthcheck.interval
--health-retries                    | number     | healthcheck.retries
--health-start-interval             | text       | healthcheck.start_interval
--health-start-period               | text       | healthcheck.start_period
--health-timeout                    | text       | healthcheck.timeout
--help                              | help!      |
--host                              | list       | extra_hosts
--hostname                          | text       | hostname
--init                              | flag!      | init
--isolation                         | text       | isolation
-l --label                          | pairs      | deploy.labels
--limit-cpu                         | quoted-one | deploy.resources.limits.cpus
--limit-memory                      | text       | deploy.resources.limits.memory
--limit-pids                        | number     | deploy.resources.limits.pids
--log-driver                        | text       | logging.driver
--log-opt                           | map        | logging.options
--max-concurrent                    | none       |
--memory-swap                       | number     | memswap_limit
--memory-swappiness                 | number     | mem_swappiness
--mode                              | text       | deploy.mode
--mount                             | mount      | volumes
--name                              | name       | container_name
--network                           | network    | networks
--no-healthcheck                    | flag!      | healthcheck.disable
--no-resolve-image                  | none!      | it is an option of `docker stack deploy`
--oom-score-adj                     | number     | oom_score_adj
--placement-pref                    | preference | deploy.placement.preferences
-p --publish                        | publish    | ports
-q --quiet                          | start!     |
--read-only                         | flag!      | read_only
--replicas                          | number     | deploy.replicas
--replicas-max-per-node             | number     | deploy.placement.max_replicas_per_node
--reserve-cpu                       | quoted-one | deploy.resources.reservations.cpus
--reserve-memory                    | text       | deploy.resources.reservations.memory
--restart-condition                 | text       | deploy.restart_policy.condition
--restart-delay                     | text       | deploy.restart_policy.delay
--restart-max-attempts              | number     | deploy.restart_policy.max_attempts
--restart-window                    | text       | deploy.restart_policy.window
--rollback-delay                    | text       | deploy.rollback_config.delay
--rollback-failure-action           | text       | deploy.rollback_config.failure_action
--rollback-max-failure-ratio        | number     | deploy.rollback_config.max_failure_ratio
--rollback-monitor                  | text       | deploy.rollback_config.monitor
--rollback-order                    | text       | deploy.rollback_config.order
--rollback-parallelism              | number     | deploy.rollback_config.parallelism
--secret                            | secret     | secrets
--stop-grace-period                 | text       | stop_grace_period
--stop-signal                       | text       | stop_signal
--sysctl                            | map        | sysctls
-t --tty                            | flag!      | tty
--ulimit                            | ulimit     | ulimits
--update-delay                      | text       | deploy.update_config.delay
--update-failure-action             | text       | deploy.update_config.failure_action
--update-max-failure-ratio          | number     | deploy.update_config.max_failure_ratio
--update-monitor                    | text       | deploy.update_config.monitor
--update-order                      | text       | deploy.update_config.order
--update-parallelism                | number     | deploy.update_config.parallelism
-u --user                           | text       | user
--with-registry-auth                | none!      | it is an option of `docker stack deploy`
-w --workdir                        | text       | working_dir
"""

_NETWORK = """
--attachable                        | flag!      | attachable
--aux-address                       | ipam       | aux_addresses
--config-from                       | none       |
--config-only                       | none!      |
-d --driver                         | text       | driver
--gateway                           | ipam       | gateway
--help                              | help!      |
--ingress                           | none!      |
--internal                          | flag!      | internal
--ip-range                          | ipam       | ip_range
--ipam-driver                       | text       | ipam.driver
--ipam-opt                          | map        | ipam.options
--ipv4                              | flag!      | enable_ipv4
--ipv6                              | flag!      | enable_ipv6
--label                             | pairs      | labels
-o --opt                            | map        | driver_opts
--scope                             | none       |
--subnet                            | ipam       | subnet
--disable-dns --ignore              | none!      |
--dns --interface-name --route      | none       |
"""

_VOLUME = """
-d --driver                         | text       | driver
--help                              | help!      |
--label -l                          | pairs      | labels
-o --opt                            | map        | driver_opts
--availability --group --limit-bytes --required-bytes --scope --secret --sharing --type    | none |
--topology-preferred --topology-required --gid --uid                                       | none |
--ignore                            | none!      |
"""


def _table(text: str) -> dict[str, Option]:
    options: dict[str, Option] = {}
    for line in text.strip().splitlines():
        names, kind, key = (part.strip() for part in line.split("|"))
        words = names.split()
        together = kind.startswith("none") and len(words) > 2
        full = next(word for word in words if word.startswith("--"))
        for word in words:
            name = word if together else full
            options[word] = Option(name, kind.rstrip("!"), key, not kind.endswith("!"))
    return options


OPTIONS = {
    "run": _table(_RUN + _RUN_ELSEWHERE.lstrip("\n")),
    "service": _table(_SERVICE),
    "network": _table(_NETWORK),
    "volume": _table(_VOLUME),
}
