"""What a release is about, without any figure: district, schools, tests, definitions, and the rules that were used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dataworkbench.measures import indicator
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.publishing.releases.release import (
    AssessmentFacts,
    IndicatorFacts,
    ReleaseFacts,
    SchoolFacts,
)

if TYPE_CHECKING:
    import pandas as pd

    from dataworkbench.publishing.releases.release import Release
    from dataworkbench.publishing.releases.rules import Rules
    from dataworkbench.warehouse import District

_SHORT = 6


def name_for(at: datetime, district: District) -> str:
    """Return the name of a release that is made now: day and time on the district's clocks, and a mark of its snapshot."""
    try:
        here = at.astimezone(ZoneInfo(district.settings.timezone))
    except (ZoneInfoNotFoundError, ValueError):
        here = at.astimezone(UTC)
    return f"{here:%Y-%m-%d_%H%M}-{district.snapshot_id.rsplit('-', 1)[-1][:_SHORT]}"


def facts_of(
    district: District,
    rules: Rules,
    cube: pd.DataFrame,
    *,
    at: datetime,
    earlier: Sequence[Release],
    name: str,
) -> ReleaseFacts:
    """Return what a release of this cube is about."""
    policy = rules.policy
    return ReleaseFacts(
        id=name, district=district.name, snapshot=district.snapshot_id,
        data_as_of=district.snapshot.made_on if district.snapshot else "", made=at.isoformat(timespec="seconds"),
        school_years=tuple(sorted(set(cube["school_year"]))), schools=_schools(district, earlier, set(cube["school_id"]) - {""}),
        indicators=tuple(_definition(id_) for id_ in dict.fromkeys(cube["indicator"])), tests=_tests(district, earlier, set(cube["assessment_id"]) - {""}),
        policy_name=policy.name, policy_fingerprint=policy.fingerprint, minimum_group=policy.minimum_group, bands=policy.bands,
        bands_source=policy.bands_source, requirement=requirement_text(policy), earlier=tuple(known.id for known in earlier),
    )  # fmt: skip


def requirement_text(policy: DisclosurePolicy) -> str:
    """Return what the audit requires of each protected figure, in a sentence for everybody."""
    asked = policy.requirement
    counts = (
        f"at least {asked.width} students between the fewest and the most that a hidden group can have"
        if asked.kind == "width"
        else "a hidden group anything from nobody to twice as many students as it has"
    )
    return f"Whoever has everything that was ever published, and can add and subtract, is still left with {counts}."


def _schools(district: District, earlier: Sequence[Release], there: set[str]) -> tuple[SchoolFacts, ...]:
    """Return the schools of a release, by name; one that is gone from the data is called as it was when it was published."""
    held = {one.school_id: one for known in earlier for one in known.facts.schools}
    for row in district.ask("SELECT * FROM schools").to_dict("records"):
        id_ = str(row["school_id"])
        held[id_] = SchoolFacts(
            school_id=id_, name=_text(row["school_name"]) or id_, level=_text(row["level"])
        )
    return tuple(
        sorted((held[id_] for id_ in there if id_ in held), key=lambda one: (one.name, one.school_id))
    )


def _tests(district: District, earlier: Sequence[Release], there: set[str]) -> tuple[AssessmentFacts, ...]:
    held = {one.assessment_id: one for known in earlier for one in known.facts.tests}
    rows = district.ask(
        "SELECT CAST(assessment_id AS VARCHAR) AS id, min(CAST(title AS VARCHAR)) AS title FROM assessments GROUP BY 1"
    )
    for row in rows.to_dict("records"):
        held[row["id"]] = AssessmentFacts(assessment_id=row["id"], title=_text(row["title"]) or row["id"])
    return tuple(held[id_] for id_ in sorted(there) if id_ in held)


def _definition(id_: str) -> IndicatorFacts:
    one = indicator(id_)
    return IndicatorFacts(
        id=one.id, version=one.version, title=one.title, sentence=one.sentence, unit=one.unit, direction=one.direction,
        numerator=one.numerator, denominator=one.denominator, left_out=one.left_out, source=one.source,
    )  # fmt: skip


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
