"""Rules and claims of subsidies. The rate holds since before every certificate of the factories."""

import datetime as dt

import factory
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.training import CertificateFactory
from training.models import ShortageTrade, SubsidyClaim, SubsidyLimit, SubsidyRate

SINCE = dt.date(2020, 1, 1)


class RuleFactory(factory.django.DjangoModelFactory):
    """Since 2020, without an end."""

    class Meta:
        abstract = True

    start = SINCE
    source = "试验文件〔2020〕1号"
    entered_by = factory.SubFactory(UserFactory)


class RateFactory(RuleFactory):
    """2000 yuan for grade three (L4), whatever the trade; 30% more in short supply."""

    class Meta:
        model = SubsidyRate

    level = "L4"
    base = 2000
    surcharge = 30


class ShortageFactory(RuleFactory):
    class Meta:
        model = ShortageTrade

    trade = "电工"


class LimitFactory(RuleFactory):
    """At most three in a year; ``kind="deadline", value=12`` is a year after the issue."""

    class Meta:
        model = SubsidyLimit

    kind = "yearly"
    value = 3


class ClaimFactory(factory.django.DjangoModelFactory):
    """A claim of today that waits; ``state="paid"`` was paid today."""

    class Meta:
        model = SubsidyClaim

    certificate = factory.SubFactory(CertificateFactory)
    union = factory.SelfAttribute("certificate.worker.union")
    level = factory.SelfAttribute("certificate.level")
    trade = factory.SelfAttribute("certificate.trade")
    issued_on = factory.SelfAttribute("certificate.issued_on")
    rate = factory.LazyFunction(lambda: SubsidyRate.objects.first() or RateFactory())
    base = factory.SelfAttribute("rate.base")
    surcharge = 0
    amount = factory.SelfAttribute("base")
    state = "claimed"
    claimed_on = factory.LazyFunction(timezone.localdate)
    claimed_by = factory.SubFactory(UserFactory)
    decided_at = factory.LazyAttribute(
        lambda claim: None if claim.state in ("claimed", "withdrawn") else timezone.now()
    )
    withdrawn_at = factory.LazyAttribute(lambda claim: timezone.now() if claim.state == "withdrawn" else None)
    paid_on = factory.LazyAttribute(lambda claim: claim.claimed_on if claim.state == "paid" else None)
    voucher = factory.LazyAttribute(lambda claim: "第1批" if claim.state == "paid" else "")
