"""The duty desk's call list: urgent messages that nobody has acknowledged in time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from backend.audit import commands as audit
from backend.db import db, locked, utc_now
from backend.delivery import gateways
from backend.delivery.models import Call, Delivery, Message
from backend.delivery.people import looks_after, people_below
from backend.delivery.reach import number_of
from backend.org.access import Actor, Permission
from backend.org.models import User
from backend.problems import Conflict, NotFound

MOST = 200


def to_call(actor: Actor) -> list[dict[str, Any]]:
    """Whom to call, the longest waiting first.

    Raises:
        Forbidden: no role of the actor allows it.
    """
    waiting = _due().where(Message.user_id.in_(people_below(actor, Permission.MESSAGE_CALL)))
    rows = db.session.execute(waiting.order_by(Delivery.next_attempt_at).limit(MOST)).all()
    calls = _calls([delivery.id for delivery, _, _ in rows])
    return [
        {
            "id": delivery.id,
            "person": {"id": person.id, "name": person.name},
            "number_masked": _masked(person.id),
            "title": message.title,
            "number": message.number,
            "sent_at": message.created_at,
            "due_at": delivery.next_attempt_at,
            "calls": calls.get(delivery.id, []),
        }
        for delivery, message, person in rows
    ]


def reveal(actor: Actor, delivery_id: UUID) -> str | None:
    """The number to call; who looked at whose is written down.

    Raises:
        NotFound, Forbidden: it is not on the actor's list.
        Conflict: somebody has settled it.
    """
    message = _waiting(actor, delivery_id).message
    audit.record(actor.user_id, "call.reveal", "user", message.user_id, message=str(message.id))
    return number_of(message.user_id)


def called(actor: Actor, delivery_id: UUID, outcome: str, note: str) -> None:
    """Write down a call; who was told needs no further message about it.

    Raises:
        NotFound, Forbidden: it is not on the actor's list.
        Conflict: somebody has settled it.
    """
    delivery = _waiting(actor, delivery_id)
    now = utc_now()
    db.session.add(
        Call(delivery_id=delivery.id, actor_id=actor.user_id, outcome=outcome, note=note, at=now)
    )
    delivery.attempts += 1
    delivery.sent_at = delivery.sent_at or now
    if outcome == "told":
        delivery.state, delivery.delivered_at = "delivered", now
        delivery.message.delivered_at = delivery.message.delivered_at or now
        for other in delivery.message.deliveries:
            if other.state == "queued":
                other.state = "spared"


def _due() -> Select[Delivery, Message, User]:
    return (
        select(Delivery, Message, User)
        .join(Message, Message.id == Delivery.message_id)
        .join(User, User.id == Message.user_id)
        .where(Delivery.channel == "call", Delivery.state == "queued")
        .where(Delivery.next_attempt_at <= utc_now(), Message.read_at.is_(None))
    )


def _waiting(actor: Actor, delivery_id: UUID) -> Delivery:
    delivery = locked(Delivery, delivery_id)
    seen = delivery is not None and looks_after(
        actor, Permission.MESSAGE_CALL, delivery.message.user_id
    )
    if delivery is None or delivery.channel != "call" or not seen:
        raise NotFound("没有找到这条待通知")
    if delivery.state != "queued" or delivery.next_attempt_at > utc_now():
        raise Conflict("对方已经收到,不用再打电话")
    return delivery


def _masked(user_id: UUID) -> str | None:
    number = number_of(user_id)
    return gateways.masked(number) if number else None


def _calls(delivery_ids: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    query = (
        select(Call, User.name)
        .join(User, User.id == Call.actor_id)
        .where(Call.delivery_id.in_(delivery_ids))
        .order_by(Call.at)
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for call, name in db.session.execute(query):
        told = {"at": call.at, "by": name, "outcome": call.outcome, "note": call.note}
        found.setdefault(call.delivery_id, []).append(told)
    return found
