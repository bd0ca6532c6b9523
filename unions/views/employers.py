"""Pages of firms."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core import codes
from core.access import Permission, requires
from core.idempotency import once
from core.pages import paginate
from core.text import clean_text
from unions import queries, services
from unions.filters import EmployerFilter
from unions.forms import CoverForm, EmployerForm, EndCoverageForm, HeadcountForm, attempt
from unions.models import Employer, Union

OFFERED = 50


@requires(Permission.VIEW_ORGANISATION)
@require_safe
def employer_list(request):
    """Firms in the user's reach with coverage, declared employees and people on the roll."""
    found = EmployerFilter(
        request.GET, queries.employers_seen_by(request.user, timezone.localdate()), request=request
    )
    page = paginate(request, found.qs.order_by("name"))
    queries.count_people(page.items)
    context = {
        "filter": found,
        "page": page,
        "industries": codes.names("industry_section"),
        "can_edit": request.user.has_perm(Permission.EDIT_ORGANISATION),
        "can_export": request.user.has_perm(Permission.EXPORT_FILES),
        "exported": request.GET.urlencode(),
    }
    return render(request, "unions/employer_list.html", context)


@requires(Permission.VIEW_ORGANISATION)
@require_safe
def employer_options(request):
    """Firms in reach whose name holds ``?q=``, as ``[{value, text}]`` for long selects; 50 at most.

    Forms judge the chosen firm again by their own narrower reach.
    """
    text = clean_text(request.GET.get("q", ""))[:50]
    firms = Employer.objects.visible_to(request.user).filter(name__icontains=text).order_by("name")[:OFFERED]
    return JsonResponse([{"value": firm.pk, "text": firm.name} for firm in firms], safe=False)


@requires(Permission.VIEW_ORGANISATION)
@require_safe
def employer_detail(request, pk):
    """One firm: facts, headcounts as declared, coverage from when to when, people on the roll."""
    today = timezone.localdate()
    employer = get_object_or_404(queries.employers_seen_by(request.user, today), pk=pk)
    queries.count_people([employer])
    context = {
        "employer": employer,
        "headcounts": employer.headcounts.all()[:12],
        "coverages": employer.coverages.select_related("union"),
        "names": queries.employer_code_names(employer),
        "can_edit": Employer.objects.editable_by(request.user).filter(pk=pk).exists(),
        "can_declare": request.user.has_perm(Permission.DECLARE_HEADCOUNTS),
        "can_view_roll": request.user.has_perm(Permission.VIEW_ROLL),
        "can_view_training": request.user.has_perm(Permission.VIEW_TRAINING),
    }
    return render(request, "unions/employer_detail.html", context)


@requires(Permission.EDIT_ORGANISATION)
@require_http_methods(["GET", "POST"])
@once
def employer_create(request):
    """Add a firm; ``?union=`` fills in the union in charge."""
    unions = Union.objects.editable_by(request.user)
    union = request.GET.get("union", "")
    form = EmployerForm(
        request.POST or None, unions=unions, initial={"union": union if union.isdecimal() else None}
    )
    if employer := attempt(form, services.create_employer, by=request.user):
        messages.success(request, f"已新增{employer.name}")
        return redirect(employer)
    return render(request, "unions/employer_form.html", {"form": form, "employer": None})


@requires(Permission.EDIT_ORGANISATION)
@require_http_methods(["GET", "POST"])
def employer_edit(request, pk):
    """Change facts of a firm."""
    employer = get_object_or_404(Employer.objects.editable_by(request.user), pk=pk)
    form = EmployerForm(request.POST or None, instance=employer, unions=Union.objects.none())
    if attempt(form, services.edit_employer, employer=employer, by=request.user):
        messages.success(request, "已保存")
        return redirect(employer)
    return render(request, "unions/employer_form.html", {"form": form, "employer": employer})


@requires(Permission.DECLARE_HEADCOUNTS)
@require_http_methods(["GET", "POST"])
@once
def headcount_create(request, pk):
    """Record the employees a firm declares; officers do so for the firms in their reach."""
    firms = Employer.objects.within_reach(request.user, Permission.DECLARE_HEADCOUNTS)
    employer = get_object_or_404(firms, pk=pk)
    form = HeadcountForm(request.POST or None)
    if attempt(form, services.declare_headcount, employer=employer, by=request.user):
        messages.success(request, "已申报职工人数")
        return redirect(employer)
    context = {"form": form, "title": "申报职工人数", "back": employer, "submit": "申报"}
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_ORGANISATION)
@require_http_methods(["GET", "POST"])
@once
def coverage_create(request, pk):
    """Let a union cover the firm."""
    employer = get_object_or_404(Employer.objects.editable_by(request.user), pk=pk)
    form = CoverForm(request.POST or None, unions=Union.objects.editable_by(request.user))
    if attempt(form, services.cover_employer, employer=employer, by=request.user):
        messages.success(request, "已登记建会覆盖")
        return redirect(employer)
    context = {
        "form": form,
        "title": "登记建会覆盖",
        "back": employer,
        "submit": "登记",
        "hint": "原有的覆盖自起始日期终止。职工的会籍不随之变动，请另行办理转会。",
    }
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_ORGANISATION)
@require_http_methods(["GET", "POST"])
@once
def coverage_end(request, pk):
    """End the coverage in effect."""
    employer = get_object_or_404(Employer.objects.editable_by(request.user), pk=pk)
    form = EndCoverageForm(request.POST or None, unions=Union.objects.editable_by(request.user))
    if attempt(form, services.end_coverage, employer=employer, by=request.user):
        messages.success(request, "已终止建会覆盖")
        return redirect(employer)
    context = {"form": form, "title": "终止建会覆盖", "back": employer, "submit": "终止"}
    return render(request, "unions/action_form.html", context)
