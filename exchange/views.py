"""Pages of the spreadsheet desk: list, upload, preview with repair, confirmation, result, undo."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Permission, requires
from core.errors import RuleError
from core.exchange import kinds
from core.pages import paginate
from exchange import blank_forms, checking, leaving, mapping, queries, receipts, services
from exchange.exporting import update_lists
from exchange.forms import FileForm, OptionsForm, UploadForm
from exchange.models import ImportEffect, ImportRow, ImportRun
from exchange.pages import carry_out, may_write, run_of, unknown_of
from exchange.run_listing import RunListing
from unions.list_pages import list_page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(Permission.IMPORT_FILES)
@require_safe
def run_list(request):
    """Runs in the user's reach, newest first."""
    return list_page(
        request, RunListing(), "exchange/run_list.html", always=("file",), paint=_paint, autosubmit=True
    )


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
                **form.options,
            )
        except RuleError as error:
            form.add_error("file", error)
        else:
            if not created:
                told = f"{run.created_at:%Y-%m-%d} 由 {run.created_by} 上传过"
                messages.info(request, f"这份文件已于 {told}，没有重复导入。下面就是那一次的结果。")
            return redirect(run)
    offered = [found for found in kinds().values() if request.user.has_perm(found.permission)]
    updates = update_lists(request.user)
    offered = [(found, updates.get(found.name, "")) for found in offered]
    context = {"form": form, "steps": queries.STEPS, "kinds": offered}
    return render(request, "exchange/run_upload.html", context)


@requires(Permission.IMPORT_FILES)
@never_cache
@require_safe
def run_detail(request, pk):
    """Where the run stands: progress, preview with repair and confirmation, or the result."""
    run = run_of(request, pk)
    job = queries.job_of(run)
    context = {
        "run": run,
        "kind": run.kind_class,
        "steps": queries.STEPS,
        "step": queries.STEP_OF.get(run.state, len(queries.STEPS)),
        "job": job,
        "job_failed": run.is_busy and job is not None and job.state == "failed",
        "may_write": may_write(request, run),
        "conflicts": queries.conflicts_of(run),
        "leaving": leaving.standing(run),
    }
    context["columns_read"] = mapping.columns_read(run)
    context["may_map"] = context["may_write"] and run.state in services.MAPPABLE
    outcomes = run.outcomes() if run.state == ImportRun.State.UNDONE else {}
    if not run.is_busy and run.rows:
        context |= _preview(request, run, outcomes)
    if run.failed and run.state in (ImportRun.State.CHECKED, ImportRun.State.APPLIED):
        context["mark_job"] = queries.mark_job_of(run)
    if may_write(request, run) and run.state in services.REPLACEABLE:
        context["replacing"] = FileForm(request=request)
    if run.state == ImportRun.State.CHECKED:
        context["options"] = OptionsForm(
            initial={name: getattr(run, name) for name in ("rule", "is_full_list", "skip_hidden")}
        )
    if run.state in receipts.GIVEN_FOR:
        context["receipt_code"] = receipts.code_of(run)
    return render(request, "exchange/run_detail.html", context)


def _preview(request, run: ImportRun, outcomes: dict[str, int]) -> dict:
    checked = run.state == ImportRun.State.CHECKED
    verdict = request.GET.get("verdict", _first_shown(run, outcomes))
    code = request.GET.get("code", "")
    page = paginate(request, queries.lines_of(run, verdict=verdict, code=code))
    return {
        "page": page,
        "rows": queries.grid_rows(run, page.items, checking.kind_for(run)),
        "columns": queries.grid_columns(run),
        "verdict": verdict,
        "code": code,
        "verdicts": _verdicts(run),
        "problem_kinds": queries.problem_kinds(run),
        "texts": queries.repeated_texts(run) if checked else [],
        "unknown": unknown_of(run),
        "outcomes": outcomes,
        "undo_tabs": [(name, ImportEffect.Outcome(name).label, rows) for name, rows in outcomes.items()],
    }


def _first_shown(run: ImportRun, outcomes: dict[str, int]) -> str:
    """What needs somebody's eye: rows with problems; after an undo, what could not be taken back."""
    if run.state == ImportRun.State.CHECKED and run.failed:
        return "failing"
    return next((name for name in ("impossible", "kept", "reverted") if outcomes.get(name)), "")


def _verdicts(run: ImportRun) -> list[tuple[str, str]]:
    offered = [("", "全部"), ("failing", "有问题"), *ImportRow.Verdict.choices]
    if run.applied_at:
        offered.insert(1, (queries.WRITTEN, "已写入"))
    if run.state == ImportRun.State.UNDONE:
        offered += [(name, ImportEffect.Outcome(name).label) for name in queries.OUTCOMES]
    return offered


@requires(Permission.IMPORT_FILES)
@never_cache
@require_safe
def run_progress(request, pk):
    """The progress of the run's job, for everybody who may see the run; its end reloads the page."""
    run = run_of(request, pk)
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
@require_POST
def run_apply(request, pk):
    """Confirm: all or nothing, or the good rows only."""
    run = run_of(request, pk)
    mode, typed = request.POST.get("mode", ""), request.POST.get("typed", "")
    return carry_out(request, run, services.confirm, mode=mode, typed=typed)


@requires(Permission.IMPORT_FILES)
@require_POST
def run_discard(request, pk):
    """Give the preview up."""
    return carry_out(request, run_of(request, pk), services.discard)


@requires(Permission.IMPORT_FILES)
@require_POST
def run_retry(request, pk):
    """Queue the failed job again."""
    return carry_out(request, run_of(request, pk), services.retry)


@requires(Permission.IMPORT_FILES)
@require_POST
def run_undo(request, pk):
    """Take an applied run back."""
    return carry_out(request, run_of(request, pk), services.request_undo)


@requires(Permission.IMPORT_FILES)
@require_safe
def template(request, kind):
    """The empty form of a kind."""
    known = kinds()
    if kind not in known or not request.user.has_perm(known[kind].permission):
        return get_object_or_404(ImportRun.objects.none())
    found = known[kind]
    return _download(blank_forms.blank_form(found), f"{found.form_title}-{timezone.localdate():%Y%m%d}.xlsx")


def _download(content: bytes, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(True, name),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _paint(runs) -> None:
    jobs = queries.jobs_of(runs.items)
    for run in runs:
        run.job = jobs.get(run.pk)
