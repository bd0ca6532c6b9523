"""Pages of those who keep online courses: made, filled, published; refused to others; flat query counts."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import Code
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.teaching import TODAY, draft, learning, published
from training.models import Course
from training.services.learners import enrol_learners

pytestmark = pytest.mark.django_db
LIST = "training:course_list"


def of(name, course, *rest):
    return reverse(f"training:{name}", args=[course.pk, *rest])


def test_a_course_is_made_filled_and_published_on_the_pages(client, officer, union):
    client.force_login(officer)
    new = reverse("training:course_create")
    said = {
        "union": union.pk, "title": "用电安全", "kind": "ONLINE", "opens_on": str(TODAY), "minimum_seconds": "2",
        "pass_mark": "60", "attempts_allowed": "3", "quiz_size": "", "level": "", "once": "k" * 24,
    }  # fmt: skip
    assert client.post(new, {"once": "j" * 24}).context["form"].errors.keys() >= {"title", "opens_on"}
    assert [client.post(new, said).status_code for _ in range(2)] == [302, 302]
    course = Course.objects.get()
    assert course.minimum_seconds == 120
    section = {"title": "触电的原因", "minimum_seconds": "3", "text": "一\n二", "link": "", "once": "m" * 24}
    assert client.post(of("course_section_create", course), section).status_code == 302
    made = course.sections.get()
    assert (made.minimum_seconds, made.text) == (180, "一\n二")
    upload = of("course_file_create", course, made.pk)
    bad = client.post(upload, {"file": SimpleUploadedFile("a.mp4", b"<html>" * 20)})
    assert "不是可用的格式" in bad.content.decode()
    assert client.post(upload, {"file": SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n")}).status_code == 302
    assert client.post(of("course_file_delete", course, made.pk)).status_code == 302
    edit = of("course_section_edit", course, made.pk)
    assert client.get(edit).context["form"]["minimum_seconds"].value() == 3
    assert client.post(edit, section | {"title": "改过的"}).status_code == 302
    question = {"kind": "single", "text": "怎么办", "option_0": "断电", "right_0": "on", "option_1": "拉开"}
    refused = client.post(of("question_create", course), question | {"right_1": "on", "once": "n" * 24})
    assert "勾选一个正确选项" in refused.content.decode()
    assert client.post(of("question_create", course), question | {"once": "p" * 24}).status_code == 302
    asked = course.questions.get()
    form = client.get(of("question_edit", course, asked.pk)).context["form"]
    assert (form["option_1"].value(), form["right_0"].value()) == ("拉开", True)
    assert (
        client.post(of("question_edit", course, asked.pk), question | {"text": "该怎么办"}).status_code == 302
    )
    page = client.get(course.get_absolute_url()).content.decode()
    assert "改过的" in page
    assert "✓断电" in page
    assert reverse("exchange:export_create") in client.get(reverse(LIST)).content.decode()
    assert "没有选择" in client.post(of("course_move", course), follow=True).content.decode()
    done = client.post(of("course_move", course), {"move": "publish"}, follow=True).content.decode()
    assert "可以安排职工学习" in done
    assert of("course_section_create", course) not in done
    stale = client.post(of("course_section_edit", course, made.pk), section).content.decode()
    assert "课程已发布" in stale
    assert client.post(of("question_delete", course, asked.pk), follow=True).status_code == 200
    assert course.questions.count() == 1
    assert client.post(of("course_clone", course), {"once": "q" * 24}).status_code == 302
    assert Course.objects.filter(state="draft").count() == 1


def test_a_union_opens_the_courses_of_its_people_and_gives_them_their_links(
    client, clerk, officer, other_officer, town, union
):
    course = published(town, clerk)
    person, colleague = WorkerFactory.create_batch(2, employer=EmployerFactory(union=union))
    [learner] = enrol_learners(course=course, workers=[person.pk], by=clerk)
    client.force_login(officer)
    page = client.get(course.get_absolute_url())
    assert person.name in page.content.decode()
    assert (page.context["can_link"], page.context["can_enrol"]) == (True, False)
    slip = client.post(reverse("training:learner_link", args=[learner.pk]))
    assert slip["Content-Type"] == "application/pdf"
    assert client.get(of("learner_create", course)).status_code == 404
    with pytest.raises(PermissionDenied):
        enrol_learners(course=course, workers=[colleague.pk], by=officer)
    client.force_login(other_officer)
    assert client.get(course.get_absolute_url()).status_code == 404


def test_a_course_of_a_kind_out_of_use_is_not_cloned_and_says_why(client, officer, union):
    course = published(union, officer)
    Code.objects.filter(table="training_kind", code=course.kind).update(valid_to="2026-01-01")
    client.force_login(officer)
    page = client.post(of("course_clone", course), follow=True)
    assert page.redirect_chain[-1][0] == course.get_absolute_url()
    assert "已于 2026-01-01 停用" in page.content.decode()
    assert Course.objects.get() == course


def test_what_is_too_large_is_refused_before_it_is_kept(client, officer, union, settings):
    settings.COURSE_VIDEO_MAX_BYTES = 1024
    course = draft(union, officer)
    client.force_login(officer)
    section = course.sections.first()
    answer = client.post(
        of("course_file_create", course, section.pk), {"file": SimpleUploadedFile("a.mp4", b"x" * 90_000)}
    )
    assert "没有上传" in answer.content.decode()
    section.refresh_from_db()
    assert not section.file


def test_others_find_nothing(client, other_officer, group_member, union, officer):
    course = published(union, officer)
    client.force_login(other_officer)
    assert list(client.get(reverse(LIST)).context["page"]) == []
    for name in ("course_detail", "course_edit", "learner_create", "question_create"):
        assert client.get(of(name, course)).status_code == 404
    assert client.post(of("learner_links", course), {"mode": "new"}).status_code == 404
    client.force_login(group_member)
    assert client.get(reverse(LIST)).status_code == 403


def test_pages_ask_as_often_for_three_as_for_one(client, officer, union):
    firm = EmployerFactory(union=union)
    course = published(union, officer)
    learning(course, WorkerFactory(employer=firm), officer)
    client.force_login(officer)
    addresses = [reverse(LIST), reverse("training:learner_list"), course.get_absolute_url()]
    counts = []
    for more in (2, 0):
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as found:
                client.get(address)
            counts.append(len(found))
        for place in range(more):
            published(union, officer, title=f"第{place}门")
            learning(course, WorkerFactory(employer=firm), officer)
    assert counts[:3] == counts[3:]
