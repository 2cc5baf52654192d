"""What a draft says of columns that no header gives: the year and time of a date, the same in every row, a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from dataworkbench.readers.drafting.draft import Draft, Source, Suggestion, Sureness
from dataworkbench.readers.drafting.looks import Look
from dataworkbench.readers.drafting.meanings import Guide, codes_of
from dataworkbench.readers.drafting.wide import Wide
from dataworkbench.readers.drafting.words import not_meant, scale_of, words_in
from dataworkbench.schemas import TABLES

_DATES: Final = ("date", "test_date", "entry_date", "start_date", "asked_on")
_NUMBERED: Final = ("incident_id", "visit_id", "activity_id", "intervention_id")
_ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "family": ("family", "families", "parent", "caregiver"),
    "staff": ("staff", "teacher", "teachers"),
    "student": ("student", "students", "pupil"),
}
_WIDE_PARTS: Final[Mapping[str, Mapping[str, tuple[Source, Sureness, str]]]] = {
    "questions": {
        "item_id": (Source("each name"), "sure", "Each question becomes rows of its own."),
        "pair_id": (Source("each name"), "sure", "So that questions to different people can be paired."),
        "wording": (Source("each header"), "sure", "The headers are the questions."),
        "reversed": (Source("each turned"), "likely", "Mark the questions where agreeing is unfavorable."),
    },
    "periods": {"period": (Source("each name"), "sure", "The headers say the time of the year.")},
}


def with_defaults(draft: Draft, wide: Wide | None, guide: Guide, year_in_name: str) -> Draft:
    """Return a draft in which columns that no header gives are filled by what else can be told."""
    fits = wide is not None and (draft.kind_name == "surveys") == (wide.what == "questions")
    said = dict(draft.suggestions)
    if wide is not None and fits and draft.kind_name in ("surveys", "results"):
        draft = replace(draft, items=wide.items)
        said |= _of_wide(draft, wide, guide)
    said |= _only_date(draft, said)
    dated = _date_header(draft, said)
    for column, source, sure, because in _told(draft, dated, year_in_name):
        if column in draft.kind.columns and (_is_open(said.get(column)) or _gives_way(column, said[column])):
            said[column] = Suggestion(source, sure, because)
    if draft.kind_name == "surveys":
        said |= _of_survey(draft, said, dated)
    return replace(draft, suggestions=said | _shared(draft, said, guide))


def _is_open(held: Suggestion | None) -> bool:
    return held is None or held.source.how == "nothing"


def _gives_way(column: str, held: Suggestion) -> bool:
    """Whether a header that is no more than a guess gives way to what else tells the school year."""
    return column == "school_year" and held.sure == "a guess" and held.source.how == "header"


def _of_wide(draft: Draft, wide: Wide, guide: Guide) -> dict[str, Suggestion]:
    cells = "answer" if wide.what == "questions" else "scale_score"
    table = draft.kind.main
    held = tuple(dict.fromkeys(text for item in wide.items for text in draft.look(item.header).texts))
    whole = replace(draft.look(wide.items[0].header), texts=held if len(held) <= 40 else ())
    codes = codes_of(table, TABLES[table].column(cells), whole, guide)
    made = {name: Suggestion(*parts) for name, parts in _WIDE_PARTS[wide.what].items()}
    return {
        **made,
        cells: Suggestion(
            Source("each cell", codes=codes), "sure" if wide.what == "questions" else "likely", wide.because
        ),
    }


def _only_date(draft: Draft, said: Mapping[str, Suggestion]) -> dict[str, Suggestion]:
    """Return the only column of dates that nothing else is taken from, as the date that a row of this kind is about."""
    main = TABLES[draft.kind.main].column_names
    name = next((one for one in ("date", "test_date", "asked_on") if one in main), "")
    if not name or not _is_open(said.get(name)) or draft.items:
        return {}
    used = {held.source.header for held in said.values()}
    free = [look.header for look in draft.looks if _holds_dates(look) and look.header not in used]
    if len(free) != 1 or not_meant("date") & set(words_in(free[0])):
        return {}
    return {name: Suggestion(Source("header", free[0]), "likely", "It is the only column of dates.")}


def _holds_dates(look: Look) -> bool:
    return look.fit("date") >= 0.95 and look.fit("number") < 0.95


def _date_header(draft: Draft, said: Mapping[str, Suggestion]) -> tuple[str, Sureness]:
    """Return the header of the date that a row is about, and how sure that is; "" where there is none."""
    for name in _DATES:
        held = said.get(name)
        if held is not None and held.source.how == "header":
            return held.source.header, held.sure
    free = [look for look in draft.looks if _holds_dates(look)]
    stamped: list[Look] = [look for look in free if "timestamp" in "".join(words_in(look.header))]
    one = (stamped or free)[:1]
    birth = bool(one) and "birth" in words_in(one[0].header)
    return (one[0].header, "sure" if stamped else "a guess") if one and not birth else ("", "nothing found")


def _told(
    draft: Draft, dated: tuple[str, Sureness], year_in_name: str
) -> list[tuple[str, Source, Sureness, str]]:
    header, sure = dated
    told: list[tuple[str, Source, Sureness, str]] = []
    if header and draft.kind_name not in ("students", "schools", "staff", "sections"):
        told += [
            ("school_year", Source("year of", header), sure, f"The school year in which '{header}' lies."),
            ("period", Source("period of", header), sure, f"The time of the year in which '{header}' lies."),
        ]
    if year_in_name:
        told.append(("school_year", Source("file name"), "likely", f"The file's name says {year_in_name}."))
    if "year" in draft.knows:
        told.append(
            (
                "school_year",
                Source("this year"),
                "likely",
                "The file does not say; this is the district's current year.",
            )
        )
    if draft.kind_name == "results":
        told.append(
            (
                "assessment_id",
                Source("always", draft.name),
                "a guess",
                "No column names the test, so its name is made of the file's.",
            )
        )
    for column in _NUMBERED:
        if draft.kind.needs(column) and draft.kind_name != "intervention_sessions":
            why = f"No column numbers the {column.removesuffix('_id')}s, so each row is taken for one of its own."
            told.append((column, Source("row number"), "a guess", why))
    return told


def _of_survey(
    draft: Draft, said: Mapping[str, Suggestion], dated: tuple[str, Sureness]
) -> dict[str, Suggestion]:
    when = "_{school_year}_{period}" if dated[0] else "_{school_year}"
    answers = scale_of([code for code, _ in said["answer"].source.codes]) if "answer" in said else ()
    numbers = max(
        (int(text) for item in draft.items for text in draft.look(item.header).texts if text.isdigit()),
        default=0,
    )
    who = next((role for role, names in _ROLES.items() if set(names) & set(words_in(draft.title))), "")
    found = {
        "survey_id": Suggestion(Source("made of", f"{draft.name}{when}"), "likely", "One name for each time it is given."),
        "respondent_id": Suggestion(Source("row number"), "likely", "Answers are kept without anybody's name."),
        "title": Suggestion(Source("always", draft.title), "likely", "The name of the file."),
        "choices": Suggestion(Source("always", str(len(answers) or numbers or "")), "likely", "So many answers there are to choose from."),
    }  # fmt: skip
    if who:
        found["role"] = Suggestion(Source("always", who), "a guess", "The file's name says so.")
    return found


def _shared(draft: Draft, said: Mapping[str, Suggestion], guide: Guide) -> dict[str, Suggestion]:
    """Return proposals for columns that come from the same header as another one, such as the code of an absence."""
    found: dict[str, Suggestion] = {}
    for together in draft.kind.shares:
        there = [
            said[name].source.header
            for name in together
            if name in said and said[name].source.how == "header" and said[name].sure != "a guess"
        ]
        for name in together if there else ():
            if not _is_open(said.get(name)):
                continue
            header = next((one for one in there if name in words_in(one)), there[0])
            table, look = draft.kind.table_of(name), draft.look(header)
            codes = codes_of(table, TABLES[table].column(name), look, guide)
            book = guide.taught.codes.get((table, name), {})
            told = name == "code" or all(text.casefold() in book for text in look.texts)
            if look.texts and told:
                found[name] = Suggestion(
                    Source("header", look.header, codes), "likely", f"The codes in '{look.header}' tell it."
                )
    return found
