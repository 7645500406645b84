"""Comments that hide findings: our own and those of other tools."""
