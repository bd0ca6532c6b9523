"""The plan as data: fourteen measures in five groups, nothing invented, staff fill in what is missing."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.models import AuditEntry
from core.errors import RuleError
from core.reporting import indicators
from reform import services
from reform.models import Measure, Plan

# Slips of the pen in the source document (domain facts 1), which may not be copied.
SLIPS = ("阶段基础", "夯实是执政", "新阶段新群体", "集团", "开放型大格局", "部暑")


@pytest.fixture
def measure(db):
    return Measure.objects.get(number=4)


def entered(**changes):
    values = {"lead_unit": "镇总工会", "support_units": "", "target": "", "deadline": None}
    return {**values, **changes}


def test_fourteen_measures_in_five_groups(db):
    measures = list(Plan.objects.current().measures.order_by("number"))
    assert [measure.number for measure in measures] == list(range(1, 15))
    groups = [measure.group_number for measure in measures]
    assert groups == [1] * 4 + [2] * 2 + [3] * 3 + [4] * 2 + [5] * 3
    assert all(measure.tasks for measure in measures)


def test_nothing_is_invented(db):
    for measure in Measure.objects.all():
        assert (measure.lead_unit, measure.support_units, measure.target, measure.deadline) == (
            "",
            "",
            "",
            None,
        )


def test_no_slip_of_the_source_is_copied(db):
    words = "".join(
        f"{measure.title}{measure.deliverables}{measure.group_title}" for measure in Measure.objects.all()
    )
    assert [slip for slip in SLIPS if slip in words] == []


def test_every_indicator_of_a_measure_exists(db):
    named = {code for measure in Measure.objects.all() for code in measure.indicator_codes}
    assert named <= set(indicators())
    assert {"A1", "A2", "A3", "A4", "A5", "B1", "C1", "C2"} <= named
    of_the_roll = {"R1", *(f"M{number}" for number in range(1, 11))}  # these serve every measure
    assert set(indicators()) - named == of_the_roll


def test_loading_again_keeps_what_staff_have_entered(measure, clerk):
    services.edit_measure(measure, version="1", by=clerk, **entered())
    Measure.objects.filter(pk=measure.pk).update(title="旧标题")
    call_command("load_reference_data", verbosity=0)
    measure.refresh_from_db()
    assert (measure.lead_unit, measure.title) == ("镇总工会", "创新面向产业工人的工会工作")
    assert (Plan.objects.count(), Measure.objects.count()) == (1, 14)


def test_editing_is_recorded_and_checks_the_version(measure, clerk):
    deadline = dt.date(2027, 12, 31)
    services.edit_measure(measure, version="1", by=clerk, **entered(deadline=deadline))
    entry = AuditEntry.objects.order_by("-pk").first()
    assert (entry.action, entry.actor) == ("reform.measure_edit", clerk)
    assert entry.details["changes"] == {"lead_unit": ["", "镇总工会"], "deadline": [None, "2027-12-31"]}
    with pytest.raises(RuleError, match="已被其他人修改"):
        services.edit_measure(measure, version="1", by=clerk, **entered(target="别的"))
    measure.refresh_from_db()
    assert measure.target == ""


def test_the_plan_page_says_what_is_known_and_what_is_not(client, group_member, clerk, measure):
    client.force_login(group_member)
    page = client.get(reverse("reform:plan_detail")).content.decode()
    assert page.count("未报") == Measure.objects.filter(indicator_codes=[]).count()
    assert page.count("未填") == 14 * 4
    assert "无适用单位" in page
    assert reverse("reform:measure_edit", args=[measure.pk]) not in page
    client.force_login(clerk)
    url = reverse("reform:measure_edit", args=[measure.pk])
    client.post(url, {"lead_unit": "镇总工会", "deadline": "2027-12-31", "version": "1"})
    page = client.get(reverse("reform:plan_detail")).content.decode()
    assert page.count("未填") == 14 * 4 - 2
    assert "2027-12-31" in page


def test_bad_input_is_refused_in_place(client, clerk, measure):
    client.force_login(clerk)
    url = reverse("reform:measure_edit", args=[measure.pk])
    answer = client.post(url, {"deadline": "2027-02-30", "lead_unit": "长" * 61, "version": "1"})
    assert set(answer.context["form"].errors) == {"deadline", "lead_unit"}
    measure.refresh_from_db()
    assert measure.version == 1


@pytest.mark.parametrize("role", ["officer", "group_member", "handler", "sysadmin"])
def test_only_staff_edit_the_plan(client, request, measure, role):
    client.force_login(request.getfixturevalue(role))
    url = reverse("reform:measure_edit", args=[measure.pk])
    assert client.get(url).status_code == 403
    assert client.post(url, {"lead_unit": "甲", "version": "1"}).status_code == 403
    measure.refresh_from_db()
    assert measure.lead_unit == ""
