"""Whatever a phone sends: a verdict with a pointer and a Chinese sentence, and nothing is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from backend.db import db
from backend.sync import catalogue
from backend.sync.models import SyncRejected
from tests.conftest import SignIn
from tests.sync import deeds
from tests.sync.phone import Phone, feedback, now
from tests.town import Town

Args = dict[str, Any]
CHINESE = re.compile("[\u4e00-\u9fff]")
HALF = "\ud83d"  # the first half of an emoji, as a careless cut leaves it
NAN = float("nan")


@pytest.fixture
def phone(sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def push_text(phone: Phone, *mutations: Args) -> Any:
    """Push as a phone would write it: NaN and halves of characters included."""
    body = {
        "proto": 1,
        "epoch": None,
        "client_id": phone.client_id,
        "app": "test",
        "client_now": now(),
        "mutations": mutations,
    }
    return phone.http.post("/sync/push", data=json.dumps(body), content_type="application/json")


def refused(phone: Phone, name: str, args: Any, **more: Any) -> dict[str, Any]:
    """Push one mutation that must be refused, and kept; one after it must get through."""
    sent = phone.mutation(name, args, **more)
    after = phone.mutation("feedback.submit", feedback())
    answer = push_text(phone, sent, after)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    result, following = answer.json["results"]
    assert (result["verdict"], following["verdict"]) == ("rejected", "ok"), result
    assert CHINESE.search(result["message"])
    assert all(CHINESE.search(error["detail"]) for error in result.get("errors", [])), result
    kept = db.session.get(SyncRejected, sent["mutation_id"])
    assert kept is not None
    assert kept.payload["mid"] == sent["mid"]
    told: dict[str, Any] = result
    return told


def pointers(result: Any) -> set[str]:
    return {error["pointer"] for error in result["errors"]}


def here(**more: Any) -> Args:
    return {"lng": 121.0, "lat": 32.0, "accuracy": 5, "at": now(), "source": "gps", **more}


INSPECTION: list[tuple[Args, str]] = [
    ({"unheard_of": 1}, "/args/unheard_of"),
    ({"a\0b": 1}, "/args/a\\u0000b"),
    ({HALF: 1}, "/args/\\ud83d"),
    ({"answers": 7}, "/args/answers"),
    ({"answers": None}, "/args/answers"),
    ({"house_id": 12}, "/args/house_id"),
    ({"house_id": "not-an-id"}, "/args/house_id"),
    ({"house_id": "\0"}, "/args/house_id"),
    ({"started_at": "yesterday"}, "/args/started_at"),
    ({"started_at": "2026-11-22T08:00:00"}, "/args/started_at"),
    ({"started_at": "0001-01-01T00:00:00+14:00"}, "/args/started_at"),
    ({"started_at": "9999-12-31T23:59:59-12:00"}, "/args/started_at"),
    ({"note": "楼道\0堆物"}, "/args/note"),
    ({"note": HALF}, "/args/note"),
    ({"note": "长" * 2001}, "/args/note"),
    ({"note": ["列"]}, "/args/note"),
    ({"outcome": "fled"}, "/args/outcome"),
    ({"position": here(lng=2.35, lat=48.85)}, "/args/position/lng"),
    ({"position": here(lng=NAN)}, "/args/position/lng"),
    ({"position": here(lat=float("inf"))}, "/args/position/lat"),
    ({"position": here(accuracy=-1)}, "/args/position/accuracy"),
    ({"position": here(accuracy=10**400)}, "/args/position/accuracy"),
    ({"position": []}, "/args/position"),
    ({"photos": [deeds.photo() for _ in range(61)]}, "/args/photos"),
    ({"case_ids": {"D\0": str(uuid4())}}, "/args/case_ids/D\\u0000/key"),
    ({"case_ids": {"D01": "x"}}, "/args/case_ids/D01/value"),
]


@pytest.mark.parametrize(("change", "pointer"), INSPECTION)
def test_a_wrong_field_of_an_inspection_is_pointed_at(
    change: Args, pointer: str, phone: Phone, town: Town
) -> None:
    result = refused(
        phone, "inspection.submit", {**deeds.inspection(town, "金新街道1村1"), **change}
    )

    assert result["code"] == "validation"
    assert pointer in pointers(result)


ANSWER: list[tuple[Args, str]] = [
    ({"number": "many"}, "number"),
    ({"number": NAN}, "number"),
    ({"number": 10**30}, "number"),
    ({"text": "\0"}, "text"),
    ({"note": HALF}, "note"),
    ({"verdict": "maybe"}, "verdict"),
    ({"code": "D\0"}, "code"),
]


@pytest.mark.parametrize(("change", "field"), ANSWER)
def test_a_wrong_answer_is_pointed_at(change: Args, field: str, phone: Phone, town: Town) -> None:
    args = deeds.inspection(town, "金新街道1村1")
    args["answers"][1] |= change

    assert f"/args/answers/1/{field}" in pointers(refused(phone, "inspection.submit", args))


PHOTO: list[tuple[Args, str]] = [
    ({"bytes": 21 * 1024 * 1024}, "bytes"),
    ({"bytes": 2**70}, "bytes"),
    ({"sha256": "A" * 64}, "sha256"),
    ({"sha256": "a" * 64 + "\n"}, "sha256"),
    ({"type": "text/html"}, "type"),
    ({"lng": 2.35}, "lng"),
    ({"item_code": "\0"}, "item_code"),
    ({"captured_at": "0001-01-01T00:00:00+14:00"}, "captured_at"),
]


@pytest.mark.parametrize(("change", "field"), PHOTO)
def test_a_wrong_photo_is_pointed_at(change: Args, field: str, phone: Phone, town: Town) -> None:
    args = deeds.hazard(town, "金新街道1村")
    args["photos"][0] |= change

    assert f"/args/photos/0/{field}" in pointers(refused(phone, "hazard.report", args))


@pytest.mark.parametrize("args", [None, [], 7, "text", True, NAN, "\0", {"deep": [[[[{}]]]]}])
def test_arguments_of_any_kind_get_a_verdict(args: Any, phone: Phone) -> None:
    assert refused(phone, "feedback.submit", args)["code"] == "validation"


def test_an_item_that_does_not_exist_is_named(phone: Phone, town: Town) -> None:
    args = deeds.inspection(town, "金新街道1村1")
    args["answers"].append({**args["answers"][0], "code": "Z99"})

    result = refused(phone, "inspection.submit", args)

    assert result["code"] == "unknown-item"
    assert f"/args/answers/{len(args['answers']) - 1}/code" in pointers(result)


def test_a_hazard_of_no_list_is_refused(phone: Phone, town: Town) -> None:
    args = deeds.hazard(town, "金新街道1村", item_code="P99")

    result = refused(phone, "hazard.report", args)

    assert (result["code"], pointers(result)) == ("unknown-item", {"/args/item_code"})


def test_two_answers_to_one_item_are_refused(phone: Phone, town: Town) -> None:
    args = deeds.inspection(town, "金新街道1村1")
    args["answers"].append(args["answers"][0])

    result = refused(phone, "inspection.submit", args)

    assert f"/args/answers/{len(args['answers']) - 1}/code" in pointers(result)


def test_two_photos_with_one_id_are_refused(phone: Phone, town: Town) -> None:
    first = deeds.photo()
    args = deeds.hazard(
        town, "金新街道1村", photos=[first, {**deeds.photo(), "photo_id": first["photo_id"]}]
    )

    assert "/args/photos/1/photo_id" in pointers(refused(phone, "hazard.report", args))


def test_one_case_for_two_items_is_refused(phone: Phone, town: Town) -> None:
    args = deeds.inspection(town, "金新街道1村1", "D01", "E04")
    args["case_ids"]["E04"] = args["case_ids"]["D01"]

    assert refused(phone, "inspection.submit", args)["code"] == "hash-conflict"


Make = Callable[[Town], Args]
FOREIGN: list[tuple[str, Make]] = [
    ("inspection.submit", lambda town: deeds.inspection(town, "川姜镇1村1")),
    ("inspection.submit", lambda town: deeds.inspection(town, "金新街道2村1")),
    ("hazard.report", lambda town: deeds.hazard(town, "川姜镇1村")),
    (
        "hazard.report",
        lambda town: deeds.hazard(town, "金新街道1村", house_id=str(town.houses["川姜镇1村1"].id)),
    ),
]


@pytest.mark.parametrize(("name", "make"), FOREIGN)
def test_a_foreign_house_or_grid_is_refused(
    name: str, make: Make, phone: Phone, town: Town
) -> None:
    assert refused(phone, name, make(town))["code"] in {"forbidden", "not-found"}


def test_what_the_database_cannot_hold_is_kept_in_visible_signs(phone: Phone) -> None:
    args = {"text": f"甲\0乙{HALF}", "sizes": [NAN, 2**80, -1.5], "photos": [{"sha256": "x"}]}

    refused(phone, "feedback.submit", args)

    kept = db.session.scalars(select(SyncRejected)).one().payload["args"]
    assert kept["text"] == "甲\\u0000乙\\ud83d"
    assert kept["sizes"] == ["nan", str(2**80), -1.5]
    assert kept["photos"] == [{"sha256": "x"}]  # a photo that was announced may still come


def test_an_unknown_mutation_is_held_whatever_it_carries(phone: Phone) -> None:
    answer = push_text(phone, phone.mutation("house.burn", {"x": f"\0{HALF}", "y": [NAN, 2**90]}))

    assert answer.json["results"][0]["verdict"] == "held"
    assert db.session.scalars(select(SyncRejected)).one().payload["args"]["x"] == "\\u0000\\ud83d"


ENVELOPE: list[tuple[Args, str]] = [
    ({"name": "a\0"}, "/name"),
    ({"name": 7}, "/name"),
    ({"name": "长" * 101}, "/name"),
    ({"captured_at": "yesterday"}, "/captured_at"),
    ({"captured_at": "2026-11-22T08:00:00"}, "/captured_at"),
    ({"age_ms": "\0"}, "/age_ms"),
    ({"age_ms": NAN}, "/age_ms"),
    ({"deps": ["\0"]}, "/deps/0"),
    ({"deps": [str(uuid4())] * 101}, "/deps"),
    ({"v": 2**31}, "/v"),
    ({"v": True}, "/v"),
    ({f"extra{HALF}": 1}, "/extra\\ud83d"),
]


@pytest.mark.parametrize(("change", "pointer"), ENVELOPE)
def test_a_wrong_envelope_of_one_mutation_is_its_own_verdict(
    change: Args, pointer: str, phone: Phone
) -> None:
    args = feedback()

    sent = {**phone.mutation("feedback.submit", args), **change}
    after = phone.mutation("feedback.submit", feedback())
    result, following = push_text(phone, sent, after).json["results"]

    assert (result["verdict"], result["code"]) == ("rejected", "validation")
    assert following["verdict"] == "ok"
    assert pointer in pointers(result)
    assert all(CHINESE.search(error["detail"]) for error in result["errors"])
    assert db.session.scalars(select(SyncRejected)).one().payload["args"] == args


def test_a_mutation_without_most_of_its_envelope_is_refused_and_kept(phone: Phone) -> None:
    sent = {"mid": 1, "mutation_id": str(uuid4())}

    answer = push_text(phone, sent)

    assert answer.json["results"][0]["code"] == "validation"
    assert db.session.scalars(select(SyncRejected)).one().payload == sent


NOBODY: list[tuple[Any, str]] = [
    ({"mid": 2**63}, "/mutations/0/mid"),
    ({"mid": None}, "/mutations/0/mid"),
    ({"mutation_id": "{}"}, "/mutations/0/mutation_id"),
    (None, "/mutations/0"),
]


@pytest.mark.parametrize(("change", "pointer"), NOBODY)
def test_a_mutation_without_number_or_id_is_a_problem_document(
    change: Args | None, pointer: str, phone: Phone
) -> None:
    sent: Any = phone.mutation("feedback.submit", feedback())

    answer = push_text(phone, {**sent, **change} if change else 7)  # type: ignore[arg-type]

    assert (answer.status_code, answer.json["type"]) == (422, "/problems/validation")
    assert pointer in pointers(answer.json)
    assert all(CHINESE.search(error["detail"]) for error in answer.json["errors"])


def test_the_clock_of_an_empty_battery_does_not_stop_the_queue(phone: Phone) -> None:
    sent = phone.mutation("feedback.submit", feedback(), captured_at="1970-01-01T08:00:00+08:00")

    answer = phone.push(sent, client_now="1970-01-01T08:00:01+08:00")

    assert answer.json["results"][0]["verdict"] == "ok"


WRONG_ASKS: list[tuple[str, Args, str]] = [
    ("/sync/verify", {"scope": "global\0"}, "/scope"),
    ("/sync/verify", {"scope": HALF}, "/scope"),
    ("/sync/photos/have", {"sha256": ["\0" * 64]}, "/sha256/0"),
]


@pytest.mark.parametrize(("path", "body", "pointer"), WRONG_ASKS)
def test_other_doors_of_the_phone_point_too(
    path: str, body: Args, pointer: str, phone: Phone
) -> None:
    answer = phone.http.post(path, data=json.dumps(body), content_type="application/json")

    assert answer.status_code == 422
    assert pointers(answer.json) == {pointer}


def test_a_pull_points_at_a_scope_that_is_no_text(phone: Phone) -> None:
    phone.cursors = {"grid:\0": 1}

    answer = phone.ask()

    assert (answer.status_code, pointers(answer.json)) == (422, {"/cursors/grid:\\u0000/key"})


def test_the_published_patterns_are_every_languages() -> None:
    published = json.dumps(catalogue.schemas())

    assert '"pattern"' in published
    assert "\\\\Z" not in published  # Python's alone


# Fuzzing: what the published schemas allow, with something wild put in somewhere.

WILD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["\0", HALF, "0001-01-01T00:00:00+14:00", 10**400, -(2**63), "a" * 3000]),
    st.lists(st.none(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def of_schema(schema: Args, whole: Args) -> st.SearchStrategy[Any]:
    """Values that a schema of the catalogue allows, or nearly."""
    if "$ref" in schema:
        return of_schema(whole["$defs"][schema["$ref"].rsplit("/", 1)[-1]], whole)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return st.one_of([of_schema(one, whole) for one in schema[several]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "pattern" in schema:
        known = st.sampled_from(["B01", "D01", "E04", "H01", "P01"])
        return st.one_of(known, st.from_regex(schema["pattern"]))
    kinds = schema.get("type", "null")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return st.one_of([_of_kind(kind, schema, whole) for kind in kinds])


def _of_kind(kind: str, schema: Args, whole: Args) -> st.SearchStrategy[Any]:
    if kind == "object":
        fields = schema.get("properties", {})
        return st.fixed_dictionaries({k: of_schema(v, whole) for k, v in fields.items()})
    if kind == "array":
        return st.lists(of_schema(schema["items"], whole), max_size=2)
    formats = {
        "uuid": st.uuids().map(str),
        "date-time": st.just("2026-11-22T01:02:03Z"),
    }
    simple: dict[str, st.SearchStrategy[Any]] = {
        "null": st.none(),
        "boolean": st.booleans(),
        "integer": st.integers(0, 1000),
        "number": st.floats(0, 130),
        "string": formats.get(schema.get("format", ""), st.text(max_size=10)),
    }
    return simple[kind]


@st.composite
def wild_args(draw: st.DrawFn, schema: Args) -> Args:
    """Arguments with one wild value at a place that is chosen at random."""
    args: Args = draw(of_schema(schema, schema))
    node: Any = args
    while isinstance(node, (dict, list)) and node:
        key = draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        if not isinstance(node[key], (dict, list)) or draw(st.booleans()):
            node[key] = draw(WILD)
            return args
        node = node[key]
    return args


@pytest.mark.parametrize("title", sorted(catalogue.schemas()))
def test_nothing_makes_the_server_fail_or_the_queue_stop(
    title: str, phone: Phone, town: Town
) -> None:
    name, version = title.split("@")
    known = [str(house.id) for house in town.houses.values()]

    @given(args=wild_args(catalogue.schemas()[title]), house=st.sampled_from(known))
    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    def pushed(args: Args, house: str) -> None:
        if "house_id" in args:
            args = {**args, "checklist_id": str(town.checklist.id), "house_id": house}
        sent = phone.mutation(name, args, v=int(version))
        answer = push_text(phone, sent)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        (result,) = answer.json["results"]
        assert result["verdict"] in {"ok", "ok_merged", "rejected"}, result
        if result["verdict"] == "rejected":
            assert CHINESE.search(result["message"])
            assert all(CHINESE.search(error["detail"]) for error in result.get("errors", []))

    pushed()
