"""Apprenticeships, candidates, skill leaders and their allowances. Both people work in one firm; days lie around the frozen test day."""

import datetime as dt

import factory
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.workers import WorkerFactory
from training.models import AllowancePayment, Apprenticeship, Candidate, SkillLeader


class ApprenticeshipFactory(factory.django.DjangoModelFactory):
    """A pair of one firm, in force from March 2026 to February 2027."""

    class Meta:
        model = Apprenticeship

    apprentice = factory.SubFactory(WorkerFactory)
    master = factory.LazyAttribute(lambda pair: WorkerFactory(employer=pair.apprentice.employer))
    union = factory.SelfAttribute("apprentice.union")
    trade = "电工"
    goal_level = "L3"
    signed_on = dt.date(2026, 2, 20)
    start = dt.date(2026, 3, 1)
    until = dt.date(2027, 2, 28)
    entered_by = factory.SubFactory(UserFactory)


class LeaderFactory(factory.django.DjangoModelFactory):
    """A skill leader whom the town accepted, in term from March 2026 to February 2028."""

    class Meta:
        model = SkillLeader

    worker = factory.SubFactory(WorkerFactory)
    union = factory.SelfAttribute("worker.union")
    trade = "电工"
    team = "试验攻关组"
    start = dt.date(2026, 3, 1)
    end = dt.date(2028, 3, 1)
    allowance = 300
    state = "accepted"
    entered_by = factory.SubFactory(UserFactory)
    decided_by = factory.LazyAttribute(lambda row: None if row.state == "proposed" else row.entered_by)
    decided_at = factory.LazyAttribute(lambda row: None if row.state == "proposed" else timezone.now())


class AllowanceFactory(factory.django.DjangoModelFactory):
    """The allowance for September 2026, paid in October."""

    class Meta:
        model = AllowancePayment

    leader = factory.SubFactory(LeaderFactory)
    month = dt.date(2026, 9, 1)
    amount = 300
    paid_on = dt.date(2026, 10, 10)
    payer = "employer"
    entered_by = factory.SelfAttribute("leader.entered_by")


class CandidateFactory(factory.django.DjangoModelFactory):
    """A candidate of the town's list of 2026 whom the town accepted, with an outside mentor, to reach grade three."""

    class Meta:
        model = Candidate

    worker = factory.SubFactory(WorkerFactory)
    union = factory.SelfAttribute("worker.union")
    year = 2026
    scope = "town"
    trade = "电工"
    mentor_name = "试验学院导师"
    goal_level = "L4"
    start = dt.date(2026, 3, 1)
    until = dt.date(2027, 2, 28)
    state = "accepted"
    entered_by = factory.SubFactory(UserFactory)
    decided_by = factory.LazyAttribute(lambda row: None if row.state == "proposed" else row.entered_by)
    decided_at = factory.LazyAttribute(lambda row: None if row.state == "proposed" else timezone.now())
