"""A phone of the simplest kind, for tests of the server's side of the protocol."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def now() -> str:
    return datetime.now(UTC).isoformat()


@dataclass
class Phone:
    """Numbers mutations, pushes, pulls pages into `base` as section 8 says."""

    http: FlaskClient
    client_id: str = field(default_factory=lambda: str(uuid4()))
    epoch: str | None = None
    mid: int = 0
    cursors: dict[str, int] = field(default_factory=dict)
    loading: dict[str, int] = field(default_factory=dict)
    view: int = 1
    base: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)

    def mutation(self, name: str, args: Any, **more: Any) -> dict[str, Any]:
        """The next mutation of this client."""
        self.mid += 1
        return {
            "mid": self.mid,
            "mutation_id": str(uuid4()),
            "name": name,
            "v": 1,
            "deps": [],
            "captured_at": now(),
            "age_ms": 0,
            "args": args,
            **more,
        }

    def push(self, *mutations: dict[str, Any], **more: Any) -> TestResponse:
        """Send mutations."""
        body = {
            "proto": 1,
            "epoch": self.epoch,
            "client_id": self.client_id,
            "app": "test",
            "client_now": now(),
            "mutations": list(mutations),
            **more,
        }
        return self.http.post("/sync/push", json=body)

    def do(self, name: str, args: Any, **more: Any) -> dict[str, Any]:
        """Push one mutation and answer its result."""
        answer = self.push(self.mutation(name, args, **more))
        assert answer.status_code == 200, answer.get_data(as_text=True)
        result: dict[str, Any] = answer.json["results"][0]
        return result

    def ask(self, limit: int = 200, **options: Any) -> TestResponse:
        """Ask for one page."""
        body = {
            "proto": 1,
            "epoch": self.epoch,
            "client_id": self.client_id,
            "view": self.view,
            "cursors": self.cursors,
            "loading": self.loading,
            "limit": limit,
        }
        return self.http.post("/sync/pull", json=body, **options)

    def pull(self, limit: int = 200) -> int:
        """Pull until nothing is left; answers the number of pages."""
        for pages in range(1000):
            answer = self.ask(limit)
            if answer.status_code == 204:
                return pages
            assert answer.status_code == 200, answer.get_data(as_text=True)
            self.apply(answer.get_json())
        raise AssertionError("pulling does not come to an end")

    def apply(self, page: dict[str, Any]) -> None:
        """Take a page in."""
        self.epoch, self.view = page["epoch"], page["view"]
        for scope in page["drop"]:
            self._forget(scope)
            del self.cursors[scope]
        for scope, part in page["scopes"].items():
            if part.get("reset"):
                self._forget(scope)
            for kind, record_id, version, op, row in part["changes"]:
                key = (scope, kind, record_id)
                if op == "put":
                    self.base[key] = {**row, "_version": version}
                else:
                    self.base.pop(key, None)
            self.cursors[scope] = part["next"]
            self.loading.pop(scope, None)
            if "until" in part:
                self.loading[scope] = part["until"]

    def _forget(self, scope: str) -> None:
        self.base = {key: row for key, row in self.base.items() if key[0] != scope}

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """The rows of a kind."""
        return [row for (_, its, _), row in self.base.items() if its == kind]


def feedback(text: str = "字太小") -> dict[str, Any]:
    return {"feedback_id": str(UUID(int=uuid4().int)), "text": text}
