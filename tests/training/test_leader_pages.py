"""Pages of skill leaders: the list with its filters and file, one appointment, decisions, and the paying page."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.exchange.exports import rows_in_file
from tests.factories.talent import AllowanceFactory, LeaderFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.listings.leaders import LeaderListing
from training.models import AllowancePayment, SkillLeader

LIST, PAY = "training:leader_list", "training:allowance_pay"
SAID = {"trade": "电工", "team": "装配一班", "start": "2026-03-15", "until": "2027-03-14", "allowance": "300"}
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def frozen():
    with time_machine.travel(dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def leader(firm):
    return LeaderFactory(worker=WorkerFactory(employer=firm, name="试领甲"))


def made(firm, **facts):
    return LeaderFactory(worker=WorkerFactory(employer=firm), **facts)


def listed(client, **query):
    return list(client.get(reverse(LIST), query).context["page"])


def test_the_list_shows_whose_term_ends_first_and_filters(client, officer, firm, leader):
    ending = made(firm, end=dt.date(2026, 12, 31), trade="焊工")
    ended = made(firm, end=dt.date(2026, 11, 2))
    proposed, refused = made(firm, state="proposed"), made(firm, state="refused")
    coming = made(firm, start=dt.date(2027, 1, 1))
    client.force_login(officer)
    assert listed(client) == [ending, leader, proposed, coming]
    assert listed(client, state="in_term") == [ending, leader]
    assert listed(client, state="ending") == listed(client, trade="焊") == [ending]
    assert listed(client, state="coming") == [coming]
    assert listed(client, state="ended") == [ended]
    assert (listed(client, state="proposed"), listed(client, state="refused")) == ([proposed], [refused])
    assert len(listed(client, state="all")) == 6
    assert "在聘，还有 58 天期满" in client.get(reverse(LIST)).content.decode()
    answer = client.post(reverse(LIST), {"q": "试领甲"})
    assert "试领甲" not in answer.url
    assert list(client.get(answer.url).context["page"]) == [leader]


def test_strangers_and_readers_of_figures_are_kept_out(client, request, other_officer, leader):
    client.force_login(other_officer)
    assert listed(client, state="all") == []
    for name in ("leader_detail", "leader_edit", "leader_end"):
        assert client.get(reverse(f"training:{name}", args=[leader.pk])).status_code == 404
    assert client.get(reverse("training:worker_leader_create", args=[leader.worker_id])).status_code == 404
    for role in ("group_member", "handler"):
        client.force_login(request.getfixturevalue(role))
        assert client.get(leader.get_absolute_url()).status_code == 403
        assert client.get(reverse(PAY)).status_code == 403


def test_pages_ask_as_often_for_three_leaders_as_for_one(client, officer, firm, leader):
    client.force_login(officer)
    AllowanceFactory(leader=leader)
    addresses = [reverse(LIST), f"{reverse(PAY)}?month=2026-10", leader.get_absolute_url()]
    counts = []
    for more in (2, 0):
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as found:
                client.get(address)
            counts.append(len(found))
        for place in range(more):
            made(firm)
            AllowanceFactory(leader=leader, month=dt.date(2026, 5 + place, 1))
    assert counts[:3] == counts[3:]


def test_the_file_holds_the_rows_of_the_page(officer, leader):
    AllowanceFactory(leader=leader)
    usual = [column.key for column in LeaderListing.columns if column.shown]
    (row,) = rows_in_file(officer, "leaders", "state=in_term")
    told = dict(zip(usual, row, strict=True))
    assert (told["name"], told["until"], told["standing"]) == ("试领甲", dt.date(2028, 2, 29), "在聘")
    assert (told["allowance"], told["paid_until"]) == (300, "2026-09")


def test_a_leader_is_proposed_decided_and_ended(client, officer, clerk, firm):
    worker = WorkerFactory(employer=firm, name="试领乙")
    client.force_login(officer)
    errors = client.post(reverse("training:leader_create"), {"trade": ""}).context["form"].errors
    assert errors.keys() == {"worker", "trade", "team", "start", "until", "allowance"}
    said = SAID | {"worker": "试领乙", "once": "k" * 24}
    answers = [client.post(reverse("training:leader_create"), said) for _ in range(2)]
    leader = SkillLeader.objects.get()
    assert leader.worker == worker
    assert [answer.url for answer in answers] == [leader.get_absolute_url()] * 2
    confirm = reverse("training:leader_confirm", args=[leader.pk])
    assert confirm not in client.get(leader.get_absolute_url()).content.decode()
    assert client.post(confirm, {"version": "1"}).status_code == 403
    client.force_login(clerk)
    assert confirm in client.get(leader.get_absolute_url()).content.decode()
    answer = client.post(confirm, {"version": ""}, follow=True)
    assert "没有收到所看的版本" in answer.content.decode()
    refuse = reverse("training:leader_refuse", args=[leader.pk])
    assert client.post(refuse, {"version": "1", "note": ""}).context["form"].errors.keys() == {"note"}
    assert client.post(refuse, {"version": "1", "note": "文号不符"}).url == leader.get_absolute_url()
    client.force_login(officer)
    edit = reverse("training:leader_edit", args=[leader.pk])
    form = client.get(edit).context["form"]
    said = {name: form[name].value() or "" for name in form.fields} | {"document_number": "甲厂〔2026〕3号"}
    assert said["until"] == dt.date(2027, 3, 14)
    assert client.post(edit, said).url == leader.get_absolute_url()
    client.force_login(clerk)
    client.post(confirm, {"version": "3"})
    leader.refresh_from_db()
    assert leader.state == "accepted"
    end = reverse("training:leader_end", args=[leader.pk])
    said = {"version": "4", "end": "2026-11-01", "note": "调往外地工作"}
    assert client.post(end, said).url == leader.get_absolute_url()
    page = client.get(leader.get_absolute_url()).content.decode()
    assert "自 2026-11-01 起提前结束：调往外地工作" in page
    assert edit not in page


def test_a_month_is_marked_as_paid_for_the_ticked(client, officer, firm, leader):
    other, third = made(firm), made(firm)
    client.force_login(officer)
    address = f"{reverse(PAY)}?month=2026-10"
    assert client.get(address).context["leaders"] == [leader, other, third]
    said = {"month": "2026-10", "paid_on": "2026-11-01", "payer": "employer", "once": "k" * 24}
    said |= {"leader": [leader.pk, other.pk], f"amount-{leader.pk}": "３00.00元"}
    for typed, told in (
        ("二百", f"{other.worker.name}的“二百”不是金额。请填写整数元。"),
        ("2,50", f"{other.worker.name}的“2,50”不是金额"),
        ("0", f"{other.worker.name}的金额应为 1 至 100000 元的整数，现填 0"),
        ("100,001", "现填 100001"),
    ):
        refused = client.post(address, said | {f"amount-{other.pk}": typed})
        assert told in str(refused.context["form"].errors)
        assert "隐藏字段" not in refused.content.decode()
    assert [row.is_ticked for row in refused.context["leaders"]] == [True, True, False]
    said[f"amount-{other.pk}"] = " 250 "
    answer = client.post(address, said, follow=True)
    assert "已登记 2 人的津贴，共 550 元" in answer.content.decode()
    assert answer.context["leaders"] == [third]
    assert client.post(address, said).status_code == 302
    assert list(AllowancePayment.objects.order_by("pk").values_list("leader", "amount")) == [
        (leader.pk, 300),
        (other.pk, 250),
    ]
    assert "不是月份" in client.get(f"{reverse(PAY)}?month=x").content.decode()
    payment = leader.payments.get()
    strike = reverse("training:allowance_strike", args=[leader.pk, payment.pk])
    assert strike in client.get(leader.get_absolute_url()).content.decode()
    assert client.get(reverse("training:allowance_strike", args=[third.pk, payment.pk])).status_code == 404
    assert client.post(strike, {"note": ""}).status_code == 200
    assert client.post(strike, {"note": "登记错了人"}).url == leader.get_absolute_url()
    assert client.get(address).context["leaders"] == [leader, third]


def test_the_page_of_a_person_shows_the_terms(client, officer, leader):
    client.force_login(officer)
    part = client.get(reverse("training:worker_talent", args=[leader.worker_id])).content.decode()
    assert leader.get_absolute_url() in part
    address = reverse("training:worker_leader_create", args=[leader.worker_id])
    assert address in part
    form = client.post(address, SAID | {"start": "2027-01-01", "until": "2027-06-30"}).context["form"]
    assert "已登记为技能带头人" in str(form.errors)
