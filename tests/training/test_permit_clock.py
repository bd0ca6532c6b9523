"""The clock of a permit against a slow plain reference that walks day by day."""

import datetime as dt

import pytest
from hypothesis import given, settings, strategies as st

from core.dates import years_after
from core.models import LegalNumber
from tests.training.walking import DAY, walked
from training.rules.permit_clock import ClockRule, ClockRules

RULE = ClockRule(valid_years=6, review_years=3, long_review_years=6, early_days=60)


days = st.dates(dt.date(2010, 7, 1), dt.date(2030, 1, 1))
rules = st.builds(
    ClockRule,
    valid_years=st.integers(2, 8),
    review_years=st.integers(1, 4),
    long_review_years=st.integers(4, 8),
    early_days=st.integers(0, 120),
)

# A review some days after the issue, or (years, days) by as much earlier than just early enough for an anniversary.
reviews = st.integers(1, 8 * 366) | st.tuples(st.integers(1, 7), st.integers(-1, 1))


def day_of(review, issued_on, rule):
    if isinstance(review, int):
        return issued_on + review * DAY
    years, days = review
    return years_after(issued_on, years) - (rule.early_days + days) * DAY


@settings(max_examples=300)
@given(
    issued_on=days | st.just(dt.date(2024, 2, 29)),
    life=st.integers(1, 8 * 366),
    rule=rules,
    long_service=st.booleans(),
    after=st.lists(reviews, max_size=4),
)
def test_the_clock_says_what_a_walk_through_the_days_finds(issued_on, life, rule, long_service, after):
    valid_until = issued_on + life * DAY
    reviewed = [day_of(review, issued_on, rule) for review in after]
    found = rule.next_due(issued_on, valid_until, long_service=long_service, reviewed=reviewed)
    assert found == walked(issued_on, valid_until, rule, long_service, reviewed)


@pytest.mark.parametrize(
    ("long_service", "reviewed", "due"),
    [
        (False, [], dt.date(2027, 3, 1)),
        (False, [dt.date(2026, 12, 30)], dt.date(2027, 3, 1)),  # 61 days early settles nothing
        (False, [dt.date(2026, 12, 31)], dt.date(2030, 3, 1)),
        (False, [dt.date(2028, 5, 1)], dt.date(2030, 3, 1)),  # late: the end stays
        (True, [], dt.date(2030, 3, 1)),
    ],
)
def test_a_card_of_six_years(long_service, reviewed, due):
    card = dt.date(2024, 3, 1), dt.date(2030, 3, 1)
    assert RULE.next_due(*card, long_service=long_service, reviewed=reviewed) == due


def test_a_card_of_29_february_is_due_on_the_28th():
    assert years_after(dt.date(2024, 2, 29), 3) == dt.date(2027, 2, 28)
    assert years_after(dt.date(2024, 2, 29), 4) == dt.date(2028, 2, 29)


@pytest.mark.django_db
def test_the_years_are_those_in_force_on_the_day_of_issue(django_assert_num_queries):
    LegalNumber.objects.create(
        code="permit.review_years",
        title="复审间隔",
        value=2,
        unit="年",
        valid_from=dt.date(2025, 1, 1),
        source="试",
    )
    with django_assert_num_queries(1):
        known = ClockRules()
    before, after = known.on(dt.date(2024, 12, 31)), known.on(dt.date(2025, 1, 1))
    assert (before, after.review_years, after.valid_years) == (RULE, 2, 6)
    assert (known.on(dt.date(2010, 6, 30)), known.first_day) == (None, dt.date(2010, 7, 1))
