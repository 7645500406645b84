"""Checks of any file: its bytes and its suppressions."""
