"""From a snapshot to public pages: make a release, look at it, publish it, and what became of it."""

# ruff: noqa: PLC0415 - rooms are loaded when a command needs them; --help should not wait for all of them

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from dataworkbench.cli.asking import AsJson, InWorkspace
from dataworkbench.cli.telling import finish, speaking
from dataworkbench.workspace import find_workspace

releases = typer.Typer(
    no_args_is_help=True,
    help="Publish figures that give no student away: make a draft, look at it, publish it, and see what became of each.",
)

Which = Annotated[
    str,
    typer.Argument(
        metavar="[RELEASE]",
        help="The release's name, as `release list` shows it. Without it, the latest one.",
    ),
]
Why = Annotated[str, typer.Option(help="A sentence that says why; it is kept with the release.")]


def _greet_the_solver() -> None:
    """Load the solver, which greets whoever starts it on standard output, where a script expects JSON and nothing else."""
    import highspy

    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        highspy.Highs()  # type: ignore[no-untyped-call]  # highspy says no types here
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


@releases.command("make")
def make(
    snapshot: Annotated[
        str, typer.Option(help="The snapshot whose figures are taken; without it, the one in use.")
    ] = "current",
    why: Why = "",
    workspace: InWorkspace = "",
    as_json: AsJson = False,
) -> None:
    """Make a draft: measure, hide what would give a student away, and check it with all that was ever published.

    Nothing is published by this. What is published and how it is protected stands in publication.toml and policy.toml.
    """
    with speaking("release make", as_json=as_json) as voice:
        from dataworkbench.cli.released import made_answer
        from dataworkbench.publishing.releases.making import make_release

        place = find_workspace(workspace)
        _greet_the_solver()
        with voice.progress("Measuring, hiding and checking"):
            made = make_release(place, snapshot=snapshot, why=why)
        finish(voice, made_answer(made, place))


@releases.command("check")
def check(release: Which = "", workspace: InWorkspace = "", as_json: AsJson = False) -> None:
    """Check a release once more: that nothing in it was changed, that each figure is safe, that no name is in its pages."""
    with speaking("release check", as_json=as_json) as voice:
        from dataworkbench.cli.released import checked_answer
        from dataworkbench.publishing.releases import find_release
        from dataworkbench.publishing.releases.opening import findings_of
        from dataworkbench.publishing.releases.reviewing import audit_again

        place = find_workspace(workspace)
        found = find_release(place, release)
        _greet_the_solver()
        with voice.progress("Attacking it as somebody would who has everything that was published"):
            audit = audit_again(found)
        findings = findings_of(place, found, found.site) if found.site.is_dir() else ()
        finish(voice, checked_answer(found, audit, findings))


@releases.command("review")
def review(
    release: Which = "",
    approve: Annotated[
        bool, typer.Option("--approve", help="Write down that you looked at it and that it may go out.")
    ] = False,
    why: Why = "",
    workspace: InWorkspace = "",
    as_json: AsJson = False,
) -> None:
    """Show what will be public: how much is shown and hidden, how near an attacker comes, what differs from what is out."""
    with speaking("release review", as_json=as_json) as voice:
        from dataworkbench.cli.released import review_answer
        from dataworkbench.publishing.releases import find_release
        from dataworkbench.publishing.releases.reviewing import approve as write_approval
        from dataworkbench.publishing.releases.reviewing import review_of

        place = find_workspace(workspace)
        found = find_release(place, release)
        if approve:
            write_approval(place, found, why=why)
        finish(voice, review_answer(review_of(place, found), place, approved=approve))


@releases.command("publish")
def publish(
    release: Which = "",
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Where a copy of the pages is put, for a web host or a memory stick."
        ),
    ] = None,
    why: Why = "",
    workspace: InWorkspace = "",
    as_json: AsJson = False,
) -> None:
    """Publish a reviewed release: its pages are made, searched for names and stray numbers, and copied into a folder."""
    with speaking("release publish", as_json=as_json) as voice:
        from dataworkbench.cli.released import published_answer
        from dataworkbench.publishing.releases import find_release
        from dataworkbench.publishing.releases.opening import publish as put_out

        place = find_workspace(workspace)
        with voice.progress("Making the pages and looking into them"):
            out = put_out(place, find_release(place, release), to=to, why=why)
        finish(voice, published_answer(out))


@releases.command("withdraw")
def withdraw(
    release: Annotated[str, typer.Argument(help="The release's name, as `release list` shows it.")],
    why: Why = "",
    workspace: InWorkspace = "",
    as_json: AsJson = False,
) -> None:
    """Withdraw a release, with a sentence why. What people have read stays known, and later releases reckon with it."""
    with speaking("release withdraw", as_json=as_json) as voice:
        from dataworkbench.cli.released import withdrawn_answer
        from dataworkbench.publishing.releases import find_release
        from dataworkbench.publishing.releases.opening import copies_of
        from dataworkbench.publishing.releases.opening import withdraw as take_back

        place = find_workspace(workspace)
        found = find_release(place, release)
        take_back(place, found, why=why)
        finish(voice, withdrawn_answer(found, copies_of(place, found)))


@releases.command("list")
def list_all(workspace: InWorkspace = "", as_json: AsJson = False) -> None:
    """List the releases, first one first, and say which one is out."""
    with speaking("release list", as_json=as_json) as voice:
        from dataworkbench.cli.released import listed_answer

        finish(voice, listed_answer(find_workspace(workspace)))


@releases.command("show")
def show(release: Which = "", workspace: InWorkspace = "", as_json: AsJson = False) -> None:
    """Show what became of a release: who made, reviewed, published or withdrew it, when and why."""
    with speaking("release show", as_json=as_json) as voice:
        from dataworkbench.cli.released import shown_answer
        from dataworkbench.publishing.releases import find_release

        place = find_workspace(workspace)
        finish(voice, shown_answer(find_release(place, release), place))


@releases.command("policy")
def policy(workspace: InWorkspace = "", as_json: AsJson = False) -> None:
    """Show the rules that stand, and every change of them: when, by which account, and what it was before.

    The rules themselves are changed in policy.toml and publication.toml, with any editor, and nowhere else.
    """
    with speaking("release policy", as_json=as_json) as voice:
        from dataworkbench.cli.released import policy_answer

        finish(voice, policy_answer(find_workspace(workspace)))
