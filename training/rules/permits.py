"""How the facts of a permit are cleaned and judged, for services and imports (domain facts 8.1)."""

import datetime as dt
import re
from collections.abc import Callable
from functools import partial

from django.utils import timezone

from core import crypto
from core.characters import refusal
from core.errors import RuleError
from core.idnumbers import CITIZEN
from core.text import clean_label, clean_number, clean_short
from training.rules.permit_clock import ClockRule, ClockRules
from unions.rules import past_or_today
from workers.rules import identity_index

TABLES = {"category": "permit_category"}
OTHER_PERSON = (
    "证号中的身份证号码与名册中此人的证件号码不一致。请对照操作证核对证号；"
    "确是本人的，请先在职工页面更正或登记证件。"
)
_SHAPE = re.compile("[A-Z0-9]{6,30}")
_HOLDER = re.compile("T?([0-9]{17}[0-9X])")


def clean_permit_number(value) -> str:
    """The number as printed, in capitals and without spaces, or "". Raises TextError; never repeats the number."""
    number = clean_number(value).upper()
    if number and not _SHAPE.fullmatch(number):
        raise refusal(
            "shape", "操作证号应为 6 至 30 位字母和数字", "请按操作证填写，一般为 T 加 18 位身份证号码"
        )
    return number


CLEANERS: dict[str, Callable] = {
    "number": clean_permit_number,
    "item": partial(clean_label, longest=50),
    "issuer": partial(clean_short, longest=100),
    "issued_on": past_or_today,
}


def number_columns(number: str) -> dict:
    """The sealed number with its blind index and tail."""
    return {"number": number, "number_index": number_index(number), "number_tail": number[-4:]}


def number_index(number: str) -> bytes:
    """Blind index of a cleaned number."""
    return crypto.blind_index(number, purpose="permit")


def holder_index(number: str) -> bytes | None:
    """Blind index of the citizen number that a permit number holds; None for numbers of another make."""
    held = _HOLDER.fullmatch(number)
    return identity_index(CITIZEN, held[1]) if held else None


def refuse_other_person(number: str, worker) -> None:
    """Raise RuleError when the number holds a citizen number that is none of the person's documents."""
    index = holder_index(number)
    if index is not None and not worker.documents.filter(number_index=index).exists():
        raise RuleError({"number": OTHER_PERSON})


def dated(issued_on: dt.date, valid_until: dt.date | None, rules: ClockRules) -> tuple[dt.date, ClockRule]:
    """The end of validity (that of the law where none is given) and the rule that holds for the card.

    Raises RuleError by field for a day before the rules, an end before the issue or beyond what the law allows.
    """
    rule = rules.on(issued_on)
    if rule is None:
        raise RuleError(
            {
                "issued_on": f"发证日期 {issued_on} 早于 {rules.first_day}：当时的证早已期满。请登记换发的新证。"
            }
        )
    longest = rule.end_of(issued_on)
    valid_until = valid_until or longest
    if valid_until <= issued_on:
        raise RuleError({"valid_until": f"有效期至应晚于发证日期 {issued_on}。请核对两个日期。"})
    if valid_until > longest:
        text = f"操作证有效期为 {rule.valid_years} 年，{issued_on} 发的证最迟到 {longest}。请核对两个日期。"
        raise RuleError({"valid_until": text})
    return valid_until, rule


def refuse_review_day(
    on: dt.date, *, issued_on: dt.date, valid_until: dt.date, first: dt.date, rule: ClockRule
):
    """Raise RuleError for a day on which this card cannot have been reviewed; ``first`` is its first day of
    review."""
    earliest = first - dt.timedelta(days=rule.early_days)
    if on > timezone.localdate():
        raise RuleError({"on": f"复审日期不能晚于今天，现填 {on}"})
    if on > valid_until:
        text = f"该证已于 {valid_until} 到期，到期后不能复审。换发了新证的，请登记新证。"
        raise RuleError({"on": text})
    if on <= issued_on or on < earliest:
        text = f"该证应在 {first} 前复审，最早 {earliest} 起办理。请核对复审日期，或先更正发证日期。"
        raise RuleError({"on": text})
