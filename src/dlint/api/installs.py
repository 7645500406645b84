"""What installs the packages that a project's files name."""

from dlint.model.dockerfile.writes import MAKES_NO_FILES
from dlint.model.facts.project_installs import INSTALLERS, project_file

__all__ = ["INSTALLERS", "MAKES_NO_FILES", "project_file"]
