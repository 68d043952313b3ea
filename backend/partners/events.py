"""What happens to cases, written down for the addresses that are told of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, literal, select

from backend import broker
from backend.cases.life import Line
from backend.cases.models import Case
from backend.cases.signals import case_changed
from backend.db import after_commit, db, new_id, utc_now
from backend.org.models import OrgUnit
from backend.partners.models import WebhookEndpoint, WebhookMessage

EVENTS = ("case.opened", "case.changed", "case.closed")
TEST = "test"  # what the desk's button sends
FIELDS = "number item_code severity state version"
TIMES = {
    "reported_at": "captured_at",
    "due_at": "due_at",
    "step_due_at": "step_due_at",
    "closed_at": "closed_at",
}


@case_changed.connect
def tell_partners(case: Case, line: Line, **_: object) -> None:
    """Write a message for each address that is to know; a restricted case is told to nobody."""
    if case.restricted:
        return
    event = event_of(case, line)
    payload = thin(event, case, line.at)
    for endpoint in _listening(event, case.org_path):
        add_message(endpoint, event, payload)


def event_of(case: Case, line: Line) -> str:
    """What a line of the thread is to other systems."""
    if line.version == 1:
        return "case.opened"
    return "case.closed" if case.closed_at == line.at else "case.changed"


def thin(event: str, case: Case, at: datetime) -> dict[str, Any]:
    """What is told: which case, its state and times; no text, no person, no place."""
    own = {name: getattr(case, name) for name in FIELDS.split()}
    times = {name: said(getattr(case, column)) for name, column in TIMES.items()}
    return {"type": event, "timestamp": said(at), "data": {"id": str(case.id), **own, **times}}


def said(moment: datetime | None) -> str | None:
    """A time in UTC, as JSON has it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def _listening(event: str, org_path: str) -> list[WebhookEndpoint]:
    asked = (
        select(WebhookEndpoint)
        .join(OrgUnit, OrgUnit.id == WebhookEndpoint.org_unit_id)
        .where(WebhookEndpoint.disabled_at.is_(None), WebhookEndpoint.removed_at.is_(None))
        .where(WebhookEndpoint.events.contains([event]))
        .where(func.starts_with(literal(org_path), OrgUnit.path))
    )
    return list(db.session.scalars(asked))


def add_message(endpoint: WebhookEndpoint, event: str, payload: dict[str, Any]) -> WebhookMessage:
    """A message in the outbox, which a worker sends once the transaction has committed."""
    message = WebhookMessage(
        id=new_id(), endpoint=endpoint, event=event, payload=payload, created_at=utc_now()
    )
    db.session.add(message)
    db.session.flush()
    queue(message)
    return message


def queue(message: WebhookMessage) -> None:
    """Have it sent after the commit; where the broker is away, the sweep finds it."""
    after_commit(_hand_over, message.id)


def _hand_over(ids: list[Any]) -> None:
    for message_id in ids:
        if not broker.enqueue("backend.partners.jobs.deliver", message_id):
            return
