"""Whom a hub lets in and for how long: what was changed in the district's file counts while servers run."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from dataworkbench.errors import WorkbenchError
from dataworkbench.publishing.hub.entries import holds_still, may_come_in, visitor_of
from dataworkbench.publishing.staff.sessions import FREE_TRIES, Tries
from dataworkbench.publishing.staff.visitors import Visitor, add_visitor, password_hash, remove_visitor

GOOD = "four words that differ"


@pytest.fixture
def place(tmp_path):
    add_visitor(
        tmp_path / "visitors.toml", Visitor(name="ada", schools=("S001",), password=password_hash(GOOD))
    )
    return tmp_path


def narrowed(place):
    """Give the same person another school."""
    held = (place / "visitors.toml").read_text(encoding="utf-8")
    (place / "visitors.toml").write_text(held.replace("S001", "S002"), encoding="utf-8")


def taken_out(place):
    remove_visitor(place / "visitors.toml", "ada")


def opened_to_others(place):
    (place / "visitors.toml").chmod(0o644)


def run_out(place):
    with (place / "visitors.toml").open("a", encoding="utf-8") as file:
        file.write("until = 2020-01-01\n")


CHANGES = [narrowed, taken_out, opened_to_others, run_out, lambda place: (place / "visitors.toml").unlink()]


def test_an_entry_holds_while_it_is_what_it_was(place):
    entry = visitor_of(place, "ada").fingerprint
    assert holds_still(place, "ada", entry)
    assert not holds_still(place, "ada", "")
    with pytest.raises(WorkbenchError, match="bea is not in"):
        visitor_of(place, "bea")


@pytest.mark.parametrize("change", CHANGES)
def test_an_entry_that_was_changed_holds_no_longer(place, change):
    entry = visitor_of(place, "ada").fingerprint
    change(place)
    assert not holds_still(place, "ada", entry)


def test_after_some_wrong_passwords_the_right_one_has_to_wait_as_well(place):
    now = [0.0]
    tries = Tries(clock=lambda: now[0])
    for _ in range(FREE_TRIES):
        assert not may_come_in(place, tries, "ada", "not the one at all", "here")
    assert not may_come_in(place, tries, "ada", GOOD, "here")
    assert may_come_in(place, tries, "ada", GOOD, "elsewhere")
    now[0] += 3600
    assert may_come_in(place, tries, "ada", GOOD, "here")


def test_the_servers_of_a_hub_end_when_the_entry_is_another_one(place, monkeypatch):
    door = pytest.importorskip(
        "dataworkbench.publishing.hub.door", reason="JupyterHub is only there where a hub runs"
    )
    ended = []

    async def runs(_):
        return None

    async def stop(_, now=False):
        ended.append(now)

    monkeypatch.setattr(door.LocalProcessSpawner, "poll", runs)
    monkeypatch.setattr(door.LocalProcessSpawner, "stop", stop)
    spawner = door.WorkbenchSpawner(workspace=str(place), user=SimpleNamespace(name="ada"))
    spawner.started_under = visitor_of(place, "ada").fingerprint
    assert asyncio.run(spawner.poll()) is None
    again = door.WorkbenchSpawner(workspace=str(place), user=SimpleNamespace(name="ada"))
    again.load_state(
        {"pid": 0, **{name: spawner.get_state()[name] for name in ("started_under", "is_coordinator")}}
    )
    assert again.started_under == spawner.started_under
    narrowed(place)
    assert asyncio.run(again.poll()) == 0
    assert ended == [True]


def test_a_hub_lets_nobody_try_as_often_as_she_likes(place):
    door = pytest.importorskip(
        "dataworkbench.publishing.hub.door", reason="JupyterHub is only there where a hub runs"
    )
    asked = SimpleNamespace(request=SimpleNamespace(remote_ip="10.0.0.1"))
    authenticator = door.VisitorsAuthenticator(workspace=str(place))

    def come(password):
        return asyncio.run(authenticator.authenticate(asked, {"username": " ADA ", "password": password}))

    assert come(GOOD) == "ada"
    assert [come("not the one at all") for _ in range(FREE_TRIES)] == [None] * FREE_TRIES
    assert come(GOOD) is None
