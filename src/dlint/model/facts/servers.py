"""What known images are for, and what listens on known ports: databases, administration, proxies, tools of the host.

Names are those under which the projects publish their images; ports are those that the programs listen on by default,
as IANA's registry and their manuals give them.
"""

from __future__ import annotations

from dlint.syntax.image import ImageRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

DATABASE_PORTS: Final = {
    1433: "SQL Server", 1521: "Oracle", 2379: "etcd", 3306: "MySQL", 5432: "PostgreSQL", 5672: "RabbitMQ",
    5984: "CouchDB", 6333: "Qdrant", 6379: "Redis", 7000: "Cassandra", 7687: "Neo4j", 8086: "InfluxDB",
    9042: "Cassandra", 9200: "Elasticsearch", 9300: "Elasticsearch", 11211: "memcached", 26257: "CockroachDB",
    27017: "MongoDB", 27018: "MongoDB", 27019: "MongoDB", 28015: "RethinkDB", 33060: "MySQL",
}  # fmt: skip
"""Ports of databases, caches and brokers."""

ADMIN_PORTS: Final = {
    2375: "the Docker API", 2376: "the Docker API", 3389: "remote desktops", 5900: "VNC", 5901: "VNC",
    6443: "the Kubernetes API", 9999: "the JMX console", 10250: "the kubelet", 15672: "RabbitMQ's management",
    5005: "a debugger", 9229: "a debugger",
}  # fmt: skip
"""Ports by which a program or a machine is run."""

_DATABASES: Final = frozenset(
    "postgres postgresql postgis timescaledb timescaledb-ha pgvector mysql mysql-server mariadb mariadb-galera percona "
    "percona-server mongo mongodb mongodb-community-server redis redis-stack redis-stack-server valkey keydb dragonfly "
    "memcached elasticsearch opensearch couchdb cassandra scylla influxdb clickhouse clickhouse-server rabbitmq etcd "
    "neo4j arangodb cockroach mssql-server server-mssql oracle-xe oracle-free rethinkdb qdrant weaviate milvus "
    "meilisearch typesense solr couchbase questdb ravendb victoria-metrics immudb surrealdb".split()
)
_PATHS_OF_DATABASES: Final = frozenset(("mssql/server", "database/express", "database/free"))
# Servers that ask nobody for a password until something says so: variables of the image, and words of the command
# (hub.docker.com/_/redis, "Security"; hub.docker.com/_/mongo, "Authentication"; docs.memcached.org, "SASL").
ASKS_WHEN_TOLD: Final = {
    "redis": ((), ("requirepass", "aclfile", ".conf")),
    "valkey/valkey": ((), ("requirepass", "aclfile", ".conf")),
    "mongo": (
        ("MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_USERNAME_FILE"),
        ("--auth", "--keyFile", "-f", "--config"),
    ),
    "memcached": ((), ("-S", "-Y", "--enable-sasl", "--auth-file")),
}
"""Images of servers that let everybody in, with the variables and the words of a command that change it."""

# Brokers, registries of services and stores of files that take whoever reaches them, or ask for one password of all.
_SHARED: Final = frozenset(
    "kafka cp-kafka redpanda nats nats-streaming activemq activemq-classic activemq-artemis pulsar zookeeper"
    " cp-zookeeper nacos-server consul vault openbao minio rustfs seaweedfs".split()
)
_ADMIN: Final = frozenset(
    "adminer phpmyadmin pgadmin pgadmin4 mongo-express redis-commander redisinsight portainer portainer-ce "
    "docker-socket-proxy dockge yacht cloudbeaver phpredisadmin elasticsearch-head cerebro kafka-ui".split()
)
_PROXIES: Final = frozenset(
    "traefik caddy haproxy nginx-proxy nginx-proxy-manager swag envoy apisix kong openresty npmplus zoraxy "
    " cloudflared bunkerweb jwilder-nginx-proxy nginx-ui".split()
)
_CACHES: Final = frozenset("redis redis-stack redis-stack-server valkey keydb dragonfly memcached".split())
_FOR_BUILDS: Final = frozenset("golang rust maven gradle buildpack-deps docker composer".split())
# What stands before others or looks at them: it names them without needing them to start.
_ASKS_LATER: Final = (
    "nginx", "traefik", "caddy", "haproxy", "envoy", "proxy", "apache", "httpd", "gateway", "admin", "prometheus",
    "grafana",
)  # fmt: skip
_RELATIONAL = ("postgres", "postgis", "mysql", "mariadb", "percona")
_POSTGRES = ("postgres", "postgis", "timescaledb", "pgvector")
# What takes mail while a project is developed.
_MAIL = ("mailhog", "mailpit", "maildev", "mailcatcher", "smtp4dev", "inbucket")
SERVERS_BY_SCHEME: Final = {
    "postgres": _POSTGRES, "postgresql": _POSTGRES, "mysql": ("mysql", "mariadb", "percona"),
    "mariadb": ("mariadb", "mysql"), "redis": ("redis", "valkey", "keydb", "dragonfly"), "rediss": ("redis", "valkey"),
    "amqp": ("rabbitmq",), "amqps": ("rabbitmq",), "mongodb": ("mongo", "mongodb"), "nats": ("nats",),
    "memcached": ("memcached",), "bolt": ("neo4j",), "neo4j": ("neo4j",), "mqtt": ("mosquitto", "emqx"),
    "clickhouse": ("clickhouse",), "ldap": ("openldap",), "sqlserver": ("mssql",), "mssql": ("mssql",),
}  # fmt: skip
"""Schemes of the URLs that clients have, and words in the names of the images of what they ask."""
SERVERS_BY_WORD: Final = {
    **SERVERS_BY_SCHEME, "pg": _POSTGRES, "pghost": _POSTGRES, "mongo": ("mongo", "mongodb"), "rabbitmq": ("rabbitmq",),
    "db": _RELATIONAL, "database": _RELATIONAL, "kafka": ("kafka", "redpanda"), "smtp": _MAIL, "mailhog": _MAIL,
    "mailpit": _MAIL, "elasticsearch": ("elasticsearch",), "opensearch": ("opensearch",), "minio": ("minio",),
    "meilisearch": ("meilisearch",), "qdrant": ("qdrant",), "influxdb": ("influxdb",), "ollama": ("ollama",),
    "typesense": ("typesense",), "weaviate": ("weaviate",), "vault": ("vault",), "consul": ("consul",),
    "cassandra": ("cassandra",), "zookeeper": ("zookeeper",), "selenium": ("selenium",),
}  # fmt: skip
"""Words that variables begin with, and words in the names of the images that they speak of."""
# https://learn.microsoft.com/dotnet/core/compatibility/containers/8.0/aspnet-port: 80 until .NET 7, then this;
# https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints for the others.
DOTNET_PORTS: Final = "ASPNETCORE_HTTP_PORTS"
"""The variable in which the images of .NET have the ports that a web application listens on."""

MOVES_DOTNET: Final = (
    DOTNET_PORTS, "ASPNETCORE_HTTPS_PORTS", "ASPNETCORE_URLS", "DOTNET_URLS", "HTTP_PORTS", "URLS",
)  # fmt: skip
"""The variables by which such an application is told to listen elsewhere, but for those of Kestrel's own section."""

_MOVING: Final = ("PORT", "LISTEN", "ADDR", "BIND")
REFUSED_VALUES: Final = {"MYSQL_USER": "root", "MARIADB_USER": "root"}
"""Variables with the value that the start script of an image refuses.

docker_verify_minimum_env in docker-library/mysql and MariaDB/mariadb-docker: "MYSQL_USER and MYSQL_PASSWORD are for
configuring a regular user and cannot be used for the root user".
"""
_SOCKET_PROXIES: Final = frozenset(("socketproxy", "socket-proxy"))
# Private networks, names and addresses, what listens to a network or measures the machine, automation of a home.
_OF_THE_HOST: Final = frozenset(
    "wireguard wg-easy wg openvpn openvpn-as ipsec-vpn-server vpn openconnect ocserv pptp n2n zerotier tailscale "
    "headscale netbird netmaker gluetun nebula softether strongswan dsvpn cloudflared frp frps frpc pihole "
    "adguardhome unbound bind9 dnsmasq coredns technitium dns-server dnsmonster passivedns dhcp dhcpd kea iventoy "
    "netbootxyz avahi mdns-repeater iptables nftables fail2ban crowdsec node-exporter cadvisor netdata glances "
    "telegraf datadog-agent agent beszel-agent scrutiny monit ntopng zeek suricata snort maltrail netalertx "
    "watchyourlan pialert smokeping aircrack-ng softflowd home-assistant homeassistant homebridge hass node-red "
    "zigbee2mqtt zwave-js-ui matter-server ustreamer samba keepalived promtail alloy filebeat metricbeat "
    "fluent-bit vector falco".split()
)


def _name(image: ImageRef) -> str:
    return image.path.rpartition("/")[2].lower()


def _has(image: ImageRef | None, words: frozenset[str]) -> bool:
    """Whether one of the words stands in the name, with nothing, a dash or an underscore at either side."""
    if image is None:
        return False
    name = _name(image)
    breaks = [at for at, char in enumerate(name) if char in "-_"]
    starts, ends = [0, *(at + 1 for at in breaks)], [*breaks, len(name)]
    return any(name[start:end] in words for start in starts for end in ends if start < end)


def is_database(image: ImageRef | None) -> bool:
    """Whether an image is a database, a cache or a broker, which keeps what others may not reach."""
    if image is None:
        return False
    return _name(image) in _DATABASES or any(image.path.lower().endswith(path) for path in _PATHS_OF_DATABASES)


def is_for_services(image: ImageRef | None) -> bool:
    """Whether an image is a database or the like, or a broker, a registry or a store that other services share."""
    return is_database(image) or (image is not None and _name(image) in _SHARED)


def is_admin_tool(image: ImageRef | None) -> bool:
    """Whether an image is a program by which databases or containers are administered."""
    return image is not None and (_name(image) in _ADMIN or is_socket_proxy(image))


def is_proxy(image: ImageRef | None) -> bool:
    """Whether an image is a reverse proxy, which is there to face the world."""
    return image is not None and _name(image) in _PROXIES


def is_socket_proxy(image: ImageRef | None) -> bool:
    """Whether an image is a proxy that lets a part of an engine's API through."""
    return image is not None and "socket" in image.path.lower() and _has(image, _SOCKET_PROXIES)


def is_of_the_host(image: ImageRef | None) -> bool:
    """Whether an image is made to work on the host's network or hardware: a VPN, a name server, a monitor."""
    return _has(image, _OF_THE_HOST)


def is_cache(image: ImageRef | None) -> bool:
    """Whether an image is a store whose content is mostly made anew."""
    return image is not None and _name(image) in _CACHES


def is_for_builds(image: ImageRef | None) -> bool:
    """Whether an image is made to build with: who ships it ships a compiler or a builder."""
    return image is not None and _name(image) in _FOR_BUILDS


def asks_later(name: str) -> bool:
    """Whether a service or image of this name asks others when it is asked, not at its start: a proxy, a dashboard."""
    return any(word in name for word in _ASKS_LATER)


def moves_dotnet(name: str) -> bool:
    """Whether a variable says where a web application of .NET listens."""
    return name in MOVES_DOTNET or name.upper().startswith("KESTREL")


def may_move_port(name: str) -> bool:
    """Whether a variable, by the words in its name, may say where some server listens."""
    return moves_dotnet(name) or any(word in name.upper() for word in _MOVING)
