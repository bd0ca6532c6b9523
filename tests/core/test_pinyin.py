"""Search keys of names by sound, and grams for substring search in Python and in the database."""

import unicodedata

import pytest
from django.db import connection
from hypothesis import given, strategies as st

from core.bigrams import BIGRAMS_SQL, bigram_query, bigrams
from core.pinyin import SURNAMES, PinyinKeys, pinyin_keys, pinyin_query


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("张三", PinyinKeys("zhangsan", "zs", "", "")),
        ("曾小明", PinyinKeys("zengxiaoming", "zxm", "cengxiaoming", "cxm")),
        ("单雄", PinyinKeys("shanxiong", "sx", "danxiong", "dx")),
        ("仇英", PinyinKeys("qiuying", "qy", "chouying", "cy")),
        ("区明", PinyinKeys("ouming", "om", "quming", "qm")),
        ("查良", PinyinKeys("zhaliang", "zl", "chaliang", "cl")),
        ("解明", PinyinKeys("xieming", "xm", "jieming", "jm")),
        ("尉迟恭", PinyinKeys("yuchigong", "ycg", "weichigong", "wcg")),
        ("尉明", PinyinKeys("weiming", "wm", "yuming", "ym")),
        ("欧阳修", PinyinKeys("ouyangxiu", "oyx", "", "")),
        ("吕布", PinyinKeys("lvbu", "lb", "", "")),
        ("王茜", PinyinKeys("wangqian", "wq", "wangxi", "wx")),
        ("小单", PinyinKeys("xiaodan", "xd", "", "")),
        ("阿卜杜拉·买买提", PinyinKeys("abodulamaimaiti", "abdlmmt", "", "")),
        ("Maria López", PinyinKeys("marialopez", "ml", "", "")),
        ("O'Neil", PinyinKeys("oneil", "on", "", "")),
        ("李Tom", PinyinKeys("litom", "lt", "", "")),
        ("王㛃", PinyinKeys("wangjie", "wj", "", "")),
        ("", PinyinKeys("", "", "", "")),
    ],
)
def test_a_name_is_found_by_its_sound(name, keys):
    assert pinyin_keys(name) == keys


@pytest.mark.parametrize("surname", sorted(SURNAMES))
def test_each_listed_surname_differs_from_the_usual_reading(surname):
    keys = pinyin_keys(f"{surname}明")
    assert keys.full != keys.other_full
    assert keys.other_full.endswith("ming")


@given(st.text(alphabet=st.characters(categories=["L"]) | st.sampled_from("· -"), max_size=12))
def test_any_name_has_keys_without_spaces_and_capitals(name):
    keys = pinyin_keys(name)
    assert "".join(keys).split() in ([], ["".join(keys)])
    assert not any("A" <= character <= "Z" for character in "".join(keys))
    assert len(keys.initials) <= len(keys.full)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        (" Zhang San ", "zhangsan"),
        ("LÜ", "lv"),
        ("lǚ bù", "lvbu"),
        ("LYU", "lv"),
        ("ＺＳ", "zs"),
        ("xi'an", "xian"),
    ],
)
def test_what_is_typed_meets_the_keys(typed, query):
    assert pinyin_query(typed) == query


def test_grams_are_characters_and_pairs():
    assert bigrams("王梓涵") == ["王", "梓", "涵", "王梓", "梓涵"]
    assert bigrams("A·张 𠮷b") == ["a", "张", "𠮷", "b", "a张", "张𠮷", "𠮷b"]
    assert bigrams("") == []


def test_a_query_asks_for_as_little_as_it_can():
    assert bigram_query("王") == ["王"]
    assert bigram_query("梓涵") == ["梓涵"]
    assert bigram_query("王 梓涵") == ["王梓", "梓涵"]
    assert bigram_query("·") == []


@given(st.text(max_size=20), st.integers(min_value=0, max_value=20), st.integers(min_value=1, max_value=5))
def test_a_text_has_the_grams_of_each_part_of_it(text, start, length):
    text = unicodedata.normalize("NFC", text)
    assert set(bigram_query(text[start : start + length])) <= set(bigrams(text))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["张三", "A·张 𠮷b", "", "王", "乐清市南岳镇ABC电气有限公司", "ÀÉ", "aa", "阿卜杜拉·买买提", "%_\\'\""],
)
def test_the_database_makes_the_same_grams(text):
    with connection.cursor() as cursor:
        cursor.execute(BIGRAMS_SQL)
        cursor.execute("SELECT bigrams(%s), bigrams(NULL)", [text])
        assert cursor.fetchone() == (bigrams(text), [])


@pytest.mark.django_db
def test_the_database_may_index_the_grams():
    with connection.cursor() as cursor:
        cursor.execute(BIGRAMS_SQL)
        cursor.execute("CREATE TEMP TABLE people (name text)")
        cursor.execute("CREATE INDEX ON people USING gin (bigrams(name))")
        cursor.execute("INSERT INTO people VALUES ('王梓涵'), ('梓涵'), ('涵梓')")
        cursor.execute(
            'SELECT name FROM people WHERE bigrams(name) @> %s::text[] ORDER BY name COLLATE "C"',
            [bigram_query("梓涵")],
        )
        assert cursor.fetchall() == [("梓涵",), ("王梓涵",)]
