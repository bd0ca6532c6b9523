"""Pages of those who keep a contest: its judges with their seats, conflicts and links."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from competitions import services
from competitions.forms.judging import ConflictForm, JudgeForm
from competitions.models import Conflict, Contest, Entry, Judge
from competitions.queries import panel as panel_queries
from competitions.views.contests import editable_contest
from core import pdf
from core.access import Permission, requires
from core.forms import press
from core.idempotency import once
from unions.forms import attempt
from unions.models import Union
from workers.picking import ticked

SLIPS = "competitions/judge_slips.html"


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_safe
def judge_list(request, pk):
    """The judges of a contest and the stages where they sit."""
    contest = editable_contest(request, pk)
    stages = panel_queries.stages_of(contest)
    context = {
        "contest": contest,
        "stages": stages,
        "lines": panel_queries.lines_of(contest, stages),
        "can_edit": not contest.is_over,
    }
    return render(request, "competitions/judge_list.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def judge_create(request, pk):
    """Register a judge."""
    contest = editable_contest(request, pk)
    form = JudgeForm(request.POST or None, **_choices(request, contest))
    if judge := attempt(form, services.add_judge, contest=contest, by=request.user):
        messages.success(request, f"已登记评委{judge.name}，请勾选评分的环节")
        return redirect("competitions:judge_list", contest.pk)
    return _form(request, form, "登记评委", contest, "登记")


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
def judge_edit(request, pk):
    """Change facts of a judge who has given no marks."""
    judge = _kept_judge(request, pk)
    form = JudgeForm(request.POST or None, instance=judge, **_choices(request, judge.contest))
    if attempt(form, services.edit_judge, judge=judge, by=request.user):
        messages.success(request, "已保存")
        return redirect("competitions:judge_list", judge.contest_id)
    return _form(request, form, "编辑评委", judge.contest, "保存")


@requires(Permission.EDIT_CONTESTS)
@require_POST
def judge_delete(request, pk):
    """Take away a judge who has given no marks."""
    judge = _kept_judge(request, pk)
    return _done(
        request, judge.contest, partial(services.remove_judge, judge=judge), f"已删除评委{judge.name}"
    )


@requires(Permission.EDIT_CONTESTS)
@require_POST
def seat_save(request, pk):
    """The boxes ticked (``seat`` = stage-judge) that were not when the page came (``seen``) are new seats; those of which
    the tick is gone go."""
    contest = editable_contest(request, pk)
    ticked, seen = (_pairs(request.POST.getlist(name)) for name in ("seat", "seen"))
    if ticked is None or seen is None:
        messages.error(request, "勾选的内容无法识别，请刷新页面后重新勾选")
        return redirect("competitions:judge_list", contest.pk)
    change = partial(services.seat_judges, contest=contest, add=ticked - seen, drop=seen - ticked)
    return _done(request, contest, change, "已保存各环节的评委")


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def conflict_create(request, pk):
    """Keep a judge and an entry apart for another reason than the union."""
    judge = _kept_judge(request, pk)
    entries = Entry.objects.admitted().filter(event__contest=judge.contest_id, start_number__isnull=False)
    entries = entries.select_related("event").order_by("event", "start_number")
    form = ConflictForm(request.POST or None, entries=entries)
    if attempt(form, services.declare_conflict, judge=judge, by=request.user):
        messages.success(request, "已登记回避")
        return redirect("competitions:judge_list", judge.contest_id)
    return _form(request, form, f"登记评委{judge.name}的回避", judge.contest, "登记")


@requires(Permission.EDIT_CONTESTS)
@require_POST
def conflict_delete(request, pk):
    """The judge may mark the entry again."""
    found = Conflict.objects.editable_by(request.user).select_related("judge__contest")
    conflict = get_object_or_404(found, pk=pk)
    contest = conflict.judge.contest
    return _done(request, contest, partial(services.withdraw_conflict, conflict=conflict), "已取消回避")


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_POST
def judge_links(request, pk):
    """New links for the judges ticked, as slips to hand out. When they cannot be drawn, the old links stay."""
    contest = editable_contest(request, pk)
    try:
        with transaction.atomic():
            links = services.issue_judge_links(
                contest=contest, judges=ticked(request, "judge"), by=request.user
            )
            context = {"contest": contest, "links": links, "today": timezone.localdate()}
            content = pdf.render(SLIPS, context, title="评委单")
    except (ValidationError, pdf.PrintError) as error:
        messages.error(request, str(error) if isinstance(error, pdf.PrintError) else " ".join(error.messages))
        return redirect("competitions:judge_list", contest.pk)
    name = content_disposition_header(True, f"评委单-{contest.code}.pdf")
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@requires(Permission.EDIT_CONTESTS)
@require_POST
def judge_link_end(request, pk):
    """The link of a judge opens nothing any more."""
    judge = _kept_judge(request, pk)
    return _done(request, judge.contest, partial(services.end_judge_link, judge=judge), "评分链接已停用")


def _pairs(texts: list[str]) -> set[tuple[int, int]] | None:
    """The numbers of ``12-34`` in pairs; None when one is something else."""
    pairs = [text.split("-") for text in texts]
    if not all(len(pair) == 2 and all(one.isascii() and one.isdigit() for one in pair) for pair in pairs):
        return None
    return {(int(stage[:18]), int(judge[:18])) for stage, judge in pairs}


def _kept_judge(request, pk) -> Judge:
    return get_object_or_404(Judge.objects.editable_by(request.user).select_related("contest__union"), pk=pk)


def _choices(request, contest: Contest) -> dict:
    unions = Union.objects.within_reach(request.user, Permission.EDIT_CONTESTS)
    return {"unions": unions, "accounts": panel_queries.accounts_for(contest)}


def _done(request, contest: Contest, change, text: str):
    """Make the change and go back to the panel, with what it said."""
    press(request, text, change)
    return redirect("competitions:judge_list", contest.pk)


def _form(request, form, title: str, contest: Contest, submit: str):
    back = reverse("competitions:judge_list", args=[contest.pk])
    context = {"form": form, "title": title, "contest": contest, "back": back, "submit": submit}
    return render(request, "competitions/judging_form.html", context)
