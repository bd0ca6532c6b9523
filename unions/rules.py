"""How the facts about unions and firms are cleaned and checked, field by field, for services and imports."""

import datetime as dt
from collections.abc import Callable, Mapping

from django.core.exceptions import ValidationError
from django.utils import timezone

from core.characters import refusal
from core.creditcodes import check_credit_code, check_legacy_code
from core.errors import RuleError
from core.text import clean_name, clean_text
from unions.naming import clean_title


def union_credit_code(value) -> str:
    """The union's own credit code (81 or 89, domain facts 4.1), or "". Raises TextError."""
    text = clean_text(value)
    if not text:
        return ""
    code = check_credit_code(text)
    if not code.is_union:
        raise refusal(
            "not_union", "这是单位的代码，不是工会的代码", "工会的统一社会信用代码以 81 或 89 开头，请核对"
        )
    return code.text


def employer_credit_code(value) -> str:
    """The firm's credit code, or "". A union's code is refused: forms keep asking for both. Raises TextError."""
    text = clean_text(value)
    if not text:
        return ""
    code = check_credit_code(text)
    if code.is_union:
        raise refusal("union_code", "这是工会的代码，不是单位的代码", "请填写营业执照上的代码（不以 8 开头）")
    return code.text


def legacy_code(value) -> str:
    """An old registration number or organisation code, or "". Raises TextError."""
    text = clean_text(value)
    return check_legacy_code(text) if text else ""


def past_or_today(day: dt.date | None) -> dt.date | None:
    """The day itself. Raises RuleError for a day to come: positions are recorded, not planned."""
    if day and day > timezone.localdate():
        raise RuleError(f"日期不能晚于今天，现填 {day}")
    return day


UNION_CLEANERS: dict[str, Callable] = {
    "name": clean_title,
    "short_name": clean_title,
    "credit_code": union_credit_code,
    "head_name": clean_name,
    "head_phone": clean_text,
    "founded_on": past_or_today,
    "address": clean_text,
    "email": clean_text,
    "approval_number": clean_text,
    "preparing_from": past_or_today,
}
EMPLOYER_CLEANERS: dict[str, Callable] = {
    "name": clean_title,
    "credit_code": employer_credit_code,
    "legacy_code": legacy_code,
    "address": clean_text,
    "opened_on": past_or_today,
    "closed_on": past_or_today,
}


def cleaned(facts: Mapping, cleaners: Mapping[str, Callable]) -> dict:
    """The facts, each through its cleaner. Raises RuleError with one message per field at fault."""
    result, faults = dict(facts), {}
    for name in facts.keys() & cleaners.keys():
        try:
            result[name] = cleaners[name](facts[name])
        except ValidationError as error:
            faults[name] = error
    if faults:
        raise RuleError(faults)
    return result
