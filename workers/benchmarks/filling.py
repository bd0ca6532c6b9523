"""A roll of many people by set-based SQL: documents, employments, spells of membership, some people twice.

Everything follows from the person's number by hashing, so that the columns do not depend on each other.
"""

from contextlib import contextmanager

from django.db import connection

from core import crypto
from workers.benchmarks.invention import (
    FIRMS,
    UNIONS,
    invented_names,
    invented_number,
    invented_profiles,
    invented_town,
    invented_user,
)
from workers.duplicates import find_all
from workers.naming import search_keys

FILLING = 2  # raise it when the invented people change: a kept roll is then built anew
NAMES = PROFILES = 50_000
TABLES = ("workers_worker", "workers_identitydocument", "workers_employment", "workers_membership")

# kind: 0 never joined, 1 left, 2 and 3 came from another union, 4 retained, 5 left and came back, else one spell.
# face: whose name, birth date and perhaps phone the person has; one in 400 is somebody else's double.
PERSONS = """
CREATE TEMP TABLE benchmark_person AS
SELECT *, joined + 10 + ((current_date - 30 - joined) * (0.1 + 0.6 * chance))::int AS moved FROM (
    SELECT g AS id, firm.id AS employer_id, firm.union_id, former.id AS former_id, former.union_id AS former_union_id,
           CASE WHEN g > 500 AND abs(hashint8extended(g, 1) %% 400) = 0 THEN g - 500 ELSE g END AS face,
           abs(hashint8extended(g, 2) %% 20) AS kind,
           current_date - 90 - (8000 * pow((hashint8extended(g, 3) & 1048575) / 1048576.0, 2))::int AS joined,
           (hashint8extended(g, 4) & 1023) / 1024.0 AS chance, hashint8extended(g, 15) %% 25 <> 0 AS has_phone
    FROM generate_series(1, %(workers)s::bigint) g
    JOIN benchmark_firm firm ON firm.place = abs(hashint8extended(g, 5) %% %(firms)s)
    JOIN benchmark_firm former ON former.place = abs(hashint8extended(g, 6) %% %(firms)s)
) p
"""

PEOPLE = """
INSERT INTO workers_worker (
    id, name, pinyin, initials, other_pinyin, other_initials, sex, birth_date,
    ethnicity, education, skill_level, political, employment_status, household_type,
    is_migrant, is_key_post, is_industrial, confirmed_on, phone, phone_index, phone_tail,
    household_place, native_place, union_id, employer_id, standing, member_since, version, created_at, updated_at)
SELECT p.id, pool.name, pool.pinyin, pool.initials, pool.other_pinyin, pool.other_initials,
       CASE WHEN p.id %% 2 = 0 THEN '2' ELSE '1' END,
       CASE WHEN p.face %% 2000 <> 17 THEN date '1958-01-01' + abs(hashint8extended(p.face, 7) %% 18000)::int END,
       profile.ethnicity, profile.education, profile.skill_level, profile.political, profile.employment_status,
       profile.household_type, profile.is_migrant, profile.is_key_post, profile.is_industrial,
       CASE WHEN p.chance < 0.6 THEN current_date - 1 - (p.chance * 600)::int END,
       CASE WHEN has_phone THEN %(phone)s::bytea END,
       CASE WHEN has_phone THEN sha256(('phone' || CASE WHEN p.id %% 2 = 0 THEN p.id ELSE p.face END)::bytea) END,
       CASE WHEN has_phone THEN lpad(abs(hashint8extended(p.id, 8) %% 10000)::text, 4, '0') ELSE '' END,
       '', '', p.union_id,
       CASE WHEN kind <> 1 THEN p.employer_id END,
       CASE kind WHEN 0 THEN 'none' WHEN 1 THEN 'left' WHEN 4 THEN 'retained' ELSE 'member' END,
       CASE WHEN kind IN (0, 1) THEN NULL WHEN kind = 5 THEN p.moved + 10 ELSE p.joined END,
       1, now(), now()
FROM benchmark_person p
JOIN benchmark_name pool ON pool.place = abs(hashint8extended(p.face, 9) %% %(names)s)
JOIN benchmark_profile profile ON profile.place = abs(hashint8extended(p.id, 10) %% %(profiles)s)
ORDER BY p.id
"""

DOCUMENTS = """
INSERT INTO workers_identitydocument (
    worker_id, doc_type, number, number_index, number_tail, is_current, replaced_on, created_at)
SELECT id, '111', %(number)s, sha256(('number' || id)::bytea),
       lpad(abs(hashint8extended(id, 11) %% 10000)::text, 4, '0'), true, NULL, now()
FROM benchmark_person
UNION ALL
SELECT id, '414', %(number)s, sha256(('former' || id)::bytea),
       lpad(abs(hashint8extended(id, 12) %% 10000)::text, 4, '0'), false, moved, now()
FROM benchmark_person WHERE id %% 50 = 7
"""

EMPLOYMENTS = """
INSERT INTO workers_employment (worker_id, employer_id, start, "end", form, occupation, team, staff_number)
SELECT p.id, p.former_id, p.joined, p.moved, '', '', '', 'A' || lpad(p.id::text, 7, '0')
FROM benchmark_person p WHERE kind IN (2, 3, 5)
UNION ALL
SELECT p.id, p.employer_id, CASE WHEN kind IN (2, 3, 5) THEN p.moved ELSE p.joined END,
       CASE WHEN kind = 1 THEN p.moved END, profile.form,
       '工种' || abs(hashint8extended(p.id, 13) %% 60), abs(hashint8extended(p.id, 14) %% 12) || '班',
       'B' || lpad(p.id::text, 7, '0')
FROM benchmark_person p
JOIN benchmark_profile profile ON profile.place = abs(hashint8extended(p.id, 10) %% %(profiles)s)
"""

MEMBERSHIPS = """
INSERT INTO workers_membership (worker_id, union_id, start, "end", is_retained, status, start_change,
                                start_reason, end_change, end_reason, created_at)
SELECT p.id, CASE WHEN kind IN (2, 3) THEN former_union_id ELSE union_id END, joined,
       CASE WHEN kind BETWEEN 1 AND 5 THEN moved END, false, '20', '1', '',
       CASE WHEN kind IN (1, 5) THEN '6' WHEN kind IN (2, 3) THEN '4' WHEN kind = 4 THEN '3' ELSE '' END, '', now()
FROM benchmark_person p WHERE kind > 0
UNION ALL
SELECT p.id, union_id, CASE WHEN kind = 5 THEN moved + 10 ELSE moved END, NULL, kind = 4,
       CASE WHEN kind = 4 THEN '30' ELSE '20' END,
       CASE WHEN kind = 4 THEN '3' WHEN kind = 5 THEN '1' ELSE '2' END, '', '', '', now()
FROM benchmark_person p WHERE kind BETWEEN 2 AND 5
"""

POOL = "INSERT INTO {table} SELECT * FROM unnest({arrays})"
POOLS = {
    "benchmark_name": "name text, pinyin text, initials text, other_pinyin text, other_initials text",
    "benchmark_profile": "ethnicity text, education text, skill_level text, political text, employment_status text,"
    " household_type text, form text, is_migrant boolean, is_key_post boolean, is_industrial boolean",
}


def fill(workers: int) -> None:
    """A town with its clerk (``benchmark``), an officer of one union (``benchmark-officer``) and its roll."""
    _, members, _ = invented_town()
    invented_user("benchmark-officer", "officer", members[0])
    with connection.cursor() as cursor:
        cursor.execute(
            "SET maintenance_work_mem = '512MB'; SET synchronous_commit = off; SET work_mem = '64MB'"
        )
        _load_pools(cursor)
        values = {"workers": workers, "firms": FIRMS, "names": NAMES, "profiles": PROFILES}
        values["phone"] = crypto.encrypt("16000000000", context="workers_worker:phone")
        values["number"] = crypto.encrypt(invented_number(0), context="workers_identitydocument:number")
        cursor.execute(PERSONS, values)
        cursor.execute("ANALYZE benchmark_person")
        with bare_tables(cursor, TABLES):
            for statement in (PEOPLE, DOCUMENTS, EMPLOYMENTS, MEMBERSHIPS):
                cursor.execute(statement, values)
        cursor.execute("SELECT setval(pg_get_serial_sequence('workers_worker', 'id'), %s)", [workers])
        cursor.execute("SELECT setval(pg_get_serial_sequence('unions_union', 'id'), %s)", [UNIONS + 1])
        cursor.execute("DROP TABLE benchmark_person, benchmark_name, benchmark_profile, benchmark_firm")
        cursor.execute("VACUUM ANALYZE")
        find_all()
        cursor.execute("VACUUM ANALYZE workers_duplicatepair")
        cursor.execute("RESET maintenance_work_mem; RESET synchronous_commit; RESET work_mem")


def _load_pools(cursor) -> None:
    names = invented_names(NAMES)
    keys = zip(*([name, *search_keys(name).values()] for name in names), strict=True)
    _load_pool(cursor, "benchmark_name", [list(column) for column in keys])
    _load_pool(cursor, "benchmark_profile", list(invented_profiles(PROFILES).values()))
    cursor.execute(
        "CREATE TEMP TABLE benchmark_firm AS"
        " SELECT row_number() OVER (ORDER BY id) - 1 AS place, id, union_id FROM unions_employer"
    )
    cursor.execute("ANALYZE benchmark_name, benchmark_profile, benchmark_firm")


def _load_pool(cursor, table: str, columns: list[list]) -> None:
    types = [column.split()[1] for column in POOLS[table].split(", ")]
    arrays = ", ".join(f"%s::{kind}[]" for kind in ("bigint", *types))
    cursor.execute(f"CREATE TEMP TABLE {table} (place bigint PRIMARY KEY, {POOLS[table]})")
    values = [list(range(len(columns[0]))), *columns]
    cursor.execute(POOL.replace("{table}", table).replace("{arrays}", arrays), values)


@contextmanager
def bare_tables(cursor, tables):
    """Take off indexes and constraints, and put them back at the end: many times faster than row by row.

    Primary keys stay, and checks, which cost little.
    """
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('f', 'u', 'x') ORDER BY contype = 'f'",
        [list(tables)],
    )
    constraints = cursor.fetchall()
    for table, name, _ in constraints:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint) ORDER BY indexname",
        [list(tables)],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in constraints:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
