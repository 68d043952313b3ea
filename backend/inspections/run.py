"""Inspections many at a time: those with nothing wrong in them, in a house of the author's grids.

What follows from them is what `commands.submit_inspection` makes of each (tests/sync/test_swift.py
holds both together). It is decided here from what two statements read, and given back as rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import msgspec
import orjson

from backend.audit import commands as audit
from backend.checklists import form
from backend.checklists.form import Form
from backend.db import statement
from backend.delivery import live
from backend.feed.bulk import Rows
from backend.houses.models import House
from backend.inspections import rules
from backend.inspections.models import Inspection
from backend.inspections.rules import Found, Visit
from backend.org.access import Permission
from backend.org.capture import Capture
from backend.patrols import commands as patrols

SETTLED = ("state", "last_inspected_at", "next_due_on")  # what an inspection changes of a house

Submission = tuple[Capture, Any]  # the arguments have the attributes of `inspection.submit@1`


def plain(capture: Capture, args: Any) -> bool:  # noqa: ANN401 - a struct
    """Whether an inspection by itself needs no second look: all in order, nothing to be opened."""
    if capture.clock_suspect or args.photos or args.outcome != "inspected":
        return False
    if args.task_id is not None:  # which it may end
        return False
    if not capture.actor.grants_with(Permission.SYNC):
        return False
    asked = form.known(args.checklist_id)
    return asked is not None and asked.all_in_order(args.answers)


def submit(run: Sequence[Submission]) -> tuple[int, list[Rows]]:
    """Take in the first of these plain inspections, up to one that needs a second look.

    Answers how many they are, and what is to be written for them.
    """
    taken = _Taken(_lock_houses({args.house_id for _, args in run}))
    known = _look_up(run, taken)
    for capture, args in run:
        asked = form.known(args.checklist_id)
        house = taken.houses.get(args.house_id)
        if asked is None or house is None or args.inspection_id in known:
            break
        if not (_is_the_edition(taken, args.checklist_id, asked) and _on_duty(capture, house)):
            break
        known.add(args.inspection_id)
        taken.inspections.append(_inspection(capture, args, house, asked.hidden))
        _settle(taken, house, capture.captured_at)
    return len(taken.inspections), _writes(run, taken)


@dataclass
class _Taken:
    """What has been taken in so far, and how the locked houses stand after it."""

    houses: dict[UUID, SimpleNamespace]
    visits: dict[UUID, list[Visit]] = field(default_factory=lambda: defaultdict(list))
    found: dict[UUID, list[Found]] = field(default_factory=lambda: defaultdict(list))
    forms: dict[UUID, str] = field(default_factory=dict)
    inspections: list[SimpleNamespace] = field(default_factory=list)
    settled: dict[UUID, SimpleNamespace] = field(default_factory=dict)


def _lock_houses(ids: set[UUID]) -> dict[UUID, SimpleNamespace]:
    rows = statement(_HOUSES, {"ids": list(ids)})
    return {row.id: SimpleNamespace(**row._asdict()) for row in rows}


def _look_up(run: Sequence[Submission], taken: _Taken) -> set[UUID]:
    """Read what stands already, now that the houses are locked; answers the ids in use."""
    asked = {
        "ids": [args.inspection_id for _, args in run],
        "houses": list(taken.houses),
        "checklists": list({args.checklist_id for _, args in run}),
    }
    known: set[UUID] = set()
    for row in statement(_STANDING, asked):
        if row.what == "known":
            known.add(row.id)
        elif row.what == "form":
            taken.forms[row.id] = row.word
        elif row.what == "found":
            taken.found[row.id].append(Found(row.word, row.ended, row.at, row.due))
        else:
            taken.visits[row.id].append(Visit(row.word, row.at))
    return known


def _is_the_edition(taken: _Taken, checklist_id: UUID, asked: Form) -> bool:
    """Whether the checklist is still the one that the answers were held against."""
    if taken.forms.get(checklist_id) == asked.edition:
        return True
    form.forget(checklist_id)
    return False


def _on_duty(capture: Capture, house: SimpleNamespace) -> bool:
    """Whether the house is in a grid that is the author's today."""
    mine = capture.actor.grid_ids
    return house.grid_id in mine or house.micro_grid_id in mine


def _settle(taken: _Taken, house: SimpleNamespace, at: datetime) -> None:
    found, visits = taken.found[house.id], taken.visits[house.id]
    visits.append(Visit("inspected", at))
    inspected = [visit.at for visit in visits if visit.outcome == "inspected"]
    house.state = rules.house_state(inspected, found)
    house.last_inspected_at = max(inspected)
    large = rules.is_large(house.room_count, house.bed_count)
    house.next_due_on = rules.house_due(visits, found, house.state, large=large)
    taken.settled[house.id] = house


def _inspection(
    capture: Capture,
    args: Any,  # noqa: ANN401 - a struct
    house: SimpleNamespace,
    hidden: set[str],
) -> SimpleNamespace:
    position = args.position
    return SimpleNamespace(
        id=args.inspection_id,
        org_unit_id=house.org_unit_id,
        org_path=house.org_path,
        grid_id=house.grid_id,
        house_id=house.id,
        checklist_id=args.checklist_id,
        task_id=args.task_id,
        inspector_id=capture.actor.user_id,
        inspector_name=capture.actor.name,
        started_at=args.started_at,
        captured_at=capture.captured_at,
        received_at=capture.received_at,
        clock_suspect=False,
        outcome=args.outcome,
        result="pass",
        fail_count=0,
        answers=_json(args.answers),
        open_answers=_json([answer for answer in args.answers if answer.code not in hidden]),
        note=args.note,
        lng=position and position.lng,
        lat=position and position.lat,
        accuracy=position and position.accuracy,
        position_source=position and position.source,
        payload_sha256=capture.payload_sha256,
    )


_encoder = msgspec.json.Encoder()


def _json(answers: list[Any]) -> orjson.Fragment:
    """Answers as JSON, without their empty parts."""
    return orjson.Fragment(_encoder.encode(answers))


def _writes(run: Sequence[Submission], taken: _Taken) -> list[Rows]:
    if not taken.inspections:
        return []
    author = run[0][0].actor.user_id
    taken_in = [args for _, args in run[: len(taken.inspections)]]
    seen = [args.position for args in taken_in if args.position and args.position.source != "map"]
    for record in taken.inspections:
        live.announce("inspection", record.id, org_path=record.org_path)
    for house in taken.settled.values():
        live.announce("house", house.id, org_path=house.org_path)
    deeds = [(args.inspection_id, {"result": "pass"}) for args in taken_in]
    return [
        Rows(Inspection, taken.inspections),
        Rows(House, list(taken.settled.values()), changed=SETTLED),
        patrols.last_seen(author, seen),
        audit.lines(author, "inspection.submit", "inspection", deeds),
    ]


_COLUMNS = ", ".join(column.name for column in House.__table__.c if column.name != "point")
_HOUSES = f"SELECT {_COLUMNS} FROM houses WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE"  # noqa: S608
_STANDING = """
SELECT 'known' AS what, id, NULL::timestamptz AS at, NULL AS word, NULL AS ended,
    NULL::timestamptz AS due
FROM inspections WHERE id = ANY(%(ids)s)
UNION ALL
SELECT 'form', id, NULL, xmin::text, NULL, NULL FROM checklists
WHERE id = ANY(%(checklists)s) AND state <> 'draft'
UNION ALL
SELECT 'found', f.house_id, f.ended_at, f.severity, f.ended, c.due_at
FROM findings f JOIN cases c ON c.id = f.case_id WHERE f.house_id = ANY(%(houses)s)
UNION ALL
SELECT 'visit', house.id, visit.captured_at, visit.outcome, NULL, NULL
FROM unnest(%(houses)s::uuid[]) AS house(id), LATERAL (
    (SELECT captured_at, outcome FROM inspections WHERE house_id = house.id
    ORDER BY captured_at DESC, id DESC LIMIT 1)
    UNION
    (SELECT captured_at, outcome FROM inspections
    WHERE house_id = house.id AND outcome = 'inspected'
    ORDER BY captured_at DESC, id DESC LIMIT 1)) AS visit
"""
