"""Reports at a set time: the line or the files for the machine's scheduler, shown first, installed when asked."""

# ruff: noqa: PLC0415 - rooms are loaded when a command needs them; --help should not wait for all of them

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dataworkbench.cli.answers import Answer, ExitCode
from dataworkbench.cli.asking import AsJson, InWorkspace, program_here
from dataworkbench.cli.reporting import Each, IfBusy, Keep, Settings, WaitMinutes, WhichNotebook, WithSummary
from dataworkbench.cli.telling import finish, speaking
from dataworkbench.workspace import find_workspace

if TYPE_CHECKING:
    from dataworkbench.reports.scheduling import Schedule


def schedule(
    *,
    workspace: InWorkspace = "",
    at: Annotated[
        str, typer.Option(metavar="HH:MM", help="The time of day, by the clock of this machine.")
    ] = "03:30",
    days: Annotated[
        str,
        typer.Option(help="daily, weekdays, weekends, a range such as mon-fri, or a list such as mon,wed."),
    ] = "daily",
    scheduler: Annotated[
        str,
        typer.Option(
            "--as", help="cron, systemd or windows; without it, the one that this machine most likely has."
        ),
    ] = "",
    notebook: WhichNotebook = "",
    each: Each = "school",
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this one; may be given more than once.")
    ] = None,
    settings: Settings = None,
    if_busy: IfBusy = "wait",
    wait_minutes: WaitMinutes = 180,
    keep: Keep = 0,
    summary: WithSummary = False,
    install: Annotated[
        bool,
        typer.Option("--install", help="Tell the scheduler, instead of only showing what it would be told."),
    ] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take the schedule out of the scheduler again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make reports at a set time: show what cron, systemd or Windows has to be told, or tell it."""
    with speaking("schedule", as_json=as_json) as voice:
        from dataworkbench.cli.running import read_parameters
        from dataworkbench.reports import find_notebook, find_pack, known_parameters, plan_reports
        from dataworkbench.reports import scheduling as times
        from dataworkbench.reports.summaries import read_summary_settings

        place = find_workspace(workspace)
        notebook = notebook or find_pack(each).notebook
        times.check_if_busy(if_busy)
        kind = scheduler or times.kind_here()
        name = times.schedule_name(place.root, notebook, each)
        if remove:
            finish(voice, _removed(name, kind, there=times.remove(name, kind)))
        if summary:
            read_summary_settings(place)
        known = known_parameters(find_notebook(place, notebook))
        given = read_parameters(settings or [], known)
        plan_reports(place, notebook=notebook, each=each, parameters=given, only=only or [])
        more = [("if-busy", if_busy), ("wait-minutes", f"{wait_minutes:g}")]
        more += [("keep", str(keep))] if keep else []
        asked = times.arguments(
            workspace=place.root, notebook=notebook, each=each, settings=settings or [], only=only or [], more=more,
            flags=["summary"] if summary else [],
        )  # fmt: skip
        when = times.read_when(at, days)
        made = times.Schedule(
            name=name,
            about=f"dataworkbench: {notebook} for each {each}, {when.in_words}",
            command=(*program_here(), *asked),
            when=when,
            log=place.reports / f"{name}.log",
        )
        texts = times.texts_of(made, kind)
        if install:
            times.install(made, kind)
        finish(voice, _told(made, kind, texts, installed=install))


def _told(made: Schedule, kind: str, texts: dict[str, str], *, installed: bool) -> Answer:
    first = f"{'Installed' if installed else 'Nothing is installed yet'}: {made.about}, by the clock of this machine."
    notes = [_NOTES[kind].format(name=made.name, log=made.log)]
    if made.when.is_in_a_change_of_clocks:
        notes.append(
            "In the nights when clocks are put forward or back, this hour may be skipped or come twice; a time from 03:30 on has "
            "no such nights in most places."
        )
    shown = [part for name, text in texts.items() for part in (f"\n{name}:", text.rstrip() + "\n")]
    steps = [] if installed else ["Install it: the same command with --install"]
    return Answer(
        sentences=[first, *([] if installed else shown), *notes],
        data={"name": made.name, "scheduler": kind, "installed": installed, "texts": texts},
        next_steps=[*steps, "Take it out again: the same command with --remove"],
    )


_NOTES = {
    "cron": "A run that was missed because the machine was off is not made up for. What each run says is added to {log}.",
    "systemd": "A run that was missed because the machine was off is made up for when it is on again. Timers of a user run while "
    "that user is logged in; `loginctl enable-linger` lets them run always. See what a run said: journalctl --user -u {name}",
    "windows": "A run that was missed because the machine was off is made up for when it is on again. The task runs while the "
    "user who installed it is logged in; the task scheduler's own window can change that.",
}


def _removed(name: str, kind: str, *, there: bool) -> Answer:
    said = (
        f"Took {name} out of {kind}."
        if there
        else f"There was no schedule {name} in {kind}; nothing was changed."
    )
    return Answer([said], data={"name": name, "removed": there}, code=ExitCode.DONE)
