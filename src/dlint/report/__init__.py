"""Reporters: a Report to text, without I/O."""
