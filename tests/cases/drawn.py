"""The table of a case's life as docs/cases.md shows it, and as the phone has it.

`python -m tests.cases.drawn` writes the second, and prints the first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from backend.cases import joint
from backend.cases.table import WHO, life, lines

PHONE = Path(__file__).parents[2] / "pwa" / "src" / "domain" / "case-life.json"
ON_A_PHONE = frozenset(("worker", "reporter", "recheck"))  # of WHO
GRADES = {"general": "一般", "serious": "较大", "critical": "重大"}
KINDS = {"support": "协办", "whistle": "吹哨", "opinion": "研判"}
DUE = {
    "": "",
    "keep": "不变",
    "until": "到所给日期",
    "extend": "延到所申请的日期",
    "half": "再给一半时间",
    "again": "重新计时",
    "resume": "补上挂账的时间",
    "regrade": "按新的类别，从原起点算",
}
HEARERS = {"owner": "须办理者", "former": "原办理者", "caller": "发起人"}
PRESSES = {"": "", "grade": "重大时", "always": "总是"}


def states() -> Iterator[str]:
    """Its states, one a line."""
    yield "| code | 状态 | in English | who must act | 一般 | 较大 | 重大 |"
    yield "|---|---|---|---|---|---|---|"
    for state in life().states.values():
        limits = " | ".join(state.limits.values())
        owner = WHO.get(state.owner, "")
        yield f"| `{state.code}` | {state.name} | {state.name_en} | {owner} | {limits} |"


def steps() -> Iterator[str]:
    """Its steps, in the order of the file."""
    names = {code: state.name for code, state in life().states.items()}
    names |= {"open": "未结束的各状态", "any": "任何状态", "same": "不变"}
    yield "| 状态 | 动作 | 由谁 | 条件 | 须提供 | 新状态 | 时限 |"
    yield "|---|---|---|---|---|---|---|"
    for line in lines("life"):
        action = life().actions[line["action"]]
        cells = (
            "、".join(names[state] for state in line["state"].split()),
            f"{action.name} `{action.code}`",
            "、".join(WHO[who] for who in line["who"].split()),
            "、".join([GRADES[code] for code in line["grade"].split()] + line["if"].split()),
            " ".join(action.needs),
            names[line["to"]],
            DUE[line["due"]],
        )
        yield f"| {' | '.join(cells)} |"


def parts() -> Iterator[str]:
    """The steps of its parts, in the order of the file."""
    names = {code: state.name for code, state in joint.states().items()} | {"new": "（开始）"}
    yield "| 类别 | 状态 | 动作 | 由谁 | 须提供 | 新状态 | 时限 | 重大 | 超时 |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for line in lines("parts"):
        cells = (
            KINDS[line["kind"]],
            "、".join(names[state] for state in line["state"].split()),
            f"{line['name']} `{line['action']}`",
            "、".join(WHO[who] for who in line["who"].split()),
            line["needs"],
            names[line["to"]],
            line["due"],
            line["critical"],
            "督办" if line["late"] else "",
        )
        yield f"| {' | '.join(cells)} |"


def tells() -> Iterator[str]:
    """Who hears of which step, of a case and of a part."""
    steps = {code: action.name for code, action in life().actions.items()} | {"withdraw": "撤回"}
    of_parts = {line["action"]: line["name"] for line in lines("parts")} | {"late": "协同超时"}
    words = WHO | HEARERS
    yield "| 动作 | 条件 | 谁收到 | 消息 | 紧急 |"
    yield "|---|---|---|---|---|"
    every = [(steps, line) for line in lines("tells")]
    every += [(of_parts, line) for line in lines("part_tells")]
    for names, line in every:
        heard = "、".join(words[word] for word in line["tells"].split()) or "（不另发）"
        cells = (
            f"{names[line['action']]} `{line['action']}`",
            line.get("if", ""),
            heard,
            line["title"],
            PRESSES[line["presses"]],
        )
        yield f"| {' | '.join(cells)} |"


def phone() -> str:
    """What phones' people may do, in which states: the table without the desk's lines."""
    groups = {"open": life().open_states(), "any": list(life().states)}
    rows = [
        {
            "action": line["action"],
            "states": groups.get(line["state"]) or line["state"].split(),
            "who": who,
            "grades": line["grade"].split(),
            "if": line["if"].split(),
        }
        for line in lines("life")
        if (who := sorted(ON_A_PHONE & set(line["who"].split())))
    ]
    told = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{told}\n]\n"


if __name__ == "__main__":
    PHONE.write_text(phone(), encoding="utf-8")
    print("\n".join([*states(), "", *steps(), "", *parts(), "", *tells()]))  # noqa: T201 - to be copied into the document
