"""Work chat by apprise: robots of WeCom, DingTalk, Feishu and Lark, or JSON to anything else."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from apprise import AppriseAsset
from apprise.plugins.custom_form import NotifyForm
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.lark import NotifyLark
from apprise.plugins.wecombot import NotifyWeComBot

from backend.delivery.outcome import Failed, Gone
from backend.delivery.subscriptions import UnsafeEndpoint, check_address, check_target

# By class: apprise's own way from an address to a robot loads all of its hundred services.
ROBOTS: Final[dict[str, Any]] = {  # each calls its own maker
    "wecombot": NotifyWeComBot,
    "dingtalk": NotifyDingTalk,
    "feishu": NotifyFeishu,
    "lark": NotifyLark,
}
FORMS: Final[dict[str, Any]] = {
    "json": NotifyJSON,
    "jsons": NotifyJSON,
    "form": NotifyForm,
    "forms": NotifyForm,
}
ANYWHERE: Final = {"json": "http", "jsons": "https", "form": "http", "forms": "https"}
_ASSET: Final = AppriseAsset(app_id="Gridfield", app_desc="Gridfield", http_redirects=False)


def check(address: str, *, anywhere: bool) -> None:
    """Whether messages may be sent there; `anywhere` allows addresses beside the known robots.

    Raises:
        ValueError: no; the words say why.
    """
    scheme = urlsplit(address).scheme
    if scheme not in ROBOTS and not (anywhere and scheme in ANYWHERE):
        raise ValueError("请填写企业微信、钉钉、飞书机器人的地址")
    if "?" in address or "#" in address:  # options, such as to follow redirects or to wait
        raise ValueError("地址中不能带参数")
    if _robot(address) is None:
        raise ValueError("地址不完整")
    if scheme in ANYWHERE:
        check_address(_web(address))


def send(address: str, key: UUID, words: str) -> None:
    """Put the words into the chat; `key` tells a receiver that has them already.

    Raises:
        Gone: the address may not be used.
        Failed: try again later.
    """
    robot = _robot(address)
    if robot is None:
        raise Gone("not an address")
    try:
        if urlsplit(address).scheme in ANYWHERE:
            check_target(_web(address))
            robot.headers["Idempotency-Key"] = str(key)
        taken = robot.notify(body=words)
    except UnsafeEndpoint as error:
        raise Gone(str(error)) from error
    except OSError as error:
        raise Failed(type(error).__name__) from error
    if not taken:
        raise Failed("the chat did not take it")


def masked(address: str) -> str:
    """The address without the robot's secret."""
    parts = urlsplit(address)
    if parts.scheme in ANYWHERE:
        return f"{parts.scheme}://{parts.hostname}/…"
    return f"{parts.scheme}://…{address[-4:]}"


def _robot(address: str) -> Any:  # noqa: ANN401 - one of apprise's classes
    maker = {**ROBOTS, **FORMS}.get(urlsplit(address).scheme)
    told = maker.parse_url(address) if maker is not None else None
    if maker is None or not told:
        return None
    try:
        robot = maker(**told, asset=_ASSET)
    except TypeError:  # apprise's word for an address that is not whole
        return None
    robot.redirects = False
    return robot


def _web(address: str) -> str:
    scheme, rest = address.split("://", 1)
    return f"{ANYWHERE[scheme]}://{rest}"
