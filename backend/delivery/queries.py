"""What is read of messages: the log of what was sent to whom, and how each way out fares."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from backend.db import db, utc_now
from backend.delivery import gateways
from backend.delivery.models import Contact, Delivery, Message, TextMessage, Way
from backend.delivery.people import people_below
from backend.org.access import Actor, Permission, below, require
from backend.org.models import Department, OrgUnit, User
from backend.paging import page

CHANNELS = ("live", "push", "chat", "text", "call")
MESSAGE_COLUMNS = (
    *("id", "code", "title", "number", "urgency", "created_at"),
    *("delivered_at", "read_at", "accepted_at"),
)
WAY_COLUMNS = (
    *("channel", "failures", "last_success_at"),
    *("last_failure_at", "last_error", "paused_until"),
)


def list_messages(
    actor: Actor, filters: dict[str, Any], cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of what was sent to the people of the actor's divisions, newest first.

    Raises:
        Forbidden: no role of the actor allows it.
    """
    query = (
        select(Message)
        .where(Message.user_id.in_(people_below(actor, Permission.MESSAGE_READ)))
        .options(selectinload(Message.deliveries))
    )
    if filters.get("q"):
        named = select(User.id).where(User.name.contains(filters["q"], autoescape=True))
        query = query.where(Message.user_id.in_(named))
    if filters.get("channel"):
        by = select(Delivery.message_id).where(Delivery.channel == filters["channel"])
        query = query.where(Message.id.in_(by.where(Delivery.attempts > 0)))
    rows, following = page(query, Message.created_at, Message.id, cursor, limit)
    names = _names({row.user_id for row in rows})
    return [_described(row, names[row.user_id]) for row in rows], following


def messages_about(case_id: UUID) -> list[dict[str, Any]]:
    """What was sent about a case, the first first, and how each fared; whoever sees it may read."""
    query = (
        select(Message).where(Message.case_id == case_id).options(selectinload(Message.deliveries))
    )
    rows = db.session.scalars(query.order_by(Message.created_at, Message.id)).all()
    names = _names({row.user_id for row in rows})
    return [_described(row, names[row.user_id]) for row in rows]


def _names(user_ids: set[UUID]) -> dict[UUID, str]:
    query = select(User.id, User.name).where(User.id.in_(user_ids))
    return {row.id: row.name for row in db.session.execute(query)}


def _described(message: Message, name: str) -> dict[str, Any]:
    ordered = sorted(message.deliveries, key=lambda one: (CHANNELS.index(one.channel), one.id))
    return {column: getattr(message, column) for column in MESSAGE_COLUMNS} | {
        "person": {"id": message.user_id, "name": name},
        "deliveries": [delivery_row(delivery) for delivery in ordered],
    }


def delivery_row(delivery: Delivery) -> dict[str, Any]:
    """How a message fared on one address."""
    return {
        "channel": delivery.channel,
        "state": delivery.state,
        "at": delivery.read_at or delivery.delivered_at or delivery.sent_at,
        **{name: getattr(delivery, name) for name in ("sent_at", "delivered_at", "read_at")},
        "attempts": delivery.attempts,
        "next_attempt_at": delivery.next_attempt_at if delivery.state == "queued" else None,
        "last_error": delivery.last_error,
    }


def health(actor: Actor) -> dict[str, Any]:
    """How each way out fares, and how much waits on each channel.

    Raises:
        Forbidden: no role of the actor allows it.
    """
    require(actor, Permission.MESSAGE_READ)
    return {
        "ways": [_way(way, owner) for way, owner in _ways(actor)],
        "waiting": _waiting(),
        "text_service": gateways.service() if gateways.available() else None,
    }


def _ways(actor: Actor) -> list[tuple[Way, str | None]]:
    """The shared ways, and of the chat robots those of the actor's own units."""
    owners = {
        str(contact_id): name
        for contact_id, name in db.session.execute(
            select(Contact.id, func.coalesce(Department.name, OrgUnit.name))
            .outerjoin(Department, Department.id == Contact.department_id)
            .join(OrgUnit, OrgUnit.id.in_([Contact.org_unit_id, Department.org_unit_id]))
            .where(below(actor, Permission.MESSAGE_READ, OrgUnit.path))
        )
    }
    ways = db.session.scalars(select(Way).order_by(Way.channel, Way.service)).all()
    parts = [(way, way.service.partition(" ")[2]) for way in ways]
    return [(way, owners.get(key)) for way, key in parts if not key or key in owners]


def _way(way: Way, owner: str | None) -> dict[str, Any]:
    resting = way.paused_until is not None
    return {column: getattr(way, column) for column in WAY_COLUMNS} | {
        "service": way.service.partition(" ")[0],
        "owner": owner,
        "state": "resting" if resting else "failing" if way.failures else "well",
    }


def _waiting() -> dict[str, int]:
    """How many deliveries are due and have not left, by channel; citizens' texts are texts."""
    due = (
        select(Delivery.channel, func.count())
        .where(Delivery.state == "queued", Delivery.next_attempt_at <= utc_now())
        .group_by(Delivery.channel)
    )
    tried = (
        select(Delivery.channel, func.count())
        .where(Delivery.state == "queued", Delivery.next_attempt_at > utc_now())
        .where(Delivery.attempts > 0)
        .group_by(Delivery.channel)
    )
    texts = select(func.count()).where(TextMessage.state == "queued")
    found = dict.fromkeys(CHANNELS, 0)
    for query in (due, tried):
        for channel, count in db.session.execute(query):
            found[channel] += count
    found["text"] += db.session.scalars(texts).one()
    return found
