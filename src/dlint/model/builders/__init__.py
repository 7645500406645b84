"""Who has images built besides Compose: Bake files, GitHub workflows, dev containers."""
