"""Key posts: what a post asks, who holds it, seats, days, changes of the requirements; the constraints below."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, strategies as st

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.bases import KeyPostFactory, KeyPostHolderFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.cards import enter
from training import services
from training.models import KeyPost, KeyPostHolder
from training.queries.key_posts import Names, lacks, posts_of, standing_of
from training.rules.key_posts import most_at_once
from training.services.key_post_holders import move_holdings

TODAY = timezone.localdate()
START = dt.date(2025, 1, 1)


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def worker(firm):
    return WorkerFactory(employer=firm, name="试点甲")


@pytest.fixture
def key_post(union, firm):
    return KeyPostFactory(union=union, employer=firm, title="数控车床操作工", start=START)


def refusal(service, **arguments) -> dict:
    with pytest.raises(ValidationError) as refused:
        service(**arguments)
    return refused.value.message_dict


def requirements(**changed):
    return {"is_key": True, "required_level": "L4", "permit_category": "", "seats": 1} | changed


def test_a_post_is_entered_cleaned_and_told_to_the_trail(union, firm, officer):
    key_post = services.enter_key_post(
        union=union, employer=firm, by=officer, title=" 配电房 值班员 ", permit_category="01", start=START
    )
    assert (key_post.title, key_post.is_key, key_post.needs_certificate) == ("配电房 值班员", True, True)
    entry = AuditEntry.objects.get(action="training.key_post_enter")
    assert entry.details["changes"]["permit_category"] == [None, "01"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": "  "}, "title"),
        ({"required_level": "L9"}, "required_level"),
        ({"required_level": "L1"}, "required_level"),
        ({"permit_category": "99"}, "permit_category"),
        ({"seats": 0}, "seats"),
        ({"start": TODAY + dt.timedelta(days=1)}, "start"),
        ({"is_key": False}, "__all__"),
    ],
)
def test_what_cannot_be_a_post_is_refused_where_it_stands(union, officer, facts, field):
    said = {"title": "操作工", "start": START} | facts
    found = refusal(services.enter_key_post, union=union, by=officer, **said)
    assert field in found or "__all__" in found


def test_one_name_stands_once_in_a_firm_and_workshop(union, officer, key_post):
    said = {"union": union, "by": officer, "title": key_post.title, "start": START}
    assert "同名" in str(refusal(services.enter_key_post, employer=key_post.employer, **said))
    services.enter_key_post(employer=key_post.employer, workshop="二车间", **said)
    services.enter_key_post(**said)
    assert "同名" in str(refusal(services.enter_key_post, **said))


def test_a_firm_of_another_union_and_a_foreign_union_are_refused(union, other_union, officer, other_officer):
    elsewhere = EmployerFactory(union=other_union)
    said = {"title": "操作工", "start": START}
    assert "归口" in str(
        refusal(services.enter_key_post, union=union, employer=elsewhere, by=officer, **said)["employer"]
    )
    with pytest.raises(PermissionDenied):
        services.enter_key_post(union=union, by=other_officer, **said)
    assert not KeyPost.objects.exists()


def test_a_seat_takes_one_person_at_a_time(key_post, worker, firm, officer):
    first = services.assign_holder(key_post=key_post, worker=worker, start=dt.date(2025, 3, 1), by=officer)
    second = WorkerFactory(employer=firm)
    said = {"key_post": key_post, "worker": second, "by": officer}
    assert "席位" in str(refusal(services.assign_holder, start=dt.date(2025, 2, 1), **said)["start"])
    services.release_holder(holding=first, end=dt.date(2025, 6, 1), by=officer)
    assert "席位" in str(refusal(services.assign_holder, start=dt.date(2025, 5, 31), **said)["start"])
    services.assign_holder(start=dt.date(2025, 6, 1), **said)
    assert [row.worker for row in key_post.holders.on(dt.date(2025, 5, 31))] == [worker]
    assert [row.worker for row in key_post.holders.on(dt.date(2025, 6, 1))] == [second]


def test_nobody_holds_a_post_before_it_is_there_later_than_today_or_after_leaving(key_post, worker, officer):
    said = {"key_post": key_post, "worker": worker, "by": officer}
    assert "start" in refusal(services.assign_holder, start=START - dt.timedelta(days=1), **said)
    tomorrow = TODAY + dt.timedelta(days=1)
    late = refusal(services.assign_holder, start=tomorrow, **said)
    assert late == {"start": [f"上岗日期不能晚于今天，现填 {tomorrow}"]}
    held = services.assign_holder(start=START, **said)
    late = refusal(services.release_holder, holding=held, end=tomorrow, by=officer)
    assert late == {"end": [f"离岗日期不能晚于今天，现填 {tomorrow}"]}
    type(worker).objects.filter(pk=worker.pk).update(standing="left", member_since=None)
    assert "worker" in refusal(services.assign_holder, start=START, **said)


def test_a_person_out_of_reach_is_not_put_on_a_post(key_post, officer, other_union):
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union))
    with pytest.raises(PermissionDenied):
        services.assign_holder(key_post=key_post, worker=stranger, start=START, by=officer)


def test_the_database_lets_a_person_hold_a_post_once_at_a_time(key_post, worker):
    row = {"key_post": key_post, "worker": worker}
    KeyPostHolderFactory(start=dt.date(2025, 3, 1), end=dt.date(2025, 6, 1), **row)
    KeyPostHolderFactory(start=dt.date(2025, 6, 1), **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        KeyPostHolderFactory(start=dt.date(2025, 5, 31), end=dt.date(2025, 6, 1), **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        KeyPostHolderFactory(start=dt.date(2024, 5, 1), end=dt.date(2024, 5, 1), **row)


def test_a_holder_entered_by_mistake_is_taken_back_with_a_reason(key_post, worker, officer):
    holding = services.assign_holder(key_post=key_post, worker=worker, start=START, by=officer)
    assert "note" in refusal(services.strike_holder, holding=holding, note="", by=officer)
    services.strike_holder(holding=holding, note="登记错了人", by=officer)
    assert not KeyPostHolder.objects.exists()
    with pytest.raises(RuleError, match="已被他人删去"):
        services.strike_holder(holding=holding, note="登记错了人", by=officer)


def test_a_correction_holds_for_the_past_and_fits_the_holders(key_post, worker, officer):
    services.assign_holder(key_post=key_post, worker=worker, start=dt.date(2025, 3, 1), by=officer)
    said = {"key_post": key_post, "by": officer}
    late = {"start": dt.date(2025, 4, 1)}
    assert "start" in refusal(services.edit_key_post, version="1", **said, **late)
    edited = services.edit_key_post(version="1", required_level="L3", **said)
    assert (edited.required_level, edited.version) == ("L3", 2)
    with pytest.raises(RuleError, match="已被其他人修改"):
        services.edit_key_post(version="1", required_level="L5", **said)
    KeyPost.objects.update(seats=2)
    second = WorkerFactory(employer=key_post.employer)
    services.assign_holder(key_post=key_post, worker=second, start=dt.date(2025, 3, 1), by=officer)
    assert "seats" in refusal(services.edit_key_post, version="2", seats=1, **said)


def test_changed_requirements_leave_the_past_alone_and_take_the_people_along(key_post, worker, officer):
    services.assign_holder(key_post=key_post, worker=worker, start=dt.date(2025, 3, 1), by=officer)
    said = {"key_post": key_post, "version": "1", "by": officer}
    day = dt.date(2025, 9, 1)
    with pytest.raises(RuleError, match="没有变化"):
        services.change_requirements(on=day, **said, **requirements())
    after = services.change_requirements(on=day, **said, **requirements(required_level="L5", seats=2))
    key_post.refresh_from_db()
    assert (key_post.required_level, key_post.end) == ("L4", day)
    assert (after.required_level, after.seats, after.start, after.follows) == ("L5", 2, day, key_post)
    assert [(row.start, row.end) for row in key_post.holders.all()] == [(dt.date(2025, 3, 1), day)]
    assert [(row.worker, row.start, row.end) for row in after.holders.all()] == [(worker, day, None)]
    with pytest.raises(RuleError, match="已于 2025-09-01 撤销"):
        services.edit_key_post(key_post=key_post, version="2", title="车工", by=officer)


def test_requirements_do_not_change_before_somebody_came_or_below_those_who_are_there(
    key_post, worker, officer
):
    KeyPost.objects.update(seats=2)
    for person in (worker, WorkerFactory(employer=key_post.employer)):
        services.assign_holder(key_post=key_post, worker=person, start=dt.date(2025, 3, 1), by=officer)
    said = {"key_post": key_post, "version": "1", "by": officer}
    early = refusal(services.change_requirements, on=dt.date(2025, 3, 1), **said, **requirements(seats=3))
    assert "上岗" in str(early["on"])
    few = refusal(services.change_requirements, on=dt.date(2025, 9, 1), **said, **requirements(seats=1))
    assert "seats" in few


def test_with_the_post_ends_who_holds_it(key_post, worker, officer):
    services.assign_holder(key_post=key_post, worker=worker, start=dt.date(2025, 3, 1), by=officer)
    said = {"key_post": key_post, "version": "1", "by": officer, "note": "生产线撤销"}
    assert "on" in refusal(services.end_key_post, on=START, **said)
    tomorrow = TODAY + dt.timedelta(days=1)
    late = refusal(services.end_key_post, on=tomorrow, **said)
    assert late == {"on": [f"日期不能晚于今天，现填 {tomorrow}"]}
    ended = services.end_key_post(on=dt.date(2025, 9, 1), **said)
    assert ended.holders.get().end == ended.end == dt.date(2025, 9, 1)
    arguments = {"key_post": ended, "worker": WorkerFactory(employer=key_post.employer), "by": officer}
    assert "start" in refusal(services.assign_holder, start=dt.date(2025, 10, 1), **arguments)


@pytest.mark.parametrize(
    ("level", "state", "until", "lack"),
    [
        ("L4", "verified", None, ""),
        ("L6", "verified", None, ""),
        ("L3", "verified", None, "缺高级工(三级)以上证书"),
        ("L4", "entered", None, "缺高级工(三级)以上证书"),
        ("L4", "verified", dt.date(2025, 1, 1), "缺高级工(三级)以上证书"),
    ],
)
def test_the_level_counts_verified_and_valid(officer, key_post, worker, level, state, until, lack):
    KeyPostHolderFactory(key_post=key_post, worker=worker, start=START)
    CertificateFactory(worker=worker, level=level, state=state, valid_until=until)
    post = posts_of(officer).get()
    (holding,) = post.holders_today
    assert lacks(holding, post, Names.load()) == lack
    assert standing_of(post) == ("未达要求" if lack else "达到要求")


def test_the_permit_counts_by_category_and_while_it_is_in_order(officer, key_post, worker):
    KeyPost.objects.update(permit_category="01", required_level="")
    KeyPostHolderFactory(key_post=key_post, worker=worker, start=START)

    def lacking():
        post = posts_of(officer).get()
        return post.unmet, lacks(post.holders_today[0], post, Names.load())

    missing = (1, "缺有效的电工作业操作证")
    assert lacking() == missing
    enter(worker, officer, category="02", issued_on=TODAY - dt.timedelta(days=30))
    assert lacking() == missing
    card = enter(worker, officer, issued_on=TODAY - dt.timedelta(days=1200))  # a review is overdue
    assert lacking() == missing
    services.review_permit(permit=card, on=TODAY - dt.timedelta(days=60), passed=True, by=officer)
    assert lacking() == (0, "")


def test_when_two_records_are_merged_days_on_one_post_become_one_spell(key_post, worker, firm):
    double, other = WorkerFactory(employer=firm), KeyPostFactory(union=key_post.union)
    KeyPostHolderFactory(key_post=key_post, worker=worker, start=dt.date(2025, 3, 1), end=dt.date(2025, 6, 1))
    KeyPostHolderFactory(key_post=key_post, worker=double, start=dt.date(2025, 5, 1))
    KeyPostHolderFactory(key_post=other, worker=double, start=dt.date(2025, 2, 1))
    move_holdings(worker, double)
    found = KeyPostHolder.objects.order_by("start").values_list("key_post", "worker", "start", "end")
    assert list(found) == [
        (other.pk, worker.pk, dt.date(2025, 2, 1), None),
        (key_post.pk, worker.pk, dt.date(2025, 3, 1), None),
    ]


SPELL = st.tuples(st.integers(0, 30), st.one_of(st.none(), st.integers(1, 20)))


@given(spells=st.lists(SPELL, max_size=8), first=st.integers(0, 30), length=st.integers(1, 30))
def test_most_at_once_against_a_walk_over_the_days(spells, first, length):
    def day(number):
        return START + dt.timedelta(days=number)

    rows = [(day(start), None if days is None else day(start + days)) for start, days in spells]
    within = (day(first), day(first + length))
    walked = [
        sum(start <= day(number) and (end is None or day(number) < end) for start, end in rows)
        for number in range(first, first + length)
    ]
    assert most_at_once(rows, within) == max(walked)
