"""Texts no code has: what they mean is said once, for all rows, and remembered for the union."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import AuditEntry
from core.errors import RuleError
from core.models import Code, Job
from exchange import checking, services
from exchange.models import TextMemory
from exchange.texts import texts_of, unknown_texts
from tests.exchange.sheets import applied, finish, member, member_book, upload
from tests.factories.unions import EmployerFactory
from workers.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


def unknown(run) -> dict[tuple[str, str], int]:
    kind = checking.kind_for(run)
    kind.prepare(run.header["positions"])
    return {(found.title, text.text): text.rows for found in unknown_texts(run, kind) for text in found.texts}


def say(run, by, *pairs, remember=True):
    return services.map_texts(run=run, pairs=pairs, remember=remember, by=by, hint=False)


def test_a_text_is_explained_for_all_rows_at_once(union, officer):
    rows = [
        member(1, c8="仙学"),
        member(2, c8="仙学"),
        member(5, c8="仙 学"),
        member(3, c8="神学"),
        member(4),
    ]
    run = upload(officer, union, member_book(rows))
    assert unknown(run) == {("学历", "仙学"): 3, ("学历", "神学"): 1}
    assert say(run, officer, ("education", "仙学", "61"), ("education", "神学", "")) == 3
    run.refresh_from_db()
    assert (run.new, run.failed) == (4, 1)
    assert unknown(run) == {("学历", "神学"): 1}
    assert run.lines.get(number=5).values["fields"]["education"] == "61"
    assert applied(run, officer, mode="good").applied == 4
    assert set(Worker.objects.values_list("education", flat=True)) == {"61"}


def test_the_next_file_of_the_union_reads_it_and_says_so(union, officer):
    say(upload(officer, union, member_book([member(1, c8="仙学")])), officer, ("education", "仙学", "高中"))
    memory = TextMemory.objects.get()
    assert (memory.text, memory.key, memory.value, memory.union) == ("仙学", "仙学", "61", union)
    again = upload(officer, union, member_book([member(2, c8="仙学"), member(3)]))
    assert (again.new, again.failed) == (2, 0)
    assert "已按指定的写法读取：学历“仙学”读作" in again.header["notices"][0]
    silent = upload(officer, union, member_book([member(4)]))
    assert [notice for notice in silent.header["notices"] if "写法" in notice] == []


def test_a_run_knows_what_was_said_for_it_only(union, officer):
    run = upload(officer, union, member_book([member(1, c8="仙学")]))
    say(run, officer, ("education", "仙学", "61"), remember=False)
    assert TextMemory.objects.count() == 0
    run.refresh_from_db()
    services.mend(run=run, number=5, texts={"ethnicity": "汉族"}, by=officer)
    assert run.lines.get(number=5).verdict == "new"
    assert upload(officer, union, member_book([member(2, c8="仙学")])).failed == 1


def test_the_memories_of_another_union_are_never_used(union, officer, other_union, other_officer, clerk):
    say(upload(officer, union, member_book([member(1, c8="仙学")])), officer, ("education", "仙学", "61"))
    other = EmployerFactory(name="乙厂有限公司", name_key="乙厂有限公司", union=other_union)
    assert upload(other_officer, other_union, member_book([member(2, c8="仙学")])).failed == 1
    town_wide = upload(clerk, None, member_book([member(3, c8="仙学", c17=other.name)]))
    assert town_wide.failed == 1


def test_a_firm_by_another_name_is_explained(union, officer, firm):
    run = upload(officer, union, member_book([member(1, c17="甲厂"), member(2, c17="甲厂"), member(3)]))
    assert unknown(run) == {("工作单位", "甲厂"): 2}
    assert say(run, officer, ("employer", "甲厂", firm.name)) == 2
    assert run.lines.get(number=5).values["employer"] == firm.pk
    assert TextMemory.objects.get().value == str(firm.pk)
    assert upload(officer, union, member_book([member(4, c17="甲厂")])).new == 1


def test_a_firm_out_of_reach_cannot_be_meant_and_is_not_read_any_more(union, officer, firm, other_union):
    other = EmployerFactory(name="乙厂有限公司", name_key="乙厂有限公司", union=other_union)
    run = upload(officer, union, member_book([member(1, c17="甲厂")]))
    for meaning in (other.name, str(other.pk)):
        with pytest.raises(RuleError, match="不在可选值中"):
            say(run, officer, ("employer", "甲厂", meaning))
    say(run, officer, ("employer", "甲厂", str(firm.pk)))
    firm.union = other_union
    firm.save()
    EmployerFactory(name="丙厂有限公司", name_key="丙厂有限公司", union=union)
    assert upload(officer, union, member_book([member(2, c17="甲厂")])).failed == 1


def test_a_code_that_is_no_longer_in_use_is_not_read_any_more(union, officer):
    say(upload(officer, union, member_book([member(1, c8="仙学")])), officer, ("education", "仙学", "61"))
    Code.objects.filter(table="education", code="61").update(valid_to="2020-01-01")
    assert upload(officer, union, member_book([member(2, c8="仙学")])).failed == 1


def test_a_word_the_table_gets_later_wins_over_what_was_remembered(union, officer):
    say(upload(officer, union, member_book([member(1, c8="仙学")])), officer, ("education", "仙学", "61"))
    TextMemory.objects.update(key="大专", text="大专")
    run = upload(officer, union, member_book([member(2, c8="大专")]))
    assert run.lines.get(number=5).values["fields"]["education"] != "61"


def test_yes_and_no_in_other_words_are_explained(union, officer):
    run = upload(officer, union, member_book([member(1, c19="进城务工")]))
    assert unknown(run) == {("是否农民工会员", "进城务工"): 1}
    say(run, officer, ("is_migrant", "进城务工", "是"))
    assert run.lines.get(number=5).values["fields"]["is_migrant"] is True


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ([], "还没有选择"),
        ([("education", "仙学", " ")], "还没有选择"),
        ([("education", "仙学", "修仙")], "不在可选值中"),
        ([("name", "仙学", "61")], "没有要对应的列"),
        ([("salary", "仙学", "61")], "没有要对应的列"),
        ([("education", "330382199001010015", "61")], "不能对应"),
    ],
)
def test_what_cannot_be_meant_is_refused(union, officer, pairs, told):
    run = upload(officer, union, member_book([member(1, c8="仙学")]))
    with pytest.raises(RuleError, match=told):
        say(run, officer, *pairs)
    run.refresh_from_db()
    assert (run.failed, run.layout, TextMemory.objects.count()) == (1, {}, 0)


def test_withdrawn_codes_are_not_among_the_options(union, officer):
    run = upload(officer, union, member_book([member(1, c2="雄")]))
    kind = checking.kind_for(run)
    kind.prepare(run.header["positions"])
    [found] = unknown_texts(run, kind)
    assert [label for _, label in found.options] == ["男", "女"]


def test_many_rows_are_checked_again_by_a_job(union, officer, monkeypatch):
    monkeypatch.setattr("exchange.services.texts.AT_ONCE", 2)
    monkeypatch.setattr("exchange.services.texts.SLICE", 2)
    run = upload(officer, union, member_book([member(place, c8="仙学") for place in range(1, 6)]))
    services.mend(run=run, number=9, texts={"name": "试改"}, by=officer)
    run.refresh_from_db()
    assert say(run, officer, ("education", "仙学", "61"), remember=False) is None
    run.refresh_from_db()
    assert (run.state, Job.objects.get(key=run.job_key).kind) == ("checking", "exchange.recheck")
    run = finish(run)
    assert (run.state, run.new, run.failed) == ("checked", 5, 0)
    assert run.lines.get(number=9).values["fields"]["name"] == "试改"
    services.recheck(run_id=run.pk, progress=None, finish=None)


def test_a_failed_recheck_leads_back_to_the_preview(union, officer, monkeypatch):
    monkeypatch.setattr("exchange.services.texts.AT_ONCE", 0)
    run = upload(officer, union, member_book([member(1, c8="仙学")]))
    say(run, officer, ("education", "仙学", "61"))
    run.refresh_from_db()
    Job.objects.filter(key=run.job_key).update(
        state=Job.State.FAILED, error="中断", finished_at=timezone.now()
    )
    services.recover(run=run)
    run.refresh_from_db()
    assert (run.state, run.error, run.failed) == ("checked", "中断", 1)


def test_duplicates_stay_duplicates(union, officer):
    run = upload(officer, union, member_book([member(1, c8="仙学"), member(1)]))
    assert run.failed == 2
    say(run, officer, ("education", "仙学", "61"))
    run.refresh_from_db()
    assert run.failed == 2
    assert [[p["code"] for p in line.problems if p["level"] == "error"] for line in run.lines.all()] == [
        ["duplicate"],
        ["duplicate"],
    ]


def test_who_may_not_write_may_not_explain(union, officer, other_officer):
    run = upload(officer, union, member_book([member(1, c8="仙学")]))
    with pytest.raises(PermissionDenied):
        say(run, other_officer, ("education", "仙学", "61"))


def test_what_was_said_is_in_the_audit_trail_and_forgetting_too(union, officer):
    run = upload(officer, union, member_book([member(1, c8="仙学", c17="甲厂")]))
    say(run, officer, ("education", "仙学", "61"))
    entry = AuditEntry.objects.get(action="exchange.texts")
    assert (entry.details["texts"], entry.details["rows"], entry.details["columns"]) == (1, 1, ["education"])
    services.forget_text(memory=TextMemory.objects.get(), by=officer)
    assert AuditEntry.objects.filter(action="exchange.text_forgotten").count() == 1
    run.refresh_from_db()
    assert texts_of(run) == {"education": {"仙学": "61"}}
