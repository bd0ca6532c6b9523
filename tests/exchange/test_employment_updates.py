"""The update template of jobs: filled with the main job of each person, and only edited cells come back."""

import datetime as dt

import pytest
from django.urls import reverse

from exchange import services
from tests.exchange.exports import ask, done
from tests.exchange.returning import Sheet, counts, send
from tests.exchange.sheets import applied, finish
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from workers.models import Employment
from workers.positions import differing_positions

pytestmark = pytest.mark.django_db
START = dt.date(2021, 6, 1)


@pytest.fixture
def people(union):
    firm = EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)
    people = [WorkerFactory(employer=firm) for _ in range(3)]
    Employment.objects.update(start=START, form="30", occupation="焊工", team="一班")
    return people


def template(user) -> Sheet:
    return Sheet(done(ask(user, listing="employment_update", layout="update")), header=2)


def jobs(worker) -> list:
    return list(worker.employments.values_list("start", "end", "form", "occupation", "team", "staff_number"))


STORED = [(START, None, "30", "焊工", "一班", "")]


def test_a_template_that_nobody_edited_changes_nothing(people, union, officer):
    sheet = template(officer)
    assert (sheet.text(people[0], "工种"), sheet.text(people[0], "入职日期")) == ("焊工", "2021/06/01")
    assert people[0].documents.get().number != sheet.text(people[0], "证件号码")
    assert counts(send(sheet, officer, union, kind="employments")) == (0, 3, 0)


def test_edited_cells_are_written_and_taken_back(people, union, officer):
    sheet = template(officer)
    sheet.edit(sheet.row_of(people[0]), 工种="电工", 班组=None)
    sheet.edit(sheet.row_of(people[1]), 离职日期="2024/02/01")
    run = send(sheet, officer, union, kind="employments")
    assert counts(run) == (2, 1, 0)
    run = applied(run, officer)
    assert jobs(people[0]) == [(START, None, "30", "电工", "", "")]
    assert jobs(people[1]) == [(START, dt.date(2024, 2, 1), "30", "焊工", "一班", "")]
    people[1].refresh_from_db()
    assert people[1].employer is None
    assert differing_positions() == []
    run = finish(services.request_undo(run=run, by=officer, hint=False))
    assert run.outcomes() == {"reverted": 2, "kept": 0, "impossible": 0}
    assert [jobs(person) for person in people] == [STORED] * 3


def test_a_cell_changed_since_the_export_is_a_conflict(people, union, officer):
    sheet = template(officer)
    sheet.edit(sheet.row_of(people[0]), 工种="电工")
    Employment.objects.filter(worker=people[0]).update(occupation="钳工")
    run = send(sheet, officer, union, kind="employments")
    assert counts(run) == (0, 2, 1)
    assert "钳工" in run.lines.failing().get().problems[-1]["message"]


@pytest.mark.parametrize("title", ["姓名", "工作单位", "证件号码"])
def test_who_and_where_are_not_changed_by_the_template(people, union, officer, title):
    sheet = template(officer)
    sheet.edit(sheet.row_of(people[0]), **{title: "别的"})
    run = send(sheet, officer, union, kind="employments")
    assert counts(run) == (0, 2, 1)


@pytest.mark.parametrize(
    ("rule", "verdict"), [("update", "changed"), ("fill", "unchanged"), ("skip", "skipped")]
)
def test_the_match_rule_holds_for_edited_cells(people, union, officer, rule, verdict):
    sheet = template(officer)
    sheet.edit(sheet.row_of(people[0]), 工种="电工")
    run = send(sheet, officer, union, kind="employments", rule=rule)
    assert run.lines.get(target_id=people[0].pk).verdict == verdict


def test_rows_of_another_unions_people_are_unknown(people, union, other_union, officer, clerk, other_officer):
    EmployerFactory(union=other_union)
    sheet = template(officer)
    sheet.edit(sheet.row_of(people[0]), 工种="电工")
    run = send(sheet, other_officer, other_union, kind="employments")
    assert counts(run) == (0, 0, 3)
    assert {problem["code"] for line in run.lines.all() for problem in line.problems} == {"row_key.unknown"}
    assert people[0].name not in str([line.problems for line in run.lines.all()])


def test_whoever_has_lost_the_job_since_is_told(people, union, officer):
    sheet = template(officer)
    sheet.edit(sheet.row_of(people[0]), 工种="电工")
    people[0].employments.update(end=dt.date(2024, 1, 1))
    type(people[0]).objects.filter(pk=people[0].pk).update(employer=None)
    run = send(sheet, officer, union, kind="employments")
    assert counts(run) == (0, 2, 1)


def test_the_upload_page_offers_it(client, people, officer):
    client.force_login(officer)
    page = client.get(reverse("exchange:run_upload")).content.decode()
    assert "list=employment_update" in page
    assert client.get(reverse("exchange:export_create"), {"list": "employment_update"}).status_code == 200
