"""The words that pages and configurations have for severities and sets of rules."""

from __future__ import annotations

KINDS = ("dockerfile", "compose", "dockerignore", "build", "file")
"""The kinds of rules: the folders of their pages."""
PRESETS = ("recommended", "strict", "security", "hadolint", "compose-lint", "dclint", "style")
PEER_PRESETS = ("hadolint", "compose-lint", "dclint")
"""The presets that reproduce another tool: its rules with its severities."""
SEVERITY_WORDS = ("error", "warning", "info", "style")
"""The worst first."""
