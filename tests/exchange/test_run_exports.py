"""The list of runs as a file and as saved views: the rows and columns of the page, and nobody else's runs."""

import pytest
from django.urls import reverse

from core.errors import RuleError
from core.listing import to_the_minute
from exchange.models import ImportRun
from exchange.run_listing import RunListing
from tests.exchange.exports import ask, done, queries_of_file, rows_in_file, sheet_rows
from tests.exchange.sheets import applied, member, member_book, upload
from tests.factories.unions import EmployerFactory
from unions import services
from unions.models import SavedView

pytestmark = pytest.mark.django_db
LIST, NEW = reverse("exchange:run_list"), reverse("exchange:export_create")


@pytest.fixture
def firms(union, other_union):
    EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)
    EmployerFactory(name="乙厂有限公司", name_key="乙厂有限公司", union=other_union)


@pytest.fixture
def ours(firms, officer, union):
    return applied(upload(officer, union, member_book([member(1)]), name="甲厂九月.xlsx"), officer)


@pytest.fixture
def theirs(ours, other_officer, other_union):
    return upload(other_officer, other_union, member_book([member(2, c8="仙学")]), name="乙厂.xlsx")


def line(run: ImportRun, state: str, new: int, failed: int, written: int | None) -> list:
    by, at = str(run.created_by), to_the_minute(run.created_at)
    return [run.file_name, "会员信息", run.union.name, state, 1, new, 0, 0, 0, failed, written, by, at]


def test_runs_in_the_file_are_those_of_the_page(client, clerk, officer, other_union, ours, theirs):
    lines = [line(theirs, "待确认", 0, 1, None), line(ours, "已导入", 1, 0, 1)]
    client.force_login(clerk)
    for query, expected in (
        ("", lines),
        ("state=applied", lines[1:]),
        ("q=九月", lines[1:]),
        (f"union={other_union.pk}", lines[:1]),
        (f"by={officer.pk}", lines[1:]),
    ):
        assert rows_in_file(clerk, "runs", query) == expected
        shown = client.get(f"{LIST}?{query}").context["page"]
        assert [run.file_name for run in shown] == [row[0] for row in expected]
    assert rows_in_file(officer, "runs") == lines[1:]
    with pytest.raises(RuleError, match="没有符合条件的行"):
        ask(officer, "state=checked", listing="runs")


def test_the_button_carries_filter_and_columns_but_not_the_place(client, officer, ours):
    client.force_login(officer)
    page = client.get(f"{LIST}?state=applied&columns=file,by,rule&after=99").content.decode()
    assert 'list=runs&amp;state=applied&amp;columns=file,by,rule"' in page
    heads = [text.split("</th>")[0] for text in page.split('<th scope="col">')[1:]]
    assert heads == ["文件", "上传人", "遇到已有记录"]
    assert "以表格为准更新" in page
    export = done(ask(officer, "state=applied&q=九月", ["file", "by", "rule"], listing="runs"))
    assert sheet_rows(export) == [heads, [ours.file_name, str(officer), "以表格为准更新"]]
    assert export.filters == [["文件名", "（内容不记录）"], ["状态", "已导入"]]


def test_a_view_of_the_runs_is_saved_and_opens_again(client, officer, ours, theirs):
    client.force_login(officer)
    create = reverse("unions:saved_view_create", args=["runs"])
    answer = client.post(f"{create}?state=applied&columns=file,by&after=3", {"name": "已导入的"})
    view = SavedView.objects.get()
    assert (view.listing, view.query, view.columns) == ("runs", "state=applied", ["file", "by"])
    assert answer.url.startswith(LIST)
    page = client.get(answer.url)
    assert [run.pk for run in page.context["page"]] == [ours.pk]
    assert page.context["tools"].current.view == view
    body = page.content.decode()
    assert f'<input type="hidden" name="view" value="{view.pk}">' in body
    assert '<input type="hidden" name="columns" value="file,by">' in body
    assert "已导入的" in client.get(LIST).content.decode()


def test_a_shared_view_of_the_runs_never_shows_more_than_one_reaches(
    client, clerk, other_officer, union, other_union, ours, theirs
):
    services.save_view(
        listing=RunListing(),
        query=f"union={union.pk}",
        columns=[],
        name="甲厂的",
        by=clerk,
        union=other_union,
    )
    client.force_login(other_officer)
    [link] = client.get(LIST).context["tools"].views
    assert link.view.name == "甲厂的"
    assert [run.pk for run in client.get(LIST + link.address).context["page"]] == [theirs.pk]


def test_a_file_asks_the_same_number_of_queries_for_one_row_and_three(officer, union, ours):
    one = queries_of_file(officer, "runs")
    for place in (3, 4):
        upload(officer, union, member_book([member(place)]), name=f"{place}.xlsx")
    assert queries_of_file(officer, "runs") == one


@pytest.mark.parametrize("actor", ["group_member", "handler", "sysadmin", "secadmin", "auditor"])
def test_who_may_not_export_is_refused(request, client, actor, ours):
    client.force_login(request.getfixturevalue(actor))
    assert client.get(NEW, {"list": "runs"}).status_code == 403
    assert client.get(LIST).status_code == 403
