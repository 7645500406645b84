"""Checks across files: a build with its service, Dockerfile and ignore file, by topic."""
