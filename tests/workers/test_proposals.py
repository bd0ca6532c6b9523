"""入会申请 and other proposed changes: nothing happens before the decision, and each is decided once."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions.models import OrgType
from workers import services
from workers.invariants import INVARIANTS
from workers.models import Change, Membership, Proposal, Standing, Worker
from workers.services.deemed import deem_withdrawn, keep_candidate
from workers.services.proposals import cancel, decide, propose, refuse
from workers.services.transfers import start_transfer

FEBRUARY, MARCH, APRIL = dt.date(2024, 2, 1), dt.date(2024, 3, 1), dt.date(2024, 4, 1)
APPLICATION, ROLL_CALL = Proposal.Source.APPLICATION, Proposal.Source.ROLL_CALL


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def newcomer(firm):
    return WorkerFactory(employer=firm, member=False)


@pytest.fixture
def member(firm):
    return WorkerFactory(employer=firm)


def apply(worker, by, **facts):
    return propose(worker=worker, source=APPLICATION, by=by, **{"on": MARCH, **facts})


def actions():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_membership_starts_with_the_approval_and_not_before(officer, newcomer, union):
    application = apply(newcomer, officer)
    newcomer.refresh_from_db()
    assert (newcomer.standing, Membership.objects.count()) == (Standing.NONE, 0)

    done = decide(proposal=application, on=APRIL, note="委员会2024年4月会议", by=officer)
    newcomer.refresh_from_db()
    assert (newcomer.standing, newcomer.member_since, newcomer.union) == (Standing.MEMBER, APRIL, union)
    assert (done.state, done.decided_by, done.decision_note) == ("done", officer, "委员会2024年4月会议")
    spell = Membership.objects.get()
    assert (spell.start, spell.start_change) == (APRIL, Change.JOIN)
    assert actions() == ["workers.proposal", "workers.membership"]
    details = AuditEntry.objects.order_by("pk").last().details
    assert (details["proposal"], details["to"], details["on"]) == (application.pk, union.pk, "2024-04-01")


def test_a_refused_or_withdrawn_application_leaves_no_membership_and_allows_another(officer, newcomer):
    refused = refuse(proposal=apply(newcomer, officer), note="材料不全", by=officer)
    withdrawn = cancel(proposal=apply(newcomer, officer), by=officer)
    assert (refused.state, refused.decision_note, withdrawn.state) == ("refused", "材料不全", "cancelled")
    assert Membership.objects.count() == 0
    decide(proposal=apply(newcomer, officer), on=MARCH, by=officer)
    assert Membership.objects.get().start == MARCH


def test_a_decided_proposal_is_not_decided_again(officer, newcomer):
    application = apply(newcomer, officer)
    refuse(proposal=application, note="材料不全", by=officer)
    today = timezone.localdate()
    for again in (
        lambda: decide(proposal=application, on=APRIL, by=officer),
        lambda: refuse(proposal=application, note="再次", by=officer),
        lambda: cancel(proposal=application, by=officer),
    ):
        with pytest.raises(RuleError, match=f"这一项已由 {officer} 于 {today} 办结：不予办理"):
            again()


@pytest.mark.parametrize(
    ("facts", "given", "message"),
    [
        ({"employment_status": "4"}, {}, "已退休、离休人员不能新入会"),
        ({"birth_date": dt.date(2010, 1, 1)}, {}, "当日未满 16 周岁，不能入会"),
        ({}, {"on": dt.date(2999, 1, 1)}, "日期不能晚于今天，现填 2999-01-01"),
        ({}, {"on": dt.date(2014, 1, 1)}, "日期不能早于该工会的建会日期 2015-03-01"),
        ({"member": True}, {}, "此人自 2021-06-01 起已有会籍，不能再申请入会"),
    ],
)
def test_an_application_is_refused_with_the_reason(officer, firm, facts, given, message):
    worker = WorkerFactory(employer=firm, **{"member": False, **facts})
    with pytest.raises(RuleError, match=message):
        apply(worker, officer, **given)
    assert Proposal.objects.count() == 0
    assert AuditEntry.objects.count() == 0


def test_federations_take_no_applications(clerk, newcomer, federation):
    with pytest.raises(RuleError, match="会员应在基层工会或联合基层工会"):
        apply(newcomer, clerk, union=federation)


def test_the_approval_is_not_older_than_the_application(officer, newcomer):
    application = apply(newcomer, officer)
    with pytest.raises(RuleError, match="批准日期不能早于申请日期 2024-03-01"):
        decide(proposal=application, on=FEBRUARY, by=officer)
    with pytest.raises(RuleError, match="只能批准入会、不予批准或撤回"):
        decide(proposal=application, on=APRIL, change=Change.TRANSFER_IN, by=officer)
    application.refresh_from_db()
    assert application.state == "open"


def test_one_open_matter_per_person(officer, newcomer):
    apply(newcomer, officer)
    with pytest.raises(RuleError, match="已有一项待决定的会籍变化"):
        apply(newcomer, officer)


def test_joining_directly_closes_the_application(officer, newcomer):
    application = apply(newcomer, officer)
    services.change_membership(worker=newcomer, change=Change.JOIN, on=APRIL, by=officer)
    application.refresh_from_db()
    assert (application.state, application.decision_note) == ("cancelled", "会籍已另行办理：入会")
    assert AuditEntry.objects.order_by("pk").last().details["closed"] == [f"proposal:{application.pk}"]


def test_strangers_neither_apply_nor_decide(officer, other_officer, newcomer):
    with pytest.raises(PermissionDenied):
        apply(newcomer, other_officer)
    application = apply(newcomer, officer)
    for attempt in (
        lambda: decide(proposal=application, on=APRIL, by=other_officer),
        lambda: refuse(proposal=application, note="理由", by=other_officer),
        lambda: cancel(proposal=application, by=other_officer),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    application.refresh_from_db()
    assert application.state == "open"


def test_a_missed_member_is_retained_by_decision(officer, member):
    missed = propose(
        worker=member, source=ROLL_CALL, change=Change.RETAIN, reason="3", status="30", on=MARCH, by=officer
    )
    member.refresh_from_db()
    assert member.standing == Standing.MEMBER
    decide(proposal=missed, on=APRIL, by=officer)
    member.refresh_from_db()
    assert member.standing == Standing.RETAINED
    assert Membership.objects.get(end=None).status == "30"


def test_the_decision_names_the_change_that_was_left_open(officer, member):
    missed = propose(worker=member, source=ROLL_CALL, on=MARCH, by=officer)
    with pytest.raises(RuleError, match="请选择会籍变化类型"):
        decide(proposal=missed, on=APRIL, by=officer)
    decide(proposal=missed, on=APRIL, change=Change.TRANSFER_OUT, reason="1", by=officer)
    member.refresh_from_db()
    assert (member.standing, member.employer) == (Standing.LEFT, None)


def test_a_rule_broken_by_the_decision_leaves_the_proposal_open(officer, member):
    missed = propose(worker=member, source=ROLL_CALL, on=MARCH, by=officer)
    with pytest.raises(RuleError, match="请选择退会的原因"):
        decide(proposal=missed, on=APRIL, change=Change.WITHDRAW, by=officer)
    missed.refresh_from_db()
    assert (missed.state, missed.decided_by) == ("open", None)


def test_somebody_without_a_membership_who_is_gone_loses_the_job(officer, newcomer):
    missed = propose(worker=newcomer, source=ROLL_CALL, on=MARCH, by=officer)
    decide(proposal=missed, on=APRIL, by=officer)
    newcomer.refresh_from_db()
    assert (newcomer.standing, newcomer.employer) == (Standing.LEFT, None)
    assert newcomer.employments.get().end == APRIL


def test_nothing_but_joining_is_proposed_for_people_without_membership(officer, newcomer):
    with pytest.raises(RuleError, match="此人目前没有会籍，不能办理“退会”"):
        propose(worker=newcomer, source=ROLL_CALL, change=Change.WITHDRAW, by=officer)


def test_no_application_while_the_membership_is_on_its_way(clerk, officer, member, other_union):
    start_transfer(worker=member, destination=other_union, on=MARCH, by=officer)
    with pytest.raises(RuleError, match="会籍正在接转"):
        propose(worker=member, source=Proposal.Source.OFFICE, change=Change.RETAIN, by=officer)
    propose(worker=member, source=ROLL_CALL, by=officer)  # a finding stands beside it


def deem(worker, by, **facts):
    given = {"on": APRIL, "months": 8, "persuaded_on": MARCH, "persuaded_by": "试主席"}
    return deem_withdrawn(worker=worker, by=by, **given | facts)


def test_deemed_withdrawal_is_a_withdrawal_with_its_grounds(officer, member):
    proposal = deem(member, officer, note="电话三次")
    spell = Membership.objects.get()
    assert (spell.end, spell.end_change, spell.end_reason, spell.is_deemed) == (APRIL, "6", "", True)
    assert proposal.decision_note == "连续8个月未缴会费、未参加活动；2024-03-01由试主席劝说无效。电话三次"
    assert (proposal.state, proposal.source, proposal.decided_by) == ("done", "candidate", officer)
    assert AuditEntry.objects.order_by("pk").last().details["deemed"] is True


def test_deemed_withdrawal_settles_the_finding_of_the_roll_call(officer, member):
    missed = propose(worker=member, source=ROLL_CALL, on=MARCH, by=officer)
    assert deem(member, officer) == missed
    assert Proposal.objects.get().state == "done"


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"months": 5}, "连续 6 个月以上不缴会费"),
        ({"persuaded_on": dt.date(2024, 5, 1)}, "劝说日期不能晚于退会日期"),
        ({"persuaded_by": " "}, "请写明由谁劝说"),
        ({"on": dt.date(2021, 6, 1), "persuaded_on": dt.date(2021, 6, 1)}, "日期应晚于现有会籍的起始日期"),
    ],
)
def test_deemed_withdrawal_needs_its_grounds(officer, member, facts, message):
    with pytest.raises(RuleError, match=message):
        deem(member, officer, **facts)
    assert Proposal.objects.count() == 0
    assert Membership.objects.get().end is None


def test_retained_members_are_not_deemed_withdrawn(officer, member):
    services.change_membership(worker=member, change=Change.RETAIN, on=MARCH, reason="3", by=officer)
    with pytest.raises(RuleError, match="保留会籍期间免缴会费"):
        deem(member, officer)


def test_keeping_a_candidate_needs_a_reason_and_is_on_record(officer, member):
    with pytest.raises(RuleError, match="请写明保留在籍的理由"):
        keep_candidate(worker=member, note=" ", by=officer)
    kept = keep_candidate(worker=member, note="外派出国，已联系上", by=officer)
    assert (kept.state, kept.source, kept.decision_note) == ("refused", "candidate", "外派出国，已联系上")
    member.refresh_from_db()
    assert member.standing == Standing.MEMBER


def test_an_application_goes_to_a_union_in_reach(officer, newcomer, other_union, town):
    with pytest.raises(PermissionDenied):
        apply(newcomer, officer, union=other_union)
    dissolved = UnionFactory(parent=town, org_type=OrgType.JOINT, dissolved_on=dt.date(2023, 1, 1))
    with pytest.raises(RuleError, match="该工会已于 2023-01-01 撤销"):
        apply(newcomer, officer, union=dissolved)


FACTS = {
    "name": "试曾乐",
    "doc_type": "111",
    "number": "330382199001010015",
    "sex": "1",
    "birth_date": dt.date(1990, 1, 1),
    "phone": "13800001234",
    "ethnicity": "01",
    "education": "60",
    "skill_level": "L2",
    "employment_status": "1",
    "household_type": "2",
}


def test_a_new_person_is_registered_with_an_application(officer, union):
    worker = services.register_worker(union=union, joined_on=MARCH, join_change="apply", by=officer, **FACTS)
    application = Proposal.objects.get()
    assert (worker.standing, Membership.objects.count()) == (Standing.NONE, 0)
    assert (application.worker, application.union, application.on) == (worker, union, MARCH)
    assert actions() == ["workers.register", "workers.proposal"]


def test_an_application_that_cannot_be_stores_nobody(officer, union):
    with pytest.raises(RuleError) as error:
        services.register_worker(
            union=union, joined_on=dt.date(2014, 1, 1), join_change="apply", by=officer, **FACTS
        )
    assert error.value.message_dict == {"joined_on": ["日期不能早于该工会的建会日期 2015-03-01"]}
    with pytest.raises(RuleError, match="已退休、离休人员不能新入会"):
        services.register_worker(
            union=union,
            joined_on=MARCH,
            join_change="apply",
            by=officer,
            **FACTS | {"employment_status": "4"},
        )
    assert Worker.objects.count() == 0


def test_the_dead_join_again_only_as_a_correction(officer, member):
    services.change_membership(worker=member, change=Change.DEATH, on=MARCH, by=officer)
    with pytest.raises(RuleError, match="名册登记此人已于 2024-03-01 死亡"):
        apply(member, officer, on=APRIL)
    with pytest.raises(RuleError, match="如登记有误，请写明更正依据"):
        services.change_membership(worker=member, change=Change.JOIN, on=APRIL, by=officer)
    services.change_membership(
        worker=member, change=Change.JOIN, on=APRIL, note="死亡登记有误，本人到场", by=officer
    )
    member.refresh_from_db()
    assert member.standing == Standing.MEMBER


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (
            lambda: Membership.objects.update(end=APRIL, end_change="6"),
            "Transfer {transfer} is pending, but its origin holds no running membership",
        ),
        (
            lambda: Proposal.objects.update(worker=Membership.objects.get().worker),
            "Proposal {proposal}: the applicant has a running membership",
        ),
    ],
)
def test_the_invariants_find_business_that_lost_its_ground(
    officer, newcomer, member, other_union, spoil, fault
):
    application = apply(newcomer, officer)
    transfer = start_transfer(worker=member, destination=other_union, on=MARCH, by=officer)
    assert [text for _, check in INVARIANTS for text in check()] == []
    spoil()
    Worker.objects.filter(pk=member.pk).update(standing="left", member_since=None)
    found = [text for _, check in INVARIANTS for text in check()]
    assert fault.format(transfer=transfer.pk, proposal=application.pk) in found
