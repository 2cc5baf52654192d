"""Laws of drafts: whatever a file holds and whatever is chosen, a profile that can be kept reads its file, row by row."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from dataworkbench.errors import FileRefusedError
from dataworkbench.readers.drafting import (
    Draft,
    Known,
    Source,
    as_profile,
    first_draft,
    kinds_of_files,
    problems,
    ready,
    source_of,
    trial,
)
from dataworkbench.readers.drafting.showing import offered_for
from dataworkbench.readers.profiles import load_profile
from dataworkbench.workspace import Settings

KNOWN = Known(Settings(school_year="2025-26", date_order="month first"), today=dt.date(2026, 11, 22))
AWKWARD = [
    "NO", "010", "~", "null", "{item}", "{header}", "a: b", "- x", "#1", "'", '"', "\\", "é", "\u2028", "\x85", "Yes", "1e3", "3.0",
    "%", "[x]", "& a", "* b", "! c", "| d", "> e", "@ f", "` g", "2025-09-02", "0x1F", ".inf", "<<", "=", "<b>", "=1+1", "😀",
]  # fmt: skip
CELLS = st.one_of(
    st.sampled_from(
        [
            *AWKWARD,
            "",
            "P",
            "A",
            "00123",
            "00124",
            "9/14/2025",
            "31/31/2025",
            "KG",
            "12",
            "1,5",
            "Fall",
            "Agree",
        ]
    ),
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='",\r\n'), max_size=8),
)
HEADERS = st.one_of(
    st.sampled_from(
        [
            *AWKWARD,
            "Pupil",
            "Site",
            "Day",
            "Mark",
            "Score",
            "Fall Score",
            "Winter Score",
            "Test Date",
            "Q1",
            "Q2",
            "Q3",
            "Gr",
        ]
    ),
    st.text(
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='",\r\n'), min_size=1, max_size=12
    ),
)


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


@st.composite
def files(draw) -> str:
    headers = draw(st.lists(HEADERS, min_size=2, max_size=7, unique=True))
    rows = draw(
        st.lists(st.lists(CELLS, min_size=len(headers), max_size=len(headers)), min_size=1, max_size=6)
    )
    return "\n".join(",".join(quoted(cell) for cell in row) for row in (headers, *rows)) + "\n"


def put_right(data, draft: Draft) -> Draft:
    """Return a draft after somebody chose something everywhere, and what was asked for was answered somehow."""
    guide = KNOWN.guide()
    free = {look.header for look in draft.looks if not look.repeated} - {item.header for item in draft.items}
    draft = Draft(**{**draft.__dict__, "columns": {}})
    for column in draft.kind.columns:
        needed = draft.column(column).required
        if needed or data.draw(st.integers(0, 3)) == 0:
            keys = [
                key
                for key, _ in offered_for(draft, column)
                if not key.startswith("header:") or key[7:] in free
            ]
            source = source_of(draft, column, data.draw(st.sampled_from(keys[1 if needed else 0 :])), guide)
            draft, free = (
                draft.with_source(column, source),
                free - {source.text if source.how == "header" else ""},
            )
        if draft.source(column).how == "always":
            options = draft.column(column).options or ("2025-26", "Fall", "1", "2025-09-02", "Yes", *AWKWARD)
            draft = draft.with_source(column, Source("always", data.draw(st.sampled_from(options))))
        for code in draft.source(column).undecided:
            draft = draft.with_code(column, code, data.draw(st.sampled_from(["", "1", "Yes", *AWKWARD])))
    return draft.answered(numbers="1,234.5", day_numbers=data.draw(st.booleans()))


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(text=files(), kind=st.sampled_from([name for name, _ in kinds_of_files()]), data=st.data())
def test_a_profile_without_problems_loads_again_and_accounts_for_every_row_of_its_file(
    text, kind, data
) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "export.csv"
        path.write_text(text, encoding="utf-8")
        try:
            draft = put_right(data, first_draft(path, KNOWN, kind=kind))
        except FileRefusedError:
            return
        in_the_way = problems(draft, KNOWN.today)
        event(f"in the way: {in_the_way[0].sentence[:24] if in_the_way else 'nothing'}")
        if in_the_way:
            return
        kept = Path(place) / "draft.yaml"
        kept.write_text(as_profile(ready(draft, KNOWN)), encoding="utf-8")
        assert load_profile(kept).name == draft.name
        found = trial(draft, path, KNOWN)
        assert found.taken_for == draft.title
        assert found.read == found.kept + found.aside
        assert found.read == draft.looks[0].rows


@settings(max_examples=150, deadline=None)
@given(
    header=st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20),
    code=st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20),
    meaning=st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
)
def test_any_text_goes_into_a_profile_and_comes_out_of_it_the_same(header, code, meaning) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "export.csv"
        path.write_text("Pupil,Site,Day,Mark\n00123,S1,2025-09-02,P\n", encoding="utf-8")
        draft = first_draft(path, KNOWN, kind="attendance")
        looks = tuple(
            look if look.header != "Mark" else look.__class__(header, 1, 1, 1) for look in draft.looks
        )
        odd = Source("header", header, ((code, meaning),))
        draft = Draft(
            **{
                **draft.__dict__,
                "looks": looks,
                "columns": {**draft.columns, "absent": odd, "code": Source("always", header)},
            }
        )
        kept = Path(place) / "draft.yaml"
        kept.write_text(as_profile(draft), encoding="utf-8", newline="\n")
        (part,) = load_profile(kept).tables
        assert part.columns["absent"].column == (header,)
        assert dict(part.columns["absent"].values) == {code: meaning}
        assert part.columns["code"].always == header
