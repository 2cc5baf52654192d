"""What is asked at the keyboard while a profile is made: one plain question after the other, each with its answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import typer

from dataworkbench.cli.answers import Listing, counted
from dataworkbench.cli.telling import Voice, plain
from dataworkbench.errors import WorkbenchError
from dataworkbench.readers.drafting import (
    Draft,
    Known,
    ProfileThereError,
    Trial,
    described,
    first_draft,
    kinds_of_files,
    problems,
    save_profile,
    source_of,
    to_look_at,
    tried,
)

STOP: Final = "stop"
LEAVE: Final = "-"


@dataclass(frozen=True)
class Asked:
    """Asks the person at the keyboard."""

    voice: Voice

    def say(self, sentence: str) -> None:
        """Say something before the next question."""
        self.voice.say(sentence)

    def show(self, table: Listing) -> None:
        """Show a table before the next question."""
        self.voice.show(table)

    def one_of(self, question: str, options: Sequence[tuple[str, str]], default: str | None = None) -> str:
        """Return the key that was chosen of some options; a number, a label or the key itself can be typed.

        Without a default nothing is chosen by an empty line.
        """
        self.say(question)
        for place, (_, label) in enumerate(options, start=1):
            self.say(f"  {place:>2}  {label}")
        labels = dict(options)
        while True:
            typed = self._typed("Number or name", "" if default is None else labels.get(default, default))
            if typed.isdigit() and 1 <= int(typed) <= len(options):
                return options[int(typed) - 1][0]
            found = [key for key, label in options if typed.casefold() in (key.casefold(), label.casefold())]
            if found and typed:
                return found[0]
            self.say(
                f"'{plain(typed).plain}' is none of these. Type a number from 1 to {len(options)}, or '{STOP}'."
            )

    def text(self, question: str, default: str = "") -> str:
        """Return what was typed, or the default where nothing was."""
        return self._typed(question, default)

    def _typed(self, question: str, default: str) -> str:
        try:
            typed = str(
                typer.prompt(plain(question).plain, default=default, show_default=bool(default))
            ).strip()
        except typer.Abort as fault:
            raise WorkbenchError("Stopped before the end. Nothing was kept.") from fault
        if typed.casefold() == STOP:
            raise WorkbenchError("Stopped, as you said. Nothing was kept.")
        return typed

    def keep(self, found: Trial) -> bool:
        """Return whether the profile is to be kept, after saying what came of the trial."""
        self.say(trial_said(tried(found)))
        return self._typed("Keep this profile? (yes or no)", "yes").casefold() in ("y", "yes")

    def save(self, draft: Draft, folder: Path, *, take_place: bool) -> Path:
        """Keep a profile, and return where; where there is one of that name, ask which of the two is meant."""
        try:
            return save_profile(draft, folder, replace=take_place)
        except ProfileThereError as there:
            options = [
                ("other", f"keep this one under the name {there.free}"),
                ("replace", "put this one in its place; the old one is kept beside it"),
            ]
            if (
                self.one_of(f"There is a profile called '{draft.name}' already.", options, "other")
                == "replace"
            ):
                return save_profile(draft, folder, replace=True)
            return save_profile(draft.named(name=there.free), folder)


def trial_said(found: Mapping[str, Any]) -> str:
    """Return in a sentence what came of a trial."""
    made = ", ".join(f"{table['rows']:,} in {table['name']}" for table in found["tables"]) or "none"
    return (
        f"Tried on the file: {counted(found['read'], 'row')} read, {found['kept']:,} kept, {found['aside']:,} set aside. "
        f"Rows that come out: {made}."
    )


def go_through(
    asked: Asked, draft: Draft, file: Path, known: Known, listing: Callable[[Draft], Listing]
) -> Draft:
    """Return the draft after everything that is open was asked and answered."""
    draft = _kind(asked, draft, file, known)
    asked.show(listing(draft))
    asked.say(f"Enter takes what stands in brackets; '{STOP}' ends, and nothing is kept.")
    while open_columns := _open_columns(draft, known):
        for column in open_columns:
            draft = _column(asked, draft, column, known)
        draft = _codes(asked, draft)
        draft = _questions(asked, draft)
    return draft.named(title=asked.text("What do you call this kind of file?", draft.title))


def _kind(asked: Asked, draft: Draft, file: Path, known: Known) -> Draft:
    for note in draft.notes:
        asked.say(note)
    said = draft.suggestions["kind"]
    if said.sure == "sure":
        return draft
    chosen = asked.one_of(f"What is {draft.file}? {said.because}", kinds_of_files(), draft.kind_name)
    if chosen == draft.kind_name:
        return replace(draft, confirmed=draft.confirmed | {"kind"})
    return first_draft(file, known, kind=chosen, sheet=draft.file)


def _open_columns(draft: Draft, known: Known) -> list[str]:
    named = [one.column for one in (*problems(draft, known.today), *to_look_at(draft))]
    return list(dict.fromkeys(name for name in named if name != "kind"))


def _column(asked: Asked, draft: Draft, column: str, known: Known) -> Draft:
    """Return the draft after one column was asked about; what is asked otherwise is left alone."""
    if column == "name":
        return draft.named(name=asked.text("A short name: small letters, digits and _", ""))
    if column == "title":
        return draft.named(title=asked.text("What do you call this kind of file?", ""))
    if column not in draft.kind.columns or draft.source(column).undecided:
        return draft
    row = next(one for one in described(draft)["columns"] if one["column"] == column)
    default = row["key"] if row["key"] != "nothing" else None
    samples = f" For example: {', '.join(row['samples'])}." if row["samples"] else ""
    question = f"\n{row['words']}: {row['meaning']}. {row['because']}{samples} Where does it come from?"
    key = asked.one_of(question, [tuple(pair) for pair in row["offered"]], default)
    if key == "always":
        choices = ", ".join(label for _, label in row["choices"])
        key = f"always:{asked.text(f'What is it in every row? {choices}'.strip(), row['text'])}"
    return draft.with_source(column, source_of(draft, column, key, known.guide()))


def _codes(asked: Asked, draft: Draft) -> Draft:
    for row in described(draft)["columns"]:
        column = row["column"]
        for code in draft.source(column).undecided:
            question = f"\nWhat does '{code}' mean for {row['words']} ({row['meaning']})?"
            draft = draft.with_code(column, code, _meaning(asked, question, row))
    return draft


def _meaning(asked: Asked, question: str, row: dict[str, Any]) -> str:
    if row["choices"]:
        return asked.one_of(question, [*[tuple(pair) for pair in row["choices"]], ("", "leave it empty")])
    typed = asked.text(f"{question} ('{LEAVE}' leaves it empty)", "")
    return "" if typed == LEAVE else typed


def _questions(asked: Asked, draft: Draft) -> Draft:
    for question in described(draft)["questions"]:
        if question["value"]:
            continue
        said = asked.one_of(f"\n{question['asks']}", [tuple(pair) for pair in question["options"] if pair[0]])
        if question["name"] == "day_numbers":
            draft = draft.answered(day_numbers=said == "yes")
        elif question["name"] == "numbers":
            draft = draft.answered(numbers=said)
        else:
            draft = draft.answered(dates=said)
    return draft
