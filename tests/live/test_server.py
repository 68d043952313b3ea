"""The live channel, from a commit to a screen."""

from __future__ import annotations

import http.client
from uuid import UUID, uuid4

import pytest

from backend.app import Gridfield
from backend.db import new_id, transaction
from backend.delivery import live
from tests.live.conftest import PAGE, LiveServer, Screen, running_server
from tests.town import Town
from tools.valkey import Valkey


def announce(app: Gridfield, kind: str, **audience: object) -> str:
    """Commit something that is announced; answers its id."""
    record_id = new_id()
    with app.app_context(), transaction():
        live.announce(kind, record_id, **audience)  # type: ignore[arg-type]
    return str(record_id)


def last_word(server: LiveServer, username: str, screen: Screen) -> str:
    """What a person hears next, once everybody has been told of all before."""
    sentinel = announce(server.app, "message", user_id=server.town.users[username].id)
    _, data = screen.event()
    return "nothing" if data["id"] == sentinel else data["kind"]


@pytest.mark.parametrize(
    ("who", "heard"),
    [
        ("dispatcher", "inspection"),
        ("district", "inspection"),
        ("supervisor", "inspection"),
        ("head", "inspection"),
        ("other_dispatcher", "nothing"),
        ("worker", "nothing"),
        ("officer", "nothing"),
        ("admin", "nothing"),
    ],
)
def test_who_hears_of_an_inspection(server: LiveServer, who: str, heard: str) -> None:
    screen = server.screen(who)

    announce(server.app, "inspection", org_path=server.town.units["金新街道1村"].path)

    assert last_word(server, who, screen) == heard


@pytest.mark.parametrize(
    ("who", "heard"), [("dispatcher", "case"), ("supervisor", "nothing"), ("head", "nothing")]
)
def test_a_restricted_case_is_for_the_cleared(server: LiveServer, who: str, heard: str) -> None:
    screen = server.screen(who)

    path = server.town.units["金新街道1村"].path
    announce(server.app, "case", org_path=path, restricted=True)

    assert last_word(server, who, screen) == heard


@pytest.mark.parametrize(("department", "heard"), [("消防", "case"), ("住建", "nothing")])
def test_an_officer_hears_of_the_departments_cases(
    server: LiveServer, department: str, heard: str
) -> None:
    screen = server.screen("officer")

    path = server.town.units["金新街道1村"].path
    of = server.town.departments[f"金新街道{department}"].id
    announce(server.app, "case", org_path=path, departments=[of])

    assert last_word(server, "officer", screen) == heard


def test_a_message_is_for_one_person(server: LiveServer) -> None:
    worker, other = server.screen("worker"), server.screen("worker2")
    message = {"message_id": uuid4(), "title": "新任务", "task_id": None, "url": "/tasks/1"}

    with server.app.app_context():
        assert live.tell(server.town.users["worker"].id, message)

    name, data = worker.event()
    assert (name, data["title"], UUID(data["message_id"])) == (
        "message",
        "新任务",
        message["message_id"],
    )
    assert last_word(server, "worker2", other) == "nothing"


def test_what_is_rolled_back_is_not_told(server: LiveServer) -> None:
    screen = server.screen("dispatcher")
    path = server.town.units["金新街道1村"].path

    with server.app.app_context(), pytest.raises(ValueError, match="undone"):
        announce_and_fail(path)

    assert last_word(server, "dispatcher", screen) == "nothing"


def announce_and_fail(path: str) -> None:
    with transaction():
        live.announce("case", new_id(), org_path=path)
        raise ValueError("undone")


def test_nobody_is_let_in_without_a_session(server: LiveServer) -> None:
    for headers in ({}, {"Cookie": "gridfield_session=nonsense"}, {"Cookie": "=;;,"}):
        answer = server.ask(**headers).answer
        assert (answer.status, answer.getheader("Content-Type")) == (
            401,
            "application/problem+json",
        )
    assert server.ask("/elsewhere").answer.status == 404


def test_only_the_own_page_may_read(server: LiveServer) -> None:
    cookie = server.cookie("dispatcher")

    ours = server.ask(Cookie=cookie, Origin=PAGE).answer
    theirs = server.ask(Cookie=cookie, Origin="https://evil.example").answer

    assert ours.getheader("Access-Control-Allow-Origin") == PAGE
    assert ours.getheader("Access-Control-Allow-Credentials") == "true"
    assert ours.getheader("Content-Type") == "text/event-stream; charset=utf-8"
    assert theirs.getheader("Access-Control-Allow-Origin") is None


def test_after_a_break_of_the_broker_every_screen_asks_anew(server: LiveServer) -> None:
    screen = server.screen("dispatcher")

    server.valkey.stop()
    try:
        with pytest.raises((EOFError, http.client.IncompleteRead)):
            screen.event()
        assert server.health() == 503
    finally:
        server.valkey.start()
    server.wait(200)

    screen = server.screen("dispatcher")
    announce(server.app, "case", org_path=server.town.units["金新街道1村"].path)
    assert screen.event()[1]["kind"] == "case"


def test_the_server_stops_though_screens_are_open(
    standing_app: tuple[Gridfield, Valkey], standing_town: Town
) -> None:
    with running_server(standing_app, standing_town) as server:
        screens = [server.screen("dispatcher") for _ in range(3)]

        assert server.stop() == 0

        for screen in screens:
            with pytest.raises(EOFError):
                screen.event()


def test_five_hundred_screens(server: LiveServer) -> None:
    screens = [server.screen("dispatcher") for _ in range(500)]

    told = announce(server.app, "case", org_path=server.town.units["金新街道1村"].path)

    assert {screen.event()[1]["id"] for screen in screens} == {told}
