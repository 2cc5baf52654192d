"""Write the sample district: ``python -m dataworkbench.samples FOLDER``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from dataworkbench.errors import WorkbenchError
from dataworkbench.samples.district import STUDENTS_PER_SCHOOL, make_district


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    asked = argparse.ArgumentParser(
        prog="python -m dataworkbench.samples",
        description="Write the files that a made-up school district would export.",
    )
    asked.add_argument("folder", help="where the files go; it is made if it is not there")
    asked.add_argument("--schools", type=int, default=8, help="how many schools (default 8)")
    asked.add_argument(
        "--students-per-school",
        type=int,
        default=STUDENTS_PER_SCHOOL,
        help=f"on average (default {STUDENTS_PER_SCHOOL})",
    )
    asked.add_argument(
        "--school-years", type=int, default=3, help="how many, with the current one (default 3)"
    )
    asked.add_argument(
        "--seed", type=int, default=2026, help="another number makes another district (default 2026)"
    )
    asked.add_argument(
        "--without-effects", action="store_true", help="plant nothing: every difference is chance"
    )
    asked.add_argument("--daily-attendance", choices=["current year", "every year"], default="current year")
    asked.add_argument(
        "--compact", action="store_true", help="zip the large files, as in the folder sample_data"
    )
    return asked.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Write the district that the command line asks for; return 0, or 1 with a sentence where that cannot be."""
    asked = _arguments(given)
    try:
        told = make_district(
            asked.folder,
            schools=asked.schools,
            seed=asked.seed,
            students_per_school=asked.students_per_school,
            school_years=asked.school_years,
            effects=not asked.without_effects,
            daily_attendance=asked.daily_attendance,
            compact=asked.compact,
        )
    except WorkbenchError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    sys.stdout.write(f"Wrote {told['schools']} schools and {told['students']} students to {asked.folder}.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
