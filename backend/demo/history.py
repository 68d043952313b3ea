"""A few weeks of the sample's history, lived through the rooms' own commands."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.cases.item_models import HazardItem
from backend.cases.models import Case
from backend.checklists.models import Checklist
from backend.checklists.rental import publish_rental_checklist
from backend.db import db, transaction, utc_now
from backend.demo import (
    campaign_history,
    case_history,
    joint_history,
    message_history,
    paper_history,
    patrol_history,
    phone_reports,
    pictures,
    task_history,
)
from backend.demo.people import People
from backend.demo.seed import Seed
from backend.demo.stage import Stage, written_at
from backend.houses.commands import report_hazard
from backend.houses.models import House
from backend.inspections.commands import submit_inspection
from backend.org import feedback
from backend.tasks.models import Task

MOST_INSPECTIONS = 400
HAZARDS = 60
SECRET = 50  # of so many inspections one finds what only the cleared may know
REST = timedelta(days=6)  # until a house is seen again
OPINIONS = (
    "老房子楼道里没有信号,保存以后不用再等,很好。",
    "清单第 E04 项能不能按户型自动略过?",
    "希望地图上能看到微网格的编号。",
)


def write(seed: Seed, people: People, say: Callable[[str], None]) -> None:
    """Let the township live for some weeks; in transactions of its own."""
    stage = Stage(seed, people, pictures.draw_all(seed), utc_now().replace(microsecond=0))
    checklist_id = publish_rental_checklist().id
    houses = list(db.session.scalars(select(House.id).order_by(House.code)))
    dice = seed.dice("inspected")
    chosen = dice.sample(houses, min(len(houses) * 3 // 10, MOST_INSPECTIONS))
    moments = sorted(stage.moment(dice) for _ in chosen)
    for number, (house_id, at) in enumerate(zip(chosen, moments, strict=True)):
        with written_at(at):
            _inspect(stage, house_id, checklist_id, at, secret=(len(chosen) - number) % SECRET == 1)
    say(f"{len(chosen)} 次入户检查")
    for number in range(HAZARDS):
        _report(stage, number, houses)
    say(f"{HAZARDS} 条随手报")
    for number in range(len(OPINIONS)):
        _say(stage, number)
    say(f"{patrol_history.write(stage)} 次巡查")
    say(f"{task_history.write(stage)} 个任务")
    say(f"{phone_reports.write(stage)} 部手机")
    say(f"{_clear_some(stage, checklist_id)} 户整改后复查合格")
    say(f"{case_history.write(stage)} 条隐患在办理中")
    joint_history.write(stage)
    say(f"{paper_history.write(stage)} 份文书")
    campaign_history.write(stage)
    with transaction():
        message_history.answer(stage.now)


def _clear_some(stage: Stage, checklist_id: UUID) -> int:
    """Some houses have put right what was found: seen again, passed, their findings struck off.

    Not those where a task of a case is still under way.
    """
    busy = select(Task.house_id).where(Task.house_id.is_not(None), Task.state != "done")
    bad = select(House).where(House.state.in_(("rectify", "failed")), House.id.not_in(busy))
    old = bad.where(House.last_inspected_at < stage.now - REST).order_by(House.code)
    houses = [(house.id, house.last_inspected_at) for house in db.session.scalars(old)]
    some = stage.seed.dice("cleared").sample(houses, (len(houses) + 1) // 2)
    for house_id, before in some:
        at = (before or stage.now) + REST
        with written_at(at):
            _inspect(stage, house_id, checklist_id, at, again=True)
        cases = select(Case.id).where(Case.house_id == house_id, Case.closed_at.is_(None))
        for case_id in db.session.scalars(cases).all():
            case_history.strike_off(stage, case_id, at)
    return len(some)


def _inspect(
    stage: Stage,
    house_id: UUID,
    checklist_id: UUID,
    at: datetime,
    *,
    again: bool = False,
    secret: bool = False,
) -> None:
    house = db.session.get_one(House, house_id)
    checklist = db.session.get_one(Checklist, checklist_id)
    key = f"inspection {house.code}" + (" again" if again else "")
    dice = stage.seed.dice(key)
    worker = stage.people.workers_of[house.grid_id]
    chances = (1, 0, 0) if again or secret else (92, 6, 2)
    outcome = dice.choices(("inspected", "nobody_home", "refused"), chances)[0]
    failed = (
        _failing(dice, checklist, secret=secret) if outcome == "inspected" and not again else []
    )
    codes = [item["code"] for item in failed]
    args = {
        "inspection_id": stage.seed.id(key),
        "house_id": house.id,
        "checklist_id": checklist.id,
        "task_id": None,
        "started_at": at - timedelta(minutes=dice.randint(6, 25)),
        "outcome": outcome,
        "answers": [_answer(item, house, codes) for item in checklist.items]
        if outcome == "inspected"
        else [],
        "note": dice.choice((None, None, "房东在场", "已口头提醒房东", "租客配合检查")),
        "position": _position(house, dice, at),
        "photos": [_awaited(stage, _photo(stage, dice, key, code, at)) for code in codes],
        "case_ids": {code: stage.seed.id(key, "case", code) for code in codes},
    }
    submit_inspection(stage.capture(worker, at, key), args)


def _failing(dice: Random, checklist: Checklist, *, secret: bool) -> list[dict[str, Any]]:
    plain = [item for item in checklist.items if item["answer"] == "pass_fail_na"]
    common = [item for item in plain if item["visibility"] == "normal"]
    failed = dice.sample(common, dice.choices((0, 1, 2, 3), (55, 25, 14, 6))[0])
    hidden = [item for item in plain if item["visibility"] == "restricted"]
    return failed + (hidden if secret else [])


def _answer(item: dict[str, Any], house: House, failed: list[str]) -> dict[str, Any]:
    numbers = {
        "occupants": house.occupant_count,
        "rooms": house.room_count,
        "extinguishers": max(house.extinguishers, 1),
        "persons_per_room": min(2, house.occupant_count),
        "area_per_person": round(max(house.area_m2 / max(house.occupant_count, 1), 4), 1),
    }
    kind = item["answer"]
    verdict = "fail" if item["code"] in failed else "pass"
    return {
        "code": item["code"],
        "verdict": verdict if "pass_fail_na" in kind else None,
        "number": numbers.get(item.get("prefill", ""), 1) if "number" in kind else None,
        "text": None,
        "note": None,
        "severity": None,
    }


def _position(house: House, dice: Random, at: datetime) -> dict[str, Any]:
    return {
        "lng": house.lng + dice.uniform(-1e-4, 1e-4),
        "lat": house.lat + dice.uniform(-1e-4, 1e-4),
        "accuracy": round(dice.uniform(4, 30), 1),
        "at": at,
        "source": "gps",
    }


def _photo(stage: Stage, dice: Random, key: str, code: str, at: datetime) -> dict[str, Any]:
    picture = stage.picture(dice, code, reported=False)
    return picture.line(stage.seed.id(key, "photo", code), at, code)


def _awaited(stage: Stage, line: dict[str, Any]) -> dict[str, Any]:
    """Of the last two days, every third photo has not arrived yet: only its thumbnail."""
    fresh = stage.now - line["captured_at"] < timedelta(days=2)
    if not fresh or line["photo_id"].int % 3:
        return line
    return {**line, "sha256": hashlib.sha256(line["photo_id"].bytes).hexdigest()}


def _say(stage: Stage, number: int) -> None:
    """Something that a worker thinks of the app."""
    dice = stage.seed.dice("feedback", number)
    at = stage.moment(dice)
    with written_at(at):
        worker = dice.choice(stage.people.workers)
        feedback.submit(worker.id, stage.seed.id("feedback", number), OPINIONS[number], at)


def _report(stage: Stage, number: int, houses: list[UUID]) -> None:
    dice = stage.seed.dice("hazard", number)
    at = stage.moment(dice)
    with written_at(at):
        house = db.session.get_one(House, dice.choice(houses))
        items = db.session.scalars(select(HazardItem).order_by(HazardItem.sort)).all()
        often = [1 / (place + 2) for place in range(len(items))]  # the common ones come first
        code = dice.choices(items, often)[0].code
        picture = stage.picture(dice, code, reported=True)
        worker = stage.people.workers_of[house.grid_id]
        key = f"hazard {number}"
        args = {
            "case_id": stage.seed.id(key),
            "item_code": code,
            "severity": None,
            "house_id": None,
            "grid_id": house.grid_id,
            "note": dice.choice((None, "楼道口", "沿街店铺门前", "河边空地", "小区东门")),
            "address": house.address,
            "position": _position(house, dice, at),
            "photos": [picture.line(stage.seed.id(key, "photo"), at)],
        }
        report_hazard(stage.capture(worker, at, key), args)
