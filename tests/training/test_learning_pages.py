"""The pages behind a personal link: what they show and to whom, byte ranges, beats, quiz; and the slips."""

from unittest.mock import Mock

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import pdf
from tests.access.scene import body
from tests.core.pdf_reading import text as text_of_pdf
from tests.exchange.exports import rows_in_file
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.teaching import draft, learning, published, right_answers
from training.listings.courses import LearnerListing, learners_of
from training.models import Learner
from training.services.course_parts import put_file
from training.services.courses import close_course, edit_course, publish_course
from training.services.learning_time import count_beat
from training.views.streaming import MOST_AT_ONCE, span_of

pytestmark = pytest.mark.django_db
MP4 = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40
NAME, PHONE = "试蘅芷", "16012349876"


@pytest.fixture
def worker(union):
    firm = EmployerFactory(union=union, name="乐清市甲试验电器有限公司")
    return WorkerFactory(employer=firm, name=NAME, phone_number=PHONE)


@pytest.fixture
def course(union, officer):
    return published(union, officer, seconds=0)


@pytest.fixture
def opened(course, worker, officer):
    """The learner and the token of the link."""
    return learning(course, worker, officer)


def page(name, token, *rest):
    return reverse(f"learn:{name}", args=[token, *rest])


def test_the_pages_name_nobody_and_are_sealed(client, opened, officer):
    learner, token = opened
    client.force_login(officer)  # a signed-in user shows on these pages as little as anybody
    number = learner.worker.documents.get().number
    for address in (page("course_open", token), page("section_open", token, 1), page("quiz_open", token)):
        answer = client.get(address)
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "试*" in text
        for secret in (NAME, NAME[1:], PHONE, number, "甲试验", officer.name, "主导航", learner.union.name):
            assert secret not in text
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Referrer-Policy"] in ("no-referrer", "strict-origin")


def test_unknown_links_get_one_page_and_then_none(client, opened, settings):
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"learn_unknown": "3/m/ip"}
    _, token = opened
    wrong = [page("course_open", "no-such-token"), page("section_open", "x" * 90, 1), page("quiz_open", "无")]
    answers = [client.get(address) for address in wrong]
    assert {answer.status_code for answer in answers} == {404}
    assert len({body(answer) for answer in answers}) == 1
    assert client.get(wrong[0]).status_code == 429
    assert client.get(page("course_open", token)).status_code == 200
    cache.clear()


def test_one_link_is_not_asked_without_end(client, opened, settings):
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"learn": "2/m/key"}
    _, token = opened
    codes = [client.post(page("section_beat", token, 1), {"first": "1"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    cache.clear()


def test_beats_need_the_token_of_the_form_and_answer_with_the_time(opened):
    learner, token = opened
    strict = Client(enforce_csrf_checks=True)
    beat = page("section_beat", token, 1)
    assert strict.post(beat, {"first": "1"}).status_code == 400
    text = strict.get(page("section_open", token, 1)).content.decode()
    key = text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    answer = strict.post(beat, {"first": "1"}, headers={"X-CSRFToken": key})
    assert answer.json() == {"seconds": 0, "done": True, "next": 60}
    assert strict.post(page("section_beat", token, 9), headers={"X-CSRFToken": key}).status_code == 404
    assert strict.get(beat).status_code == 405
    learner.refresh_from_db()
    assert learner.began_at is not None


@pytest.mark.parametrize(("asked", "following"), [(0, 60), (90, 15)])
def test_a_done_section_is_asked_for_as_often_as_the_course_still_counts(
    client, union, officer, worker, asked, following
):
    learner, token = learning(published(union, officer, seconds=0, minimum_seconds=asked), worker, officer)
    for position in (1, 2):
        answer = client.post(page("section_beat", token, position), {"first": "1"})
        assert answer.json() == {"seconds": 0, "done": True, "next": following}
    Learner.objects.filter(pk=learner.pk).update(completed_on=timezone.localdate())
    assert client.post(page("section_beat", token, 1), {"first": "1"}).json()["next"] == 60


def test_a_course_is_learned_and_passed_on_the_pages(client, opened, course):
    learner, token = opened
    assert "去答题" not in client.get(page("course_open", token)).content.decode()
    refused = client.post(page("quiz_open", token), {"action": "begin"})
    assert "请先学完各个章节" in refused.content.decode()
    for position in (1, 2):
        client.post(page("section_beat", token, position), {"first": "1"})
    assert "去答题" in client.get(page("course_open", token)).content.decode()
    assert client.post(page("quiz_open", token), {"action": "begin"}).status_code == 302
    attempt = learner.attempts.get()
    form = client.get(page("quiz_open", token)).content.decode()
    assert "有人触电怎么办" in form
    said = {f"q{key}": list(options) for key, options in right_answers(attempt).items()}
    noise = {"qx": "1", "q99999999999999999999": "1", f"q{attempt.questions[0]}x": "7", "q": "²"}
    assert client.post(page("quiz_open", token), said | noise | {"action": "answer"}).status_code == 302
    text = client.get(page("quiz_open", token)).content.decode()
    assert "得分 100" in text
    assert "您已完成这门课程" in text
    learner.refresh_from_db()
    assert learner.completed_on == timezone.localdate()
    assert f"您已于 {learner.completed_on} 完成" in client.get(page("course_open", token)).content.decode()


def test_a_closed_course_shows_the_outline_only(client, opened, course, officer):
    _, token = opened
    close_course(course=course, by=officer)
    type(course).objects.filter(pk=course.pk).update(closes_on=course.opens_on)
    text = client.get(page("course_open", token)).content.decode()
    assert "课程已结束" in text
    assert page("section_open", token, 1) not in text
    assert client.get(page("section_open", token, 1)).url == page("course_open", token)
    assert client.get(page("section_file", token, 1)).status_code == 404
    beat = client.post(page("section_beat", token, 1), {"first": "1"})
    assert (beat.status_code, beat.json()) == (409, {"error": "课程现在不开放学习"})


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=90-900", (90, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=-1000", (0, 99)),
        ("bytes=100-", None),
        ("bytes=20-10", None),
        ("bytes=-", None),
        ("bytes=-0", None),
        ("bytes=0-1,5-6", None),
        ("items=0-1", None),
    ],
)
def test_ranges(header, expected):
    assert span_of(header, 100) == expected


def test_no_answer_is_longer_than_one_piece():
    assert span_of("bytes=0-", 10 * MOST_AT_ONCE) == (0, MOST_AT_ONCE - 1)


def test_a_video_is_served_in_ranges_to_holders_of_the_link(client, union, officer, other_officer, worker):
    course = draft(union, officer, seconds=0)
    section = put_file(section=course.sections.first(), file=ContentFile(MP4, name="a.mp4"), by=officer)
    publish_course(course=course, by=officer)
    _, token = learning(course, worker, officer)
    address = page("section_file", token, 1)
    assert f'src="{address}"' in client.get(page("section_open", token, 1)).content.decode()
    whole = client.get(address)
    assert (whole.status_code, b"".join(whole.streaming_content)) == (200, MP4)
    part = client.get(address, headers={"Range": "bytes=100-199"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, MP4[100:200])
    assert part["Content-Range"] == f"bytes 100-199/{len(MP4)}"
    assert (part["Content-Type"], part["X-Content-Type-Options"]) == ("video/mp4", "nosniff")
    assert client.get(address, headers={"Range": "bytes=99999999-"}).status_code == 416
    assert client.get(page("section_file", token, 2)).status_code == 404
    assert client.get(page("section_file", "no-such-token", 1)).status_code == 404
    kept = reverse("training:course_file", args=[course.pk, section.pk])
    assert client.get(kept).status_code == 302
    client.force_login(officer)
    assert b"".join(client.get(kept).streaming_content) == MP4
    client.force_login(other_officer)
    assert client.get(kept).status_code == 404


def test_slips_are_printed_once_and_their_links_open(client, officer, course, worker, monkeypatch):
    client.force_login(officer)
    address = reverse("training:learner_create", args=[course.pk])
    assert NAME in client.get(address).content.decode()
    assert "勾选" in client.post(address, {"once": "j" * 24}).content.decode()
    said = {"worker": [worker.pk], "once": "k" * 24}
    assert [client.post(address, said).status_code for _ in range(2)] == [302, 302]
    learner = Learner.objects.get()
    links = reverse("training:learner_links", args=[course.pk])
    slips = client.post(links, {"mode": "new", "union": ""})
    assert slips["Content-Type"] == "application/pdf"
    assert "no-store" in slips["Cache-Control"]
    text = text_of_pdf(slips.content)
    assert NAME in text
    assert course.title in text
    assert client.post(links, {"mode": "new"}, follow=True).content.decode().count("没有需要发放") == 1
    before = bytes(Learner.objects.get().token_hash)
    with monkeypatch.context() as patched:
        patched.setattr(pdf, "render", Mock(side_effect=pdf.PrintError("字体缺字")))
        assert "字体缺字" in client.post(links, {"mode": "renew"}, follow=True).content.decode()
    assert bytes(Learner.objects.get().token_hash) == before
    assert client.post(links, {"mode": "renew"})["Content-Type"] == "application/pdf"
    assert client.post(reverse("training:learner_link", args=[learner.pk])).status_code == 200
    assert bytes(Learner.objects.get().token_hash) != before
    count_beat(learner=learner, section=course.sections.first(), now=timezone.now(), is_first=True)
    gone = client.post(reverse("training:learner_delete", args=[learner.pk]), follow=True)
    assert "已经开始学习" in gone.content.decode()


def test_progress_is_listed_searched_and_exported(client, officer, other_officer, opened, course):
    learner, _ = opened
    count_beat(learner=learner, section=course.sections.first(), now=timezone.now(), is_first=True)
    client.force_login(officer)
    address = reverse("training:learner_list")
    text = client.get(address).content.decode()
    assert NAME in text
    assert "学习中" in text
    assert list(client.get(address, {"place": "done"}).context["page"]) == []
    assert list(client.get(address, {"place": "learning", "course": course.pk}).context["page"]) == [learner]
    found = client.post(address, {"q": NAME})
    assert NAME not in found.url
    assert list(client.get(found.url).context["page"]) == [learner]
    [row] = rows_in_file(officer, "learners", f"course={course.pk}")
    assert (row[0], *row[3:7]) == (NAME, "学习中", 1, 0, None)
    client.force_login(other_officer)
    assert list(client.get(address).context["page"]) == []


def test_who_used_up_all_goes_is_told_apart_until_there_are_more(client, opened, course, officer):
    learner, token = opened
    edit_course(course=course, version="2", attempts_allowed=1, by=officer)
    for position in (1, 2):
        client.post(page("section_beat", token, position), {"first": "1"})
    client.post(page("quiz_open", token), {"action": "begin"})
    form = client.get(page("quiz_open", token)).content.decode()
    assert form.count("required>") == form.count('type="radio"') > 0

    def found(place):
        answer = client.get(reverse("training:learner_list"), {"place": place})
        return list(answer.context["page"])

    client.force_login(officer)
    assert (found("learning"), found("stuck")) == ([learner], [])
    client.post(page("quiz_open", token), {"action": "answer"})
    assert (found("learning"), found("stuck")) == ([], [learner])
    assert "答题次数用完" in client.get(course.get_absolute_url()).content.decode()
    edit_course(course=course, version="3", attempts_allowed=2, by=officer)
    assert (found("learning"), found("stuck")) == ([learner], [])
    client.post(page("quiz_open", token), {"action": "begin"})
    answers = right_answers(learner.attempts.latest("pk"))
    client.post(page("quiz_open", token), {f"q{key}": list(right) for key, right in answers.items()})
    assert (found("done"), found("stuck")) == ([learner], [])


def test_the_first_page_of_the_town_is_read_by_an_index_and_not_sorted(clerk, opened):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    plan = learners_of(clerk).order_by(*LearnerListing.order)[:50].explain()
    assert "Index Scan using training_learner_list" in plan
    assert "Sort Key: training_learner" not in plan
