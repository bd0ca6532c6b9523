"""Rows of exported lists that come back: facts of known people, told by row keys, against the roll.

Such a row says only the cells that were edited. One that changes the membership goes on like any other row of the
kind (``workers.matching``); the rest are compared here, person by person and set-based.
"""

import json

from core.edited_cells import clean_edited
from core.exchange import FILL, KNOWN, SKIP, Cleaned, Problems, Staged
from workers import row_checks
from workers.bulk import EMPTY
from workers.extra_columns import JOB, NO_JOB, TITLES, check_start, revise
from workers.matching import DECIDED, NARROWED

MOVEMENT = ("change", "on", "reason")
UNKNOWN = "名册中没有这一行所指的人，或者不在您的范围内，本行没有导入。请重新导出后再修改；新增人员请清空“行标识”一格。"

FOUND = """
FROM workers_identitydocument d JOIN workers_worker w ON w.id = d.worker_id
WHERE {of_run} AND r.verdict = 'new' AND r."values" ? 'keyed' AND w.id = (r."values" ->> 'keyed')::bigint
  AND d.is_current AND w.union_id = ANY(%(unions)s)
"""
# Rows without a movement are put aside as unchanged until the others have been compared.
RESOLVE = (
    """
UPDATE {rows} r
SET key = d.number_index, target_id = w.id, before = NULL,
    verdict = CASE WHEN r."values" ? 'change' THEN 'new' ELSE 'unchanged' END
"""
    + FOUND
)
# A row that says something wrong still names its person: nobody is missing from a full list for that.
NAMED = """
UPDATE {rows} r SET key = d.number_index
FROM workers_identitydocument d JOIN workers_worker w ON w.id = d.worker_id
WHERE {of_run} AND r.verdict = 'problem' AND r."values" ? 'keyed' AND w.id = (r."values" ->> 'keyed')::bigint
  AND d.is_current AND w.union_id = ANY(%(unions)s) AND r.key IS DISTINCT FROM d.number_index
"""
NOT_FOUND = """
UPDATE {rows} r SET verdict = 'problem', problems = r.problems || jsonb_build_array(jsonb_build_object(
    'column', '', 'value', '', 'message', %(unknown)s::text, 'level', 'error', 'code', 'row_key.unknown',
    'compared', true))
WHERE {of_run} AND r.verdict = 'new' AND r."values" ? 'keyed' AND r.target_id IS NULL
"""
COMPARE = """
UPDATE {rows} r
SET before = jsonb_build_object('version', w.version, 'fields', x.fields, 'plan', '{}'::jsonb),
    verdict = CASE WHEN x.fields = '{}' THEN 'unchanged' ELSE 'changed' END
FROM workers_worker w, {rows} s, LATERAL (
    SELECT coalesce(jsonb_object_agg(said.key, known.doc -> said.key), '{}') AS fields
    FROM (SELECT to_jsonb(w) AS doc OFFSET 0) known, jsonb_each(s."values" -> 'fields') said
    WHERE known.doc -> said.key IS DISTINCT FROM said.value {narrowed}
      AND (said.key NOT IN ('phone', 'phone_tail')
           OR known.doc -> 'phone_index' IS DISTINCT FROM s."values" -> 'fields' -> 'phone_index')
) x
WHERE {of_run} AND s.id = r.id AND w.id = s.target_id AND r.verdict = 'unchanged' AND r.before IS NULL
  AND r."values" ? 'keyed'
"""
SKIPPED = """
UPDATE {rows} r SET verdict = 'skipped', problems = r.problems || jsonb_build_array(jsonb_build_object(
    'column', '', 'value', '', 'message', %(known)s::text, 'level', 'note', 'code', 'known', 'compared', true))
WHERE {of_run} AND r.verdict = 'unchanged' AND r.before IS NULL AND r."values" ? 'keyed'
"""
JOBS = """
SELECT r.number, r.before -> 'fields' = '{}'::jsonb, r."values" -> 'job', to_jsonb(j),
       (SELECT max(p."end") FROM workers_employment p
        WHERE p.worker_id = w.id AND p.employer_id = w.employer_id AND p."end" IS NOT NULL)
FROM {rows} r JOIN workers_worker w ON w.id = r.target_id
LEFT JOIN workers_employment j ON j.worker_id = w.id AND j."end" IS NULL AND j.employer_id = w.employer_id
WHERE {of_run} AND r.verdict IN ('changed', 'unchanged') AND r."values" ? 'keyed' AND r."values" ? 'job'
  AND NOT r."values" ? 'change'
"""


def amended(kind, pk: int, texts: dict) -> Cleaned:
    """The staged form of a row that says these cells about the person with this key."""
    problems = Problems()
    values, raw, emptied = clean_edited(kind, texts, problems)
    row_checks.check_movement(kind, values, raw, problems)
    job = {name: values.pop(name) for name in JOB if name in values}
    job |= {name: None if name == "start" else "" for name in JOB if name in emptied}
    if job.get("start"):
        check_start(kind.column("start"), job, raw, problems, today=kind.today, closed_on=None)
    staged = {"keyed": pk, "shown": ""}
    if problems.blocking:
        return Cleaned(None, staged, problems)
    if "change" in values:
        staged |= {name: values.pop(name, "") for name in MOVEMENT}
    fields = kind.person_fields(values)
    for name in emptied:
        if name not in (*JOB, *MOVEMENT):
            fields |= _emptied(name)
    staged["fields"] = fields
    if job:
        staged["job"] = job
    return Cleaned(None, staged, problems)


def written(plan: dict) -> set[str]:
    """The attributes that a plan writes."""
    facts = set((plan.get("facts") or {}).get("set", {}))
    return facts | (set(MOVEMENT) if plan.get("open") or plan.get("close") else set())


def resolve(staged: Staged, kind) -> None:
    """Find the people that row keys name, inside the reach of the uploader; others are unknown."""
    staged.execute(RESOLVE, unions=list(kind.unions))
    staged.execute(NAMED, unions=list(kind.unions))
    staged.execute(NOT_FOUND, unknown=UNKNOWN)


def compare(staged: Staged, kind) -> None:
    """Verdicts of the rows that ``resolve`` put aside, by the match rule."""
    if kind.rule == SKIP:
        staged.execute(SKIPPED, known=KNOWN)
        return
    staged.execute(COMPARE.replace("{narrowed}", NARROWED[kind.rule]))
    if kind.rule == FILL:
        return
    found = [_job_decided(facts, kind) for facts in staged.fetch(JOBS)]
    if found:
        staged.execute(DECIDED, found=json.dumps(found, ensure_ascii=False))


def _emptied(name: str) -> dict:
    if name == "phone":
        return {"phone": None, "phone_index": None, "phone_tail": ""}
    return {name: None if EMPTY.get(name) == "NULL" else ""}


def _job_decided(facts: tuple, kind) -> dict:
    number, same, said, running, last_end = facts
    said, running, plan = json.loads(said), running and json.loads(running), {}
    fault = revise(said, running, plan, last_end, leaves=False)
    if fault is None:
        return {"number": number, "verdict": "unchanged" if same and not plan else "changed", "plan": plan}
    attribute, text = fault
    if attribute == "employer":
        text = NO_JOB.format(facts="、".join(TITLES[name] for name in said))
    problem = {
        "column": kind.column(attribute).column_name,
        "value": said.get(attribute) or "",
        "message": text,
        "level": "error",
        "code": f"{attribute}.job",
    }
    return {"number": number, "verdict": "problem", "plan": {}, "problem": problem}
