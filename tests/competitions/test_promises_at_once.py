"""A promise is kept by an honour that somebody else is just taking away: real threads, real connections."""

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
from workers.models import Worker

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2026, 10, 1)


def test_an_honour_that_is_being_revoked_keeps_no_promise(town, union, clerk):
    event = EventFactory(contest=ContestFactory(union=town, is_open_below=True, state="running"))
    [winner] = ranked(event, union, 1)
    promise = PromiseFactory(entrant=winner, gain="honour", level="", honour_type="SKILL_C")
    honour = HonourFactory(
        worker=winner.worker,
        type="SKILL_C",
        awarded_on=DAY,
        year=2026,
        document_number="试人社〔2026〕9号",
    )
    held = threading.Event()

    def revoke():
        with transaction.atomic():
            Worker.objects.select_for_update().get(pk=winner.worker_id)
            recognitions.revoke(row=honour, version=str(honour.version), on=DAY, note="查实不实", by=clerk)
            held.set()
            time.sleep(0.5)

    def deliver():
        assert held.wait(60)
        services.deliver_honour(promise=promise, version="1", honour=honour.pk, by=clerk)

    _, refused = at_once([revoke, deliver])
    assert [error.messages for error in refused] == [
        [f"请选择 {event.contest.ends_on} 及以后授予、写明文件号、镇总工会已核实的这种荣誉"]
    ]
    assert Promise.objects.get().state == "promised"
