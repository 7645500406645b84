"""One run: each file shown to the rules that apply, and what becomes of their problems."""
