"""What a phone must hold: a plain SELECT over the scopes that its person is granted.

Neither the feed's code nor the phone's is known here: each kind's home and columns are said a
second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tools.faults.machine import Machine

Row = dict[str, Any]

MASKED_NAME = "left({0}, 1) || repeat('*', greatest(length({0}) - 1, 1))"

# kind: table, home scope, columns that are named or made differently on the phone
KINDS = {
    "checklist": ("checklists", "CASE WHEN state <> 'draft' THEN 'global' END", {}),
    "calendar_day": ("calendar_days", "'global'", {}),
    "hazard_item": (
        "hazard_items",
        "CASE WHEN retired_at IS NULL THEN 'global' END",
        {"settles": "self_settle AND severity = 'general'"},
    ),
    "department": ("departments", "'town:' || org_unit_id", {}),
    "task_kind": ("task_kinds", "'town:' || org_unit_id", {}),
    "grid": (
        "grids",
        "CASE WHEN retired_at IS NULL THEN 'grid:' || coalesce(parent_id, id) END",
        {"geometry": "outline"},
    ),
    "house": (
        "houses",
        "CASE WHEN ended_on IS NULL THEN 'grid:' || grid_id END",
        {"matched": "address_id IS NOT NULL"},
    ),
    "house_event": ("house_events", "'grid:' || grid_id", {}),
    "room": ("rooms", "'grid:' || grid_id", {}),
    "occupant": ("occupants", "'grid:' || grid_id", {}),
    "inspection": ("inspections", "'grid:' || grid_id", {"answers": "open_answers"}),
    "signature": (
        "inspection_signatures",
        "'grid:' || grid_id",
        {"name": MASKED_NAME.format("name"), "witness": MASKED_NAME.format("witness")},
    ),
    "case": (
        "cases",
        "CASE WHEN restricted THEN 'user:' || reporter_id ELSE 'grid:' || grid_id END",
        {"reported_at": "captured_at"},
    ),
    "photo": ("photos", "scope", {"arrived": "arrived_at IS NOT NULL"}),
    "task": (
        "tasks",
        "coalesce('user:' || assignee_id, 'grid:' || grid_id)",
        {
            "receipts": "jsonb_build_object('delivered_at', delivered_at, 'read_at', read_at,"
            " 'accepted_at', accepted_at, 'finished_at', finished_at)"
        },
    ),
    "campaign": ("campaigns", "'town:' || township_id", {}),
    "visit": ("visits", "'grid:' || grid_id", {}),
    "authority": ("authorities", "'town:' || org_unit_id", {}),
    "enforcer": ("enforcers", "'town:' || org_unit_id", {}),
    "document_template": ("document_templates", "'global'", {}),
    "number_block": (
        "number_blocks",
        "CASE WHEN reclaimed_at IS NULL THEN 'user:' || user_id END",
        {},
    ),
    "document": ("documents", "'user:' || issuer_id", {}),
    "patrol": ("patrols", "'user:' || user_id", {}),
    "notice": ("notices", "'user:' || user_id", {}),
}
MASKED = {
    "landlord_name", "landlord_phone", "agent_name", "agent_phone", "name_masked", "detail",
}  # fmt: skip

GRANTED = """
    SELECT 'grid:' || d.grid_id FROM grid_duties d JOIN grids g ON g.id = d.grid_id
    WHERE d.user_id = %s AND d.since <= now() AND (d.until IS NULL OR d.until > now())
    AND g.kind <> 'micro'
    UNION SELECT 'town:' || t.id FROM role_grants r JOIN org_units u ON u.id = r.org_unit_id
    JOIN org_units t ON t.kind = 'township' AND u.path LIKE t.path || '%%'
    WHERE r.user_id = %s
    UNION SELECT 'global' UNION SELECT 'user:' || %s"""


_HOMES = "SELECT id::text, {1} FROM {0}"


def expected_base(machine: Machine, user: str) -> dict[tuple[str, str], tuple[str, Row]]:
    """Every record that this person may see now, by kind and id: its home and its columns."""
    granted = sorted({row[0] for row in machine.ask(GRANTED, *[user] * 3)})
    return dict(_select(machine, granted))


def homes(machine: Machine) -> dict[tuple[str, str], str]:
    """Where every record of a kind that phones make lives: `{(kind, id): scope}`."""
    return {
        (kind, record_id): home
        for kind in ("inspection", "case", "patrol")
        for record_id, home in machine.ask(_HOMES.format(*KINDS[kind]))
    }


def differences(expected: dict[tuple[str, str], tuple[str, Row]], stores: Row) -> Iterator[str]:
    """How a phone's base and membership differ from what they must be (invariants 6 and 7)."""
    held = {(row["kind"], row["id"]): row for row in stores["base"]}
    for key in expected.keys() ^ held.keys():
        where = "only in the database" if key in expected else "only on the phone"
        yield f"{' '.join(key)} is {where}"
    for key in expected.keys() & held.keys():
        scope, row = expected[key]
        for what in _differences(held[key], scope, row):
            yield f"{' '.join(key)} {what}"
    members = {(row["scope"], row["kind"], row["id"]) for row in stores["membership"]}
    if members != {(scope, *key) for key, (scope, _) in expected.items()}:
        yield "the membership is another"


def _select(
    machine: Machine, granted: list[str]
) -> Iterator[tuple[tuple[str, str], tuple[str, Row]]]:
    for kind, (source, scope, renamed) in KINDS.items():
        made = "".join(f", '{its}', {expression}" for its, expression in renamed.items())
        query = (
            f"SELECT id::text, {scope}, to_jsonb(t) || jsonb_build_object({made[2:]})"  # noqa: S608
            f" FROM {source} t WHERE {scope} = ANY(%s)"
        )
        for record_id, home, row in machine.ask(query, granted):
            yield (kind, record_id), (home, row)


def _differences(held: Row, scope: str, row: Row) -> Iterator[str]:
    if held["scope"] != scope:
        yield f"lives in {scope}, not {held['scope']}"
    for column in held["row"].keys() - MASKED:
        if column not in row:
            yield f"has a column {column} that the oracle does not know"
        elif _plain(held["row"][column]) != _plain(row[column]):
            yield f"{column}: {held['row'][column]!r}, not {row[column]!r}"


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Times as times, whatever their spelling."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, str) and len(value) > len("2026-01-01T00:00") and value[10] == "T":
        return datetime.fromisoformat(value)
    return value
