"""A draft as plain values for whoever shows it: rows of columns beside headers, codes, questions, what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dataworkbench.readers.column_names import in_words
from dataworkbench.readers.drafting.draft import Draft, Source, Suggestion
from dataworkbench.readers.drafting.meanings import Guide, choices_of, codes_of
from dataworkbench.readers.drafting.problems import (
    date_headers,
    number_headers,
    problems,
    said_of,
    to_look_at,
)
from dataworkbench.readers.drafting.trying import Trial
from dataworkbench.readers.drafting.words import known_words
from dataworkbench.schemas import TABLES, Column

MOST_TEXTS: Final = 12
"""So many texts of a column that needs no explaining are offered to be renamed."""
_NAMED: Final = frozenset(
    {"period", "item_id", "standard_id", "subject", "pair_id", "assessment_id", "element_id"}
)
_NUMBERED: Final = frozenset({"incident_id", "visit_id", "activity_id", "intervention_id", "respondent_id"})
_DATED: Final = frozenset({"school_year", "period"})


def kinds_of_files() -> tuple[tuple[str, str], ...]:
    """Return the kinds of files there are: the short name and the title of each."""
    return tuple((name, kind.title) for name, kind in known_words().kinds.items())


def key_of(source: Source) -> str:
    """Return a source as one text, such as "header:Test Date"; ``source_of`` reads it."""
    return f"{source.how}:{source.text}" if source.text else source.how


def source_of(draft: Draft, column: str, key: str, guide: Guide) -> Source:
    """Return the source that a key names, with what the codes under its header mean as far as that is known."""
    how, _, text = key.partition(":")
    offered = {one.partition(":")[0] for one, _ in offered_for(draft, column)} | {"always", "made of"}
    if how not in offered:
        how, text = "header", key
    if how == "each cell":
        held = draft.suggestions.get(column, Suggestion()).source
        return (
            held
            if held.how == "each cell"
            else Source("each cell", codes=_codes_of_items(draft, column, guide))
        )
    if how != "header":
        return Source(how, text)  # type: ignore[arg-type]  # one of the offered ways
    table = draft.kind.table_of(column)
    return Source("header", text, codes_of(table, TABLES[table].column(column), draft.look(text), guide))


def _codes_of_items(draft: Draft, column: str, guide: Guide) -> tuple[tuple[str, str | None], ...]:
    table = draft.kind.table_of(column)
    found: dict[str, str | None] = {}
    for item in draft.items:
        found |= dict(codes_of(table, TABLES[table].column(column), draft.look(item.header), guide))
    return tuple(found.items())


def offered_for(draft: Draft, column: str) -> tuple[tuple[str, str], ...]:
    """Return where a column can come from: a key and what people read, for each way."""
    ours = draft.column(column)
    offered = [("nothing", "(nothing)")]
    offered += [(f"header:{look.header}", look.header) for look in draft.looks]
    if column in _DATED:
        said = "school year" if column == "school_year" else "time of the year"
        how = "year of" if column == "school_year" else "period of"
        dates = [look.header for look in draft.looks if look.fit("date") >= 0.5]
        offered += [(f"{how}:{header}", f"the {said} of the date in '{header}'") for header in dates]
        offered.append(("file name", f"the {said} in the file's name"))
    if column == "school_year":
        offered.append(("this year", "the district's current school year"))
    if column in _NUMBERED:
        offered.append(("row number", "a number for each row"))
    if draft.items:
        offered += _offered_of_items(ours)
    offered.append(("always", "the same in every row: ..."))
    if draft.source(column).how == "made of":
        offered.append((key_of(draft.source(column)), f"made as {draft.source(column).text}"))
    return tuple(offered)


def _offered_of_items(ours: Column) -> list[tuple[str, str]]:
    if ours.name in _NAMED:
        return [("each name", "the name of each column below")]
    if ours.name == "wording":
        return [("each header", "the header of each column below")]
    if ours.name == "reversed":
        return [("each turned", "as marked at each column below")]
    return (
        [("each cell", "what stands in each of the columns below")]
        if ours.kind in ("number", "whole", "category")
        else []
    )


def described(draft: Draft, school_names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return everything that a person has to see of a draft, as plain values.

    ``columns`` has one entry for each of our columns: those that are needed first, then those that have a source.
    ``school_names`` gives the schools of the roster, so that schools can be told apart by name.
    """
    in_the_way, unsure = problems(draft), to_look_at(draft)
    kind = draft.suggestions.get("kind", Suggestion())
    rows = [_row(draft, name, school_names or {}) for name in draft.kind.columns]
    for row in rows:
        row["wrong"] = [problem.sentence for problem in in_the_way if problem.column == row["column"]]
    rows.sort(key=lambda row: (not row["needed"], row["key"] == "nothing" and not row["perhaps"]))
    return {
        "file": draft.file, "kind": draft.kind_name, "kind_title": draft.kind.title, "kind_sure": kind.sure,
        "kind_because": kind.because, "notes": list(draft.notes), "name": draft.name, "title": draft.title,
        "columns": rows, "items": _items(draft), "left": _left(draft),
        "questions": _questions(draft), "dates": draft.dates, "numbers": draft.numbers, "day_numbers": draft.day_numbers,
        "problems": [problem.sentence for problem in in_the_way],
        "problems_at": [problem.column for problem in in_the_way],
        "look_at": [problem.sentence for problem in unsure], "look_at_at": [problem.column for problem in unsure],
        "rows": draft.looks[0].rows if draft.looks else 0,
    }  # fmt: skip


def _row(draft: Draft, name: str, school_names: Mapping[str, str]) -> dict[str, Any]:
    ours, source = draft.column(name), draft.source(name)
    said = draft.suggestions.get(name, Suggestion())
    proposed = said.source == source and source.how != "nothing"
    key = "always" if source.how == "always" else key_of(source)
    perhaps = said_of(said.source) if source.how == "nothing" and said.source.how != "nothing" else ""
    return {
        "column": name, "words": in_words(name), "meaning": ours.meaning, "needed": draft.kind.needs(name),
        "key": key, "text": source.text if source.how == "always" else "", "said": said_of(source),
        "sure": said.sure if proposed else ("" if source.how != "nothing" or name in draft.confirmed else said.sure),
        "because": said.because if proposed or perhaps else "", "perhaps": perhaps if name not in draft.confirmed else "",
        "perhaps_key": key_of(said.source) if perhaps else "", "seen": name in draft.confirmed,
        "offered": [list(pair) for pair in offered_for(draft, name)], "samples": _samples(draft, said.source if perhaps and name not in draft.confirmed else source),
        "codes": _codes(draft, name, source), "choices": _choices(ours, school_names),
    }  # fmt: skip


def _samples(draft: Draft, source: Source) -> list[str]:
    if source.how == "each cell" and draft.items_used:
        return list(draft.look(draft.items_used[0].header).samples)
    return list(draft.look(source.header).samples) if source.header else []


def _codes(draft: Draft, name: str, source: Source) -> list[list[str | None]]:
    """Return the texts of a column with what each becomes: those to be explained, and a few that may be renamed."""
    if source.codes or source.how != "header":
        return [list(pair) for pair in source.codes]
    texts = draft.look(source.header).texts
    plain = draft.column(name).kind == "category" and not name.endswith("_id")
    return [[text, text] for text in texts] if plain and len(texts) <= MOST_TEXTS else []


def _choices(ours: Column, school_names: Mapping[str, str]) -> list[list[str]]:
    if ours.name == "school_id":
        return [[own, f"{name} ({own})"] for own, name in school_names.items()]
    if ours.name == "absent":
        return [["0", "0: there all day"], ["0.5", "0.5: half the day missed"], ["1", "1: absent"]]
    return [[word, word] for word in choices_of(ours)]


def _items(draft: Draft) -> list[dict[str, Any]]:
    asks = "reversed" in draft.kind.columns
    return [
        {"name": one.name, "header": one.header, "used": one.used, "turned": one.turned, "asks_turned": asks,
         "samples": list(draft.look(one.header).samples)}
        for one in draft.items
    ]  # fmt: skip


def _left(draft: Draft) -> list[dict[str, Any]]:
    return [
        {"header": header, "samples": list(draft.look(header).samples)} for header in draft.unused_headers
    ]


def _questions(draft: Draft) -> list[dict[str, Any]]:
    """Return what has to be asked about how the file is written; one entry is one question with its answers."""
    dates = [draft.look(header) for header in date_headers(draft)]
    asked = []
    open_dates = [look for look in dates if look.asks_order]
    told = next((look.order for look in dates if look.order), "")
    if open_dates or draft.dates:
        which = open_dates[0] if open_dates else None
        example = f" such as {which.samples[0]} in '{which.header}'" if which and which.samples else ""
        also = f" (other dates of this file have the {told})" if told else ""
        asked.append(_question("dates", f"Dates{example}: which comes first{also}?", draft.dates,
                               [["", "not said"], ["month first", "the month: 3/4 is March 4"], ["day first", "the day: 3/4 is April 3"]]))  # fmt: skip
    if any(look.day_numbers for look in dates):
        asked.append(_question("day_numbers", "Bare numbers stand where dates should be. Are they Excel's numbers for days?",
                               "yes" if draft.day_numbers else "", [["", "no, or not sure"], ["yes", "yes"]]))  # fmt: skip
    if draft.numbers or any(draft.look(header).asks_commas for header in number_headers(draft)):
        asked.append(_question("numbers", "Numbers hold commas. What do the commas part?", draft.numbers,
                               [["", "not said"], ["1,234.5", "thousands: 1,234.5"], ["1.234,5", "decimals: 1.234,5"]]))  # fmt: skip
    return asked


def _question(name: str, asks: str, value: str, options: Sequence[Sequence[str]]) -> dict[str, Any]:
    return {"name": name, "asks": asks, "value": value, "options": [list(option) for option in options]}


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def tried(found: Trial) -> dict[str, Any]:
    """Return what came of a trial, as plain values."""
    return {
        "read": found.read, "kept": found.kept, "aside": found.aside, "taken_for": found.taken_for,
        "reasons": [[reason, what, count] for reason, what, count in found.reasons],
        "notes": [list(note) for note in found.notes if note[0] != "info"],
        "tables": [
            {"name": in_words(name), "rows": found.rows[name], "columns": [in_words(one) for one in frame.columns],
             "first": [[_cell(cell) for cell in row] for row in frame.iter_rows()]}
            for name, frame in found.first.items()
        ],
    }  # fmt: skip
