"""A person says which column of a file is which (列对应)."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from core.exchange import Exchange
from exchange import checking
from exchange.headings import Headings
from exchange.heads import heads_of
from exchange.layouts import Layout, chosen_layout, header_layout
from exchange.mapping import holds_numbers
from exchange.models import ColumnMemory, ImportRun
from exchange.services.states import State, locked, require_kind, submit
from unions.scoping import require_editable

MAPPABLE = (State.MAPPING, State.CHECKED)
FORGOTTEN = "这个批次已不再保留文件的内容，不能重新指定列对应。请重新上传文件。"


@dataclass(frozen=True)
class Choice:
    """Sheet, header rows, cell index → attribute ("" for a column that is not read), attribute → the one text of
    all rows for columns the file does not have, and whether hidden rows are left out."""

    sheet_index: int
    first_row: int
    last_row: int
    columns: dict[int, str]
    skip_hidden: bool = False
    constants: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def choose_columns(
    *, run: ImportRun, choice: Choice, remember: bool, by: User, hint: bool = True
) -> ImportRun:
    """Read the run's file again as a person says, and with ``remember`` every later file of its union with the
    same header. Raises RuleError for a choice that does not fit the file."""
    require_kind(run, by)
    run = locked(run, by)
    if run.state not in MAPPABLE:
        raise RuleError(
            f"批次现在处于“{run.get_state_display()}”，不能再改列对应。请刷新页面。", code="state"
        )
    sheets = heads_of(run)
    if not sheets or not run.file:
        raise RuleError(FORGOTTEN, code="forgotten")
    _check_constants(checking.kind_for(run, by), choice)
    layout = _checked_layout(run, sheets, choice)
    columns = {str(index): attribute for index, attribute in sorted(choice.columns.items())}
    run.layout = {
        **run.layout,
        "sheet_index": choice.sheet_index,
        "first_row": choice.first_row,
        "last_row": choice.last_row,
        "columns": columns,
        "constants": choice.constants,
        "fingerprint": layout.fingerprint,
        "sha256": run.sha256,
    }
    run.skip_hidden = choice.skip_hidden
    if remember:
        _remember(run, layout, columns, by)
    audit.record(
        by,
        "exchange.columns",
        run,
        union_id=run.union_id,
        columns=dict(layout.positions.items()),
        remembered=remember,
    )
    submit(run, State.UPLOADED, "exchange.check", "核对", by, hint=hint)
    return run


def _checked_layout(run: ImportRun, sheets: list[dict], choice: Choice):
    kind = run.kind_class
    sheet = next((sheet for sheet in sheets if sheet["index"] == choice.sheet_index), None)
    if sheet:
        header = header_layout(sheet, choice.first_row, choice.last_row, Headings(kind))
        if holds_numbers([*header.titles, *header.groups]):
            rows = _rows(choice)
            raise RuleError(f"{rows}里有证件号码或电话号码，是数据，不是表头。请把表头选在列标题所在的行。")
    try:
        return chosen_layout(
            sheets,
            kind,
            sheet_index=choice.sheet_index,
            first_row=choice.first_row,
            last_row=choice.last_row,
            columns=choice.columns,
            constants=choice.constants,
        )
    except RuleError as error:
        if error.code != "missing_columns":
            raise
        read = {*choice.columns.values(), *choice.constants}
        missing = [c.column_name for name, c in kind.columns().items() if c.required and name not in read]
        raise RuleError(
            f"还没有指明必需的列：{'、'.join(missing)}。请为它们各选一列；文件中没有的，可以统一填写的在下面填写，"
            "其余请在文件中补上后重新上传。",
            code="missing_columns",
        )


def _rows(choice: Choice) -> str:
    if choice.first_row == choice.last_row:
        return f"第 {choice.first_row} 行"
    return f"第 {choice.first_row} 至 {choice.last_row} 行"


def _check_constants(kind: Exchange, choice: Choice) -> None:
    for attribute, text in choice.constants.items():
        column = kind.by_attribute.get(attribute)
        try:
            if column and column.uniform:
                column.widget.clean(text)
        except ValidationError as error:
            title = column.column_name
            raise RuleError(f"统一填写的{title}“{text[:40]}”：{error.messages[0]}", code="constant")


def _remember(run: ImportRun, layout: Layout, columns: dict, by: User) -> None:
    """What is stated for all rows is not: it is true of one file."""
    titles = layout.titles[: len(layout.titles) - len(layout.constants)]
    memory, _ = ColumnMemory.objects.update_or_create(
        kind=run.kind,
        union=run.union,
        fingerprint=layout.fingerprint,
        defaults={"titles": titles, "columns": columns, "updated_by": by},
    )
    require_editable(memory, by)
