"""Correcting the facts of a running job, and the two flags that the plan counts by."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from core import coding
from core.errors import RuleError
from core.models import Code, Definition
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from workers import services
from workers.invariants import INVARIANTS
from workers.models import Employment, Worker

pytestmark = pytest.mark.django_db
MARCH = dt.date(2024, 3, 1)


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union))


@pytest.fixture
def job(worker):
    return worker.employments.select_related("employer").get()


def address(job):
    return reverse("workers:employment_edit", args=[job.worker_id, job.pk])


def edit(job, by, version="1", **facts):
    return services.edit_employment(employment=job, version=version, by=by, **facts)


def faults(error):
    return getattr(error.value, "message_dict", {"": error.value.messages})


def test_the_facts_of_a_running_job_are_corrected_and_told(client, officer, worker, job):
    client.force_login(officer)
    data = {
        "version": "1", "start": "２０２１／５／６", "form": "30", "occupation": " 焊\u200b工 ", "team": "一班",
        "staff_number": "Ｄ０１",
    }  # fmt: skip
    assert client.post(address(job), data).url == worker.get_absolute_url()
    job.refresh_from_db()
    assert (job.start, job.form, job.occupation, job.team, job.staff_number) == (
        dt.date(2021, 5, 6), "30", "焊工", "一班", "D01",
    )  # fmt: skip
    worker.refresh_from_db()
    assert worker.version == 2
    entry = AuditEntry.objects.get(action="workers.job_edit")
    assert entry.details["changes"]["form"] == ["", "30"]
    assert (entry.object_id, entry.union_id) == (worker.pk, worker.union_id)
    page = client.get(worker.get_absolute_url()).content.decode()
    assert "用工形式：（空） → 劳务派遣" in page
    assert "入职日期：2021-05-01 → 2021-05-06" in page
    assert [text for _, check in INVARIANTS for text in check()] == []


def test_saving_the_same_again_leaves_no_trace(officer, worker, job):
    edit(job, officer, occupation="", start=job.start)
    worker.refresh_from_db()
    assert (worker.version, AuditEntry.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("facts", "field", "part"),
    [
        ({"start": dt.date(2999, 1, 1)}, "start", "不能晚于今天，现填 2999-01-01"),
        ({"form": "77"}, "form", "没有代码为“77”的选项"),
        ({"occupation": "焊" * 51}, "occupation", "最多 50 个字，现有 51 个字"),
        ({"staff_number": "1" * 31}, "staff_number", "最多 30 个字"),
        ({"team": "一\ue000班"}, "team", "无法识别的字符"),
    ],
)
def test_a_refusal_names_its_field_and_changes_nothing(officer, job, facts, field, part):
    with pytest.raises(RuleError) as error:
        edit(job, officer, **facts)
    assert list(faults(error)) == [field]
    assert part in faults(error)[field][0]
    stored = Employment.objects.get(pk=job.pk)
    assert (stored.start, stored.form, stored.occupation) == (job.start, job.form, job.occupation)
    assert AuditEntry.objects.count() == 0


def test_a_withdrawn_form_of_employment_stays_where_it_is_and_goes_nowhere_else(
    client, officer, clerk, worker, job
):
    Employment.objects.filter(pk=job.pk).update(form="40")
    code = Code.objects.get(table="employment_form", code="40")
    coding.withdraw_code(code=code, version="1", on=timezone.localdate(), by=clerk)
    client.force_login(officer)
    assert '<option value="40" selected>' in client.get(address(job)).content.decode()
    job.refresh_from_db()
    edit(job, officer, form="40", team="二班")
    other = WorkerFactory(employer=job.employer).employments.get()
    with pytest.raises(RuleError, match=r"“业务外包人员”已于 .* 停用"):
        edit(other, officer, form="40")
    assert '<option value="40"' not in client.get(address(other)).content.decode()


def test_a_start_inside_a_former_job_at_the_firm_or_after_its_closing_is_refused(officer, worker, job):
    Employment.objects.create(
        worker=worker, employer=job.employer, start=dt.date(2018, 1, 1), end=dt.date(2019, 1, 1)
    )
    with pytest.raises(ValidationError, match="该职工在此期间已登记在同一单位就业"):
        edit(job, officer, start=dt.date(2018, 6, 1))
    job.employer.closed_on = MARCH
    job.employer.save()
    with pytest.raises(RuleError, match="该单位已于 2024-03-01 关停"):
        edit(job, officer, start=MARCH)


def test_an_ended_job_is_history(client, officer, worker, job):
    services.end_employment(employment=job, end=MARCH, by=officer)
    with pytest.raises(RuleError, match="已登记于 2024-03-01 离职"):
        edit(job, officer, team="二班")
    client.force_login(officer)
    assert client.get(address(job)).status_code == 404


def test_somebody_who_was_faster_is_not_overwritten(client, officer, worker, job):
    Worker.objects.filter(pk=worker.pk).update(version=4)
    client.force_login(officer)
    response = client.post(address(job), {"version": "1", "team": "二班"})
    assert response.status_code == 200
    assert "已被其他人修改" in response.content.decode()
    job.refresh_from_db()
    assert job.team == ""


def test_a_job_of_another_person_or_union_is_not_found(client, officer, other_officer, worker, job):
    client.force_login(other_officer)
    assert client.get(address(job)).status_code == 404
    other = WorkerFactory(employer=job.employer)
    client.force_login(officer)
    wrong = reverse("workers:employment_edit", args=[other.pk, job.pk])
    assert client.post(wrong, {"version": "1", "team": "二班"}).status_code == 404
    with pytest.raises(PermissionDenied):
        edit(job, other_officer, team="二班")


@pytest.mark.parametrize(("said", "stored"), [("yes", True), ("no", False), ("", None)])
def test_key_post_and_industrial_worker_are_yes_no_or_not_said(client, officer, worker, said, stored):
    client.force_login(officer)
    url = reverse("workers:worker_edit", args=[worker.pk])
    form = client.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields if name != "confirmed"}
    data |= {"is_key_post": said, "is_industrial": said}
    assert client.post(url, data).status_code == 302
    worker.refresh_from_db()
    assert (worker.is_key_post, worker.is_industrial) == (stored, stored)
    shown = client.get(url).context["form"]
    assert (shown["is_key_post"].value() or "") == said
    page = client.get(worker.get_absolute_url()).content.decode()
    if stored is not None:
        assert f"关键岗位：（空） → {'是' if stored else '否'}" in page


def test_the_rule_stands_beside_its_field_as_text_not_markup(client, officer, worker):
    Definition.objects.create(
        code="key_post", title="关键岗位", text="<script>alert(1)</script>清单所列", valid_from=MARCH
    )
    client.force_login(officer)
    for url in (reverse("workers:worker_create"), reverse("workers:worker_edit", args=[worker.pk])):
        page = client.get(url).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;清单所列" in page
        assert "认定规则（2024-03-01 起）" in page
        assert "一线工作" in page


def test_a_person_cannot_be_given_an_unknown_or_withdrawn_code(officer, clerk, worker):
    code = Code.objects.get(table="household_type", code="7")
    coding.withdraw_code(code=code, version="1", on=timezone.localdate(), by=clerk)
    for value, part in (("7", "“暂住人口”已于"), ("99", "没有代码为“99”的选项")):
        with pytest.raises(RuleError, match=part):
            services.edit_worker(worker=worker, version="1", by=officer, household_type=value)
    Worker.objects.filter(pk=worker.pk).update(household_type="7")
    services.edit_worker(worker=worker, version="1", by=officer, household_type="7", native_place="浙江")
    worker.refresh_from_db()
    assert (worker.household_type, worker.native_place) == ("7", "浙江")
