"""The door of other systems, by a token: cases out, orders in. Version 1 keeps its shapes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from backend.api.cases import CaseArgs
from backend.api.schemas import PageArgs, Strict, time_field
from backend.api.shapes import NamedShape, filters_of, page_of
from backend.api.sources import TakenShape
from backend.partners import cases, orders
from backend.partners.door import TokenDoor, partner
from backend.sources import results

door = TokenDoor(
    "v1",
    "v1",
    url_prefix="/api/v1",
    description="For other systems: `Authorization: Bearer gf_…`",
    scopes={
        "several": "cases:read",
        "one": "cases:read",
        "take_orders": "cases:write-hotline",
        "order_results": "cases:read",
    },
)
EXAMPLE = {
    "id": "0193c2a4-5b6c-7d8e-9f00-112233445566",
    "number": "YH004-202611-0012",
    "title": "飞线充电",
    "item_code": "P01",
    "source": "report",
    "severity": "serious",
    "state": "dispatched",
    "state_name": "待签收",
    "owner": "department",
    "department": {"id": "0193c2a4-0000-7000-8000-000000000001", "name": "消防"},
    "village": {"id": "0193c2a4-0000-7000-8000-000000000002", "name": "新桥村"},
    "grid": {"id": "0193c2a4-0000-7000-8000-000000000003", "name": "新桥村第一网格"},
    "address": "新建路 8 号",
    "note": "窗口拉线给电动车充电",
    "lng": 121.0735,
    "lat": 32.0658,
    "reported_at": "2026-11-16T02:00:00Z",
    "due_at": "2026-11-19T02:00:00Z",
    "step_due_at": "2026-11-16T04:00:00Z",
    "closed_at": None,
    "overdue": False,
    "supervised": False,
    "version": 4,
}
LINE = {"version": 1, "at": "2026-11-16T02:00:05Z", "action": "report", "text": "窗口拉线充电"}
ORDER = {
    "number": "TZ20261122001",
    "text": "小区东门路灯不亮",
    "kind": "投诉",
    "place": "新桥村",
    "address": "新建路 8 号",
    "item": "U04",
    "contact_name": "王女士",
    "contact_phone": "13800000000",
    "received_at": "2026-11-22 09:30",
    "working_days": 5,
    "lng": 121.0735,
    "lat": 32.0658,
}
TAKEN = {
    "taken": [
        {
            "number": "TZ20261122001",
            "outcome": "opened",
            "case_id": "0193c2a4-5b6c-7d8e-9f00-112233445566",
            "case_number": "YH004-202611-0012",
            "errors": [],
        },
        {
            "number": "TZ20261122002",
            "outcome": "refused",
            "case_id": None,
            "case_number": None,
            "errors": [
                {
                    "pointer": "/place",
                    "code": "invalid",
                    "detail": "本辖区没有这个村(社区)或网格",
                }
            ],
        },
    ]
}
RESULT = {
    "number": "TZ20261122001",
    "kind": "投诉",
    "case_number": "YH004-202611-0012",
    "title": "路灯不亮",
    "received_at": "2026-11-22T01:30:00Z",
    "department": "住建",
    "state": "closed",
    "result": "已结案:已修复",
    "due_at": "2026-11-27T01:30:00Z",
    "closed_at": "2026-11-24T03:00:00Z",
    "overdue": False,
    "rating": "satisfied",
}


class PartnerCaseShape(Schema):
    """A case as other systems see it; persons are left out, their numbers hidden."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    title = fields.String(required=True)
    item_code = fields.String(required=True)
    source = fields.String(required=True)
    severity = fields.String(required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    owner = fields.String(allow_none=True)
    department = fields.Nested(NamedShape, allow_none=True)
    village = fields.Nested(NamedShape, allow_none=True)
    grid = fields.Nested(NamedShape, allow_none=True)
    address = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    lng = fields.Float(allow_none=True)
    lat = fields.Float(allow_none=True)
    reported_at = time_field(required=True)
    due_at = time_field(required=True)
    step_due_at = time_field(allow_none=True)
    closed_at = time_field(allow_none=True)
    overdue = fields.Boolean(required=True)
    supervised = fields.Boolean(required=True)
    version = fields.Integer(required=True)


class PartnerLineShape(Schema):
    """A line of the thread, without who."""

    version = fields.Integer(required=True)
    at = time_field(required=True)
    action = fields.String(required=True)
    text = fields.String(allow_none=True)


class PartnerFileShape(PartnerCaseShape):
    """A case with its thread."""

    thread = fields.List(fields.Nested(PartnerLineShape), required=True)


@door.get("/cases")
@door.arguments(CaseArgs, location="query")
@door.response(200, page_of(PartnerCaseShape), example={"items": [EXAMPLE], "next": None})
def several(args: dict[str, Any]) -> dict[str, Any]:
    """The cases of the token's division, the newest found first; `next` is the next `cursor`."""
    items, following = cases.list_cases(partner(), *filters_of(args))
    return {"items": items, "next": following}


@door.get("/cases/<uuid:case_id>")
@door.response(200, PartnerFileShape, example={**EXAMPLE, "thread": [LINE]})
def one(case_id: UUID) -> dict[str, Any]:
    """A case with its thread."""
    return cases.read_case(partner(), case_id)


class OrdersArgs(Strict):
    """Orders of the 12345 hotline: the columns of its sheet (`docs/partners.md`) by name."""

    orders = fields.List(
        fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True)),
        required=True,
        validate=validate.Length(1, orders.MOST),
    )


class TakenOrdersShape(Schema):
    """What became of each order, in the batch's order."""

    taken = fields.List(fields.Nested(TakenShape), required=True)


@door.post("/hotline-orders")
@door.arguments(OrdersArgs, example={"orders": [ORDER]})
@door.response(200, TakenOrdersShape, example=TAKEN)
def take_orders(args: dict[str, Any]) -> dict[str, Any]:
    """Take orders in: a broken one comes back with its reasons, the rest is in.

    Opened, updated (known, with news), same (known) or refused; to send a batch again is safe.
    """
    return {"taken": orders.take_orders(partner(), args["orders"])}


class OrderResultsArgs(PageArgs):
    """When the orders ended."""

    closed_since = time_field(load_default=None, allow_none=True)
    closed_until = time_field(load_default=None, allow_none=True)


class OrderResultShape(Schema):
    """What became of an order of the hotline."""

    number = fields.String(required=True)
    kind = fields.String(required=True, allow_none=True)
    case_number = fields.String(required=True)
    title = fields.String(required=True)
    received_at = time_field(required=True)
    department = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    result = fields.String(required=True)
    due_at = time_field(required=True)
    closed_at = time_field(required=True)
    overdue = fields.Boolean(required=True)
    rating = fields.String(required=True, allow_none=True)


@door.get("/hotline-results")
@door.arguments(OrderResultsArgs, location="query")
@door.response(200, page_of(OrderResultShape), example={"items": [RESULT], "next": None})
def order_results(args: dict[str, Any]) -> dict[str, Any]:
    """The orders of the token's division that have ended, the first ended first.

    One that was opened again and ended anew comes again.
    """
    items, following = results.list_results(partner(), *filters_of(args))
    return {"items": items, "next": following}
