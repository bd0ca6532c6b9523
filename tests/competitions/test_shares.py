"""Shares of those put forward: how many are needed, how many are there, and what the roll says of each."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from competitions.models import Nomination, ShareRule
from competitions.models.selections import OF_PEOPLE, SelectionShare
from competitions.rules.selections import earliest_end
from competitions.rules.shares import facts_of_group, facts_of_person, needed, shares_of
from competitions.services.share_rules import end_share_rule, load_share_rules
from core.workdays import Workdays
from unions.models import Employer
from workers.models import Worker

PERCENTS = st.integers(1, 10_000).map(lambda hundredths: Decimal(hundredths) / 100)
NOTHING = Workdays(frozenset(), frozenset(), frozenset())  # no year's holidays are entered
SAID = st.sampled_from([True, False, None])
PEOPLE = st.lists(
    st.builds(
        Nomination,
        subject=st.just("person"),
        position=st.sampled_from(Nomination.Position.values),
        is_migrant=SAID,
        is_woman=SAID,
        is_party=SAID,
    ),
    max_size=30,
)


@given(PERCENTS, st.integers(0, 500))
def test_the_least_number_that_makes_the_share(percent, whole):
    least = needed(percent, whole)
    share = Fraction(percent) / 100
    assert least >= share * whole
    assert least == 0 or least - 1 < share * whole


@given(PEOPLE, st.dictionaries(st.sampled_from(OF_PEOPLE), PERCENTS))
def test_shares_are_what_counting_by_hand_gives(people, asked):
    required = [
        SelectionShare(category=one, percent=percent, source="通知") for one, percent in asked.items()
    ]
    found = {share.category: share for share in shares_of(people, OF_PEOPLE, required)}
    for category, share in found.items():
        have, unknown = 0, 0
        for person in people:
            if category == "worker":
                said = person.position == "industrial" or person.position == "frontline"
            elif category in ("industrial", "frontline", "science"):
                said = person.position == category
            else:
                said = {"migrant": person.is_migrant, "woman": person.is_woman, "party": person.is_party}[
                    category
                ]
            have, unknown = have + (said is True), unknown + (said is None)
        least = 0
        while category in asked and Fraction(least) < Fraction(asked[category]) * len(people) / 100:
            least += 1
        missing = least - have if category in asked and have < least else 0
        assert (share.have, share.whole, share.unknown, share.missing) == (
            have,
            len(people),
            unknown,
            missing,
        )
        assert share.need == (least if category in asked else None)


def test_the_text_says_how_many_more_are_needed():
    people = [Nomination(subject="person", position="industrial", is_migrant=n == 0) for n in range(11)]
    people.append(Nomination(subject="person", position="other", is_migrant=None))
    required = [SelectionShare(category="migrant", percent=10), SelectionShare(category="worker", percent=50)]
    texts = {share.category: share.text for share in shares_of(people, OF_PEOPLE, required)}
    assert texts["migrant"] == "农民工 1/12，需 2 人，还差 1 人，另有 1 人名册没有登记"
    assert texts["worker"] == "一线职工（产业工人和其他一线合计） 11/12，需 6 人，已达到"
    assert texts["science"] == "科教人员 0/12"
    groups = [
        Nomination(subject="team", is_nonpublic=True),
        Nomination(subject="employer", is_nonpublic=False),
    ]
    required = [SelectionShare(category="team", percent=70)]
    [team, nonpublic] = shares_of(groups, ("team", "nonpublic"), required)
    assert (team.text, nonpublic.text) == ("班组 1/2，需 2 个，还差 1 个", "非公有制单位 1/2")


@pytest.mark.parametrize(
    ("roll", "said"),
    [
        ({"is_migrant": True, "household_type": "1"}, True),
        ({"is_migrant": False, "household_type": "2"}, False),
        ({"household_type": "2", "employer_id": 1}, True),
        ({"household_type": "2", "employer_id": None}, None),
        ({"household_type": "1", "employer_id": 1}, False),
        ({"household_type": "9", "employer_id": 1}, None),
        ({"household_type": "", "employer_id": 1}, None),
    ],
)
def test_who_is_a_migrant_worker(roll, said):
    assert facts_of_person(Worker(**roll))["is_migrant"] is said


def test_what_the_roll_says_of_sex_party_and_firm():
    assert [facts_of_person(Worker(sex=sex))["is_woman"] for sex in "1209"] == [False, True, None, None]
    politics = ("01", "02", "03", "13", "")
    found = [facts_of_person(Worker(political=one))["is_party"] for one in politics]
    assert found == [True, True, False, False, None]
    firms = [("3", "110"), ("1", "170"), ("6", "170"), ("6", "161"), ("6", ""), ("", "")]
    found = [facts_of_group(Employer(economy=one, nature=two))["is_nonpublic"] for one, two in firms]
    assert [*found, facts_of_group(None)["is_nonpublic"]] == [True, False, True, False, None, None, None]


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 60))
def test_the_last_day_of_a_notice_closes_as_many_days(start, days):
    assert earliest_end(start, days, "calendar", NOTHING) == start + dt.timedelta(days=days - 1)
    end = earliest_end(start, days, "working", NOTHING)
    span = [start + dt.timedelta(days=n) for n in range((end - start).days + 1)]
    working = [day for day in span if day.isoweekday() <= 5]
    assert (len(working), working[-1]) == (days, end)


@pytest.mark.django_db
def test_national_figures_come_with_the_software_and_stay_ended(clerk):
    found = ShareRule.objects.filter(is_national=True).order_by("honour_type", "-percent", "category")
    assert list(found.values_list("honour_type", "category", "percent")) == [
        ("MAY1_AWARD", "nonpublic", 35),
        ("MAY1_N", "industrial", 35),
        ("MAY1_N", "frontline", 20),
        ("MAY1_N", "science", 20),
        ("MAY1_N", "migrant", 10),
        ("PIONEER", "team", 70),
        ("PIONEER", "nonpublic", 35),
    ]
    rule = found.get(category="migrant")
    end_share_rule(rule=rule, end=dt.date(2026, 1, 1), by=clerk)
    assert load_share_rules() == {"share rules": 7}
    assert ShareRule.objects.get(category="migrant").end == dt.date(2026, 1, 1)
    day = dt.date(2026, 1, 1)
    assert not ShareRule.objects.on(day).filter(category="migrant").exists()
