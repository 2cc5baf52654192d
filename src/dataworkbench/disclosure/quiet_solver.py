"""The solver of linear programs, without a word."""

from __future__ import annotations

import highspy


class Quiet(highspy.Highs):
    """HiGHS without the line that its own start prints for each process, and without callbacks, which nothing here uses."""

    def __init__(self) -> None:
        """Begin with no program, printing nothing."""
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)
