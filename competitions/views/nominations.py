"""推荐对象: the list, putting somebody forward, one nomination with its papers, and what unions and the town do."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions.forms.selections import EditNominationForm, GroupForm, PaperForm, PersonForm, WithdrawForm
from competitions.listings.selections import NominationListing
from competitions.models import Nomination, NominationPaper, Selection
from competitions.queries import nominations as queries
from competitions.rules.shares import FLAGS, RULES
from competitions.services import (
    nomination_decisions as decisions,
    nomination_papers as papers,
    nominations as services,
)
from competitions.views.selections import kept_selection, selection_page, ticked_nominations
from core.access import Permission, requires
from core.forms import attempt, press, show_refusal
from core.idempotency import once
from core.papers import send_paper
from unions.list_pages import list_page
from workers.forms.finding import FindForm
from workers.models import Worker
from workers.picking import OFFERED, pick, ticked

VERDICTS = {
    "shortlist": (decisions.shortlist, "列入推荐名单", False),
    "take_off": (decisions.take_off, "移出推荐名单", False),
    "return": (decisions.send_back, "退回", True),
    "refuse": (decisions.refuse_nominations, "不予推荐", True),
}


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def nomination_list(request):
    """Who was put forward, over all selections, of the unions in reach."""
    return list_page(
        request,
        NominationListing(),
        "competitions/nomination_list.html",
        always=("name",),
        tones=queries.TONES,
    )


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def nomination_detail(request, pk):
    """One nomination: what was said, what the roll said, its papers, and for the town the objections."""
    return _detail(request, pk, PaperForm())


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def nomination_create(request, pk):
    """Put a person forward, or in a selection for collectives a team or a firm. People are looked for by POST."""
    selection = get_object_or_404(Selection.objects.visible_to(request.user).select_related("union"), pk=pk)
    if selection.is_collective:
        form = GroupForm(request.POST or None, selection=selection, by=request.user)
        if row := attempt(form, services.nominate_group, selection=selection, by=request.user):
            return _entered(request, row)
        context = {"form": form, "title": "推荐集体", "back": selection, "submit": "保存为草稿"}
        return render(request, "unions/action_form.html", context)
    finding = request.method == "POST" and request.POST.get("action") == "find"
    form = FindForm(
        request.POST if finding else None, unions=queries.unions_that_nominate(selection, request.user)
    )
    facts = PersonForm(request.POST if request.method == "POST" and not finding else None)
    if facts.is_bound and facts.is_valid() and (row := _nominate(request, selection, facts)):
        return _entered(request, row)
    context = {
        "selection": selection,
        "form": form,
        "facts": facts,
        "picked": pick(form, queries.may_pick(selection, request.user), request.user),
        "offered": OFFERED,
        "ticked": set(ticked(request)),
    }
    return render(request, "competitions/nomination_create.html", context)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def nomination_edit(request, pk):
    """Mend a draft, or one that was sent back."""
    row = kept_nomination(request, pk)
    form = EditNominationForm(request.POST or None, instance=row)
    if attempt(form, services.edit_nomination, nomination=row, by=request.user):
        messages.success(request, "已保存")
        return redirect(row)
    return _action(request, form, "修改推荐", row, "保存")


@requires(Permission.EDIT_CONTESTS)
@require_POST
def nomination_submit(request, pk):
    """Submit those ticked of a selection to the town."""
    selection = get_object_or_404(Selection.objects.visible_to(request.user), pk=pk)
    keys = ticked_nominations(request)
    try:
        done = services.submit_nominations(selection=selection, nominations=keys, by=request.user)
        messages.success(request, f"已提交 {done} 个推荐，待镇总工会审核")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return selection_page(request, pk, ticks=keys, note=request.POST.get("note", ""))
    return redirect(selection)


@requires(Permission.DECIDE_CONTESTS)
@require_POST
def nomination_decide(request, pk):
    """What becomes of those ticked of a selection: ``verdict`` with a note where one is needed."""
    selection = kept_selection(request, pk)
    decide, said, noted = VERDICTS.get(request.POST.get("verdict", ""), (None, "", False))
    if decide is None:
        messages.error(request, "没有选择要办理的事项")
        return redirect(selection)
    keys, note = ticked_nominations(request), request.POST.get("note", "")
    told = {"note": note} if noted else {}
    try:
        done = decide(selection=selection, nominations=keys, by=request.user, **told)
        messages.success(request, f"{done} 个推荐{said}")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return selection_page(request, pk, ticks=keys, note=note)
    return redirect(selection)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def nomination_withdraw(request, pk):
    """Say why a nomination is taken back."""
    row = kept_nomination(request, pk)
    form = WithdrawForm(request.POST or None, nomination=row)
    if attempt(form, services.withdraw_nomination, nomination=row, by=request.user):
        messages.success(request, "已撤回")
        return redirect(row)
    return _action(request, form, "撤回推荐", row, "撤回")


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_POST
def nomination_paper_create(request, pk):
    """Keep a scan with a nomination."""
    row, form = kept_nomination(request, pk), PaperForm(request.POST, request.FILES)
    if attempt(form, papers.add_nomination_paper, nomination=row, by=request.user):
        messages.success(request, "已上传附件")
        return redirect(row)
    return _detail(request, pk, form)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def nomination_paper_download(request, pk, paper):
    """One paper as an attachment; the look is logged."""
    found = NominationPaper.objects.visible_to(request.user).select_related("nomination")
    paper = get_object_or_404(found, pk=paper, nomination=pk)
    return send_paper(
        paper, paper.nomination, "competitions.nomination_paper_download", by=request.user, paper=paper.pk
    )


@requires(Permission.EDIT_CONTESTS)
@require_POST
def nomination_paper_delete(request, pk, paper):
    """Delete a scan of a nomination that is not submitted."""
    row = kept_nomination(request, pk)
    found = get_object_or_404(NominationPaper, pk=paper, nomination=row)
    press(request, "已删除附件", papers.remove_nomination_paper, paper=found)
    return redirect(row)


def kept_nomination(request, pk, permission: str = Permission.EDIT_CONTESTS) -> Nomination:
    """A nomination that the permission lets the user keep; otherwise 404."""
    found = Nomination.objects.editable_by(request.user).within_reach(request.user, permission)
    found = found.select_related("selection__union", "worker", "employer", "team", "union")
    return get_object_or_404(found.defer("worker__phone", "worker__phone_index"), pk=pk)


def _detail(request, pk, form):
    found = queries.nominations_of(request.user).select_related(
        "entered_by", "decided_by", "selection__union", "honour", "collective_honour"
    )
    row, user = get_object_or_404(found, pk=pk), request.user
    keeps = Nomination.objects.editable_by(user).filter(pk=pk).exists()
    flags = {category.label: getattr(row, name) for category, name in FLAGS.items()}
    holds = user.has_perm(Permission.DECIDE_CONTESTS)
    context = {
        "row": row,
        "tone": queries.TONES.get(row.state, "neutral"),
        "facts": [
            (category.label, flags[category.label], RULES[category])
            for category in FLAGS
            if (category == "nonpublic") == row.selection.is_collective
        ],
        "granted": row.honour or row.collective_honour,
        "papers": NominationPaper.objects.visible_to(user).filter(nomination=row).select_related("added_by"),
        "objections": queries.objections_of(row, user) if holds else [],
        "form": form,
        "can_edit": keeps
        and row.state in services.OPEN_TO_UNION
        and row.selection.phase == Selection.Phase.OPEN,
        "can_withdraw": keeps and row.state in services.WITHDRAWABLE and row.selection.phase != "cancelled",
        "can_object": holds and row.state == "shortlisted" and row.selection.phase == Selection.Phase.NOTICE,
        "can_grant": holds and row.state == Nomination.State.RECOMMENDED,
        "holds": holds,
    }
    return render(request, "competitions/nomination_detail.html", context)


def _nominate(request, selection: Selection, form: PersonForm) -> Nomination | None:
    keys = ticked(request)
    people = Worker.objects.within_reach(request.user, Permission.EDIT_CONTESTS).filter(pk__in=keys)
    worker = people.defer("phone", "phone_index").first() if len(keys) == 1 else None
    if worker is None:
        form.add_error(None, "请选择一名职工")
        return None
    try:
        return services.nominate_person(
            selection=selection, worker=worker, by=request.user, **form.cleaned_data
        )
    except ValidationError as error:
        show_refusal(form, error)
        return None


def _entered(request, row: Nomination):
    messages.success(request, "已保存为草稿。请上传推荐表等附件，再到评选页面勾选提交。")
    return redirect(row)


def _action(request, form, title: str, row: Nomination, submit: str, hint: str = ""):
    context = {"form": form, "title": title, "back": row, "about": row.name, "submit": submit, "hint": hint}
    return render(request, "unions/action_form.html", context)
