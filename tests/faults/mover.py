"""Moves houses between grids for a fault run.

A line `HOUSE GRID` on stdin; `moved` on stdout, or `failed` where the database was away.
"""

from __future__ import annotations

import sys
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from backend.app import create_app
from backend.db import db, transaction
from backend.houses.models import House, Occupant, Room
from backend.houses.register_models import HouseEvent


def move(house_id: UUID, grid_id: UUID) -> None:
    """Give a house, its rooms and its occupants to another grid, in one commit."""
    with transaction():
        house = db.session.get_one(House, house_id, with_for_update=True)
        house.grid_id, house.micro_grid_id = grid_id, None
        for room in db.session.scalars(select(Room).where(Room.house_id == house_id)):
            room.grid_id = grid_id
        for person in db.session.scalars(select(Occupant).where(Occupant.house_id == house_id)):
            person.grid_id = grid_id
        for line in db.session.scalars(select(HouseEvent).where(HouseEvent.house_id == house_id)):
            line.grid_id = grid_id


def main() -> None:
    """Move what is asked for until stdin ends."""
    with create_app().app_context():
        for line in sys.stdin:
            house_id, grid_id = line.split()
            sys.stdout.write(f"{_tried(UUID(house_id), UUID(grid_id))}\n")
            sys.stdout.flush()


def _tried(house_id: UUID, grid_id: UUID) -> str:
    try:
        move(house_id, grid_id)
    except DBAPIError:
        return "failed"
    else:
        return "moved"
    finally:
        db.session.remove()


if __name__ == "__main__":
    main()
