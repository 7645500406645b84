"""The command line: the only reader of arguments, environment, working directory and standard input."""
