"""The command line where the command itself is not on the path: ``python -m dataworkbench.cli``."""

from __future__ import annotations

from dataworkbench.cli import main

main()
