"""Classes: planned, edited, repeated a year later, moved through their states; and their sessions."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEntry
from core.errors import RuleError
from tests.factories.classes import ClassFactory, EnrolmentFactory, SessionFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training import services
from training.invariants.classes import INVARIANTS
from training.models import Enrolment, TrainingClass

MARCH = dt.date(2026, 3, 2)
FACTS = {"title": "电工技能提升班", "kind": "SKILL", "starts_on": MARCH, "ends_on": dt.date(2026, 3, 20)}


@pytest.fixture
def planned(union, officer):
    return services.plan_class(union=union, by=officer, **FACTS, capacity=2, trade="维修 电工", level="L3")


def errors(caught) -> dict:
    return {name: [str(text) for text in texts] for name, texts in caught.value.message_dict.items()}


def test_a_planned_class_gets_a_code_of_its_union_and_year(union, officer, planned):
    second = services.plan_class(union=union, by=officer, **FACTS)
    next_year = services.plan_class(
        union=union, by=officer, **FACTS | {"starts_on": dt.date(2027, 1, 4), "ends_on": dt.date(2027, 1, 4)}
    )
    codes = [one.code for one in (planned, second, next_year)]
    assert codes == [f"{union.code}-2026-001", f"{union.code}-2026-002", f"{union.code}-2027-001"]
    assert (planned.state, planned.trade, planned.created_by) == ("planned", "维修电工", officer)
    entry = AuditEntry.objects.filter(action="training.class_plan").order_by("pk").first()
    assert (entry.union_id, entry.details["changes"]["capacity"]) == (union.pk, [None, 2])


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"kind": "KNITTING"}, {"kind": ["没有代码为“KNITTING”的选项。请从列表中选择。"]}),
        ({"ends_on": dt.date(2026, 3, 1)}, {"__all__": ["结束日期不能早于开始日期"]}),
        ({"capacity": 0}, {"__all__": ["名额应大于 0；不限名额的请留空"]}),
        ({"safety_level": "team"}, {"__all__": ["只有安全培训填写安全教育层级；其他类别请留空"]}),
        ({"planned_hours": -1}, {"planned_hours": ["不能小于 0。"]}),
    ],
)
def test_a_class_that_cannot_be_is_refused(union, officer, facts, fault):
    with pytest.raises(ValidationError) as caught:
        services.plan_class(union=union, by=officer, **FACTS | facts)
    assert errors(caught) == fault
    assert not TrainingClass.objects.exists()


def test_a_dissolved_union_plans_nothing(union, clerk):
    union.dissolved_on = dt.date(2026, 1, 1)
    union.save()
    with pytest.raises(RuleError) as caught:
        services.plan_class(union=union, by=clerk, **FACTS)
    assert errors(caught) == {"union": ["该工会已于 2026-01-01 撤销"]}


def test_nobody_plans_for_a_foreign_union(union, other_officer, group_member):
    for user in (other_officer, group_member):
        with pytest.raises(PermissionDenied):
            services.plan_class(union=union, by=user, **FACTS)
    assert not TrainingClass.objects.exists()


def test_an_edit_writes_what_changed_and_refuses_a_stale_form(officer, planned):
    edited = services.edit_class(
        training_class=planned, version="1", by=officer, **FACTS | {"place": "工会二楼"}
    )
    assert (edited.version, edited.place) == (2, "工会二楼")
    assert AuditEntry.objects.get(action="training.class_edit").details["changes"] == {
        "place": ["", "工会二楼"]
    }
    with pytest.raises(RuleError) as caught:
        services.edit_class(training_class=planned, version="1", by=officer, **FACTS)
    assert caught.value.code == "stale"


def test_more_places_go_to_those_who_wait_and_fewer_than_taken_are_refused(officer, planned):
    services.open_class(training_class=planned, by=officer)
    firm = EmployerFactory(union=planned.union)
    keys = [worker.pk for worker in WorkerFactory.create_batch(4, employer=firm)]
    services.enrol(training_class=planned, workers=keys, by=officer)
    edited = services.edit_class(training_class=planned, version="2", by=officer, **FACTS, capacity=3)
    states = list(planned.enrolments.values_list("worker", "state"))
    assert states == [
        (keys[0], "enrolled"),
        (keys[1], "enrolled"),
        (keys[2], "enrolled"),
        (keys[3], "waiting"),
    ]
    assert AuditEntry.objects.filter(action="training.class_edit").first().details["promoted"] == [keys[2]]
    with pytest.raises(RuleError) as caught:
        services.edit_class(training_class=edited, version="3", by=officer, **FACTS, capacity=2)
    assert errors(caught) == {"capacity": ["已有 3 人报名成功，名额不能少于这个数"]}
    services.edit_class(training_class=edited, version="3", by=officer, **FACTS, capacity=None)
    assert planned.enrolments.waiting().count() == 0


def test_dates_may_not_leave_sessions_outside(officer, planned):
    SessionFactory(training_class=planned, on=MARCH)
    with pytest.raises(RuleError) as caught:
        services.edit_class(
            training_class=planned, version="1", by=officer, **FACTS | {"starts_on": dt.date(2026, 3, 3)}
        )
    assert "2026-03-02" in errors(caught)["ends_on"][0]


def test_a_clone_is_the_same_class_a_year_later_without_people(officer, planned):
    leap = services.edit_class(
        training_class=planned,
        version="1",
        by=officer,
        **FACTS
        | {"title": "2028年安全班", "starts_on": dt.date(2028, 2, 29), "ends_on": dt.date(2028, 3, 1)},
    )
    SessionFactory(training_class=leap, on=leap.starts_on)
    EnrolmentFactory(training_class=leap)
    clone = services.clone_class(training_class=leap, by=officer)
    assert (clone.title, clone.starts_on, clone.ends_on) == (
        "2029年安全班",
        dt.date(2029, 2, 28),
        dt.date(2029, 3, 1),
    )
    assert (clone.state, clone.cloned_from, clone.capacity) == ("planned", leap, 2)
    assert clone.code == f"{planned.union.code}-2029-001"
    assert (clone.sessions.count(), clone.enrolments.count()) == (0, 0)


def test_a_class_goes_from_plan_to_end_and_not_back(officer, planned):
    for move, state in (
        (services.open_class, "open"),
        (services.start_class, "running"),
        (services.finish_class, "finished"),
    ):
        assert move(training_class=planned, by=officer).state == state
    with pytest.raises(RuleError, match="不能改为“报名中”"):
        services.open_class(training_class=planned, by=officer)
    with pytest.raises(RuleError, match="不能改为“已取消”"):
        services.cancel_class(training_class=planned, reason="讲师不能到场", by=officer)
    moves = AuditEntry.objects.filter(action="training.class_move").order_by("pk")
    assert [entry.details["changes"]["state"][1] for entry in moves] == ["open", "running", "finished"]


def test_a_class_does_not_begin_after_people_completed_it(officer, union):
    held = ClassFactory(union=union, state="finished")
    row = EnrolmentFactory(training_class=held, result="passed", completed_on=dt.date(2026, 3, 20))
    edit = {"training_class": held, "version": "1", "by": officer, "ends_on": dt.date(2026, 3, 30)}
    with pytest.raises(RuleError) as caught:
        services.edit_class(**edit, starts_on=dt.date(2026, 3, 21))
    assert errors(caught) == {
        "starts_on": ["已登记 1 人在此之前结业或取证。请核对日期，或先改正这些人的结论。"]
    }
    assert services.edit_class(**edit, starts_on=row.completed_on).starts_on == row.completed_on


def test_a_class_that_was_ended_too_early_goes_on_and_passes_on_its_places(officer, union):
    held = ClassFactory(union=union, state="finished", capacity=1)
    EnrolmentFactory(training_class=held)
    waiting = EnrolmentFactory(training_class=held, state="waiting")
    services.edit_class(training_class=held, version="1", by=officer, capacity=2)
    assert held.enrolments.waiting().count() == 1
    assert services.start_class(training_class=held, by=officer).state == "running"
    waiting.refresh_from_db()
    assert waiting.state == "enrolled"
    told = AuditEntry.objects.filter(action="training.class_move").latest("pk").details
    assert told["promoted"] == [waiting.worker_id]
    assert [text for _, check in INVARIANTS for text in check()] == []


def test_a_class_is_cancelled_with_a_reason_and_not_when_somebody_has_a_result(officer, planned):
    with pytest.raises(RuleError, match="请写明事由"):
        services.cancel_class(training_class=planned, reason="", by=officer)
    row = EnrolmentFactory(training_class=planned, result="passed", completed_on=MARCH)
    with pytest.raises(RuleError, match="已有人登记了结论"):
        services.cancel_class(training_class=planned, reason="讲师不能到场", by=officer)
    row.delete()
    cancelled = services.cancel_class(training_class=planned, reason="讲师不能到场", by=officer)
    assert (cancelled.state, cancelled.cancel_reason) == ("cancelled", "讲师不能到场")
    with pytest.raises(RuleError, match="班次已取消"):
        services.edit_class(training_class=planned, version="2", by=officer, **FACTS)


def test_the_database_keeps_reason_and_cancellation_together(planned):
    for change in ({"state": "cancelled"}, {"cancel_reason": "讲师不能到场"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TrainingClass.objects.filter(pk=planned.pk).update(**change)


def test_sessions_sum_up_to_the_actual_hours(officer, planned):
    facts = {"starts_at": dt.time(8, 30), "ends_at": dt.time(11, 30), "hours": 4}
    first = services.add_session(training_class=planned, by=officer, on=MARCH, **facts)
    services.add_session(training_class=planned, by=officer, on=dt.date(2026, 3, 3), **facts | {"hours": 3.5})
    found = TrainingClass.objects.with_counts().get()
    assert found.actual_hours == 7.5
    with pytest.raises(ValidationError, match="这一天的这个时间已有一次课"):
        services.add_session(training_class=planned, by=officer, on=MARCH, **facts)
    with pytest.raises(RuleError, match="日期应在培训起止日期之内"):
        services.add_session(training_class=planned, by=officer, on=dt.date(2026, 4, 1), **facts)
    services.remove_session(session=first, by=officer)
    assert TrainingClass.objects.with_counts().get().actual_hours == 3.5


def test_a_session_is_corrected_with_its_attendance_and_counts_anew(officer, other_officer, clerk, union):
    held = ClassFactory(union=union, state="running")
    session = SessionFactory(training_class=held)
    row = EnrolmentFactory(training_class=held)
    services.note_attendance(session=session, came={row.pk}, missed=set(), by=officer)
    seen = session.version
    edited = services.edit_session(session=session, version=seen, by=officer, hours=3, topic="安全用电")
    assert (edited.hours, edited.topic, edited.attendances.count()) == (3, "安全用电", 1)
    assert Enrolment.objects.with_hours().get().attended_hours == 3
    entry = AuditEntry.objects.get(action="training.session_edit")
    assert entry.details["changes"] == {"hours": ["4.0", "3"], "topic": ["", "安全用电"]}
    with pytest.raises(RuleError, match="已被其他人修改"):
        services.edit_session(session=session, version=seen, by=clerk, hours=2)
    change = {"session": edited, "version": edited.version}
    with pytest.raises(RuleError, match="日期应在培训起止日期之内"):
        services.edit_session(**change, by=officer, on=dt.date(2026, 4, 1))
    TrainingClass.objects.update(ends_on=timezone.localdate() + dt.timedelta(days=9))
    with pytest.raises(RuleError, match="已登记 1 人到课，日期不能改到今天以后"):
        services.edit_session(**change, by=officer, on=timezone.localdate() + dt.timedelta(days=1))
    with pytest.raises(PermissionDenied):
        services.edit_session(**change, by=other_officer, hours=1)
    SessionFactory(training_class=held, starts_at=dt.time(13), ends_at=dt.time(16))
    with pytest.raises(ValidationError, match="这一天的这个时间已有一次课"):
        services.edit_session(**change, by=officer, starts_at=dt.time(13), ends_at=dt.time(15))
    TrainingClass.objects.update(state="cancelled", cancel_reason="讲师不能到场")
    with pytest.raises(RuleError, match="班次已取消"):
        services.edit_session(**change, by=officer, hours=1)
    edited.attendances.all().delete()
    edited.delete()
    TrainingClass.objects.update(state="running", cancel_reason="")
    with pytest.raises(RuleError, match="已被他人删除"):
        services.edit_session(session=session, version=seen, by=officer, hours=1)


def test_open_classes_of_unions_above_are_seen_below_and_no_others(
    town, union, officer, other_officer, group_member
):
    ClassFactory(union=town, title="全镇班", is_open_below=True)
    ClassFactory(union=town, title="机关班")
    ClassFactory(union=town, title="未开放", is_open_below=True, state="planned")
    ClassFactory(union=union, title="甲厂班", is_open_below=True)
    seen = {user.username: set(TrainingClass.objects.visible_to(user).values_list("title", flat=True))
            for user in (officer, other_officer, group_member)}  # fmt: skip
    assert seen == {"officer": {"全镇班", "甲厂班"}, "officer2": {"全镇班"}, "group": set()}
    assert set(TrainingClass.objects.editable_by(officer).values_list("title", flat=True)) == {"甲厂班"}


def test_counts_of_a_class_tell_attendances_from_places(planned):
    EnrolmentFactory(training_class=planned, result="passed", completed_on=MARCH)
    EnrolmentFactory(training_class=planned, result="absent")
    EnrolmentFactory(training_class=planned, state=Enrolment.State.WAITING)
    found = TrainingClass.objects.with_counts().get()
    assert (found.enrolled, found.waiting, found.completed) == (2, 1, 1)
