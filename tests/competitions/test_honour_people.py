"""Honours, teams and studios when two records are merged and when a person is forgotten."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile

from competitions.invariants.honours import INVARIANTS
from competitions.models import Honour, StudioMember
from competitions.services.honour_people import DOUBLED, FORGOTTEN, erase_honours, move_honours
from competitions.services.recognitions import add_paper
from tests.factories.honours import HonourFactory, StudioFactory, StudioMemberFactory, TeamFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 made for a test"


@pytest.fixture
def people(union):
    firm = EmployerFactory(union=union)
    return WorkerFactory(employer=firm), WorkerFactory(employer=firm)


def test_of_two_the_same_the_verified_one_stays_and_places_go_over(people, union):
    kept, absorbed = people
    waiting = HonourFactory(worker=kept, state="entered")
    verified = HonourFactory(worker=absorbed)
    own, theirs = (HonourFactory(worker=one, type="GOLD") for one in people)
    another = HonourFactory(worker=absorbed, type="OTHER", title="甲")
    HonourFactory(worker=kept, type="OTHER", title="乙")
    team = TeamFactory(union=union, leader=absorbed)
    led, shared = StudioFactory(leader=kept), StudioFactory(leader=WorkerFactory(employer=kept.employer))
    of_led = StudioMemberFactory(studio=led, worker=absorbed)
    members = [StudioMemberFactory(studio=shared, worker=one) for one in people]
    move_honours(kept, absorbed)
    rows = Honour.objects.filter(worker=kept)
    assert rows.count() == 6
    refused = rows.filter(state="refused").order_by("pk")
    assert list(refused) == [waiting, theirs]
    assert {row.decision_note for row in refused} == {DOUBLED}
    assert set(rows.filter(state="verified")) >= {verified, own, another}
    team.refresh_from_db()
    assert team.leader == kept
    assert list(StudioMember.objects.filter(left_on=None)) == [members[0]]
    assert StudioMember.objects.filter(pk__in=[of_led.pk, members[1].pk], worker=kept).count() == 2
    assert [check() for _, check in INVARIANTS] == [[]] * len(INVARIANTS)


def test_the_forgotten_leave_kind_level_and_days_only(people, union, officer, settings):
    worker, other = people
    honour = HonourFactory(
        worker=worker, state="entered", document_number="试工发〔2026〕1号", batch="第一批", title="甲"
    )
    add_paper(row=honour, file=ContentFile(PDF, name="a.pdf"), by=officer)
    revoked = HonourFactory(
        worker=worker, state="revoked", decision_note="查实不实", type="OTHER", title="某车间某人先进"
    )
    untouched = HonourFactory(worker=other, document_number="试工发〔2026〕2号")
    team = TeamFactory(union=union, leader=worker)
    erase_honours([worker.pk], [])
    honour.refresh_from_db()
    revoked.refresh_from_db()
    team.refresh_from_db()
    assert (honour.document_number, honour.batch, honour.title) == ("", "", "甲")
    assert (honour.type, honour.level, honour.awarded_on) == ("CRAFT_Y", "X", dt.date(2026, 5, 1))
    assert not honour.papers.exists()
    assert (revoked.decision_note, revoked.title) == (FORGOTTEN, f"{FORGOTTEN}{revoked.pk}")
    assert team.leader is None
    untouched.refresh_from_db()
    assert untouched.document_number == "试工发〔2026〕2号"
