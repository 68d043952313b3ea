"""`make faults-same`: the same day ends in the same state, whatever varies (invariants 15 and 16).

The phone's real engine lives one day by the dice, without faults, several times against the real
server, each time on a fresh copy of the same database and in another way: pages, batches, windows,
the order of scopes, compression, the clock. Ids, hashes and times differ from day to day: ids and
hashes are named by where the journal first mentions them, times must be near each other.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tools.faults.base import differences, expected_base
from tools.faults.machine import Machine, own_machine
from tools.faults.oracle import payload_sha256
from tools.faults.phones import BUNDLES, PWA, accounts_of, build, take_pictures
from tools.faults.world import World
from tools.say import Stop, run_or_explain, step

Row = dict[str, Any]
FRESH = "fresh"
TASKS = 6
NEAR = timedelta(hours=1)  # all days are lived within it
TEN_YEARS = 3650 * 86_400_000
MOST_WORDS = 5
WAYS: dict[str, Row] = {
    "pages of one row": {"page": 1},
    "one mutation at a time": {"batch": 1},
    "three mutations at a time": {"batch": 3},
    "bodies not compressed": {"plain": True},
    "scopes in another order": {"backwards": True},
    "three windows": {"windows": 3},
    "a clock ten years ahead": {"clock_ms": TEN_YEARS},
    "a clock ten years behind": {"clock_ms": -TEN_YEARS},
    "all of it at once": {
        "page": 2,
        "batch": 2,
        "plain": True,
        "backwards": True,
        "windows": 2,
        "clock_ms": TEN_YEARS,
    },
}
NOT_OF_THE_DOMAIN = re.compile(
    r"alembic_version|spatial_ref_sys|sync_.*|sessions|devices|device_reports|last_seen|uploads"
    r"|sign_in_attempts|instance_keys"
)
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
VERDICTS = (
    "SELECT jsonb_build_object('mutation', mutation_id, 'name', name, 'mid', mid,"
    " 'verdict', verdict ->> 'verdict', 'code', verdict ->> 'code') FROM sync_mutations"
)
REFUSED = (
    "SELECT jsonb_build_object('mutation', mutation_id, 'verdict', verdict, 'code', code,"
    " 'detail', detail, 'resolution', resolution) FROM sync_rejected"
)
NAMED = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{64}\b")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


@dataclass
class Names:
    """What ids and hashes are called, so that they compare from day to day."""

    names: dict[str, str] = field(default_factory=dict)

    def learn(self, journal: list[Row]) -> None:
        """Name what the phone made by its first mention, and each payload by its place."""
        for place, row in enumerate(journal):
            for found in NAMED.findall(row["mutation_id"] + " " + json.dumps(row["args"])):
                self.names.setdefault(found, f"<{len(self.names)}>")
            self.names[payload_sha256(row["args"])] = f"<payload {place}>"

    def plain(self, row: Row) -> tuple[str, list[datetime]]:
        """A row without what differs from day to day, and its times."""
        row.pop("clock_suspect", None)  # the one thing that a wrong clock may change
        text = json.dumps(row, sort_keys=True, ensure_ascii=False)
        times = [datetime.fromisoformat(found) for found in TIME.findall(text)]
        named = NAMED.sub(lambda found: self.names.get(found.group(), "<made by the server>"), text)
        return TIME.sub("<time>", named), times


@dataclass(frozen=True)
class Day:
    """What a day has come to: the rows of each table in an order of their own."""

    tables: dict[str, list[tuple[str, list[datetime]]]]
    complaints: list[str]


def state(machine: Machine, journal: list[Row], known: set[str]) -> dict[str, Any]:
    """All that the database holds of the domain, without what differs from day to day."""
    names = Names({one: one for one in known})
    names.learn(journal)
    queries = {"verdicts": VERDICTS, "refused": REFUSED} | {
        table: f'SELECT to_jsonb(t) FROM "{table}" t'  # noqa: S608 - a name from the catalogue
        for (table,) in machine.ask(TABLES)
        if not NOT_OF_THE_DOMAIN.fullmatch(table)
    }
    return {
        table: sorted(names.plain(row) for (row,) in machine.ask(query))
        for table, query in queries.items()
    }


def known_to(machine: Machine) -> set[str]:
    """Every id and hash that stands in the database before the day."""
    found: set[str] = set()
    for (table,) in machine.ask(TABLES):
        query = f'SELECT to_jsonb(t)::text FROM "{table}" t'  # noqa: S608 - from the catalogue
        for (text,) in machine.ask(query):
            found.update(NAMED.findall(text))
    return found


def live(machine: Machine, folder: Path, said: Row, known: set[str]) -> Day:
    """Live the day on a fresh database; raise Stop where the phone does not come through it."""
    machine.begin_anew(FRESH)
    machine.rest()
    settings, result = folder / "phone.json", folder / "stores.json"
    settings.write_text(json.dumps({**said, "result": str(result)}))
    subprocess.run(["node", str(BUNDLES / "same.js"), str(settings)], cwd=PWA, check=True)
    stores = json.loads(result.read_text())
    complaints = [*stores["broken"]]
    complaints += differences(expected_base(machine, said["user_id"]), stores)
    if stores["outbox"]:
        complaints.append(f"{len(stores['outbox'])} mutations are still in the outbox")
    return Day(state(machine, stores["journal"], known), complaints)


def contrasts(one: Day, other: Day) -> Iterator[str]:
    """What is not the same in the other day."""
    for table, rows in one.tables.items():
        its = other.tables[table]
        texts, others = [text for text, _ in rows], [text for text, _ in its]
        if texts != others:
            yield f"{table}: missing {_first(texts, others)}; instead {_first(others, texts)}"
            continue
        for (text, times), (_, other_times) in zip(rows, its, strict=True):
            if any(abs(a - b) > NEAR for a, b in zip(times, other_times, strict=True)):
                yield f"{table}: other times in {text}: {times} and {other_times}"


def _first(rows: list[str], without: list[str]) -> str:
    left = list(rows)
    for row in without:
        if row in left:
            left.remove(row)
    return f"{len(left)} rows, such as {left[0]}" if left else "nothing"


def prepare(machine: Machine, folder: Path, seed: int, mutations: int) -> Row:
    """Give one worker tasks, keep the database as it is now; what the phone must be told."""
    take_pictures(folder / "pictures", random.Random(seed))
    [(account, user)] = accounts_of(machine.stack, 1)
    world = World(machine, random.Random(seed), [user])
    for _ in range(TASKS):
        world.assign(user)
    world.close()
    machine.rest()
    machine.back_up(FRESH)
    return {
        "origin": machine.stack.url, "username": account["username"],
        "password": account["password"], "user_id": user, "seed": seed, "mutations": mutations,
        "pictures": str(folder / "pictures"),
    }  # fmt: skip


def compare(machine: Machine, seed: int, mutations: int, only: str) -> int:
    """Live the day as it is and in the other ways; answers in how many it ended otherwise."""
    folder = machine.home / "same"
    folder.mkdir()
    said, known = prepare(machine, folder, seed, mutations), known_to(machine)
    first = live(machine, folder, {**said, "way": {}}, known)
    if len(first.tables["verdicts"]) < mutations:
        raise Stop("The phone has not done its day's work.")
    bad = tell("as the app does it", first, first.complaints)
    for name, way in WAYS.items():
        if only in name:
            day = live(machine, folder, {**said, "way": way}, known)
            bad += tell(name, day, [*day.complaints, *contrasts(first, day)])
    return bad


def tell(name: str, day: Day, wrong: list[str]) -> int:
    """Say how a day has ended; 1 when otherwise than it should."""
    rows = sum(len(table) for table in day.tables.values())
    step(f"{name}: {f'{len(wrong)} differences' if wrong else f'{rows} rows as they should be'}")
    for what in wrong[:MOST_WORDS]:
        print(f"✗ {name}: {what[:900]}")
    return int(bool(wrong))


def main() -> int:
    """Days on servers of its own; 1 when one ended otherwise."""
    parser = argparse.ArgumentParser(prog="same")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutations", type=int, default=60)
    parser.add_argument("--only", default="", help="ways whose words contain this")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    build()
    with own_machine() as machine:
        bad = compare(machine, options.seed, options.mutations, options.only)
    step(f"{bad} ways end otherwise." if bad else "Every way ends in the same state.")
    return int(bad > 0)


if __name__ == "__main__":
    run_or_explain(main)
