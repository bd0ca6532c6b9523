"""D6, D7, D8: craftsmen, model teams and studios, over random towns against plain loops; lines and the chart."""

import datetime as dt
import random

import pytest

from competitions.models import CollectiveHonour, Honour, HonourType, Recognition, Studio, StudioProject, Team
from competitions.reporting.honours import HonourSection
from core.models import LegalNumber
from core.reporting import Period, describe, indicators
from tests.factories.honours import (
    CollectiveHonourFactory,
    HonourFactory,
    StudioFactory,
    StudioProjectFactory,
    TeamFactory,
)
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.reports.random_town import RandomTown
from tests.reports.reference import Reference
from unions.models import Union

pytestmark = pytest.mark.django_db
STATES = list(Recognition.State)


def honour_town(town: RandomTown) -> None:
    """Honours of every kind and state, teams with and without titles, studios with and without projects."""
    rng = random.Random(town.random.random())
    town.random.random()
    first = dt.date(2025, 6, 1)

    def facts(code):
        day = first + dt.timedelta(days=rng.randrange(0, 600))
        state = rng.choice(STATES + ["verified"] * 4)
        end = day + dt.timedelta(days=rng.randrange(0, 400)) if rng.random() < 0.4 else None
        gone = day + dt.timedelta(days=rng.randrange(0, 300)) if state == "revoked" else None
        return {"type": code, "awarded_on": day, "state": state, "valid_until": end, "revoked_on": gone}

    people = list(town.people)
    for person in people:
        for code in rng.sample(["CRAFT_Y", "CRAFT_C", "GOLD", "SKILL_C", "MAY1_C"], rng.randrange(0, 4)):
            HonourFactory(worker=person, union_id=person.union_id, **facts(code))
    for union in town.unions:
        for _ in range(2):
            founded = first + dt.timedelta(days=rng.randrange(0, 600)) if rng.random() < 0.5 else None
            gone = (
                (founded or first) + dt.timedelta(days=rng.randrange(0, 500)) if rng.random() < 0.3 else None
            )
            team = TeamFactory(union=union, founded_on=founded, dissolved_on=gone)
            for code in rng.sample(["PIONEER", "YOUTH", "WOMEN", "MAY1_AWARD"], rng.randrange(0, 3)):
                CollectiveHonourFactory(team=team, **facts(code))
        studio = StudioFactory(leader=rng.choice(people), union=union, **facts("STUDIO_MODEL"))
        for _ in range(rng.randrange(2, 6)):
            state = rng.choice(["planned", "stopped", "finished", "approved", "approved", "approved"])
            day = dt.date(rng.choice([2025, 2026]), rng.randrange(1, 13), 5) if state != "planned" else None
            outcome = "试" if state == "finished" else ""
            StudioProjectFactory(studio=studio, year=day.year if day else 2026, state=state, approved_on=day,
                                 outcome=outcome)  # fmt: skip


class Plain(Reference):
    """The figures by loops over all rows, written from the definitions."""

    def load(self):
        self.counts_as = dict(HonourType.objects.values_list("code", "counts_as"))
        self.honours, self.titles = list(Honour.objects.all()), list(CollectiveHonour.objects.all())
        self.teams, self.studios = list(Team.objects.all()), list(Studio.objects.all())
        self.projects = list(StudioProject.objects.all())
        return self

    def is_valid(self, row) -> bool:
        if row.state not in ("verified", "revoked") or row.awarded_on > self.day:
            return False
        return not (
            (row.valid_until and row.valid_until < self.day)
            or (row.revoked_on and row.revoked_on <= self.day)
        )

    def craftsmen(self):
        held = {
            row.worker_id
            for row in self.honours
            if self.counts_as[row.type] == "craftsman" and self.is_valid(row)
        }
        return {person.pk for person in self.at_work() if person.pk in held}

    def new_craftsmen(self):
        before = {
            row.worker_id
            for row in self.honours
            if self.counts_as[row.type] == "craftsman"
            and row.awarded_on < self.first
            and (row.state == "verified" or (row.state == "revoked" and row.revoked_on > row.awarded_on))
        }
        return self.craftsmen() - before

    def existing(self):
        return {
            team.pk
            for team in self.teams
            if self.inside(team.union_id)
            and not (team.founded_on and team.founded_on > self.day)
            and not (team.dissolved_on and team.dissolved_on <= self.day)
        }

    def titled(self):
        held = {
            row.team_id
            for row in self.titles
            if self.counts_as[row.type] == "model_team" and self.is_valid(row)
        }
        return self.existing() & held

    def open_studios(self):
        return {row.pk for row in self.studios if self.inside(row.union_id) and self.is_valid(row)}

    def with_project(self):
        done = {
            row.studio_id
            for row in self.projects
            if row.year == self.day.year
            and row.state in ("approved", "finished")
            and row.approved_on <= self.day
        }
        return self.open_studios() & done

    def figures(self):
        teams, studios = len(self.existing()), len(self.open_studios())
        return {
            "D6": (len(self.craftsmen()), None),
            "D6N": (len(self.new_craftsmen()), None),
            "D7": (len(self.titled()), None),
            "D7R": (len(self.titled()), teams),
            "D8": (studios, None),
            "D8R": (len(self.with_project()), studios),
        }


def measured(code, unions, period):
    figure = indicators()[code].measure(unions, period)
    return figure.numerator, figure.denominator


@pytest.mark.parametrize("seed", range(2))
def test_figures_are_those_of_plain_loops_and_unions_add_up(seed):
    town = RandomTown(300 + seed)
    honour_town(town)
    seen = set()
    for code in ("2025-12", "2026-02", "2026-Q3", "2026"):
        period = Period.parse(code)
        for unions in (None, Union.objects.within(town.unions[1])):
            ids = None if unions is None else set(unions.values_list("pk", flat=True))
            expected = Plain(ids, period.start, period.end).load().figures()
            found = {name: measured(name, unions, period) for name in expected}
            assert found == expected, (code, ids)
            seen |= {(name, top) for name, (top, _) in found.items()}
        for name in expected:
            parts = indicators()[name].measure_by_union(None, period)
            assert sum(part[0] for part in parts.values()) == measured(name, None, period)[0]
    assert {name for name, top in seen if top} == set(expected)


def test_a_rule_that_asks_for_two_projects_and_kinds_that_count_are_data(union):
    leader = WorkerFactory(employer=EmployerFactory(union=union))
    studio = StudioFactory(leader=leader)
    StudioProjectFactory(studio=studio)
    HonourFactory(worker=leader, type="SKILL_C")
    year = Period.parse("2026")
    assert (measured("D8R", None, year), measured("D6", None, year)) == ((1, 1), (0, None))
    rule = LegalNumber.objects.get(code="studio.projects_per_year")
    LegalNumber.objects.create(
        code=rule.code, title=rule.title, value=2, unit="项", valid_from=dt.date(2026, 1, 1), source="试"
    )
    HonourType.objects.filter(code="SKILL_C").update(counts_as="craftsman")
    assert (measured("D8R", None, year), measured("D6", None, year)) == ((0, 1), (1, None))


def test_lines_open_only_what_the_user_may_see_and_the_chart_counts_by_level(
    union, other_union, officer, clerk
):
    own, foreign = TeamFactory(union=union, name="甲班"), TeamFactory(union=other_union, name="乙班")
    for team in (own, foreign):
        CollectiveHonourFactory(team=team)
    leader = WorkerFactory(employer=EmployerFactory(union=union))
    StudioFactory(leader=leader, title="试工作室", level="T")
    HonourFactory(worker=leader)
    HonourFactory(worker=leader, type="GOLD", state="entered")
    period = Period.parse("2026")
    rows = indicators()["D7"].records("numerator", None, period)
    lines = describe("competitions.team", rows, officer)
    assert sorted((line.text, bool(line.url)) for line in lines) == [("乙班", False), ("甲班", True)]
    studios = describe("competitions.studio", indicators()["D8"].records("numerator", None, period), clerk)
    assert [(line.text, line.detail) for line in studios] == [
        ("试工作室", f"镇级，2026-05-01 认定，{union.name}")
    ]
    option = HonourSection().chart(None, period)
    assert option["xAxis"]["data"] == ["县级(乐清市)", "镇级"]
    assert [series["data"] for series in option["series"]] == [[1, 0], [2, 0], [0, 1]]
    assert HonourSection().chart([], period) is None
