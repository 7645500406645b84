"""What settings of proxies name, in the spellings that their manuals have."""

from __future__ import annotations

import pytest

import dlint

COMPOSE = """\
services:
  proxy:
    image: {image}
    volumes:
      - ./settings:{target}:ro
  app:
    image: example/app:1
"""

PLACES = {
    "nginx": ("nginx:1.29", "/etc/nginx/conf.d/default.conf"),
    "caddy": ("caddy:2.10", "/etc/caddy/Caddyfile"),
    "haproxy": ("haproxy:3.2", "/usr/local/etc/haproxy/haproxy.cfg"),
    "apache": ("httpd:2.4", "/usr/local/apache2/conf/extra/proxy.conf"),
    "traefik": ("traefik:v3.6", "/etc/traefik/dynamic.yml"),
    "prometheus": ("prom/prometheus:v3.4.2", "/etc/prometheus/prometheus.yml"),
    "grafana": ("grafana/grafana:12.2.0", "/etc/grafana/provisioning/datasources/all.yaml"),
    "promtail": ("grafana/promtail:3.5.0", "/etc/promtail/config.yml"),
    "collector": ("otel/opentelemetry-collector:0.138.0", "/etc/otel-collector-config.yaml"),
    "filebeat": ("elastic/filebeat:9.2.0", "/usr/share/filebeat/filebeat.yml"),
    "kibana": ("kibana:9.2.0", "/usr/share/kibana/config/kibana.yml"),
    "logstash": ("logstash:9.2.0", "/usr/share/logstash/pipeline/logstash.conf"),
}


def _unknown(program: str, settings: str) -> list[str]:
    """The hosts that are no services, as the findings name them."""
    image, target = PLACES[program]
    files = {"compose.yaml": COMPOSE.format(image=image, target=target), "settings": settings}
    found = dlint.lint_files(files, config={"select": ["upstream-unknown"]})
    return [finding.message.split(", as")[0].split()[-1] for finding in found]


@pytest.mark.parametrize(
    ("program", "settings"),
    [
        ("nginx", "location / { proxy_pass https://api/v1; }"),
        ("nginx", "location ~ \\.php$ { fastcgi_pass api:9000; }"),
        ("nginx", "location / { grpc_pass grpc://api:50051; }"),
        ("nginx", "upstream all { server api; }"),
        ("nginx", "upstream all { server api max_fails=3; }"),
        ("caddy", "example.org {\n  reverse_proxy @app api:8080\n}"),
        ("caddy", "example.org {\n  reverse_proxy {\n    to http://api:8080\n  }\n}"),
        ("haproxy", "backend a\n  server one api:8080 check\n"),
        ("haproxy", "listen a\n\tserver\tone\tapi:8080\n"),
        ("apache", "ProxyPass /x http://api:8080/x"),
        ("apache", 'ProxyPass "/x" "http://api"'),
        ("apache", "<Location /x>\n  ProxyPass http://api:8080/\n</Location>"),
        ("apache", "ProxyPassMatch ^/(.*)$ http://api:8080/$1"),
        ("apache", "<Proxy balancer://all>\n  BalancerMember http://api:8080 route=1\n</Proxy>"),
        ("apache", "proxypass /ws wss://api/ws"),
        ("apache", 'SetHandler "proxy:fcgi://api:9000"'),
        ("traefik", 'servers:\n  - url: "http://api:8080"\n'),
        ("traefik", "servers:\n  - url: http://api\n"),
        ("traefik", "servers:\n  - address: api:5432\n"),
        ("traefik", "forwardAuth:\n  address: http://api:9091/verify\n"),
        ("traefik", '  url = "http://api:8080"\n'),
        ("traefik", "docker:\n  endpoint: tcp://api:2375\n"),
        ("prometheus", "targets: ['api:8080']"),
        ("prometheus", "remote_write:\n  - url: http://api:9009/api/v1/push\n"),
        ("grafana", "datasources:\n  - name: a\n    url: http://api:9090\n"),
        ("grafana", "datasources:\n  - url: api:5432\n"),
        ("promtail", "clients:\n  - url: http://api:3100/loki/api/v1/push\n"),
        ("collector", "exporters:\n  otlp:\n    endpoint: api:4317\n"),
        ("collector", 'exporters:\n  otlphttp:\n    endpoint: "http://api:4318"\n'),
        ("filebeat", 'output.logstash:\n  hosts: ["api:5044"]\n'),
        ("kibana", 'elasticsearch.hosts: ["http://api:9200"]\n'),
        ("kibana", "elasticsearch.hosts: http://api:9200\n"),
        ("logstash", 'output { elasticsearch { hosts => ["http://api:9200"] } }'),
    ],
)
def test_hosts_are_read_as_the_programs_read_them(program: str, settings: str) -> None:
    assert _unknown(program, settings) == ["api"]
    assert _unknown(program, settings.replace("api", "app")) == []


@pytest.mark.parametrize(
    ("program", "settings"),
    [
        ("nginx", "# proxy_pass http://api;\nserver { server_name api; listen 80; }"),
        ("nginx", "set $to api; location / { proxy_pass http://$to:8080; }"),
        ("haproxy", "backend a\n  # server one api:8080\n  server two api.example.org:8080\n"),
        ("haproxy", "backend a\n  server one ${API_HOST}:8080\n  use-server api if TRUE\n"),
        (
            "apache",
            'ProxyPass "/x" "!"\nProxyPass /y balancer://api/\nProxyPass / unix:/run/api.sock|http://localhost/',
        ),
        ("traefik", 'entryPoints:\n  web:\n    address: ":80"\n  other:\n    address: 0.0.0.0:81\n'),
        ("traefik", 'endpoint: "unix:///var/run/docker.sock"\nurl: https://example.org\n'),
        ("grafana", "datasources:\n  - name: api\n    url: $API_URL\n    access: proxy\n"),
        ("collector", "receivers:\n  otlp:\n    endpoint: 0.0.0.0:4317\nextensions:\n  health_check: {}\n"),
        ("filebeat", "filebeat.inputs:\n  - type: log\n    paths: [/var/log/api.log]\n    scan_frequency: 10s\n"),
        ("logstash", 'input { beats { port => 5044 } }\nfilter { date { match => ["t", "HH:mm:ss", "ISO8601"] } }'),
    ],
)
def test_what_is_no_service_of_the_project_is_left_out(program: str, settings: str) -> None:
    assert _unknown(program, settings) == []
