"""One fact set on many people: the preview, the writing, what is left out, and the way back."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.queries import broken_audit_entries
from core import jobs
from core.errors import RuleError
from core.models import Job
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from workers.invariants import INVARIANTS
from workers.models import BulkEdit, BulkEditRow, Employment, Worker
from workers.services import bulk_edits, edit_worker

pytestmark = pytest.mark.django_db
HIGH_SCHOOL, COLLEGE = "60", "31"


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union, name="甲厂有限公司")


@pytest.fixture
def people(firm):
    return WorkerFactory.create_batch(3, employer=firm)


def everybody():
    return Worker.objects.all()


def draft(user, field="education", value=COLLEGE, workers=None) -> BulkEdit:
    workers = everybody() if workers is None else workers
    return bulk_edits.draft_bulk_edit(workers=workers, field=field, value=value, selection="全部", by=user)


def finish(edit: BulkEdit) -> BulkEdit:
    edit.refresh_from_db()
    job = jobs.run_inline(Job.objects.get(key=edit.job_key))
    assert job.error == ""
    edit.refresh_from_db()
    return edit


def applied(user, **options) -> BulkEdit:
    edit = draft(user, **options)
    bulk_edits.confirm_bulk_edit(edit=edit, count=edit.rows.count(), by=user, hint=False)
    return finish(edit)


def undone(edit: BulkEdit, user) -> BulkEdit:
    bulk_edits.request_bulk_undo(edit=edit, by=user, hint=False)
    return finish(edit)


def outcomes(edit: BulkEdit) -> list[str]:
    return list(edit.rows.order_by("worker_id").values_list("outcome", flat=True))


def values(field: str) -> list:
    return list(Worker.objects.order_by("pk").values_list(field, flat=True))


def test_a_draft_shows_what_would_change_and_writes_nothing(officer, people):
    Worker.objects.filter(pk=people[0].pk).update(education=COLLEGE)
    Worker.objects.filter(pk=people[1].pk).update(anonymised_on=dt.date(2026, 1, 1))
    edit = draft(officer)
    assert dict(edit.rows.values_list("worker", "outcome")) == {
        people[0].pk: "unchanged",
        people[2].pk: "pending",
    }
    assert values("education") == [COLLEGE, HIGH_SCHOOL, HIGH_SCHOOL]
    assert values("version") == [1, 1, 1]


def test_written_rows_get_the_value_a_version_and_one_audit_entry_each(officer, people):
    edit = applied(officer)
    assert values("education") == [COLLEGE] * 3
    assert values("version") == [2, 2, 2]
    assert (edit.state, outcomes(edit)) == ("applied", ["applied"] * 3)
    entries = AuditEntry.objects.filter(action="workers.bulk_edit").order_by("pk")
    assert [entry.object_id for entry in entries] == [worker.pk for worker in people]
    assert entries[0].details == {"bulk_edit": edit.pk, "changes": {"education": [HIGH_SCHOOL, COLLEGE]}}
    assert broken_audit_entries() == []


def test_a_record_edited_since_the_preview_is_skipped(officer, people):
    edit = draft(officer)
    edit_worker(worker=people[1], version="1", by=officer, native_place="温州")
    bulk_edits.confirm_bulk_edit(edit=edit, count=None, by=officer, hint=False)
    finish(edit)
    assert outcomes(edit) == ["applied", "skipped", "applied"]
    assert values("education") == [COLLEGE, HIGH_SCHOOL, COLLEGE]


def test_undo_restores_each_value_and_keeps_what_was_edited_since(officer, people):
    Worker.objects.filter(pk=people[0].pk).update(education="21")
    edit = applied(officer)
    edit_worker(worker=people[2], version="2", by=officer, native_place="温州")
    undone(edit, officer)
    assert (edit.state, outcomes(edit)) == ("undone", ["reverted", "reverted", "kept"])
    assert values("education") == ["21", HIGH_SCHOOL, COLLEGE]
    entries = AuditEntry.objects.filter(action="workers.bulk_undo").order_by("pk")
    assert [entry.details["changes"] for entry in entries] == [
        {"education": [COLLEGE, "21"]},
        {"education": [COLLEGE, HIGH_SCHOOL]},
    ]


@pytest.mark.parametrize("before", [None, True, False])
def test_a_flag_comes_back_as_it_was(officer, people, before):
    Worker.objects.update(is_migrant=before)
    edit = applied(officer, field="is_migrant", value="no" if before else "yes")
    assert values("is_migrant") == [not before] * 3
    undone(edit, officer)
    assert values("is_migrant") == [before] * 3


def test_a_fact_of_the_job_is_set_on_the_running_one_at_the_main_employer(officer, people, firm):
    Employment.objects.filter(worker=people[0]).update(team="一班")
    Employment.objects.filter(worker=people[1]).update(end=timezone.localdate())
    second = Employment.objects.create(
        worker=people[2], employer=EmployerFactory(union=firm.union), team="夜班"
    )
    edit = draft(officer, field="team", value=" 二班 ")
    assert outcomes(edit) == ["pending", "no_job", "pending"]
    bulk_edits.confirm_bulk_edit(edit=edit, count=None, by=officer, hint=False)
    finish(edit)
    teams = dict(Employment.objects.values_list("worker", "team").exclude(pk=second.pk))
    assert teams == {people[0].pk: "二班", people[1].pk: "", people[2].pk: "二班"}
    second.refresh_from_db()
    assert second.team == "夜班"
    Employment.objects.filter(worker=people[2], employer=firm).update(team="三班")
    undone(edit, officer)
    teams = dict(Employment.objects.values_list("worker", "team").exclude(pk=second.pk))
    assert teams == {people[0].pk: "一班", people[1].pk: "", people[2].pk: "三班"}
    assert outcomes(edit) == ["reverted", "no_job", "kept"]


def test_people_outside_the_reach_are_never_taken(officer, people, other_union):
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union))
    edit = applied(officer)
    assert stranger.pk not in edit.rows.values_list("worker", flat=True)
    stranger.refresh_from_db()
    assert stranger.education == HIGH_SCHOOL
    with pytest.raises(RuleError):
        draft(officer, workers=Worker.objects.filter(pk=stranger.pk))


def test_people_who_left_the_reach_since_the_preview_are_skipped(officer, people, other_union):
    edit = draft(officer)
    Worker.objects.filter(pk=people[0].pk).update(union=other_union)
    bulk_edits.confirm_bulk_edit(edit=edit, count=None, by=officer, hint=False)
    finish(edit)
    assert outcomes(edit) == ["skipped", "applied", "applied"]


def test_only_the_one_who_drafted_it_may_go_on(officer, clerk, people):
    edit = draft(officer)
    with pytest.raises(PermissionDenied):
        bulk_edits.confirm_bulk_edit(edit=edit, count=None, by=clerk, hint=False)
    with pytest.raises(PermissionDenied):
        bulk_edits.discard_bulk_edit(edit=edit, by=clerk)


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("birth_date", "1990-01-01", "field"),
        ("phone", "16000000000", "field"),
        ("education", "nonsense", "value"),
        ("education", "", "value"),
        ("is_migrant", "maybe", "value"),
        ("native_place", "长" * 51, "value"),
        ("team", "\ufffd", "value"),
    ],
)
def test_a_field_or_value_that_may_not_be_set_is_refused(officer, people, field, value, wrong):
    with pytest.raises(RuleError) as refused:
        draft(officer, field=field, value=value)
    assert list(refused.value.error_dict) == [wrong]
    assert BulkEdit.objects.count() == 0


def test_too_many_people_are_refused_before_anything_is_noted(officer, people, settings):
    settings.BULK_EDIT_MAX = 2
    with pytest.raises(RuleError) as refused:
        draft(officer)
    assert "最多修改 2 人" in refused.value.messages[0]
    assert BulkEditRow.objects.count() == 0


def test_many_rows_want_their_number_typed(officer, people, monkeypatch):
    monkeypatch.setattr(bulk_edits, "CERTAIN_ABOVE", 2)
    edit = draft(officer)
    for count in (None, 2):
        with pytest.raises(RuleError) as refused:
            bulk_edits.confirm_bulk_edit(edit=edit, count=count, by=officer, hint=False)
        assert refused.value.message_dict == {"count": ["将修改 3 人。请输入 3 以确认。"]}
    bulk_edits.confirm_bulk_edit(edit=edit, count=3, by=officer, hint=False)


def test_nothing_to_write_and_a_second_confirmation_are_refused(officer, people):
    edit = applied(officer)
    with pytest.raises(RuleError):
        bulk_edits.confirm_bulk_edit(edit=edit, count=None, by=officer, hint=False)
    with pytest.raises(RuleError):
        bulk_edits.confirm_bulk_edit(edit=draft(officer), count=None, by=officer, hint=False)


def test_a_job_that_runs_twice_writes_once(officer, people):
    edit = applied(officer)
    Job.objects.filter(key=edit.job_key).update(state="queued", finished_at=None)
    finish(edit)
    assert values("version") == [2, 2, 2]
    assert AuditEntry.objects.filter(action="workers.bulk_edit").count() == 3


def test_undo_ends_after_its_days(officer, people, settings):
    edit = applied(officer)
    BulkEdit.objects.update(applied_at=timezone.now() - dt.timedelta(days=settings.UNDO_DAYS, minutes=1))
    edit.refresh_from_db()
    with pytest.raises(RuleError):
        bulk_edits.request_bulk_undo(edit=edit, by=officer, hint=False)


def test_discarding_forgets_whom_it_was_about(officer, people):
    edit = bulk_edits.discard_bulk_edit(edit=draft(officer), by=officer)
    assert (edit.state, edit.rows.count()) == ("discarded", 0)


def test_from_ticked_rows_to_the_preview(client, officer, people, other_union):
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union))
    client.force_login(officer)
    url = reverse("workers:bulk_edit_create")
    ticked = {"worker": [people[0].pk, people[1].pk, stranger.pk, "x", "9" * 30]}
    assert "要修改的项目" in client.post(url, ticked).content.decode()
    assert "学历改为" in client.post(url, ticked | {"field": "education"}).content.decode()
    refused = client.post(url, ticked | {"field": "education", "value": ""}).content.decode()
    assert "学历是必填项" in refused
    response = client.post(url, ticked | {"field": "education", "value": COLLEGE})
    edit = BulkEdit.objects.get()
    assert response.url == edit.get_absolute_url()
    assert set(edit.rows.values_list("worker", flat=True)) == {people[0].pk, people[1].pk}
    page = client.get(response.url).content.decode()
    assert "写入 2 人" in page
    assert people[0].name in page
    assert client.post(reverse("workers:bulk_edit_apply", args=[edit.pk])).url == edit.get_absolute_url()
    assert "job-progress" in client.get(edit.get_absolute_url()).content.decode()
    finish(edit)
    assert "撤销" in client.get(edit.get_absolute_url()).content.decode()
    client.post(reverse("workers:bulk_edit_undo", args=[edit.pk]))
    finish(edit)
    assert "已恢复" in client.get(edit.get_absolute_url()).content.decode()
    assert "勾选 2 人" in client.get(reverse("workers:bulk_edit_list")).content.decode()


def test_all_matching_are_the_rows_of_the_list_with_its_query(client, officer, people, other_union):
    WorkerFactory(employer=EmployerFactory(union=other_union), sex="2")
    woman = WorkerFactory(employer=people[0].employer, sex="2")
    client.force_login(officer)
    data = {"scope": "all", "query": "sex=2&page=2&after=5", "field": "is_key_post", "value": "yes"}
    client.post(reverse("workers:bulk_edit_create"), data)
    edit = BulkEdit.objects.get()
    assert list(edit.rows.values_list("worker", flat=True)) == [woman.pk]
    assert edit.selection == "全部符合条件的人（性别：女）"
    forged = data | {"query": f"union={other_union.pk}"}
    assert client.post(reverse("workers:bulk_edit_create"), forged).url == reverse("workers:worker_list")
    assert BulkEdit.objects.count() == 1


def test_the_preview_is_narrowed_by_the_value_before(client, officer, people):
    Worker.objects.filter(pk=people[0].pk).update(education="")
    edit = draft(officer)
    client.force_login(officer)
    page = client.get(edit.get_absolute_url(), {"before": ""}).content.decode()
    assert people[0].name in page
    assert people[1].get_absolute_url() not in page
    page = client.get(edit.get_absolute_url(), {"outcome": "unchanged"}).content.decode()
    assert "没有符合条件的人" in page


def test_anothers_edit_is_not_there_and_readers_are_refused(client, officer, clerk, group_member, people):
    edit = draft(officer)
    client.force_login(clerk)
    assert client.get(edit.get_absolute_url()).status_code == 404
    client.force_login(group_member)
    assert client.get(edit.get_absolute_url()).status_code == 403


@pytest.mark.parametrize("name", ["bulk_edit_detail", "bulk_edit_list"])
def test_queries_do_not_grow_with_the_rows(client, officer, firm, name):
    client.force_login(officer)

    def count():
        for _ in range(2):
            with CaptureQueriesContext(connection) as found:
                assert client.get(url).status_code == 200
        return len(found)

    WorkerFactory(employer=firm)
    edit = draft(officer)
    url = edit.get_absolute_url() if name == "bulk_edit_detail" else reverse(f"workers:{name}")
    one = count()
    WorkerFactory.create_batch(2, employer=firm)
    edit.rows.all().delete()
    edit.delete()
    edit = draft(officer)
    draft(officer)
    draft(officer)
    url = edit.get_absolute_url() if name == "bulk_edit_detail" else url
    assert count() == one


def broken(name: str) -> list[str]:
    return dict(INVARIANTS)[name]()


def test_the_invariants_find_rows_that_do_not_add_up(officer, people):
    edit = applied(officer)
    for name in ("bulk edits have the outcomes of their state", "bulk edits are in the audit trail"):
        assert broken(name) == []
    BulkEditRow.objects.filter(worker=people[0]).update(outcome="pending")
    assert broken("bulk edits have the outcomes of their state") == [
        f"BulkEdit {edit.pk} is applied and has rows of another state"
    ]
    assert broken("bulk edits are in the audit trail") == [
        f"BulkEdit {edit.pk}: 2 rows, 3 entries of workers.bulk_edit"
    ]


def test_the_invariants_hold_after_an_undo(officer, people):
    edit = applied(officer)
    edit_worker(worker=people[2], version="2", by=officer, native_place="温州")
    undone(edit, officer)
    assert broken("bulk edits have the outcomes of their state") == []
    assert broken("bulk edits are in the audit trail") == []


def test_a_number_that_was_not_typed_is_asked_for(client, officer, people, monkeypatch):
    monkeypatch.setattr(bulk_edits, "CERTAIN_ABOVE", 2)
    edit = draft(officer)
    client.force_login(officer)
    url = reverse("workers:bulk_edit_apply", args=[edit.pk])
    page = client.post(url, {"count": "2"}, follow=True).content.decode()
    assert "请输入 3 以确认" in page
    assert 'name="count"' in page
    client.post(url, {"count": "3"})
    edit.refresh_from_db()
    assert edit.state == "applying"
