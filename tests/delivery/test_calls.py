"""The call list: whoever has not answered an urgent message in time is called by a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from backend.audit.models import AuditLine
from backend.db import db, transaction, utc_now
from backend.delivery.commands import send
from backend.delivery.models import Call, Delivery, Message
from tests.conftest import SignIn
from tests.town import Town


@pytest.fixture
def message(town: Town) -> Message:
    with transaction():
        message = Message(
            user_id=town.users["worker"].id,
            code="case-urgent",
            title="紧急案件",
            body="",
            url="/cases/1",
            urgency="urgent",
        )
        send(message)
    return message


@pytest.fixture
def desk(sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


def call_row() -> Delivery:
    db.session.expire_all()
    return db.session.query(Delivery).filter_by(channel="call").one()


def let_time_pass() -> None:
    with transaction():
        call_row().next_attempt_at = utc_now() - timedelta(seconds=1)


def test_nobody_is_called_before_the_time(message: Message, desk: FlaskClient) -> None:
    assert desk.get("/api/calls").json == []
    assert desk.post(f"/api/calls/{call_row().id}", json={"outcome": "told"}).status_code == 409
    let_time_pass()

    [one] = desk.get("/api/calls").json or []
    assert one["title"] == "紧急案件"
    assert one["number_masked"].count("*") == 4


def test_who_has_read_it_is_called_no_more(
    message: Message, desk: FlaskClient, sign_in: SignIn
) -> None:
    let_time_pass()
    address = f"/api/messages/{message.id}/receipts"
    sign_in("worker").post(address, json={"event": "read", "channel": "live"})

    assert desk.get("/api/calls").json == []
    assert call_row().state == "spared"


def test_a_number_is_shown_to_whoever_calls_and_written_down(
    town: Town, message: Message, desk: FlaskClient
) -> None:
    let_time_pass()
    answer = desk.post(f"/api/calls/{call_row().id}/number")

    assert answer.json["number"] == town.users["worker"].phone
    line = db.session.query(AuditLine).filter_by(action="call.reveal").one()
    assert line.subject_id == town.users["worker"].id
    assert answer.json["number"] not in str(line.detail)


def test_who_could_not_be_reached_stays_on_the_list(message: Message, desk: FlaskClient) -> None:
    let_time_pass()
    body = {"outcome": "unreached", "note": "关机"}
    assert desk.post(f"/api/calls/{call_row().id}", json=body).status_code == 204

    [one] = desk.get("/api/calls").json or []
    assert [(call["outcome"], call["note"]) for call in one["calls"]] == [("unreached", "关机")]


def test_who_was_told_gets_no_further_message(message: Message, desk: FlaskClient) -> None:
    let_time_pass()
    assert desk.post(f"/api/calls/{call_row().id}", json={"outcome": "told"}).status_code == 204

    assert desk.get("/api/calls").json == []
    assert call_row().state == "delivered"
    states = {row.channel: row.state for row in db.session.query(Delivery)}
    assert "queued" not in states.values()
    again = desk.post(f"/api/calls/{call_row().id}", json={"outcome": "told"})
    assert again.status_code == 409
    assert db.session.query(Call).count() == 1


def test_the_log_tells_each_persons_messages(
    message: Message, desk: FlaskClient, town: Town
) -> None:
    name = town.users["worker"].name
    [one] = desk.get("/api/messages", query_string={"q": name}).json["items"]

    assert (one["title"], one["person"]["name"]) == ("紧急案件", name)
    channels = [row["channel"] for row in one["deliveries"]]
    assert channels == sorted(channels, key=["live", "push", "chat", "text", "call"].index)
    assert desk.get("/api/messages", query_string={"q": "无此人"}).json["items"] == []
