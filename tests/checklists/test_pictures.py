"""Help pictures of items: small, kept once, on every phone once the list is in force."""

from __future__ import annotations

import base64
import io
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from PIL import Image

from tests.checklists.test_versions import begun, changed, published
from tests.conftest import SignIn
from tests.sync.phone import Phone
from tests.town import Town


def jpeg(width: int = 3000, height: int = 2000, colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG")
    return out.getvalue()


def noise() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((2000, 2000), 255).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def desk(sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


def added(desk: FlaskClient, data: bytes) -> str:
    answer = desk.post("/api/checklists/pictures", data=data)
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def with_picture(town: Town, picture: str) -> list[dict[str, Any]]:
    first, *others = town.checklist.items
    return [first | {"picture": picture}, *others]


def pictures_of(phone: Phone) -> list[dict[str, Any]]:
    phone.pull()
    return phone.of_kind("checklist_picture")


def test_it_is_made_small_and_kept_once(desk: FlaskClient) -> None:
    picture_id = added(desk, jpeg())

    assert added(desk, jpeg()) == picture_id
    answer = desk.get(f"/api/checklists/pictures/{picture_id}")
    assert (answer.mimetype, "immutable" in answer.headers["Cache-Control"]) == ("image/webp", True)
    with Image.open(io.BytesIO(answer.data)) as image:
        assert image.size == (800, 533)


def test_a_phone_has_it_once_the_list_is_in_force(
    town: Town, desk: FlaskClient, sign_in: SignIn
) -> None:
    picture_id = added(desk, jpeg())
    draft = changed(desk, begun(desk, town), with_picture(town, picture_id))
    phone = Phone(sign_in("worker"))
    assert pictures_of(phone) == []

    published(desk, draft)

    (row,) = pictures_of(phone)
    kind, _, data = row["data"].partition(",")
    assert kind == "data:image/webp;base64"
    stored = desk.get(f"/api/checklists/pictures/{picture_id}").data
    assert base64.b64decode(data) == stored
    (known,) = [row for row in phone.of_kind("checklist") if row["state"] == "published"]
    assert known["items"][0]["picture"] == picture_id


def test_the_version_before_keeps_its_own(town: Town, desk: FlaskClient, sign_in: SignIn) -> None:
    red, blue = added(desk, jpeg()), added(desk, jpeg(colour="blue"))
    old = published(desk, changed(desk, begun(desk, town), with_picture(town, red)))
    draft = dict(desk.post("/api/checklists", json={"based_on": old["id"]}).json or {})
    published(desk, changed(desk, draft, with_picture(town, blue)))

    assert desk.get(f"/api/checklists/{old['id']}").json["items"][0]["picture"] == red
    assert len(pictures_of(Phone(sign_in("worker")))) == 2


def test_a_picture_that_is_not_there_is_pointed_at(town: Town, desk: FlaskClient) -> None:
    answer = changed(desk, begun(desk, town), with_picture(town, str(uuid4())), status=422)

    assert answer["errors"][0]["pointer"] == "/items/0/picture"
    assert "重新上传" in answer["errors"][0]["detail"]


@pytest.mark.parametrize("data", [b"", b"<svg/>", jpeg()[:500]])
def test_what_is_no_picture_is_refused(data: bytes, desk: FlaskClient) -> None:
    answer = desk.post("/api/checklists/pictures", data=data)

    assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (422, "photo-not-image")


def test_the_richest_one_still_fits_a_phone(desk: FlaskClient) -> None:
    """Noise is the worst that a picture can be."""
    stored = desk.get(f"/api/checklists/pictures/{added(desk, noise())}").data

    assert len(stored) <= 48_000


def test_who_does_not_edit_lists_adds_none(sign_in: SignIn) -> None:
    assert sign_in("officer").post("/api/checklists/pictures", data=jpeg()).status_code == 403
