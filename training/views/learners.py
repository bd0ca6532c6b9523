"""Pages about those who learn online courses: put into a course, taken out, their progress, and slips with links."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core import pdf
from core.access import Permission, requires
from core.forms import press
from core.idempotency import once
from training.forms.courses import LinksForm
from training.listings.courses import LearnerListing
from training.models import Course, Learner
from training.queries.classes import unions_that_enrol
from training.queries.learners import people_to_teach
from training.services.learners import MOST_LINKS, enrol_learners, issue_links, remove_learner
from training.views.courses import visible_course
from workers.forms.finding import FindForm
from workers.list_pages import people_list_page
from workers.picking import OFFERED, pick, ticked

SLIPS = "training/learning_slips.html"


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def learner_list(request):
    """How far the people in reach are. The search box is posted and comes back sealed in the address."""
    listing = LearnerListing()
    return people_list_page(request, listing, "training/learner_list.html", search="姓名")


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def learner_create(request, pk):
    """Tick people and put them into a course. They are looked for by POST."""
    course = get_object_or_404(Course.objects.open_to(request.user).select_related("union"), pk=pk)
    finding = request.method == "POST" and request.POST.get("action") == "find"
    form = FindForm(request.POST if finding else None, unions=unions_that_enrol(course, request.user))
    error = ""
    if request.method == "POST" and not finding:
        try:
            rows = enrol_learners(course=course, workers=ticked(request), by=request.user)
        except ValidationError as refused:
            error = " ".join(refused.messages)
        else:
            messages.success(request, f"已安排 {len(rows)} 人学习，请打印学习单发给本人")
            return redirect(course)
    context = {
        "course": course,
        "form": form,
        "error": error,
        "picked": pick(form, people_to_teach(course, request.user), request.user),
        "offered": OFFERED,
        "ticked": set(ticked(request)),
    }
    return render(request, "training/learner_create.html", context)


@requires(Permission.EDIT_TRAINING)
@require_POST
def learner_delete(request, pk):
    """Take somebody out of a course who has not begun."""
    learner = _editable(request.user, pk)
    press(request, f"{learner.worker.name}已移出课程", remove_learner, learner=learner)
    return redirect(learner.course)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_POST
def learner_link(request, pk):
    """A new link for one person, as a slip; the old one ends."""
    learner = _editable(request.user, pk)
    return _slips(request, learner.course, [learner.pk])


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_POST
def learner_links(request, pk):
    """New links for the people of a union, as slips to cut apart: those without one, or all who have not completed."""
    course = visible_course(request.user, pk)
    form = LinksForm(request.POST, unions=unions_that_enrol(course, request.user))
    if not form.is_valid():
        messages.error(request, "请选择要打印的范围")
        return redirect(course)
    rows = Learner.objects.editable_by(request.user).filter(course=course, completed_on=None)
    if form.cleaned_data["union"]:
        rows = rows.filter(union__path__startswith=form.cleaned_data["union"].path)
    if form.cleaned_data["mode"] == LinksForm.NEW:
        rows = rows.filter(issued_at=None)
    keys = rows.order_by("issued_at", "union__path", "worker__pinyin", "pk").values_list("pk", flat=True)
    return _slips(request, course, list(keys[:MOST_LINKS]))


def _slips(request, course: Course, keys: list[int]):
    """The slips as PDF. When they cannot be drawn, the old links stay: nobody has seen the new ones."""
    try:
        with transaction.atomic():
            links = issue_links(course=course, learners=keys, by=request.user)
            context = {"course": course, "links": links, "today": timezone.localdate()}
            content = pdf.render(SLIPS, context, title="网上课堂学习单")
    except (ValidationError, pdf.PrintError) as error:
        messages.error(request, str(error) if isinstance(error, pdf.PrintError) else " ".join(error.messages))
        return redirect(course)
    name = content_disposition_header(True, f"学习单-{course.pk}.pdf")
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _editable(user, pk: int) -> Learner:
    rows = Learner.objects.editable_by(user).filter(worker__anonymised_on=None)
    return get_object_or_404(rows.select_related("course__union", "worker").defer("worker__phone"), pk=pk)
