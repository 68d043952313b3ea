"""A photo is safe when its bytes are here with the right hash, however the line was cut."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from obstore.store import from_url
from sqlalchemy import func, select, update

from backend.app import Gridfield
from backend.db import db, utc_now
from backend.media import storage, uploads
from backend.media.models import Blob, Photo, Upload
from tests.conftest import SignIn
from tests.media.pictures import jpeg, metadata, png_of, sha256
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town

CHUNK = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


class Line:
    """A phone's side of tus."""

    def __init__(self, http: FlaskClient) -> None:
        self.http = http
        self.place = ""

    def create(self, data: bytes, length: int | None = None) -> Any:
        """Begin an upload."""
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(data) if length is None else length),
            "Upload-Metadata": metadata(data),
        }
        answer = self.http.post("/sync/photos/", headers=headers)
        self.place = answer.headers.get("Location", "")
        return answer

    def send(self, offset: int, piece: bytes, **more: str) -> Any:
        """Send a piece."""
        headers = {**CHUNK, "Upload-Offset": str(offset), **more}
        return self.http.patch(self.place, data=piece, headers=headers)

    def offset(self) -> int:
        """Ask where the upload stands."""
        answer = self.http.head(self.place, headers={"Tus-Resumable": "1.0.0"})
        return int(answer.headers["Upload-Offset"])

    def whole(self, data: bytes) -> Any:
        """Begin and send all at once."""
        created = self.create(data)
        assert created.status_code == 201, created.get_data(as_text=True)
        return self.send(0, data)


@pytest.fixture
def phone(sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


@pytest.fixture
def line(phone: Phone) -> Line:
    return Line(phone.http)


def announce(phone: Phone, town: Town, data: bytes) -> dict[str, Any]:
    """Report a hazard whose photo is `data`; answers the photo's line."""
    photo = {**deeds.photo(), "sha256": sha256(data), "bytes": len(data)}
    deeds.accepted(phone, "hazard.report", deeds.hazard(town, "金新街道1村", photos=[photo]))
    return photo


@pytest.mark.parametrize("place", [("uploads", 1000), ("photos", None)])
def test_a_storage_that_takes_nothing_asks_for_patience_and_loses_nothing(
    phone: Phone,
    town: Town,
    line: Line,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    place: tuple[str, int | None],
) -> None:
    folder, size = place
    extensions = phone.http.application.extensions
    announce(phone, town, data := jpeg())
    line.create(data)
    (tmp_path / folder).write_text("in the way")
    with monkeypatch.context() as patched:
        patched.setitem(extensions, "gridfield_storage", from_url(f"file://{tmp_path}"))
        refused = line.send(0, data[:size])

    assert refused.status_code == 503, refused.get_data(as_text=True)
    assert refused.headers["Retry-After"]
    assert refused.get_json()["type"] == "/problems/unavailable"
    assert line.offset() == 0
    assert line.send(0, data).status_code == 204


def test_a_photo_arrives_and_its_record_says_so(phone: Phone, town: Town, line: Line) -> None:
    data = jpeg()
    photo = announce(phone, town, data)
    phone.pull()
    assert [row["arrived"] for row in phone.of_kind("photo")] == [False]

    assert line.whole(data).status_code == 204

    phone.pull()
    assert [row["arrived"] for row in phone.of_kind("photo")] == [True]
    picture = phone.http.get(f"/api/photos/{photo['photo_id']}/original")
    assert (picture.data, picture.content_type) == (data, "image/jpeg")
    assert phone.http.post("/sync/photos/have", json={"sha256": [sha256(data)]}).json == {
        "have": [sha256(data)]
    }


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(1, 60_000), max_size=4), seed=st.integers(0, 10**6))
def test_cuts_at_any_byte_lose_nothing(
    phone: Phone, town: Town, line: Line, cuts: list[int], seed: int
) -> None:
    data = jpeg(seed, (200, 150))
    announce(phone, town, data)
    line.create(data)
    for cut in cuts:  # each piece arrives, its answer is lost, the phone asks where it stands
        offset = line.offset()
        if offset < len(data):
            line.send(offset, data[offset : offset + cut])

    offset = line.offset()
    if offset < len(data):
        assert line.send(offset, data[offset:]).status_code == 204

    assert line.offset() == len(data)
    assert storage.read(storage.photo_path(sha256(data))) == data


def test_the_same_piece_twice_is_a_conflict_and_does_no_harm(
    phone: Phone, town: Town, line: Line
) -> None:
    data = jpeg()
    announce(phone, town, data)
    line.create(data)
    line.send(0, data[:1000])

    again = line.send(0, data[:1000])

    assert (again.status_code, again.json["type"]) == (409, "/problems/upload-conflict")
    assert line.send(1000, data[1000:]).status_code == 204


def test_a_last_piece_that_was_not_counted_is_sent_again(
    phone: Phone, town: Town, line: Line
) -> None:
    data = jpeg()
    announce(phone, town, data)
    line.create(data)
    storage.keep(storage.photo_path(sha256(data)), data)  # and here the power went

    assert line.offset() == 0
    assert line.send(0, data).status_code == 204
    assert db.session.scalar(select(func.count()).select_from(Blob)) == 1


def test_an_upload_whose_pieces_are_gone_begins_anew(phone: Phone, town: Town, line: Line) -> None:
    data = jpeg()
    announce(phone, town, data)
    line.create(data)
    line.send(0, data[:1000])
    storage.remove(db.session.scalars(select(Upload)).one().parts)

    assert line.send(1000, data[1000:]).status_code == 404
    assert line.http.head(line.place).status_code == 404
    assert line.whole(data).status_code == 204


def test_a_photo_counts_when_the_disk_has_it(
    phone: Phone, town: Town, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, flushed = jpeg(), list[str]()
    announce(phone, town, data)
    line.create(data)
    flush = os.fsync

    def note(descriptor: int) -> None:
        flush(descriptor)
        flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        assert db.session.scalar(select(func.count()).select_from(Blob)) == 0

    monkeypatch.setattr(os, "fsync", note)
    line.send(0, data)

    name = sha256(data)
    assert flushed[:3] == [name, name[:2], "photos"]
    assert db.session.scalar(select(func.count()).select_from(Blob)) == 1


def test_a_photo_without_a_record_has_to_wait_for_it(line: Line) -> None:
    answer = line.create(jpeg())

    assert (answer.status_code, answer.json["type"]) == (409, "/problems/manifest-missing")


def test_the_photo_of_a_refused_record_is_taken_too(phone: Phone, town: Town, line: Line) -> None:
    data = jpeg()
    photo = {**deeds.photo(), "sha256": sha256(data), "bytes": len(data)}
    refused = deeds.hazard(town, "金新街道1村", photos=[photo], item_code="no such")
    assert phone.do("hazard.report", refused)["verdict"] == "rejected"

    assert line.whole(data).status_code == 204


def test_other_bytes_than_announced_are_dropped(phone: Phone, town: Town, line: Line) -> None:
    data = jpeg(1)
    announce(phone, town, data)
    line.create(data)
    other = bytes(reversed(data))

    answer = line.send(0, other)

    assert (answer.status_code, answer.json["type"]) == (422, "/problems/photo-hash-mismatch")
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 0
    assert line.whole(data).status_code == 204


@pytest.mark.parametrize(
    "fake",
    [
        b"<html><body>sign in to the hotel's network</body></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='99999' height='99999'/>",
        b"\xff\xd8\xff" + b"\0" * 100,
        png_of(60_000, 60_000),
        b"GIF89a" + b"\0" * 100,
    ],
    ids=["html", "svg", "broken jpeg", "3.6 gigapixels in 33 bytes", "gif"],
)
def test_what_is_no_photo_is_refused(phone: Phone, town: Town, line: Line, fake: bytes) -> None:
    announce(phone, town, fake)

    answer = line.whole(fake)

    assert (answer.status_code, answer.json["type"]) == (422, "/problems/photo-not-image")
    assert db.session.scalar(select(func.count()).select_from(Blob)) == 0


def test_a_photo_over_20_mb_is_refused_before_it_is_sent(
    phone: Phone, town: Town, line: Line
) -> None:
    data = jpeg()
    announce(phone, town, data)

    answer = line.create(data, length=20 * 1024 * 1024 + 1)

    assert (answer.status_code, answer.json["type"]) == (413, "/problems/photo-too-large")


def test_a_damaged_piece_is_noticed_at_once(phone: Phone, town: Town, line: Line) -> None:
    data = jpeg()
    announce(phone, town, data)
    line.create(data)
    digest = base64.b64encode(hashlib.sha256(data[:500]).digest()).decode()

    damaged = line.send(0, data[1:501], **{"Upload-Checksum": f"sha256 {digest}"})
    assert damaged.status_code == 460
    assert line.send(0, data[:500], **{"Upload-Checksum": f"sha256 {digest}"}).status_code == 204


def test_a_photo_that_is_here_already_is_not_sent_again(
    phone: Phone, town: Town, line: Line
) -> None:
    data = jpeg()
    announce(phone, town, data)
    line.whole(data)

    announce(phone, town, data)
    answer = line.create(data)

    assert answer.headers["Upload-Offset"] == str(len(data))
    assert all(photo.arrived_at for photo in db.session.scalars(select(Photo)))


def test_anothers_upload_does_not_exist(
    phone: Phone, town: Town, line: Line, sign_in: SignIn
) -> None:
    data = jpeg()
    announce(phone, town, data)
    line.create(data)
    thief = Line(sign_in("worker2"))
    thief.place = line.place

    assert thief.send(0, data).status_code == 404


def test_a_foreign_photo_does_not_exist(
    phone: Phone, town: Town, line: Line, sign_in: SignIn
) -> None:
    data = jpeg()
    photo = announce(phone, town, data)
    line.whole(data)

    statuses = {
        name: sign_in(name).get(f"/api/photos/{photo['photo_id']}/thumb").status_code
        for name in ("dispatcher", "officer", "worker2", "other_dispatcher", "admin")
    }

    assert statuses == {
        "dispatcher": 200,
        "officer": 200,
        "worker2": 404,
        "other_dispatcher": 404,
        "admin": 404,
    }


def test_uploads_that_nobody_completed_are_forgotten(
    app: Gridfield, phone: Phone, town: Town, line: Line
) -> None:
    data = jpeg()
    announce(phone, town, data)
    line.create(data)
    line.send(0, data[:100])
    path = db.session.scalars(select(Upload)).one().parts[0]
    db.session.execute(update(Upload).values(expires_at=utc_now()))
    db.session.commit()

    uploads.expire()

    assert line.http.head(line.place).status_code == 404
    with pytest.raises(FileNotFoundError):
        storage.read(path)


def test_the_server_tells_what_it_can_do(app: Gridfield) -> None:
    answer = app.test_client().options("/sync/photos/")

    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Max-Size"] == str(20 * 1024 * 1024)
