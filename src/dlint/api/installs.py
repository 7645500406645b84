"""What installs or builds what a project's files name, and where these may lie."""

from dlint.model.dockerfile.presence import ANY, BY_HAND, SOURCE, Presence, whatever_the_context
from dlint.model.dockerfile.writes import moves_surely, with_folders, written_by
from dlint.model.facts.project_installs import VARIABLES, WORKERS, Needed, needed_by, places_of

__all__ = [
    "ANY", "BY_HAND", "moves_surely", "Needed", "needed_by", "places_of", "Presence", "SOURCE", "VARIABLES",
    "whatever_the_context", "with_folders", "WORKERS", "written_by",
]  # fmt: skip
