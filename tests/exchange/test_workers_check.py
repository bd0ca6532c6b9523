"""附件四 is checked whole: every problem with its row and column, nothing written."""

import datetime as dt

import pytest

from exchange import services
from exchange.models import ImportRun
from tests.exchange.sheets import FIRM, NUMBER, applied, member, member_book, messages_of, upload
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from workers.models import Employment, IdentityDocument, Membership, Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


def test_the_form_as_circulated_is_read_without_editing(firm, union, officer):
    run = upload(officer, union, member_book([member(1), member(2), member(3)]))
    assert (run.state, run.rows, run.new, run.failed) == ("checked", 3, 3, 0)
    assert [line.number for line in run.lines.order_by("number")] == [5, 6, 7]
    assert run.header["titles"][7] == "证件号码 (填写18位身份证)"


def test_rows_below_a_note_in_the_middle_are_read(firm, union, officer):
    run = upload(officer, union, member_book([member(1), member(2), member(3)], footer_after=1))
    assert [line.number for line in run.lines.order_by("number")] == [5, 7, 8]


def test_checking_writes_nothing_to_the_roll(firm, union, officer):
    upload(officer, union, member_book([member(1)]))
    models = (Worker, IdentityDocument, Employment, Membership)
    assert [model.objects.count() for model in models] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"c1": ""}, [("姓名", "name.blank")]),
        ({"c1": "试甲1"}, [("姓名", "name.digit")]),
        ({"c2": "男女"}, [("性别", "sex.unknown_code")]),
        ({"c3": "1990/02/30"}, [("出生日期", "birth_date.no_such_day")]),
        ({"c3": "1991/01/05"}, [("出生日期", "birth_date.disagrees")]),
        ({"c4": "火星族"}, [("民族", "ethnicity.unknown_code")]),
        ({"c5": "退休"}, [("就业状况", "employment_status.retired_joins")]),
        ({f"c{NUMBER}": ""}, [("证件号码", "number.blank")]),
        ({f"c{NUMBER}": "330382199001010016"}, [("证件号码", "number.check_digit")]),
        ({f"c{NUMBER}": 330382199001010015}, [("证件号码", "number.numeric_cell")]),
        ({"c10": "12345"}, [("移动电话", "phone.length")]),
        ({"c13": "入伙"}, [("会籍变化类型", "change.unknown_code")]),
        ({"c13": "转出"}, [("会籍变化类型", "change.unknown_person")]),
        ({"c14": ""}, [("会籍变化日期", "on.blank")]),
        ({"c14": "2098/01/01"}, [("会籍变化日期", "on.future")]),
        ({"c14": "1999/01/01"}, [("会籍变化日期", "on.under_age")]),
        ({f"c{FIRM}": "别处有限公司"}, [("工作单位", "employer.unknown_employer")]),
    ],
)
def test_a_broken_row_in_the_middle_is_named(firm, union, officer, changes, expected):
    run = upload(officer, union, member_book([member(1), member(2, **changes), member(3)]))
    assert messages_of(run) == [(6, column, code) for column, code in expected]
    assert (run.rows, run.new, run.failed) == (3, 2, 1)


def test_all_problems_of_a_file_are_found_at_once(firm, union, officer):
    run = upload(officer, union, member_book([member(1, c1="", c10="1"), member(2, c4="无名族", c8="仙学")]))
    assert messages_of(run) == [
        (5, "姓名", "name.blank"),
        (5, "移动电话", "phone.length"),
        (6, "民族", "ethnicity.unknown_code"),
        (6, "学历", "education.unknown_code"),
    ]


def test_numbers_and_phones_in_messages_are_masked(firm, union, officer):
    run = upload(officer, union, member_book([member(1, c7="330382199001010016", c10="23800000000")]))
    values = [problem["value"] for problem in run.lines.get().problems]
    assert values == ["238****0000", "330*************16"]


def test_two_rows_about_one_person_name_each_other(firm, union, officer):
    twin = member(1)
    run = upload(officer, union, member_book([member(1), member(2), twin]))
    assert messages_of(run) == [(5, "证件号码", "duplicate"), (7, "证件号码", "duplicate")]
    assert "第 5、7 行" in run.lines.get(number=5).problems[0]["message"]


def test_a_firm_is_found_whatever_the_width_of_its_brackets(union, officer):
    EmployerFactory(name="甲厂（乐清）有限公司", name_key="甲厂(乐清)有限公司", union=union)
    run = upload(officer, union, member_book([member(1, c17="甲厂(乐清)有限公司 ")]))
    assert run.new == 1


def test_an_empty_firm_is_refused_where_the_union_has_several(firm, union, officer):
    EmployerFactory(union=union)
    run = upload(officer, union, member_book([member(1)]))
    assert messages_of(run) == [(5, "工作单位", "employer.blank")]


def test_the_form_of_another_union_is_not_taken_for_ones_own(firm, union, officer):
    run = upload(officer, union, member_book([member(1)], filled_by="乙厂有限公司"))
    assert run.failed == 1
    assert "乙厂有限公司" in run.header["notices"][-1]


def test_rows_with_firms_of_another_union_are_refused_like_unknown_ones(firm, union, other_union, officer):
    EmployerFactory(name="乙厂有限公司", name_key="乙厂有限公司", union=other_union)
    run = upload(officer, union, member_book([member(1, c17="乙厂有限公司"), member(2, c17="无此公司")]))
    first, second = (line.problems[0] for line in run.lines.order_by("number"))
    assert first["message"].replace("乙厂有限公司", "X") == second["message"].replace("无此公司", "X")


def test_a_person_of_another_union_gives_a_conflict_that_says_nothing(firm, union, other_union, officer):
    number = member(1)[NUMBER]
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union), document=number)
    run = upload(officer, union, member_book([member(1)]))
    line = run.lines.get()
    assert (line.verdict, line.target_id, line.before) == ("conflict", None, None)
    assert line.problems[-1]["message"] == "该人员无法在此录入，已告知镇总工会。"
    assert other_union.name not in str(line.problems)
    stranger.refresh_from_db()
    assert stranger.version == 1


def test_a_known_person_is_unchanged_or_changed_field_by_field(firm, union, officer):
    applied(upload(officer, union, member_book([member(1), member(2)])), officer)
    again = upload(officer, union, member_book([member(1), member(2, c8="大专", c10="13811112222")]))
    assert (again.new, again.changed, again.unchanged) == (0, 1, 1)
    line = again.lines.get(verdict="changed")
    kind = again.kind_class(by=officer, union=union, today=dt.date(2026, 1, 1))
    assert kind.describe(line.before, line.values) == [
        ("学历", "普通高中毕业", "大学专科毕业"),
        ("移动电话", "*******0002", "*******2222"),
    ]


def test_blank_cells_leave_what_is_on_the_roll(firm, union, officer):
    applied(upload(officer, union, member_book([member(1)])), officer)
    again = upload(officer, union, member_book([member(1, c8="", c12="", c18="")]))
    assert again.unchanged == 1


def test_a_missing_column_is_named_with_the_columns_found(firm, union, officer):
    rows = [[*row[:7], *row[8:]] for row in (member(1),)]
    run = upload(officer, union, _without_number_column(rows))
    assert run.state == ImportRun.State.MAPPING
    assert "缺少必需的列：证件号码" in run.error
    assert "现有的列：姓名、性别" in run.error


def _without_number_column(rows):
    titles = ["姓名", "性别", "出生日期", "会籍变化类型", "会籍变化日期"]
    lines = [titles, *[[row[1], row[2], row[3], row[12], row[13]] for row in rows]]
    return "\n".join(",".join(line) for line in lines).encode("gb18030")


def test_counts_add_up_and_mending_a_cell_checks_the_row_again(firm, union, officer):
    run = upload(officer, union, member_book([member(1, c8="仙学"), member(2)]))
    assert (run.rows, run.new, run.failed) == (2, 1, 1)
    assert services.mend(run=run, number=5, texts={"education": "高中"}, by=officer) == [5]
    run.refresh_from_db()
    assert (run.lines.get(number=5).verdict, run.new, run.failed) == ("new", 2, 0)


def test_mending_one_of_two_twins_frees_both(firm, union, officer):
    run = upload(officer, union, member_book([member(1), member(1)]))
    services.mend(run=run, number=6, texts={"number": member(2)[NUMBER], "sex": member(2)[2]}, by=officer)
    run.refresh_from_db()
    assert (run.new, run.failed) == (2, 0)
