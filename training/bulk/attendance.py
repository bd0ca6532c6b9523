"""The write path of the kind ``attendance``: staged rows into the sessions and back, in a number of statements that
grows with the sessions named, not with the rows. People and classes have been locked in the same transaction."""

import json
from collections import defaultdict

from accounts import audit
from accounts.models import User
from core.exchange import Staged
from training.models import Attendance, Session, TrainingClass

CAME = """
WITH wanted AS (
    SELECT r.id AS row_id, r.target_id, s.id AS session_id, e.id AS enrolment_id
    FROM {rows} r
    JOIN training_session s ON s.id = (r."values" ->> 'session')::bigint
    JOIN training_enrolment e
        ON e.training_class_id = s.training_class_id AND e.worker_id = r.target_id AND e.state = 'enrolled'
    WHERE {of_run} AND r.verdict = 'new'
), written AS (
    INSERT INTO training_attendance (session_id, enrolment_id, source, noted_by_id, noted_at)
    SELECT session_id, enrolment_id, 'sheet', %(by)s, statement_timestamp() FROM wanted ORDER BY row_id
    RETURNING id, session_id, enrolment_id
)
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
SELECT w.row_id, w.target_id, 'applied', '', jsonb_build_object('attendance', a.id, 'session', w.session_id)
FROM wanted w JOIN written a ON a.session_id = w.session_id AND a.enrolment_id = w.enrolment_id
"""
MISSED = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
SELECT r.id, r.target_id, 'applied', '',
       jsonb_build_object('session', a.session_id, 'enrolment', a.enrolment_id, 'was', r.before -> 'plan')
FROM {rows} r JOIN training_attendance a ON a.id = (r.before -> 'plan' ->> 'id')::bigint
WHERE {of_run} AND r.verdict = 'changed'
"""
STRIKE = """
DELETE FROM training_attendance WHERE id IN (
    SELECT (r.before -> 'plan' ->> 'id')::bigint FROM {rows} r WHERE {of_run} AND r.verdict = 'changed'
)
"""
WRITTEN = """
SELECT f.row_id, f.target_id, coalesce(f.effects, '{}')::text
FROM {effects} f JOIN {rows} r ON r.id = f.row_id WHERE {of_run} AND f.outcome = 'applied' ORDER BY f.row_id
"""
BACK = """
INSERT INTO training_attendance (session_id, enrolment_id, source, noted_by_id, noted_at)
SELECT x.session, x.enrolment, x.source, x.noted_by, x.noted_at
FROM jsonb_to_recordset(%(found)s::jsonb)
    AS x (row bigint, session bigint, enrolment bigint, source text, noted_by bigint, noted_at timestamptz)
JOIN training_session s ON s.id = x.session
JOIN training_enrolment e
    ON e.id = x.enrolment AND e.training_class_id = s.training_class_id AND e.state = 'enrolled'
ORDER BY x.row
ON CONFLICT (session_id, enrolment_id) DO NOTHING
RETURNING session_id, enrolment_id
"""
OUTCOME = "UPDATE {effects} e SET outcome = %(outcome)s, reason = %(reason)s WHERE e.row_id = ANY(%(ids)s)"
GONE = ("impossible", "这条考勤已取消")
KEPT = ("kept", "导入之后又登记过，或此人已不在班次中，保留现状")
REVERTED = ("reverted", "")


def write(staged: Staged, *, by: User) -> None:
    """Note who came, strike who did not; one audit entry for each session."""
    staged.execute(CAME, by=by.pk)
    staged.execute(MISSED)
    staged.execute(STRIKE)
    came, missed = defaultdict(list), defaultdict(list)
    for _, person, effects in staged.fetch(WRITTEN):
        effects = json.loads(effects)
        (missed if "was" in effects else came)[effects["session"]].append(person)
    _tell(staged, by, came, missed)


def revert(staged: Staged, *, by: User) -> None:
    """Take back what nobody has touched since; says of each row what became of it."""
    lines = [(row, person, json.loads(effects)) for row, person, effects in staged.fetch(WRITTEN)]
    _lock_classes({one["session"] for _, _, one in lines if one})
    outcomes: dict[tuple[str, str], list[int]] = defaultdict(list)
    came, missed = defaultdict(list), defaultdict(list)
    noted = [(row, person, one) for row, person, one in lines if "was" not in one]
    keys = [one.get("attendance") for _, _, one in noted]  # nothing is left of people who were forgotten
    still = set(Attendance.objects.filter(pk__in=keys).values_list("pk", flat=True))
    for row, person, one in noted:
        is_there = one.get("attendance") in still
        outcomes[REVERTED if is_there else GONE].append(row)
        if is_there:
            missed[one["session"]].append(person)
    Attendance.objects.filter(pk__in=still).delete()
    struck = [(row, person, one) for row, person, one in lines if "was" in one]
    found = [
        {"row": row, "session": one["session"], "enrolment": one["enrolment"]} | one["was"]
        for row, _, one in struck
    ]
    back = set(staged.fetch(BACK, found=json.dumps(found))) if found else set()
    for row, person, one in struck:
        is_back = (one["session"], one["enrolment"]) in back
        outcomes[REVERTED if is_back else KEPT].append(row)
        if is_back:
            came[one["session"]].append(person)
    for (outcome, reason), rows in outcomes.items():
        staged.execute(OUTCOME, ids=rows, outcome=outcome, reason=reason)
    _tell(staged, by, came, missed)


def _lock_classes(sessions: set[int]) -> None:
    classes = Session.objects.filter(pk__in=sessions).values("training_class")
    list(TrainingClass.objects.select_for_update().filter(pk__in=classes).order_by("pk").values_list("pk"))


def _tell(staged: Staged, by: User, came: dict, missed: dict) -> None:
    keys = sorted({*came, *missed})
    sessions = Session.objects.select_related("training_class").in_bulk(keys)
    for key in keys:
        training_class = sessions[key].training_class
        audit.record(
            by,
            "training.attendance",
            training_class,
            union_id=training_class.union_id,
            session=key,
            came=came.get(key, []),
            taken_back=missed.get(key, []),
            **{"import": staged.run_id},
        )
