"""Rules about single instructions and their flags."""
