"""What a year of training adds up to: 培训人次 and 培训人数 side by side, by month and by kind of class."""

from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.db.models.functions import ExtractMonth

from core import charts, codes
from training.models import Enrolment


@dataclass(frozen=True)
class Sums:
    """One line. ``attendances`` are completed enrolments (人次), ``people`` the different people among them (人数):
    the people of the lines do not add up to the people of the whole."""

    title: str
    classes: int
    attendances: int
    people: int
    passed: int
    certified: int


COUNTS = {
    "classes": Count("training_class", distinct=True),
    "attendances": Count("pk"),
    "people": Count("worker", distinct=True),
    "passed": Count("pk", filter=Q(result=Enrolment.Result.PASSED)),
    "certified": Count("pk", filter=Q(certified_on__isnull=False)),
}


def completed_in(year: int, user):
    """Enrolments completed in the year that the user may see."""
    return Enrolment.objects.visible_to(user).completed().filter(completed_on__year=year).order_by()


def by_kind(rows) -> list[Sums]:
    """A line per kind of class, in the order of the code table."""
    names = codes.names("training_kind")
    found = {row.pop("kind"): row for row in rows.values(kind=F("training_class__kind")).annotate(**COUNTS)}
    order = {code: place for place, code in enumerate(names)}
    kinds = sorted(found, key=lambda code: (order.get(code, len(order)), code))
    return [Sums(names.get(code, code), **found[code]) for code in kinds]


def whole(rows) -> Sums:
    """All of them."""
    return Sums("合计", **rows.aggregate(**COUNTS))


def chart_of(rows, year: int) -> dict:
    """人次 and 人数 by month, as a chart."""
    months = rows.values(month=ExtractMonth("completed_on"))
    months = months.annotate(attendances=Count("pk"), people=Count("worker", distinct=True))
    found = {row["month"]: row for row in months}
    series = [
        charts.Series(title, [found[month][name] if month in found else 0 for month in range(1, 13)])
        for name, title in (("attendances", "培训人次"), ("people", "培训人数"))
    ]
    return charts.bar(
        title=f"{year}年各月培训人次和培训人数",
        categories=[f"{month}月" for month in range(1, 13)],
        series=series,
    )
