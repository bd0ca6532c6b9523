"""Editing, replacing documents, jobs and revealing."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number
from workers import services
from workers.invariants import INVARIANTS
from workers.models import Standing, Worker
from workers.rules import ELSEWHERE, KnownPerson

MAN, OTHER_MAN = "330382199001010015", "330382199001010031"
MARCH = dt.date(2024, 3, 1)


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union), document=MAN, phone_number="13900000001")


def violations():
    return [text for title, check in INVARIANTS for text in check()]


def test_an_edit_changes_what_is_given_and_is_recorded(officer, worker):
    edited = services.edit_worker(
        worker=worker, version="1", by=officer, name="试曾乐", education="21", phone="13900000002"
    )

    assert (edited.name, edited.initials, edited.education, edited.version) == ("试曾乐", "scl", "21", 2)
    assert (edited.phone, edited.phone_tail, edited.ethnicity) == ("13900000002", "0002", "01")
    assert violations() == []
    changes = AuditEntry.objects.get(action="workers.edit").details["changes"]
    assert changes["education"] == ["60", "21"]
    assert changes["phone"] == "（已变更，加密保存）"
    assert "13900000002" not in str(changes)


def test_a_stale_version_is_refused(officer, worker):
    services.edit_worker(worker=worker, version="1", by=officer, native_place="浙江乐清")
    with pytest.raises(RuleError) as error:
        services.edit_worker(worker=worker, version="1", by=officer, native_place="浙江温州")
    assert error.value.code == "stale"
    worker.refresh_from_db()
    assert worker.native_place == "浙江乐清"


def test_birth_date_and_sex_must_fit_the_document(officer, worker):
    with pytest.raises(RuleError) as error:
        services.edit_worker(worker=worker, version="1", by=officer, sex="2", birth_date=dt.date(1990, 2, 1))
    assert set(error.value.message_dict) == {"sex", "birth_date"}
    worker.refresh_from_db()
    assert (worker.sex, worker.version) == ("1", 1)


def test_a_renewed_card_is_the_same_person_and_the_old_number_stays(officer, worker):
    services.replace_document(worker=worker, doc_type="111", number=OTHER_MAN, on=MARCH, by=officer)

    rows = worker.documents.order_by("pk").values_list("number", "is_current", "replaced_on")
    assert list(rows) == [(MAN, False, MARCH), (OTHER_MAN, True, None)]
    assert violations() == []
    details = AuditEntry.objects.get(action="workers.replace").details
    assert OTHER_MAN not in str(details)
    services.replace_document(worker=worker, doc_type="111", number=MAN, on=MARCH, by=officer)
    assert list(worker.documents.filter(is_current=True).values_list("number", flat=True)) == [MAN]
    assert worker.documents.count() == 2


def test_replacing_refuses_the_same_the_foreign_and_the_contradicting_number(
    officer, clerk, worker, other_union
):
    with pytest.raises(RuleError, match="与现用证件的号码相同"):
        services.replace_document(worker=worker, doc_type="111", number=MAN, on=MARCH, by=officer)
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union), document=OTHER_MAN)
    with pytest.raises(RuleError) as error:
        services.replace_document(worker=worker, doc_type="111", number=OTHER_MAN, on=MARCH, by=officer)
    assert error.value.message_dict == {"number": [ELSEWHERE]}
    with pytest.raises(KnownPerson) as known:
        services.replace_document(worker=worker, doc_type="111", number=OTHER_MAN, on=MARCH, by=clerk)
    assert known.value.worker == stranger
    woman = citizen_number(birth=dt.date(1990, 1, 1), sequence=2)
    with pytest.raises(RuleError, match="性别"):
        services.replace_document(worker=worker, doc_type="111", number=woman, on=MARCH, by=officer)
    assert worker.documents.count() == 1


def test_a_second_job_does_not_move_the_membership(officer, union, worker):
    first = worker.employer
    second = EmployerFactory(union=union)
    services.start_employment(worker=worker, employer=second, start=MARCH, by=officer)
    worker.refresh_from_db()
    assert (worker.employments.filter(end=None).count(), worker.employer, worker.union) == (2, second, union)
    services.end_employment(
        employment=worker.employments.get(employer=second), end=dt.date(2024, 4, 1), by=officer
    )
    worker.refresh_from_db()
    assert (worker.employer, worker.standing) == (first, Standing.MEMBER)
    assert violations() == []


def test_jobs_are_refused_twice_at_one_firm_to_come_or_backwards(officer, worker):
    with pytest.raises(ValidationError, match="该职工在此期间已登记在同一单位就业"):
        services.start_employment(worker=worker, employer=worker.employer, start=MARCH, by=officer)
    job = worker.employments.get()
    for end, message in (
        (dt.date(2999, 1, 1), "不能晚于今天，现填 2999-01-01"),
        (job.start, "离职日期应晚于入职日期"),
    ):
        with pytest.raises(RuleError, match=message):
            services.end_employment(employment=job, end=end, by=officer)
    services.end_employment(employment=job, end=MARCH, by=officer)
    with pytest.raises(RuleError, match="已登记于 2024-03-01 离职"):
        services.end_employment(employment=job, end=dt.date(2024, 5, 1), by=officer)


def test_a_closed_firm_takes_nobody(officer, union, worker):
    closed = EmployerFactory(union=union, covered=False, closed_on=MARCH)
    with pytest.raises(RuleError, match="已于 2024-03-01 关停"):
        services.start_employment(worker=worker, employer=closed, start=MARCH, by=officer)


def test_an_employee_who_never_joined_leaves_the_roll_with_the_job(officer, union):
    worker = WorkerFactory(employer=EmployerFactory(union=union), member=False)
    services.end_employment(employment=worker.employments.get(), end=MARCH, by=officer)
    worker.refresh_from_db()
    assert (worker.standing, worker.employer) == (Standing.LEFT, None)
    assert not Worker.objects.on_roll().exists()


def test_revealing_is_logged_with_its_reason(officer, worker):
    number = services.reveal_number(
        worker=worker, what="number", reason="办理住院慰问，核对证件", by=officer, ip="192.0.2.7"
    )
    assert number == MAN
    assert (
        services.reveal_number(worker=worker, what="phone", reason="通知参加体检", by=officer)
        == "13900000001"
    )
    first = AuditEntry.objects.filter(action="workers.reveal").order_by("pk").first()
    assert (first.category, first.object_id, first.ip) == ("access", worker.pk, "192.0.2.7")
    assert first.details == {"field": "number", "reason": "办理住院慰问，核对证件"}


@pytest.mark.parametrize(
    ("reason", "part"), [("", "请写明事由"), ("看看", "请写明事由"), ("核对330382", "不要写证件号码")]
)
def test_a_poor_reason_reveals_nothing(officer, worker, reason, part):
    with pytest.raises(RuleError, match=part):
        services.reveal_number(worker=worker, what="number", reason=reason, by=officer)
    assert not AuditEntry.objects.filter(action="workers.reveal").exists()


@pytest.mark.parametrize("actor", ["other_officer", "group_member", "handler", "auditor"])
def test_nobody_changes_or_sees_a_person_out_of_reach(request, worker, actor):
    by = request.getfixturevalue(actor)
    calls = [
        lambda: services.edit_worker(worker=worker, version="1", by=by, native_place="浙江"),
        lambda: services.replace_document(worker=worker, doc_type="111", number=OTHER_MAN, on=MARCH, by=by),
        lambda: services.start_employment(worker=worker, employer=worker.employer, start=MARCH, by=by),
        lambda: services.end_employment(employment=worker.employments.get(), end=MARCH, by=by),
        lambda: services.change_membership(worker=worker, change="6", on=MARCH, reason="5", by=by),
        lambda: services.reveal_number(worker=worker, what="number", reason="核对证件信息", by=by),
    ]
    for call in calls:
        with pytest.raises(PermissionDenied):
            call()
    worker.refresh_from_db()
    assert (worker.version, worker.standing, worker.native_place) == (1, Standing.MEMBER, "")
    assert AuditEntry.objects.count() == 0
