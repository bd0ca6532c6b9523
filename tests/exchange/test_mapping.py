"""Columns named by a person: files whose headings nobody could guess, remembered for the next file of the union."""

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from accounts.models import AuditEntry
from core.errors import RuleError
from exchange import mapping, services
from exchange.heads import heads_of
from exchange.models import ColumnMemory, SheetHeads
from tests.exchange.sheets import MEMBER_TITLES, NUMBER, finish, member, saved, upload
from tests.factories.unions import EmployerFactory
from workers.resources import WorkerExchange

pytestmark = pytest.mark.django_db
ATTRIBUTES = [
    "", "name", "sex", "birth_date", "ethnicity", "employment_status", "doc_type", "number", "education",
    "skill_level", "phone", "household_type", "household_place", "change", "on", "reason", "political", "employer",
    "native_place", "is_migrant",
]  # fmt: skip
STRANGE = [f"甲{place}" for place in range(len(MEMBER_TITLES))]
COLUMNS = dict(enumerate(ATTRIBUTES))


@pytest.fixture(autouse=True)
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


def book(titles, rows, *, above=(), name="花名册", more=()) -> bytes:
    """A plain list of staff: rows above, one row of titles, people; ``more``: (name, rows) of further sheets."""
    made = openpyxl.Workbook()
    made.active.title = name
    for line in [*above, titles, *rows]:
        made.active.append(list(line))
    for title, lines in more:
        sheet = made.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
    return saved(made)


def chosen(columns=COLUMNS, *, row=1, sheet=0, **more) -> services.Choice:
    return services.Choice(sheet, row, row, columns, **more)


def choose(run, by, *, remember=True, **choice):
    return finish(
        services.choose_columns(run=run, choice=chosen(**choice), remember=remember, by=by, hint=False)
    )


def content_of(run) -> list:
    """What the rows say once they are read: the same however their columns were named."""
    return [
        (line.verdict, bytes(line.key or b""), line.values.get("shown"), line.values.get("change"),
         line.values.get("on"), (line.values.get("fields") or {}).get("education"), len(line.problems))
        for line in run.lines.order_by("number")
    ]  # fmt: skip


def test_strange_headings_ask_a_person_instead_of_being_refused(union, officer):
    run = upload(officer, union, book(STRANGE, [member(1)]))
    assert (run.state, run.rows, run.lines.count()) == ("mapping", 0, 0)
    assert "没有找到“会员信息”的表头" in run.error
    assert run.file
    run = choose(run, officer)
    assert (run.state, run.new, run.failed, run.error) == ("checked", 1, 0, "")
    assert set(run.header["sources"].values()) == {"chosen"}


def test_a_missing_required_column_is_named_by_hand(union, officer):
    titles = [*MEMBER_TITLES[:NUMBER], "证号", *MEMBER_TITLES[NUMBER + 1 :]]
    run = upload(officer, union, book(titles, [member(1)]))
    assert run.state == "mapping"
    assert "缺少必需的列：证件号码" in run.error
    run = choose(run, officer)
    assert (run.state, run.new) == ("checked", 1)
    assert run.header["sources"]["number"] == "chosen"
    assert run.header["sources"]["name"] == "guessed"


def test_the_choice_is_remembered_for_the_next_file_with_this_header(union, officer):
    choose(upload(officer, union, book(STRANGE, [member(1)])), officer)
    memory = ColumnMemory.objects.get()
    assert (memory.kind, memory.union, memory.columns["7"]) == ("workers", union, "number")
    assert memory.titles == STRANGE
    below = upload(officer, union, book(STRANGE, [member(2), member(3)], above=[["某厂花名册"]]))
    assert (below.state, below.new) == ("checked", 2)
    assert below.header["notices"][0] == "已按记住的列对应读取"
    assert set(below.header["sources"].values()) == {"remembered"}
    assert below.layout == {}


def test_a_choice_that_is_not_to_be_remembered_is_not(union, officer):
    choose(upload(officer, union, book(STRANGE, [member(1)])), officer, remember=False)
    assert ColumnMemory.objects.count() == 0
    assert upload(officer, union, book(STRANGE, [member(2)])).state == "mapping"


def test_the_next_choice_replaces_what_was_remembered(union, officer):
    run = choose(upload(officer, union, book(STRANGE, [member(1)])), officer)
    choose(run, officer, columns={**COLUMNS, 8: ""})
    assert ColumnMemory.objects.get().columns["8"] == ""
    again = upload(officer, union, book(STRANGE, [member(2)]))
    assert "education" not in again.header["positions"]


def test_the_memories_of_another_union_are_never_used(union, officer, other_union, other_officer, clerk):
    choose(upload(officer, union, book(STRANGE, [member(1)])), officer)
    EmployerFactory(name="乙厂有限公司", name_key="乙厂有限公司", union=other_union)
    assert upload(other_officer, other_union, book(STRANGE, [member(2)])).state == "mapping"
    assert upload(clerk, None, book(STRANGE, [member(3)])).state == "mapping"


def test_a_memory_whose_columns_are_gone_is_passed_over(union, officer):
    choose(upload(officer, union, book(STRANGE, [member(1)])), officer)
    memory = ColumnMemory.objects.get()
    memory.columns |= {"3": "salary"}
    memory.save()
    assert upload(officer, union, book(STRANGE, [member(2)])).state == "mapping"


def test_a_chosen_sheet_and_header_are_read_even_where_another_would_be_guessed(union, officer):
    other = [["名单"], STRANGE, member(1), member(2)]
    run = upload(officer, union, book(MEMBER_TITLES, [member(3)], more=[("新表", other)]))
    assert (run.new, run.header["sheet"]) == (1, "花名册")
    run = choose(run, officer, sheet=1, row=2)
    assert (run.new, run.header["sheet"], run.header["first_row"]) == (2, "新表", 2)


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"columns": {**COLUMNS, 7: ""}}, "还没有指明必需的列：证件号码"),
        ({"columns": {**COLUMNS, 0: "name"}}, "“姓名”同时选给了 A 列和 B 列。请只保留其中一列。"),
        ({"columns": {**COLUMNS, 0: "salary"}}, "与文件或表格种类不符"),
        ({"row": 2}, "第 2 行里有证件号码或电话号码，是数据，不是表头"),
        ({"row": 40}, "表头只能选在表格前部有内容的行"),
        ({"sheet": 5}, "文件中没有这张工作表"),
    ],
)
def test_a_choice_that_does_not_fit_changes_nothing(union, officer, choice, told):
    run = upload(officer, union, book(STRANGE, [member(1)]))
    with pytest.raises(RuleError, match=told):
        choose(run, officer, **choice)
    run.refresh_from_db()
    assert (run.state, run.layout, ColumnMemory.objects.count()) == ("mapping", {}, 0)


def test_only_runs_that_wait_can_be_chosen_for(union, officer):
    run = services.discard(run=upload(officer, union, book(STRANGE, [member(1)])), by=officer)
    with pytest.raises(RuleError, match="已放弃"):
        choose(run, officer)


def test_who_may_not_write_the_kind_may_not_choose(union, officer, other_officer):
    run = upload(officer, union, book(STRANGE, [member(1)]))
    with pytest.raises(PermissionDenied):
        choose(run, other_officer)


def test_a_header_without_rows_leads_to_the_choice_of_another_sheet(union, officer):
    run = upload(officer, union, book(MEMBER_TITLES, [], more=[("名单", [STRANGE, member(1)])]))
    assert run.state == "mapping"
    assert choose(run, officer, sheet=1).new == 1


def test_hidden_rows_are_skipped_when_the_choice_says_so(union, officer):
    made = openpyxl.Workbook()
    for line in [STRANGE, member(1), member(2)]:
        made.active.append(line)
    made.active.row_dimensions[3].hidden = True
    run = choose(upload(officer, union, saved(made)), officer, skip_hidden=True)
    assert run.skip_hidden
    assert run.rows == 2


def test_the_first_rows_are_kept_sealed_and_go_with_the_run(union, officer):
    run = upload(officer, union, book(STRANGE, [member(1)]))
    number = member(1)[NUMBER]
    assert number in SheetHeads.objects.get().sheets
    from_disk = SheetHeads.objects.extra(select={"blob": "sheets"}).values_list("blob", flat=True)[0]
    assert number.encode() not in bytes(from_disk)
    assert number not in str(run.header)
    services.discard(run=run, by=officer)
    assert heads_of(run) == []


def test_the_choice_is_in_the_audit_trail_without_anything_of_the_file(union, officer):
    choose(upload(officer, union, book(STRANGE, [member(1)])), officer)
    entry = AuditEntry.objects.get(action="exchange.columns")
    assert entry.details["columns"]["number"] == NUMBER
    assert entry.details["remembered"] is True
    assert "甲7" not in str(entry.details)


def test_a_column_of_identity_numbers_without_a_title_is_suggested_and_not_taken(union, officer):
    titles = [*MEMBER_TITLES[:NUMBER], "编码", *MEMBER_TITLES[NUMBER + 1 :]]
    run = upload(officer, union, book(titles, [member(1), member(2)]))
    assert run.state == "mapping"
    sheets = heads_of(run)
    table = mapping.table_for(run, sheets, mapping.place_for(run, sheets))
    [suggested] = [column for column in table.columns if column.source == "suggested"]
    assert (suggested.index, suggested.attribute) == (NUMBER, "number")
    assert all("*" in sample for sample in suggested.samples)


def test_a_column_of_few_identity_numbers_is_not_suggested(union, officer):
    titles = [*MEMBER_TITLES[:NUMBER], "编码", *MEMBER_TITLES[NUMBER + 1 :]]
    run = upload(officer, union, book(titles, [member(1), member(2, c7="1"), member(3, c7="2")]))
    table = mapping.table_for(run, heads_of(run), (0, 1, 1))
    assert [column.index for column in table.columns if column.source == "suggested"] == []
    assert table.missing == ["证件号码"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("330382199001010015", "330*************15"),
        ("33038219900101001X", "330*************1X"),
        ("13900001234", "*********34"),
        ("0577-62345678", "***********78"),
        ("E12345678", "*******78"),
        ("电话 139 0000 1234", None),
        ("2021-06-01", "2021-06-01"),
        ("20210601", "20210601"),
        ("高中", "高中"),
        ("工号 1024", "工号 1024"),
        (45000.0, "45000"),
    ],
)
def test_long_numbers_of_columns_nobody_named_are_masked(value, shown):
    found = mapping.masked(value)
    assert "1234" not in found if shown is None else found == shown or found.endswith(shown[-2:])


@given(data=st.data())
@hypothesis_settings(
    max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
def test_any_order_and_any_titles_import_alike_once_remembered(union, officer, data):
    """The same people in shuffled columns under titles that mean nothing: read as in the form of the union."""
    order = data.draw(st.permutations(range(len(MEMBER_TITLES))))
    words = st.text("乙丙丁戊己庚辛壬癸子丑寅卯", min_size=2, max_size=6)
    titles = data.draw(st.lists(words, min_size=len(order), max_size=len(order), unique=True))
    first, last = [member(1), member(2, c8="仙学")], [member(3), member(4, c8="仙学"), member(5, c7="123")]
    plain = upload(officer, union, book(MEMBER_TITLES, last))
    shuffled = [[row[place] for place in order] for row in first]
    run = upload(officer, union, book(titles, shuffled))
    choose(run, officer, columns={at: ATTRIBUTES[place] for at, place in enumerate(order)})
    later = upload(officer, union, book(titles, [[row[place] for place in order] for row in last]))
    assert content_of(later) == content_of(plain)
    assert later.header["notices"][0] == "已按记住的列对应读取"
    for old in (plain, later):
        services.discard(run=old, by=officer)
    ColumnMemory.objects.all().delete()
    services.discard(run=run, by=officer)


def test_every_required_column_is_offered_as_required():
    required = {c.column_name for c in WorkerExchange.columns().values() if c.required}
    assert required == {"姓名", "证件号码", "会籍变化类型", "会籍变化日期"}


def without(row, *places) -> list:
    return [cell for place, cell in enumerate(row) if place not in places]


def test_what_the_file_lacks_is_stated_once_for_all_rows(union, officer):
    lacking = (13, 14)
    titles = without(MEMBER_TITLES, *lacking)
    rows = [without(member(place), *lacking) for place in (1, 2)]
    run = upload(officer, union, book(titles, [*rows, [*rows[1][:1], "试多", *rows[1][2:6], "x"]]))
    assert run.state == "mapping"
    columns = dict(enumerate(without(ATTRIBUTES, *lacking)))
    with pytest.raises(RuleError, match="还没有指明必需的列：会籍变化日期"):
        choose(run, officer, columns=columns, constants={"change": "入会"})
    run = choose(run, officer, columns=columns, constants={"change": "入会", "on": "2021/6/1"})
    assert (run.state, run.new, run.failed) == ("checked", 2, 1)
    line = run.lines.get(number=2)
    assert (line.values["change"], line.values["on"]) == ("1", "2021-06-01")
    assert "“会籍变化类型”文件中没有，各行统一按“入会”读取" in run.header["notices"]
    assert services.mend(run=run, number=2, texts={"on": "2022-01-02"}, by=officer)
    assert run.lines.get(number=2).values["on"] == "2022-01-02"
    assert len(ColumnMemory.objects.get().titles) == len(titles)
    assert upload(officer, union, book(titles, [without(member(5), *lacking)])).state == "mapping"


@pytest.mark.parametrize(
    ("constants", "told"),
    [
        ({"change": "入伙"}, "统一填写的会籍变化类型“入伙”：填写的内容不在可选值中"),
        ({"on": "明天"}, "统一填写的会籍变化日期“明天”"),
        ({"on": "2021-06-01"}, "“会籍变化日期”已经选给 O 列，又统一填写了"),
        ({"name": "试甲"}, "与表格种类不符"),
        ({"salary": "1"}, "与表格种类不符"),
    ],
)
def test_what_cannot_be_stated_for_all_rows_is_refused(union, officer, constants, told):
    run = upload(officer, union, book(STRANGE, [member(1)]))
    with pytest.raises(RuleError, match=told):
        choose(run, officer, constants=constants)
