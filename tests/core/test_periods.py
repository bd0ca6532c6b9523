"""Periods: parsing, bounds, order."""

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from core.errors import RuleError
from core.reporting import Period, PeriodKind

days = st.dates(dt.date(1991, 1, 1), dt.date(2199, 12, 31))
kinds = st.sampled_from(PeriodKind.values)


@pytest.mark.parametrize(
    ("code", "start", "end", "label"),
    [
        ("2026-10", dt.date(2026, 10, 1), dt.date(2026, 10, 31), "2026年10月"),
        ("2028-02", dt.date(2028, 2, 1), dt.date(2028, 2, 29), "2028年2月"),
        ("2026-Q3", dt.date(2026, 7, 1), dt.date(2026, 9, 30), "2026年第三季度"),
        ("2026", dt.date(2026, 1, 1), dt.date(2026, 12, 31), "2026年"),
    ],
)
def test_a_period_has_these_days(code, start, end, label):
    period = Period.parse(code)
    assert (period.start, period.end, period.label, period.code) == (start, end, label, code)


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-Q5", "26", "", "2026-1", "2026-10-01", "０"])
def test_other_texts_are_refused_with_the_forms(text):
    with pytest.raises(RuleError, match="请写成 2026-10（月）、2026-Q3（季）或 2026（年）"):
        Period.parse(text)


@given(kind=kinds, day=days)
def test_the_period_of_a_day_contains_it_and_parses_back(kind, day):
    period = Period.of(kind, day)
    assert period.start <= day <= period.end
    assert Period.parse(period.code) == period


@given(kind=kinds, day=days)
def test_periods_follow_each_other_without_gap(kind, day):
    period = Period.of(kind, day)
    assert period.previous().end + dt.timedelta(days=1) == period.start
