"""The figures agree with a slow count of the threads, and with the lists that they open."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.cases.acts import act, offered
from backend.cases.models import Case, CaseEvent
from backend.cases.samples import CLOSED, draw_one
from backend.cases.table import life
from backend.cases.undo import undo
from backend.db import db, transaction, utc_now
from backend.houses.commands import report_hazard
from backend.org.sessions import actor_of
from backend.oversight.figures import figures
from backend.oversight.measures import MEASURES, Period, told
from tests.cases.steps import do, hand_over
from tests.conftest import SignIn
from tests.inspections.work import capture, report
from tests.town import Town

DAY = timedelta(days=1)
BEGIN = datetime(2026, 10, 12, 2, tzinfo=UTC)
PEOPLE = ("dispatcher", "officer", "head", "supervisor", "district")
NEVER = {"merge", "settle", "call_support", "whistle", "ask_opinion"}  # need more than words
NEVER |= {"reclassify", "restrict", "unrestrict"}
SELDOM = {"void", "decline", "take_back", "note", "urge", "supervise", "raise", "lower"}
SELDOM |= {"ask_suspension", "archive", "refute", "unverified", "ask_verify"}
Line = dict[str, Any]


def some_lives(town: Town, dice: Random, many: int) -> None:
    """Cases that people of the town have dealt with as they liked, in October."""
    for _ in range(many):
        at = BEGIN + timedelta(minutes=dice.randint(0, 20_000))
        grid = dice.choice(["金新街道1村", "金新街道2村"])
        wanted = report(grid_id=town.grids[grid].id, severity=dice.choice(SEVERITIES))
        with transaction():
            came = replace(capture(town, at=at), received_at=at)
            case, _ = report_hazard(came, wanted)
            first = db.session.scalars(select(CaseEvent).filter_by(case_id=case.id)).one()
            case.received_at = first.at = at
        for _ in range(dice.randint(0, 9)):
            at += timedelta(minutes=dice.choice([3, 20, 60, 400, 1500, 6000]))
            one_step(town, dice, case, at)


OF_INSPECTIONS = {"clues_checked", "clues_confirmed", "mended", "mend_overdue"}  # test_mended.py
SEVERITIES = ("general", "serious", "critical")


def one_step(town: Town, dice: Random, case: Case, at: datetime) -> None:
    """Something that somebody may do; seldom what leads nowhere."""
    can = [
        (who, action)
        for who in (actor_of(town.users[name]) for name in PEOPLE)
        for action in offered(who, case, at)
        if action.code not in NEVER and (action.code not in SELDOM or dice.random() < 0.05)
    ]
    if not can:
        return
    who, action = dice.choice(can)
    values = {
        "text": "好", "reason": "有理由", "department": town.departments["金新街道消防"].id,
        "until": (case.due_at if action.code == "ask_extension" else at) + DAY,
        "rating": dice.choice(["satisfied", "fair", "dissatisfied"]),
    }  # fmt: skip
    given = {need: values[need] for need in action.needs if not need.endswith("?")}
    with transaction():
        act(who, case.id, action.code, given, at=at)


def second_looks(town: Town, dice: Random) -> None:
    """What ended is drawn an hour later, and found right or wrong after another."""
    supervisor = actor_of(town.users["supervisor"])
    for case in db.session.scalars(select(Case).where(Case.state.in_(CLOSED))).all():
        assert case.closed_at is not None
        drawn = case.closed_at + timedelta(hours=1)
        mark = dice.choice(["sample_right", "sample_wrong"])
        with transaction():
            draw_one(supervisor, case, drawn)
            act(supervisor, case.id, mark, {WORDS[mark]: "看过"}, at=drawn + timedelta(hours=1))


WORDS = {"sample_right": "text", "sample_wrong": "reason"}


def threads(until: datetime) -> dict[UUID, list[Line]]:
    """The lines of every case before a moment, as they are told."""
    found: dict[UUID, list[Line]] = defaultdict(list)
    names = ("action", "at", "text", "state", "due_at", "step_due_at")
    for event in db.session.scalars(select(CaseEvent).order_by(CaseEvent.version)):
        if event.at < until:
            found[event.case_id].append({name: getattr(event, name) for name in names})
    return found


class Told:
    """One case as its lines tell of it, in a period."""

    def __init__(self, lines: Sequence[Line], period: Period) -> None:
        self.lines, self.period, self.now = lines, period, lines[-1]
        self.did = {line["action"] for line in lines}
        state = self.now["state"]
        self.pending = life().states[state].is_open and state != "suspended"

    def inside(self, moment: datetime | None) -> bool:
        return moment is not None and self.period.since <= moment < self.period.until

    def moves(self, wanted: Any) -> list[tuple[datetime, Line]]:
        """When it moved in the wanted way, and how it stood before."""
        return [(line["at"], was) for was, line in pairwise(self.lines) if wanted(was, line)]

    def left(self, state: str) -> list[tuple[datetime, Line]]:
        gone = {"merge", "void"}
        return self.moves(
            lambda was, line: was["state"] == state != line["state"] and line["action"] not in gone
        )

    def entered(self, state: str) -> list[tuple[datetime, Line]]:
        return self.moves(lambda was, line: was["state"] != state == line["state"])

    def is_inside(self, moves: list[tuple[datetime, Line]]) -> bool:
        return bool(moves) and self.inside(moves[0][0])

    def in_time(self, moves: list[tuple[datetime, Line]], which: str) -> bool:
        return self.is_inside(moves) and moves[0][0] <= moves[0][1][which]

    def figures(self) -> dict[str, tuple[bool, bool]]:
        """Of each figure: whether it is about the case, and whether it counts it."""
        accepted, handled = self.left("reported"), self.entered("awaiting_check")
        checked, closed = self.left("awaiting_check"), self.entered("closed")[-1:]
        if self.now["state"] not in {"closed", "archived"}:
            closed = []
        due = self.pending and self.inside(self.now["due_at"])
        unchecked = self.now["state"] == "awaiting_check" and self.inside(self.now["step_due_at"])
        sent = self.inside(
            next((line["at"] for line in self.lines if line["action"] == "dispatch"), None)
        )
        to_handle = self.is_inside(handled) or (not handled and due)
        to_close = self.is_inside(closed) or due
        rated = [line for line in self.lines if line["action"] == "rate"]
        judged = [line for line in self.lines if line["action"].startswith("sample_")]
        refuted = self.moves(
            lambda was, line: line["action"] == "refute" and line["state"] == "reported"
        )
        return {
            "accepted_right": (
                self.is_inside(accepted),
                self.now["state"] not in {"voided", "merged"} and not refuted,
            ),
            "reports_valid": (
                self.inside(self.lines[0]["at"]),
                self.now["state"] not in {"declined", "voided", "merged"},
            ),
            "accepted_in_time": (self.is_inside(accepted), self.in_time(accepted, "step_due_at")),
            "dispatch_right": (sent, "return" not in self.did),
            "returned": (sent, "return" in self.did),
            "handled_in_time": (to_handle, self.in_time(handled, "due_at")),
            "extended": (to_handle, "approve_extension" in self.did),
            "reworked": (self.is_inside(handled), "fail" in self.did),
            "checked_in_time": (
                self.is_inside(checked) or unchecked,
                self.in_time(checked, "step_due_at"),
            ),
            "closed": (to_close, self.is_inside(closed)),
            "closed_in_time": (to_close, self.in_time(closed, "due_at")),
            "accurate": (
                bool(judged) and self.inside(judged[-1]["at"]),
                bool(judged) and judged[-1]["action"] == "sample_right",
            ),
            "satisfied": (
                bool(rated) and self.inside(rated[-1]["at"]),
                bool(rated) and not rated[-1]["text"].startswith("不满意"),
            ),
            "overdue": (self.pending, self.now["due_at"] < self.period.until),
        }


def slow(period: Period) -> Counter[tuple[str, str]]:
    """The figures, case by case and line by line."""
    counts: Counter[tuple[str, str]] = Counter()
    for lines in threads(period.until).values():
        for code, (of, counted) in Told(lines, period).figures().items():
            counts[code, "denominator"] += of
            counts[code, "numerator"] += of and counted
    return counts


def test_every_figure_has_its_formula() -> None:
    assert set(told()) == set(MEASURES)


def counted(rows: Any) -> dict[tuple[str, str], int]:
    [total, *_] = rows
    return {
        (one.code, part): getattr(one, part)
        for one in total.figures
        for part in ("numerator", "denominator")
    }


def test_the_figures_are_those_of_a_slow_count(town: Town, sign_in: SignIn) -> None:
    dice = Random(4)
    some_lives(town, dice, 50)
    second_looks(town, dice)
    actor = actor_of(town.users["dispatcher"])
    seen: Counter[tuple[str, str]] = Counter()
    for _ in range(20):
        since = BEGIN + timedelta(minutes=dice.randint(-3000, 40_000))
        period = Period(since, since + timedelta(minutes=dice.randint(0, 30_000)))
        got = counted(figures(actor, period, None, {}))
        wanted = slow(period)
        assert got == {key: wanted[key] for key in got}
        seen.update(got)
    own = {key: count for key, count in seen.items() if key[0] not in OF_INSPECTIONS}
    assert all(own.values()), [key for key, count in seen.items() if not count]

    every = figures(actor, Period(BEGIN, utc_now()), "village", {})
    for at, one in enumerate(every[0].figures):
        parts = [row.figures[at] for row in every[1:]]
        assert sum(part.denominator for part in parts) == one.denominator
    lists_are_as_long_as_they_say(sign_in("dispatcher"))
    lists_are_as_long_as_they_say(sign_in("officer"), by="item")


def lists_are_as_long_as_they_say(browser: FlaskClient, by: str = "village") -> None:
    """Each number opens as many cases as it is, for all and for each group."""
    days = {"since": "2026-10-01", "until": "2026-11-22"}
    key = {"village": "village_id", "item": "item_code"}[by]
    for row in browser.get("/api/figures", query_string={**days, "by": by}).json["rows"]:
        for figure in row["figures"]:
            for part in ("numerator", "denominator"):
                only = {key: row["key"]} if row["key"] else {}
                page = browser.get(
                    f"/api/figures/{figure['code']}",
                    query_string={**days, **only, "part": part, "limit": 200},
                )
                assert len(page.json["items"]) == figure[part], (row["name"], figure, part)


def test_what_was_voided_was_neither_well_reported_nor_well_accepted(town: Town) -> None:
    kept, void = (new_report(town) for _ in range(2))
    for case_id in (kept, void):
        do(town, case_id, "dispatcher", "accept")
    do(town, void, "dispatcher", "void", reason="误报")
    declined = new_report(town)
    do(town, declined, "dispatcher", "decline", reason="不属于受理范围")

    got = counted(
        figures(
            actor_of(town.users["dispatcher"]), Period(utc_now() - DAY, utc_now() + DAY), None, {}
        )
    )

    shares = [
        (got[code, "numerator"], got[code, "denominator"])
        for code in ("accepted_right", "reports_valid")
    ]
    assert shares == [(2, 3), (1, 3)]


def new_report(town: Town) -> UUID:
    with transaction():
        case, _ = report_hazard(capture(town, at=utc_now()), report())
    return case.id


def test_a_step_that_was_taken_back_was_never_taken(town: Town) -> None:
    with transaction():
        case, _ = report_hazard(capture(town, at=utc_now()), report())
    dispatcher = actor_of(town.users["dispatcher"])
    do(town, case.id, "dispatcher", "dispatch", department=town.departments["金新街道消防"].id)
    period = Period(utc_now() - DAY, utc_now() + DAY)
    assert counted(figures(dispatcher, period, None, {}))["dispatch_right", "denominator"] == 1

    with transaction():
        undo(dispatcher, case.id, case.version)

    after = counted(figures(dispatcher, period, None, {}))
    assert after["dispatch_right", "denominator"] == 0
    assert after["accepted_in_time", "denominator"] == 0


def test_a_past_period_does_not_change(town: Town) -> None:
    some_lives(town, Random(7), 8)
    dispatcher = actor_of(town.users["dispatcher"])
    period = Period(BEGIN, utc_now())
    before = counted(figures(dispatcher, period, None, {}))

    for case_id, state in db.session.execute(select(Case.id, Case.state)).all():
        if state == "reported":
            hand_over(town, case_id)

    assert counted(figures(dispatcher, period, None, {})) == before


@pytest.mark.parametrize(
    "query",
    [
        "since=2026-11-02&until=2026-11-01",
        "since=2020-01-01&until=2026-11-01",
        "since=1999-01-01&until=1999-02-01",
        "since=9999-12-31&until=9999-12-31",
        "until=2026-11-01",
        "since=2026-11-01&until=2026-11-02&by=person",
    ],
)
def test_what_is_no_period_is_refused(town: Town, sign_in: SignIn, query: str) -> None:
    assert sign_in("dispatcher").get(f"/api/figures?{query}").status_code == 422


def test_a_figure_that_there_is_not(town: Town, sign_in: SignIn) -> None:
    days = "since=2026-11-01&until=2026-11-02"

    assert sign_in("dispatcher").get(f"/api/figures/ranking?{days}").status_code == 404
