"""After a test that commits, the database is what it was before the first one."""

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection, transaction
from psycopg2 import sql

from accounts.models import User
from competitions.models import Event, Mark
from core.models import Code
from tests import pristine
from tests.competitions.judging import bench
from tests.factories.contests import MarkFactory, frozen

pytestmark = pytest.mark.django_db(transaction=True)


def rows() -> dict[str, list[tuple]]:
    """Every row of every table that holds one."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(sql.SQL("SELECT t::text FROM {} AS t ORDER BY 1").format(sql.Identifier(table)))
            if lines := cursor.fetchall():
                found[table] = lines
    return found


def test_new_rows_go_even_those_that_the_database_guards(town, union):
    made = bench(town, [union])
    MarkFactory(seat=made.seats[0], entry=made.entries[0])
    frozen(made.event)
    with pytest.raises(DatabaseError), transaction.atomic():
        Mark.objects.all().delete()
    pristine.restore()
    assert (Mark.objects.count(), Event.objects.count(), User.objects.count()) == (0, 0, 0)


def test_what_was_changed_or_deleted_comes_back_with_its_keys():
    before = rows()
    assert before["core_code"]
    Code.objects.filter(table="sex").delete()
    Code.objects.update(name="改")
    Code.objects.create(table="sex", code="x", name="新")
    Permission.objects.all().delete()
    pristine.restore()
    assert rows() == before
