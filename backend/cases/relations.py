"""What a person is to a case: the words of the table's column `who`."""

from __future__ import annotations

from collections.abc import Sequence
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
    return people_of(actor, [case])[case.id]


def people_of(actor: Actor, cases: Sequence[Case]) -> dict[UUID, Person]:
    """By case, the actor as its life sees one; what must be looked up is looked up once."""
    commands = any(grant.role == "dispatcher" for grant in actor.grants)
    townships = org.townships_of(case.org_path for case in cases) if commands else []
    return {case.id: _person(actor, case, townships) for case in cases}


def _person(actor: Actor, case: Case, townships: Sequence[str]) -> Person:
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
    if _is_above(here, [path for path in townships if case.org_path.startswith(path)]):
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


def _is_above(grants: list[Grant], townships: list[str]) -> bool:
    """Whether a dispatcher's division is above the township, whose path is longer then."""
    tops = [grant.org_path for grant in grants if grant.role == "dispatcher"]
    return any(len(top) < len(path) for top in tops for path in townships)
