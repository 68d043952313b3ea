"""Rooms and occupants from a sheet: what each line comes to, and what is carried out."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from backend.db import db, transaction
from backend.houses.intake import work
from backend.houses.intake.inside.sheet import MASKED, UNREADABLE, masked_identity
from backend.houses.intake.kinds import KINDS
from backend.houses.intake.models import HouseImport
from backend.houses.models import House, Occupant, Room
from backend.houses.register_models import HouseEvent
from tests.conftest import SignIn
from tests.houses.test_intake import PLAIN, VILLAGE, Rows, counted, kinds, lines, taken, wrong
from tests.sync.phone import Phone
from tests.town import Town

NUMBER = "320612199001011234"


@pytest.fixture
def desk(town: Town, sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


@pytest.fixture
def house(town: Town) -> House:
    """A house of the town: a room 101, in which 王房客 lives."""
    return town.houses[f"{VILLAGE}1"]


def brought(desk: FlaskClient, about: str, rows: Rows) -> dict[str, Any]:
    """Bring a file as a person makes it, and have it read as a worker would."""
    heads = {column.name: column.head for column in KINDS[about].columns}
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    names = list(dict.fromkeys(name for row in rows for name in row))
    sheet.append([heads[name] for name in names])
    for row in rows:
        sheet.append([row.get(name) for name in names])
    body = io.BytesIO()
    made.save(body)
    answer = desk.post(f"{PLAIN}?about={about}&name=a.xlsx", data=body.getvalue())
    assert answer.status_code == 201, answer.get_data(as_text=True)
    work.run(answer.json["id"])
    return dict(desk.get(f"{PLAIN}/{answer.json['id']}").json or {})


def imported(desk: FlaskClient, about: str, rows: Rows) -> dict[str, int]:
    """Bring a file, and have it carried out."""
    return counted(taken(desk, brought(desk, about, rows)))


def room(house: House, name: str = "东一间", **more: Any) -> dict[str, Any]:
    return {"code": house.code, "room": name, "area_m2": 12.5, "use": "卧室", **more}


def person(house: House, name: str = "李新客", **more: Any) -> dict[str, Any]:
    told = {"relation": "承租人", "origin": "安徽", "since": "2026-03-01"}
    return {"code": house.code, "name": name, **told, **more}


def living(house: House) -> list[Occupant]:
    db.session.expire_all()
    query = select(Occupant).where(Occupant.house_id == house.id, Occupant.until.is_(None))
    return list(db.session.scalars(query.order_by(Occupant.since)))


def events(house: House) -> list[tuple[str, dict[str, Any]]]:
    query = select(HouseEvent).where(HouseEvent.house_id == house.id)
    return sorted((one.kind, one.detail) for one in db.session.scalars(query))


def resident(house: House) -> Occupant:
    return db.session.scalars(select(Occupant).where(Occupant.house_id == house.id)).one()


def test_rooms_are_registered_and_changed_and_phones_have_them(
    desk: FlaskClient, house: House, sign_in: SignIn
) -> None:
    phone = Phone(sign_in("worker"))
    phone.pull()
    stood = db.session.scalars(select(Room).where(Room.house_id == house.id)).first()
    assert stood is not None
    rows = [room(house), room(house, stood.name, area_m2=19)]

    told = brought(desk, "rooms", rows)
    assert [line["name"] for line in lines(desk, told)] == ["东一间", stood.name]
    assert lines(desk, told)[1]["changes"]["area_m2"] == [stood.area_m2, 19]
    assert counted(taken(desk, told)) == {"create": 1, "change": 1}

    phone.pull()
    mine = [row for row in phone.of_kind("room") if row["house_id"] == str(house.id)]
    told_phone = {row["name"]: row["area_m2"] for row in mine}
    assert (told_phone["东一间"], told_phone[stood.name]) == (12.5, 19)
    assert ("imported", {}) in events(house)
    assert imported(desk, "rooms", rows) == {"same": 2}


def test_a_room_needs_its_house_and_its_facts(desk: FlaskClient, house: House) -> None:
    told = brought(
        desk,
        "rooms",
        [
            {"code": "32061220000000X-0001", "room": "东一间", "area_m2": 9, "use": "卧室"},
            {"village": VILLAGE, "address": "没有这条路9号", "room": "东一间"},
            {"village": "别处村", "address": "测试路1号", "room": "东一间"},
            {"room": "东一间", "area_m2": 9, "use": "卧室"},
            {"code": house.code, "room": "西间", "use": "马厩"},
            room(house, "南间"),
            room(house, "南间", area_m2=8),
        ],
    )
    assert wrong(desk, told) == {
        2: [("房屋编号", "没有这个编号的房屋;请先导入房屋")],
        3: [("地址", "没有登记这个地址;请先导入房屋")],
        4: [("村(社区)", "本辖区没有这个村(社区)")],
        5: [("地址", "请填房屋编号,或者村(社区)和地址")],
        6: [
            ("面积", "新登记的必填"),
            ("用途", "应为卧室、厨房、卫生间、客厅、储藏间、其他之一"),
        ],
        8: [("房间", "与第 7 行是同一间")],
    }


def test_people_move_in_by_address_into_their_rooms(desk: FlaskClient, house: House) -> None:
    imported(desk, "rooms", [room(house)])
    row = person(house, identity=NUMBER, room="东一间")
    row |= {"code": None, "village": VILLAGE, "address": house.address}

    assert imported(desk, "occupants", [row]) == {"create": 1}

    [_, new] = living(house)
    assert (new.name, new.id_masked) == ("李新客", "320*************34")
    assert db.session.get_one(Room, new.room_id).name == "东一间"
    assert db.session.get_one(House, house.id).occupant_count == 2
    assert ("moved_in", {"name": "李**", "on": "2026-03-01"}) in events(house)
    assert imported(desk, "occupants", [row]) == {"same": 1}


def test_who_has_left_has_left_and_may_come_again(desk: FlaskClient, house: House) -> None:
    one = resident(house)
    known = {"code": house.code, "name": one.name}
    assert imported(desk, "occupants", [{**known, "until": "2026-05-01"}]) == {"change": 1}

    assert living(house) == []
    assert db.session.get_one(House, house.id).occupant_count == 0
    assert events(house)[-1][0] == "moved_out"
    told = brought(desk, "occupants", [{**known, "until": "2026-06-01"}, person(house, one.name)])
    assert len(wrong(desk, told)) == 2  # the day stands, and nobody comes before having left

    again = person(house, one.name, since="2026-07-01", identity=NUMBER)
    assert imported(desk, "occupants", [again]) == {"create": 1}
    assert [stay.since.isoformat() for stay in living(house)] == ["2026-07-01"]


def test_people_of_one_name_are_told_apart_by_their_numbers(
    desk: FlaskClient, house: House
) -> None:
    rows = [person(house, identity=NUMBER), person(house, identity="320612199505055678")]
    assert imported(desk, "occupants", rows) == {"create": 2}

    told = brought(
        desk,
        "occupants",
        [
            {"code": house.code, "name": "李新客", "relation": "配偶"},
            {"code": house.code, "name": "李新客", "identity": NUMBER, "relation": "配偶"},
            {"code": house.code, "name": "李新客", "identity": NUMBER, "origin": "河南"},
        ],
    )

    assert kinds(desk, told) == ["refused", "change", "refused"]
    assert wrong(desk, told)[2] == [("姓名", "这户有 2 名同名的居住人员,请填证件号码")]
    assert wrong(desk, told)[4] == [("姓名", "与第 3 行是同一人")]


def test_a_line_that_leaves_out_what_stands_does_not_unsay_it(
    desk: FlaskClient, house: House
) -> None:
    one = resident(house)
    plain = {"code": house.code, "name": one.name}
    another = person(house, one.name, identity="110101197001010011")
    assert imported(desk, "occupants", [{**plain, "relation": "配偶"}, another]) == {
        "change": 1,
        "create": 1,
    }
    assert one.id_masked is not None
    number = {**plain, "identity": one.id_masked.replace("*", "0")}
    imported(desk, "occupants", [{**number, "until": "2026-05-01"}])

    stay = {**number, "since": one.since.isoformat(), "relation": "子女"}
    again = person(house, one.name, since="2026-07-01", identity=number["identity"])
    assert imported(desk, "occupants", [stay, again]) == {"change": 1, "create": 1}


def test_of_a_number_only_its_ends_are_kept_and_what_is_none_comes_back(
    desk: FlaskClient, house: House
) -> None:
    told = brought(
        desk, "occupants", [person(house, identity=NUMBER), person(house, "周错", identity="3206?")]
    )

    kept = db.session.get_one(HouseImport, UUID(told["id"]))
    assert NUMBER.encode() not in (kept.data or b"")
    assert wrong(desk, told) == {3: [("证件号码", "应为 6 到 18 位数字和字母")]}
    back = desk.get(f"{PLAIN}/{told['id']}/refused").data
    cells = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(back)).worksheets[0][2]]
    assert UNREADABLE in cells
    assert "3206?" not in cells


def test_a_number_that_others_masked_otherwise_is_the_same(desk: FlaskClient, house: House) -> None:
    one = resident(house)
    assert one.id_masked == "320612189*******12"
    row = {"code": house.code, "name": one.name, "identity": "320612189001011212"}

    assert imported(desk, "occupants", [row]) == {"same": 1}
    told = brought(desk, "occupants", [row | {"identity": "320612189001011299"}])
    assert kinds(desk, told) == ["refused"]  # another person, of whom more must be said


@given(text=st.text(alphabet="0123456789Xx -*?证", max_size=24))
def test_a_number_is_masked_or_unreadable(text: str) -> None:
    masked = masked_identity(text)
    assert masked in ("", UNREADABLE) or MASKED.fullmatch(masked)
    assert masked_identity(masked) == masked


def test_what_was_told_at_the_door_after_the_dry_run_is_not_written_over(
    desk: FlaskClient, house: House
) -> None:
    one = resident(house)
    told = brought(desk, "occupants", [{"code": house.code, "name": one.name, "relation": "配偶"}])
    with transaction():
        db.session.get_one(Occupant, one.id).relation = "子女"

    assert counted(taken(desk, told)) == {"refused": 1}
    assert resident(house).relation == "子女"
