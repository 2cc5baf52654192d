"""What our suppression and Tau-Argus each lose of the same tables, how long they take, and whether what is left is safe.

    python benchmarks/against_tauargus.py [--quick] [--python INTERPRETER]

Made-up counts of students by school and group, and by school, grade and group, with every total; groups below ten are hidden.
Both engines are asked for the same doubt about each hidden group. What each then prints is attacked three times: by our own audit,
by the independent attacker of the tests (OR-tools), and by the audit of Tau-Argus.

``pytauargus`` (``benchmarks/tauargus/requirements.txt``) is installed into an environment of its own in a folder that is thrown
away, unless ``--python`` names an interpreter that has it. Each table is its own process in its own folder.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd

from dataworkbench.disclosure.attacking import attack
from dataworkbench.disclosure.ledger import Ledger
from dataworkbench.disclosure.linked import DIMENSIONS, cell_ids, secure, secured
from dataworkbench.policy import DisclosurePolicy, Requirement

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "disclosure"))
import oracle

HERE = Path(__file__).parent / "tauargus"
GROUPS = {"A": 0.55, "B": 0.25, "C": 0.12, "D": 0.05, "E": 0.03}
MINIMUM = 10
MINUTES = 2
SIZES = ((10, 1, 10), (40, 1, 5), (150, 1, 2), (5, 3, 10), (15, 3, 3), (40, 3, 1))
"""Schools, grades (1: no grades in the table), and how many tables of that size."""
QUICK = ((10, 1, 2), (5, 3, 2))
ENGINES = {
    "ours": {},
    "hidden or shown": {"rounding": False},
    "the same, only for groups below the minimum": {"rounding": False, "all_groups": False},
    "Tau-Argus, fewest students": {"cost": ""},
    "Tau-Argus, fewest cells": {"cost": "-2"},
}
"""How each engine is asked: ours as it is, ours without its middle level, and ours without the groups that only subtracting names."""
NOTHING_MORE = "only the groups below the minimum hidden"
IN_WORDS = {"double": "nobody to twice as many", "width": f"{MINIMUM} apart"}
COLUMNS = {"school_id": "school", "grade_level": "grade", "subgroup": "group"}


@dataclass(frozen=True)
class Table:
    """One table: its cells with every total, the dimensions that it is counted by, and what must stay in doubt ("double", "width").

    ``python`` is the interpreter that has pytauargus.
    """

    cube: pd.DataFrame
    by: list[str]
    kind: str
    python: Path

    @property
    def small(self) -> np.ndarray:
        """Which cells are hidden for themselves."""
        return ((self.cube["n"] > 0) & (self.cube["n"] < MINIMUM)).to_numpy()


@dataclass(frozen=True)
class Outcome:
    """What one engine left of one table: which cells it hides and which it rounds, and the seconds that it took."""

    engine: str
    hidden: np.ndarray
    rounded: np.ndarray
    seconds: float
    ledger: Ledger | None = None
    own_audit: int | None = None


def main() -> None:
    """Run every table through every engine, and print what came of it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--python", type=Path, help="an interpreter that has pytauargus")
    options = asked.parse_args()
    with ExitStack() as stack:
        python = options.python.absolute() if options.python else stack.enter_context(own_environment())
        rows = []
        for schools, grades, tables in QUICK if options.quick else SIZES:
            for seed in range(tables):
                for kind in ("double", "width"):
                    rows += compared(schools, grades, seed, kind, python)
            print(f"{size_name(schools, grades)}: {tables} tables done", flush=True)
        print(lost(pd.DataFrame(rows)), left_open(pd.DataFrame(rows)), sep="\n\n")


@contextmanager
def own_environment() -> Iterator[Path]:
    """Yield an interpreter with pytauargus, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        command = [python, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"]
        subprocess.run(command, check=True)
        yield python


def size_name(schools: int, grades: int) -> str:
    """Return how large a table is, in words."""
    return f"{schools} x {len(GROUPS)}" if grades == 1 else f"{schools} x {grades} x {len(GROUPS)}"


# The tables ----------------------------------------------------------------------------------------------------------


def inner_counts(schools: int, grades: int, seed: int) -> pd.DataFrame:
    """Return made-up students; one row is one group of one school (and grade), groups of nobody among them."""
    rng = np.random.default_rng(seed)
    rows = []
    for school in range(schools):
        size = rng.lognormal(np.log(180.0), 0.7) / grades
        for grade, (group, share) in product(range(grades), GROUPS.items()):
            rows.append((f"S{school:04}", f"{grade + 3:02}", group, int(rng.poisson(size * share))))
    return pd.DataFrame(rows, columns=[*COLUMNS, "n"])


def cube_of(inner: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the cube of a table with every total, sorted by the names of its cells; one row is one cell."""
    frames = []
    for kept in product((True, False), repeat=len(by)):
        named = [name for name, keep in zip(by, kept, strict=True) if keep]
        frames.append(
            inner.groupby(named, as_index=False)["n"].sum()
            if named
            else pd.DataFrame({"n": [inner["n"].sum()]})
        )
    cube = pd.concat(frames, ignore_index=True)
    for name in DIMENSIONS:
        cube[name] = cube[name].fillna("") if name in cube else ""
    cube["subgroup_type"] = np.where(cube["subgroup"] == "", "", "Kind")
    cube = cube.assign(indicator="enrollment", school_year="2025-26", unit="count", status="", reason="")
    return cube.assign(cell=cell_ids(cube)).sort_values("cell", ignore_index=True)


# The engines ---------------------------------------------------------------------------------------------------------


def compared(schools: int, grades: int, seed: int, kind: str, python: Path) -> list[dict[str, object]]:
    """Return what came of one table; one row is one engine."""
    by = [name for name in COLUMNS if name != "grade_level" or grades > 1]
    table = Table(cube_of(inner_counts(schools, grades, seed), by), by, kind, python)
    outcomes = [
        theirs(name, table, **how) if "cost" in how else ours(name, table, **how)
        for name, how in ENGINES.items()
    ]
    outcomes.append(Outcome(NOTHING_MORE, table.small, np.zeros(len(table.cube), bool), 0.0))
    asked = outcomes[0].ledger
    named = {"kind": kind, "table": size_name(schools, grades), "tables": 1, "cells": len(table.cube)}
    return [named | {"engine": outcome.engine} | judged(outcome, table, asked) for outcome in outcomes]


def ours(engine: str, table: Table, *, rounding: bool = True, all_groups: bool = True) -> Outcome:
    """Return what ``secure`` leaves; without its middle level, or for the hidden groups alone, where that is asked."""
    cube = table.cube
    policy = DisclosurePolicy(minimum_group=MINIMUM, requirement=Requirement(kind=table.kind, width=MINIMUM))
    said, targets = secured.sayings, secured.build_targets
    with ExitStack() as stack:
        if not rounding:
            stack.enter_context(mock.patch.object(secured, "sayings", _without_rounding(said)))
        if not all_groups:
            stack.enter_context(mock.patch.object(secured, "build_targets", _of_hidden_groups(targets)))
        begun = time.perf_counter()
        found = secure(cube.drop(columns="cell"), policy)
        took = time.perf_counter() - begun
    status = found.cells.set_index("cell")["status"].reindex(cube["cell"]).to_numpy()
    return Outcome(engine, status == "suppressed", status == "coded", took, found.ledger)


def _without_rounding(said: Callable) -> Callable:
    def hidden_or_shown(read: pd.DataFrame, policy: DisclosurePolicy) -> tuple[pd.DataFrame, pd.DataFrame]:
        first, second = said(read, policy)
        hidden = said(read.assign(state="suppressed"), policy)[0]
        return first, second.where(second["status"] != "coded", hidden)

    return hidden_or_shown


def _of_hidden_groups(targets: Callable) -> Callable:
    def hidden_groups(*asked: object) -> object:
        found = targets(*asked)
        kept = np.flatnonzero([rule.startswith("fewer") for rule in found.rule])
        return replace(
            found, matrix=found.matrix[kept], what=[found.what[at] for at in kept], rule=[found.rule[at] for at in kept],
            **{name: getattr(found, name)[kept] for name in ("cell", "truth", "required", "down", "up", "whole")},
        )  # fmt: skip

    return hidden_groups


def theirs(engine: str, table: Table, *, cost: str) -> Outcome:
    """Return what Tau-Argus leaves, each group below the minimum to be as much in doubt as we ask."""
    answer = asked_of_tauargus(table, cost=cost)
    cells = pd.MultiIndex.from_frame(table.cube[table.by])
    status = answer.set_index(table.by)["status"].reindex(cells).to_numpy()
    none = np.zeros(len(cells), bool)
    return Outcome(
        engine, np.isin(status, ["U", "M"]), none, answer.attrs["seconds"], None, answer.attrs["unsafe"]
    )


def asked_of_tauargus(table: Table, *, cost: str = "", hidden: np.ndarray | None = None) -> pd.DataFrame:
    """Return the cells as Tau-Argus left them; one row is one cell. Where ``hidden`` is given they are only audited."""
    cube, by, small = table.cube, table.by, table.small
    totals = cube[by].replace("", "Total")
    inner = (cube[by] != "").all(axis=1) & (cube["n"] > 0)
    up = cube["n"] if table.kind == "double" else (MINIMUM - cube["n"])
    question = {
        "dimensions": [COLUMNS[name] for name in by], "minimum": MINIMUM, "cost": cost, "method": f"OPT(1,{MINUTES})",
        "counts": cube.loc[inner, [*by, "n"]].to_numpy().tolist(),
        "bounds": totals.assign(down=cube["n"], up=up)[small].to_numpy().tolist(),
        "hidden": None if hidden is None else totals[hidden & ~small & (cube["n"] > 0)].to_numpy().tolist(),
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        asked, answer = Path(folder) / "asked.json", Path(folder) / "answer.json"
        asked.write_text(json.dumps(question), encoding="utf-8")
        subprocess.run(
            [table.python, HERE / "protect_one.py", asked, answer],
            cwd=folder,
            check=True,
            capture_output=True,
        )
        told = json.loads(answer.read_text(encoding="utf-8"))
    cells = pd.DataFrame(told["cells"], columns=[*by, "n", "status"]).replace({"Total": ""})
    cells.attrs = {"seconds": told["seconds"], "unsafe": sum(found["unsafe"] for found in told["audit"])}
    return cells


# The judges ----------------------------------------------------------------------------------------------------------


def judged(outcome: Outcome, table: Table, asked: Ledger) -> dict[str, object]:
    """Return what an engine lost, and how many figures each of three attackers comes too near to."""
    cube, small, n = table.cube, table.small, table.cube["n"].to_numpy()
    hidden, rounded = outcome.hidden & ~small, outcome.rounded
    ledger = outcome.ledger if outcome.ledger is not None else as_printed(asked, cube, outcome.hidden)
    if outcome.ledger is not None and outcome.ledger is not asked:
        ledger = replace(outcome.ledger, targets=asked.targets, target_terms=asked.target_terms)
    found = attack(ledger, workers=1)
    bad, own = found["verdict"] != "safe", found["rule"].str.startswith("fewer")
    audited = outcome.own_audit
    if audited is None and not rounded.any():
        audited = asked_of_tauargus(table, hidden=outcome.hidden).attrs["unsafe"]
    return {
        "small": int(small.sum()), "hidden": int(hidden.sum()), "rounded": int(rounded.sum()),
        "students hidden": int(n[hidden].sum()), "students rounded": int(n[rounded].sum()), "seconds": outcome.seconds,
        "bad, our audit": int((bad & own).sum()), "bad, OR-tools": too_near(outcome, table),
        "bad, Tau-Argus": np.nan if audited is None else audited, "given away besides": int((bad & ~own).sum()),
    }  # fmt: skip


def as_printed(asked: Ledger, cube: pd.DataFrame, hidden: np.ndarray) -> Ledger:
    """Return what an attacker knows once every cell but the hidden ones is printed as it is, with what we ask to be in doubt."""
    sums = asked.statements[asked.statements["source"] == "arithmetic"]
    own = asked.unknowns[asked.unknowns["what"] == "n"].set_index("cell")["unknown"]
    printed = cube[~hidden]
    at = sums["statement"].max() + 1 + np.arange(len(printed))
    said = pd.DataFrame(
        {"statement": at, "cell": printed["cell"].to_numpy(), "source": "this release", "low": printed["n"].to_numpy(float),
         "high": printed["n"].to_numpy(float), "fixed": False, "cost": 1.0}
    )  # fmt: skip
    terms = pd.DataFrame({"statement": at, "unknown": own[printed["cell"]].to_numpy(), "factor": 1.0})
    kept = asked.terms[asked.terms["statement"].isin(sums["statement"])]
    return Ledger(
        asked.unknowns, pd.concat([sums, said], ignore_index=True), pd.concat([kept, terms], ignore_index=True),
        asked.targets, asked.target_terms,
    )  # fmt: skip


def too_near(outcome: Outcome, table: Table) -> int:
    """Return how many hidden groups below the minimum the independent attacker knows too closely."""
    cube, by, double = table.cube, table.by, table.kind == "double"
    places = {tuple(codes): at for at, codes in enumerate(cube[by].itertuples(index=False, name=None))}
    program = oracle.Program()
    n = cube["n"].to_numpy(float)
    for at, students in enumerate(n):
        program.unknown(at, students)
        if outcome.rounded[at]:
            program.say({at: 1}, *rounded_ends(students))
        elif not outcome.hidden[at]:
            program.say({at: 1}, students, students)
    for axis in range(len(by)):
        lines: dict[tuple, list[int]] = {}
        for codes, at in places.items():
            if codes[axis]:
                lines.setdefault((*codes[:axis], "", *codes[axis + 1 :]), []).append(at)
        for total, parts in lines.items():
            program.say({places[total]: 1, **dict.fromkeys(parts, -1)}, 0, 0)
    small = np.flatnonzero(table.small)
    found = oracle.intervals(program, {int(at): {int(at): 1} for at in small})
    asked = 2 * n[small] if double else np.full(len(small), float(MINIMUM))
    near = found["least"].isna() | found["most"].isna() | (found["most"] - found["least"] < asked)
    return int((near | (double & (found["least"] > 0))).sum())


def rounded_ends(students: float) -> tuple[float, float]:
    """Return between which numbers a count lies that is printed in tens; no printed group is below the minimum."""
    middle = np.floor(students / 10 + 0.5) * 10
    return max(middle - 5, MINIMUM), middle + 5


def lost(rows: pd.DataFrame) -> str:
    """Return what was lost as a table in Markdown; one row is all tables of one size, one column an engine."""
    lines = [
        f"| in doubt | table | below {MINIMUM} | {' | '.join(ENGINES)} | seconds |",
        "| --- " * (len(ENGINES) + 4) + "|",
    ]
    for (kind, table), part in rows.groupby(["kind", "table"], sort=False):
        summed = part.groupby("engine").sum(numeric_only=True).loc[list(ENGINES)]
        one = summed.iloc[0]
        size = f"{table}; {one['tables']:.0f} tables, {one['cells']:,.0f} cells"
        seconds = " / ".join(f"{value:.1f}" for value in summed["seconds"])
        told = " | ".join(_lost(row) for _, row in summed.iterrows())
        lines.append(f"| {IN_WORDS[kind]} | {size} | {one['small']:.0f} | {told} | {seconds} |")
    return "\n".join(lines)


def _lost(row: pd.Series) -> str:
    hidden = f"{row['hidden']:.0f} ({row['students hidden']:,.0f})"
    return f"{hidden} + {row['rounded']:.0f} ({row['students rounded']:,.0f})" if row["rounded"] else hidden


def left_open(rows: pd.DataFrame) -> str:
    """Return how many figures each attacker came too near to, as a table in Markdown; one row is one engine on all tables."""
    lines = [
        "| in doubt | engine | small groups | our audit | OR-tools | Tau-Argus | other small groups, our audit |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for (kind, engine), part in rows.groupby(["kind", "engine"], sort=False):
        sums = part.drop(columns=["kind", "engine", "table"]).sum(min_count=1)
        by_tau = "" if part["bad, Tau-Argus"].isna().any() else f"{sums['bad, Tau-Argus']:.0f}"
        lines.append(
            f"| {IN_WORDS[kind]} | {engine} | {sums['small']:,.0f} | {sums['bad, our audit']:.0f} | {sums['bad, OR-tools']:.0f} "
            f"| {by_tau} | {sums['given away besides']:.0f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
