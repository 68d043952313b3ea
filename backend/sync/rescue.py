"""Taking in what a phone could not send (docs/sync-protocol.md, section 8; ADR 0008).

Records go through `push` as their author's, under a client of the file's own, so that verdicts and
duplicates are those of section 4: a record that came over the network before or comes later has
one verdict, and the same file again changes nothing. Photos are verified as those over tus are.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import IO, Any, cast
from uuid import NAMESPACE_URL, UUID, uuid5

from marshmallow import ValidationError
from sqlalchemy import select

from backend.audit import commands as audit
from backend.config import current_settings
from backend.db import db, transaction, utc_now
from backend.media import storage, uploads
from backend.org import sessions
from backend.org.access import Actor, Permission, below, require
from backend.org.models import Device, OrgUnit, RoleGrant, User
from backend.problems import (
    NotFound,
    PhotoHashMismatch,
    PhotoNotImage,
    Refused,
    RescueUnreadable,
    Unavailable,
    printable,
)
from backend.sync import push as pushing
from backend.sync.envelope import MutationField, Pushed
from backend.sync.ledger import TRIES
from backend.sync.models import SyncClient, SyncMutation
from backend.sync.photos import is_announced
from backend.sync.push import Batch
from backend.sync.rescue_file import Member, RescueFile, opened, parsed

BATCH = 50


@dataclass
class Report:
    """What became of a file: each record's verdict, and how many photos and drafts it had.

    A record that is `known` was decided before; photos are counted as stored, known (here
    already), unannounced (no record that has come names them) or damaged.
    """

    author: dict[str, Any]
    made_at: datetime
    records: list[dict[str, Any]] = field(default_factory=list)
    photos: Counter[str] = field(default_factory=Counter)
    drafts: int = 0


def take_in(source: IO[bytes], importer: Actor | None = None) -> Report:
    """Take in a file; `importer` is who does it at the desk, None at the server's console.

    Raises:
        Forbidden, NotFound: it is not the importer's to do, or the author is not theirs.
        RescueUnreadable: the file is none of ours, cut off or altered; nothing was changed.
        Refused: `rescue-author`, the author has no active account; the file is kept.
    """
    if importer is not None:
        require(importer, Permission.RESCUE_IMPORT)
    with opened(source) as file:
        return _Import(file, _author(file, importer)).run(importer)


def _author(file: RescueFile, importer: Actor | None) -> User:
    user = db.session.get(User, file.header.user_id)
    if user is not None and importer is not None:
        inside = below(importer, Permission.RESCUE_IMPORT, OrgUnit.path)
        query = select(RoleGrant.id).join(OrgUnit).where(RoleGrant.user_id == user.id, inside)
        if db.session.scalars(query.limit(1)).first() is None:
            raise NotFound("这个文件不是您辖区的人员导出的")
    if user is None or not user.active:
        file.sealed.seek(0)
        storage.keep(f"rescues/{file.sha256}.age", file.sealed)
        raise Refused("rescue-author", "导出人的账号不存在或已停用;文件已保存,请启用账号后重新导入")
    return user


class _Import:
    """One file on its way in."""

    def __init__(self, file: RescueFile, author: User) -> None:
        self.file = file
        self.header = file.header
        device = db.session.get(Device, self.header.device_id)
        self.actor = sessions.actor_of(author, device.id if device else None)
        self.client_id = uuid5(NAMESPACE_URL, f"gridfield:rescue:{file.sha256}")
        self.mid = 0
        self.waiting: list[Pushed] = []
        made_at = min(self.header.made_at + self.header.offset, utc_now())
        self.report = Report({"id": author.id, "name": author.name}, made_at)

    def run(self, importer: Actor | None) -> Report:
        """Records first, for photos must be announced; the order of the file is that."""
        for member in self.file.members():
            if member.folder == "mutations":
                self._queue(member)
            elif member.folder == "photos":
                self._decide()
                self.report.photos[_take_photo(self.actor.user_id, member)] += 1
            elif member.folder == "drafts":
                self.report.drafts += 1
        self._decide()
        self._note(importer)
        return self.report

    def _queue(self, member: Member) -> None:
        try:
            raw = {**parsed(member.body, member.size), "mid": self.mid + 1}
            mutation = cast(Pushed, MutationField().deserialize(raw))
        except (RescueUnreadable, ValidationError, TypeError):
            unreadable = {"verdict": "unreadable", "name": printable(member.name)}
            self.report.records.append(unreadable)
            return
        self.mid += 1
        since = max(utc_now() - self.report.made_at, timedelta(0))
        self.waiting.append(replace(mutation, age=mutation.age + since))
        if len(self.waiting) >= BATCH:
            self._decide()

    def _decide(self) -> None:
        """Push what waits, until each has a verdict: one that keeps failing is held at last."""
        waiting, self.waiting = self.waiting, []
        known = self._known(waiting)
        while waiting:
            results = self._push(waiting)
            self.report.records += [
                _line(mutation, result, known)
                for mutation, result in zip(waiting, results, strict=False)
            ]
            waiting = waiting[len(results) :]

    def _known(self, mutations: list[Pushed]) -> set[UUID]:
        query = (
            select(SyncMutation.mutation_id)
            .join(SyncClient, SyncClient.client_id == SyncMutation.client_id)
            .where(
                SyncMutation.mutation_id.in_([mutation.mutation_id for mutation in mutations]),
                SyncClient.user_id == self.actor.user_id,
            )
        )
        return set(db.session.scalars(query))

    def _push(self, mutations: list[Pushed]) -> list[dict[str, Any]]:
        now = utc_now()
        batch = Batch(
            None, self.client_id, self.header.app, now - self.header.offset, mutations, now
        )
        for _ in range(TRIES - 1):
            try:
                return pushing.push(self.actor, batch).results
            except Unavailable:
                continue
        return pushing.push(self.actor, batch).results

    def _note(self, importer: Actor | None) -> None:
        """Write down who took the file in; the phone itself was last heard of when it made it."""
        with transaction() as session:
            client = session.get(SyncClient, self.client_id)
            if client is not None:
                client.seen_at = self.report.made_at
            audit.record(
                importer.user_id if importer else None,
                "rescue.import",
                "user",
                self.actor.user_id,
                file=self.file.sha256,
                records=len(self.report.records),
                photos=dict(self.report.photos),
            )


def _line(mutation: Pushed, result: dict[str, Any], known: set[UUID]) -> dict[str, Any]:
    line: dict[str, Any] = {"name": mutation.name, "captured_at": mutation.captured_at}
    told = ("mutation_id", "verdict", "code", "message")
    line |= {key: result[key] for key in told if key in result}
    return {**line, "known": mutation.mutation_id in known}


def _take_photo(author: UUID, member: Member) -> str:
    """Keep a photo under the rules of an upload; answers what became of it."""
    if re.fullmatch("[0-9a-f]{64}", member.name) is None:
        return "damaged"
    if member.size > current_settings().max_photo_mb * 1024 * 1024:
        return "damaged"
    if uploads.confirmed([member.name]):
        return "known"
    if not is_announced(author, member.name):
        return "unannounced"
    try:
        uploads.arrive(member.name, member.body.read())
    except (PhotoHashMismatch, PhotoNotImage):
        return "damaged"
    return "stored"
