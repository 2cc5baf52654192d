"""The minutes and the recap of a meeting that was written line by line: what stands in them, and what never does."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from meetings import BEGUN, ENDED, HOSTILE, Room, district_with_a_meeting, room_in, whole_meeting
from teams import made
from typer.testing import CliRunner

from dataworkbench import views
from dataworkbench.cli import app
from dataworkbench.errors import NoSuchNameError, NothingToShowError
from dataworkbench.records.bodies import Action, Hypothesis
from dataworkbench.records.cause_bodies import Bone, Cause, Fishbone, Why
from dataworkbench.records.meeting_bodies import Meeting, MeetingNote, Minutes, Seat, Topic
from dataworkbench.views.meeting.minutes_read import read_meeting
from dataworkbench.views.meeting.minutes_written import folder_name, write_minutes
from dataworkbench.views.meeting.recap import ROWS, shortened
from dataworkbench.views.paper import Grid


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory):
    return district_with_a_meeting(tmp_path_factory.mktemp("held") / "d")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory):
    """A meeting in which everything that a person can write is hostile; what was written of it lies in a folder."""
    district, room = district_with_a_meeting(tmp_path_factory.mktemp("hostile") / "d", words=HOSTILE)
    noted = write_minutes(district)
    return district, room, district.workspace.root / noted.body.folder


@pytest.fixture
def room(tmp_path) -> Room:
    return room_in(made(tmp_path / "d", before=10, now=4))


@pytest.fixture
def district(room):
    return room.district


def sections(markdown: str) -> dict[str, list[str]]:
    """Return the lines under each heading of a page of Markdown."""
    found: dict[str, list[str]] = {}
    title = ""
    for line in markdown.splitlines():
        if head := re.match(r"#+ (.+)", line):
            title = head[1]
        elif line:
            found.setdefault(title, []).append(line.strip())
    return found


@pytest.fixture(scope="module")
def said(held) -> dict[str, list[str]]:
    return sections(views.minutes(held[0]).as_markdown())


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Norms", ["- We talk about how things work, not about who."]),
        ("Who was there", ["- the facilitator (facilitator)", "- the timekeeper (timekeeper)", "- the recorder (recorder)"]),
        ("What we talked about", ["- The new bus plan (the principal)"]),
        ("What we expected, before it was shown", ["- I think grade 7"]),
        ("What we saw: facts only", ["- Grade 6 is twice grade 7"]),
        ("What else we saw: facts only", ["- Most absences are on Mondays"]),
        ("What we conclude from it", ["- Something changed with the bus (from: Grade 6 is twice grade 7)"]),
        ("Decisions", ["- We call home on the first morning (because: families did not know)"]),
        ("Carried over to the next meeting", ["- Phones in class"]),
        ("Notes", ["rooms: The library is free on Fridays", "---", "- Data looked at: 2026-11-13\\_120000-abcdef"]),
        (
            "Hypotheses",
            ["- If we start the route earlier, then riders come, because the bus is there in time; measured by chronic absence, by 2027-02-05."],
        ),
        (
            "Plans, changes and reviews",
            [
                "- **Plan:** An earlier route (the principal, by 2026-12-01)",
                "- **Change:** The route starts twenty minutes earlier (from 2026-11-30; the principal)",
                "- **Did it work?** the earlier route. We look on 2027-02-05.",
            ],
        ),
        ("Ruled out, and why", ["- The unit is too hard (Transport)", "- **Because:** Others had it too"]),
    ],
)  # fmt: skip
def test_what_was_written_in_a_meeting_stands_in_its_minutes(said, title, lines) -> None:
    assert said[title][: len(lines)] == lines


def test_steps_stand_in_their_order_with_the_time_that_they_took_beside_their_plan(said) -> None:
    # 754 seconds are 12 minutes and a half, which is rounded up; planned were 10 and 2 more.
    assert said["How the time was used"][2:] == [
        "| Welcome | 5 min | 5 min | as planned |", "| Look | 10 min, 2 added | 13 min | 1 min over |", "| Close | 5 min |  | left out |",
    ]  # fmt: skip


def test_a_frozen_figure_has_its_sentence_its_table_and_its_snapshot(said) -> None:
    lines = said["Who misses a tenth of school?"]
    assert "Grade 6: 25% (10 of 40, likely 14% to 40%)." in lines
    assert lines[-4:-1] == ["| --- | --- | --- |", "| Grade 6 | 25% | 40 |", "| Grade 7 | 12% | 41 |"]
    assert lines[-1] == "*Data: snapshot 2026-11-13\\_120000-abcdef.*"


def test_causes_stand_with_their_votes_evidence_and_checks_and_merged_ones_count_once(said) -> None:
    # The first person put three dots and has two; the second put one on the card that was merged; the third one on the rule.
    assert said["Causes, most votes first"] == [
        "- The bus comes late (Transport; 3 votes; evidence: 1 for, 1 against; we can influence it; also said as: Bus is never on time)",
        "- **Opinion against:** A driver disagrees",
        "- **Data for:** Riders came late on 12 of 20 days. 60% (n 20). (data of 2026-11-13\\_120000-abcdef)",
        "- one month only",
        "- **To check:** Ask the company for arrival times (the principal, by 2026-11-20)",
        "- Nobody calls home (Policies; 1 vote; looked for evidence, found none; ours to change)",
        "- **Looked for, and not found:** nothing yet",
        "- A card without a bone (on no bone yet)",
    ]


def test_a_chain_of_whys_is_read_back_upwards(said) -> None:
    assert said["Asked why, and read back"][-1] == (
        "- **Read back:** Nobody asked the schools. Therefore: The route was made longer. Therefore: The bus comes late."
    )


def test_the_fishbone_is_drawn_in_the_page(held) -> None:
    page = views.minutes(held[0]).as_html()
    drawn = BeautifulSoup(page, "html.parser").select_one(".dw-drawn svg")
    assert "The bus comes late" in drawn.text
    assert "The unit is too hard" in drawn.text


def test_actions_stand_by_their_day_with_whom_they_are_for(held) -> None:
    (grid,) = [
        block
        for part in views.minutes(held[0]).parts
        for block in part.blocks
        if isinstance(block, Grid) and block.name == "dw-actions"
    ]
    assert grid.titles == ("Student or group", "Action", "Owner", "By when")
    assert grid.rows[0] == (
        "Student 1",
        "Call home and agree on one step, number 1",
        "the clerk",
        "2026-11-16",
    )
    assert grid.rows[-1] == ("Riders of the route", "Agree with the company", "the principal", "2026-11-25")


def test_times_are_those_of_the_district_s_zone(held, monkeypatch) -> None:
    district, _ = held
    zone = district.settings.model_copy(update={"timezone": "America/Chicago"})
    monkeypatch.setattr(district, "settings", zone)
    assert "08:30 to 09:20 (America/Chicago)" in views.minutes(district).above[0]


# What never stands there.


def everything_of(district, meeting: str = "") -> dict[str, str]:
    page, short = views.minutes(district, meeting), views.recap(district, meeting)
    return {
        "minutes.html": page.as_html(assets="../assets"), "minutes in a cell": page._repr_html_(), "minutes.md": page.as_markdown(),
        "recap.html": short.as_html(), "recap in a cell": short._repr_html_(), "recap.md": short.as_markdown(), "recap.txt": short.as_text(),
        "actions.csv": short.as_csv(),
    }  # fmt: skip


def test_a_restricted_note_is_in_no_output_unless_it_is_asked_for(held) -> None:
    district, _ = held
    for name, text in everything_of(district).items():
        assert "in confidence" not in text, name
    folder = district.workspace.root / write_minutes(district).body.folder
    for path in folder.iterdir():
        assert "in confidence" not in path.read_text(encoding="utf-8"), path.name
    assert (
        "Restricted. A family told us something in confidence"
        in views.minutes(district, restricted=True).as_markdown()
    )


def test_what_was_expected_of_a_figure_that_was_never_shown_stays_private_and_so_do_its_numbers(held) -> None:
    for name, text in everything_of(held[0]).items():
        assert "Private guess" not in text, name
        assert "Secret" not in text, name


def test_cards_that_were_not_turned_over_are_counted_and_not_read_out(room, district) -> None:
    bone = room.add(Fishbone(problem="P", bones=(Bone(name="A"),), phase="cards"), room.meeting)
    room.add(Cause(words="Only mine", seat="seat-1"), bone)
    page = views.minutes(district).as_markdown()
    assert "1 card was written and not turned over" in page
    assert "Only mine" not in page


def test_nobody_is_named_beside_a_vote_a_prediction_or_an_observation(room, district) -> None:
    whole_meeting(room)
    seat = room.kept.latest(Seat)[1]
    room.kept.change(seat.id, Seat(name="Quiet person", role="timekeeper"), seen=seat.version)
    assert views.minutes(district).as_markdown().count("Quiet person") == 1


@pytest.mark.parametrize("page", [views.minutes, views.recap])
def test_nothing_of_a_meeting_is_read_on_the_public_road(page) -> None:
    class Untouched:
        def __getattr__(self, name: str):
            raise AssertionError(f"{name} was read")

    assert "for staff only" in str(page(Untouched(), audience="public"))


def test_each_page_says_first_that_it_is_for_staff(held) -> None:
    for name, text in everything_of(held[0]).items():
        if name != "actions.csv":
            assert text.index("For staff of this school alone") < text.index("Call home"), name


# Words of people are text.


def test_hostile_words_stay_text_in_html(hostile) -> None:
    _, _, folder = hostile
    for name in ("minutes.html", "recap.html"):
        soup = BeautifulSoup((folder / name).read_text(encoding="utf-8"), "html.parser")
        scripts = soup.find_all("script")
        assert all(
            script.get("src", "").startswith("../assets/") or script.get("type") == "application/json"
            for script in scripts
        )
        assert not soup.find_all(["a", "iframe", "img", "b"])
        assert not [tag for tag in soup.find_all(True) if any(key.startswith("on") for key in tag.attrs)]
        assert "<script>alert(1)</script>" in soup.text
        assert "\u202e" not in soup.text


def test_the_recap_needs_no_script_and_nothing_from_outside(hostile) -> None:
    text = (hostile[2] / "recap.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert not re.search(r"(src|href)=|url\(|@import", text)
    assert "default-src 'none'; style-src 'unsafe-inline'" in text


def test_hostile_words_stay_text_in_markdown(hostile) -> None:
    mistune = pytest.importorskip("mistune")
    for name in ("minutes.md", "recap.md"):
        text = (hostile[2] / name).read_text(encoding="utf-8")
        soup = BeautifulSoup(
            str(mistune.create_markdown(escape=False, plugins=["table"])(text)), "html.parser"
        )
        assert not soup.find_all(["script", "a", "code", "img"])
        assert "**b**" in soup.text
        assert not re.search(r"[\u202a-\u202e\u2066-\u2069]", text)
        for table in soup.find_all("table"):
            assert len({len(row.find_all(["td", "th"])) for row in table.find_all("tr")}) == 1


def test_no_cell_of_the_actions_runs_as_a_formula_in_a_spreadsheet(room, district) -> None:
    for begins in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "|calc"):
        room.add(Action(whom=begins, what=f"{begins} HYPERLINK", who=begins), room.meeting)
    lines = views.recap(district).as_csv().splitlines()[1:]
    assert len(lines) == 6
    for line in lines:
        assert all(cell.lstrip('"').startswith("'") for cell in line.split(",")[:3]), line


def test_plain_text_has_one_line_for_each_action_whatever_people_wrote(room, district) -> None:
    room.add(
        Action(whom="A\nB\r\nC", what="first\n- second: fake | x | y", who="w", by="2026-11-20"), room.meeting
    )
    lines = views.recap(district).as_text().splitlines()
    assert [line for line in lines if line.startswith("- ")] == [
        "- A B C: first - second: fake | x | y | w | 2026-11-20"
    ]


# The recap.


def test_a_recap_holds_what_is_new_and_what_is_still_open_from_before(room, district) -> None:
    earlier = room.add(
        Meeting(name="Before", on="2026-10-01", protocol="p", school_id="S1"), *room.kept.latest(Meeting)[:0]
    )
    cycle = room.kept.entry(room.meeting.follows[0])
    room.kept.change(earlier.id, earlier.body, seen=1, follows=[cycle.id])
    room.add(Action(whom="Grade 6", what="late", who="a", by="2026-11-01"), earlier)
    room.add(Action(what="done", by="2026-11-01", done="2026-11-02"), earlier)
    other = room.add(Meeting(name="Elsewhere", on="2026-10-02", protocol="p", school_id="S2"), cycle)
    room.add(Action(what="of another school"), other)
    room.add(Action(whom="Student 1", what="new", who="b", by="2026-11-20"), room.meeting)
    room.now[0] = ENDED + timedelta(days=3)
    room.add(Action(what="written later"), cycle)
    made_of = views.recap(district, "2026-11-13")
    assert made_of.new == (("Student 1", "new", "b", "2026-11-20"),)
    assert made_of.open == (("Grade 6", "late", "a", "2026-11-01, overdue"),)


def test_a_topic_that_was_done_with_later_was_carried_over_here_and_talked_about_there(
    room, district
) -> None:
    topic = room.add(Topic(words="Phones"), room.meeting)
    room.now[0] = BEGUN + timedelta(days=14)
    cycle = room.kept.entry(room.meeting.follows[0])
    room.add(Meeting(name="After", on="2026-11-27", protocol="p", school_id="S1", begun=room.now[0]), cycle)
    room.kept.change(topic.id, Topic(words="Phones", done=True), seen=1)
    here, there = (sections(views.minutes(district, name).as_markdown()) for name in ("2026-11-13", "after"))
    assert here["Carried over to the next meeting"][0] == "- Phones"
    assert there["What we talked about"] == ["- Phones (carried over from 2026-11-13)"]
    assert "Next meeting: 2026-11-27, After." in views.recap(district, "2026-11-13").as_text()


def test_an_action_that_was_ticked_off_in_the_meeting_stands_as_done_and_no_more_as_open(
    room, district
) -> None:
    cycle = room.kept.entry(room.meeting.follows[0])
    room.now[0] = BEGUN - timedelta(days=20)
    before = room.add(
        Meeting(name="Before", on="2026-10-24", protocol="p", school_id="S1", begun=room.now[0]), cycle
    )
    action = room.add(Action(whom="Grade 6", what="ask", who="the clerk", by="2026-11-20"), before)
    room.now[0] = BEGUN + timedelta(minutes=9)
    room.kept.change(action.id, action.body.model_copy(update={"done": ENDED.date()}), seen=1)
    said = sections(views.minutes(district).as_markdown())
    assert said["Done since the last meeting"][0] == "- ask (Grade 6, the clerk, done 2026-11-13)"
    assert views.recap(district).open == ()


def test_who_left_before_the_end_was_there(room, district) -> None:
    seat = room.add(Seat(name="the nurse", role="guest"), room.meeting)
    room.kept.withdraw(seat.id)
    assert "- the nurse (guest)" in views.minutes(district).as_markdown()


def test_more_actions_than_one_page_holds_are_counted(room, district) -> None:
    for at in range(ROWS + 3):
        room.add(Action(what=f"a{at}"), room.meeting)
    page = views.recap(district).as_markdown()
    assert "And 3 more in the minutes." in page
    assert f"a{ROWS + 2} " in views.minutes(district).as_markdown()
    assert len(views.recap(district).as_csv().splitlines()) == ROWS + 4


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("short", 10, "short"),
        ("one two three four", 12, "one two…"),
        ("a" * 30, 10, "a" * 9 + "…"),
        ("漢" * 30, 10, "漢" * 4 + "…"),
        ("e" + "\u0301" * 10_000, 10, "é" + "\u0301" * 18 + "…"),
        ("a\u202eb\nc", 10, "ab c"),
    ],
)
def test_a_long_text_is_cut_at_a_word_and_the_cut_is_seen(text, most, short) -> None:
    import unicodedata

    assert unicodedata.normalize("NFC", shortened(text, most)) == unicodedata.normalize("NFC", short)


# Which meeting, and where it is written.


def test_a_meeting_is_found_by_its_name_its_day_and_its_identifier_and_else_the_last_one(room) -> None:
    other = room.kept.add(
        Meeting(name="Later  one", on="2026-12-01", protocol="p", begun=BEGUN + timedelta(days=18))
    )
    planned = room.kept.add(Meeting(name="Planned", on="2026-12-24", protocol="p"))
    found = [
        read_meeting(room.kept, asked).meeting.id
        for asked in ("", "later one", "2026-11-13", room.meeting.id, "PLANNED")
    ]
    assert found == [other.id, other.id, room.meeting.id, room.meeting.id, planned.id]
    with pytest.raises(NoSuchNameError, match="2026-12-24 Planned"):
        read_meeting(room.kept, "nothing")


def test_without_a_meeting_it_is_said_how_to_begin_one(tmp_path) -> None:
    district = made(tmp_path / "d", before=10, now=4)
    with pytest.raises(NothingToShowError, match="notebook 'meeting'"):
        views.recap(district)
    assert not (district.workspace.root / "records.db").exists()


def test_minutes_are_noted_once_and_written_anew_when_they_are_asked_for_again(room, district) -> None:
    first = write_minutes(district)
    room.add(Action(what="one more"), room.meeting)
    again = write_minutes(district)
    assert (again.id, again.version, len(room.kept.latest(Minutes))) == (first.id, 2, 1)
    folder = district.workspace.root / again.body.folder
    assert {path.name for path in folder.iterdir()} == set(again.body.files)
    assert "one more" in (folder / "recap.txt").read_text(encoding="utf-8")
    assert again.follows == (room.meeting.id,)


def test_a_file_that_cannot_be_written_leaves_the_old_one_whole_and_notes_nothing(
    room, district, monkeypatch
) -> None:
    noted = write_minutes(district)
    page = district.workspace.root / noted.body.folder / "minutes.md"
    before = page.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    room.add(Action(what="one more"), room.meeting)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_minutes(district)
    monkeypatch.undo()
    assert page.read_bytes() == before
    assert room.kept.entry(noted.id).version == 1
    assert not list(page.parent.glob(".*"))


@pytest.mark.parametrize("name", ["../../etc", "CON", "Ünï / çode: \\ *?", "漢字", "." * 300, "Été"])
def test_a_folder_is_named_so_that_every_file_system_takes_it(room, name) -> None:
    entry = replace(room.meeting, body=room.meeting.body.model_copy(update={"name": name}))
    assert re.fullmatch(r"2026-11-13-[a-z0-9-]{1,48}", folder_name(entry))
    assert folder_name(entry) != folder_name(replace(entry, id="meeting-other"))


def test_scripts_that_draw_lie_once_beside_all_meetings_and_only_where_there_is_a_drawing(
    room, district
) -> None:
    write_minutes(district)
    assert not (district.workspace.root / "meetings" / "assets").exists()
    whole_meeting(room)
    folder = district.workspace.root / write_minutes(district).body.folder
    assert {path.name for path in (folder.parent / "assets").iterdir()} == {"plotly.min.js", "report.js"}
    assert (folder / "minutes.html").stat().st_size < 200_000


# What belongs to which meeting.


def test_what_grew_from_a_fishbone_belongs_to_the_meeting_in_which_it_grew(room, district) -> None:
    seat = room.add(Seat(name="one"), room.meeting)
    bone = room.add(Fishbone(problem="P", bones=(Bone(name="A"),), phase="vote"))
    cause = room.add(Cause(words="c", bone="A", seat=seat.id), bone)
    room.add(Hypothesis(change="x", then="y", because="z", measured_by="m", by="2027-01-01"), cause)
    room.now[0] = ENDED + timedelta(days=7)
    room.add(Hypothesis(change="later", then="y", because="z", measured_by="m", by="2027-01-01"), cause)
    told = read_meeting(room.kept)
    assert [entry.id for entry in told.fishbones] == [bone.id]
    assert [entry.body.change for entry in told.hypotheses] == ["x"]


def test_whys_and_merges_in_a_ring_lose_nothing_and_end(room, district) -> None:
    bone = room.add(Fishbone(problem="P", bones=(Bone(name="A"),), phase="vote"), room.meeting)
    one = room.add(Cause(words="one", bone="A"), bone)
    two = room.add(Cause(words="two", bone="A", merged_into=one.id), bone)
    room.kept.change(one.id, Cause(words="one", bone="A", merged_into=two.id), seen=1)
    first = room.add(Why(words="first"), one)
    second = room.add(Why(words="second", above=first.id), one)
    room.kept.change(first.id, Why(words="first", above=second.id), seen=1)
    page = views.minutes(district).as_markdown()
    for words in ("one", "two", "first", "second"):
        assert words in page


def test_a_note_keeps_its_lines(room, district) -> None:
    room.add(MeetingNote(words="first line\n\nsecond line"), room.meeting)
    assert sections(views.minutes(district).as_markdown())["Notes"][:2] == ["first line", "second line"]


# From the command line.


@pytest.fixture
def typed(monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    return lambda *words: CliRunner().invoke(app, ["minutes", *(str(word) for word in words)])


def test_a_command_lists_the_meetings_and_writes_the_minutes_of_the_one_that_is_asked_for(
    room, district, typed
) -> None:
    room.kept.add(Meeting(name="Later", on="2026-12-01", protocol="p", begun=BEGUN + timedelta(days=18)))
    place = district.workspace.root
    assert "2 meetings so far." in typed("-w", place).stdout
    assert not (place / "meetings").exists()
    done = json.loads(typed("grade 6 ATTENDANCE", "-w", place, "--json").stdout)["data"]
    assert sorted(done["files"]) == [
        "actions.csv",
        "minutes.html",
        "minutes.md",
        "recap.html",
        "recap.md",
        "recap.txt",
    ]
    assert "2026-11-13-grade-6-attendance" in done["folder"]
    assert "2026-12-01-later" in json.loads(typed("--last", "-w", place, "--json").stdout)["data"]["folder"]


def test_a_command_for_a_meeting_that_is_not_there_says_which_are_and_writes_nothing(
    room, district, typed
) -> None:
    done = typed("nothing", "-w", district.workspace.root)
    assert done.exit_code == 2
    assert "2026-11-13 Grade 6 attendance" in done.stderr
    assert not (district.workspace.root / "meetings").exists()


def test_restricted_notes_are_in_the_files_only_where_the_command_asks_for_them(
    room, district, typed
) -> None:
    room.add(MeetingNote(words="in confidence", kind="restricted"), room.meeting)
    for asked, there in (((), False), (("--restricted",), True), ((), False)):
        folder = json.loads(typed("--last", "-w", district.workspace.root, "--json", *asked).stdout)["data"][
            "folder"
        ]
        texts = [path.read_text(encoding="utf-8") for path in Path(folder).iterdir()]
        assert any("in confidence" in text for text in texts) is there
