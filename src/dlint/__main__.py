"""``python -m dlint``."""

from dlint.cli.main import main

main()
