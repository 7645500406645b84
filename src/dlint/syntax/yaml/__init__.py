"""YAML text to positioned nodes, in the dialect of go-yaml, which Compose reads."""
