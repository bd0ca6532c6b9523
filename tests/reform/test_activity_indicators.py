"""Activities of the kinds that indicators name (B5–B7, C24, C25, H4–H6), each at the union that held it."""

import datetime as dt

import pytest

from core.reporting import Period, indicators
from reform.reporting.activities import activity_lines
from tests.factories.activities import ActivityFactory

pytestmark = pytest.mark.django_db
SEPTEMBER = Period.parse("2026-09")


def figure(code, unions=None, period=SEPTEMBER):
    return indicators()[code].measure(unions, period).numerator


def records(code, unions=None):
    return list(indicators()[code].records("numerator", unions, SEPTEMBER))


def test_what_was_held_in_the_period_counts_at_its_union(union, other_union, officer):
    def held(**facts):
        return ActivityFactory(**{"union": union, "state": "held"} | facts)

    first = held(starts_on=dt.date(2026, 9, 1), participants=30)
    last = held(starts_on=dt.date(2026, 9, 30), ends_on=dt.date(2026, 10, 8))
    none_came = held(starts_on=dt.date(2026, 9, 15), participants=0)
    elsewhere = held(union=other_union, starts_on=dt.date(2026, 9, 20), participants=12)
    held(starts_on=dt.date(2026, 8, 31), ends_on=dt.date(2026, 9, 2), participants=7)
    held(starts_on=dt.date(2026, 10, 1), participants=7)
    held(kind="LAW", participants=7)
    ActivityFactory(union=union)
    ActivityFactory(union=union, state="cancelled", cancel_reason="场地未落实")
    assert records("C24") == [first, none_came, elsewhere, last]
    assert records("C25") == [first, none_came, elsewhere]
    assert (figure("C24"), figure("C25")) == (4, 42)
    assert (figure("C24", [union.pk]), figure("C25", [union.pk])) == (3, 30)
    assert indicators()["C25"].measure_by_union(None, SEPTEMBER) == {
        union.pk: (30, None),
        other_union.pk: (12, None),
    }
    assert indicators()["C24"].measure_by_month(None, Period.parse("2026").months())[7:10] == [1, 4, 1]
    lines = activity_lines([last, elsewhere], officer)
    assert [(line.detail, line.url) for line in lines] == [
        ("网络文明活动，2026-09-30 至 2026-10-08，参与人次未统计", last.get_absolute_url()),
        ("网络文明活动，2026-09-20，12 人次", ""),
    ]


def test_nothing_held_reads_zero():
    assert (figure("C24"), figure("C25")) == (0, 0)


def test_works_are_summed_where_they_were_counted(union, officer):
    facts = {"union": union, "state": "held", "kind": "ARTS", "starts_on": dt.date(2026, 9, 9)}
    some = ActivityFactory(works=24, participants=9, **facts)
    none = ActivityFactory(works=0, **facts)
    ActivityFactory(works=None, participants=7, **facts)
    ActivityFactory(**facts | {"works": 5, "kind": "NETCULTURE"})
    assert records("H5") == [some, none]
    assert (figure("H5"), figure("H5", [union.pk])) == (24, 24)
    assert activity_lines([some], officer)[0].detail == "文艺创作，2026-09-09，9 人次，作品 24 件"


def test_each_kind_has_figures_of_its_own(union):
    kinds = {
        "THEME": 20,
        "CRAFT": 30,
        "LEARNING": 40,
        "NETCULTURE": 50,
        "LAW": 60,
        "MODEL": 70,
        "PUBLICITY": 80,
    }
    for kind, participants in kinds.items():
        facts = {"union": union, "state": "held", "starts_on": dt.date(2026, 9, 9)}
        ActivityFactory(kind=kind, participants=participants, **facts)
    found = {code: figure(code) for code in ("B5", "B5P", "B6", "B7", "C24", "C25", "H4", "H6", "H6P")}
    one = dict.fromkeys(("B5", "B6", "C24", "H4", "H6"), 1)
    assert found == one | {"B5P": 20, "B7": 40, "C25": 50, "H6P": 70}
