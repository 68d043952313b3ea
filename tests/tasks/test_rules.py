"""The task's state machine, by the vectors that the phone is held to as well."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from backend.tasks.rules import OPEN, STATES, TARGETS, transition

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "task-transitions.json").read_text()
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['state']}-{v['command']}")
def test_transition(vector: dict[str, Any]) -> None:
    assert transition(vector["state"], vector["command"]) == vector["to"]


def test_vectors_cover_every_pair() -> None:
    told = {(vector["state"], vector["command"]) for vector in VECTORS}
    assert told == set(product(STATES, TARGETS))


def test_a_closed_task_stays_closed_but_for_a_returned_one_that_goes_to_another() -> None:
    for state, command in product(STATES, TARGETS):
        if state not in OPEN and (state, command) != ("returned", "reassign"):
            assert transition(state, command) in {None, state}
