"""Pages of surveys of demand: the town asks and reads the sums, the unions answer line by line."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Permission, requires
from core.forms import press, show_refusal
from core.idempotency import once
from core.pages import paginate
from training import queries, services
from training.forms.demand import AnswerForm, SurveyForm
from training.forms.lines import demand_rows
from training.listings.demand import DemandListing
from training.models import DemandReturn, DemandSurvey
from training.queries import demand
from unions.forms import attempt
from unions.list_pages import list_page
from unions.models import Union

UNANSWERED = "unanswered"


@requires(Permission.VIEW_TRAINING)
@require_safe
def survey_list(request):
    """Surveys that ask unions in reach, the newest first."""
    surveys = DemandSurvey.objects.visible_to(request.user).select_related("union")
    today = timezone.localdate()
    page = paginate(request, surveys.order_by("-year", "-pk"))
    for survey in page:
        survey.is_running = survey.takes_returns(today)
    can_open = request.user.has_perm(Permission.DECIDE_TRAINING)
    return render(request, "training/survey_list.html", {"page": page, "can_open": can_open})


@requires(Permission.VIEW_TRAINING)
@require_safe
def survey_detail(request, pk):
    """One survey: who has answered (``?show=unanswered``: who has not), and what the answers add up to."""
    survey = _visible(request, pk)
    asked = demand.unions_asked(survey, request.user)
    found = demand.answers(survey, asked)
    only_missing = request.GET.get("show") == UNANSWERED
    editable = set(
        demand.unions_asked(survey, request.user, Permission.EDIT_TRAINING).values_list("pk", flat=True)
    )
    rows = demand.sums(survey, request.user)
    context = {
        "survey": survey,
        "is_running": survey.takes_returns(timezone.localdate()),
        "answers": [one for one in found if not only_missing or one.returned is None],
        "only_missing": only_missing,
        "answered": sum(one.returned is not None for one in found),
        "asked": len(found),
        "people": sum(row.people for row in rows),
        "sums": [(row, _address_of_class(row)) for row in rows],
        "editable": editable,
        "keeps": DemandSurvey.objects.editable_by(request.user).filter(pk=pk).exists(),
        "can_plan": request.user.has_perm(Permission.EDIT_TRAINING),
    }
    return render(request, "training/survey_detail.html", context)


@requires(Permission.VIEW_TRAINING)
@require_safe
def demand_list(request):
    """The lines of all answers in reach, with filters and export."""
    return list_page(request, DemandListing(), "training/demand_list.html", always=("union",))


@requires(Permission.DECIDE_TRAINING)
@require_http_methods(["GET", "POST"])
@once
def survey_create(request):
    """Ask the unions what training they need."""
    form = SurveyForm(request.POST or None)
    town = Union.objects.within_reach(request.user, Permission.DECIDE_TRAINING).order_by("path").first()
    if survey := attempt(form, services.open_survey, union=town, by=request.user):
        messages.success(request, "已发起调查，各工会可以填报")
        return redirect(survey)
    return _form(request, form, "发起培训需求调查", None)


@requires(Permission.DECIDE_TRAINING)
@require_http_methods(["GET", "POST"])
def survey_edit(request, pk):
    """Change a survey, or give it a later deadline."""
    survey = _kept(request, pk)
    form = SurveyForm(request.POST or None, instance=survey)
    if attempt(form, services.edit_survey, survey=survey, by=request.user):
        messages.success(request, "已保存")
        return redirect(survey)
    return _form(request, form, "修改培训需求调查", _kept(request, pk))


@requires(Permission.DECIDE_TRAINING)
@require_POST
def survey_close(request, pk):
    """Take no answers any more."""
    survey = _kept(request, pk)
    press(request, "调查已结束", services.close_survey, survey=survey)
    return redirect(survey)


@requires(Permission.DECIDE_TRAINING)
@require_POST
def survey_reopen(request, pk):
    """Take answers again."""
    survey = _kept(request, pk)
    late = survey.deadline < timezone.localdate()
    done = f"已恢复，但截止日期 {survey.deadline} 已过，请修改截止日期" if late else "已恢复填报"
    press(request, done, services.reopen_survey, survey=survey)
    return redirect(survey)


@requires(Permission.EDIT_TRAINING)
@require_http_methods(["GET", "POST"])
def demand_edit(request, pk, union):
    """The answer of one union, line by line; ``more`` shows further empty rows and saves nothing."""
    survey = _visible(request, pk)
    asked = demand.unions_asked(survey, request.user, Permission.EDIT_TRAINING)
    union = get_object_or_404(asked, pk=union)
    answer = DemandReturn.objects.filter(survey=survey, union=union).first()
    initial = {"version": answer.version, "no_demand": answer.no_demand} if answer else {}
    data = request.POST if request.method == "POST" else None
    form = AnswerForm(data, initial=initial)
    rows = demand_rows(data, list(answer.lines.all()) if answer else [])
    if data is not None and "more" not in data and form.is_valid() and rows.is_valid():
        try:
            facts = {"survey": survey, "union": union, "lines": rows.lines, "by": request.user}
            services.return_demand(**facts, **form.cleaned_data)
            messages.success(request, f"已提交{union.name}的培训需求，截止前可以修改")
            return redirect(survey)
        except ValidationError as error:
            show_refusal(form, error)
    context = {
        "survey": survey,
        "union": union,
        "form": form,
        "rows": rows,
        "is_running": survey.takes_returns(timezone.localdate()),
        "trades": queries.trades_used(request.user),
    }
    return render(request, "training/demand_edit.html", context)


def _address_of_class(row: demand.DemandSum) -> str:
    """The form of a new class, filled from a sum of demand."""
    facts = {"kind": row.kind, "trade": row.trade, "level": row.level, "title": row.title}
    query = urlencode({name: value for name, value in facts.items() if value} | {"capacity": row.people})
    return f"{reverse('training:class_create')}?{query}"


def _visible(request, pk) -> DemandSurvey:
    return get_object_or_404(DemandSurvey.objects.visible_to(request.user).select_related("union"), pk=pk)


def _kept(request, pk) -> DemandSurvey:
    return get_object_or_404(DemandSurvey.objects.editable_by(request.user), pk=pk)


def _form(request, form, title: str, survey: DemandSurvey | None):
    context = {"form": form, "title": title, "about": survey, "list_url": "training:survey_list"}
    return render(request, "training/record_form.html", context)
