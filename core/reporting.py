"""The reporting contract: periods, indicators and sections.

Each app implements sections in ``<app>/reporting.py``. An indicator's numerator and denominator are
querysets over records, so the same queryset gives the number, the drill-down list and the export.
"""

import calendar
import datetime as dt
import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from core.errors import RuleError


class PeriodKind(models.TextChoices):
    MONTHLY = "monthly", "月报"
    QUARTERLY = "quarterly", "季报"
    ANNUAL = "annual", "年报"


MONTHS = {PeriodKind.MONTHLY: 1, PeriodKind.QUARTERLY: 3, PeriodKind.ANNUAL: 12}
_SHAPES = {
    PeriodKind.MONTHLY: (re.compile(r"(\d{4})-(\d{2})"), "2026-10"),
    PeriodKind.QUARTERLY: (re.compile(r"(\d{4})-Q([1-4])"), "2026-Q3"),
    PeriodKind.ANNUAL: (re.compile(r"(\d{4})"), "2026"),
}


@dataclass(frozen=True, order=True)
class Period:
    """A month, quarter or year: first and last day, both inclusive."""

    start: dt.date
    end: dt.date
    kind: str

    @classmethod
    def of(cls, kind: str, day: dt.date) -> "Period":
        """The period of this kind that contains the day."""
        months = MONTHS[PeriodKind(kind)]
        first_month = (day.month - 1) // months * months + 1
        last_month = first_month + months - 1
        last_day = calendar.monthrange(day.year, last_month)[1]
        return cls(dt.date(day.year, first_month, 1), dt.date(day.year, last_month, last_day), str(kind))

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read ``2026-10``, ``2026-Q3`` or ``2026``. Raises RuleError."""
        for kind, (shape, _) in _SHAPES.items():
            match = shape.fullmatch(text.strip().upper())
            if match:
                year, *rest = (int(group) for group in match.groups())
                month = (rest[0] - 1) * MONTHS[kind] + 1 if rest else 1
                if 1990 <= year <= 2200 and 1 <= month <= 12:
                    return cls.of(kind, dt.date(year, month, 1))
        raise RuleError(f"统计期“{text}”无法识别，请写成 2026-10（月）、2026-Q3（季）或 2026（年）")

    @property
    def code(self) -> str:
        """``2026-10``, ``2026-Q3`` or ``2026``; the inverse of parse."""
        if self.kind == PeriodKind.MONTHLY:
            return f"{self.start:%Y-%m}"
        if self.kind == PeriodKind.QUARTERLY:
            return f"{self.start:%Y}-Q{(self.start.month + 2) // 3}"
        return f"{self.start:%Y}"

    @property
    def label(self) -> str:
        """2026年10月, 2026年第三季度 or 2026年."""
        if self.kind == PeriodKind.MONTHLY:
            return f"{self.start.year}年{self.start.month}月"
        if self.kind == PeriodKind.QUARTERLY:
            return f"{self.start.year}年第{'一二三四'[(self.start.month - 1) // 3]}季度"
        return f"{self.start.year}年"

    def previous(self) -> "Period":
        """The period of the same kind just before."""
        return self.of(self.kind, self.start - dt.timedelta(days=1))


class Direction(models.TextChoices):
    UP = "up", "越高越好"
    DOWN = "down", "越低越好"
    NEUTRAL = "neutral", "不评价"


NO_UNITS = "无适用单位"
NOT_REPORTED = "未报"


@dataclass(frozen=True)
class Indicator:
    """One figure. Shares have a denominator; counts have none.

    ``numerator`` and ``denominator`` are called with (unions, period) and return querysets of one
    model, ordered and without duplicates. ``weight`` names the numeric column that is summed where
    the figure does not count rows (employees of firms); None counts rows.
    """

    code: str
    title: str
    unit: str
    direction: str
    numerator: Callable
    denominator: Callable | None
    numerator_title: str
    denominator_title: str = ""
    weight: str | None = None
    denominator_weight: str | None = None
    note: str = ""

    def measure(self, unions, period: Period) -> "Figure":
        """Count or sum the records now."""
        top = self.numerator(unions, period)
        bottom = self.denominator(unions, period) if self.denominator else None
        return Figure(
            indicator=self,
            numerator=_amount(top, self.weight),
            denominator=None if bottom is None else _amount(bottom, self.denominator_weight),
        )

    def records(self, side: str, unions, period: Period):
        """The queryset behind one side (``numerator`` or ``denominator``); None where there is none."""
        source = {"numerator": self.numerator, "denominator": self.denominator}[side]
        return source(unions, period) if source else None


def _amount(queryset, weight) -> int:
    if weight is None:
        return queryset.count()
    return queryset.aggregate(total=models.Sum(weight))["total"] or 0


@dataclass(frozen=True)
class Figure:
    """A measured indicator."""

    indicator: Indicator
    numerator: int
    denominator: int | None

    @property
    def value(self) -> Decimal | None:
        """Per cent with one decimal for shares, the count itself otherwise, None with a zero denominator."""
        if self.denominator is None:
            return Decimal(self.numerator)
        if self.denominator == 0:
            return None
        share = Decimal(self.numerator) * 100 / Decimal(self.denominator)
        return share.quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def text(self) -> str:
        """What a reader sees: 86.4%, 312人 or 无适用单位."""
        if self.value is None:
            return NO_UNITS
        return f"{self.value}{self.indicator.unit}"


class Section:
    """One app's part of a report; subclasses state code, title, template and indicators."""

    code: str
    title: str
    template: str
    indicators: tuple[Indicator, ...] = ()

    def context(self, unions, period: Period) -> dict:
        """Extra JSON-ready figures for the section's text, tables and charts."""
        return {}

    def records_url(self, record) -> str:
        """The page of one record in a drill-down list."""
        return record.get_absolute_url()


@functools.cache
def sections() -> tuple[Section, ...]:
    """The sections listed in settings.REPORT_SECTIONS, in that order."""
    return tuple(import_string(path)() for path in settings.REPORT_SECTIONS)


@functools.cache
def indicators() -> dict[str, Indicator]:
    """Every indicator by its code. A code used twice is a programming error."""
    found: dict[str, Indicator] = {}
    for section in sections():
        for indicator in section.indicators:
            if indicator.code in found:
                raise ValueError(f"indicator {indicator.code} is defined twice")
            found[indicator.code] = indicator
    return found
