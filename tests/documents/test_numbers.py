"""Whatever phones do and lose: each number is used once, and none is missing without a word."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from backend.app import Gridfield
from backend.db import db, transaction
from backend.documents.models import Document, DocumentNumber, NumberBlock, NumberSeries
from backend.feed.models import SyncMeta
from tests.conftest import signed_in_browser, undone
from tests.documents.papers import give_power, lease, number_of, paper
from tests.sync.phone import Phone
from tests.town import build_town

PEOPLE = ("housing", "cleared")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["lease", "issue", "issue", "send", "void", "lose", "reclaim", "restore"]),
        st.integers(0, 1),
    ),
    max_size=24,
)


class Desk:
    """Two officers' phones that write offline, and what may befall them."""

    def __init__(self, app: Gridfield) -> None:
        """Two phones in a town with power."""
        self.app, self.papers = app, give_power(build_town())
        self.phones = [self._phone(name) for name in PEOPLE]
        self.devices = [str(uuid4()), str(uuid4())]
        self.used: list[set[int]] = [set(), set()]  # on paper, sent or not
        self.unsent: list[list[dict[str, Any]]] = [[], []]

    def _phone(self, name: str) -> Phone:
        return Phone(signed_in_browser(self.app, name))

    def free(self, who: int) -> list[int]:
        """The numbers that the phone may still put on a paper."""
        return [
            number
            for block in self.phones[who].of_kind("number_block")
            if block["device_id"] == self.devices[who]
            for number in range(block["first"], block["last"] + 1)
            if number not in self.used[who]
        ]

    def lease(self, who: int) -> None:
        self.phones[who].do("document.lease", lease(self.papers, "order", self.devices[who]))
        self.phones[who].pull()

    def issue(self, who: int) -> None:
        for number in sorted(self.free(who))[:1]:
            self.used[who].add(number)
            self.unsent[who].append(paper(self.papers, "order", self.devices[who], number))

    def send(self, who: int) -> None:
        for args in self.unsent[who]:
            self.phones[who].do("document.issue", args)
        self.unsent[who] = []

    def void(self, who: int) -> None:
        for number in sorted(self.used[who])[:1]:
            args = number_of(self.papers, "order", self.devices[who], number=number)
            self.phones[who].do("document.void", args)

    def lose(self, who: int) -> None:
        """The phone is gone with what it had not sent; its owner gets a new one."""
        self.phones[who] = self._phone(PEOPLE[who])
        self.devices[who], self.unsent[who], self.used[who] = str(uuid4()), [], set()

    def reclaim(self, who: int) -> None:
        block = db.session.scalars(select(NumberBlock.id).order_by(NumberBlock.first)).first()
        if block is not None:
            path = f"/api/documents/numbers/{block}/reclaim"
            signed_in_browser(self.app, "commander").post(path, json={"reason": "手机丢失"})
        self.phones[who].pull()

    def restore(self, who: int) -> None:
        del who
        with transaction():
            db.session.scalars(select(SyncMeta)).one().epoch = uuid4()
        for phone in self.phones:
            phone.epoch = None  # the engine asks again under the new one
            phone.client_id, phone.mid = str(uuid4()), 0


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_numbers_are_unique_and_none_is_missing(app: Gridfield, steps: list[Any]) -> None:
    with undone(app):
        desk = Desk(app)
        for step, who in [("lease", 0), *steps]:
            getattr(desk, step)(who)

        db.session.expire_all()
        numbers = db.session.scalars(select(DocumentNumber).order_by(DocumentNumber.number)).all()
        papers = db.session.scalars(select(Document)).all()
        series = db.session.scalars(select(NumberSeries)).one()
        assert [row.number for row in numbers] == list(range(1, series.next))
        assert len({one.number_text for one in papers}) == len(papers)
        on_paper = {one.number: one.state for one in papers}
        for row in numbers:
            told = on_paper.get(row.number)
            assert (row.state == "issued") == (told in {"issued", "served"})
            assert row.state != "void" or row.void_reason
        assert not (set(desk.free(0)) & set(desk.free(1)))


def test_a_lost_phones_numbers_are_shown_as_void(app: Gridfield) -> None:
    with undone(app):
        desk = Desk(app)
        desk.lease(0)
        desk.issue(0)
        desk.reclaim(0)
        desk.send(0)

        blocks = signed_in_browser(app, "supervisor").get("/api/documents/numbers").json

        assert (blocks[0]["left"], blocks[0]["holder"]) == (0, "测试housing")
        assert {number["reason"] for number in blocks[0]["numbers"]} == {"手机丢失"}
        assert db.session.scalars(select(Document)).all() == []
