"""Online courses: made as a draft, fixed when published; who is put into them, and their links."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from accounts.queries import hash_token
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from tests.training.teaching import TODAY, draft, learning, published
from training.invariants.courses import INVARIANTS
from training.models import Attempt, Course, CourseSection, Learner
from training.queries.learners import learner_of
from training.rules.courses import format_of, mark
from training.services.course_parts import (
    add_section,
    drop_file,
    edit_section,
    put_file,
    put_question,
    raise_section,
    remove_question,
    remove_section,
)
from training.services.courses import (
    clone_course,
    close_course,
    create_course,
    edit_course,
    publish_course,
    withdraw_course,
)
from training.services.learners import enrol_learners, issue_links, remove_learner
from training.services.learning_people import erase_learners, move_learners
from training.services.learning_time import count_beat

pytestmark = pytest.mark.django_db
MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 200
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + b"\0" * 200
PNG = b"\x89PNG\r\n\x1a\n a drawing"


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def worker(firm):
    return WorkerFactory(employer=firm, name="试点甲")


def content_of(section) -> bytes:
    with default_storage.open(section.file.name) as file:
        return file.read()


def faults():
    return [text for _, check in INVARIANTS for text in check()]


def test_a_course_is_published_when_somebody_could_complete_it(union, officer):
    course = create_course(union=union, title="空课", kind="ONLINE", opens_on=TODAY, by=officer)
    with pytest.raises(ValidationError, match="还没有章节"):
        publish_course(course=course, by=officer)
    section = add_section(course=course, title="一", by=officer)
    with pytest.raises(ValidationError, match="没有正文"):
        publish_course(course=course, by=officer)
    edit_section(section=section, link="https://example.org/video", by=officer)
    edit_course(course=course, version="1", quiz_size=1, by=officer)
    with pytest.raises(ValidationError, match="题库只有 0 道"):
        publish_course(course=course, by=officer)
    edit_course(course=course, version="2", quiz_size=None, by=officer)
    assert publish_course(course=course, by=officer).is_open_on(TODAY)
    assert faults() == []


def test_a_published_course_keeps_its_content(union, officer):
    course = published(union, officer)
    section, question = course.sections.first(), course.questions.first()
    for change in (
        lambda: add_section(course=course, title="三", by=officer),
        lambda: edit_section(section=section, title="改", by=officer),
        lambda: raise_section(section=section, by=officer),
        lambda: remove_section(section=section, by=officer),
        lambda: put_file(section=section, file=ContentFile(PNG), by=officer),
        lambda: remove_question(question=question, by=officer),
        lambda: edit_course(course=course, version="2", pass_mark=10, by=officer),
    ):
        with pytest.raises(ValidationError, match="已发布"):
            change()
    ends = TODAY + dt.timedelta(days=30)
    assert (
        edit_course(course=course, version="2", closes_on=ends, attempts_allowed=9, by=officer).version == 3
    )
    assert withdraw_course(course=course, by=officer).is_draft
    assert edit_section(section=section, title="改", by=officer).title == "改"


def test_a_course_that_somebody_began_is_not_withdrawn_but_closed_or_cloned(
    union, officer, worker, django_capture_on_commit_callbacks
):
    course = draft(union, officer)
    put_file(section=course.sections.first(), file=ContentFile(MP4, name="a.mp4"), by=officer)
    publish_course(course=course, by=officer)
    learner, _ = learning(course, worker, officer)
    count_beat(learner=learner, section=course.sections.first(), now=learner.issued_at, is_first=True)
    with pytest.raises(ValidationError, match="已有人开始学习"):
        withdraw_course(course=course, by=officer)
    made = clone_course(course=course, by=officer)
    assert (made.title, made.state, made.learners.count()) == ("用电安全（2）", "draft", 0)
    assert [one.title for one in made.sections.all()] == [one.title for one in course.sections.all()]
    assert [one.options.count() for one in made.questions.all()] == [2, 2]
    copied, first = made.sections.first(), course.sections.first()
    assert (content_of(copied), copied.format, copied.file.name == first.file.name) == (MP4, "mp4", False)
    with django_capture_on_commit_callbacks(execute=True):
        remove_section(section=copied, by=officer)
    assert first.file.storage.exists(first.file.name)
    assert not first.file.storage.exists(copied.file.name)
    closed = close_course(course=course, by=officer)
    assert (closed.state, closed.closes_on, closed.is_open_on(TODAY)) == ("closed", TODAY, False)


def test_files_are_taken_by_content_and_size(union, officer, settings, django_capture_on_commit_callbacks):
    course = draft(union, officer)
    section = course.sections.last()
    for content, form in ((MP4, "mp4"), (WEBM, "webm"), (PNG, "png"), (b"%PDF-1.7", "pdf")):
        with django_capture_on_commit_callbacks(execute=True):
            old = section.file.name
            section = put_file(section=section, file=ContentFile(content, name="张三.exe"), by=officer)
        assert (section.format, section.size, content_of(section)) == (form, len(content), content)
        assert "张三" not in section.file.name
        assert not old or not section.file.storage.exists(old)
    for bad in (b"MZ\x90\0" + b"\0" * 80, b"<html>", b"", b"\x1aE\xdf\xa3" + b"\0" * 80):
        with pytest.raises(ValidationError, match="不是可用的格式"):
            put_file(section=section, file=ContentFile(bad), by=officer)
    settings.COURSE_VIDEO_MAX_BYTES = 100
    with pytest.raises(ValidationError, match="视频有"):
        put_file(section=section, file=ContentFile(MP4), by=officer)
    with pytest.raises(ValidationError):
        edit_section(section=section, link="https://example.org/", by=officer)
    drop_file(section=section, by=officer)
    for link in ("http://example.org/", "javascript:alert(1)"):
        with pytest.raises(ValidationError):
            edit_section(section=section, link=link, by=officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseSection.objects.filter(pk=section.pk).update(link="http://example.org/")
    assert format_of(b"") is None


def test_sections_are_put_in_order(union, officer):
    course = draft(union, officer)
    first, second = course.sections.all()
    raise_section(section=first, by=officer)
    assert list(course.sections.all()) == [first, second]
    raise_section(section=second, by=officer)
    assert list(course.sections.all()) == [second, first]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("single", [("甲", True)]),
        ("single", [("甲", False), ("乙", False)]),
        ("single", [("甲", True), ("乙", True)]),
        ("single", [("甲", True), (" 甲", False)]),
        ("multiple", [("甲", True), ("乙", False)]),
        ("truefalse", [("", True), ("", True)]),
        ("truefalse", []),
    ],
)
def test_questions_that_cannot_be_answered_are_refused(union, officer, kind, options):
    course = draft(union, officer)
    with pytest.raises(ValidationError) as refused:
        put_question(course=course, kind=kind, text="新题", options=options, by=officer)
    assert list(refused.value.message_dict) == ["options"]
    assert course.questions.count() == 2


def test_a_question_belongs_to_a_section_of_its_course(union, officer):
    course, other = draft(union, officer), draft(union, officer, title="另一门")
    said = {"course": course, "kind": "single", "text": "新题", "options": [("甲", True), ("乙", False)]}
    with pytest.raises(ValidationError, match="不属于这门课程"):
        put_question(section=other.sections.first(), by=officer, **said)
    assert put_question(section=course.sections.first(), by=officer, **said).section.course == course


def test_a_question_may_be_as_long_as_its_field_says(union, officer):
    course = draft(union, officer)
    said = {"course": course, "kind": "truefalse", "options": [("", True), ("", False)], "by": officer}
    assert len(put_question(text="题" * 500, **said).text) == 500
    with pytest.raises(ValidationError, match="最多 500 个字，现有 501 个字"):
        put_question(text="题" * 501, **said)


def test_marks_count_whole_questions():
    right = {1: {10}, 2: {20, 21}, 3: {30}}
    assert mark(right, {1: {10}, 2: {20, 21}, 3: {30}}) == 100
    assert mark(right, {1: {10}, 2: {20}, 3: {30, 31}}) == 33
    assert mark(right, {}) == mark({}, {}) == 0


def test_people_of_the_organiser_are_put_in_once(union, officer, other_union, clerk, worker):
    course = published(union, officer)
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union))
    for people, why in (([], "勾选"), ([stranger.pk], "管理范围"), ([worker.pk, stranger.pk], "管理范围")):
        with pytest.raises(ValidationError, match=why):
            enrol_learners(course=course, workers=people, by=officer)
    with pytest.raises(ValidationError, match="不在主办工会"):
        enrol_learners(course=course, workers=[stranger.pk], by=clerk)
    [learner] = enrol_learners(course=course, workers=[worker.pk, worker.pk], by=officer)
    assert (learner.union, learner.enrolled_on, learner.token_hash) == (union, TODAY, None)
    with pytest.raises(ValidationError, match="已在这门课程中"):
        enrol_learners(course=course, workers=[worker.pk], by=officer)
    remove_learner(learner=learner, by=officer)
    assert not Learner.objects.exists()


def test_a_course_of_the_town_takes_people_of_unions_below_where_it_is_open(town, clerk, officer, worker):
    course = published(town, clerk)
    with pytest.raises(PermissionDenied):
        enrol_learners(course=course, workers=[worker.pk], by=officer)
    edit_course(course=course, version="2", is_open_below=True, by=clerk)
    assert enrol_learners(course=course, workers=[worker.pk], by=officer)[0].union == worker.union
    assert set(Learner.objects.visible_to(officer)) == set(Learner.objects.visible_to(clerk)) != set()
    with pytest.raises(PermissionDenied):
        edit_course(course=course, version="3", closes_on=TODAY, by=officer)
    below = UnionFactory(parent=town)
    assert set(Course.objects.inside([below.pk])) == set()


def test_links_are_kept_as_digests_and_a_new_one_ends_the_old(union, officer, other_officer, worker):
    course = published(union, officer)
    learner, token = learning(course, worker, officer)
    learner.refresh_from_db()
    assert (bytes(learner.token_hash), learner_of(token)) == (hash_token(token), learner)
    [(_, link)] = issue_links(course=course, learners=[learner.pk], by=officer)
    assert token not in link
    assert learner_of(token) is None
    assert learner_of(link.rstrip("/").split("/")[-1]) == learner
    for wrong in ("", "x" * 65, "令牌", token[:-1]):
        assert learner_of(wrong) is None
    with pytest.raises(PermissionDenied):
        issue_links(course=course, learners=[learner.pk], by=other_officer)
    with pytest.raises(ValidationError, match="没有需要发放"):
        issue_links(course=course, learners=[], by=officer)
    entries = AuditEntry.objects.filter(action="training.learner_links")
    assert {str(one.details) for one in entries} == {str({"workers": [worker.pk]})}
    type(worker).objects.filter(pk=worker.pk).update(anonymised_on=TODAY)
    assert learner_of(link.rstrip("/").split("/")[-1]) is None


def test_merged_people_keep_the_better_of_two(union, officer, firm, worker):
    course, other = published(union, officer), published(union, officer, title="另一门")
    absorbed = WorkerFactory(employer=firm)
    mine, _ = learning(course, worker, officer)
    theirs, _ = learning(course, absorbed, officer)
    only, _ = learning(other, absorbed, officer)
    count_beat(learner=theirs, section=course.sections.first(), now=theirs.issued_at, is_first=True)
    move_learners(worker, absorbed)
    assert list(Learner.objects.order_by("pk")) == [theirs, only]
    assert {row.worker for row in Learner.objects.all()} == {worker}
    assert not Learner.objects.filter(pk=mine.pk).exists()


def test_a_forgotten_person_leaves_marks_and_time(union, officer, worker):
    course = published(union, officer)
    learner, token = learning(course, worker, officer)
    Attempt.objects.create(learner=learner, questions=[1], answers={"1": [2]}, started_at=learner.issued_at)
    erase_learners([worker.pk], [])
    assert learner_of(token) is None
    assert learner.attempts.get().answers == {}
