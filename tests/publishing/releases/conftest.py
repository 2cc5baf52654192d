"""Tests of releases share the made-up release that the pages and the scan are tested with."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
