"""Staged certificates against the roll: whose they are, whether they are known, and what would change."""

import datetime as dt
import json

from core.exchange import FILL, KNOWN, SKIP, Exchange, Staged
from workers import employment_matching
from workers.employment_matching import MATCH, MISSING
from workers.rules import ELSEWHERE
from workers.verdicts import VERDICTS, Decision

UNKNOWN = "名册中没有此人。请核对证件号码；还没有登记的，请先用“会员信息”表登记，再导入证书。"
OTHER_PERSON = (
    "这一编号的同类证书已经登记过，不是本行的人员。请核对编号；确系本人证书的，请联系镇总工会核实。"
)
REVOKED = "该证书已于 {day} 失效，不能再修改。换发的新证书有新的编号，请按新编号填写。"
BORN = "发证日期不晚于名册登记的出生日期。请核对日期。"
NOT_HERE = "没有这一行所指的证书，或者不在您的范围内，本行没有导入。请重新导出后再修改。"
COLUMNS = {"certificate": "number"}  # attribute → column of the table where they differ
DECIDED = ("state", "decided_by_id", "decided_at", "decision_note")

RESOLVE = """
UPDATE {rows} r SET target_id = c.worker_id, verdict = 'changed'
FROM training_certificate c JOIN workers_worker w ON w.id = c.worker_id
WHERE {of_run} AND r.verdict = 'new' AND r."values" ? 'keyed' AND c.id = (r."values" ->> 'keyed')::bigint
  AND w.union_id = ANY(%(unions)s) AND w.merged_into_id IS NULL AND w.anonymised_on IS NULL
"""
NOT_FOUND = """
UPDATE {rows} r SET verdict = 'problem', problems = r.problems || jsonb_build_array(jsonb_build_object(
    'column', '', 'value', '', 'message', %(text)s::text, 'level', 'error', 'code', 'row_key.unknown',
    'compared', true))
WHERE {of_run} AND r.verdict = 'new' AND r."values" ? 'keyed'
"""
FOUND = """
SELECT r.number, r."values" ->> 'name', w.name, w.birth_date, r.target_id, (r."values" -> 'fields')::text,
       to_jsonb(c)::text
FROM {rows} r JOIN workers_worker w ON w.id = r.target_id {join}
WHERE {of_run} AND r.verdict = 'changed' AND {keyed} r."values" ? 'keyed'
"""
BY_KEY = FOUND.replace("{keyed}", "").replace(
    "{join}", """JOIN training_certificate c ON c.id = (r."values" ->> 'keyed')::bigint"""
)
BY_NUMBER = FOUND.replace("{keyed}", "NOT").replace(
    "{join}",
    """LEFT JOIN training_certificate c ON c.kind = r."values" -> 'fields' ->> 'kind'
    AND c.number = r."values" -> 'fields' ->> 'certificate' AND c.state <> 'refused' AND c.number <> ''""",
)


def lock(staged: Staged) -> None:
    """Lock the named people in one order; their certificates change only under that lock."""
    employment_matching.lock(staged)


def compare(staged: Staged, kind: Exchange) -> None:
    """Verdicts of the staged lines; ``kind`` brings the reach (``unions``), the columns and what goes together."""
    column = kind.column("number").column_name
    staged.execute(RESOLVE, unions=kind.unions)
    staged.execute(NOT_FOUND, text=NOT_HERE)
    staged.execute(MATCH, unions=kind.unions, column=column, elsewhere=ELSEWHERE)
    staged.execute(MISSING, column=column, unknown=UNKNOWN)
    found = []
    for sql in (BY_KEY, BY_NUMBER):
        for number, said_name, name, born, person, fields, known in staged.fetch(sql):
            said, stored = json.loads(fields), json.loads(known) if known else None
            if said_name not in (None, name):
                text = employment_matching.OTHER_NAME.format(name=name)
                decision, said = (
                    Decision("problem", None, text, "name", "differs"),
                    said | {"name": said_name},
                )
            else:
                decision = decide(said, stored, person=person, born=born, kind=kind)
            found.append(_row(number, decision, stored, said, kind))
    if found:
        staged.execute(VERDICTS, found=json.dumps(found, ensure_ascii=False))


def decide(said: dict, stored: dict | None, *, person: int, born: dt.date | None, kind: Exchange) -> Decision:
    """What a row does. ``stored`` is the known certificate of this kind and number as the table has it."""
    if stored and stored["worker_id"] != person:
        return Decision("problem", None, OTHER_PERSON, "certificate", "other_person")
    facts = facts_of(stored) if stored else {}
    if stored and kind.rule == SKIP:
        return Decision("skipped", None, KNOWN, "certificate", "known", "note")
    changes = {name: value for name, value in said.items() if facts.get(name) != value} if stored else said
    if stored and kind.rule == FILL:
        changes = {name: value for name, value in changes.items() if facts[name] in (None, "")}
    if not changes:
        return Decision("unchanged")
    if stored and stored["state"] == "revoked":
        text = REVOKED.format(day=stored["revoked_on"])
        return Decision("problem", None, text, "certificate", "revoked")
    after = facts | changes
    if born and after["issued_on"] <= born.isoformat():
        return Decision("problem", None, BORN, "issued_on", "born")
    for column, text, code in kind.faults(after):
        return Decision("problem", None, text, column, code)
    return Decision("changed", changes) if stored else Decision("new")


def facts_of(stored: dict) -> dict:
    """The facts of a certificate by attribute."""
    names = ("kind", "trade", "level", "certificate", "issuer", "issued_on", "valid_until")
    return {name: stored[COLUMNS.get(name, name)] for name in names}


def _row(number: int, decision: Decision, stored: dict | None, said: dict, kind: Exchange) -> dict:
    problem = before = None
    if decision.text:
        problem = decision.problem(kind, said)
    if stored and decision.verdict != "problem":
        before = _remembered(stored, decision.changes or {})
    record = stored["id"] if stored and decision.verdict != "problem" else None
    return {
        "number": number,
        "verdict": decision.verdict,
        "before": before,
        "record": record,
        "problem": problem,
    }


def _remembered(stored: dict, changes: dict) -> dict:
    """What the staged row keeps of the known certificate: the old values, and the plan. Nothing changes: nothing to
    remember, but a row without memory would count as overtaken by others (``exchange.checking``)."""
    facts = facts_of(stored)
    was = {name: facts[name] for name in changes}
    undone = {COLUMNS.get(name, name): value for name, value in was.items()}
    if changes:
        undone |= {name: stored[name] for name in DECIDED}
    return {"fields": was, "plan": {"id": stored["id"], "set": changes, "was": undone}}
