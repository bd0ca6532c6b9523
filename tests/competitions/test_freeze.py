"""The database itself refuses what comes too late, whatever the code that asks."""

import pytest
from django.db import DatabaseError, transaction

from competitions.models import Absence, Mark, Objection
from competitions.services.people import FORGOTTEN
from tests.factories.accounts import UserFactory
from tests.factories.contests import (
    AwardFactory,
    EntryFactory,
    EventFactory,
    MarkFactory,
    ResultFactory,
    closed,
    frozen,
    preliminary,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mark(union):
    return MarkFactory(seat__stage__event__contest__union=union)


def refused(change, words: str) -> None:
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        change()


@pytest.mark.parametrize("stand", [frozen, preliminary, closed])
def test_no_mark_comes_goes_or_changes_after_the_freeze(stand, mark):
    event = stand(mark.entry.event)
    words = f"competitions_mark is frozen: the event is {event.phase}"
    other = EntryFactory(event=event, state="admitted")
    refused(lambda: MarkFactory(seat=mark.seat, criterion=mark.criterion, entry=other), words)
    refused(lambda: Mark.objects.update(points=1), words)
    refused(mark.delete, words)
    mark.refresh_from_db()
    assert mark.points == 80


@pytest.mark.parametrize("stand", [frozen, preliminary, closed])
def test_nobody_is_called_absent_after_the_freeze(stand, mark):
    stand(mark.entry.event)
    late = Absence(stage=mark.seat.stage, entry=mark.entry, reason="缺考", recorded_by=UserFactory())
    refused(late.save, "competitions_absence is frozen")
    assert not Absence.objects.exists()


@pytest.mark.parametrize("stand", [frozen, preliminary, closed])
def test_of_an_absence_only_its_words_go_after_the_freeze(stand, mark):
    absence = Absence.objects.create(
        stage=mark.seat.stage, entry=mark.entry, reason="缺考", recorded_by=UserFactory()
    )
    stand(mark.entry.event)
    rows, other = Absence.objects.filter(pk=absence.pk), UserFactory()
    refused(lambda: rows.update(reason="请假"), "competitions_absence is frozen")
    refused(lambda: rows.update(reason=FORGOTTEN, recorded_by=other), "competitions_absence is frozen")
    refused(absence.delete, "competitions_absence is frozen")
    assert rows.update(reason=FORGOTTEN) == 1


def objection(mark, state: str) -> Objection:
    facts = {"text": "漏记一项", "filed_by": UserFactory(), "union": mark.entry.union, "state": state}
    if state != "open":
        facts |= {
            "answer": "复核属实",
            "decided_by": UserFactory(),
            "decided_at": mark.entry.event.preliminary_at,
        }
    return Objection.objects.create(event=mark.entry.event, entry=mark.entry, **facts)


@pytest.mark.parametrize(("state", "passes"), [("open", False), ("rejected", False), ("upheld", True)])
def test_only_an_upheld_objection_corrects_a_mark(state, passes, mark):
    preliminary(mark.entry.event)
    mark.points, mark.objection = 88, objection(mark, state)
    if passes:
        mark.save()
    else:
        refused(mark.save, "competitions_mark is frozen")
    mark.refresh_from_db()
    assert mark.points == (88 if passes else 80)


def test_an_objection_of_another_event_corrects_nothing(mark, union):
    elsewhere = MarkFactory(seat__stage__event__contest__union=union)
    preliminary(mark.entry.event)
    preliminary(elsewhere.entry.event)
    mark.points, mark.objection = 88, objection(elsewhere, "upheld")
    refused(mark.save, "competitions_mark is frozen")
    mark.refresh_from_db()
    assert (mark.points, mark.objection) == (80, None)


@pytest.fixture
def absence(mark):
    """Of the entry of the mark, at its stage."""
    return Absence.objects.create(
        stage=mark.seat.stage, entry=mark.entry, reason="没有到场", recorded_by=UserFactory()
    )


@pytest.mark.parametrize(("state", "passes"), [("open", False), ("rejected", False), ("upheld", True)])
def test_only_an_upheld_objection_lifts_an_absence_and_it_stays_on_record(state, passes, mark, absence):
    preliminary(mark.entry.event)
    absence.lifted_by = objection(mark, state)
    if passes:
        absence.save()
    else:
        refused(absence.save, "competitions_absence is frozen")
    assert list(Absence.objects.standing()) == ([] if passes else [absence])
    refused(absence.delete, "competitions_absence is frozen")
    absence.refresh_from_db()
    if passes:  # and is lifted for good, by this objection
        refused(lambda: Absence.objects.update(lifted_by=None), "competitions_absence is frozen")
        absence.reason = "别的原因"
        refused(absence.save, "competitions_absence is frozen")


@pytest.mark.parametrize(("state", "passes"), [("open", False), ("rejected", False), ("upheld", True)])
def test_only_an_upheld_objection_adds_an_absence(state, passes, mark):
    preliminary(mark.entry.event)
    facts = {"stage": mark.seat.stage, "entry": mark.entry, "recorded_by": UserFactory()}
    added = Absence(reason="取消成绩", objection=objection(mark, state), **facts)
    if passes:
        added.save()
        added.reason = "别的原因"
        refused(added.save, "competitions_absence is frozen")  # the objection is used up
    else:
        refused(added.save, "competitions_absence is frozen")
    assert Absence.objects.filter(reason="取消成绩").count() == passes


def test_an_objection_about_another_entry_moves_neither_mark_nor_absence(mark, absence):
    rival = MarkFactory(seat=mark.seat, criterion=mark.criterion, entry__event=mark.entry.event)
    preliminary(mark.entry.event)
    order = objection(rival, "upheld")
    mark.points, mark.objection = 88, order
    refused(mark.save, "competitions_mark is frozen")
    absence.lifted_by = order
    refused(absence.save, "competitions_absence is frozen")
    mark.refresh_from_db()
    assert (mark.points, mark.objection) == (80, None)
    assert list(Absence.objects.standing()) == [absence]


def test_an_objection_corrects_a_mark_once(mark):
    preliminary(mark.entry.event)
    mark.points, mark.objection = 88, objection(mark, "upheld")
    mark.save()
    mark.points = 99
    refused(mark.save, "competitions_mark is frozen")
    mark.refresh_from_db()
    assert mark.points == 88


def test_phases_go_forward_step_by_step(union):
    event = EventFactory(contest__union=union)
    order = [event.phase, frozen(event).phase, preliminary(event).phase, closed(event).phase]
    assert order == ["scoring", "frozen", "preliminary", "final"]
    model = type(event).objects.filter(pk=event.pk)
    for phase in ("scoring", "frozen", "preliminary"):
        refused(lambda phase=phase: model.update(phase=phase), "in no order")
    fresh = type(event).objects.filter(pk=EventFactory(contest__union=union).pk)
    for phase in ("preliminary", "final"):
        refused(lambda phase=phase: fresh.update(phase=phase), "in no order")


def test_results_change_between_freeze_and_end_only(union):
    early = EntryFactory(event__contest__union=union, state="admitted")
    refused(
        lambda: ResultFactory(entry=early, event=early.event),
        "competitions_result stays: the event is scoring",
    )
    result = ResultFactory(entry=EntryFactory(event__contest__union=union, state="admitted"))
    preliminary(result.event)
    result.total = 91
    result.save()
    closed(result.event)
    result.total = 99
    refused(result.save, "competitions_result stays: the event is final")
    refused(result.delete, "competitions_result stays")
    result.refresh_from_db()
    assert result.total == 91


def test_an_award_stands_on_a_final_result(union):
    award = AwardFactory(entry=EntryFactory(event__contest__union=union, state="admitted"))
    assert (award.event.phase, award.entry.result.rank) == ("final", 1)
