"""Photos that look wrong as evidence are kept and marked; with real photographs."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD
from sqlalchemy import select

from backend.db import db
from backend.houses.models import House
from backend.inspections import evidence
from backend.inspections.models import Inspection
from backend.media import prints, uploads
from backend.media.models import Photo, PhotoDoubt, PhotoPrint
from tests.inspections.work import inspect, photo
from tests.media.pictures import line
from tests.town import Town

PHOTOS = Path(__file__).parents[1] / "media/photos"
TOWER, FLOWER = ((PHOTOS / name).read_bytes() for name in ("tower.jpg", "flower.jpg"))


def stamped(data: bytes, words: str, quality: int = 80) -> bytes:
    """The photo with a stamp in its corner, as the phone draws it."""
    image = Image.open(io.BytesIO(data))
    width, height = image.size
    pen = ImageDraw.Draw(image)
    pen.rectangle((8, height * 0.8, width * 0.7, height - 8), fill="black")
    pen.text((14, height * 0.82), words, fill="white")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def taken_at(data: bytes, lng: float, lat: float) -> bytes:
    """The photo as a camera that knows where it is writes it."""
    image = Image.open(io.BytesIO(data))
    exif = image.getexif()
    exif.get_ifd(IFD.GPSInfo).update(
        {
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: _sexagesimal(lat),
            GPS.GPSLongitudeRef: "E",
            GPS.GPSLongitude: _sexagesimal(lng),
        }
    )
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def _sexagesimal(value: float) -> tuple[float, float, float]:
    minutes = value % 1 * 60
    return float(int(value)), float(int(minutes)), round(minutes % 1 * 60, 4)


def visited(town: Town, house: str, data: bytes, **more: Any) -> Inspection:
    """An inspection with this photo, which has arrived and was looked at."""
    done = inspect(town, house, photos=[{**photo(), **line(data), **more}])
    uploads.arrive(line(data)["sha256"], data)
    evidence.look_at_arrivals()
    return done


def doubts(done: Inspection) -> list[tuple[str, Any]]:
    query = (
        select(PhotoDoubt)
        .join(Photo, Photo.id == PhotoDoubt.photo_id)
        .where(Photo.owner_id == done.id)
    )
    return [(doubt.kind, doubt.metres) for doubt in db.session.scalars(query)]


def place(town: Town, house: str, north_by: float = 0) -> dict[str, float]:
    """The house's own place, or so many degrees north of it."""
    row = db.session.get_one(House, town.houses[house].id)
    return {"lng": row.lng, "lat": row.lat + north_by}


HERE, THERE = "金新街道1村1", "金新街道1村2"


def test_a_photo_taken_at_the_house_is_not_doubted(town: Town) -> None:
    done = visited(town, HERE, stamped(TOWER, "1"), **place(town, HERE, 0.004))  # 444 m

    assert doubts(done) == []
    assert len(db.session.scalars(select(PhotoPrint)).all()) == 1


def test_a_photo_from_afar_is_kept_and_marked(town: Town) -> None:
    done = visited(town, HERE, stamped(TOWER, "1"), **place(town, HERE, 0.005))  # 556 m

    [(kind, metres)] = doubts(done)
    assert (kind, metres) == ("far", pytest.approx(555, abs=3))


def test_the_camera_counts_where_the_phone_says_nothing(town: Town) -> None:
    where = place(town, HERE, 0.02)
    done = visited(town, HERE, taken_at(TOWER, where["lng"], where["lat"]))

    [(kind, metres)] = doubts(done)
    assert (kind, metres) == ("far", pytest.approx(2219, abs=10))


def test_the_same_picture_under_another_stamp_is_marked(town: Town) -> None:
    first = visited(town, HERE, stamped(TOWER, "2026-11-22 10:00 photo 1"))
    second = visited(town, THERE, stamped(TOWER, "2026-11-23 15:30 photo 2", quality=55))

    assert (doubts(first), doubts(second)) == ([], [("twice", None)])
    twin = db.session.scalars(select(PhotoDoubt.twin_id)).one()
    assert db.session.get_one(Photo, twin).owner_id == first.id


def test_the_very_same_file_is_marked_though_its_bytes_come_but_once(town: Town) -> None:
    data = stamped(TOWER, "1")
    first, second = visited(town, HERE, data), visited(town, THERE, data)

    assert (doubts(first), doubts(second)) == ([], [("twice", None)])


def test_another_picture_and_the_same_one_of_another_township_are_no_twins(town: Town) -> None:
    visited(town, HERE, stamped(TOWER, "1"))
    other = visited(town, THERE, stamped(FLOWER, "1"))
    elsewhere = inspect(
        town, "川姜镇1村1", by="other_worker", photos=[{**photo(), **line(stamped(TOWER, "2"))}]
    )
    uploads.arrive(line(stamped(TOWER, "2"))["sha256"], stamped(TOWER, "2"))
    evidence.look_at_arrivals()

    assert (doubts(other), doubts(elsewhere)) == ([], [])


def test_a_photo_is_looked_at_once(town: Town) -> None:
    visited(town, HERE, stamped(TOWER, "1"))
    evidence.look_at_arrivals()

    assert len(db.session.scalars(select(PhotoPrint)).all()) == 1


def test_near_hashes_share_a_band() -> None:
    dhash = prints.see(TOWER).dhash
    assert dhash is not None
    for flipped in (0b111, 1 << 17 | 1 << 40 | 1 << 63, 1 << 63 | 1):
        other = (dhash % 2**64) ^ flipped
        assert set(prints.bands(dhash)) & set(prints.bands(other))


def test_nothing_is_seen_in_the_dark_nor_in_what_is_no_picture() -> None:
    night = io.BytesIO()
    Image.new("RGB", (640, 480), (9, 9, 12)).save(night, "JPEG")

    assert prints.see(night.getvalue()).dhash is None
    assert prints.see(b"\xff\xd8\xff no picture").dhash is None
