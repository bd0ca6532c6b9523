"""入会申请, other proposed changes, and candidates for deemed withdrawal: entering and deciding them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import codes
from core.access import Permission, requires
from core.idempotency import once
from unions.forms import attempt
from unions.models import COMMITTEES
from workers import matters
from workers.forms.matters import (
    ApplicationForm,
    ApprovalForm,
    DeemedForm,
    LeftJobForm,
    MembershipForm,
    NoteForm,
    offer_of,
    offers,
)
from workers.models import Change, Proposal
from workers.services.deemed import deem_withdrawn, keep_candidate
from workers.services.proposals import cancel, decide, propose, refuse
from workers.views.memberships import editable_worker

APPLICATION = Proposal.Source.APPLICATION


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def application_create(request, pk):
    """Enter somebody's application; the union committee decides it on the proposal's page."""
    worker = editable_worker(request.user, pk)
    unions = matters.unions_of(request.user).filter(org_type__in=COMMITTEES)
    form = ApplicationForm(request.POST or None, unions=unions)
    if found := attempt(form, propose, worker=worker, source=APPLICATION, by=request.user):
        messages.success(request, f"已提交{worker.name}的入会申请，待工会委员会批准")
        return redirect(found)
    context = {
        "form": form,
        "who": worker.name,
        "title": "入会申请",
        "submit": "提交",
        "back": worker.get_absolute_url(),
        "hint": "申请由工会委员会批准，批准之日起有会籍；批准之前不计入会员。已经批准的入会，请在“会籍变化”中补录。",
    }
    return render(request, "workers/matter_action.html", context)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def proposal_detail(request, pk):
    """One proposal; while it is open, the form that carries it out. ``?change=`` names another change."""
    proposal = _proposal(request.user, pk)
    worker = proposal.worker
    current = worker.memberships.select_related("union").filter(end=None).first()
    asked = request.POST.get("change") or request.GET.get("change") or proposal.change
    offer = None if proposal.source == APPLICATION else offer_of(asked, current)
    form = None
    if proposal.state == Proposal.State.OPEN:
        form = _decision_form(request, proposal, current, offer)
        if form and attempt(form, decide, proposal=proposal, by=request.user):
            messages.success(request, f"已办理{worker.name}的会籍变化")
            return redirect(proposal)
    listed = offers(current, several_unions=False) if current and proposal.source != APPLICATION else []
    context = {
        "proposal": proposal,
        "worker": worker,
        "form": form,
        "offer": offer,
        "offers": listed,
        "current": current,
        "reasons": codes.names("membership_change_reason"),
        "statuses": codes.names("membership_status"),
    }
    return render(request, "workers/proposal_detail.html", context)


def _decision_form(request, proposal: Proposal, current, offer):
    """The form of an approval, of a change, or of a job that is over; None until a change is chosen."""
    data = request.POST or None
    if proposal.source == APPLICATION:
        return ApprovalForm(data)
    if current is None:
        return LeftJobForm(data)
    if offer is None or offer.change == Change.JOIN:
        return None
    said = {"reason": proposal.reason, "status": proposal.status, "note": proposal.note}
    initial = said if offer.change == proposal.change else {}
    unions = matters.unions_of(request.user)
    return MembershipForm(data, offer=offer, unions=unions, initial=initial)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def proposal_refuse(request, pk):
    """Decide that nothing is done."""
    proposal = _proposal(request.user, pk)
    form = NoteForm(request.POST or None)
    if attempt(form, refuse, proposal=proposal, by=request.user):
        messages.success(request, "已记录：不予办理")
        return redirect(proposal)
    applied = proposal.source == APPLICATION
    title = "不予批准入会" if applied else "不予办理"
    hint = "申请人可以再次申请。" if applied else "会籍保持不变。理由记入审计记录。"
    return _note_page(request, proposal, form, title, "确定", hint)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def proposal_cancel(request, pk):
    """Take a proposal back."""
    proposal = _proposal(request.user, pk)
    form = NoteForm(request.POST or None, required=False)
    if request.method == "POST" and attempt(form, cancel, proposal=proposal, by=request.user):
        messages.success(request, "已撤回")
        return redirect(proposal)
    hint = "申请人撤回，或录入有误。会籍保持不变。"
    return _note_page(request, proposal, form, "撤回", "撤回", hint)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def deemed_decide(request, pk):
    """Decide about one candidate: deemed withdrawn, with the grounds."""
    worker = editable_worker(request.user, pk)
    form = DeemedForm(request.POST or None)
    if attempt(form, deem_withdrawn, worker=worker, by=request.user):
        messages.success(request, f"已认定{worker.name}视为自动退会")
        return redirect(worker)
    context = {
        "form": form,
        "who": worker.name,
        "title": "视为自动退会",
        "submit": "认定",
        "back": candidates_address(),
        "confirm": "会籍将当日结束，不能撤销，只能重新入会。确定认定吗？",
        "hint": f"连续 {matters.deemed_months()} 个月以上无正当理由不缴会费、不参加活动，经劝说无效的，可以认定。"
        "系统只列出候选人，由人逐个决定；依据记入审计记录。",
    }
    return render(request, "workers/matter_action.html", context)


@requires(Permission.EDIT_ROLL)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def candidate_keep(request, pk):
    """Decide about one candidate: stays a member."""
    worker = editable_worker(request.user, pk)
    form = NoteForm(request.POST or None)
    if attempt(form, keep_candidate, worker=worker, by=request.user):
        messages.success(request, f"已记录：{worker.name}保留在籍")
        return redirect(candidates_address())
    context = {
        "form": form,
        "who": worker.name,
        "title": "保留在籍",
        "submit": "确定",
        "back": candidates_address(),
        "hint": f"会籍不变。{matters.deemed_months()} 个月内不再列为候选人。",
    }
    return render(request, "workers/matter_action.html", context)


def candidates_address() -> str:
    """The list of candidates."""
    return f"{reverse('workers:matter_list')}?kind=candidates"


def _note_page(request, proposal: Proposal, form, title: str, submit: str, hint: str):
    context = {
        "form": form,
        "who": proposal.worker.name,
        "title": title,
        "submit": submit,
        "back": proposal.get_absolute_url(),
        "hint": hint,
    }
    return render(request, "workers/matter_action.html", context)


def _proposal(user, pk) -> Proposal:
    related = ("worker__union", "worker__employer", "union", "created_by", "decided_by", "roll_call")
    rows = Proposal.objects.editable_by(user).select_related(*related)
    return get_object_or_404(rows.defer("worker__phone", "worker__phone_index"), pk=pk)
