"""The write path of the kind ``enrolments``: staged rows into the classes and back, in a number of statements that
does not grow with the rows. The rows have been compared and their people and classes locked in the same transaction."""

import json
from collections import Counter

from django.db.models import Max

from accounts.models import User
from core.exchange import Staged
from training.matching.enrolments import typed
from training.models import Enrolment, TrainingClass
from training.rules.classes import RESULT_FIELDS, result_of
from training.services.enrolments import pass_on_places
from workers.models import Worker

BATCH = 2000
WRITING = """
SELECT r.id, r.target_id, r.verdict, r."values" ->> 'class', (r."values" -> 'fields')::text, (r.before -> 'plan')::text
FROM {rows} r WHERE {of_run} AND r.verdict IN ('new', 'changed') ORDER BY r.number
"""
DONE = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
SELECT x.row_id, x.person, 'applied', '', jsonb_build_object('enrolment', x.enrolment, 'version', x.version)
FROM jsonb_to_recordset(%(found)s::jsonb) AS x (row_id bigint, person bigint, enrolment bigint, version int)
"""
# One audit entry for each enrolment that was changed (docs/adr/0017); ``{pair}`` is before and after, or back.
TELL = """
INSERT INTO accounts_auditentry (at, category, action, actor_id, object_type, object_id, union_id, details,
                                 previous_hash, hash)
SELECT statement_timestamp(), 'business', %(action)s, %(by)s, 'training.enrolment', e.id, e.union_id,
       jsonb_build_object('import', r.run_id, 'row', r.number, 'worker', e.worker_id, 'changes', facts.said), '', ''
FROM {rows} r
JOIN training_enrolment e ON e.id = (r.before -> 'plan' ->> 'id')::bigint
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(s.key, jsonb_build_array({pair})), '{}') AS said
    FROM jsonb_each(r.before -> 'plan' -> 'set') s
) facts
WHERE {of_run} AND r.verdict = 'changed' AND (%(ids)s::bigint[] IS NULL OR r.id = ANY(%(ids)s::bigint[]))
ORDER BY e.id
"""
WAS, IS = "r.before -> 'plan' -> 'was' -> s.key", "s.value"
WRITTEN = """
SELECT f.row_id, r.verdict, (f.effects ->> 'enrolment')::bigint, (f.effects ->> 'version')::int,
       (r.before -> 'plan' -> 'was')::text
FROM {effects} f JOIN {rows} r ON r.id = f.row_id WHERE {of_run} AND f.outcome = 'applied' ORDER BY f.row_id
"""
OUTCOME = "UPDATE {effects} e SET outcome = %(outcome)s, reason = %(reason)s WHERE e.row_id = ANY(%(ids)s)"
GONE = ("impossible", "这条报名已不存在")
KEPT = ("kept", "导入之后有人修改过，或登记了考勤，保留现状")
REVERTED = ("reverted", "")


def write(staged: Staged, *, by: User) -> None:
    """Enrol the people of rows with verdict new, with their results; write the results of changed ones."""
    lines = [
        (row, person, verdict, code, json.loads(fields), json.loads(plan or "null"))
        for row, person, verdict, code, fields, plan in staged.fetch(WRITING)
    ]
    done = _enrol([line for line in lines if line[2] == "new"], by)
    done += _change([line for line in lines if line[2] == "changed"])
    found = [
        {"row_id": row, "person": one.worker_id, "enrolment": one.pk, "version": one.version}
        for row, one in done
    ]
    staged.execute(DONE, found=json.dumps(found))
    _tell(staged, "workers.import", by, f"{WAS}, {IS}", None)


def _enrol(lines: list[tuple], by: User) -> list[tuple[int, Enrolment]]:
    classes = TrainingClass.objects.filter(code__in={line[3] for line in lines}).annotate(
        last=Max("enrolments__position")
    )
    classes = {one.code: one for one in classes}
    unions = dict(Worker.objects.filter(pk__in=[line[1] for line in lines]).values_list("pk", "union"))
    places = Counter({code: one.last or 0 for code, one in classes.items()})
    rows = []
    for _, person, _, code, fields, _ in lines:
        places[code] += 1
        rows.append(
            Enrolment(
                training_class=classes[code], worker_id=person, union_id=unions[person], position=places[code],
                state=Enrolment.State.ENROLLED, enrolled_by=by, **result_of(typed(fields), classes[code]),
            )
        )  # fmt: skip
    Enrolment.objects.bulk_create(rows, BATCH)
    return [(line[0], row) for line, row in zip(lines, rows, strict=True)]


def _change(lines: list[tuple]) -> list[tuple[int, Enrolment]]:
    stored = Enrolment.objects.in_bulk([line[5]["id"] for line in lines])
    done = []
    for row, _, _, _, _, plan in lines:
        one = stored[plan["id"]]
        _set(one, plan["set"])
        done.append((row, one))
    Enrolment.objects.bulk_update([one for _, one in done], [*RESULT_FIELDS, "version"], BATCH)
    return done


def _set(one: Enrolment, facts: dict) -> None:
    values = typed(facts)
    for name in facts:
        setattr(one, name, values[name])
    one.version += 1


def revert(staged: Staged, *, by: User) -> None:
    """Take back what nobody has touched since; says of each row what became of it. Places go to those who wait."""
    lines = staged.fetch(WRITTEN)
    keys = [line[2] for line in lines]
    classes = TrainingClass.objects.filter(enrolments__in=keys).values("pk")
    locked = list(TrainingClass.objects.select_for_update().filter(pk__in=classes).order_by("pk"))
    stored = Enrolment.objects.in_bulk(keys)
    attended = set(
        Enrolment.objects.filter(pk__in=keys, attendances__isnull=False).values_list("pk", flat=True)
    )
    outcomes: dict[tuple[str, str], list[int]] = {}
    gone, restored = [], []
    for row, verdict, key, version, was in lines:
        one = stored.get(key)
        is_same = one is not None and one.version == version and not (verdict == "new" and key in attended)
        outcome = GONE if one is None else REVERTED if is_same else KEPT
        outcomes.setdefault(outcome, []).append(row)
        if outcome is REVERTED and verdict == "new":
            gone.append(key)
        elif outcome is REVERTED:
            _set(one, json.loads(was))
            restored.append(one)
    Enrolment.objects.filter(pk__in=gone).delete()
    Enrolment.objects.bulk_update(restored, [*RESULT_FIELDS, "version"], BATCH)
    for training_class in locked:
        pass_on_places(training_class)
    for (outcome, reason), rows in outcomes.items():
        staged.execute(OUTCOME, ids=rows, outcome=outcome, reason=reason)
    _tell(staged, "workers.import_undo", by, f"{IS}, {WAS}", outcomes.get(REVERTED, []))


def _tell(staged: Staged, action: str, by: User, pair: str, ids: list[int] | None) -> None:
    staged.execute(TELL.replace("{pair}", pair), action=action, by=by.pk, ids=ids)
