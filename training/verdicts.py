"""What is decided about the staged lines of sheets about records of people: one statement writes all verdicts."""

from dataclasses import dataclass

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
