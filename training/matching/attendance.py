"""Staged attendances against the classes: who is meant, whether the person was noted, and what would change."""

import json
from dataclasses import dataclass

from core.exchange import FILL, KNOWN, SKIP, Exchange, Staged
from training.matching import enrolments as enrolment_matching
from workers.employment_matching import DECIDED, MISSING, OTHER_NAME

UNKNOWN = "这个班次报名成功的人里没有此人；候补和已退出的不能登记考勤。请核对证件号码或顺序，以及班次编号。"
OTHER_AT_PLACE = "这个班次顺序 {place} 的是“{name}”，与本行不同。请核对顺序和姓名。"
NOT_BEGUN = "班次现在是“{state}”，开课之后再登记考勤。请先在班次页面开课。"
TO_COME = "{on} 的课还没有上，当天再登记考勤。请核对日期。"
GONE = "这次课已删除。请核对日期和开始时间。"
TWICE = "前面第 {number} 行是同一人的同一次课。请核对后只保留一行。"

LOCK = """
SELECT w.id FROM workers_worker w
WHERE w.id IN (
    SELECT d.worker_id FROM {rows} r
    JOIN workers_identitydocument d ON d.number_index = (r."values" ->> 'person')::bytea WHERE {of_run}
    UNION
    SELECT e.worker_id FROM {rows} r JOIN training_trainingclass c ON c.code = r."values" ->> 'class'
    JOIN training_enrolment e ON e.training_class_id = c.id AND e.position = (r."values" ->> 'place')::int
    WHERE {of_run}
)
ORDER BY w.id FOR UPDATE
"""
BY_NUMBER = """
UPDATE {rows} r SET target_id = e.worker_id, verdict = 'changed'
FROM workers_identitydocument d
JOIN training_enrolment e ON e.worker_id = d.worker_id AND e.state = 'enrolled'
JOIN training_trainingclass c ON c.id = e.training_class_id
WHERE {of_run} AND r.verdict = 'new' AND d.number_index = (r."values" ->> 'person')::bytea
  AND c.code = r."values" ->> 'class'
"""
BY_PLACE = """
UPDATE {rows} r SET target_id = e.worker_id, verdict = 'changed'
FROM training_enrolment e JOIN training_trainingclass c ON c.id = e.training_class_id
WHERE {of_run} AND r.verdict = 'new' AND NOT r."values" ? 'person' AND e.state = 'enrolled'
  AND e.position = (r."values" ->> 'place')::int AND c.code = r."values" ->> 'class'
"""
FOUND = """
SELECT r.number, r."values" ->> 'name', w.name, r."values" ->> 'class', (r."values" ->> 'place')::int,
       r."values" -> 'fields' ->> 'present', w.id, s.id, s."on"::text, a.id, a.source, a.noted_by_id, a.noted_at::text
FROM {rows} r
JOIN workers_worker w ON w.id = r.target_id
LEFT JOIN training_session s ON s.id = (r."values" ->> 'session')::bigint
LEFT JOIN training_enrolment e
    ON e.training_class_id = s.training_class_id AND e.worker_id = w.id AND e.state = 'enrolled'
LEFT JOIN training_attendance a ON a.session_id = s.id AND a.enrolment_id = e.id
WHERE {of_run} AND r.verdict = 'changed' ORDER BY r.number
"""


@dataclass(frozen=True)
class Row:
    """One staged row with the person it means and what is noted of that person at the session."""

    number: int
    said_name: str
    name: str
    code: str
    place: int | None
    present: str | None  # as JSON writes it
    person: int
    session: int | None
    on: str | None
    attendance: int | None
    source: str | None
    noted_by: int | None
    noted_at: str | None


@dataclass(frozen=True)
class Decision:
    """A verdict; ``text`` is said at ``column``."""

    verdict: str
    before: dict | None = None
    text: str = ""
    column: str = ""
    code: str = ""
    level: str = "error"


def lock(staged: Staged) -> None:
    """Lock the people whom the rows mean, then the classes: the order of a merge."""
    staged.fetch(LOCK)
    enrolment_matching.lock(staged)


def compare(staged: Staged, kind: Exchange) -> None:
    """Verdicts of the staged lines. A row that says nothing of the person's coming changes nothing."""
    staged.execute(BY_NUMBER)
    staged.execute(BY_PLACE)
    staged.execute(MISSING, column=kind.column("name").column_name, unknown=UNKNOWN)
    seen: dict[tuple, int] = {}
    found = []
    for row in (Row(*line) for line in staged.fetch(FOUND)):
        first = seen.setdefault((row.person, row.session), row.number)
        found.append(_line(row, decide(row, kind, first), kind))
    if found:
        staged.execute(DECIDED, found=json.dumps(found, ensure_ascii=False))


def decide(row: Row, kind: Exchange, first: int) -> Decision:
    """What a row does; ``first`` is the number of the first row about this person and session."""
    if fault := _refusal(row, kind, first):
        return fault
    is_known = row.attendance is not None
    if is_known and kind.rule == SKIP:
        return Decision("skipped", None, KNOWN, "name", "known", "note")
    if row.present == "true" and not is_known:
        return Decision("new")
    if row.present == "false" and is_known and kind.rule != FILL:
        was = {
            "id": row.attendance,
            "source": row.source,
            "noted_by": row.noted_by,
            "noted_at": row.noted_at,
        }
        return Decision("changed", {"fields": {"present": True}, "plan": was})
    return Decision("unchanged", {"fields": {}})


def _refusal(row: Row, kind: Exchange, first: int) -> Decision | None:
    training_class = kind.classes[row.code]
    if row.said_name != row.name:
        text = (OTHER_NAME if row.place is None else OTHER_AT_PLACE).format(name=row.name, place=row.place)
        return Decision("problem", None, text, "name", "differs")
    if not training_class.takes_results:
        text = NOT_BEGUN.format(state=training_class.get_state_display())
        return Decision("problem", None, text, "class_code", "not_begun")
    if row.session is None:
        return Decision("problem", None, GONE, "on", "gone")
    if row.on > kind.today.isoformat():
        return Decision("problem", None, TO_COME.format(on=row.on), "on", "to_come")
    if first != row.number:
        return Decision("problem", None, TWICE.format(number=first), "name", "twice")
    return None


def _line(row: Row, decision: Decision, kind: Exchange) -> dict:
    problem = None
    if decision.text:
        column = kind.column(decision.column)
        said = {"name": row.said_name, "class_code": row.code, "on": row.on}
        problem = {
            "column": column.column_name,
            "value": column.shown(said[decision.column] or ""),
            "message": decision.text,
            "level": decision.level,
            "code": decision.code if decision.code == "known" else f"{decision.column}.{decision.code}",
        }
    return {"number": row.number, "verdict": decision.verdict, "before": decision.before, "problem": problem}
