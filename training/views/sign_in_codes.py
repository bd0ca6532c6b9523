"""The codes by which people sign in at a session: on the screen in the classroom, and on paper."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core import pdf
from core.access import Permission, requires
from training import services
from training.models import Session
from training.rules import sign_in as rules


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_safe
def session_code(request, pk):
    """The code to project, with the count of who signed in; ``?part=code`` is asked for every few seconds."""
    session = _editable(request, pk)
    now = timezone.now()
    numbers = rules.numbers_on(timezone.localdate(now))
    opens, closes = rules.open_span(session, numbers)
    context = {
        "session": session,
        "training_class": session.training_class,
        "closed": rules.closed_because(session, now, numbers),
        "is_over": now > closes,
        "opens": opens,
        "closes": closes,
        "address": _address(rules.screen_code(session, now, numbers)),
        "seconds": numbers.code_seconds,
        "enrolled": session.training_class.enrolments.enrolled().count(),
    }
    part = request.GET.get("part") == "code"
    return render(request, "training/_session_code.html" if part else "training/session_code.html", context)


@requires(Permission.EDIT_TRAINING)
@require_POST
def day_code_edit(request, pk):
    """Let a printed code open the session (``allowed``), or no longer."""
    session = _editable(request, pk)
    allowed = request.POST.get("allowed") == "1"
    services.allow_day_code(session=session, allowed=allowed, by=request.user)
    messages.success(
        request, "已允许使用当日签到码，可以打印" if allowed else "当日签到码已停用，印出的不再有效"
    )
    return redirect("training:session_code", pk)


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_safe
def day_code_print(request, pk):
    """The printed code as PDF; where the organiser has not allowed it, back to the page that says how."""
    session = _editable(request, pk)
    if not session.has_day_code:
        messages.error(request, "还没有允许使用当日签到码。请先点“允许当日签到码”，再打印。")
        return redirect("training:session_code", pk)
    context = {
        "session": session,
        "training_class": session.training_class,
        "address": _address(rules.day_code(session)),
        "span": rules.open_span(session, rules.numbers_on(timezone.localdate())),
    }
    try:
        content = pdf.render("training/session_day_code.html", context, title="培训签到码")
    except pdf.PrintError as error:
        messages.error(request, str(error))
        return redirect("training:session_code", pk)
    name = content_disposition_header(True, f"培训签到码-{session.pk}.pdf")
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _editable(request, pk) -> Session:
    """A session of a class that the user keeps, with ``attended`` and ``signed_in``."""
    found = Session.objects.editable_by(request.user).select_related("training_class__union")
    return get_object_or_404(found.with_attendance(), pk=pk)


def _address(code: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{reverse('training:sign_in_open', args=[code])}"
