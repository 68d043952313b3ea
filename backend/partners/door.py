"""The door of other systems: a token in place of a session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g, request

from backend.db import transaction
from backend.org.access import Actor
from backend.org.door import Door
from backend.partners import tokens


class TokenDoor(Door):
    """A door for `Authorization: Bearer gf_…`; `scopes` names what each view asks for."""

    def __init__(self, name: str, *args: Any, scopes: Mapping[str, str], **kwargs: Any) -> None:  # noqa: ANN401
        """A door with the scopes of its views."""
        super().__init__(name, *args, **kwargs)
        self.scopes = dict(scopes)

    def _check(self) -> None:
        view = (request.endpoint or "").removeprefix(f"{self.name}.")
        if view not in self.public:
            let_in(bearer(), self.scopes[view])

    def _prepare_refusals(
        self,
        doc: dict[str, Any],
        _doc_info: dict[str, Any],
        *,
        method: str,
        **_kwargs: Any,  # noqa: ANN401 - smorest's own
    ) -> dict[str, Any]:
        told = super()._prepare_refusals(doc, _doc_info, method=method, **_kwargs)
        told["responses"].setdefault(429, "TOO_MANY_REQUESTS")
        return {**told, "security": [{"token": []}]}


def bearer() -> str:
    """The token that the request brings; empty where it brings none."""
    kind, _, word = request.headers.get("Authorization", "").partition(" ")
    return word.strip() if kind.lower() == "bearer" else ""


def let_in(word: str, scope: str) -> None:
    """Let the holder of a token in, for what the scope allows.

    Raises:
        Unauthenticated, Forbidden, RateLimited: as `tokens.admit` says.
    """
    with transaction():
        g.partner = tokens.admit(word, scope, f"{request.method} {request.path}")


def partner() -> Actor:
    """Whoever asks at this door."""
    found: Actor = g.partner
    return found
