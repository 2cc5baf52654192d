"""Pages about one student: what they hold, what they never hold, and that names from data are shown and not obeyed."""

from __future__ import annotations

import re
from pathlib import Path

import hostile_class as made
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from ruamel.yaml import YAML

from dataworkbench import views
from dataworkbench.errors import WorkbenchError
from dataworkbench.records import LearnerGoal, StudentNote, open_records
from dataworkbench.reports.safe_html import safe_html
from dataworkbench.selection import select
from dataworkbench.warehouse import district_from_frames
from dataworkbench.workspace import shipped

HERE = select(school_year=made.YEAR, grade_level="05")
SHEETS = {
    "profile": views.student_profile, "contract": views.learning_contract, "conference": views.conference_sheet,
}  # fmt: skip


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    district = made.make(tmp_path_factory.mktemp("hostile") / "district")
    records = open_records(district.workspace)
    for at in range(5):
        records.add(
            StudentNote(
                student_id=made.HEAVY, said_by=f"Teacher <{at}>", words=f"Ordinary note {at} {made.LONG}"
            )
        )
    records.add(StudentNote(student_id=made.HEAVY, kind="restricted", words="Told in confidence <u>only</u>"))
    records.add(StudentNote(student_id=made.OTHER, words="About somebody else"))
    return district


def seen(sheet) -> str:
    """Return the words that a reader sees."""
    return " ".join(BeautifulSoup(sheet.body, "html.parser").get_text(" ").split())


def sheet(district, name: str, student: str = made.HEAVY, **more):
    return SHEETS[name](district, student, HERE, audience="staff", **more)


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("student", made.IDS[:7])
def test_names_from_data_are_shown_as_the_text_that_they_are(district, name: str, student: str) -> None:
    page = sheet(district, name, student)
    given, family = made.NAMES[made.IDS.index(student)]
    assert " ".join(f"{given} {family}".replace("\u202e", "").split())[:30] in seen(page).replace(
        "\u202e", ""
    )
    soup = BeautifulSoup(page.body, "html.parser")
    assert not soup.find_all(["script", "img", "b", "i", "u"])
    assert not [tag for tag in soup.find_all(True) if any(key.startswith("on") for key in tag.attrs)]
    assert "49" not in seen(page).split()


@pytest.mark.parametrize("name", SHEETS)
def test_a_report_takes_the_page_as_it_is(district, name: str) -> None:
    """Nothing of a page but its style and the drawing's elements is taken out when it stands in a report."""
    words = " ".join(
        BeautifulSoup(safe_html(sheet(district, name)._repr_html_()), "html.parser").get_text(" ").split()
    )
    drawn = BeautifulSoup(sheet(district, name).body, "html.parser")
    for svg in drawn.find_all("svg"):
        svg.decompose()
    assert words == " ".join(drawn.get_text(" ").split())


def test_restricted_notes_are_not_there_unless_somebody_asks(district) -> None:
    assert "Ordinary note 4" in seen(sheet(district, "profile"))
    assert "confidence" not in sheet(district, "profile").body
    assert "Told in confidence <u>only</u>" in seen(sheet(district, "profile", restricted="show"))


def test_restricted_notes_that_are_shown_are_still_not_printed(district) -> None:
    def note_of(asked: str):
        return BeautifulSoup(sheet(district, "profile", restricted=asked).body, "html.parser").find(
            class_="restricted"
        )

    assert "screen" in note_of("show")["class"]
    assert "screen" not in note_of("print")["class"]
    style = sheet(district, "profile").css
    assert re.search(r"@media print \{\s*\.sheet \.screen \{ display: none; \}", style)


@pytest.mark.parametrize("name", ["contract", "conference"])
def test_what_goes_home_holds_no_note_and_nothing_of_another_student(district, name: str) -> None:
    body = sheet(district, name).body
    assert "note" not in seen(sheet(district, name)).casefold().split()
    assert "confidence" not in body
    assert not [other for other in made.IDS if other in body]
    assert "Pupil" not in body


def test_the_goal_stands_in_the_learners_own_words_beside_the_teachers_judgement(tmp_path) -> None:
    district = made.make(tmp_path / "district")
    open_records(district.workspace).add(
        LearnerGoal(student_id=made.OTHER, words="Read a whole book", judgement="Needs shorter texts first")
    )
    rows = (
        BeautifulSoup(sheet(district, "profile", made.OTHER).body, "html.parser")
        .find_all("table")[-1]
        .find_all("tr")[1:]
    )
    assert [cell.text for cell in rows[0].find_all(["th", "td"])] == [
        "Goals", "Read a whole book", "Needs shorter texts first", "\N{EN DASH}", "different words: talk about it",
    ]  # fmt: skip
    assert rows[0].find_all("td")[-1]["class"] == ["differ"]


def test_days_missed_are_told_by_year_and_for_this_month(district) -> None:
    """In 2026-27 one of two days in September and one of three in October; 9 of 180 in each year before."""
    words = seen(sheet(district, "profile")).replace("\N{NON-BREAKING HYPHEN}", "-")
    assert "2024-25: missed 9 of 180 days (5%)" in words
    assert "2026-27: missed 2 of 5 days (40%)" in words
    assert "October 2026 so far: missed 1 of 3 days" in words


def test_what_was_tried_stands_with_dose_and_outcome(district) -> None:
    """Nine of ten sessions of half an hour: 270 minutes of 600. Four of six turns fit; the last one still runs."""
    rows = BeautifulSoup(sheet(district, "profile").body, "html.parser").find("table").find_all("tr")[1:]
    last = [cell.text for cell in rows[-1].find_all(["th", "td"])]
    assert last[0] == "4"
    assert last[3:] == ["9 of 10; 270 of 600 min", "400, aim 420, not known yet"]
    assert "Earlier ones are not shown here: 2." in seen(sheet(district, "profile"))


@pytest.mark.parametrize("name", SHEETS)
def test_where_nothing_is_known_it_is_said_kindly_or_there_is_a_line_to_write_on(tmp_path, name: str) -> None:
    district = made.make(tmp_path / "district")
    page = sheet(district, name, made.OTHER)
    if name == "profile":
        assert "There are no test results for this student yet." in seen(page)
        assert "Nobody has been asked yet" in seen(page)
        assert "<svg" not in page.body
    else:
        assert page.body.count('class="line"') > 8
        assert "None" not in seen(page)
        assert "nan" not in seen(page)


def test_a_student_is_found_by_name_and_two_of_one_name_are_told_apart(district) -> None:
    assert views.find_student(district, "pupil0  PLAIN", HERE, audience="staff") == made.IDS[7]
    assert views.find_student(district, made.IDS[3], HERE, audience="staff") == made.IDS[3]
    assert views.find_student(district, "Pupil0 Plain", HERE, audience="public") == ""
    with pytest.raises(WorkbenchError, match="Nobody with the identifier 'Nobody'"):
        views.find_student(district, "Nobody", HERE, audience="staff")


@pytest.mark.parametrize("name", SHEETS)
def test_without_a_roster_it_is_said_what_to_bring(name: str) -> None:
    said = str(
        sheet(
            district_from_frames({"schools": pd.DataFrame({"school_id": ["S1"], "school_name": ["Alder"]})}),
            name,
            "1",
        )
    )
    assert "Bring the roster" in said


def test_a_planning_list_holds_fifteen_on_a_page_and_the_sixteenth_on_the_next(district) -> None:
    pages = views.planning_list(district, HERE, section="M5", look_again="June 1", audience="staff").pages
    assert [len(BeautifulSoup(page.body, "html.parser").find_all("tr")) - 1 for page in pages] == [15, 1]
    assert "Page 2 of 2." in seen(pages[1])
    words = seen(pages[0])
    assert words.count("June 1") == 15
    assert "MA.05.2: Does <b>MA</b> thing 2" in words  # the first student's first standard below the cut


def test_a_district_changes_words_and_templates_by_files_of_its_own(tmp_path) -> None:
    district = made.make(tmp_path / "district")
    folder = district.workspace.root / "sheets"
    folder.mkdir()
    (folder / "words.es.yaml").write_text(
        "lang: es\ncontract_title: Mi plan <de> aprendizaje\n", encoding="utf-8"
    )
    page = sheet(district, "contract", lang="es")
    assert page.lang == "es"
    assert "Mi plan <de> aprendizaje" in seen(page)
    assert "What I can do" in seen(page)
    (folder / "contract.html").write_text("<p>{{ who.name }}</p>", encoding="utf-8")
    assert (
        sheet(district, "contract").body
        == "<p>&lt;script&gt;alert(1)&lt;/script&gt; O&#34;Neill &amp; Sons</p>"
    )
    with pytest.raises(
        WorkbenchError, match=r"No language of the printed pages is called 'fr'\. There are: en, es"
    ):
        sheet(district, "contract", lang="fr")


def test_a_template_can_reach_nothing_but_its_values(tmp_path) -> None:
    district = made.make(tmp_path / "district")
    folder = district.workspace.root / "sheets"
    folder.mkdir()
    (folder / "contract.html").write_text("{{ ''.__class__.__mro__ }}", encoding="utf-8")
    with pytest.raises(WorkbenchError, match=r"The page contract\.html cannot be made"):
        sheet(district, "contract")


def test_pages_to_print_are_written_only_where_asked_and_only_inside_the_workspace(tmp_path) -> None:
    district = made.make(tmp_path / "district")
    page = sheet(district, "contract")
    before = sorted(tmp_path.rglob("*"))
    assert "write a file name" in str(views.print_sheets(district, page, to="", audience="staff"))
    for outside in ("../pages.html", "/pages.html", "pages.txt"):
        with pytest.raises(WorkbenchError, match="cannot be the file to print"):
            views.print_sheets(district, page, to=outside, audience="staff")
    assert sorted(tmp_path.rglob("*")) == before
    views.print_sheets(district, page, views.note("nothing"), to="print/pages.html", audience="staff")
    written = (tmp_path / "district" / "print" / "pages.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in written
    assert "<script" not in written


def syllables(word: str) -> int:
    """Groups of vowels, a silent e at the end left out: a rule of thumb that counts high rather than low."""
    groups = len(re.findall(r"[aeiouy]+", word.casefold()))
    silent = re.search(r"[^aeiouyl]e[sd]?$", word.casefold())
    return max(1, groups - (1 if silent and groups > 1 else 0))


def school_grade(sentences: list[str]) -> float:
    """Return the Flesch-Kincaid grade level: 0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid and others, 1975)."""
    words = [word for sentence in sentences for word in re.findall(r"[A-Za-z']+", sentence)]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_this_reckoning_of_the_reading_level_gives_the_printed_figure() -> None:
    """'The cat sat on the mat.': six words, six syllables, one sentence; the figure printed for it is -1.45."""
    assert school_grade(["The cat sat on the mat."]) == pytest.approx(-1.45)


@pytest.mark.parametrize("name", ["contract", "conference"])
def test_what_goes_home_can_be_read_in_sixth_grade(name: str) -> None:
    words = YAML(typ="safe", pure=True).load(
        Path(shipped("templates") / "sheets" / "words.en.yaml").read_text(encoding="utf-8")
    )
    said = [text for key, text in words.items() if key.startswith((name, "sign", "agree"))]
    sentences = [
        part for text in said for part in re.split(r"(?<=[.?:])\s+", text) if re.search("[A-Za-z]", part)
    ]
    assert len(sentences) > 15
    assert school_grade(sentences) < 6
    assert [
        word for sentence in sentences for word in re.findall(r"[A-Za-z']+", sentence) if syllables(word) > 3
    ] == []
    assert max(len(re.findall(r"[A-Za-z']+", sentence)) for sentence in sentences) <= 14
