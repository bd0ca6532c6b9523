"""How studios stand with the projects of a year."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from competitions.models import Studio, StudioProject
from core.codes import number_if_set

RULE = "studio.projects_per_year"
APPROVED = (StudioProject.State.APPROVED, StudioProject.State.FINISHED)


def projects_asked(day) -> int | None:
    """How many approved projects a year asks of a studio by the rule in force on the day; None without a rule."""
    number = number_if_set(RULE, on=day)
    return None if number is None else int(number)


def with_projects(studios, year: int, day):
    """Annotates ``approved``: how many projects of the year were approved by the day (stopped ones are left out)."""
    rows = StudioProject.objects.filter(
        studio=OuterRef("pk"), year=year, state__in=APPROVED, approved_on__lte=day
    )
    counted = rows.order_by().values("studio").annotate(found=Count("pk")).values("found")
    return studios.annotate(approved=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


@dataclass
class YearOfStudio:
    """A year of a studio with its projects; ``asked`` is what the rule of that year asks, None without one."""

    year: int
    asked: int | None
    projects: list[StudioProject] = field(default_factory=list)

    @property
    def approved(self) -> int:
        """How many of them were approved and not stopped."""
        return sum(project.state in APPROVED for project in self.projects)

    @property
    def is_short(self) -> bool:
        """Fewer than the rule asks."""
        return self.asked is not None and self.approved < self.asked


def years_of(studio: Studio, today: dt.date) -> list[YearOfStudio]:
    """Each year from the recognition to today or the day it was revoked, the latest first, with its projects."""
    last = studio.revoked_on or today
    years = {
        year: YearOfStudio(year, projects_asked(min(dt.date(year, 12, 31), today)))
        for year in range(last.year, studio.awarded_on.year - 1, -1)
    }
    for project in studio.projects.order_by("-year", "pk"):
        years.setdefault(project.year, YearOfStudio(project.year, None)).projects.append(project)
    return sorted(years.values(), key=lambda one: -one.year)
