"""An inspection comes in: what is kept, what follows, what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from backend.cases.models import Case
from backend.db import db, new_id, transaction
from backend.houses.models import House, HouseHome
from backend.inspections import commands
from backend.inspections.models import Finding, Inspection
from backend.media.models import Photo
from backend.org.models import Grid, GridDuty
from backend.patrols.models import LastSeen
from backend.problems import Forbidden, NotFound, Refused
from tests.cases.steps import bring_to_an_end
from tests.inspections import work
from tests.inspections.work import MONDAY, answer, capture, inspect, inspection, photo
from tests.town import Town

DAY = timedelta(days=1)


def house(town: Town, name: str = "金新街道1村1") -> House:
    return db.session.get_one(House, town.houses[name].id, populate_existing=True)


def cases_of(done: Inspection) -> dict[str, Case]:
    query = select(Case).where(Case.inspection_id == done.id)
    return {case.item_code: case for case in db.session.scalars(query)}


def refused(town: Town, **changes: Any) -> Refused:
    args = inspection(town, **changes)
    with pytest.raises(Refused) as caught:
        commands.submit_inspection(capture(town), args)
    db.session.rollback()
    assert db.session.get(Inspection, args["inspection_id"]) is None
    return caught.value


def test_a_passed_house_rests_for_ninety_days(town: Town) -> None:
    done = inspect(town)

    after = house(town)
    assert (done.result, done.fail_count) == ("pass", 0)
    assert (after.state, after.last_inspected_at, after.open_cases) == ("passed", MONDAY, 0)
    assert after.next_due_on == date(2026, 11, 16) + 90 * DAY


def test_each_failed_item_opens_a_case_with_its_finding_and_photos(town: Town) -> None:
    done = inspect(town, failing="B01 E04")

    cases = cases_of(done)
    findings = db.session.scalars(select(Finding).where(Finding.inspection_id == done.id)).all()
    assert {finding.item_code: finding.case_id for finding in findings} == {
        code: case.id for code, case in cases.items()
    }
    case = cases["B01"]
    assert (case.severity, case.source, case.state) == ("serious", "inspection", "reported")
    assert case.department_id == town.departments["金新街道消防"].id
    assert case.due_at == MONDAY + 3 * DAY
    assert case.house_id == done.house_id
    photos = db.session.scalars(select(Photo).where(Photo.owner_id == done.id)).all()
    assert {shot.item_code for shot in photos} == {"B01", "E04"}
    assert {shot.scope for shot in photos} == {f"grid:{done.grid_id}"}


def test_a_house_to_rectify_is_due_at_the_earliest_deadline(town: Town) -> None:
    inspect(town, failing="B01 E04")

    after = house(town)
    assert (after.state, after.open_cases) == ("rectify", 2)
    assert after.next_due_on == date(2026, 11, 19)


def test_a_critical_failure_fails_the_house_until_tomorrow(town: Town) -> None:
    done = inspect(town, failing="D01")

    assert done.result == "fail"
    assert house(town).state == "failed"
    assert house(town).next_due_on == date(2026, 11, 17)


def test_closing_a_case_lowers_the_count_of_its_house(town: Town) -> None:
    cases = cases_of(inspect(town, failing="B01 E04"))

    bring_to_an_end(town, cases["B01"].id)

    assert (house(town).open_cases, house(town).state) == (1, "rectify")
    bring_to_an_end(town, cases["E04"].id)
    assert (house(town).open_cases, house(town).state) == (0, "cleared")


def test_who_finds_nobody_home_comes_again_the_next_day(town: Town) -> None:
    done = inspect(town, outcome="nobody_home", answers=[], photos=[], case_ids={})

    assert done.result == "none"
    assert (house(town).state, house(town).last_inspected_at) == ("unchecked", None)
    assert house(town).next_due_on == date(2026, 11, 17)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_the_newest_inspection_decides_in_whatever_order_they_arrive(
    town: Town, order: tuple[int, ...]
) -> None:
    failing = ["", "B01", ""]  # in order, then not, then again: but nobody rechecked what was found
    for number in order:
        inspect(town, failing=failing[number], at=MONDAY + number * DAY)

    after = house(town)
    assert after.state == "rectify"
    assert after.last_inspected_at == MONDAY + 2 * DAY
    assert after.next_due_on == date(2026, 11, 20)  # three days after it was found


def test_the_same_inspection_again_changes_nothing(town: Town) -> None:
    args = inspection(town, failing="B01")
    with transaction():
        commands.submit_inspection(capture(town), args)

    _, merged = commands.submit_inspection(capture(town), args)

    assert merged
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1


def test_another_inspection_under_the_same_id_is_refused(town: Town) -> None:
    args = inspection(town)
    with transaction():
        commands.submit_inspection(capture(town), args)

    for other in (capture(town, payload="p2"), capture(town, "head")):
        with pytest.raises(Refused) as caught:
            commands.submit_inspection(other, args)
        assert caught.value.code == "hash-conflict"


def test_a_restricted_item_stays_with_its_author_and_the_cleared(town: Town) -> None:
    photos = [photo("H01"), photo("B01")]
    done = inspect(town, failing="H01 B01", photos=photos)

    cases = cases_of(done)
    assert cases["H01"].restricted
    assert cases["H01"].feed_scope() == f"user:{done.inspector_id}"
    assert "H01" not in str(done.feed_row())
    assert (done.fail_count, house(town).open_cases) == (1, 1)
    bring_to_an_end(town, cases["B01"].id)
    assert house(town).open_cases == 0  # though the restricted one is open
    scopes = {shot.item_code: shot.scope for shot in db.session.scalars(select(Photo))}
    assert scopes == {"H01": f"user:{done.inspector_id}", "B01": f"grid:{done.grid_id}"}


def test_other_hazards_carry_their_words_and_their_severity(town: Town) -> None:
    item = {**town.checklist.items[3], "code": "H02", "answer": "text"}
    item |= {"severity": "chosen_on_site", "deadline": "by_severity", "lead_department": "派单判定"}
    with transaction():
        town.checklist.items = [*town.checklist.items, item]
    answers = [*work.good_answers(), answer("H02", text=" 阳台堆放 ", severity="critical")]

    done = inspect(town, answers=answers, case_ids={"H02": new_id()})

    case = cases_of(done)["H02"]
    assert (done.result, case.title, case.severity) == ("fail", "阳台堆放", "critical")
    assert (case.due_at, case.department_id) == (MONDAY + DAY, None)


def test_an_inspection_tells_where_its_author_was(town: Town) -> None:
    inspect(town, position=work.position(121.001, 32.001))

    seen = db.session.get_one(LastSeen, town.users["worker"].id)
    assert (seen.lng, seen.lat, seen.source) == (121.001, 32.001, "gps")


def test_a_foreign_house_is_refused(town: Town) -> None:
    args = inspection(town, "金新街道2村1")

    with pytest.raises(Forbidden) as caught:
        commands.submit_inspection(capture(town), args)

    assert [error.pointer for error in caught.value.errors] == ["/args/house_id"]


@pytest.mark.parametrize(
    ("since", "until", "accepted"),
    [
        (MONDAY - 9 * DAY, MONDAY + DAY, True),  # held then, given up since
        (MONDAY + DAY, None, True),  # held now
        (MONDAY + DAY, MONDAY + 2 * DAY, True),  # held between, as when it was first taken in
        (MONDAY - 9 * DAY, MONDAY - DAY, False),  # neither
    ],
)
def test_evidence_is_judged_by_the_duty_then_or_since(
    town: Town,
    since: datetime,
    until: datetime | None,
    accepted: bool,  # noqa: FBT001
) -> None:
    grid = town.grids["金新街道2村"]
    with transaction() as session:
        duty = {"grid_id": grid.id, "kind": "part_time", "since": since, "until": until}
        session.add(GridDuty(user_id=town.users["worker"].id, **duty))
    args = inspection(town, "金新街道2村1")

    if accepted:
        commands.submit_inspection(capture(town), args)
    else:
        with pytest.raises(Forbidden):
            commands.submit_inspection(capture(town), args)


@pytest.mark.parametrize(("left", "accepted"), [(5 * DAY, True), (31 * DAY, False)])
def test_a_phone_may_not_have_heard_that_the_house_moved(
    town: Town, left: timedelta, *, accepted: bool
) -> None:
    args = inspection(town)
    with transaction() as session:
        house(town).grid_id = town.grids["金新街道2村"].id
        session.flush()
        assert session.scalars(select(HouseHome.grid_id)).all() == [town.grids["金新街道1村"].id]
        session.execute(update(HouseHome).values(until=MONDAY - left))

    if accepted:
        done, _ = commands.submit_inspection(capture(town), args)
        assert done.grid_id == town.grids["金新街道2村"].id
    else:
        with pytest.raises(Forbidden):
            commands.submit_inspection(capture(town), args)


def test_a_duty_in_the_micro_grid_of_the_house_is_enough(town: Town) -> None:
    outer = town.grids["金新街道2村"]
    with transaction() as session:
        micro = Grid(
            id=new_id(),
            org_unit_id=outer.org_unit_id,
            org_path=outer.org_path,
            kind="micro",
            parent_id=outer.id,
            village_name=outer.village_name,
            code="M1",
            name="微网格",
            outline=outer.outline,
        )
        session.add(micro)
        session.flush()
        town.houses["金新街道2村1"].micro_grid_id = micro.id
        session.add(
            GridDuty(
                user_id=town.users["worker"].id,
                grid_id=micro.id,
                kind="part_time",
                since=datetime(2020, 1, 1, tzinfo=UTC),
            )
        )

    inspect(town, "金新街道2村1")


@pytest.mark.parametrize("name", ["house_id", "checklist_id"])
def test_an_unknown_house_or_checklist_is_not_found(town: Town, name: str) -> None:
    with pytest.raises(NotFound) as caught:
        commands.submit_inspection(capture(town), {**inspection(town), name: new_id()})

    assert [error.pointer for error in caught.value.errors] == [f"/args/{name}"]


def with_answer(index: int, **parts: Any) -> list[dict[str, Any]]:
    answers = work.good_answers()
    answers[index] = {**answers[index], **parts}
    return answers


BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("unknown item", {"answers": [*work.good_answers(), answer("Z99", "pass")]},
     "unknown-item", "/args/answers/5/code"),
    ("answered twice", {"answers": [*work.good_answers(), answer("D01", "pass")]},
     "validation", "/args/answers/5/code"),
    ("number where none belongs", {"answers": with_answer(2, number=1.0)},
     "validation", "/args/answers/2/number"),
    ("text where none belongs", {"answers": with_answer(2, text="x")},
     "validation", "/args/answers/2/text"),
    ("severity where it is fixed", {"answers": with_answer(2, severity="general")},
     "validation", "/args/answers/2/severity"),
    ("no number", {"answers": with_answer(0, number=None)},
     "validation", "/args/answers/0/number"),
    ("no verdict", {"answers": with_answer(3, verdict=None)},
     "validation", "/args/answers/3/verdict"),
    ("item left out", {"answers": work.good_answers()[:-1]}, "validation", "/args/answers"),
    ("no photo", {"failing": "D01", "photos": []}, "photo-required", "/args/photos"),
    ("photo of another item", {"failing": "D01", "photos": [photo("E04")]},
     "photo-required", "/args/photos"),
    ("photo of an unknown item", {"photos": [photo("Z99")]},
     "unknown-item", "/args/photos/0/item_code"),
    ("no case id", {"failing": "E04", "case_ids": {}}, "validation", "/args/case_ids/E04"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code", "pointer"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD]
)
def test_a_fault_is_refused_and_pointed_at(
    town: Town, changes: dict[str, Any], code: str, pointer: str
) -> None:
    problem = refused(town, **changes)

    assert problem.code == code
    assert [error.pointer for error in problem.errors] == [pointer]


def test_a_case_id_that_is_taken_is_refused(town: Town) -> None:
    taken = cases_of(inspect(town, failing="E04"))["E04"].id

    problem = refused(town, failing="E04", case_ids={"E04": taken})

    assert problem.code == "hash-conflict"
