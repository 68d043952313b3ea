"""A resident's hands on the page behind a QR code."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import psycopg
from playwright.sync_api import Page, expect

from tests.browser.ears import next_of
from tests.delivery.services import PushService
from tools.stack import Stack

TELEPHONE = f"139{uuid4().int % 10**8:08}"  # another one in each run: codes are rationed


def place_of(stack: Stack, username: str) -> str:
    """The code at the entrance of the village where a worker is on duty."""
    return _one(
        stack,
        "INSERT INTO report_places (id, code, org_unit_id, org_path, made_by, made_at)"
        " SELECT gen_random_uuid(), upper(substr(md5(random()::text), 1, 8)), v.id, v.path,"
        " boss.id, now() FROM grid_duties d JOIN users u ON u.id = d.user_id"
        " JOIN grids g ON g.id = d.grid_id JOIN org_units v ON v.id = g.org_unit_id,"
        " users boss WHERE u.username = %s AND boss.username = 'dispatcher'"
        " ORDER BY g.code LIMIT 1 RETURNING code",
        username,
    )


def case_of(stack: Stack, number: str) -> str:
    """The id of a case by its number."""
    return _one(stack, "SELECT id::text FROM cases WHERE number = %s", number)


def _one(stack: Stack, statement: str, value: str) -> str:
    with psycopg.connect(stack.database_url.replace("+psycopg", "")) as connection:
        row = connection.execute(statement.encode(), [value]).fetchone()
    assert row
    return str(row[0])


def report(page: Page, code: str, texts: PushService, picture: Path) -> tuple[Page, str]:
    """Scan, choose, photograph, write, and prove the phone; answers the page and the number."""
    page.goto(f"/r/{code}")
    form = page.locator("#new")
    form.get_by_text("公共安全").click()
    form.get_by_text("外墙脱落或高空坠物").click()
    form.locator("#photo").set_input_files(picture)
    expect(form.get_by_alt_text("照片 1")).to_be_visible()
    form.get_by_label("说明情况").fill("外墙掉块")
    form.get_by_label("在哪里").fill("3 幢东侧")
    form.get_by_label("手机号").fill(TELEPHONE)
    form.get_by_role("button", name="获取短信验证码").click()
    expect(page.get_by_text("验证码已发送")).to_be_visible()
    form.get_by_label("6 位验证码").fill(code_to(texts, TELEPHONE))
    form.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("已收到，正在安排")).to_be_visible()
    found = re.search(r"[A-Z]+\d+-\d+-\d+", page.locator("#about").inner_text())
    assert found
    return page, found.group()


def code_to(texts: PushService, telephone: str) -> str:
    """The code that was sent to a telephone; what others are told is passed over."""
    while True:
        told = next_of(texts)[2].decode()
        found = re.search(r"\b\d{6}\b", told)
        if telephone in told and found:
            return found.group()


def rate(slip: Page, rating: str) -> None:
    """Come back to the receipt, and say how content one is."""
    slip.reload()
    slip.get_by_text(rating, exact=True).click()
    slip.get_by_role("button", name="提交评价").click()
    expect(slip.get_by_text(f"您的评价：{rating}")).to_be_visible()
