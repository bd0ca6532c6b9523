"""Pages of innovations: each works, refuses strangers, shows nobody's name to other unions, and asks a flat number."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from competitions.models import Consent, Innovation, Promotion, Publication
from tests.exchange.exports import rows_in_file
from tests.factories.innovations import (
    ConsentFactory,
    ContributorFactory,
    InnovationFactory,
    PromotionFactory,
)
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.pictures import picture

pytestmark = pytest.mark.django_db
FACTS = {"title": "一机两装夹", "content": "先调夹具，再校刀。", "done_on": "2026-09-01", "level": "T"}


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union), name="试首创")


def url(name, *args):
    return reverse(f"competitions:{name}", args=args)


def test_a_method_goes_through_its_pages_from_entry_to_showcase(client, officer, clerk, union, worker):
    client.force_login(officer)
    assert "合理化建议" in client.get(url("innovation_create")).content.decode()
    new = url("innovation_create") + "?kind=method"
    assert set(client.get(new).context["form"].fields) >= {"level", "document_number", "done_on"}
    bad = client.post(new, FACTS | {"union": union.pk, "done_on": "2026-02-30", "level": "Z"})
    assert set(bad.context["form"].errors) == {"done_on", "level"}
    sent = client.post(new, FACTS | {"union": union.pk})
    method = Innovation.objects.get()
    assert sent.url == method.get_absolute_url()
    detail = sent.url
    people = url("contributor_add", method.pk)
    assert "试首创" in client.post(people, {"action": "find", "text": "试首创"}).content.decode()
    assert client.post(people, {"role": "lead"}).context["role"].non_field_errors() == ["请勾选职工"]
    assert client.post(people, {"role": "lead", "worker": worker.pk}).url == detail
    paper = {"file": SimpleUploadedFile("b.pdf", b"%PDF-1.7 paper")}
    assert (
        "已上传附件"
        in client.post(url("innovation_paper_add", method.pk), paper, follow=True).content.decode()
    )
    page = client.post(url("innovation_paper_add", method.pk), {}, follow=True).content.decode()
    assert "这个字段是必填项" in page or "必填" in page
    pictures = url("innovation_pictures", method.pk)
    assert client.post(pictures, {"file": picture(), "caption": "装夹现场"}).url == pictures
    shown = client.get(url("innovation_picture_view", method.pictures.get().pk))
    assert shown["Content-Type"] == "image/jpeg"
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
    contributor = method.contributors.get()
    form = {"given_on": "2026-09-20", "shows_name": "on", "file": SimpleUploadedFile("c.pdf", b"%PDF-1.7 c")}
    assert client.post(url("consent_record", contributor.pk), form).url == detail
    client.force_login(clerk)
    method.refresh_from_db()
    late = client.post(url("innovation_accept", method.pk), {"version": "1"}, follow=True).content.decode()
    assert "已被其他人修改" in late
    client.post(url("innovation_return", method.pk), {"note": "请补命名文件", "version": method.version})
    assert "退回：请补命名文件" in client.get(detail).content.decode()
    client.force_login(officer)
    edit = url("innovation_edit", method.pk)
    seen = client.get(edit).context["form"]["version"].value()
    client.post(edit, FACTS | {"document_number": "试工发〔2026〕3号", "version": seen})
    client.force_login(clerk)
    method.refresh_from_db()
    client.post(url("innovation_accept", method.pk), {"version": method.version})
    publish = url("innovation_publish", method.pk)
    form = client.get(publish).context["form"]
    assert form["text"].value() == "先调夹具，再校刀。"
    client.post(publish, {"text": "装夹一次成形", "version": form["version"].value()})
    page = client.get(detail).content.decode()
    assert "公开展示中" in page
    assert "试首创" in Client().get(Publication.objects.get().get_absolute_url()).content.decode()
    client.force_login(officer)
    consent = Consent.objects.get()
    looked = client.get(url("consent_download", consent.pk))
    assert looked["Content-Disposition"].startswith("attachment")
    assert b"".join(looked.streaming_content) == b"%PDF-1.7 c"
    looked = client.get(url("innovation_paper_download", method.papers.get().pk))
    assert b"".join(looked.streaming_content) == b"%PDF-1.7 paper"
    looks = AuditEntry.objects.filter(category="access").order_by("pk").values_list("action", flat=True)
    assert list(looks)[-2:] == ["competitions.consent_download", "competitions.innovation_paper_download"]
    withdrawn = client.post(url("consent_withdraw", consent.pk), {"withdrawn_on": "2026-09-21"}, follow=True)
    assert "公开页面已同时更新" in withdrawn.content.decode()
    assert not Publication.objects.exists()
    assert "一机两装夹" in client.get(url("worker_innovations", worker.pk)).content.decode()


def test_a_project_is_moved_on_its_page(client, officer, union):
    client.force_login(officer)
    project = InnovationFactory(union=union, kind="project", stage="open")
    move = url("innovation_move", project.pk)
    form = client.get(move).context["form"]
    assert [value for value, _ in form.fields["to"].choices] == ["done", "dropped"]
    faulty = client.post(move, {"to": "dropped", "version": "1"})
    assert "reason" in faulty.context["form"].errors
    assert (
        client.post(move, {"to": "done", "on": "2026-05-01", "version": "1"}).url
        == project.get_absolute_url()
    )
    project.refresh_from_db()
    assert (project.stage, project.done_on) == ("done", dt.date(2026, 5, 1))
    assert "没有下一步进展" in client.get(move, follow=True).content.decode()


def test_another_union_sees_an_accepted_method_without_names_and_takes_it_over(
    client, officer, other_officer, other_union, union, worker, group_member
):
    method = InnovationFactory(union=union, state="accepted", title="一机两装夹")
    contributor = ContributorFactory(innovation=method, worker=worker)
    consent = ConsentFactory(contributor=contributor)
    hidden = InnovationFactory(union=union, title="还没评审的")
    client.force_login(other_officer)
    page = client.get(method.get_absolute_url()).content.decode()
    assert "先调夹具" in page
    for secret in (
        "试首创",
        f"/workers/{worker.pk}/",
        method.entered_by.name,
        method.decided_by.name,
        "登记完成人",
    ):
        assert secret not in page
    assert client.get(hidden.get_absolute_url()).status_code == 404
    for name, key in (
        ("innovation_edit", method.pk), ("contributor_add", method.pk), ("innovation_pictures", method.pk),
        ("consent_record", contributor.pk), ("consent_download", consent.pk), ("consent_withdraw", consent.pk),
    ):  # fmt: skip
        assert (name, client.get(url(name, key)).status_code) == (name, 404)
        assert client.post(url(name, key)).status_code in (404, 405)
    listed = client.get(url("method_list")).content.decode()
    assert "一机两装夹" in listed
    assert "还没评审的" not in listed
    assert "试首创" not in listed
    add = url("promotion_add", method.pk)
    wrong = client.post(add, {"union": union.pk, "since": "2026-09-12"})
    assert list(wrong.context["form"].errors) == ["union"]
    assert client.post(add, {"union": other_union.pk, "since": "2026-09-12"}).url == method.get_absolute_url()
    row = Promotion.objects.get()
    client.post(url("promotion_confirm", row.pk), {"effect": "合格率提高", "effect_yuan": "8000"})
    assert "合格率提高" in client.get(method.get_absolute_url()).content.decode()
    client.force_login(officer)
    assert client.get(url("promotion_confirm", row.pk)).status_code == 404
    assert "合格率提高" in client.get(method.get_absolute_url()).content.decode()
    assert [row[0] for row in rows_in_file(officer, "methods", "")] == ["一机两装夹"]
    client.force_login(group_member)
    assert {
        client.get(url(name)).status_code for name in ("innovation_list", "method_list", "promotion_list")
    } == {403}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["项目丙", "建议甲", "操作法乙"]),
        ("q=夹具", ["操作法乙"]),
        ("kind=proposal", ["建议甲"]),
        ("stage=adopted", ["建议甲"]),
        ("state=accepted", ["操作法乙"]),
        ("state=entered", ["项目丙"]),  # 待评审: what is not done yet is not the town's turn
        ("year=2026", ["操作法乙"]),
    ],
)
def test_the_list_is_filtered_and_its_file_holds_the_same(
    client, officer, union, other_union, worker, query, titles
):
    method = InnovationFactory(union=union, title="操作法乙", state="accepted", content="夹具")
    ContributorFactory(innovation=method, worker=worker)
    InnovationFactory(union=union, title="建议甲", kind="proposal", stage="adopted", content="照明")
    InnovationFactory(
        union=union,
        title="项目丙",
        content="照明",
        kind="project",
        begun_on=dt.date(2025, 1, 1),
        done_on=dt.date(2025, 3, 1),
    )
    ContributorFactory(innovation=InnovationFactory(union=other_union, state="accepted", title="别家的"))
    client.force_login(officer)
    page = client.get(f"{url('innovation_list')}?{query}")
    assert [row.title for row in page.context["page"]] == titles
    found = rows_in_file(officer, "innovations", query, columns=("title", "state"))
    assert [row[0] for row in found] == titles
    said = {"建议甲": "已采纳", "操作法乙": "评审通过", "项目丙": "待评审"}  # as the badge on the page
    assert [row[1] for row in found] == [said[title] for title in titles]


@pytest.mark.parametrize("name", ["innovation_list", "method_list", "promotion_list", "innovation_detail"])
def test_the_number_of_queries_does_not_grow_with_the_rows(client, officer, union, other_union, name):
    client.force_login(officer)
    first = InnovationFactory(union=union, state="accepted")

    def more() -> None:
        method = InnovationFactory(union=union, state="accepted", employer=EmployerFactory(union=union))
        ContributorFactory(innovation=method)
        ConsentFactory(contributor=ContributorFactory(innovation=first, role="member"))
        for taken in (method, first):
            place = EmployerFactory(union=union)
            PromotionFactory(innovation=taken, union=union, employer=place)

    address = first.get_absolute_url() if name == "innovation_detail" else url(name)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    more()
    asked()
    once = asked()
    for _ in range(2):
        more()
    assert asked() == once
