"""What a person is to a case: the words of the table's column `who`."""

from __future__ import annotations

from uuid import UUID

from backend.cases.life import Person
from backend.cases.models import Case
from backend.org import queries as org
from backend.org.access import Actor, Grant

OF_ROLE = {
    "dispatcher": "centre",
    "commander": "commander",
    "village": "village",
    "grid_head": "grid",
    "supervisor": "supervisor",
}


def person_of(actor: Actor, case: Case) -> Person:
    """The actor as the case's life sees one."""
    here = _here(actor, case)
    relations = {OF_ROLE[grant.role] for grant in here if grant.role in OF_ROLE}
    departments = _departments(here)
    if case.department_id in departments:
        relations.add("department")
    if departments & set(case.supporting):
        relations.add("called")
    if case.grid_id in actor.grid_ids:
        relations.add("worker")
    if actor.user_id == case.reporter_id:
        relations.add("reporter")
    if _is_above_township([grant for grant in here if grant.role == "dispatcher"], case):
        relations.add("district")
    return Person(actor.user_id, frozenset(relations))


def person_of_part(actor: Actor, case: Case, department_id: UUID) -> Person:
    """The actor as a part sees one: called is the part's own department alone."""
    relations = person_of(actor, case).relations - {"called"}
    mine = {"called"} if department_id in _departments(_here(actor, case)) else set()
    return Person(actor.user_id, relations | mine)


def _here(actor: Actor, case: Case) -> list[Grant]:
    return [grant for grant in actor.grants if case.org_path.startswith(grant.org_path)]


def _departments(grants: list[Grant]) -> set[UUID]:
    return {grant.department_id for grant in grants if grant.department_id}


def _is_above_township(grants: list[Grant], case: Case) -> bool:
    township = org.township_of(case.org_path) if grants else None
    return township is not None and any(
        len(grant.org_path) < len(township.path) for grant in grants
    )
