"""The copy of everything held about a person, which the person may ask for (个人信息保护法 45)."""

import datetime as dt
import io

import xlsxwriter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import audit
from accounts.models import AuditEntry, User
from core.access import Permission
from core.errors import RuleError
from core.text import spreadsheet_safe
from workers.models import Worker
from workers.rules import stated_reason

OLDEST_REQUEST = dt.timedelta(days=366)


@transaction.atomic
def copy_of_person(
    *, worker: Worker, requested_on: dt.date, reason: str, by: User, ip: str | None = None
) -> bytes:
    """An xlsx file of all that is held, logged as a look at the record. Numbers stand in full only when ``by`` may
    reveal them. Raises PermissionDenied out of reach, RuleError by field."""
    reach = Worker.objects.within_reach(by, Permission.EXPORT_FILES).filter(anonymised_on=None)
    worker = reach.select_related("union", "employer").filter(pk=worker.pk).first()
    if worker is None:
        raise PermissionDenied
    reason = stated_reason(reason, "reason")
    if not timezone.localdate() - OLDEST_REQUEST <= requested_on <= timezone.localdate():
        raise RuleError({"requested_on": "申请日期应在今天以前的一年之内，请核对"})
    full = Worker.objects.within_reach(by, Permission.REVEAL_NUMBERS).filter(pk=worker.pk).exists()
    sheets = [
        sheet
        for path in settings.PERSON_RECORDS
        for sheet in import_string(path)(worker, by=by, full_numbers=full)
    ]
    content = _workbook(_about(by, requested_on, reason, full), sheets)
    audit.record(
        by,
        "workers.person_file",
        worker,
        category=AuditEntry.Category.ACCESS,
        union_id=worker.union_id,
        ip=ip,
        reason=reason,
        requested_on=str(requested_on),
        full_numbers=full,
    )
    return content


def _about(by: User, requested_on: dt.date, reason: str, full: bool) -> tuple:
    rows = [
        ("用途", "本人查阅、复制个人信息（个人信息保护法第四十五条）"),
        ("本人申请日期", str(requested_on)),
        ("事由", reason),
        ("制作人", str(by)),
        ("制作时间", f"{timezone.localtime():%Y-%m-%d %H:%M}"),
        ("证件号码和电话", "完整" if full else "已掩码（制作人没有查看完整号码的权限）"),
        ("说明", "每张工作表是一组信息；没有内容的组只有表头。请交给本人，不要留存副本。"),
    ]
    return "说明", ("项目", "内容"), rows


def _workbook(*sheets) -> bytes:
    """Text cells only: a workbook program computes nothing in this file."""
    content = io.BytesIO()
    about, groups = sheets
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    bold = book.add_format({"bold": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    for title, headings, rows in [about, *groups]:
        sheet = book.add_worksheet(title[:31])
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                sheet.write_string(number, column, spreadsheet_safe(value), wrapped)
        sheet.set_column(0, len(headings) - 1, 22)
        sheet.freeze_panes(1, 0)
    book.close()
    return content.getvalue()
