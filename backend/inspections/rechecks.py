"""Looking again whether a finding is mended (复查): what strikes it off, and nothing else does."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.audit import commands as audit
from backend.cases import life, reports
from backend.cases.deadlines import clock
from backend.cases.life import Line, Person
from backend.cases.models import Case
from backend.cases.signals import case_changed
from backend.cases.thread import facts_of, locked_case, write
from backend.checklists.models import Checklist
from backend.db import db, new_id, utc_now
from backend.houses.commands import may_work_at
from backend.houses.models import House
from backend.inspections import followup
from backend.inspections.models import Finding, Inspection, Recheck
from backend.inspections.states import STRUCK_OFF, standing_recheck
from backend.media import commands as media
from backend.org.access import Actor, Permission, require
from backend.org.capture import Capture
from backend.org.models import User
from backend.problems import FieldError, Forbidden, NotFound, Refused
from backend.tasks import fieldwork
from backend.tasks.models import Task
from backend.tasks.rules import RECHECK

OWN_WORK = "处置人不能复查自己的处置;您提交的内容已作为记录保存"
LOOKS = {"pass": True, "fail": False}  # the steps of the desk by which somebody says to have looked


def recheck(
    capture: Capture, args: dict[str, Any], *, at: datetime | None = None
) -> tuple[Recheck, bool]:
    """Keep what somebody found who looked again; True when the same one was there already.

    `args` are those of `finding.recheck@1`. The last look by time of capture decides, in whatever
    order they arrive; whoever mended it looks in vain. `at` is now, but for what is told of the
    past.

    Raises:
        Refused: `hash-conflict`, or `photo-required` where the item asks for one.
        NotFound: no inspection found this. Forbidden: the author has no duty at its house.
    """
    require(capture.actor, Permission.SYNC)
    known = db.session.get(Recheck, args["recheck_id"])
    if known is not None:
        return _repeated(known, capture), True
    case, finding = _found(args["case_id"])
    _check(capture, args, case, finding)
    look = _keep(capture, args, case, finding)
    _carry_out(case, finding, look, at or utc_now())
    if look.counts:
        text = look.note or ""
        fieldwork.finish_about(capture.actor, case.id, RECHECK, text, capture.captured_at)
    reports.note_position(capture.actor, args["position"])
    return look, False


def _repeated(known: Recheck, capture: Capture) -> Recheck:
    mine = known.checker_id == capture.actor.user_id
    if not mine or known.payload_sha256 != capture.payload_sha256:
        raise Refused("hash-conflict", "同一编号的复查内容不同,请重新复查")
    return known


def _found(case_id: UUID) -> tuple[Case, Finding]:
    finding = db.session.scalars(select(Finding).where(Finding.case_id == case_id)).one_or_none()
    if finding is None:
        detail = "没有这条检查发现的隐患"
        raise NotFound(detail, [FieldError("/args/case_id", "not-found", detail)])
    return locked_case(case_id), finding


def _check(capture: Capture, args: dict[str, Any], case: Case, finding: Finding) -> None:
    house = db.session.get_one(House, finding.house_id)
    own = not case.restricted or case.reporter_id == capture.actor.user_id
    if not own or not may_work_at(capture, house):
        detail = "这户不在您的网格内"
        raise Forbidden(detail, [FieldError("/args/case_id", "forbidden", detail)])
    if args["passed"] and not args["photos"] and not capture.by_hand and _wants_photo(finding):
        detail = "复查通过须拍整改后的照片"
        raise Refused("photo-required", detail, [FieldError("/args/photos", "required", detail)])


def _wants_photo(finding: Finding) -> bool:
    inspection = db.session.get_one(Inspection, finding.inspection_id)
    items = db.session.get_one(Checklist, inspection.checklist_id).items
    asked = {item["code"]: item["photo_on_fail"] for item in items}
    return asked.get(finding.item_code) == "required"


def _keep(capture: Capture, args: dict[str, Any], case: Case, finding: Finding) -> Recheck:
    position = args["position"] or {}
    look = Recheck(
        id=args["recheck_id"],
        finding_id=finding.id,
        checker_id=capture.actor.user_id,
        checker_name=capture.actor.name,
        captured_at=capture.captured_at,
        received_at=utc_now(),
        clock_suspect=capture.clock_suspect,
        passed=args["passed"],
        counts=not mended_it(capture.actor, case),
        note=args["note"],
        before_photo_id=args["before_photo_id"],
        photo_ids=[photo["photo_id"] for photo in args["photos"]],
        task_id=args["task_id"],
        inspection_id=args["inspection_id"],
        lng=position.get("lng"),
        lat=position.get("lat"),
        payload_sha256=capture.payload_sha256,
    )
    db.session.add(look)
    db.session.flush()
    author, owner = capture.actor.user_id, ("case", case.id)
    media.announce(args["photos"], owner=owner, scope=case.feed_scope(), by=author)
    audit.record(author, "finding.recheck", "finding", finding.id, passed=look.passed)
    return look


def mended_it(actor: Actor, case: Case) -> bool:
    """Whether the case's result is this person's work, or will be when their task comes in."""
    if case.handler_id == actor.user_id:
        return True
    if case.handling != "grid":
        return False
    work = select(Task.id).where(
        Task.case_id == case.id,
        Task.assignee_id == actor.user_id,
        Task.kind.not_in((RECHECK, "verify")),
        Task.state.in_(("assigned", "accepted", "done")),
    )
    return db.session.scalars(work.limit(1)).first() is not None


def _carry_out(case: Case, finding: Finding, look: Recheck, now: datetime) -> None:
    """The case goes where the look leads, if it is the last; else its thread has a line of it."""
    case = locked_case(case.id)
    facts, step = facts_of(case), _step(case, look)
    person = Person(look.checker_id, frozenset({"recheck"}))
    decides = look.counts and standing_recheck(finding.id) is look
    allowed = {action.code for action in life.allowed(facts, person, now)}
    text = look.note or ""
    if decides and step in allowed:
        write(case, *life.apply(facts, step, person, {"text": text} if text else {}, now, clock()))
    else:
        write(case, *life.note(facts, "recheck_kept", look.checker_id, now, text))


def _step(case: Case, look: Recheck) -> str:
    if look.passed:
        return "strike_off"
    return "found_again" if case.state in STRUCK_OFF else "recheck_fail"


@case_changed.connect
def _follow_claim(case: Case, *, line: Line, **_: object) -> None:
    """Who claims a mend has it looked at."""
    if case.inspection_id is not None and case.state == "awaiting_check" and line.actor_id:
        followup.ask(case, line.actor_id, "处置单位已反馈,请到现场复查")


@case_changed.connect
def _follow_desk(case: Case, *, line: Line, **_: object) -> None:
    """Who passes or fails a check at the desk has looked; what is taken back is no look."""
    taken_back = line.action == "withdraw" and line.text == "撤回「核查通过」"
    if case.inspection_id is None or not (line.action in LOOKS or taken_back):
        return
    finding = db.session.scalars(select(Finding).where(Finding.case_id == case.id)).one_or_none()
    if finding is None or line.actor_id is None:
        return
    db.session.add(
        Recheck(
            id=new_id(),
            finding_id=finding.id,
            checker_id=line.actor_id,
            checker_name=db.session.get_one(User, line.actor_id).name,
            captured_at=line.at,
            received_at=utc_now(),
            passed=LOOKS.get(line.action, False),
            counts=True,
            note=line.text,
            before_photo_id=None,
            photo_ids=[],
            task_id=None,
            inspection_id=None,
            lng=None,
            lat=None,
            payload_sha256=None,
        )
    )
    db.session.flush()
