"""Words for invented people and plausible addresses."""

from __future__ import annotations

from random import Random

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余"
GIVEN = [
    "建国",
    "志强",
    "晓东",
    "海燕",
    "秀英",
    "桂兰",
    "永刚",
    "玉梅",
    "春华",
    "立新",
    "佳怡",
    "子涵",
    "文斌",
    "丽娟",
    "国庆",
    "金凤",
    "小军",
    "雪梅",
    "明辉",
    "红霞",
    "浩然",
    "思雨",
    "振华",
    "美玲",
    "家豪",
    "慧敏",
    "俊杰",
    "爱华",
    "宏伟",
    "淑珍",
    "云飞",
    "素琴",
    "鹏程",
    "晓莉",
    "世杰",
    "凤英",
    "涛",
    "静",
    "磊",
    "敏",
    "伟",
    "芳",
    "勇",
    "艳",
    "杰",
]
ROADS = [
    "人民路",
    "新金路",
    "通灵路",
    "碧华路",
    "文山路",
    "建设路",
    "朝霞路",
    "金桥路",
    "育才路",
    "振兴路",
    "幸福路",
    "银河路",
]
ESTATES = ["花苑", "家园", "新村", "小区", "名都", "公寓"]
BUILDINGS = ("自建房", "商品住宅", "安置房", "集体宿舍")
USES = ("卧室", "卧室", "卧室", "厨房", "卫生间", "客厅", "储藏间")
ORIGINS = ("本市", "本省", "安徽", "河南", "四川", "贵州", "云南", "江西", "湖北")
RELATIONS = ("承租人", "配偶", "子女", "父母", "同事", "朋友")


def person(dice: Random) -> str:
    """A name of somebody who does not exist."""
    return dice.choice(SURNAMES) + dice.choice(GIVEN)


def phone(dice: Random) -> str:
    """A phone number of a block that no carrier gives out."""
    return f"1000{dice.randrange(10**7):07}"


def masked_identity(dice: Random, county: str) -> str:
    """A masked identity number of a birth year in which nobody alive was born."""
    return (
        f"{county}{dice.randint(1880, 1899)}******{dice.randrange(10)}{dice.choice('0123456789X')}"
    )


def address(dice: Random, village: str, number: int, kind: str) -> str:
    """Village, road or estate, and a number that no other house of the village has."""
    road, storey = dice.choice(ROADS), f"{dice.randint(1, 6)}{dice.randint(1, 4):02}室"
    estate = village.removesuffix("村").removesuffix("社区") + dice.choice(ESTATES)
    match kind:
        case "自建房":
            return f"{village}{dice.randint(1, 28)}组{number}号"
        case "集体宿舍":
            return f"{village}{road}{number}号宿舍楼{storey}"
        case "安置房":
            return f"{village}{estate}{number}幢{storey}"
        case _:
            return f"{village}{road}{number}号{estate}{dice.randint(1, 30)}幢{storey}"
