"""How the facts of a certificate are cleaned, and what is odd about a number (domain facts 7)."""

import datetime as dt
import re
from functools import partial

from core.characters import refusal
from core.idnumbers import check_character
from core.text import clean_label, clean_number, clean_short
from training.models import Certificate
from unions.rules import past_or_today

NUMBER_LENGTH = 40
# The digit of a number runs against the rungs: 5 is the lowest.
LEVEL_OF_DIGIT = {"5": "L2", "4": "L3", "3": "L4", "2": "L5", "1": "L6"}
HOME_PROVINCE = "33"
# Letter (Y employer, S social body), body, province, body's sequence, year, level, serial: 22 characters. Above the
# fifth rung a second letter stands in place of the digit.
_BY_LEVEL = re.compile(
    r"[A-Z][0-9]{4}(?P<province>[0-9]{2})[0-9]{6}(?P<year>[0-9]{2})(?P<digit>[0-9])[0-9]{6}"
)
_ABOVE = re.compile(r"[A-Z]{2}[0-9]{4}(?P<province>[0-9]{2})[0-9]{6}(?P<year>[0-9]{2})[0-9]{6}")
_QUALIFICATION = re.compile(r"(?P<year>[0-9]{2})[0-9]{14}")
_CITIZEN = re.compile("[0-9]{17}[0-9X]")


def clean_certificate_number(value) -> str:
    """The number in capitals, without spaces. Raises TextError for nothing, too much, and identity numbers."""
    number = clean_number(value).upper()
    if not number:
        raise refusal("blank", "没有填写证书编号", "请按证书填写")
    if len(number) > NUMBER_LENGTH:
        raise refusal("too_long", f"证书编号最多 {NUMBER_LENGTH} 位，现有 {len(number)} 位", "请对照证书核对")
    if _CITIZEN.fullmatch(number) and check_character(number[:17]) == number[17]:
        raise refusal("identity", "这是身份证号码，不是证书编号", "请填写证书上的编号")
    return number


def clean_trade(value) -> str:
    """A trade as a short mark without spaces. Raises TextError for nothing or too much."""
    trade = clean_label(value, longest=50)
    if not trade:
        raise refusal("blank", "没有填写工种", "请填写职业（工种），例如“电工”")
    return trade


def clean_issuer(value) -> str:
    """The issuing body. Raises TextError for nothing or too much."""
    issuer = clean_short(value, longest=100)
    if not issuer:
        raise refusal("blank", "没有填写发证机构", "请按证书填写发证机构全称")
    return issuer


CERTIFICATE_CLEANERS = {
    "trade": clean_trade,
    "number": clean_certificate_number,
    "issuer": clean_issuer,
    "issued_on": past_or_today,
}
clean_note = partial(clean_short, longest=200)


def doubts_of(certificate: Certificate, names: dict) -> list[str]:
    """``oddities`` of a stored one; of a withheld number there are none."""
    if not certificate.number:
        return []
    kind, number, level = certificate.kind, certificate.number, certificate.level
    return oddities(kind=kind, number=number, level=level, issued_on=certificate.issued_on, names=names)


def oddities(*, kind: str, number: str, level: str, issued_on: dt.date | None, names: dict) -> list[str]:
    """What does not fit about a number, as sentences; never a reason to refuse it: old forms abound. ``names``
    are those of the skill levels."""
    if kind == Certificate.Kind.LEVEL:
        found = (_ABOVE if level in ("L7", "L8") else _BY_LEVEL).fullmatch(number)
        form = "22 位：1 个字母加 21 位数字（特级技师、首席技师为 2 个字母加 20 位数字）"
    elif kind == Certificate.Kind.QUALIFICATION:
        found, form = _QUALIFICATION.fullmatch(number), "16 位数字"
    else:
        return []
    if not found:
        return [f"编号不是通常的{form}，请对照证书核对。"]
    parts = found.groupdict()
    told = []
    if issued_on and parts["year"] != f"{issued_on:%y}":
        told.append(f"编号中的年份为“{parts['year']}”，与发证日期 {issued_on} 不符。")
    if "digit" in parts and LEVEL_OF_DIGIT.get(parts["digit"]) != level:
        meant = names.get(LEVEL_OF_DIGIT.get(parts["digit"], ""), "没有这一级")
        told.append(
            f"编号中的等级码为“{parts['digit']}”（{meant}），与所填等级“{names.get(level, level)}”不符。"
        )
    if parts.get("province", HOME_PROVINCE) != HOME_PROVINCE:
        told.append(f"编号中的省份码为“{parts['province']}”，不是浙江（{HOME_PROVINCE}），请确认是外省证书。")
    return told
