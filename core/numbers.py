"""Numbers as people type and copy them, for the number fields of every form and the cells of sheets."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from core.characters import TextError, clean_text, refusal

COUNT_LIMIT = 10_000_000

# Full-width characters, the Chinese full stop where the point is on the keyboard, and the minus of typesetters. Not NFKC,
# which reads 5² as 52.
_HALF_WIDTH = str.maketrans({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {"。": ".", "−": "-"})
# A group that starts with 0 is more likely a decimal comma (0,125) than thousands.
_NUMBER = re.compile(r"-?(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_NAMED_UNIT = re.compile(r"（[^）]*?([^（） ]+)）$")
_UNITS = (
    ("次数", ("次",)),
    ("人次", ("人次",)),
    ("天数", ("天", "日")),
    ("数", ("人", "名", "个")),
    ("名额", ("人", "名", "个")),
    ("席位", ("个",)),
    ("年度", ("年",)),
    ("年龄", ("岁",)),
    ("届次", ("届",)),
    ("学时", ("学时", "课时")),
    ("分", ("分",)),
    ("成绩", ("分",)),
)


def plain_number(text: str, units: Sequence[str] = ()) -> str | None:
    """The number of a text in plain digits, or None when it is not certain which it is.

    Read are full-width digits, 。 for the point, well-formed groups of thousands and one of the ``units`` behind. A comma
    that does not part thousands is not taken for a decimal one: 1,5 is None.
    """
    try:
        plain = clean_text(text).translate(_HALF_WIDTH)
    except TextError:
        return None
    unit = next((unit for unit in units if plain.endswith(unit)), "")
    plain = plain.removesuffix(unit).strip()
    return plain.replace(",", "") if _NUMBER.fullmatch(plain) else None


def cell_decimal(
    value,
    title: str,
    *,
    units: Sequence[str],
    places: int,
    fits: Callable[[Decimal], bool],
    remedy: str,
    code: str,
) -> str:
    """The number of a cell as text with so many decimals, read as in a form; empty for nothing. Raises TextError for
    what is no number, does not fit, or has more decimals."""
    text = "" if value is None else clean_text(str(value))
    if not text:
        return ""
    plain = plain_number(text, units)
    if plain is None:
        raise refusal(code, f"“{text[:20]}”不是{title}", remedy)
    number = Decimal(plain)
    if not fits(number) or number != round(number, places):
        raise refusal(code, f"{title}“{text[:20]}”超出范围", remedy)
    return str(round(number, places))


def cell_count(value, *, most: int = COUNT_LIMIT) -> int | None:
    """The whole number of a cell from 0 to ``most``, read as in a form; None for nothing. Raises TextError for
    fractions, words and what is too large."""
    text = "" if value is None else clean_text(str(value))
    if not text:
        return None
    plain = plain_number(text, ("人", "名", "个"))
    number = Decimal(plain or "-1")
    if number < 0 or number != number.to_integral_value():
        raise refusal("not_a_count", f"“{text[:20]}”不是整数", "请填写不小于 0 的整数，例如 120")
    if number > most:
        raise refusal("too_many", f"数字超过了上限 {most}", "请核对后重新填写")
    return int(number)


def units_of(label: str) -> tuple[str, ...]:
    """What may stand behind the number in a field of this label: the unit that it names in brackets, or those that go
    with its last word. No other one, because 3 天 is not 3 of a field that counts months."""
    if named := _NAMED_UNIT.search(label):
        return ("个月", "月") if named[1] == "月" else (named[1],)
    return next((units for word, units in _UNITS if label.endswith(word)), ())
