"""What the fault run says of revoked scopes, and how it explains a failure."""

import json
from math import inf
from pathlib import Path
from uuid import UUID

from tools.faults.oracle import vanished
from tools.faults.phones import Effort
from tools.faults.revocations import Revocations
from tools.faults.same import Day, Names, Row, contrasts
from tools.faults.shrink import shrink
from tools.faults.story import story

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


def test_own_work_must_not_vanish_where_its_home_was_loaded() -> None:
    home = {("case", "c1"): "grid:7"}
    seen = {"kind": "case", "id": "c1", "epoch": "now", "scopes": ["grid:7", "user:anna"]}
    assert list(vanished([seen], "now", home)) == [
        "case c1 left the queue before it was in the base"
    ]
    assert not list(vanished([{**seen, "scopes": ["user:anna"]}], "now", home)), "not on duty there"
    assert list(vanished([seen], "restored", home)), "it had the same home before the restore"


def test_an_inspection_may_have_had_another_home_before_a_restore() -> None:
    home = {("inspection", "i1"): "grid:7"}
    seen = {"kind": "inspection", "id": "i1", "epoch": "now", "scopes": ["grid:7"]}
    assert list(vanished([seen], "now", home))
    assert not list(vanished([seen], "restored", home))


def test_a_failing_run_shrinks_to_what_it_needs() -> None:
    def fails(effort: Effort) -> bool:
        enough = effort.mutations >= 100 and effort.phones >= 2
        return enough and {"413", "HTML page"} <= set(effort.kinds or ())

    kinds = ("401", "413", "API killed", "HTML page", "answer lost")
    smallest = shrink(Effort(7, 8, 800), kinds, fails, seconds=60)

    assert smallest == Effort(7, 2, 100, ("413", "HTML page"))


def test_no_time_left_keeps_the_run_as_it_was() -> None:
    assert shrink(Effort(7, 8, 800), ("401",), lambda _: True, -1) == Effort(7, 8, 800, ("401",))


def at(minute: int) -> str:
    return f"2026-11-22T08:{minute:02}:00.000Z"


def test_a_story_is_that_of_the_records_concerned(tmp_path: Path) -> None:
    lost, other, house = (str(UUID(int=number)) for number in (1, 2, 3))
    journal = [{"mutation_id": lost, "args": {"house_id": house}}]
    (tmp_path / "phone-1-stores.json").write_text(json.dumps({"journal": journal}))
    lines = [
        f"{at(3)} sent {other} {lost}",
        f"{at(1)} saved hazard.report {lost}",
        f"{at(2)} sent {other}",
        f"{at(2)} power lost",
        f"{at(2)} late answer /sync/pull",
        f"{at(7)} clock turned",
    ]
    (tmp_path / "phone-1.log").write_text("\n".join(lines))
    (tmp_path / "phone-2.log").write_text(f"{at(2)} power lost")

    machine = [f"{at(2)} machine: API killed", f"{at(9)} machine: calm"]
    told = story([f"base differs: house {house}"], tmp_path, machine)

    assert told == [
        f"{at(1)} phone-1: saved hazard.report {lost}",
        f"{at(2)} machine: API killed",
        f"{at(2)} phone-1: power lost",
        f"{at(3)} phone-1: sent {lost} (+1)",
    ]


def day(case: Row, **journal: Row) -> Day:
    """A day with one mutation whose case stands in the database like this."""
    names = Names()
    names.learn([{"mutation_id": str(UUID(int=9)), "args": journal["args"]}])
    return Day({"cases": [names.plain(case)]}, [])


def case(number: int, at: str, **more: object) -> Day:
    record = str(UUID(int=number))
    return day({"id": record, "at": at, **more}, args={"case_id": record})


def test_days_are_the_same_whatever_the_ids_and_the_suspicion() -> None:
    one = case(1, "2026-11-22T08:00:00Z", clock_suspect=False)
    other = case(2, "2026-11-22T08:20:00.5+00:00", clock_suspect=True)
    assert not list(contrasts(one, other))


def test_days_differ_in_a_value_an_id_or_a_time_of_years() -> None:
    one = case(1, "2026-11-22T08:00:00Z", state="open")
    assert list(contrasts(one, case(2, "2026-11-22T08:00:00Z", state="closed")))
    assert list(contrasts(one, case(2, "2036-11-22T08:00:00Z", state="open")))
    of_nobody = day(
        {"id": str(UUID(int=3)), "at": "2026-11-22T08:00:00Z", "state": "open"}, args={}
    )
    assert list(contrasts(one, of_nobody))
