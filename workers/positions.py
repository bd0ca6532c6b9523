"""Where a person stands today, derived from the dated rows in one place.

``Worker.union``, ``employer``, ``standing`` and ``member_since`` repeat the result so that lists read one
table. Services, imports and ``check_invariants`` all ask this query.

- union: that of the membership in effect; without one the record stays where it is kept.
- member_since: start of the unbroken chain of memberships (a transfer or retention does not restart it).
- employer: the employment in effect; of several the one at a firm of that union, then the latest.
- standing: member or retained by the membership in effect; else ``left`` for whoever had one, and for
  employees who have gone, and for the signs of merged records; else ``none``.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

# %(ids)s NULL means everybody. Rows come back only where the stored position differs.
_DIFFERING = """
WITH picked AS (
    SELECT id, union_id, employer_id, standing, member_since, merged_into_id FROM workers_worker
    WHERE %(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s::bigint[])
), spells AS (
    SELECT worker_id, union_id, start, "end", is_retained,
           max(start) FILTER (WHERE opens) OVER (PARTITION BY worker_id ORDER BY start) AS since
    FROM (
        SELECT m.*, lag(m."end") OVER (PARTITION BY m.worker_id ORDER BY m.start)
                    IS DISTINCT FROM m.start AS opens
        FROM workers_membership m JOIN picked ON picked.id = m.worker_id
    ) chained
), membership AS (
    SELECT * FROM spells WHERE start <= %(day)s AND ("end" IS NULL OR "end" > %(day)s)
), jobs AS (
    SELECT DISTINCT ON (e.worker_id) e.worker_id, e.employer_id
    FROM workers_employment e
    JOIN picked ON picked.id = e.worker_id
    JOIN unions_employer firm ON firm.id = e.employer_id
    LEFT JOIN membership m ON m.worker_id = e.worker_id
    WHERE (e.start IS NULL OR e.start <= %(day)s) AND (e."end" IS NULL OR e."end" > %(day)s)
    ORDER BY e.worker_id, firm.union_id = coalesce(m.union_id, picked.union_id) DESC,
             e.start DESC NULLS LAST, e.id DESC
), derived AS (
    SELECT picked.id,
           coalesce(m.union_id, picked.union_id) AS union_id,
           jobs.employer_id,
           CASE
               WHEN picked.merged_into_id IS NOT NULL THEN 'left'
               WHEN m.is_retained THEN 'retained'
               WHEN m.worker_id IS NOT NULL THEN 'member'
               WHEN EXISTS (SELECT FROM spells s WHERE s.worker_id = picked.id) THEN 'left'
               WHEN jobs.worker_id IS NULL
                    AND EXISTS (SELECT FROM workers_employment e WHERE e.worker_id = picked.id) THEN 'left'
               ELSE 'none'
           END AS standing,
           m.since AS member_since
    FROM picked
    LEFT JOIN membership m ON m.worker_id = picked.id
    LEFT JOIN jobs ON jobs.worker_id = picked.id
)
SELECT d.id, d.union_id, d.employer_id, d.standing, d.member_since
FROM derived d JOIN picked p ON p.id = d.id
WHERE (d.union_id, d.standing) <> (p.union_id, p.standing)
   OR d.employer_id IS DISTINCT FROM p.employer_id OR d.member_since IS DISTINCT FROM p.member_since
ORDER BY d.id
"""

_STORE = """
UPDATE workers_worker w
SET union_id = n.union_id, employer_id = n.employer_id, standing = n.standing, member_since = n.member_since
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::date[])
     AS n (id, union_id, employer_id, standing, member_since)
WHERE w.id = n.id
"""


def differing_positions(worker_ids: Iterable[int] | None = None, *, on: dt.date | None = None) -> list[tuple]:
    """(worker id, union id, employer id, standing, member since) as derived, for workers whose stored columns
    differ from it. None asks about the whole roll."""
    ids = None if worker_ids is None else list(worker_ids)
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, {"ids": ids, "day": on or timezone.localdate()})
        return cursor.fetchall()


def refresh_positions(worker_ids: Iterable[int] | None) -> int:
    """Bring the stored columns of these workers into line with their dated rows; returns how many changed."""
    rows = differing_positions(worker_ids)
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_STORE, [list(column) for column in zip(*rows, strict=True)])
    return len(rows)
