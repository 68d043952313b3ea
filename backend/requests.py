"""How requests are read and answers written: JSON, plain or gzip, with a cap, strictly."""

from __future__ import annotations

import gzip
import json
import math
import zlib
from datetime import UTC, datetime
from typing import Any, ClassVar

import orjson
from flask import Flask, Request, Response, request
from flask.json.provider import JSONProvider
from flask_smorest.arguments import FlaskParser
from marshmallow import RAISE, Schema, ValidationError, fields

from backend.problems import BodyTooLarge, MalformedJson, UnsupportedMediaType, printable

WORTH_PACKING = 1000  # bytes; less fits into one packet of the network anyway
NESTING = frozenset({dict, list})
DEEPEST = 100  # levels of nesting; what people enter has five
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Strict(Schema):
    """Input in which an unknown field is an error, and so is text that cannot be stored."""

    class Meta:
        """Marshmallow's options."""

        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Check every text, also those inside lists and as keys."""
        del field_name
        inside = (getattr(field_obj, part, None) for part in ("inner", "key_field", "value_field"))
        for part in (field_obj, *inside):
            if isinstance(part, fields.String):
                part.validators = [storable_text, *part.validators]


class Truth(fields.Boolean):
    """True or false, and nothing that only reads like it."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401
        del args, kwargs
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


def storable_text(value: object) -> None:
    """Refuse text that no database holds."""
    if isinstance(value, str) and printable(value) != value:
        raise ValidationError("不能含有空字符或残缺的字符")


def moment(**options: Any) -> fields.AwareDateTime:  # noqa: ANN401
    """A time with a zone, RFC 3339, that every zone's calendar can say."""
    return fields.AwareDateTime(format="iso", validate=_sensible, **options)


def _sensible(value: datetime) -> None:
    if not EARLIEST <= value < LATEST:
        raise ValidationError("时间应在 1900 年到 2199 年之间")


def storable(value: Any) -> Any:  # noqa: ANN401 - JSON
    """JSON as the database can keep it: what it cannot hold is written out in visible signs."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {printable(key): storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item) for item in value]
    plain = not isinstance(value, float) or math.isfinite(value)
    small = not isinstance(value, int) or -(2**63) <= value < 2**63
    return value if plain and small else str(value)


class GridfieldRequest(Request):
    """A request that inflates gzip up to the size that a plain body may have."""

    def get_data(
        self,
        cache: bool = True,  # noqa: FBT001, FBT002 - werkzeug's signature
        as_text: bool = False,  # noqa: FBT001, FBT002
        parse_form_data: bool = False,  # noqa: FBT001, FBT002
    ) -> Any:  # noqa: ANN401
        """The body, inflated where it says that it is gzip."""
        data = super().get_data(cache=cache, parse_form_data=parse_form_data)
        if self.headers.get("Content-Encoding", "").lower() == "gzip":
            data = inflate(data, self.max_content_length or 0)
        return data.decode() if as_text else data

    def on_json_loading_failed(self, e: ValueError | None) -> Any:  # noqa: ANN401
        """Say what is wrong with the body."""
        if e is None:
            raise UnsupportedMediaType
        raise MalformedJson from e


class BodyParser(FlaskParser):  # type: ignore[misc]
    """Reads the JSON of declared arguments the way that all of the application reads it.

    An unknown word in a query is an error like any unknown field: a filter with a slip of the
    pen would otherwise filter nothing.
    """

    DEFAULT_UNKNOWN_BY_LOCATION: ClassVar = {"json": None, "query": RAISE}

    def _raw_load_json(self, req: Request) -> Any:  # noqa: ANN401
        return req.get_json()


def inflate(data: bytes, limit: int) -> bytes:
    """The plain bytes of a gzip body.

    Raises:
        BodyTooLarge: they would be more than `limit` bytes; no more than that is ever made.
        MalformedJson: it is no gzip.
    """
    stream = zlib.decompressobj(wbits=31)
    try:
        plain = stream.decompress(data, limit + 1)
    except zlib.error as error:
        raise MalformedJson from error
    if len(plain) > limit:
        raise BodyTooLarge
    if not stream.eof:
        raise MalformedJson
    return plain


def packed(response: Response) -> Response:
    """The answer in gzip, where that is asked for and worth it."""
    response.vary.add("Accept-Encoding")
    if len(response.get_data()) < WORTH_PACKING or request.accept_encodings["gzip"] <= 0:
        return response
    # The lowest level: three times the time of a higher one buys a tenth of the bytes.
    response.set_data(gzip.compress(response.get_data(), 1))
    response.headers["Content-Encoding"] = "gzip"
    return response


class Orjson(JSONProvider):
    """JSON by orjson.

    What only the standard library reads (NaN, half of a surrogate pair) is left to validation,
    which can point at the field.
    """

    def dumps(self, obj: Any, **_options: Any) -> str:  # noqa: ANN401
        """JSON text; UUIDs and times in their standard forms, UTC as Z."""
        return orjson.dumps(obj, option=orjson.OPT_UTC_Z).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:  # noqa: ANN401
        """The value of a JSON text, no deeper than `DEEPEST`."""
        try:
            value = orjson.loads(s)
        except orjson.JSONDecodeError:
            value = _loads_leniently(s)
        _refuse_depth(value)
        return value


def _loads_leniently(s: str | bytes) -> Any:  # noqa: ANN401
    try:
        return json.loads(s)
    except RecursionError as deep:
        raise ValueError(str(deep)) from deep


def _refuse_depth(value: Any) -> None:  # noqa: ANN401
    level = [value] if type(value) in NESTING else []
    for _ in range(DEEPEST):
        if not level:
            return
        level = [
            item
            for node in level
            for item in (node.values() if type(node) is dict else node)
            if type(item) in NESTING
        ]
    if level:
        raise ValueError("too deep")


def install(app: Flask) -> None:
    """Make the application read and write this way."""
    app.request_class = GridfieldRequest
    app.json = Orjson(app)
