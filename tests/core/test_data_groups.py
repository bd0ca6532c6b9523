"""Groups of personal data: a draft comes with the software, the town office decides."""

import csv

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from core.data_groups import FILE, edit_data_group, load_data_groups, retention_months
from core.errors import RuleError
from core.models import DataGroup
from core.text import clean_text

UNDECIDED = "未定，由镇总工会填写"


@pytest.fixture
def roll(db):
    return DataGroup.objects.get(code="roll")


def test_the_draft_is_clean_and_invents_no_period():
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(value == clean_text(value) for row in rows for value in row.values())
    assert {row["basis"] for row in rows} <= set(DataGroup.Basis.values)
    assert all(row["source"] and row["purpose"] and row["retained_from"] for row in rows)
    # 网络安全法 21(3), taken widely (domain facts 17.2); 个人信息保护法 56
    assert {row["code"]: row["retention_months"] for row in rows if row["retention_months"]} == {
        "audit": "12", "requests": "36",
    }  # fmt: skip
    sensitive = {row["code"] for row in rows if row["is_sensitive"]}
    assert sensitive == {"hardship", "children", "pregnancy", "disability", "bank"}  # domain facts 17.1


def test_what_the_office_has_edited_is_not_loaded_over(clerk, roll):
    DataGroup.objects.filter(code="cases").update(title="旧草稿")
    edit_data_group(group=roll, version="1", by=clerk, title="名册", retention_months=24)
    load_data_groups()
    roll.refresh_from_db()
    assert (roll.title, roll.retention_months, roll.version) == ("名册", 24, 2)
    assert DataGroup.objects.get(code="cases").title == "诉求与维权"
    assert retention_months("roll") == 24
    assert retention_months("cases") is None


def test_an_edit_is_recorded_with_before_and_after(clerk, roll):
    edit_data_group(group=roll, version="1", by=clerk, retention_months=24, purpose=roll.purpose)
    entry = AuditEntry.objects.get(action="privacy.group_edit")
    assert (entry.object_id, entry.details) == (
        roll.pk, {"title": "会员名册", "changes": {"retention_months": [None, 24]}},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"retention_months": 0}, "retention_months"),
        ({"retention_months": 5000}, "retention_months"),
        ({"retention_months": 12, "retained_from": " "}, "retained_from"),
        ({"basis": "because"}, "basis"),
        ({"title": ""}, "title"),
    ],
)
def test_a_group_that_says_nothing_is_refused(clerk, roll, facts, field):
    with pytest.raises(ValidationError) as error:
        edit_data_group(group=roll, version="1", by=clerk, **facts)
    assert list(error.value.message_dict) == [field]
    roll.refresh_from_db()
    assert roll.version == 1


def test_a_stale_edit_and_a_reader_are_refused(clerk, officer, roll):
    edit_data_group(group=roll, version="1", by=clerk, retention_months=24)
    with pytest.raises(RuleError) as error:
        edit_data_group(group=roll, version="1", by=clerk, retention_months=36)
    assert error.value.code == "stale"
    with pytest.raises(PermissionDenied):
        edit_data_group(group=roll, version="2", by=officer, retention_months=36)


def test_officers_read_and_the_office_edits(client, officer, clerk, roll):
    client.force_login(officer)
    page = client.get(reverse("privacy:group_list")).content.decode()
    assert UNDECIDED in page
    address = reverse("privacy:group_edit", args=[roll.pk])
    assert address not in page
    assert client.get(address).status_code == 403
    client.force_login(clerk)
    form = client.get(address).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"retention_months": "24"}
    assert client.post(address, data).status_code == 302
    assert "24 个月" in client.get(reverse("privacy:group_list")).content.decode()
    again = client.post(address, data | {"retention_months": "36"})
    assert "请核对" in again.content.decode() or again.context["form"].non_field_errors()
    assert client.post(address, again.context["form"].data.dict()).status_code == 302
    assert retention_months("roll") == 36


def test_a_bad_period_stays_on_the_form(client, clerk, roll):
    client.force_login(clerk)
    address = reverse("privacy:group_edit", args=[roll.pk])
    form = client.get(address).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"retention_months": "5000"}
    answer = client.post(address, data)
    assert list(answer.context["form"].errors) == ["retention_months"]


def test_the_list_asks_one_query_for_all_groups(client, officer):
    client.force_login(officer)
    address = reverse("privacy:group_list")
    client.get(address)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    DataGroup.objects.exclude(code="roll").delete()
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    assert len(many) == len(one)
