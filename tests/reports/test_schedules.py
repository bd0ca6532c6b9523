"""Reports that build themselves: once, on time, made good after a pause, never twice."""

import datetime as dt
import zoneinfo

import pytest
import time_machine
from django.core.exceptions import ValidationError

from core.errors import RuleError
from core.models import Job
from core.reporting import Period
from reports import services, tasks
from reports.models import Report, ReportSchedule

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def queue(text: str) -> list[str]:
    with time_machine.travel(at(text), tick=False):
        services.queue_due_reports(now=at(text))
    return list(Job.objects.order_by("pk").values_list("key", flat=True))


@pytest.fixture
def monthly(db):
    ReportSchedule.objects.exclude(kind="monthly").update(enabled=False)
    schedule = ReportSchedule.objects.get(kind="monthly")
    schedule.since = at("2026-09-10T00:00")
    schedule.save()
    return schedule


def test_due_on_day_and_hour_and_only_once(monthly):
    assert queue("2026-10-03T05:59") == []
    assert queue("2026-10-03T06:00") == ["report:monthly:2026-09:town:1"]
    assert queue("2026-10-03T06:00") == ["report:monthly:2026-09:town:1"]
    assert queue("2026-10-20T06:15") == ["report:monthly:2026-09:town:1"]


def test_a_clock_that_goes_back_makes_no_second_report(monthly):
    first = queue("2026-11-03T06:00")
    assert queue("2026-10-03T06:00") == first
    assert queue("2026-11-03T07:00") == first


def test_what_fell_due_while_the_portal_was_down_is_made_good(monthly):
    assert queue("2027-01-15T09:00") == [
        f"report:monthly:{code}:town:1" for code in ("2026-09", "2026-10", "2026-11", "2026-12")
    ]


def test_nothing_from_before_the_schedule_was_switched_on(monthly):
    monthly.since = at("2026-10-03T06:00")
    monthly.save()
    assert queue("2026-10-03T06:15") == []


@pytest.mark.parametrize(
    ("kind", "moment", "code"),
    [
        ("monthly", "2027-01-03T06:00", "2026-12"),
        ("quarterly", "2027-01-05T06:00", "2026-Q4"),
        ("annual", "2027-01-10T06:00", "2026"),
        ("monthly", "2028-03-03T06:00", "2028-02"),
    ],
)
def test_ends_of_years_and_leap_days(db, kind, moment, code):
    due = at(moment)
    ReportSchedule.objects.exclude(kind=kind).update(enabled=False)
    ReportSchedule.objects.filter(kind=kind).update(since=due - dt.timedelta(minutes=1))
    assert queue((due - dt.timedelta(minutes=1)).replace(tzinfo=None).isoformat()) == []
    assert queue(moment) == [f"report:{kind}:{code}:town:1"]
    period = Period.parse(code)
    assert period.end == {"2028-02": dt.date(2028, 2, 29)}.get(code, dt.date(2026, 12, 31))


def test_on_the_leap_day_itself_february_still_runs(monthly):
    monthly.since = at("2028-02-10T00:00")
    monthly.save()
    assert queue("2028-02-29T23:59") == []


def test_a_schedule_that_is_off_does_nothing(monthly):
    ReportSchedule.objects.update(enabled=False)
    assert queue("2026-12-03T06:00") == []


def test_a_report_that_staff_have_built_after_the_period_is_enough(monthly):
    _published(end=dt.date(2026, 9, 30))
    assert queue("2026-10-03T06:00") == []


def test_an_interim_report_does_not_stand_for_the_final_one(monthly):
    _published(end=dt.date(2026, 9, 20))
    assert queue("2026-10-03T06:00") == ["report:monthly:2026-09:town:2"]


def _published(*, end):
    Report.objects.create(
        kind="monthly", start=dt.date(2026, 9, 1), end=end, period_code="2026-09", version=1, title="报告",
        serial="Y2026-09-V1", verification_code="0", data={}, pdf="a", pdf_sha256="1", pdf_pages=1, xlsx="b",
        xlsx_sha256="2", built_at=at("2026-10-01T00:00"),
    )  # fmt: skip


def test_the_request_of_a_user_and_the_schedule_are_one_job(monthly, clerk):
    with time_machine.travel(at("2026-10-03T05:00"), tick=False):
        services.request_report(period=Period.parse("2026-09"), union=None, by=clerk)
    assert queue("2026-10-03T06:00") == ["report:monthly:2026-09:town:1"]
    assert Job.objects.get().created_by == clerk


def test_the_task_says_how_many(monthly):
    with time_machine.travel(at("2026-10-03T06:00"), tick=False):
        assert tasks.queue_due_reports() == 1
        assert tasks.queue_due_reports() == 1
    assert Job.objects.count() == 1


def test_the_next_run_is_announced(monthly):
    with time_machine.travel(at("2026-10-03T05:00"), tick=False):
        assert services.next_due(monthly) == (Period.parse("2026-09"), at("2026-10-03T06:00"))
    with time_machine.travel(at("2026-10-03T06:00"), tick=False):
        assert services.next_due(monthly) == (Period.parse("2026-10"), at("2026-11-03T06:00"))


def test_editing_checks_the_version_and_the_day(monthly, clerk):
    values = {"day": 5, "hour": 8, "enabled": True}
    edited = services.edit_schedule(monthly, version="1", by=clerk, **values)
    assert (edited.day, edited.hour, edited.version, edited.since) == (5, 8, 2, monthly.since)
    with pytest.raises(RuleError, match="已被其他人修改"):
        services.edit_schedule(monthly, version="1", by=clerk, **values)
    with pytest.raises(ValidationError, match="编制日应为 1 至 28"):
        services.edit_schedule(monthly, version="2", by=clerk, day=31, hour=8, enabled=True)


def test_switched_on_again_it_starts_with_what_comes(monthly, clerk):
    off = services.edit_schedule(monthly, version="1", by=clerk, day=3, hour=6, enabled=False)
    with time_machine.travel(at("2027-02-01T00:00"), tick=False):
        on = services.edit_schedule(off, version="2", by=clerk, day=3, hour=6, enabled=True)
    assert on.since == at("2027-02-01T00:00")
    assert queue("2027-02-03T06:00") == ["report:monthly:2027-01:town:1"]


def test_loading_again_keeps_what_staff_have_set(monthly, clerk):
    services.edit_schedule(monthly, version="1", by=clerk, day=9, hour=9, enabled=True)
    services.load_schedules()
    assert ReportSchedule.objects.get(kind="monthly").day == 9
    assert ReportSchedule.objects.count() == 3
