"""What people say about the app reaches their own administrator alone."""

from __future__ import annotations

from tests.conftest import SignIn
from tests.sync.phone import Phone, feedback


def test_the_administrator_reads_what_own_workers_said(sign_in: SignIn) -> None:
    near, far = Phone(sign_in("worker")), Phone(sign_in("other_worker"))
    near.do("feedback.submit", feedback("字太小"))
    far.do("feedback.submit", feedback("别的镇"))

    items = sign_in("admin").get("/api/feedback").json["items"]

    assert [(item["text"], item["user"]["name"]) for item in items] == [("字太小", "测试worker")]


def test_pages_follow_one_another(sign_in: SignIn) -> None:
    phone = Phone(sign_in("worker"))
    for number in range(5):
        phone.do("feedback.submit", feedback(str(number)))
    admin = sign_in("admin")

    told: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = admin.get(f"/api/feedback?limit=2{cursor}").json
        told += [item["text"] for item in answer["items"]]
        cursor = f"&cursor={answer['next']}" if answer["next"] else None

    assert told == ["4", "3", "2", "1", "0"]


def test_a_cursor_of_nobodys_is_refused(sign_in: SignIn) -> None:
    answer = sign_in("admin").get("/api/feedback?cursor=%00bad")

    assert answer.status_code == 422
