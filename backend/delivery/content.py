"""What a message may say outside the house: its kind, a number and a link, nothing else.

Chats and texts lie on locked screens and on other people's servers. Whatever a room writes into
a message's title and body, only this goes there.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from backend.config import current_settings

SOMETHING: Final = "有一条新消息"
_NUMBER: Final = re.compile(r"[A-Z0-9-]{1,40}")
_DATA = Path(__file__).parent / "data"

with (_DATA / "kinds.csv").open(encoding="utf-8", newline="") as _file:
    KINDS: Final[dict[str, str]] = {row["code"]: row["words"] for row in csv.DictReader(_file)}


@dataclass(frozen=True)
class Told:
    """A message as it stood when it was taken for sending."""

    id: UUID
    user_id: UUID
    task_id: UUID | None
    code: str
    number: str | None
    restricted: bool
    title: str
    body: str
    url: str
    urgency: str


def outside(messages: Sequence[Told]) -> tuple[str, dict[str, str]]:
    """The code and the values of the words for one message, or for several at once."""
    if len(messages) > 1:
        return "digest", {"count": str(len(messages)), "link": _link(home(messages[0]))}
    [message] = messages
    if message.restricted:
        return "message", {"kind": SOMETHING, "number": "", "link": _link(message.url)}
    kind = KINDS.get(message.code, SOMETHING)
    return "message", {"kind": kind, "number": _number(message), "link": _link(message.url)}


def _number(message: Told) -> str:
    number = message.number or ""
    return number if _NUMBER.fullmatch(number) else ""


def home(message: Told) -> str:
    """Where several are looked through: in the app that the first one leads to."""
    return "/centre/" if message.url.startswith("/centre/") else "/messages"


def _link(url: str) -> str:
    return current_settings().public_url + url
