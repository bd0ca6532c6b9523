"""Kind ``employments``: jobs of people on the roll are opened, corrected, ended, and put back by an undo."""

import datetime as dt
import json

import pytest
from django.db.models import F
from django.urls import reverse

from accounts.models import AuditEntry
from exchange import services
from exchange.erasing import erase_people
from exchange.models import ImportRow
from tests.exchange.job_sheets import job_book, job_row
from tests.exchange.sheets import applied, finish, member, messages_of, upload
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from workers import services as roll
from workers.models import Conflict, Employment
from workers.positions import differing_positions

pytestmark = pytest.mark.django_db
NUMBER = member(1)[7]
OTHER_NUMBER = member(2)[7]
START = dt.date(2021, 6, 1)


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


@pytest.fixture
def worker(firm):
    worker = WorkerFactory(employer=firm, document=NUMBER)
    Employment.objects.update(start=START, form="30", occupation="焊工")
    return worker


def check(by, union, *rows, **options):
    return upload(by, union, job_book(*rows), kind="employments", name="就业.xlsx", **options)


def jobs(worker) -> list:
    fields = ("employer__name", "start", "end", "form", "occupation", "team", "staff_number")
    return list(worker.employments.order_by("start", "pk").values_list(*fields))


STORED = ("甲厂有限公司", START, None, "30", "焊工", "", "")


def undone(run, by):
    return finish(services.request_undo(run=run, by=by, hint=False))


def test_facts_of_a_running_job_are_shown_written_and_taken_back(worker, union, officer):
    run = check(officer, union, job_row(worker, NUMBER, occupation="电工", team="二班", form="劳务派遣"))
    line = run.lines.get()
    kind = run.kind_class(by=officer, union=union, today=run.day)
    assert (run.changed, line.target_id) == (1, worker.pk)
    assert kind.describe(line.before, line.values) == [("工种", "焊工", "电工"), ("班组", "", "二班")]
    before = worker.version
    run = applied(run, officer)
    worker.refresh_from_db()
    assert jobs(worker) == [("甲厂有限公司", START, None, "30", "电工", "二班", "")]
    assert (run.applied, worker.version) == (1, before + 1)
    assert undone(run, officer).outcomes() == {"reverted": 1, "kept": 0, "impossible": 0}
    assert jobs(worker) == [STORED]


def test_leaving_ends_the_job_and_not_the_membership(worker, union, officer):
    run = applied(check(officer, union, job_row(worker, NUMBER, end="2024/02/01")), officer)
    worker.refresh_from_db()
    assert jobs(worker)[0][2] == dt.date(2024, 2, 1)
    assert (worker.employer, worker.standing) == (None, "member")
    assert differing_positions() == []
    undone(run, officer)
    worker.refresh_from_db()
    assert (jobs(worker), worker.employer.name) == ([STORED], "甲厂有限公司")
    assert differing_positions() == []


def test_a_new_job_is_opened_and_removed_again(worker, union, officer):
    EmployerFactory(name="丙厂有限公司", name_key="丙厂有限公司", union=union)
    rows = [
        job_row(worker, NUMBER, "甲厂有限公司", end="2024/02/01"),
        job_row(worker, NUMBER, "丙厂有限公司", start="2024/02/01", staff_number="D01"),
    ]
    run = check(officer, union, *rows)
    assert (run.new, run.changed) == (1, 1)
    run = applied(run, officer)
    worker.refresh_from_db()
    assert [job[:3] for job in jobs(worker)] == [
        ("甲厂有限公司", START, dt.date(2024, 2, 1)),
        ("丙厂有限公司", dt.date(2024, 2, 1), None),
    ]
    assert worker.employer.name == "丙厂有限公司"
    assert undone(run, officer).outcomes()["reverted"] == 2
    assert jobs(worker) == [STORED]
    assert differing_positions() == []


def test_an_earlier_job_at_the_same_firm_is_added(worker, union, officer):
    run = applied(
        check(officer, union, job_row(worker, NUMBER, start="2018/01/01", end="2019/01/01")), officer
    )
    assert (run.new, [job[1:3] for job in jobs(worker)]) == (
        1,
        [(dt.date(2018, 1, 1), dt.date(2019, 1, 1)), (START, None)],
    )
    again = check(officer, union, job_row(worker, NUMBER, start="2018/01/01", end="2019/01/01", team="一班"))
    assert (again.unchanged, messages_of(again, level="warning")) == (1, [(2, "班组", "team.past")])


def test_what_is_on_the_roll_already_is_unchanged(worker, union, officer):
    run = check(
        officer, union, job_row(worker, NUMBER, form="劳务派遣", occupation="焊工", start="2021/06/01")
    )
    assert run.unchanged == 1


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"start": "2098/01/01"}, "start.future"),
        ({"end": "2098/01/01"}, "end.future"),
        ({"end": "2021/05/01", "start": "2021/05/01"}, "end.before_start"),
        ({"start": "2021/05/32"}, "start.no_such_day"),
        ({"form": "打零工"}, "form.unknown_code"),
        ({"occupation": "焊" * 51}, "occupation.too_long"),
        ({"staff_number": "1" * 31}, "staff_number.too_long"),
        ({"team": "一\ue000班"}, "team.lost_character"),
    ],
)
def test_a_bad_cell_is_named(worker, union, officer, facts, code):
    run = check(officer, union, job_row(worker, NUMBER, **facts))
    assert [found[2] for found in messages_of(run)] == [code]


def test_an_end_on_the_first_day_is_refused(worker, union, officer):
    Employment.objects.update(start=dt.date(2024, 2, 1))
    run = check(officer, union, job_row(worker, NUMBER, end="2024/02/01"))
    assert messages_of(run) == [(2, "离职日期", "end.before_start")]
    assert "2024-02-01" in run.lines.get().problems[-1]["message"]


@pytest.mark.parametrize(
    ("facts", "column", "code"),
    [
        ({"start": "2018/06/01"}, "入职日期", "start.job"),
        ({"start": "2017/01/01", "end": "2018/06/01"}, "入职日期", "start.job"),
        ({"start": "2018/01/01", "end": "2018/12/01"}, "离职日期", "end.ended"),
        ({"end": "2017/01/01"}, "离职日期", "end.before_start"),
    ],
)
def test_jobs_at_a_firm_never_overlap(worker, union, officer, facts, column, code):
    firm = worker.employer
    Employment.objects.create(
        worker=worker, employer=firm, start=dt.date(2018, 1, 1), end=dt.date(2019, 1, 1)
    )
    run = check(officer, union, job_row(worker, NUMBER, **facts))
    assert messages_of(run) == [(2, column, code)]


def test_coming_back_needs_a_day_after_the_last_job(worker, union, officer):
    Employment.objects.update(end=dt.date(2024, 2, 1))
    assert messages_of(check(officer, union, job_row(worker, NUMBER))) == [(2, "入职日期", "start.again")]
    early = check(officer, union, job_row(worker, NUMBER, start="2024/01/01"))
    assert messages_of(early) == [(2, "入职日期", "start.job")]
    run = applied(check(officer, union, job_row(worker, NUMBER, start="2024/02/01")), officer)
    assert (run.applied, len(jobs(worker))) == (1, 2)


def test_a_closed_firm_takes_nobody(worker, union, officer):
    other = EmployerFactory(name="丁厂有限公司", name_key="丁厂有限公司", union=union)
    other.closed_on = dt.date(2024, 1, 1)
    other.save()
    run = check(officer, union, job_row(worker, NUMBER, other.name))
    assert messages_of(run) == [(2, "入职日期", "start.firm_closed")]


def test_a_name_that_differs_from_the_roll_is_a_problem(worker, union, officer):
    run = check(officer, union, job_row("试别人", NUMBER, team="二班"))
    assert messages_of(run) == [(2, "姓名", "name.differs")]
    assert worker.name in run.lines.get().problems[-1]["message"]
    services.mend(run=run, number=2, texts={"name": worker.name}, by=officer)
    run.refresh_from_db()
    assert run.changed == 1


def test_somebody_unknown_is_a_problem_with_its_remedy(worker, union, officer):
    run = check(officer, union, job_row("试乙", OTHER_NUMBER, "甲厂有限公司"))
    assert messages_of(run) == [(2, "证件号码", "number.unknown_person")]
    assert "会员信息" in run.lines.get().problems[0]["message"]
    assert OTHER_NUMBER not in str(run.lines.get().problems)


def test_somebody_of_another_union_is_a_conflict_that_says_nothing(worker, union, other_union, officer):
    theirs = WorkerFactory(employer=EmployerFactory(union=other_union), document=OTHER_NUMBER)
    before = jobs(theirs)
    run = check(officer, union, job_row("随便", OTHER_NUMBER, "甲厂有限公司", start="2024/01/01"))
    line = run.lines.get()
    assert (line.verdict, line.target_id, line.before) == ("conflict", None, None)
    assert line.problems[-1]["message"] == "该人员无法在此录入，已告知镇总工会。"
    assert theirs.name not in str(line.problems)
    applied(run, officer, mode="good")
    case = Conflict.objects.get()
    assert (case.worker, case.claimant, case.claimed["name"], case.claimed["on"]) == (
        theirs,
        union,
        "随便",
        "2024-01-01",
    )
    assert jobs(theirs) == before


def test_a_firm_of_another_union_is_refused_like_an_unknown_one(worker, union, other_union, officer):
    EmployerFactory(name="乙厂有限公司", name_key="乙厂有限公司", union=other_union)
    rows = [job_row(worker, NUMBER, "乙厂有限公司"), job_row(worker, NUMBER, "无此公司")]
    first, second = (line.problems[0] for line in check(officer, union, *rows).lines.order_by("number"))
    assert first["message"].replace("乙厂有限公司", "X") == second["message"].replace("无此公司", "X")


def test_a_row_without_a_firm_belongs_to_the_only_one(worker, union, officer):
    EmployerFactory(union=union)
    run = check(officer, union, job_row(worker, NUMBER, team="二班"))
    assert messages_of(run) == [(2, "工作单位", "employer.blank")]


def test_one_person_at_one_firm_stands_in_one_row(worker, union, officer):
    run = check(officer, union, job_row(worker, NUMBER), job_row(worker, NUMBER, team="二班"))
    assert messages_of(run) == [(2, "证件号码", "duplicate"), (3, "证件号码", "duplicate")]
    assert "同一人在同一单位" in run.lines.first().problems[-1]["message"]


@pytest.mark.parametrize(
    ("rule", "said", "verdict", "occupation", "team", "end"),
    [
        ("update", {"occupation": "电工", "team": "二班"}, "changed", "电工", "二班", None),
        ("fill", {"occupation": "电工", "team": "二班"}, "changed", "焊工", "二班", None),
        ("fill", {"occupation": "电工"}, "unchanged", "焊工", "", None),
        ("fill", {"end": "2024/02/01"}, "unchanged", "焊工", "", None),
        ("skip", {"occupation": "电工", "team": "二班"}, "skipped", "焊工", "", None),
    ],
)
def test_known_jobs_by_rule(worker, firm, union, officer, rule, said, verdict, occupation, team, end):
    new = WorkerFactory(employer=firm, document=OTHER_NUMBER)
    new.employments.all().delete()
    rows = [job_row(worker, NUMBER, **said), job_row(new, OTHER_NUMBER, start="2024/01/01")]
    run = check(officer, union, *rows, rule=rule)
    assert {name: count for name, count in run.counts.items() if count} == {"new": 1, verdict: 1}
    applied(run, officer)
    assert jobs(worker) == [("甲厂有限公司", START, end, "30", occupation, team, "")]
    assert len(jobs(new)) == 1


def test_the_history_of_a_person_tells_the_jobs(client, worker, union, officer):
    EmployerFactory(name="丙厂有限公司", name_key="丙厂有限公司", union=union)
    rows = [
        job_row(worker, NUMBER, "甲厂有限公司", end="2024/02/01", occupation="电工"),
        job_row(worker, NUMBER, "丙厂有限公司", start="2024/02/01"),
    ]
    run = undone(applied(check(officer, union, *rows), officer), officer)
    told = [
        (entry.action, entry.details["row"], entry.details["employer"], entry.details["changes"])
        for entry in AuditEntry.objects.filter(details__has_key="row").order_by("pk")
    ]
    ends = {"end": [None, "2024-02-01"], "occupation": ["焊工", "电工"]}
    assert told[:2] == [
        ("workers.import", 2, "甲厂有限公司", ends),
        ("workers.import", 3, "丙厂有限公司", {"start": [None, "2024-02-01"]}),
    ]
    back = {name: pair[::-1] for name, pair in ends.items()}
    assert told[2][:1] + told[2][3:] == ("workers.import_undo", back)
    client.force_login(officer)
    page = client.get(worker.get_absolute_url()).content.decode()
    assert "电工" in page
    listed = client.get(reverse("exchange:record_runs", args=["workers", worker.pk])).content.decode()
    assert f"导入就业信息（批次 {run.pk}）" in listed


def test_a_job_changed_since_the_check_is_not_written_over(worker, union, officer):
    run = check(officer, union, job_row(worker, NUMBER, occupation="电工"))
    Employment.objects.update(occupation="钳工")
    run = applied(run, officer, mode="good")
    assert (run.applied, run.failed, jobs(worker)[0][4]) == (0, 1, "钳工")


def test_undo_keeps_what_somebody_touched_and_what_cannot_come_back(worker, firm, union, officer):
    second = WorkerFactory(employer=firm, document=OTHER_NUMBER)
    second.employments.update(start=START)
    rows = [
        job_row(worker, NUMBER, occupation="电工"),
        job_row(second, OTHER_NUMBER, end="2024/02/01"),
    ]
    run = applied(check(officer, union, *rows), officer)
    job = worker.employments.select_related("employer").get()
    worker.refresh_from_db()
    roll.edit_employment(employment=job, version=str(worker.version), by=officer, team="三班")
    roll.start_employment(worker=second, employer=firm, start=dt.date(2024, 3, 1), by=officer)
    run = undone(run, officer)
    assert run.outcomes() == {"reverted": 0, "kept": 1, "impossible": 1}
    assert jobs(worker)[0][4:6] == ("电工", "三班")
    assert [job[2] for job in jobs(second)] == [dt.date(2024, 2, 1), None]
    reasons = dict(run.lines.values_list("number", "effect__reason"))
    assert "重叠" in reasons[3]


def test_other_work_on_the_person_does_not_stop_the_undo(worker, union, officer):
    run = applied(check(officer, union, job_row(worker, NUMBER, team="二班")), officer)
    type(worker).objects.update(version=F("version") + 1)
    assert undone(run, officer).outcomes()["reverted"] == 1


def test_a_federation_moves_people_between_its_unions_firms_only_as_to_jobs(
    worker, federation, federation_officer
):
    other = EmployerFactory(
        name="丙厂有限公司", name_key="丙厂有限公司", union=UnionFactory(parent=federation)
    )
    row = job_row(worker, NUMBER, "丙厂有限公司", start="2024/01/01")
    applied(check(federation_officer, federation, row), federation_officer)
    worker.refresh_from_db()
    assert worker.employments.filter(employer=other).count() == 1
    assert worker.union != other.union
    assert differing_positions() == []


def test_columns_may_be_fewer_and_in_another_order(worker, union, officer):
    titles = ["工号", "姓名", "身份证号"]
    content = job_book(["D07", worker.name, NUMBER], titles=titles)
    run = applied(upload(officer, union, content, kind="employments"), officer)
    assert (run.applied, jobs(worker)[0][6]) == (1, "D07")


def test_rows_are_checked_in_a_flat_number_of_queries(
    worker, firm, union, officer, django_assert_max_num_queries
):
    people = [(WorkerFactory(employer=firm, document=member(n)[7]), member(n)[7]) for n in range(2, 22)]
    few = check(officer, union, job_row(worker, NUMBER, team="二班"))
    with django_assert_max_num_queries(400) as one:
        applied(few, officer)
    many = check(officer, union, *[job_row(person, number, team="三班") for person, number in people])
    with django_assert_max_num_queries(len(one)):
        assert applied(many, officer).applied == 20


def test_nothing_personal_stays_of_somebody_who_is_forgotten(worker, union, officer):
    run = applied(check(officer, union, job_row(worker, NUMBER, team="二班")), officer)
    keys = [bytes(document.number_index) for document in worker.documents.all()]
    erase_people([worker.pk], keys)
    line = ImportRow.objects.get(run=run)
    assert (line.values, line.before, line.key) == ({}, None, None)
    assert set(json.loads(line.raw)) == {""}
