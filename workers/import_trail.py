"""What an import changed about people on the roll, in the audit trail: one entry per record, with before and after.

New people need none: the run and its rows say where they came from (docs/adr/0004). The entries are written by one
statement; the database numbers and chains them as they come in.
"""

from accounts.audit import CHANGED
from accounts.models import User
from core.exchange import Staged
from workers.models import Worker

# Sealed values appear as "changed"; what is derived from another column is not told beside it.
SEALED = ["phone"]
DERIVED = ["phone_index", "phone_tail", "pinyin", "initials", "other_pinyin", "other_initials"]

ENTRIES = """
INSERT INTO accounts_auditentry (at, category, action, actor_id, object_type, object_id, union_id, details,
                                 previous_hash, hash)
SELECT statement_timestamp(), 'business', %(action)s, %(by)s, %(object)s, w.id, w.union_id,
       jsonb_build_object('import', r.run_id, 'row', r.number, 'changes', fields.said || job.said || facts.said)
       || spell.said, '', ''
FROM {rows} r
JOIN {effects} e ON e.row_id = r.id
JOIN workers_worker w ON w.id = e.target_id
CROSS JOIN LATERAL (SELECT r.before -> 'plan' AS plan OFFSET 0) p
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(b.key, CASE WHEN b.key = ANY(%(sealed)s) THEN to_jsonb(%(changed)s::text)
           ELSE {fields} END), '{}') AS said
    FROM jsonb_each(r.before -> 'fields') b WHERE NOT b.key = ANY(%(derived)s)
) fields
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(s.key, {facts}), '{}') AS said
    FROM jsonb_each(p.plan -> 'facts' -> 'set') s
) facts
CROSS JOIN LATERAL (
    SELECT CASE WHEN p.plan ? 'job' THEN jsonb_build_object('employer', {job}) ELSE '{}' END AS said
) job
CROSS JOIN LATERAL (
    SELECT CASE WHEN %(tell_spell)s AND coalesce(p.plan -> 'open', p.plan -> 'close') IS NOT NULL
           THEN jsonb_strip_nulls(jsonb_build_object(
               'change', coalesce(p.plan -> 'open', p.plan -> 'close') ->> 'change',
               'on', coalesce(p.plan -> 'open', p.plan -> 'close') ->> 'on',
               'reason', nullif(coalesce(p.plan -> 'open', p.plan -> 'close') ->> 'reason', '')))
           ELSE '{}' END AS said
) spell
WHERE {of_run} AND r.verdict = 'changed' AND (%(ids)s::bigint[] IS NULL OR r.id = ANY(%(ids)s::bigint[]))
ORDER BY w.id
"""
PAIRS = {
    "{fields}": ("b.value", """r."values" -> 'fields' -> b.key"""),
    "{facts}": ("p.plan -> 'facts' -> 'was' -> s.key", "s.value"),
    "{job}": ("p.plan -> 'job' -> 'from'", "p.plan -> 'job' -> 'to'"),
}


def tell_changes(staged: Staged, *, by: User) -> None:
    """An entry ``workers.import`` for each changed record. Call it when the effects are written."""
    _tell(staged, "workers.import", by, back=False, ids=None)


def tell_reverted(staged: Staged, *, rows: list[int], by: User) -> None:
    """An entry ``workers.import_undo`` for each of these rows, with before and after the other way round."""
    _tell(staged, "workers.import_undo", by, back=True, ids=rows)


def _tell(staged: Staged, action: str, by: User, *, back: bool, ids: list[int] | None) -> None:
    sql = ENTRIES
    for mark, (before, after) in PAIRS.items():
        first, second = (after, before) if back else (before, after)
        sql = sql.replace(mark, f"jsonb_build_array({first}, {second})")
    staged.execute(
        sql,
        action=action,
        by=by.pk,
        object=Worker._meta.label_lower,
        sealed=SEALED,
        derived=DERIVED,
        changed=CHANGED,
        tell_spell=not back,
        ids=ids,
    )
