"""Several who bring houses at the same moment, and a worker that dies."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from backend.app import Gridfield
from backend.db import db
from backend.houses.intake import work
from backend.houses.intake.models import HouseImport
from backend.houses.models import House
from tests.conftest import SignIn, run_sql
from tests.houses.test_intake import PLAIN, VILLAGE, Rows, book, counted, new, state_of
from tests.races.conftest import at_once
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town


def ready(desk: FlaskClient, rows: Rows) -> str:
    """Bring a file, read it, and ask for it to be carried out."""
    key: str = desk.post(PLAIN, data=book(rows)).json["id"]
    work.run(key)
    assert desk.post(f"{PLAIN}/{key}/take").status_code == 200
    return key


def carried_out(app: Gridfield, key: str) -> None:
    with app.app_context():
        try:
            work.run(key)
        finally:
            db.session.remove()


def counts_of_houses() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(House.id))) or 0


def test_two_files_with_the_same_houses_register_each_once(
    racing_app: Gridfield, enter: SignIn, real_town: Town
) -> None:
    rows = [new(number) for number in range(1, 9)]
    ours = ready(enter("dispatcher"), rows)
    theirs = ready(enter("district"), [*rows[4:], new(9)])
    before = counts_of_houses()

    at_once(lambda: carried_out(racing_app, ours), lambda: carried_out(racing_app, theirs))

    assert counts_of_houses() == before + 9
    told = [
        counted(state_of(enter(who), key))
        for who, key in (("dispatcher", ours), ("district", theirs))
    ]
    assert sum(one.get("create", 0) for one in told) == 9
    assert sum(one.get("same", 0) for one in told) == 4


def test_two_workers_carry_a_file_out_once(
    racing_app: Gridfield, enter: SignIn, real_town: Town
) -> None:
    desk = enter("dispatcher")
    key = ready(desk, [new(number) for number in range(1, 5)])
    before = counts_of_houses()

    at_once(*[lambda: carried_out(racing_app, key)] * 2)

    assert counts_of_houses() == before + 4
    assert counted(state_of(desk, key)) == {"create": 4}


def test_a_phone_and_a_file_register_the_same_house_once(
    racing_app: Gridfield, enter: SignIn, real_town: Town
) -> None:
    desk, phone = enter("dispatcher"), Phone(enter("worker"))
    told = deeds.registration(real_town, VILLAGE)
    row = new(1, address=told["facts"]["address"], lng=told["lng"], lat=told["lat"])
    key = ready(desk, [row, new(2)])
    before = counts_of_houses()

    at_once(lambda: carried_out(racing_app, key), lambda: phone.do("house.register", told))

    assert counts_of_houses() == before + 2
    codes = db.session.scalars(select(House.code).where(House.village_name == VILLAGE)).all()
    assert len(set(codes)) == len(codes) == 4


def test_a_worker_that_is_killed_leaves_nothing_and_another_goes_on(
    racing_app: Gridfield,
    enter: SignIn,
    real_town: Town,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = enter("dispatcher")
    key = ready(desk, [new(number) for number in range(1, 5)])
    before = counts_of_houses()
    url = racing_app.extensions["gridfield_settings"].database_url

    def killed(*_: object) -> None:
        pid = db.session.scalar(text("SELECT pg_backend_pid()"))
        run_sql(url, f"SELECT pg_terminate_backend({pid})")
        db.session.execute(text("SELECT 1"))

    with monkeypatch.context() as patch:
        patch.setattr(work, "_put_lines", killed)
        with pytest.raises(DBAPIError):
            work.run(key)

    assert counts_of_houses() == before
    assert db.session.get_one(HouseImport, UUID(key)).state == "taking"
    work.run(key)
    assert counted(state_of(desk, key)) == {"create": 4}
    assert counts_of_houses() == before + 4
