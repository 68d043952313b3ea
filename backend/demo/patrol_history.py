"""Patrols of the sample: day patrols without a track, night patrols with one, some under way."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select

from backend.db import db
from backend.demo.stage import DAYTIME, EVENING, Stage, written_at
from backend.houses.models import House
from backend.org.capture import Capture
from backend.org.models import User
from backend.patrols import commands
from backend.patrols.commands import Segment, Start

PATROLS = 40
UNDER_WAY = 5
SEGMENT = timedelta(minutes=4)
STEP = 10  # seconds between two points
PACE = 1.2e-5  # degrees a second, about 1.2 m


def write(stage: Stage) -> int:
    """Walk them; answers how many."""
    workers = stage.people.workers
    for number in range(PATROLS + UNDER_WAY):
        dice = stage.seed.dice("patrol", number)
        worker = workers[number * 5 % len(workers)]
        under_way = number >= PATROLS
        began = _beginning(stage, dice, night=number % 2 == 1, under_way=under_way)
        with written_at(began):
            _walk(stage, dice, worker, began, number, under_way=under_way)
    return PATROLS + UNDER_WAY


def _beginning(stage: Stage, dice: Random, *, night: bool, under_way: bool) -> datetime:
    if under_way:
        return stage.now - timedelta(minutes=dice.randint(8, 50))
    return stage.moment(dice, 21, EVENING if night else DAYTIME)


def _walk(
    stage: Stage, dice: Random, worker: User, began: datetime, number: int, *, under_way: bool
) -> None:
    grid_ids = [duty.grid_id for duty in worker.grids]
    house = db.session.scalars(
        select(House).where(House.grid_id.in_(grid_ids)).order_by(House.code).limit(1)
    ).first()
    if house is None:
        return
    night = not DAYTIME[0] <= began.hour <= DAYTIME[1]
    key = f"patrol {number}"
    capture = stage.capture(worker, began, key)
    position = {"lng": house.lng, "lat": house.lat, "accuracy": 9.0, "at": began, "source": "gps"}
    grid = commands.patrol_grid(capture, position)
    kind = "night" if night else "day"
    start = Start(stage.seed.id(key), kind, None, night, position)
    patrol = commands.start(capture, start, grid)
    segments = _track(dice, house, patrol.id, capture) if night else 0
    if not under_way:
        ended = min(began + max(segments, 8) * SEGMENT, stage.now)
        finished = stage.capture(worker, ended, key)
        note = dice.choice((None, "一切正常", "提醒两户关闭电动车充电"))
        commands.finish(finished, patrol.id, note=note, segments=segments, photos=[])


def _track(dice: Random, house: House, patrol_id: UUID, capture: Capture) -> int:
    count = dice.randint(2, 6)
    lng, lat, heading = house.lng, house.lat, dice.uniform(0, math.tau)
    for seq in range(count):
        began = capture.captured_at + seq * SEGMENT
        points = [[round(lng * 1e5), round(lat * 1e5), 0, 8]]
        for _ in range(int(SEGMENT.total_seconds()) // STEP):
            heading += dice.uniform(-0.5, 0.5)
            east = round(math.cos(heading) * PACE * STEP * 1e5)
            north = round(math.sin(heading) * PACE * STEP * 1e5)
            points.append([east, north, STEP, dice.randint(4, 15)])
            lng, lat = lng + east / 1e5, lat + north / 1e5
        commands.add_segment(capture, Segment(patrol_id, seq, began, points))
    return count
