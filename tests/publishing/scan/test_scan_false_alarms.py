"""Rosters full of names that are words raise no alarm over a clean site, and a name among them is found all the same."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from made_release import made_release

from dataworkbench.publishing.scan import Person, Roster, scan_site
from dataworkbench.publishing.scan.common_words import COMMON_WORDS
from dataworkbench.publishing.site import build_site

ALSO = (
    "Percent",
    "Rose",
    "Grant",
    "May",
    "Park",
    "Will",
    "Figure",
    "Grade",
    "School",
    "Table",
    "Data",
    "Policy",
    "Range",
)
FIRST_DAY = date(2005, 1, 1)


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    made = made_release(tmp_path_factory.mktemp("alarms"))
    build_site(made, made.site)
    return made


def roster_of_words(seed: int, people: int = 3000) -> Roster:
    """A roster in which every given and every family name is a word, and every number a short one."""
    rnd = random.Random(seed)
    names = [*(word.title() for word in sorted(COMMON_WORDS)), *ALSO]
    return Roster(
        tuple(
            Person(
                rnd.choice(names),
                rnd.choice(names),
                (str(100_000 + at), f"S{at:04d}"),
                FIRST_DAY + timedelta(rnd.randrange(5000)),
            )
            for at in range(people)
        )
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_names_that_are_words_raise_no_alarm_over_the_built_site(release, seed):
    assert scan_site(release.site, release, roster_of_words(seed)) == []


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(3, 21))
def test_names_that_are_words_raise_no_alarm_in_more_rosters(release, seed):
    assert scan_site(release.site, release, roster_of_words(seed)) == []


def test_a_school_that_bears_a_students_name_is_no_alarm_and_the_student_is_one(tmp_path):
    made = made_release(tmp_path)
    build_site(made, made.site)
    roster = Roster((Person("Alder", "Elementary"), Person("Tiny", "District")))
    assert scan_site(made.site, made, roster) == []
    page = made.site / "en" / "index.html"
    page.write_text(
        page.read_text(encoding="utf-8").replace("</main>", "<p>Elementary, Alder</p></main>"),
        encoding="utf-8",
    )
    assert [finding.kind for finding in scan_site(made.site, made, roster)] == ["name"]
