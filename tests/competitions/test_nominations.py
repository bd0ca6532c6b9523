"""Nominations from draft to honour: who may, in which order, within which quotas, and what the database refuses."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from accounts.models import AuditEntry
from competitions.holdings.nominations import records_of
from competitions.invariants.nominations import INVARIANTS
from competitions.models import CollectiveHonour, Honour, Nomination, NoticeObjection, Selection
from competitions.services import (
    nomination_decisions as decisions,
    nomination_people as people,
    nominations as services,
    selections,
)
from competitions.services.honours import edit_honour
from competitions.services.nomination_papers import add_nomination_paper, remove_nomination_paper
from core.errors import RuleError
from tests.competitions.test_freeze import refused
from tests.factories.honours import TeamFactory
from tests.factories.nominations import NominationFactory, SelectionFactory, SelectionShareFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 2)  # a Monday
SAID = {"position": "industrial", "job": "装配工", "reason": "技术攻关成绩突出", "merits": "三年完成攻关八项"}
PLAN = {
    "title": "2026年市五一劳动奖章推荐",
    "year": 2026,
    "honour_type": "MAY1_C",
    "is_collective": False,
    "issuer": "试验市总工会",
    "document_number": "试总工〔2026〕1号",
    "places": 2,
    "places_each": 2,
    "deadline": dt.date(2026, 11, 20),
    "notice_days": 5,
    "notice_unit": "working",
    "note": "",
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(dt.datetime(2026, 11, 2, 2, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union, economy="3")


@pytest.fixture
def selection(town):
    return SelectionFactory(union=town, places=2, places_each=2, deadline=dt.date(2026, 11, 20))


def nominate(selection, worker, by, **facts):
    return services.nominate_person(selection=selection, worker=worker, by=by, **(SAID | facts))


def submit(selection, rows, by):
    return services.submit_nominations(selection=selection, nominations=[row.pk for row in rows], by=by)


def shortlist(selection, rows, by):
    return decisions.shortlist(selection=selection, nominations=[row.pk for row in rows], by=by)


def publish(selection, by, *, until=dt.date(2026, 11, 9), note=""):
    start = dt.date(2026, 11, 3)
    return selections.start_notice(selection=selection, start=start, until=until, note=note, by=by)


def broken():
    return [fault for _, rule in INVARIANTS for fault in rule()]


def states(selection):
    return list(selection.nominations.order_by("pk").values_list("state", flat=True))


def test_from_the_plan_to_the_honour(clock, town, union, firm, officer, clerk):
    held = selections.plan_selection(union=town, by=clerk, template="MAY1_N", **PLAN)
    asked = {row.category: (row.percent, "全国" in row.source) for row in held.shares.all()}
    assert asked == {
        name: (n, True)
        for name, n in [("industrial", 35), ("frontline", 20), ("science", 20), ("migrant", 10)]
    }
    assert not Selection.objects.visible_to(officer).exists()
    selections.open_selection(selection=held, by=clerk)
    assert Selection.objects.visible_to(officer).get() == held
    worker = WorkerFactory(employer=firm, name="试推甲", sex="2", household_type="2", political="02")
    row = nominate(held, worker, officer)
    assert (row.state, row.union, row.is_woman, row.is_migrant, row.is_party) == (
        "draft",
        union,
        True,
        True,
        True,
    )
    type(worker).objects.filter(pk=worker.pk).update(political="13")
    submit(held, [row], officer)
    row.refresh_from_db()
    assert (row.state, row.is_party, row.submitted_on, row.facts_on) == ("submitted", False, TODAY, TODAY)
    shortlist(held, [row], clerk)
    with pytest.raises(RuleError, match="其他一线职工和专业技术人员 0/1，需 1 人，还差 1 人"):
        publish(held, clerk)
    with pytest.raises(RuleError, match="最早到 2026-11-09，现填 2026-11-08"):
        publish(held, clerk, until=dt.date(2026, 11, 8), note="名额只有一个")
    Selection.objects.filter(pk=held.pk).update(places=1)
    beyond = NominationFactory(selection=held, union=union, state="shortlisted")
    with pytest.raises(RuleError, match="推荐名单有 2 个，名额只有 1 个。请调整名单或名额后再公示。"):
        publish(held, clerk, note="名额只有一个")
    beyond.delete()
    held = publish(held, clerk, note="名额只有一个")
    assert (held.phase, held.share_note) == ("notice", "名额只有一个")
    with pytest.raises(RuleError, match="公示到 2026-11-09 为止"):
        selections.decide_selection(selection=held, by=clerk)
    clock.move_to(dt.datetime(2026, 11, 10, 2, tzinfo=dt.UTC))
    row.refresh_from_db()
    seen = row.version
    held = selections.decide_selection(selection=held, by=clerk)
    held = selections.send_selection(
        selection=held, sent_number="试总工〔2026〕9号", sent_on=dt.date(2026, 11, 10), by=clerk
    )
    row.refresh_from_db()
    assert (held.phase, row.state, Honour.objects.count()) == ("sent", "recommended", 0)
    assert row.version == seen + 1  # who looked at it before the decision does not change it unawares
    grant = {"level": "C", "document_number": "试总工〔2026〕20号", "awarded_on": dt.date(2026, 11, 10)}
    with pytest.raises(RuleError, match="没有填写文号"):
        decisions.grant_nomination(
            nomination=row, version=str(row.version), by=clerk, **(grant | {"document_number": " "})
        )
    row = decisions.grant_nomination(nomination=row, version=str(row.version), by=clerk, **grant)
    honour = Honour.objects.get()
    assert (row.state, row.honour, honour.worker, honour.state) == ("awarded", honour, worker, "entered")
    assert (honour.type, honour.title, honour.issuer, honour.year) == (
        "MAY1_C",
        "市五一劳动奖章",
        "试验市总工会",
        2026,
    )
    assert broken() == []
    trail = AuditEntry.objects.filter(object_type__startswith="competitions.")
    assert "试推甲" not in str(list(trail.values_list("details", flat=True)))
    [(_, _, [line])] = records_of(worker, by=officer, full_numbers=False)
    assert line[:2] == (PLAN["title"], "甲厂工会委员会")
    assert line[-2:] == ("已授予", "")
    with pytest.raises(RuleError, match="这项荣誉由推荐评选授予，应有授予文件号"):
        edit_honour(honour=honour, version=str(honour.version), by=officer, document_number="")
    Honour.objects.update(document_number="", worker=WorkerFactory(employer=firm))
    assert broken() == [
        f"Nomination {row.pk}: the honour is of somebody else",
        f"Nomination {row.pk}: its honour names no document",
    ]


def test_collectives_are_firms_and_teams_and_get_their_own_honour(clock, town, union, firm, officer, clerk):
    with pytest.raises(RuleError, match="“工人先锋号”授予集体，不能登记给个人"):
        selections.plan_selection(union=town, by=clerk, **(PLAN | {"honour_type": "PIONEER"}))
    facts = PLAN | {"honour_type": "PIONEER", "is_collective": True, "places": None}
    held = selections.plan_selection(union=town, by=clerk, **facts)
    assert dict(held.shares.values_list("category", "percent")) == {"team": 70, "nonpublic": 35}
    selections.open_selection(selection=held, by=clerk)
    team = TeamFactory(union=union, employer=firm)
    said = {"reason": SAID["reason"], "merits": SAID["merits"]}
    with pytest.raises(RuleError, match="只选一项"):
        services.nominate_group(selection=held, by=officer, employer=firm, team=team, **said)
    with pytest.raises(RuleError, match="这次推荐的是集体"):
        nominate(held, WorkerFactory(employer=firm), officer)
    row = services.nominate_group(selection=held, by=officer, team=team, **said)
    other = services.nominate_group(selection=held, by=officer, employer=firm, **said)
    assert [(one.subject, one.employer, one.is_nonpublic) for one in (row, other)] == [
        ("team", firm, True),
        ("employer", firm, True),
    ]
    with pytest.raises(Exception, match="这个集体已在这次推荐中"):
        services.nominate_group(selection=held, by=officer, team=team, **said)
    submit(held, [row, other], officer)
    shortlist(held, [row], clerk)
    decisions.refuse_nominations(selection=held, nominations=[other.pk], note="今年只推荐班组", by=clerk)
    publish(held, clerk)
    clock.move_to(dt.datetime(2026, 11, 10, 2, tzinfo=dt.UTC))
    selections.decide_selection(selection=held, by=clerk)
    row.refresh_from_db()
    decisions.grant_nomination(
        nomination=row, version=str(row.version), level="C", document_number="试总工〔2026〕21号",
        awarded_on=dt.date(2026, 11, 10), by=clerk,
    )  # fmt: skip
    honour = CollectiveHonour.objects.get()
    assert (honour.team, honour.employer, honour.type, Honour.objects.count()) == (team, None, "PIONEER", 0)
    assert broken() == []


def test_quotas_bound_what_a_union_submits_and_what_the_town_lists(
    selection, town, union, firm, officer, clerk
):
    rows = [nominate(selection, WorkerFactory(employer=firm), officer) for _ in range(3)]
    with pytest.raises(RuleError, match="甲厂工会委员会名额 2 个，还可提交 2 个，本次勾选了 3 个"):
        submit(selection, rows, officer)
    selections.set_place(selection=selection, union=union, places=3, by=clerk)
    assert submit(selection, rows, officer) == 3
    with pytest.raises(RuleError, match="推荐名额共 2 个，名单上还可列入 2 个，本次勾选了 3 个"):
        shortlist(selection, rows, clerk)
    assert shortlist(selection, rows[:2], clerk) == 2
    with pytest.raises(RuleError, match="还有 1 个推荐没有审核"):
        publish(selection, clerk)
    decisions.send_back(selection=selection, nominations=[rows[2].pk], note="请补充主要事迹", by=clerk)
    assert states(selection) == ["shortlisted", "shortlisted", "returned"]
    back = Nomination.objects.get(pk=rows[2].pk)
    services.edit_nomination(nomination=back, version=str(back.version), by=officer, merits="补充了事迹")
    assert submit(selection, [back], officer) == 1
    decisions.take_off(selection=selection, nominations=[rows[0].pk], by=clerk)
    assert states(selection) == ["submitted", "shortlisted", "submitted"]
    listed = Nomination.objects.get(pk=rows[1].pk)
    with pytest.raises(RuleError, match="只有草稿和退回的可以修改"):
        services.edit_nomination(nomination=listed, version=str(listed.version), by=officer, merits="再改")
    services.withdraw_nomination(
        nomination=listed, version=str(listed.version), reason="本人离开岗位", by=officer
    )
    again = nominate(selection, listed.worker, officer)
    assert (states(selection)[1], again.state) == ("withdrawn", "draft")


def test_who_may_put_whom_forward(clock, selection, firm, other_union, officer, other_officer, clerk):
    worker = WorkerFactory(employer=firm)
    with pytest.raises(PermissionDenied):
        nominate(selection, worker, other_officer)
    row = nominate(selection, worker, officer)
    with pytest.raises(Exception, match="此人已在这次推荐中"):
        nominate(selection, worker, clerk)
    with pytest.raises(RuleError, match="没有填写主要事迹"):
        nominate(selection, WorkerFactory(employer=firm), officer, merits=" ")
    with pytest.raises(RuleError, match="请勾选要提交的推荐对象"):
        submit(selection, [row], other_officer)
    with pytest.raises(PermissionDenied):
        shortlist(selection, [row], officer)
    assert not Nomination.objects.visible_to(other_officer).exists()
    clock.move_to(dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC))
    with pytest.raises(RuleError, match="推荐已于 2026-11-20 截止"):
        submit(selection, [row], officer)
    assert submit(selection, [row], clerk) == 1
    selections.cancel_selection(selection=selection, reason="上级暂停评选", by=clerk)
    with pytest.raises(RuleError, match="推荐评选现在是“已取消”"):
        nominate(selection, WorkerFactory(employer=firm), officer)


def test_a_notice_is_taken_back_with_a_reason(clock, selection, firm, officer, clerk):
    rows = [nominate(selection, WorkerFactory(employer=firm), officer) for _ in range(2)]
    submit(selection, rows, officer)
    shortlist(selection, rows[:1], clerk)
    with pytest.raises(RuleError, match="不能撤回公示"):
        selections.retract_notice(selection=selection, reason="名单排错了人", by=clerk)
    decisions.send_back(selection=selection, nominations=[rows[1].pk], note="事迹太短", by=clerk)
    publish(selection, clerk)
    with pytest.raises(PermissionDenied):
        selections.retract_notice(selection=selection, reason="名单排错了人", by=officer)
    with pytest.raises(RuleError):
        selections.retract_notice(selection=selection, reason=" ", by=clerk)
    held = selections.retract_notice(selection=selection, reason="名单排错了人", by=clerk)
    assert (held.phase, held.notice_from, held.notice_until) == ("open", None, None)
    assert (held.retracted_on, held.retract_reason) == (dt.date(2026, 11, 2), "名单排错了人")
    entry = AuditEntry.objects.latest("pk")
    told = {"reason": "名单排错了人", "notice_from": "2026-11-03", "notice_until": "2026-11-09"}
    assert (entry.action, entry.details) == ("competitions.selection_retract", told)
    submit(selection, rows[1:], officer)
    shortlist(selection, rows[1:], clerk)
    assert publish(selection, clerk).phase == "notice"
    assert states(selection) == ["shortlisted", "shortlisted"]
    clock.move_to(dt.datetime(2026, 11, 10, 2, tzinfo=dt.UTC))
    selections.decide_selection(selection=selection, by=clerk)
    with pytest.raises(RuleError, match="不能撤回公示"):
        selections.retract_notice(selection=selection, reason="名单排错了人", by=clerk)
    assert broken() == []


def test_an_objection_holds_the_decision_up_and_ends_a_nomination_when_upheld(
    clock, selection, firm, officer, clerk
):
    rows = [nominate(selection, WorkerFactory(employer=firm), officer) for _ in range(2)]
    submit(selection, rows, officer)
    shortlist(selection, rows, clerk)
    said = {"channel": "letter", "is_signed": True, "text": "事迹不实"}
    with pytest.raises(RuleError, match="只有公示中的推荐对象可以登记异议"):
        decisions.record_objection(nomination=rows[0], received_on=TODAY, by=clerk, **said)
    publish(selection, clerk)
    clock.move_to(dt.datetime(2026, 11, 10, 2, tzinfo=dt.UTC))
    with pytest.raises(RuleError, match="收到日期应在公示开始"):
        decisions.record_objection(nomination=rows[0], received_on=TODAY, by=clerk, **said)
    filed = [
        decisions.record_objection(nomination=row, received_on=dt.date(2026, 11, 5), by=clerk, **said)
        for row in rows
    ]
    assert (
        NoticeObjection.objects.visible_to(clerk).count(),
        NoticeObjection.objects.visible_to(officer).count(),
    ) == (2, 0)
    with pytest.raises(RuleError, match="有 2 个推荐对象的公示异议还没有核查"):
        selections.decide_selection(selection=selection, by=clerk)
    with pytest.raises(PermissionDenied):
        decisions.settle_objection(objection=filed[0], verdict="upheld", answer="属实", by=officer)
    decisions.settle_objection(objection=filed[0], verdict="upheld", answer="经核查属实", by=clerk)
    decisions.settle_objection(objection=filed[1], verdict="rejected", answer="经核查不属实", by=clerk)
    selections.decide_selection(selection=selection, by=clerk)
    assert states(selection) == ["refused", "recommended"]
    row = Nomination.objects.get(state="recommended")
    decisions.decline_nomination(nomination=row, version=str(row.version), note="上级名额压缩", by=clerk)
    assert (states(selection), broken()) == (["refused", "declined"], [])


def test_the_database_keeps_the_order(selection, union):
    draft = NominationFactory(selection=selection, union=union)
    rows = Nomination.objects.filter(pk=draft.pk)
    refused(
        lambda: rows.update(state="shortlisted"),
        "from draft to shortlisted in no order while the selection is open",
    )
    refused(lambda: rows.update(state="recommended"), "in no order")
    rows.update(state="submitted", submitted_on=TODAY)
    rows.update(state="shortlisted")
    refused(lambda: rows.update(state="awarded"), "from shortlisted to awarded")
    held = Selection.objects.filter(pk=selection.pk)
    refused(lambda: held.update(phase="decided"), "from open to decided in no order")
    refused(lambda: held.update(phase="notice"), "competitions_selection_notice")
    held.update(phase="notice", notice_from=TODAY, notice_until=TODAY)
    refused(lambda: rows.update(state="submitted"), "while the selection is notice")
    refused(
        lambda: NominationFactory(selection=selection, union=union), "begins as a draft of an open selection"
    )
    said = {"channel": "phone", "text": "不实", "received_on": TODAY, "recorded_by": selection.created_by}
    NoticeObjection.objects.create(nomination=draft, **said)
    later = TODAY + dt.timedelta(days=1)
    refused(lambda: held.update(phase="decided", decided_on=later), "while an objection is open")
    assert (rows.get().state, held.get().phase) == ("shortlisted", "notice")
    NoticeObjection.objects.all().delete()
    refused(
        lambda: held.update(phase="decided", decided_on=TODAY), "competitions_selection_decided_after_notice"
    )
    held.update(phase="decided", decided_on=later)
    refused(lambda: rows.update(state="awarded"), "from shortlisted to awarded")
    rows.update(state="recommended")
    refused(lambda: rows.update(state="awarded"), "competitions_nomination_awarded")
    refused(lambda: NoticeObjection.objects.create(nomination=draft, **said), "the selection is decided")
    groups = SelectionFactory(union=selection.union, is_collective=True, honour_type="PIONEER")
    refused(lambda: NominationFactory(selection=groups, union=union), "begins as a draft")


def test_papers_come_and_go_before_submission(selection, firm, officer, other_officer, clerk, settings):
    row = nominate(selection, WorkerFactory(employer=firm), officer)
    scan = ContentFile(b"%PDF-1.7 test", name="推荐表.pdf")
    with pytest.raises(PermissionDenied):
        add_nomination_paper(nomination=row, file=scan, by=other_officer)
    scan.seek(0)
    paper = add_nomination_paper(nomination=row, file=scan, by=officer)
    submit(selection, [row], officer)
    with pytest.raises(RuleError, match="附件只能在草稿和退回时增减"):
        remove_nomination_paper(paper=paper, by=officer)
    people.erase_nominations([row.worker_id], [])
    row.refresh_from_db()
    assert (row.reason, row.merits, row.job, row.papers.count()) == ("（已匿名化）", "（已匿名化）", "", 0)
    assert row.position == "industrial"


def test_merging_two_records_leaves_one_nomination_of_a_person(selection, firm, officer, clerk):
    kept, absorbed = WorkerFactory(employer=firm), WorkerFactory(employer=firm)
    mine = NominationFactory(selection=selection, union=firm.union, worker=kept, state="draft")
    further = NominationFactory(selection=selection, union=firm.union, worker=absorbed, state="shortlisted")
    alone = NominationFactory(union=firm.union, worker=absorbed)
    people.move_nominations(kept, absorbed)
    found = {row.pk: (row.worker, row.state) for row in Nomination.objects.all()}
    assert found == {
        mine.pk: (kept, "withdrawn"),
        further.pk: (kept, "shortlisted"),
        alone.pk: (kept, "draft"),
    }
    assert broken() == []


def test_shares_and_facts_change_while_nominations_come_in(selection, clerk):
    SelectionShareFactory(selection=selection)
    asked = {"woman": (20, "市通知"), "party": (101, "市通知"), "worker": (50, " ")}
    with pytest.raises(RuleError) as refusal:
        selections.set_shares(selection=selection, version="1", shares=asked, by=clerk)
    assert set(refusal.value.message_dict) == {"party", "worker"}
    selections.set_shares(selection=selection, version="1", shares={"woman": (20, "市通知")}, by=clerk)
    assert list(selection.shares.values_list("category", "percent")) == [("woman", 20)]
    with pytest.raises(RuleError) as refusal:
        selections.edit_selection(selection=selection, version="2", by=clerk, honour_type="MAY1_P")
    assert list(refusal.value.message_dict) == ["honour_type"]
    with pytest.raises(RuleError, match="已被其他人修改"):
        selections.edit_selection(selection=selection, version="1", by=clerk, places=9)
    assert selections.edit_selection(selection=selection, version="2", by=clerk, places=9).places == 9
