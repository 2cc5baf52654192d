"""Zips are opened with care."""

from __future__ import annotations

import io
import zipfile

import pytest

from dataworkbench.errors import FileRefusedError
from dataworkbench.readers import archives
from dataworkbench.readers.archives import unpack_zip


@pytest.mark.parametrize(
    "name", ["../evil.csv", "a/../../evil.csv", "/abs.csv", "C:\\evil.csv", "..\\evil.csv"]
)
def test_a_name_that_leads_out_of_the_zip_refuses_it_whole(zipped, name):
    with pytest.raises(FileRefusedError, match="outside its folder"):
        unpack_zip(zipped({"good.csv": "a,b\n1,2\n", name: "x"}))


def test_a_name_that_stands_twice_refuses_the_zip():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("users.csv", "a\n1\n")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("users.csv", "a\n2\n")
    with pytest.raises(FileRefusedError, match="more than once"):
        unpack_zip(held.getvalue())


def test_names_that_differ_only_in_case_count_as_the_same(zipped):
    with pytest.raises(FileRefusedError, match="more than once"):
        unpack_zip(zipped({"Users.csv": "a", "users.csv": "b"}))


def test_a_zip_that_swells_is_stopped_while_it_is_unpacked(zipped, monkeypatch):
    monkeypatch.setattr(archives, "SWELLING_MATTERS_FROM", 1 << 20)
    with pytest.raises(FileRefusedError, match="far more than"):
        unpack_zip(zipped({"bomb.csv": b"0" * (20 << 20)}))


def test_a_cut_off_zip_is_refused_in_plain_words(zipped):
    whole = zipped({"users.csv": "a,b\n" * 1000})
    with pytest.raises(FileRefusedError, match="cut off or damaged"):
        unpack_zip(whole[: len(whole) // 2])


def test_a_damaged_member_is_refused_in_plain_words(zipped):
    whole = bytearray(zipped({"users.csv": "".join(f"{n},{n * n}\n" for n in range(5000))}))
    whole[200:260] = b"\0" * 60
    with pytest.raises(FileRefusedError, match=r"damaged|cut off"):
        unpack_zip(bytes(whole))


def test_what_a_computer_adds_to_zips_is_passed_over(zipped):
    unpacked = unpack_zip(
        zipped({"export/users.csv": "a\n", "__MACOSX/._users.csv": "junk", "export/.DS_Store": "junk"})
    )
    assert [member.name for member in unpacked.members] == ["users.csv"]
    assert [note.level for note in unpacked.notes] == ["warning", "info"]


def test_a_zip_inside_a_zip_is_not_opened(read, zipped):
    reading = read({"outer.zip": zipped({"inner.zip": zipped({"a.csv": "x\n1\n"})})})
    assert "zip inside a zip" in reading.notes["message"][0]


def test_a_zip_of_one_plain_file_is_read_as_that_file(read, zipped, students):
    reading = read({"roster.zip": zipped({"roster.csv": students})}, school_year="2026-27")
    assert reading.files.select("file", "given", "rows_kept").row(0) == (
        "roster.zip/roster.csv",
        "roster.zip",
        3,
    )
