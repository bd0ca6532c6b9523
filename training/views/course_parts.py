"""Pages about what a course holds: sections with their files, and questions."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Permission, requires
from core.forms import attempt, press
from core.idempotency import once
from core.uploads import refused_upload, takes_files
from training.forms.courses import QuestionForm, SectionFileForm, SectionForm
from training.models import Course, CourseSection, Question
from training.rules.courses import MOST_OPTIONS
from training.services import course_parts
from training.views.courses import editable_course, visible_course
from training.views.streaming import stream_section


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def course_section_create(request, pk):
    """Add a section to a draft."""
    course = editable_course(request.user, pk)
    form = SectionForm(request.POST or None)
    if section := attempt(form, course_parts.add_section, course=course, by=request.user):
        messages.success(request, "已添加章节。有文件或视频的，在这里上传")
        return redirect("training:course_section_edit", course.pk, section.pk)
    return _section_page(request, course, form, None)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
def course_section_edit(request, pk, section):
    """Change a section of a draft; its file is uploaded below."""
    course, found = _section(request.user, pk, section)
    form = SectionForm(request.POST or None, section=found)
    if attempt(form, course_parts.edit_section, section=found, by=request.user):
        messages.success(request, "已保存")
        return redirect(course)
    return _section_page(request, course, form, found)


@requires(Permission.EDIT_TRAINING)
@require_POST
def course_section_move(request, pk, section):
    """Move a section one place up."""
    course, found = _section(request.user, pk, section)
    return _done(request, course, course_parts.raise_section, section=found)


@requires(Permission.EDIT_TRAINING)
@require_POST
def course_section_delete(request, pk, section):
    """Delete a section of a draft."""
    course, found = _section(request.user, pk, section)
    return _done(request, course, course_parts.remove_section, section=found)


@requires(Permission.EDIT_TRAINING)
@require_POST
@takes_files("COURSE_VIDEO_MAX_BYTES")
def course_file_create(request, pk, section):
    """Keep a file with a section, in place of the one before."""
    course, found = _section(request.user, pk, section)
    upload = SectionFileForm(request.POST, request.FILES)
    if refusal := refused_upload(request):
        upload.errors.pop("file", None)
        upload.add_error("file", refusal)
    elif attempt(upload, course_parts.put_file, section=found, by=request.user):
        messages.success(request, "已上传")
        return redirect("training:course_section_edit", course.pk, found.pk)
    return _section_page(request, course, SectionForm(section=found), found, upload)


@requires(Permission.EDIT_TRAINING)
@require_POST
def course_file_delete(request, pk, section):
    """Take the file of a section away."""
    course, found = _section(request.user, pk, section)
    return _done(request, course, course_parts.drop_file, section=found)


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def course_file(request, pk, section):
    """The file of a section, as learners get it."""
    found = get_object_or_404(CourseSection, pk=section, course=visible_course(request.user, pk))
    return stream_section(request, found)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def question_create(request, pk):
    """Add a question to a draft."""
    course = editable_course(request.user, pk)
    form = QuestionForm(request.POST or None, course=course)
    if attempt(form, course_parts.put_question, course=course, by=request.user):
        messages.success(request, "已添加题目")
        return redirect(course)
    return _question_page(request, course, form, "添加题目")


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
def question_edit(request, pk, question):
    """Change a question of a draft."""
    course, found = _question(request.user, pk, question)
    form = QuestionForm(request.POST or None, course=course, question=found)
    if attempt(form, course_parts.put_question, course=course, question=found, by=request.user):
        messages.success(request, "已保存")
        return redirect(course)
    return _question_page(request, course, form, "修改题目")


@requires(Permission.EDIT_TRAINING)
@require_POST
def question_delete(request, pk, question):
    """Delete a question of a draft."""
    course, found = _question(request.user, pk, question)
    return _done(request, course, course_parts.remove_question, question=found)


def _section(user, pk: int, section: int) -> tuple[Course, CourseSection]:
    course = editable_course(user, pk)
    found = get_object_or_404(course.sections, pk=section)
    found.course = course
    return course, found


def _question(user, pk: int, question: int) -> tuple[Course, Question]:
    course = editable_course(user, pk)
    found = get_object_or_404(course.questions.prefetch_related("options"), pk=question)
    found.course = course
    return course, found


def _done(request, course: Course, service, **arguments):
    """Call a service that needs no form, say what it refuses, and go back to the course."""
    press(request, "已保存", service, **arguments)
    return redirect(course)


def _section_page(request, course: Course, form, section, upload=None):
    context = {"course": course, "form": form, "section": section, "upload": upload or SectionFileForm()}
    return render(request, "training/course_section_form.html", context)


def _question_page(request, course: Course, form, title: str):
    pairs = [(form[f"option_{number}"], form[f"right_{number}"]) for number in range(MOST_OPTIONS)]
    context = {"course": course, "form": form, "title": title, "pairs": pairs}
    return render(request, "training/question_form.html", context)
