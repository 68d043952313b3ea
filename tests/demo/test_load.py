"""The sample township: real divisions, outlines that fit, and something on every screen."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pytest
import shapely
from sqlalchemy import func, select, text

from backend.app import Gridfield
from backend.cases.item_models import HazardItem
from backend.cases.models import Case, CaseEvent
from backend.cases.part_models import CasePart
from backend.checklists.models import Checklist
from backend.db import db, utc_now
from backend.delivery.models import Delivery
from backend.demo import words
from backend.demo.divisions import Area, build_county, short
from backend.demo.load import load
from backend.demo.pictures import SCENE_OF_ITEM, SCENE_OF_MATTER, SCENES, scene_of
from backend.demo.seed import Seed
from backend.documents.models import Document, DocumentNumber, NumberBlock
from backend.documents.queries import overdue
from backend.houses.models import House, Occupant
from backend.inspections.models import Inspection
from backend.media.models import Photo
from backend.org.models import Department, Feedback, Grid, GridDuty, OrgUnit, User
from backend.org.sessions import actor_of
from backend.oversight.phones import CARES, count_cares
from backend.patrols.models import Patrol, TrackSegment
from backend.tasks.campaign_models import Visit
from backend.tasks.models import Task
from backend.tasks.plan_models import TaskPlan
from tests.conftest import undone

TOWN = "320612004"
HOUSES = 190


@pytest.fixture(scope="module")
def county() -> Area:
    return build_county(TOWN, 1)


@pytest.fixture(scope="module")
def loaded(app: Gridfield) -> Iterator[None]:
    with undone(app):
        load(TOWN, HOUSES, 1, lambda _line: None)
        yield


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_divisions_are_the_real_ones(county: Area) -> None:
    town = county.part(TOWN)

    assert (len(county.parts), sum(len(one.parts) for one in county.parts)) == (17, 278)
    assert (town.name, len(town.parts)) == ("金新街道", 31)
    assert "华山社区" in {village.name for village in town.parts}


def test_thirteen_departments_say_what_they_answer_for_and_lead_every_matter(loaded: None) -> None:
    duties = {one.name: one.duties for one in db.session.scalars(select(Department))}
    leads = set(db.session.scalars(select(HazardItem.lead_department)))
    leads |= {item["lead_department"] for item in db.session.scalars(select(Checklist)).one().items}

    assert len(duties) == 13
    assert all(duties.values())
    assert leads - {"派单判定"} <= set(duties)


def test_outlines_fit_together_without_gap_or_overlap(county: Area) -> None:
    for level in ("township", "village", "basic"):
        outlines = [area.outline for area in county.all_parts() if area.kind == level]
        assert shapely.coverage_is_valid(outlines)
        assert all(outline.is_valid for outline in outlines)
        assert sum(outline.area for outline in outlines) == pytest.approx(county.outline.area)
    assert shapely.coverage_is_valid([area.outline for area in county.leaves()])


def test_no_outline_is_a_sliver(county: Area) -> None:
    for area in county.all_parts():
        roundness = 4 * math.pi * area.outline.area / area.outline.length**2  # 1 is a circle
        assert roundness > (0.15 if area.kind == "county" else 0.25), area.name
        assert not area.outline.interiors, area.name


@pytest.mark.parametrize("code", ["320411103", "320104001", "320681100"])
def test_any_township_with_a_known_county_can_be_the_sample(code: str) -> None:
    county = build_county(code, 1)

    assert county.code == code[:6]
    assert any(area.kind == "micro" for area in county.part(code).all_parts())
    assert shapely.coverage_is_valid([area.outline for area in county.leaves()])
    names = [village.name for town in county.parts for village in town.parts]
    assert not any(name.endswith(("委会", "委员会")) for name in names)


@pytest.mark.parametrize("code", ["320612", "320612004008", "320612999", "110101001", "320671001"])
def test_what_is_no_township_with_an_outline_is_refused(code: str) -> None:
    with pytest.raises(KeyError):
        build_county(code, 1)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("华山社区居委会", "华山社区"),
        ("界北村委会", "界北村"),
        ("中心村村委会", "中心村"),
        ("新河村民委员会", "新河村"),
        ("银杏路社区居民委员会", "银杏路社区"),
        ("焦溪社区居委会（含焦溪村村委）", "焦溪社区"),
    ],
)
def test_villages_are_called_as_people_call_them(name: str, said: str) -> None:
    assert short(name) == said


def test_codes_follow_the_rule(county: Area) -> None:
    areas = list(county.all_parts())

    assert len({area.code for area in areas}) == len(areas)
    for area in areas:
        assert len(area.code) == {"basic": 15, "micro": 18, "village": 12}.get(
            area.kind, len(area.code)
        )
        assert all(part.code.startswith(area.code) for part in area.parts)
    grids = [len(village.parts) for village in county.part(TOWN).parts]
    assert set(grids) <= {2, 3, 4}


def test_the_same_seed_gives_the_same_town_and_another_does_not(county: Area) -> None:
    again, other = build_county(TOWN, 1), build_county(TOWN, 2)

    assert [area.outline.wkt for area in again.leaves()] == [
        area.outline.wkt for area in county.leaves()
    ]
    assert [area.outline.wkt for area in other.leaves()] != [
        area.outline.wkt for area in county.leaves()
    ]
    assert Seed(1, TOWN).id("user", "a") == Seed(1, TOWN).id("user", "a")
    assert words.person(Seed(1, TOWN).dice("x")) == words.person(Seed(1, TOWN).dice("x"))


def test_no_screen_is_empty(loaded: None) -> None:
    assert (count(OrgUnit), count(House)) == (1 + 17 + 278, HOUSES)
    assert set(db.session.scalars(select(Inspection.result).distinct())) == {
        "pass",
        "rectify",
        "fail",
        "none",
    }
    assert set(db.session.scalars(select(House.state).distinct())) == {
        "unchecked",
        "passed",
        "rectify",
        "failed",
        "cleared",
    }
    assert set(db.session.scalars(select(Case.state).distinct())) >= {
        "reported",
        "in_progress",
        "awaiting_check",
        "closed",
    }
    assert set(db.session.scalars(select(Task.state).distinct())) == {
        "offered",
        "assigned",
        "accepted",
        "done",
        "returned",
        "cancelled",
    }
    assert set(db.session.scalars(select(Patrol.state).distinct())) == {
        "recording",
        "finished",
    }
    assert count(TrackSegment) > 10
    parts = db.session.execute(select(CasePart.kind, CasePart.state).distinct())
    assert {tuple(row) for row in parts} >= {
        *(("support", state) for state in ("called", "signed", "returned", "done")),
        ("whistle", "arrived"),
        ("opinion", "done"),
    }
    assert set(db.session.scalars(select(Visit.state).distinct())) == {
        "open",
        "met",
        "nobody",
        "refused",
    }
    joint = db.session.scalars(select(Task.state).where(Task.joint_id.is_not(None)))
    assert sorted(joint) == ["accepted", "assigned"]
    assert count(TaskPlan) == 1
    # The emergency is taken: a sample that rings for ever helps nobody.
    urgent = db.session.scalars(select(Case).where(Case.urgent)).one()
    assert (urgent.state, urgent.follows) == ("accepted", 2)


def test_there_are_papers_in_every_state_with_numbers_of_their_time(loaded: None) -> None:
    papers = db.session.scalars(select(Document).order_by(Document.captured_at)).all()
    late = set(db.session.scalars(select(Document.id).where(overdue())))
    leased = {row.id: row.leased_at for row in db.session.scalars(select(NumberBlock))}
    blocks = {
        (row.series_id, row.number): row.block_id
        for row in db.session.scalars(select(DocumentNumber))
    }

    assert {(one.kind, one.state) for one in papers} == {
        ("advice", "issued"), ("advice", "served"), ("advice", "withdrawn"), ("order", "served"),
    }  # fmt: skip
    assert [one.id in late for one in papers if one.kind == "order"] == [True, False]
    assert all(leased[blocks[one.series_id, one.number]] <= one.captured_at for one in papers)
    voids = select(DocumentNumber.void_reason).where(DocumentNumber.state == "void")
    assert len(db.session.scalars(voids).all()) == 1


def test_the_desk_sees_phones_of_every_kind(loaded: None) -> None:
    dispatcher = db.session.scalars(select(User).where(User.username == "dispatcher")).one()

    counts = count_cares(actor_of(dispatcher))

    assert [care for care in CARES if not counts[care]] == []
    assert counts["phones"] > 2 * sum(counts[care] for care in CARES if care != "silent")


@pytest.mark.parametrize("username", ["worker1", "worker2", "worker3"])
def test_whoever_tries_it_as_a_worker_has_something_to_do(loaded: None, username: str) -> None:
    todo = select(Task).join(User, User.id == Task.assignee_id)
    mine = db.session.scalars(todo.where(User.username == username)).all()

    assert {task.kind for task in mine if task.state == "assigned"} >= {"inspect"}
    assert all(task.due_at > task.created_at for task in mine)


def test_what_is_told_of_the_past_fits_together(loaded: None) -> None:
    now = utc_now()
    hours = db.session.scalars(
        text(
            "SELECT extract(hour FROM started_at AT TIME ZONE 'UTC') FROM patrols"
            " WHERE recording AND state = 'finished'"
        )
    ).all()

    assert set(db.session.scalars(select(Delivery.state).distinct())) == {
        "delivered", "read", "spared",
    }  # fmt: skip
    assert hours
    assert set(map(int, hours)) <= {11, 12, 13}  # 19 to 22 o'clock in China
    for task in db.session.scalars(select(Task)):
        told = [at for at in (task.created_at, task.delivered_at, task.finished_at) if at]
        assert told == sorted(told), task.title
    ended = select(Case.id).where(Case.closed_at.is_not(None))
    said = select(CaseEvent.case_id).where(CaseEvent.at == Case.closed_at)
    assert set(db.session.scalars(ended)) == set(
        db.session.scalars(said.where(CaseEvent.case_id == Case.id))
    )
    assert all(at <= now for at in db.session.scalars(select(Case.captured_at)))
    assert count(Feedback) > 0


def test_each_photo_shows_what_it_is_about() -> None:
    assert scene_of("G02", reported=False) == "bottle"
    assert scene_of("P03", reported=True) == "ebike"
    assert {scene for _, scene in (*SCENE_OF_ITEM, *SCENE_OF_MATTER)} <= set(SCENES)


def test_thumbnails_are_small_enough_to_go_first(loaded: None) -> None:
    assert 0 < (db.session.scalar(select(func.max(Photo.thumb_bytes))) or 0) <= 12 * 1024


def test_a_second_load_changes_nothing(app: Gridfield, loaded: None) -> None:
    answer = app.test_cli_runner().invoke(args=["demo", "load", "--houses", "5"])

    assert answer.exit_code == 0, answer.output
    assert "未作改动" in answer.output
    assert count(House) == HOUSES


def test_every_grid_has_a_worker_and_every_house_stands_in_its_grid(loaded: None) -> None:
    of_town = select(Grid.id).where(Grid.code.startswith(TOWN), Grid.kind == "basic")
    idle = of_town.where(Grid.id.not_in(select(GridDuty.grid_id).where(GridDuty.kind != "head")))
    strays = text(
        "SELECT count(*) FROM houses h JOIN grids g ON g.id = coalesce(h.micro_grid_id, h.grid_id)"
        " WHERE NOT ST_Covers(g.geom, h.point)"
    )

    assert db.session.scalars(idle).all() == []
    assert db.session.scalar(strays) == 0


def test_nobody_in_it_can_be_a_real_person(loaded: None) -> None:
    for occupant in db.session.scalars(select(Occupant)):
        assert re.fullmatch(r"320612(18[89]\d)\*{6}\d[\dX]", occupant.id_masked or "")
    phones = db.session.scalars(select(User.phone).where(User.roles.any())).all()
    assert all(phone and phone.startswith("1000") for phone in phones)


def test_addresses_are_whole_and_each_house_has_its_own(loaded: None) -> None:
    addresses = list(db.session.scalars(select(House.address)))

    assert len(set(addresses)) == len(addresses)
    for house in db.session.scalars(select(House)):
        assert house.address.startswith(house.village_name)
        assert re.search(r"(\d号|\d{3}室)$", house.address), house.address
