"""Which addresses are told of cases, what they were told, and telling it again."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from backend.audit import commands as audit
from backend.db import db, locked, utc_now
from backend.delivery.subscriptions import UnsafeEndpoint, check_address
from backend.org.access import Actor, Permission, below, require
from backend.org.models import OrgUnit
from backend.paging import page
from backend.partners.events import TEST, add_message, queue, said
from backend.partners.models import WebhookEndpoint, WebhookMessage
from backend.partners.tokens import own_unit
from backend.problems import Conflict, FieldError, NotFound, Validation

MOST = 1000  # messages replayed at a time


@dataclass(frozen=True)
class NewEndpoint:
    """What an administrator gives."""

    name: str
    url: str
    org_unit_id: UUID
    events: list[str]


def add(actor: Actor, new: NewEndpoint) -> WebhookEndpoint:
    """Tell an address of the cases of a division; its secret is told this once.

    Raises:
        Validation: the division is not the administrator's, or the address is not a public one.
    """
    unit = own_unit(actor, new.org_unit_id)
    try:
        check_address(new.url)
    except UnsafeEndpoint as error:
        raise Validation(errors=[FieldError("/url", "unsafe", str(error))]) from error
    endpoint = WebhookEndpoint(
        name=new.name,
        url=new.url,
        secret="whsec_" + b64encode(secrets.token_bytes(24)).decode(),
        events=sorted(set(new.events)),
        org_unit=unit,
        created_by_id=actor.user_id,
        created_at=utc_now(),
        failures=0,
    )
    db.session.add(endpoint)
    db.session.flush()
    audit.record(actor.user_id, "webhook.add", "webhook", endpoint.id, url=endpoint.url)
    return endpoint


def remove(actor: Actor, endpoint_id: UUID) -> None:
    """Tell an address nothing more; its log is kept."""
    endpoint = _own(actor, endpoint_id)
    endpoint.removed_at = utc_now()
    audit.record(actor.user_id, "webhook.remove", "webhook", endpoint.id)


def enable(actor: Actor, endpoint_id: UUID) -> WebhookEndpoint:
    """Tell an address again that was switched off."""
    endpoint = _own(actor, endpoint_id)
    endpoint.disabled_at = endpoint.disabled_why = None
    endpoint.failing_since = endpoint.resting_until = None
    endpoint.failures = 0
    audit.record(actor.user_id, "webhook.enable", "webhook", endpoint.id)
    return endpoint


def send_test(actor: Actor, endpoint_id: UUID) -> WebhookMessage:
    """Send a message that says nothing, to see what the address answers.

    Raises:
        Conflict: the address is switched off.
    """
    endpoint = _ready(actor, endpoint_id)
    endpoint.resting_until = None
    return add_message(endpoint, TEST, {"type": TEST, "timestamp": said(utc_now()), "data": {}})


def replay(
    actor: Actor,
    endpoint_id: UUID,
    message_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """Send one message again, or all of a span of time; answers how many.

    Raises:
        Conflict: the address is switched off.
        Validation: neither is given, or the span holds more than `MOST`.
    """
    endpoint = _ready(actor, endpoint_id)
    found = _wanted(endpoint, message_id, since, until)
    for message in found:
        message.state, message.attempts, message.next_attempt_at = "queued", 0, utc_now()
        queue(message)
    endpoint.resting_until = None
    audit.record(actor.user_id, "webhook.replay", "webhook", endpoint.id, messages=len(found))
    return len(found)


def _wanted(
    endpoint: WebhookEndpoint,
    message_id: UUID | None,
    since: datetime | None,
    until: datetime | None,
) -> Sequence[WebhookMessage]:
    query = select(WebhookMessage).where(WebhookMessage.endpoint_id == endpoint.id)
    if message_id is not None:
        query = query.where(WebhookMessage.id == message_id)
    elif since is None:
        raise Validation(errors=[FieldError("/since", "required", "请给出消息编号或起始时间")])
    else:
        query = query.where(WebhookMessage.created_at.between(since, until or utc_now()))
    found = db.session.scalars(
        query.order_by(WebhookMessage.created_at).limit(MOST + 1).with_for_update()
    ).all()
    if len(found) > MOST:
        raise Validation(errors=[FieldError("/until", "range", f"一次最多重发 {MOST} 条")])
    if message_id is not None and not found:
        raise NotFound("没有这条消息")
    return found


def list_endpoints(actor: Actor) -> list[dict[str, Any]]:
    """The addresses of the administrator's divisions, newest first, with what waits for them."""
    require(actor, Permission.PARTNER_MANAGE)
    query = (
        select(WebhookEndpoint)
        .join(OrgUnit, OrgUnit.id == WebhookEndpoint.org_unit_id)
        .where(below(actor, Permission.PARTNER_MANAGE, OrgUnit.path))
        .where(WebhookEndpoint.removed_at.is_(None))
        .order_by(WebhookEndpoint.created_at.desc(), WebhookEndpoint.id)
    )
    endpoints = db.session.scalars(query).all()
    counts = _counts([endpoint.id for endpoint in endpoints])
    return [endpoint_row(endpoint, counts) for endpoint in endpoints]


def endpoint_row(
    endpoint: WebhookEndpoint, counts: dict[tuple[UUID, str], int] | None = None
) -> dict[str, Any]:
    """An address as administrators see it: never its secret."""
    names = "id name url events created_at failing_since disabled_at disabled_why"
    counts = counts if counts is not None else _counts([endpoint.id])
    return {name: getattr(endpoint, name) for name in names.split()} | {
        "org_unit": {"id": endpoint.org_unit_id, "name": endpoint.org_unit.name},
        "queued": counts.get((endpoint.id, "queued"), 0),
        "failed": counts.get((endpoint.id, "failed"), 0),
    }


def _counts(ids: list[UUID]) -> dict[tuple[UUID, str], int]:
    query = (
        select(WebhookMessage.endpoint_id, WebhookMessage.state, func.count())
        .where(WebhookMessage.endpoint_id.in_(ids), WebhookMessage.state != "sent")
        .group_by(WebhookMessage.endpoint_id, WebhookMessage.state)
    )
    return {(row[0], row[1]): row[2] for row in db.session.execute(query)}


def list_messages(
    actor: Actor, endpoint_id: UUID, cursor: str | None, limit: int
) -> tuple[list[WebhookMessage], str | None]:
    """A page of what an address was told, newest first, each with its tries."""
    endpoint = _own(actor, endpoint_id)
    query = (
        select(WebhookMessage)
        .where(WebhookMessage.endpoint_id == endpoint.id)
        .options(selectinload(WebhookMessage.tries))
        .execution_options(populate_existing=True)
    )
    return page(query, WebhookMessage.created_at, WebhookMessage.id, cursor, limit)


def _ready(actor: Actor, endpoint_id: UUID) -> WebhookEndpoint:
    endpoint = _own(actor, endpoint_id)
    if endpoint.disabled_at is not None:
        raise Conflict("此地址已停用,请先重新启用")
    return endpoint


def _own(actor: Actor, endpoint_id: UUID) -> WebhookEndpoint:
    require(actor, Permission.PARTNER_MANAGE)
    endpoint = locked(WebhookEndpoint, endpoint_id)
    tops = actor.grants_with(Permission.PARTNER_MANAGE)
    if endpoint is None or endpoint.removed_at is not None:
        raise NotFound("没有这个推送地址")
    if not any(endpoint.org_unit.path.startswith(top.org_path) for top in tops):
        raise NotFound("没有这个推送地址")
    return endpoint
