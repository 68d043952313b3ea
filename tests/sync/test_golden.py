"""What a released app has sent still gets its verdict (invariant 18; tests/golden/README.md)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from backend.app import Gridfield
from backend.sync.mutations import CATALOGUE
from tests.conftest import signed_in_browser
from tests.golden.town import build_recorded_town

CORPUS = Path(__file__).parents[1] / "golden"
RELEASES = sorted(path.parent.name for path in CORPUS.glob("*/pushes.json"))


def recorded(release: str, name: str) -> Any:
    return json.loads((CORPUS / release / f"{name}.json").read_text("utf-8"))


def verdicts_today(app: Gridfield, pushes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Push the bodies as they were recorded, but for the epoch, which is the database's own."""
    phone = signed_in_browser(app, "worker")
    told = []
    for push in pushes:
        answer = phone.post("/sync/push", json={**push, "epoch": None})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert answer.json["last_mid"] == push["mutations"][-1]["mid"]
        told += answer.json["results"]
    names = [mutation["name"] for push in pushes for mutation in push["mutations"]]
    return [
        {"name": name, "verdict": one["verdict"], "code": one.get("code")}
        for name, one in zip(names, told, strict=True)
    ]


@pytest.mark.parametrize("release", RELEASES)
def test_a_recorded_push_gets_the_verdict_of_its_time(
    release: str, app: Gridfield, database: None
) -> None:
    build_recorded_town()

    told = verdicts_today(app, recorded(release, "pushes"))

    if os.environ.get("GOLDEN") == "write":
        lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in told)
        (CORPUS / release / "verdicts.json").write_text(f"[\n{lines}\n]\n", "utf-8")
    assert told == recorded(release, "verdicts")


def test_every_mutation_has_a_recording_that_is_accepted() -> None:
    accepted = {
        (one["name"], mutation["v"])
        for release in RELEASES
        for one, mutation in zip(
            recorded(release, "verdicts"),
            (m for push in recorded(release, "pushes") for m in push["mutations"]),
            strict=True,
        )
        if one["verdict"] in {"ok", "ok_merged"}
    }

    assert set(CATALOGUE) <= accepted
