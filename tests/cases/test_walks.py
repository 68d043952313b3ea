"""Cases walked at random on the database: desks act while phones are away, then all arrives.

`WALKS=2000 pytest tests/cases/test_walks.py` walks longer.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from backend.cases import acts, parts
from backend.cases.models import Case, CaseEvent
from backend.cases.part_models import CasePart
from backend.cases.table import life
from backend.db import db, new_id, transaction, utc_now
from backend.inspections.models import Finding, Recheck
from backend.org.sessions import actor_of
from backend.problems import NotFound, Problem
from backend.sync.models import SyncRejected
from backend.tasks import commands as tasks
from backend.tasks.commands import NewTask, Place
from backend.tasks.models import Task
from backend.tasks.rules import OPEN
from tests.conftest import SignIn
from tests.inspections.test_arrivals import a_new_house
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town

WALKS = int(os.environ.get("WALKS", "25"))
LENGTH = 24
DESK = ("dispatcher", "commander", "officer", "supervisor", "district", "village", "head")
FIELD = ("worker", "worker2", "head")
LAST = frozenset(("void", "merge", "archive", "decline"))  # would leave nothing to walk
CHECKED = frozenset(("awaiting_check", "checked"))
Thread = list[tuple[int, str, str, UUID | None]]


@dataclass
class Walk:
    """One case, the people who act on it, and what their phones have not sent yet."""

    town: Town
    dice: Random
    phones: dict[str, Phone]
    case_id: UUID = field(default_factory=uuid4)
    waiting: dict[str, deque[dict[str, Any]]] = field(default_factory=dict)
    tasks: dict[str, list[UUID]] = field(default_factory=dict)
    thread: Thread = field(default_factory=list)
    words: int = 0

    @property
    def case(self) -> Case:
        """As it stands."""
        return db.session.get_one(Case, self.case_id, populate_existing=True)

    def said(self) -> str:
        """Words that nobody has said yet."""
        self.words += 1
        return f"第{self.words}句"

    def begin(self) -> None:
        """A worker reports it, calls an emergency, or finds it in a house."""
        way = self.dice.choice(("hazard.report", "hazard.urgent", "inspection.submit"))
        args: dict[str, Any] = {"case_id": str(self.case_id), "text": "起火", "photos": []}
        if way == "hazard.report":
            args = deeds.hazard(self.town, "金新街道1村", case_id=str(self.case_id))
        if way == "inspection.submit":
            args = deeds.inspection(self.town, a_new_house(self.town), "D01")
            args["case_ids"] = {"D01": str(self.case_id)}
        deeds.accepted(self.phones["worker"], way, args)
        self.check(None)

    def step(self) -> None:
        """Somebody does something: at a desk, on a phone that is away, or a phone comes back."""
        before = self.case
        was = (before.state, before.handler_id)
        turn = self.dice.choice((self.at_a_desk, self.at_a_desk, self.away, self.give, self.back))
        actor = turn()
        self.check((*was, actor))

    def at_a_desk(self) -> UUID | None:
        """Any of the steps that somebody is offered there."""
        actor = actor_of(self.town.users[self.dice.choice(DESK)])
        rows = db.session.scalars(select(CasePart).where(CasePart.case_id == self.case_id)).all()
        for row in rows:
            self._part(row)
        try:
            with transaction():
                case = self.case
                can = [each for each in acts.offered(actor, case) if each.code not in LAST]
                can = [each for each in can if not {"case", "item", "photo"} & set(each.needs)]
                if can:
                    action = self.dice.choice(can)
                    acts.act(actor, case.id, action.code, self._given(case, action.needs))
        except Problem:
            return None  # such as a case that is not this person's to see
        return actor.user_id

    def _given(self, case: Case, needs: tuple[str, ...]) -> dict[str, Any]:
        fire, housing = (self.town.departments[f"金新街道{name}"].id for name in ("消防", "住建"))
        start = case.due_at if case.state == "in_progress" else utc_now()
        values = {
            "text": self.said(),
            "reason": self.said(),
            "department": fire,
            "departments": [housing],
            "until": start + timedelta(hours=1),
            "rating": self.dice.choice(("satisfied", "dissatisfied")),
        }
        return {need: values[need] for need in needs if need in values}

    def _part(self, row: CasePart) -> None:
        """A called department answers, or the centre calls it off."""
        actor = actor_of(self.town.users[self.dice.choice(("housing", "dispatcher"))])
        can = parts.offered(actor, self.case, row)
        if not can or self.dice.random() < 0.4:
            return
        action = self.dice.choice(can)
        here = {"lng": 121.0, "lat": 32.0, "accuracy": 9.0}
        values = {"text": self.said(), "reason": self.said(), "position": here}
        given = {need: values[need] for need in action.needs if need in values}
        with suppress(NotFound), transaction():  # it has become a restricted one
            parts.act_on_part(actor, self.case_id, row.id, action.code, given)
        self.keep()

    def give(self) -> UUID | None:
        """The centre gives a task about it, gives one to somebody else, or calls it off."""
        centre = actor_of(self.town.users["dispatcher"])
        case = self.case
        about = Place(case.org_unit_id, case.org_path, case.grid_id, case_id=case.id)
        query = select(Task.id).where(Task.case_id == case.id, Task.state.in_(OPEN))
        given = list(db.session.scalars(query))
        person = self.dice.choice(FIELD[:2])
        worker = self.town.users[person].id
        try:
            with transaction():
                if given and self.dice.random() < 0.5:
                    task_id = self.dice.choice(given)
                    if self.dice.random() < 0.6:
                        tasks.reassign(centre, task_id, worker, "换人")
                    else:
                        tasks.cancel(centre, task_id, "不用去了")
                else:
                    task_id = new_id()
                    kind = self.dice.choice(("verify", "other"))
                    due = utc_now() + timedelta(days=1)
                    tasks.assign(
                        centre, NewTask(task_id, kind, "看一看", "请去", worker, due), about
                    )
        except Problem:
            return None  # the case has ended, or its task has
        self.tasks.setdefault(person, []).append(task_id)
        return centre.user_id

    def away(self) -> UUID | None:
        """Somebody in the field does something without a network."""
        person = self.dice.choice(FIELD)
        ways: list[Callable[[str], dict[str, Any] | None]] = [self._task, self._task]
        ways += [self._look] if self.case.inspection_id else []
        ways += [self._follow] if self.case.urgent and person == "worker" else []
        work = self.dice.choice(ways)(person)
        if work:
            self.waiting.setdefault(person, deque()).append(work)
        return None

    def _task(self, person: str) -> dict[str, Any] | None:
        """The end of a task that this phone once had, whoever has it now."""
        known = self.tasks.get(person)
        if not known:
            return None
        args = {"task_id": str(self.dice.choice(known)), "seen_state": "accepted"}
        phone = self.phones[person]
        if self.dice.random() < 0.25:
            return phone.mutation("task.return", args | {"reason": self.said()})
        told = {"text": self.said(), "photos": [deeds.photo() | {"role": "after"}]}
        found = self.dice.choice(("confirmed", "refuted", "unverified"))
        return phone.mutation("task.finish", {**args, **told, "outcome": found})

    def _look(self, person: str) -> dict[str, Any]:
        args = {"recheck_id": str(uuid4()), "case_id": str(self.case_id), "note": self.said()}
        passed = self.dice.random() < 0.5
        photos = [deeds.photo()] if passed else []
        told = {**args, "passed": passed, "photos": photos}
        return self.phones[person].mutation("finding.recheck", told)

    def _follow(self, person: str) -> dict[str, Any]:
        args = {"case_id": str(self.case_id), "text": self.said(), "photos": []}
        final = self.dice.random() < 0.3
        return self.phones[person].mutation("case.follow", {**args, "final": final})

    def back(self) -> UUID | None:
        """One of the phones that have something sends the first of it."""
        people = [person for person, work in self.waiting.items() if work]
        if not people:
            return None
        person = self.dice.choice(people)
        sent = self.waiting[person].popleft()
        answer = self.phones[person].push(sent).json
        self._is_kept(sent, answer["results"][0])
        return self.town.users[person].id

    def _is_kept(self, sent: dict[str, Any], result: dict[str, Any]) -> None:
        """What was said stands in the thread, in a look at the finding, or waits at the desk."""
        args = sent["args"]
        words = args.get("text") or args.get("reason") or args.get("note")
        if result["verdict"] == "rejected":
            kept = db.session.get_one(SyncRejected, UUID(sent["mutation_id"]))
            assert words in str(kept.payload)
            return
        query = select(Recheck.note).join(Finding).where(Finding.case_id == self.case_id)
        looks = filter(None, db.session.scalars(query))
        told = [line.text for line in self._lines()]
        assert any(words in text for text in [*told, *looks]), (sent, result)

    def finish(self) -> None:
        """Every phone comes back."""
        while any(self.waiting.values()):
            before = self.case
            was = (before.state, before.handler_id)
            self.check((*was, self.back()))

    def _lines(self) -> list[CaseEvent]:
        query = select(CaseEvent).where(CaseEvent.case_id == self.case_id)
        return list(db.session.scalars(query.order_by(CaseEvent.version)))

    def keep(self) -> None:
        """The thread has only grown, line by line."""
        now = [(line.version, line.action, line.text, line.actor_id) for line in self._lines()]
        assert now[: len(self.thread)] == self.thread
        assert [line[0] for line in now] == list(range(1, self.case.version + 1))
        self.thread = now

    def check(self, before: tuple[str, UUID | None, UUID | None] | None) -> None:
        """Owner and deadline while it is open; closed by its check alone; nothing lost."""
        self.keep()
        case = self.case
        is_open = life().states[case.state].is_open
        assert is_open == (case.owner is not None) == (case.step_due_at is not None)
        assert is_open == (case.closed_at is None)
        assert case.due_at is not None
        if before is None or case.state != "closed" or before[0] in {"closed", "archived"}:
            return
        state, handler, actor = before
        if case.inspection_id is None:
            assert state in CHECKED
            assert state == "checked" or actor != handler
            return
        finding = db.session.scalars(select(Finding).where(Finding.case_id == case.id)).one()
        looks = db.session.scalars(select(Recheck).where(Recheck.finding_id == finding.id)).all()
        counting = [look for look in looks if look.counts]
        last = max(counting, key=lambda look: look.captured_at)
        assert last.passed
        assert last.checker_id != handler


@pytest.mark.slow
def test_no_order_of_arrivals_loses_anything_of_a_case(town: Town, sign_in: SignIn) -> None:
    phones = {person: Phone(sign_in(person)) for person in FIELD}
    ends: dict[str, int] = {}
    for seed in range(WALKS):
        walk = Walk(town, Random(seed), phones)
        walk.begin()
        for _ in range(LENGTH):
            walk.step()
        walk.finish()
        ends[walk.case.state] = ends.get(walk.case.state, 0) + 1

    assert len(ends) > 4, "walks that all end alike prove little"
