"""Pages of subsidies: the lists with their files, the check of a certificate, deciding and paying many, the rules."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.exchange.exports import rows_in_file
from tests.factories.subsidies import ClaimFactory, LimitFactory, RateFactory, ShortageFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.models import Certificate, SubsidyClaim, SubsidyRate

TODAY = timezone.localdate()
CLAIMS, CLAIMABLE = reverse("training:claim_list"), reverse("training:claimable_list")
RULES, SUMMARY = reverse("training:subsidy_rules"), reverse("training:subsidy_summary")
CREATE = reverse("training:claim_create")


def settle(act):
    return reverse("training:claim_settle", args=[act])


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def worker(firm):
    return WorkerFactory(employer=firm, name="试申甲")


@pytest.fixture
def certificate(worker):
    return CertificateFactory(worker=worker)


@pytest.fixture
def claim(certificate):
    return ClaimFactory(certificate=certificate)


def listed(client, address, **query):
    return list(client.get(address, query).context["page"])


def text_of(client, address, **query):
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_rates_the_pages_say_so_and_nothing_can_be_claimed(client, officer, certificate):
    client.force_login(officer)
    assert "还没有补贴标准" in text_of(client, CLAIMABLE)
    rules = text_of(client, RULES)
    assert "还没有补贴标准" in rules
    assert "没有录入：申领期限（发证后几个月内）、每人每年最多次数" in rules
    assert reverse("training:subsidy_rule_create", args=["rate"]) not in rules


def test_what_may_be_claimed_is_listed_with_its_amount_and_what_nobody_limited(client, officer, certificate):
    RateFactory()
    ShortageFactory()
    CertificateFactory(worker=certificate.worker, state="entered")
    client.force_login(officer)
    assert listed(client, CLAIMABLE) == [certificate]
    assert listed(client, CLAIMABLE, level="L4", trade="电", union=officer.posts.get().union_id) == [
        certificate
    ]
    assert listed(client, CLAIMABLE, level="L5") == listed(client, CLAIMABLE, find="forged") == []
    page = text_of(client, CLAIMABLE)
    assert "2600" in page
    assert page.count("未设定") == 1
    assert "没有录入：申领期限" in page
    [row] = rows_in_file(officer, "claimable_certificates")
    assert (row[0], row[-3:]) == ("试申甲", ["未设定", 30, 2600])


def test_the_certificate_shows_the_check_line_by_line_and_claims(client, officer, certificate):
    client.force_login(officer)
    part = reverse("training:certificate_subsidy", args=[certificate.pk])
    assert part in text_of(client, certificate.get_absolute_url())
    page = text_of(client, part)
    assert "没有 2024-05-01 施行的这一等级、工种的补贴标准" in page
    assert CREATE not in page
    RateFactory()
    LimitFactory(kind="deadline", value=60)
    page = text_of(client, part)
    assert "发证后 60 个月，至 2029-05-01" in page
    assert page.count("未设定") == 2  # the yearly limit, and the word beside the button
    answer = client.post(CREATE, {"certificate": certificate.pk, "once": "k" * 24}, follow=True)
    claim = SubsidyClaim.objects.get()
    assert answer.redirect_chain[-1][0] == claim.get_absolute_url()
    again = client.post(CREATE, {"certificate": certificate.pk, "once": "k" * 24})
    assert again.url == claim.get_absolute_url()
    page = text_of(client, part)
    assert claim.get_absolute_url() in page
    assert "这张证书已经申报过补贴" in page
    refused = client.post(
        CREATE, {"certificate": certificate.pk, "next": "https://example.org/"}, follow=True
    )
    assert refused.redirect_chain[-1][0] == CLAIMABLE
    assert "已经申报过补贴" in refused.content.decode()


def test_several_are_claimed_from_the_list(client, officer, worker, certificate):
    RateFactory()
    other = CertificateFactory(worker=worker)
    client.force_login(officer)
    answer = client.post(CREATE, {"certificate": [certificate.pk, other.pk, "x"]}, follow=True)
    assert "已申报 2 项，共 4,000 元" in answer.content.decode()
    assert "请勾选" in client.post(CREATE, {}, follow=True).content.decode()
    assert listed(client, CLAIMABLE) == []


def test_claims_are_listed_filtered_and_written_into_a_file(client, officer, worker, claim):
    paid = ClaimFactory(certificate=CertificateFactory(worker=worker, trade="焊工"), state="paid")
    client.force_login(officer)
    assert listed(client, CLAIMS) == [paid, claim]
    assert listed(client, CLAIMS, state="paid", since=TODAY, until=TODAY, level="L4") == [paid]
    assert listed(client, CLAIMS, doubt="yes") == []
    answer = client.post(CLAIMS, {"q": "试申", "state": "claimed"})
    assert "试申" not in answer.url
    assert listed(client, answer.url) == [claim]
    Certificate.objects.filter(pk=claim.certificate_id).update(state="revoked", revoked_on=TODAY)
    assert listed(client, CLAIMS, doubt="yes") == [claim]
    assert "证书现为“已失效”" in text_of(client, CLAIMS)
    assert "证书现为“已失效”" in text_of(client, claim.get_absolute_url())
    [row] = rows_in_file(officer, "subsidy_claims", "state=paid")
    assert (row[0], row[2], row[5], row[7:10]) == ("试申甲", "焊工", 2000, ["已发放", TODAY, "第1批"])


def test_the_town_approves_refuses_and_pays_a_selection(client, clerk, worker, claim):
    second = ClaimFactory(certificate=CertificateFactory(worker=worker))
    client.force_login(clerk)
    assert settle("pay") in text_of(client, CLAIMS)
    both = [f"{claim.pk}-1", f"{second.pk}-1"]
    page = client.post(settle("approve"), {"claim": both}).content.decode()
    assert "2 项，共 4000 元" in page
    assert client.post(settle("approve"), {"claim": both, "confirmed": "1"}).url == CLAIMS
    assert client.post(settle("refuse"), {"claim": [f"{second.pk}-2"], "confirmed": "1"}).context[
        "form"
    ].errors.keys() == {"note"}
    stale = client.post(settle("pay"), {"claim": both, "confirmed": "1", "paid_on": TODAY, "voucher": "一"})
    assert "已被其他人修改" in str(stale.context["form"].errors)
    now = [f"{claim.pk}-2", f"{second.pk}-2"]
    said = {"claim": now, "confirmed": "1", "paid_on": str(TODAY), "voucher": "2026年第1批"}
    answer = client.post(settle("pay"), said, follow=True)
    assert "已登记发放 2 项，共 4,000 元" in answer.content.decode()
    assert SubsidyClaim.objects.filter(state="paid", voucher="2026年第1批").count() == 2
    assert client.post(settle("pay"), {"claim": ["x-1", ""]}).url == CLAIMS
    assert client.post(settle("burn"), {"claim": now}).status_code == 404
    correct = reverse("training:claim_unpay", args=[claim.pk])
    assert correct in text_of(client, claim.get_absolute_url())
    assert client.post(correct, {"version": "3", "note": ""}).context["form"].errors.keys() == {"note"}
    assert client.post(correct, {"version": "3", "note": "选错了行"}).url == claim.get_absolute_url()
    claim.refresh_from_db()
    assert claim.state == "approved"


def test_an_officer_takes_a_claim_back(client, officer, claim):
    client.force_login(officer)
    address = reverse("training:claim_withdraw", args=[claim.pk])
    assert address in text_of(client, claim.get_absolute_url())
    assert "已被其他人修改" in client.post(address, {"version": "9"}, follow=True).content.decode()
    assert "已撤回申报" in client.post(address, {"version": "1"}, follow=True).content.decode()
    assert address not in text_of(client, claim.get_absolute_url())


def test_a_stranger_sees_nothing(client, other_officer, claim):
    client.force_login(other_officer)
    assert listed(client, CLAIMS) == listed(client, CLAIMABLE) == listed(client, SUMMARY) == []
    for address in (
        claim.get_absolute_url(),
        reverse("training:certificate_subsidy", args=[claim.certificate_id]),
    ):
        assert client.get(address).status_code == 404
    assert client.post(reverse("training:claim_withdraw", args=[claim.pk])).status_code == 404


@pytest.mark.parametrize("role", ["group_member", "handler", "sysadmin"])
def test_readers_of_figures_are_refused(client, request, role, claim):
    client.force_login(request.getfixturevalue(role))
    for address in (CLAIMS, CLAIMABLE, SUMMARY, RULES, claim.get_absolute_url()):
        assert client.get(address).status_code == 403


def test_pages_ask_as_often_for_three_as_for_one(client, clerk, firm, worker, claim):
    client.force_login(clerk)
    CertificateFactory(worker=worker)
    part = reverse("training:certificate_subsidy", args=[claim.certificate_id])
    posts = {"claim": [f"{claim.pk}-1"]}
    counts = []
    for turn in range(2):
        for address in (CLAIMS, CLAIMABLE, SUMMARY, RULES, part):
            client.get(address)
            with CaptureQueriesContext(connection) as found:
                client.get(address)
            counts.append(len(found))
        with CaptureQueriesContext(connection) as found:
            client.post(settle("approve"), posts)
        counts.append(len(found))
        for number in range(2):
            person = WorkerFactory(employer=firm)
            CertificateFactory(worker=person)
            more = ClaimFactory(certificate=CertificateFactory(worker=person))
            posts["claim"].append(f"{more.pk}-1")
            RateFactory(level="L5", trade=f"第{turn}{number}种")
            ShortageFactory(trade=f"第{turn}{number}种")
    assert counts[:6] == counts[6:]


def test_the_sums_of_a_period_per_union_and_altogether(client, clerk, union, other_union, worker):
    day = dt.date(TODAY.year, 1, 15)
    for _ in range(2):
        ClaimFactory(certificate=CertificateFactory(worker=worker), state="paid", claimed_on=day)
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union))
    ClaimFactory(certificate=CertificateFactory(worker=stranger), state="approved", claimed_on=day)
    ClaimFactory(certificate=CertificateFactory(worker=stranger), state="withdrawn", claimed_on=day)
    client.force_login(clerk)

    def sums(**query):
        page = client.get(SUMMARY, query)
        names = ("filed", "paid", "people", "yuan", "waiting", "due")
        rows = {row.pk: [getattr(row, name) for name in names] for row in page.context["page"]}
        return rows, [page.context["whole"][name] for name in names]

    one, other = [2, 2, 1, 4000, 0, 0], [1, 0, 0, 0, 0, 2000]
    assert sums() == ({union.pk: one, other_union.pk: other}, [3, 2, 1, 4000, 0, 2000])
    assert sums(part="Q1")[1] == sums(part="01")[1] == [3, 2, 1, 4000, 0, 2000]
    assert sums(part="12")[1] == sums(year=str(TODAY.year - 1))[1] == [0, 0, 0, 0, 0, 2000]
    assert sums(union=union.pk) == ({union.pk: one}, one)
    rows = rows_in_file(clerk, "subsidy_sums", f"union={union.pk}&part=Q1&year={TODAY.year}")
    assert rows == [[union.name, *one]]


def test_the_town_keeps_the_rules_on_their_page(client, clerk):
    client.force_login(clerk)
    new = {
        kind: reverse("training:subsidy_rule_create", args=[kind]) for kind in ("rate", "shortage", "limit")
    }
    rule = {"start": "2026-01-01", "source": "试验文件〔2026〕2号"}
    assert client.post(new["rate"], {"trade": ""}).context["form"].errors.keys() == {
        *("level", "base", "start", "source", "surcharge"),
    }
    rate = rule | {"level": "L4", "trade": "", "base": "2000", "surcharge": "30"}
    assert client.post(new["rate"], rate).url == RULES
    assert "在此期间已有补贴标准" in str(client.post(new["rate"], rate).context["form"].errors)
    assert client.post(new["shortage"], rule | {"trade": "电工"}).url == RULES
    assert client.post(new["limit"], rule | {"kind": "yearly", "value": ""}).url == RULES
    page = text_of(client, RULES)
    for text in ("2000", "各工种", "电工", "不限", "试验文件〔2026〕2号"):
        assert text in page
    made = SubsidyRate.objects.get()
    end = reverse("training:subsidy_rule_end", args=["rate", made.pk])
    assert end in page
    assert client.post(end, {"end": "2026-01-01"}).context["form"].errors.keys() == {"end"}
    assert client.post(end, {"end": "2026-07-01"}).url == RULES
    remove = reverse("training:subsidy_rule_remove", args=["rate", made.pk])
    assert "已删除" in client.post(remove, follow=True).content.decode()
    assert client.post(remove).status_code == 404
    for address in (reverse("training:subsidy_rule_create", args=["tax"]), end.replace("rate", "limit")):
        assert client.get(address).status_code == 404
