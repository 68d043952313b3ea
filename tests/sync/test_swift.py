"""What goes many at a time comes to what it would have come to one by one, in everything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from geoalchemy2 import Geometry
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import fields
from sqlalchemy import Text, event, select, text

from backend.checklists.models import Checklist
from backend.db import db, transaction
from backend.feed.bulk import Rows
from backend.org import feedback
from backend.org.access import Actor
from backend.org.models import Feedback
from backend.org.sessions import actor_of
from backend.problems import Problem
from backend.sync import push
from backend.sync.doors import PushSchema
from backend.sync.mutations import CATALOGUE, Context, Swift, mutation
from backend.sync.schemas import Strict
from tests.conftest import SignIn
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town

NOW = datetime.now(UTC)
NAMES = UUID(int=7)
HOUSES = ["金新街道1村1", "金新街道1村2", "金新街道2村1"]  # the last is another's
FAILING = ["", "", "", "E04", "D01", "H01", "E04 H01"]


def name(*words: object) -> str:
    """The same id for the same words, so that a record can come twice."""
    return str(uuid5(NAMES, repr(words)))


def when(minutes: int) -> str:
    return (NOW - timedelta(minutes=minutes)).isoformat()


@st.composite
def answers(draw: st.DrawFn, failing: str) -> list[dict[str, Any]]:
    """The town's checklist: mostly all in order."""
    given: dict[str, Any] = {
        "A04": {"number": draw(st.sampled_from([1, 3.5, 3]))},
        "B01": {"number": draw(st.sampled_from([1, 2, 2, 3])), "note": draw(st.text(max_size=3))},
    }
    given |= {
        code: {"verdict": "fail" if code in failing else draw(st.sampled_from(["pass", "na"]))}
        for code in ("D01", "E04", "H01")
    }
    odd = draw(st.sampled_from(["", "", "", "", "missing", "twice", "unknown", "foreign", "blank"]))
    if odd == "missing":
        del given[draw(st.sampled_from(sorted(given)))]
    if odd == "foreign":
        given["D01"]["number"] = 1
    if odd == "blank":
        given["E04"] |= {"text": None, "severity": None}
    listed = [{"code": code, **parts} for code, parts in given.items()]
    extra: dict[str, Any] = {"twice": [{"code": "A04", "number": 1}], "unknown": [{"code": "Z99"}]}
    return [*listed, *extra.get(odd, [])]


@st.composite
def inspection(draw: st.DrawFn) -> dict[str, Any]:
    """Arguments that refer to houses and the checklist by words."""
    failing = draw(st.sampled_from(FAILING))
    at = when(draw(st.integers(0, 300)))
    lng, lat = draw(st.sampled_from([(121.001, 32.001), (121.005, 32.002)]))
    source = draw(st.sampled_from(["gps", "map", "house"]))
    place = {"lng": lng, "lat": lat, "at": at, "source": source}
    outcome = draw(st.sampled_from(["inspected"] * 5 + ["nobody_home"]))
    args = {
        "inspection_id": name("inspection", draw(st.integers(0, 9))),
        "house_id": draw(st.sampled_from([*HOUSES[:2] * 4, HOUSES[2], "none"])),
        "checklist_id": draw(st.sampled_from(["the"] * 6 + ["forked"] * 3 + ["none"])),
        "started_at": at,
        "outcome": outcome,
        "answers": draw(answers(failing)),
        "position": draw(st.sampled_from([None, place])),
        "photos": [],
        "case_ids": {code: name(code, draw(st.integers(0, 9))) for code in failing.split()},
    }
    note = draw(st.sampled_from([None, "\x00", "好", 7] + ["好"] * 12))
    return args | ({"note": note} if note else {})


@st.composite
def deed(draw: st.DrawFn) -> dict[str, Any]:
    """A mutation; its number and its arguments' references are filled in later."""
    kind = draw(st.sampled_from(["inspection.submit"] * 7 + ["feedback.submit", "hazard.report"]))
    others = {
        "feedback.submit": {"feedback_id": name("feedback", draw(st.integers(0, 3))), "text": "大"},
        "hazard.report": {"case_id": name("case", draw(st.integers(0, 3))), "item_code": "P01",
                          "photos": [], "house_id": HOUSES[0]},
    }  # fmt: skip
    return {
        "mid": draw(st.sampled_from([0] * 30 + [-1, 1])),
        "mutation_id": name("mutation", draw(st.integers(0, 200))),
        "name": kind,
        "v": 1,
        "deps": [name("mutation", 0)] if draw(st.integers(0, 9)) == 9 else [],
        "captured_at": when(draw(st.sampled_from([*range(12), 60, 10**7]))),
        "age_ms": draw(st.sampled_from([0, 300_000])),
        "args": others.get(kind) or draw(inspection()),
    }


Scene = tuple[Actor, dict[str, str]]  # who pushes, and the ids of what the deeds name


@pytest.fixture
def scene(town: Town) -> Scene:
    """The town's worker and places, as plain values: sessions come and go meanwhile."""
    ids = {key: str(house.id) for key, house in town.houses.items()}
    ids |= {"the": str(town.checklist.id), "none": name("none"), "forked": forked(town)}
    return actor_of(town.users["worker"]), ids


def forked(town: Town) -> str:
    """The town's checklist, but that some items are asked only after certain answers."""
    conditions = {"E04": "A04 = 3", "H01": "D01 != na and B01 < 3"}
    items = [
        item | ({"show_if": conditions[item["code"]]} if item["code"] in conditions else {})
        for item in town.checklist.items
    ]
    checklist = Checklist(
        id=UUID(name("forked")), code="forked", version=1, title="x", title_en="x", items=items,
        state="published", published_at=NOW,
    )  # fmt: skip
    with transaction():
        db.session.add(checklist)
    return str(checklist.id)


def body(ids: dict[str, str], client: str, drawn: list[dict[str, Any]]) -> push.Batch:
    """A batch as the door reads it; a drawn `mid` says by how much the count is off."""
    mutations = [
        {**one, "mid": max(number + one["mid"], 1), "args": with_places(ids, one["args"])}
        for number, one in enumerate(drawn, start=1)
    ]
    head = {"proto": 1, "epoch": None, "client_id": client, "app": "t"}
    sent = {**head, "client_now": NOW.isoformat(), "mutations": mutations}
    read: dict[str, Any] = PushSchema().load(sent)
    del read["proto"]
    return push.Batch(**read, received_at=NOW)


def with_places(ids: dict[str, str], args: dict[str, Any]) -> dict[str, Any]:
    return args | {key: ids[args[key]] for key in ("house_id", "checklist_id") if key in args}


def outcome(actor: Actor, batch: push.Batch, *, with_runs: bool) -> Any:
    """The answer, or the refusal of the whole."""
    try:
        if with_runs:
            answer = push.push(actor, batch)
        else:
            answer = push._decide_patiently(actor, batch, None)[0]
    except Problem as problem:
        return problem.document()
    return json.loads(json.dumps([answer.last_mid, answer.results], default=str))


NEW_IDS = {"audit_lines", "case_events", "findings", "notices", "case_counters"}


def snapshot() -> dict[str, set[str]]:
    """All that stands in the database, but for ids and moments that are new each time."""
    found: dict[str, set[str]] = {}
    notices = {str(notice) for notice in db.session.scalars(text("SELECT id FROM notices"))}
    for table in db.metadata.sorted_tables:
        left_out = {"id"} if table.name in NEW_IDS else set()
        left_out |= {"version"} if table.name == "sync_feed" else set()
        columns = [
            column.cast(Text) if isinstance(column.type, Geometry) else column
            for column in table.c
            if column.name not in left_out
        ]
        rows = [
            repr([plain(value, notices) for value in row])
            for row in db.session.execute(select(*columns))
        ]
        found[table.name] = {f"{row} × {rows.count(row)}" for row in rows}
    numbers = "SELECT scope_id, array_agg(version ORDER BY version) FROM sync_feed GROUP BY 1"
    found["versions"] = {repr(row) for row in db.session.execute(text(numbers))}
    return found


def plain(value: Any, notices: set[str]) -> Any:
    """A value without what is new each time: when the clock was looked at, ids of notices."""
    if isinstance(value, datetime):
        return "later" if value > NOW else value
    if str(value) in notices:
        return "a notice"
    if isinstance(value, str) and value.startswith("{"):
        return [(key, plain(item, notices)) for key, item in json.loads(value).items()]
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return plain(datetime.fromisoformat(value), notices)
    return value


MOMENT = re.compile(r"[0-9-]{10}T[0-9:.]{8,15}Z")


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves nothing."""
    db.session.remove()
    nested = db.engines[None].begin_nested()  # type: ignore[attr-defined] # the test's connection
    try:
        yield
    finally:
        db.session.remove()
        nested.rollback()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(deed(), max_size=3), drawn=st.lists(deed(), min_size=1, max_size=9))
def test_many_at_a_time_is_the_same_as_one_by_one(
    scene: Scene, before: list[dict[str, Any]], drawn: list[dict[str, Any]]
) -> None:
    actor, ids = scene
    seen: list[Any] = []
    for with_runs in (True, False):
        with undone():
            outcome(actor, body(ids, name("first"), before), with_runs=False)
            answer = outcome(actor, body(ids, name("second"), drawn), with_runs=with_runs)
            seen.append((answer, snapshot()))

    (swiftly, stands), (carefully, ought) = seen
    assert swiftly == carefully
    assert {key: stands[key] ^ ought[key] for key in ought if stands[key] != ought[key]} == {}


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(db.session.connection().engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.session.connection().engine, "before_cursor_execute", note)


def test_fifty_take_no_more_statements_than_one(sign_in: SignIn, town: Town) -> None:
    phone = Phone(sign_in("worker"))

    def push_of(count: int) -> list[str]:
        chosen = (HOUSES[number % 2] for number in range(count))
        sent = [
            phone.mutation("inspection.submit", deeds.inspection(town, house)) for house in chosen
        ]
        with statements() as heard:
            results = phone.push(*sent).json["results"]
        assert [result["verdict"] for result in results] == ["ok"] * count
        return heard

    push_of(1)
    assert len(push_of(50)) == len(push_of(1))


class Anything(Strict):
    """A word."""

    why = fields.String(required=True)


@pytest.fixture
def rash() -> Iterator[list[str]]:
    """A mutation whose swift way fails after it has written something; the words it carried out."""
    done: list[str] = []

    def fail(run: Any) -> tuple[int, list[Rows]]:
        feedback.submit(run[0][0].actor.user_id, UUID(int=1), "too early", NOW)
        raise RuntimeError("swift")

    @mutation("test.rash", 1, Anything, Swift(lambda _capture, _args: True, fail))
    def carry_out(context: Context, args: dict[str, Any]) -> None:
        done.append(args["why"])

    yield done
    del CATALOGUE["test.rash", 1]


def test_a_run_that_fails_leaves_nothing_and_its_batch_goes_one_by_one(
    sign_in: SignIn, rash: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    phone = Phone(sign_in("worker"))

    results = phone.push(*(phone.mutation("test.rash", {"why": why}) for why in "ab")).json

    assert [result["verdict"] for result in results["results"]] == ["ok", "ok"]
    assert rash == ["a", "b"]
    assert db.session.scalars(select(Feedback)).all() == []
    assert "with care" in caplog.text


def test_a_changed_checklist_is_read_again(sign_in: SignIn, town: Town) -> None:
    phone = Phone(sign_in("worker"))
    deeds.accepted(phone, "inspection.submit", deeds.inspection(town, HOUSES[0]))
    args = deeds.inspection(town, HOUSES[0])

    with transaction():
        checklist = db.session.get_one(Checklist, town.checklist.id)
        checklist.items = [item for item in checklist.items if item["code"] != "E04"]

    for _ in range(2):
        args = args | {"inspection_id": str(uuid4())}
        assert phone.do("inspection.submit", args)["code"] == "unknown-item"
