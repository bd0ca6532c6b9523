"""Dates as people write them in workbooks and forms."""

import datetime
import math
import re
import unicodedata

from core.characters import as_text, refusal, refuse_broken, strip_invisible

ACCEPTED_DATES = "请按“年-月-日”填写，例如 1990-01-05、1990/1/5、1990.1.5、1990年1月5日 或 19900105"

_EXCEL_DAY_ZERO = datetime.date(1899, 12, 30)  # day 60 of the 1900 base is a leap day that never was
_SERIALS = range(10_000, 73_051)  # 1927-05-18 to 2099-12-31; smaller ones could be years
_YEARS = range(1900, 2101)

_TIME = r"(?:T?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z?)?"
_SEPARATED = re.compile(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}")
_SPACED_TIME = re.compile(r"\s+(?=[0-9]{1,2}:[0-9]{2})")
_CHINESE = re.compile(rf"([0-9]{{4}})(年)([0-9]{{1,2}})月([0-9]{{1,2}})[日号]?{_TIME}")
_COMPACT = re.compile(r"([0-9]{4})()([0-9]{2})([0-9]{2})")
_DASHES = str.maketrans("‐‑‒–—―−", "-------")  # what word processors make of a hyphen


def parse_date(value):
    """Return the date a cell or text means, or None for an empty one.

    Accepts date and datetime objects, whole days as Excel serial numbers (1900 base), and the texts that
    ``ACCEPTED_DATES`` names, with or without a time of day. Two-digit years, months without a day and texts
    that end in the year are refused with TextError, because each can mean more than one date.
    """
    if isinstance(value, datetime.datetime):
        return _plausible(value.date())
    if isinstance(value, datetime.date):
        return _plausible(value)
    if isinstance(value, bool):
        raise refusal("not_a_date", "此处应为日期", ACCEPTED_DATES)
    if isinstance(value, int | float) and math.isfinite(value):
        return _from_number(value)
    text = as_text(value)
    usual = _COMPACT.fullmatch(text) or _SEPARATED.fullmatch(text)
    if usual:
        return _built(usual[1], usual[3], usual[4])
    refuse_broken(text)
    text = _SPACED_TIME.sub("T", unicodedata.normalize("NFKC", text).strip().lstrip("'’"))
    text = strip_invisible(text).translate(_DASHES)
    return _from_text(text) if text else None


def years_after(day: datetime.date, years: int) -> datetime.date:
    """The anniversary; of 29 February the 28th in a year without one."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _from_text(text):
    found = _SEPARATED.fullmatch(text) or _CHINESE.fullmatch(text) or _COMPACT.fullmatch(text)
    if not found:
        raise _unreadable(text)
    return _built(found[1], found[3], found[4])


def _from_number(value):
    if int(value) in _SERIALS:
        return _EXCEL_DAY_ZERO + datetime.timedelta(days=int(value))
    if 19_000_101 <= value <= 21_001_231 and value == int(value):
        return _from_text(str(int(value)))
    raise _unreadable(as_text(value))


def _built(year, month, day):
    try:
        return _plausible(datetime.date(int(year), int(month), int(day)))
    except ValueError:
        shown = f"{int(year)} 年 {int(month)} 月 {int(day)} 日"
        raise refusal("no_such_day", f"日历上没有 {shown}这一天", ACCEPTED_DATES)


def _plausible(day):
    if day.year not in _YEARS:
        raise refusal("year_range", f"年份 {day.year} 不在 1900 至 2100 之间", "请核对年份后重新填写")
    return day


def _unreadable(text):
    shown = text if len(text) <= 20 else f"{text[:20]}…"
    if re.fullmatch(r"(19|20)[0-9]{2}(年|[-/.]?(0?[1-9]|1[0-2])|年(0?[1-9]|1[0-2])月?)?", text):
        return refusal("month_only", f"“{shown}”没有写到日", "请补全年、月、日，例如 1990-01-05")
    if re.fullmatch(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}", text):
        return refusal("year_last", f"“{shown}”分不清哪个是月、哪个是日", ACCEPTED_DATES)
    if text.isdigit() and len(text) == 5 and int(text) in _SERIALS:
        remedy = "请把该单元格改为日期格式，或按 1990-01-05 的样子填写"
        return refusal("serial_text", f"“{shown}”像是表格软件的日期序号", remedy)
    if re.fullmatch(r"[0-9]{2}([-/.年])?[0-9]{1,2}([-/.月])?[0-9]{1,2}日?", text):
        return refusal("two_digit_year", f"“{shown}”的年份不是四位数，分不清是哪个世纪", ACCEPTED_DATES)
    return refusal("not_a_date", f"“{shown}”不是可以识别的日期", ACCEPTED_DATES)
