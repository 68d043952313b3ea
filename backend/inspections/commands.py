"""Taking in an inspection, and what follows from it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.audit import commands as audit
from backend.cases import reports
from backend.cases.commands import Matter, open_case
from backend.checklists import rules as checklist_rules
from backend.checklists.answers import check_answers
from backend.checklists.models import Checklist
from backend.checklists.rules import Answer, Item
from backend.db import db
from backend.delivery import live
from backend.feed.synced import grid_scope, user_scope
from backend.houses.commands import own_house, place_of
from backend.houses.models import House
from backend.inspections import states
from backend.inspections.asked import finish_asked
from backend.inspections.models import Finding, Inspection
from backend.media import commands as media
from backend.org.access import Permission, require
from backend.org.capture import Capture
from backend.problems import FieldError, NotFound, Refused


def submit_inspection(capture: Capture, args: dict[str, Any]) -> tuple[Inspection, bool]:
    """Take in an inspection and what follows from it; True when the same one was there already.

    `args` are those of `inspection.submit@1`. All that is known of the house decides its state
    and when it is due, in whatever order it arrives.

    Raises:
        Refused: `hash-conflict`, `unknown-item`, `photo-required` or `validation`.
        NotFound: there is no such house or checklist.
        Forbidden: the author held no duty where the house is or lately was, neither then nor since.
    """
    require(capture.actor, Permission.SYNC)
    known = db.session.get(Inspection, args["inspection_id"])
    if known is not None:
        return _repeated(known, capture), True
    house = own_house(capture, args["house_id"])
    checklist = _checklist(args["checklist_id"])
    check_answers(checklist.items, args, by_hand=capture.by_hand)
    inspection = _new_inspection(capture, args, house, checklist)
    db.session.add(inspection)
    db.session.flush()
    failed = _failed(checklist, inspection)
    for item in failed:
        _open(capture, args, house, inspection, item)
    _announce_photos(args, inspection, checklist)
    states.settle(house)
    reports.note_position(capture.actor, args["position"])
    _record(inspection, house)
    finish_asked(capture, inspection, checklist.code)
    return inspection, False


def _repeated(inspection: Inspection, capture: Capture) -> Inspection:
    mine = inspection.inspector_id == capture.actor.user_id
    if not mine or inspection.payload_sha256 != capture.payload_sha256:
        raise Refused("hash-conflict", "同一编号的检查内容不同,请重新检查")
    return inspection


def _checklist(checklist_id: UUID) -> Checklist:
    checklist = db.session.get(Checklist, checklist_id)
    if checklist is None or checklist.state == "draft":
        detail = "没有这份清单"
        raise NotFound(detail, [FieldError("/args/checklist_id", "not-found", detail)])
    # The session holds what it has read by a weak reference only: the next of a batch wants it.
    db.session.info["checklist"] = checklist
    return checklist


def _new_inspection(
    capture: Capture, args: dict[str, Any], house: House, checklist: Checklist
) -> Inspection:
    answers: list[Answer] = args["answers"]
    hidden = checklist_rules.restricted_codes(checklist.items)
    position = args["position"] or {}
    inspected = args["outcome"] == "inspected"
    failed = checklist_rules.failed_items(checklist.items, answers) if inspected else []
    return Inspection(
        id=args["inspection_id"],
        org_unit_id=house.org_unit_id,
        org_path=house.org_path,
        grid_id=house.grid_id,
        house_id=house.id,
        checklist_id=checklist.id,
        task_id=args["task_id"],
        inspector_id=capture.actor.user_id,
        inspector_name=capture.actor.name,
        started_at=args["started_at"],
        captured_at=capture.captured_at,
        received_at=capture.received_at,
        clock_suspect=capture.clock_suspect,
        outcome=args["outcome"],
        result=checklist_rules.result(args["outcome"], checklist.items, answers),
        fail_count=sum(item["code"] not in hidden for item in failed),
        answers=[checklist_rules.given(answer) for answer in answers],
        open_answers=[
            checklist_rules.given(answer) for answer in answers if answer["code"] not in hidden
        ],
        note=args["note"],
        lng=position.get("lng"),
        lat=position.get("lat"),
        accuracy=position.get("accuracy"),
        position_source=position.get("source"),
        payload_sha256=capture.payload_sha256,
    )


def _failed(checklist: Checklist, inspection: Inspection) -> list[Item]:
    if inspection.outcome != "inspected":
        return []
    return checklist_rules.failed_items(checklist.items, inspection.answers)


def _open(
    capture: Capture, args: dict[str, Any], house: House, inspection: Inspection, item: Item
) -> None:
    """Open the case of a failed item, and write down the finding."""
    answer = checklist_rules.by_code(args["answers"])[item["code"]]
    matter = Matter(
        item_code=item["code"],
        title=checklist_rules.case_title(item, answer),
        severity=checklist_rules.severity_of(item, answer),
        lead_department=item["lead_department"],
        deadline=item["deadline"],
        note=answer.get("note"),
        restricted=item["visibility"] == "restricted",
        inspection_id=inspection.id,
    )
    case = open_case(capture, args["case_ids"][item["code"]], matter, place_of(house))
    db.session.add(
        Finding(
            inspection_id=inspection.id,
            house_id=house.id,
            item_code=item["code"],
            severity=matter.severity,
            case_id=case.id,
        )
    )


def _announce_photos(args: dict[str, Any], inspection: Inspection, checklist: Checklist) -> None:
    """Photos of restricted items live with their author alone, as their cases do."""
    hidden = checklist_rules.restricted_codes(checklist.items)
    homes: dict[str, list[dict[str, Any]]] = {}
    for photo in args["photos"]:
        secret = photo["item_code"] in hidden
        author = inspection.inspector_id
        home = user_scope(author) if secret else grid_scope(inspection.grid_id)
        homes.setdefault(home, []).append(photo)
    owner = ("inspection", inspection.id)
    for home, photos in homes.items():
        media.announce(photos, owner=owner, scope=home, by=inspection.inspector_id)


def _record(inspection: Inspection, house: House) -> None:
    author = inspection.inspector_id
    audit.record(author, "inspection.submit", "inspection", inspection.id, result=inspection.result)
    for kind, record_id in (("inspection", inspection.id), ("house", house.id)):
        live.announce(kind, record_id, org_path=house.org_path)
