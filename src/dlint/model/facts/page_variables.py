"""Variables that a front end has in its pages: their values are put in when it is built, not when the container starts.

Sources: vite.dev/guide/env-and-mode, nextjs.org/docs/pages/guides/environment-variables ("inlined at build time", on
the server too), create-react-app.dev/docs/adding-custom-environment-variables, cli.vuejs.org/guide/mode-and-env,
gatsbyjs.com/docs/how-to/local-development/environment-variables, docs.expo.dev/guides/environment-variables. Nuxt reads
NUXT_PUBLIC_ and SvelteKit may read PUBLIC_ when the server runs.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

_BUILDERS: Final = {
    "vite": ("build", "VITE_"), "next": ("build", "NEXT_PUBLIC_"), "react-scripts": ("build", "REACT_APP_"),
    "vue-cli-service": ("build", "VUE_APP_"), "gatsby": ("build", "GATSBY_"), "expo": ("export", "EXPO_PUBLIC_"),
    "craco": ("build", "REACT_APP_"), "react-app-rewired": ("build", "REACT_APP_"),
}  # fmt: skip
PREFIXES: Final = tuple(sorted({prefix for _, prefix in _BUILDERS.values()}))
"""What the names of such variables begin with."""


def baked_in_by(words: Sequence[str]) -> str:
    """What the variables begin with whose values a command puts into pages; empty if it builds none."""
    name = words[0].rpartition("/")[2] if words else ""
    if name in ("npx", "bunx"):
        return baked_in_by([word for word in words[1:] if not word.startswith("-")])
    verb, prefix = _BUILDERS.get(name, ("", ""))
    given = [word for word in words[1:] if not word.startswith("-")]
    return prefix if prefix and given[:1] == [verb] else ""


def starts_pages(words: Sequence[str]) -> bool:
    """Whether a command starts a server that hands out what was built as it is."""
    name = words[0].rpartition("/")[2] if words else ""
    if name in ("npx", "bunx"):
        return starts_pages([word for word in words[1:] if not word.startswith("-")])
    if name == "next":
        return list(words[1:2]) == ["start"]
    return name in ("nginx", "httpd", "httpd-foreground", "caddy", "serve", "http-server")


MADE_AT_START: Final = (
    "envsubst", "template", "env.js", "env-config", "config.js", "runtime", "import-meta-env", "react-env", "env.sh",
    "docker-entrypoint.d", "sub_filter", "next-runtime-env", ".sh",
)  # fmt: skip
"""What stands in the last stage of an image that puts values into its pages when it starts."""
