"""Alerts of cameras and sensors: signed as Standard Webhooks, each call logged, each used once."""

from __future__ import annotations

import binascii
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from backend.audit import commands as audit
from backend.cases.items import item_in_force, matter_of
from backend.cases.models import Case
from backend.db import db, locked, utc_now
from backend.org.access import Actor, Permission, below, require
from backend.org.models import Grid
from backend.problems import FieldError, NotFound, Problem, Validation
from backend.sources.models import AlertCall, AlertSource
from backend.sources.opening import (
    Arrival,
    find_origin,
    grid_below,
    open_from_outside,
    place_in,
)

MOST_REFUSED = 60  # lines of the log a minute that nobody's signature stands behind
MOST_LISTED = 200


@dataclass(frozen=True)
class Alert:
    """What a source says: an item by code or name, words, and where by device or point."""

    item: str
    text: str
    device: str | None = None
    lng: float | None = None
    lat: float | None = None
    address: str | None = None
    at: datetime | None = None
    photo_url: str | None = None  # kept as it came, never fetched


def make_source(actor: Actor, name: str, grid_id: UUID, devices: dict[str, Any]) -> AlertSource:
    """Let a source raise alerts in a grid's village; its secret is shown once.

    Raises:
        Forbidden, NotFound: not the actor's to do there.
    """
    require(actor, Permission.SOURCE_EDIT)
    grid = db.session.get(Grid, grid_id)
    if grid is None:
        raise NotFound("没有找到这个网格")
    require(actor, Permission.SOURCE_EDIT, grid)
    source = AlertSource(
        name=name,
        org_unit_id=grid.org_unit_id,
        org_path=grid.org_path,
        grid_id=grid.id,
        devices=devices,
        secret=_new_secret(),
        made_by=actor.user_id,
    )
    db.session.add(source)
    db.session.flush()
    audit.record(actor.user_id, "alert-source.make", "alert-source", source.id, name=name)
    return source


def _new_secret() -> str:
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


def change_source(actor: Actor, source_id: UUID, name: str, devices: dict[str, Any]) -> AlertSource:
    """Rename a source, or tell its devices anew.

    Raises:
        Forbidden, NotFound: not the actor's to change.
    """
    source = _own(actor, source_id)
    source.name, source.devices = name, devices
    audit.record(actor.user_id, "alert-source.change", "alert-source", source.id, name=name)
    db.session.flush()
    return source


def rotate_secret(actor: Actor, source_id: UUID) -> AlertSource:
    """Give a source a new secret; the old one opens nothing any more.

    Raises:
        Forbidden, NotFound: not the actor's to change.
    """
    source = _own(actor, source_id)
    source.secret = _new_secret()
    audit.record(actor.user_id, "alert-source.rotate", "alert-source", source.id)
    db.session.flush()
    return source


def retire_source(actor: Actor, source_id: UUID) -> None:
    """Take no more alerts from a source.

    Raises:
        Forbidden, NotFound: not the actor's to change.
    """
    source = _own(actor, source_id)
    if source.retired_at is None:
        source.retired_at = utc_now()
        audit.record(actor.user_id, "alert-source.retire", "alert-source", source.id)
        db.session.flush()


def _own(actor: Actor, source_id: UUID) -> AlertSource:
    require(actor, Permission.SOURCE_EDIT)
    source = locked(AlertSource, source_id)
    if source is None:
        raise NotFound("没有找到这个告警源")
    require(actor, Permission.SOURCE_EDIT, source)
    return source


def list_sources(actor: Actor) -> list[AlertSource]:
    """The sources of the actor's division, by name."""
    require(actor, Permission.SOURCE_EDIT)
    mine = below(actor, Permission.SOURCE_EDIT, AlertSource.org_path)
    query = select(AlertSource).where(mine, AlertSource.retired_at.is_(None))
    return list(db.session.scalars(query.order_by(AlertSource.name, AlertSource.id)))


def calls_of(actor: Actor, source_id: UUID) -> list[AlertCall]:
    """The last calls of a source, the newest first.

    Raises:
        Forbidden, NotFound: not the actor's to see.
    """
    source = _own(actor, source_id)
    query = select(AlertCall).where(AlertCall.source_id == source.id)
    newest = query.order_by(AlertCall.at.desc(), AlertCall.id.desc()).limit(MOST_LISTED)
    return list(db.session.scalars(newest))


def sealed(
    source_id: UUID, body: bytes, headers: Mapping[str, str], address: str
) -> tuple[AlertSource, str, AlertCall | None]:
    """The source and the id of a call that proves itself; else the line of the log for it.

    Raises:
        NotFound: there is no such source.
    """
    # Locked: two calls with one id come one after the other, and the second is a replay.
    source = locked(AlertSource, source_id)
    if source is None or source.retired_at is not None:
        raise NotFound("没有找到这个告警源")
    message_id = headers.get("webhook-id", "")[:200]
    outcome = _outcome(source, body, headers)
    if outcome is None and find_origin("sensor", f"{source.id}:{message_id}") is not None:
        outcome = "replay"
    return source, message_id, _refused(source, message_id, outcome, address) if outcome else None


def _outcome(source: AlertSource, body: bytes, headers: Mapping[str, str]) -> str | None:
    try:
        Webhook(source.secret).verify(body, dict(headers), json_parse=False)
    except WebhookVerificationError as error:
        return "timestamp" if "timestamp" in str(error) else "signature"
    except (ValueError, binascii.Error):  # a signature that is not even one
        return "signature"
    return None


def _refused(source: AlertSource, message_id: str, outcome: str, address: str) -> AlertCall:
    call = AlertCall(
        source_id=source.id, message_id=message_id, outcome=outcome, address=address, detail=""
    )
    lately = select(func.count()).where(
        AlertCall.source_id == source.id,
        AlertCall.outcome != "opened",
        AlertCall.at > utc_now() - timedelta(minutes=1),
    )
    if (db.session.scalar(lately) or 0) < MOST_REFUSED:
        db.session.add(call)
        db.session.flush()
    return call


def raise_alert(
    source: AlertSource, message_id: str, alert: Alert, raw: dict[str, Any], address: str
) -> Case:
    """Open the case of a call that has proved itself, and log the call.

    Raises:
        Validation: no such item, or no place.
    """
    item = item_in_force(alert.item)
    if item is None:
        raise Validation(errors=[FieldError("/item", "not-found", "事项清单中没有这个事项")])
    lng, lat, where = _where(source, alert)
    point = (lng, lat) if lng is not None and lat is not None else None
    grid = grid_below(source.org_path, *point) if point else None
    place = place_in(grid or _grid_of(source), where, point, "device")
    number = f"{source.id}:{message_id}"
    arrival = Arrival("sensor", number, raw, _at(alert))
    case, _origin = open_from_outside(
        arrival, matter_of(item, f"{source.name}:{alert.text}"), place
    )
    db.session.add(
        AlertCall(
            source_id=source.id,
            message_id=message_id,
            outcome="opened",
            address=address,
            case_id=case.id,
        )
    )
    db.session.flush()
    return case


def _at(alert: Alert) -> datetime:
    """When it was seen: not in the future, nor longer ago than an alert can mean."""
    now = utc_now()
    return alert.at if alert.at and now - timedelta(days=1) <= alert.at <= now else now


def _where(source: AlertSource, alert: Alert) -> tuple[float | None, float | None, str | None]:
    if alert.device is None:
        return alert.lng, alert.lat, alert.address
    device = source.devices.get(alert.device)
    if device is None:
        raise Validation(errors=[FieldError("/device", "not-found", "没有登记这个设备编号")])
    return device["lng"], device["lat"], alert.address or device["address"]


def _grid_of(source: AlertSource) -> Grid:
    return db.session.get_one(Grid, source.grid_id)


def note_broken(source: AlertSource, message_id: str, problem: Problem, address: str) -> None:
    """Log a call that proved itself, and said what cannot be used."""
    detail = ";".join(error.detail for error in problem.errors) or problem.detail
    call = _refused(source, message_id, "content", address)
    call.detail = detail[:500]
