"""Selections and who is put forward in them. The database keeps the order, so a nomination walks to its state."""

import datetime as dt

import factory

from competitions.models import Nomination, Selection, SelectionShare
from tests.factories.accounts import UserFactory
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions.models import OrgType

WAYS = {
    "draft": (),
    "submitted": ("submitted",),
    "returned": ("submitted", "returned"),
    "shortlisted": ("submitted", "shortlisted"),
    "refused": ("submitted", "refused"),
    "withdrawn": ("withdrawn",),
}


class SelectionFactory(factory.django.DjangoModelFactory):
    """A selection for people that is open until the end of 2026."""

    class Meta:
        model = Selection

    union = factory.SubFactory(UnionFactory, org_type=OrgType.TOWN)
    title = factory.Sequence(lambda n: f"2026年试验奖章推荐{n}")
    year = 2026
    honour_type = "MAY1_C"
    issuer = "试验市总工会"
    deadline = dt.date(2026, 12, 31)
    notice_days = 5
    notice_unit = Selection.DayKind.WORKING
    phase = Selection.Phase.OPEN
    created_by = factory.SubFactory(UserFactory)


class SelectionShareFactory(factory.django.DjangoModelFactory):
    """A tenth of migrant workers."""

    class Meta:
        model = SelectionShare

    selection = factory.SubFactory(SelectionFactory)
    category = "migrant"
    percent = 10
    source = "试验通知"


class NominationFactory(factory.django.DjangoModelFactory):
    """An industrial worker about whom the roll says that he is no migrant and no party member; ``state`` up to the
    list, later ones are reached by the services."""

    class Meta:
        model = Nomination

    selection = factory.SubFactory(SelectionFactory)
    subject = "person"
    worker = factory.LazyAttribute(lambda row: WorkerFactory(employer=EmployerFactory(union=row.union)))
    employer = factory.LazyAttribute(lambda row: row.worker.employer if row.worker else None)
    union = factory.LazyAttribute(lambda row: UnionFactory(parent=row.selection.union))
    position = factory.LazyAttribute(lambda row: "industrial" if row.subject == "person" else "")
    reason = "试验推荐理由"
    merits = "试验主要事迹"
    is_migrant = factory.LazyAttribute(lambda row: False if row.subject == "person" else None)
    is_woman = factory.LazyAttribute(lambda row: False if row.subject == "person" else None)
    is_party = factory.LazyAttribute(lambda row: False if row.subject == "person" else None)
    facts_on = dt.date(2026, 10, 1)
    submitted_on = factory.LazyAttribute(lambda row: None if row.state == "draft" else dt.date(2026, 10, 1))
    state = "draft"
    entered_by = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        way = WAYS[kwargs.pop("state")]
        row = super()._create(model_class, *args, **kwargs)
        for state in way:
            row.state = state
            row.note = "试验说明" if state in ("returned", "refused", "withdrawn") else ""
            row.save(update_fields=["state", "note"])
        return row
