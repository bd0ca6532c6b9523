"""The search box: what finds whom, and by which index."""

import pytest
from django.db import connection

from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from workers import queries
from workers.models import Worker
from workers.naming import search_keys
from workers.search import read, seal, search, unseal

MAN = "330323197208153620"
ROWS = 24_000


@pytest.fixture
def people(union):
    firm = EmployerFactory(union=union)
    named = ["刘梓涵", "王涵", "曾乐", "阿卜杜·热合曼", "𠮷田一郎", "Anna Müller", "刘梓"]
    phones = iter(range(13900000001, 13900000099))
    made = {}
    for name in named:
        made[name] = WorkerFactory(employer=firm, name=name, phone_number=str(next(phones)))
    WorkerFactory(employer=firm, name="试丙", document=MAN, phone_number="13800001234")
    return made


def names(text):
    return {worker.name for worker in search(Worker.objects.defer("phone"), text)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("刘梓涵", {"刘梓涵"}),
        ("刘梓", {"刘梓涵", "刘梓"}),
        ("涵", {"刘梓涵", "王涵"}),
        ("梓涵", {"刘梓涵"}),
        ("梓刘", set()),
        ("卜杜热合", {"阿卜杜·热合曼"}),
        ("阿卜杜•热", {"阿卜杜·热合曼"}),
        ("𠮷田", {"𠮷田一郎"}),
        ("lzh", {"刘梓涵"}),
        ("LZ", {"刘梓涵", "刘梓"}),
        ("liuzi", {"刘梓涵", "刘梓"}),
        ("liu zihan", {"刘梓涵"}),
        ("zengle", {"曾乐"}),
        ("cengle", {"曾乐"}),
        ("anna", {"Anna Müller"}),
        ("13800001234", {"试丙"}),
        ("+86 138-0000-1234", {"试丙"}),
        ("１３８００００１２３４", {"试丙"}),
        ("1234", {"试丙"}),
        ("3620", {"试丙"}),
        (MAN, {"试丙"}),
        (" 330323 19720815 3620", {"试丙"}),
        ("330323197208153639", set()),
        ("13800001235", set()),
        ("%", set()),
        ("_", set()),
        ("' OR 1=1 --", set()),
        ("\x00", set()),
        ("😀", set()),
        ("123", set()),
    ],
)
def test_the_box_finds_by_what_was_typed(people, text, found):
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("王", "name"),
        ("wang", "pinyin"),
        ("001x", "tail"),
        ("H12345678", "number"),
        ("12", "staff"),
        ("A-017", "staff"),
        ("%%", "nothing"),
        ("", "nothing"),
    ],
)
def test_the_kind_follows_the_text(text, kind):
    assert read(text).kind == kind


def test_old_numbers_still_find_the_person(people, officer):
    worker = people["王涵"]
    worker.documents.update(is_current=False)
    WorkerFactory._meta.model.objects.get(pk=worker.pk)
    old = worker.documents.get().number
    assert names(old) == {"王涵"}


def test_the_sealed_text_comes_back_and_shows_nothing():
    token = seal("刘梓涵 330382199001010015")
    assert unseal(token) == "刘梓涵 330382199001010015"
    assert "330382" not in token
    assert seal("刘") != seal("刘")
    assert [unseal(bad) for bad in ("", "x", "!!!", token[:-2] + "AA", token[1:], "中文")] == [""] * 6


def test_a_list_never_opens_a_sealed_value(people, officer, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a list decrypted a value")

    monkeypatch.setattr("core.fields.crypto.decrypt", refuse)
    rows = list(queries.roll_of(officer))
    assert {row.current_documents[0].number_tail for row in rows if row.name == "试丙"} == {"3620"}


@pytest.fixture
def large_roll(union):
    """ROWS people made by SQL; statistics are fresh, so that the planner chooses as in production."""
    keys = search_keys("欧阳梓涵")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO workers_worker (name, pinyin, initials, other_pinyin, other_initials, sex, phone_tail,
                ethnicity, education, skill_level, political, employment_status, household_type,
                household_place, native_place, union_id, standing, version, created_at, updated_at,
                phone, phone_index, birth_date)
            SELECT CASE WHEN n = 77 THEN '欧阳梓涵'
                        ELSE chr(20000 + n * 7919 %% 3000) || chr(20000 + n * 17 %% 1700) || chr(20000 + n %% 900) END,
                CASE WHEN n = 77 THEN %s ELSE md5(n::text) END,
                CASE WHEN n = 77 THEN %s ELSE substr(md5(n::text), 1, 3) END,
                '', '', '1', lpad((n %% 10000)::text, 4, '0'), '01', '60', 'L0', '13', '1', '2', '', '',
                %s, 'none', 1, now(), now(), '\\x00', sha256(n::text::bytea), DATE '1980-01-01' + n %% 9000
            FROM generate_series(1, %s) n
            """,
            [keys["pinyin"], keys["initials"], union.pk, ROWS],
        )
        cursor.execute(
            """
            INSERT INTO workers_identitydocument (worker_id, doc_type, number, number_index, number_tail,
                is_current, created_at)
            SELECT id, '111', '\\x00', sha256(('d' || id)::bytea), lpad((id % 10000)::text, 4, '0'), true, now()
            FROM workers_worker
            """
        )
        cursor.execute("ANALYZE workers_worker")
        cursor.execute("ANALYZE workers_identitydocument")


INDEXES = {
    "梓涵": {"workers_worker_name_bigrams"},
    "欧阳梓涵": {"workers_worker_name_bigrams"},
    "oyzh": {"workers_worker_initials", "workers_worker_pinyin"},
    "ouyangzi": {"workers_worker_initials", "workers_worker_pinyin"},
    "13800001234": {"workers_worker_phone"},
    "3620": {"workers_worker_phone_tail", "workers_document_tail"},
    MAN: {"workers_document_number_once"},
}


def test_each_kind_of_search_is_answered_by_its_index(large_roll, clerk):
    used = {}
    for text, wanted in INDEXES.items():
        plan = search(queries.roll_of(clerk).on_roll(), text)[:51].explain()
        assert "Seq Scan on workers_worker" not in plan, plan
        assert "Seq Scan on workers_identitydocument" not in plan, plan
        used[text] = {name for name in wanted if f" {name} " in plan.replace("\n", " ")}
    assert used == INDEXES


def test_pages_of_the_roll_start_at_their_key(large_roll, clerk):
    first = queries.roll_of(clerk).on_roll()[:51].explain()
    middle = Worker.objects.order_by("pk").values_list("pk", flat=True)[ROWS // 2]
    later = queries.roll_of(clerk).on_roll().filter(pk__lt=middle)[:51].explain()
    for plan in (first, later):
        assert "workers_worker_pkey" in plan
        assert "Seq Scan on workers_worker" not in plan
        assert "Sort" not in plan
