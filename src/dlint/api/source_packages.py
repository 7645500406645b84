"""Python packages that are published as source code only, and what compiling them takes."""

from dlint.model.facts.source_packages import SOURCE_PACKAGES

__all__ = ["SOURCE_PACKAGES"]
