"""Facts computed once for all rules."""
