"""Firms with their coverage, declared employees and people on the roll."""

import datetime as dt

from django.db.models import Count, Exists, OuterRef, Q

from core.models import Code
from unions.models import Coverage, Employer, Union


def employers_seen_by(user, on: dt.date):
    """Firms in reach, annotated with ``employees`` (last declared) and ``is_covered`` on the day."""
    coverage = Coverage.objects.on(on).filter(employer=OuterRef("pk"))
    seen = Employer.objects.visible_to(user).select_related("union")
    return seen.with_employees(on).annotate(is_covered=Exists(coverage))


def count_people(employers: list[Employer]) -> None:
    """Set ``on_roll`` (people on the roll who work there) and ``members`` on each firm; one query."""
    people = Count("workers", filter=~Q(workers__standing="left"))
    members = Count("workers", filter=Q(workers__standing="member"))
    rows = Employer.objects.filter(pk__in=[employer.pk for employer in employers]).order_by()
    counts = {pk: pair for pk, *pair in rows.annotate(p=people, m=members).values_list("pk", "p", "m")}
    for employer in employers:
        employer.on_roll, employer.members = counts[employer.pk]


def employer_code_names(employer: Employer) -> dict[str, str]:
    """Names of the firm's coded facts; an unknown code shows itself."""
    tables = {"nature": "employer_nature", "economy": "economy_kind", "industry": "industry_section"}
    rows = Code.objects.filter(table__in=tables.values()).values_list("table", "code", "name")
    names = {(table, code): name for table, code, name in rows}
    return {
        field: names.get((table, getattr(employer, field)), getattr(employer, field))
        for field, table in tables.items()
    }


def covered_firms(union: Union, on: dt.date):
    """Coverage rows of a union on a day with their firms."""
    return Coverage.objects.on(on).filter(union=union).select_related("employer").order_by("employer__name")
