"""The write path of the kind ``apprenticeships``: pairs, and back, in a number of statements that does not grow with
the rows. The rows have been compared under the same locks in the same transaction."""

import json

from accounts.models import User
from core.exchange import Staged
from training.bulk.enrolments import OUTCOME, REVERTED
from training.matching.apprenticeships import FACTS, rows_of
from training.models import Apprenticeship
from unions.models import Union

BATCH = 2000
DONE = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
SELECT x.row_id, x.person, 'applied', '', jsonb_build_object('pair', x.pair)
FROM jsonb_to_recordset(%(found)s::jsonb) AS x (row_id bigint, person bigint, pair bigint)
"""
WRITTEN = """
SELECT f.row_id, (f.effects ->> 'pair')::bigint
FROM {effects} f JOIN {rows} r ON r.id = f.row_id WHERE {of_run} AND f.outcome = 'applied' ORDER BY f.row_id
"""
GONE = ("impossible", "这对师徒已不存在")
KEPT = ("kept", "导入之后有人修改过，保留现状")


def write(staged: Staged, *, by: User) -> None:
    """Enter the pairs of rows with verdict new."""
    unions = list(
        Union.objects.values_list("pk", flat=True)
    )  # the reach was judged when the rows were compared
    rows = rows_of(staged, "new", unions)
    pairs = Apprenticeship.objects.bulk_create(
        [
            Apprenticeship(
                master_id=row.master,
                apprentice_id=row.apprentice,
                union_id=row.union,
                entered_by=by,
                **{name: row.facts[name] for name in FACTS},
            )
            for row in rows
        ],
        BATCH,
    )
    found = [
        {"row_id": row.pk, "person": row.apprentice, "pair": pair.pk}
        for row, pair in zip(rows, pairs, strict=True)
    ]
    staged.execute(DONE, found=json.dumps(found))


def revert(staged: Staged) -> None:
    """Take back pairs that nobody has touched since; says of each row what became of it."""
    lines = staged.fetch(WRITTEN)
    stored = Apprenticeship.objects.select_for_update().in_bulk([key for _, key in lines])
    outcomes: dict[tuple[str, str], list[int]] = {}
    gone = []
    for row, key in lines:
        pair = stored.get(key)
        is_same = pair is not None and pair.version == 1
        outcome = GONE if pair is None else REVERTED if is_same else KEPT
        outcomes.setdefault(outcome, []).append(row)
        gone += [key] if is_same else []
    Apprenticeship.objects.filter(pk__in=gone).delete()
    for (outcome, reason), rows in outcomes.items():
        staged.execute(OUTCOME, ids=rows, outcome=outcome, reason=reason)
