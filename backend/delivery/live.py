"""Announcements on the live channel: what changed, for whoever looks at a screen right now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from backend import broker
from backend.db import after_commit, utc_now

CHANNEL = "gridfield:live"


@dataclass(frozen=True)
class Audience:
    """Who may hear of it: the fields that `org.access.may_see` judges, or one person."""

    org_path: str | None = None
    user_id: UUID | None = None
    restricted: bool = False
    grid_id: UUID | None = None
    supporting: Sequence[UUID] = ()


def announce(
    kind: str,
    record_id: UUID,
    *,
    org_path: str | None = None,
    user_id: UUID | None = None,
    restricted: bool = False,
    departments: Sequence[UUID] = (),
) -> None:
    """Say, once the transaction has committed, that a record is new or different.

    `kind` is inspection, case, patrol, task, house, photo, refusal or message. It reaches those
    who may see the kind under `org_path`, the officers of `departments`, and `user_id`. It may be
    lost: screens also ask by themselves.
    """
    audience = Audience(org_path, user_id, restricted, supporting=departments)
    data = {"kind": kind, "id": record_id, "org_path": org_path, "at": utc_now()}
    after_commit(_publish, _letter("change", data, audience))


def tell(user_id: UUID, data: dict[str, object]) -> bool:
    """Hand a message to the screens of one person now; False when the broker is away."""
    return _publish([_letter("message", data, Audience(user_id=user_id))])


def show(event: str, data: dict[str, object], audience: Audience) -> None:
    """Tell the screens of those who may hear of it now; what is lost is not missed for long."""
    _publish([_letter(event, data, audience)])


def _letter(event: str, data: dict[str, object], audience: Audience) -> dict[str, Any]:
    return {"event": event, "data": data, "audience": audience}


def _publish(letters: list[dict[str, Any]]) -> bool:
    """Send letters as one message: all of a transaction's changes, or one."""
    return broker.publish(CHANNEL, orjson.dumps(letters, option=orjson.OPT_UTC_Z).decode())
