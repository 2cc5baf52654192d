"""Making reports: one notebook, run for each school, and what became of each."""

# ruff: noqa: PLC0415 - rooms are loaded when a command needs them; --help should not wait for all of them

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from dataworkbench.cli.asking import AsJson, InWorkspace
from dataworkbench.cli.telling import finish, speaking
from dataworkbench.workspace import find_workspace

Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="NAME=VALUE", help="A parameter of the notebook; may be given more than once."
    ),
]

WhichNotebook = Annotated[
    str,
    typer.Option(help="Which notebook is run; without it, the one that comes with what a report is about."),
]
Each = Annotated[
    str,
    typer.Option(
        help="What one report is about: school, school_year, district, grade_team, subgroup, teacher or student."
    ),
]
IfBusy = Annotated[
    str,
    typer.Option(
        help="Where an earlier run of this notebook is still at work: run beside it (beside), wait until it ends (wait), or stop "
        "(refuse)."
    ),
]
WaitMinutes = Annotated[float, typer.Option(min=0, help="The longest wait for an earlier run, in minutes.")]

Keep = Annotated[
    int,
    typer.Option(
        min=0,
        help="Keep this many runs of this notebook and take older ones away when this one has ended; 0 keeps all. A run with a "
        "file KEEP in its folder stays, and so does the newest page of a school.",
    ),
]

Scheduler = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help="Have the reports made by the workers of this dask scheduler, as in tcp://10.0.0.5:8786.",
    ),
]
Storage = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help="With --scheduler, where the workers don't see the workspace: a folder, bucket or container that all machines reach, "
        "as in s3://bucket/folder.",
    ),
]
WithSummary = Annotated[
    bool,
    typer.Option(
        "--summary", help="Send a summary when the run has ended, where summary.toml in the workspace says."
    ),
]


def report(
    *,
    workspace: InWorkspace = "",
    notebook: WhichNotebook = "",
    each: Each = "school",
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Only this school (or team, teacher and so on); may be given more than once."
        ),
    ] = None,
    settings: Settings = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", help="Go on with the latest run: only what is missing, failed or out of date is run."
        ),
    ] = False,
    run: Annotated[
        str, typer.Option(metavar="RUN", help="Go on with this run instead of the latest one.")
    ] = "",
    only_failed: Annotated[
        bool, typer.Option("--only-failed", help="Go on with a run, but leave what is out of date as it is.")
    ] = False,
    workers: Annotated[int, typer.Option(min=0, help="How many reports are made at once; 0 chooses.")] = 0,
    seconds: Annotated[int, typer.Option(min=1, help="The most time that one report may take.")] = 600,
    memory: Annotated[
        int, typer.Option(min=64, metavar="MB", help="The most memory that one report may take.")
    ] = 4096,
    stamp: Annotated[
        bool,
        typer.Option(
            "--stamp",
            help="Put the time on each page; without it the same data give the same page, letter for letter.",
        ),
    ] = False,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Also print each page to a PDF, by a Chromium on this machine.")
    ] = False,
    if_busy: IfBusy = "beside",
    wait_minutes: WaitMinutes = 180,
    keep: Keep = 0,
    scheduler: Scheduler = "",
    storage: Storage = "",
    summary: WithSummary = False,
    as_json: AsJson = False,
) -> None:
    """Run a notebook for each school, and make a page of each and an index of all."""
    with speaking("report", as_json=as_json) as voice:
        from dataworkbench.cli.running import (
            carry_out,
            keep_runs,
            read_parameters,
            reported,
            with_pages,
            with_pdfs,
        )
        from dataworkbench.cli.summing_up import telling_trouble, with_summary
        from dataworkbench.reports import Limits, find_notebook, find_pack, known_parameters, plan_reports
        from dataworkbench.reports.scheduling import taking_turns

        place = find_workspace(workspace)
        notebook = notebook or find_pack(each).notebook
        with (
            telling_trouble(voice, place, notebook, each, wanted=summary),
            taking_turns(place, notebook, each, if_busy=if_busy, minutes=wait_minutes),
        ):
            known = known_parameters(find_notebook(place, notebook))
            plan = plan_reports(
                place,
                notebook=notebook,
                each=each,
                parameters=read_parameters(settings or [], known),
                only=only or [],
            )
            again = run or resume
            done = carry_out(
                voice,
                plan,
                workers=workers,
                resume=again,
                only_failed=only_failed,
                limits=Limits(seconds=seconds, memory=memory),
                stamp=stamp,
                pdf=pdf,
                scheduler=scheduler,
                storage=storage,
            )
            kept = keep_runs(plan, done, keep=keep)
        answer = with_pages(reported(done), plan, done) if only else reported(done)
        answer = with_pdfs(answer, done) if pdf else answer
        answer = replace(answer, sentences=[*answer.sentences, *kept])
        finish(voice, with_summary(answer, plan, done, wanted=summary))
