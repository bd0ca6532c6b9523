"""The audit trail is numbered, chained and cannot be changed."""

import itertools

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.models import AuditEntry
from accounts.queries import broken_audit_entries
from tests.factories.workers import WorkerFactory


@pytest.fixture
def entries(clerk):
    return [audit.record(clerk, "tests.act", clerk, place=place, note="说明") for place in range(3)]


def test_entries_are_numbered_without_gaps(entries):
    assert [entry.pk - entries[0].pk for entry in entries] == [0, 1, 2]


def test_each_entry_carries_the_hash_of_the_one_before(entries):
    for before, after in itertools.pairwise(entries):
        before.refresh_from_db()
        after.refresh_from_db()
        assert bytes(after.previous_hash) == bytes(before.hash) != b""


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_changes(entries, change):
    rows = AuditEntry.objects.filter(pk=entries[0].pk)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(action="other") if change == "update" else rows.delete()


def test_an_intact_chain_has_no_broken_entries(entries):
    assert broken_audit_entries() == []


def test_a_forged_entry_is_found(entries):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # as the database's superuser could
        cursor.execute("UPDATE accounts_auditentry SET details = '{}' WHERE id = %s", [entries[1].pk])
        cursor.execute("SET LOCAL session_replication_role = origin")

    assert broken_audit_entries() == [entries[1].pk]


def test_differences_name_changed_fields_and_hide_sealed_values(union):
    worker = WorkerFactory(employer__union=union, education="60")
    before = type(worker).objects.get(pk=worker.pk)
    worker.education, worker.phone = "20", "19900009999"

    changes = audit.differences(before, worker, ["education", "phone", "name"])

    assert changes == {"education": ["60", "20"], "phone": audit.CHANGED}
