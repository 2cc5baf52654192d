"""What the commands about releases say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from dataworkbench.cli.answers import Answer, ExitCode, Listing, counted
from dataworkbench.cli.asking import command_line, nearby
from dataworkbench.publishing.releases import current_release, list_releases, steps_of
from dataworkbench.publishing.releases.reviewing import Review, review_of, said_of, summary, unsafe
from dataworkbench.publishing.releases.rubrics_shown import texts_with_numbers
from dataworkbench.publishing.releases.rules import note_rules
from dataworkbench.publishing.releases.shelf import history, one_at_a_time
from dataworkbench.publishing.releases.states import when_text
from dataworkbench.workspace import PUBLICATION_FILE, Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from dataworkbench.publishing.releases import Release, Step
    from dataworkbench.publishing.releases.making import Made
    from dataworkbench.publishing.releases.opening import Published
    from dataworkbench.publishing.scan import Finding
    from dataworkbench.rubrics import Rubric

_SAID_FINDINGS = 20
_OF_WHAT = {
    "n": "students",
    "numerator": "those counted",
    "others": "those not counted",
    "sum": "sum of scores",
}


def made_answer(made: Made, place: Workspace) -> Answer:
    """Return what is said of a new draft."""
    told = summary(made.release)
    here = nearby(place.root)
    return Answer(
        sentences=[
            f"Made the draft {made.release.id} from the data of {made.release.facts.data_as_of}. Nothing is published by it.",
            _figures_said(told),
            *made.notes,
        ],
        data={**told, "folder": made.release.folder, "notes": list(made.notes)},
        next_steps=[f"Look at it: {command_line(f'release review -w {here}')}"],
    )


def _figures_said(told: dict[str, Any]) -> str:
    return (
        f"{told['shown']:,} figures are shown as they are, {told['coded']:,} as a range or rounded, and {told['suppressed']:,} are "
        "hidden. Checked together with everything that was published before: each protected figure stays as open as the policy asks."
    )


def checked_answer(release: Release, audit: pd.DataFrame, findings: Sequence[Finding]) -> Answer:
    """Return what is said of a release that was checked once more."""
    open_ = unsafe(audit)
    said = [
        f"{release.id}: nothing in it was changed since it was made.",
        f"{len(audit):,} protected figures attacked: {len(audit) - len(open_):,} safe, {len(open_):,} not.",
    ]
    if release.site.is_dir():
        said.append(f"Its pages were searched: {counted(len(findings), 'thing')} found that must not go out.")
    rows = [(str(found),) for found in findings[:_SAID_FINDINGS]]
    return Answer(
        said,
        listings=[Listing("In the pages", ("What",), rows)] if rows else (),
        data={"release": release.id, "audited": len(audit), "unsafe": len(open_), "findings": len(findings)},
        next_steps=["Take it out of sight first, then: dataworkbench release withdraw"]
        if rows or len(open_)
        else (),
        code=ExitCode.NEEDS_A_PERSON if rows or len(open_) else ExitCode.DONE,
    )


def review_answer(review: Review, place: Workspace, *, approved: bool) -> Answer:
    """Return what somebody looks at who decides whether a release may go out."""
    release = review.release
    here = nearby(place.root)
    state = review.steps[-1].state
    said = [
        _of_what(release, state),
        _by_which_rules(release),
    ]
    steps = [f"Publish it: {command_line(f'release publish {release.id} -w {here} --to FOLDER')}"]
    if not approved and state == "draft":
        steps = [f"If it may go out: {command_line(f'release review {release.id} -w {here} --approve')}"]
    return Answer(
        [*said, *(f"Change of rules: {line}." for line in review.rules), *(["Written down: you reviewed it."] if approved else [])],
        listings=_review_listings(review),
        data={"release": release.id, "state": state, "figures": review.figures.to_dict("records"), "compared_with": review.compared_with,
              "differences": review.differences.to_dict("records"), "rules": list(review.rules)},
        next_steps=steps if state in ("draft", "reviewed") else (),
        code=ExitCode.NEEDS_A_PERSON if state == "draft" else ExitCode.DONE,
    )  # fmt: skip


def _of_what(release: Release, state: str) -> str:
    facts = release.facts
    years, schools = ", ".join(facts.school_years), counted(len(facts.schools), "school")
    return f"{release.id} ({state}) shows data of {facts.data_as_of} for {years}, {schools}."


def _by_which_rules(release: Release) -> str:
    facts = release.facts
    return (
        f'Policy "{facts.policy_name}" ({facts.policy_fingerprint}): nothing about fewer than {facts.minimum_group} students. '
        f"{facts.requirement}"
    )


def _review_listings(review: Review) -> list[Listing]:
    titles = {one.id: one.title for one in review.release.facts.indicators}
    listings = [
        Listing(
            "What will be public",
            ("Indicator", "Shown", "As a range", "Hidden", "Nobody there", "No data"),
            [(titles.get(row["indicator"], row["indicator"]), *(f"{row[name]:,}" for name in ("shown", "coded", "suppressed", "not_applicable", "missing")))
             for row in review.figures.to_dict("records")],
        ),
        Listing(
            "Where an attacker comes nearest",
            ("Figure", "Of what", "Can be proven", "Required between"),
            [(said_of(row["cell"], review.release), _OF_WHAT.get(row["what"], row["what"]), f"{row['low']:g} to {row['high']:g}", f"{row['required']:g}") for row in review.narrowest.to_dict("records")],
        ),
    ]  # fmt: skip
    if review.rubrics:
        listings.append(_rubrics_listing(review.rubrics))
    if review.compared_with:
        rows = [(titles.get(row["indicator"], row["indicator"]), *(f"{row[name]:,}" for name in ("same", "different", "new", "gone")))
                for row in review.differences.to_dict("records")]  # fmt: skip
        listings.append(
            Listing(
                f"Beside {review.compared_with}, which is out",
                ("Indicator", "Same", "Different", "New", "Gone"),
                rows,
            )
        )
    return listings


def _rubrics_listing(rubrics: Sequence[Rubric]) -> Listing:
    """Return the rubrics that will be public, with the texts of them in which numbers stand."""
    rows = [
        (one.title, text) for one in rubrics for text in texts_with_numbers(one) or ["no number stands in it"]
    ]
    return Listing(
        "Rubrics that will be public, and where numbers stand in their words", ("Rubric", "Text"), rows
    )


def published_answer(out: Published) -> Answer:
    """Return what is said of a release that is out."""
    said = [
        f"{out.release.id} is out: {counted(out.files, 'file')} in {out.release.site}, searched for names and stray numbers; none found."
    ]
    if out.copy is not None:
        said.append(
            f"A copy is in {out.copy}. It needs no server: give the folder to any web host, or open index.html in it."
        )
    steps = (
        []
        if out.copy
        else ["Take the pages where people read them: dataworkbench release publish --to FOLDER"]
    )
    pages = [("the public pages", ((out.copy or out.release.site) / "index.html").absolute().as_uri())]
    return Answer(
        said,
        pages=pages,
        data={"release": out.release.id, "site": out.release.site, "copy": out.copy},
        next_steps=steps,
    )


def withdrawn_answer(release: Release, copies: Sequence[Path] = ()) -> Answer:
    """Return what is said of a release that was withdrawn."""
    was_out = any(step.state == "released" for step in steps_of(release))
    said = [f"{release.id} is withdrawn."]
    if was_out:
        said.append(
            "The pages that were copied elsewhere are still there: take them down at the web host. What people have read stays known, and "
            "every later release is checked together with it."
        )
    said += [
        f"Its pages still lie in {place}. Delete that folder, or publish another release into it."
        for place in copies
    ]
    data = {"release": release.id, "was_out": was_out, "copies": list(copies)}
    return Answer(said, data=data, code=ExitCode.NEEDS_A_PERSON if copies else ExitCode.DONE)


def listed_answer(place: Workspace) -> Answer:
    """Return the releases of a workspace."""
    there = [summary(release) for release in list_releases(place)]
    out = current_release(place)
    zone = place.settings().timezone
    rows = [
        (one["id"], one["state"], _when(one["at"], zone), one["who"], f"{one['shown']:,}", f"{one['coded']:,}", f"{one['suppressed']:,}",
         "out" if out and one["id"] == out.id else "")
        for one in there
    ]  # fmt: skip
    said = f"{place.root} holds {counted(len(there), 'release')}; " + (
        f"{out.id} is out." if out else "none is out."
    )
    columns = ("Release", "State", "Since", "By", "Shown", "As a range", "Hidden", "")
    return Answer(
        [said],
        listings=[Listing("Releases, first one first", columns, rows)] if rows else (),
        data={"releases": there, "current": out.id if out else ""},
        next_steps=[] if rows else [f"Make one: {command_line(f'release make -w {nearby(place.root)}')}"],
    )


def _when(at: datetime | None, zone: str) -> str:
    return when_text(at, zone) if at else ""


def shown_answer(release: Release, place: Workspace) -> Answer:
    """Return what became of a release."""
    zone = place.settings().timezone
    review = review_of(place, release)
    rows = [(step.state, when_text(step.at, zone), step.who, step.why) for step in review.steps]
    told = summary(release)
    return Answer(
        [f"{release.id} is {told['state']}. {_counts(told)}", f"Its public part is in {release.folder}."],
        listings=[
            Listing("What became of it", ("State", "When", "By", "Why"), rows),
            *_review_listings(review)[:1],
        ],
        data={**told, "folder": release.folder, "steps": [_step_data(step) for step in review.steps]},
    )


def _counts(told: dict[str, Any]) -> str:
    return f"{told['shown']:,} figures shown, {told['coded']:,} as a range or rounded, {told['suppressed']:,} hidden."


def _step_data(step: Step) -> dict[str, str]:
    return {"state": step.state, "at": step.at.isoformat(), "who": step.who, "why": step.why}


def policy_answer(place: Workspace) -> Answer:
    """Return the rules that stand, and every change of them."""
    with one_at_a_time(place):
        rules = note_rules(place)
    zone = place.settings().timezone
    lines = [line for line in history(place) if line["what"] in ("policy", "publication")]
    rows = [
        (
            when_text(datetime.fromisoformat(line["at"]), zone),
            line["who"],
            f"{line['what']}.toml",
            "; ".join(line["said"]) or "first seen",
        )
        for line in lines
    ]
    policy, publication = rules.policy, rules.publication
    own = (place.root / PUBLICATION_FILE).is_file()
    by = f"{policy.name} ({policy.fingerprint}): nothing about fewer than {policy.minimum_group} students"
    without = "" if own else " The workspace has no publication.toml, so this is what the workbench ships."
    published = f"{', '.join(publication.indicators)}, by {', '.join(publication.breakdowns)}"
    return Answer(
        [f"{by}; percents coded after {policy.bands_source}.", f"Published are {published}.{without}"],
        listings=[Listing("What was seen", ("When", "By", "File", "What changed"), rows)],
        data={"fingerprint": policy.fingerprint, "changes": lines},
        next_steps=[
            f"Change a rule in {nearby(place.root) / 'policy.toml'} with any editor; the next command notes it."
        ],
    )
