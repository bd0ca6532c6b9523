"""Who gains what as dated data, what is promised by it, and how a promise is kept: by papers, never by the contest."""

import datetime as dt
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions import services
from competitions.invariants.follow import INVARIANTS
from competitions.models import Entitlement, Promise, PromisePaper
from competitions.queries.follow import sums_of
from competitions.services.follow_people import erase_promises
from core.errors import RuleError
from tests.competitions.test_awards import ranked, url
from tests.exchange.exports import rows_in_file
from tests.factories.contests import (
    ContestFactory,
    EntitlementFactory,
    EventFactory,
    PromiseFactory,
    closed,
)
from tests.factories.honours import HonourFactory
from tests.factories.training import CertificateFactory
from tests.factories.workers import WorkerFactory

PDF = b"%PDF-1.4 test"
TODAY = dt.date(2026, 10, 8)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2026, 10, 8, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def event(town):
    return EventFactory(
        contest=ContestFactory(union=town, title="2026年全镇电工竞赛", is_open_below=True, state="running"),
        title="电工",
    )


@pytest.fixture
def winner(event, union):
    [row] = ranked(event, union, 1)
    closed(event)
    return row


def scan(name="a.pdf"):
    return ContentFile(PDF + name.encode(), name=name)


def kept(promise, by, **facts):
    facts = {"document_number": "岳工〔2026〕8号", "delivered_on": TODAY} | facts
    return services.deliver_document(promise=promise, version=str(promise.version), by=by, **facts)


def test_the_rules_that_are_shipped_count_for_nothing_until_the_town_confirms_them(
    town, union, clerk, officer
):
    """The figures of the source (domain facts 9), with the source named."""
    if not Entitlement.objects.exists():  # a test that really committed has emptied the tables
        import_module("competitions.migrations.0011_awards_and_rules").load_rules(apps, None)
    shipped = Entitlement.objects.filter(confirmed_by=None, source__contains="2016")
    assert sorted(shipped.values_list("contest_level", "gain", "to_rank", "honour_type", "level")) == [
        *(
            ("C1", "honour", 2, "SKILL_C", ""),
            ("C1", "skill", 3, "", "L5"),
            ("C2", "honour", 1, "SKILL_C", ""),
        ),
        *(("C2", "skill", 1, "", "L5"), ("P1", "honour", 5, "SKILL_P", ""), ("P1", "skill", 8, "", "L5")),
        *(
            ("P2", "honour", 3, "SKILL_P", ""),
            ("P2", "skill", 5, "", "L5"),
            ("X1", "honour", 2, "SKILL_C", ""),
        ),
        ("X2", "honour", 1, "SKILL_C", ""),
    ]
    event = EventFactory(contest=ContestFactory(union=town, level="X1"))
    ranked(event, union, 1, 2, 3)
    closed(event)
    with pytest.raises(RuleError, match="没有适用这项竞赛、已经确认的奖励政策"):
        services.propose(event=event, by=clerk)
    rule = shipped.get(contest_level="X1")
    with pytest.raises(PermissionDenied):
        services.confirm_entitlement(rule=rule, version="1", by=officer)
    services.confirm_entitlement(rule=rule, version="1", by=clerk)
    assert services.propose(event=event, by=clerk) == 2
    assert set(event.promises.values_list("honour_type", "due_on")) == {("SKILL_C", None)}
    with pytest.raises(RuleError, match="不能修改或删除"):
        services.remove_entitlement(rule=rule, by=clerk)
    with pytest.raises(RuleError, match="停止日期应晚于这一天，现填 2026-09-10"):
        services.end_entitlement(rule=rule, end=dt.date(2026, 9, 10), by=clerk)
    assert services.end_entitlement(rule=rule, end=dt.date(2026, 9, 11), by=clerk).end == dt.date(2026, 9, 11)


def test_only_rules_of_the_kind_level_and_last_day_reach_the_ranks(event, union, clerk):
    EntitlementFactory(to_rank=2)
    EntitlementFactory(from_rank=2, to_rank=2, gain="bonus", level="", amount=500, due_months=None)
    EntitlementFactory(contest_level="E", level="L8")
    EntitlementFactory(contest_kind="labour", level="L8")
    EntitlementFactory(start=dt.date(2026, 9, 11), level="L8")
    EntitlementFactory(end=dt.date(2026, 9, 10), level="L8")
    EntitlementFactory(confirmed_by=None, confirmed_at=None, level="L8")
    first, second, *_ = ranked(event, union, 1, 2, 3, None)
    with pytest.raises(RuleError, match="成绩现在是“已封存”"):
        services.propose(event=event, by=clerk)
    closed(event)
    assert services.propose(event=event, by=clerk) == 3
    made = event.promises.order_by("entrant", "gain")
    assert [(row.entrant_id, row.gain, row.level, row.amount, row.due_on) for row in made] == [
        (first.pk, "skill", "L4", None, dt.date(2027, 9, 10)),
        (second.pk, "bonus", "", 500, None),
        (second.pk, "skill", "L4", None, dt.date(2027, 9, 10)),
    ]
    assert services.propose(event=event, by=clerk) == 0
    assert [fault for _, rule in INVARIANTS for fault in rule()] == []


def test_a_level_is_reached_by_a_verified_certificate_after_the_contest_and_by_nothing_else(
    winner, officer, union
):
    promise = services.promise(entrant=winner, gain="skill", level="L4", by=officer)
    worker, day = winner.worker, dt.date(2026, 9, 10)
    wrong = [
        CertificateFactory(worker=worker, level="L4", issued_on=day - dt.timedelta(days=1)),
        CertificateFactory(worker=worker, level="L3", issued_on=day),
        CertificateFactory(worker=worker, level="L4", issued_on=day, state="entered"),
        CertificateFactory(worker=WorkerFactory(employer=winner.worker.employer), level="L4", issued_on=day),
    ]
    for proof in wrong:
        with pytest.raises(RuleError, match="请选择 2026-09-10 及以后发的"):
            services.deliver_level(promise=promise, version="1", certificate=proof.pk, by=officer)
    with pytest.raises(RuleError, match="技能等级凭证书兑现，荣誉称号凭个人荣誉记录"):
        kept(promise, officer)
    proof = CertificateFactory(worker=worker, level="L5", issued_on=day)
    done = services.deliver_level(promise=promise, version="1", certificate=proof.pk, by=officer)
    assert (done.state, done.delivered_on, done.certificate) == ("delivered", day, proof.pk)
    worker.refresh_from_db()
    assert worker.skill_level == "L0"
    assert [fault for _, rule in INVARIANTS for fault in rule()] == []
    proof.state, proof.revoked_on = "revoked", TODAY
    proof.save()
    assert [fault for _, rule in INVARIANTS for fault in rule()] == [
        f"Promise {promise.pk}: delivered without a verified certificate of the level"
    ]


def test_pay_and_bonus_are_kept_by_number_day_sum_and_scan(winner, officer, clerk, other_officer):
    bonus = services.promise(entrant=winner, gain="bonus", amount=800, due_on=TODAY, by=officer)
    with pytest.raises(RuleError) as refused:
        kept(bonus, officer, delivered_on=dt.date(2026, 9, 9))
    assert refused.value.message_dict == {
        "delivered_on": ["日期应在竞赛结束日期 2026-09-10 至今天之间，现填 2026-09-09"],
        "delivered_amount": ["请填写实发金额"],
        "file": ["请上传文件或发放凭证的扫描件或照片"],
    }
    with pytest.raises(PermissionDenied):
        kept(bonus, other_officer, delivered_amount=500, file=scan())
    done = kept(bonus, officer, delivered_amount=500, file=scan())
    assert (done.state, done.document_number, done.delivered_amount) == ("delivered", "岳工〔2026〕8号", 500)
    assert PromisePaper.objects.get().promise == bonus
    with pytest.raises(RuleError, match="在您编辑期间"):
        services.waive_promise(promise=bonus, version="1", reason="本人放弃领取", by=officer)
    back = services.reopen_promise(promise=bonus, version="2", reason="录入时看错一位", by=clerk)
    assert (back.state, back.document_number, back.delivered_amount) == ("promised", "", None)
    assert not PromisePaper.objects.exists()
    gone = services.waive_promise(promise=bonus, version="3", reason="本人放弃领取", by=officer)
    assert (gone.state, gone.waive_reason) == ("waived", "本人放弃领取")
    with pytest.raises(ValidationError) as refused:
        services.promise(entrant=winner, gain="pay", by=officer)
    assert "工资职级请在“内容”写明职级" in refused.value.messages[0]


def test_an_honour_is_kept_by_a_verified_record_with_a_document_and_promised_once(winner, clerk):
    promise = services.promise(entrant=winner, gain="honour", honour_type="SKILL_C", by=clerk)
    with pytest.raises(ValidationError, match="已经登记，请不要重复登记"):
        services.promise(entrant=winner, gain="honour", honour_type="SKILL_C", by=clerk)
    said = {
        "worker": winner.worker,
        "type": "SKILL_C",
        "awarded_on": TODAY,
        "document_number": "乐人社〔2026〕9号",
    }
    wrong = [
        HonourFactory(**said | {"awarded_on": dt.date(2026, 9, 9), "year": 2024}),
        HonourFactory(**said | {"type": "GOLD"}),
        HonourFactory(**said | {"document_number": "", "year": 2023}),
        HonourFactory(**said | {"worker": WorkerFactory(employer=winner.worker.employer)}),
    ]
    for proof in wrong:
        with pytest.raises(RuleError, match="请选择 2026-09-10 及以后授予"):
            services.deliver_honour(promise=promise, version="1", honour=proof.pk, by=clerk)
    proof = HonourFactory(**said, year=2026)
    done = services.deliver_honour(promise=promise, version="1", honour=proof.pk, by=clerk)
    assert (done.state, done.delivered_on, done.document_number) == ("delivered", TODAY, "乐人社〔2026〕9号")
    assert [fault for _, rule in INVARIANTS for fault in rule()] == []


def test_the_list_tells_overdue_and_each_union_sees_its_own(
    client, officer, other_officer, clerk, event, union, other_union
):
    mine, theirs = ranked(event, union, 1)[0], ranked(event, other_union, 2, name="试别家")[0]
    yesterday = TODAY - dt.timedelta(days=1)
    late = PromiseFactory(entrant=mine, due_on=yesterday, promised_on=yesterday)
    due = PromiseFactory(entrant=mine, gain="bonus", level="", amount=500, due_on=TODAY)
    PromiseFactory(entrant=theirs)
    assert sums_of(Promise.objects.all(), TODAY) == {
        "made": 3,
        "delivered": 0,
        "promised": 3,
        "waived": 0,
        "overdue": 1,
        "undecided": 0,
    }
    client.force_login(officer)
    page = client.get(url("promise_list"))
    assert [(row.pk, row.tone) for row in page.context["page"]] == [(late.pk, "danger"), (due.pk, "warning")]
    only = client.get(url("promise_list"), {"state": "overdue"})
    assert [row.pk for row in only.context["page"]] == [late.pk]
    found = client.post(url("promise_list"), {"q": mine.worker.name})
    assert mine.worker.name not in found.url
    assert [row.pk for row in client.get(found.url).context["page"]] == [late.pk, due.pk]
    assert [line[:4] for line in rows_in_file(officer, "promises")] == [
        [mine.worker.name, "技能等级", "高级工(三级)以上证书", "超期未兑现"],
        [mine.worker.name, "奖金", "500 元", "待兑现"],
    ]
    assert len(rows_in_file(clerk, "promises")) == 3
    client.force_login(other_officer)
    assert client.get(late.get_absolute_url()).status_code == 404


def test_a_promise_is_made_and_kept_on_the_pages(client, officer, clerk, winner, event):
    client.force_login(clerk)
    EntitlementFactory()
    client.post(url("promise_propose", event.pk))
    promise = event.promises.get()
    proof = CertificateFactory(worker=winner.worker, level="L4", issued_on=TODAY)
    client.force_login(officer)
    assert "第 1 名" in client.get(url("promise_create", event.pk)).content.decode()
    sent = {"entrant": winner.pk, "gain": "pay", "detail": "岗位工资上调一级"}
    made = client.post(url("promise_create", event.pk), sent)
    pay = event.promises.get(gain="pay")
    assert made.url == pay.get_absolute_url()
    page = client.get(url("promise_deliver", promise.pk)).content.decode()
    assert f'value="{proof.pk}"' in page
    client.post(url("promise_deliver", promise.pk), {"version": "1", "certificate": proof.pk})
    promise.refresh_from_db()
    assert promise.state == "delivered"
    faulty = client.post(url("promise_deliver", pay.pk), {"version": "1"})
    assert list(faulty.context["form"].errors) == ["document_number", "delivered_on"]
    sent = {
        "version": "1",
        "document_number": "厂发〔2026〕3号",
        "delivered_on": "2026-10-01",
        "file": scan(),
    }
    client.post(url("promise_deliver", pay.pk), sent)
    page = client.get(pay.get_absolute_url())
    [paper] = page.context["papers"]
    assert b"".join(client.get(url("promise_paper", pay.pk, paper.pk)).streaming_content).startswith(PDF)
    assert "高级工(三级)以上证书" in client.get(event.get_absolute_url()).content.decode()


def test_rules_are_entered_corrected_and_confirmed_on_the_page(client, clerk, officer):
    Entitlement.objects.all().delete()
    client.force_login(clerk)
    sent = {
        "contest_kind": "skill", "contest_level": "T", "from_rank": 1, "to_rank": 3, "gain": "bonus",
        "amount": 1000, "start": "2026-01-01", "source": "岳工〔2026〕2号",
    }  # fmt: skip
    wrong = client.post(url("entitlement_create"), sent | {"amount": ""})
    assert "奖金请填金额" in str(wrong.context["form"].errors)
    client.post(url("entitlement_create"), sent)
    rule = Entitlement.objects.get()
    client.post(url("entitlement_confirm", rule.pk), {"version": "1"})
    assert "适用" in client.get(url("entitlement_list")).content.decode()
    client.post(url("entitlement_edit", rule.pk), sent | {"version": "2", "to_rank": 5})
    rule.refresh_from_db()
    assert (rule.to_rank, rule.confirmed_by) == (5, None)
    client.post(url("entitlement_end", rule.pk), {"end": "2026-12-01"})
    client.post(url("entitlement_delete", rule.pk))
    assert not Entitlement.objects.exists()
    client.force_login(officer)
    assert client.get(url("entitlement_list")).status_code == 200
    assert client.get(reverse("competitions:entitlement_create")).status_code == 403


def test_the_list_of_rules_asks_a_flat_number_of_queries(client, clerk, event, union):
    Entitlement.objects.all().delete()
    client.force_login(clerk)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            [row] = ranked(EventFactory(contest=event.contest), union, 1)
            PromiseFactory(entrant=row, entitlement=EntitlementFactory())
        client.get(url("entitlement_list"))
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url("entitlement_list"))
        counts.append((len(page.context["rows"]), len(asked)))
    assert [rows for rows, _ in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]


def test_when_a_person_is_forgotten_scans_and_texts_go_and_figures_stay(
    winner, officer, django_capture_on_commit_callbacks
):
    pay = services.promise(entrant=winner, gain="pay", detail="试甲升三级", by=officer)
    pay = kept(pay, officer, file=scan())
    path = pay.papers.get().file
    storage, name = path.storage, path.name
    with django_capture_on_commit_callbacks(execute=True):
        erase_promises([winner.worker_id], [])
    pay.refresh_from_db()
    assert (pay.state, pay.detail, pay.document_number) == ("delivered", "已匿名化", "已匿名化")
    assert not storage.exists(name)


def test_a_union_promises_its_own_winner_in_a_contest_it_does_not_see(
    client, town, union, other_union, officer, other_officer
):
    """Of a union above, not open below: its holder entered the person."""
    contest = ContestFactory(union=town, title="镇内部竞赛", state="running")
    event = EventFactory(contest=contest, title="内部焊工")
    mine, theirs = ranked(event, union, 1)[0], ranked(event, other_union, 2, name="试别家")[0]
    closed(event)
    client.force_login(officer)
    assert client.get(event.get_absolute_url()).status_code == 404
    assert url("promise_start") in client.get(url("promise_list")).content.decode()
    page = client.get(url("promise_start")).content.decode()
    assert "镇内部竞赛 · 内部焊工" in page
    address = url("promise_create", event.pk)
    assert client.get(url("promise_start"), {"event": event.pk}).url == address
    page = client.get(address).content.decode()
    assert ("第 1 名 试获奖1" in page, "试别家2" in page, url("promise_list") in page) == (True, False, True)
    foreign = client.post(address, {"entrant": theirs.pk, "gain": "bonus", "amount": 500})
    assert list(foreign.context["form"].errors) == ["entrant"]
    made = client.post(address, {"entrant": mine.pk, "gain": "bonus", "amount": 500})
    row = event.promises.get()
    assert (made.url, row.entrant, row.union) == (row.get_absolute_url(), mine, union)
    assert client.get(made.url).status_code == 200
    none_of_theirs = EventFactory(contest=ContestFactory(union=town), title="别的项目")
    ranked(none_of_theirs, other_union, 1)
    closed(none_of_theirs)
    assert client.get(url("promise_create", none_of_theirs.pk)).status_code == 404


def test_a_union_promises_its_winners_in_a_contest_of_its_own(client, union, officer, other_officer):
    event = EventFactory(contest=ContestFactory(union=union, level="E", state="running"), title="厂内比武")
    [row] = ranked(event, union, 1)
    closed(event)
    client.force_login(officer)
    address = url("promise_create", event.pk)
    assert address in client.get(event.get_absolute_url()).content.decode()
    client.post(address, {"entrant": row.pk, "gain": "pay", "detail": "岗位工资上调一级"})
    assert event.promises.get().union == union
    client.force_login(other_officer)
    assert client.get(address).status_code == 404
