"""The story of what went wrong: what the phones and the machine noted of the records concerned."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_FINDINGS = 3  # one of a kind is as good as a hundred
MOST_LINES = 60
AROUND = timedelta(seconds=20)


def story(wrong: Sequence[str], folder: Path, machine: Iterable[str]) -> list[str]:
    """Lines in order of time, each beginning with it, of the first findings' records.

    `folder` holds what the phones wrote down, `machine` is what it noted itself.
    """
    concerned = {one for what in wrong[:MOST_FINDINGS] for one in ID.findall(what)}
    concerned |= set(_mutations_of(concerned, folder))
    told = sorted(line for log in folder.glob("*.log") for line in _told(log, concerned))
    told = told[:MOST_LINES]
    meanwhile = [line for line in machine if told and told[0] <= line <= told[-1]]
    return sorted([_short(line, concerned) for line in told] + meanwhile)


def _told(log: Path, concerned: set[str]) -> list[str]:
    """What a phone noted of the records, and what befell it around then."""
    notes = [line.split(" ", 1) for line in log.read_text().splitlines()]
    times = [datetime.fromisoformat(time) for time, rest in notes if concerned & set(rest.split())]
    if not times:
        return []
    first, last = min(times) - AROUND, max(times) + AROUND

    def befell(time: str, rest: str) -> bool:
        of_the_line = ID.search(rest) or "/" in rest
        return not of_the_line and first <= datetime.fromisoformat(time) <= last

    return [
        f"{time} {log.stem}: {rest}"
        for time, rest in notes
        if concerned & set(rest.split()) or befell(time, rest)
    ]


def _mutations_of(records: set[str], folder: Path) -> Iterable[str]:
    """The mutations whose arguments name one of the records."""
    for result in folder.glob("*-stores.json"):
        journal: list[dict[str, Any]] = json.loads(result.read_text())["journal"]
        for row in journal:
            if records & set(ID.findall(json.dumps(row["args"]))):
                yield row["mutation_id"]


def _short(line: str, concerned: set[str]) -> str:
    """The line without the ids of those that only travelled along."""
    words = [word for word in line.split() if not ID.fullmatch(word) or word in concerned]
    along = len(line.split()) - len(words)
    return " ".join(words) + (f" (+{along})" if along else "")
