"""Honours of people and collectives, teams, and studios with members and projects."""

import datetime as dt

import factory
from django.utils import timezone

from competitions.models import (
    CollectiveHonour,
    Honour,
    Studio,
    StudioMember,
    StudioProject,
    Team,
)
from tests.factories.accounts import UserFactory
from tests.factories.unions import UnionFactory
from tests.factories.workers import WorkerFactory


class RecognitionFactory(factory.django.DjangoModelFactory):
    """Verified by the town, without an end."""

    class Meta:
        abstract = True

    level = "X"
    title = factory.Sequence(lambda n: f"试验荣誉{n}")
    issuer = "试验授予单位"
    awarded_on = dt.date(2026, 5, 1)
    year = factory.LazyAttribute(lambda row: row.awarded_on.year)
    state = "verified"
    entered_by = factory.SubFactory(UserFactory)
    decided_by = factory.LazyAttribute(lambda row: None if row.state == "entered" else row.entered_by)
    decided_at = factory.LazyAttribute(lambda row: None if row.state == "entered" else timezone.now())
    revoked_on = factory.LazyAttribute(lambda row: row.awarded_on if row.state == "revoked" else None)
    decision_note = factory.LazyAttribute(lambda row: "试验" if row.state == "revoked" else "")


class HonourFactory(RecognitionFactory):
    """乐清工匠 of a person."""

    class Meta:
        model = Honour

    worker = factory.SubFactory(WorkerFactory)
    union = factory.SelfAttribute("worker.union")
    type = "CRAFT_Y"


class TeamFactory(factory.django.DjangoModelFactory):
    """A team of ten, without a firm."""

    class Meta:
        model = Team

    union = factory.SubFactory(UnionFactory)
    name = factory.Sequence(lambda n: f"试验班组{n}")
    headcount = 10
    entered_by = factory.SubFactory(UserFactory)


class CollectiveHonourFactory(RecognitionFactory):
    """工人先锋号 of a team."""

    class Meta:
        model = CollectiveHonour

    team = factory.SubFactory(TeamFactory)
    union = factory.LazyAttribute(lambda row: row.team.union)
    type = "PIONEER"


class StudioFactory(RecognitionFactory):
    """A studio of the union of its leader."""

    class Meta:
        model = Studio

    leader = factory.SubFactory(WorkerFactory)
    union = factory.SelfAttribute("leader.union")
    title = factory.Sequence(lambda n: f"试验工作室{n}")
    type = "STUDIO_MODEL"


class StudioMemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StudioMember

    studio = factory.SubFactory(StudioFactory)
    worker = factory.SubFactory(WorkerFactory)
    joined_on = dt.date(2026, 5, 1)


class StudioProjectFactory(factory.django.DjangoModelFactory):
    """Approved this year."""

    class Meta:
        model = StudioProject

    studio = factory.SubFactory(StudioFactory)
    year = 2026
    title = factory.Sequence(lambda n: f"试验项目{n}")
    state = StudioProject.State.APPROVED
    approved_on = dt.date(2026, 6, 1)
    entered_by = factory.SubFactory(UserFactory)
