"""Steps of a case's life that several tests need."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.cases.acts import act
from backend.db import transaction
from backend.org.sessions import actor_of
from tests.town import Town


def do(town: Town, case_id: UUID, username: str, action: str, **given: Any) -> None:
    """One step, in a transaction of its own."""
    with transaction():
        act(actor_of(town.users[username]), case_id, action, given)


def hand_over(town: Town, case_id: UUID) -> None:
    """The fire department has signed for it."""
    department = town.departments["金新街道消防"].id
    do(town, case_id, "dispatcher", "dispatch", department=department)
    do(town, case_id, "officer", "sign")


def call(town: Town, case_id: UUID, action: str, *names: str, by: str = "dispatcher") -> None:
    """The departments are called for a part of it."""
    chosen = [town.departments[f"金新街道{name}"].id for name in names]
    do(town, case_id, by, action, departments=chosen, text="请到场配合")


def bring_to_an_end(town: Town, case_id: UUID) -> None:
    """Handled by the fire department, checked by a supervisor and closed by the centre."""
    hand_over(town, case_id)
    do(town, case_id, "officer", "feedback", text="已整改")
    do(town, case_id, "supervisor", "pass", text="现场看过,已整改")
    do(town, case_id, "dispatcher", "close", text="已核查")
