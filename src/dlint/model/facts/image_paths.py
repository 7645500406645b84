"""Folders and files that images have, where services mount their settings."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# The Dockerfiles and packages of the images themselves: github.com/nginx/docker-nginx, docker-library/postgres,
# docker-library/mysql, MariaDB/mariadb-docker, docker-library/mongo, docker-library/httpd, caddyserver/caddy-docker,
# grafana/grafana, prometheus/prometheus, docker-library/php, docker-library/wordpress.
_FIRST_SCRIPTS: Final = "/docker-entrypoint-initdb.d"
_FOLDERS: Final = {
    "nginx": ("/etc/nginx", "/etc/nginx/conf.d", "/usr/share/nginx/html"),
    "postgres": (_FIRST_SCRIPTS,), "mysql": (_FIRST_SCRIPTS, "/etc/mysql"), "mongo": (_FIRST_SCRIPTS,),
    "mariadb": (_FIRST_SCRIPTS, "/etc/mysql", "/etc/mysql/conf.d"),
    "httpd": ("/usr/local/apache2/conf", "/usr/local/apache2/htdocs"), "caddy": ("/etc/caddy",),
    "grafana/grafana": ("/etc/grafana", "/etc/grafana/provisioning", "/etc/grafana/provisioning/datasources",
                        "/etc/grafana/provisioning/dashboards"),
    "prom/prometheus": ("/etc/prometheus",), "php": ("/usr/local/etc/php", "/usr/local/etc/php/conf.d"),
    "wordpress": ("/var/www/html", "/usr/local/etc/php/conf.d"),
}  # fmt: skip
_FILES: Final = {
    "nginx": ("/etc/nginx/nginx.conf", "/etc/nginx/conf.d/default.conf", "/etc/nginx/mime.types"),
    "httpd": ("/usr/local/apache2/conf/httpd.conf",), "caddy": ("/etc/caddy/Caddyfile",),
    "prom/prometheus": ("/etc/prometheus/prometheus.yml",), "grafana/grafana": ("/etc/grafana/grafana.ini",),
}  # fmt: skip
_ANYWHERE: Final = frozenset(("/etc", "/home", "/opt", "/root", "/srv", "/tmp", "/usr", "/var", "/usr/local/bin"))


def is_folder(image: str, path: str) -> bool:
    """Whether an image, by its familiar name, surely has a folder there."""
    return path in _FOLDERS.get(image, ()) or path in _ANYWHERE


def is_file(image: str, path: str) -> bool:
    """Whether it surely has a file there."""
    return path in _FILES.get(image, ())
