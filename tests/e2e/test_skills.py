"""A certificate from the person's page to the town's desk in a real browser, at both sizes, without a fault."""

import pytest
from playwright.sync_api import expect

from tests.e2e.faults import follow
from tests.factories.unions import EmployerFactory, TermFactory
from tests.factories.workers import WorkerFactory
from training.models import Certificate

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_officer_enters_a_certificate_and_the_town_verifies_it(
    page_as, clean, officer, clerk, union, sized
):
    TermFactory(union=union)
    worker = WorkerFactory(employer=EmployerFactory(union=union), name="试技能", skill_level="L4")
    page = page_as(officer, sized)
    page.goto("/training/declared/")
    assert clean(page) == []
    page.goto(worker.get_absolute_url())
    follow(page, page.get_by_role("link", name="登记证书"))
    assert clean(page) == []
    page.get_by_label("证书种类").select_option(label="职业技能等级证书")
    page.get_by_label("职业（工种）").fill("电工")
    page.get_by_label("等级", exact=True).select_option(label="高级工(三级)")
    page.get_by_label("证书编号").fill("Y000033000001193000001")
    page.get_by_label("发证机构").fill("试验评价机构")
    page.get_by_label("发证日期").fill("2024-05-01")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("编号中的年份为“19”")).to_be_visible()
    files = [{"name": "证书.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}]
    page.get_by_label("文件").set_input_files(files)
    page.get_by_role("button", name="上传附件").click()
    expect(page.get_by_text("已上传附件")).to_be_visible()
    assert clean(page) == []
    page = page_as(clerk, sized)
    page.goto("/training/certificates/queue/")
    assert clean(page) == []
    page.get_by_role("button", name="核验通过：试技能").click()
    expect(page.get_by_text("没有待核验的证书")).to_be_visible()
    page.goto("/training/certificates/")
    page.get_by_label("姓名 / 证书编号").fill("试技")
    follow(page, page.get_by_role("button", name="查询", exact=True))
    expect(page.get_by_role("link", name="试技能", exact=True)).to_be_visible()
    assert clean(page) == []
    assert Certificate.objects.get().state == "verified"
    page.goto("/training/crossovers/")
    expect(page.get_by_text("高级工(三级)满 2 年 → 助理级")).to_be_visible()
    assert clean(page) == []


def test_a_title_is_entered_from_the_card_and_stands_on_the_desk(
    page_as, clean, officer, clerk, union, sized
):
    TermFactory(union=union)
    worker = WorkerFactory(employer=EmployerFactory(union=union), name="试职称")
    page = page_as(officer, sized)
    page.goto(worker.get_absolute_url())
    expect(page.get_by_role("link", name="下载技能档案")).to_be_visible()
    assert clean(page) == []
    follow(page, page.get_by_role("link", name="登记职称"))
    assert clean(page) == []
    page.get_by_label("职称名称").fill("助理工程师")
    page.get_by_label("职称级别").select_option(label="助理级")
    page.get_by_label("系列").fill("工程技术")
    page.get_by_label("发证机构").fill("试验评审委员会")
    page.get_by_label("取得日期").fill("2024-05-01")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已登记，待镇总工会核验")).to_be_visible()
    assert clean(page) == []
    page = page_as(clerk, sized)
    page.goto("/training/certificates/queue/")
    assert clean(page) == []
    follow(page, page.get_by_role("link", name="试职称"))
    page.get_by_role("button", name="核验通过").click()
    expect(page.get_by_text("已核验").first).to_be_visible()
    with page.expect_download() as download:
        page.goto(worker.get_absolute_url())
        page.get_by_role("link", name="下载技能档案").click()
    assert download.value.suggested_filename == f"技能档案-{worker.pk}.pdf"
