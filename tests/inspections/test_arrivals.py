"""Whatever order things arrive in: the same ends, and nothing struck off that nobody looked at."""

from __future__ import annotations

from random import Random
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from backend.db import db, transaction
from backend.houses.models import House
from backend.inspections.models import Finding, Recheck
from tests.inspections.test_rechecks import (
    HOUR,
    LATER,
    case,
    found,
    give_to_worker,
    mend,
    recheck,
    state_of_house,
)
from tests.inspections.work import inspect
from tests.town import Town, house_in

LOOKS = st.lists(
    st.tuples(st.sampled_from(["worker", "head"]), st.integers(0, 5), st.booleans()),
    min_size=1,
    max_size=4,
    unique_by=lambda look: look[1],
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(["look", "look", "look", "look", "mend"]), LOOKS)
def test_no_order_of_arrivals_strikes_off_what_nobody_looked_at(
    town: Town, order: list[str], looks: list[tuple[str, int, bool]]
) -> None:
    """Rechecks of two people, some by who mended it; the last that counts decides, if any."""
    case_id = found(town)
    task_id = give_to_worker(town, case_id) if "mend" in order[:3] else None
    coming = list(looks)
    for what in order:
        if what == "mend" and task_id:
            mend(town, task_id)
        if what == "look" and coming:
            by, hours, passed = coming.pop()
            recheck(town, case_id, by, LATER + hours * HOUR, passed=passed, note="看过")
    _check(case_id)


def _check(case_id: UUID) -> None:
    finding = db.session.scalars(select(Finding).where(Finding.case_id == case_id)).one()
    kept = db.session.scalars(select(Recheck).where(Recheck.finding_id == finding.id)).all()
    counting = sorted((one.captured_at, one.passed, one.checker_id) for one in kept if one.counts)
    end = case(case_id)
    struck = bool(counting) and counting[-1][1]
    assert (end.state == "closed") == struck
    assert (finding.ended == "struck_off") == struck
    if not struck:
        assert state_of_house(case_id) == "rectify"
    if struck:
        assert counting[-1][2] != end.handler_id


VISITS = st.lists(
    st.tuples(st.sampled_from(["inspected", "nobody_home"]), st.integers(6, 9)),
    max_size=2,
    unique_by=lambda visit: visit[1],
)
Look = tuple[str, int, bool]
Visit = tuple[str, int]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LOOKS, VISITS, st.randoms())
def test_a_house_is_the_same_in_whatever_order_things_arrive(
    town: Town, looks: list[Look], visits: list[Visit], chance: Random
) -> None:
    """Nor does a later inspection that finds all in order strike off what nobody rechecked."""
    happened: list[Look | Visit] = [*looks, *visits]
    ends = []
    for _ in range(2):
        case_id = found(town, house=a_new_house(town))
        chance.shuffle(happened)
        for event in happened:
            arrive(town, case_id, event)
        _check(case_id)
        house = db.session.get_one(House, case(case_id).house_id)
        rests = (
            house.next_due_on if house.state == "cleared" else None
        )  # else by the clock on the wall
        ends.append((house.state, house.last_inspected_at, rests))
    assert ends[0] == ends[1]


def a_new_house(town: Town) -> str:
    name = f"金新街道1村{len(town.houses) + 1}"
    with transaction():
        house = house_in(town.grids["金新街道1村"], len(town.houses) + 1)
        db.session.add(house)
    town.houses[name] = house
    return name


def arrive(town: Town, case_id: UUID, event: Look | Visit) -> None:
    what, hours, *passed = event
    at, house = LATER + hours * HOUR, case(case_id).house_id
    if passed:
        recheck(town, case_id, what, at, passed=passed[0], note="看过")
    elif what == "inspected":
        inspect(town, at=at, house_id=house)
    else:
        inspect(town, at=at, house_id=house, outcome=what, answers=[])
