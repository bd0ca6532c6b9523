"""What is done to claims of subsidies: claiming, taking back, deciding and paying many at once."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.access import Permission, requires
from core.forms import attempt, press
from core.idempotency import once
from core.pages import ticked_versions, way_back
from training.forms.subsidies import ApproveForm, PayForm, RefuseForm, StrikePaymentForm
from training.listings.subsidies import claims_of
from training.models import SubsidyClaim
from training.rules.subsidies import doubts_of_claim
from training.services import subsidies as services
from workers.picking import ticked


@dataclass(frozen=True)
class Act:
    """Something done to the claims ticked: its form, its service, its words."""

    form: type[forms.Form]
    service: object
    title: str
    done: str
    hint: str


ACTS = {
    "approve": Act(ApproveForm, services.approve_claims, "审核通过", "已审核通过", "通过后待发放。"),
    "refuse": Act(
        RefuseForm, services.refuse_claims, "不予通过", "已登记不予通过", "证书可以在改正后重新申报。"
    ),
    "pay": Act(
        PayForm, services.pay_claims, "登记发放", "已登记发放", "只登记已经付出的；计入发放日期所在的统计期。"
    ),
}


@requires(Permission.EDIT_TRAINING)
@require_POST
@once
def claim_create(request):
    """Claim for the certificates ticked, or for one from its page; all of them or none."""
    try:
        claims = services.claim_subsidies(certificates=ticked(request, "certificate"), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(way_back(request, "training:claimable_list"))
    total = sum(claim.amount for claim in claims)
    messages.success(request, f"已申报 {len(claims)} 项，共 {total:,} 元，待镇总工会审核")
    return redirect(claims[0] if len(claims) == 1 else "training:claim_list")


@requires(Permission.EDIT_TRAINING)
@require_POST
def claim_withdraw(request, pk):
    """Take back a claim that nobody has decided about."""
    claim = get_object_or_404(SubsidyClaim.objects.editable_by(request.user), pk=pk)
    press(
        request, "已撤回申报", services.withdraw_claim, claim=claim, version=request.POST.get("version", "")
    )
    return redirect(claim)


@requires(Permission.DECIDE_TRAINING)
@never_cache
@require_POST
@once
def claim_settle(request, act):
    """Decide about the claims ticked: first a page that shows them with their sum, then, ``confirmed``, it is done."""
    if act not in ACTS:
        raise Http404
    found = ACTS[act]
    versions = ticked_versions(request, "claim")
    reach = claims_of(request.user).filter(pk__in=versions).order_by("pk")
    rows = [(row, versions[row.pk], doubts_of_claim(row)) for row in reach]
    if not rows:
        messages.error(request, "请先勾选申报")
        return redirect("training:claim_list")
    form = found.form(request.POST if request.POST.get("confirmed") else None)
    seen = {row.pk: version for row, version, _ in rows}
    if done := attempt(form, found.service, claims=seen, by=request.user):
        total = sum(claim.amount for claim in done)
        messages.success(request, f"{found.done} {len(done)} 项，共 {total:,} 元")
        return redirect("training:claim_list")
    context = {"act": act, "about": found, "form": form, "rows": rows}
    context["total"] = sum(row.amount for row, _, _ in rows)
    return render(request, "training/claim_settle.html", context)


@requires(Permission.DECIDE_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def claim_unpay(request, pk):
    """A payment was noted by mistake."""
    claim = get_object_or_404(claims_of(request.user), pk=pk)
    form = StrikePaymentForm(request.POST or None, claim=claim)
    if attempt(form, services.strike_payment, claim=claim, by=request.user):
        messages.success(request, "已更正，重新待发放")
        return redirect(claim)
    context = {"form": form, "title": "更正发放登记", "back": claim, "submit": "更正"}
    context["hint"] = (
        f"{claim.paid_on} 登记的发放不实时使用，申报退回待发放。已发布的报告不变。"
        if claim.paid_on
        else "该申报没有登记发放。"
    )
    return render(request, "unions/action_form.html", context)
