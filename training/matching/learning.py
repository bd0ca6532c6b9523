"""Staged results of the learning platform against the roll: who is meant, what is known, and what would change."""

import datetime as dt
import json
from decimal import Decimal

from core.exchange import FILL, KNOWN, SKIP, Exchange, Staged
from training.models import OutsideLearning
from workers.employment_matching import MISSING, OTHER_NAME
from workers.verdicts import MATCH, NOT_ON_ROLL, VERDICTS, Decision

FACTS = ("organiser", "kind", "hours", "result", "score", "account_bound")
UNKNOWN_PHONE = (
    "按姓名和手机号码没有找到唯一的人：名册中没有此人、不在本次导入的范围内，或者有几个人相同。"
    "请核对，或改填证件号码。"
)
TWICE = "这个人同一天完成的这门课程在表中另有一行（第 {number} 行）。请核对后只保留一行。"

# Both ways to say who is meant, in one order: two imports cannot wait for each other.
LOCK = """
SELECT w.id FROM workers_worker w
WHERE w.id IN (
    SELECT d.worker_id FROM {rows} r
    JOIN workers_identitydocument d ON d.number_index = (r."values" ->> 'person')::bytea WHERE {of_run}
    UNION SELECT p.id FROM {rows} r
    JOIN workers_worker p ON p.phone_index = (r."values" ->> 'phone')::bytea WHERE {of_run}
)
ORDER BY w.id FOR UPDATE
"""
MATCH_PHONE = """
UPDATE {rows} q SET target_id = x.worker, verdict = 'changed'
FROM (
    SELECT r.id, min(w.id) AS worker FROM {rows} r
    JOIN workers_worker w ON w.phone_index = (r."values" ->> 'phone')::bytea AND w.name = r."values" ->> 'name'
    WHERE {of_run} AND r.verdict = 'new' AND w.union_id = ANY(%(unions)s) AND w.merged_into_id IS NULL
      AND w.anonymised_on IS NULL
    GROUP BY r.id HAVING count(*) = 1
) x
WHERE q.id = x.id
"""
MISSING_PHONE = MISSING.replace("{of_run}", """{of_run} AND r."values" ? 'phone'""").replace(
    "number.unknown_person", "phone.unknown_person"
)
FOUND = """
SELECT r.number, r."values" ->> 'name', w.id, w.name, (r."values" -> 'fields')::text
FROM {rows} r JOIN workers_worker w ON w.id = r.target_id
WHERE {of_run} AND r.verdict = 'changed' ORDER BY r.number
"""


def lock(staged: Staged) -> None:
    """Lock the named people; what they learned changes only under that lock."""
    staged.fetch(LOCK)


def compare(staged: Staged, kind: Exchange) -> None:
    """Verdicts of the staged lines; ``kind`` brings the reach (``unions``) and the columns."""
    staged.execute(MATCH, unions=kind.unions)
    staged.execute(MATCH_PHONE, unions=kind.unions)
    staged.execute(MISSING_PHONE, column=kind.column("phone").column_name, unknown=UNKNOWN_PHONE)
    staged.execute(MISSING, column=kind.column("number").column_name, unknown=NOT_ON_ROLL)
    rows = [(*row[:-1], json.loads(row[-1])) for row in staged.fetch(FOUND)]
    known = _known({row[2] for row in rows})
    found, seen = [], {}
    for number, said_name, person, name, fields in rows:
        key = (person, fields["title"], fields["completed_on"])
        stored = known.get(key)
        if said_name != name:
            text, fields = OTHER_NAME.format(name=name), fields | {"name": said_name}
            decision = Decision("problem", None, text, "name", "differs")
        elif key in seen:
            decision = Decision("problem", None, TWICE.format(number=seen[key]), "title", "twice")
        else:
            decision = decide(fields, stored, rule=kind.rule)
            seen[key] = number
        found.append(_row(number, decision, stored, fields, kind))
    if found:
        staged.execute(VERDICTS, found=json.dumps(found, ensure_ascii=False))


def decide(said: dict, stored: OutsideLearning | None, *, rule: str) -> Decision:
    """What a row does. ``stored`` is the known row of this person, course and day."""
    if stored is None:
        return Decision("new")
    if rule == SKIP:
        return Decision("skipped", None, KNOWN, "title", "known", "note")
    facts = facts_of(stored)
    changes = {name: said[name] for name in FACTS if name in said and said[name] != facts[name]}
    if rule == FILL:
        changes = {name: value for name, value in changes.items() if facts[name] in (None, "")}
    return Decision("changed", changes) if changes else Decision("unchanged")


def facts_of(row: OutsideLearning) -> dict:
    """The facts of a row as JSON holds them."""
    found = {name: getattr(row, name) for name in FACTS}
    for name in ("hours", "score"):
        found[name] = None if found[name] is None else str(round(found[name], 1))
    return found


def typed(facts: dict) -> dict:
    """Facts of a staged row as the table holds them; only those it says."""
    found = dict(facts)
    for name in ("hours", "score"):
        if found.get(name) is not None:
            found[name] = Decimal(found[name])
    if "completed_on" in found:
        found["completed_on"] = dt.date.fromisoformat(found["completed_on"])
    return found


def _known(people: set[int]) -> dict[tuple, OutsideLearning]:
    rows = OutsideLearning.objects.from_platform().filter(worker__in=people)
    return {(row.worker_id, row.title, str(row.completed_on)): row for row in rows}


def _row(number: int, decision: Decision, stored, said: dict, kind: Exchange) -> dict:
    problem = before = record = None
    if decision.text:
        problem = decision.problem(kind, said)
    if stored and decision.verdict != "problem":
        changes = decision.changes or {}
        facts = facts_of(stored)
        was = {name: facts[name] for name in changes}
        before = {"fields": was, "plan": {"id": stored.pk, "set": changes, "was": was}}
        record = stored.pk
    found = {"number": number, "verdict": decision.verdict, "before": before}
    return found | {"record": record, "problem": problem}
