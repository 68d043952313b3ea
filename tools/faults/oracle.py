"""What must be true after a fault run, asked of the database in plain SQL and of the photos' bytes.

The oracle knows neither the feed's code nor the phone's: each kind's home and columns are said
here a second time.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

Row = dict[str, Any]

# kind: table, home scope, columns that are named or made differently on the phone
KINDS = {
    "checklist": ("checklists", "CASE WHEN state <> 'draft' THEN 'global' END", {}),
    "hazard_item": ("hazard_items", "CASE WHEN retired_at IS NULL THEN 'global' END", {}),
    "department": ("departments", "'town:' || org_unit_id", {}),
    "task_kind": ("task_kinds", "'town:' || org_unit_id", {}),
    "grid": (
        "grids",
        "CASE WHEN retired_at IS NULL THEN 'grid:' || coalesce(parent_id, id) END",
        {"geometry": "outline"},
    ),
    "house": ("houses", "'grid:' || grid_id", {}),
    "room": ("rooms", "'grid:' || grid_id", {}),
    "occupant": ("occupants", "'grid:' || grid_id", {}),
    "inspection": ("inspections", "'grid:' || grid_id", {"answers": "open_answers"}),
    "case": (
        "cases",
        "CASE WHEN restricted THEN 'user:' || reporter_id ELSE 'grid:' || grid_id END",
        {"reported_at": "captured_at"},
    ),
    "photo": ("photos", "scope", {"arrived": "arrived_at IS NOT NULL"}),
    "task": (
        "tasks",
        "'user:' || assignee_id",
        {
            "receipts": "jsonb_build_object('delivered_at', delivered_at, 'read_at', read_at,"
            " 'accepted_at', accepted_at, 'finished_at', finished_at)"
        },
    ),
    "patrol": ("patrols", "'user:' || user_id", {}),
    "notice": ("notices", "'user:' || user_id", {}),
}
MASKED = {"landlord_name", "landlord_phone", "name_masked"}

GRANTED = """
    SELECT 'grid:' || d.grid_id FROM grid_duties d JOIN grids g ON g.id = d.grid_id
    WHERE d.user_id = %(user)s AND d.since <= now() AND (d.until IS NULL OR d.until > now())
    AND g.kind <> 'micro'
    UNION SELECT 'town:' || t.id FROM role_grants r JOIN org_units u ON u.id = r.org_unit_id
    JOIN org_units t ON t.kind = 'township' AND u.path LIKE t.path || '%%'
    WHERE r.user_id = %(user)s
    UNION SELECT 'global' UNION SELECT 'user:' || %(user)s"""

# Each answers what must not be: a name for the finding, and rows that break the rule.
TWICE = {
    "verdicts": "SELECT mutation_id FROM sync_mutations WHERE NOT repeated"
    " GROUP BY 1 HAVING count(*) > 1",
    "openings of a case": "SELECT case_id FROM case_events WHERE action = 'report'"
    " GROUP BY 1 HAVING count(*) > 1",
    "findings of a case": "SELECT case_id FROM findings GROUP BY 1 HAVING count(*) > 1",
    "steps of a task": "SELECT task_id, action, text FROM task_events"
    " WHERE action IN ('accept', 'finish', 'evidence', 'read', 'return')"
    " GROUP BY 1, 2, 3 HAVING count(*) > 1",
    "notices of a refusal": "SELECT mutation_id FROM notices WHERE mutation_id IS NOT NULL"
    " GROUP BY 1 HAVING count(*) > 1",
}
BROKEN = {
    "verdicts of a client do not cover 1..last_mid": "SELECT c.client_id FROM sync_clients c"
    " LEFT JOIN sync_mutations m USING (client_id) GROUP BY c.client_id, c.last_mid"
    " HAVING count(m.mid) <> c.last_mid OR coalesce(max(m.mid), 0) <> c.last_mid",
    "versions of a scope": "SELECT s.id FROM sync_scopes s LEFT JOIN sync_feed f"
    " ON f.scope_id = s.id GROUP BY s.id HAVING coalesce(max(f.version), 0) <> s.version"
    " OR count(f.version) <> count(DISTINCT f.version)",
    "a refusal without its payload": "SELECT m.mutation_id FROM sync_mutations m"
    " LEFT JOIN sync_rejected r USING (mutation_id)"
    " WHERE m.verdict ->> 'verdict' IN ('rejected', 'held') AND r.mutation_id IS NULL",
    "a refused inspection with an effect": "SELECT r.mutation_id FROM sync_rejected r"
    " JOIN inspections i ON i.id::text = r.payload #>> '{args,inspection_id}'",
    "a refused hazard with an effect": "SELECT r.mutation_id FROM sync_rejected r"
    " JOIN cases c ON c.id::text = r.payload #>> '{args,case_id}'",
}
EFFECTS = {
    "inspection.submit": ("inspection_id", "SELECT id, payload_sha256 FROM inspections"),
    "hazard.report": ("case_id", "SELECT id, payload_sha256 FROM cases"),
    "patrol.start": ("patrol_id", "SELECT id, NULL FROM patrols"),
    "feedback.submit": ("feedback_id", "SELECT id, NULL FROM feedback"),
}


@dataclass
class Findings:
    """Counts for the table, and in words each thing that should not be."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def blame(self, count: str, what: str) -> None:
        """Count something and say what it is."""
        self.counts[count] += 1
        self.wrong.append(f"{count}: {what}")


def judge(database_url: str, storage: Path, phones: dict[str, tuple[str, Row]]) -> Findings:
    """Hold the phones' stores, `{name: (user, stores)}`, against the database and the bytes."""
    findings = Findings()
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        verdicts = _verdicts(connection)
        for name, (user, stores) in phones.items():
            _judge_queue(findings, name, stores, verdicts)
            _judge_base(connection, findings, name, user, stores)
            _judge_photos(connection, findings, name, stores, storage)
        _judge_effects(connection, findings, [stores for _, stores in phones.values()])
        for what, query in TWICE.items():
            for row in connection.execute(query.encode()):
                findings.blame("applied twice", f"{what} {row}")
        for what, query in BROKEN.items():
            for row in connection.execute(query.encode()):
                findings.blame("broken rules", f"{what} {row}")
    return findings


def _verdicts(connection: psycopg.Connection[Any]) -> dict[str, str]:
    rows = connection.execute(
        "SELECT mutation_id::text, verdict ->> 'verdict' FROM sync_mutations WHERE NOT repeated"
    )
    return dict(rows.fetchall())


def _judge_queue(findings: Findings, name: str, stores: Row, verdicts: dict[str, str]) -> None:
    """Invariants 5, 8 and 10, and what the phone says of itself."""
    journal = {row["mutation_id"]: row for row in stores["journal"]}
    dead = {row["mutation_id"]: row for row in stores["dead"]}
    findings.counts["mutations saved"] += len(journal)
    for lost in set(stores["saved"]) - set(journal):
        findings.blame("mutations lost", f"{name} was told {lost} is saved and does not hold it")
    for mutation_id, row in journal.items():
        verdict = verdicts.get(mutation_id)
        if verdict is None:
            findings.blame("mutations lost", f"{name}: {row['name']} {mutation_id} has no verdict")
            continue
        findings.counts[{"ok": "accepted", "ok_merged": "accepted"}.get(verdict, verdict)] += 1
        if row["verdict"] != verdict:
            findings.blame("broken rules", f"{name} takes {mutation_id} for {row['verdict']}")
        refused = verdict in {"rejected", "held"}
        if refused != (mutation_id in dead):
            findings.blame("broken rules", f"{name}: {verdict} {mutation_id} in the dead letters")
        elif refused and dead[mutation_id]["args"] != row["args"]:
            findings.blame("broken rules", f"{name}: payload of {mutation_id} was changed")
    for what in _complaints(stores):
        findings.blame("broken rules", f"{name}: {what}")


def _complaints(stores: Row) -> Iterator[str]:
    if stores["outbox"]:
        yield f"{len(stores['outbox'])} mutations are still in the outbox"
    if stores["status"]["error"]:
        yield f"the last round ended with {stores['status']['error']}"
    if stores["verify_failed"]:
        yield f"a digest differed: {stores['verify_failed']}"
    if stores["losses"]:
        yield "the integrity check found a loss"
    yield from (f"own work {one} did not show" for one in stores["unseen"])
    yield from (f"internal error {one}" for one in stores["internal_errors"])


def _judge_base(
    connection: psycopg.Connection[Any], findings: Findings, name: str, user: str, stores: Row
) -> None:
    """Invariants 6 and 7: the base is a plain SELECT over the granted scopes."""
    granted = {row[0] for row in connection.execute(GRANTED.encode(), {"user": user})}
    held = {(row["kind"], row["id"]): row for row in stores["base"]}
    members = {(row["scope"], row["kind"], row["id"]) for row in stores["membership"]}
    expected = dict(_select(connection, granted))
    findings.counts["records compared"] += len(expected)
    for key in expected.keys() ^ held.keys():
        where = "only in the database" if key in expected else "only on the phone"
        findings.blame("base differs", f"{name}: {' '.join(key)} is {where}")
    for key in expected.keys() & held.keys():
        scope, row = expected[key]
        for what in _differences(held[key], scope, row):
            findings.blame("base differs", f"{name}: {' '.join(key)} {what}")
    if members != {(scope, *key) for key, (scope, _) in expected.items()}:
        findings.blame("base differs", f"{name}: the membership is another")


def _select(
    connection: psycopg.Connection[Any], granted: set[str]
) -> Iterator[tuple[tuple[str, str], tuple[str, Row]]]:
    for kind, (source, scope, renamed) in KINDS.items():
        made = "".join(f", '{its}', {expression}" for its, expression in renamed.items())
        query = (
            f"SELECT id::text, {scope}, to_jsonb(t) || jsonb_build_object({made[2:]})"  # noqa: S608
            f" FROM {source} t WHERE {scope} = ANY(%s)"
        )
        for record_id, home, row in connection.execute(query.encode(), [sorted(granted)]):
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


def _judge_photos(
    connection: psycopg.Connection[Any], findings: Findings, name: str, stores: Row, storage: Path
) -> None:
    """Invariant 17: a photo of an accepted record is there, byte for byte."""
    arrived = {row[0] for row in connection.execute("SELECT sha256 FROM blobs")}
    accepted = {
        row["mutation_id"] for row in stores["journal"] if row["verdict"] in {"ok", "ok_merged"}
    }
    for photo in stores["photos"]:
        if photo["mutation_id"] is None:
            continue  # its draft was never finished
        findings.counts["photos saved"] += 1
        missing = [
            sha256
            for sha256 in (photo["sha256"], photo["thumb_sha256"])
            if sha256 not in arrived or not _intact(storage, sha256)
        ]
        if not missing:
            findings.counts["photos verified"] += 1
        elif photo["mutation_id"] in accepted or photo["state"] == "safe":
            part = "thumbnail" if photo["sha256"] not in missing else "original"
            where = f"{photo['state']}, {photo['problem']}"
            findings.blame("photos lost", f"{name}: {part} of {photo['photo_id']} ({where})")
        else:
            findings.counts["photos of refused records, kept on the phone"] += 1


def _intact(storage: Path, sha256: str) -> bool:
    file = storage / "photos" / sha256[:2] / sha256
    return file.exists() and hashlib.sha256(file.read_bytes()).hexdigest() == sha256


def _judge_effects(
    connection: psycopg.Connection[Any], findings: Findings, phones: Iterable[Row]
) -> None:
    """Invariants 1 and 9: what was accepted is there, with the hash of its payload."""
    there = {
        name: {str(row[0]): row[1] for row in connection.execute(query.encode())}
        for name, (_, query) in EFFECTS.items()
    }
    segments = {
        (str(row[0]), row[1])
        for row in connection.execute("SELECT patrol_id, seq FROM track_segments")
    }
    for row in (row for stores in phones for row in stores["journal"]):
        if row["verdict"] not in {"ok", "ok_merged"}:
            continue
        name, args = row["name"], row["args"]
        if name == "patrol.track" and (args["patrol_id"], args["seq"]) not in segments:
            findings.blame("mutations lost", f"segment {args['patrol_id']} {args['seq']}")
        if name not in EFFECTS:
            continue
        record = args[EFFECTS[name][0]]
        if record not in there[name]:
            findings.blame("mutations lost", f"{name} {record} was accepted and is not there")
        elif there[name][record] not in {None, _sha256(args)}:
            findings.blame("broken rules", f"{name} {record} has another payload")


def _sha256(args: Row) -> str:
    """The hash of a payload, as section 4 makes it: keys sorted, no spaces, UTF-8."""
    text = json.dumps(args, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
