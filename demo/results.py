"""Judges, marks and results of the demo town: finished contests with final results, a running one with preliminary."""

import datetime as dt
import random
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from competitions.models import Contest, Criterion, Event, Judge, Mark, Objection, Result, Seat
from competitions.queries.scores import outcomes_of, rows_of

JUDGES = ("演示评委甲", "演示评委乙", "演示评委丙")
CRITERIA = (("规范", Decimal(40)), ("质量", Decimal(60)))
OBJECTION = "实操“质量”一项少记一处得分点，请按评分表复核。"


def fill_results(*, by: User, today: dt.date, seed: int) -> int:
    """Results for the contests that are over or running; returns for how many events. The caller holds the transaction."""
    rng = random.Random(seed)
    rows = Event.objects.filter(contest__state__in=[Contest.State.FINISHED, Contest.State.RUNNING])
    rows = list(rows.filter(phase=Event.Phase.SCORING).select_related("contest__union").order_by("pk"))
    for event in rows:
        _judge(event, rng, by)
        _publish(event, by)
    Event.objects.filter(pk=rows[0].pk).update(is_public=True)
    return len(rows)


def _judge(event: Event, rng: random.Random, by: User) -> None:
    judges = [
        Judge.objects.get_or_create(
            contest=event.contest, name=name, workplace="演示技师学院",
            defaults={"created_by": by, "is_chief": not place},
        )[0]
        for place, name in enumerate(JUDGES)
    ]  # fmt: skip
    entries = list(event.entries.admitted().order_by("start_number"))
    for stage in event.stages.all():
        criteria = [
            Criterion.objects.get_or_create(
                stage=stage, position=place, defaults={"title": title, "most": most}
            )[0]
            for place, (title, most) in enumerate(CRITERIA, start=1)
        ]
        seats = [Seat.objects.get_or_create(stage=stage, judge=judge)[0] for judge in judges]
        Mark.objects.bulk_create(
            Mark(
                seat=seat, entry=entry, criterion=one, source=Mark.Source.PAPER,
                points=one.most * rng.randint(120, 200) / 200,
            )
            for entry in entries for seat in seats for one in criteria
        )  # fmt: skip


def _publish(event: Event, by: User) -> None:
    """Take the event to its end, or to preliminary results with an objection while its contest runs."""
    last = timezone.make_aware(dt.datetime.combine(event.contest.ends_on, dt.time(17)))
    moment = min(last, timezone.now())
    _step(event, Event.Phase.FROZEN, frozen_at=moment)
    Result.objects.bulk_create(
        Result(event=event, entry_id=entry, **facts) for entry, facts in rows_of(outcomes_of(event)).items()
    )
    until = timezone.localdate(moment) + dt.timedelta(days=7)
    _step(event, Event.Phase.PRELIMINARY, preliminary_at=moment, objections_until=until)
    if event.contest.state == Contest.State.FINISHED:
        _step(event, Event.Phase.FINAL, final_at=moment + dt.timedelta(days=8))
        return
    entry = event.entries.admitted().order_by("start_number").first()
    Objection.objects.create(event=event, entry=entry, union_id=entry.union_id, text=OBJECTION, filed_by=by)


def _step(event: Event, phase: str, **facts) -> None:
    event.phase = phase
    for name, value in facts.items():
        setattr(event, name, value)
    event.save(update_fields=["phase", *facts])
