"""What an import leaves of the people it touched: audit entries with before and after, and lines that stay."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.queries import broken_audit_entries
from exchange import services
from exchange.models import ImportEffect, ImportRow, ImportRun
from tests.exchange.sheets import applied, finish, member, member_book, upload
from tests.factories.unions import EmployerFactory
from workers.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


@pytest.fixture
def known(firm, union, officer):
    """Two people on the roll, brought by a first file."""
    applied(upload(officer, union, member_book([member(1), member(2)])), officer)


def entries(action):
    rows = AuditEntry.objects.filter(action=action).order_by("pk")
    return [(entry.object_id, entry.union_id, entry.actor.username, entry.details) for entry in rows]


def test_each_changed_person_gets_an_entry_with_before_and_after(known, union, officer):
    one, two = Worker.objects.order_by("pk")
    was = one.education
    book = member_book([member(1, c8="本科", c10="16011112222"), member(2)])
    run = applied(upload(officer, union, book), officer)
    changes = {"education": [was, Worker.objects.get(pk=one.pk).education], "phone": "（已变更，加密保存）"}
    [(worker, place, actor, details)] = entries("workers.import")
    assert (worker, place, actor) == (one.pk, union.pk, "officer")
    assert details == {"import": run.pk, "row": 5, "changes": changes}
    assert changes["education"][0] != changes["education"][1]
    assert two.pk not in {entry[0] for entry in entries("workers.import")}
    assert "16011112222" not in str(entries("workers.import"))
    assert broken_audit_entries() == []


def test_a_change_of_membership_stands_in_the_entry(known, union, officer):
    row = member(1, c13="退会", c14="2026/01/02", c15="个人要求退会")
    applied(upload(officer, union, member_book([row])), officer)
    [(_, _, _, details)] = entries("workers.import")
    assert (details["change"], details["on"], details["reason"]) == ("6", "2026-01-02", "5")


def test_an_undo_tells_the_way_back(known, union, officer):
    run = applied(upload(officer, union, member_book([member(1, c8="本科")])), officer)
    [(worker, _, _, forth)] = entries("workers.import")
    finish(services.request_undo(run=run, by=officer, hint=False))
    [(same, _, _, back)] = entries("workers.import_undo")
    assert (same, back["changes"]["education"]) == (worker, forth["changes"]["education"][::-1])
    assert broken_audit_entries() == []


def test_the_page_of_a_person_tells_what_imports_did(known, union, officer, client):
    applied(upload(officer, union, member_book([member(1, c8="本科")])), officer)
    client.force_login(officer)
    worker = Worker.objects.order_by("pk").first()
    page = client.get(reverse("workers:worker_detail", args=[worker.pk])).content.decode()
    assert "表格导入" in page
    assert "学历：" in page
    runs = client.get(reverse("exchange:record_runs", args=["workers", worker.pk])).content.decode()
    first, second = ImportRun.objects.order_by("pk")
    for run, verdict in ((first, "新增"), (second, "变更")):
        assert run.get_absolute_url() in runs
        assert verdict in runs


def test_runs_of_a_record_out_of_reach_are_not_found(known, other_officer, client):
    client.force_login(other_officer)
    worker = Worker.objects.order_by("pk").first()
    assert client.get(reverse("exchange:record_runs", args=["workers", worker.pk])).status_code == 404
    assert client.get(reverse("exchange:record_runs", args=["nothing", worker.pk])).status_code == 404


def test_the_lines_of_a_run_stay_when_its_contents_are_forgotten(known, union, officer):
    run = ImportRun.objects.get()
    ImportRun.objects.filter(pk=run.pk).update(undo_until=timezone.now() - dt.timedelta(days=1))
    assert services.delete_stale(now=timezone.now()) == {"discarded": 0, "forgotten": 1}
    rows = list(ImportRow.objects.order_by("number"))
    assert [(row.number, row.verdict, row.raw, row.values, row.problems, row.key) for row in rows] == [
        (5, "new", "[]", {}, [], None),
        (6, "new", "[]", {}, [], None),
    ]
    assert list(ImportEffect.objects.order_by("row").values_list("target_id", flat=True)) == list(
        Worker.objects.order_by("pk").values_list("pk", flat=True)
    )
    run.refresh_from_db()
    assert (bool(run.file), run.rows, run.forgotten_at is not None) == (False, 2, True)
    assert services.delete_stale(now=timezone.now()) == {"discarded": 0, "forgotten": 0}
