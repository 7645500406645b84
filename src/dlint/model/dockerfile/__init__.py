"""The stages of a Dockerfile and what is in effect in them: variables, user, shell, packages."""
