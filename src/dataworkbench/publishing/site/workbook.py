"""Released cells as a workbook (XLSX): figures and words alone, the same bytes for the same release."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from dataworkbench.publishing.releases import ReleaseFacts
from dataworkbench.publishing.site.downloads import HEADER, LONGEST_TEXT, Value, begins_a_formula
from dataworkbench.publishing.site.labels import REPEATED, WHY, WITHOUT_FIGURE
from dataworkbench.publishing.site.words import LANGUAGES, Words, later, words_of

_DAY: Final = datetime(1980, 1, 1)  # noqa: DTZ001 - the earliest day that a zip file can name, in no zone
_READ_ME: Final = later("Read me")
_FIGURES: Final = later("Figures")
_WIDTHS: Final = {
    "title": 28,
    "school": 28,
    "label": 16,
    "subgroup": 28,
    "subgroup_type": 24,
    "size_of_group": 16,
    "repeated": 10,
}
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def workbook_bytes(facts: ReleaseFacts, rows: Sequence[Sequence[Value]]) -> bytes:
    """Return rows as a workbook: a sheet to read in each language, and a sheet of figures in the columns of ``HEADER``."""
    book = Workbook()
    del book["Sheet"]
    for code in LANGUAGES:
        words = words_of(code)
        _read_me(book.create_sheet(words.say(_READ_ME)), facts, words)
    _figures(book.create_sheet(words_of("en").say(_FIGURES)), rows)
    book.properties.creator = ""
    book.properties.created = book.properties.modified = _DAY
    held = io.BytesIO()
    book.save(held)
    return _with_fixed_days(held.getvalue())


def _figures(sheet: Any, rows: Sequence[Sequence[Value]]) -> None:
    for place, row in enumerate([list(HEADER), *rows], start=1):
        for column, value in enumerate(row, start=1):
            if value not in (None, ""):
                _set(sheet.cell(place, column), value)
    for column, name in enumerate(HEADER, start=1):
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = _WIDTHS.get(name, 13)
    sheet.column_dimensions["A"].width = 20
    sheet.freeze_panes = "A2"


def _set(cell: Any, value: Value) -> None:
    """Set a number as a number and a text as a text; a text that begins like a formula is marked as text for good."""
    if not isinstance(value, str):
        cell.value = value
        return
    text = _ESCAPE.sub(r"_x005F_x\1_", ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_TEXT])
    cell.value = text
    cell.data_type = "s"
    if begins_a_formula(text):
        cell.quotePrefix = True


def _read_me(sheet: Any, facts: ReleaseFacts, words: Words) -> None:
    for place, (what, said) in enumerate(_told(facts, words), start=1):
        _set(sheet.cell(place, 1), what)
        _set(sheet.cell(place, 2), said)
        sheet.cell(place, 1).font = Font(bold=True)
        sheet.cell(place, 2).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(place, 1).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 100


def _told(facts: ReleaseFacts, words: Words) -> list[tuple[str, str]]:
    say = words.say
    told = [
        (say("District"), facts.district), (say("Release"), facts.id), (say("Data as of"), words.day(facts.data_as_of)),
        (say("Policy"), f"{facts.policy_name} ({facts.policy_fingerprint})"),
        ("value", say("The figure, where it is published as one number. Shares go from zero to one.")),
        ("low, high", say("The two ends, where it is published as a range.")),
        ("status", say("shown: one number; coded: a range or rounded; suppressed: hidden; missing: no data; not_applicable: nobody, or the question does not arise.")),
        ("size_of_group", say("How many students the figure rests on, mostly as a range.")),
        ("repeated", say(REPEATED)),
    ]  # fmt: skip
    told += [(say(word), say(WHY[reason])) for reason, word in WITHOUT_FIGURE.items()]
    told += [(say(one.title), _definition(one, words)) for one in facts.indicators]
    return told


def _definition(one: Any, words: Words) -> str:
    parts = (
        (later("Counted"), one.numerator),
        (later("Out of"), one.denominator),
        (later("Left out"), one.left_out),
    )
    said = [
        words.say(one.sentence),
        *(f"{words.say(name)}: {words.say(text)}." for name, text in parts if text),
    ]
    return " ".join(said)


def _with_fixed_days(content: bytes) -> bytes:
    """Return a workbook's zip with one day everywhere, and nothing in it that says who made it when."""
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for name in sorted(old.namelist()):
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(
                    rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", part
                )
                part = re.sub(rb"<dc:creator>[^<]*</dc:creator>|<dc:creator ?/>", b"", part)
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            new.writestr(info, part)
    return held.getvalue()
