"""Staged jobs against the roll: whose they are, whether they are known, and what would change."""

import datetime as dt
import json
from dataclasses import dataclass

from core.exchange import FILL, KNOWN, SKIP, UPDATE, Staged
from workers.extra_columns import BEFORE_LAST
from workers.rules import ELSEWHERE

UNKNOWN = "名册中没有此人。请核对证件号码；还没有登记的，请先用“会员信息”表登记，再导入就业信息。"
OTHER_NAME = (
    "名册中这个证件号码登记的姓名是“{name}”，与本行不同。请核对号码；姓名已改的，请先在职工页面更正。"
)
NO_JOB = "名册中此人在该单位没有在职记录，不能登记离职。如需补录，请同时填写入职日期。"
AGAIN = "此人曾在该单位就业，到 {end} 离职。再次入职的请填写入职日期；没有再入职的请删去这一行。"
ENDED = "名册登记此人自 {start}起在该单位的就业已于 {end} 结束，与本行的日期不同。请核对；登记有误的，请在职工页面更正。"
CLOSED = "该单位已于 {end} 关停，不能再登记入职。请核对工作单位。"
BEFORE_START = "离职日期应晚于名册登记的入职日期 {start}。请核对日期。"
PAST_FACTS = "这段就业已于 {end} 结束，用工形式、工种、班组、工号不再修改。"
STAYS = "按“只补空白项”导入：没有登记离职。"
FACTS = ("form", "occupation", "team", "staff_number")

LOCK = """
SELECT w.id FROM workers_worker w
WHERE w.id IN (
    SELECT d.worker_id FROM {rows} r
    JOIN workers_identitydocument d ON d.number_index = (r."values" ->> 'person')::bytea WHERE {of_run}
    UNION SELECT r.target_id FROM {rows} r WHERE {of_run} AND r."values" ? 'keyed'
)
ORDER BY w.id FOR UPDATE
"""
MATCH = """
UPDATE {rows} r
SET target_id = CASE WHEN w.union_id = ANY(%(unions)s) THEN w.id END,
    verdict = CASE WHEN w.union_id = ANY(%(unions)s) THEN 'changed' ELSE 'conflict' END,
    problems = CASE WHEN w.union_id = ANY(%(unions)s) THEN r.problems ELSE r.problems || jsonb_build_array(
        jsonb_build_object('column', %(column)s::text, 'value', r."values" ->> 'shown', 'message',
                           %(elsewhere)s::text, 'level', 'error', 'code', 'elsewhere', 'compared', true)) END
FROM workers_identitydocument d JOIN workers_worker w ON w.id = d.worker_id
WHERE {of_run} AND r.verdict = 'new' AND d.number_index = (r."values" ->> 'person')::bytea
"""
MISSING = """
UPDATE {rows} r
SET verdict = 'problem', target_id = NULL, problems = r.problems || jsonb_build_array(jsonb_build_object(
    'column', %(column)s::text, 'value', r."values" ->> 'shown', 'message', %(unknown)s::text, 'level', 'error',
    'code', 'number.unknown_person', 'compared', true))
WHERE {of_run} AND r.verdict = 'new'
"""
SPELLS = """
SELECT r.number, r."values" ->> 'name', w.name, (r."values" ->> 'employer')::bigint, (r."values" -> 'fields')::text,
       r."values" ? 'keyed',
       (SELECT coalesce(jsonb_agg(to_jsonb(e) ORDER BY e.id), '[]') FROM workers_employment e
        WHERE e.worker_id = w.id AND e.employer_id = (r."values" ->> 'employer')::bigint)::text
FROM {rows} r JOIN workers_worker w ON w.id = r.target_id
WHERE {of_run} AND r.verdict = 'changed'
"""
DECIDED = """
UPDATE {rows} r
SET verdict = x.verdict, before = x.before, target_id = CASE WHEN x.verdict <> 'problem' THEN r.target_id END,
    problems = CASE WHEN x.problem IS NULL THEN r.problems ELSE r.problems || jsonb_build_array(
        x.problem || jsonb_build_object('compared', true)) END
FROM jsonb_to_recordset(%(found)s::jsonb) AS x (number int, verdict text, before jsonb, problem jsonb)
WHERE {of_run} AND r.number = x.number
"""


@dataclass(frozen=True)
class Decision:
    """A verdict; ``job`` with ``changes`` is the known job and what is set on it. ``text`` is said at ``column``."""

    verdict: str
    job: dict | None = None
    changes: dict | None = None
    text: str = ""
    column: str = ""
    code: str = ""
    level: str = "error"

    def before(self) -> dict | None:
        """What the staged row remembers: the old values, and the plan for the known job."""
        if self.job is None:
            return None
        was = {name: self.job[name] for name in self.changes or {}}
        plan = {"id": self.job["id"], "set": self.changes or {}, "was": was}
        return {"fields": was, "plan": plan}


def lock(staged: Staged) -> None:
    """Lock the named people in one order, so that two imports cannot wait for each other."""
    staged.fetch(LOCK)


def compare(staged: Staged, kind) -> None:
    """Verdicts of the staged lines; ``kind`` brings the reach (``unions``), closed firms and the columns."""
    column = kind.column("number").column_name
    staged.execute(MATCH, unions=list(kind.unions), column=column, elsewhere=ELSEWHERE)
    staged.execute(MISSING, column=column, unknown=UNKNOWN)
    found = []
    for number, said_name, name, employer, fields, is_keyed, spells in staged.fetch(SPELLS):
        said = json.loads(fields)
        if said_name != name:
            text = OTHER_NAME.format(name=name)
            decision = Decision("problem", text=text, column="name", code="differs")
            said["name"] = said_name
        else:
            closed_on = kind.closed.get(employer)
            closed_on = closed_on if closed_on and closed_on <= kind.today else None
            spells = json.loads(spells)
            decision = decide(said, spells, rule=kind.rule, closed_on=closed_on)
            if is_keyed and not said and kind.rule != SKIP:
                decision = Decision("unchanged", spells[-1])  # nobody edited this row of an update template
        found.append(_row(number, decision, said, kind))
    if found:
        staged.execute(DECIDED, found=json.dumps(found, ensure_ascii=False))


def _row(number: int, decision: Decision, said: dict, kind) -> dict:
    problem = None
    if decision.text:
        column = kind.column(decision.column)
        problem = {
            "column": column.column_name,
            "value": column.shown(said.get(decision.column, "")),
            "message": decision.text,
            "level": decision.level,
            "code": decision.code if decision.code == "known" else f"{decision.column}.{decision.code}",
        }
    return {
        "number": number,
        "verdict": decision.verdict,
        "before": decision.before(),
        "problem": problem,
    }


def decide(said: dict, spells: list[dict], *, rule: str, closed_on: dt.date | None) -> Decision:
    """What a row does to a person's jobs at a firm. ``said``: facts and ISO dates; ``spells``: the stored jobs
    there; ``closed_on`` when the firm takes nobody any more."""
    start, end = said.get("start"), said.get("end")
    running = next((spell for spell in spells if spell["end"] is None), None)
    if running and start and end and running["start"] and end <= running["start"]:
        running = None  # the row is about an earlier job
    past = [spell for spell in spells if spell["end"]]
    ended = next((s for s in past if (end and s["end"] == end) or (start and s["start"] == start)), None)
    known = running if running and not (ended and end == ended["end"]) else ended
    if known and rule == SKIP:
        return Decision("skipped", text=KNOWN, column="number", code="known", level="note")
    if known is None:
        return _opens(said, spells, closed_on)
    if known is ended:
        return _repeats(said, ended, rule)
    return _changes(said, running, past, rule)


def _opens(said: dict, spells: list[dict], closed_on) -> Decision:
    start, end = said.get("start"), said.get("end")
    if end and not start:
        return Decision("problem", text=NO_JOB, column="end", code="no_job")
    if spells and not start:
        last = max(spell["end"] for spell in spells if spell["end"])
        return Decision("problem", text=AGAIN.format(end=last), column="start", code="again")
    if closed_on and not end:
        return Decision("problem", text=CLOSED.format(end=closed_on), column="start", code="firm_closed")
    if text := _overlap(start, end, spells):
        return Decision("problem", text=text, column="start", code="job")
    return Decision("new")


def _repeats(said: dict, ended: dict, rule: str) -> Decision:
    """A row about a job that is over: it agrees, or it is refused; what was is not written over."""
    dates_differ = said.get("end") != ended["end"] or said.get("start", ended["start"]) != ended["start"]
    if dates_differ and rule == UPDATE:
        since = f"{ended['start']} " if ended["start"] else ""
        column = "end" if said.get("end") != ended["end"] else "start"
        text = ENDED.format(start=since, end=ended["end"])
        return Decision("problem", text=text, column=column, code="ended")
    if rule == UPDATE and any(said.get(name, ended[name]) != ended[name] for name in FACTS):
        column = next(name for name in FACTS if said.get(name, ended[name]) != ended[name])
        text = PAST_FACTS.format(end=ended["end"])
        return Decision("unchanged", ended, text=text, column=column, code="past", level="warning")
    return Decision("unchanged", ended)


def _changes(said: dict, running: dict, past: list[dict], rule: str) -> Decision:
    changes = {name: value for name, value in said.items() if running[name] != value}
    if rule == FILL:
        changes = {
            name: value for name, value in changes.items() if name != "end" and running[name] in (None, "")
        }
    if rule == FILL and said.get("end"):
        verdict = "changed" if changes else "unchanged"
        return Decision(verdict, running, changes, STAYS, "end", "only_blanks", "note")
    after = running | changes
    if after["end"] and after["start"] and after["end"] <= after["start"]:
        text = BEFORE_START.format(start=after["start"])
        return Decision("problem", text=text, column="end", code="before_start")
    if "start" in changes and (text := _overlap(after["start"], after["end"], past)):
        return Decision("problem", text=text, column="start", code="job")
    return Decision("changed" if changes else "unchanged", running, changes)


def _overlap(start: str | None, end: str | None, others: list[dict]) -> str:
    """Why a job from ``start`` to ``end`` cannot stand beside the others at the firm; empty if it can."""
    for other in others:
        begins_before_its_end = other["end"] is None or start is None or start < other["end"]
        ends_after_its_start = end is None or other["start"] is None or end > other["start"]
        if begins_before_its_end and ends_after_its_start:
            if other["end"] is None:
                return f"此人自 {other['start']} 起在该单位在职，两段就业重叠。请核对日期。"
            return BEFORE_LAST.format(end=other["end"])
    return ""
