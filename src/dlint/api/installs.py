"""What installs or builds what a project's files name, and where these may lie."""

from dlint.model.dockerfile.presence import ANY, BY_HAND, SOURCE, Presence
from dlint.model.dockerfile.writes import MAKES_NO_FILES, moves_surely, with_folders
from dlint.model.facts.project_installs import INSTALLERS, VARIABLES, WORKERS, Needed, needed_by

__all__ = [
    "ANY", "BY_HAND", "INSTALLERS", "MAKES_NO_FILES", "moves_surely", "Needed", "needed_by", "Presence", "SOURCE",
    "VARIABLES", "with_folders", "WORKERS",
]  # fmt: skip
