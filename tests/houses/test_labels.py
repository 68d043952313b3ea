"""Door labels: what is printed, who may print which, and what a phone hears of a strange one."""

from __future__ import annotations

from datetime import date
from typing import Any

from backend.app import Gridfield
from backend.audit.models import AuditLine
from backend.db import db, transaction
from backend.houses.labels import address_of, content_of
from backend.houses.models import House
from tests.conftest import SignIn
from tests.town import Town

PDF = b"%PDF-"


def end(house: House, into: House | None = None) -> None:
    merged_into = into.id if into else None
    with transaction() as session:
        row = session.get_one(House, house.id)
        row.ended_on, row.ended_as = date(2026, 11, 1), "merged" if into else "demolished"
        row.merged_into_id = merged_into


def test_a_label_says_nothing_of_people_or_place(town: Town) -> None:
    house = town.houses["金新街道1村1"]

    [label] = content_of([house])["labels"]

    assert address_of(house.token).endswith(f"/h/{house.token}")
    assert (label["town"], label["code"]) == ("金新街道", house.code)
    assert label["token"].replace(" ", "") == house.token
    told = " ".join(label.values())
    assert house.address not in told
    assert house.landlord_name not in told


def test_the_filtered_list_and_the_ticked_houses_are_printed(town: Town, sign_in: SignIn) -> None:
    browser = sign_in("dispatcher")

    def printed(**asked: object) -> tuple[int, int]:
        answer = browser.post("/api/houses/labels", json=asked)
        assert answer.data.startswith(PDF), answer.json
        line = db.session.query(AuditLine).filter_by(action="house.labels").all()[-1]
        return answer.status_code, line.detail["houses"]

    ids = [str(town.houses[name].id) for name in ("金新街道1村1", "金新街道1村2")]
    assert printed() == (200, 4)
    assert printed(filters={"q": "1村测试路2号"}) == (200, 1)
    assert printed(ids=ids) == (200, 2)
    end(town.houses["金新街道1村1"])
    assert printed(ids=ids) == (200, 1)


def test_no_labels_of_another_township_or_of_nothing(town: Town, sign_in: SignIn) -> None:
    browser = sign_in("dispatcher")
    strange = next(house for name, house in town.houses.items() if name.startswith("川姜"))

    for asked in ({"ids": [str(strange.id)]}, {"filters": {"q": "没有"}}):
        answer = browser.post("/api/houses/labels", json=asked)
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/ids")


def test_a_stranger_is_led_to_where_the_village_takes_reports(
    town: Town, sign_in: SignIn, app: Gridfield
) -> None:
    house = town.houses["金新街道1村1"]
    stranger, desk = app.test_client(), sign_in("dispatcher")
    places = "/api/sources/places"

    def led(token: str) -> Any:
        return stranger.get(f"/api/report/labels/{token}").json

    assert led(house.token) == {"code": None}
    village = {"org_unit_id": str(house.org_unit_id), "grid_id": None}
    whole = desk.post(places, json=village).json
    assert led(house.token) == {"code": whole["code"]}
    grid = desk.post(places, json={**village, "grid_id": str(house.grid_id)}).json
    assert led(house.token) == {"code": grid["code"]}
    desk.delete(f"{places}/{grid['id']}")
    assert led(house.token) == {"code": whole["code"]}
    assert led("22222222") == {"code": None}


def test_a_phone_hears_what_became_of_a_label_that_it_does_not_know(
    town: Town, sign_in: SignIn
) -> None:
    phone = sign_in("worker")
    own, second = town.houses["金新街道1村1"], town.houses["金新街道1村2"]
    other = next(house for name, house in town.houses.items() if name.startswith("金新街道2"))

    def told(house: House) -> Any:
        return phone.get(f"/sync/labels/{house.token}").json

    assert told(own) == {"state": "here", "place": None, "house_id": str(own.id)}
    assert told(other) == {"state": "elsewhere", "place": "金新街道2村第一网格", "house_id": None}
    end(second, into=own)
    assert told(second) == {"state": "ended", "place": None, "house_id": str(own.id)}
    assert phone.get("/sync/labels/22222222").status_code == 404
    assert sign_in("officer").get(f"/sync/labels/{own.token}").status_code == 403
