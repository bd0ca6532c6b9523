"""People sign in with a code: who is meant, when, how often, and what the pages give away."""

import datetime as dt
import logging

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from core.errors import RuleError
from core.models import LegalNumber
from tests.core.pdf_reading import text
from tests.factories.classes import EnrolmentFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.signing import DAY, PAGE, at, code_now, morning, scan, send
from training import services
from training.models import Attendance
from training.rules import sign_in as rules
from training.views.sign_in import NOBODY

DONE = reverse("training:sign_in_done")


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def session(union):
    return morning(union)


@pytest.fixture
def person(session, union):
    worker = WorkerFactory(
        employer=EmployerFactory(union=union), name="试签到", phone_number="16012345678",
        document="33038219900101789X", birth_date=dt.date(1990, 1, 1),
    )  # fmt: skip
    return EnrolmentFactory(training_class=session.training_class, worker=worker)


@pytest.fixture
def phone(session, person):
    """A browser that has scanned the code at half past eight."""
    browser = Client()
    with at(8, 30):
        scan(browser, code_now(session))
        yield browser


@pytest.mark.parametrize("tail", ["5678", "789X", "789x", " ７８９Ｘ "])
def test_a_name_and_four_characters_of_document_or_phone_sign_in(phone, session, person, tail):
    answer = send(phone, " 试 签到", tail)
    assert (answer.status_code, answer["Location"]) == (302, DONE)
    assert "签到成功" in phone.get(DONE).content.decode()
    note = Attendance.objects.get()
    assert (note.session, note.enrolment, note.source, note.noted_by) == (session, person, "code", None)
    entry = AuditEntry.objects.get(action="training.sign_in")
    assert (entry.actor, entry.ip, entry.details) == (
        None, "127.0.0.1", {"session": session.pk, "worker": person.worker_id},
    )  # fmt: skip


def test_the_second_time_is_answered_like_the_first_and_writes_nothing(phone, session, person):
    first = send(phone, "试签到", "5678")
    scan(phone, code_now(session))
    second = send(phone, "试签到", "789X")
    assert (second.status_code, second["Location"]) == (first.status_code, first["Location"])
    assert Attendance.objects.count() == AuditEntry.objects.filter(action="training.sign_in").count() == 1


def test_the_next_person_on_the_same_phone_scans_again(phone, session, person):
    send(phone, "试签到", "5678")
    assert send(phone, "试签到", "5678").status_code == 410


def test_one_answer_for_everybody_who_does_not_sign_in(phone, session, person, union):
    training_class = session.training_class
    firm = EmployerFactory(union=union)
    for name, state in (("试候补", "waiting"), ("试退出", "withdrawn")):
        gone = {"withdrawn_at": dt.datetime(2026, 2, 1, tzinfo=dt.UTC)} if state == "withdrawn" else {}
        worker = WorkerFactory(employer=firm, name=name, phone_number=f"1601234000{len(gone)}")
        EnrolmentFactory(training_class=training_class, worker=worker, state=state, **gone)
    WorkerFactory(employer=firm, name="试旁人", phone_number="16012340009")  # on the roll, in no class
    tried = [
        *(("试签到", "0000"), ("试签到", ""), ("", "5678"), ("试不存在", "5678"), ("签到", "5678")),
        *(("试候补", "0000"), ("试退出", "0001"), ("试旁人", "0009"), ("试签到9", "5678"), ("试签到", "678")),
    ]
    pages = set()
    for name, tail in tried:
        cache.clear()
        answer = send(phone, name, tail)
        assert answer.status_code == 200
        pages.add(_without_token(answer))
    assert len(pages) == 1
    assert NOBODY in pages.pop()
    assert Attendance.objects.count() == 0


def _without_token(answer) -> str:
    return answer.content.decode().replace(str(answer.context["csrf_token"]), "")


def test_two_namesakes_with_one_tail_are_left_to_the_organiser(phone, session, person):
    twin = WorkerFactory(employer=person.worker.employer, name="试签到", phone_number="16099995678")
    EnrolmentFactory(training_class=session.training_class, worker=twin)
    assert NOBODY in send(phone, "试签到", "5678").content.decode()
    assert send(phone, "试签到", "789X").status_code == 302


def test_a_photographed_code_soon_opens_nothing(session, person):
    with at(8, 30):
        code = code_now(session)
    for second, location_opens in ((59, True), (119, True), (120, False)):
        with at(8, 30 + second // 60, second % 60):
            browser = Client()
            assert scan(browser, code)["Location"] == PAGE
            assert (browser.get(PAGE).status_code == 200) is location_opens


def test_the_span_of_the_code_is_a_number_of_the_office(session):
    LegalNumber.objects.filter(code="sign_in.code_seconds").update(value=300)
    with at(8, 30):
        code = code_now(session)
    with at(8, 34, 59):
        assert code_now(session) == code
    with at(8, 35):
        assert code_now(session) != code


def test_the_page_is_left_open_for_five_minutes_only(phone, session, person):
    with at(8, 34, 59):
        assert phone.get(PAGE).status_code == 200
    with at(8, 35, 1):
        assert phone.get(PAGE).status_code == 410
        assert send(phone, "试签到", "5678").status_code == 410
    assert Attendance.objects.count() == 0


@pytest.mark.parametrize(
    ("hour", "minute", "opens"), [(7, 59, False), (8, 0, True), (12, 0, True), (12, 1, False)]
)
def test_people_sign_in_around_the_session_only(session, person, hour, minute, opens):
    browser = Client()
    with at(hour, minute):
        scan(browser, code_now(session))
        page = browser.get(PAGE)
        answer = send(browser, "试签到", "5678")
    assert (page.status_code, answer.status_code) == ((200, 302) if opens else (403, 403))
    assert ("签到时间是 2026-03-02 08:00 至 12:00" in page.content.decode()) is not opens
    assert Attendance.objects.count() == opens


def test_a_class_that_has_not_begun_takes_nobody(session, person):
    session.training_class.state = "open"
    session.training_class.save()
    with at(8, 30), pytest.raises(RuleError, match="开课之后才能签到"):
        services.sign_in(session=session, name="试签到", tail="5678")


def test_invented_codes_and_cookies_open_nothing(session, person):
    with at(8, 30):
        good = code_now(session)
        bad = [
            good[:-1] + ("A" if good[-1] != "A" else "B"),
            "d" + good[1:],
            "x",
            "s" + "z" * 12 + good[-17:],
        ]
        for code in bad:
            browser = Client()
            scan(browser, code)
            assert browser.get(PAGE).status_code == 410
        browser = Client()
        browser.cookies["sign_in_ticket"] = f"{session.pk}:1:forged"
        assert browser.get(PAGE).status_code == 410
        scan(browser, good)
        assert browser.get(PAGE).status_code == 200
        scan(browser, "x")  # an old code takes the ticket away
        assert browser.get(PAGE).status_code == 410


def test_the_printed_code_holds_on_its_day_and_only_while_it_is_allowed(officer, session, person):
    code = rules.day_code(session)

    def opens():
        browser = Client()
        scan(browser, code)
        return browser.get(PAGE).status_code == 200

    with at(9):
        assert not opens()
        services.allow_day_code(session=session, allowed=True, by=officer)
        assert opens()
    with at(11):
        assert opens()
    with at(9, day=DAY + dt.timedelta(days=1)):
        assert not opens()
    services.allow_day_code(session=session, allowed=False, by=officer)
    with at(9):
        assert not opens()
    entries = AuditEntry.objects.filter(action="training.day_code").order_by("pk")
    assert [entry.details["allowed"] for entry in entries] == [True, False]


def test_guessing_is_stopped_by_name_and_leaves_the_others_alone(phone, session, person):
    answers = [send(phone, "试签到", f"{number:04d}").status_code for number in range(9)]
    assert answers == [200] * 8 + [429]
    assert send(phone, "试签到", "5678").status_code == 429
    other = WorkerFactory(employer=person.worker.employer, name="试旁人", phone_number="16012340009")
    EnrolmentFactory(training_class=session.training_class, worker=other)
    assert send(phone, "试旁人", "0009").status_code == 302


def test_guessing_is_stopped_by_session_wherever_it_comes_from(session, person, settings):
    statuses = []
    limits = settings.ACCOUNT_RATE_LIMITS
    assert limits["sign_in_failed"] == "60/m/ip,100/300s/key"
    settings.ACCOUNT_RATE_LIMITS = limits | {"sign_in_failed": "60/m/ip,20/300s/key"}
    settings.TRUSTED_PROXY_COUNT = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    with at(8, 30):
        browser = Client()
        scan(browser, code_now(session))
        for number in range(21):
            form = {"name": f"试{chr(0x4E00 + number)}", "tail": "5678"}
            answer = browser.post(PAGE, form, headers={"X-Forwarded-For": f"10.0.{number}.1"})
            statuses.append(answer.status_code)
    assert statuses == [200] * 20 + [429]


def test_a_post_without_its_token_is_refused(session, person):
    browser = Client(enforce_csrf_checks=True)
    with at(8, 30):
        scan(browser, code_now(session))
        assert send(browser, "试签到", "5678").status_code == 400
    assert Attendance.objects.count() == 0


def test_nothing_typed_and_no_code_reaches_a_log_or_an_address(session, person, caplog):
    caplog.set_level(logging.DEBUG)
    browser = Client()
    with at(8, 30):
        code = code_now(session)
        stale = scan(browser, "s1-AAAAAAAAAAAAAAAA")
        good = scan(browser, code)
        send(browser, "试不存在", "4321")
        send(browser, "试签到", "5678")
    assert (stale["Location"], good["Location"], good["Referrer-Policy"]) == (PAGE, PAGE, "no-referrer")
    said = caplog.text + str([entry.details for entry in AuditEntry.objects.all()])
    for secret in (code, "AAAAAAAAAAAAAAAA", "试不存在", "4321", "试签到", "5678"):
        assert secret not in said
    assert person.worker.name not in code


def test_an_attendance_by_code_has_nobody_and_the_others_somebody(session, person, officer):
    for source, by in (("code", officer), ("list", None), ("sheet", None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attendance.objects.create(session=session, enrolment=person, source=source, noted_by=by)


def test_the_organiser_sees_how_each_was_noted_and_strikes_one(client, phone, officer, session, person):
    send(phone, "试签到", "5678")
    listed = EnrolmentFactory(training_class=session.training_class)
    client.force_login(officer)
    url = reverse("training:attendance_edit", args=[session.pk])
    client.post(url, {"was": "", "present": [listed.pk]})
    page = client.get(url).content.decode()
    assert "扫码 03-02 08:30" in page
    assert f"名单 03-02 08:30 {officer.name}" in page
    detail = client.get(session.training_class.get_absolute_url()).content.decode()
    assert '2<span class="muted">（扫码 1）' in detail
    client.post(url, {"was": f"{person.pk},{listed.pk}", "present": [listed.pk]})
    assert [note.source for note in Attendance.objects.all()] == ["list"]


def test_the_screen_shows_code_and_count_and_stops_asking_when_it_is_over(client, officer, session, person):
    client.force_login(officer)
    url = reverse("training:session_code", args=[session.pk])
    with at(8, 30):
        services.sign_in(session=session, name="试签到", tail="5678")
        page, part = client.get(url).content.decode(), client.get(url, {"part": "code"}).content.decode()
    for shown in (page, part):
        assert '<svg class="qr"' in shown
        assert "已到 <strong>1</strong> / 1 人" in shown
        assert 'hx-trigger="every 10s"' in shown
    assert "<html" not in part
    with at(13):
        over = client.get(url, {"part": "code"}).content.decode()
    assert "<svg" not in over
    assert "hx-trigger" not in over


def test_the_printed_code_is_one_page_without_names(client, officer, session, person):
    client.force_login(officer)
    url = reverse("training:day_code_print", args=[session.pk])
    assert "还没有允许" in client.get(url, follow=True).content.decode()
    client.post(reverse("training:day_code_edit", args=[session.pk]), {"allowed": "1"})
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")


def test_the_sheet_on_paper_names_who_has_a_place_and_no_number(client, officer, session, person):
    EnrolmentFactory(
        training_class=session.training_class,
        state="waiting",
        worker=WorkerFactory(name="试候补", employer=person.worker.employer),
    )
    client.force_login(officer)
    answer = client.get(reverse("training:roster_print", args=[session.pk]))
    assert answer["Content-Type"] == "application/pdf"
    said = text(answer.content)
    assert "试签到" in said
    assert "共 1 人" in said
    for absent in ("试候补", "5678", "789X"):
        assert absent not in said
    assert AuditEntry.objects.get(action="training.roster").details == {"session": session.pk}


def test_the_number_of_queries_does_not_grow_with_the_class(client, officer, session, person):
    client.force_login(officer)
    url = reverse("training:session_code", args=[session.pk])

    def asked():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    asked()
    first = asked()
    for _ in range(3):
        row = EnrolmentFactory(training_class=session.training_class)
        Attendance.objects.create(session=session, enrolment=row, source="code")
    assert asked() == first
