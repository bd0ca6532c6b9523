"""The write path of the kind ``classes``: rows into the classes and back, through the services."""

import json

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from accounts import audit
from core.exchange import Exchange, Staged
from core.forms import version_of
from training.models import Provider, TrainingClass
from training.services.classes import CLASS_FIELDS, edit_class, plan_class
from unions.matching import DECIDED

WRITING = """
SELECT r.id, r.number, r.target_id, (r."values" ->> 'union')::bigint, (r."values" -> 'fields')::text,
       (r.before -> 'plan' -> 'set')::text
FROM {rows} r WHERE {of_run} AND r.verdict IN ('new', 'changed') ORDER BY r.number
"""
DONE = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
VALUES (%(row)s, %(target)s, 'applied', '', %(effects)s::jsonb)
"""
WRITTEN = """
SELECT e.row_id, e.target_id, (e.effects ->> 'version')::int, (e.effects ->> 'is_new')::boolean,
       (r.before -> 'fields')::text, (r.before -> 'plan' -> 'partners')::text
FROM {effects} e JOIN {rows} r ON r.id = e.row_id WHERE {of_run} AND e.outcome = 'applied' ORDER BY e.row_id DESC
"""
OUTCOME = "UPDATE {effects} e SET outcome = %(outcome)s, reason = %(reason)s WHERE e.row_id = %(row)s"
GONE = ("impossible", "班次已不存在")
KEPT = ("kept", "导入之后有人修改、开放报名或安排了课次，保留现状")
IN_USE = ("impossible", "已有其他记录引用，不能删除")
REVERTED = ("reverted", "")


def write(staged: Staged, kind: Exchange) -> None:
    """Plan the classes of rows with verdict new, change those of changed ones; a refused row becomes a problem."""
    for row, number, target, union, fields, changes in staged.fetch(WRITING):
        try:
            with transaction.atomic():
                made = _write(target, union, json.loads(fields), json.loads(changes or "{}"), kind)
        except ValidationError as error:
            _refuse(staged, number, " ".join(error.messages))
            continue
        effects = {"version": made.version, "is_new": target is None}
        staged.execute(DONE, row=row, target=made.pk, effects=json.dumps(effects))


def _write(target: int | None, union: int, fields: dict, changes: dict, kind: Exchange) -> TrainingClass:
    if target is None:
        return plan_class(union=kind.unions[union], by=kind.by, **kind.typed(fields))
    known = TrainingClass.objects.get(pk=target)
    facts = kind.typed(changes)
    if known.provider_id and facts.get("provider"):
        facts["organiser"] = known.organiser
    return edit_class(training_class=known, version=version_of(known), by=kind.by, **facts)


def _refuse(staged: Staged, number: int, message: str) -> None:
    problem = {"column": "", "value": "", "message": message, "level": "error", "code": "refused"}
    found = [{"number": number, "verdict": "problem", "target": None, "problems": [problem]}]
    staged.execute(DECIDED, found=json.dumps(found, ensure_ascii=False))


def revert(staged: Staged, kind: Exchange) -> None:
    """Take back classes that are still as they were written, the last row first; says what became of each."""
    for row, target, version, is_new, was, partners in staged.fetch(WRITTEN):
        try:
            with transaction.atomic():
                facts = kind.typed(json.loads(was or "{}"))
                if "provider" in facts and partners:
                    facts |= _partners(**json.loads(partners))
                outcome, reason = _take_back(target, version, is_new, facts, kind)
        except ProtectedError:
            outcome, reason = IN_USE
        except ValidationError as error:
            outcome, reason = "impossible", " ".join(error.messages)[:200]
        staged.execute(OUTCOME, row=row, outcome=outcome, reason=reason)


def _partners(provider: int | None, organiser: str) -> dict:
    """The provider by its key, whatever it is called by now, and the organiser beside it."""
    return {"provider": Provider.objects.filter(pk=provider).first(), "organiser": organiser}


def _take_back(target: int, version: int, is_new: bool, facts: dict, kind: Exchange) -> tuple[str, str]:
    known = TrainingClass.objects.select_for_update().filter(pk=target).first()
    if known is None:
        return GONE
    if known.version != version:
        return KEPT
    if not is_new:
        edit_class(training_class=known, version=version_of(known), by=kind.by, **facts)
        return REVERTED
    if known.sessions.exists() or known.enrolments.exists():
        return KEPT
    found = audit.differences(None, known, CLASS_FIELDS)
    changes = {name: [after, None] for name, (_, after) in found.items()}
    audit.record(kind.by, "workers.import_undo", known, union_id=known.union_id, changes=changes)
    known.delete()
    return REVERTED
