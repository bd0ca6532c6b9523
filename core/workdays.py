"""Working days: weekends and what the yearly notices of public holidays say otherwise (放假调休), as the office enters
them. A year whose notice was not entered leaves out weekends only, and whoever counts says so."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from core import auditing
from core.access import Permission
from core.errors import RuleError
from core.models import SpecialDay
from core.text import clean_short

Kind = SpecialDay.Kind
SATURDAY = 6
LONGEST = 31  # days that one line of a notice names
NOT_ENTERED = "未录入{years}放假安排，只扣除周六、周日"


@dataclass(frozen=True)
class Workdays:
    """The days that are not as the week has them, by kind, and the years whose notices were entered."""

    rest: frozenset[dt.date]
    work: frozenset[dt.date]
    years: frozenset[int]

    @classmethod
    def known(cls) -> "Workdays":
        """All that was entered; one query."""
        rows = list(SpecialDay.objects.order_by().values_list("day", "kind", "year"))
        days = {kind: frozenset(day for day, one, _ in rows if one == kind) for kind in Kind.values}
        return cls(days[Kind.REST], days[Kind.WORK], frozenset(year for *_, year in rows))

    def is_working(self, day: dt.date) -> bool:
        """Whether people work on that day."""
        return day in self.work or (day.isoweekday() < SATURDAY and day not in self.rest)

    def last(self, start: dt.date, days: int) -> dt.date:
        """The day that closes ``days`` working days from ``start`` on, which counts if it is one itself."""
        day, left = start, days
        while True:
            left -= self.is_working(day)
            if left <= 0:
                return day
            day += dt.timedelta(days=1)

    def caveat(self, start: dt.date, until: dt.date) -> str:
        """What is to be said of working days counted from ``start`` to ``until``; "" when every year was entered."""
        missing = [year for year in range(start.year, until.year + 1) if year not in self.years]
        return not_entered(missing) if missing else ""


def not_entered(years: Iterable[int]) -> str:
    """That the notices of these years were not entered; without any: of the year in question."""
    named = "、".join(f"{year} 年" for year in years)
    return NOT_ENTERED.format(years=f" {named}" if named else "该年")


@transaction.atomic
def enter_special_days(
    *, year: int, kind: str, start: dt.date, source: str, by, until: dt.date | None = None, remark: str = ""
) -> list[SpecialDay]:
    """Enter one line of the notice of a year: these days, each of them, are off or worked. Raises PermissionDenied;
    RuleError by field, naming the day that is known already."""
    _require_keeper(by)
    source, remark = clean_short(source, longest=200), clean_short(remark, longest=50)
    if not source:
        raise RuleError({"source": "没有填写依据。请填写通知的名称和文号。"})
    days = _days(start, until or start)
    known = SpecialDay.objects.select_for_update().filter(day__in=days).order_by("day").first()
    if known:
        said = f"{known.day} 已录入为“{known.get_kind_display()}”"
        raise RuleError({"start": f"{said}。请核对日期；录错的请先删除。"})
    rows = [SpecialDay(day=day, kind=kind, year=year, remark=remark, source=source) for day in days]
    for row in rows:
        _check(row)
    SpecialDay.objects.bulk_create(rows)
    told = {"year": year, "kind": kind, "days": [str(day) for day in days], "source": source}
    auditing.record(by, "calendar.enter", rows[0], **told)
    return rows


@transaction.atomic
def remove_special_day(*, day: SpecialDay, by) -> None:
    """Take back a day that was entered by mistake; public notices keep the days they have. Raises PermissionDenied."""
    _require_keeper(by)
    day = SpecialDay.objects.select_for_update().get(pk=day.pk)
    told = {"year": day.year, "kind": day.kind, "days": [str(day.day)], "source": day.source}
    auditing.record(by, "calendar.remove", day, **told)
    day.delete()


def years_shown() -> list[tuple[int, list[SpecialDay]]]:
    """(year, its days in order), the latest year first: those entered, and this year and the next in any case."""
    today = timezone.localdate()
    found: dict[int, list[SpecialDay]] = {today.year: [], today.year + 1: []}
    for row in SpecialDay.objects.order_by("day"):
        found.setdefault(row.year, []).append(row)
    return sorted(found.items(), reverse=True)


def _days(start: dt.date, until: dt.date) -> list[dt.date]:
    count = (until - start).days + 1
    if not 1 <= count <= LONGEST:
        text = f"从 {start} 起，最多连续 {LONGEST} 天，不能早于开始；现填到 {until}"
        raise RuleError({"until": text})
    return [start + dt.timedelta(days=place) for place in range(count)]


def _check(row: SpecialDay) -> None:
    """What one day must hold. Raises RuleError at the field that says it, with the day."""
    if row.kind == Kind.WORK and row.day.isoweekday() < SATURDAY:
        text = f"{row.day} 是周一至周五，本来就是工作日，不用录入。调休上班的只录周六、周日。"
        raise RuleError({"start": text})
    near = {row.year: range(1, 13), row.year - 1: (12,), row.year + 1: (1,)}
    if row.day.month not in near.get(row.day.year, ()):
        raise RuleError({"start": f"{row.day} 不在 {row.year} 年的放假安排内。请核对日期和年度。"})
    row.full_clean(validate_unique=False)


def _require_keeper(by) -> None:
    if not by.has_perm(Permission.EDIT_CODES):
        raise PermissionDenied
