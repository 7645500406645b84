"""Text to nodes. Total: any bytes give a tree, never an exception; errors are faults in the tree."""
