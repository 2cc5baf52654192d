"""Start the server as ``python -m dataworkbench.publishing.staff``."""

from __future__ import annotations

from dataworkbench.publishing.staff.app import main

if __name__ == "__main__":
    main()
