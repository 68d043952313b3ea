"""The checklist that comes with the product."""

from __future__ import annotations

from sqlalchemy import func, select

from backend.cases.catalogue import hazard_items, publish_hazard_items
from backend.cases.deadlines import span_of
from backend.cases.item_models import HazardItem
from backend.checklists import rental as checklist
from backend.checklists.answers import MAY_HOLD
from backend.checklists.models import Checklist
from backend.db import db

SEVERITIES = {"general", "serious", "critical"}


def test_it_has_its_thirty_seven_items_in_both_languages() -> None:
    items = checklist.rental_items()

    assert len({item["code"] for item in items}) == 37
    assert all(item["text"] and item["text_en"] and item["section_en"] for item in items)
    assert {item["answer"] for item in items} <= set(MAY_HOLD)
    assert {item["severity"] for item in items} <= SEVERITIES | {"computed", "chosen_on_site"}
    assert [item["code"] for item in items if item["visibility"] == "restricted"] == ["H01"]


def test_number_items_know_unit_and_limits_and_others_do_not() -> None:
    items = {item["code"]: item for item in checklist.rental_items()}

    numbers = {code for code, item in items.items() if item["answer"].startswith("number")}
    assert {code for code, item in items.items() if "unit" in item} == numbers
    assert (items["B01"]["max"], items["B02"]["min"]) == (2.0, 4.0)
    assert "min" not in items["B01"]
    assert items["B03"]["other_departments"] == ["综合执法"]


def test_every_deadline_is_understood() -> None:
    for item in checklist.rental_items():
        graver = item["severity"] if item["severity"] in SEVERITIES else "general"
        own = span_of(item["deadline"], graver) == item["deadline"]
        assert own or item["deadline"] in {"", "by_severity"}, item["code"]


def test_publishing_twice_is_publishing_once(database: None) -> None:
    first, second = checklist.publish_rental_checklist(), checklist.publish_rental_checklist()

    assert first is second
    assert db.session.scalar(select(func.count()).select_from(Checklist)) == 1


def test_the_list_of_matters_is_whole_and_published_once(database: None) -> None:
    lines = hazard_items()

    assert [int(line["sort"]) for line in lines] == list(range(1, len(lines) + 1))
    assert len({line["class_name"] for line in lines}) == 9
    assert lines[0]["name"] == "飞线充电"
    for line in lines:
        own = span_of(line["deadline"], line["severity"]) == line["deadline"]
        assert own or line["deadline"] == "by_severity", line["code"]
    publish_hazard_items()
    publish_hazard_items()
    assert db.session.scalar(select(func.count()).select_from(HazardItem)) == len(lines)
