"""Every indicator against a slow reference over random towns; as-at reading; figures by union and month."""

import datetime as dt

import pytest

from core.reporting import Period, indicators, sections
from reports import queries
from tests.factories.unions import EmployerFactory, LegalRegistrationFactory, TermFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from tests.reports.online import OnlineReference, learn_online
from tests.reports.random_town import RandomTown
from unions.models import Coverage, Headcount, Union
from workers.models import Change, Employment, Membership

OCTOBER = Period.parse("2026-10")
PERIODS = ["2025-12", "2026-02", "2026-Q3", "2026"]
SHARES = {
    "A1": "a1",
    "A2": "a2",
    "A3": "a3",
    "A4": "a4",
    "A5": "a5",
    "R1": "r1",
    "B1": "b1",
    "C1": "c1",
    "C2": "c2",
    "C8": "c8",
    "C9": "c9",
    "C4": "c4",
    "C27": "c27",
    "C5": "c5",
    "C5P": "c5p",
    "C5H": "c5h",
    "C6": "c6",
    "C7": "c7",
    "C7N": "c7n",
    "C7S": "c7s",
    "C13": "c13",
    "C17": "c17",
    "C17T": "c17t",
    "C17H": "c17h",
    "C18": "c18",
    "C19": "c19",
    "C3": "c3",
    "C20": "c20",
    "C14": "c14",
    "C15": "c15",
    "C10": "c10",
    "C11": "c11",
    "C12": "c12",
}
COUNTS = {"C5", "C5P", "C5H", "C7", "C7N", "C8", "C17T", "C17H", "C18", "C14", "C15", "C10", "C11", "C12"}
# Sections whose figures are measured where they are tested: tests/training/test_talent_indicators.py,
# tests/competitions, tests/rights, tests/reform/test_activity_indicators.py.
ELSEWHERE = {
    *("talent", "contests", "nominations", "honours", "innovation", "activities", "supervision"),
}


def measured(code, unions=None, period=OCTOBER):
    figure = indicators()[code].measure(unions, period)
    return figure.numerator, figure.denominator


def test_every_indicator_is_in_the_reference():
    own = [section for section in sections() if section.code not in ELSEWHERE]
    codes = {indicator.code for section in own for indicator in section.indicators}
    assert codes == {*SHARES, *(f"M{number}" for number in range(1, 11))}
    assert [section.code for section in sections()] == [
        *("organisation", "membership", "skill", "safety", "training", "talent", "online", "bases"),
        *("supervision", "contests", "nominations", "honours", "innovation", "subsidy", "cooperation"),
        "activities",
    ]


@pytest.mark.parametrize("seed", range(4))
def test_random_towns(db, seed):
    town = RandomTown(seed)
    learn_online(town)
    scopes = [None, Union.objects.within(town.unions[1]), Union.objects.within(town.unions[4])]
    for code in PERIODS:
        period = Period.parse(code)
        for unions in scopes:
            ids = None if unions is None else set(unions.values_list("pk", flat=True))
            expected = OnlineReference(ids, period.start, period.end)
            for name, method in SHARES.items():
                assert measured(name, unions, period) == getattr(expected, method)(), (name, code, ids)
            for name, count in expected.movements().items():
                assert measured(name, unions, period) == (count, None), (name, code, ids)


@pytest.mark.parametrize("seed", range(2))
def test_figures_of_unions_add_up_and_months_add_up(db, seed):
    town = RandomTown(100 + seed)
    learn_online(town)
    year = Period.parse("2026")
    for indicator in indicators().values():
        parts = indicator.measure_by_union(None, year)
        whole = indicator.measure(None, year)
        assert sum(part[0] for part in parts.values()) == whole.numerator
        if whole.denominator is not None:
            assert sum(part[1] for part in parts.values()) == whole.denominator
        for union in town.unions[3:]:
            alone = indicator.measure(Union.objects.filter(pk=union.pk), year)
            zero = None if whole.denominator is None else 0
            assert parts.get(union.pk, (0, zero)) == (alone.numerator, alone.denominator)
        if indicator.dated_by:
            months = indicator.measure_by_month(None, year.months())
            assert months == [indicator.measure(None, month).numerator for month in year.months()]
            assert sum(months) == whole.numerator


@pytest.mark.parametrize("seed", range(2))
def test_the_movement_table_balances(db, seed):
    RandomTown(200 + seed)
    for code in PERIODS:
        counts = {
            name: measured(name, None, Period.parse(code))[0] for name in indicators() if name[0] == "M"
        }
        leaving = sum(counts[name] for name in ("M4", "M5", "M6", "M7", "M8"))
        assert counts["M1"] + counts["M2"] + counts["M3"] - leaving == counts["M9"]


def test_a_later_transfer_does_not_change_last_month(union, other_union):
    worker = WorkerFactory(employer=EmployerFactory(union=union, employees=30))
    elsewhere = EmployerFactory(union=other_union, employees=30)
    scope = Union.objects.filter(pk=union.pk)
    before = [measured(code, scope) for code in indicators()]
    spell = worker.memberships.get()
    spell.end, spell.end_change = dt.date(2026, 11, 5), Change.TRANSFER_OUT
    spell.save()
    Membership.objects.create(
        worker=worker, union=other_union, start=dt.date(2026, 11, 5), start_change=Change.TRANSFER_IN
    )
    worker.employments.update(end=dt.date(2026, 11, 5))
    Employment.objects.create(worker=worker, employer=elsewhere, start=dt.date(2026, 11, 5))
    worker.union, worker.employer = other_union, elsewhere
    worker.save()
    assert [measured(code, scope) for code in indicators()] == before
    assert measured("A2", scope) == (1, 30)
    assert measured("A2", scope, Period.parse("2026-11")) == (0, 30)
    assert measured("A2", Union.objects.filter(pk=other_union.pk), Period.parse("2026-11")) == (1, 30)


def test_the_last_day_counts_and_the_day_after_does_not(union):
    employer = EmployerFactory(union=union, employees=30, covered=False)
    Coverage.objects.create(employer=employer, union=union, start=dt.date(2026, 10, 31))
    assert measured("A1") == (1, 1)
    assert measured("A1", period=Period.parse("2026-09")) == (0, 1)
    Coverage.objects.update(end=dt.date(2026, 11, 1))
    assert measured("A1") == (1, 1)
    assert measured("A1", period=Period.parse("2026-11")) == (0, 1)


@pytest.mark.parametrize(("employees", "due"), [(24, 0), (25, 1)])
def test_a_firm_without_a_union_is_due_from_the_legal_number_on(union, employees, due):
    EmployerFactory(union=union, covered=False, employees=employees)
    assert measured("A1") == (0, due)


def test_only_the_last_declared_headcount_counts(union):
    employer = EmployerFactory(union=union, employees=100)
    Headcount.objects.create(employer=employer, on=dt.date(2026, 10, 31), employees=40)
    Headcount.objects.create(employer=employer, on=dt.date(2026, 11, 1), employees=70)
    assert measured("A2") == (0, 40)
    assert measured("A2", period=Period.parse("2026-11")) == (0, 70)


def test_holding_union_and_retained_members_stay_out_of_the_rate(union, federation):
    employer = EmployerFactory(union=union, employees=30)
    WorkerFactory(employer=employer)
    retained = WorkerFactory(employer=employer)
    Membership.objects.filter(worker=retained).update(is_retained=True, status="30", start_change="3")
    held = WorkerFactory(employer=employer)
    holding = UnionFactory(parent=federation, is_holding=True)
    Membership.objects.filter(worker=held).update(union=holding)
    assert measured("A2") == (1, 30)
    assert measured("A3") == (2, 2)
    assert measured("M10") == (1, None)


def test_declared_members_of_a_federation_are_never_summed(union, federation):
    federation.declared_members = 500
    federation.save()
    WorkerFactory(employer=EmployerFactory(union=union, employees=30))
    assert measured("M9") == (1, None)


def test_terms_and_certificates_run_out(union, other_union):
    TermFactory(union=union, end=dt.date(2026, 11, 1))
    LegalRegistrationFactory(union=union, end=dt.date(2026, 10, 31))
    assert measured("A4") == (1, 2)
    assert measured("A4", period=Period.parse("2026-11")) == (0, 2)
    assert measured("A5") == (0, 4)
    assert measured("A5", period=Period.parse("2026-09")) == (1, 4)


def test_nothing_to_measure_is_no_applicable_unit(town):
    shares = [figure for figure in queries.measure(None, OCTOBER) if figure["denominator"] is not None]
    texts = {figure["code"]: figure["text"] for figure in shares}
    elsewhere = {"C26", "B4", "B4M", "D2P", "D4A", "D7R", "D8R"}  # tests/rights, tests/competitions
    assert texts == {**dict.fromkeys(SHARES.keys() - COUNTS | elsewhere, "无适用单位"), "A5": "0.0%"}


def test_the_number_of_statements_does_not_grow_with_the_town(union, django_assert_max_num_queries):
    WorkerFactory.create_batch(4, employer=EmployerFactory(union=union, employees=30))
    with django_assert_max_num_queries(10 + 2 * len(indicators())):  # numerator and denominator of each
        queries.breakdown(None, OCTOBER)
