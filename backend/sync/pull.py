"""Giving out changes (docs/sync-protocol.md, section 5).

A row is JSON text in the feed already, so an answer is put together as text: every reader of a
scope gets the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from backend.db import PlainConnection, plain, snapshot, utc_now
from backend.feed import queries as feed
from backend.feed.queries import FeedLine
from backend.problems import OtherEpoch
from backend.sync.grants import ScopeState, Standing, standing

VIEW = 1  # the shape of the rows that this server gives out


@dataclass(frozen=True)
class Ask:
    """What a phone asks for, its shape already checked.

    `loading` names the scopes whose first load is under way, each with the scope's version
    when it began.
    """

    epoch: UUID | None
    client_id: UUID
    view: int
    cursors: dict[str, int]
    loading: dict[str, int]
    limit: int


@dataclass
class Page:
    """The part of one scope in an answer; `until` while a first load goes on."""

    next: int
    more: bool = False
    reset: bool = False
    until: int | None = None
    lines: list[FeedLine] = field(default_factory=list)

    def news(self, cursor: int | None) -> bool:
        """Whether it tells a phone with that cursor anything."""
        return bool(self.lines) or self.more or self.reset or self.next != cursor

    def document(self) -> bytes:
        """Its JSON."""
        head: dict[str, Any] = {"next": self.next, "more": self.more}
        if self.reset:
            head["reset"] = True
        if self.until is not None and self.more:
            head["until"] = self.until
        changes = b",".join(_change(line) for line in self.lines)
        return orjson.dumps(head)[:-1] + b',"changes":[' + changes + b"]}"


@dataclass(frozen=True)
class Answer:
    """The answer's JSON, or None when there is nothing new; `last_mid` counts either way."""

    epoch: UUID
    last_mid: int
    body: bytes | None


def pull(user_id: UUID, ask: Ask) -> Answer:
    """What is new for this person since the cursors.

    A poll that finds nothing new costs the one statement; a page is read in one moment.

    Raises:
        OtherEpoch: the phone knows another database.
    """
    with plain() as connection:
        at = _standing(connection, user_id, ask)
    if _is_idle(at, ask):
        return Answer(at.epoch, at.last_mid, None)
    with snapshot() as connection:
        at = _standing(connection, user_id, ask)
        pages = _pages(connection, at, ask)
    drop = sorted(set(ask.cursors) - set(at.scopes))
    news = {scope: page for scope, page in pages.items() if page.news(ask.cursors.get(scope))}
    if not news and not drop:
        return Answer(at.epoch, at.last_mid, None)
    return Answer(at.epoch, at.last_mid, _document(at, ask, news, drop))


def _standing(connection: PlainConnection, user_id: UUID, ask: Ask) -> Standing:
    at = standing(connection, user_id, ask.client_id)
    if ask.epoch is not None and ask.epoch != at.epoch:
        raise OtherEpoch(epoch=at.epoch)
    return at


def _is_idle(at: Standing, ask: Ask) -> bool:
    """Whether the phone holds all: each granted scope at its version, none else, none to reset."""
    if ask.view != VIEW or ask.loading or ask.cursors.keys() != at.scopes.keys():
        return False
    return all(
        ask.cursors[scope] == state.version >= state.min_version
        for scope, state in at.scopes.items()
    )


def _pages(connection: PlainConnection, at: Standing, ask: Ask) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    room = ask.limit
    for scope, state in at.scopes.items():
        page = _start(scope, state, ask)
        if ask.view == VIEW:
            room -= _fill(connection, scope, page, state.version, room)
        else:
            page.more = state.version > 0
        pages[scope] = page
    return pages


def _start(scope: str, state: ScopeState, ask: Ask) -> Page:
    """Where this scope's page begins: after the cursor, or anew."""
    version, min_version = state.version, state.min_version
    cursor = ask.cursors.get(scope)
    if cursor is None:
        return Page(next=0, until=version)
    until = ask.loading.get(scope)
    known_since = until if until is not None else cursor
    if known_since < min_version or cursor > version or ask.view != VIEW:
        return Page(next=0, reset=True, until=version)
    return Page(next=cursor, until=until)


def _fill(connection: PlainConnection, scope: str, page: Page, version: int, room: int) -> int:
    """Put in up to `room` changes; answers how many."""
    if page.next >= version:
        return 0
    if room <= 0:
        page.more = True
        return 0
    page.lines = feed.changes_since(
        connection, scope, page.next, room, live_only=page.until is not None and page.next == 0
    )
    page.more = len(page.lines) == room and page.lines[-1].version < version
    page.next = page.lines[-1].version if page.more else version
    return len(page.lines)


def _change(line: FeedLine) -> bytes:
    op = "del" if line.body is None else "put"
    head = orjson.dumps([line.kind, line.record_id, line.version, op])[:-1]
    return head + b"," + (line.body or "null").encode() + b"]"


def _document(at: Standing, ask: Ask, pages: dict[str, Page], drop: list[str]) -> bytes:
    more = any(page.more for page in pages.values())
    head = orjson.dumps(
        {
            "epoch": at.epoch,
            "server_now": utc_now(),
            "view": VIEW,
            "base": ask.cursors,
            "drop": drop,
            "more": more,
            "last_mid": at.last_mid,
        },
        option=orjson.OPT_UTC_Z,
    )
    scopes = b",".join(
        orjson.dumps(scope) + b":" + page.document() for scope, page in pages.items()
    )
    return head[:-1] + b',"scopes":{' + scopes + b"}}"
