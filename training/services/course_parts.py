"""What a course holds: sections with text, files or links, and questions. All of it changes in the draft only."""

import hashlib
from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from training.models import Course, CourseSection, Option, Question
from training.rules.courses import SECTION_CLEANERS, checked_options, clean_named, format_of
from training.services.courses import locked_draft
from unions.rules import cleaned
from unions.scoping import require_editable

PAPER_BYTES = 20 * 1024 * 1024
KINDS = "请上传 PDF、JPG、PNG，或 MP4、WebM 视频。"
HEAD = 64
MOST_QUESTION = 500


@transaction.atomic
def add_section(*, course: Course, by: User, **facts) -> CourseSection:
    """A further section at the end. Raises RuleError by field."""
    course = locked_draft(course, by)
    last = course.sections.aggregate(last=Max("position"))["last"] or 0
    section = CourseSection(course=course, position=last + 1, **cleaned(facts, SECTION_CLEANERS))
    section.full_clean()
    section.save()
    _record(by, "training.course_section_add", section)
    return section


@transaction.atomic
def edit_section(*, section: CourseSection, by: User, **facts) -> CourseSection:
    """Change a section. Raises RuleError by field."""
    section = _locked(section, by)
    for name, value in cleaned(facts, SECTION_CLEANERS).items():
        setattr(section, name, value)
    section.full_clean()
    section.save()
    _record(by, "training.course_section_edit", section)
    return section


@transaction.atomic
def raise_section(*, section: CourseSection, by: User) -> CourseSection:
    """Move a section one place up; the first one stays."""
    section = _locked(section, by)
    above = section.course.sections.filter(position__lt=section.position).last()
    if above is not None:
        above.position, section.position = section.position, above.position
        CourseSection.objects.bulk_update([above, section], ["position"])
        _record(by, "training.course_section_edit", section)
    return section


@transaction.atomic
def remove_section(*, section: CourseSection, by: User) -> Course:
    """Delete a section with its file; its questions stay with the course. Returns the course."""
    section = _locked(section, by)
    _record(by, "training.course_section_remove", section)
    _forget_file(section)
    section.delete()
    return section.course


@transaction.atomic
def put_file(*, section: CourseSection, file, by: User) -> CourseSection:
    """Keep a file with a section in place of what was there. Raises RuleError for what is too large or of another kind by
    its content."""
    section = _locked(section, by)
    if section.link:
        raise RuleError({"file": "这个章节已有外部链接。请先清空链接再上传文件。"})
    known = format_of(file.read(HEAD))
    if known is None:
        raise RuleError({"file": f"文件内容不是可用的格式。{KINDS}"})
    is_video = known in (CourseSection.Format.MP4, CourseSection.Format.WEBM)
    most = settings.COURSE_VIDEO_MAX_BYTES if is_video else PAPER_BYTES
    if file.size > most:
        what = "视频" if is_video else "文件"
        raise RuleError({"file": f"{what}有 {file.size / 1024**2:.1f} MB，超过 {most // 1024**2} MB。"})
    _forget_file(section)
    section.format, section.size, section.sha256 = known, file.size, _digest(file)
    file.seek(0)
    section.file.save("", file, save=False)
    section.full_clean()
    section.save()
    _record(by, "training.course_file", section, sha256=section.sha256)
    return section


@transaction.atomic
def drop_file(*, section: CourseSection, by: User) -> CourseSection:
    """Take the file of a section away. Raises RuleError when there is none."""
    section = _locked(section, by)
    if not section.file:
        raise RuleError("这个章节没有文件")
    _forget_file(section)
    section.file, section.format, section.size, section.sha256 = "", "", 0, ""
    section.save()
    _record(by, "training.course_file", section)
    return section


@transaction.atomic
def put_question(
    *,
    course: Course,
    kind: str,
    text: str,
    options: Iterable[tuple[str, bool]],
    by: User,
    section: CourseSection | None = None,
    question: Question | None = None,
) -> Question:
    """A question with its options (text, right), new or in place of ``question``. Raises RuleError by field."""
    course = locked_draft(course, by)
    text = cleaned({"text": text}, {"text": partial(clean_named, what="题目", longest=MOST_QUESTION)})["text"]
    options = checked_options(kind, options)
    if section is not None and section.course_id != course.pk:
        raise RuleError({"section": "这个章节不属于这门课程"})
    question = course.questions.get(pk=question.pk) if question else Question(course=course)
    question.kind, question.text, question.section = kind, text, section
    question.full_clean()
    question.save()
    question.options.all().delete()
    Option.objects.bulk_create(Option(question=question, text=one, is_right=right) for one, right in options)
    require_editable(question, by)
    audit.record(by, "training.course_question", course, union_id=course.union_id, question=question.pk)
    return question


@transaction.atomic
def remove_question(*, question: Question, by: User) -> Course:
    """Delete a question. Returns the course."""
    course = locked_draft(question.course, by)
    key = question.pk
    question.delete()
    audit.record(by, "training.course_question_remove", course, union_id=course.union_id, question=key)
    return course


def _locked(section: CourseSection, by: User) -> CourseSection:
    course = locked_draft(section.course, by)
    section = course.sections.select_for_update().get(pk=section.pk)
    section.course = course
    require_editable(section, by)
    return section


def _forget_file(section: CourseSection) -> None:
    """Delete the stored file once the change is committed."""
    if section.file:
        transaction.on_commit(partial(default_storage.delete, section.file.name))


def _digest(file) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _record(by: User, action: str, section: CourseSection, **details) -> None:
    course = section.course
    audit.record(by, action, course, union_id=course.union_id, position=section.position, **details)
