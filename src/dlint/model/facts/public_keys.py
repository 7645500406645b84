"""Keys that their vendors have made for browsers and apps: everybody may read them, so they are no credentials.

Sources: Stripe, "API keys" (publishable keys); PostHog, "Project API key"; Mapbox, "Access tokens" (public tokens);
Sentry, "DSN: is it safe to keep it public?".
"""

from __future__ import annotations

import re

from dlint.lazy import pattern

_PUBLIC = pattern(
    r"""
    (?: pk_(?:live|test)_[0-9A-Za-z]{10,250}
      | phc_[0-9A-Za-z]{20,80}
      | pk\.eyJ[0-9A-Za-z_-]{10,400}\.[0-9A-Za-z_-]{10,80}
      | https?://[0-9a-f]{32}@(?:[\w-]{1,60}\.){0,6}sentry\.[\w.-]{1,60}(?::\d{1,5})?/\d{1,20}/?
    )(?=["'\s]|\Z)""",
    re.X,
)


def is_public(text: str, start: int = 0) -> bool:
    """Whether the word that begins at ``start`` is a key that is published on purpose."""
    return text.startswith(("pk_", "pk.", "phc", "http"), start) and _PUBLIC.match(text, start) is not None
