"""Classes from plan to end: planned, open for enrolment, running, finished or cancelled; and their sessions."""

import copy
import datetime as dt

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.codes import refuse_unusable
from core.dates import years_after
from core.errors import RuleError
from core.forms import check_version
from core.numbering import next_code
from training.models import Agreement, Session, TrainingClass
from training.rules.bases import refuse_base_on
from training.rules.classes import CLASS_CLEANERS, CLASS_TABLES, SESSION_CLEANERS
from training.services.enrolments import pass_on_places
from training.services.plans import refuse_unusable_line
from training.services.providers import refuse_retired
from unions.models import Union
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.rules import stated_reason

State = TrainingClass.State
CLASS_FIELDS = [
    *("title", "kind", "trade", "level", "safety_level", "provider", "organiser"),
    *("agreement", "plan_line", "place", "base", "starts_on", "ends_on"),
    *("planned_hours", "teachers", "fund_source", "subsidy_note", "capacity", "is_open_below"),
]
SESSION_FIELDS = ["on", "starts_at", "ends_at", "hours", "topic", "teacher"]
# What leads to a state, and what the user is told otherwise.
FROM = {
    State.OPEN: (State.PLANNED,),
    State.RUNNING: (State.PLANNED, State.OPEN, State.FINISHED),
    State.FINISHED: (State.RUNNING,),
    State.CANCELLED: (State.PLANNED, State.OPEN, State.RUNNING),
}


@transaction.atomic
def plan_class(*, union: Union, by: User, cloned_from: TrainingClass | None = None, **facts) -> TrainingClass:
    """Plan a class of a union; it takes nobody before it is opened. Raises RuleError by field."""
    union = Union.objects.select_for_update(no_key=True).get(pk=union.pk)
    if union.dissolved_on:
        raise RuleError({"union": f"该工会已于 {union.dissolved_on} 撤销"})
    facts = cleaned(facts, CLASS_CLEANERS)
    refuse_unusable(facts, CLASS_TABLES)
    refuse_retired(facts.get("provider"))
    _refuse_foreign_agreement(facts.get("agreement"), union)
    refuse_unusable_line(facts.get("plan_line"), union)
    planned = TrainingClass(union=union, created_by=by, cloned_from=cloned_from, **facts)
    planned.clean_fields(exclude=["code"])
    planned.code = next_code(TrainingClass.objects, f"{union.code}-{planned.starts_on.year}-", digits=3)
    planned.full_clean()
    refuse_base_on(planned.base, planned.starts_on)
    planned.save()
    require_editable(planned, by)
    changes = audit.differences(None, planned, CLASS_FIELDS)
    origin = {"cloned_from": cloned_from.pk} if cloned_from else {}
    audit.record(by, "training.class_plan", planned, union_id=union.pk, changes=changes, **origin)
    return planned


@transaction.atomic
def edit_class(*, training_class: TrainingClass, version: str, by: User, **facts) -> TrainingClass:
    """Change facts of a class; more places go to the waiting list at once. Raises RuleError (stale, by field)."""
    before = _locked(training_class, by)
    check_version(before, version)
    if before.state == State.CANCELLED:
        raise RuleError("班次已取消，不能再修改")
    facts = cleaned(facts, CLASS_CLEANERS)
    refuse_unusable(facts, CLASS_TABLES, stored=before)
    refuse_retired(facts.get("provider"), stored=before.provider)
    _refuse_foreign_agreement(facts.get("agreement"), before.union)
    refuse_unusable_line(facts.get("plan_line"), before.union, stored=before.plan_line)
    after = TrainingClass.objects.select_related("union").get(pk=before.pk)
    for name, value in facts.items():
        setattr(after, name, value)
    after.full_clean()
    refuse_base_on(after.base, after.starts_on)
    _refuse_what_does_not_fit(after)
    changes = audit.differences(before, after, CLASS_FIELDS)
    if not changes:
        return after
    after.version = F("version") + 1
    after.save()
    after.refresh_from_db()
    promoted = pass_on_places(after)
    require_editable(after, by)
    about = {"promoted": promoted} if promoted else {}
    audit.record(by, "training.class_edit", after, union_id=after.union_id, changes=changes, **about)
    return after


def clone_class(*, training_class: TrainingClass, by: User) -> TrainingClass:
    """Plan the same class a year later: the facts, neither people nor sessions, nor a base that was withdrawn since.
    A year in the title moves on."""
    facts = {name: getattr(training_class, name) for name in CLASS_FIELDS}
    year = training_class.starts_on.year
    facts["title"] = training_class.title.replace(str(year), str(year + 1))
    facts["starts_on"] = years_after(training_class.starts_on, 1)
    facts["ends_on"] = years_after(training_class.ends_on, 1)
    if facts["base"] and facts["base"].withdrawn_on:
        facts["base"] = None
    facts |= _partners_of_clone(training_class, facts["starts_on"])
    return plan_class(union=training_class.union, by=by, cloned_from=training_class, **facts)


def _partners_of_clone(training_class: TrainingClass, starts_on: dt.date) -> dict:
    """Provider and agreement as far as they are still there when the new class begins; the plan was another."""
    provider, agreement = training_class.provider, training_class.agreement
    if provider and not provider.is_active:
        provider = None
    if agreement and (agreement.ended_on or (agreement.ends_on and agreement.ends_on < starts_on)):
        agreement = None
    return {"provider": provider, "agreement": agreement, "plan_line": None}


def _refuse_foreign_agreement(agreement: Agreement | None, union: Union) -> None:
    if agreement and not union.path.startswith(agreement.union.path):
        raise RuleError({"agreement": "只能选择本工会或上级工会签订的协议"})


def open_class(*, training_class: TrainingClass, by: User) -> TrainingClass:
    """Take enrolments from now on. Raises RuleError unless the class is planned."""
    return _move(training_class, State.OPEN, by)


def start_class(*, training_class: TrainingClass, by: User) -> TrainingClass:
    """The class has begun, or goes on after it was ended too early; only its keepers enrol further people. Raises
    RuleError from a wrong state."""
    return _move(training_class, State.RUNNING, by)


def finish_class(*, training_class: TrainingClass, by: User) -> TrainingClass:
    """The class is over: nobody is enrolled any more, results may still come. Raises RuleError unless running."""
    return _move(training_class, State.FINISHED, by)


@transaction.atomic
def cancel_class(*, training_class: TrainingClass, reason: str, by: User) -> TrainingClass:
    """The class does not take place. Raises RuleError without a reason, once it is over, or when somebody
    has a result already."""
    reason = stated_reason(reason, "reason")
    training_class = _locked(training_class, by)
    if training_class.enrolments.exclude(result="").exists():
        raise RuleError("已有人登记了结论，不能取消班次。请先清除结论，或将班次结束。")
    return _move(training_class, State.CANCELLED, by, cancel_reason=reason)


@transaction.atomic
def add_session(*, training_class: TrainingClass, by: User, **facts) -> Session:
    """Add a meeting within the dates of the class. Raises RuleError by field."""
    training_class = _locked(training_class, by)
    if training_class.state == State.CANCELLED:
        raise RuleError("班次已取消，不能再添加课次")
    session = Session(training_class=training_class, **cleaned(facts, SESSION_CLEANERS))
    _check_session(session)
    session.save()
    changes = audit.differences(None, session, SESSION_FIELDS)
    audit.record(
        by, "training.session_add", training_class, union_id=training_class.union_id, changes=changes
    )
    return session


@transaction.atomic
def edit_session(*, session: Session, version: str, by: User, **facts) -> Session:
    """Correct a meeting; attendance stays with it, and its hours count anew. Raises RuleError (stale, by field)."""
    training_class = _locked(session.training_class, by)
    if training_class.state == State.CANCELLED:
        raise RuleError("班次已取消，不能再修改课次")
    session = training_class.sessions.select_for_update().filter(pk=session.pk).first()
    if session is None:
        raise RuleError("这次课已被他人删除，请返回班次页面")
    check_version(session, version)
    before = copy.copy(session)
    for name, value in cleaned(facts, SESSION_CLEANERS).items():
        setattr(session, name, value)
    _check_session(session)
    count = session.attendances.count()
    if count and session.on > timezone.localdate():
        raise RuleError({"on": f"已登记 {count} 人到课，日期不能改到今天以后。登记有误的，请先取消到课。"})
    changes = audit.differences(before, session, SESSION_FIELDS)
    if changes:
        session.save()
        about = {"session": session.pk, "changes": changes}
        audit.record(by, "training.session_edit", training_class, union_id=training_class.union_id, **about)
    return session


@transaction.atomic
def remove_session(*, session: Session, by: User) -> None:
    """Take a meeting away that was entered by mistake. Raises RuleError when somebody's attendance stands on it."""
    training_class = _locked(session.training_class, by)
    if count := session.attendances.count():
        raise RuleError(f"{session} 的课次已登记 {count} 人的考勤，不能删除。请先清除考勤。")
    changes = {name: [after, None] for name, (_, after) in _facts_of(session).items()}
    session.delete()
    audit.record(
        by, "training.session_remove", training_class, union_id=training_class.union_id, changes=changes
    )


def _check_session(session: Session) -> None:
    session.full_clean()
    training_class = session.training_class
    if not training_class.starts_on <= session.on <= training_class.ends_on:
        days = f"{training_class.starts_on} 至 {training_class.ends_on}"
        raise RuleError({"on": f"日期应在培训起止日期之内（{days}）"})


def _facts_of(session: Session) -> dict:
    return audit.differences(None, session, SESSION_FIELDS)


@transaction.atomic
def _move(training_class: TrainingClass, state: str, by: User, **facts) -> TrainingClass:
    training_class = _locked(training_class, by)
    before = training_class.state
    if before not in FROM[state]:
        raise RuleError(
            f"班次现在是“{training_class.get_state_display()}”，不能改为“{State(state).label}”。请刷新页面。"
        )
    training_class.state = state
    for name, value in facts.items():
        setattr(training_class, name, value)
    training_class.version += 1
    training_class.save(update_fields=["state", "version", "updated_at", *facts])
    promoted = pass_on_places(training_class)  # those that came free after its end
    require_editable(training_class, by)
    changes = {"state": [before, state]} | {name: ["", value] for name, value in facts.items()}
    about = {"union_id": training_class.union_id, "changes": changes}
    about |= {"promoted": promoted} if promoted else {}
    audit.record(by, "training.class_move", training_class, **about)
    return training_class


def _locked(training_class: TrainingClass, by: User) -> TrainingClass:
    found = TrainingClass.objects.select_for_update(of=("self",)).select_related("union", "provider")
    training_class = found.get(pk=training_class.pk)
    require_editable(training_class, by)
    return training_class


def _refuse_what_does_not_fit(training_class: TrainingClass) -> None:
    taken = training_class.enrolments.enrolled().count()
    if training_class.capacity is not None and training_class.capacity < taken:
        raise RuleError({"capacity": f"已有 {taken} 人报名成功，名额不能少于这个数"})
    early = training_class.enrolments.filter(
        Q(completed_on__lt=training_class.starts_on) | Q(certified_on__lt=training_class.starts_on)
    )
    if count := early.count():
        raise RuleError(
            {"starts_on": f"已登记 {count} 人在此之前结业或取证。请核对日期，或先改正这些人的结论。"}
        )
    outside = training_class.sessions.exclude(on__range=(training_class.starts_on, training_class.ends_on))
    days: list[dt.date] = list(outside.values_list("on", flat=True)[:3])
    if days:
        listed = "、".join(str(day) for day in days)
        raise RuleError({"ends_on": f"已安排的课次不在新的起止日期之内：{listed}。请先调整课次。"})
