"""Rules and claims of subsidies: what is refused and why, what is frozen, what follows a merge and anonymising."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.subsidies import SINCE, ClaimFactory, LimitFactory, RateFactory, ShortageFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.holdings.subsidies import records_of
from training.invariants.subsidies import INVARIANTS
from training.models import Certificate, ShortageTrade, SubsidyClaim, SubsidyLimit, SubsidyRate
from training.rules.subsidies import doubts_of_claim
from training.services import subsidies as services, subsidy_rules
from training.services.people import move_skills

TODAY = timezone.localdate()
RULE = {"start": dt.date(2026, 1, 1), "source": "试验文件〔2026〕2号"}


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union), name="试申甲")


@pytest.fixture
def certificate(worker):
    return CertificateFactory(worker=worker)


def claim(officer, *certificates):
    return services.claim_subsidies(certificates=[row.pk for row in certificates], by=officer)


def seen(*claims):
    return {row.pk: str(SubsidyClaim.objects.get(pk=row.pk).version) for row in claims}


def told(error) -> str:
    return " ".join(error.value.messages)


def faults():
    return [text for _, check in INVARIANTS for text in check()]


def test_a_claim_freezes_the_rules_it_was_made_by(officer, union, certificate):
    rate, _ = RateFactory(), ShortageFactory()
    LimitFactory()
    LimitFactory(kind="deadline", value=60)
    [made] = claim(officer, certificate)
    assert (made.rate, made.base, made.surcharge, made.amount) == (rate, 2000, 30, 2600)
    assert (made.claim_until, made.most_per_year) == (dt.date(2029, 5, 1), 3)
    assert (made.union, made.state, made.claimed_on, made.level) == (union, "claimed", TODAY, "L4")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.object_id, entry.details["amount"]) == (
        "training.subsidy_claim",
        made.pk,
        2600,
    )
    assert faults() == []


def test_limits_that_nobody_entered_are_frozen_as_none(officer, certificate):
    RateFactory()
    [made] = claim(officer, certificate)
    assert (made.claim_until, made.most_per_year) == (None, None)


@pytest.mark.parametrize(
    ("rules", "facts", "text"),
    [
        ({}, {"state": "entered"}, "待核验"),
        ({}, {"state": "revoked"}, "已失效"),
        ({}, {"issued_on": dt.date(2019, 12, 31)}, "没有 2019-12-31 施行的"),
        ({}, {"level": "L3"}, "补贴标准"),
        ({"kind": "deadline", "value": 12}, {}, "已过申领期限 2025-05-01"),
    ],
)
def test_a_certificate_that_fails_is_refused_with_the_reason(officer, worker, rules, facts, text):
    RateFactory()
    if rules:
        LimitFactory(**rules)
    certificate = CertificateFactory(worker=worker, **facts)
    with pytest.raises(RuleError) as error:
        claim(officer, certificate)
    assert text in told(error)
    assert "试申甲" in told(error)
    assert not SubsidyClaim.objects.exists()


def test_one_live_claim_per_certificate_also_in_the_database(officer, certificate):
    RateFactory()
    [made] = claim(officer, certificate)
    with pytest.raises(RuleError, match="已经申报过"):
        claim(officer, certificate)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimFactory(certificate=certificate)
    services.withdraw_claim(claim=made, version="1", by=officer)
    assert claim(officer, certificate)[0].state == "claimed"


def test_the_year_is_counted_over_all_certificates_of_a_person_and_within_one_selection(officer, worker):
    RateFactory()
    LimitFactory(value=2)
    ClaimFactory(certificate=CertificateFactory(worker=worker), state="refused")
    year_before = TODAY.replace(year=TODAY.year - 1, month=12, day=31)
    ClaimFactory(certificate=CertificateFactory(worker=worker), claimed_on=year_before)
    three = [CertificateFactory(worker=worker) for _ in range(3)]
    with pytest.raises(RuleError, match="每年最多 2 次"):
        claim(officer, *three)
    assert len(claim(officer, *three[:2])) == 2
    with pytest.raises(RuleError, match="已申报 2 次"):
        claim(officer, three[2])
    assert faults() == []
    LimitFactory(value=None, start=TODAY)
    assert claim(officer, three[2])[0].most_per_year is None


def test_certificates_out_of_reach_are_refused(officer, other_officer, certificate):
    RateFactory()
    with pytest.raises(RuleError, match="1 张证书不在您的管理范围内"):
        claim(other_officer, certificate)
    with pytest.raises(RuleError, match="请勾选"):
        claim(officer)


def test_the_town_approves_pays_and_corrects(officer, clerk, worker):
    RateFactory()
    rows = claim(officer, *(CertificateFactory(worker=worker) for _ in range(2)))
    services.approve_claims(claims=seen(*rows), by=clerk)
    with pytest.raises(RuleError, match="不能撤回"):
        services.withdraw_claim(claim=rows[0], version="2", by=officer)
    services.pay_claims(claims=seen(*rows), paid_on=TODAY, voucher=" 2026年第1批 ", by=clerk)
    paid = SubsidyClaim.objects.filter(state="paid", paid_on=TODAY, voucher="2026年第1批", paid_by=clerk)
    assert paid.count() == 2
    with pytest.raises(RuleError, match="现为“已发放”"):
        services.refuse_claims(claims=seen(rows[0]), note="错", by=clerk)
    first = SubsidyClaim.objects.get(pk=rows[0].pk)
    with pytest.raises(RuleError, match="理由"):
        services.strike_payment(claim=first, version="3", note=" ", by=clerk)
    services.strike_payment(claim=first, version="3", note="选错了行", by=clerk)
    first.refresh_from_db()
    assert (first.state, first.paid_on, first.voucher) == ("approved", None, "")
    assert AuditEntry.objects.latest("pk").details["voucher"] == "2026年第1批"
    services.refuse_claims(claims=seen(first), note="证书不符", by=clerk)
    first.refresh_from_db()
    assert (first.state, first.decision_note) == ("refused", "证书不符")


def test_several_are_decided_together_or_not_at_all(officer, clerk, worker):
    RateFactory()
    rows = claim(officer, *(CertificateFactory(worker=worker) for _ in range(2)))
    with pytest.raises(RuleError, match="已被其他人修改"):
        services.approve_claims(claims=seen(*rows) | {rows[1].pk: "9"}, by=clerk)
    with pytest.raises(RuleError, match="只有审核通过的"):
        services.pay_claims(claims=seen(*rows), paid_on=TODAY, voucher="一", by=clerk)
    assert set(SubsidyClaim.objects.values_list("state", flat=True)) == {"claimed"}
    with pytest.raises(PermissionDenied):
        services.approve_claims(claims=seen(*rows), by=officer)
    services.approve_claims(claims=seen(*rows), by=clerk)
    for day, voucher, field in ((TODAY, "", "voucher"), (TODAY + dt.timedelta(days=1), "一", "paid_on")):
        with pytest.raises(RuleError) as error:
            services.pay_claims(claims=seen(*rows), paid_on=day, voucher=voucher, by=clerk)
        assert set(error.value.message_dict) == {field}
    with pytest.raises(RuleError, match="不能早于申报日期"):
        services.pay_claims(claims=seen(*rows), paid_on=TODAY - dt.timedelta(days=1), voucher="一", by=clerk)


@pytest.mark.parametrize(
    "change", [{"state": "revoked", "revoked_on": TODAY}, {"level": "L5"}, {"trade": "焊工"}]
)
def test_a_certificate_that_changed_since_stops_approval_and_payment(officer, clerk, certificate, change):
    RateFactory()
    [made] = claim(officer, certificate)
    Certificate.objects.filter(pk=certificate.pk).update(**change)
    with pytest.raises(RuleError, match="试申甲：证书"):
        services.approve_claims(claims=seen(made), by=clerk)
    assert list(SubsidyClaim.objects.doubtful()) == [made]
    SubsidyClaim.objects.update(state="approved", decided_at=timezone.now())
    with pytest.raises(RuleError, match="试申甲：证书"):
        services.pay_claims(claims=seen(made), paid_on=TODAY, voucher="一", by=clerk)
    services.refuse_claims(claims=seen(made), note="证书有变化", by=clerk)


def test_a_certificate_as_it_was_raises_no_doubt(officer, certificate):
    RateFactory()
    [made] = claim(officer, certificate)
    assert (doubts_of_claim(made), list(SubsidyClaim.objects.doubtful())) == ("", [])


def test_rates_of_one_level_and_trade_follow_each_other(clerk):
    facts = RULE | {"level": "L4", "base": 1500, "surcharge": 0}
    first = subsidy_rules.enter_rate(by=clerk, trade="", **facts)
    subsidy_rules.enter_rate(by=clerk, trade="电 工", **facts)
    assert set(SubsidyRate.objects.values_list("trade", flat=True)) == {"", "电工"}
    later = facts | {"start": dt.date(2026, 7, 1), "trade": ""}
    with pytest.raises(ValidationError, match="在此期间已有补贴标准"):
        subsidy_rules.enter_rate(by=clerk, **later)
    with pytest.raises(IntegrityError), transaction.atomic():
        RateFactory(trade="", start=dt.date(2030, 1, 1))
    subsidy_rules.end_rule(rule=first, end=dt.date(2026, 7, 1), by=clerk)
    subsidy_rules.enter_rate(by=clerk, **later)
    with pytest.raises(ValidationError) as error:
        subsidy_rules.enter_rate(
            by=clerk, **facts | {"level": "L9", "trade": "", "base": 0, "source": "", "start": SINCE}
        )
    assert "source" in error.value.message_dict


def test_only_the_town_keeps_the_rules(officer, clerk):
    limit = RULE | {"kind": "yearly", "value": 3}
    with pytest.raises(PermissionDenied):
        subsidy_rules.enter_limit(by=officer, **limit)
    made = subsidy_rules.enter_limit(by=clerk, **limit)
    with pytest.raises(ValidationError, match="已经录入"):
        subsidy_rules.enter_limit(by=clerk, **limit)
    with pytest.raises(ValidationError, match="120"):
        subsidy_rules.enter_limit(by=clerk, **limit | {"start": SINCE, "value": 121})
    for call in (subsidy_rules.remove_rule, subsidy_rules.end_rule):
        with pytest.raises(PermissionDenied):
            call(rule=made, by=officer, **({"end": TODAY} if call is subsidy_rules.end_rule else {}))
    subsidy_rules.remove_rule(rule=made, by=clerk)
    assert not SubsidyLimit.objects.exists()


def test_a_wrong_end_is_corrected_up_to_the_rule_that_follows(clerk):
    first = RateFactory(start=dt.date(2026, 1, 1), trade="电工")
    subsidy_rules.end_rule(rule=first, end=dt.date(2028, 7, 1), by=clerk)
    subsidy_rules.end_rule(rule=first, end=dt.date(2026, 7, 1), by=clerk)
    assert AuditEntry.objects.latest("pk").details["was"] == "2028-07-01"
    RateFactory(start=dt.date(2026, 7, 1), trade="电工")
    with pytest.raises(ValidationError, match="在此期间已有补贴标准"):
        subsidy_rules.end_rule(rule=first, end=dt.date(2026, 7, 2), by=clerk)
    first.refresh_from_db()
    assert first.end == dt.date(2026, 7, 1)


def test_a_limit_that_no_claim_was_made_by_is_deleted(officer, clerk, certificate):
    RateFactory()
    tomorrow = TODAY + dt.timedelta(days=1)
    idle = LimitFactory(start=tomorrow), LimitFactory(kind="deadline", value=60, start=dt.date(2024, 5, 2))
    used = LimitFactory(start=TODAY), LimitFactory(kind="deadline", value=60, start=dt.date(2024, 5, 1))
    claim(officer, certificate)  # issued on 2024-05-01
    for limit in used:
        with pytest.raises(RuleError, match=re.escape(f"以“{limit}”为准，不能删除。请录入新的规定")):
            subsidy_rules.remove_rule(rule=limit, by=clerk)
    for limit in idle:
        subsidy_rules.remove_rule(rule=limit, by=clerk)
    assert set(SubsidyLimit.objects.values_list("pk", flat=True)) == {limit.pk for limit in used}


def test_a_rule_that_claims_rest_on_is_neither_deleted_nor_cut_short(officer, clerk, certificate):
    rules = RateFactory(), ShortageFactory(), LimitFactory()
    [made] = claim(officer, certificate)
    for rule in rules:
        with pytest.raises(RuleError, match="不能删除"):
            subsidy_rules.remove_rule(rule=rule, by=clerk)
    with pytest.raises(
        RuleError, match=re.escape("以“各工种高级工(三级) 2000 元”为准，不能删除。请填写停止日期")
    ):
        subsidy_rules.remove_rule(rule=rules[0], by=clerk)
    for rule in rules[:2]:
        with pytest.raises(RuleError, match="已有 2024-05-01 发的证书"):
            subsidy_rules.end_rule(rule=rule, end=dt.date(2024, 5, 1), by=clerk)
        subsidy_rules.end_rule(rule=rule, end=dt.date(2024, 5, 2), by=clerk)
    assert faults() == []
    later = ShortageFactory(trade="焊工")
    subsidy_rules.remove_rule(rule=later, by=clerk)
    assert not ShortageTrade.objects.filter(pk=later.pk).exists()
    SubsidyRate.objects.update(end=made.issued_on)
    assert faults() == [f"SubsidyClaim {made.pk}: does not follow its rate"]


def test_claims_follow_their_certificate_in_a_merge_and_their_notes_are_forgotten(
    officer, clerk, union, worker, certificate
):
    RateFactory()
    [made] = claim(officer, certificate)
    services.refuse_claims(claims=seen(made), note="试申甲的证书不符", by=clerk)
    other = WorkerFactory(employer=worker.employer)
    move_skills(other, worker)
    [(_, _, sheet)] = records_of(other, by=clerk, full_numbers=False)
    assert [(row[0], row[7], row[8], row[9]) for row in sheet] == [
        ("电工", "2000", "不予通过", "试申甲的证书不符")
    ]
    services.erase_claims([other.pk], [])
    made.refresh_from_db()
    assert (made.decision_note, made.amount) == ("", 2000)


def test_more_claims_than_were_allowed_are_found(union, worker):
    for _ in range(2):
        ClaimFactory(certificate=CertificateFactory(worker=worker), most_per_year=1)
    assert faults() == [f"Worker {worker.pk}: 2 claims in {TODAY.year}, at most 1 allowed"]
