"""Activities from plan to end: planned, held or cancelled."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from reform.models import Activity
from reform.rules.activities import ACTIVITY_CLEANERS, ACTIVITY_TABLES
from unions.models import Union
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.rules import stated_reason

State = Activity.State
ACTIVITY_FIELDS = [
    *("title", "kind", "measure", "starts_on", "ends_on", "place", "link", "hosts", "note"),
    *("participants", "works"),
]
MOVE_FIELDS = ["state", "participants", "works", "cancel_reason"]
# What leads to a state. What was marked as held by mistake can be cancelled as well.
FROM = {State.HELD: (State.PLANNED,), State.CANCELLED: (State.PLANNED, State.HELD)}


@transaction.atomic
def plan_activity(*, union: Union, by: User, **facts) -> Activity:
    """Plan an activity of a union; it counts once it was held. Raises RuleError by field."""
    union = Union.objects.select_for_update(no_key=True).get(pk=union.pk)
    if union.dissolved_on:
        raise RuleError({"union": f"该工会已于 {union.dissolved_on} 撤销"})
    facts = cleaned(facts, ACTIVITY_CLEANERS)
    refuse_unusable(facts, ACTIVITY_TABLES)
    planned = Activity(union=union, created_by=by, **facts)
    planned.full_clean()
    planned.save()
    require_editable(planned, by)
    changes = audit.differences(None, planned, ACTIVITY_FIELDS)
    audit.record(by, "reform.activity_plan", planned, union_id=union.pk, changes=changes)
    return planned


@transaction.atomic
def edit_activity(*, activity: Activity, version: str, by: User, **facts) -> Activity:
    """Change facts of an activity, the numbers of one that was held too. Raises RuleError (stale, cancelled, by
    field)."""
    before = _locked(activity, by)
    check_version(before, version)
    if before.state == State.CANCELLED:
        raise RuleError("活动已取消，不能再修改。确要举办的，请另行登记。")
    facts = cleaned(facts, ACTIVITY_CLEANERS)
    refuse_unusable(facts, ACTIVITY_TABLES, stored=before)
    after = Activity.objects.select_related("union", "measure").get(pk=before.pk)
    for name, value in facts.items():
        setattr(after, name, value)
    after.full_clean()
    if after.state == State.HELD:
        _refuse_future(after, "starts_on")
    changes = audit.differences(before, after, ACTIVITY_FIELDS)
    if not changes:
        return after
    after.version = F("version") + 1
    after.save()
    after.refresh_from_db()
    require_editable(after, by)
    audit.record(by, "reform.activity_edit", after, union_id=after.union_id, changes=changes)
    return after


@transaction.atomic
def hold_activity(
    *, activity: Activity, by: User, participants: int | None = None, works: int | None = None
) -> Activity:
    """The activity took place, with so many 人次 and works (None: not counted yet). Raises RuleError before its first
    day and unless it is planned."""
    activity = _locked(activity, by)
    _refuse_future(activity)
    return _move(activity, State.HELD, by, participants=participants, works=works)


@transaction.atomic
def cancel_activity(*, activity: Activity, reason: str, by: User) -> Activity:
    """The activity does not take place, or did not in truth: its numbers go. Raises RuleError without a reason or once
    it is cancelled."""
    reason = stated_reason(reason, "reason")
    activity = _locked(activity, by)
    return _move(activity, State.CANCELLED, by, cancel_reason=reason, participants=None, works=None)


def _locked(activity: Activity, by: User) -> Activity:
    activity = Activity.objects.select_for_update(of=("self",)).select_related("union").get(pk=activity.pk)
    require_editable(activity, by)
    return activity


def _refuse_future(activity: Activity, field: str | None = None) -> None:
    if activity.starts_on <= timezone.localdate():
        return
    told = f"开始日期 {activity.starts_on} 还没有到，不能登记为已举办。日期有误的，请先修改日期。"
    raise RuleError({field: told} if field else told)


def _move(activity: Activity, state: str, by: User, **facts) -> Activity:
    if activity.state not in FROM[state]:
        raise RuleError(
            f"活动现在是“{activity.get_state_display()}”，不能改为“{State(state).label}”。请刷新页面。"
        )
    before = Activity.objects.get(pk=activity.pk)
    activity.state = state
    for name, value in facts.items():
        setattr(activity, name, value)
    activity.full_clean()
    activity.version = F("version") + 1
    activity.save(update_fields=["state", "version", "updated_at", *facts])
    activity.refresh_from_db()
    changes = audit.differences(before, activity, MOVE_FIELDS)
    audit.record(by, "reform.activity_move", activity, union_id=activity.union_id, changes=changes)
    return activity
