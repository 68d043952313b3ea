"""What people do at houses: report hazards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from backend.cases import reports
from backend.cases.commands import Place
from backend.cases.models import Case
from backend.cases.signals import case_changed
from backend.db import db, locked
from backend.delivery import live
from backend.houses.models import House, HouseHome
from backend.houses.register_models import HouseAlias
from backend.org import queries as org
from backend.org.capture import Capture
from backend.problems import FieldError, Forbidden, NotFound

LONGEST_OFFLINE = timedelta(days=30)  # as long as a phone keeps its journal


def report_hazard(capture: Capture, args: dict[str, Any]) -> tuple[Case, bool]:
    """Report a hazard, at a house or anywhere; True beside the case when it was there already.

    Raises:
        Refused, NotFound, Forbidden: as `cases.reports.report_hazard` does; also for a house
            that is not there, or lies in another township.
    """
    return reports.report_hazard(capture, args, _told_place(capture, args))


def settle_hazard(capture: Capture, args: dict[str, Any]) -> tuple[Case, bool]:
    """Report what was settled on the spot, at a house or anywhere; else as `report_hazard`."""
    return reports.settle_on_the_spot(capture, args, _told_place(capture, args))


def _told_place(capture: Capture, args: dict[str, Any]) -> Place | None:
    if args["house_id"] is None:
        return None
    house = locked_house(args["house_id"])
    if not org.lies_in_townships(capture.actor, house.org_path):
        detail = "这户不在您的镇街"
        raise Forbidden(detail, [FieldError("/args/house_id", "forbidden", detail)])
    return place_of(house)


def place_of(house: House) -> Place:
    """Where a case at a house is."""
    return Place(
        org_unit_id=house.org_unit_id,
        org_path=house.org_path,
        grid_id=house.grid_id,
        house_id=house.id,
        address=house.address,
        lng=house.lng,
        lat=house.lat,
        position_source="house",
    )


def locked_house(house_id: UUID) -> House:
    """The house, locked: its state and its count of open cases follow from what comes now.

    An id that a phone gave to a house which stood there already means that house, and one that
    was merged into another means the other.

    Raises:
        NotFound: there is none.
    """
    house = locked(House, house_id)
    if house is None and (alias := db.session.get(HouseAlias, house_id)) is not None:
        house = locked(House, alias.house_id)
    if house is not None and house.merged_into_id is not None:
        return locked_house(house.merged_into_id)
    if house is None:
        detail = "没有这户出租房"
        raise NotFound(detail, [FieldError("/args/house_id", "not-found", detail)])
    return house


def own_house(capture: Capture, house_id: UUID) -> House:
    """The house, locked, where it is or lately was the author's to work at.

    Raises:
        NotFound: there is none.
        Forbidden: the author held no duty there, neither then nor since.
    """
    house = locked_house(house_id)
    if not may_work_at(capture, house):
        detail = "这户不在您的网格内"
        raise Forbidden(detail, [FieldError("/args/house_id", "forbidden", detail)])
    return house


def may_work_at(capture: Capture, house: House) -> bool:
    """Whoever held a duty there, then or since; where the centre vouches, all of the township.

    A phone that was offline may not have heard that the house went to another grid.
    """
    grids = {house.grid_id, house.micro_grid_id or house.grid_id}
    for places in (grids, _left_since(house, capture.captured_at - LONGEST_OFFLINE)):
        if org.has_duty(capture.actor, places, capture.captured_at):
            return True
    return capture.by_hand and org.lies_in_townships(capture.actor, house.org_path)


def _left_since(house: House, at: datetime) -> set[UUID]:
    """The grids that a house has left since then."""
    return set(
        db.session.scalars(
            select(HouseHome.grid_id).where(HouseHome.house_id == house.id, HouseHome.until >= at)
        )
    )


@case_changed.connect
def _count_open_cases(case: Case, **_: object) -> None:
    """Keep the house's count; restricted cases are not counted, or the count would tell."""
    if case.house_id is None or case.restricted:
        return
    house = locked_house(case.house_id)
    counted = select(func.count()).where(
        Case.house_id == house.id, Case.closed_at.is_(None), Case.restricted.is_(False)
    )
    house.open_cases = db.session.scalar(counted) or 0
    db.session.flush()
    live.announce("house", house.id, org_path=house.org_path)
