"""Kind ``classes``: classes are planned, changed by their code, brought back in a list, and taken back."""

import datetime as dt

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEntry
from exchange import services
from exchange.models import ImportEffect
from tests.exchange.exports import ask, done
from tests.exchange.returning import Sheet, counts, send, written
from tests.exchange.sheets import applied, finish, messages_of, saved, upload
from tests.factories.classes import ClassFactory, SessionFactory
from tests.factories.providers import ProviderFactory
from training.models import Provider, TrainingClass

pytestmark = pytest.mark.django_db
TITLES = [
    *("班次编号", "培训名称", "培训类别", "工种", "级别", "安全教育层级", "主办单位", "承办单位", "地点"),
    *("开班日期", "结业日期", "学时", "授课教师", "经费来源", "补贴标准", "名额", "下级工会可以报名"),
]
NAMES = (
    *("code", "title", "kind", "trade", "level", "safety_level", "union", "provider", "place", "starts_on"),
    *("ends_on", "planned_hours", "teachers", "fund_source", "subsidy_note", "capacity", "is_open_below"),
)
PLACES = {name: place for place, name in enumerate(NAMES)}


def row(**facts) -> list:
    cells = [""] * len(TITLES)
    facts = {
        "title": "电工班", "kind": "技能提升培训", "trade": "电工", "starts_on": "2026/3/2", "ends_on": "2026-03-20",
    } | facts  # fmt: skip
    for name, text in facts.items():
        cells[PLACES[name]] = text
    return cells


def check(by, union, *rows, **options):
    book = openpyxl.Workbook()
    for line in (TITLES, *rows):
        book.active.append(line)
    return upload(by, union, saved(book), kind="classes", name="班次.xlsx", **options)


def undone(run, by):
    return finish(services.request_undo(run=run, by=by, hint=False))


def outcomes(run):
    return sorted(ImportEffect.objects.filter(row__run=run).values_list("outcome", flat=True))


def test_new_classes_are_planned_with_codes_and_taken_back(officer, union):
    school = ProviderFactory(name="试学院", credit_code="12330000470000000B")
    run = check(
        officer, union,
        row(provider="试学院", level="中级工", planned_hours="32学时", capacity="40", is_open_below="是"),
        row(title="安全班", kind="安全生产培训", safety_level="车间级", provider="没登记的学校", capacity="不限"),
    )  # fmt: skip
    assert (run.new, run.failed) == (2, 0)
    assert messages_of(run, level="warning") == [(3, "承办机构", "provider.unlisted")]
    applied(run, officer)
    first, second = TrainingClass.objects.order_by("pk")
    assert (first.code, first.state, first.provider, first.planned_hours) == (
        *(f"{union.code}-2026-001", "planned", school, 32),
    )
    assert (first.level, first.capacity, first.is_open_below, first.created_by) == ("L3", 40, True, officer)
    assert (second.safety_level, second.provider, second.organiser) == ("workshop", None, "没登记的学校")
    again = check(officer, union, row(level="中级工"), row(title="安全班", kind="安全生产培训"))
    assert (again.unchanged, again.new) == (2, 0)  # told by title and first day
    SessionFactory(training_class=second)
    undone(run, officer)
    assert (outcomes(run), list(TrainingClass.objects.all())) == (["kept", "reverted"], [second])
    gone = AuditEntry.objects.get(action="workers.import_undo")
    assert (gone.object_id, gone.details["changes"]["title"]) == (first.pk, ["电工班", None])


def test_planned_classes_change_by_their_code_and_are_put_back(officer, union):
    known = ClassFactory(
        union=union, state="planned", title="电工班", trade="电工", capacity=20, place="一楼"
    )
    run = check(officer, union, row(code=known.code, capacity="30", place=""))
    line = run.lines.get()
    kind = run.kind_class(by=officer, union=union, today=run.day)
    assert kind.describe(line.before, line.values) == [("名额", "20", "30")]
    applied(run, officer)
    known.refresh_from_db()
    assert (known.capacity, known.place, known.version) == (30, "一楼", 2)  # a blank cell says nothing
    undone(run, officer)
    known.refresh_from_db()
    assert (known.capacity, known.version, outcomes(run)) == (20, 3, ["reverted"])


def test_who_organises_beside_a_provider_stays_and_comes_back(officer, union):
    school, other = ProviderFactory(name="试学院"), ProviderFactory(name="试中心")
    known = ClassFactory(union=union, state="planned", title="电工班", provider=school, organiser="试协会")

    def partners():
        known.refresh_from_db()
        return known.provider, known.organiser

    for said, after in (("试中心", (other, "试协会")), ("没登记的学校", (None, "没登记的学校"))):
        run = applied(check(officer, union, row(code=known.code, trade=known.trade, provider=said)), officer)
        assert partners() == after
        Provider.objects.filter(pk=school.pk).update(name=f"改名前{said}")
        undone(run, officer)
        assert (outcomes(run), partners()) == (["reverted"], (school, "试协会"))


def test_what_was_touched_since_stays(officer, union):
    known = ClassFactory(union=union, state="planned", title="电工班", trade="电工")
    run = applied(check(officer, union, row(code=known.code, capacity="30"), row(title="新班")), officer)
    TrainingClass.objects.update(version=9)
    undone(run, officer)
    assert outcomes(run) == ["kept", "kept"]


@pytest.mark.parametrize(("rule", "capacity", "place"), [("update", 30, "二楼"), ("fill", 20, "二楼")])
def test_the_match_rule_says_what_becomes_of_known_classes(officer, union, rule, capacity, place):
    known = ClassFactory(union=union, state="planned", title="电工班", trade="电工", capacity=20)
    applied(check(officer, union, row(code=known.code, capacity="30", place="二楼"), rule=rule), officer)
    known.refresh_from_db()
    assert (known.capacity, known.place) == (capacity, place)
    skipped = check(officer, union, row(code=known.code, capacity="50"), rule="skip")
    assert skipped.lines.get().verdict == "skipped"


def test_rows_that_cannot_be_are_refused_at_their_cell(officer, union, other_union):
    ProviderFactory(name="停用学院", is_active=False)
    foreign = ClassFactory(union=other_union, state="planned")
    running = ClassFactory(union=union, state="running")
    planned = ClassFactory(union=union, state="planned")
    SessionFactory(training_class=planned, on=dt.date(2026, 3, 9))
    run = check(
        officer, union,
        row(code=foreign.code),
        row(code=running.code, capacity="30"),
        row(code=planned.code, starts_on="2026/3/10"),
        row(title="一", ends_on="2026/3/1"),
        row(title="二", safety_level="厂级"),
        row(title="三", capacity="0"),
        row(title="四", provider="停用学院"),
        row(title="五", union="没有的工会"),
        row(title="六", union=other_union.name),
        row(title="七", planned_hours="三天"),
        row(title="八", kind="跳舞"),
        row(title=""),
        row(title="九"),
        row(title="九"),
    )  # fmt: skip
    assert {code for _, _, code in messages_of(run)} == {
        "code.unknown", "code.not_planned", "ends_on.sessions", "ends_on.before_start", "safety_level.not_safety",
        "capacity.zero", "provider.retired", "union.unknown", "planned_hours.not_hours", "kind.unknown_code",
        "title.blank", "duplicate",
    }  # fmt: skip
    assert run.new + run.changed == 0


def test_the_town_names_the_union_that_organises(clerk, union, town):
    run = check(clerk, None, row(), row(title="法律班", union=union.name), row(title="镇班", union=town.code))
    assert messages_of(run) == [(2, "主办工会", "union.blank")]
    applied(run, clerk, mode="good")
    found = list(TrainingClass.objects.order_by("pk").values_list("title", "union"))
    assert found == [("法律班", union.pk), ("镇班", town.pk)]


def test_an_exported_list_comes_back_cell_by_cell(officer, union, other_officer, other_union):
    first = ClassFactory(union=union, state="planned", title="甲班", capacity=20, place="一楼")
    second = ClassFactory(union=union, state="running", title="乙班")
    columns = ["title", "code", "union", "state", "starts_on", "ends_on", "capacity", "place", "provider"]
    sheet = Sheet(done(ask(officer, listing="classes", columns=columns)))
    places = {sheet.sheet.cell(at, sheet.places["培训名称"]).value: at for at in (2, 3)}
    sheet.edit(places["甲班"], 名额="", 地点="二楼", 承办机构="某学校")
    run = send(sheet, officer, union, kind="classes")
    assert (counts(run), messages_of(run)) == ((1, 1, 0), [])
    assert messages_of(run, level="warning") == [(places["甲班"], "承办机构", "provider.unlisted")]
    written(run, officer)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.capacity, first.place, first.organiser) == (None, "二楼", "某学校")
    assert second.version == 1
    sheet.edit(places["甲班"], 地点="三楼").edit(places["乙班"], 地点="三楼")
    again = send(sheet, officer, union, kind="classes")
    assert {code for _, _, code in messages_of(again)} >= {"place.conflict", "code.not_planned"}
    sheet.edit(places["乙班"], 地点="", 状态="已结束")
    fixed = send(sheet, officer, union, kind="classes")
    assert "state.fixed" in {code for _, _, code in messages_of(fixed)}
    foreign = send(sheet, other_officer, other_union, kind="classes")
    assert "title.unknown" in {code for _, _, code in messages_of(foreign)}


def test_only_who_keeps_training_may_upload(union, group_member):
    with pytest.raises((PermissionDenied, ValidationError)):
        check(group_member, union, row())
    assert not TrainingClass.objects.exists()
