"""From a snapshot to a draft: measured once, suppressed once, audited with everything that was ever out, and only then written."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pandas as pd

from dataworkbench.disclosure.linked import Secured, table_names
from dataworkbench.errors import WorkbenchError
from dataworkbench.policy import DisclosurePolicy
from dataworkbench.publishing.releases.about import facts_of, name_for
from dataworkbench.publishing.releases.auditing import failed_in, in_fractions_alone, secured_and_audited
from dataworkbench.publishing.releases.cube import (
    measured,
    never_published_in_vain,
    questions,
    with_those_gone,
)
from dataworkbench.publishing.releases.knowing import (
    CHANGED_FILE,
    CUBE_FILE,
    FITTING_FILE,
    LEDGER_FOLDER,
    LEDGER_PARTS,
    Known,
    fitting_frame,
    known_before,
)
from dataworkbench.publishing.releases.nobody_there import with_nobody_hidden
from dataworkbench.publishing.releases.private import write_private, write_private_frame
from dataworkbench.publishing.releases.release import POLICY_COPY, Release, read_release, write_release
from dataworkbench.publishing.releases.rubrics_shown import named_rubrics
from dataworkbench.publishing.releases.rules import Rules, note_rules, policy_in, weaker
from dataworkbench.publishing.releases.shelf import add_to_history, ever_released, folder_for, one_at_a_time
from dataworkbench.publishing.releases.states import account, write_step
from dataworkbench.rubrics import Rubric
from dataworkbench.warehouse import District, find_snapshot, open_workspace
from dataworkbench.workspace import Workspace

DECISIONS_FILE: Final = "decisions.parquet"
AUDIT_FILE: Final = "audit.parquet"
FAILED_REPORT: Final = "not-made.txt"
"""What the audit of the last release that could not be made found; in the folder of releases, for its owner alone."""


@dataclass(frozen=True)
class Made:
    """A draft, with what was said on the way: earlier releases whose snapshot is gone, a policy that protects less."""

    release: Release
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Making:
    """One release in the making: where, from which data, by which rules, beside which earlier releases, when and why."""

    workspace: Workspace
    district: District
    rules: Rules
    rubrics: tuple[Rubric, ...]
    earlier: tuple[Release, ...]
    at: datetime
    why: str


@dataclass(frozen=True)
class _Private:
    """What stays in the house."""

    secured: Secured
    cube: pd.DataFrame
    audit: pd.DataFrame
    known: Known


def make_release(
    workspace: Workspace, *, snapshot: str = "current", why: str = "", now: datetime | None = None
) -> Made:
    """Return a new draft: one snapshot, under the district's own policy, audited with everything that was ever out.

    Nothing is published by this. Where the audit does not find every protected figure safe, no release is written, only a
    report of what failed.

    Raises
    ------
    WorkbenchError
        Where the audit fails, where a file of rules can't be followed, where the policy protects less than that of the last
        release and ``why`` does not say why, or where what was published before is not there any more.

    """
    at = (now or datetime.now(UTC)).astimezone(UTC)
    with one_at_a_time(workspace):
        rules = note_rules(workspace, now=at)
        earlier = tuple(ever_released(workspace))
        notes = _agreed(earlier, rules, why)
        district = open_workspace(workspace.root, snapshot=find_snapshot(workspace, snapshot).id)
        try:
            shown = named_rubrics(workspace, rules.publication, district.schools["school_name"])
            return _draft(_Making(workspace, district, rules, shown, earlier, at, why), notes)
        finally:
            district.close()


def _agreed(earlier: Sequence[Release], rules: Rules, why: str) -> list[str]:
    """Return what is said about a policy that protects less than the last one; stop where nobody said why it does."""
    if not earlier:
        return []
    last = earlier[-1]
    said = weaker(policy_in((last.folder / POLICY_COPY).read_text(encoding="utf-8")), rules.policy)
    if said and not why.strip():
        raise WorkbenchError(
            f"The policy protects less than that of the release {last.id}: {'; '.join(said)}. Say in a sentence why, with "
            '--why "...": it is kept with the release. Or put policy.toml back as it was. Nothing was made.'
        )
    return [f"The policy protects less than that of the last release: {one}." for one in said]


def _draft(making: _Making, notes: list[str]) -> Made:
    policy = making.rules.policy
    asked = questions(making.district, making.rules.publication, policy, making.at.date())
    cube = measured(making.district, asked)
    known = known_before(making.earlier, making.district, asked)
    if known.earlier:
        cube = with_those_gone(cube, known.earlier[-1].cells)
    secured, audit = secured_and_audited(cube, policy, known)
    _refuse_unsafe(making, secured, audit)
    release = _written(making, _Private(secured, cube, audit, known))
    return Made(
        release,
        (
            *notes,
            *known.notes,
            *_in_vain(policy),
            *_repeated_said(secured, known),
            *_not_in_whole_numbers(audit),
        ),
    )


def _in_vain(policy: DisclosurePolicy) -> list[str]:
    return [
        f"policy.toml never publishes '{name}', and nothing that can be published is called so: look whether it is spelt as meant."
        for name in never_published_in_vain(policy)
    ]


def _not_in_whole_numbers(audit: pd.DataFrame) -> list[str]:
    large = table_names(audit.loc[in_fractions_alone(audit["cell"]), "cell"]).nunique()
    if not large:
        return []
    many = "1 table was" if large == 1 else f"{large:,} tables were"
    said = (
        f"{many} too large to be attacked in whole numbers as well: a figure in it may be in doubt by a few students less than the "
        "policy asks for."
    )
    return [said]


def _repeated_said(secured: Secured, known: Known) -> list[str]:
    """Return what is said of figures that are repeated although something changed behind them; others are as they were anyway."""
    if not known.earlier:
        return []
    told = known.changed[known.changed["until"] == ""]
    moved = (told["came"] + told["left"] + told["changed"] > 0) | ~told["known"].astype(bool)
    since = told.loc[moved, ["release", "cell"]].rename(columns={"release": "since"})
    shown = secured.cells[secured.cells["status"].isin(["shown", "coded"])]
    repeated = shown.merge(since, on=["cell", "since"])
    if repeated.empty:
        return []
    new = int((shown["since"] == "").sum())
    said = (
        f"{len(repeated):,} figures ({', '.join(dict.fromkeys(repeated['indicator']))}) are repeated as they were published, and "
        f"{new:,} are new: where too few students came, left or changed, a new figure less the old one would be about those few."
    )
    return [said]


def _refuse_unsafe(making: _Making, secured: Secured, audit: pd.DataFrame) -> None:
    """Return nothing where every protected figure is safe by the audit; else write down what failed, and stop."""
    failed = failed_in(secured.ledger, audit)
    if failed.empty:
        return
    path = making.workspace.releases / FAILED_REPORT
    write_private(path, failed_text(failed, secured.ledger.targets, making.at))
    raise WorkbenchError(
        f"No release was made: {len(failed):,} of {len(secured.ledger.targets):,} protected figures could be worked out more closely "
        f"than the policy allows, by somebody with everything that was ever published. What failed is listed in {path}, for "
        "you alone. Publish less (fewer breakdowns in publication.toml), then make it again. Nothing was published."
    )


def failed_text(failed: pd.DataFrame, targets: pd.DataFrame, at: datetime) -> str:
    """Return the report of an audit that failed; one line is one figure, without its true value."""
    rules = targets.set_index("target")["rule"]
    lines = [
        f"{row['cell']} ({row['what']}): {row['verdict']}; provable from {row['low']:g} to {row['high']:g}, "
        f"required are {row['required']:g} between them ({rules.get(row['target'], '')})"
        for row in failed.sort_values(["verdict", "cell"]).to_dict("records")
    ]
    return "\n".join(
        [
            f"The audit of {at:%Y-%m-%d %H:%M} UTC. One line is one figure that is not protected enough.",
            *lines,
            "",
        ]
    )


def _with_since(cells: pd.DataFrame, release_id: str) -> pd.DataFrame:
    """Return the cells with the release that first published each figure; those that are new are this one's."""
    return cells.assign(since=cells["since"].fillna("").replace("", release_id))


def _written(making: _Making, private: _Private) -> Release:
    """Write a draft beside the others, whole or not at all, and return it."""
    place, rules, at = making.workspace.releases, making.rules, making.at
    name = folder_for(making.workspace, name_for(at, making.district)).name
    facts = facts_of(
        making.district,
        rules,
        private.cube,
        at=at,
        earlier=making.earlier,
        name=name,
    )
    hidden = Path(tempfile.mkdtemp(prefix=".making-", dir=place))
    try:
        release = write_release(
            hidden / name,
            facts,
            _with_since(with_nobody_hidden(private.secured.cells), name),
            rules.policy_text,
            making.rubrics,
        )
        _write_private_part(release, private, rules)
        write_step(release, "draft", why=making.why, now=at)
        release.folder.rename(place / name)
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
    told = {"what": "draft", "release": name, "who": account(), "at": at.isoformat(timespec="seconds")}
    add_to_history(making.workspace, told | {"why": making.why})
    (place / FAILED_REPORT).unlink(missing_ok=True)
    return read_release(place / name)


def _write_private_part(release: Release, private: _Private, rules: Rules) -> None:
    folder = release.private
    write_private_frame(folder / CUBE_FILE, private.cube)
    write_private_frame(folder / DECISIONS_FILE, private.secured.decisions)
    write_private_frame(folder / AUDIT_FILE, private.audit)
    if private.known.earlier:
        changed = private.known.changed
        write_private_frame(folder / CHANGED_FILE, changed[changed["until"] == ""])
    (folder / LEDGER_FOLDER).mkdir(mode=0o700)
    for part in LEDGER_PARTS:
        write_private_frame(folder / LEDGER_FOLDER / f"{part}.parquet", getattr(private.secured.ledger, part))
    write_private_frame(folder / LEDGER_FOLDER / FITTING_FILE, fitting_frame(private.secured))
    write_private(folder / "publication.toml", rules.publication_text)
