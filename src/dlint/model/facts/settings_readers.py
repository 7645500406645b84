"""Programs that ask others (proxies, what watches or collects): where they read their settings, and what these name.

Hosts with dots and with variables are none of a project's services, and are not found.
"""

from __future__ import annotations

from dlint.lazy import NamedTuple, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Final

_HOST = r"([A-Za-z0-9][A-Za-z0-9_-]*)(?::(\d{1,5})(?!\d)|(?=[/;\s\"']|$))"
# HOST:PORT as an item of a list or a value, perhaps of a URL.
_LISTED = pattern(r"(?<=[\[,\s-])[\"']?(?:https?://)?([A-Za-z0-9][A-Za-z0-9_-]*):(\d{1,5})(?=[\"',\]\s/]|$)")
_URL = pattern(rf"(?m)^[ \t-]*url[ \t]*:[ \t]*[\"']?(?:https?://|(?=[\w-]+:\d)){_HOST}")


class Reader(NamedTuple):
    """A program that reads settings in ``folders`` of its container, of files with one of ``names`` in theirs.

    ``asks`` finds hosts and ports. ``stops``: at its start it looks all of them up, and stops if one is not there,
    unless its settings match ``later``. ``does`` is what it does with a host. ``wants`` finds variables of the
    environment, with their defaults; in ``templates`` alone, a folder, if the image at the bottom is this one of
    ``filled_by``, which fills them in when it starts. In images of ``alone`` nothing else runs, and listens by itself
    on ``opens``.
    """

    program: str
    folders: tuple[str, ...]
    names: tuple[str, ...]
    asks: re.Pattern[str]
    does: str = "passes requests on to"
    stops: bool = False
    later: re.Pattern[str] = pattern(r"\b(?:resolver|resolve|resolvers|init-addr)\b")
    wants: re.Pattern[str] | None = None
    templates: str = ""
    filled_by: str = ""
    alone: tuple[str, ...] = ()
    opens: tuple[int, ...] = ()


READERS: Final = (
    # nginx.org/en/docs/http/ngx_http_proxy_module.html and its like; "server" stands in "upstream" blocks too. With
    # "resolver", hosts in variables and those with "resolve" are looked up later (ngx_http_upstream_module.html).
    Reader(
        "nginx",
        ("/etc/nginx",),
        (".conf", ".template", "nginx"),
        pattern(
            r"(?<![\w$-])(?:proxy_pass\s+https?://|grpc_pass\s+grpcs?://|(?:fastcgi|scgi|uwsgi|memcached)_pass\s+"
            rf"|server\s+(?=[\w-]+:\d|[\w-]+\s*;|[\w-]+\s+\w+=)){_HOST}"
        ),
        stops=True,
        # hub.docker.com/_/nginx, "Using environment variables in nginx configuration": `envsubst` for what is set, and
        # it knows no defaults. nginx's own variables are written in small letters.
        wants=pattern(r"\$\{([A-Z][A-Z0-9_]*)(:?-[^{}\s]*)?\}"),
        templates="/etc/nginx/templates",
        filled_by="nginx",
        alone=("nginx", "nginxinc/nginx-unprivileged"),
    ),
    # caddyserver.com/docs/caddyfile/directives/reverse_proxy
    Reader(
        "Caddy",
        ("/etc/caddy",),
        (".conf", ".caddy", "Caddyfile"),
        pattern(
            rf"(?<![\w$-])(?:(?:reverse_proxy|php_fastcgi)[ \t]+(?:(?:/\S*|@\w+|\*)[ \t]+)?"
            rf"|to[ \t]+(?=(?:https?://|h2c://)?[\w-]+:\d))(?:https?://|h2c://)?{_HOST}"
        ),
        # caddyserver.com/docs/caddyfile/concepts#environment-variables
        wants=pattern(r"\{\$([A-Za-z_]\w*)(:[^{}\s]*)?\}"),
        alone=("caddy",),
        opens=(2019,),
    ),
    # prometheus.io/docs/prometheus/latest/configuration/configuration/#static_config: "targets" are hosts with a port.
    Reader(
        "Prometheus",
        ("/etc/prometheus",),
        ("prometheus.yml", "prometheus.yaml"),
        _LISTED,
        "asks",
        alone=("prom/prometheus",),
        opens=(9090,),
    ),
    # docs.haproxy.org/3.2/configuration.html#5.2: addresses are looked up at the start, but for "init-addr none".
    Reader(
        "HAProxy",
        ("/usr/local/etc/haproxy", "/etc/haproxy"),
        (".cfg",),
        pattern(rf"(?m)^[ \t]*server[ \t]+\S+[ \t]+(?=[\w-]+:\d){_HOST}"),
        stops=True,
        alone=("haproxy",),
    ),
    # httpd.apache.org/docs/2.4/mod/mod_proxy.html
    Reader(
        "Apache",
        ("/usr/local/apache2/conf", "/etc/apache2", "/etc/httpd"),
        (".conf",),
        pattern(
            r"(?mi)(?:^[ \t]*(?:ProxyPass(?:Match)?[ \t]+(?:[^ \t\n]+[ \t]+)?|BalancerMember[ \t]+)[\"']?"
            rf"(?:https?|wss?|ajp|fcgi)|\bproxy:fcgi)://{_HOST}"
        ),
        alone=("httpd",),
    ),
    # grafana.com/docs/grafana/latest/administration/provisioning/#data-sources, and Loki's collector
    Reader(
        "Grafana",
        ("/etc/grafana/provisioning/datasources",),
        (".yml", ".yaml"),
        _URL,
        "asks",
        alone=("grafana/grafana", "grafana/grafana-oss"),
        opens=(3000,),
    ),
    Reader("Promtail", ("/etc/promtail",), (".yml", ".yaml"), _URL, "asks", alone=("grafana/promtail",), opens=(9080,)),
    # opentelemetry.io/docs/collector/configuration/#exporters
    Reader(
        "the collector",
        ("/etc/otel",),
        (".yml", ".yaml"),
        pattern(rf"(?m)^[ \t-]*endpoint[ \t]*:[ \t]*[\"']?(?:https?://|(?=[\w-]+:\d)){_HOST}"),
        "asks",
    ),
    # elastic.co/docs/reference: output.elasticsearch of the Beats, elasticsearch.hosts, the outputs of pipelines
    Reader("Filebeat", ("/usr/share/filebeat/filebeat.",), (".yml",), _LISTED, "asks"),
    Reader("Metricbeat", ("/usr/share/metricbeat/metricbeat.",), (".yml",), _LISTED, "asks"),
    Reader("Kibana", ("/usr/share/kibana/config",), ("kibana.yml",), _LISTED, "asks"),
    Reader("Logstash", ("/usr/share/logstash/pipeline",), (".conf",), _LISTED, "asks"),
    # doc.traefik.io/traefik/providers/file/ and providers/docker/#endpoint
    Reader(
        "Traefik",
        ("/etc/traefik",),
        (".yml", ".yaml", ".toml"),
        pattern(
            r"(?m)^[ \t-]*(?:(?:url|address)[ \t]*[:=][ \t]*[\"']?(?:https?://|h2c://|(?=[\w-]+:\d))"
            rf"|endpoint[ \t]*[:=][ \t]*[\"']?(?:tcp|https?)://){_HOST}"
        ),
        alone=("traefik",),
        opens=(8080,),
    ),
)
