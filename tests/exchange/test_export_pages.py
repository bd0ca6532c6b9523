"""The download centre in the browser's place."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import jobs
from core.models import Job
from exchange.models import Export
from tests.access.scene import signed_in
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from unions.models import Union
from workers.search import seal

pytestmark = pytest.mark.django_db
NEW = "exchange:export_create"
FORM = {
    "list": "workers",
    "query": "sex=1",
    "columns": ["name"],
    "file_format": "csv",
    "reason": "报送三季度名册",
}
PASSWORD = "鹤立-2026-for-the-file"


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union))


@pytest.fixture
def desk(officer):
    return signed_in(officer)


def html(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def written() -> Export:
    export = Export.objects.latest("pk")
    jobs.run_inline(Job.objects.get(pk=export.job_id))
    export.refresh_from_db()
    return export


def test_from_the_lists_address_to_the_file(desk, worker):
    page = html(desk.get(reverse(NEW), {"list": "workers", "sex": "1", "columns": "employer,name"}))
    assert "1 行" in page
    assert page.index('value="employer"') < page.index('value="name"') < page.index('value="number"')
    response = desk.post(reverse(NEW), FORM)
    export = Export.objects.get()
    assert response.url == export.get_absolute_url()
    assert "job-progress" in html(desk.get(response.url))
    export = written()
    assert "下载" in html(desk.get(export.get_absolute_url()))
    answer = desk.post(reverse("exchange:export_download", args=[export.pk]))
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert content.splitlines()[:2] == ["姓名", worker.name]
    assert "no-store" in answer["Cache-Control"]
    assert worker.name not in answer["Content-Disposition"]
    assert "报送三季度名册" in html(desk.get(reverse("exchange:export_list")))


def test_a_click_sent_twice_makes_one_export(desk, worker):
    for _ in range(2):
        assert desk.post(reverse(NEW), FORM | {"once": "the-same-key"}).status_code == 302
    assert Export.objects.count() == 1


@pytest.mark.parametrize("name", ["export_create", "export_download"])
def test_what_was_asked_for_goes_on_after_the_password(client, officer, worker, name):
    """The form must not be lost, nor may a file be fetched by GET."""
    signed_in(officer).post(reverse(NEW), FORM)
    written()
    client.force_login(officer)
    officer.set_password("a-password-of-the-test")
    officer.save()
    client.force_login(officer)
    url = (
        reverse(NEW) if name == "export_create" else reverse("exchange:export_download", args=[written().pk])
    )
    asked = client.post(url, FORM)
    assert asked.url.startswith(reverse("account_reauthenticate"))
    response = client.post(asked.url, {"password": "a-password-of-the-test", "next": url})
    if name == "export_create":
        assert response.url == Export.objects.latest("pk").get_absolute_url()
        assert Export.objects.count() == 2
    else:
        assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"reason": "看看"}, "至少 4 个字"),
        ({"reason": ""}, "用途"),
        ({"columns": []}, "请至少选择一列"),
        ({"columns": ["phone_index"]}, "列"),
        ({"file_format": "exe"}, "格式"),
        ({"query": "sex=2"}, "没有符合条件的行"),
        ({"file_format": "xlsx", "is_locked": "on"}, "请填写打开密码"),
        ({"file_format": "xlsx", "password": PASSWORD}, "两次输入的密码不一样"),
        ({"file_format": "xlsx", "password": "short", "repeated": "short"}, "8 至 128 个字符"),
        ({"password": PASSWORD, "repeated": PASSWORD}, "只有 Excel 工作簿能设打开密码"),
    ],
)
def test_bad_input_is_refused_in_words(desk, worker, changed, told):
    page = html(desk.post(reverse(NEW), FORM | changed))
    assert told in page
    assert "form-errors" in page
    assert Export.objects.count() == 0


def test_a_foreign_union_in_the_filter_is_refused_not_ignored(desk, worker, other_union):
    assert other_union in Union.objects.all()
    page = html(desk.get(reverse(NEW), {"union": other_union.pk}))
    assert "筛选条件有误" in page
    assert "disabled" in page
    assert other_union.name not in page
    assert "筛选条件有误" in html(desk.post(reverse(NEW), FORM | {"query": f"union={other_union.pk}"}))
    assert Export.objects.count() == 0


def test_the_password_of_a_file_never_waits_in_the_session(client, officer, worker):
    officer.set_password("a-password-of-the-test")
    officer.save()
    client.force_login(officer)
    locked = FORM | {"file_format": "xlsx", "password": PASSWORD, "repeated": PASSWORD}
    asked = client.post(reverse(NEW), locked)
    assert PASSWORD not in str(dict(client.session))
    page = html(client.post(asked.url, {"password": "a-password-of-the-test", "next": reverse(NEW)}))
    assert "确认身份之后密码不会保留，需要重新填写" in page
    assert 'value="报送三季度名册"' in page
    assert Export.objects.count() == 0
    client.post(reverse(NEW), locked)
    export = Export.objects.get()
    assert (export.is_locked, export.password) == (True, PASSWORD)


def test_an_unknown_list_is_not_there(desk, worker):
    assert desk.get(reverse(NEW), {"list": "nonsense"}).status_code == 404


def test_a_searched_name_stands_on_no_page(desk, worker):
    page = html(desk.get(reverse(NEW), {"find": seal(worker.name)}))
    assert worker.name not in page
    desk.post(reverse(NEW), FORM | {"query": f"find={seal(worker.name)}"})
    assert worker.name not in html(desk.get(written().get_absolute_url()))


def test_an_expired_file_says_so(desk, worker):
    desk.post(reverse(NEW), FORM)
    export = written()
    Export.objects.update(expires_at=timezone.now())
    assert "已过保存期限" in html(desk.get(export.get_absolute_url()))
    response = desk.post(reverse("exchange:export_download", args=[export.pk]))
    assert response.url == export.get_absolute_url()


def test_anothers_export_is_not_there(desk, clerk, worker):
    desk.post(reverse(NEW), FORM)
    export = written()
    other = signed_in(clerk)
    assert other.get(export.get_absolute_url()).status_code == 404
    assert other.post(reverse("exchange:export_download", args=[export.pk])).status_code == 404


def test_the_list_asks_the_same_number_of_queries_for_three_exports(desk, worker):
    def count():
        for _ in range(2):
            with CaptureQueriesContext(connection) as found:
                html(desk.get(reverse("exchange:export_list")))
        return len(found)

    desk.post(reverse(NEW), FORM)
    one = count()
    for _ in range(2):
        desk.post(reverse(NEW), FORM)
    assert Export.objects.count() == 3
    assert count() == one
