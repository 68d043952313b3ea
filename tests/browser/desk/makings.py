"""What the walk needs to find, made by those whose work it is.

A screen on which something is pressed takes a case of its own: the sample's may have been dealt
with by another test. Where a screen is only looked at, the sample has more to show.
"""

from __future__ import annotations

import json
import random
from functools import cache
from typing import Any

from tests.browser.tour import Tour
from tools.simulated_phone import SimulatedPhone

OFFICE = "公安"  # the first officer's
DEED = "已到现场处置完毕"
# How a case comes into a state: who does what, and what is given.
STEPS: dict[str, tuple[tuple[str, str, dict[str, Any]], ...]] = {
    "reported": (),
    "filed": (("dispatcher", "file", {}),),
    "dispatched": (("dispatcher", "dispatch", {"department": OFFICE}),),
    "in_progress": (("officer", "sign", {}),),
    "awaiting_check": (("officer", "feedback", {"text": DEED}),),
    "closed": (("dispatcher", "close", {"text": "已核查"}),),
}


def made(tour: Tour, state: str) -> Any:
    """A case of the walk's own in that state."""
    case = _registered(tour)
    for reached, steps in STEPS.items():
        for who, action, given in steps:
            act(tour, case, who, action, **given)
        if reached == state:
            return _read(tour, case)
    raise LookupError(state)


def act(tour: Tour, case: str, who: str, action: str, **given: Any) -> None:
    """Have somebody act on a case; departments are given by their names."""
    if "department" in given:
        given["department"] = _department(tour, given["department"])
    if "departments" in given:
        given["departments"] = [_department(tour, name) for name in given["departments"]]
    told = {"seen": _read(tour, case)["version"], **given}
    _send(tour, who, f"/api/cases/{case}/actions/{action}", told)


def take(tour: Tour, case: str, who: str, step: str, **given: Any) -> None:
    """Have somebody take a step of the case's only part."""
    seen = _read(tour, case)
    (part,) = seen["parts"]
    path = f"/api/cases/{case}/parts/{part['id']}/{step}"
    _send(tour, who, path, {"seen": seen["version"], **given})


def restricted_case(tour: Tour) -> str:
    """An open restricted case about which an opinion is asked or given."""
    rows = _ask(tour, "dispatcher", "/api/cases/queue?view=open&limit=200")["items"]
    secret = [row["id"] for row in rows if row["restricted"]]
    for case in secret:
        if any(part["kind"] == "opinion" for part in _read(tour, case)["parts"]):
            return str(case)
    act(tour, secret[0], "dispatcher", "ask_opinion", departments=[OFFICE], text="请研判")
    return str(secret[0])


def _registered(tour: Tour) -> str:
    units = _ask(tour, "dispatcher", "/api/org/tree")
    grid = next(grid["id"] for unit in units for grid in unit["grids"])
    find = {"source": "supervisor", "item_code": "P01", "grid_id": grid, "text": "楼道内飞线充电"}
    # Apart from all others, so that none is taken for the same.
    where = {"address": "新建路 18 号东侧", "lng": random.uniform(121.04, 121.1), "lat": 32.06}
    return str(_send(tour, "dispatcher", "/api/registrations", {**find, **where})["id"])


def _department(tour: Tour, name: str) -> str:
    rows = _ask(tour, "dispatcher", "/api/departments")
    return str(next(row["id"] for row in rows if row["name"] == name))


def _read(tour: Tour, case: str) -> Any:
    return _ask(tour, "dispatcher", f"/api/cases/{case}")


def _ask(tour: Tour, who: str, path: str) -> Any:
    return _answer(_hand(tour.stack.url, *_signs(tour, who)).ask("GET", path))


def _send(tour: Tour, who: str, path: str, body: dict[str, Any]) -> Any:
    hand = _hand(tour.stack.url, *_signs(tour, who))
    return _answer(
        hand.ask("POST", path, json.dumps(body).encode(), Content_Type="application/json")
    )


def _answer(told: tuple[int, dict[str, str], bytes]) -> Any:
    status, _, body = told
    assert status < 300, f"{status} {body.decode()[:300]}"
    return json.loads(body) if body else None


def _signs(tour: Tour, who: str) -> tuple[str, str]:
    return tour.accounts[who]["username"], tour.accounts[who]["password"]


@cache
def _hand(url: str, username: str, password: str) -> SimulatedPhone:
    """Somebody at work, signed in beside the browser."""
    hand = SimulatedPhone(url, {"username": username, "password": password}, random.Random(1))
    hand.sign_in()
    return hand
