"""The organisation form: the facts beyond the tree's columns, cleaned, checked, compared and audited."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from core.models import Code
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions import queries, services
from unions.forms import UnionForm
from unions.models import OrgType, Union, UnionProfile

FULL = {
    "name": "丙厂工会委员会", "short_name": "丙厂", "org_type": "31", "credit_code": "81330382MJ2M00011P",
    "founded_on": "2020-05-01", "declared_members": "30", "head_name": "试甲", "head_phone": "16000000001",
    "can_register": "on", "address": " 南岳镇演示路1号 ", "email": "gh@example.cn", "preparing_from": "2020-03-01",
    "approval_number": "南工〔2020〕5号", "founding_way": "2", "full_time_cadres": "1",
    "declared_employees": "40", "declared_women": "15", "declared_women_members": "12",
    "declared_migrants": "20", "has_audit_committee": "1", "has_women_committee": "0", "has_congress": "",
    "has_supervision_committee": "1", "opens_affairs": "1", "has_contract": "0",
}  # fmt: skip


def create(client, parent, **changes):
    return client.post(reverse("unions:union_create"), {**FULL, "parent": parent.pk, **changes})


def test_the_whole_form_is_kept_and_shown(client, clerk, federation):
    client.force_login(clerk)
    union = Union.objects.get(pk=create(client, federation).url.rstrip("/").split("/")[-1])
    profile = union.profile
    assert (profile.address, profile.email, profile.approval_number, profile.founding_way) == (
        "南岳镇演示路1号", "gh@example.cn", "南工〔2020〕5号", "2",
    )  # fmt: skip
    assert (profile.has_audit_committee, profile.has_women_committee, profile.has_congress) == (
        True,
        False,
        None,
    )
    assert (profile.preparing_from, profile.full_time_cadres) == (dt.date(2020, 3, 1), 1)
    changes = AuditEntry.objects.get(action="unions.create").details["changes"]
    assert changes["approval_number"] == ["", "南工〔2020〕5号"]
    assert changes["has_women_committee"] == [None, False]
    page = client.get(union.get_absolute_url()).content.decode()
    for text in ("南工〔2020〕5号", "网上", "gh@example.cn", "2020-03-01"):
        assert text in page


def test_an_edit_changes_and_empties_and_the_form_shows_what_is_kept(client, clerk, federation):
    client.force_login(clerk)
    union = Union.objects.get(pk=create(client, federation).url.rstrip("/").split("/")[-1])
    url = reverse("unions:union_edit", args=[union.pk])
    form = client.get(url).context["form"]
    data = {field.name: field.value() for field in form if field.value() is not None}
    assert {name: str(data[name]) for name in ("has_audit_committee", "has_women_committee")} == {
        "has_audit_committee": "1", "has_women_committee": "0",
    }  # fmt: skip
    assert (
        client.post(url, {**data, "has_contract": "", "declared_women": "", "email": ""}).status_code == 302
    )
    profile = UnionProfile.objects.get(union=union)
    assert (profile.has_contract, profile.declared_women, profile.email) == (None, None, "")
    assert (profile.has_audit_committee, profile.declared_employees) == (True, 40)
    assert AuditEntry.objects.get(action="unions.edit").details["changes"] == {
        "has_contract": [False, None],
        "declared_women": [15, None],
        "email": ["gh@example.cn", ""],
    }
    assert client.post(url, data).context["form"].non_field_errors()


def test_nothing_filled_in_leaves_no_row(clerk, federation):
    union = services.create_union(
        name="丁厂工会",
        org_type=OrgType.GRASSROOTS,
        parent=federation,
        by=clerk,
        address="",
        has_congress=None,
    )
    assert not UnionProfile.objects.exists()
    services.edit_union(union=union, version="1", by=clerk, short_name="丁", has_congress=True)
    assert queries.profile_of(union).has_congress


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"preparing_from": "2020-05-02"}, "preparing_from", "筹备组成立日期不能晚于建会日期 2020-05-01"),
        ({"preparing_from": "2999-01-01", "founded_on": ""}, "preparing_from", "日期不能晚于今天，现填 2999-01-01"),
        ({"declared_women": "41"}, "declared_women", "申报女职工数 41 多于申报职工数 40，请核对"),
        ({"declared_migrants": "41"}, "declared_migrants", "申报农民工数 41 多于申报职工数 40，请核对"),
        ({"declared_women_members": "31"}, "declared_women_members",
         "申报女会员数 31 多于申报会员数 30，请核对"),
        ({"email": "不是邮箱"}, "email", "输入一个有效的 Email 地址。"),
        ({"full_time_cadres": "-1"}, "full_time_cadres", "不能小于 0。"),
        ({"has_congress": "2"}, "has_congress", None),
        ({"credit_code": "91330382MA2H12349Y"}, "credit_code",
         "这是单位的代码，不是工会的代码。工会的统一社会信用代码以 81 或 89 开头，请核对。"),
    ],
)  # fmt: skip
def test_a_refusal_stands_at_its_field_and_stores_nothing(client, clerk, federation, changes, field, message):
    client.force_login(clerk)
    errors = create(client, federation, **changes).context["form"].errors
    assert list(errors) == [field]
    assert message is None or errors[field] == [message]
    assert not Union.objects.filter(name=FULL["name"]).exists()
    assert not UnionProfile.objects.exists()


def test_types_come_from_the_code_table(clerk, town, union):
    def offered(instance=None):
        form = UnionForm(parents=Union.objects.all()) if instance is None else UnionForm(instance=instance)
        return dict(form.fields["org_type"].choices)

    Code.objects.filter(table="union_org_type", code="31").update(name="独立基层工会（改名）")
    Code.objects.filter(table="union_org_type", code="34").update(valid_to=timezone.localdate())
    assert offered()["31"] == "独立基层工会（改名）"
    assert "34" not in offered()
    assert "10" not in offered()
    assert "34" in offered(UnionFactory(parent=union, org_type=OrgType.GROUP))


def test_declared_beside_counted_with_the_difference(client, clerk, union, federation):
    firm = EmployerFactory(union=union)
    WorkerFactory.create_batch(2, employer=firm, sex="2", is_migrant=True)
    WorkerFactory(employer=firm, sex="1", member=False)
    services.edit_union(
        union=union, version="1", by=clerk, declared_members=1, declared_employees=3, declared_women=2
    )
    rows = queries.comparisons_of(Union.objects.get(pk=union.pk), queries.profile_of(union))
    assert [(row.title, row.declared, row.counted, row.difference) for row in rows] == [
        ("职工", 3, 3, 0),
        ("女职工", 2, 2, 0),
        ("农民工", None, 2, None),
        ("会员", 1, 2, 1),
        ("女会员", None, 2, None),
    ]
    client.force_login(clerk)
    assert "多 1" in client.get(union.get_absolute_url()).content.decode()
    above = queries.comparisons_of(federation, queries.profile_of(federation))
    assert {row.counted for row in above} == {None}


def test_other_edits_stay_with_town_staff(client, officer, federation_officer, union):
    for user in (officer, federation_officer):
        client.force_login(user)
        assert client.post(reverse("unions:union_edit", args=[union.pk]), FULL).status_code == 403
    assert not UnionProfile.objects.exists()
