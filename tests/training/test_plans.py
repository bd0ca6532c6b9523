"""Yearly plans: drafted, published, fulfilled by classes, taken over into the next year."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from tests.factories.classes import ClassFactory, EnrolmentFactory, SessionFactory
from tests.factories.plans import PlanFactory, PlanLineFactory
from training import services
from training.models import PlanLine, TrainingClass, TrainingPlan
from training.rules.providers import doubts_of_class

DAY = dt.date(2026, 3, 20)
LINE = {"title": "2026年电工班", "kind": "SKILL", "trade": "电工", "level": "L3", "people": 40, "hours": "32"}


def url(name, *args):
    return reverse(f"training:{name}", args=args)


def rows(*lines, **facts):
    found = {"lines-TOTAL_FORMS": str(len(lines) + 1), "lines-INITIAL_FORMS": "0"} | facts
    for number, line in enumerate(lines):
        found |= {f"lines-{number}-{name}": str(value) for name, value in line.items()}
    return found


def test_a_plan_from_draft_to_classes_and_the_next_year(client, officer, union):
    client.force_login(officer)
    sent = client.post(url("plan_create"), {"union": union.pk, "year": "2026"})
    plan = TrainingPlan.objects.get()
    assert sent.url == url("plan_edit", plan.pk)
    twice = client.post(url("plan_create"), {"union": union.pk, "year": "2026"})
    assert twice.context["form"].non_field_errors() == ["该工会本年度已有培训计划"]
    empty = client.post(url("plan_publish", plan.pk), {"version": "1"}, follow=True)
    assert "计划中还没有项目" in empty.content.decode()
    client.post(url("plan_edit", plan.pk), rows(LINE, LINE | {"title": "法律班", "kind": "LAW"}, version="1"))
    client.post(url("plan_publish", plan.pk), {"version": "2"})
    plan.refresh_from_db()
    assert (plan.state, plan.lines.count()) == ("published", 2)
    line = plan.lines.first()
    form = client.get(url("class_create"), {"plan_line": line.pk}).context["form"]
    names = ("union", "title", "kind", "trade", "level", "capacity", "plan_line")
    assert [form[name].value() for name in names] == [
        *(union.pk, "2026年电工班", "SKILL", "电工", "L3", 40, line.pk),
    ]
    facts = {"title": "电工班", "kind": "SKILL", "starts_on": "2026-03-02", "ends_on": "2026-03-20"}
    client.post(url("class_create"), facts | {"union": union.pk, "plan_line": line.pk})
    assert TrainingClass.objects.get().plan_line == line
    assert "电工班" in client.get(url("class_list"), {"plan_line": line.pk}).content.decode()
    assert client.get(url("plan_edit", plan.pk)).status_code == 302  # published
    made = client.post(url("plan_clone", plan.pk))
    following = TrainingPlan.objects.get(cloned_from=plan)
    assert made.url == url("plan_edit", following.pk)
    found = [(row.title, row.people, row.plan.year) for row in following.lines.all()]
    assert found == [("2027年电工班", 40, 2027), ("法律班", 40, 2027)]
    again = client.post(url("plan_clone", plan.pk), follow=True)
    assert "已有 2027 年度的培训计划" in again.content.decode()


def test_planned_stands_beside_actual(client, officer, union):
    line = PlanLineFactory(plan__union=union, hours=32)
    other = PlanLineFactory(plan=line.plan)
    first, second, gone = (
        ClassFactory(union=union, plan_line=line, state="finished"),
        ClassFactory(union=union, plan_line=line, state="running"),
        ClassFactory(union=union, plan_line=line, state="cancelled", cancel_reason="试验取消"),
    )
    row = EnrolmentFactory(training_class=first, result="passed", completed_on=DAY)
    EnrolmentFactory(training_class=first, result="absent")
    for held in (second, gone):
        EnrolmentFactory(training_class=held, worker=row.worker, result="failed", completed_on=DAY)
        SessionFactory(training_class=held, hours=4)
    SessionFactory(training_class=first, hours=3.5)
    SessionFactory(training_class=first, hours=3.5, starts_at=dt.time(10))
    client.force_login(officer)
    found = client.get(line.plan.get_absolute_url()).context["lines"]
    actual = [(one.held, one.attendances, one.trained, one.actual_hours) for one in found]
    assert actual == [(2, 2, 1, 11), (None, None, None, None)]
    assert other == found[1]
    [summed] = client.get(url("plan_list")).context["page"]
    assert (summed.items, summed.planned, summed.held) == (2, 80, 2)


def test_a_line_keeps_its_key_and_one_with_classes_does_not_go(client, officer, union):
    plan = PlanFactory(union=union, state="draft", published_on=None)
    kept, used, gone = (PlanLineFactory(plan=plan, title=title) for title in ("甲", "乙", "丙"))
    ClassFactory(union=union, plan_line=used)
    client.force_login(officer)
    address = url("plan_edit", plan.pk)
    page = client.post(address, rows(LINE | {"line": kept.pk}, version="1"))
    assert "项目“乙”已有班次，不能删除" in page.content.decode()
    facts = {"title": "乙", "kind": "SKILL", "people": 9}
    client.post(address, rows(facts | {"line": used.pk}, LINE | {"line": kept.pk}, LINE, version="1"))
    found = list(plan.lines.values_list("pk", "title", "people"))
    assert found[:2] == [(used.pk, "乙", 9), (kept.pk, "2026年电工班", 40)]
    assert found[2][0] not in (kept.pk, used.pk, gone.pk)
    stale = client.post(address, rows(LINE, version="1"))
    assert "已被其他人修改" in stale.content.decode()
    strange = PlanLineFactory(plan__union=union, plan__year=2025)
    client.post(address, rows(facts | {"line": used.pk}, LINE | {"line": strange.pk}, version="2"))
    strange.refresh_from_db()
    assert strange.plan.year == 2025  # a key of another plan makes a new line


def test_a_published_plan_is_taken_back_with_a_reason(officer, other_officer, union):
    line = PlanLineFactory(plan__union=union)
    plan = line.plan
    with pytest.raises(ValidationError, match="不能直接修改"):
        services.write_plan(plan=plan, text="", lines=[], version="1", by=officer)
    with pytest.raises(PermissionDenied):
        services.reopen_plan(plan=plan, reason="项目需要调整", version="1", by=other_officer)
    with pytest.raises(ValidationError):
        services.reopen_plan(plan=plan, reason="改", version="1", by=officer)
    plan = services.reopen_plan(plan=plan, reason="项目需要调整", version="1", by=officer)
    assert (plan.state, plan.published_on) == ("draft", None)
    with pytest.raises(ValidationError, match="还是草稿"):
        services.reopen_plan(plan=plan, reason="项目需要调整", version="2", by=officer)
    facts = {"title": "试班", "kind": "SKILL", "starts_on": DAY, "ends_on": DAY, "plan_line": line}
    with pytest.raises(ValidationError, match="已发布计划中的项目"):
        services.plan_class(union=union, by=officer, **facts)


def test_a_draft_is_deleted_unless_something_hangs_on_it(client, officer, other_officer, union):
    line = PlanLineFactory(plan__union=union, plan__year=2026)
    plan = line.plan

    def refused(version="1"):
        with pytest.raises(ValidationError) as fault:
            services.delete_plan(plan=plan, version=version, by=officer)
        return " ".join(fault.value.messages)

    assert "请先撤回修改" in refused()
    plan = services.reopen_plan(plan=plan, reason="项目需要调整", version="1", by=officer)
    assert "已被其他人修改" in refused()
    with pytest.raises(PermissionDenied):
        services.delete_plan(plan=plan, version="2", by=other_officer)
    group = ClassFactory(union=union, plan_line=line)
    assert "已有班次，不能删除" in refused("2")
    group.delete()
    clone = services.clone_plan(plan=plan, by=officer)
    assert refused("2") == "2027 年度的计划沿用自它，不能删除"
    client.force_login(officer)
    told = client.post(url("plan_delete", plan.pk), {"version": "2"}, follow=True).content.decode()
    assert "2027 年度的计划沿用自它" in told
    for row in (clone, plan):
        version = str(row.version)
        told = client.post(url("plan_delete", row.pk), {"version": version}, follow=True).content.decode()
        assert f"已删除{row}的草稿" in told
    assert (TrainingPlan.objects.count(), PlanLine.objects.count()) == (0, 0)
    entry = AuditEntry.objects.filter(action="training.plan_delete").latest("pk")
    assert (entry.object_id, entry.details) == (plan.pk, {"year": 2026, "lines": [line.title]})


def test_classes_fulfil_plans_of_their_union_or_above(officer, union, other_union, town):
    facts = {"title": "试班", "kind": "LAW", "starts_on": DAY, "ends_on": DAY}
    foreign = PlanLineFactory(plan__union=other_union)
    with pytest.raises(ValidationError, match="已发布计划中的项目"):
        services.plan_class(union=union, by=officer, plan_line=foreign, **facts)
    above = PlanLineFactory(plan__union=town, title="镇项目")
    planned = services.plan_class(union=union, by=officer, plan_line=above, **facts)
    assert doubts_of_class(planned) == ["班次的培训类别与计划项目“镇项目”不同，请核对。"]
    assert services.clone_class(training_class=planned, by=officer).plan_line is None


def test_drafts_are_seen_by_their_keepers_only(client, officer, town, other_union):
    client.force_login(officer)
    draft = PlanFactory(union=town, year=2025, state="draft", published_on=None)
    published = PlanFactory(union=town)
    PlanFactory(union=other_union)
    assert list(client.get(url("plan_list")).context["page"]) == [published]
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(published.get_absolute_url()).status_code == 200
    assert client.post(url("plan_publish", published.pk)).status_code == 404
    line = PlanLineFactory(plan=draft)
    assert "plan_line" not in client.get(url("class_create"), {"plan_line": line.pk}).context["form"].initial


@pytest.mark.parametrize("name", ["plan_list", "plan_detail", "plan_edit", "class_create"])
def test_the_number_of_queries_does_not_grow(client, officer, union, name):
    client.force_login(officer)
    plan = PlanFactory(union=union, year=2020, state="draft", published_on=None)
    address = url(name, plan.pk) if name in ("plan_detail", "plan_edit") else url(name)
    years = iter(range(2021, 2030))

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    def add():
        PlanLineFactory(plan=plan)
        line = PlanLineFactory(plan__union=union, plan__year=next(years))
        ClassFactory(union=union, plan_line=line)

    add()
    asked()
    first = asked()
    add()
    add()
    assert asked() == first
    assert PlanLine.objects.count() == 6
