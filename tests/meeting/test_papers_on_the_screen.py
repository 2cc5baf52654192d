"""What can be taken along from a meeting, as its screen fetches and writes it."""

from __future__ import annotations

from dataworkbench.records import Minutes, open_records

HOSTILE = "<script>window.RAN=1</script> =1+1 ** _ | `x`"


def test_the_recap_of_now_is_fetched_before_the_meeting_ends(team):
    first, second, _ = team.three()
    first.does("add_action", what="Call the families", who="Coach", by="2026-12-04", whom="Grade 8")
    papers = second.fetches("papers")
    assert "Call the families" in papers["html"]
    assert "Call the families" in papers["minutes_markdown"]
    assert papers["name"].startswith(first.meeting["on"])


def test_a_restricted_note_stands_in_no_paper_not_even_for_its_writer(team):
    first, _, _ = team.three()
    first.does("add_note", words="TELL-TALE about a family", restricted=True)
    assert "TELL-TALE" not in str(first.fetches("papers"))
    first.does("write_papers")
    folder = team.district.workspace.root / "meetings"
    assert not [
        path
        for path in folder.rglob("*.*")
        if "TELL-TALE" in path.read_text(encoding="utf-8", errors="ignore")
    ]


def test_what_people_wrote_does_not_act_in_a_paper(team):
    first, _, _ = team.three()
    first.does("add_decision", words=HOSTILE)
    papers = first.fetches("papers")
    assert "<script>window" not in papers["html"] + papers["minutes_html"]
    assert "<script>window" not in papers["markdown"] + papers["minutes_markdown"]


def test_papers_that_are_written_are_named_on_every_screen(team):
    first, second, _ = team.three()
    assert first.desk.show(first.seat)["papers"] == {"written": None}
    first.does("write_papers")
    first.does("write_papers")
    (held,) = open_records(team.district.workspace).latest(Minutes)
    shown = second.desk.show(second.seat)["papers"]["written"]
    assert shown["folder"] == held.body.folder
    assert (team.district.workspace.root / shown["folder"] / "recap.html").is_file()


def test_whoever_has_not_joined_writes_no_papers(team):
    first, _, _ = team.three()
    stranger = team.person(9, meeting=first.meeting["id"])
    assert "who you are" in stranger.is_refused("write_papers")
