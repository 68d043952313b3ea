"""Field work for tests: captures, inspections and reports as phones send them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from backend.db import new_id, transaction, utc_now
from backend.houses.commands import report_hazard
from backend.inspections.commands import submit_inspection
from backend.inspections.models import Inspection
from backend.org.capture import Capture
from backend.org.sessions import actor_of
from tests.town import Town

Args = dict[str, Any]
MONDAY = datetime(2026, 11, 16, 2, tzinfo=UTC)  # 10:00 in China


def capture(
    town: Town, username: str = "worker", at: datetime = MONDAY, payload: str = "p1"
) -> Capture:
    """What this person captured at that time."""
    return Capture(
        actor=actor_of(town.users[username]),
        captured_at=at,
        received_at=utc_now(),
        payload_sha256=payload,
    )


def answer(code: str, verdict: str | None = None, **parts: Any) -> Args:
    """An answer with nothing else in it."""
    blank = {"number": None, "text": None, "note": None, "severity": None}
    return {"code": code, "verdict": verdict, **blank, **parts}


def photo(item_code: str | None = None) -> Args:
    """A line of a manifest, its hash different each time."""
    photo_id = new_id()
    return {
        "photo_id": photo_id,
        "sha256": hashlib.sha256(photo_id.bytes).hexdigest(),
        "bytes": 1000,
        "type": "image/jpeg",
        "role": "evidence",
        "item_code": item_code,
        "captured_at": MONDAY,
        "lng": None,
        "lat": None,
        "accuracy": None,
        "thumb_sha256": None,
        "thumb_bytes": None,
    }


def good_answers() -> list[Args]:
    """Every item of the town's checklist in order."""
    return [
        answer("A04", number=3.0),
        answer("B01", number=2.0),
        answer("D01", "pass"),
        answer("E04", "pass"),
        answer("H01", "pass"),
    ]


def inspection(town: Town, house: str = "金新街道1村1", failing: str = "", **changes: Any) -> Args:
    """An inspection in which the named items fail, with the photos and ids that this takes."""
    failed = failing.split()
    answers = [
        {**given, "number": 3.0}
        if given["code"] == "B01" and "B01" in failed
        else {**given, "verdict": "fail"}
        if given["code"] in failed
        else given
        for given in good_answers()
    ]
    return {
        "inspection_id": new_id(),
        "house_id": town.houses[house].id,
        "checklist_id": town.checklist.id,
        "task_id": None,
        "started_at": MONDAY - timedelta(minutes=20),
        "outcome": "inspected",
        "answers": answers,
        "note": None,
        "position": None,
        "photos": [photo(code) for code in failed],
        "case_ids": {code: new_id() for code in failed},
        **changes,
    }


def report(**changes: Any) -> Args:
    """A hazard report with one photo and no place."""
    return {
        "case_id": new_id(),
        "item_code": "P01",
        "severity": None,
        "house_id": None,
        "grid_id": None,
        "note": None,
        "address": None,
        "position": None,
        "photos": [photo()],
        **changes,
    }


def position(lng: float, lat: float, source: str = "gps") -> Args:
    """A position as a phone tells it."""
    return {"lng": lng, "lat": lat, "accuracy": 8.0, "at": MONDAY, "source": source}


def inspect(
    town: Town, *args: Any, at: datetime = MONDAY, by: str = "worker", **kwargs: Any
) -> Inspection:
    """Submit an inspection and commit it."""
    with transaction():
        done, _ = submit_inspection(capture(town, by, at), inspection(town, *args, **kwargs))
    return done


def hazard(town: Town, by: str = "worker", at: datetime = MONDAY, **changes: Any) -> UUID:
    """Report a hazard and commit it; its case's id."""
    with transaction():
        case, _ = report_hazard(capture(town, by, at), report(**changes))
    return case.id
