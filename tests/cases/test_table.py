"""The life of a case: single steps, and many walks at random."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.cases import joint, life
from backend.cases.joint import Deed, Part
from backend.cases.life import Facts, Line, Person
from backend.cases.table import WHO
from backend.cases.table import life as table
from backend.cases.terms import Run, run_of
from backend.problems import Forbidden, IllegalTransition, Validation
from tests.cases import drawn

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
STAFF = {
    name: Person(UUID(int=number), frozenset(relations.split()))
    for number, (name, relations) in enumerate(
        {
            "centre": "centre",
            "colleague": "centre",
            "district": "centre district",
            "officer": "department",
            "officer2": "department",
            "head": "grid",
            "worker": "grid task",
            "supervisor": "supervisor",
            "clock": "clock",
            "commander": "commander",
            "village": "village",
            "author": "reporter",
            "supporter": "called",
            "stranger": "",
        }.items(),
        start=1,
    )
}
FIRE = UUID(int=100)


class PlainClock:
    """A clock without holidays: what a calendar says is a matter of its own tests."""

    def __call__(self, since: datetime, span: str, share: float) -> datetime:
        return since + int(span.rstrip("wmhd")) * UNITS[span[-1]] * share

    def shifted(self, run: Run, start: datetime, end: datetime) -> datetime:
        return run.due + (end - start)


due = PlainClock()


def fresh(severity: str = "general") -> Facts:
    return life.opened(severity, "3wd", NOW, NOW, due)


def do(facts: Facts, action: str, who: str, at: datetime = NOW, **given: Any) -> Facts:
    """The step, with all it needs."""
    given = needed(facts, action, at) | given
    return life.apply(facts, action, STAFF[who], given, at, due)[0]


def needed(facts: Facts, action: str, at: datetime) -> dict[str, Any]:
    start = facts.due_at if action == "ask_extension" else at
    values = {
        "text": "已看过",
        "reason": "有理由",
        "department": FIRE,
        "departments": [FIRE],
        "until": start + timedelta(days=1),
        "rating": "satisfied",
        "case": uuid4(),
        "photo": [{"role": "after"}],
        "item": {"severity": "serious", "span": "2d", "settles": False},
    }
    needs = table().actions[action].needs
    return {need: values[need] for need in needs if not need.endswith("?")}


def walk(facts: Facts, *steps: str) -> Facts:
    """Steps as `action who`."""
    for step in steps:
        action, who = step.split()
        facts = do(facts, action, who)
    return facts


SIGNED = ("accept centre", "file centre", "dispatch centre", "sign officer")
DONE = (*SIGNED, "feedback officer")


def codes(facts: Facts, who: str) -> list[str]:
    return [action.code for action in life.allowed(facts, STAFF[who], NOW)]


def test_the_table_knows_only_known_words() -> None:
    for row in (row for rows in table().rows.values() for row in rows):
        assert row.who <= set(WHO), row
        assert row.action in table().actions
        assert row.due in {"", "keep", "until", "extend", "half", "again", "resume", "regrade"}
        assert bool(row.otherwise) == bool(row.conditions or row.severities), row
    used = {row.action for rows in table().rows.values() for row in rows}
    assert used == set(table().actions)


def test_the_document_shows_the_table() -> None:
    told = (Path(__file__).parents[2] / "docs" / "cases.md").read_text()

    assert "\n".join(drawn.states()) in told
    assert "\n".join(drawn.steps()) in told
    assert "\n".join(drawn.parts()) in told
    assert "\n".join(drawn.tells()) in told


def test_the_phone_has_the_table() -> None:
    assert drawn.PHONE.read_text(encoding="utf-8") == drawn.phone()


@pytest.mark.parametrize(("language", "name"), [("zh-CN", "name"), ("en", "name_en")])
def test_the_screens_say_what_the_table_says(language: str, name: str) -> None:
    words = Path(__file__).parents[2] / "pwa" / "src" / "i18n" / language
    desk = json.loads((words / "centre-words.json").read_text())
    phone = json.loads((words / "field-hazards.json").read_text())
    states = {code: getattr(state, name) for code, state in table().states.items()}
    actions = {code: getattr(action, name) for code, action in table().actions.items()}

    assert desk["case"] == phone["state"] == states
    assert {code: desk["case_action"].get(code) for code in actions} == actions


def test_every_state_can_be_reached_and_every_open_one_be_left() -> None:
    reached = {"reported"} | {row.to for rows in table().rows.values() for row in rows}
    assert reached == set(table().states)
    for code in table().open_states():
        ends = {"void", "merge"}
        assert {row.action for row in table().rows[code] if row.to != code} - ends, code


def test_the_straight_way() -> None:
    facts = walk(fresh(), *DONE)
    assert (facts.state, facts.owner, facts.handler_id) == (
        "awaiting_check", "centre", STAFF["officer"].user_id,
    )  # fmt: skip

    facts = walk(facts, "pass head", "close centre", "rate centre", "archive centre")

    assert (facts.state, facts.owner, facts.step_due_at) == ("archived", None, None)
    assert facts.closed_at == NOW
    assert facts.version == 10


def test_supervision_ends_by_a_word_or_with_the_case() -> None:
    facts = walk(fresh(), "accept centre", "supervise supervisor")
    assert facts.supervised
    assert not do(facts, "unsupervise", "commander").supervised
    with pytest.raises(IllegalTransition, match="没有在督办"):
        do(fresh(), "unsupervise", "centre")

    ended = walk(facts, "file centre", "dispatch centre", "sign officer", "feedback officer")
    assert ended.supervised
    assert not do(ended, "close", "centre").supervised


def test_who_handled_it_does_not_check_it() -> None:
    facts = walk(fresh(), "settle head")

    with pytest.raises(IllegalTransition, match="处置人不能核查"):
        do(facts, "pass", "head")

    assert do(facts, "pass", "supervisor").state == "checked"


def test_the_second_return_goes_to_the_commander() -> None:
    sent = walk(fresh(), "dispatch centre")
    once = do(sent, "return", "officer")
    assert (once.state, once.returns) == ("filed", 1)

    twice = walk(once, "dispatch centre", "return officer")
    assert (twice.state, twice.owner) == ("ruling", "centre")

    with pytest.raises(Forbidden, match="指挥长"):
        do(twice, "rule", "centre")
    ruled = do(twice, "rule", "commander")
    with pytest.raises(IllegalTransition, match="裁定之后不能再退回"):
        do(ruled, "return", "officer")


def test_a_deadline_moves_by_an_extension_twice_at_most() -> None:
    facts = walk(fresh(), *SIGNED)
    first = facts.due_at
    facts = walk(facts, "ask_extension officer", "approve_extension centre")
    assert facts.due_at == facts.step_due_at == first + timedelta(days=1)
    facts = walk(facts, "ask_extension officer", "refuse_extension centre")
    assert facts.due_at == first + timedelta(days=1)
    facts = walk(facts, "ask_extension officer", "approve_extension centre")

    with pytest.raises(IllegalTransition, match="最多延期两次"):
        do(facts, "ask_extension", "officer")


def test_no_extension_is_asked_for_when_it_is_late_or_for_longer_than_the_first_time() -> None:
    facts = walk(fresh(), *SIGNED)

    with pytest.raises(IllegalTransition):
        do(facts, "ask_extension", "officer", at=facts.due_at)
    with pytest.raises(Validation) as caught:
        do(facts, "ask_extension", "officer", until=facts.due_at + timedelta(days=3, minutes=1))
    assert caught.value.errors[0].pointer == "/until"


def test_a_failed_check_leaves_half_the_time() -> None:
    facts = walk(fresh(), *DONE)
    late = facts.due_at + timedelta(days=1)

    again = do(facts, "fail", "centre", at=late)

    assert (again.state, again.owner) == ("in_progress", "department")
    assert again.due_at == again.step_due_at == late + timedelta(days=1.5)
    early = do(facts, "fail", "centre")
    assert early.due_at == facts.due_at


def test_time_stands_still_while_it_is_suspended() -> None:
    facts = walk(fresh(), *SIGNED, "ask_suspension officer")
    with pytest.raises(Forbidden, match="区级指挥中心"):
        do(facts, "approve_suspension", "centre")
    hung = do(facts, "approve_suspension", "district")
    assert hung.step_due_at == NOW + timedelta(days=1)

    back = do(hung, "resume", "officer", at=NOW + timedelta(days=20))

    assert back.due_at == facts.due_at + timedelta(days=20)


def test_a_dissatisfied_citizen_opens_it_again_once() -> None:
    ended = walk(fresh(), *DONE, "close centre")
    with pytest.raises(IllegalTransition):
        do(ended, "reopen", "centre")
    facts = walk(do(ended, "rate", "centre", rating="dissatisfied"), "reopen centre")
    assert (facts.state, facts.owner, facts.closed_at) == ("filed", "centre", None)

    facts = walk(facts, "dispatch centre", "sign officer", "feedback officer", "close centre")
    facts = do(facts, "rate", "centre", rating="dissatisfied")
    with pytest.raises(IllegalTransition, match="只能一次"):
        do(facts, "reopen", "centre")


def test_an_illegal_step_names_the_state_the_action_and_what_is_allowed() -> None:
    with pytest.raises(IllegalTransition) as caught:
        do(fresh(), "sign", "centre")

    problem = caught.value.document()
    assert (problem["state"], problem["action"]) == ("reported", "sign")
    assert problem["allowed"][:3] == ["accept", "decline", "ask_verify"]
    assert problem["detail"].startswith("「待受理」的隐患不能签收。现在可以:受理、不予受理")


def test_what_is_missing_or_not_asked_for_is_pointed_at() -> None:
    with pytest.raises(Validation) as caught:
        life.apply(fresh(), "dispatch", STAFF["centre"], {"rating": "satisfied"}, NOW, due)

    assert [error.pointer for error in caught.value.errors] == ["/department", "/rating"]


def test_a_critical_one_has_no_exceptions() -> None:
    facts = fresh("critical")
    assert "settle" not in codes(facts, "head")
    signed = walk(facts, *SIGNED)

    assert {"ask_extension", "ask_suspension"} & set(codes(signed, "officer")) == set()


def test_only_the_handler_gives_the_result() -> None:
    by_grid = do(fresh(), "assign", "worker")

    assert (by_grid.state, by_grid.owner) == ("in_progress", "grid")
    with pytest.raises(Forbidden):
        do(by_grid, "feedback", "officer")


def part_of(facts: Facts, action: str = "call_support") -> tuple[Facts, Part]:
    """The case with a department called for a part."""
    part = joint.called(action, facts, NOW, due)
    return do(facts, action, "commander"), part


def on(part: Part, facts: Facts, action: str, who: str, **given: Any) -> tuple[Part, Facts, Line]:
    return joint.apply(part, facts, Deed(STAFF[who], action, given, NOW), due)


def test_nothing_is_handed_in_or_ended_while_a_part_is_open() -> None:
    facts, part = part_of(walk(fresh(), *SIGNED))
    with pytest.raises(IllegalTransition, match="协办、吹哨或研判尚未办结"):
        do(facts, "feedback", "officer")
    with pytest.raises(IllegalTransition, match="协办、吹哨或研判尚未办结"):
        do(facts, "void", "centre")

    part, facts, _ = on(part, facts, "sign", "supporter")
    part, facts, line = on(part, facts, "finish", "supporter", text="已断电")

    assert (part.state, part.due_at, facts.open_parts) == ("done", None, 0)
    assert (line.action, line.text) == ("part_finish", "已断电")
    assert do(facts, "feedback", "officer").state == "awaiting_check"


def test_a_part_that_comes_back_waits_for_the_centre() -> None:
    facts, part = part_of(fresh())
    part, facts, _ = on(part, facts, "give_back", "supporter", reason="不属于本部门")
    assert (part.state, facts.open_parts) == ("returned", 1)

    again, facts, _ = on(part, facts, "recall", "centre", reason="请再看")
    assert (again.state, again.due_at) == ("called", NOW + timedelta(hours=2))
    with pytest.raises(Forbidden, match="指挥中心、指挥长"):
        on(again, facts, "withdraw", "supporter", reason="不办")
    _, facts, _ = on(again, facts, "withdraw", "centre", reason="不再需要")

    assert facts.open_parts == 0


def test_a_whistle_is_signed_for_then_answered_on_the_spot() -> None:
    facts, part = part_of(fresh(), "whistle")
    assert joint.is_supervised_when_late(part)
    with pytest.raises(IllegalTransition, match="现在可以:签收吹哨"):
        on(part, facts, "arrive", "supporter", position={"lng": 121.0, "lat": 32.0})

    part, facts, _ = on(part, facts, "sign", "supporter")
    with pytest.raises(Validation) as caught:
        on(part, facts, "arrive", "supporter")
    assert caught.value.errors[0].pointer == "/position"
    part, facts, _ = on(part, facts, "arrive", "supporter", position={"lng": 121.0, "lat": 32.0})

    assert part.state == "arrived"
    assert not joint.is_supervised_when_late(part)


def test_a_restricted_one_is_not_dispatched_without_an_opinion() -> None:
    facts = replace(fresh(), restricted=True)
    with pytest.raises(IllegalTransition, match="研判意见"):
        do(facts, "dispatch", "centre")

    facts, part = part_of(facts, "ask_opinion")
    _, facts, _ = on(part, facts, "finish", "supporter", text="风险可控,建议公安牵头")

    assert do(facts, "dispatch", "centre").state == "dispatched"


def test_another_kind_counts_from_when_it_was_found() -> None:
    later = NOW + timedelta(hours=20)
    facts = walk(fresh(), "accept centre", "file centre")

    after = do(facts, "reclassify", "centre", at=later)

    assert (after.state, after.severity, after.due_at) == (
        "filed", "serious", NOW + timedelta(days=2),
    )  # fmt: skip
    assert (after.step_began_at, after.step_due_at) == (NOW, facts.step_due_at)
    with pytest.raises(IllegalTransition, match="清单许可自办"):
        do(replace(after, severity="general"), "settle", "head")
    with pytest.raises(IllegalTransition, match="不能重新定类"):
        do(walk(after, "dispatch centre"), "reclassify", "centre")
    with pytest.raises(IllegalTransition, match="按检查清单定类"):
        do(replace(facts, inspection_id=uuid4()), "reclassify", "centre")


def test_what_could_not_be_verified_goes_back_to_the_centre() -> None:
    asked = walk(fresh(), "ask_verify centre")

    facts = walk(asked, "unverified head")

    assert (facts.state, facts.owner) == ("reported", "centre")
    assert do(facts, "decline", "centre").state == "declined"


def test_what_is_restricted_is_dispatched_with_an_opinion_until_it_is_so_no_more() -> None:
    facts = walk(fresh(), "restrict centre")
    with pytest.raises(IllegalTransition, match="研判意见"):
        do(facts, "dispatch", "centre")
    with pytest.raises(Forbidden, match="指挥中心"):
        do(facts, "unrestrict", "officer")

    assert do(walk(facts, "unrestrict commander"), "dispatch", "centre").state == "dispatched"


def test_an_urgent_one_is_reported_on_until_its_final_report() -> None:
    assert "follow" not in codes(fresh(), "author")
    facts = walk(replace(fresh(), urgent=True), "follow author", "follow author", "final author")

    assert (facts.follows, facts.finals, facts.state) == (2, 1, "reported")
    with pytest.raises(IllegalTransition, match="只报一次"):
        do(facts, "final", "author")


def test_every_step_of_a_part_leads_to_an_end() -> None:
    """From every open state some way leads on, for every kind."""
    for kind, first in (("support", "called"), ("whistle", "called"), ("opinion", "called")):
        reached, waiting = set[str](), [first]
        while waiting:
            state = waiting.pop()
            if state in reached:
                continue
            reached.add(state)
            waiting += [step.to for step in joint.steps().get((kind, state), ())]
        assert {"done", "withdrawn"} <= reached
        for state in reached:
            assert joint.states()[state].is_open == ((kind, state) in joint.steps())


WALKS = 10_000
LENGTH = 25
MOVES_OF_A_DEADLINE = {"approve_extension", "resume", "fail", "reopen"}


def check(before: Facts, after: Facts, action: str, who: Person) -> None:
    """What must hold after every step of every walk."""
    is_open = table().states[after.state].is_open
    assert is_open == (after.owner is not None) == (after.step_due_at is not None)
    assert is_open == (after.closed_at is None)
    if after.due_at != before.due_at and action != "reclassify":
        assert action in MOVES_OF_A_DEADLINE
        assert after.due_at > before.due_at
    if action == "reclassify":
        assert (after.terms, after.step_began_at) == (before.terms, before.step_began_at)
        run = run_of(after.terms, after.span, due)
        assert run
        assert after.due_at == run.due
    if action == "settle":
        assert before.settles
    if after.state == "closed" != before.state:
        assert before.state in {"awaiting_check", "checked"}
    if after.state in {"closed", "checked"} and before.state == "awaiting_check":
        assert who.user_id != before.handler_id
    if after.state == "closed":
        assert after.handler_id is not None
    assert is_open or after.open_parts == 0
    if after.state == "dispatched" != before.state and after.restricted:
        assert after.opinions > 0
    assert after.extensions <= 2
    assert after.returns <= 2
    assert after.reopens <= 1
    assert 1 <= after.level <= 4


@dataclass
class Parts:
    """The parts of one walk's case."""

    every: list[Part] = field(default_factory=list)

    def step(
        self, dice: Random, facts: Facts, who: Person, at: datetime
    ) -> tuple[Facts, Line | None]:
        """Something with one of them: legal, or refused exactly where it is not offered."""
        if not self.every:
            return facts, None
        number = dice.randrange(len(self.every))
        part = self.every[number]
        can = joint.allowed(part, who)
        every = [step.action for steps in joint.steps().values() for step in steps]
        action = dice.choice(can if can and dice.random() < 0.9 else every)
        given: dict[str, Any] = {need: "话" for need in action.needs if need[-1] != "?"}
        try:
            after, case, line = joint.apply(part, facts, Deed(who, action.code, given, at), due)
        except (IllegalTransition, Forbidden):
            assert action.code not in {each.code for each in can}
            return facts, None
        except Validation:  # another kind's action of the same name needs something else
            return facts, None
        self.every[number] = after
        return case, line

    def check(self, facts: Facts) -> None:
        """The case knows how many are open, and each of those has its deadline."""
        still = [part for part in self.every if joint.states()[part.state].is_open]
        assert facts.open_parts == len(still)
        assert all((part in still) == (part.due_at is not None) for part in self.every)


@dataclass
class Phones:
    """What was written down without a network: right as the case was seen, it arrives any time."""

    seen: Facts = field(default_factory=fresh)
    waiting: list[tuple[Person, str, dict[str, Any]]] = field(default_factory=list)

    def use(self, dice: Random, facts: Facts, who: Person, at: datetime) -> None:
        """Be in touch and see the case as it is; or do what may be done as it was seen last."""
        chosen = choose(dice, self.seen, who, at)
        if chosen is None or dice.random() < 0.2:
            self.seen = facts
        else:
            self.waiting.append((who, *chosen))

    def arrive(self, dice: Random, facts: Facts, at: datetime) -> tuple[Facts, Line, Person]:
        """Any of it, in whatever order: carried out where it still may be, else it is evidence."""
        who, action, given = self.waiting.pop(dice.randrange(len(self.waiting)))
        can = {each.code for each in life.allowed(facts, who, at)}
        try:
            after, line = life.apply(facts, action, who, given, at, due)
        except (IllegalTransition, Forbidden):
            assert action not in can
        except Validation:  # a time that lay ahead when it was written, for instance
            assert given.keys() & {"until"}
        else:
            assert action in can
            return after, line, who
        after, line = life.note(facts, "task_evidence", who.user_id, at, action)
        assert replace(after, version=facts.version) == facts
        return after, line, who


@dataclass
class Walk:
    """One case among its people and their phones."""

    dice: Random
    facts: Facts
    at: datetime = NOW
    parts: Parts = field(default_factory=Parts)
    phones: Phones = field(default_factory=Phones)

    def turn(self) -> tuple[Facts, Line | None, Person]:
        """Somebody does something, legal or not, at once or offline; or what was done arrives."""
        dice, facts, at = self.dice, self.facts, self.at
        who, chance = dice.choice(list(STAFF.values())), dice.random()
        if self.phones.waiting and dice.random() < 0.2:
            return self.phones.arrive(dice, facts, at)
        if chance < 0.3:
            self.phones.use(dice, facts, who, at)
            return facts, None, who
        way = blunder if chance < 0.4 else self.parts.step if chance < 0.55 else step
        return (*way(dice, facts, who, at), who)

    def take(self, facts: Facts, line: Line, who: Person) -> None:
        """Look at what has become of the case, and go on with that."""
        if line.action in joint.CALLS:
            self.parts.every.append(joint.called(line.action, self.facts, self.at, due))
        self.parts.check(facts)
        check(self.facts, facts, line.action, who)
        self.facts = facts


def one_walk(dice: Random) -> tuple[int, str]:
    """Random people, legal and illegal steps, and what phones did offline, in any order."""
    severity = dice.choice(("general", "serious", "critical"))
    urgent, restricted = dice.random() < 0.3, dice.random() < 0.3
    walk = Walk(dice, replace(fresh(severity), urgent=urgent, restricted=restricted))
    walk.phones.seen, thread, turns = walk.facts, [1], 0
    while turns < LENGTH or walk.phones.waiting:
        walk.at += timedelta(minutes=dice.randint(0, 2000))
        late = turns >= LENGTH
        facts, line, who = walk.phones.arrive(dice, walk.facts, walk.at) if late else walk.turn()
        turns += 1
        if line is None:
            assert facts is walk.facts
            continue
        walk.take(facts, line, who)
        thread.append(line.version)
    assert thread == list(range(1, walk.facts.version + 1))
    return walk.facts.version, walk.facts.state


def step(dice: Random, facts: Facts, who: Person, at: datetime) -> tuple[Facts, Line | None]:
    """Something that is allowed, done at once."""
    chosen = choose(dice, facts, who, at)
    return life.apply(facts, chosen[0], who, chosen[1], at, due) if chosen else (facts, None)


def choose(
    dice: Random, facts: Facts, who: Person, at: datetime
) -> tuple[str, dict[str, Any]] | None:
    """Something that is allowed; seldom the end of everything, or the walks would be short."""
    can = [action.code for action in life.allowed(facts, who, at)]
    seldom = {"void", "merge", "decline", *joint.CALLS, "follow"}
    can = [code for code in can if code not in seldom or dice.random() < 0.05]
    if not can:
        return None
    action = dice.choice(can)
    given = needed(facts, action, at)
    if "item" in given:
        given["item"] = other_kind(dice)
    if "rating" in given:
        given["rating"] = dice.choice(("satisfied", "fair", "dissatisfied"))
    return action, given


def other_kind(dice: Random) -> dict[str, Any]:
    return {
        "severity": dice.choice(("general", "serious", "critical")),
        "span": dice.choice(("24h", "3wd", "15d")),
        "settles": dice.random() < 0.5,
    }


def blunder(dice: Random, facts: Facts, who: Person, at: datetime) -> tuple[Facts, Line | None]:
    """Anything at all: carried out exactly where it is allowed."""
    action = dice.choice(list(table().actions))
    can = {each.code for each in life.allowed(facts, who, at)}
    try:
        after = life.apply(facts, action, who, needed(facts, action, at), at, due)
    except (IllegalTransition, Forbidden):
        assert action not in can
        return facts, None
    assert action in can
    return after


@pytest.mark.slow
def test_ten_thousand_walks_lose_nothing() -> None:
    dice = Random(20261122)
    ends: dict[str, int] = {}
    for _ in range(WALKS):
        _, state = one_walk(dice)
        ends[state] = ends.get(state, 0) + 1

    assert set(ends) == set(table().states), "a walk that never gets there proves nothing"
