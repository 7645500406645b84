"""The project graph for people: what is drawn, its layout, and a module a format."""
