"""The tests of the scan look into a site that is made from the made-up release of the room."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
