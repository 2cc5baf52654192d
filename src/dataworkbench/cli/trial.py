"""The steps of a demo: a made-up district, from its files to a report for every school."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from dataworkbench.cli.answers import Answer, ExitCode, counted
from dataworkbench.cli.asking import command_line, nearby
from dataworkbench.cli.running import address_of, carry_out, run_data
from dataworkbench.cli.telling import Voice
from dataworkbench.errors import WorkbenchError
from dataworkbench.intake import Import, import_files
from dataworkbench.records import Meeting, Minutes, open_records
from dataworkbench.reports import RunRecord, known_parameters, plan_reports, run_reports
from dataworkbench.samples import make_district
from dataworkbench.samples.cycle import clock_of, write_cycles
from dataworkbench.views.cycle.reading import Reader
from dataworkbench.views.meeting.minutes_written import write_minutes
from dataworkbench.warehouse import open_workspace
from dataworkbench.workspace import RECORDS_VARIABLE, SETTINGS_FILE, Workspace, new_workspace, shipped

DEMO_FILE: Final = "demo.json"
EXPORTS: Final = "exports"
DISTRICT: Final = "Sample district"
NUMBERED: Final = "[0-9][0-9]_*.ipynb"
PAGES: Final = "school_report"
AT_ONCE: Final = 2


@dataclass(frozen=True)
class Trial:
    """What a demo made: the import, a run for each numbered notebook, and the run that made a page for each school."""

    place: Workspace
    brought: Import
    stages: tuple[RunRecord, ...]
    pages: RunRecord
    minutes: float


def try_out(voice: Voice, place: Workspace, *, schools: int, seed: int) -> Trial:
    """Make the whole demo in a folder and return what was made."""
    started = time.monotonic()
    _prepare(place)
    with voice.progress(f"Making up a district with {counted(schools, 'school')}"):
        told = make_district(place.root / EXPORTS, schools=schools, seed=seed)
    with voice.progress("Bringing its files in and checking them"):
        brought = import_files(place, exports(place))
    with voice.progress("Writing what its made-up data team found, changed and looked at again"):
        _write_records(place, told)
    stages = _run_stages(voice, place, today=str(told["seen_until"]))
    pages = carry_out(voice, plan_reports(place, notebook=PAGES, each="school"))
    made = Trial(place, brought, stages, pages, (time.monotonic() - started) / 60)
    _write_down(made)
    return made


def _write_records(place: Workspace, told: dict[str, Any]) -> None:
    """Write what the made-up team wrote, each on its own day, and the minutes of its meetings."""
    district, clock = open_workspace(place.root), clock_of(told)
    records = open_records(place, clock=clock)
    write_cycles(records, told, Reader(district), clock=clock)
    for meeting in records.latest(Meeting):
        write_minutes(district, meeting.id, by="the grade 4 lead")


def exports(place: Workspace) -> list[Path]:
    """Return the sample district's export files, without those that tell what was planted in them."""
    return sorted(path for path in (place.root / EXPORTS).iterdir() if path.suffix != ".json")


def numbered_notebooks() -> list[str]:
    """Return the names of the notebooks that came with the workbench and bear a number, in order."""
    return sorted(path.stem for path in shipped("notebooks").glob(NUMBERED))


def _prepare(place: Workspace) -> None:
    """Make the workspace; a demo that was broken off is gone on with, anything else in the folder is left alone."""
    if place.records_url():
        raise WorkbenchError(
            f"{RECORDS_VARIABLE} or the settings name a database for what teams write, and the made-up team would write among "
            "your own. Nothing was made. Take it away for the demo, then try again."
        )
    if (place.root / SETTINGS_FILE).is_file() and (place.root / EXPORTS).is_dir():
        return
    if place.root.is_dir() and any(place.root.iterdir()):
        raise WorkbenchError(
            f"{place.root} is not empty, and nothing in it was touched. Name a folder that is empty or not there yet."
        )
    new_workspace(place.root, district=DISTRICT)
    _say_how_dates_are_written(place)
    (place.root / EXPORTS).mkdir()


def _say_how_dates_are_written(place: Workspace) -> None:
    """Answer in the settings what an import would have to ask: the sample district writes 03/04 for March 4."""
    settings = place.root / SETTINGS_FILE
    answered = settings.read_text(encoding="utf-8").replace('date_order = ""', 'date_order = "month first"')
    settings.write_text(answered, encoding="utf-8")


def _run_stages(voice: Voice, place: Workspace, *, today: str) -> tuple[RunRecord, ...]:
    """Run the numbered notebooks, a few at a time, and return their records in order.

    Those that ask which day it is are told the day on which the made-up district stands still.
    """
    plans = [
        plan_reports(place, notebook=name, each="district", parameters=_day(name, today))
        for name in numbered_notebooks()
    ]
    with (
        voice.progress("Running the stage notebooks", len(plans)) as advance,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        done = []
        for run in pool.map(partial(run_reports, workers=1), plans):
            done.append(run)
            advance(len(done), len(plans), run.notebook)
    return tuple(done)


def _day(notebook: str, today: str) -> dict[str, str]:
    known = known_parameters(shipped("notebooks") / f"{notebook}.ipynb")
    return {"today": today} if "today" in known else {}


def _write_down(made: Trial) -> None:
    held = {
        "schools": len(made.pages.reports),
        "pages": made.pages.counts["done"],
        "index": str(made.pages.index.relative_to(made.place.root)),
        "notebooks": {run.notebook: _stage_page(run, made.place) for run in made.stages},
        "meetings": _meeting_pages(made.place),
        "minutes": round(made.minutes, 1),
        "whole": _whole(made),
    }
    (made.place.root / DEMO_FILE).write_text(json.dumps(held, indent=2) + "\n", encoding="utf-8")


def _meeting_pages(place: Workspace) -> dict[str, str]:
    """Return the recap of each meeting of the made-up team, by its name."""
    records = open_records(place)
    names = {meeting.id: meeting.body.name for meeting in records.latest(Meeting)}
    return {
        names[held.follows[0]]: f"{held.body.folder}/recap.html" for held in records.latest(Minutes) if held.follows[0] in names
    }  # fmt: skip


def _whole(made: Trial) -> bool:
    return made.pages.ok and all(run.ok for run in made.stages)


def _stage_page(run: RunRecord, place: Workspace) -> str:
    page = run.page(run.reports[0].slug)
    return str((page if page.is_file() else run.index).relative_to(place.root))


def told(made: Trial) -> Answer:
    """Return what a demo made, as it is told."""
    read = int(made.brought.files["rows_read"].sum())
    kept = int(made.brought.files["rows_kept"].sum())
    notebooks = counted(len(made.stages), "stage notebook")
    reports = counted(made.pages.counts["done"], "school report")
    data = {"workspace": made.place.root, "minutes": made.minutes, "pages": run_data(made.pages)}
    said = [
        f"Made up a district in {made.place.root / EXPORTS}; none of its people exist.",
        f"Read {counted(made.brought.files.height, 'file')} with {counted(read, 'row')}: {kept:,} kept, {read - kept:,} set aside.",
        f"Ran {notebooks} and made {reports}, all in {made.minutes:.1f} minutes.",
    ]
    return _with_addresses(
        made.place, said, {**data, "stages": [run_data(run) for run in made.stages]}, whole=_whole(made)
    )


def told_again(place: Workspace) -> Answer | None:
    """Return what an earlier demo made in this folder, as it is told, or None where there is none."""
    if not (place.root / DEMO_FILE).is_file():
        return None
    said = f"The sample district in {place.root} was made before, and is as it was left."
    how = "Delete the folder to make it anew, or name another one."
    return _with_addresses(place, [said, how], {"workspace": place.root}, whole=bool(_held(place)["whole"]))


def _with_addresses(place: Workspace, said: list[str], data: dict[str, Any], *, whole: bool) -> Answer:
    held = _held(place)
    here = nearby(place.root)
    if not whole:
        said = [*said, "Some pages could not be made; the indexes list them with the reason."]
    stages = [(name, address_of(place.root / page)) for name, page in held["notebooks"].items()]
    meetings = [
        (f"recap of {name}", address_of(place.root / page)) for name, page in held.get("meetings", {}).items()
    ]
    return Answer(
        sentences=[*said, "To look at it, open these addresses in a browser:"],
        pages=[("every school", address_of(place.root / held["index"])), *stages, *meetings],
        next_steps=[
            f"Explore the notebooks: {command_line(f'lab -w {here}')}",
            f"Open the dashboards: {command_line(f'serve -w {here}')}",
            f"Make figures for the public, then look at them: {command_line(f'release make -w {here}')}",
            f"Begin with your own district: {command_line('new my-district')}",
        ],
        data={**data, "index": place.root / held["index"]},
        code=ExitCode.DONE if whole else ExitCode.PARTLY_DONE,
    )


def _held(place: Workspace) -> dict[str, Any]:
    held: dict[str, Any] = json.loads((place.root / DEMO_FILE).read_text(encoding="utf-8"))
    return held
