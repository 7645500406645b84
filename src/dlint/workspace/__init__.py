"""The project graph: which files there are, who builds, extends, includes and overrides whom."""
