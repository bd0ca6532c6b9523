"""Check: the whole file at once, every problem with row, column, value and remedy. Writes staged rows only.

The same code checks a file, a mended row, and, inside the writing transaction, what was found before.
"""

import gc
import json
from collections.abc import Callable
from contextlib import contextmanager

from core.characters import match_key
from core.errors import RuleError
from core.exchange import EXAMPLE, Exchange, Problems
from exchange import staging
from exchange.heads import keep_heads
from exchange.keyed import hold_against_records, row_reader
from exchange.layouts import Layout, hidden_notices, merged_notices
from exchange.leaving import find_leavers
from exchange.models import ImportRow, ImportRun
from exchange.reading import Workbook
from exchange.remembering import holds_table, layout_for
from exchange.sieving import RowSieve
from exchange.texts import notice_of_use, texts_of

FLUSH_ROWS = 5_000
FLUSH_SIZE = 16 * 1024 * 1024
SKIPPED_EXAMPLE = "第 {number} 行是空白表自带的示例，已跳过"
OVERWRITTEN = "序号栏写着“示例”，内容却已改过，按填报的数据核对。是真实数据的请把“示例”改为序号，不是的请在原表中删去这一行。"


def kind_for(run: ImportRun, by=None) -> Exchange:
    """The run's kind, ready to be prepared, with the reach of ``by`` (the uploader if not given)."""
    return run.kind_class(
        by=by or run.created_by,
        union=run.union,
        today=run.day,
        facts=run.header.get("facts", {}),
        rule=run.rule,
        is_full_list=run.is_full_list,
        texts=texts_of(run),
    )


def stage_file(run: ImportRun, progress: Callable[[int, int, str], None]) -> Exchange:
    """Read, clean and stage every row of the run's file; replaces what an earlier attempt staged. Returns the kind
    as it was prepared for this file.

    Sets ``header``, ``fingerprint`` and ``rows`` of the run object. Raises RuleError for a file that cannot
    be understood as a whole.
    """
    staging.staged(run).execute("DELETE FROM {rows} r WHERE {of_run}")
    with Workbook(run.file.path) as workbook:
        progress(0, 0, "正在查找表头")
        keep_heads(run, workbook.sheets)
        layout = layout_for(run, workbook.sheets)
        layout.notices += hidden_notices(layout, skip_hidden=run.skip_hidden)
        run.header, run.fingerprint = layout.as_json(), layout.fingerprint
        kind = kind_for(run)
        kind.prepare(layout.positions)
        staged = _stage_rows(run, kind, layout, workbook, progress)
        layout.notices += merged_notices(layout, workbook.merged)
    if not staged:
        raise RuleError(
            f"表头（第 {layout.last_row} 行）之下没有数据行。请填好后再上传。",
            code=_without_rows(run, workbook.sheets, layout),
        )
    run.header["notices"] = layout.notices + notice_of_use(kind) + kind.notices
    return kind


def _without_rows(run: ImportRun, sheets: list[dict], layout: Layout) -> str:
    """Another sheet, or another header than the chosen one, may hold the rows: then a person is asked."""
    elsewhere = any(
        sheet["visible"] and sheet["index"] != layout.sheet_index and holds_table(sheet) for sheet in sheets
    )
    return "wrong_header" if elsewhere or run.layout.get("columns") else "no_rows"


def _stage_rows(run, kind: Exchange, layout: Layout, workbook: Workbook, progress) -> int:
    sieve, total = RowSieve(layout, skip_hidden=run.skip_hidden), 0
    marked = _numbering(layout)
    clean_row = row_reader(kind, run.header)
    with staging.CopyWriter(run) as writer, _without_collector():
        for chunk in workbook.chunks(layout.sheet_index, layout.last_row):
            for number, cells in chunk:
                if not sieve.is_data(number, cells):
                    continue
                total += 1
                cells = layout.completed(cells)
                if sieve.is_skipped(number):
                    writer.add(number, cells, staging.HIDDEN, "skipped")
                    continue
                if kind.is_example(cells):
                    layout.notices.append(SKIPPED_EXAMPLE.format(number=number))
                    writer.add(number, cells, staging.SKIPPED, "skipped")
                    continue
                cleaned = clean_row(cells)
                if marked is not None and marked < len(cells) and cells[marked] == EXAMPLE:
                    cleaned.problems.add(None, "", OVERWRITTEN, level="warning", code="example.overwritten")
                writer.add(number, cells, cleaned, "problem" if cleaned.problems.blocking else "new")
            if len(writer.lines) >= FLUSH_ROWS or writer.size >= FLUSH_SIZE:
                writer.flush()
                progress(total, 0, f"已核对 {total} 行")
        writer.flush()
    return total


def _numbering(layout: Layout) -> int | None:
    """The column 序号, in which a form marks its example row."""
    used = set(layout.positions.values())
    titles = enumerate(map(match_key, layout.titles))
    return next((place for place, title in titles if title == "序号" and place not in used), None)


@contextmanager
def _without_collector():
    """Rows make no cycles; looking for them in a growing heap costs a tenth of the check."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


# Of the columns that are compared: the sealed cells and the values are wide, and nobody asks for them.
_ANALYZE = "ANALYZE {rows} (id, run_id, number, verdict, key, target_id)"


def settle(run: ImportRun, kind: Exchange, numbers=None) -> None:
    """Duplicates in the file first, then against the records; counts at the end. Inside a transaction."""
    rows = staging.staged(run, numbers)
    if numbers is None:
        rows.execute(_ANALYZE)
    staging.mark_duplicates(rows, kind)
    kind.compare(rows)
    hold_against_records(run, kind, rows)
    _count(run, kind)


def _count(run: ImportRun, kind: Exchange) -> None:
    staging.count(run)
    find_leavers(run, kind)


def check_again(run: ImportRun, kind: Exchange) -> int:
    """Compare the rows to be written once more, with their records locked; returns how many no longer hold.

    A row whose record changed since the check becomes a conflict and is not written over what it has become.
    """
    rows = staging.staged(run)
    kind.lock(rows)
    rows.execute(_REMEMBER)
    rows.execute(_RESET)
    kind.compare(rows)
    lost = rows.execute(_MARK_LOST, problem=staging.compact(LOST))
    rows.execute("DROP TABLE exchange_remembered")
    return lost


def compare_again(run: ImportRun, kind: Exchange) -> None:
    """Give every good row the verdict it has today, so that the preview can be confirmed anew."""
    rows = staging.staged(run)
    rows.execute(_RESET)
    kind.compare(rows)
    hold_against_records(run, kind, rows)
    _count(run, kind)


def compare_anew(run: ImportRun, kind: Exchange) -> None:
    """Decide every row again from its cleaned values, as the run's match rule now says; the file is not read."""
    rows = staging.staged(run)
    rows.execute(_FORGET_VERDICTS)
    kind.compare(rows)
    hold_against_records(run, kind, rows)
    _count(run, kind)


LOST = {
    "column": "",
    "value": "",
    "message": "核对之后，名册中的这条记录已有变化，本行没有写入。请重新核对后再导入。",
    "level": "error",
    "code": "changed_since_check",
}
_REMEMBER = """
CREATE TEMP TABLE exchange_remembered ON COMMIT DROP AS
SELECT r.id, r.verdict, r.target_id, r.before FROM {rows} r
WHERE {of_run} AND r.verdict IN ('changed', 'unchanged')
"""
_RESET = """
UPDATE {rows} r SET verdict = 'new', target_id = NULL, before = NULL,
    problems = (SELECT coalesce(jsonb_agg(p), '[]') FROM jsonb_array_elements(r.problems) p
                WHERE NOT coalesce((p->>'compared')::boolean, false))
WHERE {of_run} AND r.verdict IN ('changed', 'unchanged')
"""
# Rows that were read without an error of their own; example rows have no values.
_FORGET_VERDICTS = """
UPDATE {rows} r SET verdict = 'new', target_id = NULL, before = NULL, problems = own.problems
FROM (
    SELECT r.id, coalesce(jsonb_agg(p) FILTER (WHERE p ? 'level' AND NOT p ? 'compared'), '[]') AS problems
    FROM {rows} r LEFT JOIN LATERAL jsonb_array_elements(r.problems) p ON true WHERE {of_run} GROUP BY r.id
) own
WHERE {of_run} AND r.id = own.id AND r."values" <> '{}' AND NOT own.problems @> '[{"level": "error"}]'
"""
_MARK_LOST = """
UPDATE {rows} r SET verdict = 'conflict', target_id = NULL, before = NULL,
    problems = r.problems || jsonb_build_array(%(problem)s::jsonb)
WHERE {of_run} AND (
    r.verdict IN ('changed', 'unchanged')
    AND NOT EXISTS (SELECT FROM exchange_remembered m WHERE m.id = r.id AND m.verdict = r.verdict
                    AND m.target_id IS NOT DISTINCT FROM r.target_id
                    AND m.before IS NOT DISTINCT FROM r.before)
    OR r.verdict = 'new' AND r.id IN (SELECT id FROM exchange_remembered)
)
"""


def check_rows(run: ImportRun, changes: dict[int, dict[str, str]]) -> list[int]:
    """Put new texts into cells and check those rows again, with every row that shares a record with them.

    ``changes``: sheet row number → attribute → text. Returns the numbers of all rows checked. Inside a transaction.
    """
    kind = kind_for(run)
    kind.prepare(run.header["positions"])
    lines = list(run.lines.filter(number__in=changes))
    keys = {bytes(line.key) for line in lines if line.key}
    clean_row = row_reader(kind, run.header)
    for line in lines:
        _put(run, line, changes[line.number])
        _clean_again(clean_row, line)
    keys |= {bytes(line.key) for line in lines if line.key}
    twins = list(run.lines.filter(key__in=keys).exclude(number__in=changes).exclude(verdict="skipped"))
    for line in twins:
        _clean_again(clean_row, line)
    staging.replace(run, [*lines, *twins])
    numbers = [line.number for line in [*lines, *twins]]
    settle(run, kind, numbers)
    return numbers


def _put(run: ImportRun, line: ImportRow, texts: dict[str, str]) -> None:
    """Texts into cells; what a person has put right is remembered by column."""
    cells = json.loads(line.raw)
    for attribute, text in texts.items():
        index = run.header["positions"][attribute]
        cells += [""] * (index + 1 - len(cells))
        cells[index] = text
    line.raw = staging.compact(cells)
    line.mended = sorted({*line.mended, *texts})


def _clean_again(clean_row: Callable, line: ImportRow) -> None:
    cleaned = clean_row(json.loads(line.raw), line.mended)
    line.key, line.values, line.problems = cleaned.key, cleaned.values, list(cleaned.problems)
    line.verdict = "problem" if Problems(cleaned.problems).blocking else "new"
