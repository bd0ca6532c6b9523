"""待办会籍: what waits for whom, list by list."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import codes
from core.access import Permission, requires
from core.pages import paginate
from core.text import mask_name
from workers import matters
from workers.forms.matters import MatterFilter
from workers.models import Change

TAB_CAP = 99


@requires(Permission.EDIT_ROLL)
@never_cache
@require_safe
def matter_list(request):
    """One kind of matters at a time (``?kind=``), of one union and those below it (``?union=``)."""
    user = request.user
    kind = matters.kind_called(request.GET.get("kind"))
    asked = MatterFilter(request.GET, unions=matters.unions_of(user))
    union = asked.cleaned_data["union"] if asked.is_valid() else None
    rows = {one.code: matters.rows_of(one, user, union) for one in matters.KINDS}
    page = paginate(request, rows[kind.code])
    if kind.code in ("incoming", "outgoing"):
        _show_people(page)
    context = {
        "kind": kind,
        "can_export": user.has_perm(Permission.EXPORT_FILES),
        "exported": f"kind={kind.code}" + (f"&union={union.pk}" if union else ""),
        "tabs": [(one, _count(rows[one.code])) for one in matters.KINDS],
        "page": page,
        "filter": asked,
        "reasons": codes.names("membership_change_reason"),
        "changes": dict(Change.choices),
        "months": matters.deemed_months(),
    }
    return render(request, "workers/matter_list.html", context)


def _count(rows) -> str:
    found = rows.order_by()[: TAB_CAP + 1].count()
    return f"{TAB_CAP}+" if found > TAB_CAP else str(found)


def _show_people(page) -> None:
    """Set ``shown_name``: in full only for those who may open the record."""
    for transfer in page:
        transfer.shown_name = transfer.worker.name if transfer.opens else mask_name(transfer.worker.name)
