"""Schemas compiled: what is plainly in order is read in one go, the rest is marshmallow's to judge.

A marshmallow schema is the definition. From it a msgspec type is made, once, that accepts a part
of what the schema accepts, and the same values of it (tests/sync/test_compiled.py). What the type
does not know of a field (a clock's oddities, a rule of ours) the field itself still decides.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

import msgspec
from marshmallow import RAISE, Schema, ValidationError, fields, missing, validate
from msgspec import UNSET, Meta, Struct

from backend.requests import storable_text
from backend.sync.schemas import Whole

# What text may hold anywhere (`requests.storable_text`), as the beginning of a pattern.
STORABLE = r"(?=[^\x00\ud800-\udfff]*\Z)"
TOP = 2**63 - 1

Finish = Callable[[Any], Any]  # from what msgspec has read to marshmallow's value
Read = tuple[Any, Finish | None]  # a type, and what remains to be done with its values


class Shape:
    """A schema, and its quick reading."""

    def __init__(self, schema: Schema) -> None:
        """Compile the schema."""
        self.schema = schema
        self._read = _struct(schema)

    def read(self, value: object) -> Any:  # noqa: ANN401 - a struct with the schema's fields
        """The value as a struct, where it is plainly in order; else None."""
        if self._read is None:
            return None
        kind, finish = self._read
        try:
            found = msgspec.convert(value, kind)
            return finish(found) if finish else found
        except (msgspec.ValidationError, ValidationError, ValueError):
            return None

    def load(self, value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """What the schema loads.

        Raises:
            ValidationError: the schema's own.
        """
        found = self.read(value)
        loaded: dict[str, Any] = self.schema.load(value) if found is None else plain(found)
        return loaded


def plain(value: Any) -> Any:  # noqa: ANN401 - a struct and what it holds
    """A struct as the dict that marshmallow would have made."""
    if isinstance(value, Struct):
        pairs = ((name, getattr(value, name)) for name in value.__struct_fields__)
        return {name: plain(item) for name, item in pairs if item is not UNSET}
    return [plain(item) for item in value] if isinstance(value, list) else value


def _struct(schema: Schema) -> Read | None:
    if schema.unknown != RAISE or any(schema._hooks.values()):  # noqa: SLF001 - no other way to ask
        return None  # it does more than its fields say
    reads = {name: _field(field) for name, field in schema.load_fields.items()}
    columns = [
        (name, kind if field.required else kind | msgspec.UnsetType, *_default(field))
        for name, field in schema.load_fields.items()
        for kind in [reads[name][0]]
    ]
    name = type(schema).__name__
    made = msgspec.defstruct(
        name, columns, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
    )
    later = [(name, finish) for name, (_, finish) in reads.items() if finish]
    return made, _each_of(later) if later else None


def _default(field: fields.Field[Any]) -> tuple[Any, ...]:
    if field.required:
        return ()
    default = field.load_default
    if callable(default):
        return (msgspec.field(default_factory=default),)
    return (UNSET if default is missing else default,)


def _each_of(later: list[tuple[str, Finish]]) -> Finish:
    def finish(found: Any) -> Any:  # noqa: ANN401
        for name, do in later:
            value = getattr(found, name)
            if value is not None and value is not UNSET:
                setattr(found, name, do(value))
        return found

    return finish


def _field(field: fields.Field[Any]) -> Read:
    """The type of a field; one that nobody here knows decides for itself."""
    known = _KINDS.get(type(field))
    if isinstance(field, fields.AwareDateTime):
        known = _moment
    read = known(field) if known else None
    if read is None:
        return Any, field.deserialize
    kind, finish = read
    return (kind | None if field.allow_none else kind), finish


def _text(field: fields.Field[Any]) -> Read | None:
    rules = [rule for rule in field.validators if rule is not storable_text]
    match rules:
        case [validate.OneOf() as known]:
            return Literal[tuple(known.choices)], None
        case [Whole() as whole]:
            pattern = str(whole.regex.pattern).removeprefix("^").removesuffix("$")
            return Annotated[str, Meta(pattern=rf"^{STORABLE}(?:{pattern})\Z")], None
        case [] | [validate.Length()]:
            limits = _length(rules)
            return Annotated[str, _meta(pattern=f"^{STORABLE}", **limits)], None
    return None


def _meta(**limits: Any) -> Meta:  # noqa: ANN401 - of numbers, text or lists
    return Meta(**limits)


def _length(rules: list[Any]) -> dict[str, int]:
    if not rules:
        return {}
    (rule,) = rules
    least = rule.min if rule.equal is None else rule.equal
    most = rule.max if rule.equal is None else rule.equal
    limits = {"min_length": least, "max_length": most}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _number(kind: type) -> Callable[[fields.Field[Any]], Read | None]:
    def read(field: fields.Field[Any]) -> Read | None:
        match field.validators:
            case []:
                return (Annotated[int, Meta(ge=-TOP, le=TOP)], None) if kind is int else None
            case [validate.Range(min_inclusive=True, max_inclusive=True) as rule]:
                limits = {"ge": rule.min, "le": rule.max}
                given = {name: limit for name, limit in limits.items() if limit is not None}
                return Annotated[kind, _meta(**given)], None
        return None

    return read


def _moment(field: fields.Field[Any]) -> Read:
    """A time in the one form that everyone writes and everyone reads in the same way."""
    if type(field) is not fields.AwareDateTime or field.default_timezone is not None:
        return _MOMENT, field.deserialize

    def finish(text: str) -> datetime:
        value = datetime.fromisoformat(text)
        for rule in field.validators:
            rule(value)
        return value

    return _MOMENT, finish


_MOMENT = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.([0-9]{3}|[0-9]{6}))?"
        r"(Z|[+-][0-9]{2}:[0-9]{2})\Z"
    ),
]


def _list(field: fields.Field[Any]) -> Read | None:
    inner, finish = _field(cast("fields.List[Any]", field).inner)
    lengths = [rule for rule in field.validators if isinstance(rule, validate.Length)]
    others = [rule for rule in field.validators if not isinstance(rule, validate.Length)]
    kind = Annotated[list[inner], _meta(**_length(lengths))]  # type: ignore[valid-type]
    if not finish and not others:
        return kind, None

    def finish_list(found: list[Any]) -> list[Any]:
        done = [finish(item) for item in found] if finish else found
        for rule in others if done else []:
            rule([plain(item) for item in done])
        return done

    return kind, finish_list


def _dict(field: fields.Field[Any]) -> Read | None:
    pair = cast("fields.Dict", field)
    if pair.key_field is None or pair.value_field is None:
        return None
    (key, first), (value, second) = _field(pair.key_field), _field(pair.value_field)
    lengths = [rule for rule in field.validators if isinstance(rule, validate.Length)]
    if first or second or len(lengths) != len(field.validators):
        return None
    return Annotated[dict[key, value], _meta(**_length(lengths))], None  # type: ignore[valid-type]


def _nested(field: fields.Field[Any]) -> Read | None:
    nested = cast("fields.Nested", field)
    return None if nested.many or nested.validators else _struct(nested.schema)


def _bare(kind: type) -> Callable[[fields.Field[Any]], Read | None]:
    return lambda field: None if field.validators else (kind, None)


_KINDS: dict[type, Callable[[Any], Read | None]] = {
    fields.String: _text,
    fields.Integer: _number(int),
    fields.Float: _number(float),
    fields.UUID: _bare(UUID),
    fields.Boolean: _bare(bool),
    fields.List: _list,
    fields.Dict: _dict,
    fields.Nested: _nested,
}
