"""A pasted column: found, ambiguous, missing; only inside the reach; few queries whatever its length."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import RuleError
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number
from workers.models import Worker
from workers.pasting import SHOWN, find_pasted, split
from workers.selections import LARGEST, unpack

FIND = reverse("workers:people_find")
NUMBER = citizen_number(sequence=571)


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def people(firm):
    made = {
        "one": WorkerFactory(employer=firm, name="试独", phone_number="16012340001", document=NUMBER),
        "twin": WorkerFactory(employer=firm, name="试双", phone_number="16012340002"),
        "other twin": WorkerFactory(employer=firm, name="试双", phone_number="16012340003"),
        "latin": WorkerFactory(employer=firm, name="Anna Müller", phone_number="16012340004"),
        "dotted": WorkerFactory(employer=firm, name="阿卜杜·热合曼", phone_number="16012340005"),
    }
    made["one"].employments.update(staff_number="jx-09")
    return made


def outcome(text, by):
    answers = find_pasted(text, by=by)
    found = {answer.text: [person.pk for person in answer.people] for answer in answers.found}
    return found, {answer.text: answer.total for answer in answers.ambiguous}, answers.missing


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("试甲\n试乙\r\n\n 试丙 ", ["试甲", "试乙", "试丙"]),
        (
            "试甲，试乙、试丙;试丁；试戊\t试己,试庚|试辛",
            ["试甲", "试乙", "试丙", "试丁", "试戊", "试己", "试庚", "试辛"],
        ),
        ("试甲 试乙　试丙丁", ["试甲", "试乙", "试丙丁"]),
        ("张 三", ["张 三"]),
        ("Anna Müller", ["Anna Müller"]),
        ("330382 19900101 0015", ["330382 19900101 0015"]),
        ("330382199001010015 330382199001010023", ["330382199001010015", "330382199001010023"]),
        (" \n ", []),
    ],
)
def test_lines_are_told_apart(text, parts):
    assert split(text) == parts


def test_names_and_numbers_find_one_person_each(officer, people):
    one = people["one"].pk
    tail = people["latin"].documents.get().number_tail
    lines = [
        "试独",
        NUMBER,
        "16012340001",
        "160 1234 0001",
        "JX-09",
        "0004",
        "anna müller",
        "Anna Müller",
        "阿卜杜•热合曼",
        tail,
    ]
    found, ambiguous, missing = outcome("\n".join(lines), officer)
    assert {line: keys for line, keys in found.items() if keys == [one]}.keys() == {
        "试独", NUMBER, "16012340001", "160 1234 0001", "JX-09",
    }  # fmt: skip
    latin, dotted = people["latin"].pk, people["dotted"].pk
    assert found["0004"] == found["Anna Müller"] == [latin]
    assert found["阿卜杜•热合曼"] == [dotted]
    assert missing == ["anna müller"]
    assert tail in found or tail in ambiguous


def test_several_people_of_one_name_are_ambiguous_and_shown(client, officer, people):
    found, ambiguous, missing = outcome("试双\n试独\n试无", officer)
    assert (set(found), ambiguous, missing) == ({"试独"}, {"试双": 2}, ["试无"])
    client.force_login(officer)
    page = client.post(FIND, {"text": "试双\n试独\n试无\n试独"})
    text = page.content.decode()
    assert text.count(people["twin"].union.name) >= 2
    assert f"••{people['twin'].documents.get().number_tail[-2:]}<" in text
    assert "重复的 1 行" in text
    assert '<textarea class="form-control" id="missing" rows="6" readonly>试无</textarea>' in text


def test_who_left_counts_only_where_nobody_else_is_called_so(officer, people, firm):
    Worker.objects.filter(pk=people["twin"].pk).update(standing="left", member_since=None)
    found, ambiguous, _ = outcome("试双", officer)
    assert (found, ambiguous) == ({"试双": [people["other twin"].pk]}, {})
    Worker.objects.filter(pk=people["other twin"].pk).update(standing="left", member_since=None)
    assert outcome("试双", officer)[1] == {"试双": 2}


def test_elsewhere_and_nowhere_are_the_same(client, officer, people, other_union):
    number, phone = citizen_number(sequence=577), "16012349999"
    WorkerFactory(
        employer=EmployerFactory(union=other_union), name="试外", document=number, phone_number=phone
    )
    WorkerFactory(employer=EmployerFactory(union=other_union), name="试独")
    found, ambiguous, missing = outcome(f"试外\n{number}\n{phone}\n9999\n试独", officer)
    assert (set(found), ambiguous, missing) == ({"试独"}, {}, ["试外", number, phone, "9999"])


def test_more_than_the_limit_is_refused_with_the_count(client, officer, people):
    lines = "\n".join(f"试{number}" for number in range(LARGEST + 1))
    with pytest.raises(RuleError, match=f"一次最多查找 {LARGEST} 个，现有 {LARGEST + 1} 个"):
        find_pasted(lines, by=officer)
    client.force_login(officer)
    assert "现有 501 个" in client.post(FIND, {"text": lines}).content.decode()
    assert client.post(FIND, {"text": " "}).context["form"].errors
    assert client.post(FIND, {"text": "，"}).context["form"].errors


def test_the_found_are_listed_exactly_with_those_who_were_ticked(client, officer, people):
    client.force_login(officer)
    page = client.post(FIND, {"text": "试双\n试独\nAnna Müller"})
    address = page.context["answers"].found_keys
    assert unpack(address) == sorted([people["one"].pk, people["latin"].pk])
    listed = client.get(reverse("workers:worker_list"), {"people": address}).context["page"]
    assert {row.name for row in listed} == {"试独", "Anna Müller"}
    ticked = page.content.decode().split('type="checkbox" name="people" value="')[1].split('"')[0]
    both = client.get(reverse("workers:worker_list"), {"people": [address, ticked]}).context["page"]
    assert sorted(row.name for row in both) == ["Anna Müller", "试双", "试独"]


def test_nothing_of_it_stands_in_an_address_and_numbers_are_masked(client, officer, people):
    client.force_login(officer)
    page = client.post(FIND, {"text": f"{NUMBER}\n16012340001"})
    text = page.content.decode()
    head = text.split("<form")[0] + text.split("找到的人</h2>")[1].split("<form")[0]
    assert (page.status_code, NUMBER in head, "16012340001" in head) == (200, False, False)
    assert "no-store" in page["Cache-Control"]


def test_many_of_one_name_are_counted_and_the_first_listed(officer, people, firm):
    WorkerFactory.create_batch(SHOWN + 1, employer=firm, name="试多")
    answers = find_pasted("试多", by=officer)
    [answer] = answers.ambiguous
    assert (answer.total, len(answer.people)) == (SHOWN + 1, SHOWN)


def test_the_number_of_queries_does_not_grow_with_the_lines(officer, people, firm):
    def asked(text):
        with CaptureQueriesContext(connection) as seen:
            find_pasted(text, by=officer)
        return len(seen)

    asked("试独")
    few = asked(f"试独\n{NUMBER}\n16012340001\n0004\n试双")
    WorkerFactory.create_batch(5, employer=firm)
    numbers = [citizen_number(sequence=number) for number in range(600, 640)]
    lines = [
        *Worker.objects.values_list("name", flat=True),
        *numbers,
        *(f"160123400{n:02d}" for n in range(40)),
        "0001",
    ]
    assert asked("\n".join(lines)) == few
    assert few <= 16
