"""`make bench-import`: 50,000 houses from Excel, read and carried out as at the desk.

Most are new, beside houses of the sample; some change one, some are wrong, some may be the same
as another. Each step is measured from the request to the word that it is done.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import xlsxwriter

from backend.houses.intake.sheet import COLUMNS
from bench.report import machine
from bench.world import World, end_cleanly, opened
from tools.say import run_or_explain, step, table
from tools.simulated_phone import SimulatedPhone

RESULTS = Path(__file__).parent / "results-import.json"
LINES = 50_000
CHANGED, WRONG, ALIKE = 1000, 1000, 500  # of them
BINARY = "application/octet-stream"
Row = dict[str, Any]


def rows_of(world: World) -> Iterator[Row]:
    """What the lines say."""
    with psycopg.connect(world.product_database) as connection:
        houses = connection.execute(
            "SELECT h.code, g.code, h.lng, h.lat, h.address FROM houses h"
            " JOIN grids g ON g.id = h.grid_id ORDER BY h.code"
        ).fetchall()
    dice = random.Random(1)
    for number in range(LINES):
        code, grid, lng, lat, address = houses[number % len(houses)]
        if number < min(CHANGED, len(houses)):
            yield {"code": code, "extinguishers": 9, "landlord_phone": f"137{number:08}"}
            continue
        row = _new(number, grid, lng + dice.uniform(-1, 1) / 1000, lat + number / LINES / 1000)
        if number < CHANGED + WRONG:
            row |= {"landlord_phone": "不详", "floors": 0}
        elif number < CHANGED + WRONG + ALIKE:
            row |= {"lng": lng, "lat": lat, "address": f"{address[:-3]}旁{address[-3:]}"}
        yield row


def _new(number: int, grid: str, lng: float, lat: float) -> Row:
    return {
        "grid": grid,
        "address": f"金沙街道建设新村{number // 40}幢{number % 40 + 101}室",
        "lng": round(lng, 6),
        "lat": round(lat, 6),
        "building_kind": "商品住宅",
        "floors": 6,
        "area_m2": 60 + number % 90,
        "room_count": 3,
        "bed_count": 4,
        "extinguishers": 1,
        "landlord_name": "陈房东",
        "landlord_phone": f"138{number:08}",
        "lease_since": "2026-01-01",
        "lease_until": "2026-12-31",
    }


def file_of(rows: Iterator[Row]) -> bytes:
    """The lines as an .xlsx."""
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [column.head for column in COLUMNS])
        for number, row in enumerate(rows, 1):
            for at, column in enumerate(COLUMNS):
                if column.name in row:
                    sheet.write(number, at, row[column.name])
    return body.getvalue()


class Desk:
    """A dispatcher who imports."""

    def __init__(self, world: World) -> None:
        """Sign in."""
        self.world = world
        account = world.stack.account("dispatcher")
        self.phone = SimulatedPhone(world.stack.url, account, random.Random(1))
        self.phone.sign_in()

    def ask(self, method: str, path: str, body: bytes | None = None) -> Row:
        """One request and its answer."""
        status, _, data = self.phone.ask(method, path, body, Content_Type=BINARY)
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {data[:300].decode()}")
        answer: Row = json.loads(data)
        return answer

    def wait(self, key: str, state: str) -> Row:
        """Look again, as the desk does, until a worker is through with it."""
        while True:
            told = self.ask("GET", f"/api/houses/imports/{key}")
            if told["state"] == state:
                return told
            if told["state"] == "failed":
                raise RuntimeError(str(told["problem"]))
            time.sleep(0.2)

    def measured(self, name: str, work: Any) -> Row:  # noqa: ANN401 - does the step
        """A step: seconds by the clock and of the processors."""
        step(f"{name} …")
        spent = self.world.measure(work)
        return {"step": name, "seconds": spent.seconds, **spent.cpu}


def main() -> int:
    """Measure, print, write `bench/results-import.json`."""
    argparse.ArgumentParser(prog="bench.intake").parse_args()
    end_cleanly()
    with opened() as world:
        step(f"A file of {LINES:,} lines …")
        data = file_of(rows_of(world))
        desk = Desk(world)
        told: Row = {}

        def read() -> None:
            told.update(desk.ask("POST", "/api/houses/imports?name=bench.xlsx", data))
            told.update(desk.wait(told["id"], "ready"))

        def take() -> None:
            desk.ask("POST", f"/api/houses/imports/{told['id']}/take")
            told.update(desk.wait(told["id"], "done"))

        steps = [desk.measured("dry run", read)]
        shown = dict(told["counts"])
        steps.append(desk.measured("carrying out", take))
        result = {
            **machine(world),
            "MB": len(data) / 1e6,
            "shown": shown,
            "done": told["counts"],
            "steps": steps,
        }
    head = ("step", "seconds", "server CPU-s", "PostgreSQL CPU-s")
    lines = [
        (one["step"], *(f"{one[name]:.1f}" for name in ("seconds", "server", "postgres")))
        for one in steps
    ]
    print(table(head, lines))
    print(f"{result['MB']:.1f} MB, shown {shown}, done {told['counts']}, load {result['load']}")
    RESULTS.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    run_or_explain(main)
