"""The write path of the kind ``employments``: staged jobs into the roll and back, set-based.

The rows have been compared and their people locked in the same transaction, so the constraints of the table hold.
"""

from accounts.models import User
from core.exchange import Staged
from workers.models import Worker
from workers.positions import refresh_positions

FACTS = 'form, occupation, team, staff_number, start, "end"'
# A job as an undo must find it again.
AS_WRITTEN = """jsonb_build_object('id', e.id, 'worker', e.worker_id, 'employer', e.employer_id, 'start', e.start,
    'end', e."end", 'form', e.form, 'occupation', e.occupation, 'team', e.team, 'staff_number', e.staff_number)"""

WRITING = """
CREATE TEMP TABLE workers_jobs ON COMMIT DROP AS
SELECT r.id AS row_id, r.target_id AS worker_id, r.verdict = 'new' AS is_new,
       CASE WHEN r.verdict = 'new' THEN nextval(pg_get_serial_sequence('workers_employment', 'id'))
            ELSE (r.before -> 'plan' ->> 'id')::bigint END AS job_id,
       (r."values" ->> 'employer')::bigint AS employer_id,
       CASE WHEN r.verdict = 'new' THEN r."values" -> 'fields' ELSE r.before -> 'plan' -> 'set' END AS facts
FROM {rows} r WHERE {of_run} AND r.verdict IN ('new', 'changed')
"""
INSERT = """
INSERT INTO workers_employment (id, worker_id, employer_id, start, "end", form, occupation, team, staff_number)
SELECT job_id, worker_id, employer_id, (facts ->> 'start')::date, (facts ->> 'end')::date,
       coalesce(facts ->> 'form', ''), coalesce(facts ->> 'occupation', ''), coalesce(facts ->> 'team', ''),
       coalesce(facts ->> 'staff_number', '')
FROM workers_jobs WHERE is_new ORDER BY worker_id, job_id
"""
EDIT = """
UPDATE workers_employment e
SET ({facts}) = (SELECT {facts} FROM jsonb_populate_record(e, n.facts))
FROM workers_jobs n WHERE NOT n.is_new AND e.id = n.job_id AND e.worker_id = n.worker_id
""".replace("{facts}", FACTS)
TOUCH = """
UPDATE workers_worker w SET version = w.version + 1, updated_at = statement_timestamp()
WHERE w.id = ANY(%(workers)s)
"""
DONE = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
SELECT n.row_id, n.worker_id, 'applied', '', jsonb_build_object('job', {as_written})
FROM workers_jobs n JOIN workers_employment e ON e.id = n.job_id ORDER BY n.row_id
""".replace("{as_written}", AS_WRITTEN)

# One audit entry for each job opened or changed (docs/adr/0017); ``{pair}`` is before and after, or the other way.
TELL = """
INSERT INTO accounts_auditentry (at, category, action, actor_id, object_type, object_id, union_id, details,
                                 previous_hash, hash)
SELECT statement_timestamp(), 'business', %(action)s, %(by)s, %(object)s, w.id, w.union_id,
       jsonb_build_object('import', r.run_id, 'row', r.number, 'employer', firm.name, 'changes', facts.said), '', ''
FROM {rows} r
JOIN {effects} f ON f.row_id = r.id
JOIN workers_worker w ON w.id = f.target_id
JOIN unions_employer firm ON firm.id = (r."values" ->> 'employer')::bigint
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(s.key, jsonb_build_array({pair})), '{}') AS said
    FROM jsonb_each(CASE WHEN r.verdict = 'new' THEN r."values" -> 'fields' ELSE r.before -> 'plan' -> 'set' END) s
) facts
WHERE {of_run} AND r.verdict IN ('new', 'changed') AND (%(ids)s::bigint[] IS NULL OR r.id = ANY(%(ids)s::bigint[]))
ORDER BY w.id, r.id
"""
WAS, IS = "r.before -> 'plan' -> 'was' -> s.key", "s.value"

LOCK_WRITTEN = """
SELECT w.id FROM workers_worker w
WHERE w.id IN (SELECT f.target_id FROM {effects} f JOIN {rows} r ON r.id = f.row_id
               WHERE {of_run} AND f.outcome = 'applied')
ORDER BY w.id FOR UPDATE
"""
# ``taken``: what was before would now overlap with another job at the same firm.
WRITTEN = """
SELECT f.row_id, w.id, e.id, r.verdict = 'new', w.id IS NOT NULL AND w.merged_into_id IS NULL AS is_there,
       e.id IS NOT NULL AND {as_written} = f.effects -> 'job' AS is_same,
       EXISTS (
           SELECT FROM workers_employment o, jsonb_populate_record(e, r.before -> 'plan' -> 'was') AS was
           WHERE o.worker_id = e.worker_id AND o.employer_id = e.employer_id AND o.id <> e.id
             AND daterange(o.start, o."end") && daterange(was.start, was."end")
       ) AS taken
FROM {effects} f JOIN {rows} r ON r.id = f.row_id
LEFT JOIN workers_worker w ON w.id = f.target_id
LEFT JOIN workers_employment e ON e.id = (f.effects -> 'job' ->> 'id')::bigint
WHERE {of_run} AND f.outcome = 'applied' ORDER BY f.row_id
""".replace("{as_written}", AS_WRITTEN)
REMOVE = "DELETE FROM workers_employment WHERE id = ANY(%(jobs)s)"
RESTORE = """
UPDATE workers_employment e
SET ({facts}) = (SELECT {facts} FROM jsonb_populate_record(e, r.before -> 'plan' -> 'was'))
FROM {rows} r JOIN {effects} f ON f.row_id = r.id
WHERE f.row_id = ANY(%(ids)s) AND r.verdict = 'changed' AND e.id = (f.effects -> 'job' ->> 'id')::bigint
""".replace("{facts}", FACTS)
OUTCOME = "UPDATE {effects} e SET outcome = %(outcome)s, reason = %(reason)s WHERE e.row_id = ANY(%(ids)s)"
GONE = ("impossible", "记录已不在名册中，或已与另一份记录合并")
KEPT = ("kept", "导入之后有人修改过，保留现状")
TAKEN = ("impossible", "此后在该单位另有就业登记，与原来的日期重叠")
REVERTED = ("reverted", "")


def write(staged: Staged, *, by: User) -> None:
    """Open the jobs of rows with verdict new, set facts and ends on those of changed ones, refresh positions."""
    if staged.execute(WRITING):
        staged.execute(INSERT)
        staged.execute(EDIT)
        _refresh(staged, [pk for (pk,) in staged.fetch("SELECT DISTINCT worker_id FROM workers_jobs")])
        staged.execute(DONE)
        _tell(staged, "workers.import", by, f"{WAS}, {IS}")
    staged.execute("DROP TABLE workers_jobs")


def revert(staged: Staged, *, by: User) -> None:
    """Take back jobs that are still as they were written; says of each row what became of it."""
    staged.fetch(LOCK_WRITTEN)
    outcomes: dict[tuple[str, str], list[int]] = {}
    workers, opened = set(), []
    for row, worker, job, is_new, is_there, is_same, taken in staged.fetch(WRITTEN):
        outcome = REVERTED
        if not is_there:
            outcome = GONE
        elif not is_same:
            outcome = KEPT
        elif taken and not is_new:
            outcome = TAKEN
        else:
            workers.add(worker)
            opened += [job] if is_new else []
        outcomes.setdefault(outcome, []).append(row)
    staged.execute(REMOVE, jobs=opened)
    staged.execute(RESTORE, ids=outcomes.get(REVERTED, []))
    _refresh(staged, sorted(workers))
    for (outcome, reason), rows in outcomes.items():
        staged.execute(OUTCOME, ids=rows, outcome=outcome, reason=reason)
    _tell(staged, "workers.import_undo", by, f"{IS}, {WAS}", outcomes.get(REVERTED, []))


def _tell(staged: Staged, action: str, by: User, pair: str, ids: list[int] | None = None) -> None:
    sql = TELL.replace("{pair}", pair)
    staged.execute(sql, action=action, by=by.pk, object=Worker._meta.label_lower, ids=ids)


def _refresh(staged: Staged, workers: list[int]) -> None:
    staged.execute(TOUCH, workers=workers)
    refresh_positions(workers)
