"""Staged enrolments against the roll and the classes: who is meant, what is known, and what would change."""

import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from core.errors import RuleError
from core.exchange import FILL, KNOWN, SKIP, Exchange, Staged
from training.models import Enrolment, TrainingClass
from training.rules.classes import RESULT_FIELDS, result_of
from workers.employment_matching import DECIDED, MISSING, OTHER_NAME
from workers.verdicts import MATCH, NOT_ON_ROLL

OUTSIDE = "此人不在主办工会范围内，不能参加这个班次。请核对班次编号。"
LEFT = "此人已离会，不能再报名。请核对证件号码。"
CLOSED = "班次现在是“{state}”，不能登记报名和结论。请先在班次页面开放报名或开课。"
NOT_BEGUN = "班次现在是“{state}”，开课之后再登记结论。请先在班次页面开课。"
FULL = "名额 {capacity} 人已满。请先增加名额，或在班次页面报名进入候补。"
WAITS = "此人在候补名单中，还没有名额，不能登记结论。"
DAYS = ("completed_on", "certified_on")
BLANK = dict.fromkeys(RESULT_FIELDS) | {"result": ""}
State = TrainingClass.State

LOCK = """
SELECT c.id FROM training_trainingclass c
WHERE c.code IN (SELECT r."values" ->> 'class' FROM {rows} r WHERE {of_run}) ORDER BY c.id FOR UPDATE
"""
FOUND = """
SELECT r.number, r."values" ->> 'name', w.id, w.name, w.standing = 'left' AND w.employer_id IS NULL, u.path,
       r."values" ->> 'class', (r."values" -> 'fields')::text
FROM {rows} r JOIN workers_worker w ON w.id = r.target_id JOIN unions_union u ON u.id = w.union_id
WHERE {of_run} AND r.verdict = 'changed' ORDER BY r.number
"""


@dataclass(frozen=True)
class Row:
    """One staged row with the person it means."""

    number: int
    said_name: str
    person: int
    name: str
    has_left: bool
    path: str
    code: str
    fields: dict


@dataclass(frozen=True)
class Decision:
    """A verdict; ``before`` holds the old values and the plan of a known enrolment. ``text`` is said at ``column``."""

    verdict: str
    before: dict | None = None
    text: str = ""
    column: str = ""
    code: str = ""
    level: str = "error"


def lock(staged: Staged) -> None:
    """Lock the named classes in one order; places are given under that lock only."""
    staged.fetch(LOCK)


def compare(staged: Staged, kind: Exchange) -> None:
    """Verdicts of the staged lines, in the order of the sheet: the first ones get the places that are free."""
    column = kind.column("number").column_name
    staged.execute(MATCH, unions=kind.unions)
    staged.execute(MISSING, column=column, unknown=NOT_ON_ROLL)
    rows = [Row(*row[:-1], json.loads(row[-1])) for row in staged.fetch(FOUND)]
    classes = TrainingClass.objects.select_related("union").filter(code__in={row.code for row in rows})
    classes = {one.code: one for one in classes}
    standing = Enrolment.objects.standing().filter(training_class__in=[one.pk for one in classes.values()])
    stored = {(row.training_class_id, row.worker_id): row for row in standing}
    taken = Counter(row.training_class_id for row in stored.values() if row.state == Enrolment.State.ENROLLED)
    found = []
    for row in rows:
        training_class = classes[row.code]
        known = stored.get((training_class.pk, row.person))
        is_full = training_class.capacity is not None and taken[training_class.pk] >= training_class.capacity
        decision = decide(row, training_class, known, is_full=is_full, rule=kind.rule)
        taken[training_class.pk] += decision.verdict == "new"
        found.append(_line(row, decision, kind))
    if found:
        staged.execute(DECIDED, found=json.dumps(found, ensure_ascii=False))


def decide(
    row: Row, training_class: TrainingClass, known: Enrolment | None, *, is_full: bool, rule: str
) -> Decision:
    """What a row does. ``known`` is the person's enrolment in the class that was not withdrawn."""
    if row.said_name != row.name:
        return Decision("problem", None, OTHER_NAME.format(name=row.name), "name", "differs")
    if known and rule == SKIP:
        return Decision("skipped", None, KNOWN, "number", "known", "note")
    if fault := _refusal(row, training_class, known, is_full=is_full):
        return fault
    was = facts_of(known) if known else BLANK
    said = {name: value for name, value in row.fields.items() if rule != FILL or was[name] in (None, "")}
    try:
        stays = (
            BLANK if said.get("result") == Enrolment.Result.ABSENT else was
        )  # who was not there has no marks
        facts = plain(result_of(typed(stays | said), training_class))
    except RuleError as error:
        column, messages = next(iter(error.message_dict.items()))
        return Decision("problem", None, f"{messages[0]}。请核对。", column, "rule")
    if known is None:
        return Decision("new")
    changes = {name: value for name, value in facts.items() if was[name] != value}
    return Decision("changed" if changes else "unchanged", _remembered(known, changes))


def _refusal(row: Row, training_class: TrainingClass, known, *, is_full: bool) -> Decision | None:
    state = training_class.get_state_display()
    if training_class.state in (State.PLANNED, State.CANCELLED):
        return Decision("problem", None, CLOSED.format(state=state), "class_code", "closed")
    if row.fields and not training_class.takes_results:
        return Decision("problem", None, NOT_BEGUN.format(state=state), "class_code", "not_begun")
    if known:
        waits = known.state == Enrolment.State.WAITING and row.fields
        return Decision("problem", None, WAITS, "result", "waits") if waits else None
    if not row.path.startswith(training_class.union.path):
        return Decision("problem", None, OUTSIDE, "class_code", "outside")
    if row.has_left:
        return Decision("problem", None, LEFT, "number", "left")
    if is_full:
        text = FULL.format(capacity=training_class.capacity)
        return Decision("problem", None, text, "class_code", "full")
    return None


def facts_of(row: Enrolment) -> dict:
    """The result of an enrolment as JSON holds it."""
    return plain({name: getattr(row, name) for name in RESULT_FIELDS})


def plain(facts: dict) -> dict:
    """Days and marks as text."""
    found = {name: str(value) if isinstance(value, dt.date) else value for name, value in facts.items()}
    if found["score"] is not None:
        found["score"] = str(round(found["score"], 1))
    return found


def typed(facts: dict) -> dict:
    """Facts of a staged row as the table holds them."""
    found = {name: facts.get(name) for name in RESULT_FIELDS}
    found |= {name: dt.date.fromisoformat(found[name]) for name in DAYS if found[name]}
    found["score"] = Decimal(found["score"]) if found["score"] not in (None, "") else None
    return found


def _remembered(known: Enrolment, changes: dict) -> dict:
    facts = facts_of(known)
    was = {name: facts[name] for name in changes}
    return {"fields": was, "plan": {"id": known.pk, "set": changes, "was": was}}


def _line(row: Row, decision: Decision, kind: Exchange) -> dict:
    problem = None
    if decision.text:
        column = kind.column(decision.column)
        said = row.fields | {"name": row.said_name, "class_code": row.code}
        problem = {
            "column": column.column_name,
            "value": column.shown(said.get(decision.column) or ""),
            "message": decision.text,
            "level": decision.level,
            "code": decision.code if decision.code == "known" else f"{decision.column}.{decision.code}",
        }
    return {"number": row.number, "verdict": decision.verdict, "before": decision.before, "problem": problem}
