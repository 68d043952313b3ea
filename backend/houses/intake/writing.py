"""Carrying an import out: what was planned is written, many rows by one statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, func, select

from backend.cases.rules import local_day
from backend.db import db
from backend.delivery import live
from backend.feed import changes
from backend.feed.bulk import Rows, new_record
from backend.houses import facts as rules
from backend.houses.addresses import Book, book_of
from backend.houses.history import plain
from backend.houses.intake.plan import Planned, Progress
from backend.houses.models import House
from backend.houses.register_models import HouseEvent, HouseReview
from backend.houses.registration import FIRST_CHECK
from backend.org.access import Actor
from backend.org.models import Grid

AT_ONCE = 1000  # rows of a statement
Pair = tuple[Planned, SimpleNamespace]
MOVED = "预览之后这一户又有变动,请重新导入核对"


def hold_grids(grid_ids: set[UUID]) -> None:
    """Until the transaction ends nobody else registers houses in these grids, nor imports them.

    What goes on in their houses goes on: a visit refers to its grid, and may.
    """
    query = select(Grid.id).where(Grid.id.in_(grid_ids)).order_by(Grid.id)
    db.session.execute(query.with_for_update(key_share=True))


def write(actor: Actor, at: datetime, planned: Sequence[Planned], progress: Progress) -> None:
    """Write what is planned; a line whose house has changed since comes to a refusal."""
    houses = held({one.house.id for one in planned if one.kind == "change"})
    for one in planned:
        if one.kind == "change" and _moved(one, houses.get(one.house.id)):
            one.given.wrong("code" if one.given.code else "address", MOVED, "moved")
    book = book_of({one.village_id for one in planned if one.village_id})
    new = [(one, _new(one, at, book)) for one in planned if one.kind == "create"]
    _number(new)
    changed = [
        (one, _changed(one, houses[one.house.id], book)) for one in planned if one.kind == "change"
    ]
    parts = [*_parts(new), *_parts(changed)]
    for number, part in enumerate(parts):
        changes.write(db.session(), _writes(actor, at, part))
        progress((number + 1) / len(parts))
    announce(house for _, house in (*new, *changed))


def announce(houses: Iterable[Any]) -> None:
    """Tell the open desks, once for each village."""
    for house in {house.org_path: house for house in houses}.values():
        live.announce("house", house.id, org_path=house.org_path)


def held(ids: set[UUID]) -> dict[UUID, SimpleNamespace]:
    """These houses as they stand now, nobody else's to change until the transaction ends."""
    columns = [column for column in House.__table__.columns if column.computed is None]
    query = select(*columns).where(House.id.in_(ids)).order_by(House.id)
    rows = db.session.execute(query.with_for_update(key_share=True, of=House))
    return {row.id: SimpleNamespace(**row._mapping) for row in rows}  # noqa: SLF001 - its own way


def _moved(one: Planned, house: SimpleNamespace | None) -> bool:
    """Whether somebody has changed what the line changes, since the register was read."""
    if house is None or house.ended_on is not None or set(house.pending) & set(one.changes):
        return True
    return any(getattr(house, name) != before for name, (before, _) in one.changes.items())


def _new(one: Planned, at: datetime, book: Book) -> SimpleNamespace:
    grid, facts = one.grid, one.given.facts
    if grid is None:
        raise ValueError(one.given.line)
    return new_record(
        House,
        id=one.new_id,
        org_unit_id=grid.org_unit_id,
        org_path=grid.org_path,
        grid_id=grid.id,
        village_name=grid.village_name,
        address_id=book.get((grid.org_unit_id, rules.plain_address(facts["address"]))),
        next_due_on=local_day(at) + FIRST_CHECK,
        **facts,
    )


def _number(new: Sequence[Pair]) -> None:
    """Give new houses the next codes of their grids."""
    grid_code = func.regexp_replace(House.code, r"-\d+$", "")
    number = func.substring(House.code, r"-(\d+)$").cast(Integer)
    query = select(grid_code.label("grid"), func.max(number).label("last")).group_by(grid_code)
    codes = {one.grid.code for one, _ in new if one.grid}
    rows = db.session.execute(query.where(grid_code.in_(codes)))
    last = Counter({row.grid: row.last for row in rows})
    for one, house in new:
        code = one.grid.code if one.grid else ""
        last[code] += 1
        house.code = one.new_code = f"{code}-{last[code]:04}"


def _changed(one: Planned, house: SimpleNamespace, book: Book) -> SimpleNamespace:
    for name, (_, value) in one.changes.items():
        setattr(house, name, value)
    if "address" in one.changes:
        house.address_id = book.get((house.org_unit_id, rules.plain_address(house.address)))
    return house


def _parts(pairs: Sequence[Pair]) -> Iterator[Sequence[Pair]]:
    for first in range(0, len(pairs), AT_ONCE):
        yield pairs[first : first + AT_ONCE]


def _writes(actor: Actor, at: datetime, pairs: Sequence[Pair]) -> list[Rows]:
    houses = [house for _, house in pairs]
    changed = () if pairs[0][0].house is None else (*rules.FACTS, "address_id")
    events = [_imported(actor, at, one, house) for one, house in pairs]
    reviews = [_twin(actor, at, house, other.id) for one, house in pairs for other in one.twins]
    return [Rows(House, houses, changed), Rows(HouseEvent, events), Rows(HouseReview, reviews)]


def _imported(actor: Actor, at: datetime, one: Planned, house: SimpleNamespace) -> SimpleNamespace:
    told = {name: list(pair) for name, pair in one.changes.items()}
    return event(actor, at, house, "imported", **({"facts": told} if told else {}))


def event(
    actor: Actor,
    at: datetime,
    house: Any,  # noqa: ANN401 - a row
    kind: str,
    **detail: Any,  # noqa: ANN401
) -> SimpleNamespace:
    """What happened to a house, as its history keeps it."""
    about = {"house_id": house.id, "grid_id": house.grid_id, "kind": kind, "at": at}
    by = {"by_id": actor.user_id, "by_name": actor.name}
    return new_record(HouseEvent, **about, **by, detail=plain(detail))


def _twin(actor: Actor, at: datetime, house: SimpleNamespace, other_id: UUID) -> SimpleNamespace:
    """Have the centre look whether both are one."""
    return new_record(
        HouseReview,
        house_id=house.id,
        other_id=other_id,
        org_path=house.org_path,
        grid_id=house.grid_id,
        kind="twin",
        by_id=actor.user_id,
        by_name=actor.name,
        captured_at=at,
    )
