"""Pages of code tables and written rules: works, reader refused, bad input, once only, flat query count."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from core import codes, coding, definitions
from core.errors import RuleError
from core.models import Code, CodeAlias, Definition
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

pytestmark = pytest.mark.django_db
TABLE = "employment_form"
DAY = dt.date(2026, 1, 1)


@pytest.fixture
def code(clerk):
    return coding.add_code(table=TABLE, code="Z01", name="季节性用工", valid_from=DAY, by=clerk)


def page(client, name, *args, status=200):
    response = client.get(reverse(name, args=args))
    assert response.status_code == status
    return response.content.decode()


def test_the_list_says_what_uses_a_table_and_how_many_codes_it_has(client, officer, code):
    client.force_login(officer)
    text = page(client, "codes:table_list")
    assert "就业经历·用工形式" in text
    assert "职工·民族" in text
    assert text.count("不可增加") == 9


def test_a_reader_sees_the_codes_and_no_way_to_change_them(client, officer, code):
    client.force_login(officer)
    text = page(client, "codes:table_detail", TABLE)
    assert "季节性用工" in text
    assert "2026-01-01 起" in text
    for name in ("codes:code_rename", "codes:code_withdraw", "codes:alias_create"):
        assert reverse(name, args=[code.pk]) not in text
    assert reverse("codes:table_usage", args=[TABLE]) not in text
    assert page(client, "codes:table_usage", TABLE, status=403)


def test_a_closed_table_says_why(client, clerk):
    client.force_login(clerk)
    text = page(client, "codes:table_detail", "id_document_type")
    assert "本表不能增加或停用代码" in text
    assert reverse("codes:code_create", args=["id_document_type"]) not in text
    client.post(reverse("codes:code_create", args=["id_document_type"]), {
        "code": "999", "name": "试验证", "valid_from": "2026-01-01"
    })  # fmt: skip
    assert not Code.objects.filter(code="999").exists()


@pytest.mark.parametrize("table", ["nowhere", "Sex", "sex%20"])
def test_an_unknown_table_is_not_found(client, clerk, table):
    client.force_login(clerk)
    assert client.get(f"/codes/{table}/").status_code == 404


def test_a_code_goes_through_its_life_on_the_pages(client, clerk):
    client.force_login(clerk)
    table_page = reverse("codes:table_detail", args=[TABLE])
    data = {"code": "z02", "name": "共享用工", "valid_from": "2026年1月1日", "once": "k"}
    for _ in range(2):
        assert client.post(reverse("codes:code_create", args=[TABLE]), data).url == table_page
    code = Code.objects.get(code="Z02")
    for name, fields in (
        ("codes:code_rename", {"name": "共享员工", "version": "1"}),
        ("codes:alias_create", {"text": "借调"}),
        ("codes:code_withdraw", {"on": f"{timezone.localdate()}", "version": "2"}),
        ("codes:code_reinstate", {"version": "3"}),
    ):
        assert client.post(reverse(name, args=[code.pk]), fields).url == table_page
    alias = CodeAlias.objects.get(text="借调")
    assert client.post(reverse("codes:alias_remove", args=[alias.pk])).url == table_page
    code.refresh_from_db()
    assert (code.name, code.valid_to, code.version) == ("共享员工", None, 4)
    assert AuditEntry.objects.filter(object_type="core.code", object_id=code.pk).count() == 6


@pytest.mark.parametrize(
    ("name", "data", "part"),
    [
        ("codes:code_create", {"code": "30", "name": "x", "valid_from": "2026-13-01"}, "日历上没有"),
        (
            "codes:code_create",
            {"code": "30", "name": "又一种", "valid_from": "2026-01-01"},
            "已用于“劳务派遣”",
        ),
        ("codes:code_rename", {"name": "劳务派遣", "version": "1"}, "已是代码 30"),
        ("codes:code_rename", {"name": "短期用工", "version": "0"}, "已被其他人修改"),
        ("codes:code_withdraw", {"on": "2020-01-01", "version": "1"}, "不能早于今天"),
        ("codes:code_withdraw", {"on": "", "version": "1"}, "这个字段是必填项"),
        ("codes:alias_create", {"text": "\u200b"}, "没有填写"),
    ],
)
def test_bad_input_comes_back_with_its_reason_and_changes_nothing(client, clerk, code, name, data, part):
    client.force_login(clerk)
    before = list(Code.objects.filter(table=TABLE).values())
    response = client.post(
        reverse(name, args=[TABLE if name.endswith("create") and "code" in data else code.pk]), data
    )
    assert response.status_code == 200
    assert part in response.content.decode()
    assert list(Code.objects.filter(table=TABLE).values()) == before


def test_uses_are_counted_on_demand(client, clerk, union):
    WorkerFactory(education="61", employer=EmployerFactory(union=union))
    client.force_login(clerk)
    text = page(client, "codes:table_usage", "education")
    assert "61 普通高中毕业" in text
    assert "职工·学历" in text
    assert "没有记录使用本表的代码" in page(client, "codes:table_usage", "economy_kind")


@pytest.mark.parametrize("name", ["codes:table_list", "codes:table_detail", "codes:definition_list"])
def test_pages_cost_the_same_for_few_and_many_codes(client, clerk, name):
    client.force_login(clerk)
    url = reverse(name, args=[TABLE] if name == "codes:table_detail" else [])

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    queries()
    few = queries()
    for place in range(3):
        code = coding.add_code(
            table=TABLE, code=f"Z1{place}", name="用工" + "甲乙丙"[place], valid_from=DAY, by=clerk
        )
        coding.add_alias(code=code, text="别名" + "甲乙丙"[place], by=clerk)
        Definition.objects.create(
            code="key_post", title="关键岗位", text="x" * 10, valid_from=DAY.replace(day=place + 2)
        )
    assert queries() == few


def test_the_rules_come_with_the_software_and_say_what_is_not_settled(client, officer):
    client.force_login(officer)
    text = page(client, "codes:definition_list")
    for title in ("关键岗位", "产业工人", "农民工", "劳务派遣人员的统计"):
        assert title in text
    assert text.count("待镇总工会确认") >= 4
    assert reverse("codes:definition_create", args=["key_post"]) not in text


def test_a_new_wording_holds_from_its_day_and_the_old_one_stays(client, clerk):
    client.force_login(clerk)
    day = timezone.localdate() + dt.timedelta(days=3)
    old = definitions.wording("key_post")
    data = {
        "text": "单位书面\u200b清单上的岗位。\r\n清单报镇总工会。",
        "valid_from": f"{day:%Y/%m/%d}",
        "source": "镇总工会会议",
        "once": "k",
    }
    for _ in range(2):
        response = client.post(reverse("codes:definition_create", args=["key_post"]), data)
        assert response.url == reverse("codes:definition_list")
    assert definitions.wording("key_post") == old
    assert definitions.wording("key_post", on=day) == "单位书面清单上的岗位。\n清单报镇总工会。"
    assert definitions.wording("key_post", on=dt.date(1990, 1, 1)) == ""
    text = page(client, "codes:definition_list")
    assert "尚未施行" in text
    entry = AuditEntry.objects.get(action="codes.definition")
    assert (entry.details["before"], entry.details["title"]) == (old, "关键岗位")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "太短"}, "text"),
        ({"text": "长" * 2001}, "text"),
        ({"valid_from": dt.date(2020, 11, 6)}, "valid_from"),
        ({"source": " "}, "source"),
    ],
)
def test_a_poor_wording_is_refused_by_field(clerk, changes, field):
    facts = {
        "code": "industrial",
        "text": "第二产业一线工人，按工资为生。",
        "valid_from": DAY,
        "source": "会议",
    }
    with pytest.raises(RuleError) as error:
        definitions.issue_wording(by=clerk, **(facts | changes))
    assert list(error.value.message_dict) == [field]
    assert Definition.objects.filter(code="industrial").count() == 1


def test_the_same_wording_again_is_no_new_rule(clerk):
    text = definitions.wording("industrial")
    with pytest.raises(RuleError, match="文字相同"):
        definitions.issue_wording(code="industrial", text=text, valid_from=DAY, source="会议", by=clerk)


def test_loading_again_keeps_the_wordings_of_the_office(clerk):
    Definition.objects.filter(code="migrant").update(text="本镇自己的写法，仍在施行。")
    from_file = len(definitions.words())
    codes.load_reference_data()
    assert definitions.wording("migrant") == "本镇自己的写法，仍在施行。"
    assert len(definitions.words()) == from_file
