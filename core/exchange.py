"""The contract of the spreadsheet desk: what a kind of file is.

A kind (``workers``, ``unions``) is one subclass of ``Exchange`` in its own app's ``resources.py``, listed in
``settings.EXCHANGES``. It declares its columns as django-import-export fields and says what a row means;
reading, staging, preview, jobs, error workbooks and pages are the same for every kind (app ``exchange``).

The staged form of a row is JSON: ``values["fields"]`` holds what is compared field by field, other keys are
the kind's own. Sealed and indexed values stand in it as PostgreSQL writes bytea (``\\x…``), so that a
set-based ``INSERT … SELECT`` copies them.
"""

import datetime as dt
import functools
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.module_loading import import_string
from import_export.resources import Resource

from core.access import Permission
from core.characters import refusal
from core.codes import read_tables
from core.columns import SHOWN_LENGTH, Column, Problems
from core.errors import RuleError

__all__ = [
    "EXAMPLE", "FILL", "KNOWN", "MEMO_LIMIT", "SHOWN_LENGTH", "SKIP", "UPDATE", "Brief", "Cleaned", "Column", "Exchange",
    "Problems", "Staged", "header_fingerprint", "kind_of", "kinds", "kinds_of_people",
]  # fmt: skip

MEMO_LIMIT = 20_000
EXAMPLE = "示例"  # in the 序号 column of a form's example row
# What a row does to a record that is known already (the run's match rule).
UPDATE, FILL, SKIP = "update", "fill", "skip"
KNOWN = "这条记录已有登记，按“跳过已有记录”没有改动。"


@dataclass(frozen=True)
class Staged:
    """The staged rows of one run, as SQL sees them. ``numbers`` narrows it to some sheet rows.

    Every statement gets ``{rows}`` (their table), ``{of_run}`` (the condition on alias ``r``) and ``{effects}``:
    the narrow table of what became of applied rows (row_id, target_id, effects, outcome, reason). Staged rows
    are wide; whatever happens after the check is written there.
    """

    table: str
    effects: str
    run_id: int
    numbers: tuple[int, ...] | None = None

    def execute(self, sql: str, **params) -> int:
        """Run a statement, return how many rows it touched."""
        with connection.cursor() as cursor:
            cursor.execute(*self._ready(sql, params))
            return cursor.rowcount

    def fetch(self, sql: str, **params) -> list[tuple]:
        """Run a query, return all its rows."""
        with connection.cursor() as cursor:
            cursor.execute(*self._ready(sql, params))
            return cursor.fetchall()

    def _ready(self, sql: str, params: dict):
        of_run = "r.run_id = %(run)s"
        if self.numbers is not None:
            of_run += " AND r.number = ANY(%(numbers)s)"
            params["numbers"] = list(self.numbers)
        text = sql.replace("{rows}", connection.ops.quote_name(self.table)).replace("{of_run}", of_run)
        text = text.replace("{effects}", connection.ops.quote_name(self.effects))
        return text, {"run": self.run_id, **params}


class Cleaned(NamedTuple):
    """One row after cleaning. ``key`` identifies the record (None if it cannot be told)."""

    key: bytes | None
    values: dict
    problems: Problems


@dataclass(frozen=True)
class Brief:
    """A record in a short list: name, page, (title, cell) of some facts, and what is to be said of it."""

    pk: int
    name: str
    url: str
    labelled: tuple[tuple[str, object], ...]
    note: str = ""


class Exchange(Resource):
    """Base of every kind. Subclasses declare Columns and the methods that raise NotImplementedError here."""

    do_not_call_in_templates = True  # templates show the kind itself, they do not make one

    name = ""
    title = ""
    permission = Permission.IMPORT_FILES
    key_column = ""  # attribute of the column by which rows are told apart
    record = None  # model of the records whose pages ``record_url`` names
    holds_people = False  # rows are about people: forgotten with them; ``target_id`` is the person
    form_title = ""  # heading of the empty template
    purpose = ""  # what the kind is for, in a line
    footnote = ""
    example: Mapping[str, str] = {}  # attribute → text of the form's example row; its key can never be valid

    def __init__(
        self,
        *,
        by,
        union=None,
        today: dt.date,
        facts: dict | None = None,
        texts: Mapping[str, Mapping[str, str]] | None = None,
        rule: str = UPDATE,
        is_full_list: bool = False,
    ):
        """``texts``: attribute → what unknown texts of the column mean, by the key of its widget."""
        super().__init__()
        self.texts = texts or {}
        self.rule = rule
        self.is_full_list = is_full_list
        self.by = by
        self.union = union
        self.today = today
        self.facts = facts or {}
        self.plan: list[tuple] = []
        self.positions: dict[str, int] = {}
        self.notices: list[str] = []

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """Attribute → column, in the order of the form."""
        return {column.attribute: column for column in cls.fields.values()}

    def column(self, attribute: str) -> Column:
        """The column of an attribute."""
        return self.by_attribute[attribute]

    @functools.cached_property
    def by_attribute(self) -> dict[str, Column]:
        """Attribute → this instance's column."""
        return {column.attribute: column for column in self.fields.values()}

    @property
    def learning(self) -> dict[str, Column]:
        """Attribute → column, of those read whose unknown texts a person may explain."""
        return {
            attribute: column
            for attribute, column in self.by_attribute.items()
            if attribute in self.positions and hasattr(column.widget, "learn")
        }

    def prepare(self, positions: dict[str, int]) -> None:
        """Load look-ups once. ``positions``: attribute → index of its cell in a row."""
        self.positions = positions
        self.example_key = (positions.get(self.key_column), self.example.get(self.key_column))
        coded = [column.widget for column in self.fields.values() if hasattr(column.widget, "prepare")]
        tables = read_tables(widget.table for widget in coded)
        for widget in coded:
            widget.prepare(tables[widget.table])
        for attribute, column in self.learning.items():
            column.widget.learn(self.texts.get(attribute, {}))
        self.plan = [
            (attribute, positions[attribute], column, column.widget.clean, {})
            for attribute, column in self.by_attribute.items()
            if attribute in positions
        ]

    def clean_row(self, cells: list) -> Cleaned:
        """All columns, then the rules of the whole row. Never raises for what a cell holds."""
        values, raw, problems = {}, {}, Problems()
        width = len(cells)
        for attribute, index, column, clean, memo in self.plan:
            cell = cells[index] if index < width else ""
            if cell == "" or cell is None:
                if column.blank:
                    problems.blank(column)
                continue
            raw[attribute] = cell
            value = memo.get(cell)  # of texts only: 1 and True are one key
            if value is None:
                try:
                    value = error_cell(cell) if cell in ERROR_CELLS else clean(cell)
                except ValidationError as error:
                    value = error
                if type(cell) is str and len(memo) < MEMO_LIMIT:
                    memo[cell] = value
            if value.__class__ in PLAIN:
                if value is None or value == "":
                    if column.blank:
                        problems.blank(column)
                    continue
                values[attribute] = value
            else:
                problems.refuse(column, cell, value)
        return self.finish(values, raw, problems)

    def amend(self, pk: int, texts: dict) -> Cleaned:
        """A row that names its record by a row key and says only these cells: attribute → cell; an empty one
        empties. ``values`` holds ``keyed`` (the record) and ``fields`` like those of other rows."""
        raise NotImplementedError

    together: tuple[tuple[str, ...], ...] = ()  # attributes that are said together if one of them is

    def written(self, before: dict) -> set[str]:
        """The attributes that a changed row would write, by what ``compare`` noted of it."""
        return set(before.get("fields", {}))

    def is_example(self, cells: list) -> bool:
        """True for the example row of our form: what stands in its key column belongs to nobody."""
        place, text = self.example_key
        if place is None or text is None or place >= len(cells):
            return False
        cell = cells[place]
        return type(cell) is str and cell.strip() == text

    def finish(self, values: dict, raw: dict, problems: Problems) -> Cleaned:
        """Rules that need several columns; turns cleaned cells into the staged form."""
        raise NotImplementedError

    def compare(self, staged: Staged) -> None:
        """Decide new, changed, unchanged, conflict, problem or skipped for the staged rows without errors, by the
        match rule: ``fill`` changes only what is blank on a known record, ``skip`` leaves it alone. Set-based.

        Rows arrive with verdict ``new``; sets ``verdict``, ``target_id``, ``before`` and adds ``problems``, each
        marked ``compared`` so that it can be taken back when the row is compared anew.
        """
        raise NotImplementedError

    def lock(self, staged: Staged) -> None:
        """Lock the records the rows point at, in one order, before they are compared for the last time."""
        raise NotImplementedError

    def apply(self, staged: Staged) -> None:
        """Write the rows with verdict new or changed and insert one line into ``{effects}`` for each."""
        raise NotImplementedError

    def report_conflicts(self, staged: Staged) -> int:
        """Tell whoever settles them about the rows with verdict conflict, once per case; returns how many cases
        are new. Called when the run is written; most kinds have nobody to tell."""
        return 0

    def undo(self, staged: Staged) -> None:
        """Take back what nobody has touched since; sets ``outcome`` and ``reason`` of every line of ``{effects}``."""
        raise NotImplementedError

    # Full lists: a file that names everybody, so that who is missing can be asked about. Most kinds have none.
    brief_headings: tuple[str, ...] = ()

    @classmethod
    def refuse_full_list(cls, union) -> str:
        """Why a file of this kind cannot be the full list of the union (None: the whole town); empty when it can."""
        return f"“{cls.title}”不按完整名单核对。请取消“这是本工会的完整名单”。"

    def missing(self, staged: Staged) -> list[int]:
        """Keys of the records a full list should name and no row names."""
        return []

    @classmethod
    def listed(cls, union) -> int:
        """How many records a full list of the union should name."""
        return 0

    def brief(self, target_ids: list[int]) -> list[Brief]:
        """These records, masked, in this order, as far as ``by`` may see them."""
        return []

    def propose(self, staged: Staged, target_ids: list[int]) -> dict[int, int]:
        """Ask about missing records when the run is written: record → what was made. Deletes and ends nothing."""
        return {}

    def withdraw(self, staged: Staged, made_ids: list[int]) -> int:
        """Take back what ``propose`` made and nobody has decided; returns how many."""
        return 0

    def duplicate_message(self, numbers: list[int]) -> str:
        """The problem of rows that are about the same record."""
        listed = "、".join(str(number) for number in numbers[:10])
        title = self.column(self.key_column).column_name
        return f"第 {listed} 行的{title}相同。请核对后只保留一行。"

    def describe(self, before: dict, values: dict) -> list[tuple[str, str, str]]:
        """(column title, before, after) of a changed row, for the preview."""
        changed = before.get("fields", {})
        return [
            (column.column_name, self.show(attribute, changed), self.show(attribute, values["fields"]))
            for attribute, column in self.by_attribute.items()
            if attribute in changed
        ]

    @classmethod
    def records(cls, user):
        """The records rows of this kind become, as far as the user sees them; a queryset."""
        raise NotImplementedError

    def record_url(self, target_id: int) -> str:
        """The page of the record a row became; empty if the kind has none."""
        return ""

    def existing(self, target_ids: list[int]) -> set[int]:
        """Which of these records have a page still; kinds whose records go name their model as ``record``."""
        if self.record is None:
            return set(target_ids)
        return set(self.record.objects.filter(pk__in=target_ids).values_list("pk", flat=True))

    def show(self, attribute: str, values: dict) -> str:
        """A stored value of ``values`` as a person reads it."""
        return self.column(attribute).widget.render(values.get(attribute))


# What the reader puts where the file holds a formula and no result: read as a blank, it would empty what is known.
NOT_COMPUTED = "#未计算"
# What a spreadsheet shows where a formula has no result. It is no text anybody entered.
ERROR_CELLS = frozenset(
    [
        *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"),
        *("#GETTING_DATA", NOT_COMPUTED),
    ]
)


def error_cell(text: str):
    """Refuse an error value of a spreadsheet. Raises TextError."""
    if text == NOT_COMPUTED:
        remedy = "请在本页改正，或用表格软件打开原文件、保存后再重新上传"
        raise refusal("not_computed", "单元格里是公式，文件里没有保存它的计算结果", remedy)
    raise refusal("error_cell", f"单元格里是公式的错误值 {text}，不是数据", "请在表格软件中改成实际内容")


PLAIN = frozenset([str, bool, int, float, type(None)])


def header_fingerprint(titles: Iterable[str]) -> str:
    """The same for files with the same header row; column mappings are remembered by it."""
    return hashlib.sha256("\x1f".join(titles).encode()).hexdigest()


def kinds() -> dict[str, type[Exchange]]:
    """Name → kind, as listed in settings.EXCHANGES."""
    found = [import_string(path) for path in settings.EXCHANGES]
    return {kind.name: kind for kind in found}


def kinds_of_people() -> list[str]:
    """Names of the kinds whose rows are about people."""
    return [name for name, kind in kinds().items() if kind.holds_people]


def kind_of(name: str) -> type[Exchange]:
    """The kind of this name. Raises RuleError that lists the known ones."""
    known = kinds()
    if name not in known:
        raise RuleError(f"没有名为“{name}”的表格种类，可用的有：{'、'.join(known)}")
    return known[name]
