"""Files of a run: its faults marked in the workbook, the mended one back into the same run, the receipt."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.security import client_ip
from core.access import Permission, requires
from core.errors import RuleError
from exchange import queries, receipts, services
from exchange.forms import FileForm
from exchange.pages import carry_out, run_of


@requires(Permission.IMPORT_FILES)
@require_POST
def run_mark(request, pk):
    """Queue the writing of the marked workbook; the run's page shows how far it is."""
    return carry_out(request, run_of(request, pk), services.request_marks)


@requires(Permission.IMPORT_FILES)
@never_cache
@require_safe
def run_mark_progress(request, pk):
    """The progress of that job, for everybody who may see the run; its end reloads the page."""
    run = run_of(request, pk)
    job = queries.mark_job_of(run)
    if job is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"job": job, "refresh": True, "is_own": False, "poll_url": request.path}
    response = render(request, "core/_job_progress.html", context)
    if job.is_over:
        response["HX-Refresh"] = "true"
    return response


@requires(Permission.IMPORT_FILES)
@never_cache
@require_POST
def run_marked(request, pk):
    """Send the marked workbook; logged, because it carries personal data out."""
    run = run_of(request, pk)
    try:
        services.record_taking(run=run, by=request.user, ip=client_ip(request))
    except RuleError as error:
        messages.error(request, error.messages[0])
        return redirect(run)
    name = f"{run.file_name.rsplit('.', 1)[0]}-错误原因.xlsx"
    response = FileResponse(default_storage.open(run.marked, "rb"), as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@requires(Permission.IMPORT_FILES)
@never_cache
@require_safe
def run_receipt(request, pk):
    """The receipt of a written run as PDF; figures only."""
    run = run_of(request, pk)
    if run.state not in receipts.GIVEN_FOR:
        messages.info(request, "写入之后才有回执。")
        return redirect(run)
    name = content_disposition_header(True, f"导入回执-批次{run.pk}.pdf")
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(receipts.draw(run), content_type="application/pdf", headers=headers)


@requires(Permission.IMPORT_FILES)
@require_POST
def run_replace(request, pk):
    """Take the mended file into the same run and check it anew."""
    run = run_of(request, pk)
    form = FileForm(request.POST, request.FILES, request=request)
    if not form.is_valid():
        messages.error(request, form.errors["file"][0])
        return redirect(run)
    file = form.cleaned_data["file"]
    try:
        other, replaced = services.replace_file(run=run, file=file, file_name=file.name, by=request.user)
    except RuleError as error:
        messages.error(request, error.messages[0])
        return redirect(run)
    if not replaced:
        link = format_html('<a class="alert-link" href="{}">批次 {}</a>', other.get_absolute_url(), other.pk)
        messages.error(request, format_html("这份文件已经在另一个批次中，没有更换。请到{}继续。", link))
    return redirect(run)
