"""Safety training of new staff and yearly refreshers against a slow plain reference."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.factories.accounts import UserFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.safety_reference import plain_new_staff, plain_refreshers
from training.models import Attendance, Enrolment, SafetyProfile, Session, TrainingClass
from training.queries.safety import LEVELS, new_staff, refreshers
from workers.models import Employment

START = dt.date(2025, 1, 1)
DAYS = 700
day = st.integers(0, DAYS).map(lambda days: START + dt.timedelta(days=days))
who = st.integers(0, 1)
# (person, firm, days since the job before, length; None is open), in turn
job = st.tuples(who, who, st.sampled_from([0, 1, 150, 181, 182, 184, 220]), st.none() | st.integers(1, 200))
rule = st.tuples(who, st.integers(0, 400), st.none() | st.integers(1, 300), st.booleans(), st.booleans())
lesson = st.tuples(
    who, day, st.sampled_from([4, 12, 24.5, 72]), st.sampled_from(["SAFETY", "SAFETY", "SKILL"])
)
passed = st.tuples(
    who,
    day,
    st.sampled_from(["plant", "workshop", "team", "team"]),
    st.sampled_from(["passed", "passed", "failed"]),
)


@pytest.fixture
def world(union):
    firms = [EmployerFactory(union=union, industry=industry) for industry in ("C", "F")]
    return firms, [WorkerFactory(employer=firms[0]) for _ in range(2)], UserFactory()


def fill(world, jobs, rules, lessons, results):
    """Write what was drawn; jobs of a person in a firm follow one another, and so do the rules of a firm."""
    firms, workers, by = world
    for model in (Attendance, Enrolment, Session, TrainingClass, SafetyProfile, Employment):
        model.objects.all().delete()
    ends = {}
    for person, firm, gap, length in jobs:
        start = ends.get((person, firm), START)
        if start is None:
            continue
        start += dt.timedelta(days=gap)
        end = None if length is None else start + dt.timedelta(days=length)
        ends[person, firm] = end
        Employment.objects.create(worker=workers[person], employer=firms[firm], start=start, end=end)
    ends = {}
    for firm, gap, length, high, three in rules:
        start = ends.get(firm, START)
        if start is None:
            continue
        start += dt.timedelta(days=gap)
        end = ends[firm] = None if length is None else start + dt.timedelta(days=length)
        SafetyProfile.objects.create(
            employer=firms[firm], risk="HIGH" if high else "ORDINARY", three_levels=three, start=start, end=end,
            source="试", entered_by=by,
        )  # fmt: skip
    for place, (person, on, hours, kind) in enumerate(lessons):
        row = enrolment(workers[person], by, place, kind, "")
        session = Session.objects.create(
            training_class=row.training_class, on=on, starts_at=dt.time(8), ends_at=dt.time(12), hours=hours
        )
        Attendance.objects.create(session=session, enrolment=row, noted_by=by)
    for place, (person, on, level, result) in enumerate(results, start=len(lessons)):
        enrolment(workers[person], by, place, "SAFETY", level, result=result, completed_on=on)


def enrolment(worker, by, place, kind, level, **facts):
    made = TrainingClass.objects.create(
        union=worker.union, code=f"P{place}", title="试", kind=kind, safety_level=level, state="running",
        starts_on=START, ends_on=START + dt.timedelta(days=DAYS), created_by=by,
    )  # fmt: skip
    return Enrolment.objects.create(
        training_class=made,
        worker=worker,
        union=worker.union,
        state="enrolled",
        position=1,
        enrolled_by=by,
        **facts,
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    jobs=st.lists(job, max_size=6),
    rules=st.lists(rule, max_size=4),
    lessons=st.lists(lesson, max_size=6),
    results=st.lists(passed, max_size=6),
    begun=st.tuples(day, day).map(sorted),
    later=st.integers(0, 90),
)
def test_lists_say_what_a_walk_through_all_rows_finds(world, jobs, rules, lessons, results, begun, later):
    fill(world, jobs, rules, lessons, results)
    firms = {firm.pk: firm for firm in world[0]}
    rows, profiles = list(Employment.objects.all()), list(SafetyProfile.objects.all())
    notes = list(Attendance.objects.select_related("session__training_class", "enrolment"))
    taken = list(Enrolment.objects.select_related("training_class"))
    first, last = begun
    expected = plain_new_staff(rows, firms, profiles, notes, taken, first, last)
    found = {
        row.pk: (
            row.required,
            row.attended,
            {x for x, name in LEVELS.items() if not getattr(row, name)},
            row.met,
        )
        for row in new_staff((first, last), last)
    }
    assert found.keys() == expected.keys()
    for key, (asked, attended, missing) in expected.items():
        required, hours, levels, met = found[key]
        assert (required, hours, met) == (asked, attended, attended >= asked and not missing)
        assert missing <= levels
    today = last + dt.timedelta(days=later)
    again = {row.pk: (row.attended, row.met) for row in refreshers(2026, today)} if today.year >= 2026 else {}
    plain = plain_refreshers(rows, profiles, notes, 2026, today) if today.year >= 2026 else {}
    assert again == {key: (hours, hours >= 20) for key, hours in plain.items()}
