"""The quick reading of arguments accepts nothing that the schema refuses, and reads it the same."""

from __future__ import annotations

import copy
import json
import math
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from backend.requests import storable
from backend.sync import handlers
from backend.sync.compiled import Shape, plain
from backend.sync.doors import ASK
from backend.sync.envelope import MutationSchema, fingerprint
from backend.sync.mutations import CATALOGUE
from tests.sync import deeds
from tests.sync.phone import feedback, now

assert handlers.__all__  # they fill the catalogue


def identity() -> str:
    return str(uuid4())


PLACE = {"lng": 121, "lat": 32.5, "accuracy": 5.5, "at": now(), "source": "gps"}
INSPECTION = {
    "inspection_id": identity(),
    "house_id": identity(),
    "checklist_id": identity(),
    "started_at": now(),
    "outcome": "inspected",
    "answers": [
        {"code": "A04", "number": 3},
        {"code": "D01", "verdict": "fail", "note": "门", "severity": None},
    ],
    "position": PLACE,
    "photos": [deeds.photo("D01"), deeds.photo() | {"lng": 121.5, "thumb_bytes": 300}],
    "case_ids": {"D01": identity()},
}
TRACK = {"patrol_id": identity(), "seq": 0, "started_at": now(), "points": [[1, 2, 3, 4]] * 3}
EXAMPLES: dict[str, dict[str, Any]] = {
    "inspection.submit": INSPECTION,
    "hazard.report": {"case_id": identity(), "item_code": "P01", "photos": [deeds.photo()]},
    "feedback.submit": feedback(),
    "patrol.start": deeds.patrol() | {"position": PLACE},
    "patrol.track": TRACK,
    "task.return": {"task_id": identity(), "seen_state": "assigned", "reason": "路不通"},
}
ENVELOPE = {
    "mid": 1,
    "mutation_id": identity(),
    "name": "a",
    "v": 1,
    "deps": [identity()],
    "captured_at": now(),
    "age_ms": 0,
    "args": {"x": [1]},
}
POLL = {
    "proto": 1,
    "epoch": identity(),
    "client_id": identity(),
    "view": 1,
    "cursors": {"global": 0, f"grid:{identity()}": 2**62},
    "loading": {"global": 7},
    "limit": 200,
}
SHAPES = {name: CATALOGUE[name, 1].shape for name in EXAMPLES}
CATALOGUED = frozenset(EXAMPLES)
SHAPES |= {"envelope": Shape(MutationSchema()), "poll": ASK}
EXAMPLES |= {"envelope": ENVELOPE, "poll": POLL}

NUMBERS = [0, -1, 3, 3.0, 1e-9, 2**53, 2**63, 2**70, math.nan, math.inf]
TEXTS = [
    "",
    "3",
    "true",
    "\x00",
    "a\ud800",
    "好" * 2001,
    "D01",
    "D01\n",
    "d01",
    "pass",
    "２",
    " na",
]
HASHES = ["a" * 64, "A" * 64, "a" * 64 + "\n"]
UUIDS = [identity().upper(), identity().replace("-", ""), f"{{{identity()}}}", identity() + "\n"]
TIMES = [
    "2026-01-01T00:00:00",
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.1+08:00",
    "2026-01-01T00:00:00.123+08:00",
    "2026-01-01T00:00:00.123456789Z",
    "2026-01-01 00:00:00z",
    "2026-01-01\x0000:00:00+00:00",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:00+08:00",
    "2026-02-30T00:00:00Z",
    "1800-01-01T00:00:00.000Z",
    "2300-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "２０26-01-01T00:00:00Z",
]
OTHERS = [None, True, [], {}, [[1, 2, 3, 4]], [[1, 2, 3, 4.0]], [[1, 2, 3]], {"code": "D01"}]
ODD = st.sampled_from([*NUMBERS, *TEXTS, *HASHES, *UUIDS, *TIMES, *OTHERS])


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value, and to one that is not there."""
    if not isinstance(value, (dict, list)):
        return []
    found = [(*path, "odd")] if isinstance(value, dict) else []
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        found += [(*path, key), *places(item, (*path, key))]
    return found


def changed(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """The value with something else there; without it, where that is `...`."""
    whole = copy.deepcopy(value)
    at = whole
    for key in path[:-1]:
        at = at[key]
    if odd is ... and path[-1] != "odd":
        del at[path[-1]]
    else:
        at[path[-1]] = None if odd is ... else odd
    return whole


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_phones_send_is_read_quickly(name: str) -> None:
    sent = json.loads(json.dumps(EXAMPLES[name]))

    quick = SHAPES[name].read(sent)

    assert plain(quick) == SHAPES[name].schema.load(sent)


@pytest.mark.parametrize("name", EXAMPLES)
@settings(max_examples=300)
@given(data=st.data())
def test_the_quick_reading_is_the_schemas(name: str, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(places(EXAMPLES[name])))
    sent = changed(EXAMPLES[name], path, data.draw(ODD | st.just(...)))

    quick = SHAPES[name].read(sent)

    if quick is not None:
        assert plain(quick) == SHAPES[name].schema.load(sent)
        assert name not in CATALOGUED or fingerprint(sent) == fingerprint(storable(sent))


def test_a_refusal_is_told_in_the_schemas_words() -> None:
    broken = INSPECTION | {"outcome": "gone"}
    with pytest.raises(ValidationError) as told:
        SHAPES["inspection.submit"].load(broken)
    with pytest.raises(ValidationError) as ought:
        SHAPES["inspection.submit"].schema.load(broken)

    assert told.value.messages == ought.value.messages
