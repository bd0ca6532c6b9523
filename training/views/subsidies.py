"""Pages of subsidies that read: claims, what may be claimed for, one claim, the check of a certificate, the sums."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import codes
from core.access import Permission, requires
from core.pages import paginate
from training.listings.subsidies import (
    ClaimableListing,
    ClaimListing,
    SubsidySumListing,
    claims_of,
    period_of,
)
from training.models import Certificate, SubsidyClaim, SubsidyLimit, SubsidyRate
from training.queries.subsidies import YEARLY, examined, limit_on
from training.queries.subsidy_sums import whole
from training.rules.subsidies import check_of, doubts_of_claim, rung_name
from unions.models import Union
from unions.saved_views import list_tools
from workers.list_pages import people_list_page

State = SubsidyClaim.State
NAME = "姓名的一部分"


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def claim_list(request):
    """Claims in reach; the town ticks those to approve, to refuse, or that were paid. The search box is posted and
    comes back sealed in the address."""
    listing = ClaimListing()
    may_decide = request.user.has_perm(Permission.DECIDE_TRAINING)
    return people_list_page(request, listing, "training/claim_list.html", search=NAME, can_decide=may_decide)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def claimable_list(request):
    """Certificates that may be claimed for today, to tick and claim for. What limits nobody has entered is said."""
    listing, today = ClaimableListing(), timezone.localdate()
    kinds = SubsidyLimit.Kind
    rules = {
        "has_rates": SubsidyRate.objects.exists(),
        "unset": [kind.label for kind in kinds if limit_on(kind, today) is None],
    }
    return people_list_page(request, listing, "training/claimable_list.html", search=NAME, **rules)


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def claim_detail(request, pk):
    """One claim with the rules as they were applied and what became of it."""
    claim = get_object_or_404(
        claims_of(request.user).select_related("rate", "claimed_by", "decided_by", "paid_by"), pk=pk
    )
    user = request.user
    context = {
        "claim": claim,
        "worker": claim.certificate.worker,
        "level": rung_name(claim.level, codes.names("skill_level")),
        "doubt": doubts_of_claim(claim),
        "opens": Certificate.objects.visible_to(user).filter(pk=claim.certificate_id).exists(),
        "can_withdraw": claim.state == State.CLAIMED and user.has_perm(Permission.EDIT_TRAINING),
        "can_decide": user.has_perm(Permission.DECIDE_TRAINING),
    }
    return render(request, "training/claim_detail.html", context)


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def certificate_subsidy(request, pk):
    """The check of one certificate line by line and its claims, as a part of the certificate's page."""
    today = timezone.localdate()
    rows = Certificate.objects.visible_to(request.user).filter(worker__anonymised_on=None)
    row = get_object_or_404(examined(rows, today), pk=pk)
    rate = SubsidyRate.objects.filter(pk=row.rate).first()
    context = {
        "certificate": row,
        "check": check_of(row, rate, limit_on(YEARLY, today), today),
        "claims": SubsidyClaim.objects.visible_to(request.user).filter(certificate=row),
        "can_edit": request.user.has_perm(Permission.EDIT_TRAINING),
    }
    return render(request, "training/_certificate_subsidy.html", context)


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def subsidy_summary(request):
    """Claims and payments of a year or a part of it, per union and altogether."""
    listing = SubsidySumListing()
    period = period_of(request.GET)
    found = listing.asked(request.user, request.GET)
    reached = found.qs if found.is_valid() else Union.objects.none()
    context = {
        "filter": found,
        "page": paginate(request, listing.ordered(found)),
        "names": listing.names(),
        "tools": list_tools(request, listing),
        "can_export": request.user.has_perm(Permission.EXPORT_FILES),
        "period": period,
        "whole": whole(reached, period),
    }
    return render(request, "training/subsidy_summary.html", context)
