"""Reading what a push carries: what is wrong in one mutation is that mutation's own verdict.

Only a mutation whose number or id cannot be read has nobody to give a verdict to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from backend.problems import FieldError, field_errors, printable
from backend.requests import EARLIEST, LATEST, Strict, storable
from backend.sync.compiled import Shape

LONGEST_AGE = 10**12  # milliseconds, about 31 years
LONGEST_NAME = 100
VERSIONS = range(1, 2**31)


@dataclass(frozen=True)
class Pushed:
    """A mutation as it came; `faults` say what is wrong with its envelope, if anything is.

    `raw` is all of it, and `captured_at` what the phone's clock said, None where nobody can read
    it. `server_captured_at` is what we made of it when we accepted it, before a restore.
    """

    mid: int
    mutation_id: UUID
    raw: Mapping[str, Any]
    name: str
    v: int
    captured_at: datetime | None
    age: timedelta = timedelta(0)
    deps: tuple[UUID, ...] = ()
    server_captured_at: datetime | None = None
    faults: tuple[FieldError, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """The hash of its arguments."""
        return fingerprint(storable(self.args))

    @property
    def args(self) -> Any:  # noqa: ANN401 - JSON
        """The arguments, not yet looked at."""
        return self.raw.get("args")


def fingerprint(args: object) -> str:
    """The hash of arguments as they can be stored, whatever the order of their keys."""
    return hashlib.sha256(orjson.dumps(args, option=orjson.OPT_SORT_KEYS)).hexdigest()


class PhoneTime(fields.AwareDateTime):
    """A time by a phone's clock, which may be wrong by any number of years.

    What our calendar does not hold is told as its nearest end: no clock stops a queue.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        """RFC 3339."""
        super().__init__(format="iso", **options)

    def _deserialize(self, *args: Any, **kwargs: Any) -> datetime:  # noqa: ANN401
        told: datetime = super()._deserialize(*args, **kwargs)
        return min(max(told, EARLIEST), LATEST)


class IdentitySchema(Schema):
    """What a verdict is given to."""

    mid = fields.Integer(required=True, strict=True, validate=validate.Range(1, 2**62))
    mutation_id = fields.UUID(required=True)


class MutationSchema(Strict, IdentitySchema):
    """A mutation's envelope; its arguments are checked against `name@v`."""

    name = fields.String(required=True, validate=validate.Length(1, LONGEST_NAME))
    v = fields.Integer(required=True, strict=True, validate=validate.Range(1, VERSIONS[-1]))
    deps = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=100))
    captured_at = PhoneTime(required=True)
    server_captured_at = PhoneTime(allow_none=True, load_default=None)
    age_ms = fields.Integer(required=True)
    args = fields.Raw(required=True, allow_none=True)


# Made once: a schema's making costs more than its use.
_IDENTITY, _MUTATION = IdentitySchema(), MutationSchema()
_SHAPE = Shape(_MUTATION)


class MutationField(fields.Nested):
    """A mutation of a batch: as `Pushed`, whatever is wrong in it."""

    def __init__(self) -> None:
        """Shown as a `MutationSchema`."""
        super().__init__(MutationSchema)

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Pushed:  # noqa: ANN401
        quick = _SHAPE.read(value)
        return _pushed(value, quick) if quick is not None else _read_with_care(value)


def _read_with_care(value: Any) -> Pushed:  # noqa: ANN401 - JSON
    identity = _IDENTITY.load(value, unknown=EXCLUDE)
    try:
        read = _MUTATION.load(value)
    except ValidationError as error:
        return _faulty(identity, value, field_errors(error.messages))
    return _pushed(value, SimpleNamespace(**read))


def _pushed(raw: dict[str, Any], read: Any) -> Pushed:  # noqa: ANN401 - the schema's fields
    age = min(max(read.age_ms, 0), LONGEST_AGE)
    return Pushed(
        mid=read.mid,
        mutation_id=read.mutation_id,
        raw=raw,
        name=read.name,
        v=read.v,
        captured_at=read.captured_at,
        age=timedelta(milliseconds=age),
        deps=tuple(read.deps),
        server_captured_at=read.server_captured_at,
    )


def _faulty(identity: dict[str, Any], raw: dict[str, Any], faults: list[FieldError]) -> Pushed:
    name, v = raw.get("name"), raw.get("v")
    return Pushed(
        **identity,
        raw=raw,
        name=printable(name)[:LONGEST_NAME] if isinstance(name, str) else "",
        v=v if type(v) is int and v in VERSIONS else 0,
        captured_at=None,
        faults=tuple(faults),
    )
