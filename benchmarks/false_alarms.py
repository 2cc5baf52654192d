"""How often each screen of the workbench says "look here" in districts in which truly nothing differs.

    .venv/bin/python benchmarks/false_alarms.py                     200 districts, the table for docs/false-alarms.md
    .venv/bin/python benchmarks/false_alarms.py --districts 20      a quick look

How the districts are made stands in ``no_effect.py``. A screen that makes a list is counted once for each district: is there
any entry? A screen that gives one figure with its likely range is asked one question that was fixed beforehand: does the range
leave the place where nothing differs? Screens that a version of the workbench does not have yet are passed over.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import importlib.util
import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy import stats

import dataworkbench as dw
from dataworkbench import measures

sys.path.insert(0, str(Path(__file__).parent))
from no_effect import BEFORE, NOW, SUBJECTS, UNLIKE, YEARS, Size, Unlike, make

MATHS: Final = {"assessment_id": "interim", "subject": SUBJECTS[0], "period": "Fall"}
Alarm = Callable[[Any, int], bool | None]
"""Takes a district without effects and its number; None where the screen has nothing to say there."""


@dataclass(frozen=True)
class Screen:
    """One screen: what it is, what counts as an alarm, the rate that it states (None: it states none), and how it is asked."""

    name: str
    alarm: str
    stated: float | None
    ask: Alarm
    unlike: Unlike = ""


@functools.lru_cache(maxsize=1)
def rows_of_leads(district: Any) -> Any:
    """The list of leads, found once for all screens that read it."""
    return dw.find_leads(district, dw.look_at(district), audience="staff", most=1000).rows


def leads(district: Any, _number: int) -> bool:
    return len(rows_of_leads(district)) > 0


def leads_within_schools(district: Any, _number: int) -> bool:
    """Any lead but those about a whole school: schools do differ in these districts."""
    rows = rows_of_leads(district)
    return any({"grade_level", "subgroup"} & set(where) for where in rows["where"])


def leads_one_by_one(district: Any, _number: int) -> bool:
    """What the list was before looks were counted: any group whose likely range lies on the bad side of everyone."""
    here = dw.look_at(district)
    for id_, chosen in (
        ("chronic_absence", {}),
        ("incident_rate", {}),
        ("proficiency", {**MATHS}),
        ("proficiency", {**MATHS, "subject": SUBJECTS[1]}),
    ):
        where = {**here, **chosen}
        whole = float(dw.measure(district, id_, where=where)["value"].iloc[0])
        for by in ("grade_level", "subgroup", "school_name"):
            groups = dw.measure(district, id_, by=[by], where=where)
            groups = groups[groups["n"] >= 10]
            worse = (
                groups["low"] > whole if dw.indicator(id_).direction == "lower" else groups["high"] < whole
            )
            if worse.any():
                return True
    return False


def causes_of(id_: str, chosen: Mapping[str, str]) -> Alarm:
    def ask(district: Any, _number: int) -> bool:
        where = {**dw.look_at(district), **chosen}
        return len(dw.screen_causes(district, id_, where, audience="staff").leads) > 0

    return ask


def beyond(
    row: Mapping[Any, Any], *, nothing: float = 0.0, low: str = "low", high: str = "high"
) -> bool | None:
    if math.isnan(row[low]):
        return None
    return not row[low] <= nothing <= row[high]


def one(frame: Any, **chosen: str) -> dict[Any, Any]:
    for column, value in chosen.items():
        frame = frame[frame[column] == value]
    (row,) = frame.to_dict("records")
    return row


def gap_of_scores(district: Any, _number: int) -> bool | None:
    scores = dw.measure(
        district,
        "mean_score",
        by=["subgroup"],
        where={**MATHS, "school_year": NOW, "subgroup_type": "English learner status"},
    )
    return beyond(one(dw.gap(scores), subgroup="English learner"))


def gap_of_shares(district: Any, _number: int) -> bool | None:
    rates = dw.measure(
        district,
        "chronic_absence",
        by=["subgroup"],
        where={"school_year": NOW, "subgroup_type": "Disability status"},
    )
    return beyond(one(dw.gap(rates), subgroup="Student with a disability"))


def change_of_shares(district: Any, _number: int) -> bool | None:
    rates = dw.measure(
        district, "chronic_absence", by=["school_year"], where={"school_year": YEARS[1:], "school_id": "S001"}
    )
    return beyond(one(dw.change(rates)))


def mismatch_of_one(district: Any, _number: int) -> bool | None:
    return beyond(one(dw.mismatch(district, where={"school_year": NOW}), pair_id="rigor"))


def ratio(district: Any, _number: int) -> bool | None:
    rates = dw.measure(district, "chronic_absence", by=["subgroup"], where={"school_year": NOW})
    return beyond(one(dw.risk_ratio(rates), subgroup="Economically disadvantaged"), nothing=1.0)


def ledger(district: Any, _number: int) -> bool | None:
    return beyond(
        one(dw.intervention_outcomes(district, where={"school_year": BEFORE}), strategy="Tutoring"),
        low="adjusted_low",
        high="adjusted_high",
    )


def changed_more(district: Any, _number: int) -> bool | None:
    rates = dw.measure(
        district, "proficiency", by=["school_id", "school_year"], where={**MATHS, "school_year": YEARS[1:]}
    )
    compared = measures.Compared("school_id", "S001", "S002", "school_year", BEFORE, NOW)
    return beyond(measures.difference_in_differences(rates, compared).to_dict("records")[0])


def low_agreement(district: Any, _number: int) -> bool:
    found = dw.observer_agreement(district, by=["school_id"])
    return bool((found.loc[found["statistic"] == "weighted kappa", "high"] < 0.6).any())


def hidden_absence(district: Any, _number: int) -> bool:
    rows = rows_of_leads(district)
    return bool(rows["also"].str.contains("average attendance").any())


def run_of(points: int) -> Alarm:
    def ask(_district: Any, number: int) -> bool:
        return dw.run_chart(np.random.default_rng([number, points]).normal(size=points).tolist()).shifted

    return ask


def progress_by(rule: str) -> Alarm:
    """Twelve weekly scores of a student who grows just as fast as the goal asks, with an ordinary error of measurement."""

    def ask(_district: Any, number: int) -> bool:
        chance = np.random.default_rng([number, 12])
        weeks = [float(week) for week in range(12)]
        values = [40 + 1.5 * week + float(chance.normal(0, 5)) for week in weeks]
        progress_of = importlib.import_module("dataworkbench.measures.progress").progress_of
        said = progress_of(weeks, values, goal=40 + 1.5 * 30, goal_week=30.0)
        return getattr(said, rule) == "change something"

    return ask


def learning(district: Any, _number: int) -> bool | None:
    found = measures.learning_growth(district)
    known = found[found["status"] == ""]
    return bool(known["stands_out"].astype(bool).any()) if len(known) else None


def running(of: str, within: Sequence[str] = ()) -> Alarm:
    def ask(district: Any, _number: int) -> bool:
        found = measures.years_running(district, "proficiency", of=of, within=list(within), where=dict(MATHS))
        return bool((found["called"] != "").any())

    return ask


def gap_changed(district: Any, _number: int) -> bool:
    scores = dw.measure(
        district,
        "mean_score",
        by=["school_year", "subgroup"],
        where={**MATHS, "subgroup_type": "English learner status"},
    )
    row = one(measures.gap_closing(scores), subgroup="English learner")
    return row["how"] != "no change that can be told from chance"


def beyond_start(district: Any, _number: int) -> bool | None:
    found = measures.growth_by_start(
        district, where={"subject": SUBJECTS[0], "school_year": BEFORE, "assessment_id": "interim"}
    )
    return beyond(found.to_dict("records")[0], low="beyond_low", high="beyond_high")


LIST, ONE = 0.05, 0.05
"""A list holds any entry in at most so many districts; one look at a 95% range goes astray so often."""

SCREENS: Final = (
    Screen("Leads", "any entry in the list", LIST, leads),
    Screen("Leads, where schools differ", "any entry about a grade level or subgroup", LIST, leads_within_schools, unlike="schools"),
    Screen("Candidate causes of a mean score", "any factor stands out", LIST, causes_of("mean_score", {**MATHS, "school_year": NOW})),
    Screen("Candidate causes of proficiency", "any factor stands out", LIST, causes_of("proficiency", {**MATHS, "school_year": NOW})),
    Screen("Candidate causes of chronic absence", "any factor stands out", LIST, causes_of("chronic_absence", {"school_year": NOW})),
    Screen("Candidate causes of a mean score, where gaps are old", "any factor stands out", LIST,
           causes_of("mean_score", {**MATHS, "school_year": NOW}), unlike="groups"),
    Screen("Candidate causes in one school, classes made by score", "any factor stands out", LIST,
           causes_of("mean_score", {**MATHS, "school_year": NOW, "school_id": "S001"}), unlike="groups"),
    Screen("Candidate causes of growth, where gaps are old", "any factor stands out", LIST,
           causes_of("growth_target_met", {"assessment_id": "interim", "subject": SUBJECTS[0], "school_year": BEFORE}), unlike="groups"),
    Screen("Chronic absence that an average hides", "any entry of that kind", LIST, hidden_absence),
    Screen("Gap of mean scores", "one range leaves 0", ONE, gap_of_scores),
    Screen("Gap of shares", "one range leaves 0", ONE, gap_of_shares),
    Screen("Change from year to year", "one range leaves 0", ONE, change_of_shares),
    Screen("Mismatch of staff and students", "one range leaves 0", ONE, mismatch_of_one),
    Screen("Risk ratio", "one range leaves 1", ONE, ratio),
    Screen("Intervention ledger, adjusted difference", "one range leaves 0", ONE, ledger),
    Screen("Difference in differences", "one range leaves 0", ONE, changed_more),
    Screen("Observers agree too little", "any school below 0.60 at the upper end", ONE, low_agreement),
    Screen("Run chart, 12 points", "a shift is said", ONE, run_of(12)),
    Screen("Run chart, 24 points", "a shift is said", ONE, run_of(24)),
)  # fmt: skip
LATER: Final = {
    "learning_growth": (Screen("Professional learning and the rubric", "any topic stands out", LIST, learning),),
    "years_running": (
        Screen("Years running, grade levels of schools", "any is called", LIST, running("school_id", ["grade_level"])),
        Screen("Years running, whole schools (the same students each year)", "any is called", None, running("school_id")),
    ),
    "gap_closing": (Screen("A gap closed or widened", "one gap is said to have changed", ONE, gap_changed),),
    "growth_by_start": (Screen("Growth by where students began", "the lowest fifth's range leaves 0", ONE, beyond_start),),
    "progress": (
        Screen("Progress of one student, last four points", "change something", None, progress_by("by_last_points")),
        Screen("Progress of one student, trend", "change something", ONE, progress_by("by_trend")),
    ),
}  # fmt: skip
"""Screens by the name of the measure that they use, asked where this version has it."""

ONE_BY_ONE: Final = Screen(
    "Leads as they were, each look by itself", "any entry in the list", LIST, leads_one_by_one
)
"""Kept to show what counting the looks is for; no part of the workbench."""


def screens() -> list[Screen]:
    """Return the screens that this version of the workbench has."""
    return [*SCREENS, *(one for name, more in LATER.items() if _is_there(name) for one in more)]


def _is_there(name: str) -> bool:
    return hasattr(measures, name) or importlib.util.find_spec(f"dataworkbench.measures.{name}") is not None


@dataclass(frozen=True)
class Count:
    """How often one screen raised an alarm, of so many districts in which it had something to say."""

    screen: Screen
    alarms: int
    asked: int

    @property
    def interval(self) -> tuple[float, float]:
        """The exact 95% interval of the rate (Clopper and Pearson 1934)."""
        low = stats.beta.ppf(0.025, self.alarms, self.asked - self.alarms + 1) if self.alarms else 0.0
        high = (
            stats.beta.ppf(0.975, self.alarms + 1, self.asked - self.alarms)
            if self.alarms < self.asked
            else 1.0
        )
        return float(low), float(high)

    @property
    def chance(self) -> float:
        """How often a screen that just keeps its rate raises as many alarms or more (binomial); not a number without a rate."""
        if self.screen.stated is None or not self.asked:
            return math.nan
        return float(stats.binom.sf(self.alarms - 1, self.asked, self.screen.stated))


def verdicts(counts: Sequence[Count]) -> list[str]:
    """Return whether each screen keeps its rate. Many screens are many looks: all are counted (Holm, 5%)."""
    chances = measures.holm([one_count.chance for one_count in counts])
    return [_verdict(one_count, chance) for one_count, chance in zip(counts, chances, strict=True)]


def _verdict(one_count: Count, chance: float) -> str:
    if not one_count.asked:
        return "had nothing to say"
    if one_count.screen.stated is None:
        return "no rate is stated: this is what it does"
    return "**above its rate**" if chance <= LIST else "keeps its rate"


def count(asked: Iterable[Screen], districts: int, seed: int, size: Size | None = None) -> list[Count]:
    """Return how often each screen raised an alarm over so many districts; each kind is made once."""
    chosen = list(asked)
    said: dict[str, list[bool]] = {screen.name: [] for screen in chosen}
    for number in range(districts):
        for unlike in UNLIKE:
            if not any(screen.unlike == unlike for screen in chosen):
                continue
            district = make(seed * 100_000 + number, size, unlike=unlike)
            for screen in chosen:
                told = screen.ask(district, seed * 100_000 + number) if screen.unlike == unlike else None
                if told is not None:
                    said[screen.name].append(told)
            district.close()
        if number % 20 == 19:
            so_far = ", ".join(f"{name} {sum(told)}" for name, told in said.items())
            print(f"{number + 1} of {districts}: {so_far}", file=sys.stderr, flush=True)
    return [Count(screen, sum(said[screen.name]), len(said[screen.name])) for screen in chosen]


def table(counts: Iterable[Count]) -> str:
    """Return the counts as a table in Markdown."""
    lines = [
        "| Screen | What counts as an alarm | Stated | Alarms | Rate (exact 95% interval) | Verdict |",
        "| --- | --- | --: | --: | --- | --- |",
    ]
    told = list(counts)
    for one_count, verdict in zip(told, verdicts(told), strict=True):
        screen, (low, high) = one_count.screen, one_count.interval
        stated = "none" if screen.stated is None else f"{screen.stated:.0%}"
        rate = (
            f"{one_count.alarms / one_count.asked:.1%} ({low:.1%} to {high:.1%})" if one_count.asked else "-"
        )
        lines.append(
            f"| {screen.name} | {screen.alarm} | {stated} | {one_count.alarms} of {one_count.asked} | {rate} | {verdict} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--districts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--schools", type=int, default=3)
    parser.add_argument("--students", type=int, default=100, help="in each school")
    parser.add_argument("--only", default="", help="screens whose name begins so; several are parted by |")
    asked = parser.parse_args()
    chosen = [
        screen for screen in [*screens(), ONE_BY_ONE] if screen.name.startswith(tuple(asked.only.split("|")))
    ]
    size = Size(schools=asked.schools, students=asked.students)
    print(
        f"{asked.districts} districts of {size.schools} schools with {size.students} students each, seed {asked.seed}\n"
    )
    print(table(count(chosen, asked.districts, asked.seed, size)))


if __name__ == "__main__":
    main()
