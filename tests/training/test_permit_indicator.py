"""C8: how many permits were expired or unreviewed at the cut-off, and the list behind the figure."""

import datetime as dt

import pytest
from django.urls import reverse

from core.reporting import Period, describe, indicators
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.cards import enter, number_of
from training.services import enter_permit, review_permit
from unions.models import Union

SEPTEMBER, OCTOBER = Period.parse("2026-09"), Period.parse("2026-10")
C8 = indicators()["C8"]


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union), name="试点甲")


def figure(period=OCTOBER, unions=None):
    return C8.measure(unions, period).numerator


def test_the_due_day_itself_is_in_time_and_the_next_is_not(worker, officer):
    enter(worker, officer, issued_on=dt.date(2023, 9, 30))
    assert (figure(SEPTEMBER), figure(OCTOBER)) == (0, 1)


def test_a_review_later_does_not_change_a_figure_of_before(worker, officer):
    permit = enter(worker, officer, issued_on=dt.date(2023, 9, 1))
    assert (figure(SEPTEMBER), figure(OCTOBER)) == (1, 1)
    review_permit(permit=permit, on=dt.date(2026, 10, 20), passed=True, by=officer)
    assert (figure(SEPTEMBER), figure(OCTOBER)) == (1, 0)


def test_a_new_card_ends_the_old_one_on_its_day(worker, officer):
    enter(worker, officer, issued_on=dt.date(2020, 9, 1))
    enter(worker, officer, issued_on=dt.date(2026, 10, 20))
    assert (figure(SEPTEMBER), figure(OCTOBER)) == (1, 0)


def test_cards_count_where_their_holder_does(worker, officer, union, other_union):
    enter(worker, officer, issued_on=dt.date(2020, 9, 1))
    own, other = (Union.objects.filter(pk=one.pk) for one in (union, other_union))
    assert (figure(unions=own), figure(unions=other)) == (1, 0)
    assert C8.measure_by_union(None, OCTOBER) == {union.pk: (1, None)}
    worker.memberships.update(end=dt.date(2026, 10, 1), end_change="6")
    worker.employments.update(end=dt.date(2026, 10, 1))
    assert (figure(SEPTEMBER), figure(OCTOBER)) == (1, 0)


def test_the_list_behind_the_figure_names_holder_and_day(
    client, worker, officer, clerk, django_assert_num_queries
):
    permit = enter(worker, officer, issued_on=dt.date(2023, 9, 1))
    address = reverse("reports:indicator_records", args=["C8", "numerator"])
    client.force_login(clerk)
    page = client.get(address, {"period": "2026-10"}).content.decode()
    assert "试点甲" in page
    assert "电工作业，2026-09-01 应复审" in page
    assert permit.get_absolute_url() in page
    assert number_of(worker)[4:] not in page
    enter_permit(
        worker=worker,
        by=officer,
        category="02",
        number=number_of(worker),
        issued_on=dt.date(2020, 1, 1),
        long_service=True,
    )
    records = C8.records("numerator", None, OCTOBER)
    officer.get_all_permissions()
    with django_assert_num_queries(
        4
    ):  # posts of the reader, records, categories, which of them may be opened
        told = describe("training.permit", records, officer)
    assert [line.detail for line in told] == [
        "焊接与热切割作业，2026-01-01 已到期",
        "电工作业，2026-09-01 应复审",
    ]
