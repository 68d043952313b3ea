"""The lists that leave as files: their columns, in the words of the paper."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from backend.cases.rules import local_day
from backend.cases.table import life
from backend.houses.facts import mask_name
from backend.papers.ledger import Column, Ledger, Row
from backend.papers.masking import without_numbers

SEVERITIES = {"general": "一般", "serious": "较大", "critical": "重大"}
HOUSES = {
    "unchecked": "未检查",
    "passed": "合格",
    "rectify": "限期整改",
    "failed": "不合格",
    "cleared": "已整改",
}
VISITS = {"open": "未走访", "met": "见面", "nobody": "无人", "refused": "拒访"}
TASKS = {
    "offered": "待接单",
    "assigned": "已派发",
    "accepted": "已签收",
    "done": "已完成",
    "returned": "已退回",
    "cancelled": "已取消",
}
KINDS = {"inspection": "检查", "hazard": "隐患", "patrol": "巡查"}
OUTCOMES = {
    "inspected": "已检查",
    "nobody_home": "家中无人",
    "refused": "拒绝检查",
    "moved_away": "已搬离",
}
PATROLS = {"day": "日间巡查", "night": "夜间巡查", "joint": "联合巡查"}
STATES = {
    "pass": "合格",
    "rectify": "限期整改",
    "fail": "不合格",
    "none": "未检查",
    "recording": "巡查中",
    "paused": "已暂停",
    "finished": "已结束",
    **{code: state.name for code, state in life().states.items()},
}


def told(key: str, words: dict[str, str]) -> Callable[[Row], Any]:
    """A code in its word."""
    return lambda row: words.get(row[key], row[key])


def name_of(key: str) -> Callable[[Row], Any]:
    """The name of what stands there, where something does."""
    return lambda row: row[key]["name"] if row[key] else None


def masked(key: str) -> Callable[[Row], Any]:
    """What people wrote, without the numbers that name a person."""
    return lambda row: without_numbers(row[key])


def day_of(key: str) -> Callable[[Row], Any]:
    """The day in China, where there is one."""
    return lambda row: row[key] and local_day(row[key])


def place_of(row: Row) -> Any:  # noqa: ANN401
    """The village and the place, as far as a file may say it."""
    parts = (name_of("village")(row), without_numbers(row["address"]))
    return " ".join(part for part in parts if part)


def _responsible(row: Row) -> Any:  # noqa: ANN401
    return " ".join(part for part in (name_of("department")(row), row["handler"]) if part)


def _result(row: Row) -> Any:  # noqa: ANN401
    words = row["result"]["text"] if row["result"] else row["return_reason"]
    return without_numbers(words)


def _detail(row: Row) -> Any:  # noqa: ANN401
    return OUTCOMES.get(row["detail"]) or without_numbers(row["detail"])


CASES = Ledger(
    "隐患台账",
    (
        Column("number", "编号", itemgetter("number"), 18),
        Column("reported_at", "排查时间", itemgetter("reported_at"), 16),
        Column("place", "地点/部位", place_of, 24),
        Column("title", "隐患名称", itemgetter("title"), 16),
        Column("note", "隐患描述", masked("note"), 28),
        Column("class_name", "类别", itemgetter("class_name"), 10),
        Column("severity", "等级", told("severity", SEVERITIES), 6),
        Column("measure", "整改措施", masked("measure"), 28),
        Column("responsible", "责任单位/责任人", _responsible, 16),
        Column("due_at", "整改期限", itemgetter("due_at"), 16),
        Column("state", "状态", told("state", STATES), 8),
        Column("overdue", "是否超期", itemgetter("overdue"), 8),
        Column("checker", "复查人", itemgetter("checker"), 9),
        Column("checked_at", "复查日期", itemgetter("checked_at"), 16),
        Column("reporter", "排查人", name_of("reporter"), 9),
    ),
    late=itemgetter("overdue"),
)
LOOKS = {True: "通过", False: "不通过", None: None}
FINDING_LEDGER = Ledger(
    "出租房隐患整改台账",
    (
        Column("at", "序号", itemgetter("at"), 5),
        Column("number", "隐患编号", itemgetter("number"), 14),
        Column("village", "村(社区)", itemgetter("village"), 10),
        Column("grid", "网格", itemgetter("grid"), 11),
        Column("house_code", "房屋编号", itemgetter("house_code"), 14),
        Column("address", "地址", masked("address"), 22),
        Column("title", "隐患事项", itemgetter("title"), 18),
        Column("severity", "等级", told("severity", SEVERITIES), 5),
        Column("found_on", "发现日期", day_of("found_at"), 11),
        Column("reporter", "检查人", itemgetter("reporter_name"), 8),
        Column("department", "责任部门", itemgetter("department_name"), 11),
        Column("due_on", "整改期限", day_of("due_at"), 11),
        Column("mended_on", "整改日期", day_of("mended_at"), 11),
        Column("rechecked_on", "复查日期", day_of("rechecked_at"), 11),
        Column("checker", "复查人", itemgetter("checker_name"), 8),
        Column("passed", "复查结果", lambda row: LOOKS[row["passed"]], 8),
        Column("state", "状态", told("state", STATES), 8),
        Column("overdue", "是否超期", itemgetter("overdue"), 8),
    ),
    late=itemgetter("overdue"),
)
TASK_LEDGER = Ledger(
    "任务台账",
    (
        Column("title", "任务", itemgetter("title"), 24),
        Column("text", "要求", masked("text"), 30),
        Column("state", "状态", told("state", TASKS), 8),
        Column("assignee", "承办人", name_of("assignee"), 10),
        Column("created_by", "派发人", name_of("created_by"), 10),
        Column("created_at", "派发时间", itemgetter("created_at"), 16),
        Column("due_at", "期限", itemgetter("due_at"), 16),
        Column("overdue", "是否超期", itemgetter("overdue"), 8),
        Column("finished_at", "完成时间", lambda row: row["receipts"].get("finished_at"), 16),
        Column("result", "结果", _result, 30),
        Column("case", "隐患编号", lambda row: row["case"] and row["case"]["number"], 18),
    ),
    late=itemgetter("overdue"),
)
HOUSE_LEDGER = Ledger(
    "出租房台账",
    (
        Column("code", "房屋编号", itemgetter("code"), 24),
        Column("village", "村(社区)", name_of("village"), 12),
        Column("grid", "网格", name_of("grid"), 18),
        Column("address", "地址", itemgetter("address"), 28),
        Column("landlord_name", "房东", itemgetter("landlord_name"), 10),
        Column("occupant_count", "居住人数", itemgetter("occupant_count"), 8),
        Column("state", "状态", told("state", HOUSES), 10),
        Column("open_cases", "未销号隐患", itemgetter("open_cases"), 10),
        Column("last_inspected_at", "上次检查", itemgetter("last_inspected_at"), 16),
        Column("next_due_on", "下次检查", itemgetter("next_due_on"), 12),
    ),
)
VISIT_LEDGER = Ledger(
    "走访台账",
    (
        Column("village", "村(社区)", name_of("village"), 12),
        Column("grid", "网格", name_of("grid"), 18),
        Column("address", "地址", itemgetter("address"), 28),
        Column("state", "结果", told("state", VISITS), 8),
        Column("attempts", "敲门次数", itemgetter("attempts"), 8),
        Column("visited_at", "走访时间", itemgetter("visited_at"), 16),
        Column("visited_by", "走访人", itemgetter("visited_by"), 10),
        Column("next_on", "再访日期", itemgetter("next_on"), 12),
        Column("note", "情况", masked("note"), 30),
    ),
)
ACTIVITY_LEDGER = Ledger(
    "检查与巡查台账",
    (
        Column("kind", "类型", told("kind", KINDS), 8),
        Column("captured_at", "时间", itemgetter("captured_at"), 16),
        Column("title", "地点/事项", told("title", PATROLS), 26),
        Column("detail", "情况", _detail, 30),
        Column("state", "结果", told("state", STATES), 10),
        Column("amount", "不符合项/米", itemgetter("amount"), 10),
        Column("worker", "人员", name_of("worker"), 10),
        Column("village", "村(社区)", name_of("village"), 12),
        Column("grid", "网格", name_of("grid"), 18),
        Column("received_at", "收到时间", itemgetter("received_at"), 16),
    ),
)
PAPERS = {"advice": "整改告知单", "order": "责令改正通知书"}
PAPER_STATES = {
    "issued": "已开具未送达",
    "served": "已送达",
    "void": "已作废",
    "withdrawn": "已撤回",
}
DOCUMENT_LEDGER = Ledger(
    "文书台账",
    (
        Column("number_text", "文号", itemgetter("number_text"), 30),
        Column("kind", "文书", told("kind", PAPERS), 14),
        Column("authority", "开具机关", itemgetter("authority"), 24),
        Column("party", "当事人", lambda row: mask_name(row["party"]), 14),
        Column("place", "地点", masked("place"), 28),
        Column("village", "村(社区)", name_of("village"), 12),
        Column("issued_on", "开具日期", itemgetter("issued_on"), 12),
        Column("deadline_on", "改正期限", itemgetter("deadline_on"), 12),
        Column("overdue", "是否逾期", itemgetter("overdue"), 8),
        Column("state", "状态", told("state", PAPER_STATES), 12),
        Column("served_at", "送达时间", itemgetter("served_at"), 16),
        Column("issuer", "开具人", name_of("issuer"), 10),
    ),
    late=itemgetter("overdue"),
)
REFUSAL_LEDGER = Ledger(
    "未入库记录台账",
    (
        Column("name", "记录", itemgetter("name"), 20),
        Column("subject", "对象", itemgetter("subject"), 24),
        Column("detail", "原因", masked("detail"), 36),
        Column("worker", "人员", name_of("worker"), 10),
        Column("captured_at", "采集时间", itemgetter("captured_at"), 16),
        Column("rejected_at", "收到时间", itemgetter("rejected_at"), 16),
        Column("resolution_note", "处理说明", masked("resolution_note"), 30),
        Column("resolved_by", "处理人", name_of("resolved_by"), 10),
        Column("resolved_at", "处理时间", itemgetter("resolved_at"), 16),
    ),
)
RESULT_LEDGER = Ledger(
    "12345工单办理结果",
    (
        Column("number", "工单号", itemgetter("number"), 20),
        Column("kind", "诉求类型", itemgetter("kind"), 10),
        Column("title", "事项", itemgetter("title"), 18),
        Column("case_number", "案件编号", itemgetter("case_number"), 20),
        Column("received_at", "受理时间", itemgetter("received_at"), 16),
        Column("department", "承办部门", itemgetter("department"), 12),
        Column("result", "办理结果", itemgetter("result"), 40),
        Column("due_at", "办理时限", itemgetter("due_at"), 16),
        Column("closed_at", "办结时间", itemgetter("closed_at"), 16),
        Column("overdue", "是否超期", itemgetter("overdue"), 8),
        Column("rating", "满意度", itemgetter("rating_name"), 10),
    ),
    late=itemgetter("overdue"),
)
WORKER_LEDGER = Ledger(
    "网格员名册",
    (
        Column("name", "姓名", itemgetter("name"), 12),
        Column("kind", "类别", told("kind", {"full_time": "专职", "part_time": "兼职"}), 8),
        Column("grids", "网格", lambda row: "、".join(grid["name"] for grid in row["grids"]), 30),
        Column("on_duty", "在岗", itemgetter("on_duty"), 8),
        Column("open_tasks", "未完成任务", itemgetter("open_tasks"), 10),
        Column("last_sync_at", "最近同步", itemgetter("last_sync_at"), 16),
    ),
)
