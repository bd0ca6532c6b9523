"""The people a full list leaves out, to be looked over before the run is confirmed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Permission, requires
from core.errors import RuleError
from core.pages import paginate
from exchange import checking, leaving, services
from exchange.forms import LeaversForm
from exchange.models import ImportRun
from exchange.pages import may_write, run_of


@requires(Permission.IMPORT_FILES)
@never_cache
@require_http_methods(["GET", "POST"])
def run_leavers(request, pk):
    """GET: who is missing, page by page. POST: who of the people shown is still there."""
    run = run_of(request, pk)
    if not may_write(request, run):
        raise PermissionDenied
    if request.method == "POST":
        return _keep(request, run)
    page = paginate(request, run.missing.order_by("target_id"))
    kept = {leaver.target_id for leaver in page.items if leaver.is_kept}
    kind = checking.kind_for(run, request.user)
    context = {
        "run": run,
        "page": page,
        "people": kind.brief([leaver.target_id for leaver in page.items]),
        "headings": kind.brief_headings,
        "kept": kept,
        "asked": leaving.asked(run),
        "is_open": run.state == ImportRun.State.CHECKED,
    }
    return render(request, "exchange/leaver_list.html", context)


def _keep(request, run: ImportRun):
    form = LeaversForm(request.POST)
    if not form.is_valid():
        messages.error(request, "提交的名单读不出来，没有保存。请刷新页面后重新勾选。")
        return redirect("exchange:run_leavers", run.pk)
    try:
        left = services.keep_leavers(run=run, by=request.user, **form.cleaned_data)
    except RuleError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"已保存。导入时将提请核实 {left} 人。")
    return redirect(request.get_full_path())
