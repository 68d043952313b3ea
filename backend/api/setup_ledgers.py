"""The lists of what the centre has set up that leave as files: rounds, files, sources, tokens."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from backend.api.ledgers import day_of, masked, name_of, told
from backend.papers.ledger import Column, Ledger, Row
from backend.partners.tokens import SCOPES

IMPORTS = {
    "reading": "正在读取",
    "ready": "待确认",
    "taking": "正在导入",
    "done": "已导入",
    "failed": "未能导入",
}
ABOUTS = {"houses": "出租房", "rooms": "房间", "occupants": "居住人员"}
TOKENS = {"active": "有效", "expired": "已过期", "revoked": "已撤销"}


def within(key: str, part: str) -> Callable[[Row], Any]:
    """A part of what stands there, nothing where there is none."""
    return lambda row: row[key].get(part)


def _scopes(row: Row) -> str:
    return "、".join(SCOPES.get(scope, scope) for scope in row["scopes"])


CAMPAIGN_LEDGER = Ledger(
    "走访行动台账",
    (
        Column("name", "行动", itemgetter("name"), 24),
        Column("text", "要求", masked("text"), 30),
        Column("starts_on", "开始日期", itemgetter("starts_on"), 12),
        Column("ends_on", "结束日期", itemgetter("ends_on"), 12),
        Column("total", "应走访户数", within("coverage", "total"), 10),
        Column("met", "见面", within("coverage", "met"), 8),
        Column("nobody", "无人", within("coverage", "nobody"), 8),
        Column("refused", "拒访", within("coverage", "refused"), 8),
        Column("open", "未走访", within("coverage", "open"), 8),
        Column("percent", "见面率(%)", within("coverage", "percent"), 10),
        Column("created_by", "发起人", name_of("created_by"), 10),
        Column("created_at", "发起时间", itemgetter("created_at"), 16),
        Column("closed_at", "结束时间", itemgetter("closed_at"), 16),
    ),
)
IMPORT_LEDGER = Ledger(
    "房屋导入台账",
    (
        Column("name", "文件", itemgetter("name"), 30),
        Column("about", "内容", told("about", ABOUTS), 10),
        Column("state", "状态", told("state", IMPORTS), 10),
        Column("total", "总行数", within("counts", "total"), 8),
        Column("create", "新增", within("counts", "create"), 8),
        Column("change", "更新", within("counts", "change"), 8),
        Column("same", "无变化", within("counts", "same"), 8),
        Column("refused", "退回", within("counts", "refused"), 8),
        Column("twin", "疑似重复", within("counts", "twin"), 8),
        Column("problem", "未能导入的原因", itemgetter("problem"), 30),
        Column("made_at", "上传时间", itemgetter("made_at"), 16),
        Column("ended_at", "完成时间", itemgetter("ended_at"), 16),
    ),
)
PLACE_LEDGER = Ledger(
    "扫码上报点台账",
    (
        Column("name", "地点", itemgetter("name"), 30),
        Column("code", "编号", itemgetter("code"), 14),
        Column("url", "二维码地址", itemgetter("url"), 40),
        Column("made_at", "设立时间", itemgetter("made_at"), 16),
    ),
)
ALERT_LEDGER = Ledger(
    "告警平台台账",
    (
        Column("name", "平台", itemgetter("name"), 24),
        Column("grid", "网格", itemgetter("grid"), 24),
        Column("devices", "设备数", itemgetter("devices"), 8),
        Column("made_at", "接入时间", itemgetter("made_at"), 16),
    ),
)
TOKEN_LEDGER = Ledger(
    "访问令牌台账",
    (
        Column("name", "对方系统", itemgetter("name"), 24),
        Column("hint", "末四位", itemgetter("hint"), 8),
        Column("unit", "区划", name_of("org_unit"), 14),
        Column("scopes", "权限", _scopes, 30),
        Column("state", "状态", told("state", TOKENS), 8),
        Column("created_at", "建立时间", itemgetter("created_at"), 16),
        Column("expires_on", "有效期至", day_of("expires_at"), 12),
        Column("last_used_at", "最近使用", itemgetter("last_used_at"), 16),
        Column("revoked_at", "撤销时间", itemgetter("revoked_at"), 16),
    ),
)
