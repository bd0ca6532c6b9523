"""The write path of the kind ``learning``: the platform's results into the record and back, in a number of statements
that does not grow with the rows. The rows have been compared and their people locked in the same transaction."""

import json

from accounts.models import User
from core.exchange import Staged
from training.bulk.certificates import LOCK_WRITTEN, OUTCOME
from training.matching.learning import FACTS, typed
from training.models import OutsideLearning
from training.rules.learning import PLATFORM, PLATFORM_KIND
from workers.models import Worker

BATCH = 2000
WRITING = """
SELECT r.id, r.target_id, r.verdict, (r."values" -> 'fields')::text, (r.before -> 'plan')::text
FROM {rows} r WHERE {of_run} AND r.verdict IN ('new', 'changed') ORDER BY r.number
"""
DONE = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
SELECT x.row_id, x.person, 'applied', '', jsonb_build_object('learning', x.learning, 'version', x.version)
FROM jsonb_to_recordset(%(found)s::jsonb) AS x (row_id bigint, person bigint, learning bigint, version int)
"""
# One audit entry for each row that was changed (docs/adr/0017); ``{pair}`` is before and after, or back.
TELL = """
INSERT INTO accounts_auditentry (at, category, action, actor_id, object_type, object_id, union_id, details,
                                 previous_hash, hash)
SELECT statement_timestamp(), 'business', %(action)s, %(by)s, %(object)s, e.id, e.union_id,
       jsonb_build_object('import', r.run_id, 'row', r.number, 'worker', e.worker_id, 'changes', facts.said), '', ''
FROM {rows} r
JOIN training_outsidelearning e ON e.id = (r.before -> 'plan' ->> 'id')::bigint
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(s.key, jsonb_build_array({pair})), '{}') AS said
    FROM jsonb_each(r.before -> 'plan' -> 'set') s
) facts
WHERE {of_run} AND r.verdict = 'changed' AND (%(ids)s::bigint[] IS NULL OR r.id = ANY(%(ids)s::bigint[]))
ORDER BY e.id
"""
WAS, IS = "r.before -> 'plan' -> 'was' -> s.key", "s.value"
WRITTEN = """
SELECT f.row_id, r.verdict, (f.effects ->> 'learning')::bigint, (f.effects ->> 'version')::int,
       (r.before -> 'plan' -> 'was')::text
FROM {effects} f JOIN {rows} r ON r.id = f.row_id WHERE {of_run} AND f.outcome = 'applied' ORDER BY f.row_id
"""
GONE = ("impossible", "这条学习记录已不存在")
KEPT = ("kept", "导入之后又被另一次导入更正过，保留现状")
REVERTED = ("reverted", "")


def write(staged: Staged, *, by: User) -> None:
    """Enter rows with verdict new, at the union where each person is today; correct changed ones."""
    lines = [
        (row, person, verdict, json.loads(fields), json.loads(plan or "null"))
        for row, person, verdict, fields, plan in staged.fetch(WRITING)
    ]
    done = _enter([line for line in lines if line[2] == "new"], by)
    done += _correct([line for line in lines if line[2] == "changed"])
    found = [
        {"row_id": row, "person": one.worker_id, "learning": one.pk, "version": one.version}
        for row, one in done
    ]
    staged.execute(DONE, found=json.dumps(found))
    _tell(staged, "workers.import", by, f"{WAS}, {IS}", None)


def revert(staged: Staged, *, by: User) -> None:
    """Take back what nobody has corrected since; says of each row what became of it."""
    staged.fetch(LOCK_WRITTEN)
    lines = staged.fetch(WRITTEN)
    stored = OutsideLearning.objects.in_bulk([line[2] for line in lines])
    outcomes: dict[tuple[str, str], list[int]] = {}
    gone, restored = [], []
    for row, verdict, key, version, was in lines:
        one = stored.get(key)
        outcome = GONE if one is None else REVERTED if one.version == version else KEPT
        outcomes.setdefault(outcome, []).append(row)
        if outcome is REVERTED and verdict == "new":
            gone.append(key)
        elif outcome is REVERTED:
            restored.append(_set(one, json.loads(was)))
    _tell(staged, "workers.import_undo", by, f"{IS}, {WAS}", outcomes.get(REVERTED, []))
    OutsideLearning.objects.filter(pk__in=gone).delete()
    OutsideLearning.objects.bulk_update(restored, [*FACTS, "version"], BATCH)
    for (outcome, reason), rows in outcomes.items():
        staged.execute(OUTCOME, ids=rows, outcome=outcome, reason=reason)


def _enter(lines: list[tuple], by: User) -> list[tuple[int, OutsideLearning]]:
    unions = dict(Worker.objects.filter(pk__in=[line[1] for line in lines]).values_list("pk", "union"))
    usual = {"organiser": PLATFORM, "kind": PLATFORM_KIND}
    rows = [
        OutsideLearning(
            worker_id=person, union_id=unions[person], source=OutsideLearning.Source.PLATFORM,
            state=OutsideLearning.State.APPROVED, entered_by=by, **(usual | typed(fields)),
        )
        for _, person, _, fields, _ in lines
    ]  # fmt: skip
    OutsideLearning.objects.bulk_create(rows, BATCH)
    return [(line[0], row) for line, row in zip(lines, rows, strict=True)]


def _correct(lines: list[tuple]) -> list[tuple[int, OutsideLearning]]:
    stored = OutsideLearning.objects.in_bulk([line[4]["id"] for line in lines])
    done = [(row, _set(stored[plan["id"]], plan["set"])) for row, _, _, _, plan in lines]
    OutsideLearning.objects.bulk_update([one for _, one in done], [*FACTS, "version"], BATCH)
    return done


def _set(one: OutsideLearning, facts: dict) -> OutsideLearning:
    for name, value in typed(facts).items():
        setattr(one, name, value)
    one.version += 1
    return one


def _tell(staged: Staged, action: str, by: User, pair: str, ids: list[int] | None) -> None:
    sql = TELL.replace("{pair}", pair)
    staged.execute(sql, action=action, by=by.pk, object=OutsideLearning._meta.label_lower, ids=ids)
