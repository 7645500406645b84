"""How the engine goes through each kind of file: one module a kind, each with ``walk(run, path, source, links)``."""
