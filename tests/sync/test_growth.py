"""What a phone asks costs the same however much the database holds."""

from __future__ import annotations

from collections import Counter
from typing import cast

import psycopg
from sqlalchemy import text

from backend.db import db
from bench.bulk import add_grids, add_records
from tests.conftest import SignIn
from tests.media.pictures import jpeg, sha256
from tests.media.test_uploads import Line, announce
from tests.sync.deeds import inspection
from tests.sync.phone import Phone
from tests.town import Town

MORE_ROWS = 20  # than the day before: what that day has left for this one


def rows_read() -> Counter[str]:
    """How many rows of each table were read so far, by index or not."""
    rows = db.session.execute(
        text(
            "SELECT relname, seq_tup_read + coalesce(idx_tup_fetch, 0) AS read"
            " FROM pg_stat_xact_user_tables"
        )
    )
    return Counter({row.relname: row.read for row in rows})


def day(town: Town, phone: Phone, seed: int) -> Counter[str]:
    """Push, upload, pull and poll; answers how many rows of each table that read."""
    before = rows_read()
    house, data = next(iter(town.houses)), jpeg(seed)
    first = phone.mutation("inspection.submit", inspection(town, house, "B01"))
    deps = [first["mutation_id"]]
    second = phone.mutation("inspection.submit", inspection(town, house), deps=deps)
    answer = phone.push(first, second)
    assert [one["verdict"] for one in answer.get_json()["results"]] == ["ok", "ok"]
    announce(phone, town, data)
    assert Line(phone.http).whole(data).status_code == 204
    told = phone.http.post("/sync/photos/have", json={"sha256": [sha256(data)]})
    assert told.get_json()["have"] == [sha256(data)]
    assert phone.pull() > 0
    assert phone.ask().status_code == 204
    return rows_read() - before


def test_a_day_reads_no_more_rows_where_others_have_left_thousands(
    town: Town, sign_in: SignIn
) -> None:
    phone = Phone(sign_in("worker"))
    phone.pull()
    # Tables are so small at first that reading them whole would be the better plan.
    db.session.execute(text("SET LOCAL enable_seqscan = off"))
    day(town, phone, 1)

    small = day(town, phone, 2)
    connection = cast(psycopg.Connection, db.session.connection().connection.driver_connection)
    add_grids(connection, 1, 20)
    add_records(connection, 1, 2000, 20)
    connection.execute("ANALYZE")
    large = day(town, phone, 3)

    grown = {name: (small[name], read) for name, read in large.items()}
    assert not {name: read for name, read in grown.items() if read[1] > read[0] + MORE_ROWS}
