"""What the builder refuses about an instruction or a file, read from the tree alone."""
