"""What a run writes down and what it runs again; the workers are played by a few lines here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from made_up_district import Roll

from dataworkbench.errors import NoSuchNameError, WorkbenchError
from dataworkbench.files import write_whole
from dataworkbench.reports import find_run, fingerprints, list_runs, load_run, plan_reports, run_reports
from dataworkbench.reports.jobs import DONE, FAILED, Outcome
from dataworkbench.reports.lock import only_one
from dataworkbench.reports.manifest import Manifest
from dataworkbench.reports.paper import Printed
from dataworkbench.reports.record import RECORD_FILE


class Crew:
    """Plays the workers: fails the schools it is told to, notes what it was asked, and writes a page for the others."""

    def __init__(self):
        self.fails = set()
        self.asked = []
        self.edition = ""

    def run_jobs(self, jobs, **_how):
        for job in jobs:
            self.asked.append(job.facts.title)
            if job.facts.title in self.fails:
                yield Outcome(
                    job.slug,
                    FAILED,
                    1.0,
                    message="A cell stopped with KeyError.",
                    cell=3,
                    log="Rosa Tell-Tale",
                )
            else:
                page = Path(job.folder) / "pages" / f"{job.slug}.html"
                executed = Path(job.folder) / "notebooks" / f"{job.slug}.ipynb"
                yield Outcome(
                    job.slug,
                    DONE,
                    1.0,
                    page=write_whole(page, f"page {len(self.asked)}{self.edition}"),
                    executed=write_whole(executed, "{}"),
                )


@pytest.fixture
def crew(monkeypatch):
    played = Crew()
    monkeypatch.setattr("dataworkbench.reports.run.run_jobs", played.run_jobs)
    return played


@pytest.fixture
def run(workspace, roll, keep_notebook, crew):
    def go(cell="1", *, only=(), parameters=None, each="school", **how):
        keep_notebook(cell)
        crew.asked.clear()
        return run_reports(
            plan_reports(workspace, roll=roll, only=only, parameters=parameters or {}, each=each), **how
        )

    return go


def states(record):
    return {report.title: report.state for report in record.reports}


def test_progress_is_told_after_each_report(run):
    seen = []
    run(on_progress=lambda done, total, report: seen.append((done, total, report.title)))
    assert seen == [(1, 3, "Alder"), (2, 3, "Birch"), (3, 3, "Élan & Söhne")]


def test_what_failed_is_listed_and_the_rest_is_done(run, crew):
    crew.fails = {"Birch"}
    record = run()
    assert states(record) == {"Alder": "done", "Birch": "failed", "Élan & Söhne": "done"}
    assert (record.ok, record.counts) == (False, {"done": 2, "failed": 1, "not run": 0})


def test_the_whole_story_of_a_failure_stays_in_the_log_for_staff(run, crew):
    crew.fails = {"Birch"}
    record = run()
    assert b"Tell-Tale" not in record.index.read_bytes() + (record.folder / RECORD_FILE).read_bytes()
    assert "Tell-Tale" in (record.folder / "logs" / f"{record.failed[0].slug}.txt").read_text(
        encoding="utf-8"
    )


def test_resuming_runs_only_what_failed_and_clears_its_log(run, crew, workspace):
    crew.fails = {"Birch"}
    first = run()
    crew.fails = set()
    second = run(resume=True)
    assert crew.asked == ["Birch"]
    assert second.ok
    assert second.run_id == first.run_id
    assert not (second.folder / "logs" / f"{first.failed[0].slug}.txt").exists()
    assert [record.run_id for record in list_runs(workspace)] == [first.run_id]


def test_resuming_makes_a_report_again_whose_page_or_notebook_was_changed_or_lost(run, crew):
    first = run()
    first.page(first.reports[0].slug).write_text("half a page", encoding="utf-8")
    first.page(first.reports[1].slug).unlink()
    first.notebook_of(first.reports[2].slug).unlink()
    run(resume=first.run_id)
    assert crew.asked == ["Alder", "Birch", "Élan & Söhne"]


def test_resuming_makes_every_page_again_when_what_it_is_made_from_changed(run, crew, roll, workspace):
    run()
    assert run(resume=True).ok
    assert crew.asked == []
    changes = {
        "notebook": lambda: run("2", resume=True),
        "snapshot": lambda: setattr(roll, "snapshot_id", "2026-02-28-b") or run("2", resume=True),
        "settings": lambda: (
            setattr(roll, "settings", roll.settings.model_copy(update={"survey_fewest": 5}))
            or run("2", resume=True)
        ),
        "policy": lambda: (
            setattr(roll, "policy", roll.policy.model_copy(update={"minimum_group": 20}))
            or run("2", resume=True)
        ),
        "parameters": lambda: run("2", resume=True, parameters={"fewest": 11}),
    }
    for name, change in changes.items():
        change()
        assert len(crew.asked) == 3, name


def test_only_failed_leaves_pages_of_an_older_notebook_as_they_are(run, crew):
    crew.fails = {"Alder"}
    first = run()
    crew.fails = set()
    run("2", only_failed=True)
    assert crew.asked == ["Alder"]
    assert load_run(first.folder).ok


def test_an_earlier_page_stays_when_a_later_try_fails_and_the_index_says_so(run, crew):
    first = run(only=["Alder"])
    crew.fails = {"Alder"}
    run("2", only=["Alder"], resume=True)
    assert first.page(first.reports[0].slug).read_text(encoding="utf-8") == "page 1"
    index = first.index.read_text(encoding="utf-8")
    assert "Its page from an earlier run" in index
    assert "1 failed" in index


def test_the_other_schools_stay_on_the_index_with_the_snapshot_they_were_made_from(run, crew, roll):
    run()
    roll.snapshot_id = "2026-02-28-b"
    record = run(only=["Birch"], resume=True)
    assert crew.asked == ["Birch"]
    assert len(record.reports) == 3
    assert record.index.read_text(encoding="utf-8").count("from snapshot 2026-01-31-a") == 2


def test_a_new_run_never_touches_an_older_one(run):
    first, second = run(), run()
    assert first.folder != second.folder
    assert all(first.page(report.slug).exists() for report in first.reports)


def test_two_runs_never_work_in_one_folder(run):
    record = run()
    with only_one(record.folder), pytest.raises(WorkbenchError, match="Another run is at work"):
        run(resume=True)
    run(resume=True)


def test_a_run_that_is_not_there_or_of_another_notebook_is_not_resumed(run, workspace, roll, keep_notebook):
    record = run()
    with pytest.raises(NoSuchNameError, match="school_report"):
        find_run(workspace, "yesterday")
    keep_notebook("1", name="other")
    with pytest.raises(WorkbenchError, match="not of other for each school"):
        run_reports(plan_reports(workspace, roll=roll, notebook="other"), resume=record.run_id)


def test_a_record_that_cannot_be_read_is_said_and_nothing_is_run(run, crew):
    record = run()
    (record.folder / RECORD_FILE).write_bytes(b"half a record")
    with pytest.raises(WorkbenchError, match=r"cannot be read.*start a new run"):
        run(resume=True)
    assert crew.asked == []


def test_one_damaged_record_does_not_keep_the_next_run_from_beginning(run):
    record = run()
    (record.folder / RECORD_FILE).write_bytes(b"half a record")
    assert run().ok


def test_the_record_says_what_the_pages_were_made_from(run, roll):
    held = load_run(run().folder)
    assert held.snapshot == "2026-01-31-a"
    assert held.policy_fingerprint == roll.policy.fingerprint
    assert {"dataworkbench", "papermill", "plotly", "pandas"} <= set(held.versions)
    assert set(held.inputs) == {
        "snapshot", "policy", "settings", "notebook", "own files", "code", "records",
    }  # fmt: skip
    assert all(report.page and report.executed and report.inputs for report in held.reports)


def test_each_report_is_written_down_as_soon_as_it_ends(run, workspace):
    seen = []
    run(on_progress=lambda *_told: seen.append(list_runs(workspace)[0].counts["done"]))
    assert seen == [1, 2, 3]


@pytest.mark.parametrize("package", ["plotly", "numpy", "nh3"])
def test_another_version_of_any_package_that_is_needed_makes_every_page_again(
    run, crew, monkeypatch, package
):
    run()
    held = fingerprints.version
    monkeypatch.setattr(fingerprints, "version", lambda name: "99" if name == package else held(name))
    fingerprints.code_fingerprint.cache_clear()
    run(resume=True)
    fingerprints.code_fingerprint.cache_clear()
    assert len(crew.asked) == 3


def test_a_notebook_that_was_only_run_and_saved_is_the_same_and_one_of_another_word_is_not(
    run, crew, workspace, keep_notebook
):
    first = run("print(1)")
    path = workspace.notebooks / "school_report.ipynb"

    def save(change):
        held = nbformat.read(path, as_version=4)
        change(held)
        nbformat.write(held, path)
        crew.asked.clear()
        run_reports(plan_reports(workspace, roll=Roll()), resume=first.run_id)
        return len(crew.asked)

    def run_all(held):
        held.cells[-1].outputs = [nbformat.v4.new_output("stream", text="1")]
        held.cells[-1].execution_count = 7
        held.cells[-1].metadata["execution"] = {"iopub.execute_input": "2026-01-31T03:15:00Z"}
        held.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}

    assert save(run_all) == 0
    assert save(lambda held: held.cells[-1].metadata.update(tags=["hide-input"])) == 3
    assert save(lambda held: held.cells.append(nbformat.v4.new_markdown_cell("A sentence."))) == 3


def test_what_a_team_wrote_for_itself_counts_and_what_else_lies_in_a_workspace_does_not(run, crew, workspace):
    run()

    def write(name, text):
        (workspace.root / name).parent.mkdir(parents=True, exist_ok=True)
        (workspace.root / name).write_text(text, encoding="utf-8")
        run(resume=True)
        return len(crew.asked)

    for name in ("notebooks/ours.py", "rubrics/own.yaml", "protocols/own.toml", "sheets/letter.html"):
        assert write(name, "a") == 3, name
        assert write(name, "b") == 3, name
        assert write(name, "b") == 0, name
    for name in (
        "inbox/new.csv", "notebooks/another.ipynb", "notebooks/.ipynb_checkpoints/ours.py", "notebooks/left.csv",
        "README.md", "policy.toml.bak", "raw/1", "rubrics/.own.yaml.swp", "snapshots/2020/tables.duckdb",
    ):  # fmt: skip
        assert write(name, "a") == 0, name


def test_a_school_that_the_data_no_longer_name_keeps_its_page_and_is_not_waited_for(run, crew, roll):
    crew.fails = {"Birch"}
    first = run()
    roll.schools = roll.schools[roll.schools["school_id"] == "0103"]
    roll.snapshot_id = "2026-02-28-b"
    again = run(resume=True)
    assert crew.asked == ["Élan & Söhne"]
    assert states(again) == {"Alder": "done", "Élan & Söhne": "done"}
    assert again.ok
    assert again.page(first.reports[0].slug).read_text(encoding="utf-8") == "page 1"
    assert "Made earlier, from snapshot 2026-01-31-a" in again.index.read_text(encoding="utf-8")
    assert "Birch" not in again.index.read_text(encoding="utf-8")


def test_a_clock_that_is_set_back_does_not_make_an_older_run_the_latest(run, workspace, monkeypatch):
    first = run()

    class Earlier(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2020, 1, 1, tzinfo=tz)

    monkeypatch.setattr("dataworkbench.reports.shelf.datetime", Earlier)
    second = run()
    assert second.run_id < first.run_id
    assert [record.run_id for record in list_runs(workspace)] == [second.run_id, first.run_id]
    assert run(resume=True).run_id == second.run_id


def test_a_run_by_a_newer_version_is_not_read_as_if_it_were_known(run):
    record = run()
    Manifest(record.folder).say("format", 99)
    with pytest.raises(WorkbenchError, match="newer version"):
        load_run(record.folder)


def test_what_a_process_left_half_written_is_put_away_when_the_run_goes_on(run):
    record = run()
    half = record.folder / "pages" / ".alder.html.abc123.part"
    half.write_text("<html><bo", encoding="utf-8")
    run(resume=True)
    assert not half.exists()


def test_a_disk_that_is_full_stops_the_run_with_a_sentence_and_keeps_what_is_done(run, monkeypatch):
    kept = Manifest.note

    def no_room(self, report):
        if report.title == "Birch":
            self._connection.execute("PRAGMA max_page_count = 1")
            report = replace(report, message="x" * 100_000)
        kept(self, report)

    monkeypatch.setattr(Manifest, "note", no_room)
    with pytest.raises(WorkbenchError, match=r"cannot be written \(database or disk is full\).*--resume"):
        run()
    monkeypatch.undo()


def test_stopping_in_the_middle_keeps_what_is_done(run, workspace):
    def stop(done, total, report):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(on_progress=stop)
    assert list_runs(workspace)[0].counts == {"done": 1, "failed": 0, "not run": 2}
    assert run(resume=True).ok


def test_an_unknown_engine_is_refused(run):
    with pytest.raises(NoSuchNameError, match="forked, kernel"):
        run(engine="steam")


def test_pages_say_for_whom_they_are(run, crew, monkeypatch):
    told = []

    def listen(jobs, **_how):
        told.extend(job.facts.banner for job in jobs)
        yield from ()

    monkeypatch.setattr("dataworkbench.reports.run.run_jobs", listen)
    run(only=["Alder"])
    run(only=["Alder"], parameters={"audience": "public"})
    run(each="district")
    assert told == [
        "For staff of this school. Not for publication.",
        "A preview for the office, not for publication: the public pages come from a release.",
        "For staff of this district. Not for publication.",
    ]


def test_the_time_stands_on_pages_only_where_it_is_asked_for(run, monkeypatch):
    told = []

    def listen(jobs, **_how):
        told.extend(job.facts.made for job in jobs)
        yield from ()

    monkeypatch.setattr("dataworkbench.reports.run.run_jobs", listen)
    monkeypatch.setattr("dataworkbench.reports.run._now", lambda: "2026-01-31T03:15:00+00:00")
    run(only=["Alder"])
    run(only=["Alder"], stamp=True)
    assert told == ["", "31 January 2026, 03:15 UTC"]


@pytest.fixture
def printer(monkeypatch):
    """Plays the browser: notes which pages it was given, and cannot print some."""
    asked, broken = [], set()

    def print_pages(pages, folder, *, paper):
        folder.mkdir(exist_ok=True)
        for page in pages:
            asked.append(page.stem.rpartition("-")[0])
            if asked[-1] in broken:
                yield Printed(page.stem, folder / f"{page.stem}.pdf", fault="The page took too long.")
            else:
                held = f"{paper} {page.read_text(encoding='utf-8')}"
                yield Printed(
                    page.stem, folder / f"{page.stem}.pdf", write_whole(folder / f"{page.stem}.pdf", held)
                )

    monkeypatch.setattr("dataworkbench.reports.paper.of_a_run.print_pages", print_pages)
    return asked, broken


def test_only_pages_that_have_no_pdf_of_today_are_printed(run, crew, printer):
    asked, _broken = printer
    crew.fails = {"Birch"}
    first = run(pdf=True)
    assert asked == ["alder", "elan-sohne"]
    assert first.pdf(first.reports[0].slug).read_text(encoding="utf-8") == "letter page 1"
    run(resume=True, pdf=True)
    assert asked == ["alder", "elan-sohne"]
    first.pdf(first.reports[0].slug).unlink()
    crew.fails = set()
    run(resume=True, pdf=True)
    assert asked == ["alder", "elan-sohne", "alder", "birch"]


def test_a_page_that_cannot_be_printed_has_no_pdf_of_an_earlier_one_and_the_index_says_so(run, crew, printer):
    _asked, broken = printer
    first = run(pdf=True)
    assert first.index.read_text(encoding="utf-8").count("pdf/") == 3
    broken.add("birch")
    crew.edition = " again"
    again = run("2", resume=True, pdf=True)
    birch = next(one for one in again.reports if one.title == "Birch")
    assert birch.state == "done"
    assert not again.pdf(birch.slug).exists()
    index = again.index.read_text(encoding="utf-8")
    assert index.count("pdf/") == 2
    assert "It could not be printed: The page took too long." in index


def test_a_page_that_was_made_anew_without_printing_has_no_pdf_of_the_earlier_one(run, crew, printer):
    assert len(list((run(pdf=True).folder / "pdf").iterdir())) == 3
    crew.edition = " again"
    again = run("2", resume=True)
    assert "pdf/" not in again.index.read_text(encoding="utf-8")
    assert list((again.folder / "pdf").iterdir()) == []


def test_a_reader_never_sees_half_a_file(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    write_whole(path, "the old page")
    monkeypatch.setattr("os.fsync", lambda _handle: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_whole(path, "the new page")
    assert path.read_text(encoding="utf-8") == "the old page"
    assert list(tmp_path.iterdir()) == [path]


def test_every_report_of_a_run_is_made_from_the_same_notebook(workspace, roll, keep_notebook, monkeypatch):
    made_from = []

    def change_it_meanwhile(jobs, **_how):
        for job in jobs:
            made_from.append(Path(job.notebook).read_text(encoding="utf-8"))
            keep_notebook("raise ValueError")
            yield Outcome(job.slug, FAILED)

    monkeypatch.setattr("dataworkbench.reports.run.run_jobs", change_it_meanwhile)
    keep_notebook("1")
    plan = plan_reports(workspace, roll=roll)
    keep_notebook("2")
    run_reports(plan)
    assert made_from == [plan.notebook_text] * 3
