"""What a row does to a record that is known already: update it, fill its blanks, or leave it alone."""

import datetime as dt

import pytest
from django.db.models import F
from django.urls import reverse

from core.errors import RuleError
from exchange import services
from exchange.models import ImportRun
from tests.exchange.sheets import FIRM, applied, finish, member, member_book, messages_of, upload
from tests.exchange.test_unions_import import UNION_CODE, firm_row, union_book
from tests.factories.unions import EmployerFactory
from unions.models import Employer, Union
from workers.models import Employment, Membership, Worker
from workers.positions import differing_positions

pytestmark = pytest.mark.django_db
RULES = ImportRun.Rule.values
# What the roll holds and what the cell says of 学历 (61 高中, 31 大专) → what stands there afterwards, by rule.
STORED, SAID = {"blank": "", "filled": "61"}, {"blank": "", "filled": "大专"}
AFTER = {
    ("blank", "blank"): {"update": "", "fill": "", "skip": ""},
    ("blank", "filled"): {"update": "31", "fill": "31", "skip": ""},
    ("filled", "blank"): {"update": "61", "fill": "61", "skip": "61"},
    ("filled", "filled"): {"update": "31", "fill": "61", "skip": "61"},
}


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


def counts(run) -> dict:
    return {name: count for name, count in run.counts.items() if count}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("stored", "said"), AFTER)
def test_known_people_by_rule(firm, union, officer, rule, stored, said):
    applied(upload(officer, union, member_book([member(1)])), officer)
    Worker.objects.update(education=STORED[stored])
    run = upload(officer, union, member_book([member(1, c8=SAID[said]), member(2)]), rule=rule)
    expected = AFTER[stored, said][rule]
    known = "skipped" if rule == "skip" else "unchanged" if expected == STORED[stored] else "changed"
    assert counts(run) == {"new": 1, known: 1}
    run = applied(run, officer)
    assert (run.state, run.applied) == ("applied", 1 + (known == "changed"))
    assert Worker.objects.order_by("pk").values_list("education", flat=True)[0] == expected
    run = finish(services.request_undo(run=run, by=officer, hint=False))
    assert run.outcomes() == {"reverted": run.applied, "kept": 0, "impossible": 0}
    assert list(Worker.objects.values_list("education", flat=True)) == [STORED[stored]]
    assert differing_positions() == []


@pytest.mark.parametrize("rule", RULES)
def test_unknown_people_are_new_by_every_rule(firm, union, officer, rule):
    run = applied(upload(officer, union, member_book([member(1)]), rule=rule), officer)
    assert (run.new, run.applied, Worker.objects.get().education) == (1, 1, "61")


@pytest.mark.parametrize(
    ("field", "blank", "filled"),
    [
        ("sex", "0", "2"),
        ("birth_date", None, dt.date(1990, 1, 5)),
        ("is_migrant", None, False),
        ("household_place", "", "浙江省乐清市南岳镇"),
        ("political", "", "13"),
    ],
)
def test_every_kind_of_blank_is_filled(firm, union, officer, field, blank, filled):
    applied(upload(officer, union, member_book([member(1)])), officer)
    Worker.objects.update(**{field: blank})
    again = member_book([member(1)], filled_by=firm.name)  # the same bytes would be the same run
    run = upload(officer, union, again, rule="fill")
    assert set(run.lines.get().before["fields"]) == {field}
    applied(run, officer)
    assert getattr(Worker.objects.get(), field) == filled


def test_a_phone_is_filled_whole_and_never_replaced(firm, union, officer):
    applied(upload(officer, union, member_book([member(1), member(2)])), officer)
    first, second = Worker.objects.order_by("pk")
    Worker.objects.filter(pk=first.pk).update(phone=None, phone_index=None, phone_tail="")
    rows = [member(1, c10="13811112222"), member(2, c10="13811113333")]
    run = applied(upload(officer, union, member_book(rows), rule="fill"), officer)
    assert (run.changed, run.unchanged) == (1, 1)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.phone, first.phone_tail) == ("13811112222", "2222")
    assert second.phone == "13900000002"


def test_a_false_answer_is_not_a_blank_and_a_name_never_is(firm, union, officer):
    applied(upload(officer, union, member_book([member(1)])), officer)
    run = upload(officer, union, member_book([member(1, c19="是", c1="试行")]), rule="fill")
    assert run.unchanged == 1


def test_filling_leaves_memberships_and_jobs_and_says_so(firm, union, officer):
    other = EmployerFactory(name="丙厂有限公司", name_key="丙厂有限公司", union=union)
    applied(upload(officer, union, member_book([member(1, c17="甲厂有限公司")])), officer)
    Worker.objects.update(native_place="")
    leaves = {f"c{FIRM}": other.name, "c13": "转出", "c14": "2024/02/01"}
    run = upload(officer, union, member_book([member(1, **leaves)]), rule="fill")
    assert messages_of(run, level="note") == [(5, "会籍变化日期", "on.only_blanks")]
    applied(run, officer)
    assert (Membership.objects.get().end, Employment.objects.get().employer) == (None, firm)
    assert Worker.objects.get().native_place == "浙江乐清"


def test_skipped_people_are_told_with_their_reason_and_foreign_ones_stay_conflicts(
    firm, union, other_union, officer, other_officer
):
    applied(upload(officer, union, member_book([member(1)])), officer)
    EmployerFactory(name="乙厂有限公司", name_key="乙厂有限公司", union=other_union)
    applied(upload(other_officer, other_union, member_book([member(2, c17="乙厂有限公司")])), other_officer)
    run = upload(officer, union, member_book([member(1, c8="大专"), member(2), member(3)]), rule="skip")
    assert counts(run) == {"new": 1, "skipped": 1, "failed": 1}
    assert messages_of(run, level="note") == [(5, "证件号码", "known")]
    assert "没有改动" in run.lines.get(number=5).problems[-1]["message"]
    assert messages_of(run) == [(6, "证件号码", "elsewhere")]


def test_somebody_registered_after_the_check_is_skipped_too(firm, union, officer):
    run = upload(officer, union, member_book([member(1), member(2)]), rule="skip")
    applied(upload(officer, union, member_book([member(1, c8="大专")])), officer)
    run = applied(run, officer)
    assert (run.state, run.new, run.skipped, run.applied) == ("applied", 1, 1, 1)
    assert Worker.objects.filter(education="31").count() == 1


def test_what_was_blank_at_the_check_and_is_not_any_more_is_not_written_over(firm, union, officer):
    applied(upload(officer, union, member_book([member(1)])), officer)
    Worker.objects.update(education="")
    run = upload(officer, union, member_book([member(1, c8="大专")]), rule="fill")
    Worker.objects.update(education="21", version=F("version") + 1)
    run = applied(run, officer, mode="good")
    assert (run.applied, run.failed, Worker.objects.get().education) == (0, 1, "21")


def chosen(run, by, **options):
    wanted = {"rule": run.rule, "is_full_list": run.is_full_list, "skip_hidden": run.skip_hidden}
    return finish(services.set_options(run=run, by=by, hint=False, **(wanted | options)))


def test_the_rule_can_be_changed_back_and_forth_on_a_checked_run(firm, union, officer):
    applied(upload(officer, union, member_book([member(1), member(2)])), officer)
    Worker.objects.filter(name=member(1)[1]).update(education="")
    gone = {"c13": "转出", "c14": "2020/02/01"}  # before the membership began: a problem when it is meant
    rows = [member(1, c8="大专"), member(2, **gone), member(3, c4="无名族"), member(4), member(4)]
    run = upload(officer, union, member_book(rows))
    first = (counts(run), messages_of(run))
    assert first[0] == {"changed": 1, "failed": 4}
    assert first[1][0] == (6, "会籍变化日期", "on.before_start")
    run = chosen(run, officer, rule="fill")
    assert (run.state, counts(run)) == ("checked", {"changed": 1, "unchanged": 1, "failed": 3})
    run = chosen(run, officer, rule="skip")
    assert counts(run) == {"skipped": 2, "failed": 3}
    run = chosen(run, officer, rule="update")
    assert (counts(run), messages_of(run)) == first


def test_mended_cells_survive_another_rule(firm, union, officer):
    applied(upload(officer, union, member_book([member(1)])), officer)
    run = upload(officer, union, member_book([member(1, c8="仙学")]))
    services.mend(run=run, number=5, texts={"education": "大专"}, by=officer)
    run = chosen(run, officer, rule="fill")
    assert counts(run) == {"unchanged": 1}
    run = chosen(run, officer, rule="update")
    assert counts(run) == {"changed": 1}


def test_the_same_options_again_do_nothing(firm, union, officer):
    run = upload(officer, union, member_book([member(1)]))
    same = services.set_options(run=run, rule="update", is_full_list=False, skip_hidden=False, by=officer)
    assert (same.state, same.turn) == ("checked", run.turn)


@pytest.mark.parametrize("rule", ["", "replace"])
def test_an_unknown_rule_is_refused(firm, union, officer, rule):
    run = upload(officer, union, member_book([member(1)]))
    with pytest.raises(RuleError, match="请选择"):
        services.set_options(run=run, rule=rule, is_full_list=False, skip_hidden=False, by=officer)


def test_rules_are_chosen_at_the_upload_and_on_the_page(client, firm, union, officer, other_officer):
    run = upload(officer, union, member_book([member(1)]))
    client.force_login(officer)
    page = client.get(run.get_absolute_url()).content.decode()
    assert "导入选项：以表格为准更新" in page
    url = reverse("exchange:run_options", args=[run.pk])
    assert client.get(url).status_code == 405
    assert client.post(url, {"rule": "fill"}).url == run.get_absolute_url()
    run = finish(ImportRun.objects.get())
    assert (run.state, run.rule) == ("checked", "fill")
    client.post(url, {"rule": "<b>"})
    run.refresh_from_db()
    assert run.rule == "fill"
    client.force_login(other_officer)
    assert client.post(url, {"rule": "skip"}).status_code == 404


def test_options_of_an_applied_run_stay(client, firm, union, officer):
    run = applied(upload(officer, union, member_book([member(1)])), officer)
    client.force_login(officer)
    response = client.post(reverse("exchange:run_options", args=[run.pk]), {"rule": "skip"}, follow=True)
    assert "已导入" in response.content.decode()
    run.refresh_from_db()
    assert run.rule == "update"


@pytest.mark.parametrize(
    ("rule", "verdict", "address", "head", "employees"),
    [
        ("update", "changed", "南岳镇工业路", "试丁", 150),
        ("fill", "changed", "南岳镇工业路", "试乙", 120),
        ("skip", "skipped", "", "试乙", 120),
    ],
)
def test_known_firms_by_rule(federation, clerk, rule, verdict, address, head, employees):
    applied(upload(clerk, None, union_book([firm_row(c3="")]), kind="unions"), clerk)
    row = firm_row(c3="南岳镇工业路", c8="150", c15="试丁")
    new = firm_row(c1="丁电器有限公司", c2="", c9="丁电器有限公司工会委员会", c10="")
    run = applied(upload(clerk, None, union_book([row, new]), kind="unions", rule=rule), clerk)
    assert counts(run) == {"new": 1, verdict: 1}
    firm, union = Employer.objects.get(name="丙电器有限公司"), Union.objects.get(credit_code=UNION_CODE)
    latest = firm.headcounts.order_by("on").last().employees
    assert (firm.address, union.head_name, latest) == (address, head, employees)
    run = finish(services.request_undo(run=run, by=clerk, hint=False))
    assert run.outcomes() == {"reverted": 1 + (verdict == "changed"), "kept": 0, "impossible": 0}
    union.refresh_from_db()
    firm.refresh_from_db()
    assert (firm.address, union.head_name) == ("", "试乙")


def test_filling_moves_no_firm_and_makes_no_union_for_a_known_one(federation, clerk):
    applied(upload(clerk, None, union_book([firm_row(c3="")]), kind="unions"), clerk)
    row = firm_row(c3="工业路", c9="丙电器新工会委员会", c10="", c11="", c13="")
    run = upload(clerk, None, union_book([row]), kind="unions", rule="fill")
    assert messages_of(run, level="note") == [(6, "工会名称", "union_name.only_blanks")]
    run = applied(run, clerk)
    firm = Employer.objects.get()
    assert (run.applied, firm.address, firm.union.credit_code) == (1, "工业路", UNION_CODE)
    assert Union.objects.filter(name="丙电器新工会委员会").count() == 0


def test_a_known_union_keeps_its_facts_when_a_new_firm_is_let_in(federation, clerk):
    applied(upload(clerk, None, union_book([firm_row(c14="", c13="联合基层工会")]), kind="unions"), clerk)
    row = firm_row(c1="丁电器有限公司", c2="", c15="试丁", c14=90, c13="联合基层工会")
    for rule, members in (("skip", None), ("fill", 90)):
        run = applied(upload(clerk, None, union_book([row]), kind="unions", rule=rule), clerk)
        union = Union.objects.get(credit_code=UNION_CODE)
        assert (run.new, run.applied, union.head_name, union.declared_members) == (1, 1, "试乙", members)
        finish(services.request_undo(run=run, by=clerk, hint=False))
