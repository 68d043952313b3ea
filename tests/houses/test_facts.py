"""What becomes of facts when two write at once, and which addresses are one (shared vectors)."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.houses.facts import DESCRIPTIVE, REVIEWED, likeness, merge, shown

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/house-address.json").read_text("utf-8"))
HOUSE: dict[str, Any] = {
    "address": "测试路1号", "landlord_name": "张三丰", "building_kind": "自建房", "floors": 2,
    "area_m2": 120.0, "room_count": 4, "bed_count": 4, "landlord_phone": "13900005678",
    "agent_name": "", "agent_phone": "", "lease_since": None, "lease_until": None,
    "extinguishers": 2, "lng": 121.1, "lat": 32.1,
}  # fmt: skip
FIELDS = ["landlord_name", "bed_count", "landlord_phone", "agent_name", "extinguishers"]
patches = st.lists(
    st.dictionaries(st.sampled_from(FIELDS), st.integers(0, 5).map(str), min_size=1, max_size=3),
    max_size=4,
)


@pytest.mark.parametrize(
    "vector", VECTORS, ids=lambda vector: vector["one"] + "/" + vector["other"]
)
def test_likeness_of_addresses(vector: dict[str, Any]) -> None:
    assert likeness(vector["one"], vector["other"]) == pytest.approx(vector["likeness"])
    assert likeness(vector["other"], vector["one"]) == pytest.approx(vector["likeness"])


def test_what_the_phone_was_shown_masked_is_no_change() -> None:
    merged = merge(HOUSE, {"landlord_name": "张**", "landlord_phone": "139****5678"}, {})

    assert merged.changes == merged.proposed == merged.contested == {}


def test_an_unseen_value_that_is_written_over_waits() -> None:
    patch, seen = {"extinguishers": 5, "agent_name": "甲"}, {"extinguishers": 1, "agent_name": ""}

    merged = merge(HOUSE, patch, seen)

    assert (merged.changes, merged.contested) == (patch, {"extinguishers": 2})


class Phone:
    """Corrects a house it last saw when both went offline; it sees its own work."""

    def __init__(self, name: str, wanted: list[dict[str, str]]) -> None:
        self.sees = {key: shown(key, value) for key, value in HOUSE.items()}
        self.sent: list[tuple[dict[str, str], dict[str, Any]]] = []
        for number, patch in enumerate(wanted):
            marked = {key: f"{name}{number}{value}" for key, value in patch.items()}
            self.sent.append((marked, dict(self.sees)))
            self.sees |= {key: shown(key, value) for key, value in marked.items()}

    def last(self, field: str) -> str | None:
        values = [patch[field] for patch, _ in self.sent if field in patch]
        return values[-1] if values else None


@given(patches, patches, st.randoms())
def test_two_phones_in_any_interleaving(
    first: list[dict[str, str]], second: list[dict[str, str]], dice: Any
) -> None:
    phones = [Phone("甲", first), Phone("乙", second)]
    queues = [list(phone.sent) for phone in phones]
    house, waiting = dict(HOUSE), defaultdict(set)
    received: dict[str, str] = {}
    while any(queues):
        patch, seen = dice.choice([queue for queue in queues if queue]).pop(0)
        merged = merge(house, patch, seen)
        house |= merged.changes
        received |= patch
        for field, value in (merged.proposed | merged.contested).items():
            waiting[field].add(value)
        for field, value in merged.contested.items():
            assert value != patch[field]

    for field in FIELDS:
        last = {phone.last(field) for phone in phones} - {None}
        if field in REVIEWED:  # the server's stays, and every proposal waits
            assert house[field] == HOUSE[field]
            assert last <= waiting[field]
        elif len(last) == 1:  # one of both: its word, whatever the other did elsewhere
            assert house[field] in last
        elif last:  # both: the last received, and the other's word waits
            assert house[field] == received[field]
            assert last <= waiting[field] | {house[field]}
    assert set(FIELDS) <= {*REVIEWED, *DESCRIPTIVE}
