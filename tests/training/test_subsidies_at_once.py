"""Claims for one person at the same moment: real threads, real connections."""

import pytest

from accounts.models import User
from tests.at_once import at_once
from tests.factories.subsidies import LimitFactory, RateFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.invariants.subsidies import INVARIANTS
from training.models import SubsidyClaim
from training.services.subsidies import claim_subsidies

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 3


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
