"""Any sequence of founding, moving, dissolving and merging keeps paths, placements and parents consistent."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.factories.unions import EmployerFactory, PostFactory, UnionFactory
from unions import services
from unions.invariants import INVARIANTS
from unions.models import OrgType, Placement, Union
from unions.roles import Role

START = dt.date(2020, 1, 1)
# Few days and few unions: what can meet, meets.
STEP = dt.timedelta(days=300)
DAYS = st.integers(0, 6).map(lambda steps: START + steps * STEP)
KINDS = st.sampled_from(
    [OrgType.VILLAGE_FEDERATION, OrgType.VILLAGE_FEDERATION, OrgType.GRASSROOTS, OrgType.JOINT]
)
PLACE = st.integers(0, 7)


class TreeMachine(RuleBasedStateMachine):
    """Services may refuse; whatever they leave behind must hold. Refused steps are undone by a savepoint."""

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()

    @initialize()
    def found(self):
        self.town = UnionFactory(org_type=OrgType.TOWN, founded_on=START)
        self.clerk = PostFactory(union=self.town, role=Role.TOWN_STAFF).user
        for _ in range(2):
            UnionFactory(parent=self.town, org_type=OrgType.AREA_FEDERATION, founded_on=START)

    def attempt(self, service, **arguments):
        try:
            with transaction.atomic():
                service(by=self.clerk, **arguments)
        except ValidationError:
            return
        self.check()

    def pick(self, place):
        unions = list(Union.objects.order_by("pk"))
        return unions[place % len(unions)]

    @rule(kind=KINDS, place=PLACE, day=DAYS | st.none(), firm=st.booleans())
    def create(self, kind, place, day, firm):
        count = Union.objects.count()
        name = f"试验{count}工会"
        self.attempt(services.create_union, name=name, org_type=kind, parent=self.pick(place), founded_on=day)
        made = Union.objects.filter(name=name, org_type__in=[OrgType.GRASSROOTS, OrgType.JOINT]).first()
        if made and firm:
            EmployerFactory(union=made, covered=False)
            made.coverages.create(employer=made.employers.get(), start=day or START)

    @rule(place=PLACE, other=PLACE, day=DAYS)
    def move(self, place, other, day):
        self.attempt(services.move_union, union=self.pick(place), parent=self.pick(other), on=day)

    @rule(place=PLACE, day=DAYS)
    def dissolve(self, place, day):
        self.attempt(services.dissolve_union, union=self.pick(place), on=day)

    @rule(place=PLACE, other=PLACE, day=DAYS)
    def merge(self, place, other, day):
        self.attempt(services.close_into, union=self.pick(place), into=self.pick(other), on=day)

    @rule(place=PLACE, day=DAYS | st.none())
    def correct_founding(self, place, day):
        union = self.pick(place)
        self.attempt(services.edit_union, union=union, version=str(union.version), founded_on=day)

    def check(self):
        assert [found for title, check in INVARIANTS for found in check()] == []
        assert all(_leads_to_the_root(day) for day in (START + steps * STEP for steps in range(7)))

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)


def _leads_to_the_root(day) -> bool:
    """No union hangs below itself on the day."""
    above = dict(Placement.objects.on(day).values_list("union", "parent"))
    for key in above:
        seen = set()
        while key in above and key not in seen:
            seen.add(key)
            key = above[key]
        if key in seen:
            return False
    return True


@pytest.mark.django_db
def test_any_sequence_keeps_the_tree(town):
    Union.objects.all().delete()
    run_state_machine_as_test(
        TreeMachine,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
