"""Files and folders that hold credentials, by their names, and those of them that turn out to hold none."""

from __future__ import annotations

import posixpath

from dlint.lazy import pattern

_FILES = frozenset(
    "id_rsa id_dsa id_ecdsa id_ed25519 .netrc _netrc .pgpass .my.cnf .pypirc .npmrc .yarnrc.yml .git-credentials "
    ".htpasswd .dockercfg .s3cfg .boto .env kubeconfig credentials.json service-account.json".split()
)
_FOLDERS = frozenset((".ssh", ".aws", ".gnupg", ".kube"))
_ENDINGS = (".p12", ".pfx", ".key", ".jks", ".kdbx", ".ppk")
_NESTED = (".docker/config.json", ".aws/credentials", ".kube/config", ".aws/config")
# Files that hold settings as often as credentials.
_DOUBTFUL = frozenset((".yarnrc.yml", ".my.cnf", ".boto", "credentials.json"))


def is_credential_file(path: str) -> bool:
    """Whether the name of a file or folder says that it holds credentials and nothing else."""
    if "./" in path or path.endswith(("/", "/.")):
        path = posixpath.normpath(path)
    name = path[path.rfind("/") + 1 :]
    if name in _DOUBTFUL:
        return False
    return name in _FILES or name in _FOLDERS or name.endswith(_ENDINGS) or path.endswith(_NESTED)


_NPM_CREDENTIAL = pattern(r"(?im)^[^#;=\n]*(?:_auth|_authtoken|_password)[ \t]*=[ \t]*[\"']?(?![\"'\s]|\$\{)")


def holds_settings_only(path: str, text: str) -> bool:
    """Whether a file in which credentials may stand is read and has none: an ``.npmrc`` of settings, or of variables
    in their place (docs.npmjs.com, "npmrc").
    """
    return path.rpartition("/")[2] == ".npmrc" and _NPM_CREDENTIAL.search(text) is None
