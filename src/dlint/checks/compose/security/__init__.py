"""Rules about what a container may do on the host, who may come in, and credentials."""
