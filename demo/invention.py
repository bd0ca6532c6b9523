"""Invented names and numbers with valid check digits."""

import datetime as dt
import random

from core.creditcodes import credit_check_character, organisation_check_character
from core.idnumbers import check_character

AREA = "330399"
SURNAMES = "陈林王张李黄吴周徐朱郑叶胡蔡金方潘赵何卢孙倪谢施郭包戴曾单仇区查解瞿冯邵"
MARKS = "演拟例样仿"
SECOND = (
    "安博辰川达恩帆国海恒华嘉建静军凯兰磊丽琳龙曼敏明娜宁平琪强晴荣瑞莎山书涛婷伟文霞欣雪雅燕阳怡颖宇玉泽芝"
)
MINORITY_NAMES = ("阿依古丽·拟娜", "买买提·演吉", "卓玛·例措")
MINORITIES = ("03", "05", "08", "13", "15", "06", "37")

FIRM_STEMS = "恒瑞达兴盛丰宏泰信和德源昌隆裕鑫晟凯华锦"
FIRM_TRADES = (
    ("电气有限公司", "C"),
    ("电子元件有限公司", "C"),
    ("五金制品有限公司", "C"),
    ("精密模具有限公司", "C"),
    ("塑胶有限公司", "C"),
    ("开关厂", "C"),
    ("汽车配件有限公司", "C"),
    ("船舶修造有限公司", "C"),
    ("水产加工有限公司", "C"),
    ("建筑工程有限公司", "E"),
    ("物流有限公司", "G"),
    ("商贸有限公司", "F"),
    ("餐饮管理有限公司", "H"),
    ("物业服务有限公司", "K"),
)


def person_name(rng: random.Random) -> str:
    """A name that reads like one and is marked as invented."""
    if rng.random() < 0.004:
        return rng.choice(MINORITY_NAMES)
    given = rng.choice(MARKS) + (rng.choice(SECOND) if rng.random() < 0.85 else "")
    return rng.choice(SURNAMES) + given


def firm_name(place: int) -> tuple[str, str]:
    """(name, industry section); each place gives another name."""
    ending, section = FIRM_TRADES[place * 5 % len(FIRM_TRADES)]
    first, second = FIRM_STEMS[place % 20], FIRM_STEMS[(place * 7 + place // 20 + 3) % 20]
    return f"乐清市{MARKS[place % 5]}{first}{second}{ending}", section


def citizen_number(birth: dt.date, place: int, male: bool) -> str:
    """GB 11643 in the unassigned area; ``place`` (0–499) tells people of one birthday apart."""
    body = f"{AREA}{birth:%Y%m%d}{place * 2 + (1 if male else 0):03d}"
    return body + check_character(body)


def mobile_number(place: int) -> str:
    """An 11-digit number of the prefix 160, which no operator has."""
    return f"160{place % 100_000_000:08d}"


def firm_code(place: int) -> str:
    """GB 32100 credit code of an enterprise (91)."""
    return _credit_code("91", f"MA9{place:05d}")


def union_code(place: int) -> str:
    """GB 32100 credit code of a grassroots union (81)."""
    return _credit_code("81", f"MJ9{place:05d}")


def _credit_code(kind: str, organisation: str) -> str:
    body = f"{kind}{AREA}{organisation}{organisation_check_character(organisation)}"
    return body + credit_check_character(body)
