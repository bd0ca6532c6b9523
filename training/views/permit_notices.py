"""操作证到期提醒: the officer's list, the note for the holder, and that the holder got it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core import codes, pdf
from core.access import Permission, requires
from core.codes import legal_number
from core.errors import RuleError
from training.listings.permit_notices import PermitNoticeListing
from training.listings.permits import permits_of
from training.models import Permit
from training.queries.permit_states import masked, notice_days, tone
from training.services import tell_holder
from unions.list_pages import list_page

TEMPLATE = "training/permit_note.html"


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_safe
def permit_notice_list(request):
    """Reminders that stand, the most overdue first."""
    return list_page(request, PermitNoticeListing(), "training/permit_notice_list.html", paint=_paint)


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def permit_note(request, pk):
    """The note to hand to the holder, as PDF; of the number only its last two characters."""
    permit = get_object_or_404(permits_of(request.user).filter(state=Permit.State.ACTIVE), pk=pk)
    today = timezone.localdate()
    context = {
        "permit": permit,
        "category": codes.names("permit_category").get(permit.category, permit.category),
        "number": masked(permit.number_tail),
        "is_overdue": permit.is_overdue(today),
        "days": abs((permit.due_on - today).days),
        "hours": legal_number("permit.review_hours", on=today).normalize(),
        "early": int(legal_number("permit.early_days", on=today)),
        "today": today,
    }
    try:
        content = pdf.render(TEMPLATE, context, title="特种作业操作证到期提醒")
    except pdf.PrintError as error:
        messages.error(request, str(error))
        return redirect("training:permit_notice_list")
    name = content_disposition_header(False, f"操作证提醒-{permit.pk}.pdf")
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@requires(Permission.EDIT_TRAINING)
@require_POST
def permit_tell(request, pk):
    """The holder got the note."""
    permit = get_object_or_404(Permit.objects.editable_by(request.user).defer("number"), pk=pk)
    try:
        tell_holder(permit=permit, by=request.user)
        messages.success(request, "已登记告知本人")
    except RuleError as error:
        messages.error(request, error.messages[0])
    return redirect("training:permit_notice_list")


def _paint(notices) -> None:
    today = timezone.localdate()
    near = notice_days(today)[-2]
    for notice in notices:
        notice.tone = tone(notice.permit, today, near)
