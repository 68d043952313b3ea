"""Whether what came in from the phone fits the checklist it was made under."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from backend.checklists.rules import Answer, Item, failed_items, missing
from backend.problems import FieldError, Refused

# What each kind of answer may hold, besides a note.
MAY_HOLD = {
    "pass_fail_na": {"verdict"},
    "number": {"number", "verdict"},  # the phone may pass it with "all in order"
    "text": {"text"},
    "number+pass_fail_na": {"number", "verdict"},
    "text+pass_fail_na": {"text", "verdict"},
}
GAPS = {
    "answer": ("required", "请填写这一项", "verdict"),
    "number": ("required", "请填写数字", "number"),
    "severity": ("required", "请选择严重程度", "severity"),
    "photo": ("photo-required", "这一项不合格,必须拍照", ""),
}


def check_answers(items: list[Item], args: dict[str, Any], *, by_hand: bool = False) -> None:
    """Let pass what `inspection.submit@1` carries, or refuse with a pointer to each fault.

    `by_hand`: the centre does without the photos that are missing.

    Raises:
        Refused: `unknown-item`, `photo-required` where nothing else is wrong, or `validation`.
    """
    errors = list(_misfits(items, args))
    if not errors and args["outcome"] == "inspected":
        errors = [*_gaps(items, args), *_without_case(items, args)]
    if by_hand:
        errors = [error for error in errors if error.code != "photo-required"]
    if errors:
        raise Refused(_code(errors), errors[0].detail, errors)


def _code(errors: list[FieldError]) -> str:
    codes = {error.code for error in errors}
    if "unknown-item" in codes:
        return "unknown-item"
    return "photo-required" if codes == {"photo-required"} else "validation"


def _misfits(items: list[Item], args: dict[str, Any]) -> Iterator[FieldError]:
    known = {item["code"]: item for item in items}
    seen: set[str] = set()
    for index, answer in enumerate(args["answers"]):
        code, at = answer["code"], f"/args/answers/{index}"
        if code not in known:
            yield FieldError(f"{at}/code", "unknown-item", f"清单中没有 {code} 这一项")
        elif code in seen:
            yield FieldError(f"{at}/code", "duplicate", f"{code} 填写了两次")
        else:
            yield from foreign_parts(known[code], answer, at)
        seen.add(code)
    for index, photo in enumerate(args["photos"]):
        code = photo["item_code"]
        if code is not None and code not in known:
            pointer = f"/args/photos/{index}/item_code"
            yield FieldError(pointer, "unknown-item", f"清单中没有 {code} 这一项")


def foreign_parts(item: Item, answer: Answer, at: str) -> Iterator[FieldError]:
    """The parts of an answer that its item does not ask for; `at` points to the answer."""
    allowed = MAY_HOLD[item["answer"]]
    if item["severity"] == "chosen_on_site":
        allowed = allowed | {"severity"}
    for part in ("verdict", "number", "text", "severity"):
        if answer.get(part) is not None and part not in allowed:
            detail = f"{item['code']} 这一项不填此内容"
            yield FieldError(f"{at}/{part}", "unexpected", detail)


def _gaps(items: list[Item], args: dict[str, Any]) -> Iterator[FieldError]:
    places = {answer["code"]: index for index, answer in enumerate(args["answers"])}
    photos = {photo["item_code"] for photo in args["photos"] if photo["item_code"]}
    for gap in missing(items, args["answers"], photos):
        code, detail, part = GAPS[gap.gap]
        at = f"/args/answers/{places[gap.code]}" if gap.code in places else "/args/answers"
        pointer = f"{at}/{part}" if part and gap.code in places else at
        yield FieldError(
            "/args/photos" if gap.gap == "photo" else pointer, code, f"{gap.code}:{detail}"
        )


def _without_case(items: list[Item], args: dict[str, Any]) -> Iterator[FieldError]:
    for item in failed_items(items, args["answers"]):
        if item["code"] not in args["case_ids"]:
            pointer = f"/args/case_ids/{item['code']}"
            yield FieldError(pointer, "required", f"{item['code']} 不合格,缺少隐患编号")
