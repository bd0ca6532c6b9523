"""Pages of contests: the list, the year's calendar, one contest with its events, and its way from plan to end."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions import services
from competitions.forms.contests import CancelForm, ContestForm
from competitions.forms.papers import PaperForm
from competitions.listings.contests import ContestListing
from competitions.models import Contest, ContestPaper
from competitions.queries.calendar import months_of
from competitions.queries.results import fixed_since
from core import codes
from core.access import Permission, requires
from core.forms import YearForm, press, press_move
from core.idempotency import once
from unions.forms import attempt, only_one
from unions.list_pages import list_page
from unions.models import Union

MOVES = {
    "open": (services.open_contest, "已开放报名"),
    "start": (services.start_contest, "竞赛已开始，不再接受报名"),
    "finish": (services.finish_contest, "竞赛已结束"),
}


@requires(Permission.VIEW_CONTESTS)
@require_safe
def contest_list(request):
    """Contests of the unions in reach and those of unions above that take their people."""
    may = request.user.has_perm(Permission.EDIT_CONTESTS)
    return list_page(
        request, ContestListing(), "competitions/contest_list.html", always=("title",), can_edit=may
    )


@requires(Permission.VIEW_CONTESTS)
@require_safe
def contest_calendar(request):
    """The contests of a year (``?year=``, this one by default) by month."""
    this_year = timezone.localdate().year
    form = YearForm({"year": request.GET.get("year") or this_year})
    year = int(form.cleaned_data["year"]) if form.is_valid() else this_year
    context = {
        "form": form,
        "year": year,
        "months": months_of(year, request.user),
        "levels": codes.names("competition_level"),
    }
    return render(request, "competitions/contest_calendar.html", context)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def contest_detail(request, pk):
    """One contest: its facts, its events and those of its papers that the user may open."""
    return contest_page(request, pk, PaperForm())


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def contest_create(request):
    """Plan a contest."""
    unions = Union.objects.within_reach(request.user, Permission.EDIT_CONTESTS)
    form = ContestForm(request.POST or None, unions=unions, initial={"union": only_one(unions)})
    if planned := attempt(form, services.plan_contest, by=request.user):
        messages.success(request, f"已登记竞赛 {planned.code}。请添加比赛项目和环节，再开放报名。")
        return redirect(planned)
    context = {"form": form, "title": "新增竞赛", "contest": None}
    return render(request, "competitions/contest_form.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
def contest_edit(request, pk):
    """Change facts of a contest."""
    contest = editable_contest(request, pk)
    form = ContestForm(request.POST or None, instance=contest, fixed=fixed_since(contest))
    if attempt(form, services.edit_contest, contest=contest, by=request.user):
        messages.success(request, "已保存")
        return redirect(contest)
    context = {"form": form, "title": "编辑竞赛", "contest": contest}
    return render(request, "competitions/contest_form.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_POST
@once
def contest_clone(request, pk):
    """Plan the same contest a year later and go on to its form."""
    contest = editable_contest(request, pk)
    planned = press(request, "", services.clone_contest, contest=contest)
    if planned is None:
        return redirect(contest)
    messages.success(
        request, f"已按原竞赛新建 {planned.code}，项目和环节一并沿用，日期顺延一年，请核对后保存"
    )
    return redirect("competitions:contest_edit", planned.pk)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def contest_move(request, pk):
    """``move`` says where to: ``open``, ``start`` or ``finish``."""
    contest = editable_contest(request, pk)
    press_move(request, MOVES, contest=contest)
    return redirect(contest)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
def contest_cancel(request, pk):
    """Say why a contest does not take place."""
    contest = editable_contest(request, pk)
    form = CancelForm(request.POST or None)
    if attempt(form, services.cancel_contest, contest=contest, by=request.user):
        messages.success(request, "竞赛已取消")
        return redirect(contest)
    context = {"form": form, "title": "取消竞赛", "back": contest, "submit": "取消竞赛"}
    return render(request, "unions/action_form.html", context)


def editable_contest(request, pk) -> Contest:
    """The contest, if the user keeps it; otherwise 404."""
    return get_object_or_404(Contest.objects.editable_by(request.user).select_related("union"), pk=pk)


def contest_page(request, pk, paper_form: PaperForm):
    """The page of a contest with the form of its papers as it stands."""
    found = Contest.objects.visible_to(request.user).select_related("union", "cloned_from")
    contest = get_object_or_404(found, pk=pk)
    keeps = Contest.objects.editable_by(request.user).filter(pk=pk).exists()
    papers = ContestPaper.objects.visible_to(request.user).filter(contest=contest)
    context = {
        "contest": contest,
        "events": contest.events.with_weights(),
        "levels": codes.names("competition_level"),
        "skills": codes.names("skill_level"),
        "papers": papers.select_related("added_by"),
        "paper_form": paper_form,
        "keeps": keeps,
        "can_edit": keeps and not contest.is_over,
    }
    return render(request, "competitions/contest_detail.html", context)
