"""The lists of a desk's day that leave as files: what waits, what is late, whom to call."""

from __future__ import annotations

from dataclasses import replace
from operator import itemgetter
from typing import Any

from backend.api.ledgers import CASES, SEVERITIES, STATES, masked, name_of, place_of, told
from backend.oversight.paper_words import CHANNELS
from backend.papers.ledger import Column, Ledger, Row
from backend.tasks.rules import KINDS

OWNERS = {"centre": "指挥中心", "department": "承办部门", "grid": "网格"}
URGENCIES = {"normal": "普通", "urgent": "紧急"}
OUTCOMES = {"told": "已告知", "unreached": "未接通"}
CARES = {
    "lost": "丢失过内容",
    "unsent": "4 小时以上未上传",
    "refused": "有记录需处理",
    "silent": "今天没有同步",
    "no_phone": "没有登录手机",
    "storage": "存储空间不足",
    "clock": "时钟不准",
    "old_app": "版本过旧",
}
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def _why(row: Row) -> Any:  # noqa: ANN401
    return masked("text")(row["why"]) if row["why"] else None


def _channels(row: Row) -> str:
    tried = dict.fromkeys(one["channel"] for one in row["deliveries"] if one["attempts"])
    return "、".join(CHANNELS[channel] for channel in tried)


def _last_call(row: Row) -> str | None:
    return OUTCOMES[row["calls"][-1]["outcome"]] if row["calls"] else None


def _cares(row: Row) -> str:
    return "、".join(CARES[care] for care in row["cares"])


def _reported(key: str) -> Any:  # noqa: ANN401
    """What a phone last said of itself, where it said anything."""
    return lambda row: row["report"] and row["report"][key]


def _rhythm(row: Row) -> str:
    if row["every"] == "working_days":
        return "每个工作日" if row["count"] == 1 else f"每 {row['count']} 个工作日"
    if row["every"] == "weekdays":
        return "每" + "、".join(WEEKDAYS[day] for day in row["weekdays"])
    return f"每月 {row['month_day']} 日"


_CASE = (
    Column("number", "编号", itemgetter("number"), 18),
    Column("title", "事项", itemgetter("title"), 16),
    Column("place", "地点/部位", place_of, 24),
    Column("severity", "等级", told("severity", SEVERITIES), 6),
    Column("state", "状态", told("state", STATES), 8),
    Column("owner", "当前由谁办理", told("owner", OWNERS), 10),
    Column("department", "承办部门", name_of("department"), 12),
    Column("reported_at", "上报时间", itemgetter("reported_at"), 16),
    Column("due_at", "办结时限", itemgetter("due_at"), 16),
    Column("step_due_at", "本步时限", itemgetter("step_due_at"), 16),
)
QUEUE_LEDGER = Ledger("待办案件台账", _CASE)
LATE_LEDGER = Ledger(
    "超期案件台账",
    (
        *_CASE,
        Column("late_since", "超期起", itemgetter("late_since"), 16),
        Column("late_minutes", "超期(工作分钟)", itemgetter("late_minutes"), 10),
        Column("why", "原因", _why, 28),
        Column("times_urged", "催办督办次数", itemgetter("times_urged"), 8),
    ),
    late=lambda row: row["mark"] == "red",
)
SAMPLE_LEDGER = replace(CASES, title="抽查台账")
MESSAGE_LEDGER = Ledger(
    "消息发送台账",
    (
        Column("person", "姓名", name_of("person"), 10),
        Column("title", "消息", itemgetter("title"), 24),
        Column("number", "编号", itemgetter("number"), 18),
        Column("urgency", "紧急程度", told("urgency", URGENCIES), 8),
        Column("created_at", "发出", itemgetter("created_at"), 16),
        Column("channels", "通道", _channels, 18),
        Column("delivered_at", "送达", itemgetter("delivered_at"), 16),
        Column("read_at", "已读", itemgetter("read_at"), 16),
        Column("accepted_at", "接受", itemgetter("accepted_at"), 16),
    ),
)
CALL_LEDGER = Ledger(
    "待电话通知台账",
    (
        Column("person", "姓名", name_of("person"), 10),
        Column("phone", "电话", itemgetter("number_masked"), 14),
        Column("title", "消息", itemgetter("title"), 24),
        Column("number", "编号", itemgetter("number"), 18),
        Column("sent_at", "发出", itemgetter("sent_at"), 16),
        Column("due_at", "应答截止", itemgetter("due_at"), 16),
        Column("calls", "已打次数", lambda row: len(row["calls"]), 8),
        Column("outcome", "最近一次", _last_call, 10),
    ),
)
PHONE_LEDGER = Ledger(
    "手机状况台账",
    (
        Column("worker", "人员", name_of("worker"), 10),
        Column("grids", "网格", itemgetter("grids"), 24),
        Column("device", "手机", itemgetter("device"), 18),
        Column("cares", "需要关注", _cares, 24),
        Column("seen_at", "最近联系", itemgetter("seen_at"), 16),
        Column("synced_at", "最近同步", itemgetter("synced_at"), 16),
        Column("pending", "未上传记录", _reported("pending"), 10),
        Column("photos_pending", "未上传照片", _reported("photos_pending"), 10),
        Column("oldest", "最早未上传", _reported("oldest_unsent_at"), 16),
        Column("app", "版本", _reported("app"), 10),
        Column("reminded_at", "上次提醒", itemgetter("reminded_at"), 16),
    ),
)
PLAN_LEDGER = Ledger(
    "定期任务台账",
    (
        Column("title", "任务", itemgetter("title"), 24),
        Column("kind", "类型", told("kind", KINDS), 8),
        Column("text", "要求", masked("text"), 30),
        Column("grid", "网格", name_of("grid"), 18),
        Column("assignee", "承办人", name_of("assignee"), 10),
        Column("rhythm", "多久一次", _rhythm, 18),
        Column("starts_on", "开始日期", itemgetter("starts_on"), 12),
        Column("ends_on", "结束日期", itemgetter("ends_on"), 12),
        Column("paused", "已暂停", itemgetter("paused"), 8),
        Column("coming", "下次派发", lambda row: next(iter(row["coming"]), None), 12),
    ),
)
FEEDBACK_LEDGER = Ledger(
    "投诉建议台账",
    (
        Column("user", "姓名", name_of("user"), 10),
        Column("text", "内容", masked("text"), 60),
        Column("captured_at", "填写时间", itemgetter("captured_at"), 16),
        Column("received_at", "收到时间", itemgetter("received_at"), 16),
    ),
)
