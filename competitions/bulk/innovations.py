"""The write path of the kind ``innovations``: innovations with their authors, and back, in a number of statements that
does not grow with the rows. The rows have been compared under the same locks in the same transaction."""

import datetime as dt
import json
from decimal import Decimal

from accounts.models import User
from competitions.matching.innovations import DAYS, SUMS, TOLD, Row, rows_of
from competitions.models import Contributor, Innovation
from competitions.rules.innovations import stage_said
from core.exchange import Staged

BATCH = 2000
DONE = """
INSERT INTO {effects} (row_id, target_id, outcome, reason, effects)
SELECT x.row_id, x.person, 'applied', '', jsonb_build_object('innovation', x.innovation)
FROM jsonb_to_recordset(%(found)s::jsonb) AS x (row_id bigint, person bigint, innovation bigint)
"""
WRITTEN = """
SELECT f.row_id, (f.effects ->> 'innovation')::bigint
FROM {effects} f JOIN {rows} r ON r.id = f.row_id WHERE {of_run} AND f.outcome = 'applied' ORDER BY f.row_id
"""
OUTCOME = "UPDATE {effects} e SET outcome = %(outcome)s, reason = %(reason)s WHERE e.row_id = ANY(%(ids)s)"
GONE = ("impossible", "这项成果已不存在")
KEPT = ("kept", "导入之后修改、评审过，或登记过附件、图片和参加人，保留现状")
REVERTED = ("reverted", "")


def write(staged: Staged, *, by: User, today: dt.date) -> None:
    """Enter the innovations of rows with verdict new, each with its author."""
    rows = rows_of(staged, "new")
    made = Innovation.objects.bulk_create([_innovation(row, by, today) for row in rows], BATCH)
    Contributor.objects.bulk_create(
        [
            Contributor(innovation=one, worker_id=row.person, role=Contributor.Role.LEAD, entered_by=by)
            for row, one in zip(rows, made, strict=True)
        ],
        BATCH,
    )
    found = [
        {"row_id": row.pk, "person": row.person, "innovation": one.pk}
        for row, one in zip(rows, made, strict=True)
    ]
    staged.execute(DONE, found=json.dumps(found))


def revert(staged: Staged) -> None:
    """Take back what nobody has touched since; says of each row what became of it."""
    lines = staged.fetch(WRITTEN)
    keys = [line[1] for line in lines]
    stored = Innovation.objects.select_for_update().in_bulk(keys)
    members = Contributor.objects.filter(innovation__in=keys, role=Contributor.Role.MEMBER)
    bare = Innovation.objects.filter(
        pk__in=keys, version=1, papers=None, pictures=None, contributors__consents=None
    )
    touched = set(members.values_list("innovation", flat=True))
    same = set(bare.values_list("pk", flat=True)) - touched
    outcomes: dict[tuple[str, str], list[int]] = {}
    for row, key in lines:
        outcome = GONE if key not in stored else REVERTED if key in same else KEPT
        outcomes.setdefault(outcome, []).append(row)
    Contributor.objects.filter(innovation__in=same).delete()
    Innovation.objects.filter(pk__in=same).delete()
    for (outcome, reason), ids in outcomes.items():
        staged.execute(OUTCOME, ids=ids, outcome=outcome, reason=reason)


def _innovation(row: Row, by: User, today: dt.date) -> Innovation:
    facts = {name: row.fields.get(name) or "" for name in TOLD}
    for name in DAYS:
        facts[name] = dt.date.fromisoformat(facts[name]) if facts[name] else None
    for name in SUMS:
        facts[name] = Decimal(facts[name]) if facts[name] else None
    return Innovation(
        union_id=row.union, employer_id=row.employer, kind=row.fields["kind"], title=row.fields["title"],
        stage=stage_said(row.fields, today), entered_by=by, **facts,
    )  # fmt: skip
