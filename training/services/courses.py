"""Online courses from draft to end. What a course holds is changed in the draft only (docs/adr/0028)."""

import copy

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from training.models import Course, CourseSection, Option, Question
from training.rules.courses import COURSE_CLEANERS, COURSE_TABLES
from unions.models import Union
from unions.rules import cleaned
from unions.scoping import require_editable

State = Course.State
FACTS = (
    *("title", "intro", "kind", "trade", "level", "minimum_seconds", "pass_mark", "quiz_size"),
    *("attempts_allowed", "opens_on", "closes_on", "is_open_below"),
)
ALWAYS = {"attempts_allowed", "closes_on", "is_open_below"}  # what may change while people learn
FIXED = "课程已发布，{what}不能再修改：先学和后学的人学的应是同样的内容。可以“沿用为新课程”，在草稿中修改。"


@transaction.atomic
def create_course(*, union: Union, by: User, **facts) -> Course:
    """Begin a course of a union as a draft. Raises RuleError by field."""
    union = Union.objects.select_for_update(no_key=True).get(pk=union.pk)
    if union.dissolved_on:
        raise RuleError({"union": f"该工会已于 {union.dissolved_on} 撤销"})
    facts = cleaned(facts, COURSE_CLEANERS)
    refuse_unusable(facts, COURSE_TABLES)
    course = Course(union=union, created_by=by, **facts)
    course.full_clean()
    course.save()
    require_editable(course, by)
    _record(by, "training.course_create", course)
    return course


@transaction.atomic
def edit_course(*, course: Course, version: str, by: User, **facts) -> Course:
    """Change facts of a course; once published only until when, how often, and for whom. Raises RuleError (stale, by
    field)."""
    course = locked_course(course, by)
    check_version(course, version)
    facts = cleaned(facts, COURSE_CLEANERS)
    refuse_unusable(facts, COURSE_TABLES, stored=course)
    before = copy.copy(course)
    for name, value in facts.items():
        setattr(course, name, value)
    changes = audit.differences(before, course, list(FACTS))
    if not changes:
        return course
    if not before.is_draft and changes.keys() - ALWAYS:
        title = course._meta.get_field(min(changes.keys() - ALWAYS)).verbose_name
        raise RuleError(FIXED.format(what=title))
    course.full_clean()
    return _save(course, by, "training.course_edit", changes=changes)


@transaction.atomic
def publish_course(*, course: Course, by: User) -> Course:
    """People can be put into the course and learn it. Raises RuleError for a course that nobody could complete."""
    course = locked_course(course, by)
    if course.state != State.DRAFT:
        raise RuleError(f"课程现为“{course.get_state_display()}”，只有草稿可以发布")
    sections = list(course.sections.all())
    if not sections:
        raise RuleError("课程还没有章节，不能发布。请先添加章节。")
    if empty := next((one for one in sections if not (one.text or one.file or one.link)), None):
        raise RuleError(f"章节“{empty.title}”没有正文、文件或链接，不能发布")
    questions = course.questions.count()
    if course.quiz_size and course.quiz_size > questions:
        raise RuleError(f"每次抽题 {course.quiz_size} 道，题库只有 {questions} 道。请补充题目或减少抽题数。")
    course.state = State.PUBLISHED
    return _save(course, by, "training.course_publish")


@transaction.atomic
def withdraw_course(*, course: Course, by: User) -> Course:
    """Back to the draft, as long as nobody has begun. Raises RuleError afterwards."""
    course = locked_course(course, by)
    if course.state != State.PUBLISHED:
        raise RuleError(f"课程现为“{course.get_state_display()}”，不能撤回")
    if course.learners.filter(began_at__isnull=False).exists():
        raise RuleError("已有人开始学习，不能撤回为草稿。要改内容的，请“沿用为新课程”。")
    course.state = State.DRAFT
    return _save(course, by, "training.course_withdraw")


@transaction.atomic
def close_course(*, course: Course, by: User) -> Course:
    """Nobody learns it after today. Raises RuleError unless it is published and has begun."""
    course = locked_course(course, by)
    today = timezone.localdate()
    if course.state != State.PUBLISHED:
        raise RuleError(f"课程现为“{course.get_state_display()}”，不能结束")
    if course.opens_on > today:
        raise RuleError(f"课程 {course.opens_on} 才开放，请撤回为草稿")
    course.state = State.CLOSED
    course.closes_on = min(course.closes_on or today, today)
    return _save(course, by, "training.course_close")


@transaction.atomic
def clone_course(*, course: Course, by: User) -> Course:
    """A draft with the same sections, files and questions, without people."""
    facts = {name: getattr(course, name) for name in FACTS}
    facts["title"] = _free_title(course)
    facts |= {"opens_on": max(course.opens_on, timezone.localdate()), "closes_on": None}
    made = create_course(union=course.union, by=by, **facts)
    sections = {section.pk: _copied(section, made) for section in course.sections.all()}
    for question in course.questions.prefetch_related("options"):
        copied = Question(course=made, kind=question.kind, text=question.text)
        copied.section = sections.get(question.section_id)
        copied.save()
        Option.objects.bulk_create(
            Option(question=copied, text=one.text, is_right=one.is_right) for one in question.options.all()
        )
    return made


def locked_course(course: Course, by: User) -> Course:
    """The row as stored, locked, in reach. Raises PermissionDenied."""
    course = Course.objects.select_for_update(of=["self"]).select_related("union").get(pk=course.pk)
    require_editable(course, by)
    return course


def locked_draft(course: Course, by: User) -> Course:
    """The row locked, and still a draft. Raises RuleError otherwise."""
    course = locked_course(course, by)
    if not course.is_draft:
        raise RuleError(FIXED.format(what="章节和题目"))
    return course


def _copied(section: CourseSection, course: Course) -> CourseSection:
    facts = ("position", "title", "text", "minimum_seconds", "link", "format", "size", "sha256")
    copied = CourseSection(course=course, **{name: getattr(section, name) for name in facts})
    if section.file:
        with default_storage.open(section.file.name) as content:
            copied.file.save("", content, save=False)
    copied.save()
    return copied


def _free_title(course: Course) -> str:
    """The title with the first number behind it that the union has not used."""
    taken = set(Course.objects.filter(union=course.union_id).values_list("title", flat=True))
    stem = course.title[:90]
    return next(title for n in range(2, len(taken) + 3) if (title := f"{stem}（{n}）") not in taken)


def _save(course: Course, by: User, action: str, **details) -> Course:
    course.version += 1
    course.save()
    require_editable(course, by)
    _record(by, action, course, **details)
    return course


def _record(by: User, action: str, course: Course, **details) -> None:
    audit.record(by, action, course, union_id=course.union_id, **details)
