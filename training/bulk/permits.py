"""The write path of the kind ``permits``: staged cards and reviews into the roll and back, set-based.

The rows have been compared and their people locked in the same transaction. The clock is wound by the same functions
as for a single card.
"""

from accounts.models import User
from core.exchange import Staged
from training.models import Permit
from training.rules.permit_clock import ClockRules
from training.services.permits import chain, rewind

FACTS = "issuer, valid_until, long_service"

WRITING = """
CREATE TEMP TABLE training_permits ON COMMIT DROP AS
SELECT r.id AS row_id, r.target_id AS worker_id, r.verdict = 'new' AS is_new, r."values" AS said,
       CASE WHEN r.verdict = 'new' THEN nextval(pg_get_serial_sequence('training_permit', 'id'))
            ELSE (r.before -> 'plan' ->> 'id')::bigint END AS permit_id,
       CASE WHEN r.verdict = 'new' THEN r."values" -> 'fields' ELSE r.before -> 'plan' -> 'set' END AS facts
FROM {rows} r WHERE {of_run} AND r.verdict IN ('new', 'changed')
"""
ISSUED = """
SELECT permit_id, (facts ->> 'issued_on')::date FROM training_permits WHERE is_new AND facts ->> 'valid_until' IS NULL
"""
ENDS = """
UPDATE training_permits n SET facts = n.facts || jsonb_build_object('valid_until', x.until)
FROM unnest(%(ids)s::bigint[], %(ends)s::date[]) AS x (id, until) WHERE n.permit_id = x.id
"""
# Until the clock is wound, nothing is due before the end.
INSERT = """
INSERT INTO training_permit (id, worker_id, category, item, number, number_index, number_tail, issuer, issued_on,
    valid_until, long_service, first_due, due_on, state, end_note, version, entered_by_id, entered_at, updated_at)
SELECT permit_id, worker_id, facts ->> 'category', coalesce(facts ->> 'item', ''), (said ->> 'sealed')::bytea,
       (said ->> 'index')::bytea, said ->> 'tail', coalesce(facts ->> 'issuer', ''), (facts ->> 'issued_on')::date,
       (facts ->> 'valid_until')::date, coalesce((facts ->> 'long_service')::boolean, false),
       (facts ->> 'valid_until')::date, (facts ->> 'valid_until')::date, 'active', '', 1, %(by)s,
       statement_timestamp(), statement_timestamp()
FROM training_permits WHERE is_new ORDER BY row_id
"""
EDIT = """
UPDATE training_permit p SET ({facts}) = (SELECT {facts} FROM jsonb_populate_record(p, n.facts)),
    first_due = coalesce((n.facts ->> 'valid_until')::date, p.valid_until),
    due_on = coalesce((n.facts ->> 'valid_until')::date, p.valid_until),
    version = p.version + 1, updated_at = statement_timestamp()
FROM training_permits n WHERE NOT n.is_new AND p.id = n.permit_id AND p.worker_id = n.worker_id
""".replace("{facts}", FACTS)
REVIEW = """
INSERT INTO training_permitreview (permit_id, "on", passed, note, next_due, entered_by_id, entered_at)
SELECT p.id, (n.facts ->> 'reviewed_on')::date, true, '', p.valid_until, %(by)s, statement_timestamp()
FROM training_permits n JOIN training_permit p ON p.id = n.permit_id WHERE n.facts ->> 'reviewed_on' IS NOT NULL
ON CONFLICT (permit_id, "on") DO NOTHING
"""
TOUCHED = "SELECT permit_id, worker_id FROM training_permits"
REVIEWS = """(SELECT coalesce(jsonb_agg(to_jsonb(v) - 'next_due' ORDER BY v.id), '[]') FROM training_permitreview v
    WHERE v.permit_id = p.id)"""
# A card as an undo must find it again: what the chain and the clock say follows from other rows.
AS_WRITTEN = """jsonb_build_object('card', to_jsonb(p) - 'state' - 'ended_on' - 'first_due' - 'due_on',
    'reviews', {reviews})""".replace("{reviews}", REVIEWS)
DONE = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
SELECT n.row_id, n.worker_id, 'applied', '', jsonb_build_object('id', p.id) || {as_written}
FROM training_permits n JOIN training_permit p ON p.id = n.permit_id ORDER BY n.row_id
""".replace("{as_written}", AS_WRITTEN)
# One audit entry for each card that was changed (docs/adr/0017); ``{pair}`` is before and after, or back.
TELL = """
INSERT INTO accounts_auditentry (at, category, action, actor_id, object_type, object_id, union_id, details,
                                 previous_hash, hash)
SELECT statement_timestamp(), 'business', %(action)s, %(by)s, %(object)s, (r.before -> 'plan' ->> 'id')::bigint,
       w.union_id, jsonb_build_object('import', r.run_id, 'row', r.number, 'worker', w.id, 'changes', facts.said), '', ''
FROM {rows} r JOIN {effects} f ON f.row_id = r.id JOIN workers_worker w ON w.id = f.target_id
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(s.key, jsonb_build_array({pair})), '{}') AS said
    FROM jsonb_each(r.before -> 'plan' -> 'set') s
) facts
WHERE {of_run} AND r.verdict = 'changed' AND (%(ids)s::bigint[] IS NULL OR r.id = ANY(%(ids)s::bigint[]))
ORDER BY w.id, r.id
"""
WAS, IS = "r.before -> 'plan' -> 'was' -> s.key", "s.value"

LOCK_WRITTEN = """
SELECT w.id FROM workers_worker w
WHERE w.id IN (SELECT f.target_id FROM {effects} f JOIN {rows} r ON r.id = f.row_id
               WHERE {of_run} AND f.outcome = 'applied')
ORDER BY w.id FOR UPDATE
"""
WRITTEN = """
SELECT f.row_id, p.id, p.worker_id, r.verdict = 'new',
       p.id IS NOT NULL AND p.state <> 'revoked' AND {as_written} = f.effects - 'id'
       AND NOT EXISTS (SELECT FROM training_permitnotice t WHERE t.permit_id = p.id AND t.handed_on IS NOT NULL)
FROM {effects} f JOIN {rows} r ON r.id = f.row_id
LEFT JOIN training_permit p ON p.id = (f.effects ->> 'id')::bigint
WHERE {of_run} AND f.outcome = 'applied' ORDER BY f.row_id
""".replace("{as_written}", AS_WRITTEN)
UNREVIEW = """
DELETE FROM training_permitreview v USING {rows} r JOIN {effects} f ON f.row_id = r.id
WHERE r.id = ANY(%(ids)s) AND v.permit_id = (f.effects ->> 'id')::bigint
  AND (r.verdict = 'new' OR v."on" = (r.before -> 'plan' -> 'set' ->> 'reviewed_on')::date)
"""
FORGET = "DELETE FROM training_permitnotice WHERE permit_id = ANY(%(permits)s)"
REMOVE = "DELETE FROM training_permit WHERE id = ANY(%(permits)s)"
RESTORE = """
UPDATE training_permit p
SET ({facts}) = (SELECT {facts} FROM jsonb_populate_record(p, r.before -> 'plan' -> 'was')),
    first_due = coalesce((r.before -> 'plan' -> 'was' ->> 'valid_until')::date, p.valid_until),
    due_on = coalesce((r.before -> 'plan' -> 'was' ->> 'valid_until')::date, p.valid_until),
    version = p.version + 1, updated_at = statement_timestamp()
FROM {rows} r WHERE r.id = ANY(%(ids)s) AND r.verdict = 'changed' AND p.id = (r.before -> 'plan' ->> 'id')::bigint
""".replace("{facts}", FACTS)
OUTCOME = "UPDATE {effects} e SET outcome = %(outcome)s, reason = %(reason)s WHERE e.row_id = ANY(%(ids)s)"
GONE = ("impossible", "操作证已不在名册中")
KEPT = ("kept", "导入之后有人修改、复审、注销过，或已告知本人，保留现状")
REVERTED = ("reverted", "")


def write(staged: Staged, *, by: User) -> None:
    """Enter the cards of rows with verdict new, correct known ones, add reviews, wind the clocks."""
    if staged.execute(WRITING):
        _fill_ends(staged)
        staged.execute(INSERT, by=by.pk)
        staged.execute(EDIT)
        staged.execute(REVIEW, by=by.pk)
        _settle(staged.fetch(TOUCHED))
        staged.execute(DONE)
        _tell(staged, "workers.import", by, f"{WAS}, {IS}")
    staged.execute("DROP TABLE training_permits")


def revert(staged: Staged, *, by: User) -> None:
    """Take back cards that are still as they were written; says of each row what became of it."""
    staged.fetch(LOCK_WRITTEN)
    outcomes: dict[tuple[str, str], list[int]] = {}
    entered, corrected = [], []
    for row, permit, worker, is_new, is_same in staged.fetch(WRITTEN):
        outcome = GONE if permit is None else REVERTED if is_same else KEPT
        if outcome is REVERTED:
            (entered if is_new else corrected).append((permit, worker))
        outcomes.setdefault(outcome, []).append(row)
    back, gone = outcomes.get(REVERTED, []), [permit for permit, _ in entered]
    staged.execute(UNREVIEW, ids=back)
    staged.execute(FORGET, permits=gone)
    staged.execute(REMOVE, permits=gone)
    staged.execute(RESTORE, ids=back)
    _settle([*entered, *corrected])
    for (outcome, reason), rows in outcomes.items():
        staged.execute(OUTCOME, ids=rows, outcome=outcome, reason=reason)
    _tell(staged, "workers.import_undo", by, f"{IS}, {WAS}", back)


def _fill_ends(staged: Staged) -> None:
    """The end by the law for new cards of rows that state none."""
    rules, rows = ClockRules(), staged.fetch(ISSUED)
    ends = [rules.on(issued_on).end_of(issued_on) for _, issued_on in rows]
    staged.execute(ENDS, ids=[pk for pk, _ in rows], ends=ends)


def _settle(touched: list[tuple[int, int]]) -> None:
    """Wind the clocks of these cards and chain all cards of their holders."""
    rewind([permit for permit, _ in touched])
    chain(*sorted({worker for _, worker in touched}))


def _tell(staged: Staged, action: str, by: User, pair: str, ids: list[int] | None = None) -> None:
    sql = TELL.replace("{pair}", pair)
    staged.execute(sql, action=action, by=by.pk, object=Permit._meta.label_lower, ids=ids)
