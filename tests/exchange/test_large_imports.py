"""What only matters when a file brings thousands of people."""

import pytest
from django.db import connection

from tests.exchange.sheets import applied, member, member_book, upload
from tests.factories.unions import EmployerFactory
from workers import bulk
from workers.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


def counted() -> int:
    """How many people the planner believes to be on the roll."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'workers_worker'::regclass")
        return cursor.fetchone()[0]


def test_the_roll_is_counted_before_the_keys_of_many_new_people_are_checked(
    firm, union, officer, monkeypatch
):
    monkeypatch.setattr(bulk, "COUNTED_FROM", 3)
    before = counted()
    applied(upload(officer, union, member_book([member(1), member(2)])), officer)
    assert counted() == before
    applied(upload(officer, union, member_book([member(3), member(4), member(5)])), officer)
    assert counted() == Worker.objects.count() == 5
