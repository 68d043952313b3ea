"""Where a person can be reached, and so which rungs the ladder has for a message."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import or_, select

from backend.db import db, utc_now
from backend.delivery import gateways, ladder
from backend.delivery.models import Contact, Delivery, Message
from backend.delivery.subscriptions import active
from backend.org.models import Grid, GridDuty, OrgUnit, RoleGrant, User


def rungs(message: Message) -> list[Delivery]:
    """A delivery for each address of the person's, due when its channel's turn comes."""
    now = utc_now()
    return [
        Delivery(
            message_id=message.id,
            channel=step.channel,
            next_attempt_at=now + step.after,
            subscription_id=subscription_id,
            contact_id=contact_id,
        )
        for step in ladder.steps(message.urgency)
        for subscription_id, contact_id in _addresses(step.channel, message)
    ]


def _addresses(channel: str, message: Message) -> list[tuple[UUID | None, UUID | None]]:
    """The subscription or the contact of each address; neither where the person is enough."""
    if channel == "push":
        return [(row.id, None) for row in active(message.user_id)]
    if channel == "chat":
        return [(None, row.id) for row in _chats(message)]
    if channel == "text":
        return [(None, contact_id) for contact_id in _numbers(message.user_id)]
    return [(None, None)]


def own_contacts(user_id: UUID, channel: str) -> list[Contact]:
    """A person's own addresses of a kind."""
    mine = select(Contact).where(Contact.user_id == user_id, Contact.channel == channel)
    return list(db.session.scalars(mine.where(Contact.retired_at.is_(None)).order_by(Contact.id)))


def number_of(user_id: UUID) -> str | None:
    """The number to call or to text: one's own entry, else that of the account."""
    for contact in own_contacts(user_id, "text"):
        return contact.address
    return db.session.scalars(select(User.phone).where(User.id == user_id)).one()


def _numbers(user_id: UUID) -> list[UUID | None]:
    if not gateways.available():
        return []
    own: list[UUID | None] = [contact.id for contact in own_contacts(user_id, "text")]
    return own or ([None] if number_of(user_id) else [])


def _chats(message: Message) -> list[Contact]:
    """One's own chats; else the robot of one's department or nearest division.

    What only cleared people may know of is not even hinted at in a group.
    """
    own = own_contacts(message.user_id, "chat")
    if own or message.restricted:
        return own
    return _of_departments(message.user_id) or _of_divisions(message.user_id)


def _of_departments(user_id: UUID) -> list[Contact]:
    mine = select(RoleGrant.department_id).where(RoleGrant.user_id == user_id)
    return _robots(select(Contact).where(Contact.department_id.in_(mine)))


def _of_divisions(user_id: UUID) -> list[Contact]:
    known = _divisions(user_id)
    if not known:
        return []
    above = or_(*(OrgUnit.path == path for path in _upwards(known)))
    found = select(Contact, OrgUnit.path).join(OrgUnit, OrgUnit.id == Contact.org_unit_id)
    rows = db.session.execute(found.where(above, Contact.retired_at.is_(None))).all()
    nearest = max((path for _, path in rows), key=len, default="")
    return [contact for contact, path in rows if path == nearest]


def _robots(query: object) -> list[Contact]:
    return list(db.session.scalars(query.where(Contact.retired_at.is_(None))))  # type: ignore[attr-defined]


def _divisions(user_id: UUID) -> set[str]:
    """The paths of the divisions in which a person works."""
    now = utc_now()
    duties = (
        select(Grid.org_path)
        .join(GridDuty, GridDuty.grid_id == Grid.id)
        .where(GridDuty.user_id == user_id)
        .where(GridDuty.since <= now, GridDuty.until.is_(None) | (GridDuty.until > now))
    )
    roles = select(OrgUnit.path).join(RoleGrant).where(RoleGrant.user_id == user_id)
    return {*db.session.scalars(duties), *db.session.scalars(roles)}


def divisions_upwards(user_id: UUID) -> set[str]:
    """The paths of the divisions in which a person works, and of all above them."""
    return _upwards(_divisions(user_id))


def _upwards(paths: Iterable[str]) -> set[str]:
    """Each path and those of all divisions above."""
    found: set[str] = set()
    for path in paths:
        parts = path.strip("/").split("/")
        found |= {"/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts))}
    return found
