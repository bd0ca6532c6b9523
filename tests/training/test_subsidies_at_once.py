"""Claims for one person, and claims and rules, at the same moment: real threads, real connections."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from accounts.models import User
from core.errors import RuleError
from tests.at_once import at_once
from tests.factories.subsidies import LimitFactory, RateFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.invariants.subsidies import INVARIANTS
from training.models import SubsidyClaim, SubsidyRate
from training.services.subsidies import claim_subsidies
from training.services.subsidy_rules import end_rule, remove_rule

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 3
EARLY = dt.date(2024, 5, 1)  # the day of issue


@pytest.fixture
def worker(union):
    RateFactory()
    LimitFactory(value=MOST)
    return WorkerFactory(employer=EmployerFactory(union=union))


def asking(user, certificates):
    return lambda: claim_subsidies(certificates=certificates, by=User.objects.get(pk=user.pk))


def test_twenty_certificates_of_one_person_do_not_exceed_the_year(officer, worker):
    rows = [CertificateFactory(worker=worker) for _ in range(20)]
    done, refused = at_once([asking(officer, [row.pk]) for row in rows])
    assert (len(done), len(refused)) == (MOST, 17)
    assert {error.messages[0][-9:] for error in refused} == {"没有申报任何一张。"}
    assert SubsidyClaim.objects.live().count() == MOST
    assert [text for _, check in INVARIANTS for text in check()] == []


def test_one_certificate_claimed_by_twenty_clicks_has_one_claim(officer, worker):
    certificate = CertificateFactory(worker=worker)
    done, refused = at_once([asking(officer, [certificate.pk])] * 20)
    assert (len(done), len(refused)) == (1, 19)
    assert SubsidyClaim.objects.count() == 1


@pytest.mark.parametrize("take_back", [remove_rule, lambda **facts: end_rule(end=EARLY, **facts)])
def test_a_rate_taken_back_meanwhile_is_not_claimed_by(officer, clerk, worker, take_back):
    certificate = CertificateFactory(worker=worker)

    def claim():
        try:
            return asking(officer, [certificate.pk])()
        except RuleError as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            take_back(rule=SubsidyRate.objects.get(), by=clerk)
            claiming = pool.submit(claim)
            with pytest.raises(TimeoutError):
                claiming.result(timeout=1)  # it waits for what becomes of the rate
        refused = claiming.result(timeout=60)
    assert isinstance(refused, RuleError)
    assert "没有 2024-05-01 施行的这一等级、工种的补贴标准" in refused.messages[0]
    assert not SubsidyClaim.objects.exists()
