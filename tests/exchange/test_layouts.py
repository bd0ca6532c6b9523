"""Layouts: guessed from one to three header rows, or chosen by a person; what is hidden is announced."""

import pytest

from core.errors import RuleError
from exchange.headings import column_letter
from exchange.layouts import chosen_layout, hidden_notices, sheets_worth_showing
from exchange.sieving import RowSieve
from exchange.sniffing import best_layout, find_layout
from unions.resources import UnionExchange
from workers.resources import WorkerExchange

TITLES = ["姓名", "证件号码", "会籍变化类型", "会籍变化日期", "性别"]
STRANGE = ["员工", "证号", "变动", "何时", "男女"]


def sheet(*rows, **described) -> dict:
    head = [[place, list(cells)] for place, cells in enumerate(rows, start=1) if cells]
    return {"index": 0, "name": "表", "visible": True, "head": head, **described}


def choose(sheets, columns, *, first_row=1, last_row=1, sheet_index=0, **more):
    rows = {"first_row": first_row, "last_row": last_row, "sheet_index": sheet_index}
    return chosen_layout(sheets, WorkerExchange, columns=columns, **rows, **more)


ALL = {0: "name", 1: "number", 2: "change", 3: "on", 4: ""}


def test_a_choice_by_hand_makes_the_layout_that_no_guess_would_find():
    sheets = [sheet(["某厂花名册"], STRANGE, ["试甲"])]
    with pytest.raises(RuleError) as raised:
        find_layout(sheets, WorkerExchange)
    assert raised.value.code == "no_header"
    layout = choose(sheets, ALL, first_row=2, last_row=2)
    assert layout.positions == {"name": 0, "number": 1, "change": 2, "on": 3}
    assert layout.sources == dict.fromkeys(["name", "number", "change", "on"], "chosen")
    assert layout.titles == STRANGE
    assert "没有读取：男女" in layout.notices[0]


def test_a_choice_equal_to_the_guess_stays_a_guess_and_a_remembered_one_says_so():
    sheets = [sheet([*TITLES[:3], "何时", "性别"])]
    assert best_layout(sheets, WorkerExchange).sources.keys() == {"name", "number", "change", "sex"}
    sources = choose(sheets, {**ALL, 4: "sex"}).sources
    assert sources == {
        "name": "guessed", "number": "guessed", "change": "guessed", "on": "chosen", "sex": "guessed"
    }  # fmt: skip
    assert set(choose(sheets, ALL, source="remembered").sources.values()) == {"remembered"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"columns": {0: "name"}}, "missing_columns"),
        ({"columns": {**ALL, 4: "name"}}, "column_twice"),
        ({"columns": {**ALL, 4: "salary"}}, "unknown_column"),
        ({"columns": {**ALL, 900: "sex"}}, "unknown_column"),
        ({"sheet_index": 3}, "no_such_sheet"),
        ({"first_row": 50, "last_row": 50}, "header_rows"),
        ({"first_row": 2, "last_row": 1}, "header_rows"),
    ],
)
def test_a_choice_that_does_not_fit_the_file_is_refused(change, code):
    with pytest.raises(RuleError) as raised:
        choose([sheet(STRANGE, ["试甲"])], **{"columns": ALL, **change})
    assert raised.value.code == code
    assert raised.value.messages[0].endswith("。")


def test_a_column_without_a_title_may_be_chosen_and_json_keys_are_understood():
    sheets = [sheet(TITLES[:3], ["试甲", "x", "入会", "2020-01-01"])]
    layout = choose(sheets, {"0": "name", "1": "number", "2": "change", "3": "on"})
    assert layout.positions["on"] == 3
    assert RowSieve(layout).is_data(2, ["试甲", "x", "入会", "2020-01-01"])


def test_the_sheets_to_choose_from_come_with_their_first_rows_as_texts():
    many = [["甲", 2.0, "丙"], *[["乙"]] * 30]
    [shown] = sheets_worth_showing([sheet(*many), sheet()])
    assert len(shown["rows"]) == 20
    assert shown["rows"][:2] == [(1, ["甲", "2", "丙"]), (2, ["乙", "", ""])]
    assert shown["letters"] == ["A", "B", "C"]


def test_a_header_of_three_rows_is_read_with_or_without_its_merged_areas():
    rows = (
        ["职工花名册"],
        ["序号", "基本信息", "", "", "会籍", ""],
        ["", "姓名", "证件", "", "变化", ""],
        ["", "", "类别", "号码", "会籍变化类型", "会籍变化日期"],
    )
    areas = [
        [2, 0, 4, 0],
        [2, 1, 2, 3],
        [2, 4, 2, 5],
        [3, 1, 4, 1],
        [3, 2, 3, 3],
        [3, 4, 3, 5],
    ]
    for merged, first in (([], 3), (areas, 2)):
        layout = best_layout([sheet(*rows, ["1", "试甲"], merged=merged)], WorkerExchange)
        assert (layout.first_row, layout.last_row) == (first, 4)
        assert layout.titles[1:] == ["姓名", "类别", "号码", "会籍变化类型", "会籍变化日期"]
        assert layout.groups[2:] == ["证件", "证件", "变化", "变化"]


def test_merged_areas_tell_groups_where_blanks_would_mislead():
    titles = ["", "单位名称", "统一社会信用代码", "工会名称", "统一社会信用代码", "上级工会名称"]
    groups = ["序号", "工会组织所在单位信息", "", "工会组织信息", "", ""]
    areas = [[1, 0, 2, 0], [1, 1, 1, 2], [1, 3, 1, 5]]
    layout = best_layout([sheet(groups, titles, merged=areas)], UnionExchange)
    assert layout.groups == ["", *["工会组织所在单位信息"] * 2, *["工会组织信息"] * 3]
    assert (layout.positions["credit_code"], layout.positions["union_code"]) == (2, 4)


def test_hidden_rows_and_columns_are_announced_and_may_be_skipped():
    spans = [[1, 1], [3, 3], [6, 9]]
    found = find_layout([sheet(TITLES, hidden_rows=spans, hidden_columns=[4])], WorkerExchange)
    assert hidden_notices(found, skip_hidden=False) == [
        "第 3、6–9 行在原文件中是隐藏的，已一并读取，请确认",
        "E 列“性别”在原文件中是隐藏的，已一并读取，请确认",
    ]
    assert "第 3、6–9 行在原文件中是隐藏的，已按您的选择跳过" in hidden_notices(found, skip_hidden=True)
    assert found.as_json()["hidden_rows"] == spans
    keeping, skipping = RowSieve(found), RowSieve(found, skip_hidden=True)
    assert not any(keeping.is_skipped(number) for number in range(2, 12))
    assert [number for number in range(2, 12) if skipping.is_skipped(number)] == [3, 6, 7, 8, 9]


def test_a_long_list_of_hidden_rows_is_shortened():
    spans = [[number, number] for number in range(2, 200, 2)]
    found = find_layout([sheet(TITLES, hidden_rows=spans)], WorkerExchange)
    listed = "、".join(str(number) for number in range(2, 26, 2))
    assert f"第 {listed}等共 99 行在原文件中是隐藏的，已一并读取，请确认" in hidden_notices(
        found, skip_hidden=False
    )


def test_columns_are_lettered_as_a_spreadsheet_letters_them():
    assert [column_letter(index) for index in (0, 25, 26, 701, 702, 16383)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]
