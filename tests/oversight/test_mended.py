"""What was found and what was mended of it: Nantong's own numbers, and a slow count of the log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select, text

from backend.cases.models import Case, CaseEvent
from backend.db import db, transaction, utc_now
from backend.houses.models import House
from backend.inspections import rechecks
from backend.inspections.models import Finding, Inspection, Recheck
from backend.org.sessions import actor_of
from backend.oversight.figures import Counts, counted_cases, figures
from backend.oversight.measures import Period
from tests.cases.steps import do
from tests.inspections.test_rechecks import found, look
from tests.inspections.work import capture, hazard
from tests.town import Town

DAY = timedelta(days=1)
HOUSES, FOUND, MENDED = 1553, 4924, 4650  # of the city, as it reports them
GENERATED = {"point", "urgency"}


def copy(table: Table, one: UUID, **changes: str) -> None:
    """A copy of a row for each of `ids`, with these columns changed."""
    names = [column.name for column in table.c if column.name not in GENERATED]
    told = ", ".join(changes.get(name, f"old.{name}") for name in names)
    db.session.execute(
        text(
            f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {told}"  # noqa: S608
            f" FROM {table.name} AS old, ids WHERE old.id = :one"
        ),
        {"one": one},
    )


def a_city(case_id: UUID) -> None:
    """As many houses and hazards as Nantong had, each like the one that was found."""
    one = db.session.scalars(select(Finding).where(Finding.case_id == case_id)).one()
    event = db.session.scalars(select(CaseEvent.id).where(CaseEvent.case_id == case_id)).one()
    run = db.session.execute
    run(
        text(
            "CREATE TEMP TABLE ids ON COMMIT DROP AS SELECT n, gen_random_uuid() AS it,"
            " gen_random_uuid() AS finding, gen_random_uuid() AS inspection"
            " FROM generate_series(2, :found) AS n"
        ),
        {"found": FOUND},
    )
    run(text("CREATE TEMP TABLE homes ON COMMIT DROP AS SELECT n, it FROM ids WHERE n <= :most"),
        {"most": HOUSES})  # fmt: skip
    new = "gen_random_uuid()"
    home = "COALESCE((SELECT it FROM homes WHERE homes.n = 1 + ids.n % :most), old.house_id)"
    home = home.replace(":most", str(HOUSES))
    copy_houses(one.house_id)
    copy(table(Inspection), one.inspection_id, id="inspection", house_id=home)
    numbered = {"id": "it", "number": "'N' || n", "house_id": home, "inspection_id": "inspection"}
    copy(table(Case), case_id, **numbered)
    own = {"id": "finding", "inspection_id": "inspection", "case_id": "it", "house_id": home}
    copy(table(Finding), one.id, **own)
    copy(table(CaseEvent), event, id=new, case_id="it")


def copy_houses(house_id: UUID) -> None:
    run = db.session.execute
    run(text("ALTER TABLE ids RENAME TO every_id"))
    run(text("ALTER TABLE homes RENAME TO ids"))
    copy(table(House), house_id, id="it", code="'H' || n", token="'Z' || lpad(n::text, 7, '0')")
    run(text("ALTER TABLE ids RENAME TO homes"))
    run(text("ALTER TABLE every_id RENAME TO ids"))


def table(model: Any) -> Table:
    found: Table = model.__table__
    return found


def mend(recheck: Recheck) -> None:
    """All but the last have been rechecked and struck off."""
    run = db.session.execute
    run(text("DELETE FROM ids WHERE n > :mended"), {"mended": MENDED})
    copy(table(Recheck), recheck.id, id="gen_random_uuid()", finding_id="finding")
    run(
        text(
            "UPDATE cases SET state = 'closed', closed_at = now(), owner = NULL,"
            " step_due_at = NULL FROM ids WHERE cases.id = ids.it"
        )
    )
    line = db.session.scalars(select(CaseEvent.id).where(CaseEvent.action == "strike_off")).one()
    copy(table(CaseEvent), line, id="gen_random_uuid()", case_id="it")


def figure(town: Town, code: str, by: str | None = None) -> list[tuple[str, int, int]]:
    period = Period(utc_now() - DAY, utc_now() + DAY)
    rows = figures(actor_of(town.users["dispatcher"]), period, by, {})
    counts: list[tuple[str, Counts]] = [
        (row.name, next(one for one in row.figures if one.code == code)) for row in rows
    ]
    return [(name, one.numerator, one.denominator) for name, one in counts]


def test_the_city_s_own_numbers(town: Town) -> None:
    case_id = found(town)
    with transaction():
        a_city(case_id)
        args = look(case_id)
        recheck, _ = rechecks.recheck(capture(town), args)
        db.session.flush()
        mend(recheck)
        db.session.execute(text("ANALYZE"))  # as the database does by itself a minute later

    assert figure(town, "mended") == [("", MENDED, FOUND)]
    assert f"{MENDED / FOUND:.2%}" == "94.44%"
    assert figure(town, "mend_overdue")[0][2] == FOUND - MENDED
    for by, name in (("township", "金新街道"), ("grid", "金新街道1村第一网格")):
        assert figure(town, "mended", by) == [("", MENDED, FOUND), (name, MENDED, FOUND)]
    period = Period(utc_now() - DAY, utc_now() + DAY)
    actor = actor_of(town.users["dispatcher"])
    rows, _ = counted_cases(actor, period, ("mended", False), {}, (None, FOUND + 1))
    assert len(rows) == FOUND
    seen = db.session.scalars(select(Case.house_id).where(Case.id.in_([r["id"] for r in rows])))
    assert len(set(seen)) == HOUSES
    assert slow_count() == (MENDED, FOUND)


def slow_count() -> tuple[int, int]:
    """What the log alone says: findings of the inspections, and whose thread ends struck off."""
    last: dict[UUID, str | None] = {}
    for line in db.session.scalars(select(CaseEvent).order_by(CaseEvent.version)):
        last[line.case_id] = line.state
    ids = set(db.session.scalars(select(Finding.case_id)))
    looked = select(Finding.case_id).join(Recheck).where(Recheck.passed, Recheck.counts)
    struck = {case_id for case_id in ids if last[case_id] == "closed"}
    assert struck == set(db.session.scalars(looked))
    return len(struck), len(ids)


def test_what_is_no_hazard_is_not_counted(town: Town) -> None:
    case_id = found(town)
    assert figure(town, "mended") == [("", 0, 1)]

    do(town, case_id, "dispatcher", "void", reason="重复登记")

    assert figure(town, "mended") == [("", 0, 0)]


def test_a_clue_is_checked_and_confirmed_or_not(town: Town) -> None:
    ids = [hazard(town), hazard(town), hazard(town)]
    with transaction():
        for case_id in ids:
            db.session.get_one(Case, case_id).item_code = "R01"
    for case_id, step in zip(ids, ["confirm", "refute"], strict=False):
        do(town, case_id, "dispatcher", "ask_verify")
        do(town, case_id, "head", step, text="去看过")

    assert figure(town, "clues_checked") == [("", 2, 3)]
    assert figure(town, "clues_confirmed") == [("", 1, 2)]
