"""Whistling from the field (吹哨): a grid calls departments to the spot of a case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from backend.audit import commands as audit
from backend.cases import joint, life, parts
from backend.cases.deadlines import clock
from backend.cases.relations import person_of
from backend.cases.thread import facts_of, locked_case, write
from backend.db import utc_now
from backend.org.access import Actor, Permission, require
from backend.problems import Forbidden


def whistle(actor: Actor, args: dict[str, Any]) -> bool:
    """Call departments to the spot (`case.whistle@1`); who was called already is left out.

    False: the case has ended, or nobody is left to call; the words are kept in its thread.

    Raises:
        NotFound, Forbidden: there is no such case, or it is not the actor's to whistle for.
        Validation: one of them is no department of the township.
    """
    require(actor, Permission.SYNC)
    case = locked_case(args["case_id"])
    person, facts, now = person_of(actor, case), facts_of(case), utc_now()
    if not joint.callers("whistle") & person.relations:
        raise Forbidden("这条隐患不在您的网格,不能吹哨")
    left = parts.uncalled(case, "whistle", args["departments"])
    if case.closed_at is not None or not left:
        write(case, *life.note(facts, "note", actor.user_id, now, args["text"]))
        return False
    given = {"departments": left, "text": args["text"]}
    facts, line = life.apply(facts, "whistle", person, given, now, clock())
    called = parts.call(actor, case, "whistle", given, now)
    audit.record(actor.user_id, "case.whistle", "case", case.id)
    write(case, facts, replace(line, text=f"{called} {line.text}"))
    return True
