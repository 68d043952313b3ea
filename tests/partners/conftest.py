"""What a partner has: a token, and an address that takes messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from backend.app import Gridfield
from backend.db import utc_now
from backend.jobs.worker import make_worker
from tests.conftest import SignIn
from tests.delivery.services import PushService, on_trial, running_broker, running_push_service
from tests.town import Town
from tools.valkey import Valkey

Ask = Callable[..., Any]


def new_token(town: Town, unit: str = "金新街道", **more: Any) -> dict[str, Any]:
    """What an administrator sends for a token."""
    return {
        "name": "城运中心",
        "org_unit_id": str(town.units[unit].id),
        "scopes": ["cases:read"],
        "expires_at": (utc_now() + timedelta(days=30)).isoformat(),
        **more,
    }


@pytest.fixture
def admin(sign_in: SignIn) -> FlaskClient:
    return sign_in("admin")


@pytest.fixture
def ask(app: Gridfield, town: Town, sign_in: SignIn) -> Ask:
    """Ask as a partner whose token has these scopes for this division."""

    def asking(path: str, unit: str = "金新街道", **options: Any) -> Any:
        scopes = options.pop("scopes", ["cases:read"])
        admin = sign_in("other_admin" if unit.startswith("川姜镇") else "admin")
        given = admin.post("/api/tokens", json=new_token(town, unit, scopes=scopes)).json
        method = options.pop("method", "GET")
        return app.test_client().open(
            path, method=method, headers={"Authorization": f"Bearer {given['token']}"}, **options
        )

    return asking


@pytest.fixture
def broker(app: Gridfield) -> Iterator[Valkey]:
    with running_broker() as valkey, on_trial(app, valkey.url):
        yield valkey


@pytest.fixture
def partner_system() -> Iterator[PushService]:
    with running_push_service() as service:
        service.status = 200
        yield service


@pytest.fixture
def do_jobs(broker: Valkey, database: None) -> Callable[[], None]:
    """Do what is queued, as `flask worker` does."""

    def work() -> None:
        make_worker().work(burst=True, logging_level="WARNING")

    return work
