"""The text report of an earlier run, shown again where nothing that it depends on has changed.

What is found in the files follows from what was asked of them (``Session.trace``), what is made of it from the options,
the terminal and what of the configuration decides about findings after they are made. So neither findings nor pages of
rules are needed to say the same once more.
"""

from __future__ import annotations

import os

from dlint.cli.links import opens_links
from dlint.cli.output import coloured, say, width, write
from dlint.lint.trace import hash_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.cache.packing import PackedText
    from dlint.cache.results import Results
    from dlint.report._quotes import Quotes
    from dlint.session import Session

# More files than these have a place of their own for their report.
_FEW = 20
# Options of calls that do more than to print a report.
_OTHERS = ("output", "fix", "diff", "watch")
# Options that change nothing in what is shown.
_SILENT = frozenset(("jobs",))


class Shown:
    """What a run shows: the report, a sentence behind it or "", and the exit code."""

    __slots__ = ("code", "said", "text")

    def __init__(self, text: str, said: str, code: int) -> None:
        self.text = text
        self.said = said
        self.code = code

    def show(self) -> int:
        """Print it; gives the exit code."""
        write(self.text)
        if self.said:
            say(self.said)
        return self.code


class Again:
    """The report of one call, from an earlier run or for a later one."""

    def __init__(self, session: Session, options: dict[str, Any], results: Results) -> None:
        self._session = session
        self._results = results
        group = hash_of(sorted(session.targets))
        self._name = next(iter(session.targets)) if len(session.targets) <= _FEW else f"report\0{group}"
        known, partial = sorted(session.workspace.known.items()), session.workspace.partial
        # What is to be kept of this run's report.
        self._text: list[str] | PackedText = []
        self._key = f"report{group}.{hash_of(_look(session, options), known, partial)}"

    def earlier(self) -> Shown | None:
        """What an earlier run printed; None if there is none or something has changed. Raises ConfigError."""
        found, text = self._results.with_text(self._name, self._key)
        try:
            if found is None or not self._session.holds(found["trace"]):
                return None
            from dlint.report._quotes import joined

            report = joined(text, found["report"], self._session.project.read)
            return Shown(report, str(found["said"]), int(found["code"]))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            # Somebody else wrote it.
            return None

    def quotes(self) -> Quotes:
        """What is to take the report and the lines of files that it repeats."""
        from dlint.report._quotes import Quotes

        if len(self._session.targets) > _FEW:
            from dlint.cache.packing import PackedText

            self._text = PackedText()
        return Quotes(self._text.append)

    def keep(self, quotes: Quotes, said: str, code: int) -> None:
        """Keep the report of this run, which is in ``quotes``, the sentence behind it and the exit code."""
        trace = self._session.trace() if quotes.is_whole else None
        if trace is not None:
            record = {"trace": trace, "report": quotes.places, "said": said, "code": code}
            if isinstance(self._text, list):
                self._results.put(self._name, self._key, record, self._text)
            else:
                self._results.put_report(self._name, self._key, record, self._text)
            self._results.save()


def again_of(session: Session, options: dict[str, Any]) -> Again | None:
    """How the report of a call may be shown again; None for calls that show something else, or that keep nothing."""
    results = session.results
    if results is None or options["form"] != "text" or any(options[key] for key in _OTHERS):
        return None
    if session.errors or session.misconfigured or any(config["baseline"] for config in session.configs):
        return None
    return Again(session, options, results)


def _look(session: Session, options: dict[str, Any]) -> str:
    """What a report looks like to whom, besides what was found."""
    color = coloured(options["color"])
    configs = session.configs
    later = [(config["fail-on"], config["rule-pages"]) for config in configs]
    numbers = {id(config): number for number, config in enumerate(configs)}
    whose = [numbers[id(session.config_of(path))] for path in session.targets] if len(configs) > 1 else []
    asked = sorted((name, value) for name, value in options.items() if name not in _SILENT)
    return hash_of(
        asked, color, color and opens_links(), width(), os.getcwd(), session.root, later, whose,
        [*session.targets.items()],
    )  # fmt: skip
