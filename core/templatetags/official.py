"""Filters and tags of official documents: how numbers, dates and states are written on paper."""

import datetime as dt
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

import segno
from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.palette import LIGHTS
from core.reporting import NO_UNITS

register = template.Library()

DIGITS = "零一二三四五六七八九"
STEERING_CATEGORIES = {"Cc", "Cf"}


@register.filter
def cn_number(value: int) -> str:
    """1 → 一, 14 → 十四, 20 → 二十, up to 99. Raises ValueError beyond."""
    number = int(value)
    if not 1 <= number <= 99:
        raise ValueError(f"no heading number for {number}")
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones else "")


@register.filter
def report_date(value: dt.date | str) -> str:
    """A date as 2026年10月8日: Arabic figures without leading zeros. Takes a date or its ISO text."""
    day = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{day.year}年{day.month}月{day.day}日"


@register.filter
def percent(value) -> str:
    """A share in per cent with one decimal, 86.4%; 无适用单位 where there is none."""
    if value is None:
        return NO_UNITS
    return f"{Decimal(str(value)).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


@register.filter
def doc_text(value) -> SafeString:
    """Typed text for print: escaped, line by line a paragraph, without characters that steer the layout."""
    lines = [_printable(line) for line in str(value).splitlines()]
    return format_html_join("", "<p>{}</p>", ([line] for line in lines if line))


@register.filter
def doc_line(value) -> str:
    """One line of typed text without characters that steer the layout; escaped by the template as usual."""
    return _printable(" ".join(str(value).split()))


def _printable(line: str) -> str:
    kept = (character for character in line if unicodedata.category(character) not in STEERING_CATEGORIES)
    return "".join(kept).strip()


@register.filter
def light(code: str) -> SafeString:
    """A traffic light as shape, word and colour, by its code (core.palette)."""
    found = LIGHTS[code]
    return format_html('<span class="light light-{}">{}</span>', found.code, found.text)


@register.simple_tag
def print_style(path: str) -> SafeString:
    """The link to a style sheet among our static files, in the form that only the PDF printer follows."""
    return format_html('<link rel="stylesheet" href="static:{}">', path)


@register.simple_tag
def qr_code(text: str, label: str) -> SafeString:
    """A QR code as an inline drawing one unit per module; the label is read aloud in its place."""
    matrix = segno.make(text, error="m", micro=False).matrix
    squares = (
        f"M{column} {row}h1v1h-1z"
        for row, modules in enumerate(matrix)
        for column, dark in enumerate(modules)
        if dark
    )
    return format_html(
        '<svg class="qr" viewBox="0 0 {} {}" xmlns="http://www.w3.org/2000/svg"><title>{}</title><path d="{}"/></svg>',
        len(matrix),
        len(matrix),
        label,
        "".join(squares),
    )
