"""What a stranger, a visitor of one school, a page elsewhere and a raw line to a kernel can reach: nothing beyond its scope."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import time
import uuid
from contextlib import suppress

import pytest
from a_server import serving
from tornado.httpclient import HTTPClientError
from tornado.websocket import WebSocketClosedError
from two_schools import MARKS, PASSWORD, TOKENS, Client, made, message

from dataworkbench.publishing.doorkeeper import MOST_VARIABLE
from dataworkbench.publishing.staff import remove_visitor
from dataworkbench.publishing.staff.kernels import WARM_VARIABLE

pytestmark = pytest.mark.slow

SECRET = "SECRET-OF-THE-SERVER"  # noqa: S105  of a test


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return made(tmp_path_factory.mktemp("two") / "district")


@pytest.fixture(scope="module")
def served(workspace):
    with pytest.MonkeyPatch.context() as around:
        around.setenv(MOST_VARIABLE, "30")
        around.setenv(WARM_VARIABLE, "0")
        around.setenv("PGPASSWORD", SECRET)
        around.setenv("DATAWORKBENCH_SNAPSHOT", SECRET)
        with serving(workspace) as (ready, _):
            yield ready


@pytest.fixture(scope="module")
def alder(served):
    with Client(served, "alder") as client:
        yield client


@pytest.fixture(scope="module")
def birch(served):
    with Client(served, "birch") as client:
        yield client


@pytest.fixture(scope="module")
def kernel_of_birch(birch):
    return birch.kernel("asking")


@pytest.fixture(scope="module")
def kernel_of_alder(alder):
    return alder.kernel("asking")


def marks_in(came: bytes) -> list[str]:
    """Return which marks of the other school stand in what came, also where it is escaped or packed."""
    unescaped = came + came.decode("utf-8", "replace").encode("ascii", "ignore")
    packed = [base64.b64encode(mark.encode())[:-4] for mark in MARKS]
    return [
        mark for mark, held in zip(MARKS, packed, strict=True) if mark.encode() in unescaped or held in came
    ]


ADDRESSES = [
    "/", "/voila/tree", "/voila/tree/..", "/voila/render/asking.ipynb", "/voila/render/meeting.ipynb",
    "/voila/render/", "/voila/render/../config/staff.json", "/voila/render/..%2fconfig%2fstaff.json",
    "/voila/files/asking.ipynb", "/voila/files/../config/staff.json", "/voila/static/voila.js",
    "/voila/static/..%2f..%2f..%2f..%2fetc%2fpasswd", "/voila/templates/dashboards/static/../../../config/staff.json",
    "/voila/templates/x", "/voila/labextensions/x", "/voila/api/themes/x", "/voila/api/contents",
    "/voila/api/contents/asking.ipynb", "/api/contents", "/api/kernels", "/api/sessions", "/api/terminals", "/api/me",
    "/api/status", "/api/kernelspecs", "/files/asking.ipynb", "/tree", "/lab", "/metrics", "/voila/query/x",
    "/voila/execution/x", "/static/x", "/logout",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("who", ["nobody", "expired", "a guessed cookie"])
def test_whoever_is_not_signed_in_is_shown_nothing_but_the_way_in(served, address, who):
    with Client(served, "expired" if who == "expired" else "") as client:
        if who == "a guessed cookie":
            client.cookies.set(f"dataworkbench-{served.port}", "x" * 43)
        answer = client.get(address)
    assert answer.status_code in {302, 403, 404, 405}
    assert "TOLD" not in answer.text
    assert "kernelId" not in answer.text
    if answer.status_code == 302:
        assert answer.headers["location"].startswith("/login?next=%2F")


@pytest.mark.parametrize(
    "given",
    [
        {"headers": {"Authorization": f"token {TOKENS['district']}"}},
        {"headers": {"Authorization": f"Bearer {TOKENS['district']}"}},
        {"headers": {"Cookie": f"token={TOKENS['district']}"}},
        {"headers": {"X-Forwarded-User": "district", "X-JupyterHub-User": "district"}},
        {"params": {"token": ""}},
        {"params": {"token": TOKENS["district"][:-1]}},
        {"params": {"token": TOKENS["district"] + " x"}},
        {"params": {"TOKEN": TOKENS["district"]}},
        {"params": {"token[]": TOKENS["district"]}},
    ],
)  # fmt: skip
def test_a_token_opens_a_page_from_its_address_and_in_no_other_form(served, given):
    with Client(served) as client:
        answer = client.get("/", **given)
        assert answer.status_code == 302
        assert not client.signed_in


def test_a_token_in_the_address_is_taken_out_of_it_and_the_cookie_is_for_this_server_alone(served):
    with Client(served) as client:
        answer = client.get(f"/voila/render/plain.ipynb?school=S001&token={TOKENS['alder']}")
        held = answer.headers["set-cookie"]
    assert 'url=/voila/render/plain.ipynb?school=S001"' in answer.text
    assert TOKENS["alder"] not in answer.text
    assert "HttpOnly" in held
    assert "SameSite=Strict" in held


@pytest.mark.parametrize("name", ["alder", "expired", "nobody-has-this-name", "x" * 5000, "' OR 1=1 --"])
def test_a_wrong_password_is_answered_alike_whether_there_is_such_a_name_or_not(served, name):
    with Client(served) as client:
        answer = client.posts("/login", name=name, password="not the one")  # noqa: S106
    assert answer.status_code == 401
    assert "do not belong together" in answer.text
    assert name[:64] not in answer.text


def test_after_five_wrong_passwords_the_right_one_has_to_wait_as_well(served):
    with Client(served) as client:
        codes = [client.posts("/login", name="birch", password="not the one").status_code for _ in range(9)]  # noqa: S106
        assert codes[:5] == [401] * 5
        assert codes[-1] == 429
        assert int(client.posts("/login", name="birch", password="x").headers["retry-after"]) >= 1  # noqa: S106


def test_somebody_with_a_password_gets_in_and_an_address_elsewhere_is_not_followed(served):
    with Client(served) as client:
        answer = client.posts("/login?next=https://elsewhere.example/", name="Typed ", password=PASSWORD)
        assert answer.status_code == 302
        assert answer.headers["location"] == "/"
        assert client.get("/").status_code == 200


def test_signing_in_needs_a_form_of_ours(served):
    with Client(served) as client:
        client.get("/login")
        given = {"name": "typed", "password": PASSWORD}
        assert client.post("/login", data=given).status_code == 403
        sign = {"_xsrf": client.cookies["_xsrf"]}
        elsewhere = {"Origin": "https://elsewhere.example"}
        assert client.post("/login", data=given | sign, headers=elsewhere).status_code in {403, 404}
        assert not client.signed_in


@pytest.mark.parametrize(
    "path",
    [
        "/voila/static/../../../../../../../../etc/passwd", "/voila/render/../config/staff.json", "//etc/passwd",
        "/voila/templates/dashboards/static/../../../../../config/staff.json", "/voila/labextensions/../../../etc/passwd",
        "/voila/render/%2e%2e/%2e%2e/config/voila.json", "/voila/static//etc/passwd", "/voila/render/asking.ipynb/../plain.ipynb",
        "/voila/render/ASKING.IPYNB", "/voila/render/asking.ipynb%00", "/voila/templates/..%2f..%2f/static/etc/passwd",
    ],
)  # fmt: skip
def test_no_way_of_writing_a_path_leads_out_of_what_is_served(served, alder, path):
    cookie = "; ".join(f"{name}={value}" for name, value in alder.cookies.items())
    with socket.create_connection(("127.0.0.1", served.port), timeout=60) as line:
        line.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n".encode()
        )
        came = b"".join(iter(lambda: line.recv(65536), b""))
    assert came.split()[1] in {b"400", b"403", b"404"}
    assert b"root:" not in came
    assert str(served.folder).encode() not in came


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "127.0.0.1.elsewhere.example", "", "district.example:1"]
)
@pytest.mark.parametrize("address", ["/", "/voila/render/plain.ipynb", "/voila/static/voila.js", "/login"])
def test_a_page_elsewhere_that_points_its_own_name_here_is_refused(served, alder, host, address):
    answer = alder.get(address, headers={"Host": host})
    assert answer.status_code in {400, 403}
    assert "TOLD" not in answer.text


@pytest.mark.parametrize("address", [a for a in ADDRESSES if a not in {"/", "/voila/tree", "/voila/render/asking.ipynb", "/voila/static/voila.js"}])  # fmt: skip
def test_a_visitor_finds_no_file_no_listing_and_no_page_of_the_whole_district(alder, address):
    answer = alder.get(address)
    assert answer.status_code in {400, 403, 404, 405}
    assert "TOLD" not in answer.text
    assert "root:" not in answer.text


def test_the_kernel_of_a_visitor_is_told_one_folder_and_no_secret(served, alder, workspace):
    asked = "?workspace=/etc&DATAWORKBENCH_WORKSPACE=/etc&snapshot=x&scope=all&schools=all&audience=public&policy=none"
    told = alder.told(query=asked)
    folder = told["DATAWORKBENCH_WORKSPACE"]
    assert folder.startswith(str(served.folder / "scopes"))
    held = json.dumps(told)
    assert SECRET not in held
    assert str(workspace.root) not in held.replace(str(served.log), "")
    assert not [token for token in TOKENS.values() if token in held]


def test_headers_of_a_request_do_not_change_what_a_kernel_is_told(alder, served):
    alder.headers["Dataworkbench-Workspace"] = "/etc"
    told = alder.told()
    del alder.headers["Dataworkbench-Workspace"]
    assert told["DATAWORKBENCH_WORKSPACE"].startswith(str(served.folder / "scopes"))
    assert "/etc" not in {value for name, value in told.items() if "WORKSPACE" in name}


def test_nobody_reaches_the_kernel_of_another(served, alder, kernel_of_birch):
    for method, address in (
        ("GET", f"/api/kernels/{kernel_of_birch}"), ("DELETE", f"/api/kernels/{kernel_of_birch}"),
        ("POST", f"/voila/api/shutdown/{kernel_of_birch}"), ("GET", f"/api/kernels/{uuid.uuid4()}"),
    ):  # fmt: skip
        sign = {"X-XSRFToken": alder.cookies.get("_xsrf") or (alder.get("/") and alder.cookies["_xsrf"])}
        assert alder.request(method, address, headers=sign).status_code == 404
    for client in (alder, Client(served), Client(served, "district"), Client(served, "birch")):
        with pytest.raises(HTTPClientError, match=r"40[34]"):
            asyncio.run(client.line(kernel_of_birch))


def test_the_kernel_of_another_still_runs_after_that(birch, kernel_of_birch):
    assert birch.get(f"/api/kernels/{kernel_of_birch}").status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["https://elsewhere.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.elsewhere.example"],
)
def test_a_page_elsewhere_opens_no_line(alder, kernel_of_alder, origin):
    with pytest.raises(HTTPClientError, match="403"):
        asyncio.run(alder.line(kernel_of_alder, Origin=origin))


async def _say(client: Client, kernel: str, said: list[str | bytes]) -> list[dict[str, object]]:
    """Send messages over a line, then a question that is always answered; return what came until the answer to that."""
    line = await client.line(kernel, Origin=f"http://127.0.0.1:{client.port}")
    last = message("kernel_info_request", {})
    for one in [*said, last]:
        await line.write_message(one, binary=isinstance(one, bytes))
    came: list[dict[str, object]] = []
    while not _answers(came, last):
        text = await asyncio.wait_for(line.read_message(), 60)
        assert text is not None
        client.came += text if isinstance(text, bytes) else text.encode()
        came.append(json.loads(text) if isinstance(text, str) else {"msg_type": "binary"})
    line.close()
    return came


def _answers(came: list[dict[str, object]], last: str) -> bool:
    asked = json.loads(last)["header"]["msg_id"]
    return any(
        one["msg_type"] == "status"
        and one["content"]["execution_state"] == "idle"
        and one["parent_header"].get("msg_id") == asked
        for one in came
    )


RUNS = {"code": "import os; print('RAN', 6 * 7)", "silent": False, "store_history": False, "user_expressions": {"a": "6*7"}, "allow_stdin": True}  # fmt: skip


def test_code_questions_and_endings_are_not_handed_on_over_any_channel(alder, kernel_of_alder):
    hostile = [
        message(kind, content, channel)
        for channel in ("shell", "control", "stdin", "iopub", "", "hb")
        for kind, content in (
            ("execute_request", RUNS), ("complete_request", {"code": "district.", "cursor_pos": 9}),
            ("inspect_request", {"code": "district", "cursor_pos": 3, "detail_level": 1}),
            ("history_request", {"hist_access_type": "tail", "n": 99, "output": True, "raw": True}),
            ("input_reply", {"value": "RAN"}), ("interrupt_request", {}), ("shutdown_request", {"restart": True}),
            ("debug_request", {"type": "request", "command": "evaluate", "seq": 1, "arguments": {"expression": "6*7"}}),
            ("create_subshell_request", {}), ("is_complete_request", {"code": "6*7"}),
        )
    ]  # fmt: skip
    torn = [
        "", "{", "[]", "null", "5", "[" * 50_000, json.dumps({"channel": "shell"}),
        json.dumps({"channel": ["shell"], "header": 5, "content": []}), b"", b"\x00" * 20, b"\xff" * 64,
        message("execute_request", RUNS).replace("execute_request", "EXECUTE_REQUEST"),
        json.dumps({**json.loads(message("comm_info_request", {})), "msg_type": "execute_request", "header": {"msg_type": ["execute_request"]}}),
    ]  # fmt: skip
    came = asyncio.run(_say(alder, kernel_of_alder, [*hostile, *torn]))
    kinds = {str(one.get("msg_type")) for one in came}
    assert kinds <= {"status", "kernel_info_reply"}
    assert b"RAN 42" not in bytes(alder.came)
    assert alder.get(f"/api/kernels/{kernel_of_alder}").json()["execution_state"] == "idle"


def test_a_page_cannot_make_a_widget_that_was_not_there(alder, kernel_of_alder):
    state = {"_model_module": "@jupyter-widgets/controls", "_model_name": "HTMLModel", "value": "MADE"}
    opened = message(
        "comm_open", {"comm_id": uuid.uuid4().hex, "target_name": "jupyter.widget", "data": {"state": state}}
    )
    came = asyncio.run(_say(alder, kernel_of_alder, [opened, message("comm_info_request", {})]))
    known = next(one["content"]["comms"] for one in came if one["msg_type"] == "comm_info_reply")
    assert json.loads(opened)["content"]["comm_id"] not in known


def ask_for_everything(client: Client, kernel: str, wanted: str) -> None:
    """Ask a kernel for the state of all of its widgets, and set each of them to what is wanted."""
    control = uuid.uuid4().hex
    first = [
        message("comm_info_request", {}),
        message(
            "comm_open",
            {"comm_id": control, "target_name": "jupyter.widget.control", "data": {}},
            version="1.0.0",
        ),
        message("comm_msg", {"comm_id": control, "data": {"method": "request_states"}}),
    ]
    came = asyncio.run(_say(client, kernel, first))
    comms = [comm for one in came if one["msg_type"] == "comm_info_reply" for comm in one["content"]["comms"]]
    assert comms
    changes = [
        {"method": "update", "state": {"value": wanted}, "buffer_paths": []},
        {"method": "update", "state": {"disabled": False, "index": 0}, "buffer_paths": []},
        {"method": "custom", "content": {"student_id": wanted, "school": "S002", "event": "click"}},
        {"method": "request_state"},
    ]
    said = [message("comm_msg", {"comm_id": comm, "data": data}) for comm in comms for data in changes]
    asyncio.run(_say(client, kernel, said))


def test_what_a_visitor_sends_to_widgets_brings_nothing_of_another_school(alder, kernel_of_alder):
    before = len(alder.came)
    ask_for_everything(alder, kernel_of_alder, "%")
    came = bytes(alder.came[before:])
    assert b"00ZQ0001" in came
    assert marks_in(came) == []


def test_the_same_question_brings_the_marks_to_a_visitor_of_the_other_school(birch, kernel_of_birch):
    before = len(birch.came)
    ask_for_everything(birch, kernel_of_birch, "%")
    assert set(marks_in(bytes(birch.came[before:]))) >= {"77MK", "Markfield"}


def test_somebody_who_is_taken_out_is_out_at_once_and_what_was_open_is_closed(served, workspace):
    with Client(served, "removed") as client:
        kernel = client.kernel("asking")

        async def cut_off() -> float:
            line = await client.line(kernel)
            remove_visitor(workspace.root / "visitors.toml", "removed")
            begun = time.monotonic()
            await line.write_message(message("comm_info_request", {}))
            while await line.read_message() is not None:
                pass
            return time.monotonic() - begun

        assert asyncio.run(cut_off()) < 5
        assert client.get("/").status_code == 302
        assert client.get(f"/?token={TOKENS['removed']}").status_code == 302
        with pytest.raises(HTTPClientError, match="403"):
            asyncio.run(client.line(kernel))


def test_who_signs_out_ends_what_was_open(served):
    with Client(served, "alder") as client:
        kernel = client.kernel("plain")
        before = dict(client.cookies)
        assert client.get("/logout").status_code == 405
        assert client.posts("/logout").status_code == 303
        assert client.get("/").status_code == 302
        client.cookies.update(before)
        assert client.get(f"/api/kernels/{kernel}").status_code == 403


def test_a_body_that_is_too_large_is_not_read(served):
    head = "POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000000000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", served.port), timeout=60) as line:
        line.sendall(head.encode())
        came = line.recv(65536)
    assert came.split()[1:2] in ([b"400"], [])


def test_a_message_that_is_too_large_closes_the_line(alder, kernel_of_alder):
    async def too_much() -> object:
        line = await alder.line(kernel_of_alder)
        with suppress(WebSocketClosedError):  # it may be closed while the message is still on its way
            await line.write_message(message("comm_msg", {"comm_id": "x" * 3_000_000, "data": {}}))
        while (said := await asyncio.wait_for(line.read_message(), 20)) is not None:
            assert said
        return said

    assert asyncio.run(too_much()) is None


def test_who_looked_at_what_is_written_down_without_a_student(served, alder):
    alder.get("/voila/render/plain.ipynb?student=00ZQ0001&token=not-a-token-of-anybody")
    alder.get("/voila/render/00ZQ0001.ipynb")
    path = served.log.with_name("access.jsonl")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    opened = [line for line in lines if line["what"] == "opened" and line["who"] == "alder"]
    assert {"at", "place", "page", "schools"} <= set(opened[-1])
    assert {line["page"] for line in opened} >= {"plain", "asking"}
    assert any(line["what"] == "refused" and line["status"] == 404 for line in lines)
    held = path.read_text(encoding="utf-8") + served.log.read_text(encoding="utf-8")
    assert "00ZQ" not in held
    assert not [token for token in (*TOKENS.values(), "not-a-token-of-anybody") if token in held]
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.thorough
@pytest.mark.parametrize("page", ["district_overview"])
def test_a_page_of_the_workbench_holds_nothing_of_another_school(alder, page):
    before = len(alder.came)
    kernel = alder.kernel(page)
    ask_for_everything(alder, kernel, "77MK0002")
    came = bytes(alder.came[before:])
    assert b"You see Alder Elementary School alone." in came
    assert marks_in(came) == []


def test_who_sees_the_whole_district_is_told_of_no_scope_and_has_the_meeting(served, alder):
    assert "You see Alder Elementary School alone." in alder.get("/").text
    assert "meeting.ipynb" not in alder.get("/").text
    with Client(served, "district") as client:
        assert "You see" not in client.get("/").text
        assert "meeting.ipynb" in client.get("/").text
        assert client.told()["PGPASSWORD"] == SECRET


@pytest.mark.thorough
@pytest.mark.parametrize("page", ["00_start_here", "01_understand_the_situation", "02_goals_and_accountability", "03_plan_per_student", "04_assess_and_document_growth", "05_find_causes_and_recalibrate"])  # fmt: skip
@pytest.mark.parametrize("query", ["", "?school=S002&student=77MK0002&section=S002-03-Math&compare=Gender", "?student=00ZQ0001"])  # fmt: skip
def test_no_page_holds_anything_of_another_school(served, page, query):
    with Client(served, "alder") as client:
        answer = client.get(f"/voila/render/{page}.ipynb{query}")
        assert answer.status_code == 200
        kernel = answer.text.split('"kernelId": "')[1][:36]
        ask_for_everything(client, kernel, "77MK0002")
        came = bytes(client.came)
        client.posts("/logout")
    for echoed in ("77MK0002", "S002-03-Math"):  # what was sent comes back in the form that it was typed into
        came = came.replace(echoed.encode(), b"")
    assert marks_in(came) == []


@pytest.mark.thorough
def test_a_kernel_that_waited_is_told_only_the_folder_of_whoever_it_is_handed_to(workspace):
    with pytest.MonkeyPatch.context() as around:
        around.setenv(MOST_VARIABLE, "30")
        around.setenv(WARM_VARIABLE, "2")
        with (
            serving(workspace) as (ready, _),
            Client(ready, "alder") as alder,
            Client(ready, "birch") as birch,
        ):
            told = {"waited": "False"}
            for client in (alder, birch, alder, birch) * 3:
                time.sleep(5)
                told = client.told()
                own = {name: value for name, value in told.items() if "scopes" in value}
                assert set(own) == {"DATAWORKBENCH_WORKSPACE"}
                if told["waited"] == "True" and client is birch:
                    break
            assert told["waited"] == "True"
            kernel = birch.kernel("asking")
            ask_for_everything(birch, kernel, "%")
            assert b"00ZQ" not in bytes(birch.came)


def test_behind_a_proxy_the_key_goes_over_https_alone_and_the_log_says_who_stood_before_it(tmp_path):
    workspace = made(tmp_path / "district")
    file = workspace.root / "visitors.toml"
    text = file.read_text(encoding="utf-8").replace(
        'address = ""', 'address = "https://data.district.example"'
    )
    file.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as around:
        around.setenv(WARM_VARIABLE, "0")
        with serving(workspace) as (ready, _), Client(ready) as client:
            client.headers.update({"Host": "data.district.example", "X-Forwarded-For": "1.2.3.4, 10.0.0.12"})
            answer = client.get(f"/?token={TOKENS['alder']}")
            held = answer.headers["set-cookie"]
            assert held.startswith("__Host-dataworkbench=")
            assert "Secure" in held
            assert "wss://data.district.example" in answer.headers["content-security-policy"]
            client.headers["Host"] = "elsewhere.example"
            assert client.get("/login").status_code == 403
            log = ready.log.with_name("access.jsonl").read_text(encoding="utf-8")
            assert '"place": "10.0.0.12"' in log
            assert ready.url == "https://data.district.example/"
