"""Innovations, who made them, consents, and what is on show."""

import datetime as dt
import hashlib

import factory
from django.core.files.base import ContentFile
from django.utils import timezone

from competitions.models import Consent, Contributor, Innovation, Promotion, Publication
from tests.factories.accounts import UserFactory
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory

DONE_ON = dt.date(2026, 9, 10)


class InnovationFactory(factory.django.DjangoModelFactory):
    """A method named in September 2026 that waits for the town; ``state="accepted"`` is decided."""

    class Meta:
        model = Innovation

    union = factory.SubFactory(UnionFactory)
    kind = Innovation.Kind.METHOD
    title = factory.Sequence(lambda n: f"试验操作法{n}")
    content = "先调夹具，再校刀，一次成形。"
    stage = Innovation.Stage.DONE
    begun_on = factory.LazyAttribute(lambda row: None if row.kind == "method" else dt.date(2026, 3, 1))
    done_on = factory.LazyAttribute(lambda row: DONE_ON if row.stage == "done" else None)
    adopted_on = factory.LazyAttribute(
        lambda row: (
            dt.date(2026, 4, 1) if row.kind == "proposal" and row.stage in ("adopted", "done") else None
        )
    )
    stage_reason = factory.LazyAttribute(lambda row: "条件不成熟" if row.stage == "dropped" else "")
    patent_kind = factory.LazyAttribute(lambda row: "utility" if row.kind == "patent" else "")
    decided_by = factory.LazyAttribute(lambda row: None if row.state == "entered" else UserFactory())
    decided_at = factory.LazyAttribute(lambda row: None if row.state == "entered" else timezone.now())
    state = Innovation.State.ENTERED
    entered_by = factory.SubFactory(UserFactory)


class ContributorFactory(factory.django.DjangoModelFactory):
    """The author of an accepted method, of the method's union."""

    class Meta:
        model = Contributor

    innovation = factory.SubFactory(InnovationFactory, state="accepted")
    worker = factory.LazyAttribute(
        lambda row: WorkerFactory(employer=EmployerFactory(union=row.innovation.union))
    )
    role = Contributor.Role.LEAD
    entered_by = factory.SubFactory(UserFactory)


class ConsentFactory(factory.django.DjangoModelFactory):
    """The author agrees to be shown with the name and with pictures."""

    class Meta:
        model = Consent

    contributor = factory.SubFactory(ContributorFactory)
    given_on = dt.date(2026, 9, 20)
    shows_name = True
    shows_pictures = True
    format = "pdf"
    size = 9
    sha256 = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
    file = factory.LazyFunction(lambda: ContentFile(b"%PDF-1.7\n", name="consent"))
    added_by = factory.SubFactory(UserFactory)


class PublicationFactory(factory.django.DjangoModelFactory):
    """An accepted method of ``union`` on show, its author named."""

    class Meta:
        model = Publication

    class Params:
        union = None

    innovation = factory.LazyAttribute(
        lambda row: ConsentFactory(contributor__innovation__union=row.union).contributor.innovation
    )
    text = "一人一机也能完成的装夹办法。"
    published_by = factory.SubFactory(UserFactory)


class PromotionFactory(factory.django.DjangoModelFactory):
    """A method taken over by another union, and confirmed."""

    class Meta:
        model = Promotion

    innovation = factory.SubFactory(InnovationFactory, state="accepted")
    union = factory.SubFactory(UnionFactory)  # another one than the method's
    since = dt.date(2026, 9, 20)
    effect = "换模时间由 40 分钟降到 15 分钟"
    confirmed_by = factory.SubFactory(UserFactory)
    confirmed_at = factory.LazyFunction(timezone.now)
    entered_by = factory.SubFactory(UserFactory)
