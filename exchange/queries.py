"""What the pages of the spreadsheet desk show: rows as a grid, problems by kind, the job at work."""

import json
from dataclasses import dataclass, field

from core.characters import as_text
from core.exchange import Exchange
from core.models import Job
from exchange.models import ImportRow, ImportRun
from exchange.staging import staged

TONES = {
    "new": "success",
    "changed": "info",
    "unchanged": "neutral",
    "problem": "danger",
    "conflict": "danger",
    "skipped": "neutral",
}
# Steps of the wizard and the one each state stands at.
STEPS = ("选择文件", "核对数据", "确认导入", "完成")
STEP_OF = {
    "uploaded": 2,
    "checking": 2,
    "checked": 3,
    "applying": 3,
    "refused": 2,
    "failed": 2,
    "discarded": 2,
}


@dataclass
class GridCell:
    """One cell of the preview: what it says (personal values masked), what is wrong, what it was before."""

    attribute: str
    title: str
    shown: str
    problems: list[dict] = field(default_factory=list)
    before: str | None = None

    @property
    def is_wrong(self) -> bool:
        """True if one of the problems keeps the row out."""
        return any(problem["level"] == "error" for problem in self.problems)


@dataclass
class GridRow:
    """One row of the preview."""

    line: ImportRow
    cells: list[GridCell]
    notes: list[dict]
    tone: str
    url: str
    dated: list[tuple[str, str, str]]


def grid_columns(run: ImportRun) -> list[tuple[str, str]]:
    """(attribute, title) of the columns read, in the order of the sheet."""
    columns = run.kind_class.columns()
    placed = sorted(run.header.get("positions", {}).items(), key=lambda item: item[1])
    return [(attribute, columns[attribute].column_name) for attribute, _ in placed]


def grid_rows(run: ImportRun, lines, kind: Exchange) -> list[GridRow]:
    """The lines of a page as rows of the grid."""
    return [_grid_row(run, line, kind) for line in lines]


def _grid_row(run: ImportRun, line: ImportRow, kind: Exchange) -> GridRow:
    raw = json.loads(line.raw)
    cells, by_title = [], {}
    for attribute, title in grid_columns(run):
        index = run.header["positions"][attribute]
        value = raw[index] if index < len(raw) else ""
        shown = kind.column(attribute).shown(as_text(value))
        cell = GridCell(attribute, title, shown)
        cells.append(cell)
        by_title[title] = cell
    notes = []
    for problem in line.problems:
        cell = by_title.get(problem["column"])
        (cell.problems if cell else notes).append(problem)
    changes = kind.describe(line.before, line.values) if line.before and line.verdict == "changed" else []
    dated = []
    for title, before, after in changes:
        cell = by_title.get(title)
        if cell and cell.before is None and title != "会籍":
            cell.before = before or "（空）"
        else:
            dated.append((title, before, after))
    effect = getattr(line, "effect", None)
    url = kind.record_url(effect.target_id) if effect and effect.outcome in ("applied", "kept") else ""
    return GridRow(line, cells, notes, TONES[line.verdict], url, dated)


def problem_kinds(run: ImportRun) -> list[dict]:
    """Problems of a run by column and code, the most frequent first, errors before warnings."""
    found = staged(run).fetch(
        "SELECT p ->> 'level', p ->> 'code', p ->> 'column', min(p ->> 'message'), count(DISTINCT r.number) "
        "FROM {rows} r, jsonb_array_elements(r.problems) p WHERE {of_run} "
        "GROUP BY 1, 2, 3 ORDER BY 1, 5 DESC LIMIT 60"
    )
    names = ("level", "code", "column", "message", "rows")
    return [dict(zip(names, row, strict=True)) for row in found]


def lines_of(run: ImportRun, *, verdict: str = "", code: str = ""):
    """Rows of a run in sheet order, narrowed to a verdict (or ``failing``) and a kind of problem."""
    lines = run.lines.select_related("effect").order_by("number")
    if verdict == "failing":
        lines = lines.failing()
    elif verdict in ImportRow.Verdict.values:
        lines = lines.filter(verdict=verdict)
    if code:
        lines = lines.filter(problems__contains=[{"code": code}])
    return lines


def conflicts_of(run: ImportRun) -> int:
    """Rows about records kept elsewhere, which confirming the run reports to whoever settles them."""
    return run.lines.filter(verdict="conflict", problems__contains=[{"code": "elsewhere"}]).count()


def job_of(run: ImportRun) -> Job | None:
    """The job at work on the run, or the last one."""
    return Job.objects.filter(key=run.job_key).first()


def undo_lists(run: ImportRun) -> dict[str, list]:
    """Rows an undo kept or could not revert, at most 200 each; the reverted ones are only counted."""
    return {
        outcome: list(
            run.lines.filter(effect__outcome=outcome).select_related("effect").order_by("number")[:200]
        )
        for outcome in ("kept", "impossible")
    }


def cell_text(run: ImportRun, line: ImportRow, attribute: str) -> str:
    """What a cell holds, in full: shown only in the small form that mends it."""
    raw = json.loads(line.raw)
    index = run.header["positions"][attribute]
    return as_text(raw[index]) if index < len(raw) else ""


def offered(run: ImportRun, attribute: str) -> list[str]:
    """The texts a drop-down of the column offers; empty for free text."""
    widget = run.kind_class.columns()[attribute].widget
    return widget.offered() if hasattr(widget, "offered") else []
