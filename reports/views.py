"""Reports: list, build, read, download, verify; and the schedules that build them."""

from django.apps import apps
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.security import client_ip
from core.access import Permission, requires
from core.errors import RuleError
from core.forms import attempt
from core.pages import paginate
from core.reporting import SIDES, PeriodKind, describe, indicators
from reports import queries, services
from reports.forms import ReportForm, ScheduleForm, SubjectForm, VerifyForm
from reports.models import Report, ReportDownload, ReportSchedule


@require_safe
@requires(Permission.VIEW_REPORTS)
def report_list(request):
    """The newest version of each report, filtered by kind."""
    reports = Report.objects.visible_to(request.user).latest().select_related("union", "built_by")
    kind = request.GET.get("kind", "")
    if kind in PeriodKind.values:
        reports = reports.filter(kind=kind)
    context = {
        "page": paginate(request, reports, size=30),
        "kinds": PeriodKind.choices,
        "kind": kind,
        "may_build": request.user.has_perm(Permission.BUILD_REPORTS),
    }
    return render(request, "reports/report_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.BUILD_REPORTS)
def report_build(request):
    """Choose period and scope, add words, and queue the build; its progress is the job's page."""
    first = queries.last_full_period(PeriodKind.MONTHLY).code
    subject = SubjectForm({"period": first} | request.GET.dict(), user=request.user)
    if not subject.is_valid():
        return render(request, "reports/report_build.html", {"subject": subject}, status=400)
    period, union = subject.cleaned_data["period"], subject.cleaned_data["scope"]
    text = queries.text_of_report(period, union)
    form = ReportForm(request.POST or None, instance=text)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_text(period=period, union=union, by=request.user, **form.cleaned_data)
            job = services.request_report(period=period, union=union, by=request.user)
        except RuleError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"已提交：{job}。完成后会出现在报告列表，可以离开本页。")
            return redirect("core:job_detail", job.pk)
    published = Report.objects.of(period, union.pk if union else None).first()
    context = {"subject": subject, "form": form, "published": published}
    return render(request, "reports/report_build.html", context)


@require_safe
@requires(Permission.VIEW_REPORTS)
def report_detail(request, pk):
    """One published version: frozen figures, other versions, files and who has taken them."""
    report = get_object_or_404(Report.objects.visible_to(request.user), pk=pk)
    context = {
        "report": report,
        "figures": report.figures.all(),
        "rows": report.data["figures"],
        "section_charts": report.data["charts"].get("sections", []),
        "changes": report.data["changes"],
        "versions": Report.objects.of(report.period, report.union_id).select_related("built_by"),
        "downloads": report.downloads.select_related("user")[:50],
        "may_drill": request.user.has_perm(Permission.VIEW_DRILLDOWN),
    }
    return render(request, "reports/report_detail.html", context)


@require_safe
@requires(Permission.VIEW_DRILLDOWN)
def report_records(request, pk, code, side):
    """The records that a published figure rests on, as far as the user may see them."""
    report = get_object_or_404(Report.objects.visible_to(request.user), pk=pk)
    figure = get_object_or_404(report.figures, code=code)
    frozen = get_object_or_404(figure.sides, side=side)
    records = apps.get_model(frozen.model).objects.visible_to(request.user).filter(pk__in=frozen.ids)
    page = paginate(request, records.order_by("pk"))
    _put_amounts(page, code, frozen)
    context = {
        "report": report,
        "figure": figure,
        "side": SIDES[side],
        "page": page,
        "lines": describe(frozen.model, page, request.user),
        "total": len(frozen.ids),
        "hidden": len(frozen.ids) - records.count(),
    }
    return render(request, "reports/report_records.html", context)


def _put_amounts(page, code: str, frozen) -> None:
    """Show the amounts as they were published, not as they are today."""
    indicator = indicators().get(code)
    if indicator is None or frozen.amounts is None:
        return
    amounts = dict(zip(frozen.ids, frozen.amounts, strict=True))
    for record in page:
        setattr(record, indicator.weight_of(frozen.side), amounts[record.pk])


@require_POST
@requires(Permission.VIEW_REPORTS)
def report_download(request, pk, file_format):
    """Send a file of a report. A download leaves a line in the log, so it is a POST."""
    report = get_object_or_404(Report.objects.visible_to(request.user), pk=pk)
    if file_format not in ReportDownload.FileFormat.values:
        raise Http404
    name = getattr(report, file_format).name
    if not default_storage.exists(name):
        messages.error(request, f"报告文件“{report.serial}”不在存储中，请联系系统管理员从备份恢复。")
        return redirect(report)
    services.record_download(report, file_format=file_format, by=request.user, ip=client_ip(request))
    file_name = f"{report.title}-第{report.version}版.{file_format}"
    response = FileResponse(default_storage.open(name, "rb"), as_attachment=True, filename=file_name)
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW_REPORTS)
def report_verify(request):
    """Compare serial and code of a printed report with what the portal has published."""
    form = VerifyForm(request.POST or None)
    context = {"form": form, "asked": False}
    if request.method == "POST" and form.is_valid():
        found = queries.find_by_code(**form.cleaned_data)
        context |= {"asked": True, "report": found}
    return render(request, "reports/report_verify.html", context)


@require_safe
@requires(Permission.BUILD_REPORTS)
def schedule_list(request):
    """When reports are built by themselves, and which one comes next."""
    schedules = ReportSchedule.objects.editable_by(request.user).select_related("union")
    rows = [{"schedule": schedule, "next": services.next_due(schedule)} for schedule in schedules]
    return render(request, "reports/schedule_list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.BUILD_REPORTS)
def schedule_edit(request, pk):
    """Change day and hour of a schedule, or switch it on or off."""
    schedule = get_object_or_404(ReportSchedule.objects.editable_by(request.user), pk=pk)
    form = ScheduleForm(request.POST or None, instance=schedule)
    if attempt(form, services.edit_schedule, schedule=schedule, by=request.user):
        messages.success(request, f"已保存{schedule.get_kind_display()}计划。")
        return redirect("reports:schedule_list")
    return render(request, "reports/schedule_edit.html", {"form": form, "schedule": schedule})
