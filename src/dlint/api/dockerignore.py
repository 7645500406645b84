"""The nodes of an ignore file."""

from dlint.syntax.dockerignore import IgnoreFile, IgnorePattern

__all__ = ["IgnoreFile", "IgnorePattern"]
