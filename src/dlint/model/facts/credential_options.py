"""Where command line tools take a credential, as data; the facts are those of the tools' own manuals.

Of every command these need no line: options whose long name is that of a credential (``--password``, ``--api-key``),
``NAME=value`` words, passwords in URLs and tokens of known shape.
"""

from __future__ import annotations

from functools import lru_cache


class Takes:
    """Where one tool takes a credential; options are separated by blanks.

    ``secret``: options whose value is one, as the next word or attached (``-px``, ``--p=x``). ``attached``: options
    whose value is only ever attached; alone they ask for it. ``login``: options that take ``user:password`` (or the
    separator in ``between``). ``header``: options that take a header. ``marked``: options that take ``pass:PASSWORD``.
    ``setting``: two options, of which one names a setting and the other has its value.
    ``operands``: patterns of operands: ``_`` is any, ``KEY`` the name of a setting for a
    credential, ``BASIC`` that of one for a user and a password, ``HOST`` a server of packages, ``*`` the
    credential, ``_:*`` one
    with the user before it; other words stand for themselves. ``no``: options that take none, whatever their name.
    ``ends``: the first operand ends the options.
    """

    __slots__ = (
        "secret", "attached", "login", "between", "header", "marked", "setting", "operands", "no", "ends",
    )  # fmt: skip

    def __init__(
        self,
        secret: str = "",
        attached: str = "",
        login: str = "",
        between: str = ":",
        header: str = "",
        marked: str = "",
        setting: str = "",
        operands: tuple[str, ...] = (),
        no: str = "",
        ends: bool = False,
    ) -> None:
        self.secret = secret
        self.attached = attached
        self.login = login
        self.between = between
        self.header = header
        self.marked = marked
        self.setting = setting
        self.operands = operands
        self.no = no
        self.ends = ends


# https://dev.mysql.com/doc/refman/en/command-line-options.html: a blank after -p makes the next word a database.
_MYSQL = Takes(attached="-p --password --password1 --password2 --password3")
_MYSQL_ADMIN = Takes(attached=_MYSQL.attached, operands=("password *", "old-password *"))
# https://www.mongodb.com/docs/mongodb-shell/reference/options/
_MONGO = Takes(secret="-p --password")
# ldapsearch(1): -w simple authentication, -y reads a file; ldappasswd(1): -s, -a new and old password.
_LDAP = Takes(secret="-w")
# openssl-passphrase-options(1): pass:, env:, file:, fd: and stdin.
_OPENSSL = Takes(marked="-passin -passout -pass -password", secret="-k -K -hmac")
_LOGIN = Takes(secret="-p --password --token", no="--secret")
# skopeo-copy(1), buildah-from(1), podman-pull(1).
_CREDS = "--creds --src-creds --dest-creds --from-creds"
_ENGINE = Takes(login=_CREDS, no="--secret")
# 7-Zip's help: -p{Password}; unrar's: -p[password], -hp[password]; zip(1), unzip(1): -P.
_SEVEN_ZIP = Takes(attached="-p")
_ARCHIVE = Takes(secret="-P --password")
_KEYTOOL = Takes(
    secret="-storepass -keypass -srcstorepass -deststorepass -srckeypass -destkeypass -new -pass -tspass -tskeypass"
)
_HELM = Takes(secret="--password", operands=("registry login -p *",))
# bundler.io/man/bundle-config.1.html: the older form has no `set`.
_BUNDLE_SETTINGS = ("_ _:*", "KEY *", "HOST *")
_BUNDLE = Takes(operands=tuple(f"config {verb}{what}" for verb in ("", "set ") for what in _BUNDLE_SETTINGS))
_SQL_SERVER = Takes(secret="-P -Z -z")

# By tool, or by tool and subcommand, which then goes first.
TAKES = {
    # Downloads: curl(1), wget(1), aria2c(1), httpie.io/docs/cli.
    "curl": Takes(
        "--pass --proxy-pass --tlspassword --proxy-tlspassword --oauth2-bearer",
        login="-u --user -U --proxy-user",
        header="-H --header --proxy-header",
    ),
    "wget": Takes("--password --http-password --ftp-password --proxy-password --http-passwd", header="--header"),
    "wget2": Takes("--password --http-password --proxy-password", header="--header"),
    "aria2c": Takes("--http-passwd --ftp-passwd --all-proxy-passwd --rpc-secret", header="--header"),
    "http": Takes(login="-a --auth"),
    "https": Takes(login="-a --auth"),
    "lftp": Takes(login="-u --user", between=","),
    "smbclient": Takes(login="-U --user", between="%", secret="--password"),
    "svn": Takes("--password"),
    # Databases.
    "mysql": _MYSQL,
    "mysqladmin": _MYSQL_ADMIN,
    "mysqldump": _MYSQL,
    "mysqlcheck": _MYSQL,
    "mysqlimport": _MYSQL,
    "mysqlshow": _MYSQL,
    "mysqlslap": _MYSQL,
    "mysql_upgrade": _MYSQL,
    "mysqlpump": _MYSQL,
    "mariadb": _MYSQL,
    "mariadb-admin": _MYSQL_ADMIN,
    "mariadb-dump": _MYSQL,
    "mariadb-check": _MYSQL,
    "mariadb-import": _MYSQL,
    "mariadb-upgrade": _MYSQL,
    "mongo": _MONGO,
    "mongosh": _MONGO,
    "mongod": _MONGO,
    "mongodump": _MONGO,
    "mongorestore": _MONGO,
    "mongoexport": _MONGO,
    "mongoimport": _MONGO,
    "redis-cli": Takes("-a --pass"),
    "valkey-cli": Takes("-a --pass"),
    "redis-server": Takes("--requirepass --masterauth"),
    "sqlcmd": _SQL_SERVER,
    "bcp": _SQL_SERVER,
    "cypher-shell": Takes("-p --password"),
    "neo4j-admin": Takes(operands=("set-initial-password *", "dbms set-initial-password *")),
    "influx": Takes("-p --password -t --token -password"),
    "cqlsh": Takes("-p --password"),
    "clickhouse-client": Takes("--password"),
    "elasticsearch-users": Takes("-p --password"),
    "rabbitmqctl": Takes(
        operands=("add_user _ *", "change_password _ *", "authenticate_user _ *"), secret="--erlang-cookie"
    ),
    "rabbitmqadmin": Takes("-p --password"),
    "etcdctl": Takes(login="--user", operands=("user add _:*",)),
    "mc": Takes(operands=("alias set _ _ _ *", "config host add _ _ _ *", "admin user add _ _ *")),
    # Users, logins, keys: sshpass(1), htpasswd(1), useradd(8), usermod(8), ssh-keygen(1), gpg(1), openssl(1).
    "sshpass": Takes("-p", ends=True),
    "useradd": Takes("-p --password"),
    "usermod": Takes("-p --password"),
    "groupadd": Takes("-p --password"),
    "ssh-keygen": Takes("-N -P"),
    "gpg": Takes("--passphrase"),
    "gpg2": Takes("--passphrase"),
    "openssl": _OPENSSL,
    "ldapadd": _LDAP,
    "ldapmodify": _LDAP,
    "ldapsearch": _LDAP,
    "ldapdelete": _LDAP,
    "ldapwhoami": _LDAP,
    "ldappasswd": Takes("-w -s -a"),
    "slappasswd": Takes("-s"),
    "keytool": _KEYTOOL,
    "jarsigner": _KEYTOOL,
    "kinit": Takes("--password"),
    # Archives.
    "7z": _SEVEN_ZIP,
    "7za": _SEVEN_ZIP,
    "7zr": _SEVEN_ZIP,
    "7zz": _SEVEN_ZIP,
    "unrar": Takes(attached="-p -hp"),
    "rar": Takes(attached="-p -hp"),
    "zip": _ARCHIVE,
    "unzip": _ARCHIVE,
    # Registries and clusters.
    "docker": _ENGINE,
    "docker login": _LOGIN,
    "podman": _ENGINE,
    "podman login": _LOGIN,
    "buildah": _ENGINE,
    "buildah login": _LOGIN,
    "nerdctl": _ENGINE,
    "nerdctl login": _LOGIN,
    "skopeo": _ENGINE,
    "skopeo login": _LOGIN,
    "crane auth": Takes("-p --password"),
    "oras login": _LOGIN,
    "helm": _HELM,
    "helm registry": Takes("-p --password"),
    "oc login": _LOGIN,
    "kubectl": Takes("--token --password --docker-password", no="--secret"),
    # Clouds and services.
    "aws": Takes(operands=("configure set KEY *",)),
    "az": Takes("--password --account-key --sas-token --client-secret"),
    "az login": Takes("-p --password --federated-token"),
    "az acr": Takes("-p --password"),
    "vault": Takes("-token", operands=("login *",)),
    "consul": Takes("-token"),
    "nomad": Takes("-token"),
    "gh": Takes("--token"),
    "gh secret": Takes("-b --body"),
    "snyk": Takes(operands=("auth *",)),
    "sentry-cli": Takes("--auth-token --api-key"),
    "jf": Takes("--password --apikey --access-token"),
    "jfrog": Takes("--password --apikey --access-token"),
    "cf": Takes(operands=("auth _ *",)),
    "cf login": Takes("-p"),
    "tailscale": Takes("--authkey --auth-key"),
    "ngrok": Takes("--authtoken", operands=("authtoken *", "config add-authtoken *")),
    # Packages: docs.npmjs.com/cli, yarnpkg.com/cli, pip.pypa.io, getcomposer.org, bundler.io, python-poetry.org,
    # learn.microsoft.com/dotnet, twine.readthedocs.io.
    "npm": Takes(operands=("config set KEY *", "set KEY *", "c set KEY *"), secret="--otp"),
    "pnpm": Takes(operands=("config set KEY *", "set KEY *", "c set KEY *")),
    "yarn": Takes(operands=("config set KEY *",)),
    "bundle": _BUNDLE,
    "composer": Takes(operands=("config BASIC _ *", "config KEY *")),
    "poetry": Takes(operands=("config BASIC _ *", "config KEY *")),
    "twine": Takes("-p --password"),
    "nuget": Takes("-p -Password -ApiKey", operands=("setapikey *",)),
    "dotnet nuget": Takes("-p --password -k --api-key", no="--store-password-in-clear-text"),
    "conan": Takes("-p --password"),
    "cargo login": Takes(operands=("login *",)),
    "git": Takes(operands=("config KEY *",)),
    # Set-ups of applications: wp-cli.org, drush.org, grafana.com.
    "wp": Takes("--dbpass --admin_password --user_pass"),
    "drush": Takes("--account-pass"),
    "grafana-cli": Takes(operands=("admin reset-admin-password *",)),
    "grafana": Takes(operands=("cli admin reset-admin-password *",)),
    # Windows: learn.microsoft.com/windows-server/administration/windows-commands, /powershell/module.
    "net": Takes(operands=("user _ *",)),
    "setx": Takes(operands=("KEY *",)),
    "schtasks": Takes("/rp"),
    "reg add": Takes(setting="/v /d"),
    "set-itemproperty": Takes(setting="-name -value"),
    "new-itemproperty": Takes(setting="-name -value"),
    "set-item": Takes(setting="-path -value"),
    "new-item": Takes(setting="-path -value"),
}

TOOLS = frozenset(tool.partition(" ")[0] for tool in TAKES)
"""The tools of the table."""

_QUOTES = dict.fromkeys(map(ord, "'\"\\"))
# Quotes may stand within a name, other signs end it.
_BETWEEN = str.maketrans({"'": None, '"': None, **dict.fromkeys("!#$%&()*+,./:;<=>?@[]^`{|}~", " ")})


def names_tool(text: str) -> bool:
    """Whether a command in a text may be one of a tool of the table: a cheap look before its commands are read."""
    if "\\" in text:
        return any(map(text.translate(_QUOTES).__contains__, TOOLS))
    return not TOOLS.isdisjoint(text.translate(_BETWEEN).split())


@lru_cache(maxsize=64)
def signs_of(tool: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """What stands in a command of a tool that the table has something to say of: the letters of short options, of which
    several may stand behind one dash, and other words, of which one is enough.
    """
    options: list[str] = []
    words: list[str] = []
    for name, takes in TAKES.items():
        if name.partition(" ")[0] == tool:
            kinds = (takes.secret, takes.attached, takes.login, takes.header, takes.marked)
            options += [option for kind in kinds for option in kind.split()]
            words += takes.setting.split()[:1]
            words += [_sign_of(form) for form in takes.operands]
    letters = frozenset(option[1] for option in options if len(option) == 2 and option[0] == "-")
    longer = (option for option in options if len(option) > 2 or option[0] != "-")
    return letters, tuple(dict.fromkeys((*longer, *words)))


def _sign_of(form: str) -> str:
    """A word that stands for itself in a pattern of operands; "", which stands everywhere, if there is none."""
    return next((part for part in form.split() if part[0] not in "_*" and not part.isupper()), "")
