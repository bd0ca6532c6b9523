"""公示: the list as it hangs, on the page and on paper, what was said against it, and what was granted in the end."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.models import AuditEntry
from competitions.forms.selections import DeclineForm, GrantForm, ObjectionForm, SettleForm
from competitions.models import NoticeObjection, Selection
from competitions.queries import nominations as queries
from competitions.services import nomination_decisions as services
from competitions.views.nominations import kept_nomination
from core import codes, pdf
from core.access import Permission, requires
from core.forms import attempt
from core.idempotency import once


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def selection_notice(request, pk):
    """The public notice as it hangs: for everybody who sees the selection as long as it hangs, afterwards for its holder."""
    return render(request, "competitions/selection_notice.html", _notice(request, pk))


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def selection_notice_print(request, pk):
    """The same on paper; the look is logged."""
    context = _notice(request, pk)
    selection = context["selection"]
    try:
        content = pdf.render("competitions/notice_print.html", context, title=f"{selection.title}公示")
    except pdf.PrintError as error:
        messages.error(request, str(error))
        return redirect(selection)
    audit.record(
        request.user,
        "competitions.notice_print",
        selection,
        category=AuditEntry.Category.ACCESS,
        union_id=selection.union_id,
    )
    name = content_disposition_header(True, f"推荐公示-{selection.pk}.pdf")
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@requires(Permission.DECIDE_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def objection_record(request, pk):
    """Note what was said against somebody in public notice."""
    row = kept_nomination(request, pk, Permission.DECIDE_CONTESTS)
    form = ObjectionForm(request.POST or None)
    if attempt(form, services.record_objection, nomination=row, by=request.user):
        messages.success(request, "已登记异议，核查之前不能确定推荐名单")
        return redirect(row)
    hint = "只有镇总工会看得到。不记录反映人是谁。"
    return _action(request, form, "登记公示异议", row, "登记", hint)


@requires(Permission.DECIDE_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def objection_settle(request, pk):
    """Say what was found."""
    found = NoticeObjection.objects.editable_by(request.user)
    found = found.select_related("nomination__worker", "nomination__employer", "nomination__selection")
    objection = get_object_or_404(found, pk=pk)
    form = SettleForm(request.POST or None)
    if attempt(form, services.settle_objection, objection=objection, by=request.user):
        messages.success(request, "已登记核查情况")
        return redirect(objection.nomination)
    return _action(request, form, "登记核查情况", objection.nomination, "登记")


@requires(Permission.DECIDE_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def nomination_decline(request, pk):
    """Say why the honour was not granted."""
    row = kept_nomination(request, pk, Permission.DECIDE_CONTESTS)
    form = DeclineForm(request.POST or None, nomination=row)
    if attempt(form, services.decline_nomination, nomination=row, by=request.user):
        messages.success(request, "已登记未获授予")
        return redirect(row)
    return _action(request, form, "登记未获授予", row, "登记")


@requires(Permission.DECIDE_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def nomination_grant(request, pk):
    """Note the document that grants the honour; the record of the honour is made from it."""
    row = kept_nomination(request, pk, Permission.DECIDE_CONTESTS)
    form = GrantForm(request.POST or None, nomination=row)
    if attempt(form, services.grant_nomination, nomination=row, by=request.user):
        messages.success(request, "已登记授予，荣誉记录已生成，待核实")
        return redirect(row)
    hint = "按授予文件填写。有了文件号和日期，才生成荣誉记录。"
    return _action(request, form, "登记授予", row, "登记", hint)


def _notice(request, pk) -> dict:
    found = Selection.objects.visible_to(request.user).select_related("union")
    selection = get_object_or_404(found, pk=pk)
    today = timezone.localdate()
    keeps = queries.keeps(selection, request.user)
    if not selection.notice_from or not (keeps or queries.is_public(selection, today)):
        raise Http404
    return {
        "selection": selection,
        "lines": queries.notice_lines(selection),
        "honour": codes.names("honour_type").get(selection.honour_type, selection.honour_type),
        "keeps": keeps,
        "is_over": not queries.is_public(selection, today),
    }


def _action(request, form, title: str, row, submit: str, hint: str = ""):
    context = {"form": form, "title": title, "back": row, "about": row.name, "submit": submit, "hint": hint}
    return render(request, "unions/action_form.html", context)
