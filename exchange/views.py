"""Pages of the spreadsheet desk: list, upload, preview with repair, confirmation, result, undo."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.models import AuditEntry
from core.access import Permission, requires
from core.errors import RuleError
from core.exchange import kinds
from core.pages import paginate, wants_fragment
from exchange import checking, queries, services, workbooks
from exchange.forms import MendForm, UploadForm
from exchange.models import ImportRow, ImportRun

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _run(request, pk) -> ImportRun:
    runs = ImportRun.objects.visible_to(request.user).select_related(
        "union", "created_by", "applied_by", "undone_by"
    )
    return get_object_or_404(runs, pk=pk)


def _may_write(request, run: ImportRun) -> bool:
    return request.user.has_perm(run.kind_class.permission)


@requires(Permission.IMPORT_FILES)
@require_safe
def run_list(request):
    """Runs in the user's reach, newest first."""
    runs = ImportRun.objects.visible_to(request.user).select_related("union", "created_by")
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    if kind in kinds():
        runs = runs.filter(kind=kind)
    if state in ImportRun.State.values:
        runs = runs.filter(state=state)
    context = {
        "page": paginate(request, runs.order_by("-pk")),
        "kinds": [(name, found.title) for name, found in kinds().items()],
        "titles": {name: found.title for name, found in kinds().items()},
        "states": ImportRun.State.choices,
        "kind": kind,
        "state": state,
    }
    return render(request, "exchange/run_list.html", context)


@requires(Permission.IMPORT_FILES)
@require_http_methods(["GET", "POST"])
def run_upload(request):
    """First step: choose kind, union and file. The same file leads to the run that has it."""
    initial = {"kind": request.GET.get("kind", "workers"), "union": request.GET.get("union", "")}
    initial = {name: value for name, value in initial.items() if value}
    bound = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(*bound, request=request, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            run, created = services.upload(
                kind=form.cleaned_data["kind"],
                union=form.cleaned_data["union"],
                file=form.cleaned_data["file"],
                file_name=form.cleaned_data["file"].name,
                by=request.user,
            )
        except RuleError as error:
            form.add_error("file", error)
        else:
            if not created:
                told = f"{run.created_at:%Y-%m-%d} 由 {run.created_by} 上传过"
                messages.info(request, f"这份文件已于 {told}，没有重复导入。下面就是那一次的结果。")
            return redirect(run)
    offered = [found for found in kinds().values() if request.user.has_perm(found.permission)]
    context = {"form": form, "steps": queries.STEPS, "kinds": offered}
    return render(request, "exchange/run_upload.html", context)


@requires(Permission.IMPORT_FILES)
@never_cache
@require_safe
def run_detail(request, pk):
    """Where the run stands: progress, preview with repair and confirmation, or the result."""
    run = _run(request, pk)
    job = queries.job_of(run)
    context = {
        "run": run,
        "kind": run.kind_class,
        "steps": queries.STEPS,
        "step": queries.STEP_OF.get(run.state, 4),
        "job": job,
        "job_failed": run.is_busy and job is not None and job.state == "failed",
        "may_write": _may_write(request, run),
        "modes": ImportRun.Mode,
        "conflicts": queries.conflicts_of(run),
    }
    if not run.is_busy and run.rows:
        context |= _preview(request, run)
    if run.state == ImportRun.State.UNDONE:
        context |= {"outcomes": run.outcomes(), "undo_lists": queries.undo_lists(run)}
    return render(request, "exchange/run_detail.html", context)


def _preview(request, run: ImportRun) -> dict:
    default = "failing" if run.state == ImportRun.State.CHECKED and run.failed else ""
    verdict = request.GET.get("verdict", default)
    code = request.GET.get("code", "")
    page = paginate(request, queries.lines_of(run, verdict=verdict, code=code))
    return {
        "page": page,
        "rows": queries.grid_rows(run, page.items, checking.kind_for(run)),
        "columns": queries.grid_columns(run),
        "verdict": verdict,
        "code": code,
        "verdicts": [("", "全部"), ("failing", "有问题"), *ImportRow.Verdict.choices],
        "problem_kinds": queries.problem_kinds(run),
    }


@requires(Permission.IMPORT_FILES)
@never_cache
@require_safe
def run_progress(request, pk):
    """The progress of the run's job, for everybody who may see the run; its end reloads the page."""
    run = _run(request, pk)
    job = queries.job_of(run)
    if job is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    poll_url = request.path
    context = {"job": job, "refresh": True, "is_own": False, "poll_url": poll_url}
    response = render(request, "core/_job_progress.html", context)
    if job.is_over:
        response["HX-Refresh"] = "true"
    return response


@requires(Permission.IMPORT_FILES)
@never_cache
@require_http_methods(["GET", "POST"])
def run_fix(request, pk, number):
    """GET: one cell as a small form. POST: put the new text in and show the row as checked again."""
    run = _run(request, pk)
    line = get_object_or_404(run.lines, number=number)
    form = MendForm(request.POST or request.GET)
    if not form.is_valid() or form.cleaned_data["column"] not in run.header.get("positions", {}):
        return HttpResponse("没有这一列", status=400)
    attribute, error = form.cleaned_data["column"], ""
    if request.method == "POST":
        try:
            texts = {attribute: form.cleaned_data["text"]}
            services.mend(run=run, number=number, texts=texts, by=request.user)
        except RuleError as refused:
            error = refused.messages[0]
        else:
            return _after_mending(request, run.pk, number)
    context = {
        "run": run,
        "line": line,
        "attribute": attribute,
        "title": run.kind_class.columns()[attribute].column_name,
        "text": form.cleaned_data["text"] if error else queries.cell_text(run, line, attribute),
        "offered": queries.offered(run, attribute),
        "error": error,
    }
    template = "exchange/_cell_form.html" if wants_fragment(request) else "exchange/cell_edit.html"
    return render(request, template, context, status=422 if error and not wants_fragment(request) else 200)


def _after_mending(request, pk, number):
    run = _run(request, pk)
    if not wants_fragment(request):
        messages.success(request, f"第 {number} 行已重新核对")
        return redirect(run)
    line = run.lines.get(number=number)
    [row] = queries.grid_rows(run, [line], checking.kind_for(run))
    context = {"run": run, "row": row, "may_write": _may_write(request, run), "modes": ImportRun.Mode}
    context["conflicts"] = queries.conflicts_of(run)
    return render(request, "exchange/_mended.html", context)


@requires(Permission.IMPORT_FILES)
@require_POST
def run_apply(request, pk):
    """Confirm: all or nothing, or the good rows only."""
    run = _run(request, pk)
    return _do(request, run, services.confirm, mode=request.POST.get("mode", ""))


@requires(Permission.IMPORT_FILES)
@require_POST
def run_discard(request, pk):
    """Give the preview up."""
    return _do(request, _run(request, pk), services.discard)


@requires(Permission.IMPORT_FILES)
@require_POST
def run_retry(request, pk):
    """Queue the failed job again."""
    return _do(request, _run(request, pk), services.retry)


@requires(Permission.IMPORT_FILES)
@require_POST
def run_undo(request, pk):
    """Take an applied run back."""
    return _do(request, _run(request, pk), services.request_undo)


def _do(request, run: ImportRun, service, **options):
    try:
        service(run=run, by=request.user, **options)
    except RuleError as error:
        messages.error(request, error.messages[0])
    return redirect(run)


@requires(Permission.IMPORT_FILES)
@require_POST
def run_workbook(request, pk):
    """The failed rows with their reasons; logged, because it carries personal data out."""
    run = _run(request, pk)
    if not run.failed or not run.lines.failing().exists():
        messages.info(request, "这个批次没有需要改正的行。")
        return redirect(run)
    audit.record(
        request.user,
        "exchange.workbook",
        run,
        category=AuditEntry.Category.ACCESS,
        union_id=run.union_id,
        rows=run.failed,
    )
    return _download(workbooks.faults_workbook(run), f"错误原因-{run.file_name.rsplit('.', 1)[0]}.xlsx")


@requires(Permission.IMPORT_FILES)
@require_safe
def template(request, kind):
    """The empty form of a kind."""
    known = kinds()
    if kind not in known or not request.user.has_perm(known[kind].permission):
        return get_object_or_404(ImportRun.objects.none())
    found = known[kind]
    return _download(workbooks.blank_form(found), f"{found.form_title}-{timezone.localdate():%Y%m%d}.xlsx")


def _download(content: bytes, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(True, name),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=XLSX, headers=headers)
