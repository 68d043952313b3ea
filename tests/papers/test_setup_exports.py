"""What the centre has set up, as files: as shown, of one's own divisions, without secrets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from backend.db import db, transaction, utc_now
from backend.houses.intake.models import HouseImport
from tests.conftest import SignIn
from tests.papers.test_exports import export, lines
from tests.tasks.test_campaigns import campaign
from tests.town import Town

COUNTS = {"create": 2, "change": 1, "same": 0, "refused": 3, "twin": 1, "total": 6}


def made(desk: FlaskClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = desk.post(path, json=body)
    assert answer.status_code == 201, answer.json
    return dict(answer.json or {})


def test_campaigns_leave_with_their_coverage(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    made(desk, "/api/campaigns", campaign(town, text="有事打 13800001111"))
    [shown] = desk.get("/api/campaigns").json or []

    [row] = lines(export(desk, "campaigns", "csv"))

    assert (row["行动"], row["要求"]) == ("冬季用气安全敲门行动", "有事打 138******11")
    assert int(row["应走访户数"]) == shown["coverage"]["total"] > 0
    assert (row["见面"], row["发起人"]) == ("0", "测试dispatcher")
    assert lines(export(sign_in("other_dispatcher"), "campaigns", "csv")) == []


def test_house_imports_leave_for_who_brought_them(town: Town, sign_in: SignIn) -> None:
    mine = town.users["dispatcher"]
    with transaction():
        file = {"name": "1村.xlsx", "state": "done", "counts": COUNTS, "unused": []}
        db.session.add(HouseImport(by_id=mine.id, **file))

    [row] = lines(export(sign_in("dispatcher"), "house-imports", "csv"))

    assert row["内容"] == "出租房"
    assert (row["文件"], row["状态"], row["新增"], row["退回"]) == ("1村.xlsx", "已导入", "2", "3")
    assert lines(export(sign_in("district"), "house-imports", "csv")) == []


def test_sources_leave_without_their_secrets(town: Town, sign_in: SignIn) -> None:
    desk = sign_in("dispatcher")
    place = {"org_unit_id": str(town.units["金新街道1村"].id)}
    code = made(desk, "/api/sources/places", place)["code"]
    platform = {"name": "高空瞭望", "grid_id": str(town.grids["金新街道1村"].id), "devices": {}}
    secret = made(desk, "/api/sources/alerts", platform)["secret"]

    [scanned] = lines(export(desk, "report-places", "csv"))
    [alerting] = lines(export(desk, "alert-sources", "csv"))

    assert (scanned["编号"], scanned["地点"]) == (code, "金新街道1村")
    assert (alerting["平台"], alerting["网格"]) == ("高空瞭望", "金新街道1村 金新街道1村第一网格")
    assert secret not in export(desk, "alert-sources", "csv").text
    for name in ("report-places", "alert-sources"):
        assert lines(export(sign_in("other_dispatcher"), name, "csv")) == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_tokens_leave_without_their_text(town: Town, sign_in: SignIn, kind: str) -> None:
    admin = sign_in("admin")
    wanted = {
        "name": "城管系统",
        "org_unit_id": str(town.units["金新街道"].id),
        "scopes": ["cases:read"],
        "expires_at": (utc_now() + timedelta(days=30)).isoformat(),
    }
    given = made(admin, "/api/tokens", wanted)

    file = export(admin, "tokens", kind)

    assert given["token"].encode() not in file.data
    if kind == "csv":
        [row] = lines(file)
        assert (row["对方系统"], row["末四位"]) == ("城管系统", given["hint"])
        assert (row["权限"], row["状态"]) == ("读取案件", "有效")
        assert lines(export(sign_in("other_admin"), "tokens", "csv")) == []
