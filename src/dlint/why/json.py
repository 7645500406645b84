"""Accounts for programs, as docs/schemas/why-1.json has them."""

from __future__ import annotations

from dlint import __version__
from dlint.picture.json import place
from dlint.report._escape import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from dlint.why.account import Account, Fact

VERSION = 1


def render(accounts: Sequence[Account], subject: str) -> str:
    """The accounts of ``subject``, what was asked about, as one JSON object."""
    return dumps(
        {
            "version": VERSION,
            "tool": {"name": "dlint", "version": __version__},
            "subject": subject,
            "accounts": [_account(account) for account in accounts],
        }
    )


def _account(account: Account) -> dict[str, Any]:
    from dlint.picture.graph import at_home

    return {
        "title": account.title,
        "place": place(at_home(account.subject)),
        "line": account.line,
        "facts": [_fact(fact) for fact in account.facts],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    from dlint.picture.graph import at_home

    return {
        "name": fact.name,
        "of": fact.of or None,
        "value": fact.value,
        "known": fact.value is not None,
        "from": [
            {"text": one, "place": None} if isinstance(one, str) else {"text": None, "place": place(at_home(one))}
            for one in fact.origin
        ],
    }
