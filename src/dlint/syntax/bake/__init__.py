"""Bake files: HCL and JSON to blocks of positioned values."""
