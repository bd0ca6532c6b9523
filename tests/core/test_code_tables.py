"""Code tables as the town office keeps them: added, renamed, withdrawn, never lost, never taken over by a release."""

import datetime as dt

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import AuditEntry
from core import codes, coding
from core.codetables import TABLES, fields_using
from core.errors import RuleError
from core.models import Code, CodeAlias, CodeRelease
from core.widgets import CodeWidget
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 1, 1)
TABLE = "employment_form"


def today():
    return timezone.localdate()


def add(clerk, **changes):
    facts = {"table": TABLE, "code": "Z01", "name": "季节性用工", "valid_from": DAY}
    return coding.add_code(by=clerk, **(facts | changes))


def faults(error):
    return getattr(error.value, "message_dict", {"": error.value.messages})


def code_of(name, table=TABLE):
    return Code.objects.get(table=table, name=name)


def meaning(text, table=TABLE):
    return CodeWidget(table).clean(text)


def test_every_file_is_a_known_table_and_every_coded_field_exists():
    assert {path.stem for path in (codes.DATA / "codes").glob("*.csv")} == set(TABLES)
    assert set(settings.CODED_FIELDS) <= set(TABLES)
    for table in settings.CODED_FIELDS:
        assert all(str(use) and use.counts() == {} for use in fields_using(table))
    assert callable(import_string(settings.AUDIT_RECORDER))


def test_a_local_code_is_offered_imported_and_audited(clerk):
    code = add(clerk, code=" ｚ０１ ", name=" 季节性\u200b用工 ", standard="镇总工会〔2026〕1号")
    assert (code.code, code.name, code.is_local, code.standard) == (
        "Z01",
        "季节性用工",
        True,
        "镇总工会〔2026〕1号",
    )
    assert codes.offered(TABLE)[-1] == ("Z01", "季节性用工")
    assert meaning("季节性用工") == meaning("z01") == "Z01"
    entry = AuditEntry.objects.get(action="codes.add")
    assert (entry.actor, entry.object_id, entry.details["name"]) == (clerk, code.pk, "季节性用工")


@pytest.mark.parametrize(
    ("changes", "field", "part"),
    [
        ({"code": ""}, "code", "只能用数字和字母"),
        ({"code": "季节"}, "code", "只能用数字和字母"),
        ({"code": "Z0123456789"}, "code", "1 至 10 位"),
        ({"code": "11"}, "code", "已用于“劳动合同-固定期限”"),
        ({"name": " \u200b"}, "name", "没有填写"),
        ({"name": "季" * 51}, "name", "最多 50 个字，现有 51 个字"),
        ({"name": "劳务 派遣"}, "name", "已是代码 30“劳务派遣”"),
        ({"name": "30"}, "name", "已是代码 30“劳务派遣”"),
        ({"name": "派遣工"}, "name", "已是“劳务派遣”的别名"),
        ({"standard": "依" * 201}, "standard", "最多 200 个字"),
    ],
)
def test_what_a_local_code_may_not_be(clerk, changes, field, part):
    CodeAlias.objects.get_or_create(table=TABLE, text="派遣工", defaults={"code": "30"})
    before = Code.objects.count()
    with pytest.raises(RuleError) as error:
        add(clerk, **changes)
    assert list(faults(error)) == [field]
    assert part in faults(error)[field][0]
    assert Code.objects.count() == before


def test_all_tables_are_read_in_two_statements_as_their_names_are(db, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = codes.read_tables(TABLES)
    assert {name: table.names() for name, table in found.items()} == {
        name: codes.names(name) for name in TABLES
    }
    assert {name: [(row.code, row.name) for row in table.usable] for name, table in found.items()} == {
        name: codes.choices(name) for name in TABLES
    }


@pytest.mark.parametrize("table", [name for name, table in TABLES.items() if table.closed])
def test_tables_the_software_knows_take_no_new_code_and_lose_none(clerk, table):
    with pytest.raises(RuleError, match="本表不能增加或停用代码"):
        add(clerk, table=table)
    code = Code.objects.filter(table=table).first()
    with pytest.raises(RuleError, match="本表不能增加或停用代码"):
        coding.withdraw_code(code=code, version="1", on=today(), by=clerk)
    assert coding.rename_code(code=code, version="1", name="换个名称", by=clerk).name == "换个名称"
    assert coding.add_alias(code=code, text="又一种写法", by=clerk).code == code.code


def test_a_withdrawn_code_keeps_its_name_is_not_offered_and_refused_by_imports(clerk):
    code, until = code_of("业务外包人员"), today()
    CodeAlias.objects.get_or_create(table=TABLE, text="外包", defaults={"code": code.code})
    later = until + dt.timedelta(days=1)
    coding.withdraw_code(code=code, version="1", on=later, by=clerk)
    assert meaning("外包") == code.code
    coding.reinstate_code(code=code, version="2", by=clerk)
    coding.withdraw_code(code=code, version="3", on=until, by=clerk)
    assert codes.names(TABLE)[code.code] == "业务外包人员"
    assert code.code not in dict(codes.offered(TABLE))
    assert (code.code, "业务外包人员") in codes.offered(TABLE, stored=code.code)
    for text in ("业务外包人员", "外包", code.code):
        with pytest.raises(RuleError, match=f"“{text}”已于 {until} 停用"):
            meaning(text)
    coding.reinstate_code(code=code, version="4", by=clerk)
    assert meaning("外包") == code.code
    actions = AuditEntry.objects.filter(action__startswith="codes.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["codes.withdraw", "codes.reinstate"] * 2


def test_a_code_to_come_is_refused_with_its_day(clerk):
    later = today() + dt.timedelta(days=10)
    add(clerk, valid_from=later)
    assert "Z01" not in dict(codes.offered(TABLE))
    with pytest.raises(RuleError, match=f"自 {later} 起才能使用"):
        meaning("季节性用工")


def test_withdrawing_is_refused_backwards_twice_and_for_the_last_one(clerk):
    code = add(clerk, valid_from=today())
    for on, part in (
        (today() - dt.timedelta(days=1), "不能早于今天"),
        (today(), "应晚于启用日期"),
    ):
        with pytest.raises(RuleError, match=part):
            coding.withdraw_code(code=code, version="1", on=on, by=clerk)
    on = today() + dt.timedelta(days=5)
    coding.withdraw_code(code=code, version="1", on=on, by=clerk)
    with pytest.raises(RuleError, match="已定于"):
        coding.withdraw_code(code=code, version="2", on=on, by=clerk)
    Code.objects.filter(table=TABLE).exclude(code="30").update(valid_to=today())
    with pytest.raises(RuleError, match="最后一个可用的代码"):
        coding.withdraw_code(code=code_of("劳务派遣"), version="1", on=on, by=clerk)


def test_a_name_taken_meanwhile_keeps_a_code_from_coming_back(clerk):
    code = code_of("业务外包人员")
    coding.withdraw_code(code=code, version="1", on=today(), by=clerk)
    add(clerk, name="业务外包人员")
    with pytest.raises(RuleError, match="不能恢复：“业务外包人员”已是代码 Z01"):
        coding.reinstate_code(code=code, version="2", by=clerk)
    assert meaning("业务外包人员") == "Z01"


def test_two_clerks_at_one_code_do_not_overwrite_each_other(clerk):
    code = code_of("劳务派遣")
    coding.rename_code(code=code, version="1", name="派遣用工", by=clerk)
    with pytest.raises(RuleError, match="已被其他人修改"):
        coding.rename_code(code=code, version="1", name="派遣", by=clerk)
    assert codes.names(TABLE)["30"] == "派遣用工"


def test_an_alias_means_its_code_until_it_is_removed(clerk):
    code = code_of("劳务派遣")
    alias = coding.add_alias(code=code, text="（劳务公司）派来", by=clerk)
    assert meaning("(劳务公司)派来") == "30"
    for text, part in (
        ("劳务派遣", "已经认作“劳务派遣”"),
        ("（劳务公司） 派来", "已经认作“劳务派遣”"),
        ("其他", "已是代码 90“其他”"),
        ("", "没有填写"),
    ):
        with pytest.raises(RuleError) as error:
            coding.add_alias(code=code, text=text, by=clerk)
        assert part in faults(error)["text"][0]
    coding.remove_alias(alias=alias, by=clerk)
    with pytest.raises(RuleError, match="不在可选值中"):
        meaning("(劳务公司)派来")
    shipped = CodeAlias.objects.filter(table=TABLE).first()
    with pytest.raises(RuleError, match="随软件提供的别名不能删除"):
        coding.remove_alias(alias=shipped, by=clerk)


def test_a_new_release_refreshes_national_rows_and_spares_what_the_office_did(clerk, monkeypatch, tmp_path):
    local = add(clerk)
    coding.rename_code(code=code_of("劳务派遣"), version="1", name="派遣用工", by=clerk)
    coding.withdraw_code(code=code_of("业务外包人员"), version="1", on=today(), by=clerk)
    shipped = CodeAlias.objects.filter(table=TABLE).exclude(code="20").first()
    CodeAlias.objects.filter(pk=shipped.pk).update(is_local=True, code="20")
    folder = _copy_of_data(tmp_path)
    path = folder / "codes" / f"{TABLE}.csv"
    text = path.read_text(encoding="utf-8").replace("非全日制用工", "非全日制")
    lines = [line for line in text.splitlines() if not line.startswith("70,")]
    path.write_text(
        "\n".join([*lines, "Z01,国家后来的代码,新标准,99", "95,新国家代码,新标准,98"]), encoding="utf-8"
    )
    monkeypatch.setattr(codes, "DATA", folder)
    releases = CodeRelease.objects.count()

    codes.load_reference_data()

    assert CodeRelease.objects.count() == releases + 1
    names = codes.names(TABLE)
    assert (names["20"], names["30"], names["95"]) == ("非全日制", "派遣用工", "新国家代码")
    assert (names["Z01"], Code.objects.get(pk=local.pk).is_local) == ("季节性用工", True)
    assert code_of("业务外包人员").valid_to == today()
    assert code_of("实习/学徒").valid_to == today()
    assert CodeAlias.objects.get(pk=shipped.pk).code == "20"
    codes.load_reference_data()
    assert CodeRelease.objects.count() == releases + 1
    back = coding.rename_code(
        code=Code.objects.get(table=TABLE, code="30"), version="2", name="劳务派遣", by=clerk
    )
    assert back.name == back.shipped_name


def _copy_of_data(tmp_path):
    folder = tmp_path / "data"
    for path in [*codes.DATA.glob("*.csv"), *(codes.DATA / "codes").glob("*.csv")]:
        target = folder / path.relative_to(codes.DATA)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return folder


def test_pages_offer_groups_of_education_and_keep_the_finer_code_of_a_record():
    assert [code for code, _ in codes.offered("education")] == [
        "90",
        "80",
        "70",
        "40",
        "60",
        "30",
        "20",
        "10",
    ]
    assert codes.offered("education", stored="61")[0] == ("61", "普通高中毕业")
    assert codes.offered("education", stored="60") == codes.offered("education")


@pytest.mark.parametrize("actor", ["officer", "federation_officer", "group_member", "sysadmin"])
def test_only_the_town_office_changes_codes(request, actor):
    by = request.getfixturevalue(actor)
    code, alias = code_of("劳务派遣"), CodeAlias.objects.filter(table=TABLE).first()
    for call in (
        lambda: add(by),
        lambda: coding.rename_code(code=code, version="1", name="派遣", by=by),
        lambda: coding.withdraw_code(code=code, version="1", on=today(), by=by),
        lambda: coding.reinstate_code(code=code, version="1", by=by),
        lambda: coding.add_alias(code=code, text="派", by=by),
        lambda: coding.remove_alias(alias=alias, by=by),
    ):
        with pytest.raises(PermissionDenied):
            call()


def test_uses_are_counted_over_all_records(union):
    EmployerFactory(union=union, industry="C")
    worker = WorkerFactory(employer=EmployerFactory(union=union, industry="C"), education="61")
    worker.employments.update(form="30")
    (use,) = fields_using("industry_section")
    assert (str(use), use.counts()) == ("用人单位·所属行业", {"C": 2})
    assert fields_using("education")[0].counts() == {"61": 1}
    assert fields_using(TABLE)[0].counts() == {"30": 1}
