"""A promise is kept by an honour or certificate that somebody else is just taking away: real threads, real connections."""

import datetime as dt
import threading
import time

import pytest
from django.db import transaction

from competitions import services
from competitions.models import Promise
from competitions.services import recognitions
from tests.at_once import at_once
from tests.competitions.test_awards import ranked
from tests.factories.contests import ContestFactory, EventFactory, PromiseFactory
from tests.factories.honours import HonourFactory
from tests.factories.training import CertificateFactory
from training.services import revoke_certificate
from workers.models import Worker

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2026, 10, 1)


@pytest.fixture
def winner(town, union):
    event = EventFactory(contest=ContestFactory(union=town, is_open_below=True, state="running"))
    [first] = ranked(event, union, 1)
    return first


def delivered_while(winner, revoke, deliver):
    """What delivering is refused with while another has just revoked the proof and holds its person."""
    held = threading.Event()

    def takes():
        with transaction.atomic():
            Worker.objects.select_for_update().get(pk=winner.worker_id)
            revoke()
            held.set()
            time.sleep(0.5)

    def keeps():
        assert held.wait(60)
        deliver()

    _, refused = at_once([takes, keeps])
    assert Promise.objects.get().state == "promised"
    return [error.messages for error in refused]


def test_an_honour_that_is_being_revoked_keeps_no_promise(winner, clerk):
    promise = PromiseFactory(entrant=winner, gain="honour", level="", honour_type="SKILL_C")
    honour = HonourFactory(
        worker=winner.worker,
        type="SKILL_C",
        awarded_on=DAY,
        year=2026,
        document_number="试人社〔2026〕9号",
    )
    told = delivered_while(
        winner,
        lambda: recognitions.revoke(row=honour, version="1", on=DAY, note="查实不实", by=clerk),
        lambda: services.deliver_honour(promise=promise, version="1", honour=honour.pk, by=clerk),
    )
    ended_on = winner.event.contest.ends_on
    assert told == [[f"请选择 {ended_on} 及以后授予、写明文件号、镇总工会已核实的这种荣誉"]]


def test_a_certificate_that_is_being_revoked_keeps_no_promise(winner, clerk):
    promise = PromiseFactory(entrant=winner, gain="skill", level="L4")
    certificate = CertificateFactory(worker=winner.worker, level="L4", issued_on=DAY)
    facts = {"certificate": certificate, "version": "1", "on": DAY, "note": "查实不实", "by": clerk}
    told = delivered_while(
        winner,
        lambda: revoke_certificate(**facts),
        lambda: services.deliver_level(promise=promise, version="1", certificate=certificate.pk, by=clerk),
    )
    ended_on = winner.event.contest.ends_on
    assert told == [[f"请选择 {ended_on} 及以后发的、达到这一等级、镇总工会已核验的证书"]]
