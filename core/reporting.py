"""The reporting contract: periods, indicators and sections.

Each app implements sections in ``<app>/reporting.py``. An indicator's numerator and denominator are
querysets over records, so the same queryset gives the number, the drill-down list and the export.
"""

import calendar
import datetime as dt
import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from django.conf import settings
from django.db import models
from django.db.models.functions import TruncMonth
from django.utils.module_loading import import_string

from core.errors import RuleError


class PeriodKind(models.TextChoices):
    """Kinds of period; a report is named after its kind."""

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
    """A month, quarter or year: first and last day, both inclusive. The last day is the cut-off."""

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

    def whole(self) -> "Period":
        """The full period, however it was clipped."""
        return self.of(self.kind, self.start)

    def clipped(self, today: dt.date) -> "Period":
        """The period with today as its cut-off while it still runs. Raises RuleError before it has begun."""
        if self.start > today:
            raise RuleError(f"{self.label}尚未开始，没有可统计的数据")
        return Period(self.start, min(self.end, today), self.kind)

    def months(self) -> list["Period"]:
        """The months it touches, in order; the last one ends with the period."""
        months, day = [], self.start
        while day <= self.end:
            month = self.of(PeriodKind.MONTHLY, day)
            months.append(Period(month.start, min(month.end, self.end), month.kind))
            day = month.end + dt.timedelta(days=1)
        return months


def trailing_months(period: Period, count: int = 12) -> list[Period]:
    """So many months, the last one ending with the period's cut-off."""
    month = Period.of(PeriodKind.MONTHLY, period.end)
    found = [Period(month.start, period.end, month.kind)]
    while len(found) < count:
        found.insert(0, found[0].previous())
    return found


class Direction(models.TextChoices):
    """Which way an indicator should go; decides whether a change is good news."""

    UP = "up", "越高越好"
    DOWN = "down", "越低越好"
    NEUTRAL = "neutral", "不评价"


NO_UNITS = "无适用单位"
PER_CENT = "%"
NOT_REPORTED = "未报"
SIDES = {"numerator": "分子", "denominator": "分母"}


def counted(queryset, place, unions):
    """Annotate ``counted_in``, the union that a record counts for as at the period, and keep the scope's.

    Every record counts for exactly one union, so the figures of the unions add up to the figure of the town.
    """
    number = models.ExpressionWrapper(place, output_field=models.BigIntegerField())
    queryset = queryset.annotate(counted_in=number)
    return queryset if unions is None else queryset.filter(counted_in__in=unions)


@dataclass(frozen=True)
class Indicator:
    """One figure. Shares have a denominator; counts have none.

    ``numerator`` and ``denominator`` are called with (unions, period) and return querysets of one
    model, ordered, without duplicates and made by ``counted``. ``weight`` names the numeric column that is
    summed where the figure does not count rows (employees of firms); None counts rows. ``dated_by`` names
    the date that puts a record of a movement into its month.
    """

    code: str
    title: str
    unit: str
    direction: str
    numerator: Callable
    denominator: Callable | None
    numerator_title: str
    denominator_title: str = ""
    numerator_unit: str = "人"
    denominator_unit: str = "人"
    weight: str | None = None
    denominator_weight: str | None = None
    dated_by: str | None = None
    note: str = ""

    def measure(self, unions, period: Period) -> "Figure":
        """Count or sum the records now."""
        top = self.records("numerator", unions, period)
        bottom = self.records("denominator", unions, period)
        return Figure(
            indicator=self,
            numerator=_amount(top, self.weight),
            denominator=None if bottom is None else _amount(bottom, self.denominator_weight),
        )

    def measure_by_union(self, unions, period: Period) -> dict[int, tuple[int, int | None]]:
        """Numerator and denominator of each union that has any record, in two statements."""
        top = _amounts(self.records("numerator", unions, period), self.weight)
        if self.denominator is None:
            return {union: (amount, None) for union, amount in top.items()}
        bottom = _amounts(self.records("denominator", unions, period), self.denominator_weight)
        return {union: (top.get(union, 0), bottom.get(union, 0)) for union in top.keys() | bottom.keys()}

    def measure_by_month(self, unions, months: list[Period]) -> list[int]:
        """The movement's count in each of the consecutive months, in one statement."""
        span = Period(months[0].start, months[-1].end, months[0].kind)
        month = TruncMonth(self.dated_by)
        rows = self.numerator(unions, span).order_by().values(month=month).annotate(amount=models.Count("pk"))
        amounts = {row["month"]: row["amount"] for row in rows}
        return [amounts.get(one.start, 0) for one in months]

    def records(self, side: str, unions, period: Period):
        """The queryset behind one side (``numerator`` or ``denominator``); None where there is none."""
        source = {"numerator": self.numerator, "denominator": self.denominator}[side]
        return source(unions, period) if source else None

    def weight_of(self, side: str) -> str | None:
        """The column summed on one side; None where rows are counted."""
        return {"numerator": self.weight, "denominator": self.denominator_weight}[side]


def _amount(queryset, weight) -> int:
    if weight is None:
        return queryset.count()
    return queryset.aggregate(total=models.Sum(weight))["total"] or 0


def _amounts(queryset, weight) -> dict[int, int]:
    total = models.Count("pk") if weight is None else models.Sum(weight)
    rows = queryset.order_by().values("counted_in").annotate(counted_amount=total)
    return {row["counted_in"]: row["counted_amount"] or 0 for row in rows}


@dataclass(frozen=True)
class Figure:
    """A measured indicator."""

    indicator: Indicator
    numerator: int
    denominator: int | None

    @property
    def value(self) -> Decimal | None:
        """See ``value_of``."""
        return value_of(self.numerator, self.denominator, self.indicator.unit)

    @property
    def text(self) -> str:
        """What a reader sees: 86.4%, 312人 or 无适用单位."""
        return text_of(self.value, self.indicator.unit)


def value_of(numerator: int, denominator: int | None, unit: str) -> Decimal | None:
    """The count itself without a denominator; None with a zero one. Else what one comes to by the other, with one
    decimal (half up): per cent where the unit is ``%``, as it is for any other unit (学时 a person)."""
    if denominator is None:
        return Decimal(numerator)
    if denominator == 0:
        return None
    whole = 100 if unit == PER_CENT else 1
    return (Decimal(numerator) * whole / Decimal(denominator)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def text_of(value: Decimal | None, unit: str) -> str:
    """A value with its unit; 无适用单位 where there is none."""
    return NO_UNITS if value is None else f"{value}{unit}"


class Section:
    """One app's part of a report; subclasses state code, title and indicators.

    ``lines`` tells for each kind of record (model label) how a page of a drill-down list reads: functions of
    (records, user) that return ``Line`` objects, with links only to what the user may open.
    """

    code: str
    title: str
    indicators: tuple[Indicator, ...] = ()
    lines: Mapping[str, Callable] = MappingProxyType({})

    def chart(self, unions, period: Period) -> dict | None:
        """The section's own chart as an option of ``core.charts``, read with the figures and frozen with them; None
        for a section without one, or with nothing to show."""
        return None


@dataclass(frozen=True)
class Line:
    """One record in a drill-down list: what it is, a detail, and the page that opens it."""

    text: str
    detail: str
    url: str


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


def describe(label: str, records, user) -> list[Line]:
    """One page of records of a model (its label) as lines, by the section that knows the model."""
    for section in sections():
        if label in section.lines:
            return section.lines[label](records, user)
    return [Line(str(record), "", record.get_absolute_url()) for record in records]
