"""What is decided about the staged lines of sheets about records of people: one statement writes all verdicts."""

from dataclasses import dataclass

from core.exchange import Exchange

# Told of a row whose number matched nobody (workers.employment_matching.MISSING).
NOT_ON_ROLL = (
    "名册中没有此人，或者不在本次导入的范围内。请核对证件号码；还没有登记的，请先用“会员信息”表登记。"
)
# Who is meant, of the people of these unions; nobody else is known to exist.
MATCH = """
UPDATE {rows} r SET target_id = w.id, verdict = 'changed'
FROM workers_identitydocument d JOIN workers_worker w ON w.id = d.worker_id
WHERE {of_run} AND r.verdict = 'new' AND d.number_index = (r."values" ->> 'person')::bytea
  AND w.union_id = ANY(%(unions)s)
"""
VERDICTS = """
UPDATE {rows} r
SET verdict = x.verdict, before = x.before, target_id = CASE WHEN x.verdict <> 'problem' THEN r.target_id END,
    "values" = CASE WHEN x.record IS NULL THEN r."values" - 'record'
               ELSE r."values" || jsonb_build_object('record', x.record) END,
    problems = CASE WHEN x.problem IS NULL THEN r.problems ELSE r.problems || jsonb_build_array(
        x.problem || jsonb_build_object('compared', true)) END
FROM jsonb_to_recordset(%(found)s::jsonb)
     AS x (number int, verdict text, before jsonb, record bigint, problem jsonb)
WHERE {of_run} AND r.number = x.number
"""


@dataclass(frozen=True)
class Decision:
    """A verdict; ``changes`` (by attribute) is what is set on the known record. ``text`` is said at ``column``."""

    verdict: str
    changes: dict | None = None
    text: str = ""
    column: str = ""
    code: str = ""
    level: str = "error"

    def problem(self, kind: Exchange, said: dict) -> dict:
        """What is said at a cell of the row, as the desk stores it; ``said`` are the row's values by attribute."""
        column = kind.column(self.column)
        return {
            "column": column.column_name,
            "value": column.shown(said.get(self.column) or ""),
            "message": self.text,
            "level": self.level,
            "code": self.code if self.code == "known" else f"{self.column}.{self.code}",
        }


def decided_line(number: int, decision: Decision, kind: Exchange, said: dict) -> dict:
    """A decision as the statement that writes verdicts reads it; ``said`` holds what the row says by attribute."""
    problem = None
    if decision.text:
        column, value = kind.column(decision.column), said.get(decision.column)
        problem = {
            "column": column.column_name,
            "value": "" if value is None else column.shown(value),
            "message": decision.text,
            "level": decision.level,
            "code": decision.code if decision.code == "known" else f"{decision.column}.{decision.code}",
        }
    return {"number": number, "verdict": decision.verdict, "before": None, "problem": problem}
