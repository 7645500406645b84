"""Edits applied, verified and shown as a diff."""
