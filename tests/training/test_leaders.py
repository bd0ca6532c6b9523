"""Skill leaders and their allowances: proposed, decided, ended, paid; merging and forgetting their people."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.talent import AllowanceFactory, LeaderFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.holdings import talent as holdings
from training.invariants.leaders import INVARIANTS
from training.models import AllowancePayment, SkillLeader
from training.services import allowances, leader_people, leaders
from workers.services import merge_workers

TODAY = dt.date(2026, 11, 2)
SEPTEMBER, OCTOBER = dt.date(2026, 9, 1), dt.date(2026, 10, 1)
FACTS = {
    "trade": "电工",
    "team": "装配一班",
    "start": dt.date(2026, 3, 15),
    "until": dt.date(2027, 3, 14),
    "allowance": 300,
    "document_number": "甲厂〔2026〕3号",
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
def worker(firm):
    return WorkerFactory(employer=firm, name="试领甲")


@pytest.fixture
def leader(worker):
    return LeaderFactory(worker=worker)


def propose(worker, by, **facts):
    return leaders.propose_leader(worker=worker, by=by, **(FACTS | facts))


def pay(by, *found, month=SEPTEMBER, paid_on=TODAY, payer="employer", amount=None):
    amounts = {leader.pk: amount or leader.allowance for leader in found}
    return allowances.pay_month(amounts=amounts, month=month, paid_on=paid_on, payer=payer, by=by)


def faults(refusal):
    return {name: texts[0] for name, texts in refusal.value.message_dict.items()}


def broken():
    return [text for _, check in INVARIANTS for text in check()]


def test_a_union_proposes_and_the_town_confirms(worker, officer, clerk, union):
    leader = propose(worker, officer)
    assert (leader.state, leader.union_id, leader.until) == ("proposed", union.pk, FACTS["until"])
    assert leader.end == dt.date(2027, 3, 15)
    assert not SkillLeader.objects.in_term(TODAY).exists()
    with pytest.raises(PermissionDenied):
        leaders.confirm_leader(leader=leader, version="1", by=officer)
    leader = leaders.confirm_leader(leader=leader, version="1", by=clerk)
    assert (leader.state, leader.decided_by) == ("accepted", clerk)
    assert SkillLeader.objects.in_term(FACTS["until"]).get() == leader
    assert not SkillLeader.objects.in_term(dt.date(2027, 3, 15)).exists()
    with pytest.raises(RuleError, match="现为“已审定”，不是待审定"):
        leaders.refuse_leader(leader=leader, version="2", note="文件不符", by=clerk)
    actions = AuditEntry.objects.filter(action__startswith="training.leader").order_by("pk")
    assert [entry.action for entry in actions] == ["training.leader_propose", "training.leader_confirm"]


@pytest.mark.parametrize(
    ("facts", "field", "part"),
    [
        ({"trade": ""}, "trade", "没有填写工种"),
        ({"team": " "}, "team", "没有填写带领的班组或团队"),
        ({"until": dt.date(2026, 3, 14)}, "until", "聘期至 2026-03-14 早于聘期开始 2026-03-15"),
        ({"until": dt.date(2062, 3, 14)}, "until", "聘期超过 10 年"),
        ({"allowance": 0}, "allowance", "金额应为 1 至 100000 元"),
        ({"allowance": 100_001}, "allowance", "现填 100001"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(worker, officer, facts, field, part):
    with pytest.raises(RuleError) as refusal:
        propose(worker, officer, **facts)
    assert list(faults(refusal)) == [field]
    assert part in faults(refusal)[field]


def test_nobody_leads_in_two_terms_at_once(worker, officer, clerk):
    first = propose(worker, officer)
    with pytest.raises(ValidationError, match="在这段时间已登记为技能带头人"):
        propose(worker, officer, start=FACTS["until"], until=dt.date(2028, 1, 1))
    propose(worker, officer, start=dt.date(2027, 3, 15), until=dt.date(2028, 1, 1))
    refused = leaders.refuse_leader(leader=first, version="1", note="文件不符", by=clerk)
    assert (refused.state, refused.decision_note) == ("refused", "文件不符")
    propose(worker, officer)


def test_a_refused_appointment_is_handed_in_again_as_it_is(worker, officer, clerk):
    row = propose(worker, officer)
    leaders.refuse_leader(leader=row, version="1", note="文件不符", by=clerk)
    again = leaders.edit_leader(leader=row, version="2", by=officer, **FACTS)
    assert (again.state, again.decision_note, again.version) == ("proposed", "", 3)


def test_an_edit_asks_the_town_anew(leader, officer):
    facts = FACTS | {"start": leader.start, "until": leader.until, "team": "装配二班"}
    done = leaders.edit_leader(leader=leader, version="1", by=officer, **facts)
    assert (done.state, done.decided_at, done.team) == ("proposed", None, "装配二班")
    with pytest.raises(RuleError, match="已被其他人修改"):
        leaders.edit_leader(leader=leader, version="1", by=officer, **facts)
    same = leaders.edit_leader(leader=done, version="2", by=officer, **facts)
    assert same.version == 2


def test_a_term_ends_early_with_a_reason(leader, officer):
    seen = {"leader": leader, "by": officer, "version": "1", "note": "调往外地工作"}
    for day in (dt.date(2026, 2, 28), leader.end):
        with pytest.raises(RuleError) as refusal:
            leaders.end_leader(**seen, end=day)
        assert "应在聘期之内（2026-03-01 至 2028-02-29）" in faults(refusal)["end"]
    with pytest.raises(RuleError, match="请写明事由"):
        leaders.end_leader(**(seen | {"note": ""}), end=TODAY)
    done = leaders.end_leader(**seen, end=TODAY)
    assert not SkillLeader.objects.in_term(TODAY).exists()
    with pytest.raises(RuleError, match="已于 2026-11-02 提前结束"):
        leaders.edit_leader(leader=done, version="2", by=officer, **FACTS)


def test_a_month_is_paid_for_many_at_once_and_once_only(leader, firm, officer):
    other = LeaderFactory(worker=WorkerFactory(employer=firm, name="试领乙"))
    rows = pay(officer, leader, other)
    assert [(row.month, row.amount, row.entered_by) for row in rows] == [(SEPTEMBER, 300, officer)] * 2
    assert AuditEntry.objects.filter(action="training.allowance_pay").count() == 2
    with pytest.raises(RuleError, match="试领乙的 2026-09 津贴已登记"):
        pay(officer, other)
    pay(officer, other, month=OCTOBER, amount=250)
    assert SkillLeader.objects.with_paid_until().get(pk=other.pk).paid_until == OCTOBER
    assert broken() == []
    with pytest.raises(IntegrityError, match="once_a_month"), transaction.atomic():
        AllowanceFactory(leader=leader)


@pytest.mark.parametrize(
    ("facts", "part"),
    [
        ({"month": dt.date(2026, 12, 1)}, "2026-12 还没有开始"),
        ({"paid_on": dt.date(2026, 11, 3)}, "发放日期不能晚于今天，现填 2026-11-03"),
        ({"paid_on": dt.date(2026, 8, 31)}, "早于 2026-09"),
        ({"payer": "nobody"}, "请选择发放单位"),
        ({"amount": 100_001}, "现填 100001"),
        ({"month": dt.date(2026, 2, 1)}, "试领甲在 2026-02 不在聘期内"),
    ],
)
def test_what_cannot_have_been_paid_is_refused(leader, officer, facts, part):
    with pytest.raises(RuleError, match=part):
        pay(officer, leader, **facts)
    assert not AllowancePayment.objects.exists()


def test_only_accepted_leaders_in_reach_are_paid(worker, leader, officer, other_officer):
    with pytest.raises(PermissionDenied):
        pay(other_officer, leader)
    with pytest.raises(RuleError, match="没有勾选"):
        pay(officer)
    SkillLeader.objects.filter(pk=leader.pk).update(state="proposed", decided_at=None, decided_by=None)
    with pytest.raises(RuleError, match="没有通过审定"):
        pay(officer, leader)


def test_paid_months_hold_the_term_until_they_are_struck(leader, officer, clerk):
    (payment,) = pay(officer, leader, month=OCTOBER)
    seen = {"leader": leader, "by": officer, "version": "1"}
    with pytest.raises(RuleError, match="已登记发放 2026-10 的津贴"):
        leaders.end_leader(**seen, end=OCTOBER, note="调往外地工作")
    with pytest.raises(RuleError, match="请写明事由"):
        allowances.strike_payment(payment=payment, note="", by=officer)
    allowances.strike_payment(payment=payment, note="登记错了人", by=officer)
    with pytest.raises(RuleError, match="已被他人删去"):
        allowances.strike_payment(payment=payment, note="登记错了人", by=officer)
    entry = AuditEntry.objects.get(action="training.allowance_strike")
    assert entry.details == {"month": "2026-10", "amount": 300, "note": "登记错了人"}
    assert leaders.end_leader(**seen, end=OCTOBER, note="调往外地工作").end == OCTOBER


def test_of_overlapping_terms_a_merge_keeps_the_accepted_one(leader, worker, firm, officer):
    other = WorkerFactory(employer=firm)
    doubled = propose(other, officer)
    later = propose(other, officer, start=dt.date(2028, 3, 1), until=dt.date(2028, 6, 1))
    (payment,) = pay(officer, leader)
    merge_workers(kept=other, absorbed=worker, facts={}, note="同一人两次登记", by=officer)
    for row in (leader, doubled, later):
        row.refresh_from_db()
        assert row.worker == other
    assert (leader.end, later.end_note) == (dt.date(2028, 3, 1), "")
    assert (doubled.end, doubled.end_note) == (doubled.start, leader_people.DOUBLED)
    assert payment.leader == leader
    assert broken() == []


def test_forgetting_a_person_takes_names_away_and_leaves_sums(leader, officer):
    pay(officer, leader)
    leader_people.erase_leaders([leader.worker_id], [])
    leader.refresh_from_db()
    assert (leader.team, leader.document_number, leader.trade) == ("", "", "电工")
    assert leader.payments.get().amount == 300


def test_the_copy_for_the_person_holds_terms_and_allowances(leader, officer):
    pay(officer, leader)
    sheets = {
        title: (headings, rows)
        for title, headings, rows in holdings.records_of(leader.worker, by=officer, full_numbers=False)
    }
    headings, rows = sheets["技能带头人"]
    assert len(headings) == len(rows[0])
    assert rows[0][:5] == ("电工", "试验攻关组", "2026-03-01", "2028-02-29", "300")
    assert sheets["带头人津贴"][1] == [("2026-09", "300", "2026-11-02", "用人单位")]
