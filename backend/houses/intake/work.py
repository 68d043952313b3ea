"""The worker's part of an import: reading a file, and carrying it out.

Each is one transaction that holds the import's row: another worker passes it by, and one that is
killed leaves nothing. What nobody is at, the schedule gives out again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from backend import broker
from backend.audit import commands as audit
from backend.db import db, lost_race, transaction, utc_now
from backend.feed import changes
from backend.feed.bulk import Rows, new_record
from backend.houses.facts import shown
from backend.houses.history import plain
from backend.houses.intake import commands, writing
from backend.houses.intake.inside.plan import Part
from backend.houses.intake.kinds import KINDS, Kind
from backend.houses.intake.models import HouseImport, HouseImportLine
from backend.houses.intake.plan import Planned, Progress
from backend.org import sessions
from backend.org.access import Actor, Permission, require
from backend.org.models import User
from backend.problems import Problem
from backend.sheets import Column, Table

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=30)  # after which the schedule looks whether somebody is at it
GIVEN_UP = timedelta(hours=1)
KEPT = timedelta(days=30)  # they are full of people's names
FAILED = "服务器没能处理这个文件,什么都没有改动;请重新导入"
DIFFERS = "预览之后情况有变,这一行没有导入;请重新导入核对"
Decided = Planned | Part


def run(import_id: str) -> None:
    """Read a file, or carry it out; nothing where another is at it or it is done."""
    key = UUID(import_id)
    try:
        with transaction():
            found = _claimed(key)
            if found is not None:
                _do(found)
    except Problem as problem:
        _fail(key, problem.detail)
    except DBAPIError as error:
        if not lost_race(error):
            raise
        log.info("the import %s lost a race and begins anew", import_id)
    except Exception:
        log.exception("the import %s failed", import_id)
        _fail(key, FAILED)


def sweep() -> None:
    """Give out again what nobody is at, and give up what never ends."""
    before = utc_now() - PATIENCE
    query = select(HouseImport.id, HouseImport.asked_at).where(
        HouseImport.state.in_(("reading", "taking")), HouseImport.asked_at < before
    )
    with transaction():
        waiting = db.session.execute(query.with_for_update(skip_locked=True)).all()
    for row in waiting:
        if row.asked_at < utc_now() - GIVEN_UP:
            _fail(row.id, FAILED)
        else:
            broker.enqueue(commands.JOB, row.id, timeout=commands.LONGEST)


def forget_old() -> None:
    """Forget files of long ago, and what became of their lines."""
    with transaction():
        old = HouseImport.made_at < utc_now() - KEPT
        db.session.execute(delete(HouseImport).where(old, HouseImport.state != "taking"))


def _claimed(import_id: UUID) -> HouseImport | None:
    query = select(HouseImport).where(
        HouseImport.id == import_id, HouseImport.state.in_(("reading", "taking"))
    )
    return db.session.scalar(query.with_for_update(skip_locked=True))


def _fail(import_id: UUID, problem: str) -> None:
    with transaction():
        found = _claimed(import_id)
        if found is not None:
            found.state, found.problem, found.data = "failed", problem, None
            found.ended_at = utc_now()


def _do(found: HouseImport) -> None:
    actor = sessions.actor_of(db.session.get_one(User, found.by_id))
    require(actor, Permission.HOUSE_EDIT)
    kind = KINDS[found.about]
    table = kind.table(found.data or b"")
    if found.state == "reading":
        planned = kind.plan(actor, _given(kind, table), _teller(found, 0, 0.9))
        found.unused, found.state = table.unused, "ready"
        _put_lines(found, planned, table)
        return
    _take(found, actor, table)


def _take(found: HouseImport, actor: Actor, table: Table) -> None:
    """Carry out each line that comes to what it was shown to come to."""
    kind = KINDS[found.about]
    planned = kind.plan(actor, _given(kind, table), _teller(found, 0, 0.3), hold=kind.hold)
    _hold_to(found, planned)
    kind.write(actor, utc_now(), planned, _teller(found, 0.3, 0.7))
    found.state, found.data, found.ended_at = "done", None, utc_now()
    _put_lines(found, planned, table)
    audit.record(actor.user_id, "house.import", "house_import", found.id, **found.counts)


def _given(kind: Kind, table: Table) -> list[Any]:
    return [kind.read(line) for line in table.lines]


def _hold_to(found: HouseImport, planned: Sequence[Decided]) -> None:
    """A line that comes to something else now is refused; one that is done already is the same."""
    query = select(HouseImportLine).where(HouseImportLine.import_id == found.id)
    told = {
        row.number: (row.kind, row.detail.get("changes", {})) for row in db.session.scalars(query)
    }
    for one in planned:
        now = one.kind, _changes(one)
        if one.kind not in ("same", "refused") and told.get(one.given.line.number) != now:
            one.given.wrong("code" if one.given.code else "address", DIFFERS, "moved")


def _teller(found: HouseImport, since: float, until: float) -> Progress:
    """Says how far the work is: this part of it goes from `since` to `until`."""
    key, state = f"import:{found.id}", found.state

    def tell(done: float) -> None:
        broker.remember(key, state, f"{since + done * (until - since):.3f}", 3600)

    return tell


def _put_lines(found: HouseImport, planned: Sequence[Decided], table: Table) -> None:
    """Write down what the lines come to, in the place of what they came to before."""
    db.session.execute(delete(HouseImportLine).where(HouseImportLine.import_id == found.id))
    for first in range(0, len(planned), writing.AT_ONCE):
        rows = [_line(found, one, table) for one in planned[first : first + writing.AT_ONCE]]
        changes.write(db.session(), [Rows(HouseImportLine, rows)])
    found.counts = commands.count(found.id)


def _line(found: HouseImport, one: Decided, table: Table) -> Any:  # noqa: ANN401 - a row
    given, house = one.given, one.house
    detail: dict[str, Any] = {
        "code": house.code if house is not None else given.code or one.new_code,
        "address": given.address or (house.address if house is not None else ""),
        "name": given.name,
        "house_id": house.id if house is not None else None,
        "changes": _changes(one),
        "twin": _twin(one),
        "errors": _errors(KINDS[found.about].columns, one, table),
    }
    if one.kind == "create" and house is None:
        detail["house_id"] = one.new_id if found.state == "done" else None
    if one.kind == "refused":
        detail["values"] = given.line.values
    return new_record(
        HouseImportLine,
        import_id=found.id,
        number=given.line.number,
        kind=one.kind,
        twin=one.kind == "create" and bool(one.twins),
        detail=plain(detail),
    )


def _changes(one: Decided) -> dict[str, Any]:
    """What is changed, from what to what; of people what stood is masked."""
    pairs = one.changes.items()
    told: dict[str, Any] = plain({name: [shown(name, old), new] for name, (old, new) in pairs})
    return told


def _twin(one: Decided) -> dict[str, Any] | None:
    if not one.twins or one.kind != "create":
        return None
    other = one.twins[0]
    code = other.house.code if other.house is not None else None
    return {"address": other.address, "code": code, "line": other.line or None}


def _errors(columns: Sequence[Column], one: Decided, table: Table) -> list[dict[str, Any]]:
    heads = {column.name: column.head for column in columns}
    place = {name: at for at, name in enumerate(heads)}
    told = [(error.pointer.strip("/"), error.detail) for error in one.given.errors]
    return [
        {"name": name, "column": table.letters.get(name), "head": heads[name], "detail": detail}
        for name, detail in sorted(told, key=lambda error: place[error[0]])
    ]
