"""The steps of making a profile at the command line: what was typed is followed, what is open is asked, the rest told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dataworkbench.cli.answers import Answer, ExitCode, Listing
from dataworkbench.cli.asking import command_line
from dataworkbench.cli.questions import Asked, go_through, trial_said
from dataworkbench.cli.telling import Voice
from dataworkbench.errors import WorkbenchError
from dataworkbench.intake import known_of
from dataworkbench.readers.column_names import in_words
from dataworkbench.readers.drafting import (
    Draft,
    Known,
    as_profile,
    described,
    first_draft,
    problems,
    ready,
    save_profile,
    source_of,
    to_look_at,
    trial,
    tried,
)
from dataworkbench.readers.headers import fold
from dataworkbench.workspace import Workspace

__all__ = ["Asked", "Options", "carry_through"]

MOST_SHOWN: Final = 3
_WORDS: Final[Mapping[str, str]] = {
    "always": "always", "school_year_of": "year of", "period_of": "period of", "current_year": "this year",
    "from_file_name": "file name", "numbered": "row number",
}  # fmt: skip


@dataclass(frozen=True)
class Options:
    """What was typed: the kind and the sheet, sources and codes, how dates and numbers are written, the names."""

    kind: str = ""
    sheet: str = ""
    sources: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    dates: str = ""
    numbers: str = ""
    day_numbers: bool = False
    name: str = ""
    title: str = ""
    replace: bool = False
    dry_run: bool = False


def carry_through(
    voice: Voice, place: Workspace, file: Path, options: Options, asked: Asked | None, *, keep: bool
) -> Answer:
    """Return what came of a file: a profile that was kept, or what has to be decided first.

    ``asked`` asks the person at the keyboard; None where nobody is to be asked.
    """
    if not file.is_file():
        raise WorkbenchError(f"There is no file {file}. Name a file with a table in it.")
    known = known_of(place)
    with voice.progress("Looking into the file"):
        draft = followed(first_draft(file, known, kind=options.kind, sheet=options.sheet), options, known)
    if asked is not None:
        draft = go_through(asked, draft, file, known, listing)
    open_ones = [one.sentence for one in (*problems(draft, known.today), *to_look_at(draft))]
    if open_ones:
        return _to_decide(draft, open_ones, file, nothing_kept=keep)
    found = trial(draft, file, known)
    if not keep:
        return _shown(
            draft, tried(found), "Nothing was kept.", [f"Keep it: {command_line(f'map {file} --yes')}"]
        )
    if asked is not None and not asked.keep(found):
        return _shown(draft, tried(found), "Nothing was kept, as you said.", [])
    whole, folder = ready(draft, known), place.mappings
    if asked is not None:
        path = asked.save(whole, folder, take_place=options.replace)
    else:
        path = save_profile(whole, folder, replace=options.replace)
    steps = [f"Import the file: {command_line(f'import {file}')}", f"Read or change the profile: {path}"]
    return _shown(draft, tried(found), f"The profile is kept as {path.name} in the folder mappings, and is used from now on.", steps, path)  # fmt: skip


def followed(draft: Draft, options: Options, known: Known) -> Draft:
    """Return a draft in which what was typed is followed."""
    draft = draft.answered(dates=options.dates or None, numbers=options.numbers or None, day_numbers=options.day_numbers or None)  # fmt: skip
    draft = draft.named(name=options.name or None, title=options.title or None)
    for said in options.sources:
        column, sign, text = said.partition("=")
        if not sign:
            raise WorkbenchError(
                f"'{said}' does not say where a column comes from. Write it as student_id='Pupil No'."
            )
        name, key = _named(draft, column), key_for(draft, text.strip())
        draft = draft.with_source(name, source_of(draft, name, key, known.guide()))
    for said in options.codes:
        column, sign, rest = said.partition(":")
        text, equals, meaning = rest.rpartition("=")
        if not (sign and equals):
            raise WorkbenchError(f"'{said}' does not say what a code means. Write it as absent:X=1.")
        draft = draft.with_code(_named(draft, column), text.strip(), meaning.strip())
    return draft


def _named(draft: Draft, said: str) -> str:
    """Return the column that was meant: by its name, or by the words that the tables show for it."""
    by_words = {fold(in_words(name)): name for name in draft.kind.columns}
    return by_words.get(fold(said), said.strip()) if said.strip() not in draft.kind.columns else said.strip()


def key_for(draft: Draft, text: str) -> str:
    """Return what was typed as the key of a source: a header in any spelling, a word of profiles, or nothing."""
    headers = {fold(look.header): look.header for look in reversed(draft.looks)}
    if any(look.header == text for look in draft.looks):
        return f"header:{text}"
    how, colon, rest = text.partition(":")
    if how in _WORDS:
        inner = headers.get(fold(rest), rest.strip()) if how.endswith("_of") else rest.strip()
        return f"{_WORDS[how]}:{inner}" if colon else _WORDS[how]
    return f"header:{headers.get(fold(text), text)}" if text else "nothing"


def listing(draft: Draft) -> Listing:
    """Return our columns beside theirs, as a table for the terminal; columns without any proposal are left out."""
    rows = [
        (
            row["words"] + (" (needed)" if row["needed"] else ""),
            row["said"] if row["key"] != "nothing" else (f"nothing yet; perhaps {row['perhaps']}" if row["perhaps"] else "nothing yet"),
            "you said so" if row["seen"] else row["sure"], ", ".join(row["samples"][:MOST_SHOWN]), row["because"],
        )
        for row in described(draft)["columns"] if row["key"] != "nothing" or row["needed"] or row["perhaps"]
    ]  # fmt: skip
    return Listing(f"{draft.file}: {draft.kind.title}", ("Our column", "Comes from", "How sure", "For example", "Why"), rows)  # fmt: skip


def _codes(draft: Draft) -> Listing:
    rows = [
        (row["words"], text, "not said yet" if meaning is None else meaning or "left empty")
        for row in described(draft)["columns"] for text, meaning in row["codes"] if draft.source(row["column"]).codes
    ]  # fmt: skip
    return Listing("What codes become", ("Our column", "In the file", "Becomes"), rows)


def _to_decide(draft: Draft, open_ones: list[str], file: Path, *, nothing_kept: bool) -> Answer:
    said = (
        "Nothing was kept, because this has to be decided first:"
        if nothing_kept
        else "This has to be decided first:"
    )
    return Answer(
        sentences=[
            *draft.notes,
            f"{draft.file} looks like: {draft.kind.title}.",
            said,
            *(f"- {one}" for one in open_ones),
        ],
        listings=[one for one in (listing(draft), _codes(draft)) if one.rows],
        next_steps=[
            f"Be asked one thing after the other: {command_line(f'map {file}')}",
            f"Or say it: {command_line(f'map {file} --set column=header --code column:code=meaning')}",
        ],
        data={"saved": False, "to_decide": open_ones, "proposal": described(draft)},
        code=ExitCode.NOT_STARTED if nothing_kept else ExitCode.NEEDS_A_PERSON,
    )


def _shown(
    draft: Draft, found: Mapping[str, Any], said: str, steps: list[str], path: Path | None = None
) -> Answer:
    reasons = [(reason, f"{count:,}", what) for reason, what, count in found["reasons"]]
    notes = [(message, what) for _, message, what in found["notes"]]
    return Answer(
        sentences=[*draft.notes, trial_said(found), said],
        listings=[
            one for one in (
                listing(draft), _codes(draft), *(_first(table) for table in found["tables"]),
                Listing("Why rows would be set aside", ("Reason", "Rows", "What to do"), reasons),
                Listing("About the file", ("What was seen", "What to do"), notes),
            ) if one.rows
        ],
        next_steps=steps,
        data={"saved": path is not None, "profile": str(path or ""), "text": as_profile(draft), "proposal": described(draft), "trial": dict(found)},
        code=ExitCode.NEEDS_A_PERSON if found["aside"] or notes else ExitCode.DONE,
    )  # fmt: skip


def _first(table: Mapping[str, Any]) -> Listing:
    return Listing(f"First rows of {table['name']}", tuple(table["columns"]), table["first"])
