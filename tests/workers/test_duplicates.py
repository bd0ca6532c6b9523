"""Candidates: every ground, blanks never, decisions remembered; the quick search and the whole one agree."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEntry
from core import crypto, jobs
from core.errors import RuleError
from core.models import Job
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number
from workers.duplicates import GROUNDS, KIND, LARGEST, find_all, find_for
from workers.models import DuplicatePair, Worker
from workers.services.duplicates import look_up, mark_distinct, request_search

pytestmark = pytest.mark.django_db
BORN, LATER = dt.date(1990, 1, 1), dt.date(1991, 2, 2)


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


def person(firm, name, born=BORN, **facts):
    return WorkerFactory(employer=firm, name=name, birth_date=born, **facts)


def pairs():
    return {
        (pair.low_id, pair.high_id): [ground for ground in GROUNDS if getattr(pair, ground)]
        for pair in DuplicatePair.objects.open()
    }


def everywhere(worker):
    """What the whole search finds, after the quick one has found the same."""
    find_for([worker.pk])
    quick = pairs()
    DuplicatePair.objects.all().delete()
    find_all()
    assert pairs() == quick
    return quick


def tailed(born, place, sequence):
    """Numbers of different districts with the same last four."""
    wanted = citizen_number(birth=born, sequence=sequence)[-4:]
    for district in range(330300, 330390):
        body = f"{district}{born:%Y%m%d}{wanted[:3]}"
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        check = "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]
        if check == wanted[3] and body + check != citizen_number(birth=born, sequence=sequence):
            place -= 1
            if place < 0:
                return body + check
    raise AssertionError


def test_the_same_tail_and_birth_date(firm):
    one = person(firm, "试甲某", document=citizen_number(birth=BORN, sequence=321))
    two = person(firm, "试乙某", document=tailed(BORN, 0, 321))
    person(firm, "试丙某", born=LATER, document=citizen_number(birth=LATER, sequence=321))
    assert everywhere(two) == {(one.pk, two.pk): ["same_number"]}


def test_an_old_document_counts_like_the_one_in_use(firm):
    one = person(firm, "试甲某", document=citizen_number(birth=BORN, sequence=321))
    two = person(firm, "试乙某")
    number = tailed(BORN, 0, 321)
    two.documents.create(
        doc_type="111", number=number, number_tail=number[-4:], is_current=False, replaced_on=LATER,
        number_index=crypto.blind_index(f"111:{number}", purpose="identity"),
    )  # fmt: skip
    assert everywhere(two) == {(one.pk, two.pk): ["same_number"]}


def test_the_same_phone(firm):
    one = person(firm, "试甲某", phone_number="16012340001")
    two = person(firm, "试乙某", born=LATER, phone_number="16012340001")
    assert everywhere(one) == {(one.pk, two.pk): ["same_phone"]}


def test_the_same_name_and_birth_date_and_nothing_without_the_date(firm):
    one, two = person(firm, "试同名"), person(firm, "试同名")
    person(firm, "试同名", born=LATER)
    assert everywhere(two) == {(one.pk, two.pk): ["same_name"]}


def test_a_name_that_sounds_the_same_in_either_reading(firm):
    one, two = person(firm, "试曾乐"), person(firm, "试层勒")
    one.refresh_from_db()
    assert one.other_pinyin
    Worker.objects.filter(pk=two.pk).update(pinyin=one.other_pinyin, other_pinyin="")
    assert everywhere(two) == {(one.pk, two.pk): ["same_sound"]}
    assert everywhere(one) == {(one.pk, two.pk): ["same_sound"]}


def test_blank_never_matches_blank(firm):
    for name in ("试甲某", "试乙某"):
        worker = person(firm, name)
        worker.documents.all().delete()
        Worker.objects.filter(pk=worker.pk).update(
            birth_date=None, phone=None, phone_index=None, phone_tail="", pinyin="", other_pinyin="", name=""
        )
    assert everywhere(worker) == {}


@pytest.mark.parametrize("gone", ["merged_into", "anonymised_on"])
def test_signs_and_anonymised_records_take_no_part(firm, gone):
    one, two = person(firm, "试同名"), person(firm, "试同名")
    facts = {"anonymised_on": LATER} if gone == "anonymised_on" else {"merged_into": person(firm, "试别人")}
    Worker.objects.filter(pk=two.pk).update(standing="left", employer=None, member_since=None, **facts)
    assert everywhere(one) == everywhere(two) == {}


def test_a_phone_of_many_is_a_group_and_no_pairs(firm):
    people = [
        person(firm, f"试{chr(0x4E00 + place)}某", born=BORN + dt.timedelta(days=place), phone_number="16012340002")
        for place in range(LARGEST + 1)
    ]  # fmt: skip
    assert everywhere(people[0]) == {}
    [group] = find_all().groups
    assert (group["ground"], group["people"], len(group["some"])) == ("same_phone", LARGEST + 1, 5)
    Worker.objects.filter(pk=people[0].pk).update(phone=None, phone_index=None, phone_tail="")
    find_all()
    assert len(pairs()) == LARGEST * (LARGEST - 1) // 2


def test_a_pair_that_no_longer_holds_goes(firm):
    two = [person(firm, "试同名") for _ in range(2)][1]
    find_all()
    Worker.objects.filter(pk=two.pk).update(name="试改名", pinyin="shigaiming")
    assert find_all().dropped == 1
    assert pairs() == {}


def test_not_the_same_person_is_remembered_until_another_ground_appears(firm, officer):
    one, two = person(firm, "试同名"), person(firm, "试同名")
    find_all()
    pair = mark_distinct(pair=DuplicatePair.objects.get(), note="已见两人本人", by=officer)
    find_all()
    find_for([one.pk])
    pair.refresh_from_db()
    assert (pair.state, pair.note, pair.decided_by) == ("distinct", "已见两人本人", officer)
    assert set(AuditEntry.objects.filter(action="workers.distinct").values_list("object_id", flat=True)) == {
        one.pk, two.pk,
    }  # fmt: skip
    Worker.objects.filter(pk=one.pk).update(name="试改名", pinyin="shigaiming")
    find_all()
    pair.refresh_from_db()
    assert pair.state == "distinct"
    phones = Worker.objects.filter(pk=two.pk).values("phone_index", "phone_tail")[0]
    Worker.objects.filter(pk=one.pk).update(**phones)
    find_all()
    pair.refresh_from_db()
    assert (pair.state, pair.same_phone, pair.note) == ("open", True, "已见两人本人")


def test_a_decision_needs_a_note_an_open_pair_and_reach(firm, officer, other_officer, clerk, other_union):
    person(firm, "试同名"), person(EmployerFactory(union=other_union), "试同名")
    find_all()
    pair = DuplicatePair.objects.get()
    for by in (officer, other_officer):
        with pytest.raises(PermissionDenied):
            mark_distinct(pair=pair, note="已见两人本人", by=by)
    with pytest.raises(RuleError) as refused:
        mark_distinct(pair=pair, note="无", by=clerk)
    assert list(refused.value.message_dict) == ["note"]
    mark_distinct(pair=pair, note="已见两人本人", by=clerk)
    with pytest.raises(RuleError, match="不是同一人"):
        mark_distinct(pair=pair, note="已见两人本人", by=clerk)


def test_the_job_searches_the_roll_and_tells_what_it_found(firm, clerk, officer):
    person(firm, "试同名"), person(firm, "试同名")
    with pytest.raises(PermissionDenied):
        request_search(by=officer)
    job = request_search(by=clerk, hint=False)
    assert request_search(by=None, hint=False) == job
    job = jobs.run_inline(job)
    assert (job.state, job.result) == ("done", {"pairs": 1, "changed": 1, "dropped": 0, "groups": []})


def test_many_arrivals_wait_for_a_search_of_the_roll(firm, monkeypatch):
    monkeypatch.setattr("workers.services.duplicates.AT_ONCE", 1)
    look_up([person(firm, "试同名").pk, person(firm, "试同名").pk])
    assert pairs() == {}
    assert Job.objects.filter(kind=KIND).count() == 1
