"""技能带头人: the list, one appointment, what is done to it, and the town's decision."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Permission, requires
from core.forms import attempt, press_as_seen, version_of
from core.idempotency import once
from training import queries, services
from training.forms.leaders import (
    DecisionForm,
    EditLeaderForm,
    EndLeaderForm,
    FactsForm,
    LeaderForm,
    RefusalForm,
)
from training.listings.leaders import LeaderListing
from training.models import SkillLeader
from training.models.nominations import Proposal
from training.queries.leaders import leaders_of, standing, tone
from workers.list_pages import people_list_page
from workers.picking import person_kept


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def leader_list(request):
    """Leaders in reach, whose term ends first. The search box is posted and comes back sealed in the address."""
    listing = LeaderListing()
    may = request.user.has_perm(Permission.EDIT_TRAINING)
    return people_list_page(
        request,
        listing,
        "training/leader_list.html",
        search="姓名 / 拼音 / 号码末四位",
        paint=paint,
        can_edit=may,
    )


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def leader_detail(request, pk):
    """One appointment with the allowances paid."""
    found = leaders_of(request.user).select_related("decided_by", "entered_by")
    leader = get_object_or_404(found, pk=pk)
    paint([leader])
    payments = list(leader.payments.select_related("entered_by"))
    context = {
        "leader": leader,
        "payments": payments,
        "paid": sum(payment.amount for payment in payments),
        "can_edit": SkillLeader.objects.editable_by(request.user).filter(pk=pk).exists(),
        "can_decide": request.user.has_perm(Permission.DECIDE_TRAINING) and leader.state == Proposal.PROPOSED,
    }
    return render(request, "training/leader_detail.html", context)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def leader_create(request, pk=None):
    """Propose a skill leader; with ``pk`` it is that person. Names and numbers are posted, never in addresses."""
    person = person_kept(request.user, pk, Permission.EDIT_TRAINING) if pk is not None else None
    form = FactsForm(request.POST or None) if person else LeaderForm(request.POST or None, by=request.user)
    fixed = {"worker": person} if person else {}
    if leader := attempt(form, services.propose_leader, by=request.user, **fixed):
        messages.success(request, f"已登记 {leader.worker.name}，待镇总工会审定")
        return redirect(leader)
    hint = "按聘任文件填写。保存后由镇总工会审定，审定后才计入技能带头人数、才能登记津贴。"
    return _form(request, form, title="登记技能带头人", submit="登记", hint=hint, back=person, about=person)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def leader_edit(request, pk):
    """Correct an appointment; the town decides anew."""
    leader = _leader(request.user, pk)
    form = EditLeaderForm(request.POST or None, leader=leader)
    if attempt(form, services.edit_leader, leader=leader, by=request.user):
        messages.success(request, "已保存")
        return redirect(leader)
    hint = "用于更正录入错误。修改后由镇总工会再审定一次；续聘的请另行登记一期。"
    return _form(
        request, form, title="修改技能带头人", submit="保存", hint=hint, back=leader, about=leader.worker
    )


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def leader_end(request, pk):
    """End a term early."""
    leader = _leader(request.user, pk)
    form = EndLeaderForm(request.POST or None, leader=leader)
    if attempt(form, services.end_leader, leader=leader, by=request.user):
        messages.success(request, "已登记提前结束")
        return redirect(leader)
    hint = f"聘期 {leader.start} 至 {leader.until}。离职、调岗、免去或登记错误的，在这里提前结束。"
    return _form(
        request, form, title="提前结束聘期", submit="登记", hint=hint, back=leader, about=leader.worker
    )


@requires(Permission.DECIDE_TRAINING)
@require_POST
def leader_confirm(request, pk):
    """Confirm an appointment as it was seen."""
    leader = _leader(request.user, pk, Permission.DECIDE_TRAINING)
    form = DecisionForm(request.POST)
    press_as_seen(request, form, "已审定", services.confirm_leader, leader=leader)
    return redirect(leader)


@requires(Permission.DECIDE_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def leader_refuse(request, pk):
    """Do not confirm an appointment, for a reason that its union sees."""
    leader = _leader(request.user, pk, Permission.DECIDE_TRAINING)
    form = RefusalForm(request.POST or None, initial={"version": version_of(leader)})
    if attempt(form, services.refuse_leader, leader=leader, by=request.user):
        messages.success(request, "已登记不予确认")
        return redirect(leader)
    hint = "登记的工会改正后会再次提交审定。"
    return _form(
        request, form, title="不予确认", submit="不予确认", hint=hint, back=leader, about=leader.worker
    )


def _leader(user, pk, permission=Permission.EDIT_TRAINING) -> SkillLeader:
    rows = SkillLeader.objects.within_reach(user, permission).filter(worker__anonymised_on=None)
    return get_object_or_404(rows.select_related("worker").defer("worker__phone"), pk=pk)


def _form(request, form, *, title: str, submit: str, hint: str, back, about):
    context = {"form": form, "worker": about, "title": title, "submit": submit, "hint": hint, "back": back}
    context |= {"trades": queries.trades_used(request.user), "list_url": "training:leader_list"}
    return render(request, "training/people_form.html", context)


def paint(leaders) -> list[SkillLeader]:
    """Set ``standing`` and ``tone`` on each leader."""
    today, found = timezone.localdate(), list(leaders)
    for leader in found:
        leader.standing, leader.tone = standing(leader, today), tone(leader, today)
    return found
