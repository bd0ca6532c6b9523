"""Pages of online courses for those who keep them: the list, one course, its facts and its way from draft to end."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import codes
from core.access import Permission, requires
from core.forms import attempt, press, press_move
from core.idempotency import once
from core.pages import paginate
from training import queries
from training.forms.courses import CourseEditForm, CourseForm, LinksForm
from training.listings.courses import CourseListing, learners_of, place_of
from training.models import Course
from training.queries.classes import unions_that_enrol
from training.services import courses
from unions.list_pages import list_page
from unions.models import Union

SIZE = 50
MOVES = {
    "publish": (courses.publish_course, "已发布，可以安排职工学习"),
    "withdraw": (courses.withdraw_course, "已撤回为草稿"),
    "close": (courses.close_course, "课程已结束"),
}


@requires(Permission.VIEW_TRAINING)
@require_safe
def course_list(request):
    """Courses of the unions in reach and those of unions above that are open to them."""
    may = request.user.has_perm(Permission.EDIT_TRAINING)
    return list_page(request, CourseListing(), "training/course_list.html", always=("title",), can_edit=may)


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def course_detail(request, pk):
    """One course: its facts, sections and questions, and of its learners those whom the user may see."""
    course = visible_course(request.user, pk)
    keeps = Course.objects.editable_by(request.user).filter(pk=pk).exists()
    page = paginate(request, learners_of(request.user).filter(course=course).order_by("pk"), SIZE)
    can_link = request.user.has_perm(Permission.EDIT_TRAINING) and course.state == Course.State.PUBLISHED
    unions = unions_that_enrol(course, request.user)
    context = {
        "course": course,
        "sections": course.sections.all(),
        "questions": course.questions.prefetch_related("options").select_related("section") if keeps else [],
        "page": page,
        "learners": [(row, place_of(row)) for row in page],
        "names": {"kind": codes.names("training_kind"), "level": codes.names("skill_level")},
        "keeps": keeps,
        "is_draft": keeps and course.is_draft,
        "can_link": can_link,
        "can_enrol": can_link and Course.objects.open_to(request.user).filter(pk=pk).exists(),
        "links": LinksForm(unions=unions),
    }
    return render(request, "training/course_detail.html", context)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def course_create(request):
    """Begin a course."""
    unions = Union.objects.within_reach(request.user, Permission.EDIT_TRAINING).order_by("path")
    form = CourseForm(request.POST or None, unions=unions, initial={"union": unions.first()})
    if course := attempt(form, courses.create_course, by=request.user):
        messages.success(request, "已建立草稿。添加章节和题目后发布")
        return redirect(course)
    context = {"form": form, "title": "新建网上课程", "trades": queries.trades_used(request.user)}
    return render(request, "training/course_form.html", context)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
def course_edit(request, pk):
    """Change facts of a course."""
    course = editable_course(request.user, pk)
    form = CourseEditForm(request.POST or None, course=course)
    if attempt(form, courses.edit_course, course=course, by=request.user):
        messages.success(request, "已保存")
        return redirect(course)
    context = {"form": form, "title": "编辑网上课程", "course": course}
    return render(
        request, "training/course_form.html", context | {"trades": queries.trades_used(request.user)}
    )


@requires(Permission.EDIT_TRAINING)
@require_POST
def course_move(request, pk):
    """``move`` says where to: ``publish``, ``withdraw`` or ``close``."""
    course = editable_course(request.user, pk)
    press_move(request, MOVES, course=course)
    return redirect(course)


@requires(Permission.EDIT_TRAINING)
@require_POST
@once
def course_clone(request, pk):
    """A new draft with the same content."""
    course = editable_course(request.user, pk)
    made = press(request, "", courses.clone_course, course=course)
    if made is None:
        return redirect(course)
    messages.success(request, "已按原课程新建草稿，修改后发布")
    return redirect(made)


def visible_course(user, pk: int) -> Course:
    """One course that the user may see, with counts, or 404."""
    return get_object_or_404(
        Course.objects.visible_to(user).select_related("union", "created_by").with_counts(), pk=pk
    )


def editable_course(user, pk: int) -> Course:
    """One course that the user keeps, or 404."""
    return get_object_or_404(Course.objects.editable_by(user).select_related("union"), pk=pk)
