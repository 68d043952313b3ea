"""Asking a worker to sync."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from backend.audit import commands as audit
from backend.db import db, locked, utc_now
from backend.delivery.commands import send
from backend.delivery.models import Message
from backend.org.access import Actor, Permission, require, visible
from backend.org.models import Grid, GridDuty, User
from backend.problems import NotFound, RemindedAlready

CODE = "sync-reminder"
REST = timedelta(hours=1)


def remind(actor: Actor, user_id: UUID) -> datetime:
    """Ask a worker of the actor's to open the app and sync; answers when that was.

    Raises:
        Forbidden, NotFound: the actor may not, or not this person.
        RemindedAlready: somebody did, less than an hour ago.
    """
    require(actor, Permission.WORKER_REMIND)
    worker = locked(User, user_id)  # two desks at once remind once
    if worker is None or not worker.active or not _oversees(actor, user_id):
        raise NotFound("没有找到这位网格员")
    now = utc_now()
    last = last_reminders([user_id]).get(user_id)
    if last is not None and last + REST > now:
        raise _too_soon(last + REST - now)
    message = Message(
        user_id=user_id,
        code=CODE,
        title="请同步网格通",
        body="请打开网格通,连上网络后等待上传完成",
        url="/sync",
    )
    send(message)
    audit.record(actor.user_id, "worker.remind", "user", user_id)
    return message.created_at


def last_reminders(user_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each of these people was last reminded; those never reminded are left out."""
    found = (
        select(Message.user_id, func.max(Message.created_at))
        .where(Message.user_id.in_(user_ids), Message.code == CODE)
        .group_by(Message.user_id)
    )
    return {row[0]: row[1] for row in db.session.execute(found)}


def _oversees(actor: Actor, user_id: UUID) -> bool:
    """Whether the person is on duty in a grid of the actor's."""
    now = utc_now()
    held = (
        select(GridDuty.id)
        .join(Grid, Grid.id == GridDuty.grid_id)
        .where(GridDuty.user_id == user_id, visible(actor, Permission.WORKER_REMIND, Grid))
        .where(GridDuty.since <= now, GridDuty.until.is_(None) | (GridDuty.until > now))
    )
    return db.session.scalars(held.limit(1)).first() is not None


def _too_soon(left: timedelta) -> RemindedAlready:
    seconds = int(left.total_seconds()) + 1
    minutes = -(-seconds // 60)
    detail = f"一小时内已提醒过,请 {minutes} 分钟后再试"
    return RemindedAlready(detail, headers={"Retry-After": str(seconds)})
