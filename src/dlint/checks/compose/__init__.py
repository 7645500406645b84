"""Checks of compose files, by topic."""
