"""``python -m dlint``."""

import os
import sys

# Python puts the working directory first, so that a click.py in a linted project would run in place of the library.
try:
    here = os.getcwd()
except OSError:
    here = ""
if sys.path[:1] and sys.path[0] in ("", here):
    del sys.path[0]

from dlint.cli.main import main

main()
