"""Messages about a case: who hears of it, and when enough has been said."""

from __future__ import annotations

from backend.db import db
from backend.delivery.models import Message
from tests.cases.steps import do
from tests.houses.work import hazard
from tests.town import Town


def told(town: Town, username: str) -> list[Message]:
    db.session.expire_all()
    mine = db.session.query(Message).filter_by(user_id=town.users[username].id)
    return mine.order_by(Message.created_at).all()


def test_who_acts_on_a_case_needs_no_further_word_about_it(town: Town) -> None:
    case_id = hazard(town)
    fire = town.departments["金新街道消防"].id
    do(town, case_id, "dispatcher", "dispatch", department=fire)
    [message] = told(town, "officer")
    assert (message.code, message.read_at) == ("case-dispatched", None)

    do(town, case_id, "officer", "sign")

    [message] = told(town, "officer")
    assert message.accepted_at is not None
    assert {delivery.state for delivery in message.deliveries} <= {"spared", "sent", "queued"}
    assert not [
        one for one in message.deliveries if one.state == "queued" and one.channel != "live"
    ]
