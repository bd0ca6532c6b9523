"""B4: workers put forward of all people put forward, by the day of submission, at the union that put them forward."""

import datetime as dt
import random

import pytest

from competitions.models import Nomination
from competitions.reporting.nominations import nomination_lines
from core.reporting import Period, indicators
from tests.factories.nominations import WAYS, NominationFactory, SelectionFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

pytestmark = pytest.mark.django_db
POSITIONS = Nomination.Position.values


def measured(code, unions, period):
    figure = indicators()[code].measure(unions, period)
    return figure.numerator, figure.denominator


def by_hand(facts, unions, period, *, migrants: bool):
    """Plain counting over what was drawn, without the database."""
    top = bottom = 0
    for union, state, day, position, is_migrant in facts:
        if unions is not None and union.pk not in unions:
            continue
        if state in ("draft", "returned", "withdrawn") or not period.start <= day <= period.end:
            continue
        bottom += 1
        top += (is_migrant is True) if migrants else position in ("industrial", "frontline")
    return top, bottom


@pytest.mark.parametrize("seed", range(3))
def test_figures_are_what_counting_by_hand_gives(seed, town, union, other_union):
    rng = random.Random(seed)
    firms = {one: EmployerFactory(union=one) for one in (union, other_union)}
    held = [SelectionFactory(union=town) for _ in range(3)]
    people = {one: WorkerFactory.create_batch(4, employer=firm) for one, firm in firms.items()}
    drawn, taken = [], set()
    for _ in range(30):
        one, selection = rng.choice([union, other_union]), rng.choice(held)
        worker, state = rng.choice(people[one]), rng.choice(list(WAYS))
        if (selection, worker) in taken:
            continue
        taken.add((selection, worker))
        day = dt.date(2026, 1, 1) + dt.timedelta(days=rng.randrange(365))
        position, is_migrant = rng.choice(POSITIONS), rng.choice([True, False, None])
        NominationFactory(
            selection=selection, union=one, worker=worker, state=state, submitted_on=day, position=position,
            is_migrant=is_migrant,
        )  # fmt: skip
        drawn.append((one, state, day, position, is_migrant))
    groups = SelectionFactory(union=town, is_collective=True, honour_type="PIONEER")
    NominationFactory(
        selection=groups,
        union=union,
        subject="employer",
        worker=None,
        employer=firms[union],
        state="submitted",
    )
    for code in ("2026", "2026-Q1", "2026-Q3", "2026-05"):
        period = Period.parse(code)
        for unions in (None, [union.pk], [other_union.pk]):
            assert measured("B4", unions, period) == by_hand(drawn, unions, period, migrants=False)
            assert measured("B4M", unions, period) == by_hand(drawn, unions, period, migrants=True)


def test_the_people_behind_it_open_for_those_who_see_them(union, other_union, officer):
    own = NominationFactory(union=union, state="submitted")
    other = NominationFactory(union=other_union, state="refused", position="science")
    period = Period.parse("2026-10")
    assert measured("B4", None, period) == (1, 2)
    lines = nomination_lines(indicators()["B4"].records("denominator", None, period), officer)
    assert [(line.text, line.detail, bool(line.url)) for line in lines] == [
        (own.worker.name, f"{own.selection.title}，产业工人，2026-10-01 提交", True),
        (other.worker.name, f"{other.selection.title}，科教人员，2026-10-01 提交", False),
    ]
