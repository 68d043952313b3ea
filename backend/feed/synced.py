"""What makes a model part of the feed."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID


class Synced:
    """A model whose rows reach phones.

    Its row is made of its own columns alone, so that a change anywhere else can never leave
    the feed stale.
    """

    feed_kind: ClassVar[str]
    id: Any

    def feed_scope(self) -> str | None:
        """The record's home scope, or None while no phone may hold it."""
        raise NotImplementedError

    def feed_row(self) -> dict[str, Any]:
        """The record as phones see it."""
        raise NotImplementedError


GLOBAL = "global"


def town_scope(org_unit_id: UUID) -> str:
    """The scope of what everyone in one township may see."""
    return f"town:{org_unit_id}"


def grid_scope(grid_id: UUID) -> str:
    """The scope of one basic grid."""
    return f"grid:{grid_id}"


def user_scope(user_id: UUID) -> str:
    """The scope of what one person alone may see."""
    return f"user:{user_id}"
