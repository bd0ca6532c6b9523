"""The download centre: ask for the export of a list, follow it, and take the file while it is kept."""

import functools

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.security import client_ip
from core.access import Permission, requires
from core.errors import RuleError
from core.idempotency import once
from core.listing import Listing, listing_of
from core.pages import COUNT_CAP, paginate
from exchange import exporting
from exchange.forms_exports import ExportForm
from exchange.models import Export
from unions.forms import attempt

DEFAULT_LIST = "workers"
PASSWORDS = ("password", "repeated")


def _forgets_passwords(view):
    """While the user proves who they are, the form waits in the session: without the file's password."""

    @functools.wraps(view)
    def guarded(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except ReauthenticationRequired:
            request.POST = request.POST.copy()
            for name in PASSWORDS:
                if request.POST.pop(name, [""])[-1]:
                    request.POST["is_locked"] = "on"
            raise

    return guarded


@requires(Permission.EXPORT_FILES)
@never_cache
@require_safe
def export_list(request):
    """The user's own exports, newest first."""
    exports = Export.objects.visible_to(request.user).select_related("job")
    context = {"page": paginate(request, exports, size=30), "days": settings.EXPORT_DAYS}
    return render(request, "exchange/export_list.html", context)


@requires(Permission.EXPORT_FILES)
@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters(*PASSWORDS)
@_forgets_passwords
@reauthentication_required(allow_get=True)
@once
def export_create(request):
    """What would be exported, in words, and the purpose. GET carries the list's own query string."""
    listing = _listing(request)
    sent = QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET
    query = listing.kept(sent)
    rows, filters, refused = _found(request.user, listing, query)
    form = ExportForm(
        request.POST or None, listing=listing, chosen=_chosen(request, listing), user=request.user
    )
    options = {"listing": listing, "query": query, "by": request.user}
    if export := attempt(form, exporting.request_export, **options):
        return redirect(export)
    context = {
        "form": form,
        "listing": listing,
        "query": query.urlencode(),
        "filters": filters,
        "refused": refused,
        "count": f"{COUNT_CAP:,}+" if rows > COUNT_CAP else f"{rows:,}",
        "is_empty": rows == 0,
        "days": settings.EXPORT_DAYS,
    }
    return render(request, "exchange/export_create.html", context)


@requires(Permission.EXPORT_FILES)
@never_cache
@require_safe
def export_detail(request, pk):
    """One export: progress, then the file with what is in it."""
    export = _export(request, pk)
    titles = {}
    try:
        titles = {column.key: column.title for column in listing_of(export.listing, request.user).columns}
    except RuleError:
        messages.info(request, "您已没有查看这个列表的权限。")
    context = {
        "export": export,
        "columns": [titles.get(key, key) for key in export.columns],
    }
    return render(request, "exchange/export_detail.html", context)


@requires(Permission.EXPORT_FILES)
@never_cache
@require_POST
@reauthentication_required
def export_download(request, pk):
    """Send the file to the user who made it. A download leaves a line in the log, so it is a POST."""
    export = _export(request, pk)
    try:
        exporting.record_download(export=export, by=request.user, ip=client_ip(request))
    except RuleError as error:
        messages.error(request, error.messages[0])
        return redirect(export)
    file = default_storage.open(export.file, "rb")
    response = FileResponse(file, as_attachment=True, filename=export.file_name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _export(request, pk) -> Export:
    return get_object_or_404(
        Export.objects.visible_to(request.user).select_related("job", "created_by"), pk=pk
    )


def _found(user, listing: Listing, query: QueryDict) -> tuple[int, list, str]:
    """How many rows there are (up to COUNT_CAP + 1), the filter in words, and why it cannot be read."""
    try:
        rows = listing.filtered(user, query).order_by()[: COUNT_CAP + 1].count()
        return rows, listing.in_words(user, query), ""
    except RuleError as error:
        return 0, [], error.messages[0]


def _listing(request) -> Listing:
    name = request.POST.get("list") or request.GET.get("list") or DEFAULT_LIST
    try:
        return listing_of(name, request.user)
    except RuleError as error:
        raise Http404 from error


def _chosen(request, listing: Listing):
    """The columns of the page: ``columns=a,b`` or repeated. The form posts its own."""
    sent = request.POST if request.method == "POST" else request.GET
    keys = [key for text in sent.getlist("columns") for key in text.split(",")]
    return listing.chosen(keys)
