"""The project graph for people: drawn or listed as a whole, and what is known of one place in it."""
