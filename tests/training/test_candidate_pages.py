"""Pages of candidates: the list with its filters and file, one candidate, nomination and decision."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.exchange.exports import rows_in_file
from tests.factories.talent import CandidateFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.listings.candidates import CandidateListing
from training.models import Candidate

LIST, NEW = "training:candidate_list", "training:candidate_create"
SAID = {
    "year": "2026",
    "scope": "town",
    "trade": "电工",
    "goal_level": "L4",
    "start": "2026-03-01",
    "until": "2027-02-28",
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
def candidate(firm):
    return CandidateFactory(worker=WorkerFactory(employer=firm, name="试培甲"))


def made(firm, **facts):
    return CandidateFactory(worker=WorkerFactory(employer=firm), **facts)


def certify(row, level="L4"):
    CertificateFactory(worker=row.worker, level=level, issued_on=dt.date(2026, 6, 1))
    return row


def listed(client, **query):
    return list(client.get(reverse(LIST), query).context["page"])


def test_the_list_puts_the_level_beside_the_goal_and_filters(client, officer, firm, candidate):
    certify(candidate, "L3")
    reached = certify(made(firm, scope="city"))
    expired = made(firm, until=dt.date(2026, 11, 1), year=2025)
    proposed, refused = made(firm, state="proposed"), made(firm, state="refused")
    over = certify(made(firm, outcome="reached", outcome_on=dt.date(2026, 7, 1)), "L5")
    client.force_login(officer)
    assert listed(client) == [proposed, reached, candidate, expired]
    assert listed(client, state="at_goal") == [over, reached]
    assert listed(client, state="below") == [candidate]
    assert listed(client, state="expired") == listed(client, year=2025) == [expired]
    assert listed(client, state="reached") == [over]
    assert listed(client, state="refused") == [refused]
    assert listed(client, scope="city") == [reached]
    assert len(listed(client, state="all")) == 6
    page = client.get(reverse(LIST)).content.decode()
    assert "到期，未达目标" in page
    answer = client.post(reverse(LIST), {"q": "试培甲"})
    assert "试培甲" not in answer.url
    assert list(client.get(answer.url).context["page"]) == [candidate]


def test_strangers_and_readers_of_figures_are_kept_out(client, request, other_officer, candidate):
    client.force_login(other_officer)
    assert listed(client, state="all") == []
    for name in ("detail", "edit", "note", "conclude"):
        assert client.get(reverse(f"training:candidate_{name}", args=[candidate.pk])).status_code == 404
    client.force_login(request.getfixturevalue("group_member"))
    assert client.get(candidate.get_absolute_url()).status_code == 403


def test_pages_ask_as_often_for_three_candidates_as_for_one(client, officer, firm, candidate):
    client.force_login(officer)
    addresses = [reverse(LIST), reverse("training:worker_talent", args=[candidate.worker_id])]
    counts = []
    for more in (2, 0):
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as found:
                client.get(address)
            counts.append(len(found))
        for place in range(more):
            made(firm, mentor=WorkerFactory(employer=firm), mentor_name="")
            CandidateFactory(worker=candidate.worker, year=2024 + place)
    assert counts[:2] == counts[2:]


def test_the_file_holds_the_rows_of_the_page(officer, candidate):
    certify(candidate, "L3")
    usual = [column.key for column in CandidateListing.columns if column.shown]
    (row,) = rows_in_file(officer, "candidates", "state=below")
    told = dict(zip(usual, row, strict=True))
    assert (told["name"], told["mentor"], told["standing"]) == ("试培甲", "试验学院导师", "培养中")
    assert (told["current_level"], told["goal_level"]) == ("中级工(四级)", "高级工(三级)")


def test_a_person_is_nominated_decided_noted_and_concluded(client, officer, clerk, firm):
    worker, mentor = (WorkerFactory(employer=firm, name=name) for name in ("试培乙", "试导丙"))
    client.force_login(officer)
    errors = client.post(reverse(NEW), {"trade": ""}).context["form"].errors
    assert errors.keys() == {"worker", "year", "scope", "trade", "goal_level", "start", "until"}
    said = SAID | {"worker": "试培乙", "mentor": "试导丙", "once": "k" * 24}
    answers = [client.post(reverse(NEW), said) for _ in range(2)]
    row = Candidate.objects.get()
    assert (row.worker, row.mentor) == (worker, mentor)
    assert [answer.url for answer in answers] == [row.get_absolute_url()] * 2
    names = ("edit", "accept", "refuse", "note", "conclude")
    edit, accept, refuse, note, over = (
        reverse(f"training:candidate_{name}", args=[row.pk]) for name in names
    )
    assert client.post(accept, {"version": "1"}).status_code == 403
    client.force_login(clerk)
    assert client.post(refuse, {"version": "1", "note": ""}).context["form"].errors.keys() == {"note"}
    assert client.post(refuse, {"version": "1", "note": "材料不全"}).url == row.get_absolute_url()
    client.force_login(officer)
    assert "材料不全" in client.get(row.get_absolute_url()).content.decode()
    form = client.get(edit).context["form"]
    said = {name: form[name].value() or "" for name in form.fields} | {"batch": "第一批"}
    assert client.post(edit, said).url == row.get_absolute_url()
    row.refresh_from_db()
    assert (row.mentor, row.batch, row.state) == (mentor, "第一批", "proposed")
    client.force_login(clerk)
    assert "没有收到所看的版本" in client.post(accept, {"version": ""}, follow=True).content.decode()
    client.post(accept, {"version": "3"})
    client.force_login(officer)
    assert client.post(note, {"year": "2020", "text": "早了几年"}).status_code == 200
    assert client.post(note, {"year": "2026", "text": "参加技师班学习"}).url == row.get_absolute_url()
    page = client.get(row.get_absolute_url()).content.decode()
    assert "参加技师班学习" in page
    assert "没有已核验的证书" in page
    assert client.post(note, {"year": "2026", "text": "覆盖"}).context["form"].errors.keys() == {"year"}
    known = f"{note}?year=2026"
    assert known in page
    form = client.get(known).context["form"]
    assert form["text"].value() == "参加技师班学习"
    said = {"stamp": form["stamp"].value(), "text": "参加技师班学习，完成改进", "year": "2027"}
    assert client.post(known, said).url == row.get_absolute_url()
    assert "参加技师班学习，完成改进" in client.get(row.get_absolute_url()).content.decode()
    said = {"version": "4", "outcome": "missed", "outcome_on": "2026-11-01"}
    assert client.post(over, said).context["form"].errors.keys() == {"note"}
    assert client.post(over, said | {"note": "没有通过考评"}).url == row.get_absolute_url()
    page = client.get(row.get_absolute_url()).content.decode()
    assert "2026-11-01 未达目标：没有通过考评" in page
    assert edit not in page
    again = reverse("training:candidate_reopen", args=[row.pk])
    assert again in page
    assert "未达目标" in client.get(again).content.decode()
    assert client.post(again, {"version": "5", "note": "登记错了"}).url == row.get_absolute_url()
    page = client.get(row.get_absolute_url()).content.decode()
    assert (edit in page, again in page) == (True, False)


def test_a_nomination_starts_on_the_page_of_the_person(client, officer, firm):
    worker = WorkerFactory(employer=firm)
    client.force_login(officer)
    part = client.get(reverse("training:worker_talent", args=[worker.pk])).content.decode()
    address = reverse("training:worker_candidate_create", args=[worker.pk])
    assert address in part
    errors = client.post(address, SAID).context["form"].errors
    assert "请填写导师" in str(errors["mentor"])
    client.post(address, SAID | {"mentor_name": "试验学院导师"})
    row = Candidate.objects.get()
    assert row.worker == worker
    assert (
        row.get_absolute_url()
        in client.get(reverse("training:worker_talent", args=[worker.pk])).content.decode()
    )
