"""Where people and units take messages beside the apps: entering, taking back, trying out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from backend.audit import commands as audit
from backend.db import db, utc_now
from backend.delivery import chat, gateways
from backend.delivery.commands import queue
from backend.delivery.models import Contact, Delivery, Message
from backend.delivery.people import looks_after
from backend.delivery.subscriptions import active
from backend.org.access import Actor, Permission, below, require
from backend.org.models import Department, OrgUnit
from backend.problems import Conflict, FieldError, NotFound, Validation

_NUMBER: Final = re.compile(r"1[3-9]\d{9}")


@dataclass(frozen=True)
class Owner:
    """Whose an address is; a person's unless a unit's or a department's."""

    user_id: UUID | None = None
    org_unit_id: UUID | None = None
    department_id: UUID | None = None


def add(actor: Actor, owner: Owner, channel: str, address: str) -> Contact:
    """Take messages there from now on.

    Raises:
        NotFound, Forbidden: the owner is not the actor's to look after.
        Validation: the address is none of its kind.
    """
    for_others = owner != Owner(user_id=actor.user_id)
    if for_others:
        _require_owner(actor, owner)
    editor = Permission.CONTACT_EDIT in actor.permissions
    _check(channel, address, anywhere=editor)
    if channel == "text" and owner.user_id is None:
        raise _wrong("/channel", "短信只能发给个人")
    row = Contact(**vars(owner), channel=channel, address=address)
    db.session.add(row)
    db.session.flush()
    audit.record(actor.user_id, "contact.add", "contact", row.id, channel=channel)
    return row


def retire(actor: Actor, contact_id: UUID) -> None:
    """Send nothing more there.

    Raises:
        NotFound, Forbidden: it is not the actor's.
    """
    row = own(actor, contact_id)
    row.retired_at, row.retired_why = utc_now(), "taken back"
    audit.record(actor.user_id, "contact.retire", "contact", row.id)


def own(actor: Actor, contact_id: UUID) -> Contact:
    """A contact that the actor may look after.

    Raises:
        NotFound, Forbidden: none such.
    """
    row = db.session.get(Contact, contact_id)
    if row is None or row.retired_at is not None:
        raise NotFound("没有找到这个联系方式")
    if row.user_id != actor.user_id:
        _require_owner(actor, Owner(row.user_id, row.org_unit_id, row.department_id))
    return row


def try_out(actor: Actor, channel: str, contact_id: UUID | None) -> Message:
    """Send the actor a message on this one channel.

    Raises:
        NotFound: there is no such contact.
        Conflict: the channel leads nowhere yet.
    """
    message = Message(
        user_id=actor.user_id,
        code="test",
        title="测试消息",
        body="收到即表示此通道正常",
        url="/messages",
        urgency="urgent",  # a test asked for at night rings
    )
    db.session.add(message)
    db.session.flush()
    deliveries = _trials(actor, message, channel, contact_id)
    if not deliveries:
        raise Conflict("这个通道还没有可用的地址,请先登记")
    queue(deliveries)
    return message


def _trials(
    actor: Actor, message: Message, channel: str, contact_id: UUID | None
) -> list[Delivery]:
    if contact_id is not None:
        contact = own(actor, contact_id)
        if contact.channel != channel:
            raise NotFound("没有找到这个联系方式")
        return [Delivery(message_id=message.id, channel=channel, contact_id=contact.id)]
    if channel == "push":
        rows = active(actor.user_id)
        return [
            Delivery(message_id=message.id, channel=channel, subscription_id=row.id) for row in rows
        ]
    return [Delivery(message_id=message.id, channel=channel)] if channel == "live" else []


def mine(actor: Actor) -> list[dict[str, Any]]:
    """The actor's own addresses, as screens show them."""
    return _shown(Contact.user_id == actor.user_id)


def of_units(actor: Actor) -> list[dict[str, Any]]:
    """The chat robots of the divisions and departments that the actor looks after.

    Raises:
        Forbidden: no role of the actor allows it at all.
    """
    require(actor, Permission.CONTACT_EDIT)
    return _shown(below(actor, Permission.CONTACT_EDIT, OrgUnit.path))


def _shown(condition: ColumnElement[bool]) -> list[dict[str, Any]]:
    unit = or_(OrgUnit.id == Contact.org_unit_id, OrgUnit.id == Department.org_unit_id)
    query = (
        select(Contact, OrgUnit.name.label("unit"), Department.name.label("department"))
        .outerjoin(Department, Department.id == Contact.department_id)
        .outerjoin(OrgUnit, unit)
        .where(condition, Contact.retired_at.is_(None))
        .order_by(Contact.created_at, Contact.id)
    )
    return [
        {
            "id": contact.id,
            "channel": contact.channel,
            "address_masked": masked(contact),
            "owner": department or unit_name,
            "proved_at": contact.proved_at,
        }
        for contact, unit_name, department in db.session.execute(query)
    ]


def masked(contact: Contact) -> str:
    """The address as it may stand on a screen."""
    if contact.channel == "text":
        return gateways.masked(contact.address)
    return chat.masked(contact.address)


def _require_owner(actor: Actor, owner: Owner) -> None:
    if owner.user_id is not None:
        found = looks_after(actor, Permission.CONTACT_EDIT, owner.user_id)
    else:
        require(actor, Permission.CONTACT_EDIT)
        found = _division_of(owner, actor) is not None
    if not found:
        raise NotFound("没有找到这个人员或单位")


def _division_of(owner: Owner, actor: Actor) -> UUID | None:
    inside = below(actor, Permission.CONTACT_EDIT, OrgUnit.path)
    query = select(OrgUnit.id).where(inside)
    if owner.department_id is not None:
        query = query.join(Department).where(Department.id == owner.department_id)
    else:
        query = query.where(OrgUnit.id == owner.org_unit_id)
    return db.session.scalars(query).first()


def _check(channel: str, address: str, *, anywhere: bool) -> None:
    if channel == "text":
        if not _NUMBER.fullmatch(address):
            raise _wrong("/address", "请填写 11 位手机号")
        return
    try:
        chat.check(address, anywhere=anywhere)
    except ValueError as error:
        raise _wrong("/address", str(error)) from error


def _wrong(pointer: str, words: str) -> Validation:
    return Validation(errors=[FieldError(pointer, "invalid", words)])
