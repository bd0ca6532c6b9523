"""Columns beyond the circulated form: flags of the person, facts of the job; previewed, written, undone."""

import datetime as dt

import openpyxl
import pytest
from django.utils import timezone

from core import coding
from core.models import Code
from exchange import services
from tests.exchange.sheets import MEMBER_TITLES, applied, finish, member, messages_of, saved, upload
from tests.factories.unions import EmployerFactory, UnionFactory
from unions.models import OrgType
from workers import services as roll
from workers.models import Employment, Worker
from workers.positions import differing_positions

pytestmark = pytest.mark.django_db
EXTRA = ["关键岗位", "产业工人", "用工形式", "工种", "班组", "工号", "入职日期"]
SAID = ["是", "否", "劳务派遣", "焊工", "一班", "D01", "2021/05/01"]
FACTS = ("form", "occupation", "team", "staff_number", "start")
STORED = ("30", "焊工", "一班", "D01", dt.date(2021, 5, 1))


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


def book(*rows, titles=EXTRA) -> bytes:
    """Rows of the form, each followed by what it says in the extra columns."""
    made = openpyxl.Workbook()
    for row in ([*MEMBER_TITLES, *titles], *rows):
        made.active.append(row)
    return saved(made)


def line(place=1, said=SAID, **changes):
    return [*member(place, **changes), *said]


def but(**changes):
    return [changes.get(title, text) for title, text in zip(EXTRA, SAID, strict=True)]


def jobs(worker):
    return list(worker.employments.order_by("pk").values_list(*FACTS))


def described(run, by, union):
    kind = run.kind_class(by=by, union=union, today=dt.date(2026, 1, 1))
    found = run.lines.get(verdict="changed")
    return kind.describe(found.before, found.values)


def test_a_new_person_brings_flags_and_job(firm, union, officer):
    run = applied(upload(officer, union, book(line())), officer)
    worker = Worker.objects.get()
    assert (run.applied, worker.is_key_post, worker.is_industrial) == (1, True, False)
    assert jobs(worker) == [STORED]
    assert differing_positions() == []
    again = upload(officer, union, book(line(), line(2)))
    assert (again.unchanged, again.new) == (1, 1)


def test_any_of_the_columns_may_be_there(firm, union, officer):
    applied(upload(officer, union, book(line(said=["焊工"]), titles=["工种"])), officer)
    worker = Worker.objects.get()
    assert jobs(worker) == [("", "焊工", "", "", None)]
    assert worker.is_key_post is None


def test_a_changed_job_is_shown_written_to_its_row_and_undone(firm, union, officer):
    applied(upload(officer, union, book(line())), officer)
    worker, job = Worker.objects.get(), Employment.objects.get()
    said = but(关键岗位="否", 用工形式="非全日制用工", 工种="", 班组="二班", 入职日期="2021/05/06")
    run = upload(officer, union, book(line(said=said)))
    assert described(run, officer, union) == [
        ("关键岗位", "是", "否"),
        ("用工形式", "劳务派遣", "非全日制用工"),
        ("班组", "一班", "二班"),
        ("入职日期", "2021-05-01", "2021-05-06"),
    ]
    assert jobs(worker) == [STORED]
    run = applied(run, officer)
    assert jobs(worker) == [("20", "焊工", "二班", "D01", dt.date(2021, 5, 6))]
    worker.refresh_from_db()
    assert (worker.version, worker.is_key_post) == (2, False)
    run = finish(services.request_undo(run=run, by=officer, hint=False))
    assert run.outcomes()["reverted"] == 1
    assert (jobs(worker), Employment.objects.get()) == ([STORED], job)
    worker.refresh_from_db()
    assert worker.is_key_post is True


def test_what_was_blank_before_is_blank_again_after_the_undo(firm, union, officer):
    applied(upload(officer, union, book(line(said=[""] * 7))), officer)
    run = applied(upload(officer, union, book(line())), officer)
    assert jobs(Worker.objects.get()) == [STORED]
    finish(services.request_undo(run=run, by=officer, hint=False))
    assert jobs(Worker.objects.get()) == [("", "", "", "", None)]


def test_a_job_corrected_by_hand_since_is_kept_by_the_undo(firm, union, officer):
    applied(upload(officer, union, book(line())), officer)
    run = applied(upload(officer, union, book(line(said=but(班组="二班")))), officer)
    worker = Worker.objects.get()
    job = worker.employments.select_related("employer").get()
    roll.edit_employment(employment=job, version=str(worker.version), by=officer, occupation="电工")
    run = finish(services.request_undo(run=run, by=officer, hint=False))
    assert run.outcomes()["kept"] == 1
    assert jobs(worker)[0][1:3] == ("电工", "二班")


def test_blank_cells_say_nothing_about_the_job(firm, union, officer):
    applied(upload(officer, union, book(line())), officer)
    assert upload(officer, union, book(line(said=[""] * 7))).unchanged == 1


def test_a_move_to_another_firm_opens_a_job_with_these_facts(firm, union, officer):
    other = EmployerFactory(name="丙厂有限公司", name_key="丙厂有限公司", union=union)
    applied(upload(officer, union, book(line(c17="甲厂有限公司"))), officer)
    said = but(工种="电工", 入职日期="2024/02/03")
    run = upload(officer, union, book(line(said=said, c17="丙厂有限公司")))
    assert ("工种", "", "电工") in described(run, officer, union)
    run = applied(run, officer)
    worker = Worker.objects.get()
    assert jobs(worker) == [STORED, ("30", "电工", "一班", "D01", dt.date(2024, 2, 3))]
    worker.refresh_from_db()
    assert worker.employer == other
    finish(services.request_undo(run=run, by=officer, hint=False))
    assert jobs(worker) == [STORED]
    assert differing_positions() == []


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"关键岗位": "也许"}, "关键岗位", "is_key_post.not_yes_or_no"),
        ({"用工形式": "打零工"}, "用工形式", "form.unknown_code"),
        ({"工种": "焊" * 51}, "工种", "occupation.too_long"),
        ({"班组": "一\ue000班"}, "班组", "team.lost_character"),
        ({"工号": "1" * 31}, "工号", "staff_number.too_long"),
        ({"入职日期": "2021/02/30"}, "入职日期", "start.no_such_day"),
        ({"入职日期": "2098/01/01"}, "入职日期", "start.future"),
    ],
)
def test_a_bad_cell_keeps_its_line_out(firm, union, officer, changes, column, code):
    run = upload(officer, union, book(line(), line(2, said=but(**changes))))
    assert messages_of(run) == [(3, column, code)]
    assert (run.new, run.failed) == (1, 1)


def test_cells_are_cleaned_like_the_form(firm, union, officer):
    said = but(工种=" 焊\u200b 工 ", 工号="　Ｄ ０１", 入职日期="２０２１年５月１日", 关键岗位="√")
    applied(upload(officer, union, book(line(said=said))), officer)
    assert jobs(Worker.objects.get()) == [("30", "焊 工", "一班", "D01", dt.date(2021, 5, 1))]


def test_a_start_before_the_end_of_the_last_job_there_is_refused(firm, union, officer):
    applied(upload(officer, union, book(line())), officer)
    worker = Worker.objects.get()
    ended = {"employer": firm, "start": dt.date(2018, 1, 1), "end": dt.date(2019, 1, 1)}
    Employment.objects.create(worker=worker, **ended)
    run = upload(officer, union, book(line(said=but(入职日期="2018/12/31"))))
    assert messages_of(run) == [(2, "入职日期", "start.job")]
    assert "到 2019-01-01 才结束" in str(run.lines.get().problems)
    worker.employments.filter(end=None).update(end=dt.date(2024, 1, 1))
    back = upload(officer, union, book(line(said=but(入职日期="2023/01/01"))))
    assert messages_of(back) == [(2, "入职日期", "start.job")]


def test_a_firm_that_has_closed_takes_nobody_after_that_day(firm, union, officer):
    firm.closed_on = dt.date(2021, 4, 1)
    firm.save()
    run = upload(officer, union, book(line()))
    assert messages_of(run) == [(2, "入职日期", "start.firm_closed")]


def test_leaving_with_a_start_after_the_leaving_is_refused_and_leaving_twice_is_not(firm, union, officer):
    applied(upload(officer, union, book(line())), officer)
    leaves = {"c13": "转出", "c14": "2024/02/01", "c15": "劳动（工作）关系发生变化"}
    run = upload(officer, union, book(line(said=but(入职日期="2024/02/01"), **leaves)))
    assert messages_of(run) == [(2, "入职日期", "start.job")]
    content = book(line(said=but(班组="三班"), **leaves))
    applied(upload(officer, union, content), officer)
    job = Employment.objects.get()
    assert (job.team, job.end) == ("三班", dt.date(2024, 2, 1))
    assert upload(officer, union, book(line(said=but(班组="三班"), **leaves), line(3))).unchanged == 1


def test_facts_of_a_job_without_a_firm_are_refused(town, clerk):
    holding = UnionFactory(parent=town, org_type=OrgType.VILLAGE_FEDERATION, is_holding=True)
    run = upload(clerk, holding, book(line(), line(2, said=but(**dict.fromkeys(EXTRA, "")))))
    assert messages_of(run) == [(2, "工作单位", "employer.job_without_firm")]
    applied(run, clerk, mode="good")
    assert Employment.objects.count() == 0
    known = upload(clerk, holding, book(line(2)))
    assert messages_of(known) == [(2, "工作单位", "employer.job")]


def test_a_withdrawn_code_is_refused_with_its_day(firm, union, officer, clerk):
    code = Code.objects.get(table="employment_form", code="30")
    coding.withdraw_code(code=code, version="1", on=timezone.localdate(), by=clerk)
    run = upload(officer, union, book(line()))
    assert messages_of(run) == [(2, "用工形式", "form.code_out_of_use")]
    assert f"“劳务派遣”已于 {timezone.localdate()} 停用" in str(run.lines.get().problems)


def test_a_local_code_and_alias_are_understood(firm, union, officer, clerk):
    code = coding.add_code(
        table="employment_form", code="Z01", name="季节性用工", valid_from=dt.date(2026, 1, 1), by=clerk
    )
    coding.add_alias(code=code, text="季节工", by=clerk)
    applied(upload(officer, union, book(line(said=but(用工形式="季节工")))), officer)
    assert jobs(Worker.objects.get())[0][0] == "Z01"
