"""Twenty judges write while the event is frozen: real threads, real connections.

Every mark is either there before the freeze and counted in the result, or refused; none comes after. Run again and
again, because what comes first is up to the machine.
"""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User
from competitions import services
from competitions.models import Event, Mark
from competitions.queries.scores import gaps_of, outcomes_of
from tests.at_once import at_once
from tests.factories.contests import (
    ContestFactory,
    CriterionFactory,
    EntryFactory,
    EventFactory,
    JudgeFactory,
    MarkFactory,
    SeatFactory,
    StageFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, WRITES, ROUNDS, MOST_ROUNDS = 20, 40, 3, 12


def make(union):
    """An event whose judges have all marked its entry with 50 points but for the last, who marked no one."""
    event = EventFactory(contest=ContestFactory(union=union, state="running"))
    stage = StageFactory(event=event)
    CriterionFactory(stage=stage)
    entry = EntryFactory(event=event, union=union, state="admitted", start_number=1)
    seats = [
        SeatFactory(stage=stage, judge=judge)
        for judge in JudgeFactory.create_batch(WRITERS + 1, contest=event.contest)
    ]
    for seat in seats[:-1]:
        MarkFactory(seat=seat, entry=entry, points=50)
    return event, seats


def write(seat):
    """Change the mark of a seat again and again, as a judge does, until the database refuses; returns the seat, the
    last points that were taken, and the refusal or ""."""

    def attempt():
        taken = 50
        for points in range(51, 51 + WRITES):
            try:
                with transaction.atomic():
                    mark = Mark.objects.get(seat=seat)
                    mark.points = points
                    mark.save()
            except DatabaseError as error:
                return seat.pk, taken, str(error).splitlines()[0]
            taken = points
        return seat.pk, taken, ""

    return attempt


def freezing(event, officer):
    """Freeze, with the gap of the judge who marked no one confirmed."""
    seen = services.fingerprint(gaps_of(event, outcomes_of(event)))

    def attempt():
        by = User.objects.get(pk=officer.pk)
        reason = "评委缺席，其余评委评分"
        services.freeze(event=Event.objects.get(pk=event.pk), by=by, seen=seen, reason=reason)
        return "frozen"

    return attempt


def test_each_mark_is_counted_or_refused(officer, union):
    between = 0
    for go in range(MOST_ROUNDS):
        if between and go >= ROUNDS:
            break
        event, seats = make(union)
        attempts = [freezing(event, officer), *(write(seat) for seat in seats[:-1])]
        (frozen, *told), refused = at_once(attempts)
        assert (frozen, refused) == ("frozen", [])
        assert {why for _, _, why in told} <= {"", "competitions_mark is frozen: the event is frozen"}
        expected = {seat: Decimal(points) for seat, points, _ in told}
        assert dict(Mark.objects.filter(seat__in=seats).values_list("seat", "points")) == expected
        counted = event.results.get().stages[str(seats[0].stage_id)]["judges"]
        assert {int(seat): Decimal(points) for seat, points in counted.items()} == expected
        between += sum(points > 50 and why != "" for _, points, why in told)
    assert between > 0  # the freeze did come while judges were writing
