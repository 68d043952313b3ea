"""Whom a word of the life's tables means today: the people who hear of a case."""

from __future__ import annotations

from uuid import UUID

from backend.cases.models import Case
from backend.cases.relations import OF_ROLE
from backend.org import queries as org
from backend.org.access import ROLES, Permission

ROLE_OF = {word: role for role, word in OF_ROLE.items()} | {"district": "dispatcher"}
STANDS_FOR = {"owner": "owner", "handler": "handling"}  # whose side the case itself knows
IN_THE_VILLAGE = frozenset({"grid", "village"})


def hearers(case: Case, word: str) -> set[UUID]:
    """The people whom the word means at this case; of a restricted one, the cleared among them.

    Where nobody is who deals with it, the township's dispatchers hear of it instead.
    """
    if word in STANDS_FOR:
        side: str | None = getattr(case, STANDS_FOR[word])
        return hearers(case, side) if side else set()
    if word == "reporter":
        return {case.reporter_id}
    if word == "department":
        return officers(case, case.department_id)
    if word in IN_THE_VILLAGE:
        return _holders(case, case.org_unit_id, ROLE_OF[word]) or hearers(case, "centre")
    township = org.township_of(case.org_path)
    unit_id = (township.parent_id if word == "district" else township.id) if township else None
    return _holders(case, unit_id, ROLE_OF[word])


def officers(case: Case, department_id: UUID | None) -> set[UUID]:
    """The officers of a department of the case's, or whoever must look for one."""
    found = org.officers_of(department_id, cleared=case.restricted) if department_id else []
    return set(found) or hearers(case, "centre")


def _holders(case: Case, unit_id: UUID | None, role: str) -> set[UUID]:
    if unit_id is None or (case.restricted and not _is_cleared(role)):
        return set()
    return set(org.holders(unit_id, (role,)))


def _is_cleared(role: str) -> bool:
    return Permission.CASE_READ_RESTRICTED in ROLES[role][1]
