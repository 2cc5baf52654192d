"""Bad files as a table: what stands in them, and what a person reads about them."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import NamedTuple


class Case(NamedTuple):
    """One bad file: its content, the district's settings, and the answer that it has to get.

    ``kept`` rows are kept and the ``aside`` lines are set aside; ``message`` and ``to_do`` are what a person reads.
    """

    name: str
    content: str | bytes
    kept: int
    aside: list[int]
    message: str
    to_do: str = ""
    settings: dict[str, str] = {}  # noqa: RUF012 - a default that nobody changes


SCORES = "student_id,subject,test_date,scale_score,level\n"
ROSTER = "student_id,last_name,first_name,school_id,grade\n"
DAYS = "Student ID,School ID,School Year,Attendance Date,Attendance Code\n"
TOTALS = "student_id,school_id,school_year,days_enrolled,days_absent\n"
YEAR = {"school_year": "2025-26"}
GOOD = "1,math,2026-03-04,411,2\n"


def _zip(**members: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in members.items():
            archive.writestr(name + ".csv", content)
    return held.getvalue()


CASES = (
    # --- who, where and when
    Case("a score without a student", SCORES + GOOD + ",math,2026-03-04,411,2\n", 1, [3], "There is no student number in this row.", "Fill it in, or leave the row out."),
    Case("a score without a day", SCORES + GOOD + "2,math,,411,2\n", 1, [3], "There is no 'test_date' in this row, so nobody can tell the school year.", "Fill it in, or leave the row out."),
    Case("the thirtieth of February", SCORES + GOOD + "2,math,2026-02-30,411,2\n", 1, [3], "This is not a date.", "Put the date right in the file, as 2026-03-04."),
    Case("a date in words", SCORES + GOOD + "2,math,last week,411,2\n", 1, [3], "This is not a date.", "Put the date right in the file, as 2026-03-04."),
    Case("a column too narrow for its dates", SCORES + GOOD + "2,math,########,411,2\n", 1, [3], "This is not a date.", "Put the date right in the file, as 2026-03-04."),
    Case("a formula for a date", SCORES + GOOD + "2,math,=TODAY(),400,2\n", 1, [3], "This is not a date.", "Put the date right in the file, as 2026-03-04."),
    Case("a day that is still to come", SCORES + GOOD + "2,math,2031-03-04,411,2\n", 1, [3], "The date lies in the future.", "Put the date right in the file."),
    Case("dates with two meanings", SCORES + "2,math,03/04/2026,400,2\n", 0, [2], "such as '03/04/2026' can be read with the month or with the day first", 'Write date_order = "month first" or "day first" into workbench.toml'),
    Case("days as Excel counts them", SCORES + GOOD + "2,math,46085,400,2\n", 1, [3], "46085 is 2026-03-04. Are they?", "If so, write `excel_day_numbers: true` into the profile"),
    Case("a roster of no year", ROSTER + "1,Lee,Al,S1,03\n", 0, [2], "The file does not say which school year it is for. Which is it?", 'Write school_year = "2025-26" (yours) into workbench.toml'),
    Case("a student without a school", ROSTER + "1,Lee,Al,,03\n2,Roy,Pat,S1,04\n", 1, [2], "There is no school in this row.", "Fill it in, or leave the row out.", YEAR),
    Case("a student in two schools", ROSTER + "1,Lee,Al,S1,03\n1,Lee,Al,S2,03\n", 2, [], "in two schools without dates: 1. Are they in both?", "Leave the wrong row out, or bring entry and exit dates.", YEAR),
    # --- numbers of students
    Case("a number with a decimal", SCORES + GOOD + "124.0,math,2026-03-04,400,2\n", 1, [3], "The identifier has become a decimal number; a spreadsheet does that.", "Export it as text, so that 00123 does not become 123.0."),
    Case("a number with a power of ten", SCORES + GOOD + "1.23457E+11,math,2026-03-04,400,2\n", 1, [3], "a number with a power of ten, so its last figures are lost", "Export it as text."),
    Case("numbers that lost their zeros", ROSTER + "00123,Lee,Al,S1,03\n124,Roy,Pat,S1,04\n", 2, [], "'124' are shorter than 5 figures. A spreadsheet may have taken zeros away", "Export the column as text. Nothing was padded.", YEAR),
    Case("a number among spaces", ROSTER + " 1 ,Lee,Al,S1,03\n2,Roy,Pat,S1,04\n", 2, [], "Spaces around 1 identifier in 'student_id' were taken away.", "", YEAR),
    # --- scores
    Case("a word for a score", SCORES + GOOD + "2,math,2026-03-04,absent,2\n", 1, [3], "This is not a number.", "Put the number right, or list the word in the profile under `words`."),
    Case("a fraction for a score", SCORES + GOOD + "2,math,2026-03-04,17/20,2\n", 1, [3], "This is not a number.", "Put the number right"),
    Case("a broken formula for a score", SCORES + GOOD + "2,math,2026-03-04,#REF!,2\n", 1, [3], "This is not a number.", "Put the number right"),
    Case("a score below zero", SCORES + GOOD + "2,math,2026-03-04,-1,2\n", 1, [3], "The score stands for something else, such as a missing score.", "Leave the cell empty where there is no score"),
    Case("a score of 999", SCORES + GOOD + "2,math,2026-03-04,999,2\n", 1, [3], "The score stands for something else, such as a missing score.", "say in the profile which scale the scores are on"),
    Case("a comma with two meanings", SCORES + GOOD + '2,math,2026-03-04,"1,411",2\n', 1, [3], "hold commas: '1,411'. Do they part thousands or decimals?", 'Write `numbers: "1,234.5"` or `numbers: "1.234,5"`'),
    # --- attendance
    Case("a code that nobody has explained", DAYS + "1,S1,2025-26,2025-09-02,A\n2,S1,2025-26,2025-09-02,ZZ\n", 1, [3], "holds codes that nobody has explained: 'ZZ'", "Write what each code means under `values` in the profile"),
    Case("a day without a code", DAYS + "1,S1,2025-26,2025-09-02,A\n2,S1,2025-26,2025-09-02,\n", 1, [3], "There is no attendance code in this row.", "Fill it in, or leave the row out."),
    Case("more days absent than enrolled", TOTALS + "1,S1,2025-26,170,5\n2,S1,2025-26,90,95\n", 1, [3], "there are more days absent or present than enrolled", "Put the days right in the file."),
    Case("fewer days absent than none", TOTALS + "1,S1,2025-26,170,5\n2,S1,2025-26,90,-5\n", 1, [3], "or fewer than none", "Put the days right in the file."),
    Case("no days enrolled", TOTALS + "1,S1,2025-26,170,5\n2,S1,2025-26,,5\n", 1, [3], "There is no number of days enrolled in this row.", "Fill it in, or leave the row out."),
    Case("many days enrolled", TOTALS + "1,S1,2025-26,170,5\n2,S1,2025-26,many,5\n", 1, [3], "This is not a number.", "Put the number right"),
    # --- the same twice
    Case("a row that stands twice", SCORES + GOOD + GOOD, 1, [3], "The row says the same as line 2 of this file.", "Nothing needs to be done; it was kept once."),
    Case("two rows that disagree", SCORES + GOOD + "1,math,2026-03-04,400,2\n", 0, [2, 3], "Line 3 of this file says something else for the same student id", "Find out which row is right and leave the other one out."),
    # --- rows that cannot be read
    Case("a row that breaks off", SCORES + GOOD + "2,math\n", 1, [3], "The row has 2 cells where there are 5 headers.", "Put the row right in the file."),
    Case("a row with cells too many", SCORES + GOOD + "2,math,2026-03-04,400,2,what,else\n", 1, [3], "The row has 7 cells where there are 5 headers.", "Put cells that hold commas in quotation marks."),
    Case("a quotation mark that stays open", SCORES + GOOD + '2,"math,2026-03-04,400,2\n', 1, [3], "A quotation mark is opened in this row and never closed.", "Put the row right in the file."),
    Case("zero bytes", SCORES + GOOD + "2,ma\0th,2026-03-04,400,2\n", 1, [3], "there are zero bytes in it, which no text has", "Export the file again as UTF-8."),
    Case("two encodings in one file", (SCORES + GOOD + "2,é,2026-03-04,400,2\n").encode() + "3,ñ,2026-03-04,400,2\n".encode("cp1252"), 2, [4], "some letters are in another encoding than the rest of the file", "Export the file again as UTF-8."),
    Case("a cell that no spreadsheet holds", SCORES + GOOD + "2," + "x" * 40_000 + ",2026-03-04,400,2\n", 1, [3], "A cell is longer than 32,767 signs, which no spreadsheet can hold.", "Look at what happened to this row."),
    # --- headers
    Case("headers and no rows", SCORES, 0, [], "The file has headers and no rows. It was not taken in, so that it replaces nothing by nothing.", "Check the export; bring it with its rows."),
    Case("rows and no headers", "1,math,2026-03-04,411,2\n2,math,2026-03-04,400,2\n", 0, [1, 2], "has no row of headers, so nobody can tell what its columns are. It has 5 columns", "Export it with headers; or write a profile that names the columns"),
    Case("a header that is needed and missing", SCORES.replace("scale_score,", "") + "1,math,2026-03-04,2\n", 0, [2], "This looks like 'Plain list of scores', but it lacks the column 'scale_score'", "Export it with that column; or, if it has another name in your files, write it under `other_names`"),
    Case("a header that stands twice", SCORES.strip() + ",scale_score\n1,math,2026-03-04,411,2,412\n", 0, [2], "stands more than once in this file, so nobody can tell which column is meant. Export it with each header once."),
    Case("a table that nobody knows", "colour,size\nred,9\n", 0, [2], "Nobody has told the workbench what this file is. Its headers are: colour, size.", "run `dataworkbench map` with this file, or open the wizard"),
    Case("a title above the headers", "Scores of spring\n\n" + SCORES + GOOD, 1, [], "The headers stand on line 3; the lines above it were passed over as a title."),
    Case("semicolons", (SCORES + GOOD).replace(",", ";"), 1, [], "The cells are parted by a semicolon."),
    Case("a column of passwords", SCORES.strip() + ",Password\n1,math,2026-03-04,411,2,hunter2\n", 1, [], "Not taken in: passwords ('Password'). The workbench keeps none of these.", "Ask the sender to leave them out of the export"),
    # --- no table at all
    Case("nothing", "", 0, [], "The file is empty. Export it again, and look whether it holds rows before you bring it."),
    Case("blank lines", "  \n \n", 0, [], "The file is empty. Export it again"),
    Case("a PDF", b"%PDF-1.7 x", 0, [], "By its content this is a PDF, whatever its name says. Export the table as CSV or Excel."),
    Case("a picture", b"\x89PNG\r\n\x1a\nxx", 0, [], "By its content this is a picture, whatever its name says. Export the table as CSV or Excel."),
    Case("a program", b"MZ\x90xx", 0, [], "By its content this is a program, whatever its name says. Export the table as CSV or Excel."),
    Case("the page to log in instead of the file", "<html><body>Please log in</body></html>", 0, [], "By its content this is a web page, whatever its name says. Export the table as CSV or Excel."),
    Case("a database", b"SQLite format 3\0", 0, [], "By its content this is a database, whatever its name says. Export the table as CSV or Excel."),
    Case("a pickle", b"\x80\x04K\x01.", 0, [], "a Python pickle, which can run programs. It is never opened. Export the table as CSV or Excel."),
    Case("a 7-Zip archive", b"7z\xbc\xaf\x27\x1cx", 0, [], "By its content this is a 7-Zip archive, whatever its name says. Export the table"),
    Case("a letter", b"{\\rtf1 x}", 0, [], "By its content this is a text-processor document, whatever its name says. Export the table"),
    Case("a gzip that is cut off", gzip.compress((SCORES + GOOD * 50).encode())[:-12], 0, [], "The compressed file is cut off or damaged. Download it again and bring it whole."),
    Case("a zip that is cut off", _zip(scores=SCORES + GOOD * 50)[:60], 0, [], "The zip is cut off or damaged: its table of contents cannot be read. Download it again and bring it whole."),
    Case("a zip with nothing in it", _zip(), 0, [], "The zip is empty. Ask who sent it for a new export."),
)  # fmt: skip
