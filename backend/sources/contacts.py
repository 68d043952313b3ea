"""Whom to ask back about a case from outside: masked, unless there is a reason."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from backend.audit import commands as audit
from backend.cases.queries import find_case
from backend.org.access import Actor, Permission, require
from backend.sources.opening import origin_of


def masked_origin(actor: Actor, case_id: UUID) -> dict[str, Any]:
    """Where a case came from, without what would tell who somebody is.

    Raises:
        Forbidden, NotFound: the case is not the actor's to see.
    """
    case = find_case(actor, case_id)
    origin = origin_of(case.id)
    return {
        "source": case.source,
        "external_number": origin.external_number if origin else None,
        "received_at": origin.received_at if origin else None,
        "contact_name": masked_name(origin.contact_name) if origin else None,
        "contact_phone": masked_phone(origin.contact_phone) if origin else None,
        "kind": origin.raw.get("kind") if origin else None,
        "picture_url": _picture(origin.raw) if origin else None,
    }


def _picture(raw: dict[str, Any]) -> str | None:
    """Where the sender keeps a picture; what is no address of the web is not shown."""
    url = raw.get("photo_url") or raw.get("media_url")
    return url if isinstance(url, str) and urlsplit(url).scheme in {"http", "https"} else None


def masked_name(name: str | None) -> str | None:
    """张**: the family name alone."""
    return f"{name[0]}**" if name else None


def masked_phone(phone: str | None) -> str | None:
    """138****1234."""
    if not phone:
        return None
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****"


def unmasked(actor: Actor, case_id: UUID, reason: str) -> dict[str, Any]:
    """Whom to ask back, if anybody is known; who asked, and why, stands in the audit log.

    Raises:
        Forbidden, NotFound: the case is not the actor's to see, or nobody's name is.
    """
    require(actor, Permission.CALLER_READ)
    case = find_case(actor, case_id)
    require(actor, Permission.CALLER_READ, case)
    origin = origin_of(case.id)
    if origin is None:
        return {"contact_name": None, "contact_phone": None}
    audit.record(actor.user_id, "contact.read", "case", case.id, reason=reason)
    return {"contact_name": origin.contact_name, "contact_phone": origin.contact_phone}
