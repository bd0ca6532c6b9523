"""Putting cells right on the page before they are written: one cell, or all cells with the same text."""

from django.db import transaction

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from exchange import checking, staging
from exchange.models import ImportRun
from exchange.queries import lines_with
from exchange.services.states import State, forget_marks, locked, require_kind

MOST_AT_ONCE = 5_000
NO_COLUMN = "这份表格没有要修改的列，请在原文件中补上该列后重新上传。"


@transaction.atomic
def mend(*, run: ImportRun, number: int, texts: dict[str, str], by: User) -> list[int]:
    """Put new texts into cells of one row (attribute → text) and check it again at once.

    Returns the numbers of the rows checked: that one, and those about the same record. Raises RuleError.
    """
    require_kind(run, by)
    run = locked(run, by, State.CHECKED)
    if not run.lines.filter(number=number).exclude(verdict="skipped").exists():
        raise RuleError("这一行不存在或已被跳过，请刷新页面。")
    if texts.keys() - run.header["positions"].keys():
        raise RuleError(NO_COLUMN)
    forget_marks(run)
    numbers = checking.check_rows(run, {number: texts})
    run.save(update_fields=staging.COUNT_FIELDS)
    audit.record(by, "exchange.mend", run, union_id=run.union_id, row=number, columns=sorted(texts))
    return numbers


@transaction.atomic
def mend_all(*, run: ImportRun, attribute: str, text: str, new_text: str, by: User) -> int:
    """Put ``new_text`` into every cell of a column that was found wanting with ``text``, and check those rows again.

    ``text`` is the value as the problems of the cells show it. Returns how many rows were changed. Raises RuleError
    for a personal column, more than MOST_AT_ONCE rows, and when no cell has the text any more.
    """
    require_kind(run, by)
    run = locked(run, by, State.CHECKED)
    column = run.kind_class.columns().get(attribute)
    if column is None or attribute not in run.header["positions"]:
        raise RuleError(NO_COLUMN)
    if column.mask:
        raise RuleError(f"{column.column_name}各人不同，不能批量修改。请逐行改正。")
    lines = lines_with(run, column.column_name, text)
    numbers = list(lines.values_list("number", flat=True)[: MOST_AT_ONCE + 1])
    if not numbers:
        raise RuleError("没有这样的单元格了，可能已经改正。请刷新页面。")
    if len(numbers) > MOST_AT_ONCE:
        raise RuleError(
            f"这样的单元格超过 {MOST_AT_ONCE:,} 个，不能在页面上一次改完。"
            "请下载标出错误的表格，在 Excel 中用“查找和替换”改好，再上传改好的表格。"
        )
    forget_marks(run)
    checking.check_rows(run, {number: {attribute: new_text} for number in numbers})
    run.save(update_fields=staging.COUNT_FIELDS)
    audit.record(by, "exchange.mend_all", run, union_id=run.union_id, rows=len(numbers), columns=[attribute])
    return len(numbers)
