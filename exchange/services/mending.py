"""Putting rows right on the page before they are written."""

from django.db import transaction

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from exchange import checking, staging
from exchange.models import ImportRow, ImportRun
from exchange.services.states import State, locked


@transaction.atomic
def mend(*, run: ImportRun, number: int, texts: dict[str, str], by: User) -> ImportRow:
    """Put new texts into cells of one row (attribute → text) and check it again at once."""
    run = locked(run, by, State.CHECKED)
    if not run.lines.filter(number=number).exclude(verdict="skipped").exists():
        raise RuleError("这一行不存在或已被跳过，请刷新页面。")
    unknown = texts.keys() - run.header["positions"].keys()
    if unknown:
        raise RuleError("这份表格没有要修改的列，请在原文件中补上该列后重新上传。")
    checking.check_rows(run, {number: texts})
    run.save(update_fields=staging.COUNT_FIELDS)
    audit.record(by, "exchange.mend", run, union_id=run.union_id, row=number, columns=sorted(texts))
    return run.lines.get(number=number)
