"""What the world outside of the files is like: one table a subject. Words, images and commands, never a stage."""
