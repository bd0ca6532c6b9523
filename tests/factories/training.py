"""Records of training and skill. Dates lie well before any frozen test day."""

import datetime as dt

import factory
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.workers import WorkerFactory
from training.models import Certificate


class CertificateFactory(factory.django.DjangoModelFactory):
    """A verified certificate of grade three (L4); ``state="entered"`` is one that waits."""

    class Meta:
        model = Certificate

    worker = factory.SubFactory(WorkerFactory)
    kind = "level"
    trade = "电工"
    level = "L4"
    number = factory.Sequence(lambda n: f"Y00003300000124{3}{n:06d}")
    issuer = "试验评价机构"
    issued_on = dt.date(2024, 5, 1)
    state = "verified"
    entered_by = factory.SubFactory(UserFactory)
    decided_by = factory.LazyAttribute(lambda c: None if c.state == "entered" else c.entered_by)
    decided_at = factory.LazyAttribute(lambda c: None if c.state == "entered" else timezone.now())
    revoked_on = factory.LazyAttribute(lambda c: dt.date(2025, 5, 1) if c.state == "revoked" else None)
