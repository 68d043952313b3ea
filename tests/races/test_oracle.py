"""After much at once, the feed is what the tables hold, and its numbers have no gap (2, 6, 7)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import select, text

from backend.db import db
from backend.feed.synced import Synced
from tests.conftest import SignIn
from tests.races.conftest import at_once
from tests.structure.test_database import SYNCED
from tests.sync import deeds
from tests.sync.phone import Phone, feedback
from tests.tasks.desk import new_task
from tests.town import Town

DEEDS = 8


def a_day(phone: Phone, town: Town, village: str) -> Callable[[], list[Any]]:
    """Inspections, hazards and refusals, pushed one by one and in batches."""
    batches = []
    for number in range(DEEDS):
        house, failed = f"{village}{number % 2 + 1}", ["D01", "H01"] if number % 3 else []
        batches.append(
            [
                phone.mutation("inspection.submit", deeds.inspection(town, house, *failed)),
                phone.mutation("hazard.report", deeds.hazard(town, village)),
                phone.mutation("feedback.submit", feedback("") if number % 2 else feedback()),
            ]
        )

    def work() -> list[Any]:
        answers = []
        for batch in batches:
            answers.append(phone.push(*batch))
            phone.pull(limit=7)
        return answers

    return work


def test_the_feed_is_what_the_tables_hold(enter: SignIn, real_town: Town) -> None:
    village = "金新街道1村"
    desk = enter("dispatcher")
    tasks = [desk.post("/api/tasks", json=new_task(real_town)).json["id"] for _ in range(3)]
    phones = [Phone(enter(name)) for name in ("worker", "head", "worker2")]
    places = [village, village, "金新街道2村"]
    days = [a_day(*each) for each in zip(phones, [real_town] * 3, places, strict=True)]

    def at_the_desk() -> list[Any]:
        return [desk.post(f"/api/tasks/{task}/cancel", json={"reason": "撤"}) for task in tasks]

    for answers in at_once(*days, at_the_desk):
        assert {answer.status_code for answer in answers} == {200}

    check_feed()
    for phone in phones:
        phone.pull()
        check_phone(phone)


def check_feed() -> None:
    db.session.expire_all()
    told = defaultdict(dict)  # type: ignore[var-annotated]
    for row in db.session.execute(text("SELECT * FROM sync_feed WHERE op = 'put'")):
        told[row.kind][row.record_id, row.scope_id] = json.loads(row.body)
    for model in SYNCED:
        assert told[model.feed_kind] == held_by(model), model.__name__
    gaps = text(
        "SELECT s.id FROM sync_scopes s LEFT JOIN sync_feed f ON f.scope_id = s.id"
        " GROUP BY s.id HAVING coalesce(max(f.version), 0) <> s.version"
        " OR count(f.version) <> count(DISTINCT f.version)"
    )
    assert db.session.scalars(gaps).all() == []


def held_by(model: Any) -> dict[Any, Any]:
    rows: list[Synced] = list(db.session.scalars(select(model)))
    return {
        (row.id, row.feed_scope()): orjson.loads(
            orjson.dumps({"id": row.id, **row.feed_row()}, option=orjson.OPT_UTC_Z)
        )
        for row in rows
        if row.feed_scope() is not None
    }


def check_phone(phone: Phone) -> None:
    here = db.session.execute(
        text(
            "SELECT scope_id, kind, record_id, version FROM sync_feed"
            " WHERE op = 'put' AND scope_id = ANY(:scopes)"
        ),
        {"scopes": list(phone.cursors)},
    )
    assert {key: row["_version"] for key, row in phone.base.items()} == {
        (row.scope_id, row.kind, str(row.record_id)): row.version for row in here
    }
