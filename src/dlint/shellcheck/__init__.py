"""ShellCheck: the scripts it reads, its process, and its remarks at their places."""
