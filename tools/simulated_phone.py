"""A phone that speaks the sync protocol over HTTP, on a network that loses answers."""

from __future__ import annotations

import base64
import gzip
import json
import random
import urllib.error
import urllib.request
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from uuid6 import uuid7

Row = dict[str, Any]
BATCH = 20
CHUNK = 96 * 1024
LOSS = 0.05  # of all answers to pushes and chunks
KEYS = {
    "inspection.submit": "inspection_id",
    "hazard.report": "case_id",
    "patrol.start": "patrol_id",
}


def new_id() -> str:
    """A UUIDv7 as text."""
    return str(UUID(int=uuid7().int))


def rfc3339(at: datetime) -> str:
    """A time as the protocol writes it."""
    return at.isoformat().replace("+00:00", "Z")


class SimulatedPhone:
    """One worker's phone. `safe` holds, by kind, what the server said it has."""

    def __init__(self, url: str, account: dict[str, str], rng: random.Random) -> None:
        """A phone that is not signed in yet."""
        self.url = url
        self.account = account
        self.rng = rng
        self.client_id = new_id()
        self.headers: dict[str, str] = {}
        self.base: dict[tuple[str, str, str], Row] = {}
        self.cursors: dict[str, int] = {}
        self.loading: dict[str, int] = {}
        self.view = 1
        self.epoch: str | None = None
        self.outbox: list[Row] = []
        self.photos: dict[str, bytes] = {}
        self.mid = 0
        self.counts: Counter[tuple[str, str]] = Counter()
        self.safe: dict[str, set[str]] = defaultdict(set)
        self.lost_answers = 0

    # --- network -----------------------------------------------------------------------------

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """One request; a refusal is an answer too."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(  # noqa: S310 - the program on this machine
            self.url + path, body, {**self.headers, **told}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def post(self, path: str, body: Row) -> Row | None:
        """POST JSON as gzip; None for an empty answer."""
        packed = gzip.compress(json.dumps(body).encode(), 1)
        options = {"Content_Type": "application/json", "Content_Encoding": "gzip"}
        status, _, data = self.ask("POST", path, packed, **options)
        if status not in (200, 204):
            raise RuntimeError(f"{path}: {status} {data.decode(errors='replace')[:500]}")
        answer: Row | None = json.loads(data) if data else None
        return answer

    def answer_is_lost(self) -> bool:
        """Whether the network swallows this answer."""
        lost = self.rng.random() < LOSS
        self.lost_answers += lost
        return lost

    # --- sync --------------------------------------------------------------------------------

    def sign_in(self) -> None:
        """Get a session."""
        who = {key: self.account[key] for key in ("username", "password")}
        device = {"id": new_id(), "name": "simulated", "kind": "phone"}
        body = json.dumps({**who, "device": device}).encode()
        status, headers, data = self.ask(
            "POST", "/api/session", body, Content_Type="application/json"
        )
        if status != 200:
            raise RuntimeError(f"sign-in: {status} {data.decode()}")
        session = json.loads(data)
        self.user_id: str = session["user"]["id"]
        cookie = next(v for k, v in headers.items() if k.lower() == "set-cookie")
        self.headers = {
            "Cookie": cookie.split(";")[0],
            "X-CSRF-Token": session["csrf_token"],
        }

    def pull(self) -> None:
        """Pull until nothing is new."""
        while True:
            page = self.post(
                "/sync/pull",
                {
                    "proto": 1,
                    "epoch": self.epoch,
                    "client_id": self.client_id,
                    "view": self.view,
                    "cursors": self.cursors,
                    "loading": self.loading,
                    "limit": 200,
                },
            )
            if page is None:
                return
            self._apply(page)

    def _apply(self, page: Row) -> None:
        self.epoch = page["epoch"]
        for scope, part in page["scopes"].items():
            for kind, record_id, _version, op, row in part["changes"]:
                if op == "put":
                    self.base[scope, kind, record_id] = row
                else:
                    self.base.pop((scope, kind, record_id), None)
            self.cursors[scope] = part["next"]
            self.loading.pop(scope, None)
            if "until" in part:
                self.loading[scope] = part["until"]

    def rows(self, kind: str) -> list[Row]:
        """The rows of a kind that the phone holds."""
        return [row for (_, its, _), row in self.base.items() if its == kind]

    def save(self, name: str, args: Row, at: datetime, deps: list[str] | None = None) -> str:
        """Put a mutation into the outbox; answers its id."""
        self.mid += 1
        mutation_id = new_id()
        self.outbox.append(
            {
                "mid": self.mid,
                "mutation_id": mutation_id,
                "name": name,
                "v": 1,
                "deps": deps or [],
                "captured_at": rfc3339(at),
                "age_ms": max(0, int((datetime.now(UTC) - at) / timedelta(milliseconds=1))),
                "args": args,
            }
        )
        self.counts[name, "sent"] += 1
        return mutation_id

    def push_all(self) -> None:
        """Push until the outbox is empty; what got no answer is sent again."""
        while self.outbox:
            batch = self.outbox[:BATCH]
            answer = self.post(
                "/sync/push",
                {
                    "proto": 1,
                    "epoch": self.epoch,
                    "client_id": self.client_id,
                    "app": "simulated",
                    "client_now": rfc3339(datetime.now(UTC)),
                    "mutations": batch,
                },
            )
            if answer is None or self.answer_is_lost():
                continue
            for mutation, result in zip(batch, answer["results"], strict=False):
                self._decided(mutation, result)
            self.outbox = self.outbox[len(answer["results"]) :]

    def _decided(self, mutation: Row, result: Row) -> None:
        name, args = str(mutation["name"]), mutation["args"]
        verdict = str(result["verdict"])
        word = "accepted" if verdict in {"ok", "ok_merged"} else verdict
        self.counts[name, word] += 1
        if word != "accepted":
            self.counts[f"{name}: {result.get('code')}", word] += 1
            return
        if name in KEYS:
            self.safe[name].add(args[KEYS[name]])
        if name == "patrol.track":
            self.safe[name].add(f"{args['patrol_id']}/{args['seq']}")

    def upload_photos(self) -> None:
        """Upload what the server does not have, in chunks, going on after each lost answer."""
        answer = self.post("/sync/photos/have", {"sha256": list(self.photos)}) or {}
        for sha256, data in self.photos.items():
            self.counts["photo", "sent"] += 1
            if sha256 not in answer.get("have", []):
                self._upload(sha256, data)
        answer = self.post("/sync/photos/have", {"sha256": list(self.photos)}) or {}
        self.safe["photo"] |= set(answer.get("have", []))
        self.counts["photo", "accepted"] += len(answer.get("have", []))

    def _upload(self, sha256: str, data: bytes) -> None:
        pairs = {"sha256": sha256, "filetype": "image/jpeg"}
        metadata = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items()
        )
        options = {"Tus_Resumable": "1.0.0", "Upload_Length": str(len(data))}
        status, headers, body = self.ask(
            "POST", "/sync/photos/", b"", Upload_Metadata=metadata, **options
        )
        if status != 201:
            raise RuntimeError(f"upload: {status} {body.decode(errors='replace')[:500]}")
        place = {key.lower(): value for key, value in headers.items()}["location"]
        path = place.removeprefix(self.url)
        offset = 0
        while offset < len(data):
            self._chunk(path, data, offset)
            offset = self._offset(path, offset + CHUNK) if self.answer_is_lost() else offset + CHUNK

    def _chunk(self, path: str, data: bytes, offset: int) -> None:
        status, _, body = self.ask(
            "PATCH",
            path,
            data[offset : offset + CHUNK],
            Tus_Resumable="1.0.0",
            Upload_Offset=str(offset),
            Content_Type="application/offset+octet-stream",
        )
        if status != 204:
            raise RuntimeError(f"chunk: {status} {body.decode(errors='replace')[:500]}")

    def _offset(self, path: str, expected: int) -> int:
        """Where the upload stands; one that is complete may be gone already."""
        status, headers, _ = self.ask("HEAD", path, Tus_Resumable="1.0.0")
        told = {key.lower(): value for key, value in headers.items()}
        return int(told["upload-offset"]) if status == 200 else expected
