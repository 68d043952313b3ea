"""The phones of the sample's workers: most are well, some need care in one way or another."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from backend.db import db, transaction
from backend.demo.stage import Stage
from backend.org.models import Device, DeviceReport, SessionRow, User

VISITORS = ("worker1", "worker2", "worker3", "head1")  # a visitor's own phone is to be theirs alone
MODELS = ("Redmi Note 12", "HONOR X50", "OPPO A2", "vivo Y36", "HUAWEI nova 11", "realme C55")
APP, OLD_APP = "gridfield-pwa/0.1.0", "gridfield-pwa/0.0.9"
HOUR = timedelta(hours=1)
GB = 10**9
# What the first phones have; hours are ages. All others are well.
TROUBLES: tuple[dict[str, Any], ...] = (
    {"seen": 29, "pending": 6, "photos_pending": 9, "unsent": 31},
    {"seen": 0.2, "synced": 7, "pending": 2, "photos_pending": 0, "unsent": 6},
    {"seen": 1, "lost_mutations": 1, "lost_photos": 2},
    {"seen": 0.5, "rejected": 2},
    {"seen": 26},
    {"seen": 50, "app": OLD_APP},
    {"seen": 2, "photos_pending": 14, "unsent": 2, "storage_free": 140 * 10**6, "persisted": False},
    {"seen": 0.3, "clock_offset_ms": 3 * 3600 * 1000},
    {"seen": 0.7, "clock_offset_ms": -25 * 60 * 1000, "app": OLD_APP},
)
WITHOUT = 4  # who have never signed in


def write(stage: Stage) -> int:
    """Give workers phones that have told how they are; answers how many."""
    heads = [one for name, one in stage.people.users.items() if name.startswith("head")]
    everyone = [*stage.people.workers, *heads]
    holders = [one for one in everyone if one.username not in VISITORS][:-WITHOUT]
    with transaction():
        for number, worker in enumerate(holders):
            trouble = TROUBLES[number] if number < len(TROUBLES) else {}
            _phone(stage, worker, trouble)
    return len(holders)


def _phone(stage: Stage, worker: User, trouble: dict[str, Any]) -> None:
    dice = stage.seed.dice("phone", worker.username)
    device_id = stage.seed.id("phone", worker.username)
    seen = trouble.get("seen", dice.uniform(0.02, 0.4))
    seen_at = stage.now - seen * HOUR
    first = stage.now - timedelta(days=60)
    model = f"Linux; Android 13; {dice.choice(MODELS)}"
    db.session.add(
        Device(id=device_id, name=model, kind="phone", first_seen_at=first, last_seen_at=seen_at)
    )
    db.session.flush()
    session = SessionRow(
        token_sha256=device_id.bytes,  # no hash of any token: nobody gets in by it
        csrf_token=device_id.hex,
        user_id=worker.id,
        device_id=device_id,
        created_at=first,
        last_seen_at=seen_at,
    )
    db.session.add_all([session, _report(stage, dice, worker, session, trouble)])


def _report(
    stage: Stage, dice: Random, worker: User, session: SessionRow, trouble: dict[str, Any]
) -> DeviceReport:
    told = {name: value for name, value in trouble.items() if hasattr(DeviceReport, name)}
    seen_at, unsent = session.last_seen_at, trouble.get("unsent")
    synced = trouble.get("synced")
    well: dict[str, Any] = {
        "app": APP,
        "pending": 0,
        "photos_pending": 0,
        "rejected": 0,
        "storage_free": int(dice.uniform(2, 40) * GB),
        "storage_quota": 64 * GB,
        "persisted": True,
        "lost_mutations": 0,
        "lost_photos": 0,
        "clock_offset_ms": dice.randint(-900, 1500),
    }
    return DeviceReport(
        device_id=session.device_id,
        user_id=worker.id,
        oldest_unsent_at=stage.now - unsent * HOUR if unsent else None,
        synced_at=stage.now - synced * HOUR if synced else seen_at,
        told_at=seen_at,
        **{**well, **told},
    )
