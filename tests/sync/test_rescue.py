"""What a phone could not send is taken in from a file (docs/sync-protocol.md, section 8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pyrage
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.app import Gridfield
from backend.db import db, transaction
from backend.delivery import keys
from backend.inspections.models import Inspection
from backend.media import storage
from backend.media.models import Photo
from backend.org.models import Feedback
from backend.sync.models import SyncClient, SyncMutation, SyncRejected
from tests.conftest import SignIn
from tests.media import pictures
from tests.sync import deeds
from tests.sync.phone import Phone, feedback
from tests.sync.rescue import header, packed, photo, records, sealed, unsent
from tests.town import Town


@pytest.fixture
def phone(sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


@pytest.fixture
def desk(sign_in: SignIn) -> FlaskClient:
    return sign_in("dispatcher")


def take_in(desk: FlaskClient, file: bytes) -> TestResponse:
    return desk.post("/api/rescues", data=file, content_type="application/octet-stream")


def verdicts(answer: TestResponse) -> list[tuple[str, bool]]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [(line["verdict"], line["known"]) for line in answer.json["records"]]


@pytest.fixture
def day(phone: Phone, town: Town) -> tuple[bytes, list[dict[str, Any]]]:
    """A file with an inspection and its photo, something refused, a draft; and its mutations."""
    data = pictures.jpeg()
    visit = deeds.inspection(town, "金新街道1村1", "D01")
    visit["photos"] = [deeds.photo("D01", data)]
    mutations = [
        unsent(phone, "inspection.submit", visit),
        unsent(phone, "feedback.submit", {"text": "no id"}),
        unsent(phone, "feedback.submit", feedback()),
    ]
    parts = [*records(*mutations), ("drafts/1.json", b"{}"), photo(data), photo(b"of a draft")]
    return sealed(header(town, "worker"), *parts), mutations


def test_a_file_is_taken_in_as_its_author_s(
    day: tuple[bytes, list[dict[str, Any]]], desk: FlaskClient, town: Town
) -> None:
    file, mutations = day

    answer = take_in(desk, file)

    assert verdicts(answer) == [("ok", False), ("rejected", False), ("ok", False)]
    assert answer.json["photos"] == {"stored": 1, "unannounced": 1}
    assert answer.json["drafts"] == 1
    visit = db.session.get_one(Inspection, UUID(mutations[0]["args"]["inspection_id"]))
    assert visit.inspector_id == town.users["worker"].id
    assert db.session.query(Photo).filter_by(owner_id=visit.id).one().arrived_at is not None
    refused = db.session.query(SyncRejected).one()
    assert (refused.user_id, refused.code) == (town.users["worker"].id, "validation")


def test_the_same_file_again_changes_nothing(
    day: tuple[bytes, list[dict[str, Any]]], desk: FlaskClient
) -> None:
    file, _ = day
    take_in(desk, file)
    before = db.session.query(SyncMutation).count()

    again = take_in(desk, file)

    assert verdicts(again) == [("ok", True), ("rejected", True), ("ok", True)]
    assert again.json["photos"] == {"known": 1, "unannounced": 1}
    assert db.session.query(SyncMutation).count() == before
    assert db.session.query(Inspection).count() == 1


def test_the_phone_that_comes_online_later_hears_the_same_verdicts(
    day: tuple[bytes, list[dict[str, Any]]], desk: FlaskClient, phone: Phone
) -> None:
    file, mutations = day
    take_in(desk, file)

    sent = [{**it, "mid": number} for number, it in enumerate(mutations, start=1)]
    results = phone.push(*sent).json["results"]

    assert [result["verdict"] for result in results] == ["ok", "rejected", "ok"]
    assert db.session.query(Feedback).count() == 1
    assert db.session.query(SyncRejected).count() == 1


def test_what_came_over_the_network_before_is_recognised(
    day: tuple[bytes, list[dict[str, Any]]], desk: FlaskClient, phone: Phone
) -> None:
    file, mutations = day
    phone.push({**mutations[0], "mid": 1})

    assert verdicts(take_in(desk, file))[0] == ("ok", True)
    assert db.session.query(Inspection).count() == 1


def test_a_file_that_lay_about_keeps_the_time_of_capture(
    phone: Phone, desk: FlaskClient, town: Town
) -> None:
    """Made three days ago by a phone whose clock was a year behind."""
    now, wrong = datetime.now(UTC), timedelta(days=365)
    made_at = now - timedelta(days=3) - wrong
    captured_at = made_at - timedelta(hours=1)
    sent = unsent(
        phone,
        "inspection.submit",
        deeds.inspection(town, "金新街道1村1"),
        captured_at=captured_at.isoformat(),
        age_ms=3_600_000,
    )
    offset = int(wrong / timedelta(milliseconds=1))
    file = sealed(
        header(town, "worker", made_at=made_at.isoformat(), clock_offset_ms=offset),
        *records(sent),
    )

    assert verdicts(take_in(desk, file)) == [("ok", False)]

    visit = db.session.query(Inspection).one()
    assert abs(visit.captured_at - (now - timedelta(days=3, hours=1))) < timedelta(minutes=1)
    client = db.session.query(SyncClient).one()
    assert abs(client.seen_at - (now - timedelta(days=3))) < timedelta(minutes=1)


def test_a_damaged_photo_is_told_and_not_kept(phone: Phone, desk: FlaskClient, town: Town) -> None:
    data = pictures.jpeg()
    args = deeds.hazard(town, "金新街道1村", photos=[deeds.photo(body=data)])
    name, _ = photo(data)
    sent = records(unsent(phone, "hazard.report", args))
    file = sealed(header(town, "worker"), *sent, (name, data[:-1]), ("photos/..", data))

    assert take_in(desk, file).json["photos"] == {"damaged": 2}
    assert db.session.query(Photo).one().arrived_at is None


def test_a_record_that_nobody_can_read_stops_no_other(
    phone: Phone, desk: FlaskClient, town: Town
) -> None:
    good = records(unsent(phone, "feedback.submit", feedback()))
    bad = [("mutations/0.json", body) for body in (b"{", b"[]", b"{}", b'{"mutation_id": 7}')]
    answer = take_in(desk, sealed(header(town, "worker"), *bad, *good))

    told = [line["verdict"] for line in answer.json["records"]]
    assert told == ["unreadable"] * 4 + ["ok"]


Spoil = Callable[[bytes], bytes]
SPOILED: list[Spoil] = [
    lambda file: file[:-1],
    lambda file: file[: len(file) // 2],
    lambda file: file + b"x",
    lambda file: file[:-20] + bytes([file[-20] ^ 1]) + file[-19:],
    lambda file: b"",
    lambda file: b"PK\3\4 no rescue file at all",
    lambda file: pyrage.encrypt(b"x", [pyrage.x25519.Identity.generate().to_public()]),
]


@pytest.mark.parametrize("spoil", SPOILED)
def test_a_file_that_was_cut_altered_or_is_not_ours_is_refused(
    spoil: Spoil, day: tuple[bytes, list[dict[str, Any]]], desk: FlaskClient
) -> None:
    answer = take_in(desk, spoil(day[0]))

    assert (answer.status_code, answer.json["type"]) == (422, "/problems/rescue-unreadable")
    assert db.session.query(SyncMutation).count() == 0


def test_what_is_inside_is_checked_too(desk: FlaskClient, town: Town) -> None:
    for plain in (
        b"no tar",
        packed(("mutations/1.json", b"{}")),
        packed(("rescue.json", b"{}")),
        packed(("rescue.json", b"\xff")),
        packed(header(town, "worker", format=2)),
        packed(header(town, "worker", made_at="yesterday")),
    ):
        assert take_in(desk, sealed(plain=plain)).status_code == 422, plain[:100]


@pytest.mark.parametrize("gone", ["inactive", "unknown"])
def test_an_author_without_an_account_is_named_and_the_file_kept(
    gone: str, phone: Phone, desk: FlaskClient, town: Town
) -> None:
    sent = records(unsent(phone, "feedback.submit", feedback()))
    file = sealed(header(town, "worker"), *sent)
    if gone == "unknown":
        file = sealed(header(town, "worker", user_id=str(uuid4())), *sent)
    with transaction():
        town.users["worker"].active = False

    answer = take_in(desk, file)

    assert (answer.status_code, answer.json["code"]) == (409, "rescue-author")
    assert storage.read(f"rescues/{pictures.sha256(file)}.age") == file
    assert db.session.query(SyncMutation).count() == 0


def test_nobody_takes_in_what_is_another_township_s(
    day: tuple[bytes, list[dict[str, Any]]], sign_in: SignIn
) -> None:
    assert take_in(sign_in("other_dispatcher"), day[0]).status_code == 404
    assert take_in(sign_in("worker"), day[0]).status_code == 403
    assert db.session.query(SyncMutation).count() == 0


def test_a_file_for_an_older_key_still_opens(phone: Phone, desk: FlaskClient, town: Town) -> None:
    sent = records(unsent(phone, "feedback.submit", feedback()))
    file = sealed(header(town, "worker"), *sent)
    with transaction():
        fresh = keys.renew_rescue_key()

    assert verdicts(take_in(desk, file)) == [("ok", False)]
    assert desk.get("/api/session").json["rescue_recipient"] == fresh


def test_a_file_that_is_too_large_is_refused(
    app: Gridfield, desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = replace(app.extensions["gridfield_settings"], max_rescue_mb=1)
    monkeypatch.setitem(app.extensions, "gridfield_settings", small)

    assert take_in(desk, b"x" * (1024 * 1024 + 1)).status_code == 413


def test_an_operator_takes_a_file_in(
    day: tuple[bytes, list[dict[str, Any]]], app: Gridfield, tmp_path: Path
) -> None:
    path = tmp_path / "phone.age"
    path.write_bytes(day[0])
    console = app.test_cli_runner()

    done = console.invoke(args=["sync", "import-rescue", str(path)])
    path.write_bytes(day[0][:-1])
    cut = console.invoke(args=["sync", "import-rescue", str(path)])

    assert done.exit_code == 0, done.output
    assert "inspection.submit  ok" in done.output
    assert "photos stored: 1" in done.output
    assert (cut.exit_code, "重新导出" in cut.output) == (1, True)
