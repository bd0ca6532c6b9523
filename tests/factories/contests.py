"""Contests, events, stages, and who competes."""

import datetime as dt

import factory
from django.utils import timezone

from competitions.models import (
    Award,
    Contest,
    Criterion,
    Entitlement,
    Entrant,
    Entry,
    Event,
    Gain,
    Judge,
    Mark,
    Prize,
    Promise,
    Result,
    Seat,
    Stage,
)
from tests.factories.accounts import UserFactory
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory


class ContestFactory(factory.django.DjangoModelFactory):
    """A town contest of skill that is planned."""

    class Meta:
        model = Contest

    union = factory.SubFactory(UnionFactory)
    code = factory.Sequence(lambda n: f"S-2026-{n:03d}")
    title = factory.Sequence(lambda n: f"2026年试验技能竞赛{n}")
    kind = Contest.Kind.SKILL
    level = "T"
    starts_on = dt.date(2026, 9, 1)
    ends_on = dt.date(2026, 9, 10)
    created_by = factory.SubFactory(UserFactory)


class EventFactory(factory.django.DjangoModelFactory):
    """An event for single people."""

    class Meta:
        model = Event

    contest = factory.SubFactory(ContestFactory)
    title = factory.Sequence(lambda n: f"试验项目{n}")
    trade = "电工"


class StageFactory(factory.django.DjangoModelFactory):
    """The one stage of an event, which is the whole result."""

    class Meta:
        model = Stage

    event = factory.SubFactory(EventFactory)
    position = 1
    kind = Stage.Kind.PRACTICE
    title = "实操"
    weight = 100


class EntryFactory(factory.django.DjangoModelFactory):
    """An entry of the holder's union that waits for a decision."""

    class Meta:
        model = Entry

    event = factory.SubFactory(EventFactory)
    union = factory.SelfAttribute("event.contest.union")
    entered_by = factory.SubFactory(UserFactory)
    decided_by = factory.LazyAttribute(lambda e: None if e.state == "submitted" else e.entered_by)
    decided_at = factory.LazyAttribute(lambda e: None if e.state == "submitted" else timezone.now())
    state = Entry.State.SUBMITTED


class EntrantFactory(factory.django.DjangoModelFactory):
    """Somebody of the union in an entry of one."""

    class Meta:
        model = Entrant

    entry = factory.SubFactory(EntryFactory)
    event = factory.SelfAttribute("entry.event")
    worker = factory.LazyAttribute(lambda row: WorkerFactory(employer=EmployerFactory(union=row.entry.union)))


class JudgeFactory(factory.django.DjangoModelFactory):
    """A judge from outside all unions, without an account."""

    class Meta:
        model = Judge

    contest = factory.SubFactory(ContestFactory)
    name = factory.Sequence(lambda n: f"试验评委{n}")
    created_by = factory.SubFactory(UserFactory)


class SeatFactory(factory.django.DjangoModelFactory):
    """A judge of the contest at one of its stages."""

    class Meta:
        model = Seat

    stage = factory.SubFactory(StageFactory)
    judge = factory.LazyAttribute(lambda row: JudgeFactory(contest=row.stage.event.contest))


class CriterionFactory(factory.django.DjangoModelFactory):
    """The one criterion of a stage."""

    class Meta:
        model = Criterion

    stage = factory.SubFactory(StageFactory)
    position = 1
    title = "操作"
    most = 100


class MarkFactory(factory.django.DjangoModelFactory):
    """80 points by the first criterion of the seat's stage."""

    class Meta:
        model = Mark

    seat = factory.SubFactory(SeatFactory)
    entry = factory.LazyAttribute(
        lambda row: EntryFactory(event=row.seat.stage.event, state=Entry.State.ADMITTED)
    )
    criterion = factory.LazyAttribute(
        lambda row: row.seat.stage.criteria.first() or CriterionFactory(stage=row.seat.stage)
    )
    points = 80
    source = Mark.Source.PHONE


class ResultFactory(factory.django.DjangoModelFactory):
    """The first place of an admitted entry in an event that is frozen; ``closed`` takes the event to the end."""

    class Meta:
        model = Result

    entry = factory.LazyFunction(lambda: EntryFactory(state=Entry.State.ADMITTED))
    event = factory.LazyAttribute(lambda row: frozen(row.entry.event))
    standing = Result.Standing.RANKED
    total = 90
    rank = 1


class PrizeFactory(factory.django.DjangoModelFactory):
    """The first prize of an event, for one entry."""

    class Meta:
        model = Prize

    event = factory.SubFactory(EventFactory)
    position = 1
    title = "一等奖"
    places = 1


class AwardFactory(factory.django.DjangoModelFactory):
    """The first prize for an entry that came first in an event whose results are final."""

    class Meta:
        model = Award

    entry = factory.LazyAttribute(lambda row: EntryFactory(state=Entry.State.ADMITTED))
    event = factory.SelfAttribute("entry.event")
    prize = factory.LazyAttribute(lambda row: row.event.prizes.first() or PrizeFactory(event=row.event))
    code = factory.Sequence(lambda n: f"S-2026-001-J{n:03d}")
    awarded_on = dt.date(2026, 9, 20)
    created_by = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class, *args, **facts):
        """Its result and the end of the event come first: the database takes no award before."""
        entry = facts["entry"]
        if not hasattr(entry, "result"):
            ResultFactory(entry=entry)
        closed(facts["event"])
        return super()._create(model_class, *args, **facts)


class EntitlementFactory(factory.django.DjangoModelFactory):
    """A confirmed rule: the first three of a town contest of skill are promised a level, within a year."""

    class Meta:
        model = Entitlement

    contest_level = "T"
    to_rank = 3
    gain = Gain.SKILL
    level = "L4"
    due_months = 12
    start = dt.date(2026, 1, 1)
    source = "试验奖励办法"
    confirmed_by = factory.SubFactory(UserFactory)
    confirmed_at = factory.LazyFunction(timezone.now)


class PromiseFactory(factory.django.DjangoModelFactory):
    """A level promised to the winner of an event whose results are final, not yet reached."""

    class Meta:
        model = Promise

    entrant = factory.LazyFunction(lambda: EntrantFactory(entry__state=Entry.State.ADMITTED))
    event = factory.SelfAttribute("entrant.event")
    union = factory.SelfAttribute("entrant.entry.union")
    gain = Gain.SKILL
    level = "L4"
    promised_on = dt.date(2026, 9, 20)
    created_by = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class, *args, **facts):
        """After the end of the event, as in earnest."""
        entry = facts["entrant"].entry
        if not hasattr(entry, "result"):
            ResultFactory(entry=entry)
        closed(facts["event"])
        return super()._create(model_class, *args, **facts)


def frozen(event: Event) -> Event:
    """The event with its marks frozen, if it was still scored."""
    if event.phase == Event.Phase.SCORING:
        event.phase, event.frozen_at = Event.Phase.FROZEN, timezone.now()
        event.save(update_fields=["phase", "frozen_at"])
    return event


def preliminary(event: Event) -> Event:
    """The event with preliminary results and a week for objections, if it was not that far."""
    if frozen(event).phase == Event.Phase.FROZEN:
        event.phase, event.preliminary_at = Event.Phase.PRELIMINARY, timezone.now()
        event.objections_until = timezone.localdate() + dt.timedelta(days=7)
        event.save(update_fields=["phase", "preliminary_at", "objections_until"])
    return event


def closed(event: Event) -> Event:
    """The event with final results."""
    if preliminary(event).phase == Event.Phase.PRELIMINARY:
        event.phase, event.final_at = Event.Phase.FINAL, timezone.now()
        event.save(update_fields=["phase", "final_at"])
    return event
