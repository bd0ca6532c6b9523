"""Asking for reports, publishing them, and what staff enter about them."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry
from core import jobs
from core.access import Permission
from core.forms import check_version
from core.models import Job
from core.reporting import Period, PeriodKind
from reports.models import (
    TOWN,
    Report,
    ReportDownload,
    ReportFigure,
    ReportFigureRecords,
    ReportSchedule,
    ReportText,
)
from reports.snapshot import TEXTS, Snapshot
from unions.models import Union

BUILD = "reports.build"
# Day and hour of the schedules that come with the software; staff change them.
FIRST_SCHEDULES = {PeriodKind.MONTHLY: (3, 6), PeriodKind.QUARTERLY: (5, 6), PeriodKind.ANNUAL: (10, 6)}
CATCH_UP = 12  # periods of a kind that are made good after the portal has been down
SCHEDULE_FIELDS = ["day", "hour", "enabled"]


def request_report(*, period: Period, union: Union | None, by, hint: bool = True) -> Job:
    """Queue the next version of a report; asking again before it is published gives the same job.

    Raises RuleError for a period that has not begun and PermissionDenied outside the user's reach.
    """
    require_builder(union, by)
    period.clipped(timezone.localdate())
    job = _submit(period, union, by, hint)
    if job.state == Job.State.FAILED:
        job = jobs.retry(job, by=by)
    return job


def require_builder(union: Union | None, by) -> None:
    """Raise PermissionDenied unless the user may build reports over the union, or over the town."""
    reach = Union.objects.within_reach(by, Permission.BUILD_REPORTS)
    wanted = reach.filter(parent=None) if union is None else reach.filter(pk=union.pk)
    if not wanted.exists():
        raise PermissionDenied


def _submit(period: Period, union: Union | None, by, hint: bool = True) -> Job:
    union_id = union.pk if union else None
    version = next_version(period, union_id)
    scope = f"（{union.name}）" if union else ""
    return jobs.submit(
        kind=BUILD,
        key=f"report:{period.kind}:{period.code}:{union_id or 'town'}:{version}",
        args={"kind": period.kind, "period": period.code, "union": union_id, "version": version},
        title=f"编制{period.label}{PeriodKind(period.kind).label}{scope}第{version}版",
        by=by,
        union_id=union_id,
        page_url=reverse("reports:report_list"),
        hint=hint,
    )


def next_version(period: Period, union_id: int | None) -> int:
    """The number that the next published version will have."""
    last = Report.objects.of(period, union_id).aggregate(last=Max("version"))["last"]
    return (last or 0) + 1


def queue_due_reports(*, now: dt.datetime) -> list[Job]:
    """Queue every report that a schedule makes due, once; those missed while the portal was down included.

    Job keys make it safe to call twice at once or with a clock that has gone back.
    """
    queued = []
    for schedule in ReportSchedule.objects.filter(enabled=True).select_related("union"):
        for period in due_periods(schedule, now):
            done = Report.objects.of(period, schedule.union_id).filter(end=period.end)
            if not done.exists():
                queued.append(_submit(period, schedule.union, None))
    return queued


def due_periods(schedule: ReportSchedule, now: dt.datetime) -> list[Period]:
    """The periods that fell due since the schedule was switched on, oldest first."""
    periods: list[Period] = []
    period = Period.of(schedule.kind, timezone.localtime(now).date()).previous()
    while len(periods) < CATCH_UP and due_at(schedule, period) > schedule.since:
        if due_at(schedule, period) <= now:
            periods.insert(0, period)
        period = period.previous()
    return periods


def due_at(schedule: ReportSchedule, period: Period) -> dt.datetime:
    """Day and hour of the schedule in the month after the period, local time."""
    day = (period.end + dt.timedelta(days=1)).replace(day=schedule.day)
    return dt.datetime.combine(day, dt.time(schedule.hour), timezone.get_current_timezone())


def next_due(schedule: ReportSchedule) -> tuple[Period, dt.datetime]:
    """The next period that the schedule will build, and when."""
    now = timezone.now()
    period = Period.of(schedule.kind, timezone.localdate()).previous()
    if due_at(schedule, period) <= now:
        period = Period.of(schedule.kind, timezone.localdate())
    return period, due_at(schedule, period)


def publish(*, snapshot: Snapshot, period: Period, union: Union | None, by, built_at, files: dict) -> Report:
    """Store a finished version with its figures and the records behind them; older versions are superseded.

    Must run inside the transaction of the fenced commit. ``files`` holds names, digests and the page count.
    """
    data = snapshot.data
    older = Report.objects.of(period, union.pk if union else None)
    older.filter(state=Report.State.CURRENT).update(state=Report.State.SUPERSEDED)
    report = Report.objects.create(
        kind=period.kind,
        start=period.start,
        end=period.end,
        period_code=period.code,
        union=union,
        version=data["version"],
        title=title_of(data),
        serial=data["serial"],
        data=data,
        built_by=by,
        built_at=built_at,
        **files,
    )
    _store_figures(report, snapshot)
    audit.record(
        by,
        "reports.publish",
        report,
        union_id=report.union_id,
        serial=report.serial,
        sha256=report.pdf_sha256,
    )
    return report


def title_of(data: dict) -> str:
    """南岳镇总工会2026年10月产业工人队伍建设改革进展情况月报."""
    scope = data["issuer"] if data["scope"] == TOWN else data["scope"]
    return f"{scope}{data['period']['label']}产业工人队伍建设改革进展情况{data['kind_label']}"


def _store_figures(report: Report, snapshot: Snapshot) -> None:
    figures = ReportFigure.objects.bulk_create(
        ReportFigure(
            report=report,
            position=position,
            code=row["code"],
            title=row["title"],
            unit=row["unit"],
            direction=row["direction"],
            numerator=row["numerator"],
            denominator=row["denominator"],
            value=row["value"],
            previous_value=row["previous"],
            note=row["note"],
        )
        for position, row in enumerate(snapshot.data["figures"])
    )
    ReportFigureRecords.objects.bulk_create(
        ReportFigureRecords(
            figure=figure, side=side.side, model=side.model, ids=side.ids, amounts=side.amounts
        )
        for figure in figures
        for side in snapshot.sides[figure.code]
    )


@transaction.atomic
def save_text(*, period: Period, union: Union | None, by, **texts: str) -> ReportText:
    """Keep what staff write for the next version of a report."""
    require_builder(union, by)
    written = {name: texts[name] for name in TEXTS}
    text, _ = ReportText.objects.update_or_create(
        kind=period.kind, start=period.start, union=union, defaults={**written, "updated_by": by}
    )
    audit.record(by, "reports.text_edit", text, union_id=text.union_id, period=period.code)
    return text


@transaction.atomic
def record_download(report: Report, *, file_format: str, by, ip: str | None = None) -> ReportDownload:
    """Log who takes a file of a report, for the report's page and for the audit trail."""
    download = ReportDownload.objects.create(report=report, user=by, file_format=file_format)
    audit.record(
        by,
        "reports.download",
        report,
        category=AuditEntry.Category.ACCESS,
        union_id=report.union_id,
        ip=ip,
        file=file_format,
        serial=report.serial,
    )
    return download


@transaction.atomic
def edit_schedule(schedule: ReportSchedule, *, version: str, by, **values) -> ReportSchedule:
    """Change day and hour, or switch a schedule on or off. Switched on, it starts with what falls due next.

    Raises RuleError if someone else was faster.
    """
    before = ReportSchedule.objects.select_for_update().get(pk=schedule.pk)
    check_version(before, version)
    after = ReportSchedule.objects.get(pk=schedule.pk)
    for name in SCHEDULE_FIELDS:
        setattr(after, name, values[name])
    if after.enabled and not before.enabled:
        after.since = timezone.now()
    after.version += 1
    after.full_clean()
    after.save()
    changes = audit.differences(before, after, SCHEDULE_FIELDS)
    audit.record(by, "reports.schedule_edit", after, union_id=after.union_id, changes=changes)
    return after


def load_schedules() -> dict[str, int]:
    """Make the town's three schedules where they are missing; those staff have changed stay."""
    for kind, (day, hour) in FIRST_SCHEDULES.items():
        ReportSchedule.objects.get_or_create(
            kind=kind, union=None, defaults={"day": day, "hour": hour, "since": timezone.now()}
        )
    return {"report schedules": len(FIRST_SCHEDULES)}
