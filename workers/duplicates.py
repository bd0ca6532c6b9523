"""Pairs of records that may be one person, found for the whole roll at once or for some people.

Grounds: the same last four of a document and the same birth date (a mistyped or a second document); the same
phone; the same name and birth date; a name that sounds the same (in either reading of either) and the same birth
date. A blank never matches a blank: each ground asks for values. Merged and anonymised records take no part.

More than LARGEST people who share one ground are no candidates but a group (one phone for a whole workshop, a
placeholder birth date): they are told as a note, not as thousands of pairs.

"Not the same person" is remembered. The pair comes back only when it shows a ground it did not have when it was
looked at; the decision and its note stay on it then.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection, transaction

KIND = "workers.find_duplicates"  # of the job that searches the whole roll
LARGEST = 20
GROUP_NOTES = 50
SAMPLE = 5
MEMORY = "256MB"  # for the hashes of a million keys; given back at the end of the transaction
GROUNDS = ("same_number", "same_phone", "same_name", "same_sound")

# Keys of each ground: (text, day, person). A person can have several (documents, readings of the name).
KEYS = {
    "same_number": """
        SELECT d.number_tail AS key, w.birth_date AS day, w.id
        FROM workers_worker w JOIN workers_identitydocument d ON d.worker_id = w.id
        WHERE {alive} AND w.birth_date IS NOT NULL AND d.number_tail <> ''
    """,
    "same_phone": """
        SELECT w.phone_index AS key, date '2000-01-01' AS day, w.id FROM workers_worker w
        WHERE {alive} AND w.phone_index IS NOT NULL
    """,
    "same_name": """
        SELECT w.name AS key, w.birth_date AS day, w.id FROM workers_worker w
        WHERE {alive} AND w.birth_date IS NOT NULL AND w.name <> ''
    """,
    "same_sound": """
        SELECT w.pinyin AS key, w.birth_date AS day, w.id FROM workers_worker w
        WHERE {alive} AND w.birth_date IS NOT NULL AND w.pinyin <> ''
        UNION ALL
        SELECT w.other_pinyin, w.birth_date, w.id FROM workers_worker w
        WHERE {alive} AND w.birth_date IS NOT NULL AND w.other_pinyin <> ''
    """,
}
ALIVE = "w.merged_into_id IS NULL AND w.anonymised_on IS NULL"

FOUND = """
CREATE TEMP TABLE workers_found (low bigint, high bigint, ground text) ON COMMIT DROP
"""
# Most groups are two: their ends are the pair. Only larger ones are gathered, by a second look at the keys.
GROUPS = """
CREATE TEMP TABLE workers_group ON COMMIT DROP AS
WITH shared AS MATERIALIZED (
    SELECT key, day, min(id) AS low, max(id) AS high, count(*) AS people FROM ({keys}) k
    GROUP BY key, day HAVING min(id) < max(id)
)
SELECT ARRAY[low, high] AS ids FROM shared WHERE people = 2
UNION ALL
SELECT array_agg(DISTINCT k.id) FROM shared s JOIN ({keys}) k ON k.key = s.key AND k.day = s.day
WHERE s.people > 2 GROUP BY s.key, s.day
"""
PAIRS = """
INSERT INTO workers_found
SELECT one.id, two.id, %(ground)s FROM workers_group g, unnest(g.ids) one (id), unnest(g.ids) two (id)
WHERE cardinality(g.ids) <= %(largest)s AND one.id < two.id
"""
LARGE = """
SELECT cardinality(ids), ids[1:%(sample)s] FROM workers_group
WHERE cardinality(ids) > %(largest)s ORDER BY 1 DESC, 2 LIMIT %(notes)s
"""
# The same name sounds the same: that ground is for different names.
SAME_NAMES = """
DELETE FROM workers_found f USING workers_worker a, workers_worker b
WHERE f.ground = 'same_sound' AND a.id = f.low AND b.id = f.high AND a.name = b.name
"""
STORE = """
WITH pairs AS (
    SELECT low, high, bool_or(ground = 'same_number') AS same_number, bool_or(ground = 'same_phone') AS same_phone,
           bool_or(ground = 'same_name') AS same_name, bool_or(ground = 'same_sound') AS same_sound
    FROM workers_found GROUP BY low, high
)
INSERT INTO workers_duplicatepair AS p
    (low_id, high_id, same_number, same_phone, same_name, same_sound, state, found_at, note)
SELECT low, high, same_number, same_phone, same_name, same_sound, 'open', statement_timestamp(), ''
FROM pairs ORDER BY low, high
ON CONFLICT (low_id, high_id) DO UPDATE
SET same_number = EXCLUDED.same_number, same_phone = EXCLUDED.same_phone, same_name = EXCLUDED.same_name,
    same_sound = EXCLUDED.same_sound, state = 'open'
WHERE p.state = 'open' AND (p.same_number, p.same_phone, p.same_name, p.same_sound)
      IS DISTINCT FROM (EXCLUDED.same_number, EXCLUDED.same_phone, EXCLUDED.same_name, EXCLUDED.same_sound)
   OR p.state = 'distinct' AND (EXCLUDED.same_number AND NOT p.same_number
      OR EXCLUDED.same_phone AND NOT p.same_phone OR EXCLUDED.same_name AND NOT p.same_name
      OR EXCLUDED.same_sound AND NOT p.same_sound)
"""
DROP = """
DELETE FROM workers_duplicatepair p
WHERE p.state = 'open' AND (%(ids)s::bigint[] IS NULL OR p.low_id = ANY(%(ids)s) OR p.high_id = ANY(%(ids)s))
  AND NOT EXISTS (SELECT FROM workers_found f WHERE f.low = p.low_id AND f.high = p.high_id)
"""

# The pairs of some people: each ground asks an index, from their side.
LOOK_UP = {
    "same_number": """
        SELECT DISTINCT w.id AS one, o.id AS two, d.number_tail AS key FROM workers_worker w
        JOIN workers_identitydocument d ON d.worker_id = w.id
        JOIN workers_identitydocument e ON e.number_tail = d.number_tail AND e.worker_id <> w.id
        JOIN workers_worker o ON o.id = e.worker_id AND o.birth_date = w.birth_date
        WHERE d.number_tail <> '' AND {pair}
    """,
    "same_phone": """
        SELECT w.id AS one, o.id AS two, '' AS key FROM workers_worker w
        JOIN workers_worker o ON o.phone_index = w.phone_index AND o.phone_index IS NOT NULL WHERE {pair}
    """,
    "same_name": """
        SELECT w.id AS one, o.id AS two, '' AS key FROM workers_worker w
        JOIN workers_worker o ON o.name = w.name AND o.birth_date = w.birth_date WHERE w.name <> '' AND {pair}
    """,
    "same_sound": """
        SELECT w.id AS one, o.id AS two, sound.text AS key FROM workers_worker w
        CROSS JOIN LATERAL (VALUES (w.pinyin), (w.other_pinyin)) sound (text)
        JOIN workers_worker o ON o.pinyin = sound.text AND o.birth_date = w.birth_date
        WHERE sound.text <> '' AND {pair}
        UNION
        SELECT w.id, o.id, sound.text FROM workers_worker w
        CROSS JOIN LATERAL (VALUES (w.pinyin), (w.other_pinyin)) sound (text)
        JOIN workers_worker o ON o.other_pinyin = sound.text AND o.other_pinyin <> '' AND o.birth_date = w.birth_date
        WHERE sound.text <> '' AND {pair}
    """,
}
PAIR = (
    "w.id = ANY(%(ids)s) AND o.id <> w.id AND w.merged_into_id IS NULL AND w.anonymised_on IS NULL"
    " AND o.merged_into_id IS NULL AND o.anonymised_on IS NULL"
)
LOOKED_UP = """
INSERT INTO workers_found
SELECT DISTINCT least(one, two), greatest(one, two), %(ground)s
FROM (SELECT p.*, count(*) OVER (PARTITION BY one, key) AS others FROM ({pairs}) p) counted
WHERE others < %(largest)s
"""


@dataclass
class Search:
    """What a search found: ``pairs`` that hold, and groups too large to be pairs as (ground, people, some ids)."""

    pairs: int = 0
    changed: int = 0
    dropped: int = 0
    groups: list[dict] = field(default_factory=list)


@transaction.atomic
def find_all() -> Search:
    """Bring the pairs into line with the whole roll: one grouping per ground, then one upsert and one delete."""
    search = Search()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = %s", [MEMORY])
        cursor.execute(FOUND)
        for ground, keys in KEYS.items():
            cursor.execute(GROUPS.replace("{keys}", keys.replace("{alive}", ALIVE)))
            cursor.execute(PAIRS, {"ground": ground, "largest": LARGEST})
            cursor.execute(LARGE, {"largest": LARGEST, "sample": SAMPLE, "notes": GROUP_NOTES})
            search.groups += [
                {"ground": ground, "people": people, "some": ids} for people, ids in cursor.fetchall()
            ]
            cursor.execute("DROP TABLE workers_group")
        _store(cursor, search, None)
    return search


@transaction.atomic
def find_for(worker_ids: Iterable[int]) -> Search:
    """The same for the pairs of some people, by index look-ups from their side."""
    search, ids = Search(), list(worker_ids)
    with connection.cursor() as cursor:
        cursor.execute(FOUND)
        for ground, pairs in LOOK_UP.items():
            statement = LOOKED_UP.replace("{pairs}", pairs.replace("{pair}", PAIR))
            cursor.execute(statement, {"ids": ids, "ground": ground, "largest": LARGEST})
        _store(cursor, search, ids)
    return search


def _store(cursor, search: Search, ids: list[int] | None) -> None:
    cursor.execute("CREATE INDEX ON workers_found (low, high)")
    cursor.execute("ANALYZE workers_found")
    cursor.execute(SAME_NAMES)
    cursor.execute("SELECT count(*) FROM (SELECT DISTINCT low, high FROM workers_found) f")
    search.pairs = cursor.fetchone()[0]
    cursor.execute(STORE)
    search.changed = cursor.rowcount
    cursor.execute(DROP, {"ids": ids})
    search.dropped = cursor.rowcount
    cursor.execute("DROP TABLE workers_found")
