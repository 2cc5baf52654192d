"""Thousands of random linked tables, each released and attacked by both attackers, in slices that can be stopped and gone on with.

    python benchmarks/many_tables.py FIRST LAST LOG.jsonl
    python benchmarks/many_tables.py LOG.jsonl [LOG.jsonl ...]

The first form takes the tables of these numbers (``tests/disclosure/linked/random_tables.py``) and writes one line a table;
numbers that the log holds are passed over. A table that is not safe, or fails, is named at once; its number makes it again.
The second form adds up what logs hold: tables, protected figures, what each attacker came too near to, what was not finished.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections import Counter
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests" / "disclosure"
sys.path[:0] = [str(TESTS / "linked"), str(TESTS)]


def main() -> None:
    """Take a slice, or add up what was taken."""
    if len(sys.argv) == 4 and sys.argv[1].isdigit():
        log = Path(sys.argv[3])
        take(range(int(sys.argv[1]), int(sys.argv[2])), log)
        print(summed([log]))
    else:
        print(summed([Path(name) for name in sys.argv[1:]]))


def take(numbers: range, log: Path) -> None:
    """Attack the tables of these numbers and write a line for each into the log."""
    random_tables = import_module("random_tables")  # it lies beside the tests, so the path is set first
    done = {line["number"] for line in lines_of([log])}
    with log.open("a", encoding="utf-8") as out:
        for number in numbers:
            if number in done:
                continue
            begun = time.perf_counter()
            line: dict[str, object] = {"number": number}
            try:
                line |= asdict(random_tables.attacked_table(number)) | _kind(random_tables.drawn(number))
            except Exception:  # noqa: BLE001 - whatever it is, the tables after it are still looked at
                line["failed"] = traceback.format_exc(limit=-3)
            line["seconds"] = round(time.perf_counter() - begun, 2)
            out.write(json.dumps(line) + "\n")
            out.flush()
            if not is_safe(line):
                print(json.dumps(line), flush=True)


def _kind(table: object) -> dict[str, object]:
    policy = table.policy
    return {
        "unit": table.unit, "earlier": table.before is not None and not table.before.empty, "students": len(table.students),
        "minimum": policy.minimum_group, "kind": policy.requirement.kind,
    }  # fmt: skip


def lines_of(logs: list[Path]) -> list[dict]:
    """Return what logs hold; one entry is one table."""
    return [json.loads(line) for log in logs if log.is_file() for line in log.read_text("utf-8").splitlines()]


def is_safe(line: dict) -> bool:
    """Return whether nobody found anything in a table."""
    return not ("failed" in line or line["bad"] or line["unfinished"] or line["near"] or line["lies"])


def summed(logs: list[Path]) -> str:
    """Return what logs hold, added up, in words."""
    lines = lines_of(logs)
    good = [line for line in lines if "failed" not in line]
    total = Counter()
    for line in good:
        for name in ("targets", "asked_apart", "given_away", "lies", "seconds"):
            total[name] += line[name]
        for name in ("bad", "unfinished", "near"):
            total[name] += len(line[name])
        total["earlier"] += line["earlier"]
        total[line["unit"]] += 1
    wrong = sorted(line["number"] for line in lines if not is_safe(line))
    return (
        f"{len(lines):,} tables ({total['count']:,} counts, {total['rate']:,} shares, {total['mean']:,} means; {total['earlier']:,} "
        f"after an earlier release), {len(lines) - len(good)} failed\n"
        f"{total['targets']:,} protected figures: {total['bad']} not safe and {total['unfinished']} not finished by the audit; "
        f"{total['given_away']} given away by the earlier release alone\n"
        f"{total['asked_apart']:,} of them asked of the independent attacker: {total['near']} too near; "
        f"{total['lies']} published statements not so\n"
        f"{total['seconds']:,.0f} s; numbers that are not safe: {wrong or 'none'}"
    )  # fmt: skip


if __name__ == "__main__":
    main()
