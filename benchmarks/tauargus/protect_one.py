"""Protect one table of counts with pytauargus, and audit it with its own audit; run by ``against_tauargus.py``.

    python protect_one.py TABLE.json ANSWER.json

It needs pytauargus alone. It is run in a folder that is thrown away, one table a process: the engine writes logs into the folder
it stands in, and holds state for the whole process.

``TABLE.json``: ``dimensions`` (names), ``counts`` (one row is the codes of one inner cell and its students), ``minimum``,
``bounds`` (one row is the codes of one cell, total as "Total", and how far it must be able to go down and up), ``cost`` ("" for
students, "-2" for one a cell), ``method`` (the engine's words, such as "OPT(1,3)"), and ``hidden``: where it is a list of cells
(their codes), nothing is suppressed and these are audited as they are.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from pytauargus.engine import Engine
from pytauargus.micro import micro_asc_rda
from pytauargus.result import TableResult

RESPONSE = "students"


def main(asked: Path, answer: Path) -> None:
    """Read what is asked, protect, audit, and write down what came."""
    table = json.loads(asked.read_text(encoding="utf-8"))
    here = Path.cwd()
    _write_microdata(table, here)
    (here / "asked.hst").write_text(_a_priori(table), encoding="utf-8")
    (here / "table.arb").write_text(_batch(table, here), encoding="utf-8")
    begun = time.perf_counter()
    engine = Engine()
    engine.run_batch(here / "table.arb")
    took = time.perf_counter() - begun
    begun = time.perf_counter()
    audited = engine.audit(0)
    result = TableResult(here / "protected.tab", table["dimensions"], RESPONSE)
    order = list(range(len(result.rows)))
    answer.write_text(
        json.dumps(
            {"seconds": took, "audit_seconds": time.perf_counter() - begun,
             "cells": [[*(row[name] for name in table["dimensions"]), row[RESPONSE], row["status"]] for row in result.rows],
             "audit": [{**found, "cell": order[found["cell"]]} for found in audited]}
        ),
        encoding="utf-8",
    )  # fmt: skip


def _write_microdata(table: dict, here: Path) -> None:
    """Write one line a student, as the engine counts them itself."""
    names = table["dimensions"]
    columns: dict[str, list] = {name: [] for name in names}
    for *codes, n in table["counts"]:
        for name, code in zip(names, codes, strict=True):
            columns[name].extend([code] * n)
    columns[RESPONSE] = [1] * len(columns[names[0]])
    micro_asc_rda(columns, asc_filename=str(here / "table.asc"), rda_filename=str(here / "table.rda"))


def _a_priori(table: dict) -> str:
    """Return what each cell must be able to be, and which are hidden already, in the engine's file for that.

    The engine counts the words of the first line alone, and refuses a line with two numbers there; so the first one says what
    is so anyway.
    """
    lines = [";".join([*codes, "U"]) for *codes, _, _ in table["bounds"][:1]]
    lines += [";".join([*codes, "PL", str(down), str(up)]) for *codes, down, up in table["bounds"]]
    lines += [";".join([*codes, "ML"]) for codes in table["hidden"] or []]
    return "\n".join(lines) + "\n"


def _batch(table: dict, here: Path) -> str:
    crossed = "".join(f'"{name}"' for name in table["dimensions"])
    suppress = "" if table["hidden"] is not None else f"<SUPPRESS> {table['method']}\n"
    apriori = f'<APRIORI> "{here / "asked.hst"}",1,";"\n' if table["bounds"] or table["hidden"] else ""
    return (
        f'<OPENMICRODATA> "{here / "table.asc"}"\n'
        f'<OPENMETADATA> "{here / "table.rda"}"\n'
        f'<SPECIFYTABLE> {crossed}|"{RESPONSE}"||{table["cost"]}\n'
        f"<SAFETYRULE> FREQ({table['minimum']},100)\n"
        "<READMICRODATA>\n"
        f"{apriori}{suppress}"
        f'<WRITETABLE> (1,5,SO+,"{here / "protected.tab"}")\n'
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
