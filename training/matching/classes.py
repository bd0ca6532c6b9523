"""Staged classes against the known ones: which class is meant, and what would change."""

import json

from django.db.models import Q

from core.exchange import FILL, KNOWN, SKIP, Exchange, Staged
from training.models import TrainingClass
from unions.matching import DECIDED
from workers.verdicts import Decision

NO_CLASS = "没有这个编号的培训班次，或者它不在本次导入的范围内。请核对编号；新增的班次编号请空着。"
NOT_HERE = "没有这一行所指的班次，或者不在您的范围内，本行没有导入。请重新导出后再修改。"
NOT_PLANNED = "班次现在是“{state}”，不能用表格修改。请在班次页面办理。"
OTHER_UNION = "班次由“{name}”主办，不能用表格更换主办工会。请核对班次编号。"
NO_UNION = "没有填写主办工会，也没有按一个工会上传。请补填，或上传时选择工会。"
SESSIONS = "已安排的课次不在新的起止日期之内。请先在班次页面调整课次。"
PLAIN = (
    *("title", "kind", "trade", "level", "safety_level", "place", "teachers", "fund_source", "subsidy_note"),
    *("capacity", "is_open_below"),
)

ROWS = """
SELECT r.number, r."values" ->> 'code', (r."values" ->> 'keyed')::bigint, (r."values" ->> 'union')::bigint,
       (r."values" -> 'fields')::text
FROM {rows} r WHERE {of_run} AND r.verdict = 'new' ORDER BY r.number
"""
LOCK = """
SELECT c.id FROM training_trainingclass c
WHERE c.id IN (SELECT r.target_id FROM {rows} r WHERE {of_run}) ORDER BY c.id FOR UPDATE
"""


def lock(staged: Staged) -> None:
    """Lock the known classes in one order."""
    staged.fetch(LOCK)


def compare(staged: Staged, kind: Exchange) -> None:
    """Verdicts of the staged lines; ``kind`` brings the reach (``unions``) and the rules."""
    rows = [(*row[:-1], json.loads(row[-1])) for row in staged.fetch(ROWS)]
    known = _Known(rows, kind)
    found = []
    for number, code, keyed, union, fields in rows:
        stored = known.of(code, keyed, union, fields)
        decision = decide(code, keyed, union, fields, stored, kind)
        found.append(_line(number, decision, stored, fields, kind))
    if found:
        staged.execute(DECIDED, found=json.dumps(found, ensure_ascii=False))


class _Known:
    """Classes of the unions in reach that the rows may mean."""

    def __init__(self, rows: list[tuple], kind: Exchange):
        codes = [code for _, code, *_ in rows if code]
        keys = [keyed for _, _, keyed, *_ in rows if keyed]
        titles = [fields.get("title") for *_, fields in rows if fields.get("title")]
        asked = Q(code__in=codes) | Q(pk__in=keys) | Q(title__in=titles)
        classes = TrainingClass.objects.filter(asked, union__in=kind.unions)
        classes = list(classes.select_related("union", "provider").prefetch_related("sessions"))
        self.by_key = {one.pk: one for one in classes}
        self.by_code = {one.code: one for one in classes}
        self.by_facts = {(one.union_id, one.title, str(one.starts_on)): one for one in classes}

    def of(self, code: str | None, keyed: int | None, union: int | None, fields: dict):
        """The class a row means: by its row key, its code, or union, title and first day."""
        if keyed:
            return self.by_key.get(keyed)
        if code:
            return self.by_code.get(code)
        return self.by_facts.get((union, fields["title"], fields["starts_on"]))


def decide(code, keyed, union, fields: dict, stored: TrainingClass | None, kind: Exchange) -> Decision:
    """What a row does."""
    if stored is None and (keyed or code):
        text, column = (NOT_HERE, "title") if keyed else (NO_CLASS, "code")
        return Decision("problem", None, text, column, "unknown")
    if stored is None:
        return Decision("new") if union else Decision("problem", None, NO_UNION, "union", "blank")
    if kind.rule == SKIP:
        return Decision("skipped", None, KNOWN, "title", "known", "note")
    if code and union not in (None, stored.union_id) and _said_union(kind):
        text = OTHER_UNION.format(name=stored.union.name)
        return Decision("problem", None, text, "union", "other")
    facts = facts_of(stored)
    changes = {name: value for name, value in fields.items() if facts[name] != value}
    if kind.rule == FILL:
        changes = {name: value for name, value in changes.items() if facts[name] in (None, "")}
    if not changes:
        return Decision("unchanged")
    if stored.state != TrainingClass.State.PLANNED:
        text = NOT_PLANNED.format(state=stored.get_state_display())
        return Decision("problem", None, text, "code", "not_planned")
    after = facts | changes
    for column, text, fault in kind.faults(after):
        return Decision("problem", None, text, column, fault)
    if any(not after["starts_on"] <= str(held.on) <= after["ends_on"] for held in stored.sessions.all()):
        return Decision("problem", None, SESSIONS, "ends_on", "sessions")
    return Decision("changed", changes)


def _said_union(kind: Exchange) -> bool:
    """The file has a column of the organising union."""
    return "union" in kind.positions


def facts_of(stored: TrainingClass) -> dict:
    """The facts of a class as staged rows hold them; the provider by name."""
    hours = stored.planned_hours
    return {name: getattr(stored, name) for name in PLAIN} | {
        "provider": stored.provider.name if stored.provider else stored.organiser,
        "starts_on": str(stored.starts_on),
        "ends_on": str(stored.ends_on),
        "planned_hours": None if hours is None else str(round(hours, 1)),
    }


def _line(number: int, decision: Decision, stored, fields: dict, kind: Exchange) -> dict:
    problems, before = [], None
    if decision.text:
        problems.append(decision.problem(kind, fields) | {"compared": True})
    if stored and decision.verdict != "problem":
        facts = facts_of(stored)
        was = {name: facts[name] for name in decision.changes or {}}
        before = {
            "fields": was,
            "plan": {
                "id": stored.pk,
                "version": stored.version,
                "set": decision.changes or {},
                "partners": {"provider": stored.provider_id, "organiser": stored.organiser},
            },
        }
    target = stored.pk if before else None
    return {
        "number": number,
        "verdict": decision.verdict,
        "target": target,
        "before": before,
        "problems": problems,
    }
