"""A summary says what became of a run and names no student; a mail goes as it was meant, or it is said that it did not."""

from __future__ import annotations

import email
import email.policy
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_server import PASSWORD, USER, mail_server

from dataworkbench.errors import NothingToShowError, WorkbenchError
from dataworkbench.reports import ReportRecord, RunRecord
from dataworkbench.reports.jobs import DONE, FAILED, NOT_RUN
from dataworkbench.reports.summaries import read_summary_settings, summary_of, summary_of_trouble, tell
from dataworkbench.reports.summaries.sending import message_of
from dataworkbench.reports.summaries.settings import Mail

SECRET = "nobody should read this"  # noqa: S105  (it is none)
NASTY = "Alder\r\nBcc: spy@elsewhere.org\r\n\r\nFree money \u202eevil\u0000 <script>"
ADDRESSES = 'from = "reports@mulberry.org"\nto = ["office@mulberry.org", "it@mulberry.org"]\n'


@pytest.fixture
def run(tmp_path):
    def made(*reports, each="school", district="Cedar County"):
        return RunRecord(
            folder=tmp_path / "reports" / "2026-01-31T031500Z-night", notebook="night", each=each, audience="staff",
            district=district, snapshot="2026-01-30-a", policy="p", policy_fingerprint="x", inputs={}, versions={},
            started="2026-01-31T08:30:00+00:00", finished="2026-01-31T10:12:20+00:00",
            reports=reports or (done("Alder"), failed("Birch")),
        )  # fmt: skip

    return made


def done(title):
    return ReportRecord(title, title, {}, state=DONE)


def failed(title, message="A cell stopped with KeyError."):
    return ReportRecord(title, title, {"student": SECRET}, state=FAILED, message=message, cell=4)


@pytest.fixture
def told(workspace, run):
    """Write summary.toml, send the summary of a run, and return what came of it."""

    def go(text, record=None):
        (workspace.root / "summary.toml").write_text(text, encoding="utf-8")
        return tell(workspace, summary_of(record or run()))

    return go


def test_a_summary_says_how_many_how_long_what_failed_and_why_and_where_the_index_lies(run):
    record = run(done("Alder"), failed("Birch"), ReportRecord("cedar", "Cedar", {}, state=NOT_RUN))
    summary = summary_of(record, timezone="America/Chicago")
    assert summary.subject == "Reports of Cedar County: 1 page ready, 2 not made"
    assert "- Birch: A cell stopped with KeyError. (cell 4)" in summary.text
    assert "1 report was not run." in summary.text
    assert "2026-01-31 02:30 to 04:12 (America/Chicago), 1 hour 42 minutes" in summary.text
    assert f"Index: {record.index}\n" in summary.text
    assert SECRET not in summary.text


@pytest.mark.parametrize("each", ["student", "teacher", "something that nobody knows yet"])
def test_of_reports_about_single_people_it_gives_counts_and_neither_titles_nor_reasons(run, each):
    record = run(done("Rosa Telltale"), failed("Ben Telltale", "No scores of Ben Telltale."), each=each)
    summary = summary_of(record)
    assert "1 report could not be made." in summary.text
    assert "Telltale" not in summary.subject + summary.text


def test_a_long_list_of_failures_is_cut_and_says_so(run):
    text = summary_of(run(*(failed(f"School {at}") for at in range(70)))).text
    assert text.count("\n- School") == 50
    assert "and 20 more; the index lists every one." in text


def test_a_run_that_did_not_come_to_its_end_says_why_only_where_no_student_can_be_in_it():
    told = [
        summary_of_trouble("Cedar", "night", "school", fault, name="x").text
        for fault in (NothingToShowError("No attendance."), WorkbenchError(SECRET), KeyError(SECRET))
    ]
    assert "No attendance." in told[0]
    assert SECRET not in told[1] + told[2]


@settings(max_examples=30)
@given(district=st.text(max_size=80), school=st.text(max_size=80))
def test_no_name_of_a_district_or_a_school_can_add_a_header_or_a_line(district, school):
    record = RunRecord(
        folder=Path("/r/run"), notebook="n", each="school", audience="staff", district=district,
        snapshot="s", policy="p", policy_fingerprint="x", inputs={}, versions={}, started="2026-01-31T08:30:00+00:00",
        reports=(failed(school, school),),
    )  # fmt: skip
    summary = summary_of(record)
    plain = summary_of(replace(record, district="d", reports=(failed("s", "m"),)))
    mail = Mail.model_validate({"server": "x", "from": "a@b.org", "to": ["c@d.org"]})
    sent = email.message_from_bytes(bytes(message_of(mail, summary)), policy=email.policy.default)
    assert sent.keys() == message_of(mail, plain).keys()
    assert len(sent.get_content().splitlines()) == len(plain.text.splitlines())
    assert (sent["From"], sent["To"]) == ("a@b.org", "c@d.org")


def test_a_mail_arrives_as_it_was_written(told, run):
    record = run(done("Alder"), failed(NASTY), district="Söhne & Töchter " + NASTY)
    with mail_server() as post:
        came = told(
            f'[mail]\nserver = "127.0.0.1"\nport = {post.port}\nsecurity = "none"\n{ADDRESSES}', record
        )
    assert came.ok, came.sentences
    (held,) = post.messages
    message = email.message_from_bytes(held, policy=email.policy.default)
    assert message["Subject"].startswith(
        "Reports of Söhne & Töchter Alder Bcc: spy@elsewhere.org Free money evil"
    )
    assert message["Bcc"] is None
    assert post.receivers == ["TO:<office@mulberry.org>", "TO:<it@mulberry.org>"]
    assert message.get_content().replace("\r\n", "\n") == summary_of(record).text
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not here to make a certificate")
    path = tmp_path_factory.mktemp("tls") / "here.pem"
    asked = (
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", str(path), "-out", str(path) + ".crt",
    )  # fmt: skip
    subprocess.run(asked, check=True, capture_output=True)
    with path.open("ab") as both:
        both.write(path.with_name("here.pem.crt").read_bytes())
    return path


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_user_and_password_travel_encrypted_and_only_to_a_server_that_is_trusted(
    told, certificate, monkeypatch, security
):
    monkeypatch.setenv("DATAWORKBENCH_MAIL_PASSWORD", PASSWORD)
    with mail_server(security, certificate) as post:
        text = f'[mail]\nserver = "localhost"\nport = {post.port}\nsecurity = "{security}"\nuser = "{USER}"\n{ADDRESSES}'
        came = told(text)
        assert not came.ok
        assert "no certificate that this machine trusts" in came.sentences[0]
        assert not [line for line in post.lines if line.upper().startswith(b"AUTH")]
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate) + ".crt")
        came = told(text)
    assert came.ok, came.sentences
    assert post.encrypted
    assert len(post.messages) == 1


@pytest.mark.parametrize(
    ("to", "user", "said"),
    [
        ('["nobody@mulberry.org"]', "", "takes no mail for"),
        ('["it@mulberry.org"]', "stranger", "did not take the user name"),
    ],
)
def test_what_the_server_refuses_is_said_without_its_words(told, monkeypatch, to, user, said):
    monkeypatch.setenv("DATAWORKBENCH_MAIL_PASSWORD", SECRET)
    with mail_server() as post:
        settings = f'security = "none"\nfrom = "a@b.org"\nto = {to}\nuser = "{user}"\n'
        came = told(f'[mail]\nserver = "127.0.0.1"\nport = {post.port}\n{settings}')
    assert not came.ok
    assert said in came.sentences[0]
    assert "The pages are there all the same." in came.sentences[0]
    assert SECRET not in came.sentences[0]


def test_who_is_not_reached_while_others_are_is_said(told):
    with mail_server() as post:
        settings = 'security = "none"\nfrom = "a@b.org"\nto = ["it@mulberry.org", "nobody@mulberry.org"]\n'
        came = told(f'[mail]\nserver = "127.0.0.1"\nport = {post.port}\n{settings}')
    assert len(post.messages) == 1
    assert came.sentences == (
        "The summary went by mail, but 127.0.0.1 takes no mail for nobody@mulberry.org.",
    )


def test_a_password_that_the_talk_cannot_carry_is_said(told, monkeypatch):
    monkeypatch.setenv("DATAWORKBENCH_MAIL_PASSWORD", "Schlüssel")
    with mail_server() as post:
        text = f'[mail]\nserver = "127.0.0.1"\nport = {post.port}\nsecurity = "none"\nuser = "{USER}"\n{ADDRESSES}'
        assert "plain letters alone" in told(text).sentences[0]


def test_a_server_that_is_not_there_is_said_and_the_file_is_written_all_the_same(told, tmp_path):
    with mail_server() as post:
        pass
    text = f'folder = "{(tmp_path / "told").as_posix()}"\n[mail]\nserver = "127.0.0.1"\nport = {post.port}\n{ADDRESSES}'
    came = told(text)
    assert not came.ok
    assert "could not be reached (ConnectionRefusedError)" in came.sentences[1]
    assert (
        (tmp_path / "told" / "2026-01-31T031500Z-night.txt")
        .read_text(encoding="utf-8")
        .startswith("Reports of Cedar")
    )


def test_a_server_that_does_not_speak_starttls_gets_no_mail(told):
    with mail_server() as post:
        came = told(f'[mail]\nserver = "127.0.0.1"\nport = {post.port}\n{ADDRESSES}')
    assert 'does not offer what security = "starttls"' in came.sentences[0]
    assert post.messages == []


def test_a_folder_that_is_not_there_is_said(told, tmp_path):
    came = told(f'folder = "{(tmp_path / "no" / "such").as_posix()}"')
    assert not came.ok
    assert "could not be written" in came.sentences[0]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps files apart in another way")
def test_a_password_file_that_others_can_read_is_not_used(told, workspace):
    kept = workspace.root / "mail-password"
    kept.write_text(PASSWORD + "\n", encoding="utf-8")
    kept.chmod(0o644)
    with mail_server() as post:
        settings = f'security = "none"\nuser = "{USER}"\npassword_file = "mail-password"\n{ADDRESSES}'
        text = f'[mail]\nserver = "127.0.0.1"\nport = {post.port}\n{settings}'
        came = told(text)
        assert "chmod 600" in came.sentences[0]
        assert post.lines == []
        kept.chmod(0o600)
        assert told(text).ok


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names neither a folder nor a mail server"),
        (
            f'[mail]\nserver = "x"\npassword = "{SECRET}"\n{ADDRESSES}',
            "a password does not belong in this file",
        ),
        (f'[mail]\nserver = "x"\nsecurity = "none"\nuser = "u"\n{ADDRESSES}', "would travel in the open"),
        ('[mail]\nserver = "x"\nfrom = "a@b.org\\nBcc: c@d.org"\nto = ["a@b.org"]', "name@school.org"),
        ('[mail]\nserver = "x"\nfrom = "a@b.org"\nto = []', "mail.to"),
        (f'[mail]\nserver = "x"\nuser = "u"\n{ADDRESSES}', "no password"),
        ("folder = ", "cannot be read"),
    ],
)
def test_what_summary_toml_says_wrongly_is_said_and_never_repeats_a_password(told, text, said, monkeypatch):
    monkeypatch.delenv("DATAWORKBENCH_MAIL_PASSWORD", raising=False)
    came = told(text)
    assert not came.ok
    assert said in came.sentences[0]
    assert SECRET not in came.sentences[0]


def test_without_a_file_it_is_said_what_to_write(workspace):
    with pytest.raises(WorkbenchError, match=r"There is no summary.toml in .* Write folder ="):
        read_summary_settings(workspace)
