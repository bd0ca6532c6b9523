"""The conflict desk (重复登记核实): cards for officers, both sides and the decision for town staff."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.access import Permission, requires
from core.idempotency import once
from core.pages import paginate
from unions import forms as union_forms
from unions.models import Employer
from workers import cards, queries
from workers.conflict_listings import CardListing, ConflictListing, source_of, state_of
from workers.forms.conflicts import ConflictFilterForm, SettleForm
from workers.models import Conflict, Sex
from workers.services import settle_conflict
from workers.services.conflicts import CLAIMED


@requires(Permission.VIEW_ROLL)
@never_cache
@require_safe
def conflict_list(request):
    """Town staff get the desk, officers their own cards."""
    user = request.user
    settles = user.has_perm(Permission.SETTLE_CONFLICTS)
    listing = ConflictListing() if settles else CardListing()
    form = ConflictFilterForm(request.GET)
    page = paginate(request, listing.cases(user, form))
    context = {
        "page": page,
        "form": form,
        "settles": settles,
        "listing": listing.name,
        "can_export": user.has_perm(Permission.EXPORT_FILES),
        "exported": listing.kept(request.GET).urlencode(),
    }
    if settles:
        for case in page:
            case.state, case.source = state_of(case), source_of(case)
    else:
        shown = Conflict.objects.filter(pk__in=[case.pk for case in page]).defer("note")
        context["cards"] = [cards.card_of(side) for side in cards.sides_of(shown, user)]
    return render(request, "workers/conflict_list.html", context)


@requires(Permission.SETTLE_CONFLICTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def conflict_detail(request, pk):
    """Both sides of a case beside each other, and the decision."""
    cases = Conflict.objects.visible_to(request.user).defer("worker__phone", "worker__phone_index")
    case = get_object_or_404(
        cases.select_related("worker__union", "worker__employer", "holder", "claimant", "created_by"), pk=pk
    )
    employers = Employer.objects.visible_to(request.user).filter(union=case.claimant_id)
    stated = {"employer": case.claimed.get("employer")} | (
        {"on": case.claimed["on"]} if case.claimed.get("on") else {}
    )
    form = SettleForm(request.POST or None, employers=employers, initial=stated)
    if union_forms.attempt(form, settle_conflict, conflict=case, by=request.user):
        messages.success(request, "已决定，双方的核实卡片已更新")
        return redirect(case)
    worker = case.worker
    context = {
        "case": case,
        "claimed": {key: case.claimed.get(key, "") for key in CLAIMED},
        "form": form,
        "worker": worker,
        "document": queries.documents_of(worker).first(),
        "employments": worker.employments.select_related("employer"),
        "memberships": worker.memberships.select_related("union"),
        "names": queries.code_names("id_document_type", "membership_status"),
        "claimed_sex": dict(Sex.choices).get(case.claimed.get("sex", ""), ""),
        "same_name": case.claimed.get("name") == worker.name,
        "same_birth": case.claimed.get("birth_date") == str(worker.birth_date or ""),
    }
    return render(request, "workers/conflict_detail.html", context)
