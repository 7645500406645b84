"""What is known of one place of the project: who builds and uses it, with what, and where each fact is from."""
