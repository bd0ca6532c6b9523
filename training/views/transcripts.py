"""The transcript of one person as PDF, and the list from which those of a union are exported."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.models import AuditEntry
from core.access import Permission, requires
from core.pdf import PrintError
from training import transcripts
from training.listings.transcripts import TranscriptListing
from unions.list_pages import list_page
from workers.models import Worker


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def transcript_list(request):
    """People with what stands on their transcripts; the export gives a PDF for each."""
    return list_page(request, TranscriptListing(), "training/transcript_list.html")


@requires(Permission.VIEW_TRAINING)
@never_cache
@require_safe
def worker_transcript(request, worker):
    """Certificates, titles and finished classes of one person, as a file under a name without personal data; the look
    is logged. A name that no font of ours has is said on the person's page."""
    reach = Worker.objects.within_reach(request.user, Permission.VIEW_TRAINING).filter(anonymised_on=None)
    rows = reach.select_related("union", "employer").defer("phone", "phone_index")
    person = get_object_or_404(rows, pk=worker)
    try:
        content = transcripts.draw(person)
    except PrintError as error:
        messages.error(request, str(error))
        return redirect(person)
    audit.record(
        request.user,
        "training.transcript",
        person,
        category=AuditEntry.Category.ACCESS,
        union_id=person.union_id,
    )
    name = content_disposition_header(True, f"技能档案-{person.pk}.pdf")
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
