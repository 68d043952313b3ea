"""A worker reports a hazard."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from backend.cases.models import Case, CaseEvent
from backend.db import db, new_id, transaction
from backend.houses import commands
from backend.media.models import Photo
from backend.org.models import Grid
from backend.patrols.models import LastSeen
from backend.problems import Forbidden, NotFound, Problem, Refused
from tests.inspections.work import capture, hazard, photo, position, report
from tests.town import Town


def case_of(town: Town, by: str = "worker", **changes: Any) -> Case:
    return db.session.get_one(Case, hazard(town, by, **changes))


def test_the_matter_gives_title_department_and_deadline(town: Town) -> None:
    case = case_of(town, note="三楼")

    assert (case.title, case.severity, case.source) == ("飞线充电", "serious", "report")
    assert case.department_name == "消防"
    assert case.due_at is not None
    assert (case.reporter_name, case.note) == ("测试worker", "三楼")
    line = db.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id)).one()
    assert (line.action, line.text) == ("report", "三楼")


def test_numbers_count_on_within_the_township(town: Town) -> None:
    first, second = case_of(town), case_of(town, "worker2")
    other = case_of(town, "other_worker")

    assert first.number.endswith("-202611-0001")
    assert second.number == first.number[:-1] + "2"
    assert other.number.endswith("-0001")
    assert other.number != first.number


def test_a_severity_as_told_comes_before_the_matters_own(town: Town) -> None:
    assert case_of(town, severity="critical").severity == "critical"


def test_the_grid_as_told_comes_first(town: Town) -> None:
    told = town.grids["金新街道2村"]
    case = case_of(town, grid_id=told.id, position=position(121.005, 32.005))

    assert (case.grid_id, case.org_path) == (told.id, told.org_path)
    assert (case.lng, case.lat, case.accuracy) == (121.005, 32.005, 8.0)


def test_a_micro_grid_stands_for_its_grid(town: Town) -> None:
    outer = town.grids["金新街道1村"]
    with transaction() as session:
        copied = ("org_unit_id", "org_path", "village_name", "outline")
        own = {name: getattr(outer, name) for name in copied}
        micro = Grid(id=new_id(), kind="micro", code="M1", name="微网格", parent_id=outer.id, **own)
        session.add(micro)

    assert case_of(town, grid_id=micro.id).grid_id == outer.id


def test_the_grid_in_which_the_point_lies_comes_next(town: Town) -> None:
    case = case_of(town, position=position(121.015, 32.005))

    assert case.grid_id == town.grids["金新街道2村"].id


@pytest.mark.parametrize("where", [None, position(121.025, 32.005), position(100, 30)])
def test_the_authors_own_grid_comes_last(town: Town, where: dict[str, Any] | None) -> None:
    """Without a position, and with one in another township or nowhere."""
    assert case_of(town, position=where).grid_id == town.grids["金新街道1村"].id


def test_a_house_gives_grid_address_and_point(town: Town) -> None:
    house = town.houses["金新街道2村1"]
    case = case_of(town, house_id=house.id)

    assert (case.grid_id, case.address) == (house.grid_id, house.address)
    assert (case.lng, case.lat, case.position_source) == (house.lng, house.lat, "house")
    db.session.refresh(house)
    assert house.open_cases == 1


def test_its_photos_belong_to_the_case(town: Town) -> None:
    case = case_of(town, photos=[photo(), photo()])

    owners = {(shot.owner_kind, shot.owner_id) for shot in db.session.scalars(select(Photo))}
    assert owners == {("case", case.id)}


def test_a_cross_hair_on_the_map_is_not_where_the_worker_is(town: Town) -> None:
    case_of(town, position=position(121.005, 32.005, "map"))

    assert db.session.get(LastSeen, town.users["worker"].id) is None


def test_the_same_report_again_changes_nothing(town: Town) -> None:
    args = report()
    with transaction():
        commands.report_hazard(capture(town), args)

    _, merged = commands.report_hazard(capture(town), args)

    assert merged
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1


def test_another_report_under_the_same_id_is_refused(town: Town) -> None:
    args = report()
    with transaction():
        commands.report_hazard(capture(town), args)

    for other in (capture(town, payload="p2"), capture(town, "worker2")):
        with pytest.raises(Refused) as caught:
            commands.report_hazard(other, args)
        assert caught.value.code == "hash-conflict"


def fault(town: Town, kind: type[Problem], **changes: Any) -> tuple[str, list[str]]:
    with pytest.raises(kind) as caught:
        commands.report_hazard(capture(town), report(**changes))
    code = getattr(caught.value, "code", caught.value.slug)
    return code, [error.pointer for error in caught.value.errors]


def test_faults_are_pointed_at(town: Town) -> None:
    far_grid = town.grids["川姜镇1村"].id
    far_house = town.houses["川姜镇1村1"].id

    assert fault(town, Refused, item_code="Z9") == ("unknown-item", ["/args/item_code"])
    assert fault(town, Refused, photos=[]) == ("photo-required", ["/args/photos"])
    assert fault(town, NotFound, grid_id=new_id()) == ("not-found", ["/args/grid_id"])
    assert fault(town, NotFound, house_id=new_id()) == ("not-found", ["/args/house_id"])
    assert fault(town, Forbidden, grid_id=far_grid) == ("forbidden", ["/args/grid_id"])
    assert fault(town, Forbidden, house_id=far_house) == ("forbidden", ["/args/house_id"])


def test_only_field_workers_report(town: Town) -> None:
    with pytest.raises(Forbidden):
        commands.report_hazard(capture(town, "supervisor"), report())
