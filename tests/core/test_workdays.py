"""Working days: what the yearly notices say, kept by the office, and what is counted where nothing was entered."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, strategies as st

from accounts.models import AuditEntry
from core.errors import RuleError
from core.models import SpecialDay
from core.workdays import Workdays, enter_special_days, remove_special_day

SOURCE = "试验放假安排通知〔2025〕1号"
MONDAY, SATURDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 7)
DAYS = st.frozensets(st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)), max_size=40)


def enter(by, **said):
    facts = {"year": 2026, "kind": "rest", "start": MONDAY, "source": SOURCE}
    return enter_special_days(by=by, **(facts | said))


def known():
    return list(SpecialDay.objects.values_list("day", "kind", "year", "remark", "source"))


@given(
    rest=DAYS, work=DAYS, start=st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)), days=st.integers(1, 60)
)
def test_the_last_day_closes_as_many_working_days(rest, work, start, days):
    weekends = frozenset(day for day in work if day.isoweekday() > 5)
    calendar = Workdays(rest - weekends, weekends, frozenset())
    end = calendar.last(start, days)
    span = [start + dt.timedelta(days=n) for n in range((end - start).days + 1)]
    counted = [day for day in span if day in weekends or (day.isoweekday() <= 5 and day not in rest)]
    assert (len(counted), counted[-1]) == (days, end)


def test_years_that_were_not_entered_are_named():
    calendar = Workdays(frozenset(), frozenset(), frozenset([2026]))
    assert calendar.caveat(MONDAY, SATURDAY) == ""
    over = calendar.caveat(dt.date(2026, 12, 28), dt.date(2027, 1, 4))
    assert over == "未录入 2027 年放假安排，只扣除周六、周日"
    nothing = Workdays(frozenset(), frozenset(), frozenset())
    both = nothing.caveat(dt.date(2026, 12, 28), dt.date(2027, 1, 4))
    assert both == "未录入 2026 年、2027 年放假安排，只扣除周六、周日"


@pytest.mark.django_db
def test_a_line_of_the_notice_is_entered_day_by_day_and_taken_back(clerk):
    assert known() == []
    enter(clerk, until=dt.date(2026, 3, 3), remark="试验节")
    enter(clerk, kind="work", start=SATURDAY)
    assert known() == [
        (MONDAY, "rest", 2026, "试验节", SOURCE),
        (dt.date(2026, 3, 3), "rest", 2026, "试验节", SOURCE),
        (SATURDAY, "work", 2026, "", SOURCE),
    ]
    calendar = Workdays.known()
    week = [MONDAY + dt.timedelta(days=n) for n in range(7)]
    assert [calendar.is_working(day) for day in week] == [False, False, True, True, True, True, False]
    assert calendar.last(MONDAY, 4) == SATURDAY
    assert calendar.caveat(MONDAY, SATURDAY) == ""
    remove_special_day(day=SpecialDay.objects.get(day=SATURDAY), by=clerk)
    told = AuditEntry.objects.filter(action__startswith="calendar.").order_by("pk")
    assert list(told.values_list("action", "actor", "details")) == [
        ("calendar.enter", clerk.pk, {"year": 2026, "kind": "rest", "days": ["2026-03-02", "2026-03-03"], "source": SOURCE}),
        ("calendar.enter", clerk.pk, {"year": 2026, "kind": "work", "days": ["2026-03-07"], "source": SOURCE}),
        ("calendar.remove", clerk.pk, {"year": 2026, "kind": "work", "days": ["2026-03-07"], "source": SOURCE}),
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"source": " "}, {"source": ["没有填写依据。请填写通知的名称和文号。"]}),
        ({"start": dt.date(2026, 3, 4)}, {"start": ["2026-03-04 已录入为“休”。请核对日期；录错的请先删除。"]}),
        ({"kind": "work"}, {"start": ["2026-03-02 是周一至周五，本来就是工作日，不用录入。调休上班的只录周六、周日。"]}),
        ({"year": 2025}, {"start": ["2026-03-02 不在 2025 年的放假安排内。请核对日期和年度。"]}),
        ({"until": dt.date(2026, 3, 1)}, {"until": ["从 2026-03-02 起，最多连续 31 天，不能早于开始；现填到 2026-03-01"]}),
        ({"until": dt.date(2026, 4, 2)}, {"until": ["从 2026-03-02 起，最多连续 31 天，不能早于开始；现填到 2026-04-02"]}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_at_its_field(clerk, said, fault):
    enter(clerk, start=dt.date(2026, 3, 4))
    with pytest.raises(RuleError) as error:
        enter(clerk, **said)
    assert error.value.message_dict == fault
    assert len(known()) == 1


@pytest.mark.django_db
def test_a_notice_reaches_into_the_neighbour_years_but_not_further(clerk):
    enter(clerk, year=2027, start=dt.date(2026, 12, 31), until=dt.date(2027, 1, 2))
    assert Workdays.known().caveat(dt.date(2026, 12, 1), dt.date(2026, 12, 31)) != ""
    assert Workdays.known().caveat(dt.date(2027, 1, 4), dt.date(2027, 1, 8)) == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    "facts",
    [
        {"day": MONDAY, "kind": "work", "year": 2026, "source": SOURCE},
        {"day": MONDAY, "kind": "rest", "year": 2024, "source": SOURCE},
        {"day": MONDAY, "kind": "rest", "year": 2027, "source": SOURCE},
        {"day": MONDAY, "kind": "rest", "year": 2026, "source": ""},
        {"day": SATURDAY, "kind": "rest", "year": 2026, "source": SOURCE},
    ],
)
def test_the_database_refuses_days_that_cannot_be(facts):
    SpecialDay.objects.create(day=SATURDAY, kind="work", year=2026, source=SOURCE)
    with pytest.raises(IntegrityError), transaction.atomic():
        SpecialDay.objects.create(**facts)


@pytest.mark.django_db
def test_only_the_office_keeps_the_days(officer, clerk):
    with pytest.raises(PermissionDenied):
        enter(officer)
    [day] = enter(clerk)
    with pytest.raises(PermissionDenied):
        remove_special_day(day=day, by=officer)


@pytest.mark.django_db
def test_the_page_says_what_is_entered_and_which_years_are_not(client, clerk, officer):
    with time_machine.travel(dt.datetime(2026, 11, 2, 2, tzinfo=dt.UTC), tick=False):
        client.force_login(officer)
        text = client.get(reverse("codes:special_day_list")).content.decode()
        assert text.count("未录入该年放假安排，只扣除周六、周日") == 2
        assert ("2026 年" in text, "2027 年" in text, "录入放假调休" in text) == (True, True, False)
        client.force_login(clerk)
        said = {"year": 2026, "kind": "rest", "start": "2026-03-02", "until": "", "source": SOURCE}
        client.post(reverse("codes:special_day_create"), said)
        text = client.get(reverse("codes:special_day_list")).content.decode()
        assert (text.count("未录入该年放假安排"), SOURCE in text) == (1, True)
        refused = client.post(reverse("codes:special_day_create"), said).content.decode()
        assert "2026-03-02 已录入为“休”" in refused
        day = SpecialDay.objects.get()
        client.post(reverse("codes:special_day_remove", args=[day.pk]))
        assert known() == []


@pytest.mark.django_db
def test_the_page_asks_as_much_for_three_days_as_for_one(client, clerk):
    client.force_login(clerk)
    client.get(reverse("codes:special_day_list"))
    asked = []
    for start in (MONDAY, dt.date(2026, 3, 3)):
        enter(clerk, start=start, until=start if start == MONDAY else dt.date(2026, 3, 4))
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("codes:special_day_list"))
        asked.append(len(seen))
    assert asked[0] == asked[1]
