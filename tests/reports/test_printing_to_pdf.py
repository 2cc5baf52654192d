"""PDFs of pages: whole, tagged, the same each time; what hangs, breaks or reaches out costs itself alone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_district import notebook_of

from dataworkbench.errors import WorkbenchError
from dataworkbench.files import file_fingerprint
from dataworkbench.reports import render_page
from dataworkbench.reports.assets import copy_assets
from dataworkbench.reports.jobs import PageFacts
from dataworkbench.reports.pages import in_a_style
from dataworkbench.reports.paper import find_chromium, finding, how_to_get_chromium, print_pages, printing
from dataworkbench.reports.paper.dates import with_date
from dataworkbench.reports.paper.printing import is_inside

browser = pytest.mark.browser
needs_one = pytest.mark.skipif(find_chromium() is None, reason="Chromium is not installed")
HOSTILE = (
    '</title><script>alert(1)</script> "Ro\\se" } @page { } \N{RIGHT-TO-LEFT OVERRIDE}x \N{GRINNING FACE}'
)
HANGS = '<html><body data-still="no"><script>for(;;){}</script></body></html>'
PARENT = """
import sys
from pathlib import Path
from dataworkbench.reports.paper import print_pages
run = Path(sys.argv[1])
print("begun", flush=True)
for one in print_pages([run / "pages" / "hangs.html"], run / "pdf", seconds=100):
    print(one)
"""


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "run"
    (folder / "pages").mkdir(parents=True)
    return folder


def page_in(run, name, html=""):
    page = run / "pages" / f"{name}.html"
    page.write_text(html or f"<html lang=en><title>{name}</title><h1>{name}</h1></html>", encoding="utf-8")
    return page


def printed(run, *pages, **how):
    return list(print_pages(pages, run / "pdf", **how))


def title_in(pdf):
    found = re.search(rb"/Title <([0-9A-F]+)>", pdf)
    return bytes.fromhex(found[1].decode()).decode("utf-16") if found else ""


@browser
@needs_one
def test_a_page_becomes_a_tagged_pdf_with_its_language_and_its_title_as_text(run):
    facts = PageFacts(title=HOSTILE, banner="For staff. Not for publication.")
    page = page_in(run, "rose", render_page(notebook_of("# Attendance", "1"), facts=facts))
    copy_assets(run / "assets")
    (one,) = printed(run, page)
    pdf = one.path.read_bytes()
    assert (one.slug, one.fault, one.fingerprint) == ("rose", "", file_fingerprint(one.path))
    assert one.path == run / "pdf" / "rose.pdf"
    assert b"/Lang (en)" in pdf
    assert b"/StructTreeRoot" in pdf
    assert b"/Marked true" in pdf
    assert b"/JavaScript" not in pdf
    assert title_in(pdf).startswith("</title><script>alert(1)</script>")


@browser
@needs_one
def test_the_same_page_gives_the_same_file_and_paper_and_date_are_those_asked_for(run):
    page = page_in(run, "rose", "<html lang=en><title>Röse</title><h1>Rose</h1><p>63%</p></html>")
    first, second = printed(run, page, page)
    assert first.fingerprint == second.fingerprint
    assert b"CreationDate" not in first.path.read_bytes()
    assert b"/MediaBox [0 0 612 792]" in first.path.read_bytes()
    dated = printed(run, page, made=datetime(2026, 1, 31, 3, 15, tzinfo=UTC), paper="a4")[0].path.read_bytes()
    assert dated.count(b"(D:20260131031500+00'00')") == 2
    assert re.search(rb"/MediaBox \[0 0 59[56][.\d]* 84[12][.\d]*\]", dated)


@pytest.mark.thorough
@browser
@needs_one
def test_a_page_that_hangs_costs_itself_alone_and_nothing_is_left_behind(run, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    pages = [page_in(run, "first"), page_in(run, "hangs", HANGS), page_in(run, "last")]
    found = printed(run, *pages, seconds=4)
    assert [one.slug for one in found if one.fault] == ["hangs"]
    assert "in time" in found[1].fault
    assert sorted(path.name for path in (run / "pdf").iterdir()) == ["first.pdf", "last.pdf"]
    assert list(tmp_path.glob("dwb-paper-*")) == []


@browser
@needs_one
def test_a_browser_that_is_killed_costs_the_page_it_was_at(run, monkeypatch):
    begun = []
    started = printing.Browser

    def noted(program):
        begun.append(started(program))
        return begun[-1]

    monkeypatch.setattr(printing, "Browser", noted)
    work = print_pages(
        [page_in(run, name) for name in ("a", "b", "c", "d")], run / "pdf", pages_per_browser=2
    )
    first = next(work)
    os.killpg(begun[0].process, signal.SIGKILL)
    rest = list(work)
    assert [one.slug for one in (first, *rest) if one.fault] == ["b"]
    assert len(begun) == 2


@browser
@needs_one
def test_a_page_gets_nothing_from_a_network_nor_from_outside_its_run(run, tmp_path):
    asked = []

    class Noted(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Noted)
    Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "outside.js").write_text("document.title += ' outside'", encoding="utf-8")
    (run / "own.js").write_text("document.title += ' own'", encoding="utf-8")
    (run / "link.js").symlink_to(tmp_path / "outside.js")
    address = f"http://127.0.0.1:{server.server_port}/x.png"
    page = page_in(
        run,
        "rose",
        f'<html lang=en data-still="no"><title>Röse</title><link rel=stylesheet href="{address}"><img src="{address}">'
        f'<iframe src="{address}"></iframe><script src="{(tmp_path / "outside.js").as_uri()}"></script>'
        '<script src="../link.js"></script><script src="../own.js"></script>'
        f'<script>fetch("{address}").catch(() => 0); new WebSocket("{address}".replace("http", "ws"));'
        "window.drawn = new Promise(done => setTimeout(done, 300))</script></html>",
    )
    (one,) = printed(run, page)
    server.shutdown()
    server.server_close()
    assert one.fault == ""
    assert asked == []
    assert title_in(one.path.read_bytes()) == "Röse own"


def test_what_lies_inside_a_run_is_judged_by_where_it_leads(run, tmp_path):
    (run / "link").symlink_to(tmp_path)
    assert is_inside((run / "assets" / "report.css").as_uri(), run)
    assert is_inside((run / "pages" / "a b#?é.html").as_uri() + "#part-1", run)
    assert is_inside("data:image/png;base64,AAAA", run)
    for outside in (
        "https://example.org/x",
        "ws://127.0.0.1/",
        "file://server" + str(run / "a"),
        (tmp_path / "x").as_uri(),
        run.as_uri() + "/../x",
        run.as_uri() + "/%2e%2e/x",
        run.as_uri() + "/link/x",
        run.as_uri() + "-other/x",
        "chrome://version",
        "blob:null/1",
    ):
        assert not is_inside(outside, run)


@pytest.mark.thorough
@browser
@needs_one
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes as Linux shows them")
def test_the_browser_ends_when_the_process_that_began_it_is_killed(run, tmp_path):
    page_in(run, "hangs", HANGS)
    surroundings = {**os.environ, "TMPDIR": str(tmp_path)}
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(run)], env=surroundings, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout.readline() == "begun\n"
    _until(lambda: len(_with(str(tmp_path / "dwb-paper-"))) > 2)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _until(lambda: _with(str(tmp_path / "dwb-paper-")) == [])


def _with(word):
    """The processes of this machine whose command holds a word."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if word.encode() in command:
            found.append(folder.name)
    return found


def _until(holds, seconds=20):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_program_that_is_no_browser_is_told_for_each_page_and_does_not_stop_the_rest(run, tmp_path):
    mute = tmp_path / "browser"
    mute.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    mute.chmod(0o755)
    found = printed(run, page_in(run, "a"), page_in(run, "b"), program=mute)
    assert [one.fault for one in found] == ["The browser ended. The page was given up."] * 2
    assert list((run / "pdf").iterdir()) == []


def test_without_a_browser_one_is_told_how_to_get_it(run, monkeypatch):
    monkeypatch.setattr(printing, "find_chromium", lambda: None)
    with pytest.raises(WorkbenchError, match="No Chromium, Chrome or Edge was found"):
        printed(run, page_in(run, "a"))


@pytest.mark.skipif(sys.platform != "linux", reason="reads how a Linux calls itself")
@pytest.mark.parametrize(
    ("says", "command"),
    [
        ("ID=ubuntu\nID_LIKE=debian\n", "sudo apt-get install chromium"),
        ('ID="rhel"\nID_LIKE="fedora"\n', "sudo dnf install chromium"),
        ('ID="opensuse-leap"\n', "sudo zypper install chromium"),
        ("", "among the packages of your system"),
    ],
)
def test_how_to_get_a_browser_fits_the_system(says, command, monkeypatch, tmp_path):
    (tmp_path / "os-release").write_text(says, encoding="utf-8")
    monkeypatch.setattr(finding, "LINUX_LISTS", tmp_path / "os-release")
    assert command in how_to_get_chromium()


def test_a_date_is_put_where_the_browser_put_its_own_and_nothing_moves():
    pdf = b"<</Title (x /CreationDate \\(D:1\\))\n/CreationDate (D:20261127083202+00'00')\n/ModDate (D:20261127083202-05'00')>>"
    dated = with_date(pdf, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert dated.count(b"(D:20260102030405+00'00')") == 2
    assert len(dated) == len(with_date(pdf, None)) == len(pdf)
    assert b"(D:2" not in with_date(pdf, None)


@given(st.text(max_size=120))
def test_a_title_in_a_style_is_letters_and_numbers_of_letters_and_says_the_same(text):
    written = str(in_a_style(text))
    assert re.fullmatch(r"(?:[A-Za-z0-9]|\\[0-9a-f]{6})*", written)
    read = re.sub(r"\\([0-9a-f]{6})", lambda found: chr(int(found[1], 16)), written)
    whole = " ".join(text.split())
    assert read == whole or (len(whole) > 90 and read == whole[:89] + "…")
