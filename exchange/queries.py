"""What the pages of the spreadsheet desk show: rows as a grid, problems by kind, the job at work."""

import json
from dataclasses import dataclass, field

from core.characters import as_text
from core.exchange import SHOWN_LENGTH, Exchange
from core.models import Job
from exchange.models import ImportRow, ImportRun
from exchange.staging import staged
from exchange.texts import cured_codes

TONES = {
    "new": "success",
    "changed": "info",
    "unchanged": "neutral",
    "problem": "danger",
    "conflict": "danger",
    "skipped": "neutral",
}
WRITTEN = "written"  # rows that touched a record, whatever became of it since
OUTCOMES = ("reverted", "kept", "impossible")
# Steps of the wizard and the one each state stands at.
STEPS = ("选择文件", "对应各列", "核对数据", "确认导入", "完成")
STEP_OF = {
    "uploaded": 3,
    "checking": 3,
    "mapping": 2,
    "checked": 4,
    "applying": 4,
    "refused": 2,
    "failed": 3,
    "discarded": 3,
}


@dataclass
class GridCell:
    """One cell of the preview: what it says (personal values masked), what is wrong, what it was before."""

    attribute: str
    title: str
    shown: str
    problems: list[dict] = field(default_factory=list)
    before: str | None = None
    is_mended: bool = False

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
    outcome: str = ""
    reason: str = ""


def grid_columns(run: ImportRun) -> list[tuple[str, str]]:
    """(attribute, title) of the columns read, in the order of the sheet."""
    columns = run.kind_class.columns()
    placed = sorted(run.header.get("positions", {}).items(), key=lambda item: item[1])
    return [(attribute, columns[attribute].column_name) for attribute, _ in placed]


def grid_rows(run: ImportRun, lines, kind: Exchange) -> list[GridRow]:
    """The lines of a page as rows of the grid; what an applied row became is linked where it still exists."""
    lines = list(lines)
    touched = {line.pk: line.effect for line in lines if hasattr(line, "effect")}
    there = kind.existing([effect.target_id for effect in touched.values()]) if touched else set()
    return [_grid_row(run, line, kind, touched.get(line.pk), there) for line in lines]


def _grid_row(run: ImportRun, line: ImportRow, kind: Exchange, effect, there: set[int]) -> GridRow:
    raw = json.loads(line.raw)
    cells, by_title = [], {}
    for attribute, title in grid_columns(run):
        index = run.header["positions"][attribute]
        value = raw[index] if index < len(raw) else ""
        shown = kind.column(attribute).shown(as_text(value))
        cell = GridCell(attribute, title, shown, is_mended=attribute in line.mended)
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
    row = GridRow(line, cells, notes, TONES[line.verdict], "", dated)
    if effect:
        row.url = kind.record_url(effect.target_id) if effect.target_id in there else ""
        row.outcome, row.reason = effect.get_outcome_display(), effect.reason
    return row


def problem_kinds(run: ImportRun) -> list[dict]:
    """Problems of a run by column and code, the most frequent first; errors, warnings, then notes."""
    found = staged(run).fetch(
        "SELECT p ->> 'level', p ->> 'code', p ->> 'column', min(p ->> 'message'), count(DISTINCT r.number) "
        "FROM {rows} r, jsonb_array_elements(r.problems) p WHERE {of_run} "
        "GROUP BY 1, 2, 3 ORDER BY array_position(ARRAY['error', 'warning', 'note'], p ->> 'level'), 5 DESC LIMIT 60"
    )
    names = ("level", "code", "column", "message", "rows")
    return [dict(zip(names, row, strict=True)) for row in found]


WORST = 20  # texts offered for bulk correction at a time

_TEXTS = """
SELECT p ->> 'column', p ->> 'value', min(p ->> 'level'), min(p ->> 'message'), count(DISTINCT r.number)
FROM {rows} r, jsonb_array_elements(r.problems) p
WHERE {of_run} AND r.verdict <> 'skipped' AND p ->> 'level' <> 'note' AND p ->> 'column' = ANY(%(titles)s)
    AND length(p ->> 'value') <= %(longest)s AND NOT p ->> 'code' = ANY(%(explained)s)
GROUP BY 1, 2 HAVING count(DISTINCT r.number) > 1 AND min(p ->> 'message') = max(p ->> 'message')
ORDER BY 3, 5 DESC, 1, 2 LIMIT %(most)s
"""


def repeated_texts(run: ImportRun) -> list[dict]:
    """Texts found wanting in several cells of a column, errors first, the most frequent first.

    Columns that differ from person to person (masked ones, and the one that tells records apart) are left out,
    texts about which each row is told something else, and those that only wait for somebody to say what they mean
    (``exchange.texts``).
    """
    kind = run.kind_class
    columns = {
        column.column_name: attribute
        for attribute, column in kind.columns().items()
        if attribute in run.header.get("positions", {}) and not column.mask and attribute != kind.key_column
    }
    explained = [code for name, column in kind.columns().items() for code in cured_codes(name, column)]
    found = staged(run).fetch(
        _TEXTS, titles=list(columns), longest=SHOWN_LENGTH, most=WORST, explained=explained
    )
    names = ("title", "text", "level", "message", "rows")
    return [
        dict(zip(names, row, strict=True))
        | {"attribute": columns[row[0]], "offered": offered(run, columns[row[0]])}
        for row in found
    ]


def lines_with(run: ImportRun, title: str, text: str):
    """The rows with a problem in the column of this title at a cell that says ``text``, as problems show it."""
    lines = run.lines.exclude(verdict="skipped").order_by("number")
    return lines.filter(problems__contains=[{"column": title, "value": text}])


def lines_of(run: ImportRun, *, verdict: str = "", code: str = ""):
    """Rows of a run in sheet order, narrowed to a verdict (or ``failing``, or what became of written rows) and a
    kind of problem."""
    lines = run.lines.select_related("effect").order_by("number")
    if verdict == "failing":
        lines = lines.failing()
    elif verdict == WRITTEN:
        lines = lines.filter(effect__isnull=False)
    elif verdict in OUTCOMES:
        lines = lines.filter(effect__outcome=verdict)
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


def jobs_of(runs: list[ImportRun]) -> dict[int, Job]:
    """Run's key → the job at work on it; runs at rest are left out."""
    keys = {run.job_key: run.pk for run in runs if run.is_busy}
    return {keys[job.key]: job for job in Job.objects.filter(key__in=keys)} if keys else {}


def mark_job_of(run: ImportRun) -> Job | None:
    """The job that writes the marked workbook, or did last."""
    return Job.objects.filter(key__startswith=f"exchange.mark:{run.pk}:").order_by("-pk").first()


def cell_text(run: ImportRun, line: ImportRow, attribute: str) -> str:
    """What a cell holds, in full: shown only in the small form that mends it."""
    raw = json.loads(line.raw)
    index = run.header["positions"][attribute]
    return as_text(raw[index]) if index < len(raw) else ""


def offered(run: ImportRun, attribute: str) -> list[str]:
    """The texts a drop-down of the column offers; empty for free text."""
    widget = run.kind_class.columns()[attribute].widget
    return widget.offered() if hasattr(widget, "offered") else []
