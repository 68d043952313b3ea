"""The words that the file of a case has for codes."""

from __future__ import annotations

SEVERITIES = {"general": "一般", "serious": "较大", "critical": "重大"}
RATINGS = {"satisfied": "满意", "fair": "基本满意", "dissatisfied": "不满意"}
ROLES = {"evidence": "取证", "before": "整改前", "after": "整改后", "overview": "全景"}
LEVELS = {1: "网格", 2: "村(社区)", 3: "镇街", 4: "区级"}
SOURCES = {
    "inspection": "检查发现",
    "report": "随手报",
    "supervisor": "督导发现",
    "citizen": "居民反映",
    "hotline": "12345 工单",
    "sensor": "感知设备告警",
    "level": "其他层级交办",
}
ACTIONS = {
    "report": "上报",
    "update": "来件更新",
    "sample": "列入抽查",
    "take_up": "并入其他隐患",
    "withdraw": "撤回",
    "recheck_kept": "复查记录",
    "task_assign": "派任务",
    "task_reassign": "改派",
    "task_accept": "签收任务",
    "task_arrive": "到场签到",
    "task_finish": "完成任务",
    "task_evidence": "补充证据",
    "task_return": "退回任务",
    "task_cancel": "取消任务",
    "retime": "日历调整",
    "part_sign": "协同签收",
    "part_give_back": "协同退回",
    "part_recall": "再次请求",
    "part_arrive": "到场打卡",
    "part_finish": "协同反馈",
    "part_withdraw": "收回协同",
    "part_late": "协同超时",
}
TASKS = {
    "offered": "待接单",
    "assigned": "已派发",
    "accepted": "已接收",
    "done": "已完成",
    "returned": "已退回",
    "cancelled": "已取消",
}
CHANNELS = {
    "live": "在线通道",
    "push": "推送",
    "chat": "工作群",
    "text": "短信",
    "call": "电话",
}
RECEIPTS = {"sent_at": "已发", "delivered_at": "已送达", "read_at": "已读"}
DELIVERIES = {
    "queued": "待发",
    "failed": "未能送达",
    "gone": "地址已失效",
    "spared": "已有回执,无需再发",
}
