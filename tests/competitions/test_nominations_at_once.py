"""People are put forward and honoured while two records of one are being merged: real threads, real connections."""

import datetime as dt
import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from competitions.models import Nomination, Selection
from competitions.services.nomination_decisions import grant_nomination
from competitions.services.nominations import nominate_person, submit_nominations
from tests.at_once import at_once
from tests.factories.nominations import NominationFactory, SelectionFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from workers.models import Worker
from workers.services.merging import merge_workers

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2026, 10, 1)
GRANT = {"level": "C", "document_number": "试总工〔2026〕20号", "awarded_on": dt.date(2026, 10, 10)}
SAID = {"position": "industrial", "job": "装配工", "reason": "技术攻关成绩突出", "merits": "三年完成攻关八项"}


@pytest.fixture
def people(union):
    return WorkerFactory.create_batch(2, employer=EmployerFactory(union=union))


def merging(people, clerk, other):
    """Run ``other`` while a merge holds the two people and has not come to their nominations."""
    kept, absorbed = people
    held = threading.Event()

    def merge():
        with transaction.atomic():
            list(Worker.objects.select_for_update().filter(pk__in=[kept.pk, absorbed.pk]).order_by("pk"))
            held.set()
            time.sleep(0.5)
            merge_workers(kept=kept, absorbed=absorbed, facts={}, note="同一人登记了两次", by=clerk)

    def meanwhile():
        assert held.wait(60)
        other()

    return at_once([merge, meanwhile])[1]


def test_a_grant_waits_for_the_merge(town, union, clerk, people):
    selection = SelectionFactory(union=town)
    row = NominationFactory(selection=selection, union=union, worker=people[1], state="shortlisted")
    held = Selection.objects.filter(pk=selection.pk)
    held.update(phase="notice", notice_from=DAY, notice_until=DAY)
    held.update(phase="decided", decided_on=DAY + dt.timedelta(days=1))
    Nomination.objects.update(state="recommended", version=F("version") + 1)
    row.refresh_from_db()

    def grant():
        grant_nomination(nomination=row, version=str(row.version), by=clerk, **GRANT)

    assert merging(people, clerk, grant) == []
    row.refresh_from_db()
    assert (row.worker, row.honour.worker, row.state) == (people[0], people[0], "awarded")


def test_a_nomination_waits_for_the_merge(town, union, clerk, people):
    selection = SelectionFactory(union=town)
    NominationFactory(selection=selection, union=union, worker=people[1])

    def nominate():
        with pytest.raises(ValidationError, match="此人已在这次推荐中"):
            nominate_person(selection=selection, worker=people[0], by=clerk, **SAID)

    assert merging(people, clerk, nominate) == []
    assert Nomination.objects.get().worker == people[0]


def test_a_merge_waits_for_what_is_being_submitted(town, union, clerk, people):
    selection = SelectionFactory(union=town)
    rows = [NominationFactory(selection=selection, union=union, worker=person) for person in people]

    def submit():
        with transaction.atomic():
            Selection.objects.select_for_update().get(pk=selection.pk)
            time.sleep(1)  # the merge has come to the nominations
            submit_nominations(selection=selection, nominations=[row.pk for row in rows], by=clerk)

    assert merging(people, clerk, submit) == []
    found = [(row.worker, row.state) for row in Nomination.objects.order_by("pk")]
    assert found == [(people[0], "submitted"), (people[0], "withdrawn")]
