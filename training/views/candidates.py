"""培养对象: the list, one candidate with the notes of each year, and the town's decision."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import codes
from core.access import Permission, requires
from core.forms import attempt, press_as_seen, version_of
from core.idempotency import once
from training import queries, services
from training.forms.apprentices import ReopenForm
from training.forms.candidates import CandidateForm, ConcludeForm, EditCandidateForm, FactsForm, NoteForm
from training.forms.leaders import DecisionForm, RefusalForm
from training.listings.candidates import CandidateListing
from training.models import Candidate
from training.models.nominations import Proposal
from training.queries.candidates import candidates_of, standing, tone
from workers.list_pages import people_list_page
from workers.models import Worker
from workers.picking import person_kept


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def candidate_list(request):
    """Candidates in reach, the newest first. The search box is posted and comes back sealed in the address."""
    listing = CandidateListing()
    may = request.user.has_perm(Permission.EDIT_TRAINING)
    return people_list_page(
        request,
        listing,
        "training/candidate_list.html",
        search="姓名 / 拼音 / 号码末四位",
        paint=paint,
        can_edit=may,
    )


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def candidate_detail(request, pk):
    """One candidate: goal and level side by side, and the notes of each year."""
    found = candidates_of(request.user).select_related("decided_by", "entered_by")
    candidate = get_object_or_404(found, pk=pk)
    paint([candidate])
    may_edit = Candidate.objects.editable_by(request.user).filter(pk=pk).exists()
    mentors = Worker.objects.visible_to(request.user).filter(pk=candidate.mentor_id)
    context = {
        "candidate": candidate,
        "notes": candidate.notes.select_related("written_by"),
        "levels": codes.names("skill_level") | {"": "没有已核验的证书"},
        "opens_mentor": candidate.mentor_id is not None and mentors.exists(),
        "can_edit": may_edit and not candidate.outcome,
        "can_reopen": may_edit and bool(candidate.outcome),
        "can_note": may_edit and candidate.state == Proposal.ACCEPTED,
        "can_decide": request.user.has_perm(Permission.DECIDE_TRAINING)
        and candidate.state == Proposal.PROPOSED,
    }
    return render(request, "training/candidate_detail.html", context)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def candidate_create(request, pk=None):
    """Nominate somebody; with ``pk`` it is that person. Names and numbers are posted, never in addresses."""
    person = person_kept(request.user, pk, Permission.EDIT_TRAINING) if pk is not None else None
    form_class = FactsForm if person else CandidateForm
    form = form_class(
        request.POST or None, by=request.user, initial={"year": timezone.localdate().year, "scope": "town"}
    )
    fixed = {"worker": person} if person else {}
    if candidate := attempt(form, services.nominate, by=request.user, **fixed):
        messages.success(request, f"已提名 {candidate.worker.name}，待镇总工会审定")
        return redirect(candidate)
    hint = "保存后由镇总工会审定是否列入名单；审定时记下此人当时的最高等级，以后与目标对照。"
    return _form(request, form, title="提名培养对象", submit="提名", hint=hint, back=person, about=person)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def candidate_edit(request, pk):
    """Correct a nomination; the town decides anew."""
    candidate = _candidate(request.user, pk)
    form = EditCandidateForm(request.POST or None, by=request.user, candidate=candidate)
    if attempt(form, services.edit_candidate, candidate=candidate, by=request.user):
        messages.success(request, "已保存")
        return redirect(candidate)
    return _about(request, form, candidate, "修改培养对象", "保存", "修改后由镇总工会再审定一次。")


@requires(Permission.DECIDE_TRAINING)
@require_POST
def candidate_accept(request, pk):
    """Put the person on the list, as it was seen."""
    candidate = _candidate(request.user, pk, Permission.DECIDE_TRAINING)
    form = DecisionForm(request.POST)
    press_as_seen(request, form, "已列入名单", services.accept_candidate, candidate=candidate)
    return redirect(candidate)


@requires(Permission.DECIDE_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def candidate_refuse(request, pk):
    """Do not put the person on the list, for a reason that the union sees."""
    candidate = _candidate(request.user, pk, Permission.DECIDE_TRAINING)
    form = RefusalForm(request.POST or None, initial={"version": version_of(candidate)})
    if attempt(form, services.refuse_candidate, candidate=candidate, by=request.user):
        messages.success(request, "已登记不予列入")
        return redirect(candidate)
    return _about(request, form, candidate, "不予列入", "不予列入", "提名的工会改正后会再次提交审定。")


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def candidate_note(request, pk):
    """Write the note of a year; ``year`` names one that is corrected."""
    candidate = _candidate(request.user, pk)
    known = next((one for one in candidate.notes.all() if str(one.year) == request.GET.get("year")), None)
    form = NoteForm(request.POST or None, known=known)
    if attempt(form, services.note_year, candidate=candidate, by=request.user):
        messages.success(request, "已登记年度情况")
        return redirect(candidate)
    return _about(request, form, candidate, "登记年度情况", "保存", "每年登记一次，供审定和总结时查看。")


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def candidate_reopen(request, pk):
    """Take back an outcome that was recorded by mistake."""
    candidate = _candidate(request.user, pk)
    form = ReopenForm(request.POST or None, row=candidate)
    if attempt(form, services.reopen_candidate, candidate=candidate, by=request.user):
        messages.success(request, "已撤回结果")
        return redirect(candidate)
    hint = "还没有登记结果。"
    if candidate.outcome:
        told = candidate.get_outcome_display()
        hint = f"登记的结果是“{told}”，{candidate.outcome_on}。只用于更正登记错误。"
    return _about(request, form, candidate, "撤回结果", "撤回", hint)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def candidate_conclude(request, pk):
    """Record what came of it."""
    candidate = _candidate(request.user, pk)
    form = ConcludeForm(request.POST or None, candidate=candidate)
    if attempt(form, services.conclude, candidate=candidate, by=request.user):
        messages.success(request, "已登记培养结果")
        return redirect(candidate)
    hint = "登记为培养合格的，须有目标等级以上、已核验、当日有效的证书。登记错的可以撤回。"
    return _about(request, form, candidate, "登记培养结果", "登记", hint)


def _candidate(user, pk, permission=Permission.EDIT_TRAINING) -> Candidate:
    rows = Candidate.objects.within_reach(user, permission).filter(worker__anonymised_on=None)
    rows = rows.select_related("worker", "mentor").defer("worker__phone", "mentor__phone")
    return get_object_or_404(rows, pk=pk)


def _about(request, form, candidate: Candidate, title: str, submit: str, hint: str):
    about = candidate.worker
    return _form(request, form, title=title, submit=submit, hint=hint, back=candidate, about=about)


def _form(request, form, *, title: str, submit: str, hint: str, back, about):
    context = {"form": form, "worker": about, "title": title, "submit": submit, "hint": hint, "back": back}
    context |= {"trades": queries.trades_used(request.user), "list_url": "training:candidate_list"}
    return render(request, "training/people_form.html", context)


def paint(candidates) -> list[Candidate]:
    """Set ``standing`` and ``tone`` on each candidate."""
    today, found = timezone.localdate(), list(candidates)
    for row in found:
        row.standing, row.tone = standing(row, today), tone(row, today)
    return found
