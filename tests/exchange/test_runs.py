"""One file is one run: twice, at once, by two officers; and what becomes of runs over time."""

import datetime as dt
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from core.errors import RuleError
from core.models import Job
from exchange import services
from exchange.models import ImportRow, ImportRun
from exchange.tasks import delete_stale_runs
from tests.exchange.sheets import applied, finish, member, member_book, upload
from tests.factories.accounts import UserFactory
from tests.factories.unions import EmployerFactory, PostFactory
from unions.roles import Role
from workers.models import Worker


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


def send(by, union, content):
    return services.upload(
        kind="workers", union=union, file=ContentFile(content), file_name="a.xlsx", by=by, hint=False
    )


@pytest.mark.django_db
def test_the_same_file_is_the_same_run_for_two_officers_and_after_import(firm, union, officer):
    second = PostFactory(user=UserFactory(), role=Role.OFFICER, union=union).user
    content = member_book([member(1)])
    run = upload(officer, union, content)
    assert send(second, union, content) == (run, False)
    run = applied(run, officer)
    assert send(second, union, content) == (run, False)
    assert Worker.objects.count() == 1


def test_the_same_file_at_the_same_moment_is_one_run(transactional_db, firm, union, officer):
    content, found, gate = member_book([member(1)]), [], threading.Barrier(4)

    def go():
        try:
            gate.wait()
            run, created = send(officer, union, content)
            found.append((run.pk, created))
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({pk for pk, _ in found}) == 1
    assert sorted(created for _, created in found) == [False, False, False, True]
    assert (ImportRun.objects.count(), Job.objects.count()) == (1, 1)


def test_the_same_file_posted_within_50_ms_by_two_officers_is_one_run(transactional_db, firm, union, officer):
    second = PostFactory(user=UserFactory(), role=Role.OFFICER, union=union).user
    content, answers, started, gate = member_book([member(1)]), [], [], threading.Barrier(2)
    clients = {user: Client() for user in (officer, second)}
    for user, client in clients.items():
        client.force_login(user)

    def post(client):
        file = SimpleUploadedFile("名单.xlsx", content)
        try:
            gate.wait()
            started.append(time.monotonic())
            data = {"kind": "workers", "union": union.pk, "file": file}
            answers.append(client.post(reverse("exchange:run_upload"), data))
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[client]) for client in clients.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run = ImportRun.objects.get()
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, run.get_absolute_url())] * 2
    assert Job.objects.filter(kind="exchange.check").count() == 1
    assert len([path for path in Path(settings.FILES_DIR).rglob("imports/**/*") if path.is_file()]) == 1
    assert abs(started[0] - started[1]) < 0.05


def test_two_files_with_one_new_person_at_the_same_moment_make_one_person(
    transactional_db, firm, union, officer
):
    first = upload(officer, union, member_book([member(1), member(2)]))
    second = upload(officer, union, member_book([member(1), member(3)]))
    confirmed = [services.confirm(run=run, mode="good", by=officer, hint=False) for run in (first, second)]

    def go(run):
        try:
            finish(run)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=[run]) for run in confirmed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    runs = ImportRun.objects.order_by("pk")
    assert sorted((run.state, run.applied, run.failed) for run in runs) == [
        ("applied", 1, 1),
        ("applied", 2, 0),
    ]
    assert Worker.objects.count() == 3


@pytest.mark.django_db
def test_counts_that_do_not_add_up_are_refused_by_the_database(firm, union, officer):
    run = upload(officer, union, member_book([member(1)]))
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportRun.objects.filter(pk=run.pk).update(new=2)


@pytest.mark.django_db
def test_a_second_confirmation_changes_nothing(firm, union, officer):
    run = upload(officer, union, member_book([member(1)]))
    services.confirm(run=run, mode="all", by=officer, hint=False)
    services.confirm(run=run, mode="all", by=officer, hint=False)
    assert Job.objects.filter(kind="exchange.apply").count() == 1
    assert finish(ImportRun.objects.get()).applied == 1


@pytest.mark.django_db
def test_a_run_is_out_of_reach_for_other_unions(firm, union, officer, other_officer, group_member):
    run = upload(officer, union, member_book([member(1)]))
    assert list(ImportRun.objects.visible_to(officer)) == [run]
    assert list(ImportRun.objects.visible_to(other_officer)) == []
    for by in (other_officer, group_member):
        with pytest.raises(PermissionDenied):
            services.confirm(run=run, mode="all", by=by, hint=False)
        with pytest.raises(PermissionDenied):
            send(by, union, member_book([member(2)]))


@pytest.mark.django_db
def test_a_file_for_the_whole_town_needs_its_reach(firm, union, officer, clerk):
    with pytest.raises(PermissionDenied):
        send(officer, None, member_book([member(1)]))
    run = upload(clerk, None, member_book([member(1, c17="甲厂有限公司")]))
    assert run.new == 1
    assert list(ImportRun.objects.visible_to(officer)) == []


@pytest.mark.django_db
def test_discarding_forgets_rows_and_file(firm, union, officer, django_capture_on_commit_callbacks):
    run = upload(officer, union, member_book([member(1)]))
    stored, name = run.file.storage, run.file.name
    with django_capture_on_commit_callbacks(execute=True):
        services.discard(run=run, by=officer)
    run.refresh_from_db()
    assert (run.state, run.lines.count(), bool(run.file), stored.exists(name)) == (
        "discarded",
        0,
        False,
        False,
    )


@pytest.mark.django_db
def test_old_previews_and_contents_past_undoing_are_forgotten(firm, union, officer):
    waiting = upload(officer, union, member_book([member(1)]))
    old = timezone.now() - dt.timedelta(days=services.PREVIEW_DAYS + 1)
    ImportRun.objects.filter(pk=waiting.pk).update(created_at=old)
    done = applied(upload(officer, union, member_book([member(2)])), officer)
    ImportRun.objects.filter(pk=done.pk).update(undo_until=old)
    delete_stale_runs()
    assert set(ImportRow.objects.values_list("run", "number")) == {(done.pk, 5)}
    states = dict(ImportRun.objects.values_list("pk", "state"))
    assert states == {waiting.pk: "discarded", done.pk: "applied"}
    assert ImportRun.objects.get(pk=done.pk).applied == 1


@pytest.mark.django_db
def test_upload_and_import_leave_audit_entries_without_numbers(firm, union, officer):
    applied(upload(officer, union, member_book([member(1)])), officer)
    entries = AuditEntry.objects.filter(action__startswith="exchange.").order_by("pk")
    assert [entry.action for entry in entries] == ["exchange.upload", "exchange.apply"]
    assert member(1)[7] not in str([entry.details for entry in entries])


@pytest.mark.django_db
def test_a_run_whose_job_failed_for_good_can_be_given_up(firm, union, officer):
    run, _ = send(officer, union, member_book([member(1)]))
    Job.objects.filter(key=run.job_key).update(state="failed", error="坏了", finished_at=timezone.now())
    services.discard(run=run, by=officer)
    run.refresh_from_db()
    assert (run.state, run.error) == ("discarded", "坏了")


@pytest.mark.django_db
def test_only_a_failed_job_is_tried_again(firm, union, officer):
    run = upload(officer, union, member_book([member(1)]))
    with pytest.raises(RuleError, match="没有失败的处理"):
        services.retry(run=run, by=officer)
