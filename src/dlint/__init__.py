"""dlint: a linter that reads Dockerfiles, Compose files and .dockerignore as one project."""

__version__ = "0.1.0"
