"""The model of the city loses no request and no work."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.city import BATCH, DAY, PEAK, PIECES, Plan, arrivals, by_second, day_of, serve

PLANS = st.builds(
    Plan,
    phones=st.just(1),
    poll_minutes=st.integers(5, 60),
    records=st.integers(0, 40),
    photos=st.integers(0, 20),
    late=st.sampled_from([0.0, 1.0]),
)


@given(PLANS, st.integers())
def test_a_phone_sends_all_its_work_on_its_day(plan: Plan, seed: int) -> None:
    requests = list(day_of(plan, random.Random(seed)))
    count = {kind: sum(its == kind for its, _ in requests) for kind in PIECES}

    room = count["single"] + count["failing"] + BATCH * count["batch"]
    assert count["failing"] == min(plan.photos, plan.records)
    assert plan.records <= room < plan.records + BATCH
    photos = plan.photos if plan.late else min(plan.photos, plan.records)
    assert count["photo"] == count["thumb"] == photos
    assert all(0 <= second < DAY for _, second in requests)
    if plan.late:
        assert all(at >= PEAK for kind, at in requests if kind not in {"poll", "health"})


def test_what_phones_send_is_what_arrives() -> None:
    plan = Plan(phones=200)
    rng = random.Random(7)
    sent = [kind for _ in range(plan.phones) for kind, _ in day_of(plan, rng)]

    counted = arrivals(plan, seed=7)

    assert {kind: sum(counted[kind]) for kind in PIECES} == {k: sent.count(k) for k in PIECES}
    assert sum(by_second(counted, {"poll": 2.0, "photo": 1.0})) == pytest.approx(
        2 * sent.count("poll") + sent.count("photo")
    )


@given(st.lists(st.floats(0, 100), min_size=1), st.integers(1, 50))
def test_work_is_done_or_left(work: list[float], cores: int) -> None:
    served = serve(work, cores)

    assert served.done + served.left == pytest.approx(sum(work))
    assert served.done <= cores * len(work) + 1e-6
    assert served.longest_wait >= max(work) / cores - 1e-9
    assert serve(work, cores + 1).longest_wait <= served.longest_wait
