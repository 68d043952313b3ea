"""The catalogue of mutations: what a phone may ask for, with which arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from marshmallow import Schema

from backend.feed.bulk import Rows
from backend.org.access import Actor
from backend.org.capture import Capture
from backend.sync.compiled import Shape


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
class Swift:
    """How a frequent mutation goes many at a time, where nothing about it needs a second look.

    `plain` says of one, by itself, whether it may go this way. `carry_out` takes those of a run,
    in order; it answers how many from the first on can stand together, and what is to be
    written for them, and writes nothing itself. The handler would come to the same.
    """

    plain: Callable[[Capture, Any], bool]
    carry_out: Callable[[Sequence[tuple[Capture, Any]]], tuple[int, list[Rows]]]


@dataclass(frozen=True)
class Mutation:
    """One `name@version`: the shape of its arguments and the command that carries it out."""

    name: str
    version: int
    schema: Schema
    shape: Shape
    handle: Handler
    swift: Swift | None


CATALOGUE: dict[tuple[str, int], Mutation] = {}


def mutation(
    name: str, version: int, schema: type[Schema], swift: Swift | None = None
) -> Callable[[Handler], Handler]:
    """Put a handler into the catalogue.

    A handler calls a room's command and returns; a refusal is a `Problem` that it lets through.
    """

    def register(handle: Handler) -> Handler:
        made = schema()
        CATALOGUE[name, version] = Mutation(name, version, made, Shape(made), handle, swift)
        return handle

    return register
