"""Pages of the roll: works, foreign union 404, reader refused, bad input, flat queries, nothing unmasked."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number
from workers.models import Standing, Worker
from workers.rules import ELSEWHERE

BORN = dt.date(1972, 8, 15)
MAN, OTHER_MAN = citizen_number(birth=BORN, sequence=361), citizen_number(birth=BORN, sequence=363)
WRONG = MAN[:-1] + ("1" if MAN[-1] != "1" else "2")
PHONE = "13800001234"
LIST = "workers:worker_list"
OF_ONE = ["workers:worker_detail", "workers:worker_reveal", "workers:worker_edit", "workers:membership_change",
          "workers:document_replace", "workers:employment_create"]  # fmt: skip


@pytest.fixture
def worker(union):
    firm = EmployerFactory(union=union)
    return WorkerFactory(employer=firm, name="试丙丁", document=MAN, phone_number=PHONE, birth_date=BORN)


def address(name, worker):
    return reverse(name, args=[worker.pk])


def found(response):
    return [row.name for row in response.context["page"]]


def without_token(response):
    return re.sub(r"[A-Za-z0-9]{64}", "", response.content.decode())


def queries_of(client, url):
    with CaptureQueriesContext(connection) as seen:
        response = client.get(url)
    assert response.status_code == 200
    return len(seen), response


@pytest.mark.parametrize("name", OF_ONE)
def test_pages_of_a_person_open_for_the_officer(client, officer, worker, name):
    client.force_login(officer)
    page = client.get(address(name, worker))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    assert MAN not in text
    assert PHONE not in text


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", OF_ONE)
def test_a_person_of_a_foreign_union_does_not_exist(client, other_officer, worker, name, method):
    client.force_login(other_officer)
    foreign = getattr(client, method)(address(name, worker))
    missing = getattr(client, method)(reverse(name, args=[worker.pk + 10_000]))
    expected = 405 if (method, name) == ("post", "workers:worker_detail") else 404
    assert (foreign.status_code, missing.status_code) == (expected, expected)
    assert without_token(foreign) == without_token(missing)


@pytest.mark.parametrize("actor", ["group_member", "handler", "sysadmin", "secadmin", "auditor"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_roles_without_the_roll_are_refused(request, client, worker, actor, method):
    client.force_login(request.getfixturevalue(actor))
    for url in [reverse(LIST), reverse("workers:worker_create"), *(address(name, worker) for name in OF_ONE)]:
        assert getattr(client, method)(url).status_code == 403


def test_a_list_holds_the_own_union_only(client, officer, worker, other_union):
    WorkerFactory(name="试外人", employer=EmployerFactory(union=other_union))
    client.force_login(officer)
    page = client.get(reverse(LIST))
    assert found(page) == ["试丙丁"]
    assert "试外人" not in page.content.decode()


def test_a_federation_officer_sees_the_unions_below(client, federation_officer, worker, other_union):
    WorkerFactory(employer=EmployerFactory(union=other_union))
    client.force_login(federation_officer)
    assert found(client.get(reverse(LIST))) == ["试丙丁"]


def test_numbers_are_masked_in_lists_and_on_the_page_with_the_birth_date(client, officer, worker):
    client.force_login(officer)
    listed = client.get(reverse(LIST)).content.decode()
    assert f"••••••••••••••••{MAN[-2:]}" in listed
    assert MAN[-4:] not in listed
    assert "•••••••1234" in listed
    assert "1972" not in listed
    page = client.get(worker.get_absolute_url()).content.decode()
    assert f"••••••••••••••••{MAN[-2:]}" in page
    assert "1972-08-15" in page
    assert MAN[-4:] not in page


def test_lists_ask_the_same_number_of_queries_for_one_row_and_three(client, officer, worker):
    client.force_login(officer)
    client.get(reverse(LIST))
    one, _ = queries_of(client, reverse(LIST))
    WorkerFactory.create_batch(2, employer=worker.employer)
    three, page = queries_of(client, reverse(LIST))
    assert (three, len(page.context["page"])) == (one, 3)


def test_a_person_page_asks_the_same_number_of_queries_for_one_row_and_three(client, officer, clerk, worker):
    client.force_login(officer)
    url = worker.get_absolute_url()
    AuditEntry.objects.create(action="workers.edit", object_type="workers.worker", object_id=worker.pk,
                              actor=officer, details={"changes": {"union": [None, worker.union_id]}})  # fmt: skip
    client.get(url)
    one, _ = queries_of(client, url)
    for number in (1, 2):
        AuditEntry.objects.create(
            action="workers.edit", object_type="workers.worker", object_id=worker.pk, actor=clerk,
            details={"changes": {"union": [None, worker.union_id], "education": ["60", "21"]}},
        )  # fmt: skip
        firm = EmployerFactory(union=worker.union)
        worker.employments.create(employer=firm, start=dt.date(2000, 1, 1), end=dt.date(2000, 1, 1 + number))
    three, page = queries_of(client, url)
    assert three == one
    assert page.context["history"][0].changes == [
        ("所属工会", "（空）", worker.union.name),
        ("学历", "普通高级中学教育", "大学本科毕业"),
    ]


def search(client, text, **filters):
    """Post the box, follow to the sealed address; the address must not show the text."""
    response = client.post(reverse(LIST), {"q": text, **filters})
    assert response.status_code == 302
    assert text not in response.url
    return client.get(response.url)


@pytest.mark.parametrize("text", ["丙丁", "sbd", "shibing", PHONE, "1234", MAN[-4:], MAN])
def test_the_box_finds_and_keeps_the_text_out_of_the_address(client, officer, worker, text):
    WorkerFactory(name="王外", employer=worker.employer)
    client.force_login(officer)
    page = search(client, text)
    assert found(page) == ["试丙丁"]
    assert page.context["text"] == text
    assert found(search(client, text, standing="retained")) == []


def test_a_search_that_cannot_be_read_says_what_can(client, officer, worker):
    client.force_login(officer)
    page = search(client, "%")
    assert found(page) == []
    assert "请输入姓名、姓名拼音、工号、11 位手机号" in page.content.decode()
    assert found(client.get(reverse(LIST), {"find": "forged"})) == []


def test_a_search_stays_inside_the_own_union(client, officer, worker, other_union):
    WorkerFactory(name="试丙戊", employer=EmployerFactory(union=other_union), phone_number="13800005678")
    client.force_login(officer)
    assert found(search(client, "试丙")) == ["试丙丁"]
    assert found(search(client, "13800005678")) == []


def test_filters(client, clerk, union, worker, other_union):
    today = timezone.localdate()
    young = WorkerFactory(
        name="试年轻", employer=EmployerFactory(union=other_union), sex="2", education="21", skill_level="L4",
        political="01", birth_date=today.replace(year=today.year - 30, day=1), joined_on=dt.date(2025, 1, 1),
    )  # fmt: skip
    left = WorkerFactory(name="试离会", employer=worker.employer)
    Worker.objects.filter(pk=left.pk).update(standing=Standing.LEFT, member_since=None)
    client.force_login(clerk)

    def rows(**query):
        return set(found(client.get(reverse(LIST), query)))

    both = {"试丙丁", "试年轻"}
    assert rows() == both
    assert rows(standing="left") == {"试离会"}
    assert rows(standing="all") == both | {"试离会"}
    assert rows(union=union.pk) == {"试丙丁"}
    assert rows(union=union.parent_id) == {"试丙丁"}
    assert rows(employer=young.employer_id) == {"试年轻"}
    assert (
        rows(sex="2") == rows(education="21") == rows(skill_level="L4") == rows(political="01") == {"试年轻"}
    )
    assert rows(age_from="30", age_to="30") == {"试年轻"}
    assert rows(age_from="31") == {"试丙丁"}
    assert rows(joined_from="2024-01-01") == {"试年轻"}
    assert rows(joined_to="2024-01-01") == {"试丙丁"}


def test_a_filter_out_of_reach_or_senseless_is_told(client, officer, worker, other_union):
    client.force_login(officer)
    page = client.get(reverse(LIST), {"union": other_union.pk, "age_from": "x", "joined_from": "昨天"})
    assert set(page.context["filter"].form.errors) == {"union", "age_from", "joined_from"}


def form_of(worker, **facts):
    given = {
        "name": "试新人", "sex": "1", "birth_date": "1972-08-15", "ethnicity": "01", "political": "13", "phone": "13800009999",
        "education": "60", "skill_level": "L0", "employment_status": "1", "household_type": "2",
        "doc_type": "111", "number": OTHER_MAN, "union": worker.union_id, "employer": worker.employer_id,
        "join_change": "1", "joined_on": "2024-06-01", "is_migrant": "yes",
    }  # fmt: skip
    return {**given, **facts}


def test_registering_by_form(client, officer, worker):
    client.force_login(officer)
    assert client.get(reverse("workers:worker_create")).context["form"].initial["union"] == worker.union_id
    response = client.post(reverse("workers:worker_create"), form_of(worker))
    new = Worker.objects.get(name="试新人")
    assert (response.status_code, response.url) == (302, new.get_absolute_url())
    assert (new.standing, new.is_migrant, new.employer) == (Standing.MEMBER, True, worker.employer)


def test_faults_stand_at_their_fields_and_the_typed_text_stays(client, officer, worker):
    client.force_login(officer)
    data = form_of(worker, number=WRONG, phone="123", name="试(新)", joined_on="")
    form = client.post(reverse("workers:worker_create"), data).context["form"]
    assert list(form.errors) == ["joined_on"]
    form = client.post(reverse("workers:worker_create"), {**data, "joined_on": "2024-06-01"}).context["form"]
    assert set(form.errors) == {"phone", "name"}
    form = client.post(reverse("workers:worker_create"), form_of(worker, number=WRONG)).context["form"]
    assert form.errors == {
        "number": [
            "号码的校验码不符，至少有一位填错。请对照证件原件逐位核对。（所填：330*************"
            + f"{WRONG[-2:]}）"
        ]
    }
    assert form["number"].value() == WRONG
    empty = client.post(reverse("workers:worker_create"), {"name": ""}).context["form"]
    assert {"name", "number", "doc_type", "union", "phone", "ethnicity"} <= set(empty.errors)
    assert Worker.objects.count() == 1


def test_an_unlikely_age_asks_for_a_tick(client, officer, worker):
    client.force_login(officer)
    number = citizen_number(birth=dt.date(1940, 1, 1), sequence=361)
    data = form_of(worker, number=number, birth_date="1940-01-01")
    page = client.post(reverse("workers:worker_create"), data)
    assert 'name="confirmed"' in page.content.decode()
    assert "超过 70 周岁" in page.content.decode()
    assert client.post(reverse("workers:worker_create"), {**data, "confirmed": "on"}).status_code == 302


def test_a_known_person_is_linked_inside_and_hidden_outside(
    client, officer, other_officer, other_union, worker
):
    client.force_login(officer)
    page = client.post(reverse("workers:worker_create"), form_of(worker, number=MAN)).content.decode()
    assert worker.get_absolute_url() in page
    client.force_login(other_officer)
    data = form_of(worker, number=MAN, union=other_union.pk, employer="")
    page = client.post(reverse("workers:worker_create"), data)
    assert page.context["form"].errors == {"number": [ELSEWHERE]}
    text = page.content.decode()
    assert not any(hint in text for hint in (worker.name, worker.get_absolute_url(), worker.union.name))
    assert AuditEntry.objects.get(action="workers.conflict").details == {"worker": worker.pk}


def edit_form(worker, **facts):
    return {**form_of(worker), "name": worker.name, "phone": "", "version": str(worker.version), **facts}


def test_editing_by_form_keeps_a_phone_that_was_not_typed(client, officer, worker):
    client.force_login(officer)
    response = client.post(address("workers:worker_edit", worker), edit_form(worker, native_place="浙江乐清"))
    assert response.status_code == 302
    worker.refresh_from_db()
    assert (worker.native_place, worker.phone, worker.version) == ("浙江乐清", PHONE, 2)


def test_a_stale_form_shows_both_versions_and_saves_knowingly(client, officer, worker):
    client.force_login(officer)
    Worker.objects.filter(pk=worker.pk).update(version=5, native_place="浙江温州", education="21")
    page = client.post(address("workers:worker_edit", worker), edit_form(worker, native_place="浙江乐清"))
    rows = {label: (typed, stored) for label, typed, stored in page.context["conflict"]}
    assert rows["籍贯"] == ("浙江乐清", "浙江温州")
    assert set(rows) == {"籍贯", "学历", "是否农民工"}
    assert 'name="version" value="5"' in page.content.decode()
    data = edit_form(worker, native_place="浙江乐清", version="5")
    assert client.post(address("workers:worker_edit", worker), data).status_code == 302


def test_a_membership_changes_by_form(client, officer, worker):
    client.force_login(officer)
    url = address("workers:membership_change", worker)
    bad = client.post(url, {"change": "6", "on": "2021-01-01", "reason": "5"})
    assert bad.context["form"].errors == {"on": ["日期应晚于现有会籍的起始日期 2021-06-01"]}
    assert (
        client.post(url, {"change": "6", "on": "2024-01-01", "reason": "5", "once": "k"}).status_code == 302
    )
    assert (
        client.post(url, {"change": "6", "on": "2024-01-01", "reason": "5", "once": "k"}).status_code == 302
    )
    worker.refresh_from_db()
    assert (worker.standing, worker.memberships.count()) == (Standing.LEFT, 1)
    history = client.get(worker.get_absolute_url()).context["history"]
    assert "退会" in history[0].notes


def test_a_foreign_union_is_no_choice_for_a_transfer(client, officer, worker, other_union):
    client.force_login(officer)
    data = {"change": "2", "on": "2024-01-01", "union": other_union.pk}
    form = client.post(address("workers:membership_change", worker), data).context["form"]
    assert list(form.errors) == ["union"]


def test_a_document_and_a_job_change_by_form(client, officer, worker):
    client.force_login(officer)
    data = {"doc_type": "111", "number": OTHER_MAN, "on": "2024-01-01"}
    assert client.post(address("workers:document_replace", worker), data).status_code == 302
    assert worker.documents.get(is_current=True).number == OTHER_MAN
    job = worker.employments.get()
    end = reverse("workers:employment_end", args=[worker.pk, job.pk])
    assert client.get(end).status_code == 200
    assert list(client.post(end, {"end": "2001-01-01"}).context["form"].errors) == ["end"]
    assert client.post(end, {"end": "2024-01-01"}).status_code == 302
    firm = EmployerFactory(union=worker.union)
    data = {"employer": firm.pk, "start": "2024-02-01", "occupation": "钳工"}
    assert client.post(address("workers:employment_create", worker), data).status_code == 302
    worker.refresh_from_db()
    assert worker.employer == firm


def test_a_job_of_somebody_else_is_404(client, officer, worker):
    other = WorkerFactory(employer=worker.employer)
    client.force_login(officer)
    url = reverse("workers:employment_end", args=[worker.pk, other.employments.get().pk])
    assert client.post(url, {"end": "2024-01-01"}).status_code == 404


def test_revealing_shows_the_number_in_the_page_only(client, officer, worker):
    client.force_login(officer)
    url = address("workers:worker_reveal", worker)
    refused = client.post(url, {"what": "number", "reason": "看"})
    assert list(refused.context["form"].errors) == ["reason"]
    assert MAN not in refused.content.decode()
    page = client.post(url, {"what": "number", "reason": "办理住院慰问"})
    assert MAN in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert MAN not in client.get(url).content.decode()
    entry = AuditEntry.objects.get(action="workers.reveal")
    assert (entry.actor, entry.details["reason"]) == (officer, "办理住院慰问")


def test_revealing_needs_a_fresh_sign_in(client, officer, worker):
    officer.set_password("correct horse battery")
    officer.save()
    client.force_login(officer)
    response = client.post(
        address("workers:worker_reveal", worker), {"what": "number", "reason": "办理住院慰问"}
    )
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_reauthenticate"))
    assert not AuditEntry.objects.filter(action="workers.reveal").exists()


def test_a_long_select_of_firms_writes_the_chosen_one_only(client, officer, worker):
    firms = [EmployerFactory(union=worker.union) for _ in range(3)]
    client.force_login(officer)
    page = client.get(reverse(LIST), {"employer": firms[1].pk}).content.decode()
    assert [firm.name in page for firm in firms] == [False, True, False]
    assert f'value="{firms[1].pk}" selected' in page
    assert client.get(reverse(LIST), {"employer": "x"}).context["filter"].form.errors
