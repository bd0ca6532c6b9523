"""Pages of apprenticeships: the list with its filters and file, one pair, the person picker, the forms."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.exchange.exports import rows_in_file
from tests.factories.talent import ApprenticeshipFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.listings.apprentices import ApprenticeshipListing
from training.models import Apprenticeship

LIST = "training:apprenticeship_list"
NEW = "training:apprenticeship_create"
SAID = {
    "trade": "电工",
    "goal_level": "L3",
    "signed_on": "2026-10-01",
    "start": "2026-10-08",
    "until": "2027-10-07",
}
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def frozen():
    with time_machine.travel(dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def pair(firm):
    apprentice = WorkerFactory(employer=firm, name="试徒乙")
    return ApprenticeshipFactory(apprentice=apprentice, master=WorkerFactory(employer=firm, name="试师甲"))


@pytest.fixture
def overdue(firm):
    return ApprenticeshipFactory(
        apprentice=WorkerFactory(employer=firm), trade="焊工", until=dt.date(2026, 9, 30)
    )


def listed(client, **query):
    return list(client.get(reverse(LIST), query).context["page"])


def test_the_list_shows_what_ends_first_and_filters(client, officer, union, pair, overdue):
    client.force_login(officer)
    ended = ApprenticeshipFactory(
        apprentice=pair.apprentice, master=overdue.master, end=dt.date(2026, 5, 1), outcome="finished"
    )
    coming = ApprenticeshipFactory(
        apprentice=overdue.apprentice, start=dt.date(2026, 12, 1), master=pair.master
    )
    due = ApprenticeshipFactory(apprentice=overdue.apprentice, until=dt.date(2026, 12, 31))
    assert listed(client) == [overdue, due, pair, coming]
    assert listed(client, state="running") == [due, pair]
    assert listed(client, state="due") == [due]
    assert listed(client, state="overdue") == [overdue]
    assert listed(client, state="coming") == [coming]
    assert listed(client, state="finished") == [ended]
    assert len(listed(client, state="all")) == 5
    assert listed(client, trade="焊") == [overdue]
    assert listed(client, union=union.pk, employer=pair.master.employer_id, state="overdue") == [overdue]
    page = client.get(reverse(LIST)).content.decode()
    assert "期满待登记结果" in page
    assert "在带，还有 59 天期满" in page


def test_a_search_finds_masters_and_apprentices_and_is_sealed(client, officer, pair, overdue):
    client.force_login(officer)
    for name in ("试师甲", "试徒乙"):
        answer = client.post(reverse(LIST), {"q": name, "state": "running"})
        assert name not in answer.url
        assert list(client.get(answer.url).context["page"]) == [pair]


def test_the_masters_union_sees_the_pair_and_cannot_change_it(client, other_officer, other_union, pair):
    client.force_login(other_officer)
    assert listed(client, state="all") == []
    for name in ("apprenticeship_detail", "apprenticeship_edit", "apprenticeship_end"):
        assert client.get(reverse(f"training:{name}", args=[pair.pk])).status_code == 404
    master = WorkerFactory(employer=EmployerFactory(union=other_union), name="试师丙")
    Apprenticeship.objects.filter(pk=pair.pk).update(master=master)
    assert listed(client) == [pair]
    page = client.get(pair.get_absolute_url()).content.decode()
    assert master.get_absolute_url() in page
    assert pair.apprentice.get_absolute_url() not in page
    assert client.get(reverse("training:apprenticeship_edit", args=[pair.pk])).status_code == 404


@pytest.mark.parametrize("role", ["group_member", "handler", "sysadmin"])
def test_readers_of_figures_are_refused(client, request, role, pair):
    client.force_login(request.getfixturevalue(role))
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(pair.get_absolute_url()).status_code == 403


def test_pages_ask_as_often_for_three_pairs_as_for_one(client, officer, firm, pair):
    client.force_login(officer)
    addresses = [reverse(LIST), reverse("training:worker_talent", args=[pair.apprentice_id])]
    counts = []
    for more in (2, 0):
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as found:
                client.get(address)
            counts.append(len(found))
        for _ in range(more):
            ApprenticeshipFactory(apprentice=pair.apprentice)
    assert counts[:2] == counts[2:]


def test_the_file_holds_the_rows_of_the_page(officer, pair, overdue):
    usual = [column.key for column in ApprenticeshipListing.columns if column.shown]
    (row,) = rows_in_file(officer, "apprenticeships", "state=running")
    told = dict(zip(usual, row, strict=True))
    assert (told["apprentice"], told["master"], told["goal_level"]) == ("试徒乙", "试师甲", "中级工(四级)")
    assert (told["standing"], told["master_load"]) == ("在带", 1)


def test_a_pair_is_entered_by_names_that_stand_in_no_address(client, officer, firm):
    master, apprentice = (WorkerFactory(employer=firm, name=name) for name in ("试师甲", "试徒乙"))
    client.force_login(officer)
    said = SAID | {"master": "试师甲", "apprentice": apprentice.documents.get().number, "once": "k" * 24}
    answers = [client.post(reverse(NEW), said) for _ in range(2)]
    pair = Apprenticeship.objects.get()
    assert (pair.master, pair.apprentice) == (master, apprentice)
    assert [answer.url for answer in answers] == [pair.get_absolute_url()] * 2
    page = client.get(pair.get_absolute_url()).content.decode()
    assert "师傅现带徒弟" in page
    errors = client.post(reverse(NEW), {"once": "j" * 24}).context["form"].errors
    assert errors.keys() == {"master", "apprentice", "trade", "signed_on", "start", "until"}


def test_who_is_meant_is_asked_where_a_name_means_several(client, officer, firm, other_union):
    first, second = (WorkerFactory(employer=firm, name="试同名") for _ in range(2))
    WorkerFactory(employer=EmployerFactory(union=other_union), name="试外厂")
    apprentice = WorkerFactory(employer=firm, name="试徒乙")
    client.force_login(officer)
    address = reverse("training:worker_apprenticeship_create", args=[apprentice.pk])
    form = client.post(address, SAID | {"master": "试同名"}).context["form"]
    assert "有 2 人符合" in form.errors["master"][0]
    assert [key for key, _ in form.fields["master_choice"].choices] == ["", str(first.pk), str(second.pk)]
    assert list(form.fields)[:2] == ["master", "master_choice"]
    for text, part in (
        ("试外厂", "没有找到此人"),
        ("试师甲\n试徒乙", "请只填一个人"),
        ("查无此人", "没有找到此人"),
    ):
        form = client.post(address, SAID | {"master": text}).context["form"]
        assert part in form.errors["master"][0]
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union))
    forged = client.post(address, SAID | {"master": "试同名", "master_choice": str(stranger.pk)})
    assert forged.status_code == 200
    client.post(address, SAID | {"master": "试同名", "master_choice": str(second.pk)})
    assert Apprenticeship.objects.get().master == second


def test_the_page_of_a_person_shows_the_pairs_of_either_side(client, officer, pair, overdue):
    client.force_login(officer)
    part = reverse("training:worker_talent", args=[pair.master_id])
    assert part in client.get(pair.master.get_absolute_url()).content.decode()
    assert "带徒弟 试徒乙" in client.get(part).content.decode()
    other = client.get(reverse("training:worker_talent", args=[pair.apprentice_id])).content.decode()
    assert "师傅 试师甲" in other
    assert reverse("training:worker_apprenticeship_create", args=[pair.apprentice_id]) in other


def test_a_pair_is_corrected_ended_and_reopened(client, officer, pair):
    client.force_login(officer)
    edit = reverse("training:apprenticeship_edit", args=[pair.pk])
    form = client.get(edit).context["form"]
    said = {name: form[name].value() or "" for name in form.fields} | {"goal": "独立调试"}
    assert client.post(edit, said).url == pair.get_absolute_url()
    assert "已被其他人修改" in str(client.post(edit, said).context["form"].errors)
    end = reverse("training:apprenticeship_end", args=[pair.pk])
    pair.refresh_from_db()
    said = {"version": str(pair.version), "outcome": "unfinished", "end": "2026-11-02"}
    assert client.post(end, said).context["form"].errors.keys() == {"note"}
    assert client.post(end, said | {"note": "徒弟调离岗位"}).url == pair.get_absolute_url()
    page = client.get(pair.get_absolute_url()).content.decode()
    assert "徒弟调离岗位" in page
    assert edit not in page
    reopen = reverse("training:apprenticeship_reopen", args=[pair.pk])
    assert reopen in page
    pair.refresh_from_db()
    said = {"version": str(pair.version), "note": "登记错了人"}
    assert client.post(reopen, said).url == pair.get_absolute_url()
    pair.refresh_from_db()
    assert (pair.outcome, pair.goal) == ("", "独立调试")
