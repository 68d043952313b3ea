"""What a worker does, as arguments of mutations; for tests that need something to have happened."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

from tests.sync.phone import Phone, now
from tests.town import Town


def photo(item_code: str | None = None, body: bytes = b"") -> dict[str, Any]:
    """A line of a manifest; `body` are the bytes that will come."""
    data = body or uuid4().bytes
    return {
        "photo_id": str(uuid4()),
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "type": "image/jpeg",
        "role": "evidence",
        "item_code": item_code,
        "captured_at": now(),
    }


def answer(item: dict[str, Any], verdict: str = "pass") -> dict[str, Any]:
    """An answer to an item, all well unless told otherwise."""
    number = 1 if "number" in item["answer"] else None
    return {
        "code": item["code"],
        "verdict": None if item["answer"] == "number" else verdict,
        "number": number,
        "text": None,
        "note": None,
        "severity": None,
    }


def inspection(town: Town, house: str, *failed: str) -> dict[str, Any]:
    """An inspection in which these items fail, each with a photo."""
    items = town.checklist.items
    answers = [answer(item, "fail" if item["code"] in failed else "pass") for item in items]
    return {
        "inspection_id": str(uuid4()),
        "house_id": str(town.houses[house].id),
        "checklist_id": str(town.checklist.id),
        "task_id": None,
        "started_at": now(),
        "outcome": "inspected",
        "answers": answers,
        "note": None,
        "position": None,
        "photos": [photo(code) for code in failed],
        "case_ids": {code: str(uuid4()) for code in failed},
    }


def hazard(town: Town, grid: str, **more: Any) -> dict[str, Any]:
    """A hazard in a grid."""
    return {
        "case_id": str(uuid4()),
        "item_code": "P01",
        "severity": None,
        "house_id": None,
        "grid_id": str(town.grids[grid].id),
        "note": "楼道",
        "address": None,
        "position": None,
        "photos": [photo()],
        **more,
    }


def registration(
    town: Town, grid: str, not_same: Any = (), lng: float | None = None, **facts: Any
) -> dict[str, Any]:
    """A house in the middle of a grid that nobody knew of."""
    west, south = town.grids[grid].outline["coordinates"][0][0]
    return {
        "house_id": str(uuid4()),
        "grid_id": str(town.grids[grid].id),
        "lng": lng or west + 0.005,
        "lat": south + 0.005,
        "facts": {
            "address": "新房路9号",
            "building_kind": "自建房",
            "floors": 3,
            "area_m2": 180.0,
            "room_count": 5,
            "bed_count": 6,
            "extinguishers": 1,
            "landlord_name": "王新房",
            "landlord_phone": "13900009999",
            **facts,
        },
        "rooms": [{"room_id": str(uuid4()), "name": "101", "area_m2": 12.5, "use": "卧室"}],
        "not_same": list(not_same),
    }


def tenant(house_id: str, **more: Any) -> dict[str, Any]:
    """Somebody who moves in."""
    return {
        "occupant_id": str(uuid4()),
        "house_id": house_id,
        "name": "赵租客",
        "id_masked": "3206**********1234",
        "relation": "承租人",
        "origin": "安徽",
        "since": "2026-02-01",
        **more,
    }


def patrol() -> dict[str, Any]:
    """The start of a night patrol that is recorded."""
    return {
        "patrol_id": str(uuid4()),
        "kind": "night",
        "task_id": None,
        "recording": True,
        "position": None,
    }


def accepted(phone: Phone, name: str, args: dict[str, Any]) -> dict[str, Any]:
    """Push one mutation that must be accepted; answers its arguments."""
    result = phone.do(name, args)
    assert result["verdict"] == "ok", result
    return args
