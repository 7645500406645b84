"""Rules about package managers: what is installed, pinned, cached and left behind."""
