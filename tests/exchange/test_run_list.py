"""The list of runs with its filters, the receipt, and the choice of how to write."""

import datetime as dt
import time

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from core import pdf
from core.models import Job
from exchange import receipts, services
from exchange.models import ImportRun
from tests.core.pdf_reading import text as text_of_pdf
from tests.exchange.sheets import NUMBER, applied, finish, member, member_book, upload
from tests.factories.unions import EmployerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


def html(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def listed(client, **query) -> set[int]:
    return {run.pk for run in client.get(reverse("exchange:run_list"), query).context["page"].items}


def test_the_list_is_narrowed_by_each_filter(client, clerk, officer, other_officer, union, other_union):
    EmployerFactory(name="乙厂有限公司", name_key="乙厂有限公司", union=other_union)
    ours = applied(upload(officer, union, member_book([member(1)]), name="甲厂九月.xlsx"), officer)
    theirs = upload(other_officer, other_union, member_book([member(2)]), name="乙厂.xlsx")
    ImportRun.objects.filter(pk=theirs.pk).update(created_at=timezone.now() - dt.timedelta(days=9))
    client.force_login(clerk)
    assert listed(client) == {ours.pk, theirs.pk}
    assert listed(client, q="九月") == {ours.pk}
    assert listed(client, state="checked") == {theirs.pk}
    assert listed(client, kind="unions") == set()
    assert listed(client, union=other_union.pk) == {theirs.pk}
    assert listed(client, union=union.parent_id) == {ours.pk}
    assert listed(client, by=officer.pk) == {ours.pk}
    week = timezone.localdate() - dt.timedelta(days=7)
    assert listed(client, since=week.isoformat()) == {ours.pk}
    assert listed(client, until=week.isoformat()) == {theirs.pk}
    assert "没有符合条件的导入批次" in html(client.get(reverse("exchange:run_list"), {"q": "没有"}))


def test_who_keeps_one_union_is_not_asked_for_it_and_sees_no_foreign_run(
    desk, other_officer, other_union, union
):
    EmployerFactory(name="乙厂有限公司", name_key="乙厂有限公司", union=other_union)
    theirs = upload(other_officer, other_union, member_book([member(2)]))
    page = html(desk.get(reverse("exchange:run_list"), {"by": other_officer.pk}))
    assert 'name="union"' not in page
    assert theirs.file_name not in page


def test_the_list_costs_the_same_for_one_run_and_for_three(
    desk, officer, union, django_assert_max_num_queries
):
    upload(officer, union, member_book([member(1)]))
    address = reverse("exchange:run_list")
    desk.get(address)
    with django_assert_max_num_queries(100) as few:
        desk.get(address)
    for place in (2, 3):
        run, _ = services.upload(
            kind="workers",
            union=union,
            file=ContentFile(member_book([member(place)])),
            file_name=f"{place}.xlsx",
            by=officer,
            hint=False,
        )
        Job.objects.filter(key=run.job_key).update(progress_done=3, progress_total=9)
    with django_assert_max_num_queries(len(few) + 1):  # the jobs of all busy runs, asked for once
        page = html(desk.get(address))
    assert page.count("bar-small") == 2


def test_a_written_run_links_its_rows_and_its_receipt(desk, officer, union):
    run = applied(
        upload(officer, union, member_book([member(1), member(2, c8="仙学")])), officer, mode="good"
    )
    page = html(desk.get(reverse("exchange:run_list")))
    assert f'href="{run.get_absolute_url()}?verdict=written"' in page
    assert f'href="{reverse("exchange:run_receipt", args=[run.pk])}"' in page
    page = html(desk.get(run.get_absolute_url()))
    assert "已导入 1 行" in page
    assert "无变化 0 行，跳过 0 行，有问题 1 行；合计 2 行" in page


def test_each_way_of_writing_says_what_it_will_do(desk, officer, union):
    run = upload(officer, union, member_book([member(1), member(2, c8="仙学")]))
    page = html(desk.get(run.get_absolute_url()))
    assert "有 1 行存在问题，改正之后才能选择" in page
    assert "写入 1 行（新增 1，变更 0），有问题的 1 行不写入" in page
    services.mend(run=run, number=6, texts={"education": "高中"}, by=officer)
    page = html(desk.get(run.get_absolute_url()))
    assert "写入 2 行（新增 2，变更 0），0 行无变化、0 行跳过，不写入" in page
    address = reverse("exchange:run_apply", args=[run.pk])
    assert "请选择导入方式" in desk.post(address, follow=True).content.decode()
    desk.post(address, {"mode": "all"})
    assert "可以离开本页" in html(desk.get(run.get_absolute_url()))


def test_the_receipt_is_one_page_of_figures(desk, officer, union):
    rows = [member(1), member(2), member(3, c8="仙学")]
    run = applied(upload(officer, union, member_book(rows), name="甲厂.xlsx"), officer, mode="good")
    receipts.draw(run)
    started = time.process_time()
    content = receipts.draw(run)
    # Half a second by itself; late in the whole run the process is large, and its other threads count as well.
    assert time.process_time() - started < 3
    assert pdf.page_count(content) == 1
    text = text_of_pdf(content).replace("\n", "").replace(" ", "")
    assert run.sha256 in text
    for told in ("甲厂.xlsx", union.name, "会员信息", "只导入正确的行", receipts.code_of(run), str(run.size)):
        assert told in text
    assert [name for name in (rows[0][1], rows[0][NUMBER], rows[0][NUMBER][-4:]) if name in text] == []
    answer = desk.get(reverse("exchange:run_receipt", args=[run.pk]))
    assert answer.content[:5] == b"%PDF-"
    assert receipts.code_of(run) in html(desk.get(run.get_absolute_url()))


def test_an_undone_run_has_another_receipt_with_what_the_undo_did(desk, officer, union):
    run = applied(upload(officer, union, member_book([member(1), member(2)])), officer)
    before = receipts.code_of(run)
    run = finish(services.request_undo(run=run, by=officer, hint=False))
    assert receipts.code_of(run) != before
    text = text_of_pdf(receipts.draw(run)).replace("\n", "").replace(" ", "")
    assert "恢复2行，因之后有改动而保留0行，无法恢复0行" in text


def test_there_is_no_receipt_before_the_writing_and_none_for_strangers(
    desk, client, officer, other_officer, union
):
    run = upload(officer, union, member_book([member(1)]))
    address = reverse("exchange:run_receipt", args=[run.pk])
    assert "写入之后才有回执" in html(desk.get(address, follow=True))
    client.force_login(other_officer)
    assert client.get(address).status_code == 404
