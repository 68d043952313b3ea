"""Houses from a sheet: what each line comes to, what is carried out, what comes back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from backend.audit.models import AuditLine
from backend.db import db, transaction
from backend.houses.intake import work
from backend.houses.intake.datum import to_gcj02
from backend.houses.intake.models import HouseImport, HouseImportLine
from backend.houses.intake.sheet import COLUMNS
from backend.houses.models import House
from backend.houses.register_models import Address, HouseEvent, HouseReview
from tests.conftest import SignIn
from tests.sync.phone import Phone
from tests.town import Town

VILLAGE = "金新街道1村"
HEADS = {column.name: column.head for column in COLUMNS}
PLAIN = "/api/houses/imports"
Rows = list[dict[str, Any]]


@pytest.fixture
def desk(town: Town, sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


def new(number: int = 1, **more: Any) -> dict[str, Any]:
    """A line of a new house; each number is another house of 金新街道1村."""
    return {
        "village": VILLAGE,
        "address": f"新建路{number}号",
        "lng": 121.002 + number * 0.0004,
        "lat": 32.006,
        "building_kind": "自建房",
        "floors": 2,
        "area_m2": 120.5,
        "room_count": 4,
        "bed_count": 5,
        "landlord_name": "钱新房",
        "landlord_phone": "13911112222",
        **more,
    }


def book(rows: Rows, change: Callable[[Any], None] | None = None) -> bytes:
    """A file as a person makes it."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    names = list(dict.fromkeys(name for row in rows for name in row)) or ["address"]
    sheet.append([HEADS.get(name, name) for name in names])
    for row in rows:
        sheet.append([row.get(name) for name in names])
    if change is not None:
        change(sheet)
    body = io.BytesIO()
    made.save(body)
    return body.getvalue()


def brought(desk: FlaskClient, data: bytes) -> dict[str, Any]:
    """Bring a file, and have it read as a worker would."""
    answer = desk.post(f"{PLAIN}?name=a.xlsx", data=data)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    work.run(answer.json["id"])
    return state_of(desk, answer.json["id"])


def state_of(desk: FlaskClient, key: str) -> dict[str, Any]:
    db.session.expire_all()
    return dict(desk.get(f"{PLAIN}/{key}").json or {})


def taken(desk: FlaskClient, told: dict[str, Any]) -> dict[str, Any]:
    """Have it carried out."""
    assert desk.post(f"{PLAIN}/{told['id']}/take").status_code == 200
    work.run(told["id"])
    return state_of(desk, told["id"])


def lines(desk: FlaskClient, told: dict[str, Any], kind: str = "") -> Rows:
    query = {"kind": kind} if kind else {}
    answer = desk.get(f"{PLAIN}/{told['id']}/lines", query_string=query)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    items: Rows = answer.json["items"]
    return items


def kinds(desk: FlaskClient, told: dict[str, Any]) -> list[str]:
    return [line["kind"] for line in lines(desk, told)]


def wrong(desk: FlaskClient, told: dict[str, Any]) -> dict[int, list[tuple[str, str]]]:
    """The refused lines: the head of each wrong cell, and why."""
    return {
        line["number"]: [(error["head"], error["detail"]) for error in line["errors"]]
        for line in lines(desk, told, "refused")
    }


def houses() -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count(House.id))) or 0


def house_at(address: str) -> House:
    db.session.expire_all()
    return db.session.scalars(select(House).where(House.address == address)).one()


def counted(told: dict[str, Any]) -> dict[str, int]:
    return {name: n for name, n in told["counts"].items() if n and name != "total"}


def test_a_dry_run_changes_nothing_and_carrying_out_does_what_it_said(
    town: Town, desk: FlaskClient
) -> None:
    before = houses()
    told = brought(
        desk, book([new(1), new(2, agent_name="安居公司", lease_until=date(2027, 1, 31))])
    )

    assert (told["state"], counted(told)) == ("ready", {"create": 2})
    assert houses() == before

    told = taken(desk, told)

    assert (told["state"], counted(told)) == ("done", {"create": 2})
    house = house_at("新建路2号")
    assert house.code == f"{town.grids[VILLAGE].code}-0004"
    assert (house.org_unit_id, house.state, house.occupant_count) == (
        town.units[VILLAGE].id,
        "unchecked",
        0,
    )
    assert (house.agent_name, house.lease_until) == ("安居公司", date(2027, 1, 31))
    line = lines(desk, told)[1]
    assert (line["house_id"], line["code"]) == (str(house.id), house.code)
    assert db.session.get_one(HouseImport, UUID(told["id"])).data is None
    [event] = db.session.scalars(select(HouseEvent).where(HouseEvent.house_id == house.id))
    assert (event.kind, event.by_name) == ("imported", "测试dispatcher")
    said = db.session.scalars(select(AuditLine).where(AuditLine.action == "house.import")).one()
    assert said.detail["create"] == 2


def test_a_phone_gets_what_was_imported(town: Town, desk: FlaskClient, sign_in: SignIn) -> None:
    phone = Phone(sign_in("worker"))
    phone.pull()
    known = town.houses[f"{VILLAGE}1"].code

    taken(desk, brought(desk, book([new(1), {"code": known, "extinguishers": 9}])))
    phone.pull()

    rows = {row["code"]: row for row in phone.of_kind("house")}
    assert rows[known]["extinguishers"] == 9
    assert rows[f"{town.grids[VILLAGE].code}-0003"]["landlord_name"] == "钱**"
    assert sorted(row["kind"] for row in phone.of_kind("house_event")) == ["imported"] * 2


def test_the_same_file_again_changes_nothing(town: Town, desk: FlaskClient) -> None:
    data = book([new(1), new(2)])
    taken(desk, brought(desk, data))
    before = houses()

    told = brought(desk, data)

    assert counted(told) == {"same": 2}
    assert counted(taken(desk, told)) == {"same": 2}
    assert houses() == before


def test_changes_are_named_from_what_to_what(town: Town, desk: FlaskClient) -> None:
    code = town.houses[f"{VILLAGE}1"].code
    data = book([{"code": code, "landlord_name": "李新房东", "floors": 3, "address": ""}])

    told = brought(desk, data)

    assert lines(desk, told)[0]["changes"] == {
        "landlord_name": ["张**", "李新房东"],
        "floors": [2, 3],
    }
    taken(desk, told)
    house = house_at(f"{VILLAGE}测试路1号")
    assert (house.landlord_name, house.floors, house.pending) == ("李新房东", 3, [])
    [event] = db.session.scalars(select(HouseEvent).where(HouseEvent.house_id == house.id))
    assert event.detail["facts"] == {"landlord_name": ["张测试", "李新房东"], "floors": [2, 3]}


def test_a_house_is_found_by_its_address_or_by_what_stands_near(
    town: Town, desk: FlaskClient
) -> None:
    first, second = (town.houses[f"{VILLAGE}{number}"] for number in (1, 2))
    by_address = {"village": VILLAGE, "address": f" {VILLAGE} 测试路１号", "extinguishers": 5}
    near = {"address": "测试路2号", "lng": second.lng + 0.0001, "lat": second.lat, "floors": 2}

    told = brought(desk, book([by_address, near]))

    assert [line["house_id"] for line in lines(desk, told)] == [str(first.id), str(second.id)]
    assert kinds(desk, told) == ["change", "change"]


def test_what_may_be_the_same_is_said_and_the_centre_is_asked(
    town: Town, desk: FlaskClient
) -> None:
    house = town.houses[f"{VILLAGE}1"]
    alike = new(1, address="金新测试大路1号", lng=house.lng, lat=house.lat + 0.0001)
    told = brought(desk, book([alike, new(2)]))

    [line] = lines(desk, told, "twin")
    assert (line["kind"], line["twin"]["code"]) == ("create", house.code)
    taken(desk, told)

    review = db.session.scalars(select(HouseReview)).one()
    assert (review.kind, review.other_id) == ("twin", house.id)
    assert review.house_id == house_at("金新测试大路1号").id


def test_what_is_wrong_is_said_with_its_cell(town: Town, desk: FlaskClient) -> None:
    rows = [
        new(1, landlord_phone="电话不详"),
        new(2, village="没有的村"),
        new(3, grid="320612004999001"),
        new(4, floors="很多"),
        new(5, area_m2="nan"),
        new(6, building_kind="别墅"),
        new(7, lng=None),
        new(8, lease_since="2026-13-40"),
        new(9, lease_since="2026-02-01", lease_until="2026-01-01"),
        new(10, code="320612-NO"),
        new(11, bed_count=None, landlord_name=None),
        new(12, lng=100.5),
        new(13, address="路"),
        new(14, gcj_lng=121.0, gcj_lat=32.0),
        new(15, village="川姜镇1村"),
        {"code": town.houses["川姜镇1村1"].code, "floors": 3},
        new(17, village="金新街道2村"),
        new(18, landlord_name="名" * 41),
        new(19, room_count=-1),
        new(20, room_count=2.5),
    ]

    told = brought(desk, book(rows))

    found = wrong(desk, told)
    assert counted(told) == {"refused": len(rows)}
    assert [found[number][0][0] for number in sorted(found)] == [
        *("房东电话", "村(社区)", "网格编号", "层数", "建筑面积", "房屋类型", "经度(WGS-84)"),
        *("租期开始", "租期结束", "房屋编号", "床位数", "经度(WGS-84)", "地址", "经度(GCJ-02)"),
        *("村(社区)", "房屋编号", "村(社区)", "房东姓名", "房间数", "房间数"),
    ]
    assert [head for head, _ in found[12]] == ["床位数", "房东姓名"]
    first = lines(desk, told, "refused")[0]["errors"][0]
    assert (first["column"], first["detail"]) == ("K", "电话号码格式不对")


def test_refused_lines_come_back_as_a_file_that_can_be_mended(
    town: Town, desk: FlaskClient
) -> None:
    told = brought(desk, book([new(1), new(2, landlord_phone="不详", floors="多")]))
    taken(desk, told)

    data = desk.get(f"{PLAIN}/{told['id']}/refused").data

    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    heads = [str(cell.value).rstrip("*") for cell in sheet[1]]
    assert heads == [*HEADS.values(), "退回原因"]
    assert (sheet.max_row, sheet.cell(2, heads.index("地址") + 1).value) == (2, "新建路2号")
    said = str(sheet.cell(2, len(heads)).value)
    assert "层数:应为 1 到 200 的整数" in said
    assert "房东电话:电话号码格式不对" in said
    for head, value in (("房东电话", "13911112222"), ("层数", "3")):
        sheet.cell(2, heads.index(head) + 1).value = value
    mended = io.BytesIO()
    assert sheet.parent is not None
    sheet.parent.save(mended)
    assert counted(brought(desk, mended.getvalue())) == {"create": 1}


def test_a_line_that_repeats_another_names_it(town: Town, desk: FlaskClient) -> None:
    code = town.houses[f"{VILLAGE}1"].code
    rows = [
        new(1),
        new(1, address="新建路 １号", lng=121.009),
        new(1, address=f"{VILLAGE}新建路1号"),
        {"code": code, "floors": 3},
        {"code": code, "floors": 4},
    ]

    told = brought(desk, book(rows))

    assert kinds(desk, told) == ["create", "refused", "refused", "change", "refused"]
    assert wrong(desk, told) == {
        3: [("地址", "与第 2 行是同一户")],
        4: [("地址", "与第 2 行是同一户")],
        6: [("房屋编号", "与第 5 行是同一户")],
    }


def test_a_point_may_be_of_a_chinese_map(town: Town, desk: FlaskClient) -> None:
    lng, lat = to_gcj02(121.0051, 32.0052)
    row = new(1, gcj_lng=lng, gcj_lat=lat)
    del row["lng"], row["lat"]

    taken(desk, brought(desk, book([row])))

    house = house_at("新建路1号")
    assert (house.lng, house.lat) == pytest.approx((121.0051, 32.0052), abs=2e-6)


def test_a_point_of_another_datum_is_caught_by_the_grid(town: Town, desk: FlaskClient) -> None:
    lng, lat = to_gcj02(121.0095, 32.0052)
    row = new(1, grid=town.grids[VILLAGE].code, lng=lng, lat=lat)

    told = brought(desk, book([row]))

    [(head, detail)] = wrong(desk, told)[2]
    assert head == "经度(WGS-84)"
    assert "请核对坐标和坐标系" in detail


def test_what_waits_for_the_centre_is_not_written_over(town: Town, desk: FlaskClient) -> None:
    house = town.houses[f"{VILLAGE}1"]
    with transaction():
        db.session.get_one(House, house.id).pending = ["floors"]

    told = brought(desk, book([{"code": house.code, "floors": 3}]))

    assert [head for head, _ in wrong(desk, told)[2]] == ["层数"]


def test_a_file_says_nothing_of_states(town: Town, desk: FlaskClient) -> None:
    code = town.houses[f"{VILLAGE}1"].code
    with transaction():
        db.session.get_one(House, town.houses[f"{VILLAGE}1"].id).state = "failed"

    told = brought(desk, book([{"code": code, "状态": "合格", "state": "passed", "floors": 3}]))
    taken(desk, told)

    assert told["unused"] == ["状态", "state"]
    house = house_at(f"{VILLAGE}测试路1号")
    assert (house.floors, house.state) == (3, "failed")


def test_an_address_of_the_table_is_matched(town: Town, desk: FlaskClient) -> None:
    village = town.units[VILLAGE]
    with transaction():
        address = Address(org_unit_id=village.id, org_path=village.path, text="新建路 1号")
        db.session.add(address)

    taken(desk, brought(desk, book([new(1), new(2)])))

    assert house_at("新建路1号").address_id == address.id
    assert house_at("新建路2号").address_id is None


def test_a_csv_is_read_in_either_encoding(town: Town, desk: FlaskClient) -> None:
    head = ",".join(HEADS[name] for name in new())
    text = "\r\n".join([head, *(",".join(str(v) for v in new(n).values()) for n in (1, 2))])

    for data in (text.encode("utf-8-sig"), text.encode(), text.encode("gb18030")):
        assert counted(brought(desk, data)) == {"create": 2}


def test_a_sheet_as_people_make_them(town: Town, desk: FlaskClient) -> None:
    """A title above, merged villages, a serial number and a date as days, dates as Chinese."""

    def spoil(sheet: Any) -> None:
        sheet.insert_rows(1)
        sheet["A1"] = "金新街道出租房台账"
        sheet.merge_cells("A1:F1")
        sheet["A4"] = None
        sheet.merge_cells("A3:A4")

    rows = [
        new(1, lease_since=46023, lease_until="2026年12月31日", landlord_phone=13911112222.0),
        new(2, lease_since=date(2026, 1, 1), lease_until="2026/12/31"),
    ]

    told = brought(desk, book(rows, spoil))

    assert counted(told) == {"create": 2}
    assert [line["number"] for line in lines(desk, told)] == [3, 4]
    taken(desk, told)
    for address in ("新建路1号", "新建路2号"):
        house = house_at(address)
        assert (house.lease_since, house.lease_until) == (date(2026, 1, 1), date(2026, 12, 31))


def test_a_formula_without_a_value_is_an_empty_cell(town: Town, desk: FlaskClient) -> None:
    told = brought(desk, book([new(1, floors="=1+1")]))

    assert [head for head, _ in wrong(desk, told)[2]] == ["层数"]


def test_sixty_columns_no_lines_no_sheet(town: Town, desk: FlaskClient) -> None:
    wide = new(1) | {f"自定义{number}": "x" for number in range(60)}
    told = brought(desk, book([wide]))
    assert counted(told) == {"create": 1}
    assert len(told["unused"]) == 60

    assert brought(desk, book([]))["counts"]["total"] == 0
    failed = brought(desk, "甲,乙\n1,2\n".encode())
    assert (failed["state"], failed["problem"]) == (
        "failed",
        "缺少这些列:地址(或房屋编号)。请使用模板",
    )
    broken = brought(desk, b"PK\x03\x04 not a workbook")
    assert broken["state"] == "failed"
    assert desk.post(PLAIN, data=b"").status_code == 422
    assert desk.post(f"{PLAIN}/{failed['id']}/take").status_code == 409


def test_what_another_has_done_since_is_not_done_again(town: Town, desk: FlaskClient) -> None:
    code = town.houses[f"{VILLAGE}1"].code
    first = brought(desk, book([new(1), {"code": code, "floors": 3}, {"code": code, "floors": 9}]))
    second = brought(desk, book([new(1), {"code": code, "floors": 4}]))
    assert counted(first) == {"create": 1, "change": 1, "refused": 1}

    taken(desk, first)
    second = taken(desk, second)

    assert counted(second) == {"same": 1, "refused": 1}
    assert wrong(desk, second)[3] == [("房屋编号", work.DIFFERS)]
    assert house_at(f"{VILLAGE}测试路1号").floors == 3


def test_it_is_carried_out_once(town: Town, desk: FlaskClient) -> None:
    told = taken(desk, brought(desk, book([new(1)])))
    before = houses()

    work.run(told["id"])
    again = desk.post(f"{PLAIN}/{told['id']}/take")

    assert again.status_code == 409
    assert houses() == before


def test_a_worker_that_fails_leaves_nothing(
    town: Town, desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = brought(desk, book([new(1), new(2)]))
    before = houses()
    desk.post(f"{PLAIN}/{told['id']}/take")

    with monkeypatch.context() as patch:
        patch.setattr(work, "_put_lines", lambda *_: 1 / 0)
        work.run(told["id"])

    told = state_of(desk, told["id"])
    assert (told["state"], told["problem"]) == ("failed", work.FAILED)
    assert houses() == before
    assert kinds(desk, told) == ["create", "create"]


def test_what_nobody_is_at_is_given_out_again_and_given_up_in_the_end(
    town: Town, desk: FlaskClient
) -> None:
    key = desk.post(PLAIN, data=book([new(1)])).json["id"]
    for age, state in ((work.PATIENCE * 2, "reading"), (work.GIVEN_UP * 2, "failed")):
        with transaction():
            found = db.session.get_one(HouseImport, UUID(key))
            found.asked_at = found.asked_at - age
        work.sweep()
        assert state_of(desk, key)["state"] == state


def test_a_file_is_its_bringers_alone_and_is_forgotten(
    town: Town, desk: FlaskClient, sign_in: SignIn
) -> None:
    told = brought(desk, book([new(1)]))
    other = sign_in("district")

    assert other.get(f"{PLAIN}/{told['id']}").status_code == 404
    assert other.get(PLAIN).json == []
    assert [one["id"] for one in desk.get(PLAIN).json or []] == [told["id"]]
    assert desk.delete(f"{PLAIN}/{told['id']}").status_code == 204
    assert db.session.scalars(select(HouseImportLine)).all() == []


def test_old_files_are_forgotten(town: Town, desk: FlaskClient) -> None:
    told = brought(desk, book([new(1)]))
    with transaction():
        found = db.session.get_one(HouseImport, UUID(told["id"]))
        found.made_at = found.made_at - work.KEPT * 2

    work.forget_old()

    assert desk.get(PLAIN).json == []


def test_the_template_is_refused_as_it_is_and_explains_each_column(
    town: Town, desk: FlaskClient
) -> None:
    data = desk.get(f"{PLAIN}/template").data
    explained = openpyxl.load_workbook(io.BytesIO(data))["填写说明"]

    told = brought(desk, data)

    assert [row[0].value for row in explained.iter_rows(min_row=2)] == list(HEADS.values())
    assert wrong(desk, told)[2] == [("村(社区)", "本辖区没有这个村(社区)")]


def test_lines_come_in_pages(town: Town, desk: FlaskClient) -> None:
    told = brought(desk, book([new(number) for number in (1, 2, 3)]))

    page = desk.get(f"{PLAIN}/{told['id']}/lines?limit=2").json

    assert ([line["number"] for line in page["items"]], page["next"]) == ([2, 3], 3)
    rest = desk.get(f"{PLAIN}/{told['id']}/lines?limit=2&after=3").json
    assert ([line["number"] for line in rest["items"]], rest["next"]) == ([4], None)
