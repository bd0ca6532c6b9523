"""The sign-in sheet of a session on paper: who is enrolled, with a place to sign."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.models import AuditEntry
from core import pdf
from core.access import Permission, requires
from training.models import Session


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_safe
def roster_print(request, pk):
    """Names and unions of the people with a place, in the order of their names, without any number; the look is
    logged."""
    found = Session.objects.editable_by(request.user).select_related("training_class__union")
    session = get_object_or_404(found, pk=pk)
    training_class = session.training_class
    rows = training_class.enrolments.enrolled().order_by("worker__pinyin", "pk")
    context = {
        "session": session,
        "training_class": training_class,
        "rows": list(rows.values_list("position", "worker__name", "union__name", named=True)),
    }
    try:
        content = pdf.render("training/roster.html", context, title="培训签到表")
    except pdf.PrintError as error:
        messages.error(request, str(error))
        return redirect(training_class)
    audit.record(
        request.user,
        "training.roster",
        training_class,
        category=AuditEntry.Category.ACCESS,
        union_id=training_class.union_id,
        session=session.pk,
    )
    name = content_disposition_header(True, f"培训签到表-{training_class.code}-{session.on}.pdf")
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
