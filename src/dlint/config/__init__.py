"""A user's settings, and what they make of the rules: which apply where, how severe."""
