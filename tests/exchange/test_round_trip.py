"""An exported list comes back: only edited cells are written, and each is held against its record first."""

import pytest
from django.utils import timezone

from exchange import services
from exchange.models import ImportRun
from tests.exchange.exports import ask, done, path_of
from tests.exchange.returning import Sheet, counts, send, worked, written
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from workers.models import Employment, Worker

pytestmark = pytest.mark.django_db
COLUMNS = (
    "name",
    "number",
    "phone",
    "education",
    "native_place",
    "is_migrant",
    "employer",
    "standing",
    "team",
)


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union, name="甲厂有限公司")


@pytest.fixture
def roll(firm):
    return [WorkerFactory(employer=firm, education="60", native_place="浙江乐清") for _ in range(3)]


def told(run: ImportRun) -> list[tuple[str, str]]:
    return [(p["column"], p["message"]) for line in run.lines.all() for p in line.problems]


def test_an_exported_list_comes_back_unchanged(officer, union, roll):
    run = send(path_of(done(ask(officer, columns=COLUMNS))).read_bytes(), officer, union)
    assert (run.error, counts(run), told(run)) == ("", (0, 3, 0), [])
    assert "只处理改动过的单元格" in str(run.header["notices"])
    assert "隐藏" not in str(run.header["notices"])


def test_the_column_of_the_keys_is_hidden(officer, roll):
    sheet = Sheet(done(ask(officer, columns=["name"])))
    assert [name for name, facts in sheet.sheet.column_dimensions.items() if facts.hidden] == ["B"]
    assert sheet.sheet["B1"].value == "行标识（请勿改动） workers:name"


def test_exactly_the_edited_cells_are_written(officer, union, roll):
    first, second, third = roll
    Employment.objects.filter(worker=first).update(team="一班")
    sheet = Sheet(done(ask(officer, columns=COLUMNS)))
    sheet.edit(sheet.row_of(first), 学历="大专", 籍贯="", 移动电话="13912345678", 班组="二班")
    sheet.edit(sheet.row_of(second), 姓名="试新名")
    run = send(sheet, officer, union)
    assert (counts(run), told(run)) == ((2, 1, 0), [])
    written(run, officer)
    before = {worker.pk: worker for worker in roll}
    for worker in (first, second, third):
        worker.refresh_from_db()
    assert (first.education, first.native_place, first.phone) == ("31", "", "13912345678")
    assert first.employments.get().team == "二班"
    assert (second.name, second.pinyin[:3], second.education) == ("试新名", "shi", "60")
    assert third.version == before[third.pk].version == 1
    services.request_undo(run=run, by=officer, hint=False)
    worked(run)
    first.refresh_from_db()
    assert (first.education, first.native_place, first.employments.get().team) == ("60", "浙江乐清", "一班")


def test_a_cell_that_holds_no_data_empties_nothing(officer, union, roll):
    first, second, _ = roll
    sheet = Sheet(done(ask(officer, columns=COLUMNS)))
    sheet.sheet.cell(sheet.row_of(first), sheet.places["籍贯"]).value = '=CONCATENATE("浙江","温州")'
    sheet.edit(sheet.row_of(second), 班组="#N/A")
    run = send(sheet, officer, union)
    assert counts(run) == (0, 1, 2)
    codes = [line.problems[0]["code"] for line in run.lines.filter(verdict="problem").order_by("number")]
    assert sorted(codes) == ["native_place.not_computed", "team.error_cell"]


def test_a_record_that_changed_meanwhile_is_a_conflict_of_that_cell(officer, union, roll):
    first, second, _ = roll
    sheet = Sheet(done(ask(officer, columns=COLUMNS)))
    sheet.edit(sheet.row_of(first), 学历="大专", 籍贯="浙江温州").edit(sheet.row_of(second), 籍贯="浙江温州")
    Worker.objects.filter(pk=first.pk).update(education="20", version=2)
    Worker.objects.filter(pk=second.pk).update(education="20", version=2)
    run = send(sheet, officer, union)
    assert counts(run) == (1, 1, 1)
    [(column, message)] = told(run)
    assert column == "学历"
    assert "大学本科" in message
    line = run.lines.get(verdict="conflict")
    assert line.problems[0]["value"] == "大专"
    services.mend(run=run, number=line.number, texts={"education": "大专"}, by=officer)
    run.refresh_from_db()
    assert counts(run) == (2, 1, 0)
    written(run, officer)
    first.refresh_from_db()
    assert (first.education, first.native_place) == ("31", "浙江温州")


def test_an_edit_to_what_stands_there_by_now_is_no_conflict(officer, union, roll):
    sheet = Sheet(done(ask(officer, columns=COLUMNS)))
    sheet.edit(sheet.row_of(roll[0]), 学历="大专")
    Worker.objects.filter(pk=roll[0].pk).update(education="31", version=2)
    run = send(sheet, officer, union)
    assert (counts(run), told(run)) == ((0, 3, 0), [])


@pytest.mark.parametrize(
    ("column", "text", "where"),
    [
        ("证件号码", "33038219900105001X", "证件"),
        ("工作单位", "乙厂有限公司", "换单位"),
        ("会籍", "退会", "更新表"),
    ],
)
def test_what_no_file_may_change_is_refused_with_the_place_to_change_it(
    officer, union, roll, column, text, where
):
    sheet = Sheet(done(ask(officer, columns=COLUMNS)))
    sheet.edit(sheet.row_of(roll[0]), **{column: text})
    run = send(sheet, officer, union)
    assert counts(run) == (0, 2, 1)
    [(title, message)] = told(run)
    assert (title, where in message) == (column, True)
    assert "33038219900105001X" not in str(list(run.lines.values_list("problems", flat=True)))


@pytest.mark.parametrize("text", ["v1.1.AAAA.BBBB", "随便写的", 7])
def test_keys_that_were_touched_are_problems_of_their_rows(officer, union, roll, text):
    sheet = Sheet(done(ask(officer, columns=COLUMNS)))
    sheet.edit(2, 行标识=text).edit(2, 籍贯="浙江温州")
    run = send(sheet, officer, union)
    assert counts(run) == (0, 2, 1)
    assert "无法认出这一行是谁" in told(run)[0][1]


def test_a_key_out_of_reach_says_what_an_unknown_one_says(clerk, officer, union, roll, other_union):
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union))
    sheet = Sheet(done(ask(clerk, columns=COLUMNS)))
    foreign = sheet.row_of(stranger)
    for row in range(2, 6):
        sheet.edit(row, 籍贯="浙江温州")
    sent = sheet.bytes()
    run = send(sent, officer, union)
    assert counts(run) == (3, 0, 1)
    line = run.lines.get(number=foreign)
    out_of_reach = line.problems[0]["message"]
    assert (line.verdict, line.target_id) == ("problem", None)
    services.discard(run=run, by=officer)
    gone = WorkerFactory(employer=EmployerFactory(union=union))
    sheet = Sheet(done(ask(officer, f"union={union.pk}", columns=COLUMNS)))
    place = sheet.row_of(gone)
    gone.employments.all().delete()
    gone.memberships.all().delete()
    gone.documents.all().delete()
    gone.delete()
    run = send(sheet, officer, union)
    assert run.lines.get(number=place).problems[0]["message"] == out_of_reach


def test_the_same_row_twice_is_a_problem_of_both(officer, union, roll):
    sheet = Sheet(done(ask(officer, columns=COLUMNS)))
    for place in range(1, len(sheet.places) + 1):
        sheet.sheet.cell(5, place).value = sheet.sheet.cell(2, place).value
    sheet.edit(5, 籍贯="浙江温州")
    run = send(sheet, officer, union)
    assert counts(run) == (0, 2, 2)
    assert all("2、5" in message for _, message in told(run))


def test_new_people_below_an_exported_list_need_the_columns_of_the_form(officer, union, roll):
    sheet = Sheet(done(ask(officer, columns=COLUMNS)))
    sheet.edit(5, 姓名="试新人", 证件号码="33038219900105001X")
    run = send(sheet, officer, union)
    assert counts(run) == (0, 3, 1)
    assert "会籍变化类型" in told(run)[0][1]


def test_moved_and_dropped_columns_and_rows_do_no_harm(officer, union, roll):
    sheet = Sheet(done(ask(officer, columns=COLUMNS)))
    sheet.edit(sheet.row_of(roll[1]), 学历="大专")
    sheet.sheet.delete_rows(sheet.row_of(roll[0]))
    sheet.sheet.delete_cols(sheet.places["移动电话"])
    sheet.sheet.insert_cols(1)
    run = send(sheet, officer, union)
    assert (run.error, counts(run), told(run)) == ("", (1, 1, 0), [])


def test_a_list_of_one_column_is_enough(officer, union, roll):
    sheet = Sheet(done(ask(officer, columns=["name", "native_place"])))
    sheet.edit(2, 籍贯="浙江温州")
    assert counts(send(sheet, officer, union)) == (1, 2, 0)


def test_a_bad_value_in_an_edited_cell_is_told_like_any_other(officer, union, roll):
    sheet = Sheet(done(ask(officer, columns=COLUMNS)))
    sheet.edit(2, 学历="看不懂的学历").edit(3, 姓名="")
    run = send(sheet, officer, union)
    assert counts(run) == (0, 1, 2)
    assert [column for column, _ in told(run)] == ["学历", "姓名"]


def test_what_changes_between_check_and_writing_is_not_written_over(officer, union, roll):
    sheet = Sheet(done(ask(officer, columns=COLUMNS)))
    sheet.edit(sheet.row_of(roll[0]), 学历="大专")
    run = send(sheet, officer, union)
    Worker.objects.filter(pk=roll[0].pk).update(education="20", version=2, updated_at=timezone.now())
    services.confirm(run=run, mode="good", by=officer, hint=False)
    run = worked(run)
    roll[0].refresh_from_db()
    assert (run.applied, roll[0].education) == (0, "20")


def test_the_list_of_another_kind_is_refused_in_words(clerk, roll):
    run = send(path_of(done(ask(clerk))).read_bytes(), clerk, kind="unions")
    assert run.state == "refused"
    assert "从“会员名册”导出" in run.error


@pytest.mark.parametrize(("rule", "found"), [("skip", (0, 0, 0)), ("fill", (0, 3, 0))])
def test_the_match_rule_holds_for_rows_with_keys(officer, union, roll, rule, found):
    sheet = Sheet(done(ask(officer, columns=COLUMNS)))
    sheet.edit(2, 学历="大专")
    assert counts(send(sheet, officer, union, rule=rule)) == found


def test_nobody_is_missing_from_a_full_list_whose_row_says_something_wrong(officer, union, roll):
    first, second, _ = roll
    sheet = Sheet(done(ask(officer, columns=COLUMNS)))
    sheet.edit(sheet.row_of(second), 学历="看不懂的学历")
    sheet.sheet.delete_rows(sheet.row_of(first))
    run = send(sheet, officer, union, is_full_list=True)
    assert counts(run) == (0, 1, 1)
    assert list(run.missing.values_list("target_id", flat=True)) == [first.pk]
