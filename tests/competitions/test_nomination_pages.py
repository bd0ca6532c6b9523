"""Pages of selections and nominations: each works, shows no more than it may, and asks a flat number of queries."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.models import Nomination, NoticeObjection, Selection, ShareRule
from competitions.services.selections import start_notice
from tests.core.pdf_reading import text as text_of_pdf
from tests.exchange.exports import rows_in_file
from tests.factories.nominations import NominationFactory, SelectionFactory, SelectionShareFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(dt.datetime(2026, 11, 2, 2, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def selection(town):
    return SelectionFactory(union=town, title="全市奖章推荐")


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


def url(name, *args):
    return reverse(f"competitions:{name}", args=args)


def page_of(client, name, *args, **query):
    return client.get(url(name, *args), query).content.decode()


def test_the_whole_way_over_the_pages(clock, client, town, officer, clerk, firm):
    worker = WorkerFactory(employer=firm, name="试寻人", sex="2")
    WorkerFactory(employer=firm, name="试旁人")
    client.force_login(clerk)
    facts = {
        "union": town.pk, "title": "全市奖章推荐", "year": 2026, "honour_type": "MAY1_C", "issuer": "试验市总工会",
        "deadline": "2026-11-20", "notice_days": 3, "notice_unit": "calendar", "template": "MAY1_N",
    }  # fmt: skip
    assert "请选择" in client.post(url("selection_create"), {}).content.decode()
    client.post(url("selection_create"), facts)
    held = Selection.objects.get()
    assert (held.phase, held.shares.count()) == ("planned", 4)
    required = {"version": "1", "woman": "50", "woman_source": "市通知", "party": "", "party_source": ""}
    client.post(url("selection_required", held.pk), required)
    client.post(url("selection_edit", held.pk), facts | {"version": "2", "places": "5"})
    client.post(url("selection_place", held.pk), {"union": firm.union_id, "places": 1})
    client.post(url("selection_move", held.pk), {"move": "open"})
    client.force_login(officer)
    found = client.post(url("nomination_create", held.pk), {"action": "find", "text": "试寻人\n试无名"})
    assert found.context["picked"].people == [worker]
    said = {"position": "frontline", "job": "班长", "reason": "技术攻关", "merits": "攻关八项"}
    assert "请选择一名职工" in client.post(url("nomination_create", held.pk), said).content.decode()
    client.post(url("nomination_create", held.pk), said | {"worker": worker.pk})
    row = Nomination.objects.get()
    client.post(url("nomination_edit", row.pk), said | {"version": "1", "job": "装配班长"})
    scan = SimpleUploadedFile("推荐表.pdf", b"%PDF-1.7 test")
    client.post(url("nomination_paper_create", row.pk), {"file": scan})
    paper = row.papers.get()
    file = client.get(url("nomination_paper_download", row.pk, paper.pk))
    assert b"".join(file.streaming_content) == b"%PDF-1.7 test"
    assert "女性 0/0" not in page_of(client, "selection_shares", held.pk)
    assert "女性 1/1，需 1 人，已达到" in page_of(client, "selection_shares", held.pk, nomination=row.pk)
    client.post(url("nomination_submit", held.pk), {"nomination": row.pk})
    client.force_login(clerk)
    assert "女性 1/1，需 1 人，已达到" in page_of(client, "selection_shares", held.pk, nomination=row.pk)
    refused = client.post(
        url("nomination_decide", held.pk), {"nomination": row.pk, "verdict": "return", "note": " "}
    )
    assert refused.content.decode().count(" checked") == 1
    client.post(url("nomination_decide", held.pk), {"nomination": row.pk, "verdict": "shortlist"})
    until = {"start": "2026-11-02", "until": "2026-11-04"}
    client.post(url("selection_notice_start", held.pk), until)
    pdf = client.get(url("selection_notice_print", held.pk))
    paper = text_of_pdf(pdf.content).replace(" ", "").replace("\n", "")
    assert "试寻人" in paper, paper
    assert "2026年11月2日至2026年11月4日" in paper
    objection = {"channel": "letter", "received_on": "2026-11-02", "text": "事迹不实"}
    client.post(url("notice_objection_record", row.pk), objection)
    filed = NoticeObjection.objects.get()
    assert "事迹不实" in page_of(client, "nomination_detail", row.pk)
    client.post(url("notice_objection_settle", filed.pk), {"verdict": "rejected", "answer": "经核查不属实"})
    clock.move_to(dt.datetime(2026, 11, 5, 2, tzinfo=dt.UTC))
    client.force_login(clerk)
    assert "确定推荐名单" in client.get(held.get_absolute_url()).content.decode()
    client.post(url("selection_move", held.pk), {"move": "decide"})
    client.post(url("selection_send", held.pk), {"sent_number": "试总工〔2026〕9号", "sent_on": "2026-11-05"})
    row.refresh_from_db()
    granted = {
        "level": "C",
        "document_number": "试〔2026〕20号",
        "awarded_on": "2026-11-05",
        "version": row.version,
    }
    client.post(url("nomination_grant", row.pk), granted)
    row.refresh_from_db()
    assert (row.state, row.honour.document_number) == ("awarded", "试〔2026〕20号")
    assert "试〔2026〕20号" in page_of(client, "nomination_detail", row.pk)
    client.force_login(officer)
    assert "事迹不实" not in page_of(client, "nomination_detail", row.pk)


def test_others_see_of_a_notice_what_hangs_and_only_while_it_hangs(
    clock, client, selection, union, clerk, officer, other_officer
):
    listed = NominationFactory(
        selection=selection, union=union, state="shortlisted", job="装配班长", merits="不公示的事迹"
    )
    refused = NominationFactory(selection=selection, union=union, state="refused")
    names = [one.worker.name for one in (listed, refused)]
    client.force_login(other_officer)
    assert names[0] not in client.get(selection.get_absolute_url()).content.decode()
    assert client.get(url("selection_notice", selection.pk)).status_code == 404
    today = dt.date(2026, 11, 2)
    start_notice(selection=selection, start=today, until=dt.date(2026, 11, 6), by=clerk)
    page = page_of(client, "selection_notice", selection.pk)
    assert (names[0] in page, "装配班长" in page, "不公示的事迹" in page) == (True, True, False)
    assert f">{names[1]}<" not in page or names[0] == names[1]
    assert client.get(url("nomination_detail", listed.pk)).status_code == 404
    assert names[0] not in client.get(selection.get_absolute_url()).content.decode()
    client.force_login(clerk)
    assert f'href="{url("selection_retract", selection.pk)}"' in page_of(
        client, "selection_detail", selection.pk
    )
    assert client.post(url("selection_retract", selection.pk), {"reason": ""}).status_code == 200
    assert client.post(url("selection_retract", selection.pk), {"reason": "排错了人"}).status_code == 302
    client.force_login(other_officer)
    assert client.get(url("selection_notice", selection.pk)).status_code == 404
    assert "公示已于 2026-11-02 撤回：排错了人" in page_of(client, "selection_detail", selection.pk)
    start_notice(selection=selection, start=today, until=dt.date(2026, 11, 6), by=clerk)
    clock.move_to(dt.datetime(2026, 11, 7, 2, tzinfo=dt.UTC))
    client.force_login(other_officer)
    assert client.get(url("selection_notice", selection.pk)).status_code == 404
    assert client.get(url("selection_notice_print", selection.pk)).status_code == 404
    client.force_login(clerk)
    assert names[0] in page_of(client, "selection_notice", selection.pk)


def test_the_form_of_shares_writes_them_as_people_do(client, selection, clerk):
    for category, percent in (("migrant", "10"), ("woman", "20.00"), ("worker", "33.50")):
        SelectionShareFactory(selection=selection, category=category, percent=Decimal(percent))
    client.force_login(clerk)
    page = client.get(url("selection_required", selection.pk))
    shown = {name: page.context["form"][name].value() for name in ("migrant", "woman", "worker", "party")}
    assert shown == {"migrant": "10", "woman": "20", "worker": "33.5", "party": None}
    assert 'name="migrant" value="10"' in page.content.decode()


def test_ticks_of_other_unions_change_nothing(client, selection, union, other_union, officer):
    SelectionShareFactory(selection=selection, category="worker", percent=50)
    own = NominationFactory(selection=selection, union=union)
    other = NominationFactory(selection=selection, union=other_union)
    client.force_login(officer)
    page = page_of(client, "selection_shares", selection.pk, nomination=[own.pk, other.pk, "x", "9" * 5000])
    assert "1/1，需 1 人，已达到" in page
    client.post(url("nomination_submit", selection.pk), {"nomination": [own.pk, other.pk]})
    other.refresh_from_db()
    assert other.state == "draft"


@pytest.mark.parametrize(
    "name", ["selection_list", "selection_detail", "nomination_list", "selection_notice"]
)
def test_queries_do_not_grow_with_the_rows(client, town, union, clerk, name):
    client.force_login(clerk)
    today, asked = dt.date(2026, 11, 2), []
    for rows in (1, 4):
        held = SelectionFactory(union=town)
        NominationFactory.create_batch(rows, selection=held, union=union, state="shortlisted")
        start_notice(selection=held, start=today, until=dt.date(2026, 11, 6), by=clerk)
        address = url(name, *([held.pk] if name in ("selection_detail", "selection_notice") else []))
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_lists_filter_and_export_what_the_page_shows(client, selection, union, other_union, officer):
    row = NominationFactory(selection=selection, union=union, state="submitted", is_migrant=None)
    NominationFactory(selection=selection, union=union)
    NominationFactory(selection=selection, union=other_union, state="submitted")
    client.force_login(officer)
    page = client.get(url("nomination_list"), {"state": "submitted", "q": "全市奖章"})
    assert list(page.context["page"]) == [row]
    rows = rows_in_file(officer, "nominations", "state=submitted", ["name", "migrant", "state"])
    assert [line[1:] for line in rows] == [["未登记", "待审核"]]
    page = client.get(url("selection_list"), {"q": "全市", "phase": "open"})
    assert [(one, one.nominated) for one in page.context["page"]] == [(selection, 1)]


def test_templates_of_shares_are_entered_ended_and_removed_by_the_town(client, clerk, officer):
    client.force_login(officer)
    assert "全国数字" in page_of(client, "share_rule_list")
    assert client.get(url("share_rule_create")).status_code == 403
    client.force_login(clerk)
    facts = {
        "honour_type": "MAY1_C",
        "category": "woman",
        "percent": "25",
        "start": "2026-01-01",
        "source": "",
    }
    assert ShareRule.objects.filter(honour_type="MAY1_C").count() == 0
    client.post(url("share_rule_create"), facts)
    assert ShareRule.objects.filter(honour_type="MAY1_C").count() == 0
    client.post(url("share_rule_create"), facts | {"source": "市通知"})
    rule = ShareRule.objects.get(honour_type="MAY1_C")
    client.post(url("share_rule_end", rule.pk), {"end": "2026-06-01"})
    rule.refresh_from_db()
    assert rule.end == dt.date(2026, 6, 1)
    national = ShareRule.objects.filter(is_national=True).first()
    page = client.post(url("share_rule_remove", national.pk), follow=True).content.decode()
    assert "随软件提供的数字，不能删除" in page
    client.post(url("share_rule_remove", rule.pk))
    assert not ShareRule.objects.filter(pk=rule.pk).exists()
