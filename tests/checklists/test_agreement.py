"""The phone and the centre come to the same, whatever the checklist and whatever was answered."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from operator import add
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.checklists import expressions, rules
from backend.checklists.answers import MAY_HOLD
from tools.paths import ROOT

Ask = Callable[[dict[str, Any]], dict[str, Any]]
CODES = [f"{letter}{number:02}" for letter in "AB" for number in range(1, 6)]
NUMBERS = st.one_of(st.integers(0, 12), st.floats(0, 1000), st.sampled_from([0.005, 1e5, 2.675]))
JOINTS = st.sampled_from([" and ", " or "])
BOTH = st.booleans()
WRITTEN = st.sampled_from(["0", "1", "2.5", "4", "10", "0.335", "100000"])


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """The phone's rules, asked a line at a time."""
    program = tmp_path_factory.mktemp("phone") / "rules.mjs"
    pwa = ROOT / "pwa"
    source = "tests/domain/rules-aloud.ts"
    command = ["npx", "rolldown", source, "--platform", "node", "-f", "esm", "-o", str(program)]
    subprocess.run(command, cwd=pwa, check=True, capture_output=True)
    with subprocess.Popen(
        ["node", str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        wire, back = process.stdin, process.stdout

        def ask(case: dict[str, Any]) -> dict[str, Any]:
            wire.write(json.dumps(case) + "\n")
            wire.flush()
            said: dict[str, Any] = json.loads(back.readline())
            return said

        yield ask
        wire.close()


def clause(codes: list[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    verdicts = st.tuples(st.sampled_from(["=", "!="]), st.sampled_from(["pass", "fail", "na"]))
    told = st.one_of(verdicts, st.tuples(signs, WRITTEN))
    return st.tuples(st.sampled_from(codes), told).map(lambda it: f"{it[0]} {it[1][0]} {it[1][1]}")


@st.composite
def checklist(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Items of every kind whose conditions and formulas look at those before them."""
    items: list[dict[str, Any]] = []
    for code in CODES[: draw(st.integers(1, len(CODES)))]:
        before = [item["code"] for item in items]
        item: dict[str, Any] = {
            "code": code,
            "text": code,
            "answer": draw(st.sampled_from(sorted(MAY_HOLD))),
            "severity": draw(
                st.sampled_from(["general", "serious", "critical", "computed", "chosen_on_site"])
            ),
            "photo_on_fail": draw(st.sampled_from(["required", "optional"])),
        }
        item |= {name: draw(NUMBERS) for name in ("min", "max") if draw(BOTH)}
        if draw(BOTH) and before:
            clauses = draw(st.lists(clause(before), min_size=1, max_size=3))
            joints = ["", *(draw(JOINTS) for _ in clauses[1:])]
            item["show_if"] = "".join(map(add, joints, clauses))
        if item["answer"].startswith("number") and draw(BOTH):
            term = st.sampled_from([*expressions.FACTS, *before, "0", "1", "2.5", "0.335"])
            sign = draw(st.sampled_from(["", *"+-*/", "max", "min"]))
            item["formula"] = f"{draw(term)} {sign} {draw(term)}" if sign else draw(term)
        items.append(item)
    return items


@st.composite
def answers(draw: st.DrawFn, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    chosen = [item["code"] for item in items if draw(st.integers(0, 4))]
    return [
        {
            "code": code,
            "verdict": draw(st.sampled_from(["pass", "pass", "fail", "na", None])),
            "number": draw(st.none() | NUMBERS),
            "text": draw(st.sampled_from([None, "", " ", "堆放"])),
            "note": None,
            "severity": draw(st.sampled_from([None, "general", "critical"])),
        }
        for code in chosen
    ]


@st.composite
def case(draw: st.DrawFn) -> dict[str, Any]:
    items = draw(checklist())
    facts = {fact: draw(st.none() | NUMBERS) for fact in expressions.FACTS}
    photos = [item["code"] for item in items if draw(BOTH)]
    return {"items": items, "answers": draw(answers(items)), "facts": facts, "photos": photos}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=case())
def test_phone_and_centre_agree(phone: Ask, asked: dict[str, Any]) -> None:
    items, facts = asked["items"], asked["facts"]
    now = list(rules.filled(items, asked["answers"], facts).values())
    gaps = rules.missing(items, now, set(asked["photos"]))

    said = phone(asked)

    assert [rules.given(answer) for answer in said["answers"]] == [
        rules.given(answer) for answer in now
    ]
    assert said["shown"] == [item["code"] for item in rules.shown(items, now)]
    assert said["missing"] == [{"code": gap.code, "gap": gap.gap} for gap in gaps]
    assert said["failed"] == [item["code"] for item in rules.failed_items(items, now)]
    assert said["result"] == rules.result("inspected", items, now)


@given(asked=case())
def test_what_is_hidden_decides_nothing(asked: dict[str, Any]) -> None:
    items, facts = asked["items"], asked["facts"]
    now = list(rules.filled(items, asked["answers"], facts).values())
    codes = {item["code"] for item in rules.shown(items, now)}
    without = [answer for answer in now if answer["code"] in codes]

    assert rules.shown(items, without) == rules.shown(items, now)
    assert rules.result("inspected", items, without) == rules.result("inspected", items, now)
    hidden = {code for code, kind in rules.oddities(items, now).items() if kind == "hidden"}
    assert hidden == {
        answer["code"]
        for answer in now
        if answer["code"] not in codes and len(rules.given(answer)) > 1
    }
