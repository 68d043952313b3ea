"""How request bodies are read and answers written: JSON, plain or gzip, with a cap."""

from __future__ import annotations

import json
import zlib
from typing import Any

import orjson
from flask import Flask, Request
from flask.json.provider import JSONProvider
from flask_smorest.arguments import FlaskParser

from backend.problems import BodyTooLarge, MalformedJson, UnsupportedMediaType


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
    """Reads the JSON of declared arguments the way that all of the application reads it."""

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


class Orjson(JSONProvider):
    """JSON by orjson.

    What only the standard library reads (NaN) is left to validation, which can point at the
    field.
    """

    def dumps(self, obj: Any, **_options: Any) -> str:  # noqa: ANN401
        """JSON text; UUIDs and times in their standard forms, UTC as Z."""
        return orjson.dumps(obj, option=orjson.OPT_UTC_Z).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:  # noqa: ANN401
        """The value of a JSON text."""
        try:
            return orjson.loads(s)
        except orjson.JSONDecodeError as error:
            return _loads_with_nan(s, error)


def _loads_with_nan(s: str | bytes, error: ValueError) -> Any:  # noqa: ANN401
    if not any(word in (s if isinstance(s, bytes) else s.encode()) for word in (b"NaN", b"Inf")):
        raise error
    try:
        return json.loads(s)
    except RecursionError as deep:
        raise ValueError(str(deep)) from deep


def install(app: Flask) -> None:
    """Make the application read and write this way."""
    app.request_class = GridfieldRequest
    app.json = Orjson(app)
