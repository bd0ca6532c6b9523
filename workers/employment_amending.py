"""Rows of the update template of jobs that come back: edited facts of the main job of a person named by a row key."""

from core.edited_cells import clean_edited
from core.exchange import Cleaned, Exchange, Problems, Staged

UNKNOWN = (
    "名册中没有这一行所指的在职人员，或者不在您的范围内，本行没有导入。请重新导出后再修改；"
    "新增的就业请清空“行标识”一格。"
)
# The main job is the one at the firm of the person's position; the row then says what any other row says of it.
RESOLVE = """
UPDATE {rows} r
SET target_id = w.id, verdict = 'changed',
    "values" = r."values" || jsonb_build_object('name', w.name, 'employer', w.employer_id)
FROM workers_worker w
WHERE {of_run} AND r.verdict = 'new' AND r."values" ? 'keyed' AND w.id = (r."values" ->> 'keyed')::bigint
  AND w.union_id = ANY(%(unions)s) AND w.merged_into_id IS NULL AND w.employer_id IS NOT NULL
"""
NOT_FOUND = """
UPDATE {rows} r SET verdict = 'problem', problems = r.problems || jsonb_build_array(jsonb_build_object(
    'column', '', 'value', '', 'message', %(unknown)s::text, 'level', 'error', 'code', 'row_key.unknown',
    'compared', true))
WHERE {of_run} AND r.verdict = 'new' AND r."values" ? 'keyed'
"""


def amended(kind: Exchange, pk: int, texts: dict) -> Cleaned:
    """The staged form of a row that says these cells about the main job of the person with this key."""
    problems = Problems()
    values, raw, emptied = clean_edited(kind, texts, problems)
    kind.check_dates(values, raw, problems, None)
    fields = values | {name: None if name == "start" else "" for name in emptied if name != "end"}
    return Cleaned(None, {"keyed": pk, "shown": "", "fields": fields}, problems)


def resolve(staged: Staged, kind: Exchange) -> None:
    """Find the people that row keys name, inside the reach of the uploader; others are unknown."""
    staged.execute(RESOLVE, unions=list(kind.unions))
    staged.execute(NOT_FOUND, unknown=UNKNOWN)
