"""The effective Compose model: files merged as Compose merges them, each value knowing its origin."""
