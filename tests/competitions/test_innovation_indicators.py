"""D4 and its kin: random innovations against a plain reference, the figures of each union, drill-down and chart."""

import datetime as dt
import random

import pytest

from competitions.models import Innovation, Promotion
from competitions.reporting.innovations import InnovationSection, innovation_lines
from core.reporting import Period, describe, indicators
from tests.factories.innovations import InnovationFactory, PromotionFactory
from tests.factories.unions import EmployerFactory, UnionFactory

pytestmark = pytest.mark.django_db
PERIODS = [Period.parse(code) for code in ("2026-02", "2026-Q1", "2026")]
STAGES = {
    "project": ("planned", "open", "done", "dropped"),
    "proposal": ("open", "adopted", "done", "dropped"),
    "patent": ("open", "done", "dropped"),
    "method": ("done",),
}
FIRST = dt.date(2025, 12, 1)


def some_day(rng):
    return FIRST + dt.timedelta(days=rng.randrange(150))


def some_innovation(rng, unions):
    kind = rng.choice(list(STAGES))
    stage = rng.choice(STAGES[kind])
    begun = some_day(rng)
    adopted = begun + dt.timedelta(days=rng.randrange(40))
    facts = {"begun_on": None if kind == "method" or stage == "planned" else begun}
    if kind == "proposal" and (stage in ("adopted", "done") or (stage == "dropped" and rng.random() < 0.5)):
        facts["adopted_on"] = adopted
    if stage == "done":
        facts["done_on"] = adopted + dt.timedelta(days=rng.randrange(40))
    state = rng.choice(("entered", "accepted")) if stage == "done" else "entered"
    return InnovationFactory(union=rng.choice(unions), kind=kind, stage=stage, state=state, **facts)


def some_promotion(rng, method, places):
    union, firm = rng.choice(places)
    confirmed = {} if rng.random() < 0.6 else {"confirmed_by": None, "confirmed_at": None, "effect": ""}
    known = Promotion.objects.filter(innovation=method, union=union, employer=firm)
    if not known.exists():
        PromotionFactory(innovation=method, union=union, employer=firm, since=some_day(rng), **confirmed)


def reference(code, unions, period) -> tuple[int, int | None]:
    """The figure by plain loops over everything."""
    rows = [row for row in Innovation.objects.all() if unions is None or row.union_id in unions]

    def inside(day):
        return day is not None and period.start <= day <= period.end

    if code == "D4A":
        made = [row for row in rows if row.kind == "proposal" and inside(row.begun_on)]
        return sum(row.adopted_on is not None and row.adopted_on <= period.end for row in made), len(made)
    accepted = [row for row in rows if row.state == "accepted"]
    if code == "D4S":
        spread = {
            one.innovation_id
            for one in Promotion.objects.select_related("innovation")
            if inside(one.since) and one.confirmed_at
            and one.union_id != one.innovation.union_id  # its firms are the same unit: all unions here are firms' own
        }  # fmt: skip
        return sum(row.kind == "method" and row.pk in spread for row in accepted), None
    kind = {"D4P": "project", "D4": "method", "D4T": "patent"}[code]
    return sum(row.kind == kind and inside(row.done_on) for row in accepted), None


def test_random_innovations_count_as_the_plain_reference_says(town, union, other_union, officer):
    rng = random.Random(11)
    third = UnionFactory(parent=town)
    unions = [union, other_union, third]
    firm = EmployerFactory(union=union)
    places = [(town, None), (union, None), (union, firm), (other_union, None), (third, None)]
    rows = [some_innovation(rng, unions) for _ in range(90)]
    for method in (row for row in rows if row.kind == "method"):
        for _ in range(rng.randrange(4)):
            some_promotion(rng, method, places)
    codes = [indicator.code for indicator in InnovationSection.indicators]
    assert codes == ["D4P", "D4", "D4S", "D4A", "D4T"]
    for code in codes:
        indicator = indicators()[code]
        for period in PERIODS:
            for scope in (None, [union.pk], [other_union.pk, third.pk]):
                figure = indicator.measure(scope, period)
                assert (figure.numerator, figure.denominator) == reference(code, scope, period), (code, scope)
            parts = indicator.measure_by_union(None, period)
            assert sum(part[0] for part in parts.values()) == indicator.measure(None, period).numerator
    year = PERIODS[-1]
    assert all(reference(code, None, year)[0] > 0 for code in codes)  # the random town says something
    found = indicators()["D4A"].records("numerator", None, year)
    lines = describe("competitions.innovation", list(found), officer)
    assert [line.text for line in lines] == [row.title for row in found]
    assert {line.url == "" for line, row in zip(lines, found, strict=True) if row.union_id != union.pk} == {
        True
    }
    assert all(line.url for line, row in zip(lines, found, strict=True) if row.union_id == union.pk)


def test_lines_say_how_far_and_when_and_the_chart_shows_the_months(union, officer):
    proposal = InnovationFactory(union=union, kind="proposal", title="改进工装")
    method = InnovationFactory(union=union, state="accepted")
    InnovationFactory(union=union, kind="project", state="accepted", done_on=dt.date(2026, 8, 1))
    lines = innovation_lines([proposal, method], officer)
    assert [line.detail for line in lines] == [
        "合理化建议，已实施，提出日期 2026-03-01，采纳日期 2026-04-01，实施日期 2026-09-10",
        "先进操作法，已命名，命名日期 2026-09-10",
    ]
    chart = InnovationSection().chart(None, Period.parse("2026-09"))
    nothing = {
        "value": 0,
        "label": {"show": False, "formatter": "0"},
    }  # no zero is written on a bar without height
    assert [(one["name"], one["data"][-2:]) for one in chart["series"]] == [
        ("创新项目", [1, nothing]), ("先进操作法", [nothing, 1]), ("专利", [nothing, nothing]),
    ]  # fmt: skip
    assert InnovationSection().chart(None, Period.parse("2025-06")) is None
