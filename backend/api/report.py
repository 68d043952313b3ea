"""The residents' page: what is behind a QR code, without an account."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import Schema, fields, validate

from backend.api.schemas import Strict, time_field
from backend.cases.acts import RATINGS
from backend.db import transaction
from backend.delivery import gateways
from backend.houses.labels import report_code
from backend.media.received import receive
from backend.org.door import Door
from backend.sources import citizens, codes
from backend.sources.citizens import Report
from backend.sources.places import open_place

VIEWS = {"entry", "label", "report", "code", "receipt", "look", "rate"}
door = Door("report", "report", url_prefix="/api/report", public=VIEWS)


class ReportChoiceShape(Schema):
    """An item that can be reported."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)


class ReportKindShape(Schema):
    """A class of items."""

    name = fields.String(required=True)
    name_en = fields.String(required=True)
    icon = fields.String(required=True)
    items = fields.List(fields.Nested(ReportChoiceShape), required=True)


class EntryShape(Schema):
    """Where the code hangs, what can be reported, and whether codes can be sent to phones."""

    name = fields.String(required=True)
    classes = fields.List(fields.Nested(ReportKindShape), required=True)
    texts = fields.Boolean(required=True)


def _phone() -> fields.String:
    told = "请填写 11 位手机号"
    return fields.String(
        required=True, validate=validate.Regexp(codes.PHONE.pattern + r"\Z", error=told)
    )


def _phone_code() -> fields.String:
    told = "请填写 6 位验证码"
    return fields.String(required=True, validate=validate.Regexp(r"[0-9]{6}\Z", error=told))


class ReportCodeShape(Schema):
    """The code of the page on which one reports near a door label, if there is one."""

    code = fields.String(required=True, allow_none=True)


class PhoneArgs(Strict):
    """Whose phone."""

    phone = _phone()


class ReportArgs(Strict):
    """What a resident reports."""

    item_code = fields.String(required=True, validate=validate.Length(1, 10))
    text = fields.String(required=True, validate=validate.Length(1, 1000))
    phone = _phone()
    phone_code = _phone_code()
    name = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    address = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))
    lng = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))
    lat = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    photos = fields.List(fields.String(), load_default=list, validate=validate.Length(max=3))


class ReceiptShape(Schema):
    """The number, and the secret of the link by which one sees what became of it."""

    number = fields.String(required=True)
    receipt = fields.String(required=True)


class NumberArgs(Strict):
    """A report by its number and its phone."""

    number = fields.String(required=True, validate=validate.Length(1, 40))
    phone = _phone()
    phone_code = _phone_code()


class LookArgs(Strict):
    """A report by its receipt."""

    receipt = fields.String(required=True, validate=validate.Length(1, 100))


class RatingArgs(LookArgs):
    """How content one is."""

    rating = fields.String(required=True, validate=validate.OneOf(list(RATINGS)))
    text = fields.String(load_default="", validate=validate.Length(max=500))


class ProgressShape(Schema):
    """What became of a report, in plain steps."""

    number = fields.String(required=True)
    title = fields.String(required=True)
    step = fields.String(required=True)
    reported_at = time_field(required=True)
    closed_at = time_field(required=True, allow_none=True)
    rating = fields.String(required=True, allow_none=True)
    may_rate = fields.Boolean(required=True)


@door.get("/places/<code>")
@door.doc(security=[])
@door.response(200, EntryShape)
def entry(code: str) -> dict[str, Any]:
    """What the page behind a QR code shows."""
    with transaction():
        return {**citizens.entry(open_place(code)), "texts": gateways.available()}


@door.get("/labels/<token>")
@door.doc(security=[])
@door.response(200, ReportCodeShape)
def label(token: str) -> dict[str, Any]:
    """Where a stranger before a door label may report; of a label that is none, nothing is said."""
    with transaction():
        return {"code": report_code(token)}


@door.post("/codes")
@door.doc(security=[])
@door.arguments(PhoneArgs)
@door.response(204)
def code(args: dict[str, Any]) -> None:
    """Send a code to a phone."""
    with transaction():
        codes.send_code(args["phone"], request.remote_addr or "")


@door.post("/places/<code>")
@door.doc(security=[])
@door.arguments(ReportArgs)
@door.response(201, ReceiptShape)
def report(args: dict[str, Any], code: str) -> dict[str, Any]:
    """Report: the phone's code must be right before anything is kept."""
    with transaction():
        open_place(code)
    _prove(args["phone"], args.pop("phone_code"))
    photos = receive(args["photos"])
    with transaction():
        case, receipt = citizens.report(open_place(code), Report(**{**args, "photos": photos}))
        return {"number": case.number, "receipt": receipt}


@door.post("/receipts")
@door.doc(security=[])
@door.arguments(NumberArgs)
@door.response(200, ReceiptShape)
def receipt(args: dict[str, Any]) -> dict[str, Any]:
    """A new receipt for number and phone; the one before is good for nothing then."""
    _prove(args["phone"], args["phone_code"])
    with transaction():
        number = args["number"]
        return {"number": number, "receipt": citizens.renew_receipt(number, args["phone"])}


def _prove(phone: str, phone_code: str) -> None:
    """A try counts whatever becomes of the rest: it has a transaction of its own."""
    with transaction():
        right = codes.is_right(phone, phone_code)
    if not right:
        raise codes.wrong_code()


@door.post("/look")
@door.doc(security=[])
@door.arguments(LookArgs)
@door.response(200, ProgressShape)
def look(args: dict[str, Any]) -> dict[str, Any]:
    """What became of a report."""
    with transaction():
        return citizens.look(args["receipt"])


@door.post("/ratings")
@door.doc(security=[])
@door.arguments(RatingArgs)
@door.response(200, ProgressShape)
def rate(args: dict[str, Any]) -> dict[str, Any]:
    """Rate how it ended."""
    with transaction():
        citizens.rate(**args)
        return citizens.look(args["receipt"])
