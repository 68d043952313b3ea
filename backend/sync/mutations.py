"""The catalogue of mutations: what a phone may ask for, with which arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from marshmallow import Schema

from backend.org.access import Actor
from backend.org.capture import Capture


@dataclass(frozen=True)
class Context:
    """Under what circumstances a mutation was captured and received.

    `captured_at` is by the server's clock, `clock_shift` what was added to the phone's to get it;
    `clock_suspect` says that it is a guess. `by_hand`: the centre vouches for it (ADR 0007).
    """

    actor: Actor
    mutation_id: UUID
    captured_at: datetime
    received_at: datetime
    clock_shift: timedelta
    clock_suspect: bool
    payload_sha256: str
    by_hand: bool = False

    @property
    def capture(self) -> Capture:
        """The same, as commands on evidence are told."""
        return Capture(
            self.actor,
            self.captured_at,
            self.received_at,
            self.payload_sha256,
            clock_suspect=self.clock_suspect,
            by_hand=self.by_hand,
        )


@dataclass(frozen=True)
class Outcome:
    """What became of an accepted mutation; `merged` says that something else already stood."""

    merged: bool = False
    message: str | None = None
    record: dict[str, Any] | None = None


Handler = Callable[[Context, dict[str, Any]], Outcome | None]


@dataclass(frozen=True)
class Mutation:
    """One `name@version`: the shape of its arguments and the command that carries it out."""

    name: str
    version: int
    schema: Schema
    handle: Handler


CATALOGUE: dict[tuple[str, int], Mutation] = {}


def mutation(name: str, version: int, schema: type[Schema]) -> Callable[[Handler], Handler]:
    """Put a handler into the catalogue.

    A handler calls a room's command and returns; a refusal is a `Problem` that it lets through.
    """

    def register(handle: Handler) -> Handler:
        CATALOGUE[name, version] = Mutation(name, version, schema(), handle)
        return handle

    return register
