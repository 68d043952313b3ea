"""Any list as filtered, as a file: Excel, CSV, and GeoJSON where it has places.

A file is passed on: nothing restricted is in it, whoever asks.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, send_file
from marshmallow import RAISE, Schema, fields, validate

from backend.api import desk_ledgers, ledgers, setup_ledgers
from backend.api.activities import ActivityArgs
from backend.api.campaigns import VisitQuery
from backend.api.cases import CaseArgs
from backend.api.documents import DocumentQuery
from backend.api.figures import PeriodArgs, filters_of, period_of
from backend.api.house_imports import latest_rows as imports
from backend.api.houses import HouseArgs
from backend.api.lateness import LateArgs
from backend.api.messages import MessageArgs
from backend.api.phones import PhoneQuery
from backend.api.queue import QueueArgs
from backend.api.refusals import RefusalArgs
from backend.api.schemas import PageArgs
from backend.api.tasks import TaskQuery
from backend.api.workers import worker_rows
from backend.audit import commands as audit
from backend.cases import queries as cases
from backend.cases import samples
from backend.cases.ledger import with_outcomes
from backend.cases.queue import queue
from backend.cases.rules import local_day
from backend.db import db, utc_now
from backend.delivery import queries as messages
from backend.delivery.calls import to_call
from backend.documents import queries as documents
from backend.houses import queries as houses
from backend.org import feedback
from backend.org.access import Actor
from backend.org.door import Door, actor
from backend.org.models import Grid, OrgUnit
from backend.oversight import findings, phones
from backend.oversight import queries as oversight
from backend.oversight.lateness import late_cases
from backend.papers.ledger import Heading, Ledger, Limited, Row
from backend.papers.sheets import FORMATS, Format
from backend.partners import tokens
from backend.requests import Strict
from backend.sources import alerts, places
from backend.sync import refused
from backend.tasks import campaigns, plans
from backend.tasks import queries as tasks

door = Door("exports", "exports", url_prefix="/api/exports", description="Lists as files")
A_PAGE = 500
Rows = Iterable[Row]


@dataclass(frozen=True)
class Export:
    """A list that leaves as a file: what it is asked by, what it holds, what it looks like."""

    name: str
    args: type[Schema]
    rows: Callable[[Actor, dict[str, Any]], Rows]
    ledger: Ledger
    on_map: bool = False


def paged(list_rows: Callable[..., tuple[list[Row], str | None]]) -> Callable[..., Iterator[Row]]:
    """All rows of a list that comes in pages, one page at a time."""

    def every(who: Actor, filters: dict[str, Any]) -> Iterator[Row]:
        rows, following = list_rows(who, filters, None, A_PAGE)
        yield from rows
        while following is not None:
            rows, following = list_rows(who, filters, following, A_PAGE)
            yield from rows

    return every


def _cases(who: Actor, filters: dict[str, Any], cursor: str | None, limit: int) -> Any:  # noqa: ANN401
    rows, following = cases.list_cases(who, filters, cursor, limit)
    return with_outcomes(rows), following


def _visits(who: Actor, filters: dict[str, Any], cursor: str | None, limit: int) -> Any:  # noqa: ANN401
    own = {name: value for name, value in filters.items() if name != "campaign_id"}
    return campaigns.list_visits(who, filters["campaign_id"], own, cursor, limit)


def _samples(who: Actor, _filters: dict[str, Any], cursor: str | None, limit: int) -> Any:  # noqa: ANN401
    rows, following = samples.list_drawn(who, cursor, limit)
    return with_outcomes(rows), following


def _phones(who: Actor, filters: dict[str, Any], cursor: str | None, limit: int) -> Any:  # noqa: ANN401
    return phones.list_phones(who, phones.Wanted(**filters), cursor, limit)


def _feedback(who: Actor, _filters: dict[str, Any], cursor: str | None, limit: int) -> Any:  # noqa: ANN401
    said, following = feedback.list_feedback(who, cursor, limit)
    times = ("captured_at", "received_at")
    rows = [
        {"user": {"name": one.user.name}, "text": one.text}
        | {name: getattr(one, name) for name in times}
        for one in said
    ]
    return rows, following


class CampaignVisitArgs(VisitQuery):
    """Which households of a campaign."""

    campaign_id = fields.UUID(required=True)


class FindingArgs(PeriodArgs, Strict):
    """Which findings: those of a period, as the figures tell of them."""


def _findings(who: Actor, args: dict[str, Any]) -> list[Row]:
    return findings.findings(who, period_of(args), filters_of(args))


class WorkerArgs(Strict):
    """Which workers."""

    q = fields.String(validate=validate.Length(max=100))
    duty = fields.String(validate=validate.OneOf(["on", "off"]))


def _workers(who: Actor, filters: dict[str, Any]) -> Iterator[Row]:
    duty, words = filters.get("duty"), filters.get("q", "")
    for row in worker_rows(who):
        named = " ".join([row["name"], *(grid["name"] for grid in row["grids"])])
        if words in named and (duty is None or row["on_duty"] == (duty == "on")):
            yield row


def _whole(list_rows: Callable[[Actor], Rows]) -> Callable[[Actor, dict[str, Any]], Rows]:
    """A list that nothing narrows."""
    return lambda who, _filters: list_rows(who)


def _alert_sources(who: Actor) -> Iterator[Row]:
    """Without the secrets that they sign with."""
    for one in alerts.list_sources(who):
        grid = db.session.get_one(Grid, one.grid_id)
        told = {"name": one.name, "devices": len(one.devices), "made_at": one.made_at}
        yield told | {"grid": f"{grid.village_name} {grid.name}"}


EXPORTS = (
    Export("cases", CaseArgs, paged(_cases), ledgers.CASES, on_map=True),
    Export("findings", FindingArgs, _findings, ledgers.FINDING_LEDGER),
    Export("tasks", TaskQuery, paged(tasks.list_tasks), ledgers.TASK_LEDGER, on_map=True),
    Export("houses", HouseArgs, paged(houses.list_houses), ledgers.HOUSE_LEDGER, on_map=True),
    Export(
        "activities",
        ActivityArgs,
        paged(oversight.list_activities),
        ledgers.ACTIVITY_LEDGER,
        on_map=True,
    ),
    Export("documents", DocumentQuery, paged(documents.list_documents), ledgers.DOCUMENT_LEDGER),
    Export("visits", CampaignVisitArgs, paged(_visits), ledgers.VISIT_LEDGER),
    Export("refusals", RefusalArgs, paged(refused.list_refusals), ledgers.REFUSAL_LEDGER),
    Export("workers", WorkerArgs, _workers, ledgers.WORKER_LEDGER),
    Export("queue", QueueArgs, paged(queue), desk_ledgers.QUEUE_LEDGER, on_map=True),
    Export("late", LateArgs, paged(late_cases), desk_ledgers.LATE_LEDGER, on_map=True),
    Export("samples", PageArgs, paged(_samples), desk_ledgers.SAMPLE_LEDGER, on_map=True),
    Export("messages", MessageArgs, paged(messages.list_messages), desk_ledgers.MESSAGE_LEDGER),
    Export("calls", Strict, lambda who, _: to_call(who), desk_ledgers.CALL_LEDGER),
    Export("phones", PhoneQuery, paged(_phones), desk_ledgers.PHONE_LEDGER),
    Export("plans", Strict, lambda who, _: plans.list_plans(who), desk_ledgers.PLAN_LEDGER),
    Export("feedback", PageArgs, paged(_feedback), desk_ledgers.FEEDBACK_LEDGER),
    Export("campaigns", Strict, _whole(campaigns.list_campaigns), setup_ledgers.CAMPAIGN_LEDGER),
    Export("house-imports", Strict, _whole(imports), setup_ledgers.IMPORT_LEDGER),
    Export("report-places", Strict, _whole(places.list_places), setup_ledgers.PLACE_LEDGER),
    Export("alert-sources", Strict, _whole(_alert_sources), setup_ledgers.ALERT_LEDGER),
    Export("tokens", Strict, _whole(tokens.list_tokens), setup_ledgers.TOKEN_LEDGER),
)


def _formats(export: Export) -> dict[str, Format]:
    return {name: form for name, form in FORMATS.items() if export.on_map or name != "geojson"}


def contents_of(export: Export) -> dict[str, Any]:
    """What an answer with the file may be, for the OpenAPI document."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    contents = {form.mimetype: binary for form in _formats(export).values()}
    return contents | (
        {"application/geo+json": {"schema": {"type": "object"}}} if export.on_map else {}
    )


def _pages_of(args: type[Schema]) -> tuple[str, ...]:
    return tuple({"limit", "cursor"} & set(args().fields))


def _args_of(export: Export) -> type[Schema]:
    """The list's own query, without pages and with a format."""
    members = {
        "format": fields.String(required=True, validate=validate.OneOf(list(_formats(export)))),
        "Meta": type("Meta", (), {"unknown": RAISE, "exclude": _pages_of(export.args)}),
    }
    return type(f"{export.name.title()}ExportArgs", (export.args,), members)


def _open(export: Export) -> None:
    @door.get(f"/{export.name}", endpoint=export.name)
    @door.arguments(_args_of(export), location="query")
    @door.doc(responses={"200": {"description": "The file", "content": contents_of(export)}})
    def one(args: dict[str, Any]) -> Response:
        return file_of(export, args.pop("format"), args)

    del one


def file_of(export: Export, kind: str, filters: dict[str, Any]) -> Response:
    """The list as a file of that kind; the audit log says who took what."""
    who = replace(actor(), uncleared=True)
    form = FORMATS[kind]
    file = io.BytesIO()
    rows = Limited(export.rows(who, filters))
    form.write(file, export.ledger, _heading(who, filters), rows)
    told = {name: str(value) for name, value in filters.items()}
    detail = {"format": kind, "rows": rows.count, "filters": told}
    audit.record(who.user_id, "export", export.name, None, **detail)
    file.seek(0)
    name = f"{export.ledger.title}_{local_day(utc_now()):%Y%m%d}.{kind}"
    return send_file(file, form.mimetype, as_attachment=True, download_name=name)


def _heading(who: Actor, filters: dict[str, Any]) -> Heading:
    unit = db.session.get_one(OrgUnit, who.grants[0].org_unit_id)
    days = (filters["since"], filters["until"]) if {"since", "until"} <= filters.keys() else None
    return Heading(unit.name, who.name, utc_now(), days)


for _export in EXPORTS:
    _open(_export)
