"""Inspections: found, answered, looked at again, closed; what is refused, and who may."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEntry
from core.reporting import Period
from rights.invariants.inspections import INVARIANTS
from rights.listings.inspections import standing_of
from rights.models import Hazard, Inspection
from rights.reporting.inspections import SupervisionSection, hazard_lines
from rights.services import (
    add_hazard,
    close_hazard,
    edit_hazard,
    edit_inspection,
    record_inspection,
    record_reply,
    reopen_hazard,
)
from tests.factories.inspections import HazardFactory, InspectionFactory
from tests.factories.unions import EmployerFactory

pytestmark = pytest.mark.django_db
VISIT, DUE = dt.date(2026, 9, 1), dt.date(2026, 9, 15)
FACTS = {"what": "二号车间配电箱门缺失", "level": "MAJOR", "due_on": DUE}


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def inspection(union, firm):
    return InspectionFactory(union=union, employer=firm)


@pytest.fixture
def hazard(inspection, officer):
    return add_hazard(inspection=inspection, by=officer, **FACTS)


def faults():
    return [fault for _, rule in INVARIANTS for fault in rule()]


def test_a_visit_is_recorded_and_corrected(union, firm, officer):
    visit = record_inspection(
        union=union, employer=firm, on=VISIT, inspectors=" 检查员甲、 检查员乙", by=officer
    )
    assert visit.inspectors == "检查员甲、 检查员乙"
    edited = edit_inspection(inspection=visit, version="1", scope="车间用电", by=officer)
    assert (edited.scope, edited.version) == ("车间用电", 2)
    with pytest.raises(ValidationError, match="已被其他人修改"):
        edit_inspection(inspection=visit, version="1", scope="起重机械", by=officer)
    assert AuditEntry.objects.get(action="rights.inspection_edit").details["changes"] == {
        "scope": ["", "车间用电"]
    }


@pytest.mark.parametrize(
    ("facts", "field", "text"),
    [
        ({"on": dt.date(2100, 1, 1)}, "on", "检查日期不能晚于今天，现填 2100-01-01"),
        ({"inspectors": " "}, "inspectors", ""),
    ],
)
def test_a_visit_that_cannot_be_is_refused(union, firm, officer, facts, field, text):
    given = {"on": VISIT, "inspectors": "检查员甲"} | facts
    with pytest.raises(ValidationError) as refused:
        record_inspection(union=union, employer=firm, by=officer, **given)
    assert text in str(refused.value.message_dict[field])
    assert not Inspection.objects.exists()


def test_nobody_inspects_firms_out_of_reach_or_for_others(union, firm, officer, other_officer, other_union):
    with pytest.raises(PermissionDenied):
        record_inspection(union=other_union, employer=firm, on=VISIT, inspectors="甲", by=other_officer)
    with pytest.raises(PermissionDenied):
        record_inspection(union=other_union, employer=firm, on=VISIT, inspectors="甲", by=officer)


def test_a_hazard_is_found_answered_and_closed(hazard, officer):
    answered = record_reply(
        hazard=hazard, version="1", replied_on=dt.date(2026, 9, 5), reply="已下单更换", by=officer
    )
    assert standing_of(answered, dt.date(2026, 9, 15)) == "open"
    assert standing_of(answered, dt.date(2026, 9, 16)) == "overdue"
    closed = close_hazard(hazard=answered, version="2", closed_on=DUE, recheck="现场查看已更换", by=officer)
    assert (closed.closed_on, standing_of(closed, dt.date(2026, 10, 1))) == (DUE, "closed")
    for change in (edit_hazard, record_reply, close_hazard):
        with pytest.raises(ValidationError, match="已于 2026-09-15 销号"):
            change(hazard=closed, version="3", by=officer)
    with pytest.raises(ValidationError):
        reopen_hazard(hazard=closed, reason="错", by=officer)
    again = reopen_hazard(hazard=closed, reason="看错了车间", by=officer)
    assert (again.closed_on, again.recheck) == (None, "")
    with pytest.raises(ValidationError, match="没有销号"):
        reopen_hazard(hazard=again, reason="看错了车间", by=officer)
    actions = AuditEntry.objects.filter(action__startswith="rights.hazard").order_by("pk")
    assert [entry.action.split("_")[1] for entry in actions] == ["add", "reply", "close", "reopen"]
    assert faults() == []


@pytest.mark.parametrize(
    ("facts", "field", "text"),
    [
        ({"due_on": dt.date(2026, 8, 31)}, "due_on", "整改期限不能早于检查日期 2026-09-01"),
        ({"level": "HUGE"}, "level", "没有代码为“HUGE”的选项"),
        ({"what": ""}, "what", ""),
    ],
)
def test_a_hazard_that_cannot_be_is_refused(inspection, officer, facts, field, text):
    with pytest.raises(ValidationError) as refused:
        add_hazard(inspection=inspection, by=officer, **FACTS | facts)
    assert text in str(refused.value.message_dict[field])


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"closed_on": dt.date(2026, 8, 31), "recheck": "已更换"}, "复查销号日期不能早于"),
        (
            {"closed_on": dt.date(2100, 1, 1), "recheck": "已更换"},
            "复查销号日期不能晚于今天，现填 2100-01-01",
        ),
        ({"closed_on": DUE, "recheck": ""}, "复查销号日期和复查情况应一并填写"),
        ({"closed_on": dt.date(2026, 9, 4), "recheck": "已更换"}, "复查销号日期不能早于答复日期"),
    ],
)
def test_a_closing_that_cannot_be_is_refused(hazard, officer, facts, text):
    record_reply(hazard=hazard, version="1", replied_on=dt.date(2026, 9, 5), reply="已下单更换", by=officer)
    with pytest.raises(ValidationError, match=text):
        close_hazard(hazard=hazard, version="2", by=officer, **facts)
    assert Hazard.objects.get().closed_on is None


def test_a_visit_stays_before_the_deadlines_it_set(hazard, officer):
    with pytest.raises(ValidationError, match="检查日期不能晚于隐患的整改期限 2026-09-15"):
        edit_inspection(inspection=hazard.inspection, version="1", on=dt.date(2026, 9, 16), by=officer)


def test_a_firms_union_sees_what_the_town_found_and_changes_nothing(town, firm, officer, other_officer):
    hazard = HazardFactory(inspection=InspectionFactory(union=town, employer=firm))
    assert list(Hazard.objects.visible_to(officer)) == [hazard]
    assert list(Inspection.objects.visible_to(officer)) == [hazard.inspection]
    assert not Hazard.objects.editable_by(officer).exists()
    assert not Hazard.objects.visible_to(other_officer).exists()
    with pytest.raises(PermissionDenied):
        record_reply(hazard=hazard, version="1", replied_on=DUE, reply="已更换", by=officer)


def test_the_rate_asks_the_deadlines_of_the_period(union, other_union, officer):
    visit = InspectionFactory(union=union)
    in_time = HazardFactory(inspection=visit, closed_on=DUE, recheck="已更换")
    late = HazardFactory(inspection=visit, closed_on=dt.date(2026, 9, 16), recheck="已更换")
    still = HazardFactory(inspection=visit, due_on=dt.date(2026, 9, 30))
    HazardFactory(inspection=visit, due_on=dt.date(2026, 10, 1))
    elsewhere = HazardFactory(inspection=InspectionFactory(union=other_union))
    [rate] = SupervisionSection.indicators
    period = Period.parse("2026-09")
    assert list(rate.numerator(None, period)) == [in_time]
    assert set(rate.denominator(None, period)) == {in_time, late, still, elsewhere}
    assert set(rate.denominator([union.pk], period)) == {in_time, late, still}
    lines = hazard_lines([in_time, elsewhere], officer)
    assert [bool(line.url) for line in lines] == [True, False]


def test_invariants_find_days_before_the_visit_and_unknown_levels(hazard):
    Hazard.objects.filter(pk=hazard.pk).update(due_on=dt.date(2020, 1, 1), level="HUGE")
    assert [fault.split(" ", 1)[0] for fault in faults()] == ["Hazard", "rights.Hazard"]
