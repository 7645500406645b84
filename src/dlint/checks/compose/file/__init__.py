"""Rules about the file as Compose reads it: what it refuses, values that are not what they look like, order, style."""
