"""Reminders of re-checks of honours and studios: once per step, for the union's officers, until it is recorded."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from competitions.models import RecheckNotice, RecheckNoticeReceipt
from competitions.queries.recheck_notices import home_notices, rechecks_waiting
from competitions.services import recheck_notices, recognitions
from competitions.tasks import queue_recheck_notices
from core import jobs
from core.models import Job, LegalNumber
from tests.badges import badge
from tests.exchange.exports import rows_in_file
from tests.factories.honours import CollectiveHonourFactory, HonourFactory, StudioFactory, TeamFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

LIST = reverse("competitions:recheck_notice_list")
DUE = dt.date(2027, 3, 1)


def before(days):
    """The clock of the test stands so many days before the re-check is due, early in the morning of Shanghai."""
    day = DUE - dt.timedelta(days=days)
    return time_machine.travel(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC), tick=False)


def night(days):
    """The schedule runs so many days before the due day; returns how many reminders it made."""
    with before(days):
        queue_recheck_notices()
        job = jobs.run_inline(Job.objects.latest("pk"))
        assert job.error == ""
        return job.result["made"]


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union), name="试复核")


@pytest.fixture
def rows(union, worker):
    """One of each kind, due on the same day."""
    return [
        HonourFactory(worker=worker, recheck_on=DUE, title="试个人"),
        CollectiveHonourFactory(team=TeamFactory(union=union, name="试班组"), recheck_on=DUE, title="试集体"),
        StudioFactory(leader=worker, recheck_on=DUE, title="试工作室"),
    ]


def steps():
    return list(RecheckNotice.objects.order_by("made_on", "pk").values_list("step", flat=True))


def test_each_step_reminds_once_of_each_kind(rows):
    made = {days: night(days) for days in (91, 90, 89, 61, 60, 59, 31, 30, 29, 1, 0, -1, -30)}
    assert {days: count for days, count in made.items() if count} == {90: 3, 60: 3, 30: 3, 0: 3}
    assert steps() == [90] * 3 + [60] * 3 + [30] * 3 + [0] * 3


def test_a_second_run_of_the_day_and_a_missed_night_change_nothing(rows):
    assert (night(90), night(90), Job.objects.count()) == (3, 3, 1)  # the same job, done once
    with before(90):
        assert recheck_notices.remind(DUE - dt.timedelta(days=90)) == 0
    assert night(25) == 3
    assert steps() == [90, 90, 90, 30, 30, 30]


def test_the_days_are_data_and_the_schedule_runs_every_night(rows):
    LegalNumber.objects.filter(code="recheck.far_days").update(value=120)
    assert (night(121), night(120)) == (0, 3)
    planned = settings.CELERY_BEAT_SCHEDULE["remind of re-checks"]
    assert (planned["task"], planned["schedule"].hour, planned["schedule"].minute) == (
        queue_recheck_notices.name,
        {2},
        {50},
    )


def test_nobody_is_reminded_of_what_is_not_in_force(rows, worker):
    honour, collective, studio = rows
    type(honour).objects.filter(pk=honour.pk).update(state="entered", decided_by=None, decided_at=None)
    type(collective).objects.filter(pk=collective.pk).update(
        state="revoked", revoked_on=dt.date(2026, 12, 1), decision_note="试验"
    )
    type(studio).objects.filter(pk=studio.pk).update(valid_until=dt.date(2026, 10, 1))
    assert night(30) == 0


def test_a_recheck_takes_the_reminder_away_and_the_next_day_brings_its_own(rows, clerk, officer):
    honour = rows[0]
    night(30)
    with before(29):
        assert badge(officer, rechecks_waiting) == "3"
        recognitions.recheck(
            row=honour,
            version=str(honour.version),
            on=DUE - dt.timedelta(days=29),
            result="passed",
            next_on=dt.date(2030, 3, 1),
            by=clerk,
        )
        assert badge(officer, rechecks_waiting) == "2"
    assert RecheckNotice.objects.filter(honour=honour).count() == 1
    assert night(-366) == 2  # the two others are at their last step; what was settled a year ago is cleared
    assert RecheckNotice.objects.filter(honour=honour).count() == 0
    assert RecheckNotice.objects.count() == 4


def test_the_list_and_the_first_page_tell_those_who_keep_it(
    client, rows, officer, other_officer, clerk, town, union, other_union
):
    night(90)
    night(60)
    with before(59):
        client.force_login(officer)
        page = client.get(LIST)
        assert [(row.kind, row.step, row.tone) for row in page.context["page"]] == [
            ("honour", 60, "info"), ("collective", 60, "info"), ("studio", 60, "info"),
        ]  # fmt: skip
        assert "还有 59 天" in page.content.decode()
        words = "荣誉、工作室复核临近或到期 3 项"
        assert home_notices(officer) == [(words, LIST)]
        assert words in client.get(reverse("home")).content.decode()
        assert badge(clerk, rechecks_waiting) == "3"
        lines = rows_in_file(officer, "recheck_notices", "kind=collective")
        assert [line[:3] for line in lines] == [["试集体", "试班组", "集体荣誉"]]
        only = client.get(LIST, {"state": "overdue"})
        assert list(only.context["page"]) == []
        client.force_login(clerk)
        below = [client.get(LIST, {"union": one.pk}).context["page"] for one in (town, union, other_union)]
        assert [len(page) for page in below] == [3, 3, 0]
        client.force_login(other_officer)
        assert list(client.get(LIST).context["page"]) == []
        assert (badge(other_officer, rechecks_waiting), home_notices(other_officer)) == ("", [])
    night(-3)
    with before(-3):
        client.force_login(officer)
        [first, *_] = client.get(LIST, {"state": "overdue"}).context["page"]
        assert (first.step, first.tone) == (0, "danger")


def test_each_keeper_marks_a_reminder_as_seen_until_a_nearer_step(
    client, rows, officer, other_officer, clerk, worker
):
    night(90)
    notice = RecheckNotice.objects.get(honour=rows[0])
    see = reverse("competitions:recheck_notice_see", args=[notice.pk])
    with before(89):
        client.force_login(other_officer)
        assert client.post(see).status_code == 404
        client.force_login(officer)
        assert f'action="{see}"' in client.get(LIST).content.decode()
        for _ in range(2):
            assert client.post(see).url == LIST
        assert f'action="{see}"' not in client.get(LIST).content.decode()
        assert len(client.get(LIST).context["page"]) == 3
        assert [badge(one, rechecks_waiting) for one in (officer, clerk)] == ["2", "3"]
        assert home_notices(officer)[0][0] == "荣誉、工作室复核临近或到期 2 项"
    entry = AuditEntry.objects.get(action="competitions.recheck_notice_see")
    assert (entry.actor, entry.object_id, entry.union_id) == (officer, notice.pk, worker.union_id)
    assert night(60) == 3
    with before(59):
        assert badge(officer, rechecks_waiting) == "3"
    type(rows[0]).objects.filter(pk=rows[0].pk).update(recheck_on=None)
    day = DUE + dt.timedelta(days=366)
    assert (recheck_notices.clear(day), RecheckNoticeReceipt.objects.count()) == (2, 0)


def test_the_database_takes_each_once_about_one_row(rows):
    honour, collective, _ = rows
    facts = {"due_on": DUE, "step": 30, "made_on": DUE}
    RecheckNotice.objects.create(honour=honour, **facts)
    for wrong in ({"honour": honour}, {"honour": honour, "collective": collective}, {}):
        with pytest.raises(DatabaseError, match="competitions_recheck_"), transaction.atomic():
            RecheckNotice.objects.create(**facts, **wrong)


def test_the_list_asks_a_flat_number_of_queries(client, officer, union, worker):
    counts = []
    for more in (1, 2):
        for number in range(more):
            HonourFactory(worker=worker, recheck_on=DUE, year=2000 + more * 10 + number)
            team = TeamFactory(union=union)
            CollectiveHonourFactory(team=team, recheck_on=DUE)
            StudioFactory(leader=worker, recheck_on=DUE, title=f"试{more}{number}")
        with before(30):
            client.force_login(officer)
            recheck_notices.remind(DUE - dt.timedelta(days=30))
            client.get(LIST)
            with CaptureQueriesContext(connection) as asked:
                page = client.get(LIST)
        counts.append((len(page.context["page"].items), len(asked)))
    assert [rows for rows, _ in counts] == [3, 9]
    assert counts[0][1] == counts[1][1]
