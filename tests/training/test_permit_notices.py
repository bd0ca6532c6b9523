"""Reminders of permits: once per step, the officer's list and badge, the note for the holder."""

import datetime as dt
from unittest.mock import Mock

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from core import jobs, pdf
from core.models import Job, LegalNumber
from tests.badges import badge
from tests.core.pdf_reading import text as text_of_pdf
from tests.exchange.exports import rows_in_file
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.cards import enter, number_of
from training.listings.permit_notices import notices_waiting
from training.models import Permit, PermitNotice
from training.services import permit_notices, review_permit
from training.tasks import queue_permit_notices

LIST = "training:permit_notice_list"
DUE = dt.date(2027, 3, 1)


def before(days):
    """The clock of the test stands so many days before the card is due, early in the morning of Shanghai."""
    day = DUE - dt.timedelta(days=days)
    return time_machine.travel(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union), name="试点甲")


@pytest.fixture
def permit(worker, officer):
    with before(200):
        return enter(worker, officer)


def night(days):
    """The schedule runs so many days before the due day; returns how many reminders it made."""
    with before(days):
        queue_permit_notices()
        job = jobs.run_inline(Job.objects.latest("pk"))
        assert job.error == ""
        return job.result["made"]


def steps(audience="officer"):
    return list(PermitNotice.objects.filter(audience=audience).order_by("pk").values_list("step", flat=True))


def test_each_step_reminds_both_once(permit):
    made = {days: night(days) for days in range(95, -6, -1)}
    assert {days: count for days, count in made.items() if count} == {90: 2, 60: 2, 30: 2, 0: 2}
    assert steps("officer") == steps("holder") == [90, 60, 30, 0]


def test_a_second_run_of_the_day_and_a_missed_night_change_nothing(permit):
    assert (night(90), night(90), Job.objects.count()) == (2, 2, 1)  # the same job, done once
    with before(90):
        assert permit_notices.remind(DUE - dt.timedelta(days=90)) == 0
    assert night(25) == 2
    assert steps() == [90, 30]


def test_a_card_entered_late_gets_the_reminder_of_where_it_is(worker, officer):
    with before(-40):
        enter(worker, officer)
    assert (night(-41), night(-42), steps()) == (2, 0, [0])


def test_days_are_data(permit):
    LegalNumber.objects.filter(code="permit.far_days").update(value=120)
    assert (night(121), night(120)) == (0, 2)


def test_nobody_is_reminded_of_closed_cards_or_people_who_left(permit, worker, officer):
    Permit.objects.update(state="revoked", ended_on=DUE - dt.timedelta(days=100))
    assert night(30) == 0
    Permit.objects.update(state="active", ended_on=None)
    type(worker).objects.update(standing="left", member_since=None, employer=None)
    assert night(29) == 0


def test_a_review_takes_the_reminder_away_and_the_next_day_brings_its_own(permit, officer):
    night(30)
    with before(30):
        assert badge(officer, notices_waiting) == "1"
        review_permit(permit=permit, on=DUE - dt.timedelta(days=30), passed=True, by=officer)
        assert badge(officer, notices_waiting) == ""
    assert night(90 - 1096) == 2  # three years on: 90 days before the end
    assert steps() == [90]  # the one of before was cleared a year after


def test_the_list_and_the_badge_say_who_is_to_be_told(
    client, permit, officer, other_officer, worker, town, union, other_union, clerk
):
    night(90)
    night(60)
    with before(59):
        client.force_login(officer)
        page = client.get(reverse(LIST))
        (notice,) = page.context["page"]
        assert (notice.step, notice.told_on, badge(officer, notices_waiting)) == (60, None, "1")
        assert "还有 59 天复审" in page.content.decode()
        tell = reverse("training:permit_tell", args=[permit.pk])
        assert client.post(tell).url == reverse(LIST)
        (notice,) = client.get(reverse(LIST)).context["page"]
        assert (notice.told_on, badge(officer, notices_waiting)) == (DUE - dt.timedelta(days=59), "")
        assert list(client.get(reverse(LIST), {"state": "waiting"}).context["page"]) == []
        assert "没有待告知的提醒" in client.post(tell, follow=True).content.decode()
        assert AuditEntry.objects.filter(action="training.permit_tell").count() == 1
        rows = rows_in_file(officer, "permit_notices", "state=told")
        assert (rows[0][0], rows[0][4], rows[0][5]) == (worker.name, "还有 59 天复审", "提前 60 天")
        client.force_login(clerk)
        places = (town, union, other_union)
        below = [client.get(reverse(LIST), {"union": one.pk}).context["page"] for one in places]
        assert [len(page) for page in below] == [1, 1, 0]
        client.force_login(other_officer)
        assert list(client.get(reverse(LIST)).context["page"]) == []
        assert client.post(tell).status_code == 404
        assert badge(other_officer, notices_waiting) == ""


def test_the_next_step_is_to_be_told_again(client, permit, officer):
    night(90)
    with before(89):
        permit_notices.tell_holder(permit=permit, by=officer)
        assert badge(officer, notices_waiting) == ""
    night(60)
    with before(60):
        assert badge(officer, notices_waiting) == "1"


@pytest.mark.parametrize(
    ("days", "part"),
    [(59, "应在2027年3月1日前（还有59天）办理复审"), (-3, "已过办理期限3天，请立即停止从事")],
)
def test_the_note_says_what_to_do_and_no_number(client, permit, officer, worker, days, part):
    with before(days):
        client.force_login(officer)
        answer = client.get(reverse("training:permit_note", args=[permit.pk]))
    assert answer["Content-Type"] == "application/pdf"
    told = "".join(text_of_pdf(answer.content).split())
    assert worker.name in told
    assert part in told
    assert "不少于8学时" in told
    assert number_of(worker)[3:-2] not in told


def test_a_note_that_cannot_be_drawn_is_said_on_the_page(client, permit, officer, monkeypatch):
    monkeypatch.setattr(pdf, "render", Mock(side_effect=pdf.PrintError("字体缺字")))
    with before(0):
        client.force_login(officer)
        page = client.get(reverse("training:permit_note", args=[permit.pk]), follow=True)
    assert "字体缺字" in page.content.decode()


@pytest.mark.parametrize("role", ["group_member", "handler", "auditor"])
def test_readers_of_figures_are_refused(client, request, role, permit):
    client.force_login(request.getfixturevalue(role))
    for name, about in (("permit_notice_list", []), ("permit_note", [permit.pk])):
        assert client.get(reverse(f"training:{name}", args=about)).status_code == 403
    assert client.post(reverse("training:permit_tell", args=[permit.pk])).status_code == 403


def test_the_list_asks_as_often_for_three_as_for_one(client, permit, officer, worker):
    client.force_login(officer)
    counts = []
    for _ in range(2):
        permit_notices.remind(DUE)
        with before(0):
            client.force_login(officer)
            client.get(reverse(LIST))
            with CaptureQueriesContext(connection) as found:
                client.get(reverse(LIST))
        counts.append(len(found))
        if len(counts) == 1:
            for place in range(2):
                enter(worker, officer, item=f"第{place}项")
    assert PermitNotice.objects.filter(audience="officer").count() == 3
    assert counts[0] == counts[1]


def test_the_schedule_is_nightly():
    entry = next(e for e in settings.CELERY_BEAT_SCHEDULE.values() if e["task"] == queue_permit_notices.name)
    assert entry["schedule"].hour == {2}


def test_settled_reminders_are_cleared_after_a_year_and_standing_ones_stay(permit, officer, worker):
    night(60)
    other = enter(worker, officer, item="高压电工作业", issued_on=permit.issued_on)
    with before(59):
        permit_notices.remind(DUE - dt.timedelta(days=59))
        review_permit(permit=permit, on=DUE - dt.timedelta(days=59), passed=True, by=officer)
    made = DUE - dt.timedelta(days=60)
    assert permit_notices.clear(made + dt.timedelta(days=365)) == 0
    assert permit_notices.clear(made + dt.timedelta(days=366)) == 2
    assert set(PermitNotice.objects.values_list("permit", flat=True)) == {other.pk}
