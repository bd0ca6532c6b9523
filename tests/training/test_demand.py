"""Surveys of demand: answered line by line until the deadline, summed, and turned into classes."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.exchange.exports import rows_in_file
from tests.factories.plans import DemandLineFactory, ReturnFactory, SurveyFactory
from tests.factories.unions import UnionFactory
from training import services
from training.invariants.classes import INVARIANTS
from training.models import DemandLine, DemandReturn, DemandSurvey
from training.queries import demand
from unions.models import OrgType

LINE = {"kind": "SKILL", "trade": "电工", "level": "L3", "people": 20}


def url(name, *args):
    return reverse(f"training:{name}", args=args)


def rows(*lines, **facts):
    """A form of the answer with these rows and a spare one."""
    found = {"lines-TOTAL_FORMS": str(len(lines) + 1), "lines-INITIAL_FORMS": "0"} | facts
    for number, line in enumerate(lines):
        found |= {f"lines-{number}-{name}": str(value) for name, value in line.items()}
    return found


@pytest.fixture
def survey(town):
    return SurveyFactory(union=town, title="试调查")


def test_a_union_answers_changes_and_withdraws_its_demand(client, officer, survey, union):
    client.force_login(officer)
    address = url("demand_edit", survey.pk, union.pk)
    assert client.post(address, rows(LINE, {"kind": "LAW", "people": 5})).url == survey.get_absolute_url()
    answer = DemandReturn.objects.get()
    found = list(answer.lines.values_list("position", "kind", "trade", "level", "people"))
    assert found == [(1, "SKILL", "电工", "L3", 20), (2, "LAW", "", "", 5)]
    assert 'value="20"' in client.get(address).content.decode()
    client.post(address, rows({}, LINE | {"people": 30}, version="1"))  # the first row was emptied
    assert list(answer.lines.values_list("position", "people")) == [(1, 30)]
    client.post(address, rows(version="2", no_demand="on"))
    answer.refresh_from_db()
    assert (answer.no_demand, answer.version, answer.lines.count()) == (True, 3, 0)
    assert [demand.answers(survey, demand.unions_asked(survey, officer))[0].state[0]] == ["无需求"]


def test_more_rows_save_nothing(client, officer, survey, union):
    client.force_login(officer)
    page = client.post(url("demand_edit", survey.pk, union.pk), rows(LINE, more="1"))
    assert len(page.context["rows"].forms) == 7
    assert 'value="电工"' in page.content.decode()
    assert not DemandReturn.objects.exists()


def test_faults_stand_beside_their_row(client, officer, survey, union):
    client.force_login(officer)
    address = url("demand_edit", survey.pk, union.pk)
    page = client.post(address, rows({"trade": "电工"}, LINE | {"people": "0"}))
    assert [sorted(form.errors) for form in page.context["rows"]] == [["kind", "people"], ["people"], []]
    empty = client.post(address, rows())
    assert empty.context["form"].non_field_errors() == ["请填写需求；没有的请勾选“无培训需求”"]
    both = client.post(address, rows(LINE, no_demand="on"))
    assert "已勾选“无培训需求”" in both.content.decode()
    ReturnFactory(survey=survey, union=union, no_demand=True, version=1)
    stale = client.post(address, rows(LINE))
    assert "已被其他人提交或修改" in stale.content.decode()
    assert not DemandLine.objects.exists()


def test_answers_end_with_the_deadline_and_with_closing(clerk, officer, survey, union, other_union):
    answer = {"survey": survey, "lines": [LINE], "no_demand": False, "version": ""}
    with pytest.raises(PermissionDenied):
        services.return_demand(union=other_union, by=officer, **answer)
    with pytest.raises(ValidationError, match="第 1 行：没有代码为"):
        services.return_demand(union=union, by=officer, **(answer | {"lines": [LINE | {"level": "X"}]}))
    today = timezone.localdate()
    DemandSurvey.objects.update(deadline=today - dt.timedelta(days=1))
    with pytest.raises(ValidationError, match="已截止或已结束"):
        services.return_demand(union=union, by=officer, **answer)
    facts = {"title": "试调查", "year": 2027, "text": ""}
    with pytest.raises(ValidationError, match="截止日期不能早于今天"):
        services.edit_survey(
            survey=survey, version="1", by=clerk, deadline=today - dt.timedelta(days=2), **facts
        )
    services.edit_survey(survey=survey, version="1", by=clerk, deadline=today, **facts)
    services.return_demand(union=union, by=officer, **answer)  # the day itself is in time
    services.close_survey(survey=survey, by=clerk)
    with pytest.raises(ValidationError, match="已截止或已结束"):
        services.return_demand(union=union, by=officer, **(answer | {"version": "1"}))
    with pytest.raises(ValidationError, match="调查已于"):
        services.close_survey(survey=survey, by=clerk)
    with pytest.raises(PermissionDenied):
        services.reopen_survey(survey=survey, by=officer)
    services.reopen_survey(survey=survey, by=clerk)
    services.return_demand(union=union, by=officer, **(answer | {"version": "1"}))
    with pytest.raises(ValidationError, match="没有结束"):
        services.reopen_survey(survey=survey, by=clerk)
    with pytest.raises(PermissionDenied):
        services.edit_survey(survey=survey, version="4", by=officer, deadline=today, **facts)


def test_the_town_sees_the_sums_and_who_is_missing(client, clerk, officer, survey, union, other_union, town):
    UnionFactory(parent=town, org_type=OrgType.VILLAGE_FEDERATION, name="不填报的联合会")
    for place, people in ((union, 20), (other_union, 5)):
        answer = ReturnFactory(survey=survey, union=place)
        DemandLineFactory(demand_return=answer, trade="电工", level="L3", people=people)
    late = UnionFactory(parent=town, name="未报的工会")
    client.force_login(clerk)
    page = client.get(survey.get_absolute_url())
    [(row, address)] = page.context["sums"]
    assert (row.people, row.unions, page.context["answered"], page.context["asked"]) == (25, 2, 2, 3)
    missing = client.get(survey.get_absolute_url(), {"show": "unanswered"}).context["answers"]
    assert [(one.union, one.state[0]) for one in missing] == [(late, "未报")]
    form = client.get(address).context["form"]
    shown = {name: form[name].value() for name in ("title", "kind", "trade", "level", "capacity")}
    assert shown == {
        "title": "电工中级工技能提升培训", "kind": "SKILL", "trade": "电工", "level": "L3", "capacity": "25",
    }  # fmt: skip
    assert rows_in_file(clerk, "demand_lines", f"survey={survey.pk}", ["union", "people"]) == [
        [union.name, 20],
        [other_union.name, 5],
    ]
    client.force_login(officer)
    page = client.get(survey.get_absolute_url())
    assert [(row.people, row.unions) for row, _ in page.context["sums"]] == [(20, 1)]
    assert [one.union for one in page.context["answers"]] == [union]
    assert rows_in_file(officer, "demand_lines", "", ["union", "people"]) == [[union.name, 20]]


def test_the_town_opens_edits_and_closes_a_survey(client, clerk):
    client.force_login(clerk)
    facts = {"title": "试调查", "year": "2027", "deadline": "2020-01-01"}
    page = client.post(url("survey_create"), facts)
    assert page.context["form"].errors["deadline"] == ["截止日期不能早于今天"]
    client.post(url("survey_create"), facts | {"deadline": "2099-01-01"})
    survey = DemandSurvey.objects.get()
    client.post(
        url("survey_edit", survey.pk),
        facts | {"deadline": "2099-02-01", "version": "1", "text": "请在年底前填报"},
    )
    client.post(url("survey_close", survey.pk))
    survey.refresh_from_db()
    assert (survey.deadline, survey.text, survey.closed_at is None) == (
        dt.date(2099, 2, 1),
        "请在年底前填报",
        False,
    )
    again = client.post(url("survey_close", survey.pk), follow=True)
    assert "调查已于" in again.content.decode()
    assert "已恢复填报" in client.post(url("survey_reopen", survey.pk), follow=True).content.decode()
    DemandSurvey.objects.update(closed_at=timezone.now(), deadline=dt.date(2026, 1, 31))
    late = client.post(url("survey_reopen", survey.pk), follow=True).content.decode()
    assert "截止日期 2026-01-31 已过" in late
    assert "结束调查" in late


@pytest.mark.parametrize("name", ["survey_list", "survey_detail", "demand_list"])
def test_the_number_of_queries_does_not_grow(client, clerk, survey, town, name):
    client.force_login(clerk)
    address = url(name, survey.pk) if name == "survey_detail" else url(name)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    def add():
        SurveyFactory(union=town)
        answer = ReturnFactory(survey=survey, union=UnionFactory(parent=town))
        DemandLineFactory(demand_return=answer, trade=f"工种{answer.pk}")

    add()
    asked()
    first = asked()
    add()
    add()
    assert asked() == first


def test_an_answer_that_says_nothing_is_found(survey, union):
    [rule] = [rule for title, rule in INVARIANTS if title.startswith("answers to surveys")]
    answer = ReturnFactory(survey=survey, union=union)
    assert rule() == [f"DemandReturn {answer.pk}: no demand and lines, or neither"]
    DemandLineFactory(demand_return=answer)
    assert rule() == []
