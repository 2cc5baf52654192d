"""How long it takes to form groups, for a class and for a whole team of classes, and how good they are.

    .venv/bin/python benchmarks/form_groups.py

Each line is one question, asked in a process of its own: students, groups, whether by need or mixed, whether subgroups are
balanced and former partners parted; then seconds, whether the answer was proved to be the best, the points lost, and by how
many points others could be better. The students are made up; the same on every machine.
"""

from __future__ import annotations

import multiprocessing
import platform
import random
import time

from dataworkbench.grouping import Grouped, Learner, Wishes, form_groups

SIZES = ((30, 6), (120, 20))


def students(many: int) -> list[Learner]:
    """Return students whose needs lie close together, as they do in a class."""
    chance = random.Random(1)  # noqa: S311 - the same students each time
    needs = 8 if many > 60 else 5
    found = []
    for at in range(many):
        step = int(abs(chance.gauss(0, needs / 3))) % needs
        marks = (
            ("English learner", chance.choice(["Yes", "No", "No", "No"])),
            ("Gender", chance.choice(["F", "M"])),
        )
        found.append(
            Learner(
                f"{at:04d}", f"standard {step}", step, chance.choice([1.0, 1.5, 2.0, 2.5, 3.0, 3.5]), marks
            )
        )
    return found


def wishes(ids: list[str], groups: int, by: str, *, more: bool) -> Wishes:
    """Return wishes with one pair in ten students to be kept apart; ``more`` balances and parts former partners."""
    chance = random.Random(3)  # noqa: S311 - as above
    each = len(ids) // groups
    return Wishes(
        by="need" if by == "need" else "mixed", groups=groups, smallest=each - 2, largest=each + 2,
        apart=tuple(tuple(chance.sample(ids, 2)) for _ in range(len(ids) // 10)),
        balance=("English learner", "Gender") if more else (),
        last=tuple(tuple(ids[at::groups]) for at in range(groups)) if more else (),
    )  # fmt: skip


def ask(question: tuple[int, int, str, bool]) -> str:
    """Return one line of the table."""
    many, groups, by, more = question
    learners = students(many)
    asked = wishes([held.student_id for held in learners], groups, by, more=more)
    began = time.perf_counter()
    found = form_groups(learners, asked)
    seconds = time.perf_counter() - began
    told = (f"{found.proved!s:>6}{found.points:>8}{found.gap:>8}") if isinstance(found, Grouped) else "  none"
    return f"{many:>8}{groups:>8}  {by:<7}{'yes' if more else 'no':<6}{seconds:>8.1f}{told}"


def main() -> None:
    """Ask each question in a fresh process and print its line."""
    print(f"{platform.machine()}, Python {platform.python_version()}")
    print("students  groups  by     more   seconds  best  points  could be fewer")
    for size in SIZES:
        for by in ("need", "mixed"):
            for more in (False, True):
                with multiprocessing.get_context("spawn").Pool(1) as fresh:
                    print(fresh.apply(ask, ((*size, by, more),)), flush=True)


if __name__ == "__main__":
    main()
