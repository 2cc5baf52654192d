"""A real district, its school report, a run killed part way, a change, and then ``--resume``: what is made again."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import nbformat
import pytest
from runner import kill, seconds_until_none_is_left

import dataworkbench
from dataworkbench.intake import import_files
from dataworkbench.records import Finding, open_records
from dataworkbench.reports import list_runs
from dataworkbench.samples import make_district
from dataworkbench.warehouse import current_snapshot, use_snapshot
from dataworkbench.workspace import POLICY_FILE, SETTINGS_FILE, Workspace, new_workspace, shipped

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.timeout(1_200),
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]
SCHOOLS = {"Alder Elementary School", "Birch Elementary School", "Cedar Middle School", "Dogwood High School"}
OURS = "ours.py"


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """A workspace of four schools into which the files of a made-up district were imported, and those files."""
    folder = tmp_path_factory.mktemp("district")
    make_district(folder / "files", schools=4, students_per_school=40, school_years=2)
    workspace = new_workspace(folder / "kept")
    files = sorted(path for path in (folder / "files").iterdir() if path.suffix != ".json")
    assert import_files(workspace, files).changed
    notebook = nbformat.read(shipped("notebooks") / "school_report.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("import ours\nours.WORDS"))
    nbformat.write(notebook, workspace.notebooks / "school_report.ipynb")
    (workspace.notebooks / OURS).write_text("WORDS = 'the words of the team'\n", encoding="utf-8")
    return folder


class Night:
    """The runs of one workspace, by the command that people type."""

    def __init__(self, folder: Path, place: Path):
        shutil.copytree(folder / "kept", place)
        self.files = folder / "files"
        self.workspace = Workspace(place)
        self.code = [path for path in sys.path if path]

    def start(self, *options):
        command = [sys.executable, "-m", "dataworkbench.cli", "report", "-w", self.workspace.root, "--workers", "1"]  # fmt: skip
        around = {**os.environ, "PYTHONPATH": os.pathsep.join(self.code)}
        with (self.workspace.root.parent / "said.txt").open("ab") as said:
            return subprocess.Popen([*command, *options], stdout=said, stderr=said, env=around)

    @property
    def run(self):
        """The run that was begun first, which all others here go on with."""
        return list_runs(self.workspace)[-1]

    def begin_and_kill(self, *options, made=2, meanwhile=lambda: None):
        """Begin or go on, kill the runner once so many pages more are there, and return which are done."""
        before = self.files_of_reports()
        runner = self.start(*options)
        until = time.monotonic() + 120
        while len(self.changed_since(before)) < made:
            assert runner.poll() is None
            assert time.monotonic() < until
            time.sleep(0.02)
            if len(self.changed_since(before)) == 1:
                meanwhile()
                meanwhile = lambda: None  # noqa: E731 - once
        kill(runner)
        seconds_until_none_is_left(self.workspace)
        done = {one.title for one in self.run.reports if one.state == "done"}
        assert 0 < len(done) < len(SCHOOLS) or options
        return done

    def files_of_reports(self):
        """Each report's page and executed notebook: when it was written, and which file it is."""
        if not list_runs(self.workspace):
            return {}
        run, held = self.run, {}
        for one in run.reports:
            paths = (run.page(one.slug), run.notebook_of(one.slug))
            if one.made and all(path.exists() for path in paths):
                held[one.title] = [(path.stat().st_ino, path.stat().st_mtime_ns) for path in paths]
        return held

    def changed_since(self, before):
        now = self.files_of_reports()
        return {title for title in now if before.get(title) != now[title]}

    def go_on(self, *options):
        """Go on with the run to its end, and return the titles of the reports that were made."""
        before = self.files_of_reports()
        assert self.start("--resume", *options).wait(300) == 0
        assert self.run.ok
        return self.changed_since(before)

    def pages(self, run=None):
        held = run or self.run
        return {one.title: held.page(one.slug).read_bytes() for one in held.reports if one.made}

    def pages_of_a_run_of_its_own(self):
        assert self.start().wait(300) == 0
        return self.pages(list_runs(self.workspace)[0])

    def edit(self, name, change):
        path = self.workspace.root / name
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert change(text) != text
        path.parent.mkdir(exist_ok=True)
        path.write_text(change(text), encoding="utf-8")

    def edit_notebook(self, change):
        path = self.workspace.notebooks / "school_report.ipynb"
        notebook = nbformat.read(path, as_version=4)
        change(notebook)
        nbformat.write(notebook, path)

    def bring(self, name, text):
        path = self.workspace.inbox / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return import_files(self.workspace, [path])


@pytest.fixture
def night(imported, tmp_path):
    return Night(imported, tmp_path / "district")


def one_more_incident(night):
    """Bring a file with one incident more, of a student of the first school who had none."""
    name = "incidents_2026-27.csv"
    text = (night.files / name).read_text(encoding="utf-8")
    with (night.files / "attendance_2026-27.csv").open(encoding="utf-8", newline="") as file:
        there = {row["Student ID"] for row in csv.DictReader(file) if row["School ID"] == "S001"}
    student = min(student for student in there if student not in text)
    more = f"INC-27-99999,{student},S001,09/03/2026,School Code of Conduct,Conference,0.0,Gym\n"
    assert night.bring(name, text + more).changed


def with_other_words(notebook):
    notebook.cells[0].source += "\n\nOne sentence more."


def run_and_saved(notebook):
    """What JupyterLab leaves behind where somebody runs a notebook, looks at it and saves it."""
    for number, cell in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
        cell.execution_count = number + 1
        cell.outputs = [nbformat.v4.new_output("stream", text="what it showed")]
        cell.metadata["execution"] = {"iopub.execute_input": "2026-01-31T03:15:00Z"}
    notebook.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}


def another_template(night):
    """Have the workbench run from a copy of itself with another template of the page."""
    top, copy = Path(dataworkbench.__file__).parents[2], night.workspace.root.parent / "workbench"
    shutil.copytree(top / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("templates", "notebooks"):
        shutil.copytree(top / name, copy / name)
    page = copy / "templates" / "report" / "page.html"
    page.write_text(page.read_text(encoding="utf-8").replace("</footer>", "<p>Ours.</p></footer>"), "utf-8")
    assert "Ours." in page.read_text(encoding="utf-8")
    night.code.insert(0, str(copy / "src"))


def another_name(night):
    """Bring the roster with another name for the first school."""
    told = io.BytesIO()
    with zipfile.ZipFile(night.files / "oneroster.zip") as old, zipfile.ZipFile(told, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text.replace(b"Alder Elementary", b"Ash Elementary") if name == "orgs.csv" else text)  # fmt: skip
    assert night.bring("oneroster.zip", told.getvalue()).changed


ALL_PAGES = {
    "the notebook": lambda night: night.edit_notebook(with_other_words),
    "a module of the team's beside it": lambda night: night.edit(f"notebooks/{OURS}", lambda text: text.replace("words", "word")),
    "the policy": lambda night: night.edit(POLICY_FILE, lambda text: text.replace("minimum_group = 10", "minimum_group = 12")),
    "the settings": lambda night: night.edit(SETTINGS_FILE, lambda text: text.replace('district = "Our', 'district = "Their')),
    "a rubric": lambda night: night.edit("rubrics/own.yaml", lambda _: next((shipped("templates") / "rubrics").glob("*.yaml")).read_text("utf-8")),
    "what teams wrote": lambda night: open_records(night.workspace).add(Finding(concern="Attendance fell."), by="A team"),
    "the data of one school": one_more_incident,
    "a template of the workbench": another_template,
}  # fmt: skip


@pytest.mark.parametrize("what", ALL_PAGES)
def test_what_every_page_is_made_from_makes_every_page_again_as_a_run_of_its_own_would(night, what):
    night.begin_and_kill()
    before = night.pages()
    ALL_PAGES[what](night)
    assert night.go_on() == SCHOOLS
    assert night.pages() == night.pages_of_a_run_of_its_own()
    if what not in {"a rubric", "what teams wrote"}:
        assert all(night.pages()[title] != before[title] for title in before)
    assert night.go_on("--run", night.run.run_id) == set()


def test_what_no_page_is_made_from_makes_only_what_was_missing(night):
    done = night.begin_and_kill()
    kept = {title: held for title, held in night.pages().items() if title in done}
    night.edit_notebook(with_other_words)
    night.edit_notebook(lambda notebook: notebook.cells[0].update(source=notebook.cells[0].source.removesuffix("\n\nOne sentence more.")))  # fmt: skip
    night.edit_notebook(run_and_saved)
    assert not night.bring("again.csv", (night.files / "incidents_2026-27.csv").read_bytes()).changed
    for name in (POLICY_FILE, SETTINGS_FILE):
        night.edit(name, lambda text: "# A remark.\n" + text)
    for name in (
        "README.md", "publication.toml", "mappings/ours.yaml", "notebooks/another.ipynb", "notebooks/targets.csv",
        "notebooks/.ipynb_checkpoints/ours.py", "releases/note.txt", "inbox/not yet.csv",
    ):  # fmt: skip
        night.edit(name, lambda text: text + "# Something.\n")
    os.utime(night.workspace.root / POLICY_FILE)
    assert night.go_on() == SCHOOLS - done
    assert {title: night.pages()[title] for title in done} == kept
    assert night.pages() == night.pages_of_a_run_of_its_own()


def test_a_page_that_was_removed_a_page_that_was_edited_and_a_notebook_that_was_lost_are_made_again(night):
    assert night.start().wait(300) == 0
    whole, (alder, birch, cedar, _dogwood) = (
        night.pages(),
        sorted(night.run.reports, key=lambda one: one.title),
    )
    night.run.page(alder.slug).unlink()
    with night.run.page(birch.slug).open("a", encoding="utf-8") as page:
        page.write("<!-- a remark -->")
    night.run.notebook_of(cedar.slug).unlink()
    shutil.rmtree(night.run.folder / "assets")
    night.run.index.unlink()
    assert night.go_on() == {alder.title, birch.title, cedar.title}
    assert night.pages() == whole
    assert night.run.index.exists()
    assert (night.run.folder / "assets" / "plotly.min.js").exists()


def test_an_import_in_the_middle_of_a_run_is_in_none_of_its_pages_and_in_all_after_it_goes_on(night):
    old = current_snapshot(night.workspace).id
    done = night.begin_and_kill(made=3, meanwhile=lambda: one_more_incident(night))
    new = current_snapshot(night.workspace).id
    assert new != old
    first = night.pages()
    assert len(done) >= 2
    assert all(old.encode() in page and new.encode() not in page for page in first.values())
    assert night.go_on() == SCHOOLS
    second = night.pages()
    assert all(new.encode() in page and old.encode() not in page for page in second.values())
    use_snapshot(night.workspace, old)
    assert night.go_on() == SCHOOLS
    assert {title: night.pages()[title] for title in first} == first


def test_where_the_data_of_one_school_changed_other_pages_differ_only_in_what_they_say_of_the_snapshot(night):
    assert night.start().wait(300) == 0
    old, before = current_snapshot(night.workspace), night.pages()
    one_more_incident(night)
    new = current_snapshot(night.workspace)
    night.go_on()
    after = night.pages()

    def as_of_the_new_one(page):
        rows = [f"incidents {held.rows['incidents']}".encode() for held in (old, new)]
        return page.replace(old.id.encode(), new.id.encode()).replace(*rows)

    alike = {title for title in SCHOOLS if as_of_the_new_one(before[title]) == after[title] != before[title]}
    assert alike == SCHOOLS - {"Alder Elementary School"}


def test_a_notebook_that_is_changed_and_changed_back_makes_again_what_the_change_had_made(night):
    night.start().wait(300)
    first, kept = night.pages(), night.workspace.notebooks / "school_report.ipynb"
    text = kept.read_text(encoding="utf-8")
    night.edit_notebook(with_other_words)
    before = night.files_of_reports()
    night.begin_and_kill("--resume", made=2)
    other = night.changed_since(before)
    assert 2 <= len(other) < len(SCHOOLS)
    kept.write_text(text, encoding="utf-8")
    assert night.go_on() == other
    assert night.pages() == first


def test_a_school_of_another_name_has_a_page_of_its_own_and_the_earlier_one_stays_as_it_was(night):
    night.begin_and_kill()
    before = night.pages()
    another_name(night)
    made = night.go_on()
    assert made == (SCHOOLS - {"Alder Elementary School"}) | {"Ash Elementary School"}
    assert night.pages()["Alder Elementary School"] == before["Alder Elementary School"]
    index = night.run.index.read_text(encoding="utf-8")
    assert index.count("Made earlier, from snapshot") == 1
    assert night.go_on() == set()


def test_a_school_that_failed_and_is_gone_holds_the_run_up_no_longer(night):
    night.edit_notebook(lambda notebook: notebook.cells.insert(2, nbformat.v4.new_code_cell("assert school != 'S001'")))  # fmt: skip
    assert night.start().wait(300) == 3
    assert [one.title for one in night.run.failed] == ["Alder Elementary School"]
    another_name(night)
    assert night.start("--resume").wait(300) == 3
    assert [one.title for one in night.run.failed] == ["Ash Elementary School"]
