"""Who is meant by the staged rows of a sheet whose places are given over all of its rows at once."""

from dataclasses import replace

from core.exchange import Exchange, Staged
from workers.employment_matching import MISSING
from workers.verdicts import MATCH, NOT_ON_ROLL

# As before the comparison, for every row without an error of its own.
AGAIN = """
UPDATE {rows} r SET verdict = 'new', target_id = NULL, before = NULL, problems = own.problems
FROM (
    SELECT r.id, coalesce(jsonb_agg(p) FILTER (WHERE p ? 'level' AND NOT p ? 'compared'), '[]') AS problems
    FROM {rows} r LEFT JOIN LATERAL jsonb_array_elements(r.problems) p ON true WHERE {of_run} GROUP BY r.id
) own
WHERE {of_run} AND r.id = own.id AND r."values" <> '{}' AND NOT own.problems @> '[{"level": "error"}]'
"""


def find_people(staged: Staged, kind: Exchange) -> Staged:
    """Match the rows with the roll, all of them also when one was put right; gives the rows to compare."""
    if staged.numbers is not None:
        staged = replace(staged, numbers=None)
        staged.execute(AGAIN)
    staged.execute(MATCH, unions=kind.unions)
    staged.execute(MISSING, column=kind.column("number").column_name, unknown=NOT_ON_ROLL)
    return staged
