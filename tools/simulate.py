"""`make simulate WORKERS=50`: a working day of many phones through the real doors, counted.

Every phone signs in, pulls, inspects houses with photos, reports a hazard, walks a night patrol,
and pushes all of it with some answers lost on the way. At the end the database is asked for each
record and each photo that a phone was told is safe.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
from PIL import Image, ImageDraw

from tools.paths import ENV_FILE
from tools.say import Stop, run_or_explain, step, table
from tools.services import read_env
from tools.simulated_worker import SimulatedWorker
from tools.stack import Stack, running

HOUSES = 1000
INSPECTIONS = 5
LANES = 16


def day(phone: SimulatedWorker) -> None:
    """One worker's day, from signing in to everything being safe."""
    rng = phone.rng
    phone.sign_in()
    phone.pull()
    houses = phone.rows("house")
    for house in rng.sample(houses, min(INSPECTIONS, len(houses))):
        phone.inspect(house, picture(rng), failed=rng.random() < 0.4)
    phone.report_hazard(picture(rng))
    phone.patrol(minutes=12)
    phone.push_all()
    phone.upload_photos()
    phone.pull()


def picture(rng: random.Random) -> bytes:
    """A JPEG of about 100 KB that no other phone has."""
    image = Image.effect_noise((800, 600), rng.uniform(30, 60)).convert("RGB")
    ImageDraw.Draw(image).text((20, 20), f"{rng.getrandbits(64):x}", fill="red")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


def simulate(stack: Stack, workers: int, seed: int) -> int:
    """Let `workers` phones live their day, print the count; answers how much was lost."""
    accounts = stack.accounts["grid_worker"]
    if workers > len(accounts):
        raise Stop(f"The sample township has {len(accounts)} workers.", "Choose fewer: WORKERS=…")
    phones = [
        SimulatedWorker(stack.url, account, random.Random(f"{seed} {number}"))
        for number, account in enumerate(accounts[:workers])
    ]
    began = time.monotonic()
    with ThreadPoolExecutor(LANES) as lanes:
        list(lanes.map(day, phones))
    seconds = time.monotonic() - began
    lost = missing(stack, phones)
    report(phones, lost, seconds)
    return sum(lost.values())


def missing(stack: Stack, phones: list[SimulatedWorker]) -> Counter[str]:
    """What phones were told is safe and the database does not hold."""
    queries = {
        "inspection.submit": "SELECT id FROM inspections",
        "hazard.report": "SELECT id FROM cases",
        "patrol.start": "SELECT id FROM patrols WHERE state = 'finished'",
        "patrol.track": "SELECT patrol_id::text || '/' || seq FROM track_segments",
        "photo": "SELECT sha256 FROM blobs JOIN photos USING (sha256) WHERE arrived_at IS NOT NULL",
    }
    lost: Counter[str] = Counter()
    with psycopg.connect(stack.database_url.replace("+psycopg", "")) as connection:
        for kind, query in queries.items():
            there = {str(row[0]) for row in connection.execute(query)}
            told = {key for phone in phones for key in phone.safe[kind]}
            lost[kind] = len(told - there)
    return lost


def report(phones: list[SimulatedWorker], lost: Counter[str], seconds: float) -> None:
    """Print what was sent and what became of it."""
    counts: Counter[tuple[str, str]] = Counter()
    for phone in phones:
        counts.update(phone.counts)
    kinds = sorted({kind for kind, _ in counts})
    words = ("sent", "accepted", "rejected", "held")
    rows = [(kind, *(str(counts[kind, word]) for word in words), str(lost[kind])) for kind in kinds]
    print(table(("", *words, "lost"), rows))
    answers = sum(phone.lost_answers for phone in phones)
    print(f"\n{len(phones)} phones, {seconds:.1f} s; {answers} answers were lost and asked again.")
    print(f"lost: {sum(lost.values())}")


def main() -> int:
    """Run the simulation on a program and a database of its own; 1 when anything was lost."""
    parser = argparse.ArgumentParser(prog="simulate")
    parser.add_argument("--workers", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    base = os.environ.get("DATABASE_URL") or read_env(ENV_FILE)["DATABASE_URL"]
    step(f"Starting the program with {HOUSES} houses …")
    with (
        tempfile.TemporaryDirectory(prefix="gf", dir="/tmp") as home,
        running(Path(home), f"gridfield_simulate_{os.getpid()}", HOUSES, base) as stack,
    ):
        step(f"{options.workers} workers live their day …")
        return int(simulate(stack, options.workers, options.seed) > 0)


if __name__ == "__main__":
    run_or_explain(main)
