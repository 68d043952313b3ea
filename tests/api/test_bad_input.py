"""Whatever is sent to the desk's doors: a problem document that points, and no internals."""

from __future__ import annotations

import gzip
import json
import re
import tracemalloc
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.db import db, transaction, utc_now
from backend.org.models import SessionRow, User
from tests.conftest import SignIn
from tests.tasks.desk import new_task
from tests.town import PASSWORD, Town

Body = dict[str, Any]
CHINESE = re.compile("[\u4e00-\u9fff]")
INTERNALS = re.compile(
    'Traceback|psycopg|sqlalchemy|marshmallow|werkzeug|File "|SELECT', re.IGNORECASE
)
HALF = "\ud83d"


@pytest.fixture
def desk(sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


def problem(answer: Any, status: int, slug: str) -> set[str]:
    """Hold an answer to the form of a problem; answers the pointers."""
    assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{slug}")
    assert answer.content_type == "application/problem+json"
    assert (answer.headers["X-Sync"], len(answer.headers["X-Epoch"])) == ("1", 36)
    assert answer.json["status"] == status
    assert not INTERNALS.search(answer.get_data(as_text=True))
    said = [answer.json["detail"], *(error["detail"] for error in answer.json.get("errors", []))]
    assert all(CHINESE.search(sentence) for sentence in said), said
    return {error["pointer"] for error in answer.json.get("errors", [])}


def send(desk: FlaskClient, path: str, body: Any) -> Any:
    """Post JSON as Python writes it: NaN and halves of characters included."""
    return desk.post(path, data=json.dumps(body), content_type="application/json")


TASK: list[tuple[Body, str]] = [
    ({"unheard_of": 1}, "/unheard_of"),
    ({"a/b~c": 1}, "/a~1b~0c"),
    ({HALF: 1}, "/\\ud83d"),
    ({"id": "not-an-id"}, "/id"),
    ({"id": 7}, "/id"),
    ({"id": None}, "/id"),
    ({"title": ""}, "/title"),
    ({"title": "长" * 101}, "/title"),
    ({"title": "复查\0"}, "/title"),
    ({"text": HALF}, "/text"),
    ({"text": ["列"]}, "/text"),
    ({"place": "\0"}, "/place"),
    ({"kind": "burn"}, "/kind"),
    ({"due_at": "tomorrow"}, "/due_at"),
    ({"due_at": "2026-11-22T08:00:00"}, "/due_at"),
    ({"due_at": "0001-01-01T00:00:00+14:00"}, "/due_at"),
    ({"due_at": "9999-12-31T23:59:59-12:00"}, "/due_at"),
    ({"assignee_id": str(uuid4())}, "/assignee_id"),
    ({"house_id": str(uuid4())}, "/house_id"),
    ({"case_id": str(uuid4())}, "/case_id"),
    ({"position": {"lng": 2.35, "lat": 48.85}}, "/position/lng"),
    ({"position": {"lng": float("nan"), "lat": 32}}, "/position/lng"),
    ({"position": {"lng": 121, "lat": float("inf")}}, "/position/lat"),
    ({"position": {"lng": 121, "lat": 32, "accuracy": 10**400}}, "/position/accuracy"),
    ({"position": 7}, "/position"),
]


@pytest.mark.parametrize(("change", "pointer"), TASK)
def test_a_wrong_field_of_a_task_is_pointed_at(
    change: Body, pointer: str, desk: FlaskClient, town: Town
) -> None:
    answer = send(desk, "/api/tasks", {**new_task(town), **change})

    assert pointer in problem(answer, 422, "validation")


@pytest.mark.parametrize("written", ["{%s}", "urn:uuid:%s", "hex"])
def test_an_id_in_an_odd_form_is_the_same_id_or_none(
    written: str, desk: FlaskClient, town: Town
) -> None:
    body = new_task(town)
    odd = body["id"].replace("-", "") if written == "hex" else written % body["id"]

    answer = send(desk, "/api/tasks", {**body, "id": odd})

    if answer.status_code == 201:
        assert answer.json["id"] == body["id"]
    else:
        assert problem(answer, 422, "validation") == {"/id"}


QUERIES = [
    ("/api/houses?q=%00", "/query/q"),
    ("/api/cases?q=%00", "/query/q"),
    ("/api/activities?q=%00", "/query/q"),
    ("/api/activities?since=0001-01-01T00:00:00%2B14:00", "/query/since"),
    ("/api/activities?kind=%00", "/query/kind"),
    ("/api/activities?grid_id=%00", "/query/grid_id"),
    ("/api/houses?cursor=%00", "/query/cursor"),
    ("/api/houses?cursor=WyJcdTAwMDAiLCAxXQ", "/query/cursor"),
    ("/api/tasks?cursor=%F0%9F%98%80", "/query/cursor"),
    ("/api/tasks?limit=0", "/query/limit"),
    ("/api/tasks?limit=99999999999999999999", "/query/limit"),
    ("/api/tasks?limit=NaN", "/query/limit"),
    ("/api/tasks?nonsense=1", "/query/nonsense"),
    ("/api/tasks?state=x", "/query/state"),
    (f"/api/houses?q={'x' * 5000}", "/query/q"),
]


@pytest.mark.parametrize(("path", "pointer"), QUERIES)
def test_a_wrong_query_is_pointed_at(path: str, pointer: str, desk: FlaskClient) -> None:
    assert problem(desk.get(path), 422, "validation") == {pointer}


def test_text_that_only_looks_odd_is_searched_for(desk: FlaskClient) -> None:
    for text in ("%", "_", "'", "\\", "%F0%9F%98%80", "%ED%A0%80", "%FF"):
        assert desk.get(f"/api/houses?q={text}").status_code == 200


@pytest.mark.parametrize(
    ("body", "media_type", "status", "slug"),
    [
        (b"{", "application/json", 400, "malformed-json"),
        (b"", "application/json", 400, "malformed-json"),
        (b"\xff\xfe", "application/json", 400, "malformed-json"),
        (b"[" * 200 + b"]" * 200, "application/json", 400, "malformed-json"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "application/json", 400, "malformed-json"),
        (b"1" * 5000, "application/json", 400, "malformed-json"),
        (b"id=1", "application/x-www-form-urlencoded", 415, "unsupported-media-type"),
        (b"{}", "text/plain", 415, "unsupported-media-type"),
        (b"<task/>", "application/xml", 415, "unsupported-media-type"),
        (b"[]", "application/json", 422, "validation"),
        (b"null", "application/json", 422, "validation"),
        (b'"text"', "application/json", 422, "validation"),
    ],
)
def test_a_body_that_is_no_task(
    body: bytes, media_type: str, status: int, slug: str, desk: FlaskClient
) -> None:
    problem(desk.post("/api/tasks", data=body, content_type=media_type), status, slug)


def test_a_hundred_megabytes_of_zeros_are_refused_in_little_memory(desk: FlaskClient) -> None:
    bomb = gzip.compress(bytes(100_000_000))
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}

    tracemalloc.start()
    answer = desk.post("/api/tasks", data=bomb, headers=headers)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    problem(answer, 413, "body-too-large")
    assert most < 40_000_000


def test_a_body_over_the_limit_is_refused(desk: FlaskClient) -> None:
    answer = desk.post("/api/tasks", data=b" " * 9_000_000, content_type="application/json")

    problem(answer, 413, "body-too-large")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "path",
    ["/api/nothing", "/sync/nothing", "/api/tasks/7", "/api/houses/%00", "/api/" + "x" * 9000],
)
def test_an_unknown_path_is_a_problem(path: str, method: str, desk: FlaskClient) -> None:
    problem(desk.open(path, method=method), 404, "not-found")


@pytest.mark.parametrize(("path", "method"), [("/api/tasks", "PUT"), ("/sync/push", "GET")])
def test_a_wrong_method_names_the_right_ones(path: str, method: str, desk: FlaskClient) -> None:
    answer = desk.open(path, method=method)

    problem(answer, 405, "method-not-allowed")
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/%00", "/" + "x" * 5000, "/../../etc/passwd", "/assets/%00"])
def test_no_file_has_such_a_name(path: str, client: FlaskClient) -> None:
    assert client.get(path, buffered=True).status_code in {200, 404}


def test_an_unknown_record_of_a_right_form_is_not_found(desk: FlaskClient) -> None:
    for noun in ("tasks", "cases", "houses", "inspections", "patrols", "checklists"):
        problem(desk.get(f"/api/{noun}/{uuid4()}"), 404, "not-found")


# Who asks


def signing_in(**more: Any) -> Body:
    device = {"id": str(uuid4()), "name": "测试", "kind": "phone"}
    return {"username": "worker", "password": PASSWORD, "device": device, **more}


def test_a_wrong_password_and_an_unknown_name_look_alike(client: FlaskClient, town: Town) -> None:
    wrong = client.post("/api/session", json=signing_in(password="wrong"))
    unknown = client.post("/api/session", json=signing_in(username="nobody"))

    problem(wrong, 401, "bad-credentials")
    assert wrong.data == unknown.data


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"username": "a\0"}, "/username"),
        ({"username": HALF}, "/username"),
        ({"password": "a\0"}, "/password"),
        ({"password": HALF}, "/password"),
        ({"password": "x" * 100_000}, "/password"),
        ({"device": {"id": str(uuid4()), "name": "\0", "kind": "phone"}}, "/device/name"),
        ({"device": {"id": str(uuid4()), "name": "x", "kind": "fridge"}}, "/device/kind"),
        ({"device": None}, "/device"),
    ],
)
def test_a_wrong_sign_in_is_pointed_at(
    change: Body, pointer: str, client: FlaskClient, town: Town
) -> None:
    answer = send(client, "/api/session", signing_in(**change))

    assert problem(answer, 422, "validation") == {pointer}


def test_a_session_that_is_no_longer_one(desk: FlaskClient, town: Town) -> None:
    with transaction():
        row = db.session.scalars(select(SessionRow)).one()
        row.last_seen_at = utc_now() - timedelta(days=31)
    problem(desk.get("/api/tasks"), 401, "unauthenticated")

    with transaction():
        row.last_seen_at = utc_now()
    assert desk.get("/api/tasks").status_code == 200

    with transaction():
        row.ended_at = utc_now()
    problem(desk.get("/api/tasks"), 401, "unauthenticated")


def test_a_person_who_has_left_is_out_at_once(desk: FlaskClient, town: Town) -> None:
    with transaction():
        left = select(User).where(User.username == "dispatcher")
        db.session.scalars(left).one().active = False

    problem(desk.get("/api/tasks"), 401, "unauthenticated")
    problem(desk.post("/sync/pull", json={}), 401, "unauthenticated")


@pytest.mark.parametrize("cookie", ["", "x", "\xff", "x" * 8000, "a\0b", "…"])
def test_a_cookie_that_nobody_gave(cookie: str, client: FlaskClient) -> None:
    answer = client.get(
        "/api/tasks", environ_overrides={"HTTP_COOKIE": f"gridfield_session={cookie}"}
    )

    problem(answer, 401, "unauthenticated")


@pytest.mark.parametrize("token", ["", "wrong", "é" * 4000])
def test_no_proof_no_deed(token: str, desk: FlaskClient, town: Town) -> None:
    for path in ("/api/tasks", "/sync/push"):
        answer = desk.post(path, json=new_task(town), headers={"X-CSRF-Token": token})
        problem(answer, 403, "csrf")
