"""What somebody looks at before a release goes out, and the audit done once more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pandas as pd

from dataworkbench.disclosure.linked import BEFORE, DIMENSIONS
from dataworkbench.errors import WorkbenchError
from dataworkbench.frames import group_text
from dataworkbench.publishing.releases.auditing import SAFE, audited
from dataworkbench.publishing.releases.knowing import kept_ledger, kept_tables
from dataworkbench.publishing.releases.making import AUDIT_FILE
from dataworkbench.publishing.releases.release import POLICY_COPY, Release
from dataworkbench.publishing.releases.rules import changes, rules_of
from dataworkbench.publishing.releases.shelf import current_release, ever_released, history, one_at_a_time
from dataworkbench.publishing.releases.states import (
    Step,
    require_step,
    require_unchanged,
    state_of,
    steps_of,
    write_step,
)
from dataworkbench.rubrics import Rubric
from dataworkbench.terms import NOT_REPORTED
from dataworkbench.workspace import Workspace

NARROWEST: Final = 5
_STATUSES: Final = ("shown", "coded", "suppressed", "not_applicable", "missing")


@dataclass(frozen=True)
class Review:
    """What will be public, for somebody who decides whether it may be.

    ``figures``: one row is one indicator; how many figures are shown, coded (as a range or rounded), hidden, or not there.
    ``narrowest``: one row is one of the protected figures that an attacker comes nearest to: what can be proven (``low`` to
    ``high``) and what the policy requires. ``differences``: one row is one indicator; how many figures are new, gone, different
    or the same as in the release that is out. ``rules``: what happened to the rules since that release, in words.
    """

    release: Release
    steps: tuple[Step, ...]
    figures: pd.DataFrame
    narrowest: pd.DataFrame
    compared_with: str
    differences: pd.DataFrame
    rules: tuple[str, ...]
    rubrics: tuple[Rubric, ...] = ()
    """The rubrics that the district named; none where those are shown that came with the workbench."""


def review_of(workspace: Workspace, release: Release) -> Review:
    """Return what will be public of a release.

    Raises
    ------
    WorkbenchError
        Where the release is not as it was made.

    """
    require_unchanged(release)
    cells, last = release.cells(), current_release(workspace)
    other = last if last and last.id != release.id else None
    return Review(
        release, tuple(steps_of(release)), _figures(cells), _narrowest(release), other.id if other else "",
        _differences(other.cells(), cells) if other else pd.DataFrame(), tuple(_rules(workspace, release, other)),
        release.rubrics(),
    )  # fmt: skip


def approve(workspace: Workspace, release: Release, *, why: str = "", now: datetime | None = None) -> Step:
    """Write down that somebody reviewed a release, and return it.

    Raises
    ------
    WorkbenchError
        Where it is no draft, was changed since it was made, or another release was published since.

    """
    with one_at_a_time(workspace):
        require_step(release, "reviewed")
        require_still_true(workspace, release)
        return write_step(release, "reviewed", why=why, now=now)


def require_still_true(workspace: Workspace, release: Release) -> None:
    """Return nothing where a release was made by the rules of today and checked with all that is out today.

    Raises
    ------
    WorkbenchError
        Where the rules changed, or another release was published since it was made.

    """
    require_unchanged(release)
    out = tuple(known.id for known in ever_released(workspace) if known.id != release.id)
    if out != tuple(release.facts.earlier):
        raise WorkbenchError(
            f"The release {release.id} was not checked together with {', '.join(sorted(set(out) ^ set(release.facts.earlier)))}: what "
            "was published changed since it was made. Make a new one: dataworkbench release make."
        )
    rules = rules_of(workspace)
    kept = {
        "policy.toml": (release.folder / POLICY_COPY).read_text(encoding="utf-8"),
        "publication.toml": (release.private / "publication.toml").read_text(encoding="utf-8"),
    }
    changed = [
        name
        for name, text in zip(kept, (rules.policy_text, rules.publication_text), strict=True)
        if text != kept[name]
    ]
    if changed:
        raise WorkbenchError(
            f"{' and '.join(changed)} changed since the release {release.id} was made. Make a new one under the rules of today: "
            "dataworkbench release make."
        )


def audit_again(release: Release) -> pd.DataFrame:
    """Return the audit of a release, done once more from what was kept; one row is one protected figure."""
    require_unchanged(release)
    return audited(kept_ledger(release), kept_tables(release))


def unsafe(audit: pd.DataFrame) -> pd.DataFrame:
    """Return the protected figures that an audit did not find safe; one row is one figure."""
    return audit.loc[audit["verdict"] != SAFE]


def _figures(cells: pd.DataFrame) -> pd.DataFrame:
    counted = pd.crosstab(cells["indicator"], cells["status"]).reindex(columns=list(_STATUSES), fill_value=0)
    return counted.reindex(list(dict.fromkeys(cells["indicator"]))).reset_index()


def _narrowest(release: Release) -> pd.DataFrame:
    audit = pd.read_parquet(release.private / AUDIT_FILE)
    spare = (audit["high"] - audit["low"] - audit["required"]).where(audit["required"] > 0)
    near = audit.assign(spare=spare).sort_values(["spare", "cell"], ignore_index=True)
    near = near.drop_duplicates(["cell", "what"])
    return near[["cell", "what", "low", "high", "required", "verdict"]].head(NARROWEST)


def said_of(cell: str, release: Release) -> str:
    """Return the name of a cell in words: "Chronic absence, 2024-25, Alder Elementary, grade 3, English learner"."""
    about = dict(zip(DIMENSIONS, cell.partition(BEFORE)[0].split("|"), strict=False))
    titles = {one.id: one.title for one in release.facts.indicators}
    schools = {one.school_id: one.name for one in release.facts.schools}
    tests = {one.assessment_id: one.title for one in release.facts.tests}
    known = {"indicator": titles, "school_id": schools, "assessment_id": tests}
    if about.get("subgroup") == NOT_REPORTED:
        about["subgroup"] = f"{about['subgroup_type']}: {NOT_REPORTED}"
    said = [
        known.get(name, {}).get(value) or group_text(name, value)
        for name, value in about.items()
        if value and name != "subgroup_type"
    ]
    return ", ".join(said)


def _differences(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    both = before[["cell", "indicator", "label"]].merge(
        after[["cell", "indicator", "label"]], on="cell", how="outer", suffixes=("_before", "")
    )
    both["indicator"] = both["indicator"].fillna(both["indicator_before"])
    said = pd.Series("different", index=both.index).mask(both["label"] == both["label_before"], "same")
    said = said.mask(both["label_before"].isna(), "new").mask(both["label"].isna(), "gone")
    counted = pd.crosstab(both["indicator"], said).reindex(
        columns=["same", "different", "new", "gone"], fill_value=0
    )
    return counted.reset_index()


def _rules(workspace: Workspace, release: Release, other: Release | None) -> list[str]:
    """Return what happened to the rules since the release that is out, else all that ever did, in words."""
    since = other.facts.made if other else ""
    lines = [
        line
        for line in history(workspace)
        if line["what"] in ("policy", "publication") and line["at"] > since
    ]
    said = [
        f"{line['at'][:10]}, {line['who']}: {line['what']}.toml: {'; '.join(line['said'])}"
        for line in lines
        if line["said"]
    ]
    if not other:
        return said
    policies = [(one.folder / POLICY_COPY).read_text(encoding="utf-8") for one in (other, release)]
    return said if said or policies[0] == policies[1] else changes("policy", *policies)


def summary(release: Release) -> dict[str, Any]:
    """Return a release in short: its name, state, day, data and how many figures it shows, codes and hides."""
    counts = release.cells()["status"].value_counts()
    steps = steps_of(release)
    return {
        "id": release.id, "state": state_of(release), "at": steps[-1].at if steps else None, "who": steps[-1].who if steps else "",
        "snapshot": release.facts.snapshot, **{status: int(counts.get(status, 0)) for status in _STATUSES[:3]},
    }  # fmt: skip
