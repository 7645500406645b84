"""Checks of dockerfile files, by topic."""
