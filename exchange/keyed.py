"""Exported lists that come back: rows that name their record by a row key, and say only the cells that were edited.

``core.rowkeys`` tells which cells those are. A cell whose record says something else by now is in conflict, unless a
person put that very cell right on the page: then it is meant.
"""

import base64
import json
from collections.abc import Sequence

from core.characters import as_text
from core.errors import RuleError
from core.exchange import Cleaned, Exchange, Problems
from core.listing import KEY, Column, listings
from core.rowkeys import TITLE, Heading, RowKeyError, RowKeys, canonical, read_heading
from core.text import match_key
from exchange import staging
from exchange.headings import heading_keys
from exchange.models import ImportRun

CHUNK = 1_000
# A row is about its target, or about ``record`` where a kind's rows are about something that the target has.
UNREADABLE = (
    "“行标识”不是本系统写出的，或已被改动，无法认出这一行是谁。请从原导出文件复制整行，或重新导出；"
    "新增人员请清空“行标识”一格。"
)
NOT_COMPLETE = (
    "本行没有行标识，只能当作新增，但表格中没有必需的列：{missing}。新增请用“{title}”空白表；"
    "修改请从原导出文件复制整行。"
)
CONFLICT = (
    "导出之后，登记的内容已改为“{present}”，这一格没有写入。"
    "如确要以文件为准，请在本页把这一格改正一次；否则请在原文件中改回原来的内容后重新上传。"
)
TWICE = "第 {numbers} 行说的是同一条记录。请核对后只保留一行。"
GONE = "（已不在列表中）"

_EDITED = """
SELECT r.number, coalesce((r."values" ->> 'record')::bigint, r.target_id), (r."values" -> 'was')::text, r.before::text
FROM {rows} r
WHERE {of_run} AND r.verdict = 'changed' AND r."values" -> 'was' <> '{}'::jsonb ORDER BY r.number
"""
_CONFLICTS = """
UPDATE {rows} r SET verdict = 'conflict', target_id = NULL, before = NULL, problems = r.problems || x.problems
FROM jsonb_to_recordset(%(found)s::jsonb) AS x (number int, problems jsonb)
WHERE {of_run} AND r.number = x.number
"""
_TWICE = """
SELECT array_agg(r.number ORDER BY r.number) FROM {rows} r
WHERE {of_run} AND r.target_id IS NOT NULL AND r.verdict IN ('changed', 'unchanged')
GROUP BY coalesce((r."values" ->> 'record')::bigint, r.target_id) HAVING count(*) > 1
"""
_SAME = """
UPDATE {rows} r SET verdict = 'problem', target_id = NULL, before = NULL,
    problems = r.problems || jsonb_build_array(%(problem)s::jsonb)
WHERE {of_run} AND r.number = ANY(%(twice)s)
"""


def keyed_header(titles: Sequence[str], kind: type[Exchange]) -> dict | None:
    """What a header with a row-key column says: place and heading of that column, places of the list's columns by
    key, and attribute → place of those that mean a column of the kind. None without such a column.

    Raises RuleError for the list of another kind.
    """
    found = next(((at, read) for at, title in enumerate(titles) if (read := read_heading(title))), None)
    if found is None:
        return None
    place, heading = found
    listing = listings().get(heading.listing)
    if listing is None or listing.kind != kind.name:
        name = f"“{listing.title}”" if listing else "别的列表"
        raise RuleError(
            f"这份文件是从{name}导出的，不能作为“{kind.title}”导入。请选择对应的表格种类，或使用空白表。",
            code="other_listing",
        )
    known = {column.key: column for column in listing.every_column}
    at_title = {
        key: at
        for at, title in reversed(list(enumerate(titles)))
        if at != place
        for key in heading_keys(title)
    }
    places = {key: at_title.get(match_key(known[key].title)) for key in heading.columns if key in known}
    places = {key: at for key, at in places.items() if at is not None}
    positions = {known[key].attribute: at for key, at in places.items() if known[key].attribute}
    return {"place": place, "heading": str(heading), "places": places, "positions": positions}


def row_reader(kind: Exchange, header: dict):
    """What cleans the rows of a sheet: ``clean(cells, mended)``; ``header`` is what the run remembers of it."""
    if header.get("keyed"):
        return KeyedRows(kind, header["keyed"]).clean
    return lambda cells, mended=(): kind.clean_row(cells)


class KeyedRows:
    """Cleans the rows of a sheet with row keys."""

    def __init__(self, kind: Exchange, keyed: dict):
        heading = read_heading(keyed["heading"])
        self.kind = kind
        self.keys = RowKeys(heading)
        self.columns = columns_of(heading)
        self.place = keyed["place"]
        self.places = [keyed["places"].get(key) for key in heading.columns]
        self.missing = [
            column.column_name
            for attribute, column in kind.by_attribute.items()
            if column.required and attribute not in kind.positions
        ]

    def clean(self, cells: list, mended: Sequence[str] = ()) -> Cleaned:
        """The edited cells of a row with a key; a row without one is like any other if it can be."""
        text = cells[self.place] if self.place < len(cells) else ""
        if not as_text(text).strip():
            return self._clean_new(cells)
        problems = Problems()
        try:
            pk, hashes = self.keys.read(text)
        except RowKeyError:
            problems.add(None, "", UNREADABLE, code="row_key.unreadable")
            return Cleaned(None, {}, problems)
        width = len(cells)
        found = [None if at is None else cells[at] if at < width else "" for at in self.places]
        edited = self.keys.edited(pk, hashes, found)
        if not edited and not mended:
            return Cleaned(_key(pk), {"keyed": pk, "shown": "", "fields": {}}, problems)
        return self._clean_edited(pk, hashes, found, set(edited), mended)

    def _clean_new(self, cells: list) -> Cleaned:
        if not self.missing:
            return self.kind.clean_row(cells)
        problems = Problems()
        message = NOT_COMPLETE.format(missing="、".join(self.missing), title=self.kind.title)
        problems.add(None, "", message, code="row_key.blank")
        return Cleaned(None, {}, problems)

    def _clean_edited(self, pk: int, hashes: bytes, found: list, edited: set[int], mended) -> Cleaned:
        texts, was, refused = {}, {}, Problems()
        for place, column in enumerate(self.columns):
            meant = column is not None and column.attribute in mended and found[place] is not None
            if place not in edited and not meant:
                continue
            if column is None or not column.is_editable:
                self._refuse(refused, column, found[place])
                continue
            texts[column.attribute] = found[place]
            if not meant:
                was[column.attribute] = self._was(place, hashes, found[place])
        self._complete(texts, found)
        cleaned = self.kind.amend(pk, texts)
        values = cleaned.values | {"was": was}
        return Cleaned(_key(pk), values, Problems([*refused, *cleaned.problems]))

    def _was(self, place: int, hashes: bytes, cell) -> list:
        """What a later comparison needs of an edited cell: its place, what it was, and what it says, as shown."""
        piece = base64.b64encode(RowKeys.piece(hashes, place)).decode()
        return [place, piece, self.kind.column(self.columns[place].attribute).shown(cell)]

    def _refuse(self, problems: Problems, column: Column | None, cell) -> None:
        own = self.kind.by_attribute.get(column.attribute) if column else None
        title = own.column_name if own else column.title if column else TITLE
        where = column.fixed if column and column.fixed else "请在页面上办理。"
        shown = own.shown(cell) if own else as_text(cell)[:20]
        problems.append(
            {
                "column": title,
                "value": shown,
                "message": f"不能在导出的表格中修改{column.title if column else '这一列'}。{where}请改回原来的内容。",
                "level": "error",
                "code": f"{column.key if column else 'row_key'}.fixed",
            }
        )

    def _complete(self, texts: dict, found: list) -> None:
        """Attributes that are said together bring the cells that were not edited."""
        for group in self.kind.together:
            if not texts.keys() & set(group):
                continue
            for place, column in enumerate(self.columns):
                if column and column.attribute in group and as_text(found[place]).strip():
                    texts.setdefault(column.attribute, found[place])


def columns_of(heading: Heading) -> list[Column | None]:
    """The list's columns that a heading names; None for one that the list no longer has."""
    known = {column.key: column for column in listings()[heading.listing].every_column}
    return [known.get(key) for key in heading.columns]


def hold_against_records(run: ImportRun, kind: Exchange, rows) -> None:
    """Rows about one record become problems; edited cells whose record says something else by now are conflicts.

    For runs of sheets with row keys, after ``kind.compare``; set-based but for the rows with edited cells.
    """
    keyed = run.header.get("keyed")
    if not keyed:
        return
    for (numbers,) in staging.staged(run).fetch(_TWICE):
        message = TWICE.format(numbers="、".join(map(str, numbers[:10])))
        problem = {"column": "", "value": "", "message": message, "level": "error", "code": "duplicate"}
        staging.staged(run).execute(_SAME, problem=_json(problem | {"compared": True}), twice=numbers)
    check = _Conflicts(kind, read_heading(keyed["heading"]))
    edited = rows.fetch(_EDITED)
    for start in range(0, len(edited), CHUNK):
        if found := check.find(edited[start : start + CHUNK]):
            rows.execute(_CONFLICTS, found=_json(found))


class _Conflicts:
    """Compares edited cells with what their records say now."""

    def __init__(self, kind: Exchange, heading: Heading):
        self.kind = kind
        self.keys = RowKeys(heading)
        self.columns = columns_of(heading)
        self.listing = listings()[heading.listing]

    def find(self, edited: Sequence[tuple]) -> list[dict]:
        """The problems of a batch of rows, by number."""
        targets = [target for _, target, *_ in edited]
        columns = [column for column in self.columns if column]
        rows = self.listing.present(self.kind.by, targets).order_by()
        lines = self.listing.lines(rows, [KEY, *columns], chunk=CHUNK)
        present = {pk: dict(zip([c.key for c in columns], line, strict=True)) for pk, *line in lines}
        found = []
        for number, target, was, before in edited:
            problems = self._of_row(target, json.loads(was), json.loads(before), present.get(target))
            if problems:
                found.append({"number": number, "problems": problems})
        return found

    def _of_row(self, target: int, was: dict, before: dict, present: dict | None) -> list[dict]:
        problems, written = [], self.kind.written(before)
        for attribute, (place, piece, said) in was.items():
            column = self.columns[place]
            if attribute not in written or column is None:
                continue
            now = present[column.key] if present else GONE
            if present and self.keys.fits(target, place, base64.b64decode(piece), now):
                continue
            problems.append(
                {
                    "column": self.kind.column(attribute).column_name,
                    "value": said,
                    "message": CONFLICT.format(present=canonical(now) or "（空）"),
                    "level": "error",
                    "code": f"{attribute}.conflict",
                    "compared": True,
                }
            )
        return problems


def _key(pk: int) -> bytes:
    """What rows with the same row key share until their record is found; never the index of a number."""
    return b"row key:" + pk.to_bytes(24)


_json = staging.compact
