"""Signing in on a phone while the code is on the screen: the organiser's page counts, the worker's page thanks."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.faults import at_both_sizes, faults_of, follow
from tests.factories.classes import ClassFactory, EnrolmentFactory, SessionFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.pictures import picture
from training import services
from training.models import Attendance
from training.rules import sign_in as rules

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session(union):
    today = timezone.localdate()
    running = ClassFactory(union=union, title="班组安全教育", state="running", starts_on=today, ends_on=today)
    worker = WorkerFactory(employer=EmployerFactory(union=union), name="试签到", phone_number="16012345678")
    EnrolmentFactory(training_class=running, worker=worker)
    return SessionFactory(training_class=running, on=today, starts_at=dt.time(0), ends_at=dt.time(23, 59))


def test_a_worker_signs_in_on_a_phone(page_as, clean, officer, session):
    screen = page_as(officer)
    screen.clock.install()
    screen.goto(session.training_class.get_absolute_url())
    follow(screen, screen.get_by_role("link", name="签到码"))
    expect(screen.get_by_text("已到 0 / 1 人")).to_be_visible()
    assert at_both_sizes(screen, clean) == []
    phone = page_as(None, size="phone", allow=(410,))
    phone.goto(reverse("training:sign_in"))
    expect(phone.get_by_role("heading", name="签到码已失效")).to_be_visible()
    assert clean(phone) == []
    numbers = rules.numbers_on(timezone.localdate())
    code = rules.screen_code(session, timezone.now(), numbers)
    phone.goto(reverse("training:sign_in_open", args=[code]))
    assert code not in phone.url
    assert clean(phone) == []
    phone.get_by_label("姓名").fill("试签到")
    phone.get_by_label("末四位").fill("0000")
    follow(phone, phone.get_by_role("button", name="签到"))
    expect(phone.get_by_role("alert")).to_contain_text("没有签到成功")
    assert clean(phone) == []
    phone.get_by_label("姓名").fill("试签到")
    phone.get_by_label("末四位").fill("5678")
    follow(phone, phone.get_by_role("button", name="签到"))
    expect(phone.get_by_role("heading", name="签到成功")).to_be_visible()
    assert clean(phone) == []
    phone.get_by_label("4 分 满意").check()
    follow(phone, phone.get_by_role("button", name="提交打分"))
    expect(phone.get_by_text("满意度已登记")).to_be_visible()
    screen.clock.fast_forward(10_000)  # milliseconds between two looks of the page
    expect(screen.get_by_text("已到 1 / 1 人")).to_be_visible()
    follow(screen, screen.get_by_role("link", name="登记考勤"))
    expect(screen.get_by_role("cell", name="扫码")).to_be_visible()
    assert at_both_sizes(screen, clean) == []
    assert Attendance.objects.get().source == "code"
    services.add_photo(training_class=session.training_class, file=picture(), by=officer)
    pages = [
        reverse("training:photo_list", args=[session.training_class_id]),
        reverse("training:enrolment_list"),
    ]
    assert faults_of(screen, clean, pages) == {}
