"""What phones say of themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from backend.db import db, utc_now
from backend.org.models import DeviceReport
from tests.conftest import SignIn
from tests.town import Town

HOUR = timedelta(hours=1)


def health(**more: Any) -> dict[str, Any]:
    """What a phone says on which all is well."""
    return {
        "proto": 1,
        "app": "gridfield-pwa/0.1.0",
        "client_now": datetime.now(UTC).isoformat(),
        "pending": 0,
        "photos_pending": 0,
        "rejected": 0,
        "oldest_unsent_ms": None,
        "synced_ms": 0,
        "storage_free": 5 * 10**9,
        "storage_quota": 6 * 10**9,
        "persisted": True,
        "lost_mutations": 0,
        "lost_photos": 0,
        **more,
    }


def test_a_report_is_kept_in_the_place_of_the_one_before(town: Town, sign_in: SignIn) -> None:
    phone = sign_in("worker")
    assert phone.post("/sync/health", json=health()).status_code == 204

    three_hours = {"pending": 3, "photos_pending": 2, "oldest_unsent_ms": 3 * 3600 * 1000}
    report = health(**three_hours, synced_ms=None)
    answer = phone.post("/sync/health", json=report, headers={"X-Ask": "7"})

    assert (answer.status_code, answer.headers["X-Sync"]) == (204, "1")
    assert answer.headers["X-Ask"] == "7"
    assert answer.headers["X-Epoch"]
    row = db.session.query(DeviceReport).one()
    assert (row.user_id, row.pending, row.photos_pending) == (town.users["worker"].id, 3, 2)
    assert row.oldest_unsent_at is not None
    assert abs(row.oldest_unsent_at - (utc_now() - 3 * HOUR)) < timedelta(minutes=1)
    assert row.synced_at is None


def test_a_wrong_clock_is_told_and_moves_nothing(town: Town, sign_in: SignIn) -> None:
    slow = datetime.now(UTC) - timedelta(days=3650)

    sign_in("worker").post(
        "/sync/health",
        json=health(client_now=slow.isoformat(), pending=1, oldest_unsent_ms=60_000, synced_ms=0),
    )

    row = db.session.query(DeviceReport).one()
    assert abs(row.clock_offset_ms - 3650 * 86_400_000) < 60_000
    assert row.synced_at is not None
    assert utc_now() - row.synced_at < timedelta(minutes=1)


def test_two_workers_on_one_phone_are_two_rows(town: Town, sign_in: SignIn) -> None:
    for who in ("worker", "worker2"):
        sign_in(who).post("/sync/health", json=health())

    assert db.session.query(DeviceReport).count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pending", -1),
        ("pending", 2**31),
        ("pending", None),
        ("oldest_unsent_ms", 10**12 + 1),
        ("storage_free", 2**63),
        ("persisted", "true"),
        ("client_now", "soon"),
        ("app", "x" * 201),
        ("spare", 1),
    ],
)
def test_what_is_wrong_is_pointed_at(
    town: Town, sign_in: SignIn, field: str, value: object
) -> None:
    answer = sign_in("worker").post("/sync/health", json=health(**{field: value}))

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [f"/{field}"]
    assert db.session.query(DeviceReport).count() == 0


def test_a_report_costs_one_statement(town: Town, sign_in: SignIn) -> None:
    """Besides the door's own: who is there."""
    phone = sign_in("worker")
    phone.post("/sync/health", json=health())
    said: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        phone.post("/sync/health", json=health(pending=1))
    finally:
        event.remove(engine, "before_cursor_execute", listen)

    told = [line for line in said if "sync_meta" in line or "device_reports" in line]
    assert len(told) == 1
