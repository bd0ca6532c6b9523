"""Staged lines against the roll: who is known, what would change, who belongs elsewhere.

Set-based: one statement finds and compares the people, one query brings the facts for the decision about
memberships and jobs, one statement writes the decisions back.
"""

import datetime as dt
import json

from core.exchange import FILL, KNOWN, SKIP, UPDATE, Staged
from unions.models import Employer, Union
from workers.extra_columns import JOBLESS, NO_JOB, TITLES, describe as describe_job, revise
from workers.models import Change
from workers.movements import LEAVING, REASONS_THAT_END_THE_JOB, Line, Spell, decide
from workers.rules import ELSEWHERE

ONLY_BLANKS = "按“只补空白项”导入：会籍和就业没有改动。"
NO_FIRM = "没有填写工作单位，无法判断归属的工会。请填写单位全称。"
IN_TRANSFER = "此人的会籍正在接转，本行没有导入。请先在“待办会籍”中接收、退回或撤回接转，再重新核对。"
UNKNOWN_LEAVES = "名册中没有此人，不能登记“{change}”。如需补录，请先按“入会”录入，再办理变化。"

LOCK = """
SELECT w.id FROM workers_worker w
WHERE w.id IN (
    SELECT d.worker_id FROM {rows} r JOIN workers_identitydocument d ON d.number_index = r.key WHERE {of_run}
)
ORDER BY w.id FOR UPDATE
"""

# A blank cell says nothing: only keys present in the row are compared. The phone is compared by its index.
MATCH = """
UPDATE {rows} r
SET target_id = CASE WHEN w.union_id = ANY(%(unions)s) THEN w.id END,
    verdict = CASE WHEN w.union_id = ANY(%(unions)s) THEN 'changed' ELSE 'conflict' END,
    before = CASE WHEN w.union_id = ANY(%(unions)s) THEN jsonb_build_object(
        'version', w.version,
        'fields', (
            SELECT coalesce(jsonb_object_agg(said.key, known.doc -> said.key), '{}')
            FROM (SELECT to_jsonb(w) AS doc OFFSET 0) known, jsonb_each(r."values" -> 'fields') said
            WHERE known.doc -> said.key IS DISTINCT FROM said.value {narrowed}
              AND (said.key NOT IN ('phone', 'phone_tail')
                   OR known.doc -> 'phone_index' IS DISTINCT FROM r."values" -> 'fields' -> 'phone_index')
        )) END,
    problems = CASE WHEN w.union_id = ANY(%(unions)s) THEN r.problems ELSE r.problems || jsonb_build_array(
        jsonb_build_object('column', %(column)s::text, 'value', r."values" ->> 'shown',
                           'message', %(elsewhere)s::text, 'level', 'error', 'code', 'elsewhere',
                           'compared', true)) END
FROM workers_identitydocument d JOIN workers_worker w ON w.id = d.worker_id
WHERE {of_run} AND r.verdict = 'new' AND d.number_index = r.key
"""

# Names are never blank, and their search keys go with them; a sex of 0 is an unknown one.
ONLY_BLANK_ONES = """AND said.key NOT IN ('name', 'pinyin', 'initials', 'other_pinyin', 'other_initials')
              AND (known.doc -> said.key IN ('null', '""') OR said.key = 'sex' AND known.doc -> 'sex' = '"0"')"""
NARROWED = {UPDATE: "", FILL: ONLY_BLANK_ONES, SKIP: "AND false"}
SKIPPED = """
UPDATE {rows} r
SET verdict = 'skipped', before = NULL, problems = r.problems || jsonb_build_array(jsonb_build_object(
    'column', %(column)s::text, 'value', r."values" ->> 'shown', 'message', %(message)s::text, 'level', 'note',
    'code', 'known', 'compared', true))
WHERE {of_run} AND r.verdict = 'changed'
"""

FACTS = """
SELECT r.number, r."values" ->> 'change', r."values" ->> 'on', r."values" ->> 'reason',
       (r."values" ->> 'union')::bigint, (r."values" ->> 'employer')::bigint,
       coalesce(r."values" -> 'fields' ->> 'employment_status', w.employment_status),
       r.before -> 'fields' = '{}'::jsonb, w.union_id, w.employer_id,
       EXISTS (SELECT FROM workers_transfer t WHERE t.worker_id = w.id AND t.state = 'pending'),
       m.id, m.union_id, m.start, m.is_retained, m.start_change, last."end", last.end_change,
       ARRAY(SELECT e.employer_id FROM workers_employment e WHERE e.worker_id = w.id AND e."end" IS NULL),
       r."values" -> 'job', CASE WHEN j.id IS NOT NULL THEN to_jsonb(j) END,
       (SELECT max(p."end") FROM workers_employment p
        WHERE p.worker_id = w.id AND p.employer_id = (r."values" ->> 'employer')::bigint AND p."end" IS NOT NULL)
FROM {rows} r
JOIN workers_worker w ON w.id = r.target_id
LEFT JOIN workers_employment j ON r."values" ? 'job' AND j.worker_id = w.id AND j."end" IS NULL
                               AND j.employer_id = coalesce((r."values" ->> 'employer')::bigint, w.employer_id)
LEFT JOIN workers_membership m ON m.worker_id = w.id AND m."end" IS NULL
LEFT JOIN LATERAL (
    SELECT c."end", c.end_change FROM workers_membership c
    WHERE c.worker_id = w.id AND c."end" IS NOT NULL ORDER BY c."end" DESC LIMIT 1
) last ON true
WHERE {of_run} AND r.verdict = 'changed'
"""

DECIDED = """
UPDATE {rows} r
SET verdict = x.verdict,
    before = CASE WHEN x.verdict = 'changed' THEN r.before || jsonb_build_object('plan', x.plan)
                  WHEN x.verdict = 'unchanged' THEN r.before END,
    problems = CASE WHEN x.problem IS NULL THEN r.problems ELSE r.problems || jsonb_build_array(
        x.problem || jsonb_build_object('compared', true)) END
FROM jsonb_to_recordset(%(found)s::jsonb) AS x (number int, verdict text, plan jsonb, problem jsonb)
WHERE {of_run} AND r.number = x.number
"""

# People who are not on the roll yet need a union to belong to and a change that lets them in.
UNPLACED = """
UPDATE {rows} r
SET verdict = 'problem', problems = r.problems || jsonb_build_array(jsonb_build_object(
    'column', CASE WHEN r."values" ->> 'union' IS NULL THEN %(firm)s::text ELSE %(change)s::text END,
    'value', CASE WHEN r."values" ->> 'union' IS NULL THEN '' ELSE %(labels)s::jsonb ->> (r."values" ->> 'change') END,
    'message', CASE WHEN r."values" ->> 'union' IS NULL THEN %(no_firm)s::text
               ELSE replace(%(leaves)s::text, '{change}', %(labels)s::jsonb ->> (r."values" ->> 'change')) END,
    'level', 'error', 'compared', true,
    'code', CASE WHEN r."values" ->> 'union' IS NULL THEN 'employer.blank' ELSE 'change.unknown_person' END))
WHERE {of_run} AND r.verdict = 'new'
  AND (r."values" ->> 'union' IS NULL OR r."values" ->> 'change' = ANY(%(leaving)s))
"""


def lock(staged: Staged) -> None:
    """Lock the named people in one order, so that two imports cannot wait for each other."""
    staged.fetch(LOCK)


def compare(staged: Staged, kind) -> None:
    """Verdicts of the staged lines; ``kind`` brings the reach (``unions``) and the columns."""
    staged.execute(
        MATCH.replace("{narrowed}", NARROWED[kind.rule]),
        unions=list(kind.unions),
        column=kind.column("number").column_name,
        elsewhere=ELSEWHERE,
    )
    if kind.rule == SKIP:
        staged.execute(SKIPPED, column=kind.column("number").column_name, message=KNOWN)
    names = {pk: union.name for pk, union in kind.unions.items()}
    found = [_decided(facts, names, kind) for facts in staged.fetch(FACTS)]
    if found:
        staged.execute(DECIDED, found=json.dumps(found, ensure_ascii=False))
    staged.execute(
        UNPLACED,
        firm=kind.column("employer").column_name,
        change=kind.column("change").column_name,
        no_firm=NO_FIRM,
        leaving=list(LEAVING),
        leaves=UNKNOWN_LEAVES,
        labels=json.dumps(dict(Change.choices), ensure_ascii=False),
    )
    if kind.job_columns:
        firm = kind.column("employer").column_name
        facts = "、".join(TITLES[name] for name in kind.job_columns)
        staged.execute(JOBLESS, firm=firm, no_job=NO_JOB.format(facts=facts))


def _decided(facts: tuple, names: dict[int, str], kind) -> dict:
    """One line's verdict from a row of FACTS."""
    number, change, on, reason, union, firm, status, same, kept_at, works_at, moving, *rest = facts
    spell_id, spell_union, start, retained, start_change, last_end, last_change, jobs, *about_job = rest
    line = Line(change, dt.date.fromisoformat(on), reason or "", union or kept_at, status)
    spell = None
    if spell_id is not None:
        spell = Spell(spell_id, spell_union, names.get(spell_union, ""), start, retained, start_change)
    decision = decide(line, spell, last_end, last_change or "")
    if kind.rule == FILL:
        differs = decision.refusal or decision.plan or (firm and firm not in jobs)
        told = ONLY_BLANKS if differs else ""
        return _verdict(
            number, "unchanged" if same else "changed", {}, kind, on, told, "only_blanks", level="note"
        )
    if decision.refusal:
        return _verdict(number, "problem", {}, kind, on, decision.refusal, decision.code)
    plan = dict(decision.plan)
    if moving and plan:
        return _verdict(number, "problem", {}, kind, on, IN_TRANSFER, "in_transfer")
    if job := _job(line, firm, works_at, jobs, plan, kind):
        plan["job"] = job
    said, running, job_end = about_job
    said = json.loads(said) if said else {}
    fault = revise(said, running and json.loads(running), plan, job_end, leaves=change in LEAVING)
    if fault:
        attribute, text = fault
        shown = said.get(attribute, "")
        return _verdict(number, "problem", {}, kind, shown, text, "job", attribute=attribute)
    verdict = "unchanged" if same and not plan else "changed"
    return _verdict(number, verdict, plan, kind, on, decision.warning, decision.code)


def _verdict(
    number: int,
    verdict: str,
    plan: dict,
    kind,
    value: str,
    text: str,
    code: str,
    attribute: str = "on",
    level: str = "warning",
) -> dict:
    problem = None
    if text:
        level = "error" if verdict == "problem" else level
        title = kind.column(attribute).column_name
        code = f"{attribute}.{code}"
        problem = {"column": title, "value": value, "message": text, "level": level, "code": code}
    return {"number": number, "verdict": verdict, "plan": plan, "problem": problem}


def _job(line: Line, firm, works_at, jobs: list[int], plan: dict, kind) -> dict | None:
    """The change of employment a line brings: leaving the firm with the union, or working somewhere else now."""
    day = line.on if "open" in plan else kind.today
    if line.change in LEAVING:
        ends = "close" in plan and line.reason in REASONS_THAT_END_THE_JOB and works_at is not None
        return {"from": works_at, "to": None, "on": line.on.isoformat()} if ends else None
    if firm is None or firm in jobs:
        return None
    return {"from": works_at, "to": firm, "on": day.isoformat()}


def describe_plan(plan: dict, kind) -> list[tuple[str, str, str]]:
    """A plan as (what, before, after) for the preview."""
    lines = []
    if closing := plan.get("close"):
        text = f"{Change(closing['change']).label}，{closing['on']} 止"
        lines.append(("会籍", "在此之前有效", text))
    if opened := plan.get("open"):
        union = Union.objects.filter(pk=opened["union"]).values_list("name", flat=True).first() or ""
        lines.append(("会籍", "", f"{Change(opened['change']).label}，{opened['on']} 起，{union}"))
    if job := plan.get("job"):
        names = dict(Employer.objects.filter(pk__in=[job["from"], job["to"]]).values_list("pk", "name"))
        after = names.get(job["to"], f"{job['on']} 离开")
        lines.append(("工作单位", names.get(job["from"], ""), after))
    return lines + describe_job(plan, kind)
