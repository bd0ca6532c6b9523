"""Which runs touched a record; the record's own page asks for it."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.access import Permission, requires
from core.exchange import kinds
from exchange.models import ImportEffect

MOST = 20


@requires(Permission.IMPORT_FILES)
@require_safe
def record_runs(request, kind, target):
    """The last lines of import runs that wrote this record, of the runs the user reaches; a fragment. Kinds whose
    rows become the same records are listed together."""
    found = kinds().get(kind)
    if found is None:
        raise Http404
    get_object_or_404(found.records(request.user).only("pk"), pk=target)
    related = [name for name, other in kinds().items() if other.record and other.record is found.record]
    effects = (
        ImportEffect.objects.visible_to(request.user)
        .filter(target_id=target, row__run__kind__in=[kind, *related])
        .select_related("row__run__applied_by")
        .defer("row__raw", "row__values", "row__before", "row__problems")
        .order_by("-pk")[:MOST]
    )
    return render(request, "exchange/_record_runs.html", {"effects": effects})
