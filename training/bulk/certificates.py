"""The write path of the kind ``certificates``: staged certificates into the roll and back, set-based.

The rows have been compared and their people locked in the same transaction. A known certificate never changes its
kind or number through a file, so no other can have taken its place when it is put back.
"""

from accounts.models import User
from core.exchange import Staged
from training.models import Certificate

FACTS = "trade, level, issuer, issued_on, valid_until"
DECIDED = "state, decided_by_id, decided_at, decision_note"

WRITING = """
CREATE TEMP TABLE training_writing ON COMMIT DROP AS
SELECT r.id AS row_id, r.target_id AS worker_id, r.verdict = 'new' AS is_new,
       CASE WHEN r.verdict = 'new' THEN nextval(pg_get_serial_sequence('training_certificate', 'id'))
            ELSE (r.before -> 'plan' ->> 'id')::bigint END AS certificate_id,
       CASE WHEN r.verdict = 'new' THEN r."values" -> 'fields' ELSE r.before -> 'plan' -> 'set' END AS facts
FROM {rows} r WHERE {of_run} AND r.verdict IN ('new', 'changed')
"""
INSERT = """
INSERT INTO training_certificate (id, worker_id, kind, trade, level, number, issuer, issued_on, valid_until, state,
                                  entered_by_id, entered_at, decision_note, version)
SELECT certificate_id, worker_id, facts ->> 'kind', facts ->> 'trade', facts ->> 'level', facts ->> 'certificate',
       facts ->> 'issuer', (facts ->> 'issued_on')::date, (facts ->> 'valid_until')::date, 'entered', %(by)s,
       statement_timestamp(), '', 1
FROM training_writing WHERE is_new ORDER BY row_id
"""
EDIT = """
UPDATE training_certificate c
SET ({facts}) = (SELECT {facts} FROM jsonb_populate_record(c, n.facts)),
    state = 'entered', decided_by_id = NULL, decided_at = NULL, decision_note = '', version = c.version + 1
FROM training_writing n WHERE NOT n.is_new AND c.id = n.certificate_id AND c.worker_id = n.worker_id
""".replace("{facts}", FACTS)
DONE = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
SELECT n.row_id, n.worker_id, 'applied', '', jsonb_build_object('certificate', to_jsonb(c))
FROM training_writing n JOIN training_certificate c ON c.id = n.certificate_id ORDER BY n.row_id
"""
# One audit entry for each certificate that was changed (docs/adr/0017); ``{pair}`` is before and after, or back.
TELL = """
INSERT INTO accounts_auditentry (at, category, action, actor_id, object_type, object_id, union_id, details,
                                 previous_hash, hash)
SELECT statement_timestamp(), 'business', %(action)s, %(by)s, %(object)s, (r.before -> 'plan' ->> 'id')::bigint,
       w.union_id, jsonb_build_object('import', r.run_id, 'row', r.number, 'worker', w.id, 'changes', facts.said), '', ''
FROM {rows} r
JOIN {effects} f ON f.row_id = r.id
JOIN workers_worker w ON w.id = f.target_id
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(s.key, jsonb_build_array({pair})), '{}') AS said
    FROM jsonb_each(r.before -> 'plan' -> 'set') s
) facts
WHERE {of_run} AND r.verdict = 'changed' AND (%(ids)s::bigint[] IS NULL OR r.id = ANY(%(ids)s::bigint[]))
ORDER BY w.id, r.id
"""
WAS, IS = "r.before -> 'fields' -> s.key", "s.value"

LOCK_WRITTEN = """
SELECT w.id FROM workers_worker w
WHERE w.id IN (SELECT f.target_id FROM {effects} f JOIN {rows} r ON r.id = f.row_id
               WHERE {of_run} AND f.outcome = 'applied')
ORDER BY w.id FOR UPDATE
"""
WRITTEN = """
SELECT f.row_id, c.id, r.verdict = 'new', c.id IS NOT NULL, to_jsonb(c) = f.effects -> 'certificate'
       AND NOT (r.verdict = 'new' AND EXISTS (SELECT FROM training_evidence e WHERE e.certificate_id = c.id))
FROM {effects} f JOIN {rows} r ON r.id = f.row_id
LEFT JOIN training_certificate c ON c.id = (f.effects -> 'certificate' ->> 'id')::bigint
WHERE {of_run} AND f.outcome = 'applied' ORDER BY f.row_id
"""
REMOVE = "DELETE FROM training_certificate WHERE id = ANY(%(certificates)s)"
RESTORE = """
UPDATE training_certificate c
SET ({columns}) = (SELECT {columns} FROM jsonb_populate_record(c, r.before -> 'plan' -> 'was')),
    version = c.version + 1
FROM {rows} r WHERE r.id = ANY(%(ids)s) AND r.verdict = 'changed' AND c.id = (r.before -> 'plan' ->> 'id')::bigint
""".replace("{columns}", f"{FACTS}, {DECIDED}")
OUTCOME = "UPDATE {effects} e SET outcome = %(outcome)s, reason = %(reason)s WHERE e.row_id = ANY(%(ids)s)"
GONE = ("impossible", "证书已不在名册中")
KEPT = ("kept", "导入之后有人核验、修改过，或上传了附件，保留现状")
REVERTED = ("reverted", "")


def write(staged: Staged, *, by: User) -> None:
    """Enter the certificates of rows with verdict new; changed ones wait for the town anew."""
    if staged.execute(WRITING):
        staged.execute(INSERT, by=by.pk)
        staged.execute(EDIT)
        staged.execute(DONE)
        _tell(staged, "workers.import", by, f"{WAS}, {IS}")
    staged.execute("DROP TABLE training_writing")


def revert(staged: Staged, *, by: User) -> None:
    """Take back certificates that are still as they were written; says of each row what became of it."""
    staged.fetch(LOCK_WRITTEN)
    outcomes: dict[tuple[str, str], list[int]] = {}
    entered = []
    for row, certificate, is_new, is_there, is_same in staged.fetch(WRITTEN):
        outcome = GONE if not is_there else REVERTED if is_same else KEPT
        if outcome is REVERTED and is_new:
            entered.append(certificate)
        outcomes.setdefault(outcome, []).append(row)
    staged.execute(REMOVE, certificates=entered)
    staged.execute(RESTORE, ids=outcomes.get(REVERTED, []))
    for (outcome, reason), rows in outcomes.items():
        staged.execute(OUTCOME, ids=rows, outcome=outcome, reason=reason)
    _tell(staged, "workers.import_undo", by, f"{IS}, {WAS}", outcomes.get(REVERTED, []))


def _tell(staged: Staged, action: str, by: User, pair: str, ids: list[int] | None = None) -> None:
    sql = TELL.replace("{pair}", pair)
    staged.execute(sql, action=action, by=by.pk, object=Certificate._meta.label_lower, ids=ids)
