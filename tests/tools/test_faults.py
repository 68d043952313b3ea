"""What the fault run says of revoked scopes."""

from math import inf

from tools.faults.revocations import Revocations

HOUR = 3600.0


def closed(*spans: list[float]) -> Revocations:
    return Revocations({("anna", "grid:7"): list(spans)})


def told(revocations: Revocations, asked: float, had: float, *houses: str) -> int:
    return len(revocations.breaches("anna", (asked * 1000, had * 1000, {"grid:7": list(houses)})))


def test_a_reply_after_a_revocation_must_not_hold_its_scope() -> None:
    assert told(closed([HOUR, inf]), HOUR + 1, HOUR + 2) == 1
    assert told(closed([HOUR, inf]), HOUR - 1, HOUR + 2) == 0, "asked for before"


def test_a_reply_may_hold_what_was_opened_again_before_it_came() -> None:
    assert told(closed([HOUR, HOUR + 10]), HOUR + 1, HOUR + 11) == 0
    assert told(closed([HOUR, HOUR + 10]), HOUR + 1, HOUR + 9) == 1


def test_a_house_that_has_left_must_not_come_from_its_old_home() -> None:
    revocations = Revocations({("house", "grid:7"): [[HOUR, inf]]})
    assert told(revocations, HOUR + 1, HOUR + 2, "house") == 1
    assert told(revocations, HOUR + 1, HOUR + 2, "another") == 0


def test_what_opens_again_ends_only_the_last_span() -> None:
    revocations = Revocations()
    revocations.close("anna", "grid:7")
    revocations.open("anna", "grid:7")
    revocations.close("anna", "grid:7")
    first, second = revocations.closed["anna", "grid:7"]
    assert first[1] < inf
    assert second[1] == inf
