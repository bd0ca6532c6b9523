"""Further facts of the demo town's unions, and one that changed its federation: nothing is left to chance."""

import datetime as dt
from collections import Counter

from unions.models import COMMITTEES, Placement, Union, UnionProfile

# Every so many unions leave a part of the form blank, as they do in life.
BLANK_EVERY = 7


def fill_profiles(workers, today: dt.date) -> None:
    """Profiles of the grassroots unions; declared figures lie near those of the roll."""
    on_roll = [worker for worker in workers if worker.standing in ("member", "none")]
    people = Counter(worker.union_id for worker in on_roll)
    women = Counter(worker.union_id for worker in on_roll if worker.sex == "2")
    unions = Union.objects.filter(org_type__in=COMMITTEES, dissolved_on=None).order_by("pk")
    UnionProfile.objects.bulk_create(
        _profile(union, place, people[union.pk], women[union.pk])
        for place, union in enumerate(unions)
        if place % BLANK_EVERY
    )
    _let_one_change_its_federation(today)


def _profile(union: Union, place: int, people: int, women: int) -> UnionProfile:
    founded = union.founded_on
    return UnionProfile(
        union=union,
        address=f"南岳镇演示路{place + 1}号工会办公室",
        preparing_from=founded - dt.timedelta(days=40),
        approval_number=f"南工演〔{founded.year}〕{place + 1}号",
        founding_way=UnionProfile.FoundingWay.ONLINE
        if founded.year > 2022
        else UnionProfile.FoundingWay.OFFLINE,
        full_time_cadres=1 if people >= 200 else 0,
        declared_employees=people + place % 4,
        declared_women=women,
        declared_migrants=people // 3 if place % 3 else None,
        has_audit_committee=people >= 25 or None,
        has_women_committee=women >= 10,
        has_congress=place % 2 == 0,
        has_supervision_committee=place % 3 == 0 or None,
        opens_affairs=place % 4 != 0,
        has_contract=place % 5 != 0,
    )


def _let_one_change_its_federation(today: dt.date) -> None:
    """The oldest grassroots union hung directly below the town union until a year ago."""
    moved = today - dt.timedelta(days=365)
    rows = Placement.objects.filter(union__org_type__in=COMMITTEES, start__lt=moved, end=None)
    placement = rows.exclude(parent__parent=None).order_by("start", "pk").select_related("union").first()
    if placement is None:
        return
    root, federation = Union.objects.get(parent=None), placement.parent
    placement.parent, placement.end = root, moved
    placement.save()
    Placement.objects.create(union=placement.union, parent=federation, start=moved)
