"""A simulated worker: what is done with the phone in a day."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from tools.simulated_phone import Row, SimulatedPhone, new_id, rfc3339


class SimulatedWorker(SimulatedPhone):
    """A phone in somebody's hand; every deed is saved first and sent later."""

    def _manifest(self, data: bytes, at: datetime, item_code: str | None) -> Row:
        sha256 = hashlib.sha256(data).hexdigest()
        self.photos[sha256] = data
        return {
            "photo_id": new_id(),
            "sha256": sha256,
            "bytes": len(data),
            "type": "image/jpeg",
            "role": "evidence",
            "item_code": item_code,
            "captured_at": rfc3339(at),
        }

    def inspect(self, house: Row, photo: bytes, *, failed: bool) -> None:
        """Inspect a house: all well, or one item that fails with a photo."""
        checklist = next(row for row in self.rows("checklist") if row["state"] == "published")
        at = datetime.now(UTC) - timedelta(minutes=self.rng.randint(1, 400))
        demands = [
            item
            for item in checklist["items"]
            if item["answer"] == "pass_fail_na" and item["photo_on_fail"] == "required"
        ]
        bad = self.rng.choice(demands)["code"] if failed else None
        self.save(
            "inspection.submit",
            {
                "inspection_id": new_id(),
                "house_id": house["id"],
                "checklist_id": checklist["id"],
                "task_id": None,
                "started_at": rfc3339(at - timedelta(minutes=5)),
                "outcome": "inspected",
                "answers": [self._answer(item, house, bad) for item in checklist["items"]],
                "note": None,
                "position": self._position(house, at),
                "photos": [self._manifest(photo, at, bad)] if bad else [],
                "case_ids": {bad: new_id()} if bad else {},
            },
            at,
        )

    def _answer(self, item: Row, house: Row, bad: str | None) -> Row:
        verdict = "fail" if item["code"] == bad else "pass"
        well = item.get("max", item.get("min", house["occupant_count"] or 1))
        return {
            "code": item["code"],
            "verdict": verdict if "pass_fail_na" in item["answer"] else None,
            "number": well if "number" in item["answer"] else None,
            "text": "" if item["answer"] == "text" else None,
            "note": None,
            "severity": None,
        }

    def _position(self, house: Row, at: datetime) -> Row:
        return {
            "lng": house["lng"],
            "lat": house["lat"],
            "accuracy": 12.0,
            "at": rfc3339(at),
            "source": "gps",
        }

    def report_hazard(self, photo: bytes) -> None:
        """Report a hazard beside a house."""
        at = datetime.now(UTC) - timedelta(minutes=self.rng.randint(1, 400))
        house = self.rng.choice(self.rows("house"))
        self.save(
            "hazard.report",
            {
                "case_id": new_id(),
                "item_code": self.rng.choice(self.rows("hazard_item"))["code"],
                "severity": None,
                "house_id": None,
                "grid_id": house["grid_id"],
                "note": None,
                "address": None,
                "position": self._position(house, at),
                "photos": [self._manifest(photo, at, None)],
            },
            at,
        )

    def patrol(self, minutes: int) -> None:
        """Walk a night patrol with a track, a point every five seconds."""
        house = self.rng.choice(self.rows("house"))
        began = datetime.now(UTC) - timedelta(minutes=minutes)
        patrol_id = new_id()
        first = self.save(
            "patrol.start",
            {
                "patrol_id": patrol_id,
                "kind": "night",
                "task_id": None,
                "recording": True,
                "position": self._position(house, began),
            },
            began,
        )
        segments = minutes // 4
        for seq in range(segments):
            start = [round(house["lng"] * 1e5), round(house["lat"] * 1e5), 0, 8]
            steps = [[self.rng.randint(-5, 5), self.rng.randint(-5, 5), 5, 8] for _ in range(47)]
            at = began + timedelta(minutes=4 * seq)
            args = {"patrol_id": patrol_id, "seq": seq, "started_at": rfc3339(at)}
            self.save("patrol.track", {**args, "points": [start, *steps]}, at, [first])
        self.save(
            "patrol.finish",
            {
                "patrol_id": patrol_id,
                "note": None,
                "distance_m": 900.0,
                "segments": segments,
                "photos": [],
            },
            datetime.now(UTC),
            [first],
        )
