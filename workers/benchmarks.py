"""A million invented people, and how long the lists and searches of the roll take over them."""

import datetime as dt
import itertools
from contextlib import contextmanager

from django.db import connection

from accounts.models import User
from core import crypto
from core.benchmarking import Measurement, indexes_used, median_ms
from core.idnumbers import check_character
from core.pages import COUNT_CAP
from unions.models import Coverage, Employer, OrgType, Post, Union
from unions.naming import employer_key
from unions.roles import Role
from workers.models import IdentityDocument, Worker
from workers.naming import search_keys
from workers.queries import roll_of
from workers.rules import identity_index
from workers.search import search

SURNAMES = "陈林王张李黄吴周徐朱郑叶胡蔡金方潘赵何卢孙倪谢施郭包戴曾单仇区查解瞿冯邵"
GIVEN = (
    "安博辰川达恩帆国海恒华嘉建静军凯兰磊丽琳龙曼敏明娜宁平琪强晴荣瑞莎山书涛婷伟文霞欣雪雅燕阳怡颖宇玉泽芝"
)
AREA = "330399"  # assigned to no district
UNIONS = 100
FIRMS = 2000
DAY = dt.date(2020, 1, 1)
LIMIT_MS = 50
PAGE = 51  # a page and the row that tells whether there is another

PEOPLE = """
INSERT INTO workers_worker (
    id, name, pinyin, initials, other_pinyin, other_initials, sex, birth_date, ethnicity,
    phone, phone_index, phone_tail, education, skill_level, political, employment_status,
    household_type, household_place, native_place, union_id, employer_id, standing, member_since,
    version, created_at, updated_at)
SELECT g, pool.name, pool.pinyin, pool.initials, pool.other_pinyin, pool.other_initials,
       CASE WHEN g %% 2 = 0 THEN '2' ELSE '1' END, date '1970-01-01' + (g %% 12000)::int, '01',
       %(phone)s, sha256(('phone' || g)::bytea), lpad((g * 7919 %% 10000)::text, 4, '0'),
       '60', 'L0', '13', '1', '2', '', '', firm.union_id, firm.id,
       CASE WHEN g %% 20 = 0 THEN 'none' ELSE 'member' END,
       CASE WHEN g %% 20 = 0 THEN NULL ELSE date '2021-06-01' END,
       1, now(), now()
FROM generate_series(%(first)s::bigint, %(last)s::bigint) g
JOIN benchmark_name pool ON pool.place = g * 7919 %% %(names)s
JOIN benchmark_firm firm ON firm.place = g * 31 %% %(firms)s
"""

DOCUMENTS = """
INSERT INTO workers_identitydocument (
    worker_id, doc_type, number, number_index, number_tail, is_current, created_at)
SELECT id, '111', %(number)s, sha256(('number' || id)::bytea), lpad((id * 104729 %% 10000)::text, 4, '0'),
       true, now()
FROM workers_worker
"""


def invented_names(count: int) -> list[str]:
    """Different names of two or three characters, in a fixed order."""
    pairs = itertools.product(SURNAMES, GIVEN, ("", *GIVEN))
    return ["".join(parts) for parts in itertools.islice(pairs, count)]


def invented_number(place: int) -> str:
    """A number with a valid check digit; places below twelve million give different numbers."""
    birth = dt.date(1970, 1, 1) + dt.timedelta(days=place // 999)
    body = f"{AREA}{birth:%Y%m%d}{place % 999 + 1:03d}"
    return body + check_character(body)


def invented_town(*, unions: int = UNIONS, firms: int = FIRMS) -> tuple[User, list[Union], list[Employer]]:
    """A town union with its clerk, grassroots unions below it, and covered firms shared out among them."""
    root = _union(1, "基准镇总工会", OrgType.TOWN, None)
    members = [
        _union(place, f"基准{place}厂工会", OrgType.GRASSROOTS, root) for place in range(2, unions + 2)
    ]
    names = [f"基准{place}电器有限公司" for place in range(1, firms + 1)]
    made = Employer.objects.bulk_create(
        Employer(name=name, name_key=employer_key(name), union=members[place % unions])
        for place, name in enumerate(names)
    )
    Coverage.objects.bulk_create(Coverage(employer=firm, union=firm.union, start=DAY) for firm in made)
    clerk = User.objects.create(username="benchmark", name="基准账号")
    Post.objects.create(user=clerk, union=root, role=Role.TOWN_STAFF, start=DAY)
    return clerk, members, made


def _union(place: int, name: str, org_type: str, parent: Union | None) -> Union:
    path = f"{parent.path}{place}/" if parent else f"{place}/"
    return Union.objects.create(
        pk=place, code=f"B{place:05d}", name=name, org_type=org_type, parent=parent, path=path, founded_on=DAY
    )


def fill(workers: int) -> None:
    """People and documents by set-based SQL; memberships are left out, the lists do not read them."""
    sealed_phone = crypto.encrypt("16000000000", context="workers_worker:phone")
    sealed_number = crypto.encrypt(invented_number(0), context="workers_identitydocument:number")
    names = invented_names(50_000)
    with connection.cursor() as cursor, _without_indexes("workers_worker", "workers_identitydocument"):
        _load_pools(cursor, names)
        values = {"phone": sealed_phone, "names": len(names), "firms": FIRMS, "first": 1, "last": workers}
        cursor.execute(PEOPLE, values)
        cursor.execute(DOCUMENTS, {"number": sealed_number})
        cursor.execute("SELECT setval(pg_get_serial_sequence('workers_worker', 'id'), %s)", [workers])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _load_pools(cursor, names: list[str]) -> None:
    cursor.execute(
        "CREATE TEMP TABLE benchmark_name (place bigint PRIMARY KEY, name text, pinyin text, initials text,"
        " other_pinyin text, other_initials text)"
    )
    rows = [[place, name, *search_keys(name).values()] for place, name in enumerate(names)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    cursor.execute(
        "INSERT INTO benchmark_name SELECT * FROM unnest("
        "%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])",
        columns,
    )
    cursor.execute(
        "CREATE TEMP TABLE benchmark_firm AS"
        " SELECT row_number() OVER (ORDER BY id) - 1 AS place, id, union_id FROM unions_employer"
    )


@contextmanager
def _without_indexes(*tables: str):
    """Drop the indexes that back no constraint, and build them again at the end: many times faster."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [list(tables)],
        )
        dropped = cursor.fetchall()
        for name, _ in dropped:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for _, definition in dropped:
            cursor.execute(definition)


def measure_lists(measurement: Measurement, workers: int = 1_000_000) -> dict:
    """First page, deep page and each way to search, as the town clerk and as an officer of one union."""
    with measurement.stage("fill"):
        clerk, unions, _ = invented_town()
        fill(workers)
    calls = _calls(clerk, unions[0], workers)
    measurement.facts["workers"] = workers
    measurement.facts["ms"] = {title: median_ms(call) for title, call in calls.items()}
    measurement.facts["plans"] = {title: indexes_used(call) for title, call in calls.items()}
    return {f"{title} ms": (got, LIMIT_MS) for title, got in measurement.facts["ms"].items()}


def _calls(clerk: User, union: Union, workers: int) -> dict:
    """The page's own querysets: what workers.views asks for, without the templates."""
    roll = roll_of(clerk)
    some = Worker.objects.get(pk=workers // 2)
    number = invented_number(workers)
    IdentityDocument.objects.filter(worker=some).update(number_index=identity_index("111", number))

    def page(rows):
        return lambda: list(rows[:PAGE])

    return {
        "first page": page(roll),
        "deep page": page(roll.filter(pk__lt=some.pk)),
        "members of one union": page(roll.filter(union=union, standing="member")),
        "part of a name, one character": page(search(roll, some.name[-1:])),
        "part of a name, two characters": page(search(roll, some.name[-2:])),
        "whole name": page(search(roll, some.name)),
        "initials": page(search(roll, some.initials)),
        "pinyin": page(search(roll, some.pinyin)),
        "tail": page(search(roll, some.phone_tail)),
        "full number": page(search(roll, number)),
        "name inside one union": page(search(roll.filter(union=union), some.name[-2:])),
        "capped count": roll.order_by()[: COUNT_CAP + 1].count,
    }
