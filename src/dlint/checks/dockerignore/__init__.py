"""Checks of dockerignore files, by topic."""
