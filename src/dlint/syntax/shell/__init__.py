"""The text of a script to its commands, words, redirects and assignments, each at its place."""
