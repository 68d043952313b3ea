"""An order that was issued and handed over."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from backend.media import uploads
from tests.conftest import SignIn
from tests.documents.papers import Papers, give_power, lease, paper
from tests.media import pictures
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town


@pytest.fixture
def papers(town: Town) -> Papers:
    return give_power(town)


@pytest.fixture
def order(papers: Papers, sign_in: SignIn) -> dict[str, Any]:
    """An order after a worker's inspection with a photo, handed over with a signature."""
    shot = deeds.photo("D01", pictures.jpeg())
    visit = deeds.inspection(papers.town, "金新街道1村1", "D01")
    visit["photos"] = [shot]
    deeds.accepted(Phone(sign_in("worker")), "inspection.submit", visit)
    uploads.arrive(shot["sha256"], pictures.jpeg())
    phone, device = Phone(sign_in("housing")), str(uuid4())
    deeds.accepted(phone, "document.lease", lease(papers, "order", device))
    args = paper(papers, "order", device, 1, inspection_id=visit["inspection_id"])
    args["officers"][0]["signature"] = [[100, 300, 300, 60, 500, 320], [600, 80, 900, 90]]
    deeds.accepted(phone, "document.issue", args)
    service = {
        "document_id": args["document_id"],
        "manner": "signed",
        "receiver": "张测试",
        "relation": "房东",
        "signature": [[50, 200, 400, 100, 800, 240]],
    }
    deeds.accepted(phone, "document.serve", service)
    return {**args, "shot": shot}
