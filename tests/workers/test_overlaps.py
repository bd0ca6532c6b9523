"""The database refuses overlapping spells, and nothing else: half-open ranges with open ends."""

import datetime as dt
import itertools

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from unions.models import Coverage
from workers.models import Change, Employment, Membership

DAYS = [dt.date(2024, 2, 28) + dt.timedelta(days=number) for number in range(4)]
SPELLS = [
    (start, end)
    for start, end in itertools.product([None, *DAYS], [*DAYS, None])
    if start is None or end is None or start < end
]


def overlap(one, other) -> bool:
    starts, ends = zip(one, other, strict=True)
    latest = max((start for start in starts if start), default=dt.date.min)
    earliest = min((end for end in ends if end), default=dt.date.max)
    return latest < earliest


def refused(row) -> bool:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return True
    return False


def test_employments_at_one_firm_overlap_exactly_when_their_days_do(union):
    firm = EmployerFactory(union=union)
    worker = WorkerFactory(member=False, employer__union=union)
    for one, other in itertools.product(SPELLS, SPELLS):
        Employment.objects.filter(worker=worker).delete()
        Employment.objects.create(worker=worker, employer=firm, start=one[0], end=one[1])
        second = Employment(worker=worker, employer=firm, start=other[0], end=other[1])
        assert refused(second) is overlap(one, other), (one, other)


def test_other_firms_and_other_people_are_free(union):
    worker, stranger = WorkerFactory.create_batch(2, employer__union=union)
    firm = EmployerFactory(union=union)
    for person, place in ((worker, firm), (stranger, firm), (worker, EmployerFactory(union=union))):
        assert refused(Employment(worker=person, employer=place, start=DAYS[0])) is False
    assert refused(Employment(worker=worker, employer=firm, start=DAYS[1])) is True


def test_a_person_has_one_membership_at_a_time(union, other_union):
    worker = WorkerFactory(employer__union=union)
    ours = Membership.objects.get(worker=worker)
    second = {"worker": worker, "union": other_union, "start_change": Change.TRANSFER_IN}
    assert refused(Membership(start=ours.start + dt.timedelta(days=9), **second)) is True
    Membership.objects.filter(pk=ours.pk).update(end=DAYS[1], end_change=Change.TRANSFER_OUT)
    assert refused(Membership(start=DAYS[0], **second)) is True
    assert refused(Membership(start=DAYS[1], **second)) is False


def test_a_firm_has_one_union_at_a_time(union, other_union):
    firm = EmployerFactory(union=union)
    assert refused(Coverage(employer=firm, union=other_union, start=dt.date(2030, 1, 1))) is True
    Coverage.objects.filter(employer=firm).update(end=dt.date(2030, 1, 1))
    assert refused(Coverage(employer=firm, union=other_union, start=dt.date(2030, 1, 1))) is False


def test_forms_hear_the_reason_before_the_database_does(union):
    worker = WorkerFactory(employer__union=union)
    second = Membership(worker=worker, union=worker.union, start=DAYS[0], start_change=Change.JOIN)
    with pytest.raises(ValidationError, match="同一职工同一时间只能有一个会籍"):
        second.validate_constraints()
    second.start = dt.date(2010, 1, 1)
    second.end = dt.date(2011, 1, 1)
    second.end_change = Change.WITHDRAW
    second.validate_constraints()
