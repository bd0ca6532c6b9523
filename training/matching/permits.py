"""Staged cards against the roll: whose they are, whether they are known, and what would change."""

import json

from core.exchange import FILL, KNOWN, SKIP, Exchange, Staged
from workers.employment_matching import MATCH, MISSING, OTHER_NAME
from workers.rules import ELSEWHERE
from workers.verdicts import VERDICTS, Decision

UNKNOWN = "名册中没有此人。请核对证件号码；还没有登记的，请先用“会员信息”表登记，再导入操作证。"
OTHER_PERSON = "这张操作证已经登记过，不是本行的人员。请核对操作证号；确系本人的，请联系镇总工会核实。"
REPLACED = "这张证已换发新证，不再修改。请只填写在用的证。"
STRAY = "名册已登记 {on} 的复审，晚于本行的有效期至。请核对日期，或在操作证页面先删去登记错的复审。"
NOT_PASSED = "名册登记的 {on} 复审是“未通过”，不能用表格改为通过。请核对日期，或在操作证页面改正。"
NOT_HERE = "没有这一行所指的操作证，或者不在您的范围内，本行没有导入。请重新导出后再修改。"
CLOSED = "这张证已注销，不能再修改。"
FACTS = ("issuer", "valid_until", "long_service")

RESOLVE = """
UPDATE {rows} r SET target_id = c.worker_id, verdict = 'changed'
FROM training_permit c JOIN workers_worker w ON w.id = c.worker_id
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
SELECT r.number, r."values" ->> 'name', w.name, r.target_id, (r."values" -> 'fields')::text,
       (to_jsonb(c) - 'number' - 'number_index')::text,
       (SELECT jsonb_object_agg(v."on", v.passed) FROM training_permitreview v WHERE v.permit_id = c.id)::text
FROM {rows} r JOIN workers_worker w ON w.id = r.target_id
LEFT JOIN training_permit c ON CASE WHEN r."values" ? 'keyed' THEN c.id = (r."values" ->> 'keyed')::bigint
     ELSE c.number_index = (r."values" ->> 'index')::bytea
     AND c.category = r."values" -> 'fields' ->> 'category'
     AND c.item = coalesce(r."values" -> 'fields' ->> 'item', '')
     AND c.issued_on = (r."values" -> 'fields' ->> 'issued_on')::date AND c.state <> 'revoked' END
WHERE {of_run} AND r.verdict = 'changed'
"""


def compare(staged: Staged, kind: Exchange) -> None:
    """Verdicts of the staged lines; ``kind`` brings the reach (``unions``), the columns and the rules."""
    column = kind.column("number").column_name
    staged.execute(RESOLVE, unions=kind.unions)
    staged.execute(NOT_FOUND, text=NOT_HERE)
    staged.execute(MATCH, unions=kind.unions, column=column, elsewhere=ELSEWHERE)
    staged.execute(MISSING, column=column, unknown=UNKNOWN)
    found = []
    for number, said_name, name, person, fields, known, reviews in staged.fetch(FOUND):
        said, stored = json.loads(fields), json.loads(known) if known else None
        if said_name not in (None, name):
            decision = Decision("problem", None, OTHER_NAME.format(name=name), "name", "differs")
            said |= {"name": said_name}
        else:
            decision = decide(said, stored, json.loads(reviews or "{}"), person=person, kind=kind)
        found.append(_row(number, decision, stored, said, kind))
    if found:
        staged.execute(VERDICTS, found=json.dumps(found, ensure_ascii=False))


def decide(
    said: dict, stored: dict | None, reviews: dict[str, bool], *, person: int, kind: Exchange
) -> Decision:
    """What a row does. ``stored`` is the known card, ``reviews`` says by day whether it was passed."""
    if stored is None:
        return Decision("new")
    if stored["worker_id"] != person:
        return Decision("problem", None, OTHER_PERSON, "permit", "other_person")
    if kind.rule == SKIP:
        return Decision("skipped", None, KNOWN, "permit", "known", "note")
    changes = {name: said[name] for name in FACTS if name in said and said[name] != stored[name]}
    if kind.rule == FILL:
        changes = {name: value for name, value in changes.items() if stored[name] == ""}
    if (on := said.get("reviewed_on")) and not reviews.get(on):
        changes["reviewed_on"] = on
    if not changes:
        return Decision("unchanged")
    if stored["state"] == "replaced":
        return Decision("problem", None, REPLACED, "permit", "replaced")
    if stored["state"] == "revoked":
        return Decision("problem", None, CLOSED, "permit", "revoked")
    if on in reviews and "reviewed_on" in changes:
        return Decision("problem", None, NOT_PASSED.format(on=on), "reviewed_on", "not_passed")
    if fault := kind.fault(stored | changes):
        return Decision("problem", None, fault[1], fault[0], "invalid")
    until, last = changes.get("valid_until"), max(reviews, default="")
    if until and last > until:
        return Decision("problem", None, STRAY.format(on=last), "valid_until", "before_review")
    return Decision("changed", changes)


def _row(number: int, decision: Decision, stored: dict | None, said: dict, kind: Exchange) -> dict:
    problem = before = record = None
    if decision.text:
        problem = decision.problem(kind, said)
    if stored and decision.verdict != "problem":
        changes = decision.changes or {}
        was = {name: stored.get(name) for name in changes}
        record = stored["id"]
        before = {"fields": was, "plan": {"id": stored["id"], "set": changes, "was": was}}
    found = {"number": number, "verdict": decision.verdict, "before": before}
    return found | {"record": record, "problem": problem}
