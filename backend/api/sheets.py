"""How sheets come in and go out."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from flask import Response
from marshmallow import Schema, fields

from backend.api.schemas import FieldErrorSchema
from backend.problems import FieldError
from backend.sheets import BrokenLine, Column, broken_sheet, template

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE: dict[str, Any] = {
    "description": "An .xlsx, .xls or .csv file",
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


class BrokenLineShape(Schema):
    """A line that cannot be taken in."""

    number = fields.Integer(required=True)
    errors = fields.List(fields.Nested(FieldErrorSchema), required=True)


class BrokenShape(Schema):
    """The lines that cannot be taken in; `broken_sheet` has them, marked, as .xlsx in base64."""

    broken = fields.List(fields.Nested(BrokenLineShape), required=True)
    broken_sheet = fields.String(required=True, allow_none=True)


def broken_part(columns: Sequence[Column], broken: Sequence[BrokenLine]) -> dict[str, Any]:
    """What an answer says of broken lines."""
    sheet = b64encode(broken_sheet(columns, broken)).decode() if broken else None
    heads = {f"/{column.name}": column.head for column in columns}
    lines = [
        {"number": one.line.number, "errors": [_with_head(error, heads) for error in one.errors]}
        for one in broken
    ]
    return {"broken": lines, "broken_sheet": sheet}


def _with_head(error: FieldError, heads: dict[str, str]) -> FieldError:
    """The reason after the head of its column: "必填" alone says not where."""
    head = heads.get(error.pointer)
    return replace(error, detail=f"{head}:{error.detail}") if head else error


def template_answer(columns: Sequence[Column], name: str) -> Response:
    """A template to fill in, as a file of that name."""
    return sheet_answer(template(columns), name)


def sheet_answer(sheet: bytes, name: str) -> Response:
    """A sheet as a file of that name."""
    answer = Response(sheet, mimetype=XLSX)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return answer
