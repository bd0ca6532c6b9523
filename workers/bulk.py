"""The write path of the roll's imports: staged lines into workers, documents, jobs and memberships, and back.

Every statement is set-based and ordered by key. The rows have been compared and their people locked in the
same transaction; a number that somebody registers meanwhile loses nothing and becomes a conflict.
"""

from django.db import connection, transaction
from django.db.utils import IntegrityError

from accounts.models import User
from core.exchange import Staged
from workers.import_trail import tell_changes, tell_reverted
from workers.models import Worker
from workers.positions import refresh_positions

FIELDS = (
    *("name", "pinyin", "initials", "other_pinyin", "other_initials", "sex", "birth_date", "ethnicity"),
    *("phone", "phone_index", "phone_tail", "education", "skill_level", "political", "employment_status"),
    *("household_type", "household_place", "native_place", "is_migrant", "is_key_post", "is_industrial"),
)
EMPTY = dict.fromkeys(
    ("birth_date", "phone", "phone_index", "is_migrant", "is_key_post", "is_industrial"), "NULL"
)
EMPTY["sex"] = "'0'"
COLUMNS = ", ".join(FIELDS)
_TYPES = {f.column: f.db_type(connection) for f in Worker._meta.concrete_fields if f.column in FIELDS}
RECORD = ", ".join(f"{name} {_TYPES[name]}" for name in FIELDS)
FILLED = ", ".join(
    f"n.{name}" if EMPTY.get(name) == "NULL" else f"coalesce(n.{name}, {EMPTY.get(name, chr(39) * 2)})"
    for name in FIELDS
)

# Rows, people and their keys rise together here, and so the statements after it need no sorting.
NEW = """
CREATE TEMP TABLE workers_arriving ON COMMIT DROP AS
SELECT r.id AS row_id, r.key, nextval((SELECT pg_get_serial_sequence('workers_worker', 'id')::regclass)) AS worker_id,
       d.doc_type, d."number", d.number_tail, v.*, x."union" AS union_id, x.employer AS employer_id,
       x."on" AS opened_on, x.change, x.reason, x.change = '3' AS retained, x.status, x.job
FROM (SELECT * FROM {rows} r WHERE {of_run} AND r.verdict = 'new' ORDER BY r.number) r,
     jsonb_to_record(r."values") AS x ("union" bigint, employer bigint, "on" date, change varchar,
                                       reason varchar, status varchar, job jsonb, doc jsonb, fields jsonb),
     jsonb_to_record(x.doc) AS d (doc_type varchar, "number" bytea, number_tail varchar),
     jsonb_to_record(x.fields) AS v ({record})
""".replace("{record}", RECORD)
DOCUMENTS = """
INSERT INTO workers_identitydocument (worker_id, doc_type, number, number_index, number_tail, is_current, created_at)
SELECT worker_id, doc_type, "number", key, number_tail, true, statement_timestamp() FROM workers_arriving ORDER BY key
ON CONFLICT (number_index) DO NOTHING
"""
LATE = """
WITH late AS (
    DELETE FROM workers_arriving n
    WHERE NOT EXISTS (SELECT FROM workers_identitydocument d WHERE d.worker_id = n.worker_id) RETURNING n.row_id
)
UPDATE {rows} r SET verdict = 'conflict', problems = r.problems || jsonb_build_array(jsonb_build_object(
    'column', '', 'value', '', 'message', '核对之后，这个证件号码已由他人登记，本行没有写入。请重新核对。',
    'level', 'error', 'code', 'changed_since_check'))
FROM late WHERE {of_run} AND r.id = late.row_id
"""
WORKERS = """
INSERT INTO workers_worker (id, {columns}, union_id, employer_id, standing, member_since, version, created_at,
                            updated_at)
SELECT n.worker_id, {filled}, n.union_id, n.employer_id, CASE WHEN n.retained THEN 'retained' ELSE 'member' END,
       n.opened_on, 1, statement_timestamp(), statement_timestamp()
FROM workers_arriving n
""".replace("{columns}", COLUMNS).replace("{filled}", FILLED)
EMPLOYMENTS = """
INSERT INTO workers_employment (worker_id, employer_id, start, form, occupation, team, staff_number)
SELECT worker_id, employer_id, (job ->> 'start')::date, coalesce(job ->> 'form', ''),
       coalesce(job ->> 'occupation', ''), coalesce(job ->> 'team', ''), coalesce(job ->> 'staff_number', '')
FROM workers_arriving WHERE employer_id IS NOT NULL
"""
MEMBERSHIPS = """
INSERT INTO workers_membership (worker_id, union_id, start, is_retained, status, start_change, start_reason,
                                end_change, end_reason, created_at)
SELECT worker_id, union_id, opened_on, retained, status, change, reason, '', '', statement_timestamp()
FROM workers_arriving
"""
ARRIVED = """
INSERT INTO {effects} (row_id, target_id, outcome, reason)
SELECT row_id, worker_id, 'applied', '' FROM workers_arriving
"""

CHANGED = """
CREATE TEMP TABLE workers_changing ON COMMIT DROP AS
SELECT r.id AS row_id, r.target_id AS worker_id, r.before -> 'plan' AS plan,
       (SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') FROM jsonb_each(r."values" -> 'fields') e
        WHERE r.before -> 'fields' ? e.key) AS fields,
       NULL::bigint AS closed, NULL::bigint AS opened, NULL::bigint AS job_closed, NULL::bigint AS job_opened,
       NULL::bigint AS job_edited
FROM {rows} r WHERE {of_run} AND r.verdict = 'changed'
"""
SET_FIELDS = """
UPDATE workers_worker w
SET ({columns}) = (SELECT {columns} FROM jsonb_populate_record(w, n.fields)),
    version = w.version + 1, updated_at = statement_timestamp()
FROM workers_changing n WHERE w.id = n.worker_id
""".replace("{columns}", COLUMNS)
CLOSE = """
WITH done AS (
    UPDATE workers_membership m
    SET "end" = (n.plan -> 'close' ->> 'on')::date, end_change = n.plan -> 'close' ->> 'change',
        end_reason = coalesce(n.plan -> 'close' ->> 'reason', '')
    FROM workers_changing n
    WHERE m.id = (n.plan -> 'close' ->> 'id')::bigint AND m.worker_id = n.worker_id AND m."end" IS NULL
    RETURNING m.worker_id, m.id
) UPDATE workers_changing n SET closed = done.id FROM done WHERE done.worker_id = n.worker_id
"""
OPEN = """
WITH done AS (
    INSERT INTO workers_membership (worker_id, union_id, start, is_retained, status, start_change, start_reason,
                                    end_change, end_reason, created_at)
    SELECT n.worker_id, o."union", o."on", o.retained, o.status, o.change, coalesce(o.reason, ''), '', '',
           statement_timestamp()
    FROM workers_changing n,
         jsonb_to_record(n.plan -> 'open')
         AS o ("union" bigint, "on" date, retained boolean, status varchar, change varchar, reason varchar)
    WHERE n.plan ? 'open' ORDER BY n.worker_id
    RETURNING worker_id, id
) UPDATE workers_changing n SET opened = done.id FROM done WHERE done.worker_id = n.worker_id
"""
EDIT_JOB = """
WITH done AS (
    UPDATE workers_employment e
    SET (form, occupation, team, staff_number, start) = (
        SELECT form, occupation, team, staff_number, start
        FROM jsonb_populate_record(e, n.plan -> 'facts' -> 'set'))
    FROM workers_changing n
    WHERE e.id = (n.plan -> 'facts' ->> 'id')::bigint AND e.worker_id = n.worker_id AND e."end" IS NULL
    RETURNING e.worker_id, e.id
) UPDATE workers_changing n SET job_edited = done.id FROM done WHERE done.worker_id = n.worker_id
"""
CLOSE_JOB = """
WITH done AS (
    UPDATE workers_employment e SET "end" = (n.plan -> 'job' ->> 'on')::date
    FROM workers_changing n
    WHERE e.worker_id = n.worker_id AND e.employer_id = (n.plan -> 'job' ->> 'from')::bigint AND e."end" IS NULL
      AND (e.start IS NULL OR e.start < (n.plan -> 'job' ->> 'on')::date)
    RETURNING e.worker_id, e.id
) UPDATE workers_changing n SET job_closed = done.id FROM done WHERE done.worker_id = n.worker_id
"""
OPEN_JOB = """
WITH done AS (
    INSERT INTO workers_employment (worker_id, employer_id, start, form, occupation, team, staff_number)
    SELECT n.worker_id, (n.plan -> 'job' ->> 'to')::bigint,
           coalesce(f ->> 'start', n.plan -> 'job' ->> 'on')::date, coalesce(f ->> 'form', ''),
           coalesce(f ->> 'occupation', ''), coalesce(f ->> 'team', ''), coalesce(f ->> 'staff_number', '')
    FROM workers_changing n, LATERAL (SELECT n.plan -> 'job' -> 'facts' AS f) said
    WHERE n.plan -> 'job' ->> 'to' IS NOT NULL ORDER BY n.worker_id
    RETURNING worker_id, id
) UPDATE workers_changing n SET job_opened = done.id FROM done WHERE done.worker_id = n.worker_id
"""
# What a file says about a membership settles an open proposal; a pending transfer refused its line at the check.
SETTLE = """
UPDATE workers_proposal p
SET state = 'cancelled', decided_by_id = %(by)s, decided_at = statement_timestamp(),
    decision_note = '会籍已由表格导入办理'
FROM workers_changing n
WHERE p.worker_id = n.worker_id AND p.state = 'open' AND (n.plan ? 'open' OR n.plan ? 'close')
"""
CHANGES_DONE = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
SELECT n.row_id, n.worker_id, 'applied', '', jsonb_strip_nulls(jsonb_build_object(
    'version', w.version, 'closed', n.closed, 'opened', n.opened, 'job_closed', n.job_closed,
    'job_opened', n.job_opened, 'job_edited', n.job_edited))
FROM workers_changing n JOIN workers_worker w ON w.id = n.worker_id ORDER BY n.row_id
"""

# The keys of documents, jobs and memberships are looked up when the transaction ends. Autovacuum may have passed
# in the meantime and counted no people, for it sees none of ours: then every look-up would read the whole table.
COUNT = "ANALYZE workers_worker (id)"
COUNTED_FROM = 1_000  # fewer are looked up in no time whatever the plan


def insert_new(staged: Staged) -> list[int]:
    """Write the lines with verdict new: people, documents, jobs, memberships; returns the people."""
    people = []
    if arriving := staged.execute(NEW):
        if staged.execute(DOCUMENTS) < arriving:
            staged.execute(LATE)
        for statement in (WORKERS, EMPLOYMENTS, MEMBERSHIPS, ARRIVED):
            staged.execute(statement)
        if arriving >= COUNTED_FROM:
            staged.execute(COUNT)
        people = [pk for (pk,) in staged.fetch("SELECT worker_id FROM workers_arriving")]
    staged.execute("DROP TABLE workers_arriving")
    return people


def update_changed(staged: Staged, *, by: User) -> None:
    """Write the lines with verdict changed: fields, ends and starts of dated rows, today's position. An open
    proposal about a person whose membership changes is closed in the name of ``by``."""
    if staged.execute(CHANGED):
        for statement in (SET_FIELDS, CLOSE, OPEN, EDIT_JOB, CLOSE_JOB, OPEN_JOB):
            staged.execute(statement)
        staged.execute(SETTLE, by=by.pk)
        refresh_positions(
            worker_id for (worker_id,) in staged.fetch("SELECT worker_id FROM workers_changing")
        )
        staged.execute(CHANGES_DONE)
        tell_changes(staged, by=by)
    staged.execute("DROP TABLE workers_changing")


UNTOUCHED = """
SELECT e.row_id, w.id, r.verdict = 'new'
FROM {rows} r JOIN {effects} e ON e.row_id = r.id JOIN workers_worker w ON w.id = e.target_id
WHERE {of_run} AND e.outcome = 'applied' AND w.version = coalesce((e.effects ->> 'version')::int, 1)
ORDER BY w.id FOR UPDATE OF w
"""
OTHERS = """
UPDATE {effects} e
SET outcome = CASE WHEN w.id IS NULL OR w.merged_into_id IS NOT NULL THEN 'impossible' ELSE 'kept' END,
    reason = CASE WHEN w.id IS NULL THEN '记录已不在名册中'
                  WHEN w.merged_into_id IS NOT NULL THEN '记录已与另一份记录合并' ELSE '导入之后有人修改过，保留现状' END
FROM {rows} r JOIN {effects} f ON f.row_id = r.id LEFT JOIN workers_worker w ON w.id = f.target_id
WHERE {of_run} AND e.row_id = r.id AND e.outcome = 'applied'
  AND w.version IS DISTINCT FROM coalesce((f.effects ->> 'version')::int, 1)
"""
BACK = """
UPDATE workers_worker w
SET ({columns}) = (SELECT {columns} FROM jsonb_populate_record(w, r.before -> 'fields')),
    version = w.version + 1, updated_at = statement_timestamp()
FROM {rows} r JOIN {effects} e ON e.row_id = r.id WHERE r.id = ANY(%(ids)s) AND w.id = e.target_id
""".replace("{columns}", COLUMNS)
UNDO_DATED = (
    "DELETE FROM workers_membership m USING {effects} e "
    "WHERE e.row_id = ANY(%(ids)s) AND m.id = (e.effects ->> 'opened')::bigint",
    "UPDATE workers_membership m SET \"end\" = NULL, end_change = '', end_reason = '' FROM {effects} e "
    "WHERE e.row_id = ANY(%(ids)s) AND m.id = (e.effects ->> 'closed')::bigint",
    "DELETE FROM workers_employment j USING {effects} e "
    "WHERE e.row_id = ANY(%(ids)s) AND j.id = (e.effects ->> 'job_opened')::bigint",
    'UPDATE workers_employment j SET "end" = NULL FROM {effects} e '
    "WHERE e.row_id = ANY(%(ids)s) AND j.id = (e.effects ->> 'job_closed')::bigint",
    "UPDATE workers_employment j SET (form, occupation, team, staff_number, start) = ("
    "SELECT form, occupation, team, staff_number, start "
    "FROM jsonb_populate_record(j, r.before -> 'plan' -> 'facts' -> 'was')) "
    "FROM {effects} e JOIN {rows} r ON r.id = e.row_id "
    "WHERE e.row_id = ANY(%(ids)s) AND j.id = (e.effects ->> 'job_edited')::bigint",
)
REMOVE = (
    "DELETE FROM workers_duplicatepair WHERE state <> 'merged' AND (low_id = ANY(%(workers)s) OR high_id = ANY(%(workers)s))",
    "DELETE FROM workers_membership WHERE worker_id = ANY(%(workers)s)",
    "DELETE FROM workers_employment WHERE worker_id = ANY(%(workers)s)",
    "DELETE FROM workers_identitydocument WHERE worker_id = ANY(%(workers)s)",
    "DELETE FROM workers_worker WHERE id = ANY(%(workers)s)",
)
OUTCOME = "UPDATE {effects} e SET outcome = %(outcome)s, reason = %(reason)s WHERE e.row_id = ANY(%(ids)s)"
IN_USE = "名册之外还有记录引用此人，不能删除"


def revert(staged: Staged, *, by: User) -> None:
    """Take back applied lines whose person nobody has touched since; says of each what became of it."""
    untouched = staged.fetch(UNTOUCHED)
    staged.execute(OTHERS, untouched=[row for row, _, _ in untouched])
    changed = [(row, worker) for row, worker, new in untouched if not new]
    if changed:
        rows, workers = (list(column) for column in zip(*changed, strict=True))
        staged.execute(BACK, ids=rows)
        for statement in UNDO_DATED:
            staged.execute(statement, ids=rows)
        refresh_positions(workers)
        staged.execute(OUTCOME, ids=rows, outcome="reverted", reason="")
        tell_reverted(staged, rows=rows, by=by)
    _remove(staged, [(row, worker) for row, worker, new in untouched if new])


def _remove(staged: Staged, arrived: list[tuple[int, int]]) -> None:
    """Delete people the import brought; if others refer to some of them, halve until those are found."""
    if not arrived:
        return
    rows, workers = (list(column) for column in zip(*arrived, strict=True))
    try:
        with transaction.atomic():
            for statement in REMOVE:
                staged.execute(statement, workers=workers)
            staged.execute("SET CONSTRAINTS ALL IMMEDIATE")
            staged.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError:
        if len(arrived) == 1:
            staged.execute(OUTCOME, ids=rows, outcome="impossible", reason=IN_USE)
            return
        middle = len(arrived) // 2
        _remove(staged, arrived[:middle])
        _remove(staged, arrived[middle:])
        return
    staged.execute(OUTCOME, ids=rows, outcome="reverted", reason="")
