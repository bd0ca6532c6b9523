"""The wizard in the browser's place: upload, preview, repair, confirmation, result, undo, workbooks."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exchange import services
from exchange.blank_forms import blank_form
from exchange.models import ImportRun
from tests.exchange.sheets import NUMBER, applied, finish, member, member_book, upload
from tests.factories.unions import EmployerFactory
from unions.resources import UnionExchange
from workers.models import Worker
from workers.resources import WorkerExchange

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


def html(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def opened(response):
    return openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]


def test_the_wizard_from_file_to_roll_and_back(desk, firm, union):
    file = SimpleUploadedFile("名单.xlsx", member_book([member(1), member(2, c8="仙学")]))
    data = {"kind": "workers", "union": union.pk, "file": file}
    response = desk.post(reverse("exchange:run_upload"), data)
    run = ImportRun.objects.get()
    assert response.url == run.get_absolute_url()
    assert "job-progress" in html(desk.get(response.url))
    run = finish(run)
    preview = html(desk.get(run.get_absolute_url()))
    assert "仙学" in preview
    assert "请改为下列之一：博士、硕士" in preview
    assert member(2)[NUMBER] not in preview
    fix = reverse("exchange:run_fix", args=[run.pk, 6])
    assert 'value="仙学"' in html(desk.get(fix, {"column": "education"}, headers=FRAGMENT))
    mended = html(desk.post(fix, {"column": "education", "text": "高中"}, headers=FRAGMENT))
    assert "仙学" not in mended
    desk.post(reverse("exchange:run_apply", args=[run.pk]), {"mode": "all"})
    run = finish(ImportRun.objects.get())
    assert (run.state, Worker.objects.count()) == ("applied", 2)
    assert "已导入 2 行" in html(desk.get(run.get_absolute_url()))
    desk.post(reverse("exchange:run_undo", args=[run.pk]))
    run = finish(ImportRun.objects.get())
    assert (run.state, Worker.objects.count()) == ("undone", 0)
    assert "恢复 2 行" in html(desk.get(run.get_absolute_url()))


def test_the_same_file_leads_to_its_run(desk, firm, union, officer):
    content = member_book([member(1)])
    run = upload(officer, union, content)
    data = {"kind": "workers", "union": union.pk, "file": SimpleUploadedFile("b.xlsx", content)}
    response = desk.post(reverse("exchange:run_upload"), data, follow=True)
    assert response.redirect_chain[-1][0] == run.get_absolute_url()
    assert "没有重复导入" in html(response)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "文件是空的"), (None, "请选择要上传的文件")],
)
def test_a_bad_upload_is_told_at_the_file(desk, firm, union, content, told):
    data = {"kind": "workers", "union": union.pk}
    if content is not None:
        data["file"] = SimpleUploadedFile("a.xlsx", content)
    assert told in html(desk.post(reverse("exchange:run_upload"), data))


def test_a_refused_file_says_why_on_its_page(desk, firm, union, officer):
    run = upload(officer, union, b"%PDF-1.7 not a workbook")
    assert "文件类型不对" in html(desk.get(run.get_absolute_url()))


def test_foreign_runs_are_not_found(client, firm, union, officer, other_officer):
    run = upload(officer, union, member_book([member(1)]))
    client.force_login(other_officer)
    for name in ("run_detail", "run_progress"):
        assert client.get(reverse(f"exchange:{name}", args=[run.pk])).status_code == 404
    for name in (
        "run_apply",
        "run_discard",
        "run_retry",
        "run_undo",
        "run_mark",
        "run_marked",
        "run_replace",
    ):
        assert client.post(reverse(f"exchange:{name}", args=[run.pk])).status_code == 404
    fix = reverse("exchange:run_fix", args=[run.pk, 5])
    assert client.post(fix, {"column": "name", "text": "试甲"}).status_code == 404


def test_another_union_cannot_be_chosen(desk, firm, other_union):
    file = SimpleUploadedFile("a.xlsx", member_book([member(1)]))
    data = {"kind": "workers", "union": other_union.pk, "file": file}
    html(desk.post(reverse("exchange:run_upload"), data))
    assert ImportRun.objects.count() == 0


def test_the_preview_costs_the_same_for_one_row_and_for_thirty(
    desk, firm, union, officer, django_assert_max_num_queries
):
    short = upload(officer, union, member_book([member(1)]))
    long = upload(officer, union, member_book([member(place) for place in range(2, 32)]))
    desk.get(short.get_absolute_url())
    with django_assert_max_num_queries(200) as few:
        desk.get(short.get_absolute_url())
    with django_assert_max_num_queries(len(few)):
        desk.get(long.get_absolute_url())


@pytest.mark.parametrize("kind", [WorkerExchange, UnionExchange])
def test_the_empty_form_is_read_by_its_own_kind(kind, tmp_path):
    sheet = openpyxl.load_workbook(io.BytesIO(blank_form(kind))).worksheets[0]
    titles = [cell for row in sheet.iter_rows(max_row=4, values_only=True) for cell in row if cell]
    assert all(any(title.startswith(c.column_name) for title in titles) for c in kind.columns().values())
    assert sheet.data_validations.count > 3


def test_a_filled_empty_form_is_imported(firm, union, officer):
    book = openpyxl.load_workbook(io.BytesIO(blank_form(WorkerExchange)))
    for column, value in enumerate(member(1), start=1):
        book.worksheets[0].cell(5, column, value or None)
    buffer = io.BytesIO()
    book.save(buffer)
    assert applied(upload(officer, union, buffer.getvalue()), officer).applied == 1


def test_forms_are_offered_by_permission(desk, client, clerk):
    assert desk.get(reverse("exchange:template", args=["workers"])).status_code == 200
    assert desk.get(reverse("exchange:template", args=["unions"])).status_code == 404
    assert desk.get(reverse("exchange:template", args=["cats"])).status_code == 404
    client.force_login(clerk)
    assert client.get(reverse("exchange:template", args=["unions"])).status_code == 200


def test_get_never_changes_a_run(desk, firm, union, officer):
    run = upload(officer, union, member_book([member(1)]))
    for name in (
        "run_apply",
        "run_discard",
        "run_retry",
        "run_undo",
        "run_mark",
        "run_marked",
        "run_replace",
    ):
        assert desk.get(reverse(f"exchange:{name}", args=[run.pk])).status_code == 405
    run.refresh_from_db()
    assert run.state == "checked"


def test_an_applied_row_leads_to_its_person(desk, firm, union, officer):
    run = applied(upload(officer, union, member_book([member(1)])), officer)
    worker = Worker.objects.get()
    assert f'href="{reverse("workers:worker_detail", args=[worker.pk])}"' in html(
        desk.get(run.get_absolute_url())
    )


def test_a_mended_row_must_exist(desk, firm, union, officer):
    run = upload(officer, union, member_book([member(1)]))
    fix = reverse("exchange:run_fix", args=[run.pk, 99])
    assert desk.post(fix, {"column": "name", "text": "试甲"}).status_code == 404
    fix = reverse("exchange:run_fix", args=[run.pk, 5])
    assert desk.post(fix, {"column": "nowhere", "text": "试甲"}).status_code == 400
    services.discard(run=run, by=officer)
    assert desk.get(run.get_absolute_url()).status_code == 200
