"""The gallery of awkward frames lies beside the tests of the figures; these tests use it too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "figures"))
