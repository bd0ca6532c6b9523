"""Activities: planning, holding, cancelling, and what is refused."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import AuditEntry
from reform.invariants.activities import INVARIANTS
from reform.models import Activity, Measure
from reform.services import cancel_activity, edit_activity, hold_activity, plan_activity
from tests.factories.activities import ActivityFactory

pytestmark = pytest.mark.django_db
FACTS = {
    "title": "文明上网倡议",
    "kind": "NETCULTURE",
    "starts_on": dt.date(2026, 9, 10),
    "place": "职工书屋",
}


@pytest.fixture
def activity(union):
    return ActivityFactory(union=union)


def last_changes(action):
    return AuditEntry.objects.filter(action=action).latest("pk").details["changes"]


def test_an_activity_is_planned_and_recorded(union, officer):
    measure = Measure.objects.get(number=8)
    planned = plan_activity(union=union, by=officer, measure=measure, **FACTS | {"title": " 文明　上网倡议 "})
    assert (planned.title, planned.state, planned.participants) == ("文明 上网倡议", "planned", None)
    changes = last_changes("reform.activity_plan")
    assert (changes["title"], changes["measure"]) == ([None, "文明 上网倡议"], [None, measure.pk])


@pytest.mark.parametrize(
    ("facts", "field", "text"),
    [
        ({"ends_on": dt.date(2026, 9, 9)}, "__all__", "结束日期不能早于开始日期"),
        ({"kind": "SPORT"}, "kind", "没有代码为“SPORT”的选项"),
        ({"title": " "}, "title", ""),
        ({"place": ""}, "__all__", "请填写地点；在网上举办的填写网络链接"),
        ({"link": "http://example.org/a"}, "__all__", "网络链接须以 https:// 开头"),
        ({"participants": 5}, "__all__", "活动举办之后才能登记参与人次和作品数"),
    ],
)
def test_what_cannot_be_is_refused(union, officer, facts, field, text):
    with pytest.raises(ValidationError) as refused:
        plan_activity(union=union, by=officer, **FACTS | facts)
    assert list(refused.value.message_dict) == [field]
    assert text in str(refused.value.message_dict[field])
    assert not Activity.objects.exists()


def test_the_same_activity_is_not_entered_twice_unless_the_first_was_cancelled(union, other_union, officer):
    first = plan_activity(union=union, by=officer, **FACTS)
    with pytest.raises(ValidationError, match="已登记同名的活动"):
        plan_activity(union=union, by=officer, **FACTS)
    ActivityFactory(union=other_union, **FACTS)
    cancel_activity(activity=first, reason="场地未落实", by=officer)
    assert plan_activity(union=union, by=officer, **FACTS).state == "planned"


def test_a_dissolved_union_plans_nothing(union, officer):
    union.dissolved_on = dt.date(2026, 1, 1)
    union.save()
    with pytest.raises(ValidationError, match="2026-01-01 撤销"):
        plan_activity(union=union, by=officer, **FACTS)


def test_strangers_change_nothing(union, activity, other_officer, group_member):
    for by in (other_officer, group_member):
        with pytest.raises(PermissionDenied):
            plan_activity(union=union, by=by, **FACTS)
        with pytest.raises(PermissionDenied):
            edit_activity(activity=activity, version="1", by=by, title="改名")
        with pytest.raises(PermissionDenied):
            hold_activity(activity=activity, by=by)
        with pytest.raises(PermissionDenied):
            cancel_activity(activity=activity, reason="场地未落实", by=by)
    activity.refresh_from_db()
    assert (activity.state, activity.version) == ("planned", 1)


def test_an_edit_writes_what_changed_once(activity, officer):
    edited = edit_activity(activity=activity, version="1", by=officer, place="  二楼　车间 ")
    assert (edited.place, edited.version) == ("二楼 车间", 2)
    assert edit_activity(activity=activity, version="2", by=officer, place="二楼 车间").version == 2
    with pytest.raises(ValidationError, match="已被其他人修改"):
        edit_activity(activity=activity, version="1", by=officer, place="三楼")
    assert last_changes("reform.activity_edit") == {"place": ["试验职工书屋", "二楼 车间"]}


def test_an_activity_is_held_counted_later_and_then_is_fixed_in_its_state(activity, officer):
    held = hold_activity(activity=activity, by=officer, works=3)
    assert (held.state, held.participants, held.works, held.version) == ("held", None, 3, 2)
    assert last_changes("reform.activity_move") == {"state": ["planned", "held"], "works": [None, 3]}
    assert edit_activity(activity=activity, version="2", by=officer, participants=40).participants == 40
    with pytest.raises(ValidationError, match="不能改为“已举办”"):
        hold_activity(activity=activity, by=officer)


def test_what_has_not_begun_was_not_held(union, officer):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    activity = ActivityFactory(union=union, starts_on=tomorrow)
    with pytest.raises(ValidationError, match="还没有到"):
        hold_activity(activity=activity, by=officer)
    today = edit_activity(activity=activity, version="1", by=officer, starts_on=timezone.localdate())
    held = hold_activity(activity=today, by=officer)
    with pytest.raises(ValidationError, match="还没有到"):
        edit_activity(activity=held, version="3", by=officer, starts_on=tomorrow)


def test_what_was_held_by_mistake_is_cancelled_and_its_numbers_go(activity, officer):
    hold_activity(activity=activity, by=officer, participants=40)
    with pytest.raises(ValidationError, match="至少 4 个字"):
        cancel_activity(activity=activity, reason="误", by=officer)
    cancelled = cancel_activity(activity=activity, reason="误登记为已举办", by=officer)
    assert (cancelled.state, cancelled.participants, cancelled.cancel_reason) == (
        "cancelled",
        None,
        "误登记为已举办",
    )
    with pytest.raises(ValidationError, match="活动已取消"):
        edit_activity(activity=cancelled, version="3", by=officer, title="改名")
    with pytest.raises(ValidationError, match="不能改为“已取消”"):
        cancel_activity(activity=cancelled, reason="场地未落实", by=officer)


def test_the_invariants_find_an_unknown_kind(activity):
    [(_, rule)] = INVARIANTS
    assert rule() == []
    Activity.objects.filter(pk=activity.pk).update(kind="SPORT")
    assert rule() == [f"reform.Activity {activity.pk}: kind='SPORT' not in activity_kind"]
