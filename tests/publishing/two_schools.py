"""A district of two schools in which every word about one of them is marked, and a server with visitors of each kind."""

from __future__ import annotations

import json
import re
import sys
import uuid
from html import unescape
from pathlib import Path
from typing import Any, Self

import httpx
import nbformat
import polars as pl
import polars.selectors as cs
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from dataworkbench.publishing.serve import Served
from dataworkbench.publishing.staff import Visitor, add_visitor, password_hash, token_hash
from dataworkbench.records import Action, Finding, StudentNote, Team, open_records
from dataworkbench.warehouse import write_snapshot
from dataworkbench.workspace import Workspace, new_workspace

sys.path.append(str(Path(__file__).parents[1] / "notebooks"))
import made_district

PASSWORD = "four words stay apart"  # noqa: S105  of a test
TOKENS = {
    name: f"{name}-token-of-a-test-0123456789"
    for name in ("alder", "birch", "district", "expired", "removed")
}
HERE, ELSEWHERE = "S001", "S002"
MARKS = ("77MK", "Markfield", "S002", "Birch", "MARKED")
"""Whatever stands here is of the other school: ids, names, the school itself, what teams wrote about it."""


def frames() -> dict[str, pl.DataFrame]:
    """Return the tables of the district, with a mark in each word about the students and the staff of the other school."""
    return {name: _marked(name, frame) for name, frame in made_district.frames().items()}


def _marked(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    held = frame.with_columns(cs.string().map_elements(_mark, return_dtype=pl.String, skip_nulls=True))
    if name == "identities":
        there = pl.col("student_id").str.starts_with("77MK")
        held = held.with_columns(
            family_name=pl.when(there).then(pl.lit("Markfield")).otherwise("family_name"),
            given_name=pl.when(there).then(pl.lit("Markfield")).otherwise("given_name"),
        )
    return held


def _mark(text: str) -> str:
    """Write a student of the other school (they have even numbers) by another number."""
    return re.sub(r"00ZQ(\d{3}[02468])", r"77MK\1", text)


def made(folder: Path) -> Workspace:
    """Make the workspace, with what teams wrote, two small pages, and the visitors."""
    workspace = new_workspace(folder, district="Made-up district")
    write_snapshot(workspace, frames())
    kept = open_records(workspace)
    kept.add(Team(name="MARKED team", school_id=ELSEWHERE))
    kept.add(Finding(concern="MARKED concern", where={"school_id": (ELSEWHERE,)}))
    kept.add(StudentNote(student_id="77MK0002", words="MARKED note"))
    kept.add(Action(what="MARKED action", whom="77MK0002"))
    _write_pages(workspace.notebooks / "dashboards")
    for name, schools, until in (
        ("alder", (HERE,), None), ("birch", (ELSEWHERE,), None), ("district", "all", None),
        ("expired", (HERE,), "2020-01-01"), ("removed", (HERE,), None),
    ):  # fmt: skip
        entry = {"name": name, "schools": schools, "until": until, "token": token_hash(TOKENS[name])}
        add_visitor(workspace.root / "visitors.toml", Visitor.model_validate(entry))
    entry = {"name": "typed", "schools": (HERE,), "password": password_hash(PASSWORD)}
    add_visitor(workspace.root / "visitors.toml", Visitor.model_validate(entry))
    return workspace


PAGES = {
    "plain": [
        "import os, sys, json\nprint('TOLD', json.dumps(dict(os.environ, waited=str('dataworkbench.views' in sys.modules))))"
    ],
    "asking": [
        "import ipywidgets as w\nimport dataworkbench as dw\ndistrict = dw.open_workspace()",
        (
            "box, said = w.Text(description='student'), w.Textarea(disabled=True)\n"
            "def look(change):\n"
            "    said.value = district.ask('SELECT * FROM students WHERE student_id LIKE ?', [change['new']]).to_csv() "
            "+ district.table('identities', where={'student_id': [change['new']]}).to_csv()\n"
            "box.observe(look, 'value')\nhidden = w.HTML(district.table('identities').to_csv())\nw.VBox([box, said])"
        ),
    ],
}


def _write_pages(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, cells in PAGES.items():
        made_up = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        nbformat.write(made_up, folder / f"{name}.ipynb")


class Client(httpx.Client):
    """A visitor's browser, as far as a test needs one; it keeps every byte that came to it."""

    def __init__(self, served: Served, name: str = "", **more: Any) -> None:
        super().__init__(base_url=f"http://127.0.0.1:{served.port}", timeout=120, **more)
        self.port, self.came = served.port, bytearray()
        self.event_hooks["response"].append(self._keep)
        if name:
            self.get(f"/?token={TOKENS[name]}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.close()

    def _keep(self, answer: httpx.Response) -> None:
        self.came += answer.read() + repr(answer.headers).encode()

    def kernel(self, page: str) -> str:
        """Open a page and return the id of its kernel."""
        found = re.search(r'"kernelId": ?"([0-9a-f-]{36})"', self.get(f"/voila/render/{page}.ipynb").text)
        assert found
        return found[1]

    def told(self, page: str = "plain", query: str = "") -> dict[str, str]:
        """Return what the kernel of a page was told."""
        text = self.get(f"/voila/render/{page}.ipynb{query}").text
        found = re.search(r"TOLD (\{.*?\})\s*<", text, re.DOTALL)
        assert found, text
        return dict(json.loads(unescape(found[1])))

    def posts(self, path: str, **given: Any) -> httpx.Response:
        """Send a form as a page of ours does, with the sign of having come from one."""
        self.get("/login" if not self.signed_in else "/")
        sign = self.cookies.get("_xsrf", "")
        return self.post(path, data={"_xsrf": sign, **given})

    @property
    def signed_in(self) -> bool:
        """Whether this browser holds a key of the server."""
        return any(name.startswith("dataworkbench") for name in self.cookies)

    async def line(self, kernel: str, **headers: str) -> WebSocketClientConnection:
        """Open the line to a kernel."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        asked = HTTPRequest(
            f"ws://127.0.0.1:{self.port}/api/kernels/{kernel}/channels?session_id=abc",
            headers={"Cookie": cookie, **headers},
        )
        return await websocket_connect(asked, max_message_size=100_000_000)


def message(kind: str, content: dict[str, Any], channel: str = "shell", **metadata: str) -> str:
    """Return a message as a page sends it."""
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": kind,
        "username": "",
        "session": "abc",
        "version": "5.3",
    }
    return json.dumps({
        "header": header, "parent_header": {}, "metadata": metadata, "content": content, "buffers": [], "channel": channel,
    })  # fmt: skip
